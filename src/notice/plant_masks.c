/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/plant_masks.h"

#include "base/number.h"
#include "base/text.h"
#include "notice/plant_site.h"

enum {
    WHAT_BYTES_MAX = 200,
    REGION_TEXT_MAX = REGION_POINTS_MAX * 10, /* bytes */
};

#define MASK(member) .offset = offsetof(struct plant_mask, member)
#define SHOWN(text)  ((text).size > 60 ? 60 : (int)(text).size), (text).data

/* In the order of enum plant_mask_by. */
static const char *const MEANS[] = {"camera", "display", NULL};

/* In the order of enum plant_mask_when. */
static const char *const TIMES[] = {"always", "promised", NULL};

const struct yaml_field PLANT_MASK_FIELDS[] = {
    {.key = "what",
     .type = YAML_TYPE_TEXT,
     .is_required = true,
     MASK(what),
     .max = WHAT_BYTES_MAX},
    {.key = "by",
     .type = YAML_TYPE_CHOICE,
     .is_required = true,
     MASK(by),
     .choices = MEANS},
    {.key = "region",
     .type = YAML_TYPE_TEXT,
     .is_required = true,
     MASK(region),
     .max = REGION_TEXT_MAX},
    {.key = "when",
     .type = YAML_TYPE_CHOICE,
     MASK(when),
     .choices = TIMES},
    {.type = YAML_TYPE_LINE, MASK(line)},
    {0},
};

const char *plant_mask_by_name(enum plant_mask_by by)
{
    return MEANS[by - 1];
}

/* "120,1000" */
static bool parse_point(struct text text, struct region_point *out)
{
    uint64_t x = 0;
    uint64_t y = 0;
    struct text first = text_cut(&text, ',');
    if (number_parse_u64(first, 0, REGION_UNIT, &x) != STATUS_OK ||
        number_parse_u64(text, 0, REGION_UNIT, &y) != STATUS_OK)
        return false;
    *out = (struct region_point){(uint16_t)x, (uint16_t)y};
    return true;
}

/* Points on one line hide nothing. */
static bool has_area(const struct plant_mask *mask)
{
    int64_t twice = 0;
    const struct region *area = &mask->area;
    for (size_t i = 0; i < area->count; i++) {
        struct region_point a = area->points[i];
        struct region_point b = area->points[(i + 1) % area->count];
        twice += (int64_t)a.x * b.y - (int64_t)b.x * a.y;
    }
    return twice != 0;
}

static bool parse_region(struct plant_mask *mask)
{
    struct text rest = mask->region;
    while (rest.size > 0) {
        struct text point = text_cut(&rest, ' ');
        if (mask->area.count == REGION_POINTS_MAX ||
            !parse_point(point, &mask->area.points[mask->area.count++]))
            return false;
    }
    return mask->area.count >= REGION_POINTS_MIN && has_area(mask);
}

void plant_masks_check(struct plant *plant, struct findings *findings)
{
    for (size_t i = 0; i < plant->camera_count; i++) {
        struct plant_camera *camera = &plant->cameras[i];
        for (size_t j = 0; j < camera->mask_count; j++) {
            struct plant_mask *mask = &camera->masks[j];
            if (mask->region.size == 0 || parse_region(mask))
                continue; /* one that is missing is a finding already */
            findings_add(
                findings, FINDING_WRONG_TYPE,
                (struct finding_place){plant->tree->file, mask->line, 0},
                "write region: \"0,0 300,0 300,1000 0,1000\": three to sixteen "
                "points, in thousandths of the picture's width and height",
                "the region of a mask of camera '%.*s' is no area",
                SHOWN(camera->id));
        }
    }
}

static bool is_met(const struct plant *plant, size_t group,
                   const struct notice_exclusion *exclusion)
{
    if (exclusion->met_by == NOTICE_EXCLUSION_AIM)
        return true; /* nothing to set; a person looks */
    /* What the camera blacks out is met by more than was promised. */
    return plant_masks_meet(plant, group, exclusion, PLANT_MASK_CAMERA) ||
           (exclusion->met_by != NOTICE_EXCLUSION_CAMERA_MASK &&
            plant_masks_meet(plant, group, exclusion, PLANT_MASK_DISPLAY));
}

void plant_masks_bind(const struct plant *plant, const struct notice *notice,
                      const char *notice_file, struct findings *findings)
{
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        if (!plant_runs_group(plant, notice, i) || group->camera_count == 0)
            continue;
        for (size_t j = 0; j < group->exclusion_count; j++)
            if (!is_met(plant, i, &group->exclusions[j]))
                findings_add(findings, FINDING_MASK_MISSING,
                             (struct finding_place){notice_file, group->line,
                                                    0},
                             "add masks: with these words as what: to the "
                             "camera in plant.yaml that would see it",
                             "group '%.*s' excludes '%.*s', but no camera of "
                             "it has a mask for that",
                             SHOWN(group->id),
                             SHOWN(group->exclusions[j].what.ko));
    }
}

bool plant_covers_pictures(const struct plant *plant)
{
    for (size_t i = 0; i < plant->all_count; i++)
        for (size_t j = 0; j < plant->cameras[i].mask_count; j++)
            if (plant->cameras[i].masks[j].by == PLANT_MASK_DISPLAY)
                return true;
    return false;
}

bool plant_mask_holds(const struct plant_mask *mask,
                      const struct notice_group *group)
{
    if (mask->when != PLANT_MASK_PROMISED)
        return true;
    for (size_t i = 0; i < group->exclusion_count; i++)
        if (text_equal(group->exclusions[i].what.ko, mask->what))
            return true;
    return false;
}

bool plant_masks_meet(const struct plant *plant, size_t group,
                      const struct notice_exclusion *exclusion,
                      enum plant_mask_by by)
{
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        for (size_t j = 0; camera->group == group && j < camera->mask_count;
             j++)
            if (camera->masks[j].by == by &&
                text_equal(camera->masks[j].what, exclusion->what.ko))
                return true;
    }
    return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/plant_site.h"

#include "base/alloc.h"
#include "base/text.h"
#include "notice/notice_signature.h"
#include "notice/yaml_tree.h"

#define SHOWN(text) ((text).size > 60 ? 60 : (int)(text).size), (text).data

static struct finding_place key_place(const struct plant *plant,
                                      const char *key)
{
    const struct yaml_node *node =
        yaml_child(plant->tree, yaml_tree_root(plant->tree), key);
    return node == NULL ? (struct finding_place){plant->tree->file, 1, 0}
                        : yaml_place(plant->tree, node);
}

void plant_site_check(const struct plant *plant, struct findings *findings)
{
    uint8_t key[SIGN_PUBLIC_SIZE];
    if (plant->installation.size == 0 && plant->site_id.size == 0)
        findings_add(findings, FINDING_MISSING_KEY, key_place(plant, ""),
                     "add installation: with an id for the log's name, or "
                     "site: with the id of a site of the notice",
                     "neither 'installation' nor 'site' is there");
    if (plant->notice_key.size > 0 &&
        notice_key_parse(plant->notice_key, key) != STATUS_OK)
        findings_add(findings, FINDING_WRONG_TYPE,
                     key_place(plant, "notice_key"),
                     "write the line that haechi notice key has printed",
                     "'%.*s' is no public key", SHOWN(plant->notice_key));
}

static size_t find_site(const struct notice *notice, struct text id)
{
    for (size_t i = 0; i < notice->site_count; i++)
        if (text_equal(notice->sites[i].id, id))
            return i;
    return PLANT_ALL_SITES;
}

/* True where plant.yaml has the key site: itself. */
static bool is_for_one_site(const struct plant *plant)
{
    return yaml_child(plant->tree, yaml_tree_root(plant->tree), "site") != NULL;
}

static void leave_out(struct plant *plant, const char *plant_file,
                      const struct notice *notice, struct findings *findings)
{
    size_t kept = 0;
    for (size_t i = 0; i < plant->camera_count; i++) {
        struct plant_camera *camera = &plant->cameras[i];
        if (camera->group == PLANT_NO_GROUP ||
            notice->groups[camera->group].site == plant->site) {
            plant->cameras[kept++] = *camera;
            continue;
        }
        if (is_for_one_site(plant))
            findings_add(findings, FINDING_CAMERA_OF_ANOTHER_SITE,
                         (struct finding_place){plant_file, camera->line, 0},
                         "move it to that site's plant.yaml",
                         "camera '%.*s' is in group '%.*s', which is not of "
                         "site '%.*s'",
                         SHOWN(camera->id), SHOWN(camera->group_id),
                         SHOWN(plant->site_id));
        alloc_free(camera->masks);
    }
    plant->camera_count = kept;
    plant->all_count = kept;
}

void plant_site_bind(struct plant *plant, const char *plant_file,
                     const struct notice *notice, struct findings *findings)
{
    plant->site = PLANT_ALL_SITES;
    if (plant->site_id.size == 0)
        return;
    struct finding_place place = key_place(plant, "site");
    place.file = plant_file;
    plant->site = find_site(notice, plant->site_id);
    if (plant->site == PLANT_ALL_SITES) {
        findings_add(findings, FINDING_UNKNOWN_SITE, place,
                     "use the id of a site; haechi notice show lists them",
                     "the notice has no site '%.*s'", SHOWN(plant->site_id));
        return;
    }
    plant->installation = notice->sites[plant->site].id;
    if (notice->group_count > 0)
        leave_out(plant, plant_file, notice, findings);
    if (plant->camera_count == 0)
        findings_add(findings, FINDING_SITE_WITHOUT_CAMERAS, place,
                     "file its cameras under it in the notice",
                     "there is no camera of site '%.*s'",
                     SHOWN(plant->site_id));
    if (plant->notice_key.size == 0)
        findings_add(findings, FINDING_NOTICE_NOT_SIGNED, place,
                     "sign it with haechi notice sign, and write notice_key: "
                     "into each site's plant.yaml",
                     "nothing shows that the other sites run the same notice");
}

bool plant_runs_group(const struct plant *plant, const struct notice *notice,
                      size_t group)
{
    return plant->site == PLANT_ALL_SITES ||
           notice->groups[group].site == plant->site;
}

bool plant_stores_group(const struct plant *plant, const struct notice *notice,
                        size_t group)
{
    return plant_runs_group(plant, notice, group) &&
           notice->groups[group].camera_class != NOTICE_CLASS_STATISTICS;
}

bool plant_runs_some(const struct plant *plant, const struct notice *notice,
                     const struct notice_scope *scope)
{
    if (plant->site == PLANT_ALL_SITES)
        return true;
    for (size_t i = 0; i < notice->group_count; i++)
        if (plant_runs_group(plant, notice, i) && notice_scope_holds(scope, i))
            return true;
    return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "log/exclusions.h"

#include "base/alloc.h"
#include "base/text.h"

enum { FIRST_CAPACITY = 8 };

static const char *const PROOFS[EXCLUSION_PROOF_COUNT] = {
    [EXCLUSION_BY_NONE] = "none",
    [EXCLUSION_BY_AIM] = "aim",
    [EXCLUSION_BY_MASK] = "mask",
};

const char *exclusion_proof_name(enum exclusion_proof proof)
{
    return PROOFS[proof];
}

enum status exclusion_proof_from_name(struct text name,
                                      enum exclusion_proof *out)
{
    for (unsigned i = 0; i < EXCLUSION_PROOF_COUNT; i++) {
        if (!text_equal(name, text_of(PROOFS[i])))
            continue;
        *out = i;
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

void exclusions_deinit(struct exclusions *exclusions)
{
    for (size_t i = 0; i < exclusions->count; i++)
        alloc_free(exclusions->list[i].place);
    alloc_free(exclusions->list);
    alloc_free(exclusions->pictures);
    *exclusions = (struct exclusions){.list = NULL};
}

static struct exclusion_signature *find(const struct exclusions *exclusions,
                                        uint32_t camera, struct text place)
{
    for (size_t i = 0; i < exclusions->count; i++) {
        if (exclusions->list[i].camera == camera &&
            text_equal(text_of(exclusions->list[i].place), place))
            return &exclusions->list[i];
    }
    return NULL;
}

const struct exclusion_signature *
exclusions_find(const struct exclusions *exclusions, uint32_t camera,
                struct text place)
{
    return find(exclusions, camera, place);
}

/* Room for one more of *list; false without memory, which is sticky. */
static bool has_room(struct exclusions *exclusions, void **list, size_t count,
                     size_t *capacity, size_t element)
{
    if (count < *capacity)
        return true;
    size_t wanted = *capacity == 0 ? (size_t)FIRST_CAPACITY : *capacity * 2;
    void *grown = alloc_resize(*list, wanted, element);
    if (grown == NULL) {
        exclusions->failed = true;
        return false;
    }
    *list = grown;
    *capacity = wanted;
    return true;
}

static uint32_t number_in(const struct entry_line *entry, const char *member)
{
    int64_t value = 0;
    bool is_good = entry_line_number(entry, member, &value) == STATUS_OK &&
                   value >= 0 && value <= UINT32_MAX;
    return is_good ? (uint32_t)value : 0;
}

static bool read_text(const struct entry_line *entry, const char *member,
                      char *out, size_t size)
{
    struct text text = text_of("");
    return entry_line_text(entry, member, &text) == STATUS_OK &&
           text_copy(text, out, size);
}

/* ---- a signature ---- */

static bool read_signature(const struct entry_line *entry, struct text *place,
                           struct exclusion_signature *out)
{
    struct text by = text_of("");
    *out = (struct exclusion_signature){
        .camera = number_in(entry, "camera"),
        .account = number_in(entry, "account"),
        .signed_at = entry->time,
        .entry = entry->number,
    };
    return entry_line_text(entry, "place", place) == STATUS_OK &&
           place->size <= EXCLUSION_PLACE_MAX &&
           entry_line_text(entry, "by", &by) == STATUS_OK &&
           exclusion_proof_from_name(by, &out->by) == STATUS_OK &&
           entry_line_time(entry, "taken", &out->taken) == STATUS_OK &&
           read_text(entry, "picture_sha256", out->picture_sha256,
                     sizeof out->picture_sha256) &&
           read_text(entry, "state_sha256", out->state_sha256,
                     sizeof out->state_sha256) &&
           read_text(entry, "person", out->person, sizeof out->person);
}

static void append(struct exclusions *exclusions, struct text place,
                   struct exclusion_signature *made)
{
    void *list = exclusions->list;
    if (exclusions->count == EXCLUSIONS_MAX ||
        !has_room(exclusions, &list, exclusions->count, &exclusions->capacity,
                  sizeof *exclusions->list))
        return;
    exclusions->list = list;
    made->place = alloc_array(place.size + 1, 1);
    if (made->place == NULL) {
        exclusions->failed = true;
        return;
    }
    (void)text_copy(place, made->place, place.size + 1);
    exclusions->list[exclusions->count++] = *made;
}

static void sign(struct exclusions *exclusions, const struct entry_line *entry)
{
    struct text place = text_of("");
    struct exclusion_signature made;
    if (!read_signature(entry, &place, &made))
        return;
    struct exclusion_signature *known = find(exclusions, made.camera, place);
    if (known == NULL) {
        append(exclusions, place, &made);
        return;
    }
    made.place = known->place;
    *known = made;
}

/* ---- the camera ---- */

static void outdate(struct exclusions *exclusions, uint32_t camera)
{
    for (size_t i = 0; i < exclusions->count; i++)
        exclusions->list[i].is_outdated |= exclusions->list[i].camera == camera;
}

/* A camera that comes back as it was has changed nothing. */
static void take_pictures(struct exclusions *exclusions,
                          const struct entry_line *entry)
{
    struct exclusion_pictures seen = {.camera = number_in(entry, "camera")};
    void *list = exclusions->pictures;
    if (!read_text(entry, "detail", seen.words, sizeof seen.words))
        return;
    for (size_t i = 0; i < exclusions->picture_count; i++) {
        struct exclusion_pictures *known = &exclusions->pictures[i];
        if (known->camera != seen.camera)
            continue;
        if (!text_equal(text_of(known->words), text_of(seen.words)))
            outdate(exclusions, seen.camera);
        *known = seen;
        return;
    }
    if (!has_room(exclusions, &list, exclusions->picture_count,
                  &exclusions->picture_capacity, sizeof *exclusions->pictures))
        return;
    exclusions->pictures = list;
    exclusions->pictures[exclusions->picture_count++] = seen;
}

static void take_certificate(struct exclusions *exclusions,
                             const struct entry_line *entry)
{
    struct text change = text_of("");
    if (entry_line_text(entry, "change", &change) == STATUS_OK &&
        !text_equal(change, text_of("pinned")))
        outdate(exclusions, number_in(entry, "camera"));
}

void exclusions_add(struct exclusions *exclusions,
                    const struct entry_line *entry)
{
    if (!entry->is_known)
        return;
    if (entry->kind == ENTRY_EXCLUSION_SIGNED)
        sign(exclusions, entry);
    else if (entry->kind == ENTRY_CAMERA_CODEC)
        take_pictures(exclusions, entry);
    else if (entry->kind == ENTRY_CAMERA_CERTIFICATE)
        take_certificate(exclusions, entry);
}

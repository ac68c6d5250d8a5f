/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tellings.h"

#include <string.h>

#include "base/alloc.h"
#include "base/encoding.h"
#include "base/text.h"

enum { FIRST_CAPACITY = 8 };

void tellings_deinit(struct tellings *tellings)
{
    alloc_free(tellings->list);
    *tellings = (struct tellings){.list = NULL};
}

static struct telling *find(const struct tellings *tellings, uint32_t camera)
{
    for (size_t i = 0; i < tellings->count; i++)
        if (tellings->list[i].camera == camera)
            return &tellings->list[i];
    return NULL;
}

const struct telling *tellings_find(const struct tellings *tellings,
                                    uint32_t camera)
{
    return find(tellings, camera);
}

static struct telling *find_or_add(struct tellings *tellings, uint32_t camera)
{
    struct telling *known = find(tellings, camera);
    if (known != NULL)
        return known;
    if (tellings->count == tellings->capacity) {
        size_t wanted = tellings->capacity == 0 ? (size_t)FIRST_CAPACITY
                                                : tellings->capacity * 2;
        void *grown =
            alloc_resize(tellings->list, wanted, sizeof *tellings->list);
        if (grown == NULL) {
            tellings->failed = true;
            return NULL;
        }
        tellings->list = grown;
        tellings->capacity = wanted;
    }
    struct telling *added = &tellings->list[tellings->count++];
    *added = (struct telling){.camera = camera};
    return added;
}

static enum camera_answer answer_of(const struct entry_line *entry,
                                    const char *member)
{
    struct text text = text_of("");
    return entry_line_text(entry, member, &text) == STATUS_OK
               ? camera_answer_of(text)
               : CAMERA_ANSWER_UNKNOWN;
}

static void take_report(struct telling *telling, const struct entry_line *entry)
{
    struct text digest = text_of("");
    int64_t masks = 0;
    int64_t pixels = 0;
    struct camera_report report = {
        .sound = answer_of(entry, "sound"),
        .turns = answer_of(entry, "turns"),
        .copies = answer_of(entry, "copies"),
    };
    if (entry_line_number(entry, "masks", &masks) == STATUS_OK)
        report.masks = (uint16_t)masks;
    if (entry_line_number(entry, "pixels", &pixels) == STATUS_OK &&
        pixels > 0 && pixels <= UINT32_MAX)
        report.pixels = (uint32_t)pixels;
    report.knows_masks =
        entry_line_text(entry, "masks_sha256", &digest) == STATUS_OK &&
        hex_decode(digest, report.masks_sha256,
                   sizeof report.masks_sha256) == STATUS_OK;
    if (report.knows_masks && !telling->has_masks)
        memcpy(telling->first_masks_sha256, report.masks_sha256,
               sizeof report.masks_sha256);
    telling->has_masks |= report.knows_masks;
    telling->has_report = true;
    telling->report = report;
    telling->since = entry->time;
}

void tellings_add(struct tellings *tellings, const struct entry_line *entry)
{
    int64_t camera = 0;
    if (!entry->is_known || (entry->kind != ENTRY_CAMERA_TOLD &&
                             entry->kind != ENTRY_CAMERA_TAMPER &&
                             entry->kind != ENTRY_CAMERA_TAMPER_OVER))
        return;
    if (entry_line_number(entry, "camera", &camera) != STATUS_OK)
        return;
    struct telling *telling = find_or_add(tellings, (uint32_t)camera);
    if (telling == NULL)
        return;
    if (entry->kind == ENTRY_CAMERA_TOLD) {
        take_report(telling, entry);
    } else {
        bool is_on = entry->kind == ENTRY_CAMERA_TAMPER;
        telling->tamper = is_on ? entry->number : 0;
        telling->tamper_since = entry->time;
    }
}

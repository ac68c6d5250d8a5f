/* SPDX-License-Identifier: Apache-2.0 */
#include "model/camera_report.h"

#include <string.h>

#include "base/reader.h"
#include "base/text.h"
#include "base/writer.h"

static const char *const NAMES[CAMERA_ANSWER_COUNT] = {
    [CAMERA_ANSWER_UNKNOWN] = "unknown",
    [CAMERA_ANSWER_NO] = "no",
    [CAMERA_ANSWER_YES] = "yes",
};

const char *camera_answer_name(enum camera_answer answer)
{
    return (unsigned)answer < CAMERA_ANSWER_COUNT ? NAMES[answer] : NAMES[0];
}

enum camera_answer camera_answer_of(struct text name)
{
    for (unsigned i = 0; i < CAMERA_ANSWER_COUNT; i++)
        if (text_equal(name, text_of(NAMES[i])))
            return (enum camera_answer)i;
    return CAMERA_ANSWER_UNKNOWN;
}

bool camera_report_equal(const struct camera_report *a,
                         const struct camera_report *b)
{
    return a->sound == b->sound && a->turns == b->turns &&
           a->copies == b->copies && a->knows_masks == b->knows_masks &&
           a->masks == b->masks && a->pixels == b->pixels &&
           memcmp(a->masks_sha256, b->masks_sha256, /* public */
                  sizeof a->masks_sha256) == 0;
}

void camera_report_encode(const struct camera_report *report,
                          uint8_t out[CAMERA_REPORT_SIZE])
{
    struct writer w = writer_on(out, CAMERA_REPORT_SIZE);
    writer_u8(&w, (uint8_t)report->sound);
    writer_u8(&w, (uint8_t)report->turns);
    writer_u8(&w, (uint8_t)report->copies);
    writer_u8(&w, report->knows_masks);
    writer_u16be(&w, report->masks);
    writer_u32be(&w, report->pixels);
    writer_bytes(&w, bytes_of(report->masks_sha256,
                              sizeof report->masks_sha256));
}

enum status camera_report_decode(struct bytes in, struct camera_report *out)
{
    struct reader r = reader_on(in);
    uint8_t sound = reader_u8(&r);
    uint8_t turns = reader_u8(&r);
    uint8_t copies = reader_u8(&r);
    uint8_t knows_masks = reader_u8(&r);
    struct camera_report report = {.masks = reader_u16be(&r)};
    report.pixels = reader_u32be(&r);
    reader_copy(&r, report.masks_sha256, sizeof report.masks_sha256);
    if (!reader_done(&r) || sound >= CAMERA_ANSWER_COUNT ||
        turns >= CAMERA_ANSWER_COUNT || copies >= CAMERA_ANSWER_COUNT ||
        knows_masks > 1)
        return STATUS_BAD_INPUT;
    report.sound = (enum camera_answer)sound;
    report.turns = (enum camera_answer)turns;
    report.copies = (enum camera_answer)copies;
    report.knows_masks = knows_masks != 0;
    *out = report;
    return STATUS_OK;
}

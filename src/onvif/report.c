/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/writer.h"
#include "crypto/hash.h"

enum {
    MASK_TEXT_SIZE = 2 * (ONVIF_TOKEN_SIZE + ONVIF_WORD_SIZE) + 2 +
                     8 * ONVIF_MASK_POINTS_MAX,
};

void onvif_report_profiles(const struct onvif_profiles *profiles,
                           struct camera_report *out)
{
    out->sound = out->turns = CAMERA_ANSWER_UNKNOWN;
    out->pixels = 0;
    for (size_t i = 0; i < profiles->count; i++) {
        uint64_t pixels = (uint64_t)profiles->list[i].width *
                          profiles->list[i].height;
        if (pixels > out->pixels && pixels <= UINT32_MAX)
            out->pixels = (uint32_t)pixels;
        if (i == 0)
            out->sound = out->turns = CAMERA_ANSWER_NO;
        if (profiles->list[i].has_audio)
            out->sound = CAMERA_ANSWER_YES;
        if (profiles->list[i].turns)
            out->turns = CAMERA_ANSWER_YES;
    }
}

static enum status hash_mask(const struct onvif_mask *mask,
                             uint8_t out[SHA256_SIZE])
{
    uint8_t memory[MASK_TEXT_SIZE];
    struct writer w = writer_on(memory, sizeof memory);
    writer_bytes(&w, bytes_of(mask->source, strlen(mask->source) + 1));
    writer_bytes(&w, bytes_of(mask->type, strlen(mask->type) + 1));
    writer_u8(&w, mask->is_enabled);
    for (size_t i = 0; i < mask->point_count; i++) {
        writer_u32be(&w, (uint32_t)mask->points[i].x);
        writer_u32be(&w, (uint32_t)mask->points[i].y);
    }
    struct bytes whole = writer_written(&w);
    return sha256(&whole, 1, out);
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, SHA256_SIZE); /* public */
}

enum status onvif_report_masks(const struct onvif_masks *masks,
                               struct camera_report *out)
{
    uint8_t hashes[ONVIF_MASKS_MAX][SHA256_SIZE];
    uint8_t digest[SHA256_SIZE];
    uint16_t on = 0;
    bool has_failed = false;
    for (size_t i = 0; i < masks->count; i++) {
        on = (uint16_t)(on + masks->list[i].is_enabled);
        has_failed |= hash_mask(&masks->list[i], hashes[i]) != STATUS_OK;
    }
    qsort(hashes, masks->count, SHA256_SIZE, compare);
    struct bytes all = bytes_of(hashes[0], masks->count * SHA256_SIZE);
    has_failed |= sha256(&all, 1, digest) != STATUS_OK;
    if (has_failed)
        return STATUS_INTERNAL;
    out->knows_masks = true;
    out->masks = on;
    memcpy(out->masks_sha256, digest, sizeof out->masks_sha256);
    return STATUS_OK;
}

void onvif_report_copies(size_t count, struct camera_report *out)
{
    if (count > 0)
        out->copies = CAMERA_ANSWER_YES;
    else if (out->copies == CAMERA_ANSWER_UNKNOWN)
        out->copies = CAMERA_ANSWER_NO;
}

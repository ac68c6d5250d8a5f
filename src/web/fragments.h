/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/fragments - sample packs of the vault into what Media Source takes.
 *
 * Recorded video: one init segment, then fragments; a fragment ends where the
 * next group of pictures begins or where pictures are missing, so that the
 * browser's buffer shows a gap as a gap. Live video: frames of many cameras in
 * one stream,
 *
 *   camera u32, kind u8 (1 init, 2 fragment), zero u8 x3, time i64 us,
 *   size u32, bytes          big-endian
 *
 * where a camera's first frame, and its first after a change of its settings,
 * is an init segment, whose time is the zero of its fragments' time line.
 *
 * Threads: the loop's. Pure.
 */
#ifndef WEB_FRAGMENTS_H
#define WEB_FRAGMENTS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "media/codec.h"

enum {
    FRAGMENT_GAP_US = 700000,  /* pictures are missing; as in the vault */
    FRAGMENT_SAMPLES = 1024,   /* a fragment ends there at the latest */
    LIVE_FRAME_HEADER = 20,    /* bytes */
    LIVE_FRAME_INIT = 1,
    LIVE_FRAME_FRAGMENT = 2,
};

/* What has been written of recorded video. */
struct fragments {
    int64_t start_us; /* time of the first sample: 0 of the time line */
    int64_t end_us;   /* end of the last */
    uint32_t samples;
    uint16_t width;
    uint16_t height;
    bool is_cut;    /* another configuration follows, not written */
    int64_t cut_us; /* where it begins */
    char codec[CODEC_TEXT_SIZE];
};

/*
 * Appends init segment and fragments of this camera's samples in packs. A pack
 * of another camera, or samples that go back in time, are the vault's fault.
 * Fails with: NOT_FOUND (no sample), CORRUPT (packs), LIMIT, NO_MEMORY.
 */
MUST_USE enum status fragments_append(struct buffer *out, struct bytes packs,
                                      uint32_t camera,
                                      struct fragments *written);

struct live_frames;

/* Fails with: NO_MEMORY. */
MUST_USE enum status live_frames_create(struct live_frames **out);
void live_frames_destroy(struct live_frames **live);

/*
 * Appends the frames of these packs. Until a camera's first IDR nothing of it
 * is written. Fails with: CORRUPT, LIMIT, NO_MEMORY.
 */
MUST_USE enum status live_frames_append(struct live_frames *live,
                                        struct bytes packs,
                                        struct buffer *out);

#endif

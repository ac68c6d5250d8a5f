/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/sample - one access unit as it is stored, and what decodes it.
 *
 * Data is in MP4 form: each NAL unit behind its length, u32 big-endian (ISO/IEC
 * 14496-15), byte-exact as the camera sent it, SEI and parameter sets included.
 */
#ifndef MEDIA_SAMPLE_H
#define MEDIA_SAMPLE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "model/camera.h"

enum {
    SAMPLE_SIZE_MAX = 16 * 1024 * 1024, /* bytes of one access unit */
    CODEC_CONFIG_SIZE_MAX = 4096,       /* bytes of avcC or hvcC */
    VIDEO_WIDTH_MAX = 16384,            /* pixels; height likewise */
    SAMPLE_DURATION_MAX_US = 5000000, /* a slower camera has gaps */
    SAMPLE_SHOWN_AFTER_MAX_US = (1 << 24) - 1, /* 24 bits where it is kept */
    PICTURE_REORDER_MAX = 16,      /* pictures shown before one sent earlier */
    PICTURE_REORDER_UNKNOWN = 255, /* its parameter sets do not say */
};

enum sample_flags {
    SAMPLE_IDR = 1,           /* decoding may begin here */
    SAMPLE_DISCONTINUITY = 2, /* something was lost just before */
    SAMPLE_MOTION = 4,        /* the camera told of motion meanwhile */
};

struct sample {
    int64_t time_us;      /* of decoding; whose clock: said where it is used */
    uint32_t duration_us; /* to the next sample, as far as known */
    uint32_t flags;       /* enum sample_flags */
    struct bytes data;
    uint32_t shown_after_us; /* from time_us to its showing; B-frames: not 0 */
};

/* What a decoder must know beforehand. */
struct codec_config {
    enum codec codec;
    uint16_t width; /* pixels, cropping applied */
    uint16_t height;
    struct bytes record; /* avcC or hvcC decoder configuration record */
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/h265 - what a recorder must know of H.265: kinds of NAL units, sizes
 * from the sequence parameter set, and the hvcC configuration record.
 *
 * Sources: ITU-T H.265 sections 7.3 and 7.4; ISO/IEC 14496-15 section 8.3.3
 * (HEVCDecoderConfigurationRecord).
 *
 * A nal is one unit without start code or length, escaped, as sent.
 */
#ifndef MEDIA_H265_H
#define MEDIA_H265_H

#include "base/buffer.h"
#include "media/sample.h"

enum h265_nal_type {
    H265_NAL_BLA = 16, /* 16 to 23: pictures where decoding may begin */
    H265_NAL_IDR = 19, /* 19 and 20 */
    H265_NAL_CRA = 21,
    H265_NAL_IRAP_LAST = 23,
    H265_NAL_SLICE_LAST = 31,
    H265_NAL_VPS = 32,
    H265_NAL_SPS = 33,
    H265_NAL_PPS = 34,
    H265_NAL_DELIMITER = 35,
    H265_NAL_END_OF_SEQUENCE = 36,
    H265_NAL_END_OF_STREAM = 37,
    H265_NAL_FILLER = 38,
    H265_NAL_SEI_PREFIX = 39,
    H265_NAL_SEI_SUFFIX = 40,
    H265_NAL_NONE = 255, /* shorter than its header */
};

enum {
    H265_PROFILE_SIZE = 12,  /* bytes of general profile, tier, level */
    H265_SET_COUNT_MAX = 16, /* LIMIT: VPS, SPS or PPS of each kind */
};

struct h265_sps {
    uint8_t profile[H265_PROFILE_SIZE]; /* as in hvcC: space to level */
    uint8_t sub_layers;                 /* 1 to 7 */
    bool is_nested;
    uint8_t id;
    uint8_t chroma_format;
    uint8_t luma_bits;
    uint8_t chroma_bits;
    uint16_t width; /* pixels, cropping applied */
    uint16_t height;
    uint8_t reorder; /* pictures sent before one and shown after it, at most;
                        PICTURE_REORDER_UNKNOWN: it cannot be read */
};

static inline uint8_t h265_nal_type(struct bytes nal)
{
    return nal.size < 2 ? H265_NAL_NONE
                        : (uint8_t)((unsigned)nal.data[0] >> 1 & 63u);
}

/* Decoding may begin here: BLA, IDR or CRA. */
static inline bool h265_nal_is_irap(struct bytes nal)
{
    uint8_t type = h265_nal_type(nal);
    return type >= H265_NAL_BLA && type <= H265_NAL_IRAP_LAST;
}

/* Coded picture data. */
static inline bool h265_nal_is_slice(struct bytes nal)
{
    return h265_nal_type(nal) <= H265_NAL_SLICE_LAST;
}

/* A slice with first_slice_segment_in_pic_flag: it begins a picture. */
static inline bool h265_slice_is_first(struct bytes nal)
{
    return h265_nal_is_slice(nal) && nal.size > 2 && (nal.data[2] & 128u) != 0;
}

/* Reads a sequence parameter set. Fails with: BAD_INPUT, LIMIT (its size, or
 * a picture wider or higher than VIDEO_WIDTH_MAX). */
MUST_USE enum status h265_sps_read(struct bytes nal, struct h265_sps *out);

/* The parameter sets of a stream, each one NAL unit. */
struct h265_sets {
    const struct bytes *vps;
    size_t vps_count;
    const struct bytes *sps;
    size_t sps_count;
    const struct bytes *pps;
    size_t pps_count;
};

/*
 * Makes the configuration of these parameter sets; profile and size are those
 * of the first SPS. record is cleared and filled, and out->record views it.
 * Fails with: BAD_INPUT, LIMIT (counts, sizes), NO_MEMORY (also where the
 * buffer's limit is below CODEC_CONFIG_SIZE_MAX). On failure *out is as it
 * was.
 */
MUST_USE enum status h265_config_make(const struct h265_sets *sets,
                                      struct buffer *record,
                                      struct codec_config *out);

#endif

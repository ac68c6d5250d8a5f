/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/h264 - what a recorder must know of H.264: kinds of NAL units, sizes
 * from the sequence parameter set, and the avcC configuration record.
 *
 * Sources: ITU-T H.264 sections 7.3 and 7.4, annex E (VUI); ISO/IEC 14496-15
 * section 5.3.3 (AVCDecoderConfigurationRecord).
 *
 * A nal is one unit without start code or length, escaped, as sent.
 */
#ifndef MEDIA_H264_H
#define MEDIA_H264_H

#include "base/buffer.h"
#include "media/sample.h"

enum h264_nal_type {
    H264_NAL_SLICE = 1,
    H264_NAL_PARTITION_C = 4, /* 2 to 4: data partitions */
    H264_NAL_IDR = 5,
    H264_NAL_SEI = 6,
    H264_NAL_SPS = 7,
    H264_NAL_PPS = 8,
    H264_NAL_DELIMITER = 9,
    H264_NAL_END_OF_SEQUENCE = 10,
    H264_NAL_END_OF_STREAM = 11,
    H264_NAL_FILLER = 12,
    H264_NAL_PREFIX = 14,
    H264_NAL_RESERVED_18 = 18,
};

enum {
    H264_SPS_COUNT_MAX = 8,  /* LIMIT: in one configuration (avcC: 31) */
    H264_PPS_COUNT_MAX = 32, /* LIMIT: in one configuration (avcC: 255) */
};

struct h264_sps {
    uint8_t profile;     /* profile_idc */
    uint8_t constraints; /* the byte between profile and level */
    uint8_t level;       /* level_idc: 31 is 3.1 */
    uint8_t id;
    uint8_t chroma_format;
    uint8_t luma_bits;
    uint8_t chroma_bits;
    uint16_t width; /* pixels, cropping applied */
    uint16_t height;
    bool has_vui;
    bool has_colour; /* the next four are given */
    bool is_full_range;
    uint8_t colour_primaries;
    uint8_t transfer;
    uint8_t matrix;
    bool has_timing;
    uint32_t units_in_tick;
    uint32_t time_scale; /* frames a second = time_scale / units / 2 */
    uint8_t reorder; /* pictures sent before one and shown after it, at most;
                        PICTURE_REORDER_UNKNOWN: it does not say */
};

/* 0 for an empty unit. */
static inline uint8_t h264_nal_type(struct bytes nal)
{
    return nal.size == 0 ? 0 : nal.data[0] & 31u;
}

static inline bool h264_nal_is_idr(struct bytes nal)
{
    return h264_nal_type(nal) == H264_NAL_IDR;
}

/* Coded picture data: types 1 to 5. */
static inline bool h264_nal_is_slice(struct bytes nal)
{
    uint8_t type = h264_nal_type(nal);
    return type >= H264_NAL_SLICE && type <= H264_NAL_IDR;
}

/* A slice whose first_mb_in_slice is 0: it begins a picture. */
static inline bool h264_slice_is_first(struct bytes nal)
{
    return h264_nal_is_slice(nal) && nal.size > 1 && (nal.data[1] & 128u) != 0;
}

/* Reads a sequence parameter set. Fails with: BAD_INPUT, LIMIT (its size, or
 * a picture wider or higher than VIDEO_WIDTH_MAX). */
MUST_USE enum status h264_sps_read(struct bytes nal, struct h264_sps *out);

/*
 * Makes the configuration of these parameter sets, each one NAL unit; profile
 * and size are those of the first SPS. record is cleared and filled, and
 * out->record views it. Fails with: BAD_INPUT, LIMIT (counts, sizes), NO_MEMORY
 * (also where the buffer's limit is below CODEC_CONFIG_SIZE_MAX). On failure
 * *out is as it was.
 */
MUST_USE enum status h264_config_make(const struct bytes *sps, size_t sps_count,
                                      const struct bytes *pps, size_t pps_count,
                                      struct buffer *record,
                                      struct codec_config *out);

/* The first SPS in an avcC record, as a view. BAD_INPUT. */
MUST_USE enum status h264_config_sps(struct bytes record, struct bytes *sps);

#endif

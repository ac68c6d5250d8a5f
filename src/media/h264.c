/* SPDX-License-Identifier: Apache-2.0 */
#include "media/h264.h"

#include "base/reader.h"
#include "media/bits.h"
#include "media/nal.h"

enum {
    MACROBLOCK = 16, /* pixels */
    ASPECT_EXTENDED = 255,
    POC_AS_DECODED = 2,  /* pic_order_cnt_type */
    PROFILE_BASELINE = 66,
    CPB_COUNT_MAX = 32,
    POC_CYCLE_MAX = 255, /* num_ref_frames_in_pic_order_cnt_cycle */
    AVCC_FIXED_SIZE = 7, /* bytes of avcC without sets and extension */
    AVCC_EXTENSION_SIZE = 4,
};

/* Profiles whose SPS names chroma format and bit depths: 7.3.2.1.1. */
static bool profile_is_high(uint8_t profile)
{
    static const uint8_t HIGH[] = {100, 110, 122, 244, 44,  83, 86,
                                   118, 128, 138, 139, 134, 135};
    for (size_t i = 0; i < sizeof HIGH; i++) {
        if (HIGH[i] == profile)
            return true;
    }
    return false;
}

/* ITU-T H.264 section 7.3.2.1.1.1 */
static void skip_scaling_list(struct bits *bits, unsigned size)
{
    int32_t last = 8;
    int32_t next = 8;
    for (unsigned i = 0; i < size && !bits->failed; i++) {
        if (next != 0) {
            int32_t delta = bits_se(bits);
            if (delta < -128 || delta > 127)
                *bits = (struct bits){.failed = true};
            else
                next = (last + delta + 256) % 256;
        }
        last = next == 0 ? last : next;
    }
}

static void read_high_part(struct bits *bits, struct h264_sps *out)
{
    uint32_t chroma_format = bits_ue(bits);
    bool is_separate = chroma_format == 3 && bits_flag(bits);
    uint32_t luma = bits_ue(bits);
    uint32_t chroma = bits_ue(bits);
    if (chroma_format > 3 || luma > 6 || chroma > 6) {
        *bits = (struct bits){.failed = true};
        return;
    }
    out->chroma_format = is_separate ? 0 : (uint8_t)chroma_format;
    out->luma_bits = (uint8_t)(8 + luma);
    out->chroma_bits = (uint8_t)(8 + chroma);
    bits_skip(bits, 1); /* qpprime_y_zero_transform_bypass_flag */
    if (!bits_flag(bits))
        return;
    for (unsigned i = 0; i < (chroma_format == 3 ? 12u : 8u); i++) {
        if (bits_flag(bits))
            skip_scaling_list(bits, i < 6 ? 16 : 64);
    }
}

/* Its type. */
static uint32_t read_picture_order(struct bits *bits)
{
    uint32_t type = bits_ue(bits);
    if (type == 0) {
        (void)bits_ue(bits);
    } else if (type == 1) {
        bits_skip(bits, 1);
        (void)bits_se(bits);
        (void)bits_se(bits);
        uint32_t count = bits_ue(bits);
        if (count > POC_CYCLE_MAX)
            *bits = (struct bits){.failed = true};
        for (uint32_t i = 0; i < count && !bits->failed; i++)
            (void)bits_se(bits);
    } else if (type != POC_AS_DECODED) {
        *bits = (struct bits){.failed = true};
    }
    return type;
}

/* Sizes in pixels from macroblocks, fields and the cropping rectangle. */
static enum status read_size(struct bits *bits, struct h264_sps *out)
{
    uint64_t width = ((uint64_t)bits_ue(bits) + 1) * MACROBLOCK;
    uint64_t map_height = ((uint64_t)bits_ue(bits) + 1) * MACROBLOCK;
    bool is_frames_only = bits_flag(bits);
    uint64_t height = map_height * (is_frames_only ? 1 : 2);
    if (!is_frames_only)
        bits_skip(bits, 1); /* mb_adaptive_frame_field_flag */
    bits_skip(bits, 1);     /* direct_8x8_inference_flag */

    uint64_t crop_width = 0;
    uint64_t crop_height = 0;
    if (bits_flag(bits)) {
        uint64_t unit_x =
            out->chroma_format == 1 || out->chroma_format == 2 ? 2 : 1;
        uint64_t unit_y =
            (out->chroma_format == 1 ? 2u : 1u) * (is_frames_only ? 1u : 2u);
        crop_width = bits_ue(bits) * unit_x;
        crop_width += bits_ue(bits) * unit_x;
        crop_height = bits_ue(bits) * unit_y;
        crop_height += bits_ue(bits) * unit_y;
    }
    if (bits->failed || crop_width >= width || crop_height >= height)
        return STATUS_BAD_INPUT;
    if (width - crop_width > VIDEO_WIDTH_MAX ||
        height - crop_height > VIDEO_WIDTH_MAX)
        return STATUS_LIMIT;
    out->width = (uint16_t)(width - crop_width);
    out->height = (uint16_t)(height - crop_height);
    return STATUS_OK;
}

/* hrd_parameters, section E.1.2, where they stand. */
static bool skip_buffering(struct bits *bits)
{
    if (!bits_flag(bits))
        return false;
    uint32_t count = bits_ue(bits) + 1;
    if (count > CPB_COUNT_MAX)
        *bits = (struct bits){.failed = true};
    bits_skip(bits, 8); /* scales */
    for (uint32_t i = 0; i < count && !bits->failed; i++) {
        (void)bits_ue(bits);
        (void)bits_ue(bits);
        bits_skip(bits, 1);
    }
    bits_skip(bits, 20); /* lengths */
    return true;
}

/* The rest of the VUI, for bitstream_restriction; what cannot be read or does
 * not stand there leaves the order unknown. */
static void read_restriction(struct bits *bits, struct h264_sps *out)
{
    if (out->has_timing)
        bits_skip(bits, 1); /* fixed_frame_rate_flag */
    bool has_nal = skip_buffering(bits);
    bool has_vcl = skip_buffering(bits);
    if (has_nal || has_vcl)
        bits_skip(bits, 1); /* low_delay_hrd_flag */
    bits_skip(bits, 1);     /* pic_struct_present_flag */
    if (!bits_flag(bits))
        return;
    bits_skip(bits, 1); /* motion_vectors_over_pic_boundaries_flag */
    for (unsigned i = 0; i < 4; i++)
        (void)bits_ue(bits);
    uint32_t reorder = bits_ue(bits);
    if (!bits->failed && reorder <= PICTURE_REORDER_MAX)
        out->reorder = (uint8_t)reorder;
}

/* The beginning of the VUI, section E.1.1, up to the timing. */
static void read_vui(struct bits *bits, struct h264_sps *out)
{
    out->has_vui = bits_flag(bits);
    if (!out->has_vui)
        return;
    if (bits_flag(bits) && bits_u(bits, 8) == ASPECT_EXTENDED)
        bits_skip(bits, 32);
    if (bits_flag(bits))
        bits_skip(bits, 1); /* overscan */
    if (bits_flag(bits)) {
        bits_skip(bits, 3); /* video_format */
        out->is_full_range = bits_flag(bits);
        out->has_colour = bits_flag(bits);
        if (out->has_colour) {
            out->colour_primaries = (uint8_t)bits_u(bits, 8);
            out->transfer = (uint8_t)bits_u(bits, 8);
            out->matrix = (uint8_t)bits_u(bits, 8);
        }
    }
    if (bits_flag(bits)) {
        (void)bits_ue(bits); /* chroma location */
        (void)bits_ue(bits);
    }
    out->has_timing = bits_flag(bits);
    if (out->has_timing) {
        out->units_in_tick = bits_u(bits, 32);
        out->time_scale = bits_u(bits, 32);
    }
}

/* Cameras exist whose VUI is cut short: size is what counts, so a broken VUI
 * counts as none. */
static void read_vui_or_none(struct bits *bits, struct h264_sps *out)
{
    const struct h264_sps before = *out;
    read_vui(bits, out);
    if (bits->failed)
        *out = before;
    else if (out->has_vui && out->reorder != 0)
        read_restriction(bits, out);
}

enum status h264_sps_read(struct bytes nal, struct h264_sps *out)
{
    uint8_t raw[NAL_PARAMETER_SET_MAX];
    if (nal.size > sizeof raw)
        return STATUS_LIMIT;
    if (h264_nal_type(nal) != H264_NAL_SPS)
        return STATUS_BAD_INPUT;
    struct bits bits = bits_on(nal_unescape(nal, raw, sizeof raw));
    bits_skip(&bits, 8);

    struct h264_sps sps = {
        .chroma_format = 1, .luma_bits = 8, .chroma_bits = 8};
    sps.profile = (uint8_t)bits_u(&bits, 8);
    sps.constraints = (uint8_t)bits_u(&bits, 8);
    sps.level = (uint8_t)bits_u(&bits, 8);
    uint32_t id = bits_ue(&bits);
    if (profile_is_high(sps.profile))
        read_high_part(&bits, &sps);
    (void)bits_ue(&bits); /* log2_max_frame_num_minus4 */
    uint32_t order = read_picture_order(&bits);
    (void)bits_ue(&bits); /* max_num_ref_frames */
    bits_skip(&bits, 1);  /* gaps_in_frame_num_value_allowed_flag */
    if (bits.failed || id > 31)
        return STATUS_BAD_INPUT;
    sps.id = (uint8_t)id;
    sps.reorder = PICTURE_REORDER_UNKNOWN;
    if (order == POC_AS_DECODED || sps.profile == PROFILE_BASELINE)
        sps.reorder = 0; /* sections 7.4.2.1.1 and A.2.1 */
    enum status s = read_size(&bits, &sps);
    if (s != STATUS_OK)
        return s;
    read_vui_or_none(&bits, &sps);
    *out = sps;
    return STATUS_OK;
}

static enum status check_sets(const struct bytes *sets, size_t count,
                              size_t count_max, uint8_t type,
                              size_t *total_bytes)
{
    if (count == 0)
        return STATUS_BAD_INPUT;
    if (count > count_max)
        return STATUS_LIMIT;
    for (size_t i = 0; i < count; i++) {
        if (sets[i].size > NAL_PARAMETER_SET_MAX)
            return STATUS_LIMIT;
        if (sets[i].size < 2 || h264_nal_type(sets[i]) != type)
            return STATUS_BAD_INPUT;
        *total_bytes += 2 + sets[i].size;
    }
    return STATUS_OK;
}

static void append_sets(struct buffer *out, uint8_t head,
                        const struct bytes *sets, size_t count)
{
    buffer_append_u8(out, (uint8_t)(head | count));
    for (size_t i = 0; i < count; i++) {
        buffer_append_u8(out, (uint8_t)(sets[i].size >> 8));
        buffer_append_u8(out, (uint8_t)sets[i].size);
        buffer_append(out, sets[i]);
    }
}

/* ISO/IEC 14496-15 section 5.3.3.1.2 */
static void append_extension(struct buffer *out, const struct h264_sps *sps)
{
    if (sps->profile != 100 && sps->profile != 110 && sps->profile != 122 &&
        sps->profile != 144)
        return;
    buffer_append_u8(out, (uint8_t)(0xfc | sps->chroma_format));
    buffer_append_u8(out, (uint8_t)(0xf8 | (sps->luma_bits - 8)));
    buffer_append_u8(out, (uint8_t)(0xf8 | (sps->chroma_bits - 8)));
    buffer_append_u8(out, 0); /* no SPS extensions */
}

enum status h264_config_make(const struct bytes *sps, size_t sps_count,
                             const struct bytes *pps, size_t pps_count,
                             struct buffer *record, struct codec_config *out)
{
    size_t total = AVCC_FIXED_SIZE + AVCC_EXTENSION_SIZE;
    enum status s =
        check_sets(sps, sps_count, H264_SPS_COUNT_MAX, H264_NAL_SPS, &total);
    if (s == STATUS_OK)
        s = check_sets(pps, pps_count, H264_PPS_COUNT_MAX, H264_NAL_PPS,
                       &total);
    if (s == STATUS_OK && total > CODEC_CONFIG_SIZE_MAX)
        s = STATUS_LIMIT;
    struct h264_sps first = {0};
    if (s == STATUS_OK)
        s = h264_sps_read(sps[0], &first);
    if (s != STATUS_OK)
        return s;

    buffer_clear(record);
    buffer_append_u8(record, 1); /* configurationVersion */
    buffer_append_u8(record, first.profile);
    buffer_append_u8(record, first.constraints);
    buffer_append_u8(record, first.level);
    buffer_append_u8(record, 0xfc | (NAL_LENGTH_SIZE - 1));
    append_sets(record, 0xe0, sps, sps_count);
    append_sets(record, 0, pps, pps_count);
    append_extension(record, &first);
    if (buffer_status(record) != STATUS_OK)
        return STATUS_NO_MEMORY;
    *out = (struct codec_config){CODEC_H264, first.width, first.height,
                                 buffer_bytes(record)};
    return STATUS_OK;
}

enum status h264_config_sps(struct bytes record, struct bytes *sps)
{
    struct reader in = reader_on(record);
    reader_skip(&in, 5);
    uint8_t count = reader_u8(&in) & 31u;
    uint16_t size = reader_u16be(&in);
    struct bytes found = reader_bytes(&in, size);
    if (in.failed || count == 0)
        return STATUS_BAD_INPUT;
    *sps = found;
    return STATUS_OK;
}

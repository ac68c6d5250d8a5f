/* SPDX-License-Identifier: Apache-2.0 */
#include "media/h265.h"

#include "base/writer.h"
#include "media/bits.h"
#include "media/nal.h"

enum {
    SUB_LAYERS_MAX = 7,
    SUB_PROFILE_BITS = 88,
    SUB_LEVEL_BITS = 8,
    HVCC_FIXED_SIZE = 23,
    HVCC_ARRAY_SIZE = 3,
};

/* ITU-T H.265 section 7.3.3; the general part is kept as it stands. */
static void read_profile(struct bits *bits, struct h265_sps *out)
{
    for (size_t i = 0; i < H265_PROFILE_SIZE; i++)
        out->profile[i] = (uint8_t)bits_u(bits, 8);
    unsigned below = out->sub_layers - 1u;
    bool has_profile[SUB_LAYERS_MAX] = {false};
    bool has_level[SUB_LAYERS_MAX] = {false};
    for (unsigned i = 0; i < below; i++) {
        has_profile[i] = bits_flag(bits);
        has_level[i] = bits_flag(bits);
    }
    if (below > 0)
        bits_skip(bits, 2 * (8 - below));
    for (unsigned i = 0; i < below; i++) {
        bits_skip(bits, has_profile[i] ? SUB_PROFILE_BITS : 0);
        bits_skip(bits, has_level[i] ? SUB_LEVEL_BITS : 0);
    }
}

static enum status read_size(struct bits *bits, struct h265_sps *out)
{
    uint64_t width = bits_ue(bits);
    uint64_t height = bits_ue(bits);
    uint64_t crop_width = 0;
    uint64_t crop_height = 0;
    if (bits_flag(bits)) {
        uint64_t unit_x =
            out->chroma_format == 1 || out->chroma_format == 2 ? 2 : 1;
        uint64_t unit_y = out->chroma_format == 1 ? 2 : 1;
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

/* The order of the highest sub-layer; what is cut short leaves it unknown. */
static void read_order(struct bits *bits, struct h265_sps *out)
{
    uint32_t reorder = PICTURE_REORDER_UNKNOWN;
    (void)bits_ue(bits); /* log2_max_pic_order_cnt_lsb_minus4 */
    unsigned count = bits_flag(bits) ? out->sub_layers : 1;
    for (unsigned i = 0; i < count; i++) {
        (void)bits_ue(bits); /* sps_max_dec_pic_buffering_minus1 */
        reorder = bits_ue(bits);
        (void)bits_ue(bits); /* sps_max_latency_increase_plus1 */
    }
    out->reorder = bits->failed || reorder > PICTURE_REORDER_MAX
                       ? (uint8_t)PICTURE_REORDER_UNKNOWN
                       : (uint8_t)reorder;
}

enum status h265_sps_read(struct bytes nal, struct h265_sps *out)
{
    uint8_t raw[NAL_PARAMETER_SET_MAX];
    if (nal.size > sizeof raw)
        return STATUS_LIMIT;
    if (h265_nal_type(nal) != H265_NAL_SPS)
        return STATUS_BAD_INPUT;
    struct bits bits = bits_on(nal_unescape(nal, raw, sizeof raw));
    bits_skip(&bits, 16 + 4); /* header, sps_video_parameter_set_id */

    struct h265_sps sps = {0};
    sps.sub_layers = (uint8_t)(bits_u(&bits, 3) + 1);
    if (sps.sub_layers > SUB_LAYERS_MAX)
        return STATUS_BAD_INPUT;
    sps.is_nested = bits_flag(&bits);
    read_profile(&bits, &sps);
    uint32_t id = bits_ue(&bits);
    uint32_t chroma_format = bits_ue(&bits);
    if (bits.failed || id > 15 || chroma_format > 3)
        return STATUS_BAD_INPUT;
    sps.id = (uint8_t)id;
    sps.chroma_format = (uint8_t)chroma_format;
    if (chroma_format == 3)
        bits_skip(&bits, 1); /* separate_colour_plane_flag */
    enum status s = read_size(&bits, &sps);
    if (s != STATUS_OK)
        return s;
    uint32_t luma = bits_ue(&bits);
    uint32_t chroma = bits_ue(&bits);
    if (bits.failed || luma > 8 || chroma > 8)
        return STATUS_BAD_INPUT;
    sps.luma_bits = (uint8_t)(8 + luma);
    sps.chroma_bits = (uint8_t)(8 + chroma);
    read_order(&bits, &sps);
    *out = sps;
    return STATUS_OK;
}

static enum status check_sets(const struct bytes *sets, size_t count,
                              uint8_t type, size_t *total_bytes)
{
    if (count == 0)
        return STATUS_BAD_INPUT;
    if (count > H265_SET_COUNT_MAX)
        return STATUS_LIMIT;
    for (size_t i = 0; i < count; i++) {
        if (sets[i].size > NAL_PARAMETER_SET_MAX)
            return STATUS_LIMIT;
        if (sets[i].size < 3 || h265_nal_type(sets[i]) != type)
            return STATUS_BAD_INPUT;
        *total_bytes += 2 + sets[i].size;
    }
    return STATUS_OK;
}

static enum status check_all_sets(const struct h265_sets *sets)
{
    size_t total = HVCC_FIXED_SIZE + 3 * HVCC_ARRAY_SIZE;
    enum status s =
        check_sets(sets->vps, sets->vps_count, H265_NAL_VPS, &total);
    if (s == STATUS_OK)
        s = check_sets(sets->sps, sets->sps_count, H265_NAL_SPS, &total);
    if (s == STATUS_OK)
        s = check_sets(sets->pps, sets->pps_count, H265_NAL_PPS, &total);
    if (s == STATUS_OK && total > CODEC_CONFIG_SIZE_MAX)
        s = STATUS_LIMIT;
    return s;
}

static void write_fixed(struct buffer *record, const struct h265_sps *sps)
{
    uint8_t *at = buffer_reserve(record, HVCC_FIXED_SIZE);
    if (at == NULL)
        return;
    struct writer w = writer_on(at, HVCC_FIXED_SIZE);
    writer_u8(&w, 1); /* configurationVersion */
    writer_bytes(&w, bytes_of(sps->profile, sizeof sps->profile));
    writer_u16be(&w, 0xf000); /* min_spatial_segmentation_idc: unknown */
    writer_u8(&w, 0xfc);      /* parallelismType: unknown */
    writer_u8(&w, (uint8_t)(0xfc | sps->chroma_format));
    writer_u8(&w, (uint8_t)(0xf8 | (sps->luma_bits - 8)));
    writer_u8(&w, (uint8_t)(0xf8 | (sps->chroma_bits - 8)));
    writer_u16be(&w, 0); /* avgFrameRate: unknown */
    writer_u8(&w, (uint8_t)(sps->sub_layers << 3 | (sps->is_nested ? 4 : 0) |
                            (NAL_LENGTH_SIZE - 1)));
    writer_u8(&w, 3); /* arrays */
}

static void append_array(struct buffer *out, uint8_t type,
                         const struct bytes *sets, size_t count)
{
    buffer_append_u8(out, (uint8_t)(0x80 | type)); /* array_completeness */
    buffer_append_u8(out, 0);
    buffer_append_u8(out, (uint8_t)count);
    for (size_t i = 0; i < count; i++) {
        buffer_append_u8(out, (uint8_t)(sets[i].size >> 8));
        buffer_append_u8(out, (uint8_t)sets[i].size);
        buffer_append(out, sets[i]);
    }
}

enum status h265_config_make(const struct h265_sets *sets,
                             struct buffer *record, struct codec_config *out)
{
    struct h265_sps first = {0};
    enum status s = check_all_sets(sets);
    if (s == STATUS_OK)
        s = h265_sps_read(sets->sps[0], &first);
    if (s != STATUS_OK)
        return s;

    buffer_clear(record);
    write_fixed(record, &first);
    append_array(record, H265_NAL_VPS, sets->vps, sets->vps_count);
    append_array(record, H265_NAL_SPS, sets->sps, sets->sps_count);
    append_array(record, H265_NAL_PPS, sets->pps, sets->pps_count);
    if (buffer_status(record) != STATUS_OK)
        return STATUS_NO_MEMORY;
    *out = (struct codec_config){CODEC_H265, first.width, first.height,
                                 buffer_bytes(record)};
    return STATUS_OK;
}

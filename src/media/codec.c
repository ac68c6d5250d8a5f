/* SPDX-License-Identifier: Apache-2.0 */
#include "media/codec.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/reader.h"
#include "base/text.h"
#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"

enum {
    AVCC_SIZE_MIN = 7,
    HVCC_SIZE_MIN = 23,
    HVCC_CONSTRAINTS = 6, /* bytes */
};

bool codec_nal_is_slice(enum codec codec, struct bytes nal)
{
    if (codec == CODEC_H265)
        return h265_nal_is_slice(nal);
    return codec == CODEC_H264 && h264_nal_is_slice(nal);
}

bool codec_nal_is_key(enum codec codec, struct bytes nal)
{
    if (codec == CODEC_H265)
        return h265_nal_is_irap(nal);
    return codec == CODEC_H264 && h264_nal_is_idr(nal);
}

bool codec_nal_is_parameter_set(enum codec codec, struct bytes nal)
{
    if (codec == CODEC_H265) {
        uint8_t type = h265_nal_type(nal);
        return type >= H265_NAL_VPS && type <= H265_NAL_PPS;
    }
    uint8_t type = h264_nal_type(nal);
    return codec == CODEC_H264 &&
           (type == H264_NAL_SPS || type == H264_NAL_PPS);
}

static bool h264_begins(struct bytes nal)
{
    uint8_t type = h264_nal_type(nal);
    if (h264_nal_is_slice(nal))
        return h264_slice_is_first(nal);
    return (type >= H264_NAL_SEI && type <= H264_NAL_DELIMITER) ||
           (type >= H264_NAL_PREFIX && type <= H264_NAL_RESERVED_18);
}

static bool h265_begins(struct bytes nal)
{
    uint8_t type = h265_nal_type(nal);
    if (h265_nal_is_slice(nal))
        return h265_slice_is_first(nal);
    return (type >= H265_NAL_VPS && type <= H265_NAL_DELIMITER) ||
           type == H265_NAL_SEI_PREFIX || (type >= 41 && type <= 44) ||
           (type >= 48 && type <= 55);
}

bool codec_nal_begins_access_unit(enum codec codec, struct bytes nal)
{
    if (codec == CODEC_H265)
        return h265_begins(nal);
    return codec == CODEC_H264 && h264_begins(nal);
}

bool codec_sample_is_key(enum codec codec, struct bytes data)
{
    struct reader in = reader_on(data);
    struct bytes nal = {NULL, 0};
    while (nal_sample_next(&in, &nal)) {
        if (codec_nal_is_slice(codec, nal))
            return codec_nal_is_key(codec, nal);
    }
    return false;
}

bool codec_config_equal(const struct codec_config *a,
                        const struct codec_config *b)
{
    return a->codec == b->codec && a->width == b->width &&
           a->height == b->height &&
           text_equal(bytes_text(a->record), bytes_text(b->record));
}

enum status codec_config_check(const struct codec_config *config)
{
    struct bytes record = config->record;
    bool is_h264 = config->codec == CODEC_H264;
    if (!is_h264 && config->codec != CODEC_H265)
        return STATUS_BAD_INPUT;
    if (config->width > VIDEO_WIDTH_MAX || config->height > VIDEO_WIDTH_MAX ||
        record.size > CODEC_CONFIG_SIZE_MAX)
        return STATUS_LIMIT;
    if (config->width == 0 || config->height == 0 ||
        record.size < (is_h264 ? AVCC_SIZE_MIN : HVCC_SIZE_MIN) ||
        record.data[0] != 1)
        return STATUS_BAD_INPUT;
    return STATUS_OK;
}

static void h264_string(struct bytes record, char out[CODEC_TEXT_SIZE])
{
    struct reader in = reader_on(record);
    reader_skip(&in, 1);
    (void)snprintf(out, CODEC_TEXT_SIZE, "avc1.%06X",
                   (unsigned)reader_u24be(&in));
}

static uint32_t bits_reversed(uint32_t value)
{
    uint32_t reversed = 0;
    for (int i = 0; i < 32; i++)
        reversed = reversed << 1 | (value >> i & 1u);
    return reversed;
}

/* ISO/IEC 14496-15 annex E.3: profile, compatibility flags in reverse bit
 * order, tier and level, constraint bytes without trailing zeros. */
static void h265_string(struct bytes record, char out[CODEC_TEXT_SIZE])
{
    struct reader in = reader_on(record);
    reader_skip(&in, 1);
    unsigned head = reader_u8(&in);
    uint32_t compatibility = bits_reversed(reader_u32be(&in));
    uint8_t constraints[HVCC_CONSTRAINTS];
    reader_copy(&in, constraints, sizeof constraints);
    unsigned level = reader_u8(&in);
    static const char SPACES[4][2] = {"", "A", "B", "C"};
    int used = snprintf(out, CODEC_TEXT_SIZE, "hvc1.%s%u.%X.%c%u",
                        SPACES[head >> 6], head & 31u, (unsigned)compatibility,
                        (head & 32u) != 0 ? 'H' : 'L', level);
    size_t at = (size_t)used;
    size_t count = sizeof constraints;
    while (count > 0 && constraints[count - 1] == 0)
        count--;
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(out + at, CODEC_TEXT_SIZE - at, ".%X",
                       (unsigned)constraints[i]);
        at = strlen(out);
    }
}

enum status codec_string(const struct codec_config *config,
                         char out[CODEC_TEXT_SIZE])
{
    out[0] = 0;
    enum status s = codec_config_check(config);
    if (s != STATUS_OK)
        return s;
    if (config->codec == CODEC_H265)
        h265_string(config->record, out);
    else
        h264_string(config->record, out);
    return STATUS_OK;
}

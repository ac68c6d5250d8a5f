/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameter sets to configurations to files. Input: a byte (odd: H.265), then
 * a byte stream whose units are taken as VPS, SPS and PPS.
 */
#include <assert.h>
#include <stdint.h>

#include "base/buffer.h"
#include "media/codec.h"
#include "media/fmp4.h"
#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SETS_MAX = 40 };

struct found {
    struct bytes sets[3][SETS_MAX];
    size_t counts[3];
};

static void sort(struct bytes stream, enum codec codec, struct found *out)
{
    struct bytes nal = {NULL, 0};
    while (nal_stream_next(&stream, &nal)) {
        struct h264_sps h264;
        struct h265_sps h265;
        enum status ignored = h264_sps_read(nal, &h264);
        ignored = h265_sps_read(nal, &h265);
        (void)ignored;
        if (!codec_nal_is_parameter_set(codec, nal))
            continue;
        size_t kind = codec == CODEC_H265
                          ? (size_t)h265_nal_type(nal) - H265_NAL_VPS
                          : (size_t)h264_nal_type(nal) - H264_NAL_SPS + 1;
        if (out->counts[kind] < SETS_MAX)
            out->sets[kind][out->counts[kind]++] = nal;
    }
}

static enum status make(const struct found *found, enum codec codec,
                        struct buffer *record, struct codec_config *out)
{
    if (codec == CODEC_H264)
        return h264_config_make(found->sets[1], found->counts[1],
                                found->sets[2], found->counts[2], record, out);
    const struct h265_sets sets = {found->sets[0], found->counts[0],
                                   found->sets[1], found->counts[1],
                                   found->sets[2], found->counts[2]};
    return h265_config_make(&sets, record, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    enum codec codec = (data[0] & 1) != 0 ? CODEC_H265 : CODEC_H264;
    struct found found = {0};
    sort(bytes_of(data + 1, size - 1), codec, &found);
    struct buffer record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    struct buffer init = buffer_with_limit(65536);
    struct fmp4_track track = {.id = 1};
    if (make(&found, codec, &record, &track.config) == STATUS_OK) {
        char text[CODEC_TEXT_SIZE];
        assert(codec_config_check(&track.config) == STATUS_OK);
        assert(codec_string(&track.config, text) == STATUS_OK);
        assert(fmp4_init_append(&init, &track, 1) == STATUS_OK);
    }
    buffer_deinit(&record);
    buffer_deinit(&init);
    return 0;
}

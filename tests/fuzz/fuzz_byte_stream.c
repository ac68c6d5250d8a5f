/* SPDX-License-Identifier: Apache-2.0 */
/* Byte streams: units are views inside the input, in order, and become a clip
 * of the camera simulator. Input: a byte (odd: H.265), then the stream. */
#include <assert.h>
#include <stdint.h>

#include "camsim/clip.h"
#include "media/nal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(struct bytes stream)
{
    const uint8_t *end = stream.data;
    const uint8_t *stream_end = stream.data + stream.size;
    struct bytes nal = {NULL, 0};
    while (nal_stream_next(&stream, &nal)) {
        uint8_t raw[64];
        assert(nal.size > 0 && nal.data >= end);
        end = nal.data + nal.size;
        assert(end <= stream_end);
        assert(nal_unescape(nal, raw, sizeof raw).size <= sizeof raw);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct bytes stream = bytes_of(data + 1, size - 1);
    walk(stream);
    struct camsim_clip *clip = NULL;
    enum codec codec = (data[0] & 1) != 0 ? CODEC_H265 : CODEC_H264;
    if (camsim_clip_create(stream, codec, 15, &clip) == STATUS_OK) {
        uint8_t lines[16384];
        struct writer w = writer_on(lines, sizeof lines);
        camsim_clip_write_attributes(clip, &w);
        assert(!w.failed);
    }
    camsim_clip_destroy(&clip);
    return 0;
}

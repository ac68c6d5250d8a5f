/* SPDX-License-Identifier: Apache-2.0 */
#include "camsim/clip.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "media/codec.h"
#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"
#include "media/sample.h"
#include "wire/interleaved.h"
#include "wire/rtp.h"

enum {
    FU_A = 28,    /* RFC 6184 section 5.8 */
    FU_H265 = 49, /* RFC 7798 section 4.4.3 */
    FU_FIRST = 0x80,
    FU_LAST = 0x40,
    PACKETS_IN_FRAME_MAX = 16384,
    FRAMES_FIRST = 256,
};

/* The access unit that is being put together. */
struct assembly {
    struct buffer sample;
    struct buffer wire;
    uint32_t packets[PACKETS_IN_FRAME_MAX];
    uint32_t packet_count;
    bool has_slice;
    bool is_key;
    bool failed;
};

static void append_packet(struct assembly *assembly, struct bytes header,
                          struct bytes payload)
{
    size_t size = CLIP_PACKET_HEADER + header.size + payload.size;
    size_t begin = assembly->wire.size;
    uint8_t *at = buffer_reserve(&assembly->wire, size);
    if (at == NULL || assembly->packet_count == PACKETS_IN_FRAME_MAX) {
        assembly->failed = true;
        return;
    }
    assembly->packets[assembly->packet_count++] = (uint32_t)begin;
    const struct rtp_packet rtp = {.payload_type = CLIP_PAYLOAD_TYPE};
    struct writer w = writer_on(at, size);
    interleaved_write_header(&w, 0, (uint16_t)(size - INTERLEAVED_HEADER_SIZE));
    rtp_write_header(&w, &rtp);
    writer_bytes(&w, header);
    writer_bytes(&w, payload);
}

/* A unit larger than a packet, in fragments. */
static void append_fragments(struct assembly *assembly, enum codec codec,
                             struct bytes nal)
{
    size_t nal_header = codec == CODEC_H265 ? 2 : 1;
    uint8_t header[3] = {nal.data[0], 0, 0};
    uint8_t type = 0;
    if (codec == CODEC_H265) {
        type = h265_nal_type(nal);
        header[0] = (uint8_t)((nal.data[0] & 0x81) | FU_H265 << 1);
        header[1] = nal.data[1];
    } else {
        type = h264_nal_type(nal);
        header[0] = (uint8_t)((nal.data[0] & 0xe0) | FU_A);
    }
    struct bytes left = {nal.data + nal_header, nal.size - nal_header};
    unsigned mark = FU_FIRST;
    while (left.size > 0) {
        size_t room = CLIP_PAYLOAD_MAX - nal_header - 1;
        size_t size = left.size < room ? left.size : room;
        mark |= size == left.size ? FU_LAST : 0u;
        header[nal_header] = (uint8_t)(mark | type);
        append_packet(assembly, bytes_of(header, nal_header + 1),
                      (struct bytes){left.data, size});
        left = (struct bytes){left.data + size, left.size - size};
        mark = 0;
    }
}

static void append_nal(struct assembly *assembly, enum codec codec,
                       struct bytes nal)
{
    nal_sample_append(&assembly->sample, nal);
    if (nal.size <= CLIP_PAYLOAD_MAX)
        append_packet(assembly, (struct bytes){NULL, 0}, nal);
    else
        append_fragments(assembly, codec, nal);
    if (codec_nal_is_slice(codec, nal)) {
        assembly->has_slice = true;
        assembly->is_key |= codec_nal_is_key(codec, nal);
    }
    assembly->failed |= assembly->sample.failed || assembly->wire.failed;
}

/* The last packet of an access unit bears the marker: RFC 6184 section 5.1. */
static void mark_last(struct assembly *assembly)
{
    uint32_t last = assembly->packets[assembly->packet_count - 1];
    assembly->wire.data[last + INTERLEAVED_HEADER_SIZE + 1] |= 0x80;
}

static enum status make_frame(struct assembly *assembly,
                              struct camsim_clip_frame *out)
{
    uint8_t digest[SHA256_SIZE];
    const struct bytes sample = buffer_bytes(&assembly->sample);
    enum status s = sha256(&sample, 1, digest);
    if (s != STATUS_OK)
        return s;
    mark_last(assembly);
    out->wire = alloc_array(assembly->wire.size, 1);
    out->packets = alloc_array(assembly->packet_count, sizeof *out->packets);
    if (out->wire == NULL || out->packets == NULL) {
        alloc_free(out->wire);
        alloc_free(out->packets);
        return STATUS_NO_MEMORY;
    }
    memcpy(out->wire, assembly->wire.data, assembly->wire.size);
    memcpy(out->packets, assembly->packets,
           assembly->packet_count * sizeof *out->packets);
    out->size = assembly->wire.size;
    out->packet_count = assembly->packet_count;
    out->is_key = assembly->is_key;
    hex_encode(bytes_of(digest, sizeof digest), out->digest);
    return STATUS_OK;
}

static enum status grow(struct camsim_clip *clip, size_t *capacity)
{
    if (clip->count < *capacity)
        return STATUS_OK;
    if (clip->count >= CLIP_FRAME_COUNT_MAX)
        return STATUS_LIMIT;
    size_t wanted = *capacity == 0 ? FRAMES_FIRST : *capacity * 2;
    struct camsim_clip_frame *frames =
        alloc_resize(clip->frames, wanted, sizeof *frames);
    if (frames == NULL)
        return STATUS_NO_MEMORY;
    clip->frames = frames;
    *capacity = wanted;
    return STATUS_OK;
}

static enum status finish_frame(struct camsim_clip *clip, size_t *capacity,
                                struct assembly *assembly)
{
    if (assembly->failed)
        return STATUS_NO_MEMORY;
    enum status s = grow(clip, capacity);
    struct camsim_clip_frame frame = {0};
    if (s == STATUS_OK)
        s = make_frame(assembly, &frame);
    if (s != STATUS_OK)
        return s;
    clip->frames[clip->count++] = frame;
    if (frame.size > clip->frame_size_max)
        clip->frame_size_max = frame.size;
    buffer_clear(&assembly->sample);
    buffer_clear(&assembly->wire);
    assembly->packet_count = 0;
    assembly->has_slice = false;
    assembly->is_key = false;
    return STATUS_OK;
}

static enum status cut(struct camsim_clip *clip, struct bytes stream,
                       struct assembly *assembly)
{
    enum status s = STATUS_OK;
    size_t capacity = 0;
    struct bytes nal = {NULL, 0};
    while (s == STATUS_OK && nal_stream_next(&stream, &nal)) {
        if (nal.size < (clip->codec == CODEC_H265 ? 2u : 1u))
            return STATUS_BAD_INPUT;
        if (assembly->has_slice &&
            codec_nal_begins_access_unit(clip->codec, nal))
            s = finish_frame(clip, &capacity, assembly);
        append_nal(assembly, clip->codec, nal);
    }
    if (s == STATUS_OK && assembly->has_slice)
        s = finish_frame(clip, &capacity, assembly);
    return s;
}

static bool has_key(const struct camsim_clip *clip)
{
    for (size_t i = 0; i < clip->count; i++) {
        if (clip->frames[i].is_key)
            return true;
    }
    return false;
}

static void assembly_destroy(struct assembly **assembly)
{
    if (*assembly == NULL)
        return;
    buffer_deinit(&(*assembly)->sample);
    buffer_deinit(&(*assembly)->wire);
    alloc_free(*assembly);
    *assembly = NULL;
}

enum status camsim_clip_create(struct bytes stream, enum codec codec,
                               unsigned frames_per_second,
                               struct camsim_clip **out)
{
    *out = NULL;
    if (stream.size > CLIP_BYTES_MAX || frames_per_second == 0 ||
        frames_per_second > CLIP_FRAMES_PER_SECOND_MAX)
        return STATUS_LIMIT;
    AUTO(camsim_clip_destroy)
    struct camsim_clip *clip = alloc_zeroed(sizeof *clip);
    AUTO(assembly_destroy)
    struct assembly *assembly = alloc_zeroed(sizeof *assembly);
    if (clip == NULL || assembly == NULL)
        return STATUS_NO_MEMORY;
    assembly->sample = buffer_with_limit(SAMPLE_SIZE_MAX);
    assembly->wire = buffer_with_limit((size_t)2 * SAMPLE_SIZE_MAX);
    clip->codec = codec;
    clip->frames_per_second = frames_per_second;
    enum status s = cut(clip, stream, assembly);
    if (s == STATUS_OK && !has_key(clip))
        s = STATUS_BAD_INPUT;
    if (s != STATUS_OK)
        return s;
    *out = clip;
    clip = NULL;
    return STATUS_OK;
}

void camsim_clip_destroy(struct camsim_clip **clip)
{
    if (*clip == NULL)
        return;
    for (size_t i = 0; i < (*clip)->count; i++) {
        alloc_free((*clip)->frames[i].wire);
        alloc_free((*clip)->frames[i].packets);
    }
    alloc_free((*clip)->frames);
    alloc_free(*clip);
    *clip = NULL;
}

/* The first parameter set of this type in the clip's first key frame: it is
 * small, so it fills a packet of its own. */
static struct bytes find_set(const struct camsim_clip *clip, uint8_t type)
{
    for (size_t i = 0; i < clip->count; i++) {
        const struct camsim_clip_frame *frame = &clip->frames[i];
        for (size_t k = 0; frame->is_key && k < frame->packet_count; k++) {
            size_t begin = frame->packets[k] + (size_t)CLIP_PACKET_HEADER;
            size_t end = k + 1 < frame->packet_count ? frame->packets[k + 1]
                                                     : frame->size;
            struct bytes nal = {frame->wire + begin, end - begin};
            uint8_t found = clip->codec == CODEC_H265 ? h265_nal_type(nal)
                                                      : h264_nal_type(nal);
            if (found == type)
                return nal;
        }
    }
    return (struct bytes){NULL, 0};
}

static void write_set(struct writer *out, const char *name, struct bytes set)
{
    char base64[BASE64_SIZE(NAL_PARAMETER_SET_MAX) + 1];
    if (set.size > NAL_PARAMETER_SET_MAX)
        set.size = 0;
    base64_encode(set, base64);
    writer_bytes(out, bytes_of(name, strlen(name)));
    writer_bytes(out, bytes_of(base64, strlen(base64)));
}

void camsim_clip_write_attributes(const struct camsim_clip *clip,
                                  struct writer *out)
{
    char line[128];
    if (clip->codec == CODEC_H265) {
        (void)snprintf(line, sizeof line, "a=rtpmap:%d H265/%d\r\na=fmtp:%d ",
                       CLIP_PAYLOAD_TYPE, CLIP_CLOCK_HZ, CLIP_PAYLOAD_TYPE);
        writer_bytes(out, bytes_of(line, strlen(line)));
        write_set(out, "sprop-vps=", find_set(clip, H265_NAL_VPS));
        write_set(out, ";sprop-sps=", find_set(clip, H265_NAL_SPS));
        write_set(out, ";sprop-pps=", find_set(clip, H265_NAL_PPS));
    } else {
        struct bytes sps = find_set(clip, H264_NAL_SPS);
        unsigned profile[3] = {0};
        for (size_t i = 0; i < 3 && i + 1 < sps.size; i++)
            profile[i] = sps.data[i + 1];
        (void)snprintf(line, sizeof line,
                       "a=rtpmap:%d H264/%d\r\na=fmtp:%d packetization-mode=1"
                       ";profile-level-id=%02X%02X%02X",
                       CLIP_PAYLOAD_TYPE, CLIP_CLOCK_HZ, CLIP_PAYLOAD_TYPE,
                       profile[0], profile[1], profile[2]);
        writer_bytes(out, bytes_of(line, strlen(line)));
        write_set(out, ";sprop-parameter-sets=", sps);
        write_set(out, ",", find_set(clip, H264_NAL_PPS));
    }
    writer_bytes(out, bytes_of("\r\n", 2));
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * camsim/clip - a byte stream cut into access units and packetised once.
 *
 * Each frame is kept as it goes out over RTSP's TCP connection: for every
 * packet "$", channel, size u16, RTP header, payload. A session copies it and
 * patches channel, sequence, timestamp and SSRC; nothing else differs.
 *
 * Packets: single NAL units and fragments (RFC 6184 sections 5.6, 5.8; RFC
 * 7798 sections 4.4.1, 4.4.3). Byte stream: media/nal.
 */
#ifndef CAMSIM_CLIP_H
#define CAMSIM_CLIP_H

#include <stdbool.h>

#include "base/status.h"
#include "base/writer.h"
#include "model/camera.h"

enum {
    CLIP_BYTES_MAX = 256 * 1024 * 1024, /* LIMIT: of the file */
    CLIP_FRAME_COUNT_MAX = 200000,
    CLIP_FRAMES_PER_SECOND_MAX = 120,
    CLIP_PAYLOAD_MAX = 1400, /* bytes behind the RTP header */
    CLIP_PACKET_HEADER = 4 + 12,
    CLIP_PAYLOAD_TYPE = 96,
    CLIP_CLOCK_HZ = 90000,
    CLIP_DIGEST_TEXT = 64, /* hexadecimal SHA-256 */
};

struct camsim_clip_frame {
    uint8_t *wire;
    size_t size;
    uint32_t *packets; /* where each begins in wire */
    uint32_t packet_count;
    bool is_key;
    /* SHA-256 of the access unit in MP4 form: what a receiver stores. */
    char digest[CLIP_DIGEST_TEXT + 1];
};

struct camsim_clip {
    enum codec codec;
    unsigned frames_per_second;
    struct camsim_clip_frame *frames;
    size_t count;
    size_t frame_size_max; /* of wire */
};

/*
 * Cuts and packetises a whole byte stream, which is only read.
 * frames_per_second: 1 to CLIP_FRAMES_PER_SECOND_MAX. Fails with: BAD_INPUT (no
 * access unit, none where decoding may begin), LIMIT, NO_MEMORY, INTERNAL
 * (hashing).
 */
MUST_USE enum status camsim_clip_create(struct bytes stream, enum codec codec,
                                        unsigned frames_per_second,
                                        struct camsim_clip **out);
void camsim_clip_destroy(struct camsim_clip **clip);

/* The a=rtpmap and a=fmtp lines of its session description. Sticky. */
void camsim_clip_write_attributes(const struct camsim_clip *clip,
                                  struct writer *out);

#endif

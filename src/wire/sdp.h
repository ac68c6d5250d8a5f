/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire/sdp - what a camera offers: one section per stream.
 *
 *   m=video 0 RTP/AVP 96
 *   a=rtpmap:96 H264/90000
 *   a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAK...,aM4xsg==
 *   a=control:trackID=1
 *
 * Audio and other sections are seen and counted, and can never be chosen.
 * Unknown lines and attributes are passed over.
 *
 * Source: RFC 8866 section 5; RFC 6184 section 8.2.1 (H.264); RFC 7798 section
 * 7.2.1 (H.265); RFC 2326 appendix C (control). Threads: none of its own.
 */
#ifndef WIRE_SDP_H
#define WIRE_SDP_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "model/camera.h"
#include "wire/limits.h"

enum sdp_media_kind { SDP_OTHER, SDP_VIDEO, SDP_AUDIO };

/* One m= section; views into the description. */
struct sdp_media {
    enum sdp_media_kind kind;
    enum codec codec; /* NONE: not one that is recorded, or no RTP/AVP */
    uint8_t payload_type;
    uint32_t clock_rate_hz;
    unsigned packetization_mode; /* H.264: 0 single NAL unit, 1 with FU-A */
    bool has_decoding_order;     /* H.265: sprop-max-don-diff above 0 */
    struct text encoding;        /* "H264", "JPEG", ...: for people */
    struct text control;
    struct text sets[3]; /* base64 lists: H.264: {both}; H.265: VPS, SPS, PPS */
};

struct sdp {
    struct text control; /* of the whole session; may be empty */
    size_t media_count;
    struct sdp_media media[SDP_MEDIA_MAX];
};

/* Fails with: BAD_INPUT (no "v=0", a line without "="), LIMIT. */
MUST_USE enum status sdp_parse(struct text description, struct sdp *out);

/* The first video section with a codec that is recorded, or NULL. */
const struct sdp_media *sdp_choose_video(const struct sdp *sdp);

/*
 * Cuts the next set off a base64 list and decodes it; padding may be missing.
 * Fails with: END (list empty), BAD_INPUT (this set; the next may be good),
 * LIMIT (size).
 */
MUST_USE enum status sdp_next_set(struct text *list, uint8_t *out, size_t size,
                                  size_t *used);

#endif

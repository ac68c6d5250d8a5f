/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire/limits - how much of a peer's protocol is taken, with unit and reason.
 *
 * What is larger is well formed perhaps, but no camera and no browser of ours
 * sends it: STATUS_LIMIT.
 */
#ifndef WIRE_LIMITS_H
#define WIRE_LIMITS_H

enum {
    /* Messages. A head lives in memory of this size inside the parser. */
    WIRE_HEAD_BYTES_MAX = 16384,       /* start line, headers, line ends */
    WIRE_START_LINE_BYTES_MAX = 4096,  /* a target with a long query */
    WIRE_HEADER_LINE_BYTES_MAX = 8192, /* cookies; RTSP Transport is short */
    WIRE_HEADERS_MAX = 64,             /* browsers send about 20 */
    WIRE_BODY_BYTES_MAX = 1 << 20,     /* JSON requests; SDP is < 10 KiB */
    WIRE_EMPTY_LINES_MAX = 2,          /* before a start line (RFC 9112 2.2) */

    /* Addresses */
    WIRE_HOST_BYTES_MAX = 255, /* a DNS name */
    WIRE_PATH_BYTES_MAX = 1024,

    /* SDP */
    SDP_BYTES_MAX = 65536,
    SDP_LINES_MAX = 1024,
    SDP_MEDIA_MAX = 16,             /* m= sections looked at */
    SDP_PARAMETER_SETS_MAX = 8,     /* of each kind */
    SDP_PARAMETER_SET_BYTES = 1024, /* one, decoded */

    /* RTP */
    RTP_PACKET_BYTES_MAX = 65535, /* the u16 of interleaved framing */
    RTP_CSRC_MAX = 15,            /* four bits */

    /* Digest */
    DIGEST_CHALLENGES_MAX = 8, /* in one response; one per algorithm */
    DIGEST_FIELD_BYTES_MAX = 512,
};

#endif

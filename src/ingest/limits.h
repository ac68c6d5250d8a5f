/* SPDX-License-Identifier: Apache-2.0 */
/* ingest/limits - what a camera's session may cost, how long it may wait. */
#ifndef INGEST_LIMITS_H
#define INGEST_LIMITS_H

enum {
    /* Times of a session, seconds */
    SESSION_REPLY_WAIT_S = 5,     /* a request unanswered: NO_DATA */
    SESSION_DATA_WAIT_S = 5,      /* playing, but no packet: NO_DATA */
    SESSION_PICTURE_WAIT_S = 30,  /* packets, but no picture: NO_DATA */
    SESSION_OTHERS_WAIT_S = 20,   /* of it with pictures, but none to begin
                                     with: UNSUPPORTED */
    SESSION_KEY_WAIT_S = 60,      /* of pictures, but no new IDR: UNSUPPORTED;
                                     looking back finds it that far away */
    SESSION_LATE_S = 1,           /* behind its deadline: we stood still */
    SESSION_TEARDOWN_WAIT_S = 1,  /* we go anyway */
    SESSION_TIMEOUT_DEFAULT_S = 60, /* RFC 2326 section 12.37 */
    SESSION_TIMEOUT_MIN_S = 4,    /* a smaller one is taken as this */
    SESSION_TIMEOUT_MAX_S = 120,  /* a larger one is taken as this */

    /* Between sessions, before chance */
    BACK_OFF_FIRST_MS = 500,
    BACK_OFF_MOST_MS = 15000,
    BACK_OFF_RULES_MOST_MS = 60000, /* the camera broke a rule: UNSUPPORTED,
                                       PROTOCOL */
    BACK_OFF_PASSWORD_MS = 30000, /* do not make a camera lock the account */
    BACK_OFF_RAN_LONG_S = 10,     /* a session: the next failure is a first */
    BACK_OFF_RAN_RULES_S = 60,    /* likewise, where the camera broke a rule: no
                                     limit of a session looks further back */

    /* Sizes of a session */
    SESSION_ID_BYTES_MAX = 255,
    SESSION_URL_BYTES_MAX = 1536, /* base address and control together */
    SESSION_OUTPUT_BYTES_MAX = 65536, /* requests waiting for the socket */
    SESSION_DETAIL_SIZE = 100,    /* characters, with the zero: for people */
    SESSION_CNONCE_SIZE = 17,     /* 64 random bits in hex and a zero */
    SESSION_CHALLENGES_MAX = 2,   /* answered for one request */
    SESSION_OUTPUT_OPTIONAL_BYTES = 4096, /* reports only below this */
    SESSION_METHOD_SIZE = 16,
    SESSION_CREDENTIAL_BYTES_MAX = 128,
    LOSS_STATE_EVERY_S = 1, /* losses are told together */

    /* What a camera sends at most, of whatever: four times 4K at its best. More
     * would take ring and disks from the others. */
    SESSION_KBPS_MAX = 64000,
    SESSION_BURST_S = 2, /* of it, at once */

    /* Parameter sets: their record holds at most CODEC_CONFIG_SIZE_MAX. */
    PARAMETER_SETS_MAX = 24,
    PARAMETER_SETS_BYTES_MAX = 4096,

    /* Each change of the configuration cuts a record and is an entry. A camera
     * makes one when somebody sets it up anew, or when night falls. */
    CONFIG_CHANGES_MAX = 8, /* after the first, */
    CONFIG_CHANGES_S = 60,  /* within so many seconds */

    /* Packets in a row of another payload type than described, and none of it:
     * that is what this camera sends. */
    PAYLOAD_TYPE_BELIEVED_PACKETS = 32,
    PAYLOAD_TYPE_DYNAMIC_MIN = 96, /* RFC 3551 section 6: below are others */

    /* A unit's memory goes back above this once units are small again. */
    ACCESS_UNIT_KEEP_BYTES = 1 << 15,

    /* A packet at most this much older than the newest is a repetition; one
     * that is older still begins a new count. */
    SEQUENCE_BACK_MAX = 100,

    /* Datagrams out of order: what waits for those before it. 128 packets are
     * a key picture of 180 KB; 100 ms are more than a switch ever holds back. */
    REORDER_PACKETS_MAX = 128,
    REORDER_BYTES_MAX = 256 * 1024,
    REORDER_WAIT_MS = 100,
    REORDER_JUMP_MAX = 3000, /* RFC 3550 section A.1: MAX_DROPOUT */

    /* Receiver reports: every half to three halves of this, RFC 3550 6.2 */
    REPORT_EVERY_S = 5,
    REPORT_MISSED_PACKETS = 8, /* sent more than came: not those under way */
    RTCP_COMPOUND_SIZE = 64, /* a report and our name */

    /* Further from the latest picture shown: no matter of order. */
    DECODE_ORDER_FAR_S = 1,

    /* Clocks */
    TIME_MAP_SLEW_PPM = 500,     /* what no crystal exceeds */
    TIME_MAP_WINDOW_S = 10,      /* the least delay in it is the true one */
    TIME_MAP_JUMP_S = 10,        /* further from arrival: the clock stepped */
    TIME_MAP_BACK_S = 1,         /* so far behind the one before: likewise */
    TIME_MAP_LATE_S = 5,         /* a whole window later: likewise */
    SAMPLE_DURATION_DEFAULT_US = 66667, /* until two samples are known */
    CLOCK_STATE_EVERY_S = 1,     /* how often a step is told at most */
    CLOCK_CALM_S = 10,           /* after the last one all is well again */
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* web/limits - every quantity that a browser may choose, with its limit. */
#ifndef WEB_LIMITS_H
#define WEB_LIMITS_H

enum {
    /* Shape of a request; the head's own limits are those of wire/limits.h. */
    WEB_PATH_MAX = 256,     /* bytes; the longest route is far shorter */
    WEB_QUERY_MAX = 512,    /* bytes behind the question mark */
    WEB_HOST_MAX = 255,     /* bytes: a DNS name with a port */
    WEB_BODY_MAX = 65536,   /* bytes; a route may ask for less */
    WEB_SESSION_MAX = 64,   /* bytes of a session's token */

    /* Flat JSON objects. */
    WEB_JSON_MEMBERS_MAX = 32,
    WEB_JSON_DEPTH_MAX = 2,        /* the object and one array */
    WEB_JSON_NUMBERS_MAX = 4096,   /* in one array: cameras of a wall */

    /* Time, absolute from the event named, in ms. */
    WEB_HEAD_MS = 10000,        /* accepted, or first byte -> whole head */
    WEB_BODY_MS = 30000,        /* head -> whole body */
    WEB_IDLE_MS = 60000,        /* answered -> first byte of the next */
    WEB_WRITE_MS = 20000, /* for the next WEB_WRITE_LEAST bytes of output */
    WEB_LINGER_MS = 2000,       /* last byte sent -> closed */

    /* How many. */
    WEB_CONNECTIONS_MAX = 512,
    WEB_CONNECTIONS_PER_NETWORK_MAX = 32, /* a browser opens 6 per page */

    /* Output that waits in memory for one slow reader. */
    WEB_OUTPUT_MAX = 96 * 1024 * 1024, /* bytes; beyond it the peer goes */
    WEB_OUTPUT_HIGH = 2 * 1024 * 1024, /* above it streams stop reading on */
    WEB_OUTPUT_NEXT = 65536, /* above it the next request waits */
    WEB_WRITE_LEAST = 65536, /* or all there is, in WEB_WRITE_MS: 3 KB/s */

    /* Public pages. */
    WEB_PUBLIC_AGE_MS = 5000, /* so old an answer may be when it is given */
    WEB_PUBLIC_KEPT_MAX = 32, /* pages kept for that: 11 in two languages */
    WEB_PUBLIC_KEPT_BYTES_MAX = 4 << 20, /* of one page */
    WEB_PUBLIC_BURST = 60,    /* requests of one network at once */
    WEB_PUBLIC_EVERY_MS = 500, /* and one more after so long */
    WEB_PUBLIC_NETWORKS = 1024, /* remembered; more share by chance */

    /* Video. */
    WEB_MEDIA_SPAN_US = 10 * 1000000,   /* one answer of /media */
    WEB_MOTION_SPAN_US = 120 * 1000000, /* one answer of /motion */
    WEB_VIEW_SPAN_MAX_US = 0x7fffffff,  /* see web_media.c */
    WEB_TICKET_RENEW_MS = 15000, /* of 60 s: so soon a closed view ends */
};

#endif

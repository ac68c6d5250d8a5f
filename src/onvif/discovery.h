/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onvif/discovery - WS-Discovery: who on this network is a camera.
 *
 *   Probe        to 239.255.255.250, port 3702, with our MessageID
 *   ProbeMatches from each camera, RelatesTo that MessageID
 *
 * Nothing is believed of an answer but that it came; an address in it is shown
 * and not connected to.
 *
 * Source: WS-Discovery (April 2005) sections 4 and 5; ONVIF Core section 7.
 * Threads: none of its own.
 */
#ifndef ONVIF_DISCOVERY_H
#define ONVIF_DISCOVERY_H

#include "base/buffer.h"
#include "onvif/answer.h"

enum {
    DISCOVERY_PORT = 3702,
    DISCOVERY_ID_SIZE = 46, /* "urn:uuid:" and 36 characters and a zero */
    DISCOVERY_RANDOM_SIZE = 16,
};
#define DISCOVERY_GROUP "239.255.255.250"

struct discovery_match {
    char id[ONVIF_TOPIC_SIZE];       /* endpoint reference: of the device */
    char address[ONVIF_ADDRESS_SIZE]; /* the first http one it names */
    char name[ONVIF_WORD_SIZE];      /* of its scopes; for people */
    char hardware[ONVIF_WORD_SIZE];
    char location[ONVIF_WORD_SIZE];
};

struct discovery_matches {
    size_t count;
    struct discovery_match list[DISCOVERY_MATCHES_MAX];
};

/* A UUID of random bytes (RFC 9562 version 4) as a URN. */
void discovery_id(const uint8_t random[DISCOVERY_RANDOM_SIZE],
                  char out[DISCOVERY_ID_SIZE]);

/* Sticky failure in out. */
void discovery_probe_write(struct buffer *out, const char *id);

/* Fails with: BAD_INPUT (no ProbeMatches, or of another probe than id), LIMIT,
 * NO_MEMORY. Matches without an address are left out. */
MUST_USE enum status discovery_matches_read(struct bytes datagram,
                                            const char *id,
                                            struct discovery_matches *out);

#endif

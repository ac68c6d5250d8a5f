/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/camera/talk - ONVIF requests to one camera, one connection each.
 *
 * The first question is for the camera's time, which needs no password; every
 * proof of the password afterwards is dated by it.
 */
#ifndef CMD_CAMERA_TALK_H
#define CMD_CAMERA_TALK_H

#include "cmd/camera/target.h"
#include "onvif/event.h"
#include "wire/digest.h"

struct camera_talk {
    const struct camera_target *target;
    struct onvif_services services; /* filled by camera_talk_services */
    char subscription[ONVIF_ADDRESS_SIZE]; /* as the camera wrote it */
    int64_t clock_ahead_us; /* the camera's clock before ours */
    bool knows_clock;
    bool has_challenge;
    struct digest_challenge challenge; /* of HTTP */
    struct soap_fault fault;           /* of the last refusal */
    /* Of the last connection */
    bool is_forbidden; /* camera_networks does not hold its address */
    bool lacks_tls;    /* it connected, but speaks no TLS */
    bool is_untrusted; /* its certificate, seen, is not the pinned one */
    uint8_t seen[TLS_FINGERPRINT_SIZE];
};

/* target is borrowed. */
void camera_talk_init(struct camera_talk *talk,
                      const struct camera_target *target);

/*
 * Asks; *answer stands in *tree, which the caller owns on success.
 * Fails with: as camera_wire_open and soap_answer, BAD_INPUT (no SOAP), LIMIT,
 * AGAIN (time). DENIED with an empty reason in fault: is_forbidden.
 */
MUST_USE enum status camera_talk_ask(struct camera_talk *talk,
                                     enum onvif_request request,
                                     const struct text *arguments,
                                     struct xml_tree **tree,
                                     const struct xml_node **answer);

/* The camera's clock. Fails with: as camera_talk_ask. */
MUST_USE enum status camera_talk_clock(struct camera_talk *talk);

/* What it offers, and where. Fails with: as camera_talk_ask. */
MUST_USE enum status camera_talk_services(struct camera_talk *talk);

bool camera_talk_offers(const struct camera_talk *talk,
                        enum onvif_service service);

#endif

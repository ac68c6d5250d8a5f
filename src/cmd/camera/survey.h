/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/camera/survey - what a camera says of itself over ONVIF. */
#ifndef CMD_CAMERA_SURVEY_H
#define CMD_CAMERA_SURVEY_H

#include "cmd/camera/talk.h"

/* What was to be set in a camera. Its word that it is done counts for nothing:
 * it is asked again. */
enum camera_deed {
    CAMERA_DEED_NOT_ASKED,
    CAMERA_DEED_UNDONE, /* refused, not offered, or not what it says now */
    CAMERA_DEED_DONE,
};

struct camera_survey {
    enum status reached;   /* OK; or why it could not be asked */
    struct soap_fault fault; /* where it refused */
    bool is_forbidden;       /* camera_networks does not hold its address */
    bool lacks_tls;          /* it connected, but speaks no TLS */
    bool is_untrusted;       /* its certificate, seen, is not the pinned one */
    uint8_t seen[TLS_FINGERPRINT_SIZE];

    bool knows_clock;
    int64_t clock_ahead_us; /* as found, before it was set */
    enum camera_deed clock_deed;

    struct onvif_device device;
    struct onvif_profiles profiles;
    struct onvif_profile *recorded; /* that of the plant's path; or NULL */
    struct onvif_profile *sub;      /* that of the plant's sub_path; or NULL */
    char path[ONVIF_ADDRESS_SIZE];  /* of the first profile's stream */
    const struct onvif_profile *first;  /* that one; or NULL */
    const struct onvif_profile *missed; /* with pictures, before that one: of
                                         * another format, or without an
                                         * address; or NULL */
    char sub_path[ONVIF_ADDRESS_SIZE]; /* the smallest other one's of the same
                                        * source; empty: there is none */
    uint16_t port;                  /* of it; 0: not said */
    bool has_snapshot;

    bool audio_was_removed;
    enum camera_deed audio_deed;

    bool knows_masks;
    struct onvif_masks masks;
    enum camera_deed mask_deed;

    bool has_events; /* a pull point could be made */
    size_t motion_topics;
    size_t tamper_topics;

    bool knows_storage; /* it answered one of both questions */
    size_t storages;
    size_t recordings;
};

/* A clock that is further off is wrong. */
enum { CAMERA_CLOCK_OFF_US = 2 * SECOND_US };

struct camera_survey_options {
    bool wants_clock_set;
    bool wants_audio_off;
    /* Left, bottom, right, top from -1 to 1 as text; NULL: no mask is made. */
    const struct text *mask;
};

/* How many masks are on. */
size_t camera_survey_masks_on(const struct camera_survey *survey);

/* Fills out, whatever the camera does. Fails with: NO_MEMORY. */
MUST_USE enum status camera_survey(const struct camera_target *target,
                                   const struct camera_survey_options *options,
                                   struct camera_survey *out);

/* A format that is recorded: H.264 or H.265. */
bool camera_survey_is_video(const struct onvif_profile *profile);

/* Only where the first profile's stream is, and its sub stream's path. Fails
 * with: as camera_talk_ask; fault says more. */
MUST_USE enum status camera_survey_stream(const struct camera_target *target,
                                          struct camera_survey *out);

#endif

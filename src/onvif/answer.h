/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onvif/answer - what cameras say, as plain values.
 *
 * Each function takes the answering element, as soap_answer finds it. Texts are
 * copied, zero terminated, and plain (base/text.h). What is not there is empty
 * or 0: cameras leave out much that the schemas demand.
 *
 * Fails with, throughout: BAD_INPUT (another element than the answer).
 *
 * Source: ONVIF Core, Media, Media 2, Recording Control. Threads: none.
 */
#ifndef ONVIF_ANSWER_H
#define ONVIF_ANSWER_H

#include "onvif/request.h"

struct onvif_device {
    char manufacturer[ONVIF_WORD_SIZE];
    char model[ONVIF_WORD_SIZE];
    char firmware[ONVIF_WORD_SIZE];
    char serial[ONVIF_WORD_SIZE];
    char hardware[ONVIF_WORD_SIZE];
};

/* Paths of the services, with their leading slash; empty: not offered. Hosts
 * and ports are passed over: see onvif/address.h. */
struct onvif_services {
    char paths[ONVIF_SERVICES][ONVIF_ADDRESS_SIZE];
};

/* One way in which a camera sends its pictures. */
struct onvif_profile {
    char token[ONVIF_TOKEN_SIZE];
    char name[ONVIF_WORD_SIZE];
    char source[ONVIF_TOKEN_SIZE]; /* token of the video source configuration */
    char encoding[ONVIF_WORD_SIZE]; /* "H264", "H265", "JPEG"; empty: none */
    uint32_t width;
    uint32_t height;
    uint32_t fps;
    uint32_t kbps;
    uint32_t gop; /* pictures from key picture to key picture; 0: not said */
    bool has_audio;
    bool turns; /* it has a configuration for turning or zooming */
};

struct onvif_profiles {
    size_t count;
    struct onvif_profile list[ONVIF_PROFILES_MAX];
};

struct onvif_mask {
    char token[ONVIF_TOKEN_SIZE];
    char source[ONVIF_TOKEN_SIZE];
    char type[ONVIF_WORD_SIZE]; /* "Color", "Pixelated", "Blurred" */
    bool is_enabled;
    size_t point_count; /* those beyond ONVIF_MASK_POINTS_MAX are left out */
    /* Millionths: -1,000,000 is left and bottom, 1,000,000 right and top. */
    struct {
        int32_t x;
        int32_t y;
    } points[ONVIF_MASK_POINTS_MAX];
};

struct onvif_masks {
    size_t count;
    struct onvif_mask list[ONVIF_MASKS_MAX];
};

/* GetSystemDateAndTime: the camera's UTC. Fails also with: NOT_FOUND. */
MUST_USE enum status onvif_read_time(const struct xml_tree *tree,
                                     const struct xml_node *answer,
                                     struct wall_time *out);

MUST_USE enum status onvif_read_device(const struct xml_tree *tree,
                                       const struct xml_node *answer,
                                       struct onvif_device *out);

/* GetServices or GetCapabilities. */
MUST_USE enum status onvif_read_services(const struct xml_tree *tree,
                                         const struct xml_node *answer,
                                         struct onvif_services *out);

/* GetStorageConfigurations or GetRecordings: how many places or recordings
 * the camera keeps of its own. */
MUST_USE enum status onvif_read_storage(const struct xml_tree *tree,
                                        const struct xml_node *answer,
                                        size_t *count);

/* ---- onvif/answer_media ------------------------------------------------- */

/* GetProfiles of either media service. Profiles without a token are left out,
 * and those beyond ONVIF_PROFILES_MAX. */
MUST_USE enum status onvif_read_profiles(const struct xml_tree *tree,
                                         const struct xml_node *answer,
                                         struct onvif_profiles *out);

/* GetStreamUri or GetSnapshotUri of either, user and password left in it as
 * the camera sent them: parse it with url or onvif_address before it is shown.
 * Fails also with: LIMIT. */
MUST_USE enum status onvif_read_uri(const struct xml_tree *tree,
                                    const struct xml_node *answer,
                                    char out[ONVIF_ADDRESS_SIZE]);

MUST_USE enum status onvif_read_masks(const struct xml_tree *tree,
                                      const struct xml_node *answer,
                                      struct onvif_masks *out);

/* ---- small readers that more than one of them needs ---------------------- */

/* For people: cut off at a character's end; not plain: empty. */
void onvif_copy_word(struct text text, char *out, size_t size);
/* Tokens and the like: whole, or empty. */
void onvif_copy_token(struct text text, char *out, size_t size);
/* 0 where it is none, or too large. "25" and "25.0" alike. */
uint32_t onvif_number(struct text text);
/* "-0.25" in millionths; 0 where it is none; within +-1,000,000. */
int32_t onvif_millionths(struct text text);
bool onvif_is_true(struct text text);

#endif

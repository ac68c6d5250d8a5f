/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/exclusions - what people have signed about places that are not filmed, as
 * the log has it: of each camera and place the last exclusion.signed.
 *
 * A signature is outdated where the log tells later that the camera is another,
 * or set otherwise: pictures of another codec or size, another certificate.
 * What the log cannot tell (address, masks, the notice's words) stands in
 * state_sha256, for whoever knows them to compare.
 *
 * Threads: one.
 */
#ifndef LOG_EXCLUSIONS_H
#define LOG_EXCLUSIONS_H

#include <stdbool.h>

#include "log/entry_line.h"

enum {
    EXCLUSION_PLACE_MAX = 1024, /* bytes of a place's words */
    EXCLUSION_DIGEST_SIZE = 65, /* hexadecimal, terminated; so are the next */
    EXCLUSION_PERSON_SIZE = 65,
    EXCLUSION_PICTURES_SIZE = 64,
    EXCLUSIONS_MAX = 65536, /* camera and place; more are passed over */
};

/* How the place is kept out of the picture; NONE: it is not any more. */
enum exclusion_proof {
    EXCLUSION_BY_NONE,
    EXCLUSION_BY_AIM,
    EXCLUSION_BY_MASK,
    EXCLUSION_PROOF_COUNT
};

struct exclusion_signature {
    uint32_t camera;
    char *place; /* owned, terminated */
    enum exclusion_proof by;
    char picture_sha256[EXCLUSION_DIGEST_SIZE];
    char state_sha256[EXCLUSION_DIGEST_SIZE];
    char person[EXCLUSION_PERSON_SIZE]; /* the account's, of the notice */
    uint32_t account;
    struct wall_time taken;  /* the picture */
    struct wall_time signed_at;
    uint64_t entry;
    bool is_outdated;
};

/* What a camera's pictures are, as its last camera.codec says. */
struct exclusion_pictures {
    uint32_t camera;
    char words[EXCLUSION_PICTURES_SIZE];
};

struct exclusions {
    struct exclusion_signature *list;
    size_t count;
    size_t capacity;
    struct exclusion_pictures *pictures;
    size_t picture_count;
    size_t picture_capacity;
    bool failed; /* out of memory: answers are not complete */
};

void exclusions_deinit(struct exclusions *exclusions);

/* Takes an entry in; sticky failure. */
void exclusions_add(struct exclusions *exclusions,
                    const struct entry_line *entry);

/* NULL: nobody has signed. Borrowed until the next exclusions_add. */
const struct exclusion_signature *
exclusions_find(const struct exclusions *exclusions, uint32_t camera,
                struct text place);

/* "none", "aim", "mask". Never NULL. */
const char *exclusion_proof_name(enum exclusion_proof proof);

/* Fails with: NOT_FOUND. */
MUST_USE enum status exclusion_proof_from_name(struct text name,
                                               enum exclusion_proof *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/verify/destruction - checks a record of destruction.
 *
 * By itself: every line of the log in it is in its one form and hashes to its
 * leaf; all that the record says in other words is what the lines say; the
 * commitments are those that the deletion.done counts; the reason is the one
 * that the intent commits to; what a TPM signed, its key signed. Against an
 * installation, which may be running: the log has these lines at these numbers;
 * no key of the destroyed spans is in the live table, and none with one of these
 * commitments. Images: no copy of key files opens with the roots that the
 * machine holds. Where those are in a TPM that is not there, all the rest is
 * checked, and what is not is said.
 *
 * Threads: none.
 */
#ifndef CMD_VERIFY_DESTRUCTION_H
#define CMD_VERIFY_DESTRUCTION_H

#include <jansson.h>

#include "base/encoding.h"
#include "cmd/verify/private.h"
#include "crypto/hash.h"

enum { VERIFY_IMAGES_MAX = 64, VERIFY_IMAGE_NAME_SIZE = 128 };

struct verify_image {
    char name[VERIFY_IMAGE_NAME_SIZE];
    size_t blocks;
    size_t opened; /* by the roots that the machine holds */
    bool has_roots; /* root files of its own, at level 0 */
    size_t opened_itself; /* by those: says that the check can see */
    bool is_tried;        /* with all roots that the machine holds */
};

/* What a TPM has signed of it. */
struct verify_attestation {
    bool is_due; /* a TPM erased */
    bool is_there;
    bool is_signed;
    uint64_t epoch;
    char manufacturer[5];
    char key_sha256[HEX_SIZE(SHA256_SIZE) + 1];
};

struct verify_destruction {
    struct verify verify; /* its problems */
    json_t *record;
    size_t lines;       /* of the log, checked */
    size_t commitments; /* likewise */
    size_t lines_found; /* in the installation's log */
    size_t live_keys;   /* in its table */
    struct verify_attestation attestation;
    struct verify_image images[VERIFY_IMAGES_MAX];
    size_t image_count;
    const char *unchecked[2]; /* what the TPM was needed for */
    size_t unchecked_count;
    enum status tpm; /* why it was not there */
};

/* The record in itself. Fails with: NOT_FOUND, IO (file), BAD_INPUT (no JSON
 * object), NO_MEMORY. Findings are no failure. */
MUST_USE enum status verify_destruction_record(struct verify_destruction *check,
                                               const char *file);

/* The installation below check->verify.directory runs. beside: outlives the
 * check. Fails as verify_beside_begin. */
MUST_USE enum status
verify_destruction_beside(struct verify_destruction *check,
                          struct verify_beside *beside);

/* Against the installation below check->verify.directory, whose lock the caller
 * holds unless it runs. Fails as verify_run. */
MUST_USE enum status
verify_destruction_installation(struct verify_destruction *check);

/* Every directory with key files in or below images (one level), against the
 * roots of the installation, where there is one. Fails with: NOT_FOUND (none
 * there), and as keys/image.h. */
MUST_USE enum status verify_destruction_images(struct verify_destruction *check,
                                               const char *images);

/* Nothing wrong, and nothing left unchecked. */
bool verify_destruction_is_ok(const struct verify_destruction *check);

void verify_destruction_deinit(struct verify_destruction *check);

void verify_destruction_print(const struct verify_destruction *check,
                              bool as_json);

/* ---- shared by its files ---------------------------------------------------- */

/* Member of the record's entries with this number; NULL: none. */
const json_t *verify_destruction_line(const struct verify_destruction *check,
                                      json_int_t number);

/* The attestation of the record, where it has one; and what it is worth. */
void verify_attestation(struct verify_destruction *check);
void verify_attestation_print(const struct verify_destruction *check);

/* Strict reading: wrong types are -1 and "". */
int64_t record_number(const json_t *object, const char *name);
const char *record_text(const json_t *object, const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/package/check - an evidence package alone, by anybody, anywhere: no key is
 * needed, and nothing is fetched.
 *
 *   container     each byte of the zip has its place; each file its sum
 *   log           lines hash to leaves, proofs lead to the checkpoint's root, the
 *                 checkpoint is signed, by the log and by witnesses that are named
 *   two people    who asked, who said yes; a masked camera's pictures need both
 *   manifest      its sum is the one in the entry export.made, its order the one
 *                 in the entry export
 *   groups        each leaf is bound to the one before, and leads to a root in
 *                 the log
 *   pictures      the samples of each group hash to what its leaf says
 *   gaps          what is missing is named
 *
 * Threads: none.
 */
#ifndef CMD_PACKAGE_CHECK_H
#define CMD_PACKAGE_CHECK_H

#include "base/status.h"
#include "cmd/verify/verify.h"

enum { CHECK_PROBLEMS_MAX = 100, CHECK_WITNESSES_MAX = 16 };

/* Who has cosigned the checkpoint, and when, by the witness's own clock. */
struct package_witness {
    char name[256];
    uint64_t time_s;
};

struct package_request {
    const char *path;
    const char *vkey;     /* of the log, as it is believed; NULL: its own */
    const char *const *witnesses; /* vkeys, whose cosignatures must be there */
    size_t witness_count;         /* CHECK_WITNESSES_MAX at most */
    const char *password; /* NULL: none */
};

struct package_result {
    uint64_t export;
    size_t cameras;
    uint64_t groups;
    uint64_t groups_hashed; /* whole, and hashed anew */
    uint64_t samples;
    uint64_t loose;  /* pictures under no leaf */
    uint64_t gaps;   /* named ones */
    uint64_t entries;
    uint64_t size;   /* of the log at the checkpoint */
    size_t cosignatures; /* not checked: their witnesses' keys are not known */
    struct package_witness witnesses[CHECK_WITNESSES_MAX]; /* and checked */
    size_t witness_count;
    uint64_t approval; /* the entry of another person's yes; 0: none */
    bool has_masked;   /* some of the pictures are of masked cameras */
    bool has_given_key;
    char origin[256];
    struct verify_problem problems[CHECK_PROBLEMS_MAX];
    size_t problem_count;
    size_t problems_all;
};

/* What is wrong is a problem, not a failure. Fails with: NOT_FOUND, DENIED (not
 * readable, or a password is needed), CONFLICT (it is wrong), BAD_INPUT (a vkey), IO,
 * NO_MEMORY, INTERNAL. */
MUST_USE enum status package_check(const struct package_request *request,
                                   struct package_result *out);

#endif

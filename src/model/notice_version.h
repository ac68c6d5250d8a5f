/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/notice_version - one version of an installation's notice: when it was
 * announced, when it is in force, why it came, and by what it ended.
 *
 * A version never changes once it is announced; its state does. At most one is
 * active, at most one is announced and waits for its day.
 */
#ifndef MODEL_NOTICE_VERSION_H
#define MODEL_NOTICE_VERSION_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/time.h"

enum {
    NOTICE_VERSION_MAX = 9999, /* numbers, from 1 */
    NOTICE_DIGEST_SIZE = 65,   /* SHA-256 in hexadecimal, terminated */
    NOTICE_REASON_SIZE = 1025, /* terminated */
    NOTICE_LEAD_DAYS = 7,      /* between announcement and effect, at least */
    NOTICE_LEAD_DEMO_S = 5,    /* likewise in a demo */
};

enum notice_version_state {
    NOTICE_VERSION_ANNOUNCED = 1,
    NOTICE_VERSION_ACTIVE,
    NOTICE_VERSION_SUPERSEDED,
    NOTICE_VERSION_WITHDRAWN, /* before its day */
};

/* Why a version may act without the days of notice; shown as declared. */
enum notice_exception {
    NOTICE_EXCEPTION_NONE = 1,
    NOTICE_EXCEPTION_FIRST,       /* the installation's first version */
    NOTICE_EXCEPTION_RESTRICTION, /* only takes away from viewing */
    NOTICE_EXCEPTION_CORRECTION,  /* only corrects facts */
    NOTICE_EXCEPTION_REPLACED,    /* the files of the one in force were lost */
};

/* Why a draft is not announced. */
enum notice_refusal {
    NOTICE_REFUSED_NOT = 0,
    NOTICE_REFUSED_NO_DRAFT,     /* no file of this hash waits */
    NOTICE_REFUSED_UNSOUND,      /* the linter blocks it; detail: its word */
    NOTICE_REFUSED_UNCHANGED,    /* it is the one in force */
    NOTICE_REFUSED_TOO_SOON,     /* detail: the first day that will do */
    NOTICE_REFUSED_OTHER_DATES,  /* its own dates differ; detail: which */
    NOTICE_REFUSED_ONE_WAITS,    /* detail: the version that is announced */
    NOTICE_REFUSED_NO_EXCEPTION, /* detail: the change that is none */
    NOTICE_REFUSED_UNBOUND,      /* detail: what the plant misses in it */
    NOTICE_REFUSED_UNSIGNED,     /* the plant asks for a signature */
    NOTICE_REFUSED_COUNT
};

/* Times of 0: it has not come to that. */
struct notice_version {
    uint32_t number;
    enum notice_version_state state;
    enum notice_exception exception;
    struct wall_time announced;
    struct wall_time effective; /* as announced */
    struct wall_time active;    /* when it began to act */
    struct wall_time ended;     /* superseded or withdrawn */
    struct wall_time confirmed; /* said to stand on the homepage */
    struct wall_time differed;  /* another page was found there since; else 0 */
    uint32_t successor;         /* by which it was superseded; else 0 */
    uint64_t entry;             /* in the log: notice.announced; else 0 */
    char sha256[NOTICE_DIGEST_SIZE];          /* of its notice.yaml */
    char manifest_sha256[NOTICE_DIGEST_SIZE]; /* of its list of files */
    char reason[NOTICE_REASON_SIZE];          /* public; empty: the first */
};

/* "announced", "restriction": stable. Never NULL. */
const char *notice_version_state_name(enum notice_version_state state);
const char *notice_exception_name(enum notice_exception exception);

/* Fails with: NOT_FOUND. */
MUST_USE enum status notice_exception_from_name(struct text name,
                                                enum notice_exception *out);

/* All versions of an installation, by number. */
struct notice_versions {
    struct notice_version *list;
    size_t count;
    size_t capacity;
    bool failed; /* out of memory: the list is not complete */
};

void notice_versions_deinit(struct notice_versions *versions);

/* Appends; its number must be above those that are there. NULL without memory
 * (sticky). Borrowed until the next one. */
struct notice_version *notice_versions_add(struct notice_versions *versions,
                                           uint32_t number);

/* NULL where there is none. Borrowed until the next notice_versions_add. */
struct notice_version *notice_versions_find(
    const struct notice_versions *versions, uint32_t number);
const struct notice_version *
notice_versions_active(const struct notice_versions *versions);
const struct notice_version *
notice_versions_announced(const struct notice_versions *versions);

/* The number that the next one gets. */
uint32_t notice_versions_next(const struct notice_versions *versions);

#endif

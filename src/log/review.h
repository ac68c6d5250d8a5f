/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/review - what a month's accesses show at a first look, sorted for the
 * person who has to look through them; and which months somebody has signed.
 *
 * A finding names an account and the entries that it rests on. It accuses
 * nobody: work at night may be in order, and is then signed with a remark.
 *
 * Fed with every entry of the month in order. Threads: one.
 */
#ifndef LOG_REVIEW_H
#define LOG_REVIEW_H

#include <stdbool.h>

#include "log/entry_line.h"
#include "model/span.h"

enum review_finding {
    REVIEW_REFUSED,     /* pictures asked for without the right */
    REVIEW_FAILED,      /* sign-ins that failed */
    REVIEW_ODD_HOURS,   /* viewed outside working hours, or at a weekend */
    REVIEW_SAME_CAMERA, /* one camera again and again */
    REVIEW_DOWNLOADS,   /* many files taken away */
    REVIEW_NO_REQUEST,  /* provided or shown, with no request's number */
    REVIEW_FINDING_COUNT
};

enum {
    REVIEW_ENTRIES_MAX = 50, /* of a finding that are named */
    REVIEW_GROUPS_MAX = 1024,
    REVIEW_WORK_BEGINS_HOUR = 7, /* Korea */
    REVIEW_WORK_ENDS_HOUR = 20,
};

struct review_group {
    enum review_finding finding;
    uint32_t account; /* 0: a name that is nobody's */
    uint32_t camera;  /* SAME_CAMERA; else 0 */
    uint64_t count;
    uint64_t entries[REVIEW_ENTRIES_MAX]; /* the first of them */
};

struct review {
    struct review_group *list;
    size_t count;
    bool is_cut; /* there is more than is kept here */
    bool failed; /* out of memory */
};

/* "odd_hours". Never NULL. */
const char *review_finding_name(enum review_finding finding);

/* From how many entries on it is worth a look. */
uint64_t review_threshold(enum review_finding finding);

/* Whether entries of this kind can be part of a finding. */
bool review_reads(enum entry_kind kind);

void review_deinit(struct review *review);
/* Takes an entry in; sticky failure. */
void review_add(struct review *review, const struct entry_line *entry);
/* Drops what is below its threshold; by finding, then the greatest first. */
void review_sort(struct review *review);

/* A month as 202611. Its span in Korea; false: no such month. */
bool review_month_span(uint32_t month, struct span *out);
/* The month of a time, and the month before a month. */
uint32_t review_month_of(struct wall_time time);
uint32_t review_month_before(uint32_t month);

/* ---- what has been signed ---- */

struct review_signed {
    uint32_t month;
    uint32_t account;
    uint64_t entry;
    struct wall_time time;
};

struct review_list {
    struct review_signed *list; /* in the log's order */
    size_t count;
    size_t capacity;
    bool failed;
};

void review_list_deinit(struct review_list *list);
/* Takes an entry in; sticky failure. */
void review_list_add(struct review_list *list, const struct entry_line *entry);
/* The last one of this month; NULL: none. */
const struct review_signed *review_list_find(const struct review_list *list,
                                             uint32_t month);

#endif

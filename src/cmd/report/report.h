/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/report/report - what haechi report is asked, and what it has gathered:
 * from the log, the notice and its versions in the installation's directory,
 * without keys. What no program can see is not in here.
 *
 *   report.c     options, and in which form it is given out
 *   gather.c     reads log and notice
 *   monthly.c, yearly.c  which sections, in which order
 *   recording.c, deeds.c, promises.c, record.c, duties.c,
 *   exclusions.c  the sections
 *   facts.c      the same as JSON
 *
 * Shared by both programs: haechi-paper gathers and words it anew.
 */
#ifndef CMD_REPORT_REPORT_H
#define CMD_REPORT_REPORT_H

#include <jansson.h>

#include "log/duties.h"
#include "log/exclusions.h"
#include "log/items.h"
#include "log/log_check.h"
#include "log/notices.h"
#include "log/orders.h"
#include "log/review.h"
#include "log/tally.h"
#include "log/witness/cosigned.h"
#include "log/witness/watch.h"
#include "model/document.h"
#include "notice/configuration.h"

enum {
    REPORT_FINDINGS_MAX = 20,
    REPORT_WORDS_SIZE = 160,
    REPORT_PATH_SIZE = 1200,
};

struct report_options {
    const char *directory;
    const char *language;
    const char *out; /* NULL: standard output */
    uint64_t period; /* as 202611 or 2026; 0: the last whole one */
    bool is_yearly;
    bool as_json;
    bool as_text;
};

/* A group of the notice here, or the cameras that are in no group any more. */
struct report_group {
    bool is_here; /* at this installation's site */
    uint32_t installed;
    uint32_t never_viewed; /* cameras of these */
    uint64_t views;
    int64_t promised_us;
    int64_t recorded_us;
    int64_t explained_us;
    struct tally_cause gaps[CAUSE_COUNT];
};

struct report_finding {
    char where[REPORT_WORDS_SIZE];
    char what[REPORT_WORDS_SIZE];
};

/* A witness of the plant's, and the last checkpoint that it has signed. */
struct report_witness {
    struct text name;
    bool has_word;
    uint64_t size;
    struct wall_time time;
};

struct report {
    struct report_options options;
    struct span span;
    bool is_over;          /* the span is */
    struct wall_time made; /* the wall clock */
    struct configuration configuration;
    size_t findings; /* of the notice in force, by the linter */
    size_t blocking;
    struct tally tally;
    struct orders orders;
    struct items items;
    struct duties duties;
    struct exclusions exclusions;
    struct review_list reviews;
    struct notice_versions versions;
    struct witness_watch watch;
    struct log_check_result check;
    struct report_finding log_findings[REPORT_FINDINGS_MAX];
    size_t log_finding_count; /* all of them */
    struct report_witness witnesses[WITNESSES_MAX];
    size_t witness_count;
    struct report_group *groups; /* as notice->groups, and one more: none's */
};

/* Reads them; EXIT_OK, or an exit code after a word on standard error. argv
 * begins with "monthly" or "yearly". */
int report_options_read(int argc, char **argv, struct report_options *out);

/* EXIT_OK with all of it; or an exit code after a word on standard error. In
 * any case report_deinit releases it. */
int report_gather(const struct report_options *options, struct report *out);
void report_deinit(struct report *report);

/* The report in words. Fails with: NO_MEMORY; in any case document_deinit
 * releases *out. */
MUST_USE enum status report_document(const struct report *report,
                                     struct document *out);

/* The same as one JSON object; NULL without memory. The caller's. */
json_t *report_facts(const struct report *report);

/* ---- what sections ask ---- */

const struct notice *report_notice(const struct report *report);

/* Months of the span that are over, and which nobody has signed as reviewed;
 * from the one on in which the log began. out: 12 at most; how many. */
size_t report_months_missing(const struct report *report, uint32_t out[12]);

/* Of all groups. */
struct report_group report_sum(const struct report *report);

#endif

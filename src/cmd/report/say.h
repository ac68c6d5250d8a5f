/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/report/say - numbers, times and tables of a report's sections. */
#ifndef CMD_REPORT_SAY_H
#define CMD_REPORT_SAY_H

#include "cmd/report/report.h"
#include "notice/document_say.h"

struct report_page {
    const struct report *report;
    struct document *document;
};

/* A section writes its blocks; headings of its own where it has parts. */
typedef void report_section_fn(const struct report_page *page);

void report_heading(const struct report_page *page, uint8_t level,
                    const char *ko, const char *en);
void report_paragraph(const struct report_page *page, const char *ko,
                      const char *en);
void report_item(const struct report_page *page, const char *ko,
                 const char *en);

/* ko, en: columns between bars: "곳|대수". */
void report_table(const struct report_page *page, const char *ko,
                  const char *en);
void report_table_end(const struct report_page *page);
void report_row(const struct report_page *page);

void report_cell(const struct report_page *page, const char *ko,
                 const char *en);
void report_cell_text(const struct report_page *page, struct text text);
/* "12,345" */
void report_cell_number(const struct report_page *page, uint64_t number);
/* Whole seconds, as above. */
void report_cell_seconds(const struct report_page *page, int64_t us);
/* "99.999%", never rounded up; a dash where the whole is 0. */
void report_cell_share(const struct report_page *page, int64_t part,
                       int64_t whole);
/* A dash where it is 0. */
void report_cell_time(const struct report_page *page, struct wall_time time);
void report_cell_words(const struct report_page *page,
                       struct notice_words words);
/* The day that ends with this time, or in which the moment before it lies. */
void report_cell_last_day(const struct report_page *page,
                          struct wall_time time);
/* A group by its place; beyond the notice's last: cameras that are in none. */
void report_cell_group(const struct report_page *page, size_t group);
/* A drift's subject: a group's place, a processor's name, or a dash. */
void report_cell_subject(const struct report_page *page, const char *subject);

void report_number(const struct report_page *page, uint64_t number);
void report_words(const struct report_page *page, const char *ko,
                  const char *en);

/* ---- sections ---- */

report_section_fn report_recording; /* recording.c */
report_section_fn report_gaps;
report_section_fn report_events;
report_section_fn report_views_by_group;
report_section_fn report_destructions; /* deeds.c */
report_section_fn report_deeds;
report_section_fn report_copies;
report_section_fn report_refusals;
report_section_fn report_reviews;
report_section_fn report_requests;
report_section_fn report_drifts; /* promises.c */
report_section_fn report_promises;
report_section_fn report_versions; /* record.c */
report_section_fn report_notice_findings;
report_section_fn report_processors;
report_section_fn report_verification;
report_section_fn report_accounts;

report_section_fn report_exclusions; /* exclusions.c */
report_section_fn report_duties;     /* duties.c */

/* The hand entries of these kinds; and of which there is none. */
void report_hand(const struct report_page *page, const enum duty_kind *kinds,
                 size_t count);

/* monthly.c, yearly.c */
report_section_fn report_monthly;
report_section_fn report_yearly;

#endif

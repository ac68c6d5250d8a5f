/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/findings_output.h"
#include "cmd/log_files.h"
#include "cmd/report/report.h"
#include "notice/promise/hours.h"
#include "sys/clock.h"

/* While the recorder is at work its tiles may be replaced between two looks:
 * what stands in none of them is found by every look. */
enum { LOOKS = 3 };

void report_deinit(struct report *report)
{
    configuration_deinit(&report->configuration);
    tally_deinit(&report->tally);
    orders_deinit(&report->orders);
    items_deinit(&report->items);
    duties_deinit(&report->duties);
    exclusions_deinit(&report->exclusions);
    review_list_deinit(&report->reviews);
    notice_versions_deinit(&report->versions);
    alloc_free(report->groups);
    *report = (struct report){.groups = NULL};
}

const struct notice *report_notice(const struct report *report)
{
    return report->configuration.notice;
}

/* ---- the span ---- */

static bool take_span(struct report *report)
{
    uint32_t this_month = review_month_of(report->made);
    uint64_t period = report->options.period;
    struct span last;
    if (!report->options.is_yearly) {
        if (period == 0)
            period = review_month_before(this_month);
        report->options.period = period;
        return review_month_span((uint32_t)period, &report->span);
    }
    if (period == 0)
        period = this_month / 100 - 1;
    report->options.period = period;
    if (!review_month_span((uint32_t)period * 100 + 1, &report->span) ||
        !review_month_span((uint32_t)period * 100 + 12, &last))
        return false;
    report->span.to = last.to;
    return true;
}

/* ---- the notice ---- */

static int load_notice(struct report *report)
{
    struct findings findings = {0};
    int code = EXIT_OK;
    enum status s =
        configuration_load(&FILE_LAYER_SYSTEM, report->options.directory,
                           &findings, &report->configuration);
    report->findings = findings.count + findings.left_out;
    report->blocking = findings.blocking;
    if (s == STATUS_BAD_INPUT)
        code = findings_output(&findings, false);
    else if (s != STATUS_OK)
        code = EXIT_ENVIRONMENT;
    findings_deinit(&findings);
    return code;
}

static void promise_hours(struct report *report)
{
    const struct plant *plant = report->configuration.plant;
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct notice_group *group =
            &report_notice(report)->groups[plant->cameras[i].group];
        struct filming_hours hours;
        if (group->trigger.ko.size == 0 &&
            filming_hours_parse(group->hours.ko, &hours) &&
            !filming_hours_is_all_day(hours))
            tally_promise(
                &report->tally, plant->cameras[i].number,
                (struct tally_hours){hours.from_minute, hours.to_minute});
    }
}

/* ---- the log ---- */

static void on_entry(void *context, uint64_t position,
                     const struct entry_line *entry, struct text line)
{
    struct report *report = context;
    (void)position;
    (void)line;
    tally_add(&report->tally, entry);
    orders_add(&report->orders, entry);
    items_add(&report->items, entry);
    duties_add(&report->duties, entry);
    exclusions_add(&report->exclusions, entry);
    review_list_add(&report->reviews, entry);
    notices_add(&report->versions, entry);
    witness_watch_add(&report->watch, entry);
}

static void on_finding(void *context, const char *where, const char *what)
{
    struct report *report = context;
    if (report->log_finding_count < REPORT_FINDINGS_MAX) {
        struct report_finding *finding =
            &report->log_findings[report->log_finding_count];
        (void)snprintf(finding->where, sizeof finding->where, "%s", where);
        (void)snprintf(finding->what, sizeof finding->what, "%s", what);
    }
    report->log_finding_count++;
}

static void forget_log(struct report *report)
{
    tally_deinit(&report->tally);
    orders_deinit(&report->orders);
    items_deinit(&report->items);
    duties_deinit(&report->duties);
    exclusions_deinit(&report->exclusions);
    review_list_deinit(&report->reviews);
    notice_versions_deinit(&report->versions);
    report->watch = (struct witness_watch){.count = 0};
    report->log_finding_count = 0;
    report->tally = tally_of(report->span);
    promise_hours(report);
}

static bool is_whole(const struct report *report)
{
    return !report->tally.failed && !report->orders.failed &&
           !report->items.failed && !report->duties.failed &&
           !report->exclusions.failed && !report->reviews.failed &&
           !report->versions.failed;
}

static enum status read_log(struct report *report, const char *directory)
{
    enum status s = STATUS_OK;
    const struct log_visitor visitor = {on_entry, on_finding, report};
    const struct log_check_request request = {.layer = &FILE_LAYER_SYSTEM,
                                              .directory = directory};
    for (unsigned look = 0; look < LOOKS; look++) {
        forget_log(report);
        s = log_check_run(&request, &visitor, &report->check);
        if (s != STATUS_OK || report->log_finding_count == 0)
            break;
    }
    return s == STATUS_OK && !is_whole(report) ? STATUS_NO_MEMORY : s;
}

/* ---- witnesses ---- */

static void read_word(struct report_witness *out, const char *path,
                      const struct note_key *log, struct text key)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    size_t size = 0;
    struct note_key witness;
    struct cosigned said;
    if (note_key_parse(key, &witness) != STATUS_OK ||
        file_read_all(&FILE_LAYER_SYSTEM, path, NOTE_SIZE_MAX, &memory,
                      &size) != STATUS_OK ||
        cosigned_open(bytes_text(bytes_of(memory, size)), log, &witness,
                      &said) != STATUS_OK)
        return;
    out->has_word = true;
    out->size = said.checkpoint.size;
    out->time.us = (int64_t)said.time_s * SECOND_US;
}

static void read_witnesses(struct report *report, const char *directory)
{
    const struct plant *plant = report->configuration.plant;
    for (size_t i = 0;
         i < plant->witness_count && report->witness_count < WITNESSES_MAX;
         i++) {
        char path[REPORT_PATH_SIZE];
        struct report_witness *out =
            &report->witnesses[report->witness_count++];
        *out = (struct report_witness){.name = plant->witnesses[i].name};
        if (report->check.has_key &&
            cosigned_path(directory, out->name, path, sizeof path))
            read_word(out, path, &report->check.key, plant->witnesses[i].key);
    }
}

/* ---- groups ---- */

static void add_camera(struct report_group *group,
                       const struct tally_camera *camera)
{
    if (camera == NULL) {
        group->never_viewed++;
        return;
    }
    group->views += camera->views;
    group->never_viewed += camera->views == 0;
    group->promised_us += camera->promised_us;
    group->recorded_us += camera->recorded_us;
    group->explained_us += camera->explained_us;
    for (unsigned i = 0; i < CAUSE_COUNT; i++) {
        group->gaps[i].count += camera->gaps[i].count;
        group->gaps[i].us += camera->gaps[i].us;
    }
}

static enum status sum_groups(struct report *report)
{
    const struct notice *notice = report_notice(report);
    const struct plant *plant = report->configuration.plant;
    report->groups = alloc_array(notice->group_count + 1,
                                 sizeof *report->groups);
    if (report->groups == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i <= notice->group_count; i++)
        report->groups[i] = (struct report_group){
            .is_here = i < notice->group_count &&
                       (plant->site == PLANT_ALL_SITES ||
                        notice->groups[i].site == plant->site)};
    for (size_t i = 0; i < plant->camera_count; i++) {
        struct report_group *group = &report->groups[plant->cameras[i].group];
        group->installed++;
        add_camera(group,
                   tally_camera(&report->tally, plant->cameras[i].number));
    }
    struct report_group *gone = &report->groups[notice->group_count];
    for (size_t i = 0; i < report->tally.camera_count; i++) {
        const struct tally_camera *camera = &report->tally.cameras[i];
        if (plant_camera_find(plant, camera->camera) != NULL ||
            !camera->is_added)
            continue;
        gone->is_here = true;
        gone->installed++;
        add_camera(gone, camera);
    }
    return STATUS_OK;
}

struct report_group report_sum(const struct report *report)
{
    struct report_group sum = {.is_here = true};
    for (size_t i = 0; i <= report_notice(report)->group_count; i++) {
        const struct report_group *group = &report->groups[i];
        sum.installed += group->installed;
        sum.never_viewed += group->never_viewed;
        sum.views += group->views;
        sum.promised_us += group->promised_us;
        sum.recorded_us += group->recorded_us;
        sum.explained_us += group->explained_us;
    }
    return sum;
}

/* ---- months ---- */

size_t report_months_missing(const struct report *report, uint32_t out[12])
{
    size_t count = 0;
    struct span month;
    uint32_t first = review_month_of(report->span.from);
    for (uint32_t i = 0; i < 12; i++) {
        if (!review_month_span(first + i, &month) ||
            month.to.us > report->span.to.us ||
            month.to.us > report->made.us)
            break;
        if (report->tally.first.us < month.to.us &&
            review_list_find(&report->reviews, first + i) == NULL)
            out[count++] = first + i;
    }
    return count;
}

/* ---- all of it ---- */

int report_gather(const struct report_options *options, struct report *out)
{
    char directory[REPORT_PATH_SIZE];
    *out = (struct report){.options = *options,
                           .made = clock_wall(&CLOCK_SYSTEM)};
    int size = snprintf(directory, sizeof directory, "%s/log",
                        options->directory);
    if (size >= (int)sizeof directory || !take_span(out)) {
        (void)fprintf(stderr, "haechi report: no such month or year\n");
        return EXIT_USAGE;
    }
    int code = load_notice(out);
    if (code != EXIT_OK)
        return code;
    enum status s = read_log(out, directory);
    if (s != STATUS_OK)
        return log_files_explain(directory, s);
    out->is_over = out->span.to.us <= out->made.us;
    tally_finish(&out->tally, out->made);
    read_witnesses(out, directory);
    s = out->tally.failed ? STATUS_NO_MEMORY : sum_groups(out);
    if (s == STATUS_OK)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi report: %s\n", status_name(s));
    return EXIT_ENVIRONMENT;
}

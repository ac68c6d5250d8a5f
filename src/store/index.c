/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index_private.h"
#include "store/limits.h"

/* ---- rows, and the sum over them ---- */

static uint64_t volume_part(const struct catalogue_row *row)
{
    return index_part(1, row->number, row->class_id, row->span.from.us,
                   row->span.to.us);
}

static uint64_t run_part(uint32_t camera, struct span span)
{
    return index_part(2, camera, span.from.us, span.to.us, 0);
}

static uint64_t camera_part(uint32_t camera, uint64_t sequence)
{
    return index_part(3, camera, (int64_t)sequence, 0, 0);
}

static struct span span_at(sqlite3_stmt *statement, int column)
{
    return (struct span){{sqlite3_column_int64(statement, column)},
                         {sqlite3_column_int64(statement, column + 1)}};
}

/* Whether one may calculate with it: a row may say anything. */
static bool is_sane(struct span span)
{
    return !span_is_empty(span) && span.from.us > INT64_MIN / 4 &&
           span.to.us < INT64_MAX / 4;
}

static enum status load_volumes(struct store_index *index,
                                struct catalogue *catalogue)
{
    sqlite3_stmt *statement = index_prepared(index, LOAD_VOLUMES);
    enum status s = STATUS_OK;
    int code = SQLITE_ROW;
    while (s == STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct catalogue_row row = {
            .number = (uint32_t)sqlite3_column_int64(statement, 0),
            .class_id = (uint16_t)sqlite3_column_int64(statement, 1),
            .span = span_at(statement, 2)};
        index->sum += volume_part(&row);
        s = is_sane(row.span) ? catalogue_put(catalogue, &row)
                              : STATUS_CORRUPT;
    }
    (void)sqlite3_reset(statement);
    return s == STATUS_OK ? index_translate(code) : s;
}

static enum status load_runs(struct store_index *index,
                             struct run_table *runs)
{
    sqlite3_stmt *statement = index_prepared(index, LOAD_RUNS);
    enum status s = STATUS_OK;
    int code = SQLITE_ROW;
    while (s == STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        uint32_t camera = (uint32_t)sqlite3_column_int64(statement, 0);
        struct span span = span_at(statement, 1);
        index->sum += run_part(camera, span);
        s = is_sane(span) ? run_table_add(runs, camera, span, 0)
                          : STATUS_CORRUPT;
    }
    (void)sqlite3_reset(statement);
    return s == STATUS_OK ? index_translate(code) : s;
}

static enum status load_cameras(struct store_index *index,
                                struct run_table *runs)
{
    sqlite3_stmt *statement = index_prepared(index, LOAD_CAMERAS);
    enum status s = STATUS_OK;
    int code = SQLITE_ROW;
    while (s == STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        uint32_t camera = (uint32_t)sqlite3_column_int64(statement, 0);
        uint64_t sequence = (uint64_t)sqlite3_column_int64(statement, 1);
        index->sum += camera_part(camera, sequence);
        s = run_table_note_sequence(runs, camera, sequence);
    }
    (void)sqlite3_reset(statement);
    return s == STATUS_OK ? index_translate(code) : s;
}

enum status store_index_load(struct store_index *index,
                             struct catalogue *catalogue,
                             struct run_table *runs)
{
    uint64_t expected = 0;
    index->sum = 0;
    enum status s = index_get_number(index, "sum", &expected);
    if (s == STATUS_OK)
        s = index_get_number(index, "epoch", &index->epoch);
    if (s == STATUS_OK)
        s = load_volumes(index, catalogue);
    if (s == STATUS_OK)
        s = load_runs(index, runs);
    if (s == STATUS_OK)
        s = load_cameras(index, runs);
    index->committed_sum = index->sum;
    return s == STATUS_OK && index_sum(index) != expected ? STATUS_CORRUPT : s;
}

enum status store_index_begin(struct store_index *index)
{
    return index_execute(index, "BEGIN IMMEDIATE");
}

enum status store_index_end(struct store_index *index, enum status status)
{
    if (status == STATUS_OK)
        status = index_put_numbers(index);
    if (status == STATUS_OK)
        status = index_execute(index, "COMMIT");
    if (status == STATUS_OK) {
        index->committed_sum = index->sum;
        return STATUS_OK;
    }
    index->sum = index->committed_sum;
    enum status ignored = index_execute(index, "ROLLBACK");
    (void)ignored; /* the first failure counts */
    return status;
}

static enum status put_run(struct store_index *index, uint32_t camera,
                           struct span span)
{
    sqlite3_stmt *statement = index_prepared(index, PUT_RUN);
    (void)sqlite3_bind_int64(statement, 1, camera);
    (void)sqlite3_bind_int64(statement, 2, span.from.us);
    (void)sqlite3_bind_int64(statement, 3, span.to.us);
    index->sum += run_part(camera, span);
    return index_step(statement);
}

/* The camera's last run that begins at or before from_us. NOT_FOUND. */
static enum status get_run(struct store_index *index, uint32_t camera,
                           int64_t from_us, struct span *out)
{
    sqlite3_stmt *statement = index_prepared(index, GET_RUN);
    (void)sqlite3_bind_int64(statement, 1, camera);
    (void)sqlite3_bind_int64(statement, 2, from_us);
    int code = sqlite3_step(statement);
    *out = span_at(statement, 0);
    (void)sqlite3_reset(statement);
    return code == SQLITE_DONE ? STATUS_NOT_FOUND : index_translate(code);
}

static enum status delete_run(struct store_index *index, uint32_t camera,
                              struct span span)
{
    sqlite3_stmt *statement = index_prepared(index, DELETE_RUN);
    (void)sqlite3_bind_int64(statement, 1, camera);
    (void)sqlite3_bind_int64(statement, 2, span.from.us);
    index->sum -= run_part(camera, span);
    return index_step(statement);
}

/* Takes all runs out that begin at or before last and end at or after first.
 * *out: from the start of the first to the end of the last; empty: none. */
static enum status take_runs(struct store_index *index, uint32_t camera,
                             int64_t first_us, int64_t last_us,
                             struct span *out)
{
    *out = (struct span){0};
    for (;;) {
        struct span run;
        enum status s = get_run(index, camera, last_us, &run);
        if (s == STATUS_NOT_FOUND ||
            (s == STATUS_OK && run.to.us < first_us))
            return STATUS_OK;
        if (s == STATUS_OK)
            s = delete_run(index, camera, run);
        if (s != STATUS_OK)
            return s;
        if (span_is_empty(*out))
            out->to = run.to;
        out->from = run.from;
    }
}

static enum status add_run(struct store_index *index, uint32_t camera,
                           struct span span)
{
    struct span near;
    enum status s =
        take_runs(index, camera, span.from.us - GAP_TOLERANCE_US,
                  span.to.us + GAP_TOLERANCE_US, &near);
    if (!span_is_empty(near)) {
        if (near.from.us < span.from.us)
            span.from = near.from;
        if (near.to.us > span.to.us)
            span.to = near.to;
    }
    return s == STATUS_OK ? put_run(index, camera, span) : s;
}

enum status store_index_cut(struct store_index *index, uint32_t camera,
                            struct span span)
{
    struct span taken;
    enum status s = take_runs(index, camera, span.from.us + 1,
                              span.to.us - 1, &taken);
    struct span head = {taken.from, span.from};
    struct span tail = {span.to, taken.to};
    if (span_is_empty(taken) || s != STATUS_OK)
        return s;
    if (!span_is_empty(head))
        s = put_run(index, camera, head);
    if (s == STATUS_OK && !span_is_empty(tail))
        s = put_run(index, camera, tail);
    return s;
}

static enum status put_sequence(struct store_index *index, uint32_t camera,
                                uint64_t sequence)
{
    sqlite3_stmt *get = index_prepared(index, GET_CAMERA);
    (void)sqlite3_bind_int64(get, 1, camera);
    int code = sqlite3_step(get);
    uint64_t before = (uint64_t)sqlite3_column_int64(get, 0);
    (void)sqlite3_reset(get);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return index_translate(code);
    if (code == SQLITE_ROW && before >= sequence)
        return STATUS_OK;
    if (code == SQLITE_ROW)
        index->sum -= camera_part(camera, before);
    index->sum += camera_part(camera, sequence);
    sqlite3_stmt *put = index_prepared(index, PUT_CAMERA);
    (void)sqlite3_bind_int64(put, 1, camera);
    (void)sqlite3_bind_int64(put, 2, (sqlite3_int64)sequence);
    return index_step(put);
}

enum status store_index_remove(struct store_index *index, uint32_t volume)
{
    sqlite3_stmt *get = index_prepared(index, GET_VOLUME);
    (void)sqlite3_bind_int64(get, 1, volume);
    int code = sqlite3_step(get);
    const struct catalogue_row row = {
        .number = volume,
        .class_id = (uint16_t)sqlite3_column_int64(get, 0),
        .span = span_at(get, 1)};
    (void)sqlite3_reset(get);
    if (code != SQLITE_ROW)
        return index_translate(code);
    index->sum -= volume_part(&row);
    sqlite3_stmt *delete = index_prepared(index, DELETE_VOLUME);
    (void)sqlite3_bind_int64(delete, 1, volume);
    return index_step(delete);
}

enum status store_index_put(struct store_index *index,
                            const struct catalogue_row *row,
                            const struct run_table *content)
{
    enum status s = store_index_remove(index, row->number);
    if (s == STATUS_OK) {
        sqlite3_stmt *statement = index_prepared(index, PUT_VOLUME);
        (void)sqlite3_bind_int64(statement, 1, row->number);
        (void)sqlite3_bind_int64(statement, 2, row->class_id);
        (void)sqlite3_bind_int64(statement, 3, row->span.from.us);
        (void)sqlite3_bind_int64(statement, 4, row->span.to.us);
        index->sum += volume_part(row);
        s = index_step(statement);
    }
    for (size_t i = 0; s == STATUS_OK && i < content->count; i++) {
        const struct camera_runs *camera = &content->cameras[i];
        s = put_sequence(index, camera->camera, camera->last_sequence);
        for (size_t j = 0; s == STATUS_OK && j < camera->count; j++)
            s = add_run(index, camera->camera, camera->runs[j]);
    }
    return s;
}

uint64_t store_index_epoch(const struct store_index *index)
{
    return index->epoch;
}

enum status store_index_set_epoch(struct store_index *index, uint64_t epoch)
{
    enum status s = store_index_begin(index);
    index->epoch = epoch;
    return s == STATUS_OK ? store_index_end(index, s) : s;
}

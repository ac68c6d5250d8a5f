/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "store/limits.h"

enum { SCHEMA = 2, STATEMENT_COUNT = 13 };

static const char SCHEMA_SQL[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE volumes(number INTEGER PRIMARY KEY, class INTEGER NOT NULL,"
    " from_us INTEGER NOT NULL, to_us INTEGER NOT NULL);"
    "CREATE TABLE runs(camera INTEGER, from_us INTEGER, to_us INTEGER NOT NULL,"
    " PRIMARY KEY(camera, from_us)) WITHOUT ROWID;"
    "CREATE TABLE cameras(number INTEGER PRIMARY KEY,"
    " last_sequence INTEGER NOT NULL);";

enum statement {
    LOAD_VOLUMES,
    LOAD_RUNS,
    LOAD_CAMERAS,
    GET_VOLUME,
    PUT_VOLUME,
    DELETE_VOLUME,
    GET_RUN,
    PUT_RUN,
    DELETE_RUN,
    GET_CAMERA,
    PUT_CAMERA,
    GET_META,
    PUT_META,
};

static const char *const STATEMENTS[STATEMENT_COUNT] = {
    [LOAD_VOLUMES] = "SELECT number, class, from_us, to_us FROM volumes"
                     " ORDER BY number",
    [LOAD_RUNS] = "SELECT camera, from_us, to_us FROM runs",
    [LOAD_CAMERAS] = "SELECT number, last_sequence FROM cameras",
    [GET_VOLUME] = "SELECT class, from_us, to_us FROM volumes WHERE number=?",
    [PUT_VOLUME] = "INSERT INTO volumes VALUES(?,?,?,?)",
    [DELETE_VOLUME] = "DELETE FROM volumes WHERE number=?",
    [GET_RUN] = "SELECT from_us, to_us FROM runs WHERE camera=?"
                " AND from_us<=? ORDER BY from_us DESC LIMIT 1",
    [PUT_RUN] = "INSERT INTO runs VALUES(?,?,?)",
    [DELETE_RUN] = "DELETE FROM runs WHERE camera=? AND from_us=?",
    [GET_CAMERA] = "SELECT last_sequence FROM cameras WHERE number=?",
    [PUT_CAMERA] = "INSERT OR REPLACE INTO cameras VALUES(?,?)",
    [GET_META] = "SELECT value FROM meta WHERE name=?",
    [PUT_META] = "INSERT OR REPLACE INTO meta VALUES(?,?)",
};

struct store_index {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    uint64_t sum;           /* over all rows, as they stand now */
    uint64_t committed_sum; /* as of the last end */
    uint64_t epoch;
};

/* SQLite's codes end here. */
static enum status translate(int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return STATUS_OK;
    if (code == SQLITE_NOMEM)
        return STATUS_NO_MEMORY;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        return STATUS_CORRUPT;
    return code == SQLITE_FULL ? STATUS_NO_SPACE : STATUS_IO;
}

static enum status execute(struct store_index *index, const char *sql)
{
    return translate(sqlite3_exec(index->database, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepared(struct store_index *index, enum statement which)
{
    sqlite3_stmt *statement = index->statements[which];
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    return statement;
}

static enum status step(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    enum status s = translate(code);
    (void)sqlite3_reset(statement);
    return s;
}

void store_index_close(struct store_index **index)
{
    if (*index != NULL) {
        for (size_t i = 0; i < STATEMENT_COUNT; i++)
            (void)sqlite3_finalize((*index)->statements[i]);
        (void)sqlite3_close((*index)->database);
    }
    alloc_free(*index);
    *index = NULL;
}

/* Pragmas: exclusive, so that no shared memory is needed in the sandbox; a sync
 * per commit, so that no file is deleted that the index still tells of. */
static enum status open_database(struct store_index *index, const char *path)
{
    int code = sqlite3_open_v2(path, &index->database,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                   SQLITE_OPEN_NOMUTEX,
                               NULL);
    if (code != SQLITE_OK)
        return translate(code);
    return execute(index, "PRAGMA locking_mode=EXCLUSIVE;"
                          "PRAGMA journal_mode=WAL;"
                          "PRAGMA synchronous=FULL;"
                          "PRAGMA temp_store=MEMORY;");
}

static bool is_sound(struct store_index *index)
{
    sqlite3_stmt *statement = NULL;
    bool sound = false;
    if (sqlite3_prepare_v2(index->database, "PRAGMA quick_check(1)", -1,
                           &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        const unsigned char *verdict = sqlite3_column_text(statement, 0);
        sound = verdict != NULL && strcmp((const char *)verdict, "ok") == 0;
    }
    (void)sqlite3_finalize(statement);
    return sound;
}

static enum status prepare_all(struct store_index *index)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        int code = sqlite3_prepare_v3(index->database, STATEMENTS[i], -1,
                                      SQLITE_PREPARE_PERSISTENT,
                                      &index->statements[i], NULL);
        if (code == SQLITE_ERROR)
            return STATUS_CORRUPT; /* a table is missing */
        if (code != SQLITE_OK)
            return translate(code);
    }
    return STATUS_OK;
}

static enum status get_meta(struct store_index *index, const char *name,
                            char *out, size_t size)
{
    sqlite3_stmt *statement = prepared(index, GET_META);
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    enum status s = STATUS_NOT_FOUND;
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const unsigned char *value = sqlite3_column_text(statement, 0);
        (void)snprintf(out, size, "%s", value == NULL ? "" :
                                            (const char *)value);
        s = STATUS_OK;
    } else if (code != SQLITE_DONE) {
        s = translate(code);
    }
    (void)sqlite3_reset(statement);
    return s;
}

static enum status put_meta(struct store_index *index, const char *name,
                            const char *value)
{
    sqlite3_stmt *statement = prepared(index, PUT_META);
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, value, -1, SQLITE_TRANSIENT);
    return step(statement);
}

static enum status get_number(struct store_index *index, const char *name,
                              uint64_t *out)
{
    char text[32] = "";
    *out = 0;
    enum status s = get_meta(index, name, text, sizeof text);
    if (s == STATUS_OK && number_parse_u64(text_of(text), 0, UINT64_MAX,
                                           out) != STATUS_OK)
        *out = 0;
    return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

static enum status put_number(struct store_index *index, const char *name,
                              uint64_t number)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    return put_meta(index, name, text);
}

/* One row's part of the sum. Splitmix64's finisher, over the fields: finds
 * edits and damage, not an adversary, against whom an index is no authority. */
static uint64_t part_of(uint64_t kind, int64_t a, int64_t b, int64_t c,
                        int64_t d)
{
    const uint64_t fields[] = {kind, (uint64_t)a, (uint64_t)b, (uint64_t)c,
                               (uint64_t)d};
    uint64_t mixed = 0;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        mixed += fields[i] + UINT64_C(0x9e3779b97f4a7c15);
        mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
        mixed ^= mixed >> 31;
    }
    return mixed;
}

static uint64_t whole_sum(const struct store_index *index)
{
    return index->sum + part_of(4, (int64_t)index->epoch, 0, 0, 0);
}

/* The epoch, and the sum over all. */
static enum status put_numbers(struct store_index *index)
{
    uint64_t sum = whole_sum(index);
    enum status s = put_number(index, "epoch", index->epoch);
    return s == STATUS_OK ? put_number(index, "sum", sum) : s;
}

/* A text of schema and installation that must be found again. */
static void identity_of(const uint8_t installation[16],
                        char out[HEX_SIZE(16) + 8])
{
    char hex[HEX_SIZE(16) + 1];
    hex_encode(bytes_of(installation, 16), hex);
    (void)snprintf(out, HEX_SIZE(16) + 8, "%d:%s", SCHEMA, hex);
}

static enum status open_existing(struct store_index *index, const char *path,
                                 const char *identity)
{
    enum status s = open_database(index, path);
    if (s == STATUS_OK && !is_sound(index))
        s = STATUS_CORRUPT;
    if (s == STATUS_OK)
        s = prepare_all(index);
    char found[64];
    if (s == STATUS_OK)
        s = get_meta(index, "identity", found, sizeof found);
    if (s == STATUS_OK && strcmp(found, identity) != 0)
        s = STATUS_CORRUPT;
    return s;
}

static enum status create_new(struct store_index *index, const char *path,
                              const char *identity)
{
    static const char *const SUFFIXES[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < 4; i++) {
        char name[PATH_SIZE];
        (void)snprintf(name, sizeof name, "%s%s", path, SUFFIXES[i]);
        (void)unlink(name); /* a cache: nothing is lost with it */
    }
    enum status s = open_database(index, path);
    if (s == STATUS_OK)
        s = execute(index, SCHEMA_SQL);
    if (s == STATUS_OK)
        s = prepare_all(index);
    if (s == STATUS_OK)
        s = put_meta(index, "identity", identity);
    return s == STATUS_OK ? put_numbers(index) : s;
}

typedef enum status open_fn(struct store_index *index, const char *path,
                            const char *identity);

static enum status try_open(open_fn *open_it, const char *path,
                            const char *identity, struct store_index **out)
{
    AUTO(store_index_close) struct store_index *index =
        alloc_zeroed(sizeof *index);
    if (index == NULL)
        return STATUS_NO_MEMORY;
    enum status s = open_it(index, path, identity);
    if (s != STATUS_OK)
        return s;
    *out = index;
    index = NULL;
    return STATUS_OK;
}

enum status store_index_open(const char *path, const uint8_t installation[16],
                             struct store_index **out,
                             enum index_origin *origin)
{
    char identity[HEX_SIZE(16) + 8];
    identity_of(installation, identity);
    *origin = INDEX_NONE;
    if (access(path, F_OK) == 0) {
        *origin = INDEX_FOUND;
        enum status s = try_open(open_existing, path, identity, out);
        if (s == STATUS_OK || s == STATUS_NO_MEMORY)
            return s;
        *origin = INDEX_REFUSED;
    }
    return try_open(create_new, path, identity, out);
}

enum status store_index_renew(const char *path,
                              const uint8_t installation[16],
                              struct store_index **index)
{
    char identity[HEX_SIZE(16) + 8];
    identity_of(installation, identity);
    store_index_close(index);
    return try_open(create_new, path, identity, index);
}

/* ---- rows, and the sum over them ---- */

static uint64_t volume_part(const struct catalogue_row *row)
{
    return part_of(1, row->number, row->class_id, row->span.from.us,
                   row->span.to.us);
}

static uint64_t run_part(uint32_t camera, struct span span)
{
    return part_of(2, camera, span.from.us, span.to.us, 0);
}

static uint64_t camera_part(uint32_t camera, uint64_t sequence)
{
    return part_of(3, camera, (int64_t)sequence, 0, 0);
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
    sqlite3_stmt *statement = prepared(index, LOAD_VOLUMES);
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
    return s == STATUS_OK ? translate(code) : s;
}

static enum status load_runs(struct store_index *index,
                             struct run_table *runs)
{
    sqlite3_stmt *statement = prepared(index, LOAD_RUNS);
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
    return s == STATUS_OK ? translate(code) : s;
}

static enum status load_cameras(struct store_index *index,
                                struct run_table *runs)
{
    sqlite3_stmt *statement = prepared(index, LOAD_CAMERAS);
    enum status s = STATUS_OK;
    int code = SQLITE_ROW;
    while (s == STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        uint32_t camera = (uint32_t)sqlite3_column_int64(statement, 0);
        uint64_t sequence = (uint64_t)sqlite3_column_int64(statement, 1);
        index->sum += camera_part(camera, sequence);
        s = run_table_note_sequence(runs, camera, sequence);
    }
    (void)sqlite3_reset(statement);
    return s == STATUS_OK ? translate(code) : s;
}

enum status store_index_load(struct store_index *index,
                             struct catalogue *catalogue,
                             struct run_table *runs)
{
    uint64_t expected = 0;
    index->sum = 0;
    enum status s = get_number(index, "sum", &expected);
    if (s == STATUS_OK)
        s = get_number(index, "epoch", &index->epoch);
    if (s == STATUS_OK)
        s = load_volumes(index, catalogue);
    if (s == STATUS_OK)
        s = load_runs(index, runs);
    if (s == STATUS_OK)
        s = load_cameras(index, runs);
    index->committed_sum = index->sum;
    return s == STATUS_OK && whole_sum(index) != expected ? STATUS_CORRUPT : s;
}

enum status store_index_begin(struct store_index *index)
{
    return execute(index, "BEGIN IMMEDIATE");
}

enum status store_index_end(struct store_index *index, enum status status)
{
    if (status == STATUS_OK)
        status = put_numbers(index);
    if (status == STATUS_OK)
        status = execute(index, "COMMIT");
    if (status == STATUS_OK) {
        index->committed_sum = index->sum;
        return STATUS_OK;
    }
    index->sum = index->committed_sum;
    enum status ignored = execute(index, "ROLLBACK");
    (void)ignored; /* the first failure counts */
    return status;
}

static enum status put_run(struct store_index *index, uint32_t camera,
                           struct span span)
{
    sqlite3_stmt *statement = prepared(index, PUT_RUN);
    (void)sqlite3_bind_int64(statement, 1, camera);
    (void)sqlite3_bind_int64(statement, 2, span.from.us);
    (void)sqlite3_bind_int64(statement, 3, span.to.us);
    index->sum += run_part(camera, span);
    return step(statement);
}

/* The camera's last run that begins at or before from_us. NOT_FOUND. */
static enum status get_run(struct store_index *index, uint32_t camera,
                           int64_t from_us, struct span *out)
{
    sqlite3_stmt *statement = prepared(index, GET_RUN);
    (void)sqlite3_bind_int64(statement, 1, camera);
    (void)sqlite3_bind_int64(statement, 2, from_us);
    int code = sqlite3_step(statement);
    *out = span_at(statement, 0);
    (void)sqlite3_reset(statement);
    return code == SQLITE_DONE ? STATUS_NOT_FOUND : translate(code);
}

static enum status delete_run(struct store_index *index, uint32_t camera,
                              struct span span)
{
    sqlite3_stmt *statement = prepared(index, DELETE_RUN);
    (void)sqlite3_bind_int64(statement, 1, camera);
    (void)sqlite3_bind_int64(statement, 2, span.from.us);
    index->sum -= run_part(camera, span);
    return step(statement);
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
    sqlite3_stmt *get = prepared(index, GET_CAMERA);
    (void)sqlite3_bind_int64(get, 1, camera);
    int code = sqlite3_step(get);
    uint64_t before = (uint64_t)sqlite3_column_int64(get, 0);
    (void)sqlite3_reset(get);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return translate(code);
    if (code == SQLITE_ROW && before >= sequence)
        return STATUS_OK;
    if (code == SQLITE_ROW)
        index->sum -= camera_part(camera, before);
    index->sum += camera_part(camera, sequence);
    sqlite3_stmt *put = prepared(index, PUT_CAMERA);
    (void)sqlite3_bind_int64(put, 1, camera);
    (void)sqlite3_bind_int64(put, 2, (sqlite3_int64)sequence);
    return step(put);
}

enum status store_index_remove(struct store_index *index, uint32_t volume)
{
    sqlite3_stmt *get = prepared(index, GET_VOLUME);
    (void)sqlite3_bind_int64(get, 1, volume);
    int code = sqlite3_step(get);
    const struct catalogue_row row = {
        .number = volume,
        .class_id = (uint16_t)sqlite3_column_int64(get, 0),
        .span = span_at(get, 1)};
    (void)sqlite3_reset(get);
    if (code != SQLITE_ROW)
        return translate(code);
    index->sum -= volume_part(&row);
    sqlite3_stmt *delete = prepared(index, DELETE_VOLUME);
    (void)sqlite3_bind_int64(delete, 1, volume);
    return step(delete);
}

enum status store_index_put(struct store_index *index,
                            const struct catalogue_row *row,
                            const struct run_table *content)
{
    enum status s = store_index_remove(index, row->number);
    if (s == STATUS_OK) {
        sqlite3_stmt *statement = prepared(index, PUT_VOLUME);
        (void)sqlite3_bind_int64(statement, 1, row->number);
        (void)sqlite3_bind_int64(statement, 2, row->class_id);
        (void)sqlite3_bind_int64(statement, 3, row->span.from.us);
        (void)sqlite3_bind_int64(statement, 4, row->span.to.us);
        index->sum += volume_part(row);
        s = step(statement);
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

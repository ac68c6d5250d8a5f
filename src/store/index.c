/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/crc32c.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "base/writer.h"
#include "store/limits.h"

enum { SCHEMA = 1, STATEMENT_COUNT = 10 };

static const char SCHEMA_SQL[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE volumes(number INTEGER PRIMARY KEY, id INTEGER NOT NULL,"
    " checksum INTEGER NOT NULL);"
    "CREATE TABLE runs(volume INTEGER, camera INTEGER, from_us INTEGER,"
    " to_us INTEGER, PRIMARY KEY(volume, camera, from_us)) WITHOUT ROWID;"
    "CREATE TABLE cameras(number INTEGER PRIMARY KEY,"
    " last_sequence INTEGER NOT NULL);";

enum statement {
    HAS_VOLUME,
    LOAD_RUNS,
    PUT_VOLUME,
    DELETE_VOLUME,
    DELETE_RUNS,
    PUT_RUN,
    PUT_SEQUENCE,
    LOAD_SEQUENCES,
    GET_META,
    PUT_META,
};

static const char *const STATEMENTS[STATEMENT_COUNT] = {
    [HAS_VOLUME] = "SELECT checksum FROM volumes WHERE number=? AND id=?",
    [LOAD_RUNS] = ("SELECT camera, from_us, to_us FROM runs WHERE volume=?"
                   " ORDER BY camera, from_us"),
    [PUT_VOLUME] = "INSERT OR REPLACE INTO volumes VALUES(?,?,?)",
    [DELETE_VOLUME] = "DELETE FROM volumes WHERE number=?",
    [DELETE_RUNS] = "DELETE FROM runs WHERE volume=?",
    [PUT_RUN] = "INSERT OR REPLACE INTO runs VALUES(?,?,?,?)",
    [PUT_SEQUENCE] = "INSERT OR REPLACE INTO cameras VALUES(?,?)",
    [LOAD_SEQUENCES] = "SELECT number, last_sequence FROM cameras",
    [GET_META] = "SELECT value FROM meta WHERE name=?",
    [PUT_META] = "INSERT OR REPLACE INTO meta VALUES(?,?)",
};

struct store_index {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENT_COUNT];
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

/* Pragmas: exclusive, so that no shared memory is needed in the sandbox; WAL
 * without a sync per commit, which a power cut may shorten, never break. */
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
                          "PRAGMA synchronous=NORMAL;"
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
    return s == STATUS_OK ? put_meta(index, "identity", identity) : s;
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
                             struct store_index **out, bool *is_new)
{
    char identity[HEX_SIZE(16) + 8];
    identity_of(installation, identity);
    *is_new = false;
    enum status s = STATUS_NOT_FOUND;
    if (access(path, F_OK) == 0)
        s = try_open(open_existing, path, identity, out);
    if (s == STATUS_OK || s == STATUS_NO_MEMORY)
        return s;
    *is_new = true;
    return try_open(create_new, path, identity, out);
}

/* Folds one row into the sum that stands beside its volume. */
static uint32_t fold(uint32_t sum, uint32_t camera, struct span span)
{
    uint8_t row[24];
    struct writer w = writer_on(row, sizeof row);
    writer_u32be(&w, sum);
    writer_u32be(&w, camera);
    writer_i64be(&w, span.from.us);
    writer_i64be(&w, span.to.us);
    return crc32c(writer_written(&w));
}

static enum status known_checksum(struct store_index *index, uint32_t volume,
                                  uint64_t id, uint32_t *checksum)
{
    sqlite3_stmt *statement = prepared(index, HAS_VOLUME);
    (void)sqlite3_bind_int64(statement, 1, volume);
    (void)sqlite3_bind_int64(statement, 2, (sqlite3_int64)id);
    int code = sqlite3_step(statement);
    *checksum = (uint32_t)sqlite3_column_int64(statement, 0);
    (void)sqlite3_reset(statement);
    if (code == SQLITE_ROW)
        return STATUS_OK;
    return code == SQLITE_DONE ? STATUS_NOT_FOUND : translate(code);
}

/* Walks the rows: sums them up and, where table is given, adds them. */
static enum status walk_runs(struct store_index *index, uint32_t volume,
                             struct run_table *table, uint32_t *sum)
{
    sqlite3_stmt *statement = prepared(index, LOAD_RUNS);
    (void)sqlite3_bind_int64(statement, 1, volume);
    enum status s = STATUS_OK;
    int code = SQLITE_ROW;
    *sum = 0;
    while (s == STATUS_OK &&
           (code = sqlite3_step(statement)) == SQLITE_ROW) {
        uint32_t camera = (uint32_t)sqlite3_column_int64(statement, 0);
        struct span span = {{sqlite3_column_int64(statement, 1)},
                            {sqlite3_column_int64(statement, 2)}};
        *sum = fold(*sum, camera, span);
        if (table != NULL)
            s = run_table_add(table, camera, volume, span, 0);
    }
    (void)sqlite3_reset(statement);
    return s == STATUS_OK ? translate(code) : s;
}

enum status store_index_load_volume(struct store_index *index,
                                    uint32_t volume, uint64_t id,
                                    struct run_table *table)
{
    uint32_t expected = 0;
    uint32_t sum = 0;
    enum status s = known_checksum(index, volume, id, &expected);
    if (s == STATUS_OK)
        s = walk_runs(index, volume, NULL, &sum);
    if (s == STATUS_OK && sum != expected)
        s = STATUS_NOT_FOUND;
    return s == STATUS_OK ? walk_runs(index, volume, table, &sum) : s;
}

static enum status put_run(struct store_index *index, uint32_t camera,
                           const struct run *run)
{
    sqlite3_stmt *statement = prepared(index, PUT_RUN);
    (void)sqlite3_bind_int64(statement, 1, run->volume);
    (void)sqlite3_bind_int64(statement, 2, camera);
    (void)sqlite3_bind_int64(statement, 3, run->span.from.us);
    (void)sqlite3_bind_int64(statement, 4, run->span.to.us);
    return step(statement);
}

static enum status put_camera(struct store_index *index,
                              const struct camera_runs *camera,
                              uint32_t volume, uint32_t *sum)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < camera->count; i++) {
        if (camera->runs[i].volume != volume)
            continue;
        s = put_run(index, camera->camera, &camera->runs[i]);
        *sum = fold(*sum, camera->camera, camera->runs[i].span);
    }
    if (s != STATUS_OK)
        return s;
    sqlite3_stmt *statement = prepared(index, PUT_SEQUENCE);
    (void)sqlite3_bind_int64(statement, 1, camera->camera);
    (void)sqlite3_bind_int64(statement, 2,
                             (sqlite3_int64)camera->last_sequence);
    return step(statement);
}

static enum status delete_volume(struct store_index *index, uint32_t volume)
{
    sqlite3_stmt *runs = prepared(index, DELETE_RUNS);
    (void)sqlite3_bind_int64(runs, 1, volume);
    enum status s = step(runs);
    sqlite3_stmt *row = prepared(index, DELETE_VOLUME);
    (void)sqlite3_bind_int64(row, 1, volume);
    return s == STATUS_OK ? step(row) : s;
}

static enum status finish(struct store_index *index, enum status s)
{
    if (s == STATUS_OK)
        return execute(index, "COMMIT");
    enum status ignored = execute(index, "ROLLBACK");
    (void)ignored; /* the first failure counts */
    return s;
}

enum status store_index_put_volume(struct store_index *index, uint32_t volume,
                                   uint64_t id, const struct run_table *table)
{
    enum status s = execute(index, "BEGIN IMMEDIATE");
    if (s != STATUS_OK)
        return s;
    uint32_t sum = 0;
    s = delete_volume(index, volume);
    for (size_t i = 0; s == STATUS_OK && i < table->count; i++)
        s = put_camera(index, &table->cameras[i], volume, &sum);
    if (s == STATUS_OK) {
        sqlite3_stmt *statement = prepared(index, PUT_VOLUME);
        (void)sqlite3_bind_int64(statement, 1, volume);
        (void)sqlite3_bind_int64(statement, 2, (sqlite3_int64)id);
        (void)sqlite3_bind_int64(statement, 3, sum);
        s = step(statement);
    }
    return finish(index, s);
}

enum status store_index_remove_volume(struct store_index *index,
                                      uint32_t volume)
{
    enum status s = execute(index, "BEGIN IMMEDIATE");
    return s == STATUS_OK ? finish(index, delete_volume(index, volume)) : s;
}

enum status store_index_load_sequences(struct store_index *index,
                                       struct run_table *table)
{
    sqlite3_stmt *statement = prepared(index, LOAD_SEQUENCES);
    int code = SQLITE_ROW;
    enum status s = STATUS_OK;
    while (s == STATUS_OK &&
           (code = sqlite3_step(statement)) == SQLITE_ROW)
        s = run_table_note_sequence(
            table, (uint32_t)sqlite3_column_int64(statement, 0),
            (uint64_t)sqlite3_column_int64(statement, 1));
    (void)sqlite3_reset(statement);
    return s == STATUS_OK ? translate(code) : s;
}

enum status store_index_epoch(struct store_index *index, uint64_t *epoch)
{
    char text[32] = "";
    *epoch = 0;
    enum status s = get_meta(index, "epoch", text, sizeof text);
    if (s == STATUS_OK && number_parse_u64(text_of(text), 0, UINT64_MAX,
                                           epoch) != STATUS_OK)
        *epoch = 0; /* then all deaths are followed again: harmless */
    return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

enum status store_index_set_epoch(struct store_index *index, uint64_t epoch)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)epoch);
    return put_meta(index, "epoch", text);
}

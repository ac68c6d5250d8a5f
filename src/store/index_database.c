/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index_private.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "store/limits.h"

enum { SCHEMA = 2 };

static const char SCHEMA_SQL[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE volumes(number INTEGER PRIMARY KEY, class INTEGER NOT NULL,"
    " from_us INTEGER NOT NULL, to_us INTEGER NOT NULL);"
    "CREATE TABLE runs(camera INTEGER, from_us INTEGER, to_us INTEGER NOT NULL,"
    " PRIMARY KEY(camera, from_us)) WITHOUT ROWID;"
    "CREATE TABLE cameras(number INTEGER PRIMARY KEY,"
    " last_sequence INTEGER NOT NULL);";

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

/* SQLite's codes end here. */
enum status index_translate(int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return STATUS_OK;
    if (code == SQLITE_NOMEM)
        return STATUS_NO_MEMORY;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        return STATUS_CORRUPT;
    return code == SQLITE_FULL ? STATUS_NO_SPACE : STATUS_IO;
}

enum status index_execute(struct store_index *index, const char *sql)
{
    return index_translate(sqlite3_exec(index->database, sql, NULL, NULL, NULL));
}

sqlite3_stmt *index_prepared(struct store_index *index, enum statement which)
{
    sqlite3_stmt *statement = index->statements[which];
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    return statement;
}

enum status index_step(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    enum status s = index_translate(code);
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
        return index_translate(code);
    return index_execute(index, "PRAGMA locking_mode=EXCLUSIVE;"
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
            return index_translate(code);
    }
    return STATUS_OK;
}

static enum status get_meta(struct store_index *index, const char *name,
                            char *out, size_t size)
{
    sqlite3_stmt *statement = index_prepared(index, GET_META);
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    enum status s = STATUS_NOT_FOUND;
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const unsigned char *value = sqlite3_column_text(statement, 0);
        (void)snprintf(out, size, "%s", value == NULL ? "" :
                                            (const char *)value);
        s = STATUS_OK;
    } else if (code != SQLITE_DONE) {
        s = index_translate(code);
    }
    (void)sqlite3_reset(statement);
    return s;
}

static enum status put_meta(struct store_index *index, const char *name,
                            const char *value)
{
    sqlite3_stmt *statement = index_prepared(index, PUT_META);
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, value, -1, SQLITE_TRANSIENT);
    return index_step(statement);
}

enum status index_get_number(struct store_index *index, const char *name,
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
uint64_t index_part(uint64_t kind, int64_t a, int64_t b, int64_t c,
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

uint64_t index_sum(const struct store_index *index)
{
    return index->sum + index_part(4, (int64_t)index->epoch, 0, 0, 0);
}

/* The epoch, and the sum over all. */
enum status index_put_numbers(struct store_index *index)
{
    uint64_t sum = index_sum(index);
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

/* Whoever made it was ended before it was there: nothing was ever in it. */
static bool is_empty(struct store_index *index)
{
    sqlite3_stmt *statement = NULL;
    bool is_empty = false;
    if (sqlite3_prepare_v2(index->database,
                           "SELECT count(*) FROM sqlite_master", -1,
                           &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        is_empty = sqlite3_column_int64(statement, 0) == 0;
    (void)sqlite3_finalize(statement);
    return is_empty;
}

/* NOT_FOUND: an empty one. */
static enum status open_existing(struct store_index *index, const char *path,
                                 const char *identity)
{
    enum status s = open_database(index, path);
    if (s == STATUS_OK && !is_sound(index))
        s = STATUS_CORRUPT;
    if (s == STATUS_OK && is_empty(index))
        return STATUS_NOT_FOUND;
    if (s == STATUS_OK)
        s = prepare_all(index);
    char found[64];
    if (s == STATUS_OK)
        s = get_meta(index, "identity", found, sizeof found);
    bool is_another = s == STATUS_OK && strcmp(found, identity) != 0;
    return is_another || s == STATUS_NOT_FOUND ? STATUS_CORRUPT : s;
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
    if (s == STATUS_OK) /* all of it or nothing, whenever this process ends */
        s = index_execute(index, "BEGIN");
    if (s == STATUS_OK)
        s = index_execute(index, SCHEMA_SQL);
    if (s == STATUS_OK)
        s = prepare_all(index);
    if (s == STATUS_OK)
        s = put_meta(index, "identity", identity);
    if (s == STATUS_OK)
        s = index_put_numbers(index);
    return s == STATUS_OK ? index_execute(index, "COMMIT") : s;
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
        *origin = s == STATUS_NOT_FOUND ? INDEX_NONE : INDEX_REFUSED;
    }
    return try_open(create_new, path, identity, out);
}

enum status store_index_read(const char *path, const uint8_t installation[16],
                             struct catalogue *catalogue,
                             struct run_table *runs)
{
    char identity[HEX_SIZE(16) + 8];
    identity_of(installation, identity);
    AUTO(store_index_close) struct store_index *index = NULL;
    if (access(path, F_OK) != 0)
        return STATUS_NOT_FOUND;
    enum status s = try_open(open_existing, path, identity, &index);
    return s == STATUS_OK ? store_index_load(index, catalogue, runs) : s;
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

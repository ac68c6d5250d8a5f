/* SPDX-License-Identifier: Apache-2.0 */
#include "office/office.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "office/limits.h"
#include "office/statement.h"
#include "sys/logger.h"

/* One statement each. A column is never taken away or given another meaning;
 * user_version says which layout stands in the file. */
static const char *const SETUP[] = {
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA secure_delete = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "CREATE TABLE IF NOT EXISTS accounts ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT NOT NULL UNIQUE,"
    " password_hash TEXT NOT NULL,"
    " role TEXT NOT NULL,"
    " person TEXT NOT NULL,"
    " created_us INTEGER NOT NULL,"
    " closed_us INTEGER NOT NULL DEFAULT 0,"
    " failures INTEGER NOT NULL DEFAULT 0,"
    " locked_until_us INTEGER NOT NULL DEFAULT 0) STRICT",
    "CREATE TABLE IF NOT EXISTS sessions ("
    " token_sha256 BLOB PRIMARY KEY,"
    " account INTEGER NOT NULL REFERENCES accounts (number),"
    " created_us INTEGER NOT NULL,"
    " used_us INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS views ("
    " number INTEGER PRIMARY KEY,"
    " account INTEGER NOT NULL REFERENCES accounts (number),"
    " token_sha256 BLOB NOT NULL,"
    " kind INTEGER NOT NULL,"
    " cameras BLOB NOT NULL,"
    " from_us INTEGER NOT NULL,"
    " to_us INTEGER NOT NULL,"
    " used_us INTEGER NOT NULL) STRICT",
    "PRAGMA user_version = 1",
};

static enum status run(struct office *office, const char *sql)
{
    struct statement statement = statement_of(office, sql);
    enum status s = statement_row(&statement);
    while (s == STATUS_OK) /* pragmas answer with what has been set */
        s = statement_row(&statement);
    statement_deinit(&statement);
    return s == STATUS_END ? STATUS_OK : s;
}

enum status office_open(const char *path, struct office **out)
{
    *out = NULL;
    AUTO(office_close) struct office *office = alloc_zeroed(sizeof *office);
    if (office == NULL)
        return STATUS_NO_MEMORY;
    int result = sqlite3_open_v2(path, &office->database,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                     SQLITE_OPEN_NOFOLLOW,
                                 NULL);
    if (result != SQLITE_OK) {
        log_line(LOG_ERROR, "office: cannot open the database: %s",
                 sqlite3_errstr(result));
        return office_status(result);
    }
    (void)sqlite3_busy_timeout(office->database, OFFICE_BUSY_MS);
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < sizeof SETUP / sizeof *SETUP; i++)
        s = run(office, SETUP[i]);
    if (s != STATUS_OK)
        return s;
    *out = office;
    office = NULL;
    return STATUS_OK;
}

void office_close(struct office **office)
{
    if (*office == NULL)
        return;
    (void)sqlite3_close((*office)->database);
    alloc_free(*office);
    *office = NULL;
}

enum status office_begin(struct office *office)
{
    return run(office, "BEGIN IMMEDIATE");
}

enum status office_commit(struct office *office)
{
    return run(office, "COMMIT");
}

void office_rollback(struct office *office)
{
    if (run(office, "ROLLBACK") != STATUS_OK)
        log_line(LOG_WARNING, "office: cannot roll back");
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "office/statement.h"

#include "sys/logger.h"

enum status office_status(int sqlite_result)
{
    switch (sqlite_result & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
        return STATUS_OK;
    case SQLITE_DONE:
        return STATUS_END;
    case SQLITE_CONSTRAINT:
        return STATUS_CONFLICT;
    case SQLITE_NOMEM:
        return STATUS_NO_MEMORY;
    case SQLITE_FULL:
        return STATUS_NO_SPACE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return STATUS_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return STATUS_IO;
    default:
        return STATUS_INTERNAL;
    }
}

/* Keeps the first error, and logs it with SQLite's own words. */
static void note(struct statement *statement, int result)
{
    if (statement->status != STATUS_OK || result == SQLITE_OK)
        return;
    statement->status = office_status(result);
    if (statement->status != STATUS_CONFLICT)
        log_line(LOG_ERROR, "office: %s",
                 sqlite3_errmsg(statement->office->database));
}

struct statement statement_of(struct office *office, const char *sql)
{
    struct statement statement = {.office = office, .next = 1};
    note(&statement, sqlite3_prepare_v2(office->database, sql, -1,
                                        &statement.compiled, NULL));
    return statement;
}

void statement_deinit(struct statement *statement)
{
    (void)sqlite3_finalize(statement->compiled);
    statement->compiled = NULL;
}

void statement_number(struct statement *statement, int64_t number)
{
    if (statement->status == STATUS_OK)
        note(statement, sqlite3_bind_int64(statement->compiled,
                                           statement->next++, number));
}

void statement_text(struct statement *statement, struct text text)
{
    if (statement->status == STATUS_OK)
        note(statement,
             sqlite3_bind_text64(statement->compiled, statement->next++,
                                 text.size == 0 ? "" : text.data, text.size,
                                 SQLITE_TRANSIENT, SQLITE_UTF8));
}

void statement_blob(struct statement *statement, struct bytes bytes)
{
    static const uint8_t EMPTY = 0;
    if (statement->status == STATUS_OK)
        note(statement,
             sqlite3_bind_blob64(statement->compiled, statement->next++,
                                 bytes.size == 0 ? &EMPTY : bytes.data,
                                 bytes.size, SQLITE_TRANSIENT));
}

enum status statement_row(struct statement *statement)
{
    if (statement->status != STATUS_OK)
        return statement->status;
    int result = sqlite3_step(statement->compiled);
    if (result == SQLITE_ROW)
        return STATUS_OK;
    if (result == SQLITE_DONE)
        return STATUS_END;
    note(statement, result);
    return statement->status;
}

enum status statement_run(struct statement *statement)
{
    enum status s = statement_row(statement);
    if (s == STATUS_END)
        return STATUS_OK;
    return s == STATUS_OK ? STATUS_INTERNAL : s;
}

int64_t column_number(const struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->compiled, column);
}

struct text column_text(const struct statement *statement, int column)
{
    const void *data = sqlite3_column_text(statement->compiled, column);
    int size = sqlite3_column_bytes(statement->compiled, column);
    if (data == NULL || size < 0)
        return (struct text){"", 0};
    return (struct text){data, (size_t)size};
}

struct bytes column_blob(const struct statement *statement, int column)
{
    const void *data = sqlite3_column_blob(statement->compiled, column);
    int size = sqlite3_column_bytes(statement->compiled, column);
    if (data == NULL || size < 0)
        return (struct bytes){NULL, 0};
    return bytes_of(data, (size_t)size);
}

int64_t office_changes(const struct office *office)
{
    return sqlite3_changes64(office->database);
}

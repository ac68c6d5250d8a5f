/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office/statement - one SQL statement, for the files of this folder only.
 *
 * Errors are sticky: bind freely, then statement_row or statement_run says
 * what went wrong. SQLite's errors become ours here and nowhere else.
 */
#ifndef OFFICE_STATEMENT_H
#define OFFICE_STATEMENT_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "office/office.h"

struct office {
    sqlite3 *database;
};

struct statement {
    struct office *office;
    sqlite3_stmt *compiled;
    int next; /* parameter that is bound next */
    enum status status;
};

enum status office_status(int sqlite_result);

/* sql: static text with ? for parameters. */
struct statement statement_of(struct office *office, const char *sql);
void statement_deinit(struct statement *statement);

void statement_number(struct statement *statement, int64_t number);
void statement_text(struct statement *statement, struct text text);
void statement_blob(struct statement *statement, struct bytes bytes);

/* The next row. Fails with: END (no more), CONFLICT (a constraint). */
MUST_USE enum status statement_row(struct statement *statement);

/* Runs a statement that gives no rows. */
MUST_USE enum status statement_run(struct statement *statement);

/* Columns of the row, from 0. Views live until the next row. */
int64_t column_number(const struct statement *statement, int column);
struct text column_text(const struct statement *statement, int column);
struct bytes column_blob(const struct statement *statement, int column);

/* Rows changed by the last statement that ran. */
int64_t office_changes(const struct office *office);

#endif

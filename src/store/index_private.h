/* SPDX-License-Identifier: Apache-2.0 */
/* store/index_private - the index's file, for the rows in it. */
#ifndef STORE_INDEX_PRIVATE_H
#define STORE_INDEX_PRIVATE_H

#include <sqlite3.h>

#include "store/index.h"

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
    STATEMENT_COUNT
};

struct store_index {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    uint64_t sum;           /* over all rows, as they stand now */
    uint64_t committed_sum; /* as of the last end */
    uint64_t epoch;
};

/* SQLite's codes end here. */
MUST_USE enum status index_translate(int code);

MUST_USE enum status index_execute(struct store_index *index,
                                   const char *sql);

/* The statement, reset and without bindings. */
sqlite3_stmt *index_prepared(struct store_index *index, enum statement which);

/* One step of a statement that gives no row; reset afterwards. */
MUST_USE enum status index_step(sqlite3_stmt *statement);

/* A number that stands beside the rows; 0 where there is none. */
MUST_USE enum status index_get_number(struct store_index *index,
                                      const char *name, uint64_t *out);

/* One row's part of the sum. */
uint64_t index_part(uint64_t kind, int64_t a, int64_t b, int64_t c, int64_t d);

/* The sum over all rows and the epoch. */
uint64_t index_sum(const struct store_index *index);

/* Puts down the epoch and the sum. */
MUST_USE enum status index_put_numbers(struct store_index *index);

#endif

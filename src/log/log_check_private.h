/* SPDX-License-Identifier: Apache-2.0 */
/* log/log_check_private - the parts of log/log_check*.c. */
#ifndef LOG_LOG_CHECK_PRIVATE_H
#define LOG_LOG_CHECK_PRIVATE_H

#include "log/limits.h"
#include "log/log_check.h"
#include "log/log_index.h"
#include "log/timestamps.h"
#include "log/tree/rows.h"

enum { CHECK_TILES_MAX = 256 }; /* differing tiles that are named */

/* A tile that is not what the lines give. */
struct check_tile {
    struct tile_name name;
    bool is_missing;
    bool fits_above;   /* the tile above has what the lines give */
    uint64_t position; /* of the first differing leaf, at level 0 */
};

/* One note as a mark. Findings are no failure. */
struct check;
MUST_USE enum status check_mark_read(struct check *check, const char *path,
                                     const char *where, bool is_own);

/* A size at which the lines must give a root. */
struct check_mark {
    char where[LOG_PATH_SIZE];
    struct checkpoint checkpoint;
    bool is_own;     /* the directory's */
    bool is_reached;
    bool is_right;
};

struct check {
    const struct log_check_request *request;
    const struct log_visitor *visitor;
    struct log_check_result *result;
    struct rows *tree;
    struct log_index *index; /* NULL: none that can be read */
    uint64_t signed_size;    /* as far as tiles must be there */
    uint64_t next_number;
    uint8_t personal[ENTRY_KIND_COUNT]; /* texts of an entry of the kind */
    uint64_t texts_due;  /* by all sound lines */
    bool has_unknown;    /* a kind whose texts nobody can count */
    struct entry_line entry; /* the one being read: too large to clear anew */
    struct check_mark marks[LOG_CHECKPOINTS_MAX + LOG_WITNESSES_MAX +
                            TIMESTAMPS_LISTED_MAX + 1];
    size_t mark_count;
    struct note_key witnesses[LOG_WITNESSES_MAX];
    bool has_word[LOG_WITNESSES_MAX];
    struct check_tile tiles[CHECK_TILES_MAX];
    size_t tile_count;
    struct buffer promised; /* leaves of entries behind the checkpoint */
    uint64_t index_row; /* the first wrong one; UINT64_MAX: none */
};

/* ---- log/log_check_witness.c ---- */

/* Whether this is the witnesses' word: kept, and marked. note: signed by the
 * log, as checkpoint_open has found. */
MUST_USE enum status check_witnesses_take(struct check *check, struct text note,
                                          const char *where);

/* The notes in cosigned/, each a mark. */
MUST_USE enum status check_cosigned_read(struct check *check);

/* Says whose word is missing. */
void check_witnesses_say(struct check *check);

/* ---- log/log_check_timestamp.c ---- */

/* The newest notes in timestamps/, each a mark, and the answers about them. */
MUST_USE enum status check_timestamps_read(struct check *check);

void check_find(struct check *check, const char *where, const char *what);
void check_find_line(struct check *check, const char *file, uint64_t position,
                     const char *what);
MUST_USE enum status check_path(const struct check *check, const char *name,
                                char out[LOG_PATH_SIZE]);

/* ---- log/log_check_lines.c ---- */

/* All of them: form, numbers, places, leaves. */
MUST_USE enum status check_lines(struct check *check);

/* ---- log/log_check_tree.c ---- */

/* Makes check->tree, which holds its tiles against those on disk. */
MUST_USE enum status check_tree_begin(struct check *check);

/* Another leaf; at a mark, the root and the unfinished tiles too. */
MUST_USE enum status check_tree_add(struct check *check,
                                    const struct merkle_hash *leaf);

/* Says what the marks and the tiles have shown. */
MUST_USE enum status check_tree_end(struct check *check);

#endif

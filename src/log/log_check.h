/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/log_check - checks a log's directory without changing it: what a
 * stranger does, with no key and no installation.
 *
 * Every line must be canonical and numbered without a hole from 0; the lines
 * must give every tile and the root of every checkpoint that is at hand. Where
 * the lines give the signed root, a tile that differs is damaged itself; where
 * they do not, the first line that is not its leaf has been altered. A last
 * line without line feed was never acknowledged and is no finding.
 *
 * Notes in cosigned/ (log/witness/cosigned) and those kept elsewhere are held
 * against the lines as well; a witness is believed only by a key that the
 * caller gives: the log's owner can write any name there.
 *
 * So are the newest notes in timestamps/ (log/timestamps), with what a service
 * has said of when they were there.
 *
 * What cannot be checked without keys: that the sealed bytes of a text are the
 * ones that were written.
 *
 * Threads: one.
 */
#ifndef LOG_LOG_CHECK_H
#define LOG_LOG_CHECK_H

#include "log/entry_line.h"
#include "log/tree/checkpoint.h"
#include "sys/file.h"

enum {
    LOG_CHECKPOINTS_MAX = 8, /* kept elsewhere */
    LOG_WITNESSES_MAX = 16,  /* whose word is asked for, or lies there */
    LOG_WHERE_SIZE = 1300,
};

struct log_check_request {
    const struct file_layer *layer;
    const char *directory;
    const char *vkey; /* text; NULL: the one in the directory */
    /* Files of checkpoints that were kept elsewhere, or lines from paper
     * (log/witness/paper_line). */
    const char *checkpoints[LOG_CHECKPOINTS_MAX];
    size_t checkpoint_count;
    /* vkeys of witnesses: a cosignature of each must be there. */
    const char *witnesses[LOG_WITNESSES_MAX];
    size_t witness_count;
    /* PEM: who vouches for the time-stamping service. Empty: it is not looked
     * at who has signed a timestamp. */
    struct text authorities;
};

struct log_visitor {
    /* Each sound entry; position: lines before it. NULL: nobody. Borrowed. */
    void (*on_entry)(void *context, uint64_t position,
                     const struct entry_line *entry, struct text line);
    /* where: "entries line 7", "tile/0/000.p/6"; what: what is wrong. */
    void (*on_finding)(void *context, const char *where, const char *what);
    void *context;
};

struct log_check_result {
    uint64_t entries;     /* lines, sound or not */
    uint64_t findings;
    uint64_t signed_size; /* of the directory's checkpoint */
    bool is_signed;       /* it is sound and the lines give its root */
    uint64_t witnessed_size; /* the largest that one of the witnesses signed */
    size_t cosigned; /* notes in cosigned/ */
    size_t timestamps; /* in timestamps/, of those that were looked at: right */
    uint64_t timestamps_older; /* that were not looked at */
    uint64_t stamped_size;     /* of the newest that is right */
    struct wall_time stamped;  /* and when, by its service */
    uint64_t texts_absent; /* of all entries, where no text is there at all */
    bool has_key;
    bool is_torn; /* an unfinished last line */
    uint64_t end; /* bytes of `entries` that were read as lines */
    struct note_key key;
    struct merkle_hash root; /* of all lines */
};

/* Findings are no failure. Fails with: NOT_FOUND (no entries there), LIMIT
 * (too many checkpoints), NO_MEMORY, INTERNAL, and as sys/file.h. */
MUST_USE enum status log_check_run(const struct log_check_request *request,
                                   const struct log_visitor *visitor,
                                   struct log_check_result *out);

#endif

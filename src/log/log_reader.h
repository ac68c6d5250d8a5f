/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/log_reader - checks a log without changing it: what a stranger does.
 *
 * Every line must be canonical, numbered without a hole from 0, and hash to
 * its leaf. A last line without line feed was never acknowledged; it is told
 * apart.
 *
 * Threads: the one that made it.
 */
#ifndef LOG_LOG_READER_H
#define LOG_LOG_READER_H

#include "log/entry_line.h"
#include "log/leaf.h"
#include "sys/file.h"

struct log_reader;

/* What is wrong with a line. */
enum log_problem {
    LOG_PROBLEM_NONE = 0,
    LOG_PROBLEM_LINE,    /* not in canonical form */
    LOG_PROBLEM_NUMBER,  /* not the number that follows */
    LOG_PROBLEM_LEAF,    /* does not hash to its leaf */
    LOG_PROBLEM_NO_LEAF, /* has none (only the last ones may) */
    LOG_PROBLEM_LOST,    /* leaves without lines: entries are missing */
    LOG_PROBLEM_TORN,    /* a last line without line feed: not an error */
};

struct log_item {
    enum log_problem problem;
    uint64_t position;       /* lines before this one */
    struct text line;        /* borrowed until the next call */
    struct entry_line entry; /* where problem is none or about the leaf */
    uint8_t leaf[LEAF_SIZE]; /* of the line as it stands */
};

/* "the line is not in canonical form", and so on. Never NULL. */
const char *log_problem_text(enum log_problem problem);

/* Opens directory/entries and directory/leaves for reading. Fails with:
 * NOT_FOUND, NO_MEMORY, and as sys/file.h. */
MUST_USE enum status log_reader_create(const struct file_layer *layer,
                                       const char *directory,
                                       struct log_reader **out);
void log_reader_destroy(struct log_reader **reader);

/*
 * The next line, sound or not; reading goes on behind a bad one. Fails with:
 * END (all read), LIMIT (a line beyond all limits: reading ends here), and as
 * sys/file.h.
 */
MUST_USE enum status log_reader_next(struct log_reader *reader,
                                     struct log_item *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/finding - what is wrong or doubtful in a configuration.
 *
 * Each finding has a stable code (finding_codes.def), a place, a message and
 * a remedy. A list of findings keeps at most FINDINGS_MAX; the list says when
 * it had more.
 */
#ifndef NOTICE_FINDING_H
#define NOTICE_FINDING_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/status.h"

enum finding_severity {
    FINDING_WARNING = 1,  /* said; it starts */
    FINDING_BLOCKING = 2, /* it records, but must not be published so */
    FINDING_ERROR = 3,    /* nothing starts */
};

enum finding_code {
#define CODE(NAME, name, severity, source) FINDING_##NAME,
#include "notice/finding_codes.def"
#undef CODE
    FINDING_CODE_COUNT
};

enum {
    FINDINGS_MAX = 200,
    FINDING_FILE_SIZE = 256,    /* characters with the terminating zero */
    FINDING_MESSAGE_SIZE = 320, /* longer ones are cut at a character */
    FINDING_REMEDY_SIZE = 320,
    FINDING_PATH_SIZE = 96,
};

struct finding {
    enum finding_code code;
    uint32_t line;   /* from 1; 0: the file as a whole */
    uint32_t column; /* from 1; 0: the line as a whole */
    char path[FINDING_PATH_SIZE]; /* "sites[0].groups[3]"; "": no place */
    char file[FINDING_FILE_SIZE];
    char message[FINDING_MESSAGE_SIZE];
    char remedy[FINDING_REMEDY_SIZE];
};

struct findings {
    struct finding *list;
    size_t count;
    size_t capacity;
    size_t errors;   /* of that severity, those beyond the limit too */
    size_t blocking; /* likewise */
    size_t left_out; /* beyond FINDINGS_MAX */
    bool out_of_memory;
};

void findings_deinit(struct findings *findings);

/* Where a finding is. */
struct finding_place {
    const char *file;
    uint32_t line;
    uint32_t column;
};

/* Adds one; the message is printf's. Its memory is the list's. */
__attribute__((format(printf, 5, 6))) void
findings_add(struct findings *findings, enum finding_code code,
             struct finding_place place, const char *remedy,
             const char *message, ...);

/* OK, or BAD_INPUT with an error in the list, or NO_MEMORY. */
MUST_USE enum status findings_status(const struct findings *findings);

/* Stable, such as "unknown_group"; the rule behind it, or "". Never NULL. */
const char *finding_code_name(enum finding_code code);
const char *finding_code_source(enum finding_code code);
enum finding_severity finding_code_severity(enum finding_code code);

/* "file:line: error: message - remedy [code]" and a line feed each. */
void findings_write_text(const struct findings *findings, struct buffer *out);

/* A JSON list of {code, severity, path, file, line, column, message, remedy,
 * source}. */
void findings_write_json(const struct findings *findings, struct buffer *out);

#endif

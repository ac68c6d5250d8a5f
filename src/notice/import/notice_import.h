/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/import/notice_import - drafts notice.yaml from a published text.
 *
 *   bytes → lines and cells → sections → readers → draft → notice.yaml
 *
 * Any bytes give a draft: what is not understood is listed, what is not there
 * is left out, nothing is filled in. Every value has the line that it came
 * from. The draft is a beginning: notice_load tells what it lacks.
 *
 * Threads: none; pure.
 */
#ifndef NOTICE_IMPORT_NOTICE_IMPORT_H
#define NOTICE_IMPORT_NOTICE_IMPORT_H

#include "base/buffer.h"
#include "notice/import/draft.h"
#include "notice/import/import_text.h"

enum {
    IMPORT_PATH_SIZE = 64,
    IMPORT_NUMBER_SIZE = 16,
    IMPORT_YAML_BYTES_MAX = 16 << 20,
};

/* One value of the drafted notice.yaml. */
struct import_value {
    char path[IMPORT_PATH_SIZE]; /* "sites[0].groups[3].count" */
    struct text text;            /* of a text; else empty */
    char number[IMPORT_NUMBER_SIZE]; /* "101", "2023-04-01"; else "" */
    bool is_number;
    uint32_t line;
};

struct notice_import {
    struct import_text text;
    struct draft draft;
    struct buffer yaml;
    struct draft_list values; /* struct import_value */
};

/* Fails with: NO_MEMORY; *out is then empty. */
MUST_USE enum status notice_import_read(struct bytes published,
                                        struct notice_import *out);

void notice_import_deinit(struct notice_import *import);

const struct import_value *
notice_import_value_at(const struct notice_import *import, size_t index);

/* Lines that hold something, and those among them that no reader took. */
size_t notice_import_lines(const struct notice_import *import);
size_t notice_import_not_understood(const struct notice_import *import);

/* {values: [{path, value, line}], not_understood: [{line, text}], lines,
 * share_not_understood}. */
void notice_import_write_json(const struct notice_import *import,
                              struct buffer *out);

#endif

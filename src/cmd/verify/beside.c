/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An installation that is checked while it records. Everything is only ever
 * appended, but for what dies: so the check takes down first how far the log
 * goes, leaves what is younger alone, and asks once more what has died before
 * it calls anything missing.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/root_place.h"
#include "cmd/verify/private.h"
#include "keys/offline.h"
#include "log/line_file.h"
#include "log/log_check.h"
#include "store/limits.h"
#include "sys/clock.h"

enum {
    TAIL_BYTES = 1 << 18, /* more than two lines */
    /* Pictures are synced, and what did not come is told, long before. */
    SETTLED_US = 10 * SECOND_US,
    KEY_TRIES = 40, /* a table may be in the middle of its rotation */
    KEY_WAIT_US = 50000,
};

static enum status open_entries(const struct verify *verify, struct file **out)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/log/entries", verify->directory);
    return file_open(verify->layer, path, FILE_READ, out);
}

/* The last of the lines that can be read; false: none. */
static bool last_entry(struct text lines, struct entry_line *out)
{
    bool is_there = false;
    while (memchr(lines.data, '\n', lines.size) != NULL) {
        struct text line = text_cut(&lines, '\n');
        is_there |= entry_line_read(line, out) == STATUS_OK;
    }
    return is_there;
}

enum status verify_beside_begin(const struct verify *verify,
                                struct verify_beside *out)
{
    AUTO(file_close) struct file *file = NULL;
    AUTO(alloc_release) uint8_t *tail = alloc_array(TAIL_BYTES, 1);
    uint64_t size = 0;
    struct entry_line entry;
    *out = (struct verify_beside){.last_entry = 0};
    if (tail == NULL)
        return STATUS_NO_MEMORY;
    enum status s = open_entries(verify, &file);
    if (s == STATUS_OK)
        s = file_size(file, &size);
    if (s == STATUS_NOT_FOUND || (s == STATUS_OK && size == 0))
        return STATUS_OK;
    size_t wanted = size < TAIL_BYTES ? (size_t)size : (size_t)TAIL_BYTES;
    if (s == STATUS_OK)
        s = file_read_at(file, size - wanted, tail, wanted);
    if (s != STATUS_OK)
        return s;
    if (last_entry(bytes_text(bytes_of(tail, wanted)), &entry)) {
        out->last_entry = entry.number;
        out->settled.us = entry.time.us - SETTLED_US;
    }
    return STATUS_OK;
}

bool verify_is_later(const struct verify *verify, uint64_t entry)
{
    return verify->beside != NULL && entry > verify->beside->last_entry;
}

bool verify_is_unsettled(const struct verify *verify, struct wall_time end)
{
    return verify->beside != NULL && end.us > verify->beside->settled.us;
}

enum status verify_keys_open(const struct verify *verify,
                             struct keys_offline **out)
{
    enum status s = root_place_keys(verify->directory, out);
    for (int i = 0; verify->beside != NULL && i < KEY_TRIES &&
                    (s == STATUS_CORRUPT || s == STATUS_NOT_FOUND);
         i++) {
        clock_sleep_us(KEY_WAIT_US);
        s = root_place_keys(verify->directory, out);
    }
    return s;
}

enum status verify_keys_renew(struct verify *verify)
{
    struct keys_offline *keys = NULL;
    enum status s = verify_keys_open(verify, &keys);
    if (s != STATUS_OK)
        return s;
    keys_offline_close(&verify->keys);
    verify->keys = keys;
    return STATUS_OK;
}

static enum status take_later(struct verify *verify, struct line_file *lines)
{
    enum status s = STATUS_OK;
    uint64_t count = 0;
    for (;; count++) {
        struct text line;
        struct entry_line entry;
        uint64_t offset = 0;
        s = line_file_next(lines, &line, &offset);
        if (s != STATUS_OK)
            break;
        if (entry_line_read(line, &entry) == STATUS_OK && entry.is_known)
            verify_take_span_entry(verify, &entry);
    }
    verify->result->appended = count;
    return s == STATUS_END || s == STATUS_AGAIN || s == STATUS_LIMIT
               ? STATUS_OK
               : s;
}

enum status verify_look_again(struct verify *verify)
{
    AUTO(file_close) struct file *file = NULL;
    struct line_file lines;
    if (verify->beside == NULL)
        return STATUS_OK;
    enum status s = verify_keys_renew(verify);
    if (s != STATUS_OK)
        return s;
    verify_take_deaths(verify, true);
    s = open_entries(verify, &file);
    if (s == STATUS_OK)
        s = line_file_init(&lines, file);
    if (s != STATUS_OK)
        return s == STATUS_NOT_FOUND ? STATUS_OK : s;
    lines.at = verify->log_end;
    s = take_later(verify, &lines);
    line_file_deinit(&lines);
    return s == STATUS_OK ? verify->status : s;
}

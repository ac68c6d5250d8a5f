/* SPDX-License-Identifier: Apache-2.0 */
/* A log line is accepted in one form only: written anew from what was read, it
 * is the same bytes. The same input as a sealed text must not be harmful. */
#include <assert.h>
#include <inttypes.h>
#include <stdint.h>

#include "base/text.h"
#include "log/entry_line.h"
#include "log/history.h"
#include "log/sealed_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_anew(const struct entry_line *entry, struct buffer *out)
{
    char time[TIME_TEXT_SIZE];
    wall_time_format(entry->time, time);
    buffer_format(out, "{\"n\":%" PRIu64 ",\"t\":\"%s\",\"kind\":\"",
                  entry->number, time);
    buffer_append(out, text_bytes(entry->kind_name));
    buffer_append_u8(out, '"');
    for (size_t i = 0; i < entry->count; i++) {
        const struct entry_line_member *member = &entry->members[i];
        buffer_append_text(out, ",\"");
        buffer_append(out, text_bytes(member->name));
        buffer_append_text(out, "\":");
        if (member->is_number) {
            buffer_format(out, "%" PRId64, member->number);
            continue;
        }
        buffer_append_u8(out, '"');
        buffer_append(out, text_bytes(member->text));
        buffer_append_u8(out, '"');
    }
    buffer_append_u8(out, '}');
}

static void read_entry(struct text line)
{
    struct entry_line entry;
    struct history history = {0};
    struct buffer again = buffer_with_limit(2 * LOG_LINE_MAX);
    if (entry_line_read(line, &entry) != STATUS_OK)
        return;
    write_anew(&entry, &again);
    assert(!again.failed);
    assert(text_equal(line, buffer_text(&again)));
    assert(text_is_plain(line));
    history_add(&history, &entry);
    history_deinit(&history);
    buffer_deinit(&again);
}

static void read_text(struct text line)
{
    static const uint8_t KEY[TEXT_KEY_SIZE];
    static char plain[LOG_TEXT_MAX];
    struct sealed_text sealed;
    if (sealed_text_read(line, &sealed) != STATUS_OK)
        return;
    assert(sealed.size <= LOG_TEXT_MAX);
    enum status s = sealed_text_open(&sealed, KEY, plain);
    assert(s == STATUS_OK || s == STATUS_CORRUPT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text line = bytes_text(bytes_of(data, size));
    read_entry(line);
    read_text(line);
    return 0;
}

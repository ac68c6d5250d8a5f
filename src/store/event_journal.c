/* SPDX-License-Identifier: Apache-2.0 */
#include "store/event_journal.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/crc32c.h"
#include "base/text.h"
#include "store/limits.h"

enum {
    FRAME_EVENT = 1,
    FRAME_NUMBER = 2,
    FRAME_BATCH = 3,
    FRAME_HEAD_SIZE = 8,
    FRAME_PAYLOAD_MAX = EVENT_SIZE_MAX,
    JOURNAL_BYTES_MAX = 256 * 1024 * 1024,
    FIRST_CAPACITY = 64,
};

struct waiting {
    uint64_t number;
    uint16_t size;
    uint8_t *encoded;
};

struct event_journal {
    const struct file_layer *layer;
    char path[PATH_SIZE];
    struct file *file;
    uint64_t size; /* of the file, to append at */
    struct waiting *waiting;
    size_t first; /* waiting[first..count) */
    size_t count;
    size_t capacity;
    uint64_t next_number;
    uint64_t synced_number; /* events up to here are durable */
    uint64_t batch; /* of the newest RECORDING_ROOT; 0: none */
    bool is_dirty;
    bool is_broken; /* a sync failed: what waits is written to a new file */
};

void event_journal_close(struct event_journal **journal)
{
    struct event_journal *j = *journal;
    if (j != NULL) {
        file_close(&j->file);
        for (size_t i = j->first; i < j->count; i++)
            alloc_free(j->waiting[i].encoded);
        alloc_free(j->waiting);
    }
    alloc_free(j);
    *journal = NULL;
}

/* ---- what waits ---- */

static enum status push(struct event_journal *journal, struct bytes encoded)
{
    if (journal->count - journal->first >= EVENTS_WAITING_MAX)
        return STATUS_LIMIT;
    if (journal->count == journal->capacity && journal->first > 0) {
        journal->count -= journal->first;
        memmove(journal->waiting, journal->waiting + journal->first,
                journal->count * sizeof *journal->waiting);
        journal->first = 0;
    }
    if (journal->count == journal->capacity) {
        size_t capacity = journal->capacity == 0 ? FIRST_CAPACITY
                                                 : journal->capacity * 2;
        struct waiting *waiting =
            alloc_resize(journal->waiting, capacity, sizeof *waiting);
        if (waiting == NULL)
            return STATUS_NO_MEMORY;
        journal->waiting = waiting;
        journal->capacity = capacity;
    }
    uint8_t *copy = alloc_array(encoded.size, 1);
    if (copy == NULL)
        return STATUS_NO_MEMORY;
    memcpy(copy, encoded.data, encoded.size);
    journal->waiting[journal->count++] = (struct waiting){
        journal->next_number++, (uint16_t)encoded.size, copy};
    return STATUS_OK;
}

static void drop_last(struct event_journal *journal)
{
    alloc_free(journal->waiting[--journal->count].encoded);
    journal->next_number--;
}

static void forget_until(struct event_journal *journal, uint64_t number)
{
    while (journal->first < journal->count &&
           journal->waiting[journal->first].number <= number)
        alloc_free(journal->waiting[journal->first++].encoded);
    if (journal->next_number <= number)
        journal->next_number = number + 1;
}

/* ---- frames ---- */

static void append_frame(struct buffer *out, uint8_t type,
                         struct bytes payload)
{
    uint8_t *at = buffer_reserve(out, FRAME_HEAD_SIZE + payload.size);
    if (at == NULL)
        return;
    struct writer w = writer_on(at, FRAME_HEAD_SIZE + payload.size);
    writer_u16be(&w, (uint16_t)payload.size);
    writer_u8(&w, type);
    writer_u8(&w, 0);
    writer_u32be(&w, crc32c(payload));
    writer_bytes(&w, payload);
}

static void append_number(struct buffer *out, uint8_t type, uint64_t number)
{
    uint8_t bytes[8];
    struct writer w = writer_on(bytes, sizeof bytes);
    writer_u64be(&w, number);
    append_frame(out, type, writer_written(&w));
}

static void note_batch(struct event_journal *journal,
                       const struct event *event)
{
    struct recorded_root root;
    if (event->kind == EVENT_RECORDING_ROOT &&
        recorded_root_read(event->detail, &root) == STATUS_OK)
        journal->batch = root.batch;
}

/* False at the end of what is sound. */
static bool next_frame(struct reader *in, uint8_t *type,
                       struct bytes *payload)
{
    uint16_t size = reader_u16be(in);
    *type = reader_u8(in);
    uint8_t zero = reader_u8(in);
    uint32_t checksum = reader_u32be(in);
    *payload = reader_bytes(in, size);
    return !in->failed && zero == 0 && size > 0 &&
           size <= FRAME_PAYLOAD_MAX && checksum == crc32c(*payload);
}

static enum status replay_frame(struct event_journal *journal, uint8_t type,
                                struct bytes payload)
{
    struct reader in = reader_on(payload);
    if (type == FRAME_NUMBER || type == FRAME_BATCH) {
        uint64_t number = reader_u64be(&in);
        if (!reader_done(&in) || number == UINT64_MAX)
            return STATUS_CORRUPT;
        if (type == FRAME_BATCH)
            journal->batch = number;
        else
            forget_until(journal, number);
        return STATUS_OK;
    }
    struct event event;
    if (type != FRAME_EVENT || event_decode(&in, &event) != STATUS_OK ||
        !reader_done(&in))
        return STATUS_CORRUPT;
    note_batch(journal, &event);
    return push(journal, payload);
}

static enum status replay(struct event_journal *journal, struct bytes content)
{
    struct reader in = reader_on(content);
    enum status s = STATUS_OK;
    while (s == STATUS_OK && reader_more(&in)) {
        uint8_t type = 0;
        struct bytes payload;
        if (!next_frame(&in, &type, &payload))
            break;
        s = replay_frame(journal, type, payload);
        if (s == STATUS_OK)
            journal->size =
                (uint64_t)(payload.data + payload.size - content.data);
    }
    return s == STATUS_CORRUPT ? STATUS_OK : s; /* cut off from there */
}

/* ---- the file ---- */

static enum status open_file(struct event_journal *journal)
{
    enum status s = file_open(journal->layer, journal->path,
                              FILE_READ | FILE_WRITE | FILE_CREATE,
                              &journal->file);
    if (s == STATUS_OK)
        s = file_truncate(journal->file, journal->size);
    return s == STATUS_OK ? file_sync(journal->file) : s;
}

/*
 * A new file with what waits and no more. The old one is not believed again
 * after a failed sync; and what a start finds may stand in the page cache alone,
 * whatever syncs said before it.
 */
static enum status rewrite(struct event_journal *journal)
{
    AUTO(buffer_deinit)
    struct buffer frames = buffer_with_limit(JOURNAL_BYTES_MAX);
    append_number(&frames, FRAME_NUMBER,
                  journal->next_number - 1 -
                      (journal->count - journal->first));
    append_number(&frames, FRAME_BATCH, journal->batch);
    for (size_t i = journal->first; i < journal->count; i++)
        append_frame(&frames, FRAME_EVENT,
                     bytes_of(journal->waiting[i].encoded,
                              journal->waiting[i].size));
    if (frames.failed)
        return STATUS_NO_MEMORY;
    enum status s = file_replace(journal->layer, journal->path,
                                 buffer_bytes(&frames));
    journal->is_broken = true;
    if (s != STATUS_OK)
        return s;
    file_close(&journal->file);
    journal->size = frames.size;
    s = open_file(journal);
    if (s != STATUS_OK)
        return s;
    journal->is_broken = journal->is_dirty = false;
    journal->synced_number = journal->next_number - 1;
    return STATUS_OK;
}

enum status event_journal_open(const struct file_layer *layer,
                               const char *path, struct event_journal **out)
{
    AUTO(event_journal_close) struct event_journal *journal =
        alloc_zeroed(sizeof *journal);
    if (journal == NULL)
        return STATUS_NO_MEMORY;
    journal->layer = layer;
    journal->next_number = 1;
    if (!text_copy(text_of(path), journal->path, sizeof journal->path))
        return STATUS_LIMIT;
    uint8_t *content = NULL;
    size_t size = 0;
    enum status s =
        file_read_all(layer, path, JOURNAL_BYTES_MAX, &content, &size);
    if (s == STATUS_OK)
        s = replay(journal, bytes_of(content, size));
    else if (s == STATUS_NOT_FOUND)
        s = STATUS_OK;
    alloc_free(content);
    if (s == STATUS_OK && size > 0)
        s = rewrite(journal);
    if ((s == STATUS_OK && size == 0) || s == STATUS_NO_SPACE)
        s = open_file(journal);
    journal->is_broken = false;
    if (s != STATUS_OK)
        return s;
    journal->synced_number = journal->next_number - 1;
    *out = journal;
    journal = NULL;
    return STATUS_OK;
}

static enum status write_frames(struct event_journal *journal,
                                struct buffer *frames)
{
    enum status s = buffer_status(frames);
    if (s == STATUS_OK && journal->is_broken)
        return STATUS_OK; /* the next sync writes all that waits */
    if (s == STATUS_OK)
        s = file_write_at(journal->file, journal->size, buffer_bytes(frames));
    if (s == STATUS_OK) {
        journal->size += frames->size;
        journal->is_dirty = true;
    }
    return s;
}

enum status event_journal_append(struct event_journal *journal,
                                 const struct event *event)
{
    uint8_t encoded[EVENT_SIZE_MAX];
    struct writer w = writer_on(encoded, sizeof encoded);
    event_encode(event, &w);
    if (w.failed)
        return STATUS_LIMIT;
    enum status s = push(journal, writer_written(&w));
    if (s != STATUS_OK)
        return s;
    AUTO(buffer_deinit)
    struct buffer frames = buffer_with_limit(JOURNAL_BYTES_MAX);
    append_frame(&frames, FRAME_EVENT, writer_written(&w));
    s = write_frames(journal, &frames);
    if (s == STATUS_OK)
        note_batch(journal, event);
    else
        drop_last(journal);
    return s;
}

enum status event_journal_sync(struct event_journal *journal)
{
    if (journal->is_broken)
        return rewrite(journal);
    if (!journal->is_dirty)
        return STATUS_OK;
    enum status s = file_sync(journal->file);
    if (s != STATUS_OK) {
        journal->is_broken = true;
        return s;
    }
    journal->is_dirty = false;
    journal->synced_number = journal->next_number - 1;
    return STATUS_OK;
}

bool event_journal_is_dirty(const struct event_journal *journal)
{
    return journal->is_dirty || journal->is_broken;
}

/* The journal was lost and began anew: what waits comes after cursor. */
static void renumber(struct event_journal *journal, uint64_t cursor)
{
    journal->next_number = cursor + 1;
    for (size_t i = journal->first; i < journal->count; i++)
        journal->waiting[i].number = journal->next_number++;
    journal->synced_number = journal->is_dirty ? cursor
                                               : journal->next_number - 1;
}

enum status event_journal_acknowledge(struct event_journal *journal,
                                      uint64_t cursor)
{
    bool was_lost = cursor >= journal->next_number && cursor < UINT64_MAX / 2;
    bool is_news = journal->first < journal->count &&
                   journal->waiting[journal->first].number <= cursor;
    if (!was_lost && !is_news)
        return STATUS_OK;
    if (was_lost)
        renumber(journal, cursor);
    else
        forget_until(journal, cursor);
    if (journal->first == journal->count &&
        journal->size > JOURNAL_REWRITE_BYTES && !journal->is_broken)
        return rewrite(journal);
    if (was_lost && journal->first < journal->count)
        return STATUS_OK; /* said again when they are acknowledged */
    AUTO(buffer_deinit)
    struct buffer frames = buffer_with_limit(JOURNAL_BYTES_MAX);
    append_number(&frames, FRAME_NUMBER, cursor);
    return write_frames(journal, &frames);
}

uint64_t event_journal_batch(const struct event_journal *journal)
{
    return journal->batch;
}

size_t event_journal_waiting(const struct event_journal *journal)
{
    return journal->count - journal->first;
}

void event_journal_get(const struct event_journal *journal, uint64_t cursor,
                       size_t limit, struct writer *out, uint64_t *last)
{
    *last = cursor;
    for (size_t i = journal->first; i < journal->count && limit > 0; i++) {
        const struct waiting *waiting = &journal->waiting[i];
        if (waiting->number <= cursor)
            continue;
        if (waiting->number > journal->synced_number ||
            waiting->size > out->size - out->used)
            return;
        writer_bytes(out, bytes_of(waiting->encoded, waiting->size));
        *last = waiting->number;
        limit--;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_writer.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "sys/logger.h"
#include "sys/loop.h"
#include "sys/random.h"
#include "sys/worker.h"

struct waiter {
    log_appended_fn *on_done;
    void *context;
};

/* A batch and those who wait for it. */
struct gathering {
    struct log_batch batch;
    struct waiter *waiters; /* LOG_BATCH_ENTRIES */
};

struct log_writer {
    struct log_store *store;
    struct worker *worker;
    log_observer_fn *on_entry;
    void *context;

    struct gathering *next;    /* takes entries */
    struct gathering *written; /* with the worker while is_writing */
    bool is_writing; /* or publishing: the worker has a job */
    enum status result; /* the worker's, of the job it had last */

    struct log_publication publication; /* with the worker, likewise */
    bool is_prepared;                   /* it has not been written yet */
    struct timer *timer;                /* until the next one */
    bool is_waiting_to_sign;            /* the timer runs */
    bool is_due;                        /* the time has come */
    log_signed_fn *on_signed; /* NULL: nobody waits until all is signed */
    void *signed_context;
    bool failed;
    enum status failure; /* why */
    uint64_t count; /* numbers given */

    uint8_t *text_key; /* NULL: none yet */
    uint32_t text_month;
    bool *destroyed; /* set by destroy while done functions run */
};

static void gathering_destroy(struct gathering **gathering)
{
    if (*gathering == NULL)
        return;
    log_batch_deinit(&(*gathering)->batch);
    alloc_free((*gathering)->waiters);
    alloc_free(*gathering);
    *gathering = NULL;
}

static enum status gathering_create(struct gathering **out)
{
    *out = alloc_zeroed(sizeof **out);
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    log_batch_init(&(*out)->batch, 0);
    (*out)->waiters = alloc_array(LOG_BATCH_ENTRIES, sizeof(struct waiter));
    if ((*out)->waiters != NULL)
        return STATUS_OK;
    gathering_destroy(out);
    return STATUS_NO_MEMORY;
}

static void gathering_clear(struct gathering *gathering, uint64_t first)
{
    buffer_clear(&gathering->batch.lines);
    buffer_clear(&gathering->batch.leaves);
    buffer_clear(&gathering->batch.texts);
    gathering->batch.first = first;
    gathering->batch.count = 0;
}

static void on_due(void *context, struct timer *timer);
static void go_on(struct log_writer *writer);

enum status log_writer_create(struct loop *loop, const struct file_layer *layer,
                              const struct log_place *place,
                              log_observer_fn *on_entry, void *context,
                              struct log_writer **out)
{
    *out = NULL;
    AUTO(log_writer_destroy)
    struct log_writer *writer = alloc_zeroed(sizeof *writer);
    if (writer == NULL)
        return STATUS_NO_MEMORY;
    writer->on_entry = on_entry;
    writer->context = context;
    log_publication_init(&writer->publication);
    enum status s = gathering_create(&writer->next);
    if (s == STATUS_OK)
        s = gathering_create(&writer->written);
    if (s == STATUS_OK)
        s = log_store_open(layer, place, on_entry, context, &writer->store);
    if (s == STATUS_OK)
        s = worker_create(loop, "log", 1, &writer->worker);
    if (s == STATUS_OK)
        s = timer_make(loop, "log", on_due, writer, &writer->timer);
    if (s != STATUS_OK)
        return s;
    writer->count = log_store_count(writer->store);
    gathering_clear(writer->next, writer->count);
    writer->is_due = true;
    go_on(writer);
    *out = writer;
    writer = NULL;
    return STATUS_OK;
}

/* An orderly end leaves nothing unsigned. */
static void publish_rest(struct log_writer *writer)
{
    enum status s = STATUS_OK;
    if (writer->failed || writer->result != STATUS_OK || writer->store == NULL)
        return;
    if (writer->is_prepared)
        s = log_store_publish(writer->store, &writer->publication);
    if (s == STATUS_OK && log_store_unpublished(writer->store) > 0) {
        s = log_store_prepare(writer->store, &writer->publication);
        if (s == STATUS_OK)
            s = log_store_publish(writer->store, &writer->publication);
    }
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "the log's last entries are not signed status=%s",
                 status_name(s));
}

void log_writer_destroy(struct log_writer **writer)
{
    struct log_writer *ended = *writer;
    if (ended == NULL)
        return;
    *writer = NULL;
    worker_destroy(&ended->worker);
    publish_rest(ended);
    timer_destroy(&ended->timer);
    log_publication_deinit(&ended->publication);
    gathering_destroy(&ended->next);
    gathering_destroy(&ended->written);
    log_store_close(&ended->store);
    secret_destroy(&ended->text_key);
    if (ended->destroyed != NULL)
        *ended->destroyed = true;
    alloc_free(ended);
}

void log_writer_set_text_key(struct log_writer *writer, uint32_t month,
                             const uint8_t key[TEXT_KEY_SIZE])
{
    if (writer->text_key == NULL &&
        secret_create(TEXT_KEY_SIZE, &writer->text_key) != STATUS_OK)
        return;
    memcpy(writer->text_key, key, TEXT_KEY_SIZE);
    writer->text_month = month;
}

bool log_writer_has_text_key(const struct log_writer *writer)
{
    return writer->text_key != NULL;
}

/* ---- one entry ---------------------------------------------------------- */

/* Commits to each personal text and seals it into the batch. */
static enum status seal_texts(struct log_writer *writer,
                              const struct entry *entry,
                              struct commitment *commitments)
{
    const struct entry_shape *shape = entry_shape(entry->kind);
    enum status s = STATUS_OK;
    size_t sealed = 0;
    for (size_t i = 0; s == STATUS_OK && i < shape->count; i++) {
        if (shape->members[i].type != MEMBER_PERSONAL ||
            !entry_member_is_in(&shape->members[i], ENTRY_SHAPE_NOW))
            continue;
        struct sealed_text head = {
            .number = writer->count,
            .member = text_of(shape->members[i].name),
            .month = writer->text_month,
        };
        struct text plain = entry->values[i].text;
        random_fill(head.salt, sizeof head.salt);
        s = commitment_make(head.salt, plain, &commitments[sealed++]);
        if (s == STATUS_OK)
            s = sealed_text_write(&head, writer->text_key, plain,
                                  &writer->next->batch.texts);
    }
    return s;
}

/* The line with its feed, and its leaf. */
static enum status add_line(struct log_writer *writer,
                            const struct entry *entry, struct wall_time time,
                            const struct commitment *commitments)
{
    struct log_batch *batch = &writer->next->batch;
    size_t before = batch->lines.size;
    enum status s = entry_line_write(entry, writer->count, time, commitments,
                                     &batch->lines);
    if (s != STATUS_OK)
        return s;
    struct text line = {(const char *)batch->lines.data + before,
                        batch->lines.size - before};
    uint8_t leaf[LEAF_SIZE];
    s = leaf_hash(line, leaf);
    buffer_append_u8(&batch->lines, '\n');
    buffer_append(&batch->leaves, bytes_of(leaf, LEAF_SIZE));
    if (s == STATUS_OK)
        s = buffer_status(&batch->lines);
    return s == STATUS_OK ? buffer_status(&batch->leaves) : s;
}

/* Puts the batch back to what it was before a failed entry. */
static void undo(struct log_batch *batch, size_t lines, size_t texts)
{
    batch->lines.size = lines;
    batch->lines.failed = false;
    batch->texts.size = texts;
    batch->texts.failed = false;
    batch->leaves.size = batch->count * LEAF_SIZE;
    batch->leaves.failed = false;
}

static bool is_full(const struct log_batch *batch)
{
    return batch->count == LOG_BATCH_ENTRIES ||
           batch->lines.size > LOG_BATCH_MAX - LOG_LINE_MAX - 1 ||
           batch->texts.size >
               LOG_BATCH_MAX - LOG_PERSONAL_MAX * LOG_TEXT_LINE_MAX;
}

static enum status write_next(struct log_writer *writer);

enum status log_writer_append(struct log_writer *writer,
                              const struct entry *entry, struct wall_time time,
                              log_appended_fn *on_done, void *context)
{
    struct log_batch *batch = &writer->next->batch;
    if (writer->failed)
        return STATUS_IO;
    if (is_full(batch))
        return STATUS_LIMIT;
    if (entry->failed)
        return STATUS_BAD_INPUT;
    if (entry_is_personal(entry->kind) && writer->text_key == NULL)
        return STATUS_AGAIN;
    size_t lines = batch->lines.size;
    size_t texts = batch->texts.size;
    struct commitment commitments[LOG_PERSONAL_MAX];
    enum status s = seal_texts(writer, entry, commitments);
    if (s == STATUS_OK)
        s = add_line(writer, entry, time, commitments);
    if (s != STATUS_OK) {
        undo(batch, lines, texts);
        return s;
    }
    writer->next->waiters[batch->count++] = (struct waiter){on_done, context};
    writer->count++;
    if (writer->is_writing)
        return STATUS_OK;
    s = write_next(writer);
    if (s == STATUS_OK)
        return STATUS_OK;
    batch->count--;
    writer->count--;
    undo(batch, lines, texts);
    return s;
}

/* ---- a batch ------------------------------------------------------------ */

static void write_batch(void *context)
{
    struct log_writer *writer = context;
    writer->result = log_store_commit(writer->store, &writer->written->batch);
}

static void tell_observer(struct log_writer *writer, struct text *left)
{
    struct text line = text_cut(left, '\n');
    struct entry_line entry;
    if (writer->on_entry != NULL && entry_line_read(line, &entry) == STATUS_OK)
        writer->on_entry(writer->context, &entry, line);
}

/* Tells everybody of a batch; false where one of them destroyed the writer. */
static bool tell(struct log_writer *writer, struct gathering *gathering,
                 enum status status)
{
    bool is_destroyed = false;
    writer->destroyed = &is_destroyed;
    struct text left = buffer_text(&gathering->batch.lines);
    /* Once destroyed, the gathering is gone too. */
    const size_t count = gathering->batch.count;
    for (size_t i = 0; i < count && !is_destroyed; i++) {
        struct waiter waiter = gathering->waiters[i];
        if (status == STATUS_OK)
            tell_observer(writer, &left);
        if (!is_destroyed && waiter.on_done != NULL)
            waiter.on_done(waiter.context, status, gathering->batch.first + i);
    }
    if (!is_destroyed)
        writer->destroyed = NULL;
    return !is_destroyed;
}

static void tell_signed(struct log_writer *writer, enum status status)
{
    log_signed_fn *on_signed = writer->on_signed;
    writer->on_signed = NULL;
    if (on_signed != NULL)
        on_signed(writer->signed_context, status);
}

static void fail(struct log_writer *writer, enum status status)
{
    log_line(LOG_ERROR, "the log cannot be written any more status=%s",
             status_name(status));
    writer->failed = true;
    writer->failure = status;
    if (!tell(writer, writer->written, status) ||
        !tell(writer, writer->next, status))
        return;
    gathering_clear(writer->written, 0);
    gathering_clear(writer->next, 0);
    tell_signed(writer, status);
}

static void on_written(void *context)
{
    struct log_writer *writer = context;
    enum status s = writer->result;
    if (s == STATUS_OK)
        s = log_store_note(writer->store, &writer->written->batch);
    if (s != STATUS_OK) {
        writer->is_writing = false;
        fail(writer, s);
        return;
    }
    /* is_writing keeps a done function's own append from starting a batch in
     * the middle of this one's. */
    if (!tell(writer, writer->written, STATUS_OK))
        return;
    writer->is_writing = false;
    gathering_clear(writer->written, 0);
    if (!writer->is_waiting_to_sign) {
        writer->is_waiting_to_sign = true;
        timer_start(writer->timer, LOG_SIGN_AFTER_MS, 0);
    }
    go_on(writer);
}

/* ---- tiles and checkpoint ------------------------------------------------- */

static void publish(void *context)
{
    struct log_writer *writer = context;
    writer->result = log_store_publish(writer->store, &writer->publication);
    if (writer->result == STATUS_OK)
        writer->is_prepared = false;
}

static void on_published(void *context)
{
    struct log_writer *writer = context;
    writer->is_writing = false;
    if (writer->result == STATUS_OK)
        go_on(writer);
    else
        fail(writer, writer->result);
}

static enum status publish_next(struct log_writer *writer)
{
    enum status s = log_store_prepare(writer->store, &writer->publication);
    if (s != STATUS_OK)
        return s;
    writer->is_due = false;
    writer->is_prepared = true;
    writer->is_writing = true;
    s = worker_submit(writer->worker, publish, on_published, writer);
    if (s != STATUS_OK)
        writer->is_writing = false;
    return s;
}

static void on_due(void *context, struct timer *timer)
{
    struct log_writer *writer = context;
    (void)timer;
    writer->is_waiting_to_sign = false;
    writer->is_due = true;
    go_on(writer);
}

/* The worker is free: it gets what is to be done next. */
static void go_on(struct log_writer *writer)
{
    enum status s = STATUS_OK;
    if (writer->failed || writer->is_writing)
        return;
    const uint64_t unpublished = log_store_unpublished(writer->store);
    const bool has_more = writer->next->batch.count > 0;
    const bool is_last =
        writer->on_signed != NULL && !has_more && unpublished > 0;
    if (writer->is_due || is_last || unpublished >= LOG_UNSIGNED_MAX)
        s = publish_next(writer);
    else if (has_more)
        s = write_next(writer);
    else
        tell_signed(writer, STATUS_OK);
    if (s != STATUS_OK)
        fail(writer, s);
}

void log_writer_sign(struct log_writer *writer, log_signed_fn *on_done,
                     void *context)
{
    writer->on_signed = on_done;
    writer->signed_context = context;
    if (writer->failed)
        tell_signed(writer, writer->failure);
    else
        go_on(writer);
}

static void swap(struct log_writer *writer)
{
    struct gathering *full = writer->next;
    writer->next = writer->written;
    writer->written = full;
}

/* Hands the gathered batch to the worker, whose thread looks at `written`
 * from the moment it has the job. On failure nothing has changed. */
static enum status write_next(struct log_writer *writer)
{
    swap(writer);
    enum status s =
        worker_submit(writer->worker, write_batch, on_written, writer);
    if (s != STATUS_OK) {
        swap(writer);
        return s;
    }
    gathering_clear(writer->next, writer->count);
    writer->is_writing = true;
    return STATUS_OK;
}

size_t log_writer_waiting(const struct log_writer *writer)
{
    size_t waiting = writer->next->batch.count;
    return writer->is_writing ? waiting + writer->written->batch.count
                              : waiting;
}

bool log_writer_is_open(const struct log_writer *writer)
{
    return !writer->failed;
}

enum status log_writer_failure(const struct log_writer *writer)
{
    return writer->failed ? writer->failure : STATUS_OK;
}

struct log_store *log_writer_store(struct log_writer *writer)
{
    return writer->store;
}

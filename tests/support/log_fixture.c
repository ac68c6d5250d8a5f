/* SPDX-License-Identifier: Apache-2.0 */
#include "support/log_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"

enum { STOPS_AT_ONCE = 512 };

const uint8_t LOG_FIXTURE_TEXT_KEY[TEXT_KEY_SIZE] = {7};

struct log_place log_fixture_place(const char *directory, char *key)
{
    (void)snprintf(key, LOG_PATH_SIZE, "%s/signing.key", directory);
    return (struct log_place){.directory = directory,
                              .key = key,
                              .origin = LOG_FIXTURE_ORIGIN};
}

enum status log_fixture_open(const struct file_layer *layer,
                             const char *directory, struct log_store **out)
{
    char key[LOG_PATH_SIZE];
    const struct log_place place = log_fixture_place(directory, key);
    return log_store_open(layer, &place, NULL, NULL, out);
}

void log_fixture_add(struct log_batch *batch, const struct entry *entry,
                     struct wall_time time,
                     const struct commitment *commitments)
{
    uint8_t leaf[LEAF_SIZE];
    uint64_t number = batch->first + batch->count++;
    size_t before = batch->lines.size;
    CHECK_OK(entry_line_write(entry, number, time, commitments, &batch->lines));
    struct text line = {(const char *)batch->lines.data + before,
                        batch->lines.size - before};
    CHECK_OK(leaf_hash(line, leaf));
    buffer_append_u8(&batch->lines, '\n');
    buffer_append(&batch->leaves, bytes_of(leaf, LEAF_SIZE));
    CHECK(!batch->lines.failed && !batch->leaves.failed);
}

void log_fixture_add_stops(struct log_batch *batch, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char cause[32];
        uint64_t number = batch->first + batch->count;
        struct entry entry = entry_of(ENTRY_RECORDER_STOP);
        (void)snprintf(cause, sizeof cause, "%llu", (unsigned long long)number);
        entry_text(&entry, "cause", text_of(cause));
        log_fixture_add(batch, &entry, (struct wall_time){(int64_t)number},
                        NULL);
    }
}

void log_fixture_add_logins(struct log_batch *batch, size_t count)
{
    const struct text address = text_of("192.0.2.7");
    for (size_t i = 0; i < count; i++) {
        uint64_t number = batch->first + batch->count;
        struct sealed_text head = {.number = number,
                                   .member = text_of("address")};
        struct commitment commitment;
        struct entry entry = entry_of(ENTRY_LOGIN);
        memset(head.salt, (int)(number & 0xff), sizeof head.salt);
        entry_number(&entry, "account", (int64_t)number);
        entry_personal(&entry, "address", address);
        CHECK_OK(commitment_make(head.salt, address, &commitment));
        CHECK_OK(sealed_text_write(&head, LOG_FIXTURE_TEXT_KEY, address,
                                   &batch->texts));
        log_fixture_add(batch, &entry, (struct wall_time){0}, &commitment);
    }
}

enum status log_fixture_append(struct log_store *store,
                               const struct log_batch *batch)
{
    enum status s = log_store_commit(store, batch);
    return s == STATUS_OK ? log_store_note(store, batch) : s;
}

enum status log_fixture_sign(struct log_store *store)
{
    struct log_publication publication;
    log_publication_init(&publication);
    enum status s = log_store_prepare(store, &publication);
    if (s == STATUS_OK)
        s = log_store_publish(store, &publication);
    log_publication_deinit(&publication);
    return s;
}

void log_fixture_grow(const struct file_layer *layer, const char *directory,
                      size_t count)
{
    struct log_store *store = NULL;
    CHECK_OK(log_fixture_open(layer, directory, &store));
    while (count > 0) {
        struct log_batch batch;
        size_t some = count < STOPS_AT_ONCE ? count : (size_t)STOPS_AT_ONCE;
        log_batch_init(&batch, log_store_count(store));
        log_fixture_add_stops(&batch, some);
        CHECK_OK(log_fixture_append(store, &batch));
        log_batch_deinit(&batch);
        count -= some;
    }
    CHECK_OK(log_fixture_sign(store));
    log_store_close(&store);
}

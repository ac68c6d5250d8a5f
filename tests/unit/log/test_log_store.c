/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/log_store.h"
#include "unit/test.h"

static const struct file_layer *const LAYER = &FILE_LAYER_SYSTEM;
static const uint8_t KEY[TEXT_KEY_SIZE] = {7};

enum { PATH_SIZE = 300, ENTRIES = 6, FILE_LIMIT = 1 << 20 };

/* A batch of logins, each with a sealed text. */
static void add_logins(struct log_batch *batch, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t number = batch->first + batch->count++;
        struct sealed_text head = {.number = number,
                                   .member = text_of("address")};
        memset(head.salt, (int)number, sizeof head.salt);
        struct commitment commitment;
        uint8_t leaf[LEAF_SIZE];
        struct entry entry = entry_of(ENTRY_LOGIN);
        entry_number(&entry, "account", (int64_t)number);
        entry_personal(&entry, "address", text_of("192.0.2.7"));
        CHECK_OK(commitment_make(head.salt, text_of("192.0.2.7"), &commitment));
        CHECK_OK(
            sealed_text_write(&head, KEY, text_of("192.0.2.7"), &batch->texts));
        size_t before = batch->lines.size;
        CHECK_OK(entry_line_write(&entry, number, (struct wall_time){0},
                                  &commitment, &batch->lines));
        struct text line = {(const char *)batch->lines.data + before,
                            batch->lines.size - before};
        CHECK_OK(leaf_hash(line, leaf));
        buffer_append_u8(&batch->lines, '\n');
        buffer_append(&batch->leaves, bytes_of(leaf, LEAF_SIZE));
    }
}

static void append_logins(struct log_store *store, size_t count)
{
    struct log_batch batch;
    log_batch_init(&batch, log_store_count(store));
    add_logins(&batch, count);
    CHECK_OK(log_store_commit(store, &batch));
    CHECK_OK(log_store_note(store, &batch));
    log_batch_deinit(&batch);
}

static void write_file(const char *directory, const char *name,
                       struct bytes bytes)
{
    char path[PATH_SIZE];
    struct file *file = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    CHECK_OK(
        file_open(LAYER, path, FILE_READ | FILE_WRITE | FILE_CREATE, &file));
    CHECK_OK(file_truncate(file, 0));
    CHECK_OK(file_write_at(file, 0, bytes));
    file_close(&file);
}

static struct bytes read_file(const char *directory, const char *name)
{
    char path[PATH_SIZE];
    uint8_t *data = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    CHECK_OK(file_read_all(LAYER, path, FILE_LIMIT, &data, &size));
    return bytes_of(data, size);
}

struct three_files {
    char directory[64];
    struct bytes entries;
    struct bytes leaves;
    struct bytes texts;
};

/* A log of ENTRIES entries, and its bytes. */
static struct three_files log_of_six(void)
{
    struct three_files files;
    struct log_store *store = NULL;
    test_directory_make(files.directory, sizeof files.directory);
    CHECK_OK(log_store_open(LAYER, files.directory, NULL, NULL, &store));
    append_logins(store, ENTRIES);
    log_store_close(&store);
    files.entries = read_file(files.directory, "entries");
    files.leaves = read_file(files.directory, "leaves");
    files.texts = read_file(files.directory, "texts");
    return files;
}

static void release(struct three_files *files)
{
    test_directory_remove(files->directory);
    alloc_free((void *)(uintptr_t)files->entries.data);
    alloc_free((void *)(uintptr_t)files->leaves.data);
    alloc_free((void *)(uintptr_t)files->texts.data);
}

static void check_sound(struct log_store *store, uint64_t count);

static void count_entries(void *context, const struct entry_line *entry,
                          struct text line)
{
    size_t *count = context;
    CHECK(entry->number == *count && line.size > 0);
    (*count)++;
}

static void count_texts(void *context, const struct sealed_text *sealed)
{
    size_t *count = context;
    char plain[LOG_TEXT_MAX];
    CHECK_OK(sealed_text_open(sealed, KEY, plain));
    (*count)++;
}

static void check_sound(struct log_store *store, uint64_t count)
{
    assert_int_equal(count, log_store_count(store));
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    for (uint64_t n = 0; n < count; n++) {
        struct entry_line read;
        size_t texts = 0;
        CHECK_OK(log_store_line(store, n, &line));
        CHECK_OK(entry_line_read(buffer_text(&line), &read));
        assert_int_equal(n, read.number);
        assert_int_equal(ENTRY_LOGIN, log_store_kind(store, n));
        CHECK_OK(log_store_texts(store, n, count_texts, &texts));
        assert_int_equal(1, texts);
    }
    CHECK_STATUS(STATUS_NOT_FOUND, log_store_line(store, count, &line));
}

static void what_was_appended_is_there_again(void **state)
{
    (void)state;
    struct three_files files = log_of_six();
    struct log_store *store = NULL;
    size_t told = 0;
    CHECK_OK(
        log_store_open(LAYER, files.directory, count_entries, &told, &store));
    assert_int_equal(ENTRIES, told);
    check_sound(store, ENTRIES);
    append_logins(store, 2);
    check_sound(store, ENTRIES + 2);
    log_store_close(&store);
    release(&files);
}

/*
 * The power goes while the second half is written: its leaves were not, its
 * lines are cut at any byte. The first half is whole, and the log goes on.
 */
static void a_torn_end_is_cut_at_any_byte(void **state)
{
    (void)state;
    struct three_files files = log_of_six();
    size_t half = 0;
    for (size_t lines = 0; lines < ENTRIES / 2; half++)
        lines += files.entries.data[half] == '\n';
    for (size_t size = half; size <= files.entries.size; size++) {
        struct log_store *store = NULL;
        uint64_t whole = ENTRIES / 2;
        for (size_t i = half; i < size; i++)
            whole += files.entries.data[i] == '\n';
        write_file(files.directory, "entries",
                   bytes_of(files.entries.data, size));
        write_file(files.directory, "leaves",
                   bytes_of(files.leaves.data, LEAF_SIZE * ENTRIES / 2));
        write_file(files.directory, "texts", files.texts);
        CHECK_OK(log_store_open(LAYER, files.directory, NULL, NULL, &store));
        check_sound(store, whole);
        append_logins(store, 1);
        check_sound(store, whole + 1);
        log_store_close(&store);
        CHECK_OK(log_store_open(LAYER, files.directory, NULL, NULL, &store));
        check_sound(store, whole + 1);
        log_store_close(&store);
    }
    release(&files);
}

/* Texts are synced before their entries: a torn text has no entry. */
static void a_torn_text_is_cut(void **state)
{
    (void)state;
    struct three_files files = log_of_six();
    size_t half = 0;
    for (size_t lines = 0; lines < ENTRIES / 2; half++)
        lines += files.texts.data[half] == '\n';
    size_t entries_half = 0;
    for (size_t lines = 0; lines < ENTRIES / 2; entries_half++)
        lines += files.entries.data[entries_half] == '\n';
    for (size_t size = half; size <= files.texts.size; size += 7) {
        struct log_store *store = NULL;
        write_file(files.directory, "entries",
                   bytes_of(files.entries.data, entries_half));
        write_file(files.directory, "leaves",
                   bytes_of(files.leaves.data, LEAF_SIZE * ENTRIES / 2));
        write_file(files.directory, "texts", bytes_of(files.texts.data, size));
        CHECK_OK(log_store_open(LAYER, files.directory, NULL, NULL, &store));
        check_sound(store, ENTRIES / 2);
        append_logins(store, 1);
        check_sound(store, ENTRIES / 2 + 1);
        log_store_close(&store);
    }
    release(&files);
}

static void a_log_that_lost_entries_is_refused(void **state)
{
    (void)state;
    struct three_files files = log_of_six();
    struct log_store *store = NULL;
    for (size_t size = 0; size < files.entries.size; size += 11) {
        write_file(files.directory, "entries",
                   bytes_of(files.entries.data, size));
        CHECK_STATUS(STATUS_CORRUPT, log_store_open(LAYER, files.directory,
                                                    NULL, NULL, &store));
    }
    release(&files);
}

static void every_flipped_bit_of_an_entry_is_noticed(void **state)
{
    (void)state;
    struct three_files files = log_of_six();
    uint8_t *altered = alloc_array(files.entries.size, 1);
    memcpy(altered, files.entries.data, files.entries.size);
    for (size_t bit = 0; bit < 8 * files.entries.size; bit += 5) {
        struct log_store *store = NULL;
        altered[bit / 8] ^= (uint8_t)(1u << bit % 8);
        write_file(files.directory, "entries",
                   bytes_of(altered, files.entries.size));
        CHECK_STATUS(STATUS_CORRUPT, log_store_open(LAYER, files.directory,
                                                    NULL, NULL, &store));
        altered[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    alloc_free(altered);
    release(&files);
}

static void missing_leaves_are_made_again(void **state)
{
    (void)state;
    struct three_files files = log_of_six();
    struct log_store *store = NULL;
    write_file(files.directory, "leaves", bytes_of(files.leaves.data, 40));
    CHECK_OK(log_store_open(LAYER, files.directory, NULL, NULL, &store));
    log_store_close(&store);
    struct bytes again = read_file(files.directory, "leaves");
    assert_int_equal(files.leaves.size, again.size);
    assert_memory_equal(files.leaves.data, again.data, again.size);
    alloc_free((void *)(uintptr_t)again.data);
    release(&files);
}

static enum status open_once(void *context)
{
    struct log_store *store = NULL;
    enum status s = log_store_open(LAYER, context, NULL, NULL, &store);
    log_store_close(&store);
    return s;
}

static void opening_survives_lack_of_memory(void **state)
{
    (void)state;
    struct three_files files = log_of_six();
    test_every_allocation_fails(open_once, files.directory);
    release(&files);
}

TEST_MAIN("log/log_store", TEST(what_was_appended_is_there_again),
          TEST(a_torn_end_is_cut_at_any_byte), TEST(a_torn_text_is_cut),
          TEST(a_log_that_lost_entries_is_refused),
          TEST(every_flipped_bit_of_an_entry_is_noticed),
          TEST(missing_leaves_are_made_again),
          TEST(opening_survives_lack_of_memory))

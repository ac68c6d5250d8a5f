/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a log are found by its own index, or by reading them: never by the
 * index of another log, nor by one of another program. */
#include "cmd/log_lines.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "support/log_fixture.h"
#include "unit/test.h"

/* The root stands in the first bundle: the last row is never used. */
enum { ENTRIES = 700, ROOT_AT = 100, PATH_SIZE = 200 };

static const struct file_layer *const LAYER = &FILE_LAYER_SYSTEM;

struct made {
    char directory[128];
    char index[PATH_SIZE];
    struct bytes bytes; /* of the index */
};

static void append_root(struct log_store *store)
{
    struct entry entry = entry_of(ENTRY_RECORDING_ROOT);
    struct log_batch batch;
    const struct wall_time time = {1000000};
    entry_number(&entry, "event", 1);
    entry_time(&entry, "from", time);
    entry_time(&entry, "to", time);
    entry_number(&entry, "batch", 1);
    entry_number(&entry, "leaves", 1);
    entry_text(&entry, "root", text_of("00"));
    log_batch_init(&batch, log_store_count(store));
    log_fixture_add(&batch, &entry, time, NULL);
    CHECK_OK(log_fixture_append(store, &batch));
    CHECK_OK(log_fixture_sign(store));
    log_batch_deinit(&batch);
}

static struct made make(void)
{
    struct made made;
    struct log_store *store = NULL;
    uint8_t *memory = NULL;
    size_t size = 0;
    test_directory_make(made.directory, sizeof made.directory);
    (void)snprintf(made.index, sizeof made.index, "%s/index", made.directory);
    log_fixture_grow(LAYER, made.directory, ROOT_AT);
    CHECK_OK(log_fixture_open(LAYER, made.directory, &store));
    append_root(store);
    log_store_close(&store);
    log_fixture_grow(LAYER, made.directory, ENTRIES - ROOT_AT - 1);
    CHECK_OK(file_read_all(LAYER, made.index, 1 << 20, &memory, &size));
    made.bytes = bytes_of(memory, size);
    return made;
}

static void release(struct made *made)
{
    alloc_free((void *)(uintptr_t)made->bytes.data);
    test_directory_remove(made->directory);
}

static void check_found(const struct made *made)
{
    struct log_lines *lines = NULL;
    struct buffer line = buffer_with_limit(1 << 16);
    CHECK_OK(log_lines_open(made->directory, &lines));
    assert_int_equal(ENTRIES, log_lines_count(lines));
    assert_int_equal(ROOT_AT, log_lines_next(lines, ENTRY_RECORDING_ROOT, 0));
    assert_int_equal(ENTRIES, log_lines_next(lines, ENTRY_RECORDING_ROOT,
                                             ROOT_AT + 1));
    CHECK_OK(log_lines_read(lines, ROOT_AT, &line));
    CHECK(text_starts_with(buffer_text(&line), text_of("{\"n\":100,")));
    CHECK_STATUS(STATUS_NOT_FOUND, log_lines_read(lines, ENTRIES, &line));
    buffer_deinit(&line);
    log_lines_close(&lines);
}

static void entries_are_found_without_an_index(void **state)
{
    (void)state;
    struct made made = make();
    check_found(&made);
    CHECK_OK(LAYER->unlink(LAYER, made.index));
    check_found(&made);
    release(&made);
}

/* Kinds and places as another log, another program or an older one would have
 * them: all rows sound by themselves. */
static void a_foreign_index_is_not_believed(void **state)
{
    (void)state;
    struct made made = make();
    struct made other;
    struct file *file = NULL;
    struct log_store *store = NULL;
    test_directory_make(other.directory, sizeof other.directory);
    (void)snprintf(other.index, sizeof other.index, "%s/index",
                   other.directory);
    log_fixture_grow(LAYER, other.directory, ENTRIES);
    CHECK_OK(file_replace(LAYER, other.index, made.bytes));
    CHECK_OK(log_fixture_open(LAYER, other.directory, &store));
    assert_int_equal(ENTRY_RECORDER_STOP, log_store_kind(store, ROOT_AT));
    log_store_close(&store);
    CHECK_OK(file_replace(LAYER, other.index, made.bytes));
    struct log_lines *lines = NULL;
    CHECK_OK(log_lines_open(other.directory, &lines));
    assert_int_equal(ENTRIES, log_lines_next(lines, ENTRY_RECORDING_ROOT, 0));
    log_lines_close(&lines);
    CHECK_OK(file_open(LAYER, made.index, FILE_READ | FILE_WRITE, &file));
    CHECK_OK(file_write_at(file, 7, text_bytes(text_of("1"))));
    file_close(&file);
    check_found(&made);
    test_directory_remove(other.directory);
    release(&made);
}

TEST_MAIN("cmd/log_lines", TEST(entries_are_found_without_an_index),
          TEST(a_foreign_index_is_not_believed))

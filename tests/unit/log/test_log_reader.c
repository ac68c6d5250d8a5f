/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "log/log_reader.h"
#include "unit/test.h"

enum { PATH_SIZE = 300 };

#define LINE(n)                                                                \
    "{\"n\":" #n ",\"t\":\"2026-11-22T03:28:10.000000Z\",\"kind\":"            \
    "\"recorder.stop\",\"cause\":\"asked\"}"

static void write_file(const char *directory, const char *name,
                       struct bytes bytes)
{
    char path[PATH_SIZE];
    struct file *file = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    CHECK_OK(file_open(&FILE_LAYER_SYSTEM, path,
                       FILE_READ | FILE_WRITE | FILE_CREATE, &file));
    CHECK_OK(file_truncate(file, 0));
    CHECK_OK(file_write_at(file, 0, bytes));
    file_close(&file);
}

/* Reads a log of these lines and leaves; the problems in their order. */
static size_t problems_of(const char *lines, const uint8_t *leaves,
                          size_t leaf_count, enum log_problem out[8])
{
    char directory[64];
    struct log_reader *reader = NULL;
    size_t count = 0;
    test_directory_make(directory, sizeof directory);
    write_file(directory, "entries", text_bytes(text_of(lines)));
    write_file(directory, "leaves", bytes_of(leaves, leaf_count * LEAF_SIZE));
    CHECK_OK(log_reader_create(&FILE_LAYER_SYSTEM, directory, &reader));
    struct log_item item;
    while (count < 8 && log_reader_next(reader, &item) == STATUS_OK) {
        CHECK(log_problem_text(item.problem) != NULL);
        out[count++] = item.problem;
    }
    CHECK_STATUS(STATUS_END, log_reader_next(reader, &item));
    log_reader_destroy(&reader);
    test_directory_remove(directory);
    return count;
}

static void leaves_of_two(uint8_t leaves[2 * LEAF_SIZE])
{
    CHECK_OK(leaf_hash(text_of(LINE(0)), leaves));
    CHECK_OK(leaf_hash(text_of(LINE(1)), leaves + LEAF_SIZE));
}

static void a_sound_log_has_no_problem(void **state)
{
    (void)state;
    uint8_t leaves[2 * LEAF_SIZE];
    enum log_problem problems[8];
    leaves_of_two(leaves);
    assert_int_equal(
        2, problems_of(LINE(0) "\n" LINE(1) "\n", leaves, 2, problems));
    assert_int_equal(LOG_PROBLEM_NONE, problems[0]);
    assert_int_equal(LOG_PROBLEM_NONE, problems[1]);
}

static void each_problem_has_its_name(void **state)
{
    (void)state;
    uint8_t leaves[2 * LEAF_SIZE];
    enum log_problem problems[8];
    leaves_of_two(leaves);
    assert_int_equal(2,
                     problems_of(LINE(0) "\nrubbish\n", leaves, 2, problems));
    assert_int_equal(LOG_PROBLEM_LINE, problems[1]);
    assert_int_equal(
        2, problems_of(LINE(0) "\n" LINE(2) "\n", leaves, 2, problems));
    assert_int_equal(LOG_PROBLEM_NUMBER, problems[1]);
    assert_int_equal(
        2, problems_of(LINE(0) "\n" LINE(1) "\n", leaves, 1, problems));
    assert_int_equal(LOG_PROBLEM_NO_LEAF, problems[1]);
    assert_int_equal(2, problems_of(LINE(0) "\n", leaves, 2, problems));
    assert_int_equal(LOG_PROBLEM_LOST, problems[1]);
    assert_int_equal(2, problems_of(LINE(0) "\n{\"n\"", leaves, 1, problems));
    assert_int_equal(LOG_PROBLEM_TORN, problems[1]);
    leaves[3] ^= 1;
    assert_int_equal(
        2, problems_of(LINE(0) "\n" LINE(1) "\n", leaves, 2, problems));
    assert_int_equal(LOG_PROBLEM_LEAF, problems[0]);
    assert_int_equal(LOG_PROBLEM_NONE, problems[1]);
}

static void no_log_is_not_found(void **state)
{
    (void)state;
    struct log_reader *reader = NULL;
    CHECK_STATUS(STATUS_NOT_FOUND, log_reader_create(&FILE_LAYER_SYSTEM,
                                                     "/nonexistent", &reader));
}

TEST_MAIN("log/log_reader", TEST(a_sound_log_has_no_problem),
          TEST(each_problem_has_its_name), TEST(no_log_is_not_found))

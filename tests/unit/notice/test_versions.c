/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/versions/store.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "unit/test.h"

enum { PATH_SIZE = 128 };

static const char *DIRECTORY;

static void begin(char directory[PATH_SIZE])
{
    char path[PATH_SIZE + 32];
    test_directory_make(directory, PATH_SIZE);
    (void)snprintf(path, sizeof path, "%s/" NOTICE_VERSIONS_DIRECTORY,
                   directory);
    CHECK_OK(FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path));
    DIRECTORY = directory;
}

static void fill(struct notice_versions *versions)
{
    struct notice_version *first = notice_versions_add(versions, 1);
    CHECK(first != NULL);
    first->state = NOTICE_VERSION_SUPERSEDED;
    first->exception = NOTICE_EXCEPTION_FIRST;
    first->announced.us = 1700000000000000;
    first->effective.us = 1700000000000000;
    first->active.us = 1700000000000001;
    first->ended.us = 1800000000000000;
    first->confirmed.us = 1700000500000000;
    first->successor = 3;
    memset(first->sha256, 'a', 64);
    struct notice_version *third = notice_versions_add(versions, 3);
    CHECK(third != NULL);
    third->announced.us = 1790000000000000;
    third->effective.us = 1800000000000000;
    memset(third->sha256, 'b', 64);
    memset(third->manifest_sha256, 'c', 64);
    (void)text_copy(text_of("보관기간 \"30일\"을 14일로: \\ 줄임 # {x: y}"),
                    third->reason, sizeof third->reason);
}

static void the_book_comes_back_as_it_was_written(void **state)
{
    (void)state;
    char directory[PATH_SIZE];
    begin(directory);
    struct notice_versions versions = {0};
    struct notice_versions read;
    CHECK_OK(notice_book_read(&FILE_LAYER_SYSTEM, directory, &read));
    CHECK(read.count == 0 && notice_versions_next(&read) == 1);
    fill(&versions);
    CHECK_OK(notice_book_write(&FILE_LAYER_SYSTEM, directory, &versions));
    CHECK_OK(notice_book_read(&FILE_LAYER_SYSTEM, directory, &read));
    CHECK(read.count == 2 && notice_versions_next(&read) == 4);
    for (size_t i = 0; i < 2; i++)
        assert_memory_equal(&read.list[i], &versions.list[i],
                            sizeof read.list[i]);
    CHECK(notice_versions_active(&read) == NULL);
    CHECK(notice_versions_announced(&read) == &read.list[1]);
    CHECK(notice_versions_find(&read, 2) == NULL);
    notice_versions_deinit(&read);
    notice_versions_deinit(&versions);
    test_directory_remove(directory);
}

static void a_book_that_is_none_is_refused(void **state)
{
    static const char *const BAD[] = {
        "", "[]", "{\"format\": 2, \"versions\": []}", "{\"format\": 1}",
        "{\"format\": 1, \"versions\": [{\"number\": 1}]}",
        "{\"format\": 1, \"versions\": [{\"number\": 1, \"state\": \"new\", "
        "\"exception\": \"none\", \"sha256\": \"a\", \"announced\": "
        "\"2026-11-22T00:00:00Z\", \"effective\": \"2026-11-22T00:00:00Z\"}]}",
        "{\"format\": 1, \"versions\": [{\"number\": 1, \"state\": \"active\", "
        "\"exception\": \"none\", \"sha256\": \"a\", \"announced\": "
        "\"yesterday\", \"effective\": \"2026-11-22T00:00:00Z\"}]}",
    };
    (void)state;
    char directory[PATH_SIZE];
    char path[PATH_SIZE + 32];
    struct notice_versions read;
    begin(directory);
    (void)snprintf(path, sizeof path, "%s/versions/book.json", directory);
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path,
                              text_bytes(text_of(BAD[i]))));
        CHECK_STATUS(STATUS_CORRUPT,
                     notice_book_read(&FILE_LAYER_SYSTEM, directory, &read));
        CHECK(read.list == NULL);
    }
    test_directory_remove(directory);
}

static enum status read_book(void *context)
{
    struct notice_versions read;
    (void)context;
    enum status s = notice_book_read(&FILE_LAYER_SYSTEM, DIRECTORY, &read);
    notice_versions_deinit(&read);
    return s;
}

static void without_memory_no_book_is_read(void **state)
{
    (void)state;
    char directory[PATH_SIZE];
    struct notice_versions versions = {0};
    begin(directory);
    fill(&versions);
    CHECK_OK(notice_book_write(&FILE_LAYER_SYSTEM, directory, &versions));
    notice_versions_deinit(&versions);
    test_every_allocation_fails(read_book, NULL);
    test_directory_remove(directory);
}

TEST_MAIN("notice/versions", TEST(the_book_comes_back_as_it_was_written),
          TEST(a_book_that_is_none_is_refused),
          TEST(without_memory_no_book_is_read))

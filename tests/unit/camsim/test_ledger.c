/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "camsim/ledger.h"
#include "unit/test.h"

static void lines_are_whole_and_in_order(void **state)
{
    (void)state;
    char directory[64];
    char path[96];
    test_directory_make(directory, sizeof directory);
    (void)snprintf(path, sizeof path, "%s/ledger", directory);
    struct camsim_ledger *ledger = NULL;
    CHECK_OK(camsim_ledger_create(&FILE_LAYER_SYSTEM, path, &ledger));
    struct camsim_ledger_line line = {3, 15, {77}, {88}, "abcdef"};
    camsim_ledger_append(ledger, &line);
    CHECK_OK(camsim_ledger_flush(ledger));
    line.index++;
    camsim_ledger_append(ledger, &line);
    camsim_ledger_destroy(&ledger);
    assert_null(ledger);

    uint8_t *file = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, 4096, &file, &size));
    assert_string_equal("3 15 77 88 abcdef\n3 16 77 88 abcdef\n",
                        (const char *)file);
    alloc_free(file);

    /* A new run begins anew. */
    CHECK_OK(camsim_ledger_create(&FILE_LAYER_SYSTEM, path, &ledger));
    camsim_ledger_destroy(&ledger);
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, 4096, &file, &size));
    assert_int_equal(0, size);
    alloc_free(file);
    test_directory_remove(directory);
}

static void no_folder_no_ledger(void **state)
{
    (void)state;
    struct camsim_ledger *ledger = NULL;
    CHECK_STATUS(STATUS_NOT_FOUND,
                 camsim_ledger_create(&FILE_LAYER_SYSTEM, "/nonexistent/ledger",
                                      &ledger));
    assert_null(ledger);
}

TEST_MAIN("camsim/ledger", TEST(lines_are_whole_and_in_order),
          TEST(no_folder_no_ledger))

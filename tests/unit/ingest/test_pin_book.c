/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/pin_book.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "unit/test.h"

static struct pin_book *make_book(void)
{
    struct pin_book *book = calloc(1, sizeof *book);
    assert_non_null(book);
    return book;
}

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void what_is_written_is_read(void **state)
{
    (void)state;
    char directory[64];
    char path[96];
    struct pin_book *book = make_book();
    uint8_t print[TLS_FINGERPRINT_SIZE] = {1};
    test_directory_make(directory, sizeof directory);
    (void)snprintf(path, sizeof path, "%s/cameras", directory);
    CHECK_OK(pin_book_read(book, &FILE_LAYER_SYSTEM, path)); /* none yet */
    CHECK(book->count == 0);
    static const uint32_t NUMBERS[] = {9, 3, CAMERA_NUMBER_MAX, 3};
    for (size_t i = 0; i < 4; i++) {
        print[31] = (uint8_t)i;
        CHECK_OK(pin_book_put(book, NUMBERS[i], print));
    }
    CHECK_OK(pin_book_write(book, &FILE_LAYER_SYSTEM, path));
    book->count = 0;
    CHECK_OK(pin_book_read(book, &FILE_LAYER_SYSTEM, path));
    CHECK(book->count == 3 && book->pins[0].camera == 3);
    CHECK(pin_book_find(book, 3)->fingerprint[31] == 3);
    CHECK(pin_book_find(book, 9)->fingerprint[31] == 0);
    CHECK(pin_book_find(book, 4) == NULL);
    CHECK_STATUS(STATUS_BAD_INPUT, pin_book_put(book, 0, print));
    CHECK_STATUS(STATUS_BAD_INPUT, pin_book_put(book, CAMERA_NUMBER_MAX + 1, print));
    free(book);
    test_directory_remove(directory);
}

static void what_cannot_be_read_is_no_book(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "camera 1 sha256 " ZEROS,        /* cut off: no line end */
        "camera 1 sha256 00\n",          "camera 0 sha256 " ZEROS "\n",
        "camera 1 md5 " ZEROS "\n",      "camera 1 sha256 " ZEROS "0\n",
        "camera x sha256 " ZEROS "\n",   "\n",
        "camera 1 sha256 " ZEROS "\ncamera 1 sha256 " ZEROS "\n",
    };
    struct pin_book *book = make_book();
    CHECK_OK(pin_book_parse(book, text_of("camera 1 sha256 " ZEROS "\n")));
    CHECK(book->count == 1);
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        CHECK_STATUS(STATUS_BAD_INPUT, pin_book_parse(book, text_of(BAD[i])));
        CHECK(book->count == 0);
    }
    free(book);
}

TEST_MAIN("ingest/pin_book", TEST(what_is_written_is_read),
          TEST(what_cannot_be_read_is_no_book))

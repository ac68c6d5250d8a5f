/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/pins.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "unit/test.h"

static void fingerprints_as_they_are_shown(void **state)
{
    static const char *const RIGHT[] = {
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
        "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:"
        "17:18:19:1A:1B:1C:1D:1E:1F",
    };
    static const char *const WRONG[] = {
        "", "00", ":",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g",
    };
    uint8_t out[TLS_FINGERPRINT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof RIGHT / sizeof RIGHT[0]; i++) {
        CHECK_OK(camera_pins_fingerprint(text_of(RIGHT[i]), out));
        for (size_t j = 0; j < sizeof out; j++)
            CHECK(out[j] == j);
    }
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        CHECK(camera_pins_fingerprint(text_of(WRONG[i]), out) ==
              STATUS_BAD_INPUT);
}

static void check_book(const char *directory, size_t count)
{
    char path[128];
    AUTO(alloc_release) struct pin_book *book = alloc_zeroed(sizeof *book);
    CHECK(book != NULL);
    (void)snprintf(path, sizeof path, "%s/tls/cameras", directory);
    CHECK_OK(pin_book_read(book, &FILE_LAYER_SYSTEM, path));
    assert_int_equal(count, book->count);
    for (size_t i = 0; i < count; i++)
        CHECK(book->pins[i].camera == i + 1 &&
              book->pins[i].fingerprint[0] == 10 * (i + 1));
}

static void all_are_taken_or_none(void **state)
{
    static const struct pin PINS[] = {{2, {20}}, {1, {10}}, {3, {30}}};
    static const struct pin WRONG[] = {{4, {40}}, {0, {1}}};
    char directory[64];
    (void)state;
    test_directory_make(directory, sizeof directory);
    /* Nothing has run here yet. */
    CHECK_OK(camera_pins_take(directory, PINS, 2));
    check_book(directory, 2);
    CHECK_OK(camera_pins_take(directory, PINS + 1, 2));
    check_book(directory, 3);
    CHECK_STATUS(STATUS_BAD_INPUT, camera_pins_take(directory, WRONG, 2));
    check_book(directory, 3);
    test_directory_remove(directory);
}

TEST_MAIN("cmd/camera_pins", TEST(fingerprints_as_they_are_shown),
          TEST(all_are_taken_or_none))

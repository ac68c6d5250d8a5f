/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit/test - what every unit test shares, on cmocka.
 *
 * Each test runs between a leak check: heap objects of base/alloc alive after
 * it must be as many as before.
 */
#ifndef UNIT_TEST_H
#define UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/status.h"

int test_setup(void **state);
int test_teardown(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

/* main() of a test file: TEST_MAIN("base/text", TEST(a), TEST(b)) */
#define TEST_MAIN(group, ...)                                                  \
    int main(void)                                                             \
    {                                                                          \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                       \
        return cmocka_run_group_tests_name(group, tests, NULL, NULL);          \
    }

#define CHECK(condition) assert_true(condition)
#define CHECK_STATUS(expected, call) test_status(expected, call, #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_STATUS(STATUS_OK, call)

void test_status(enum status expected, enum status got, const char *call,
                 const char *file, int line);

/*
 * Runs body again and again with the n-th allocation failing, until it gets
 * through. Each failing run must return NO_MEMORY and leak nothing.
 */
typedef enum status test_body_fn(void *context);
void test_every_allocation_fails(test_body_fn *body, void *context);

/* Repeatable random numbers (xorshift64*); seed is any non-zero number. */
struct test_random {
    uint64_t state;
};
uint64_t test_random_next(struct test_random *random);
void test_random_fill(struct test_random *random, void *out, size_t size);

/* A new empty directory under the build's temporary files; removed by
 * test_directory_remove. path: at least 64 characters. */
void test_directory_make(char *path, size_t size);
void test_directory_remove(const char *path);

#endif

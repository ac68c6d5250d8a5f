/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

enum { ALLOCATIONS_TRIED_MAX = 100000 };

int test_setup(void **state)
{
    *state = (void *)(uintptr_t)alloc_alive();
    return 0;
}

int test_teardown(void **state)
{
    alloc_fail_at(0);
    size_t before = (size_t)(uintptr_t)*state;
    if (alloc_alive() == before)
        return 0;
    print_error("leak: %zu heap objects before, %zu after\n", before,
                alloc_alive());
    return -1;
}

void test_status(enum status expected, enum status got, const char *call,
                 const char *file, int line)
{
    if (expected == got)
        return;
    print_error("%s: %s, not %s\n", call, status_name(got),
                status_name(expected));
    _fail(file, line);
}

void test_every_allocation_fails(test_body_fn *body, void *context)
{
    for (size_t n = 1; n < ALLOCATIONS_TRIED_MAX; n++) {
        size_t before = alloc_alive();
        alloc_fail_at(n);
        enum status s = body(context);
        alloc_fail_at(0);
        assert_int_equal(before, alloc_alive());
        if (s == STATUS_OK)
            return;
        assert_string_equal("no_memory", status_name(s));
    }
    fail_msg("never got through");
}

uint64_t test_random_next(struct test_random *random)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * 0x2545f4914f6cdd1d;
}

void test_random_fill(struct test_random *random, void *out, size_t size)
{
    uint8_t *at = out;
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(test_random_next(random) >> 32);
}

void test_directory_make(char *path, size_t size)
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(path, size, "%s/haechi-test-XXXXXX",
                   base == NULL ? "/tmp" : base);
    if (mkdtemp(path) == NULL)
        fail_msg("no temporary directory");
}

static int remove_one(const char *path, const struct stat *stat, int flag,
                      struct FTW *walk)
{
    (void)stat;
    (void)flag;
    (void)walk;
    return remove(path);
}

void test_directory_remove(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "crypto/secret.h"
#include "unit/crypto/vectors.h"

static void secrets_are_zeroed_aligned_and_writable(void **state)
{
    (void)state;
    for (size_t size = 0; size < 200; size += 7) {
        AUTO(secret_destroy) uint8_t *memory = NULL;
        CHECK_OK(secret_create(size, &memory));
        CHECK((uintptr_t)memory % 16 == 0);
        for (size_t i = 0; i < size; i++)
            CHECK(memory[i] == 0);
        count_up(1, memory, size);
    }
}

static void nonsense_sizes_are_no_memory(void **state)
{
    (void)state;
    uint8_t *memory = NULL;
    CHECK_STATUS(STATUS_NO_MEMORY, secret_create(SIZE_MAX - 3, &memory));
    CHECK(memory == NULL);
    secret_destroy(&memory);
}

static void wiping_leaves_zeros(void **state)
{
    (void)state;
    uint8_t memory[40];
    count_up(1, memory, sizeof memory);
    secret_wipe(memory, 39);
    for (size_t i = 0; i < 39; i++)
        CHECK(memory[i] == 0);
    CHECK(memory[39] == 40);
}

static enum status make_a_secret(void *context)
{
    (void)context;
    AUTO(secret_destroy) uint8_t *memory = NULL;
    return secret_create(32, &memory);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(make_a_secret, NULL);
}

TEST_MAIN("crypto/secret", TEST(secrets_are_zeroed_aligned_and_writable),
          TEST(nonsense_sizes_are_no_memory), TEST(wiping_leaves_zeros),
          TEST(every_allocation_may_fail))

/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* A sanitizer's mlock does nothing and refuses nothing. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_LOCKED_WITHOUT_A_LIMIT = 1 };
#else
enum { IS_LOCKED_WITHOUT_A_LIMIT = 0 };
#endif

/* Without the privilege and without a limit; each in a process of its own. */
static int locked_with(rlim_t limit)
{
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit locked = {limit, limit};
        uint8_t *memory = NULL;
        if (setrlimit(RLIMIT_MEMLOCK, &locked) != 0 ||
            (geteuid() == 0 && setuid(65534) != 0) ||
            secret_create(32, &memory) != STATUS_OK)
            _exit(2);
        _exit(secret_memory_is_locked());
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void a_lock_that_is_refused_is_known(void **state)
{
    (void)state;
    CHECK(locked_with(0) == IS_LOCKED_WITHOUT_A_LIMIT);
    CHECK(locked_with(64 * 1024) == 1);
}

TEST_MAIN("crypto/secret", TEST(a_lock_that_is_refused_is_known), TEST(secrets_are_zeroed_aligned_and_writable),
          TEST(nonsense_sizes_are_no_memory), TEST(wiping_leaves_zeros),
          TEST(every_allocation_may_fail))

/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/file.h"
#include "unit/test.h"

static void one_holds_it(void **state)
{
    (void)state;
    char directory[128];
    char path[256];
    test_directory_make(directory, sizeof directory);
    (void)snprintf(path, sizeof path, "%s/lock", directory);
    AUTO(lock_release) struct lock *lock = NULL;
    AUTO(lock_release) struct lock *second = NULL;
    CHECK_OK(lock_take(path, &lock));
    CHECK_STATUS(STATUS_CONFLICT, lock_take(path, &second));
    CHECK(second == NULL);
    uint8_t *holder = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, 100, &holder, &size));
    CHECK(strtol((const char *)holder, NULL, 10) == getpid());
    alloc_free(holder);
    lock_release(&lock);
    lock_release(&lock);
    CHECK_OK(lock_take(path, &second));
    lock_release(&second);
    CHECK_STATUS(STATUS_NOT_FOUND, lock_take("/nowhere/lock", &second));
    test_directory_remove(directory);
}

static void it_ends_with_its_process(void **state)
{
    (void)state;
    char directory[128];
    char path[256];
    test_directory_make(directory, sizeof directory);
    (void)snprintf(path, sizeof path, "%s/lock", directory);
    pid_t child = fork();
    if (child == 0) {
        struct lock *lock = NULL;
        if (lock_take(path, &lock) != STATUS_OK)
            _exit(1);
        abort();
    }
    int wait_status = 0;
    CHECK(waitpid(child, &wait_status, 0) == child);
    CHECK(WIFSIGNALED(wait_status));
    AUTO(lock_release) struct lock *lock = NULL;
    CHECK_OK(lock_take(path, &lock));
    lock_release(&lock);
    test_directory_remove(directory);
}

static enum status take_and_release(void *context)
{
    AUTO(lock_release) struct lock *lock = NULL;
    return lock_take(context, &lock);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    char directory[128];
    char path[256];
    test_directory_make(directory, sizeof directory);
    (void)snprintf(path, sizeof path, "%s/lock", directory);
    test_every_allocation_fails(take_and_release, path);
    test_directory_remove(directory);
}

TEST_MAIN("sys/lock", TEST(one_holds_it), TEST(it_ends_with_its_process),
          TEST(every_allocation_may_fail))

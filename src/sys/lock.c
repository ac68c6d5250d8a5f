/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/alloc.h"
#include "sys/system_error.h"

struct lock {
    int descriptor;
};

static enum status take(int descriptor)
{
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? STATUS_CONFLICT
                                    : system_error_status(errno);
    char text[32];
    int size = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    /* For people only: the lock holds without it. */
    if (ftruncate(descriptor, 0) != 0 ||
        pwrite(descriptor, text, (size_t)size, 0) != size)
        return STATUS_OK;
    return STATUS_OK;
}

enum status lock_take(const char *path, struct lock **out)
{
    *out = NULL;
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                          0600);
    if (descriptor < 0 && errno == EROFS) /* a copy that is looked at */
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return system_error_status(errno);
    enum status s = take(descriptor);
    struct lock *lock = s == STATUS_OK ? alloc_zeroed(sizeof *lock) : NULL;
    if (lock == NULL) {
        (void)close(descriptor);
        return s == STATUS_OK ? STATUS_NO_MEMORY : s;
    }
    lock->descriptor = descriptor;
    *out = lock;
    return STATUS_OK;
}

void lock_release(struct lock **lock)
{
    if (*lock == NULL)
        return;
    (void)close((*lock)->descriptor);
    alloc_free(*lock);
    *lock = NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "privilege/gate_seam.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "unit/test.h"

enum { HOLD_STEP_NS = 1000000 };

/* Of this process, where it is the gate: the wrapped calls have no context. */
static struct gate_seam *seam_of_gate;

/* The linker's names: --wrap=fdatasync, --wrap=clock_gettime. */
int __real_fdatasync(int descriptor);
int __wrap_fdatasync(int descriptor);
int __real_clock_gettime(clockid_t id, struct timespec *out);
int __wrap_clock_gettime(clockid_t id, struct timespec *out);

struct gate_seam *gate_seam_make(void)
{
    void *page = mmap(NULL, sizeof(struct gate_seam), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(page != MAP_FAILED);
    return page;
}

void gate_seam_remove(struct gate_seam **seam)
{
    CHECK(munmap(*seam, sizeof **seam) == 0);
    *seam = NULL;
}

void gate_seam_enter(struct gate_seam *seam)
{
    seam_of_gate = seam;
}

int __wrap_fdatasync(int descriptor)
{
    struct gate_seam *seam = seam_of_gate;
    struct stat file;
    if (seam == NULL || fstat(descriptor, &file) != 0 ||
        file.st_ino != atomic_load(&seam->entries_inode))
        return __real_fdatasync(descriptor);
    const struct timespec step = {.tv_nsec = HOLD_STEP_NS};
    while (atomic_load(&seam->holds)) {
        atomic_store(&seam->is_held, true);
        (void)nanosleep(&step, NULL);
    }
    atomic_store(&seam->is_held, false);
    int result = __real_fdatasync(descriptor);
    if (result == 0)
        atomic_store(&seam->synced_bytes, file.st_size);
    return result;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *out)
{
    int result = __real_clock_gettime(id, out);
    if (seam_of_gate == NULL || id != CLOCK_BOOTTIME)
        return result;
    int64_t shift_us = atomic_load(&seam_of_gate->boot_shift_us);
    out->tv_sec += shift_us / 1000000; /* whole seconds only */
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Which schedules of crash/rotation_real are tried, in a process a processor. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "crash/rotation_real_private.h"

enum { CODES = WRITES * OUTCOMES * 2 };

static struct fault fault_of(size_t code)
{
    return (struct fault){(int)(code / (OUTCOMES * 2)),
                          (enum outcome)(code / 2 % OUTCOMES), code % 2 == 0};
}

static struct real_setting setting_make(bool is_bad)
{
    struct real_setting setting = {.is_bad = is_bad};
    setting.images = alloc_array(IMAGES_MAX, IMAGE_SIZE);
    if (setting.images == NULL)
        real_give_up("no memory");
    return setting;
}

/* Every stride-th of all schedules: number i has this many faults, and, from
 * sectors 1 on, a bad sector too. */
struct work {
    int faults;
    size_t sectors; /* 0: none goes bad */
    size_t stride;
    bool is_bad;
};

static void try_number(size_t i, const struct work *work,
                       struct real_setting *setting)
{
    struct fault schedule[FAULTS] = {
        {.after = -1}, {.after = -1}, {.after = -1}};
    for (int k = 0; k < work->faults; k++) {
        schedule[k] = fault_of(i % CODES);
        i /= CODES;
    }
    real_try_schedule(schedule, work->sectors == 0 ? -1 : (int)i, setting);
}

/* One process's share: every shares-th of them. */
static struct real_result try_share(const struct work *work, size_t share,
                                    size_t shares)
{
    struct real_setting setting = setting_make(work->is_bad);
    size_t all = work->sectors == 0 ? 1 : work->sectors;
    for (int i = 0; i < work->faults; i++)
        all *= CODES;
    for (size_t i = share * work->stride; i < all; i += shares * work->stride)
        try_number(i, work, &setting);
    alloc_free(setting.images);
    return setting.result;
}

/* Begins a share in a process of its own; the descriptor of its result. */
static int begin_share(const struct work *work, size_t share, size_t shares)
{
    int ends[2];
    if (pipe(ends) != 0)
        real_give_up("no pipe");
    (void)fflush(stdout);
    pid_t child = fork();
    if (child < 0)
        real_give_up("no process");
    if (child == 0) {
        const struct real_result result = try_share(work, share, shares);
        bool is_told = write(ends[1], &result, sizeof result) == sizeof result;
        _exit(is_told ? 0 : 2);
    }
    (void)close(ends[1]);
    return ends[0];
}

/* One process a processor. */
static struct real_result try_all(const struct work *work)
{
    enum { SHARES_MAX = 8 };
    int descriptors[SHARES_MAX];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t shares = processors < 1            ? 1
                    : processors > SHARES_MAX ? SHARES_MAX
                                              : (size_t)processors;
    struct real_result sum = {0};
    for (size_t i = 0; i < shares; i++)
        descriptors[i] = begin_share(work, i, shares);
    for (size_t i = 0; i < shares; i++) {
        struct real_result one;
        if (read(descriptors[i], &one, sizeof one) != sizeof one)
            real_give_up("a share has ended without a result");
        (void)close(descriptors[i]);
        sum.schedules += one.schedules;
        sum.lost += one.lost;
        sum.opened += one.opened;
        sum.refused += one.refused;
    }
    while (wait(NULL) > 0)
        ;
    return sum;
}

struct real_result real_try(int faults, size_t stride, bool is_bad)
{
    const struct work work = {faults, 0, stride, is_bad};
    return try_all(&work);
}

struct real_result real_try_bad_sectors(int faults, size_t stride)
{
    const struct work work = {faults, BAD_SECTORS, stride, false};
    return try_all(&work);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A keyring on a fake disk under a fake clock. */
#ifndef UNIT_KEYS_KEYRING_SUPPORT_H
#define UNIT_KEYS_KEYRING_SUPPORT_H

#include "keys/keyring.h"
#include "support/fake_disk.h"
#include "sys/clock.h"
#include "unit/keys/keys_support.h"

enum { SHORT_CAMERA = 3, LONG_CAMERA = 7, KEPT_S = 60 };

struct bench {
    struct fake_disk *disk;
    struct fake_clock clock;
    struct keyring *keyring;
    uint8_t boot_id[BOOT_ID_SIZE];
};

static inline enum status bench_open(struct bench *bench)
{
    return keyring_open(fake_disk_layer(bench->disk), "/keys", NULL,
                        &bench->clock.clock, bench->boot_id, &bench->keyring);
}

static inline void bench_start(struct bench *bench)
{
    *bench = (struct bench){.disk = fake_disk_create(),
                            .clock = fake_clock_at(NOW_S * (int64_t)SECOND_US)};
    const struct file_layer *layer = fake_disk_layer(bench->disk);
    CHECK_OK(layer->make_directory(layer, "/keys"));
    CHECK_OK(layer->sync_directory(layer, "/"));
    CHECK_OK(bench_open(bench));
}

static inline void bench_stop(struct bench *bench)
{
    keyring_close(&bench->keyring);
    fake_disk_destroy(&bench->disk);
}

/* Kill and start again: what was unsynced is lost. */
static inline void bench_restart(struct bench *bench)
{
    keyring_close(&bench->keyring);
    fake_disk_crash(bench->disk, FAKE_CRASH_LOSE, 1);
    CHECK_OK(bench_open(bench));
}

static inline void bench_set_policies(struct bench *bench)
{
    const struct policy policies[] = {
        policy_of(SHORT_CAMERA, RETENTION_SECONDS, KEPT_S),
        policy_of(LONG_CAMERA, RETENTION_DAYS, 60)};
    CHECK_OK(keyring_set_policies(bench->keyring, policies, 2));
}

/* As the role's timer would do it, second by second. */
static inline void bench_run_s(struct bench *bench, int64_t seconds)
{
    for (int64_t i = 0; i < seconds; i++) {
        fake_clock_advance(&bench->clock, SECOND_US);
        if (keyring_rotation_in_us(bench->keyring) == 0)
            CHECK_OK(keyring_rotate(bench->keyring));
    }
}

/* At once, as a timer that was late. */
static inline void bench_jump_s(struct bench *bench, int64_t seconds)
{
    fake_clock_advance(&bench->clock, seconds * SECOND_US);
    if (keyring_rotation_in_us(bench->keyring) == 0)
        CHECK_OK(keyring_rotate(bench->keyring));
}

static inline struct span all_time(void)
{
    return (struct span){{0}, {INT64_MAX}};
}

/* For cmocka: OK or what is expected, of a camera's unit at a time. */
static inline enum status bench_unseal(struct bench *bench, uint32_t camera,
                                       struct wall_time time,
                                       struct keyring_unit *unit)
{
    return keyring_unseal(bench->keyring, camera, time, 0, all_time(), unit);
}

/* Until the keeper would answer; the bucket must have a token. */
static inline struct key_order_result bench_order(struct bench *bench,
                                                  const struct key_order *order)
{
    struct key_order_result result = {0};
    CHECK_OK(keyring_order(bench->keyring, order));
    for (int i = 0; !keyring_take_result(bench->keyring, &result); i++) {
        CHECK(i < 2 && keyring_rotation_in_us(bench->keyring) == 0);
        CHECK_OK(keyring_rotate(bench->keyring));
    }
    CHECK(result.entry == order->entry);
    return result;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/bench/keys.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/bench/past.h"
#include "keys/table_codec.h"
#include "model/policy.h"
#include "sys/file.h"

enum {
    CLASS = 1,
    HOUR_S = 3600,
    STEP_S = 48 * HOUR_S, /* less than seeds are made ahead */
};

static const uint8_t BOOT_ID[BOOT_ID_SIZE] = {'b', 'e', 'n', 'c', 'h'};

static enum status set_policies(struct keyring *keyring,
                                const struct bench_keys *wanted)
{
    struct policy *policies = alloc_array(wanted->cameras, sizeof *policies);
    if (policies == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t i = 0; i < wanted->cameras; i++)
        policies[i] = (struct policy){
            .camera = i + 1,
            .class_id = CLASS,
            .retention = {RETENTION_DAYS, wanted->days},
            .utc_offset_s = UTC_OFFSET_KOREA_S,
        };
    enum status s = keyring_set_policies(keyring, policies, wanted->cameras);
    alloc_free(policies);
    return s;
}

static enum status rotate_due(struct keyring *keyring)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK && keyring_rotation_in_us(keyring) == 0)
        s = keyring_rotate(keyring);
    return s;
}

enum status bench_keys_make(const struct bench_keys *wanted,
                            const char *directory, struct fake_clock *clock,
                            struct keyring **out)
{
    int64_t left_us =
        (int64_t)wanted->days * 24 * HOUR_S * (int64_t)SECOND_US;
    *clock = fake_clock_at(wanted->until.us - left_us);
    enum status s =
        FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, directory);
    if (s == STATUS_OK)
        s = bench_keys_open(directory, clock, out);
    if (s == STATUS_OK)
        s = set_policies(*out, wanted);
    while (s == STATUS_OK && left_us > 0) {
        int64_t step_us = STEP_S * (int64_t)SECOND_US;
        step_us = step_us < left_us ? step_us : left_us;
        fake_clock_advance(clock, step_us);
        left_us -= step_us;
        s = rotate_due(*out);
    }
    return s;
}

enum status bench_keys_open(const char *directory,
                            const struct fake_clock *clock,
                            struct keyring **out)
{
    return keyring_open(&FILE_LAYER_SYSTEM, directory, NULL, &clock->clock,
                        BOOT_ID, out);
}

static bool read_claim(const char *directory, const char *name,
                       struct table_claim *out)
{
    AUTO(file_close) struct file *file = NULL;
    static uint8_t header[TABLE_HEADER_SIZE];
    char path[BENCH_PATH_SIZE + 16];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    enum status s = file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = file_read_at(file, 0, header, sizeof header);
    return s == STATUS_OK &&
           table_claim_read(bytes_of(header, sizeof header), out) == STATUS_OK;
}

uint64_t bench_keys_table_bytes(const char *directory)
{
    static const char *const NAMES[] = {"table-0a", "table-1a"};
    struct table_claim newest = {0};
    for (size_t i = 0; i < 2; i++) {
        struct table_claim claim;
        if (read_claim(directory, NAMES[i], &claim) &&
            claim.epoch > newest.epoch)
            newest = claim;
    }
    return newest.size_bytes;
}

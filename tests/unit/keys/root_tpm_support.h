/* SPDX-License-Identifier: Apache-2.0 */
/* Roots in an emulated TPM of the test's own, tables on a simulated disk. */
#ifndef UNIT_KEYS_ROOT_TPM_SUPPORT_H
#define UNIT_KEYS_ROOT_TPM_SUPPORT_H

#include <stdio.h>

#include "keys/root_tpm.h"
#include "keys/rotation.h"
#include "support/fake_disk.h"
#include "support/swtpm.h"
#include "sys/file.h"
#include "unit/keys/keys_support.h"

enum { HANDLE = 0x01848100, CC_NV_WRITE = 0x137, TABLE_IMAGE = 1 << 16 };

struct bench {
    struct fake_disk *disk;
    struct swtpm emulator;
    struct tpm_transport transport;
    struct root_tpm *roots;
    struct rotation *rotation;
    struct key_state state;
    struct rotation_start start;
};

static inline enum status open_roots(struct bench *bench)
{
    bench->transport = swtpm_transport(&bench->emulator);
    const struct root_tpm_options options = {
        .layer = fake_disk_layer(bench->disk),
        .directory = "/keys",
        .first_handle = HANDLE,
        .descriptor = -1,
        .transport = &bench->transport,
    };
    return root_tpm_open(&options, &bench->roots);
}

static inline enum status open_rotation(struct bench *bench)
{
    struct root_store *store =
        bench->roots == NULL ? NULL : root_tpm_store(bench->roots);
    return rotation_open(fake_disk_layer(bench->disk), "/keys", store,
                         &bench->rotation, &bench->state, &bench->start);
}

static inline void close_all(struct bench *bench)
{
    rotation_close(&bench->rotation);
    key_state_deinit(&bench->state);
    if (bench->roots != NULL) {
        struct root_store *store = root_tpm_store(bench->roots);
        root_store_close(&store);
    }
    bench->roots = NULL;
}

static inline void reopen(struct bench *bench)
{
    close_all(bench);
    CHECK_OK(open_roots(bench));
    CHECK_OK(open_rotation(bench));
}

static inline void bench_begin(struct bench *bench)
{
    *bench = (struct bench){.disk = fake_disk_create()};
    const struct file_layer *layer = fake_disk_layer(bench->disk);
    CHECK_OK(layer->make_directory(layer, "/keys"));
    CHECK_OK(layer->sync_directory(layer, "/"));
    swtpm_make(&bench->emulator);
}

static inline void bench_end(struct bench *bench)
{
    close_all(bench);
    swtpm_remove(&bench->emulator);
    fake_disk_destroy(&bench->disk);
}

/* To the next epoch, at this time. */
static inline enum status step(struct bench *bench, int64_t now_s, bool *committed)
{
    AUTO(key_state_deinit) struct key_state next = {0};
    const struct policy policy = policy_of(3, RETENTION_SECONDS, 60);
    bool is_more = false;
    CHECK_OK(key_state_copy(&bench->state, &next));
    CHECK_OK(key_state_set_policies(&next, &policy, 1, at_s(now_s)));
    CHECK_OK(expire(&next, rotation_epoch(bench->rotation) + 1, now_s,
                    &is_more));
    CHECK_OK(key_state_make_ahead(&next, at_s(now_s)));
    enum status s = rotation_run(bench->rotation, &next, committed);
    if (*committed) {
        struct key_state before = bench->state;
        bench->state = next;
        next = before;
    }
    return s;
}

static inline void step_well(struct bench *bench, int64_t now_s)
{
    bool committed = false;
    CHECK_OK(step(bench, now_s, &committed));
    CHECK(committed);
}

/* The first table file of an epoch's place, as a thief takes it. */
static inline void steal_table(struct bench *bench, uint64_t epoch, uint8_t *image)
{
    char path[32];
    struct file *file = NULL;
    (void)snprintf(path, sizeof path, "/keys/table-%ua", (unsigned)epoch % 2);
    CHECK_OK(file_open(fake_disk_layer(bench->disk), path, FILE_READ, &file));
    CHECK_OK(file_read_at(file, 0, image, TABLE_IMAGE));
    file_close(&file);
}

/* Whether anything that the TPM holds now opens it. */
static inline bool opens(struct bench *bench, const uint8_t *image)
{
    struct root_store *store = root_tpm_store(bench->roots);
    for (unsigned cell = 0; cell < ROOT_CELLS; cell++) {
        uint8_t root[ROOT_SIZE];
        CHECK_OK(store->read(store, cell, 0, root));
        if (table_header_opens(bytes_of(image, TABLE_IMAGE), root))
            return true;
    }
    return false;
}

#endif

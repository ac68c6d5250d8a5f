/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roots in a TPM, held against swtpm: rotation from end to end; a TPM that is
 * busy, gone, cleared, another one, or put back to an old state. Links that
 * break at every command: tests/crash/root_tpm_cuts.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "keys/offline.h"
#include "unit/keys/root_tpm_support.h"

/* Of one rotation with its attestation: docs/design/tpm.md says the figure. */
enum { COMMANDS_MAX = 21 };

/* ---- set-up and rotation ------------------------------------------------- */

static void test_a_rotation_from_end_to_end(void **state)
{
    (void)state;
    struct bench bench;
    uint8_t *stolen = malloc(TABLE_IMAGE);
    bench_begin(&bench);
    CHECK_OK(open_roots(&bench));
    CHECK(root_tpm_is_new(bench.roots));
    CHECK(root_tpm_is_software(bench.roots));
    CHECK_OK(open_rotation(&bench));
    CHECK(bench.start.is_new);
    /* An emulator's memory is a file: it is no level 2. */
    CHECK(rotation_level(bench.rotation) == 0);
    step_well(&bench, NOW_S);
    steal_table(&bench, rotation_epoch(bench.rotation), stolen);
    CHECK(opens(&bench, stolen)); /* the positive control */
    bench.emulator.commands = 0;
    step_well(&bench, NOW_S + 5);
    CHECK(bench.emulator.commands <= COMMANDS_MAX);
    CHECK(!opens(&bench, stolen));
    CHECK(rotation_epoch(bench.rotation) == 3);

    AUTO(key_state_deinit) struct key_state before = {0};
    CHECK_OK(key_state_copy(&bench.state, &before));
    reopen(&bench);
    CHECK(!root_tpm_is_new(bench.roots));
    CHECK(!bench.start.is_new);
    CHECK(rotation_epoch(bench.rotation) == 3);
    CHECK(key_state_equal(&bench.state, &before));

    /* What verifies opens the same, and changes nothing. */
    struct keys_offline *offline = NULL;
    CHECK_OK(keys_offline_open(fake_disk_layer(bench.disk), "/keys",
                               root_tpm_store(bench.roots), &offline));
    CHECK(keys_offline_epoch(offline) == 3);
    keys_offline_close(&offline);
    free(stolen);
    bench_end(&bench);
}

/* tpm2_nvread, with the auth value of keys/tpm, before and after. */
static int read_by_tools(struct bench *bench, unsigned cell, const char *name)
{
    uint8_t setup[76];
    char line[400];
    char hex[2 * TPM_AUTH_SIZE + 1];
    struct file *file = NULL;
    CHECK_OK(file_open(fake_disk_layer(bench->disk), "/keys/tpm", FILE_READ,
                       &file));
    CHECK_OK(file_read_at(file, 0, setup, sizeof setup));
    file_close(&file);
    for (int i = 0; i < TPM_AUTH_SIZE; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", setup[12 + i]);
    (void)snprintf(line, sizeof line, "tpm2_nvread -P hex:%s -o %s/%s 0x%08x",
                   hex, bench->emulator.directory, name, HANDLE + cell);
    return swtpm_tool(&bench->emulator, line);
}

static void test_a_foreign_reader_finds_other_bytes(void **state)
{
    (void)state;
    struct bench bench;
    char line[400];
    bench_begin(&bench);
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    step_well(&bench, NOW_S); /* epoch 2, in cell 0 */
    CHECK(read_by_tools(&bench, 0, "before") == 0);
    CHECK(read_by_tools(&bench, 0, "same") == 0);
    step_well(&bench, NOW_S + 5);
    CHECK(read_by_tools(&bench, 0, "after") == 0);
    (void)snprintf(line, sizeof line,
                   "cd %s && test $(stat -c %%s after) = 32 && cmp -s before "
                   "same && ! cmp -s before after",
                   bench.emulator.directory);
    CHECK(system(line) == 0);
    bench_end(&bench);
}

static void test_no_root_crosses_the_bus(void **state)
{
    (void)state;
    struct bench bench;
    bench_begin(&bench);
    swtpm_listen(&bench.emulator);
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    for (int i = 0; i < 3; i++) {
        uint8_t root[ROOT_SIZE];
        step_well(&bench, NOW_S + i * 5);
        struct root_store *store = root_tpm_store(bench.roots);
        for (unsigned cell = 0; cell < ROOT_CELLS; cell++) {
            CHECK_OK(store->read(store, cell, 0, root));
            CHECK(!swtpm_has_heard(&bench.emulator, bytes_of(root, 8)));
        }
    }
    CHECK(bench.emulator.heard_size > 10000);
    bench_end(&bench);
}

/* ---- attestation --------------------------------------------------------- */

static void test_the_tpm_signs_epoch_and_commitment(void **state)
{
    (void)state;
    struct bench bench;
    char path[200];
    char line[600];
    bench_begin(&bench);
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    step_well(&bench, NOW_S);
    step_well(&bench, NOW_S + 5);
    struct bytes attestation = root_tpm_attestation(bench.roots);
    CHECK(attestation.size > 100);
    (void)snprintf(path, sizeof path, "%s/attestation",
                   bench.emulator.directory);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    CHECK(fwrite(attestation.data, attestation.size, 1, file) == 1);
    CHECK(fclose(file) == 0);
    (void)snprintf(line, sizeof line,
                   "python3 %s/tests/tools/check_attestation.py %s | "
                   "grep -qx 'epoch 3'",
                   getenv("SOURCE_ROOT"), path);
    CHECK(system(line) == 0);
    bench_end(&bench);
}

/* ---- what goes wrong ----------------------------------------------------- */

/* NV_RATE and its like: pending, nothing is lost, then done. */
static void test_a_busy_tpm_makes_deletion_pending(void **state)
{
    (void)state;
    static const uint32_t BUSY[] = {0x922, 0x920, 0x921, 0x923};
    struct bench bench;
    uint8_t *stolen = malloc(TABLE_IMAGE);
    bench_begin(&bench);
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    int64_t now_s = NOW_S;
    step_well(&bench, now_s);
    for (size_t i = 0; i < sizeof BUSY / sizeof BUSY[0]; i++) {
        bool committed = false;
        uint64_t epoch = rotation_epoch(bench.rotation);
        steal_table(&bench, epoch, stolen);
        bench.emulator.refuses_with = BUSY[i];
        bench.emulator.refuses_command = CC_NV_WRITE;
        bench.emulator.refuses_count = 1000;
        CHECK_STATUS(STATUS_LIMIT, step(&bench, now_s += 5, &committed));
        CHECK(committed); /* the new table is in use */
        CHECK(rotation_erasure_is_due(bench.rotation));
        CHECK(opens(&bench, stolen)); /* and so nobody is told of it */
        CHECK_STATUS(STATUS_LIMIT, step(&bench, now_s += 5, &committed));
        CHECK(rotation_epoch(bench.rotation) == epoch + 1);
        bench.emulator.refuses_count = 0;
        CHECK_OK(rotation_erase(bench.rotation));
        CHECK(!rotation_erasure_is_due(bench.rotation));
        CHECK(!opens(&bench, stolen));
    }
    free(stolen);
    bench_end(&bench);
}

static void test_a_tpm_that_dies_comes_back(void **state)
{
    (void)state;
    struct bench bench;
    bool committed = false;
    bench_begin(&bench);
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    step_well(&bench, NOW_S);
    swtpm_kill(&bench.emulator);
    CHECK_STATUS(STATUS_IO, step(&bench, NOW_S + 5, &committed));
    CHECK(committed);
    CHECK(root_tpm_needs_link(bench.roots));
    CHECK_STATUS(STATUS_IO, rotation_erase(bench.rotation));
    swtpm_start(&bench.emulator);
    /* Without a new link nothing is tried on the old one. */
    CHECK_STATUS(STATUS_IO, rotation_erase(bench.rotation));
    root_tpm_take_link(bench.roots, swtpm_connect(&bench.emulator));
    CHECK(!root_tpm_needs_link(bench.roots));
    bench_end(&bench);
}

static void test_an_index_of_somebody_else(void **state)
{
    (void)state;
    struct bench bench;
    bench_begin(&bench);
    CHECK(swtpm_tool(&bench.emulator,
                     "tpm2_nvdefine -C o -s 32 -a "
                     "'ownerread|ownerwrite|authread|authwrite' 0x01848101 "
                     ">/dev/null") == 0);
    CHECK_STATUS(STATUS_CONFLICT, open_roots(&bench));
    CHECK_STATUS(STATUS_CONFLICT, open_roots(&bench));
    CHECK(swtpm_tool(&bench.emulator,
                     "tpm2_nvundefine -C o 0x01848101 >/dev/null") == 0);
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    bench_end(&bench);
}

/* Two installations at the same handles: the second is refused, also where its
 * indices would have the right shape. */
static void test_another_installation_at_the_same_handles(void **state)
{
    (void)state;
    struct bench bench;
    bench_begin(&bench);
    CHECK_OK(open_roots(&bench));
    close_all(&bench);
    struct fake_disk *first = bench.disk;
    bench.disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(bench.disk);
    CHECK_OK(layer->make_directory(layer, "/keys"));
    CHECK_OK(layer->sync_directory(layer, "/"));
    CHECK_STATUS(STATUS_CONFLICT, open_roots(&bench));
    CHECK_STATUS(STATUS_CONFLICT, open_roots(&bench));
    fake_disk_destroy(&bench.disk);
    bench.disk = first;
    CHECK_OK(open_roots(&bench));
    bench_end(&bench);
}

static void test_a_tpm_that_was_cleared_or_replaced(void **state)
{
    (void)state;
    struct bench bench;
    bench_begin(&bench);
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    step_well(&bench, NOW_S);
    /* While it runs: pending. */
    CHECK(swtpm_tool(&bench.emulator, "tpm2_clear >/dev/null") == 0);
    bool committed = false;
    CHECK_STATUS(STATUS_IO, step(&bench, NOW_S + 5, &committed));
    CHECK(rotation_erasure_is_due(bench.rotation));
    /* At the start: refused, nothing made anew. */
    close_all(&bench);
    CHECK_STATUS(STATUS_CONFLICT, open_roots(&bench));
    swtpm_remove(&bench.emulator);
    swtpm_make(&bench.emulator);
    CHECK_STATUS(STATUS_CONFLICT, open_roots(&bench));
    bench_end(&bench);
}

/* Undefined by somebody with the owner's password. */
static void test_a_cell_that_is_gone(void **state)
{
    (void)state;
    struct bench bench;
    bench_begin(&bench);
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    step_well(&bench, NOW_S);
    close_all(&bench);
    CHECK(swtpm_tool(&bench.emulator,
                     "tpm2_nvundefine -C o 0x01848100 >/dev/null") == 0);
    CHECK_STATUS(STATUS_CORRUPT, open_roots(&bench));
    bench_end(&bench);
}

/*
 * The whole state of an emulator copied, and put back: the old root is there
 * again, and opens the old table. This is why an emulator is level 0; a chip
 * gives its memory out to nobody.
 */
static void test_an_emulator_put_back_brings_the_root_back(void **state)
{
    (void)state;
    struct bench bench;
    uint8_t *stolen = malloc(TABLE_IMAGE);
    bench_begin(&bench);
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    step_well(&bench, NOW_S);
    steal_table(&bench, rotation_epoch(bench.rotation), stolen);
    swtpm_kill(&bench.emulator);
    swtpm_snapshot(&bench.emulator);
    swtpm_start(&bench.emulator);
    reopen(&bench);
    step_well(&bench, NOW_S + 5);
    step_well(&bench, NOW_S + 10);
    CHECK(!opens(&bench, stolen));
    swtpm_kill(&bench.emulator);
    swtpm_restore(&bench.emulator);
    swtpm_start(&bench.emulator);
    CHECK(opens(&bench, stolen));
    /* The tables of today do not open with it: noticed, nothing overwritten. */
    close_all(&bench);
    CHECK_OK(open_roots(&bench));
    CHECK_STATUS(STATUS_CORRUPT, open_rotation(&bench));
    free(stolen);
    bench_end(&bench);
}

/* ---- from files to the TPM ----------------------------------------------- */

static void test_the_roots_move_up(void **state)
{
    (void)state;
    struct bench bench;
    uint8_t *stolen = malloc(TABLE_IMAGE);
    uint8_t old_roots[ROOT_CELLS][ROOT_SIZE];
    static const char *const NAMES[] = {"/keys/root-0", "/keys/root-1"};
    bench_begin(&bench);
    CHECK_OK(open_rotation(&bench)); /* level 0 */
    step_well(&bench, NOW_S);
    step_well(&bench, NOW_S + 5);
    CHECK(!root_tpm_is_set_up(fake_disk_layer(bench.disk), "/keys"));
    steal_table(&bench, 3, stolen);
    for (unsigned i = 0; i < ROOT_CELLS; i++) {
        struct file *file = NULL;
        CHECK_OK(file_open(fake_disk_layer(bench.disk), NAMES[i], FILE_READ,
                           &file));
        CHECK_OK(file_read_at(file, 0, old_roots[i], ROOT_SIZE));
        file_close(&file);
    }
    AUTO(key_state_deinit) struct key_state before = {0};
    CHECK_OK(key_state_copy(&bench.state, &before));

    reopen(&bench);
    CHECK(rotation_epoch(bench.rotation) == 3);
    CHECK(key_state_equal(&bench.state, &before));
    CHECK(!opens(&bench, stolen)); /* the root is still in the file */
    step_well(&bench, NOW_S + 10);
    for (unsigned i = 0; i < ROOT_CELLS; i++) {
        uint8_t found[2 * 4096];
        struct file *file = NULL;
        CHECK_OK(file_open(fake_disk_layer(bench.disk), NAMES[i], FILE_READ,
                           &file));
        CHECK_OK(file_read_at(file, 0, found, sizeof found));
        file_close(&file);
        CHECK(memcmp(found, old_roots[i], ROOT_SIZE) != 0);
        CHECK(memcmp(found + 4096, old_roots[i], ROOT_SIZE) != 0);
        CHECK(!table_header_opens(bytes_of(stolen, TABLE_IMAGE), found));
    }
    reopen(&bench);
    CHECK(rotation_epoch(bench.rotation) == 4);
    close_all(&bench);
    /* And never down again. */
    CHECK_STATUS(STATUS_CONFLICT, open_rotation(&bench));
    free(stolen);
    bench_end(&bench);
}

/* ---- files of before, put back ------------------------------------------- */

static const char *const ROOT_NAMES[] = {"/keys/root-0", "/keys/root-1"};
static const char *const TABLE_NAMES[] = {"/keys/table-0a", "/keys/table-0b",
                                          "/keys/table-1a", "/keys/table-1b",
                                          "/keys/spare-a",  "/keys/spare-b"};

static void copy_file(struct fake_disk *from, struct fake_disk *to,
                      const char *path)
{
    uint8_t *content = NULL;
    size_t size = 0;
    struct file *file = NULL;
    CHECK_OK(file_read_all(fake_disk_layer(from), path, 4 << 20, &content,
                           &size));
    CHECK_OK(file_open(fake_disk_layer(to), path,
                       FILE_READ | FILE_WRITE | FILE_CREATE, &file));
    CHECK_OK(file_write_at(file, 0, bytes_of(content, size)));
    CHECK_OK(file_sync(file));
    file_close(&file);
    alloc_free(content);
}

static void put_back(struct bench *bench, struct fake_disk *image,
                     unsigned tables)
{
    for (unsigned i = 0; i < 2; i++)
        copy_file(image, bench->disk, ROOT_NAMES[i]);
    for (unsigned i = 0; i < 6; i++) {
        if ((tables >> i & 1u) != 0)
            copy_file(image, bench->disk, TABLE_NAMES[i]);
    }
}

/* Seeds of the image's newest table that are in use. */
static size_t returned(struct bench *bench, const struct key_state *dead)
{
    size_t count = 0;
    for (size_t i = 0; i < dead->table.count; i++) {
        const struct key_chunk *chunk = &dead->table.chunks[i];
        for (unsigned cell = 0; cell < key_chunk_cells(chunk); cell++) {
            struct key_slot slot = key_chunk_slot(chunk, cell);
            const struct key_seed *found =
                key_chunk_has(chunk, cell) && chunk->length_s == 5
                    ? key_table_find(&bench->state.table, &slot)
                    : NULL;
            count += found != NULL;
        }
    }
    return count;
}

/*
 * A copy of all key files, taken while the roots were files; then the roots
 * move into the TPM, everything of then dies; then any of the files of before
 * are put back beside keys/tpm.
 */
static void test_files_of_before_the_move_put_back(void **state)
{
    (void)state;
    struct bench bench;
    bench_begin(&bench);
    CHECK_OK(open_rotation(&bench));
    step_well(&bench, NOW_S);
    step_well(&bench, NOW_S + 5);
    AUTO(key_state_deinit) struct key_state dead = {0};
    CHECK_OK(key_state_copy(&bench.state, &dead));
    close_all(&bench);
    struct fake_disk *image = fake_disk_copy(bench.disk);

    reopen(&bench); /* the positive control: not moved yet, it opens */
    put_back(&bench, image, 0x3f);
    reopen(&bench);
    CHECK(rotation_epoch(bench.rotation) == 3);
    CHECK(returned(&bench, &dead) > 0);

    for (int i = 0; i < 4; i++)
        step_well(&bench, NOW_S + 1000 + 5 * i);
    uint64_t epoch = rotation_epoch(bench.rotation);
    CHECK(returned(&bench, &dead) == 0);
    static const unsigned SETS[] = {0, 1, 4, 8, 0xc, 0x10, 0x33, 0x3f};
    for (size_t i = 0; i < sizeof SETS / sizeof SETS[0]; i++) {
        unsigned tables = SETS[i]; /* bit t: TABLE_NAMES[t] */
        bool one_stays = (tables & 0xc) != 0xc; /* epoch 7: table-1a, -1b */
        close_all(&bench);
        struct fake_disk *present = fake_disk_copy(bench.disk);
        put_back(&bench, image, tables);
        CHECK_OK(open_roots(&bench));
        enum status s = open_rotation(&bench);
        CHECK(s == (one_stays ? STATUS_OK : STATUS_CORRUPT));
        if (s == STATUS_OK) {
            CHECK(rotation_epoch(bench.rotation) == epoch);
            CHECK(returned(&bench, &dead) == 0);
        }
        close_all(&bench);
        fake_disk_destroy(&bench.disk);
        bench.disk = present;
    }
    /* Nothing was overwritten by the refusals. */
    reopen(&bench);
    CHECK(rotation_epoch(bench.rotation) == epoch);
    /* All tables gone: no beginning anew, an epoch never goes back. */
    close_all(&bench);
    const struct file_layer *layer = fake_disk_layer(bench.disk);
    for (unsigned i = 0; i < 6; i++)
        CHECK_OK(layer->unlink(layer, TABLE_NAMES[i]));
    CHECK_OK(open_roots(&bench));
    CHECK_STATUS(STATUS_CORRUPT, open_rotation(&bench));
    fake_disk_destroy(&image);
    bench_end(&bench);
}

/* keys/tpm of a set-up under way, put back: the cells are not made anew. */
static void test_a_set_up_file_put_back(void **state)
{
    (void)state;
    struct bench bench;
    struct fake_disk *half = NULL;
    bench_begin(&bench);
    for (unsigned command = 12; half == NULL; command++) {
        bench.emulator.commands = 0;
        bench.emulator.breaks_at = command;
        CHECK_STATUS(STATUS_IO, open_roots(&bench));
        if (bench.emulator.commands == command &&
            !root_tpm_is_set_up(fake_disk_layer(bench.disk), "/keys"))
            half = fake_disk_copy(bench.disk);
    }
    bench.emulator.breaks_at = 0;
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    step_well(&bench, NOW_S);
    step_well(&bench, NOW_S + 5);
    uint64_t epoch = rotation_epoch(bench.rotation);
    close_all(&bench);
    struct fake_disk *present = fake_disk_copy(bench.disk);
    copy_file(half, bench.disk, "/keys/tpm");
    CHECK_STATUS(STATUS_CORRUPT, open_roots(&bench));
    fake_disk_destroy(&bench.disk);
    bench.disk = present;
    reopen(&bench);
    CHECK(rotation_epoch(bench.rotation) == epoch);
    fake_disk_destroy(&half);
    bench_end(&bench);
}

TEST_MAIN("keys/root_tpm", TEST(test_a_rotation_from_end_to_end),
          TEST(test_a_foreign_reader_finds_other_bytes),
          TEST(test_no_root_crosses_the_bus),
          TEST(test_the_tpm_signs_epoch_and_commitment),
          TEST(test_a_busy_tpm_makes_deletion_pending),
          TEST(test_a_tpm_that_dies_comes_back),
          TEST(test_an_index_of_somebody_else),
          TEST(test_another_installation_at_the_same_handles),
          TEST(test_a_tpm_that_was_cleared_or_replaced),
          TEST(test_a_cell_that_is_gone),
          TEST(test_an_emulator_put_back_brings_the_root_back),
          TEST(test_the_roots_move_up),
          TEST(test_files_of_before_the_move_put_back),
          TEST(test_a_set_up_file_put_back))

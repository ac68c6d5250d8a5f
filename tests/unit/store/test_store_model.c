/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store against a plain list of samples: random records, deaths, restarts
 * and power cuts on a disk that forgets what was not synced, with an index in
 * SQLite beside it that is now and then deleted. What was synced and lives is
 * there; what died is not; nothing else is.
 */
#include <stdio.h>
#include <unistd.h>

#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum {
    CAMERAS = 3,
    SAMPLES_MAX = 4000,
    CHUNK = 50, /* samples: one unit */
    STEPS = 30,
    BYTES = 60000,
};

struct model {
    struct test_random random;
    struct fake_disk *disk;
    struct store_fixture fixture;
    char directory[128];
    char index[160];
    uint64_t next; /* sample */
    bool is_there[CAMERAS][SAMPLES_MAX];  /* written and alive */
    bool is_synced[CAMERAS][SAMPLES_MAX]; /* and durable */
};

static void open_model(struct model *model)
{
    CHECK_OK(fixture_open(&model->fixture, fake_disk_layer(model->disk),
                          "/volumes", model->index));
    model->fixture.sample_bytes = BYTES;
    while (store_catch_up(&model->fixture.store))
        ;
}

static void record_some(struct model *model)
{
    uint64_t count = CHUNK * (1 + test_random_next(&model->random) % 3);
    uint64_t from = model->next;
    CHECK_OK(fixture_record(&model->fixture, CAMERAS, from,
                            from + count - 1));
    for (size_t camera = 0; camera < CAMERAS; camera++) {
        for (uint64_t k = from; k < from + count; k++)
            model->is_there[camera][k] = true;
    }
    model->next += count;
    if (test_random_next(&model->random) % 4 == 0)
        model->next += CHUNK; /* a gap */
}

static void sync_all(struct model *model)
{
    CHECK_OK(fixture_sync(&model->fixture));
    for (size_t camera = 0; camera < CAMERAS; camera++) {
        for (size_t k = 0; k < SAMPLES_MAX; k++)
            model->is_synced[camera][k] = model->is_there[camera][k];
    }
}

/* Whole units of one camera, or everything that is old. */
static void kill_some(struct model *model)
{
    uint64_t units = model->next / CHUNK + 1;
    uint64_t from = test_random_next(&model->random) % units;
    uint64_t to = from + 1 + test_random_next(&model->random) % 6;
    bool is_old = test_random_next(&model->random) % 3 == 0;
    size_t first = test_random_next(&model->random) % CAMERAS;
    size_t last = is_old ? CAMERAS : first + 1;
    if (is_old) {
        to = from < to ? from + 1 : to;
        from = first = 0;
    }
    int64_t unit_us = (int64_t)FIXTURE_UNIT_S * SECOND_US;
    struct span span = {{FIXTURE_START_US + (int64_t)from * unit_us},
                        {FIXTURE_START_US + (int64_t)to * unit_us}};
    for (size_t camera = first; camera < last; camera++) {
        CHECK_OK(store_forget(&model->fixture.store, (uint32_t)camera + 1,
                              span, 1));
        for (uint64_t k = from * CHUNK; k < to * CHUNK && k < SAMPLES_MAX;
             k++)
            model->is_there[camera][k] = model->is_synced[camera][k] = false;
    }
    (void)store_sweep_all(&model->fixture.store);
}

static void restart(struct model *model)
{
    sync_all(model);
    fixture_close(&model->fixture);
    if (test_random_next(&model->random) % 4 == 0)
        (void)unlink(model->index);
    open_model(model);
}

static void cut_power(struct model *model)
{
    enum fake_crash mode = test_random_next(&model->random) % 2 == 0
                               ? FAKE_CRASH_LOSE
                               : FAKE_CRASH_TEAR;
    fake_disk_power_off_at(model->disk, 1);
    fixture_close(&model->fixture);
    fake_disk_crash(model->disk, mode, test_random_next(&model->random));
    open_model(model);
    /* What was not synced is there or not: the list follows the store. */
    for (size_t camera = 0; camera < CAMERAS; camera++) {
        for (uint64_t k = 0; k < SAMPLES_MAX; k++) {
            struct span span = {
                {FIXTURE_START_US + (int64_t)k * FIXTURE_SAMPLE_US},
                {FIXTURE_START_US + (int64_t)(k + 1) * FIXTURE_SAMPLE_US}};
            struct span found;
            if (!model->is_there[camera][k] || model->is_synced[camera][k])
                continue;
            model->is_there[camera][k] =
                store_spans(&model->fixture.store, (uint32_t)camera + 1,
                            span, &found, 1) == 1;
        }
    }
}

/* Each sample stands in a run, and in the volumes, if it is in the list. */
static void check_model(struct model *model)
{
    struct store *store = &model->fixture.store;
    for (uint32_t camera = 1; camera <= CAMERAS; camera++) {
        size_t expected = 0;
        size_t samples = 0;
        const struct camera_runs *runs =
            run_table_find(&store->runs, camera);
        for (uint64_t k = 0; k < model->next && k < SAMPLES_MAX; k++) {
            struct wall_time middle = {
                FIXTURE_START_US + (int64_t)k * FIXTURE_SAMPLE_US +
                FIXTURE_SAMPLE_US / 2};
            size_t at = runs == NULL ? 0 : camera_runs_after(runs, middle);
            bool is_told = runs != NULL && at < runs->count &&
                           runs->runs[at].from.us <= middle.us;
            assert_int_equal(is_told, model->is_there[camera - 1][k]);
            expected += model->is_there[camera - 1][k];
        }
        CHECK_OK(fixture_count_samples(&model->fixture, camera,
                                       fixture_all(), &samples));
        assert_int_equal(samples, expected);
    }
}

static void run_model(uint64_t seed)
{
    static struct model model;
    model = (struct model){.random = {seed}, .disk = fake_disk_create()};
    const struct file_layer *layer = fake_disk_layer(model.disk);
    test_directory_make(model.directory, sizeof model.directory);
    (void)snprintf(model.index, sizeof model.index, "%s/runs.db",
                   model.directory);
    CHECK_OK(layer->make_directory(layer, "/volumes"));
    CHECK_OK(layer->sync_directory(layer, "/"));
    open_model(&model);
    for (int step = 0; step < STEPS; step++) {
        uint64_t what = test_random_next(&model.random) % 16;
        if (what < 7 && model.next + 4 * CHUNK < SAMPLES_MAX)
            record_some(&model);
        else if (what < 10)
            sync_all(&model);
        else if (what < 13)
            kill_some(&model);
        else if (what < 15)
            restart(&model);
        else
            cut_power(&model);
        if (step % 3 == 2)
            check_model(&model);
    }
    fixture_close(&model.fixture);
    fake_disk_destroy(&model.disk);
    test_directory_remove(model.directory);
}

static void is_a_list_of_samples(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++)
        run_model(seed);
}

TEST_MAIN("store/store_model", TEST(is_a_list_of_samples))

/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys/file.h"
#include "support/store_fixture.h"
#include "unit/test.h"

/* SQLite allocates by itself: these tests use real files. */
struct place {
    char directory[128];
    char volumes[160];
    char index[160];
};

static void make_place(struct place *place)
{
    test_directory_make(place->directory, sizeof place->directory);
    (void)snprintf(place->volumes, sizeof place->volumes, "%s/volumes",
                   place->directory);
    (void)snprintf(place->index, sizeof place->index, "%s/runs.db",
                   place->directory);
    CHECK_OK(FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM,
                                              place->volumes));
}

static void open_in(struct store_fixture *fixture, const struct place *place)
{
    CHECK_OK(fixture_open(fixture, &FILE_LAYER_SYSTEM, place->volumes,
                          place->index));
    fixture->sample_bytes = 300000; /* soon a full volume */
}

/* Everything that the run table says, as text. */
static void describe(const struct run_table *table, char *out, size_t size)
{
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct camera_runs *camera = &table->cameras[i];
        for (size_t j = 0; j < camera->count && used < size; j++)
            used += (size_t)snprintf(
                out + used, size - used, "%u:%u:%lld-%lld;", camera->camera,
                camera->runs[j].volume,
                (long long)camera->runs[j].span.from.us,
                (long long)camera->runs[j].span.to.us);
    }
}

static bool index_knows(struct store_fixture *fixture, uint32_t number)
{
    struct volume *volume = store_volume(&fixture->store, number);
    struct run_table table = {0};
    bool knows = store_index_load_volume(fixture->store.index, number,
                                         volume->header.id,
                                         &table) == STATUS_OK;
    run_table_deinit(&table);
    return knows;
}

static void record_something(const struct place *place, char *expected,
                             size_t size)
{
    struct store_fixture fixture;
    open_in(&fixture, place);
    CHECK_OK(fixture_record(&fixture, 2, 0, 79));
    CHECK_OK(fixture_record(&fixture, 2, 100, 149));
    CHECK_OK(fixture_sync(&fixture));
    CHECK(fixture.store.disks[0].set.count >= 3);
    CHECK(index_knows(&fixture, 1) && index_knows(&fixture, 2));
    describe(&fixture.store.runs, expected, size);
    store_set_epoch(&fixture.store, 41);
    fixture_close(&fixture);
}

static void check_same(const struct place *place, const char *expected,
                       uint64_t epoch)
{
    char found[4096];
    struct store_fixture fixture;
    open_in(&fixture, place);
    describe(&fixture.store.runs, found, sizeof found);
    assert_string_equal(expected, found);
    CHECK(store_epoch(&fixture.store) == epoch);
    CHECK(index_knows(&fixture, 1) && index_knows(&fixture, 2));
    CHECK(store_next_sequence(&fixture.store, 1) > 1);
    fixture_close(&fixture);
}

static void a_start_believes_the_index(void **state)
{
    (void)state;
    struct place place;
    char expected[4096];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    check_same(&place, expected, 41);
    struct store_fixture fixture;
    open_in(&fixture, &place);
    /* Volume 1 was not read: its directory is not loaded. */
    CHECK(!fixture.store.disks[0].set.volumes[0]->is_loaded);
    size_t samples = 0;
    CHECK_OK(fixture_count_samples(&fixture, 1, fixture_all(), &samples));
    CHECK(samples == 130);
    fixture_close(&fixture);
    test_directory_remove(place.directory);
}

static void deleted_it_is_made_anew(void **state)
{
    (void)state;
    struct place place;
    char expected[4096];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    CHECK(unlink(place.index) == 0);
    check_same(&place, expected, 0);
    test_directory_remove(place.directory);
}

static void damaged_it_is_made_anew(void **state)
{
    (void)state;
    struct place place;
    char expected[4096];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    FILE *file = fopen(place.index, "r+");
    CHECK(file != NULL);
    for (int i = 0; i < 4000; i++)
        CHECK(fputc(0x5a, file) != EOF);
    CHECK(fclose(file) == 0);
    check_same(&place, expected, 0);
    test_directory_remove(place.directory);
}

static void edit(const char *path, const char *sql)
{
    sqlite3 *database = NULL;
    CHECK(sqlite3_open(path, &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_close(database) == SQLITE_OK);
}

static void edited_rows_are_not_believed(void **state)
{
    (void)state;
    static const char *const EDITS[] = {
        "UPDATE runs SET to_us = to_us + 1 WHERE volume = 1",
        "DELETE FROM runs WHERE volume = 2",
        "INSERT INTO runs VALUES(1, 3, 5, 6)",
        "UPDATE volumes SET id = id + 1",
        "DELETE FROM volumes",
        "DROP TABLE runs",
        "UPDATE meta SET value = '0:' WHERE name = 'identity'",
    };
    struct place place;
    char expected[4096];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    for (size_t i = 0; i < sizeof EDITS / sizeof EDITS[0]; i++) {
        edit(place.index, EDITS[i]);
        check_same(&place, expected, i < 5 ? 41 : 0);
    }
    test_directory_remove(place.directory);
}

static void deaths_reach_the_index(void **state)
{
    (void)state;
    struct place place;
    char expected[4096];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    struct store_fixture fixture;
    open_in(&fixture, &place);
    struct span slot = {{FIXTURE_START_US},
                        {FIXTURE_START_US + 5 * SECOND_US}};
    CHECK(store_forget(&fixture.store, 1, slot) > 0);
    CHECK(store_forget(&fixture.store, 2, slot) > 0);
    describe(&fixture.store.runs, expected, sizeof expected);
    fixture_close(&fixture);
    char found[4096];
    open_in(&fixture, &place);
    describe(&fixture.store.runs, found, sizeof found);
    assert_string_equal(expected, found);
    fixture_close(&fixture);
    test_directory_remove(place.directory);
}

TEST_MAIN("store/index", TEST(a_start_believes_the_index),
          TEST(deleted_it_is_made_anew), TEST(damaged_it_is_made_anew),
          TEST(edited_rows_are_not_believed), TEST(deaths_reach_the_index))

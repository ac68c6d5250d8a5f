/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/alloc.h"
#include "store/store_private.h"
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

/* What is recorded, as text. */
static void describe_runs(const struct store *store, char *out, size_t size)
{
    const struct run_table *table = &store->runs;
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct camera_runs *camera = &table->cameras[i];
        for (size_t j = 0; j < camera->count && used < size; j++)
            used += (size_t)snprintf(out + used, size - used,
                                     "%u:%lld-%lld;", camera->camera,
                                     (long long)camera->runs[j].from.us,
                                     (long long)camera->runs[j].to.us);
    }
}

/* That, and the catalogue. */
static void describe(const struct store *store, char *out, size_t size)
{
    describe_runs(store, out, size);
    size_t used = strlen(out);
    for (size_t i = 0; i < store->catalogue.count && used < size; i++) {
        const struct catalogue_row *row = &store->catalogue.rows[i];
        used += (size_t)snprintf(out + used, size - used, "v%u:%lld-%lld;",
                                 row->number, (long long)row->span.from.us,
                                 (long long)row->span.to.us);
    }
}

static void record_something(const struct place *place, char *expected,
                             size_t size)
{
    struct store_fixture fixture;
    open_in(&fixture, place);
    CHECK_OK(fixture_record(&fixture, 2, 0, 79));
    CHECK_OK(fixture_record(&fixture, 2, 100, 149));
    CHECK_OK(fixture_sync(&fixture));
    CHECK(fixture.store.catalogue.count >= 2);
    describe(&fixture.store, expected, size);
    store_note_epoch(&fixture.store, 41);
    fixture_close(&fixture);
}

/* Opens: everything is as expected, and it is told how the index was, or NULL
 * where it was right. */
static void check_same(const struct place *place, const char *expected,
                       uint64_t epoch, const char *was)
{
    char found[4096];
    char words[160] = "";
    struct store_fixture fixture;
    open_in(&fixture, place);
    while (store_catch_up(&fixture.store))
        ;
    describe(&fixture.store, found, sizeof found);
    assert_string_equal(expected, found);
    CHECK(store_epoch(&fixture.store) == epoch);
    bool told = store_tell_findings(&fixture.store, words, sizeof words);
    CHECK(told == (was != NULL));
    if (was != NULL && strstr(words, was) == NULL)
        fail_msg("told \"%s\", not \"%s\"", words, was);
    CHECK(!store_tell_findings(&fixture.store, words, sizeof words));
    CHECK(store_next_sequence(&fixture.store, 1) > 1);
    size_t samples = 0;
    CHECK_OK(fixture_count_samples(&fixture, 1, fixture_all(), &samples));
    CHECK(samples == 130);
    fixture_close(&fixture);
}

static void a_start_believes_the_index(void **state)
{
    (void)state;
    struct place place;
    char expected[4096];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    check_same(&place, expected, 41, NULL);
    struct store_fixture fixture;
    open_in(&fixture, &place);
    CHECK(store_volume(&fixture.store, 1) == NULL); /* it was not opened */
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
    check_same(&place, expected, 0, "not there");
    check_same(&place, expected, 0, NULL);
    test_directory_remove(place.directory);
}

/* A recorder that was ended while it made its first index. */
static void one_that_was_never_finished_is_none(void **state)
{
    (void)state;
    struct place place;
    char expected[4096];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    CHECK(truncate(place.index, 0) == 0);
    check_same(&place, expected, 0, "not there");
    check_same(&place, expected, 0, NULL);
    test_directory_remove(place.directory);
}

/* Bytes anywhere in the file: the answers stay right. */
static void damaged_it_is_made_anew(void **state)
{
    (void)state;
    struct test_random random = {5};
    struct place place;
    char expected[4096];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    for (int round = 0; round < 25; round++) {
        FILE *file = fopen(place.index, "r+");
        CHECK(file != NULL);
        CHECK(fseek(file, 0, SEEK_END) == 0);
        uint64_t size = (uint64_t)ftell(file);
        uint64_t first = test_random_next(&random) % size;
        uint64_t count = 1 + test_random_next(&random) % 4000;
        CHECK(fseek(file, (long)first, SEEK_SET) == 0);
        for (uint64_t i = 0; i < count && first + i < size; i++)
            CHECK(fputc((int)(test_random_next(&random) & 0xff), file) !=
                  EOF);
        CHECK(fclose(file) == 0);
        char found[4096];
        struct store_fixture fixture;
        open_in(&fixture, &place);
        while (store_catch_up(&fixture.store))
            ;
        describe(&fixture.store, found, sizeof found);
        assert_string_equal(expected, found);
        fixture_close(&fixture);
    }
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
    static const struct {
        const char *sql;
        const char *was;
        uint64_t epoch;
    } EDITS[] = {
        {"UPDATE runs SET to_us = to_us + 1 WHERE camera = 1", "edited", 0},
        {"DELETE FROM runs WHERE camera = 2", "edited", 0},
        {"INSERT INTO runs VALUES(3, 5, 6)", "edited", 0},
        {"INSERT INTO runs VALUES(3, 6, 5)", "edited", 0},
        {"UPDATE volumes SET from_us = from_us + 1", "edited", 0},
        {"UPDATE volumes SET to_us = 9223372036854775807", "edited", 0},
        {"UPDATE volumes SET number = number + 7", "edited", 0},
        {"DELETE FROM volumes", "edited", 0},
        {"UPDATE cameras SET last_sequence = 1", "edited", 0},
        {"UPDATE meta SET value = '99' WHERE name = 'epoch'", "edited", 0},
        {"DROP TABLE runs", "not readable", 0},
        {"UPDATE meta SET value = '0:' WHERE name = 'identity'",
         "not readable", 0},
    };
    struct place place;
    char expected[4096];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    for (size_t i = 0; i < sizeof EDITS / sizeof EDITS[0]; i++) {
        edit(place.index, EDITS[i].sql);
        check_same(&place, expected, EDITS[i].epoch, EDITS[i].was);
        check_same(&place, expected, EDITS[i].epoch, NULL);
    }
    test_directory_remove(place.directory);
}

static void copy_file(const char *from, const char *to)
{
    uint8_t *content = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, from, 1 << 24, &content,
                           &size));
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, to, bytes_of(content, size)));
    alloc_free(content);
}

static void an_older_index_is_found_out(void **state)
{
    (void)state;
    struct place place;
    char expected[4096];
    char copy[200];
    char words[160];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    (void)snprintf(copy, sizeof copy, "%s.old", place.index);
    copy_file(place.index, copy);

    /* More volumes than it knows. */
    struct store_fixture fixture;
    open_in(&fixture, &place);
    CHECK_OK(fixture_record(&fixture, 2, 150, 249));
    CHECK_OK(fixture_sync(&fixture));
    describe(&fixture.store, expected, sizeof expected);
    fixture_close(&fixture);
    copy_file(copy, place.index);
    char found[4096];
    open_in(&fixture, &place);
    while (store_catch_up(&fixture.store))
        ;
    CHECK(store_tell_findings(&fixture.store, words, sizeof words));
    CHECK(strstr(words, "behind") != NULL);
    describe(&fixture.store, found, sizeof found);
    assert_string_equal(expected, found);

    /* And volumes that are there no more. */
    struct span dead = {{FIXTURE_START_US},
                        {FIXTURE_START_US + 10 * SECOND_US}};
    CHECK(fixture_forget(&fixture, 1, dead) > 0);
    CHECK(fixture_forget(&fixture, 2, dead) > 0);
    describe_runs(&fixture.store, expected, sizeof expected);
    fixture_close(&fixture);
    copy_file(copy, place.index);
    open_in(&fixture, &place);
    while (store_catch_up(&fixture.store))
        ;
    CHECK(store_tell_findings(&fixture.store, words, sizeof words));
    CHECK(strstr(words, "other volumes") != NULL);
    describe_runs(&fixture.store, found, sizeof found);
    assert_string_equal(expected, found);
    fixture_close(&fixture);
    test_directory_remove(place.directory);
}

/* As on a full disk: no file grows, this one's journal neither. */
static void set_full(bool is_full)
{
    struct rlimit limit;
    (void)signal(SIGXFSZ, SIG_IGN);
    CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = is_full ? 0 : limit.rlim_max;
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

/* What is gone while it cannot be written, it is told when it can. */
static void what_it_missed_it_is_told_later(void **state)
{
    (void)state;
    struct place place;
    char expected[4096];
    char found[4096];
    char words[160];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    struct store_fixture fixture;
    open_in(&fixture, &place);
    struct span dead = {{FIXTURE_START_US},
                        {FIXTURE_START_US + 5 * SECOND_US}};
    set_full(true);
    CHECK_OK(store_forget(&fixture.store, 1, dead, 42));
    CHECK_OK(store_forget(&fixture.store, 2, dead, 42));
    store_note_epoch(&fixture.store, 42);
    set_full(false);
    CHECK(fixture.store.index_owed.count == 2);
    describe_runs(&fixture.store, expected, sizeof expected);
    fixture_close(&fixture);
    open_in(&fixture, &place);
    describe_runs(&fixture.store, found, sizeof found);
    assert_string_equal(expected, found);
    CHECK(store_epoch(&fixture.store) == 42);
    CHECK(!store_tell_findings(&fixture.store, words, sizeof words));

    /* More than is kept: it is made anew, and filled at the next start. */
    set_full(true);
    while (!fixture.store.index_owed.is_beyond)
        store_index_owe(&fixture.store,
                        &(struct index_gone){.camera = 1, .span = dead});
    CHECK(store_index_settle(&fixture.store) != STATUS_OK);
    set_full(false);
    fixture_close(&fixture);
    open_in(&fixture, &place);
    while (store_catch_up(&fixture.store))
        ;
    describe_runs(&fixture.store, found, sizeof found);
    assert_string_equal(expected, found);
    fixture_close(&fixture);
    test_directory_remove(place.directory);
}

static void deaths_reach_the_index(void **state)
{
    (void)state;
    struct place place;
    char expected[4096];
    char found[4096];
    make_place(&place);
    record_something(&place, expected, sizeof expected);
    struct store_fixture fixture;
    open_in(&fixture, &place);
    struct span slot = {{FIXTURE_START_US},
                        {FIXTURE_START_US + 5 * SECOND_US}};
    CHECK(fixture_forget(&fixture, 1, slot) > 0);
    slot.to.us += 5 * SECOND_US;
    CHECK(fixture_forget(&fixture, 2, slot) > 0);
    describe_runs(&fixture.store, expected, sizeof expected);
    fixture_close(&fixture);
    open_in(&fixture, &place);
    describe_runs(&fixture.store, found, sizeof found);
    assert_string_equal(expected, found);
    fixture_close(&fixture);
    /* And the volumes say the same, by their ends. */
    CHECK(unlink(place.index) == 0);
    open_in(&fixture, &place);
    describe_runs(&fixture.store, found, sizeof found);
    assert_string_equal(expected, found);
    fixture_close(&fixture);
    test_directory_remove(place.directory);
}

TEST_MAIN("store/index", TEST(a_start_believes_the_index),
          TEST(deleted_it_is_made_anew), TEST(damaged_it_is_made_anew),
          TEST(one_that_was_never_finished_is_none),
          TEST(edited_rows_are_not_believed),
          TEST(an_older_index_is_found_out),
          TEST(what_it_missed_it_is_told_later),
          TEST(deaths_reach_the_index))

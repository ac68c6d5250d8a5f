/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two disks, of which one refuses its n-th call, for every n: with EIO, with
 * ENOSPC, once or from there on; and then power is cut on both, in every way in
 * which a disk forgets. Then the recorder starts again, and at some call of
 * this start one disk loses power once more, or refuses it; and again.
 *
 * Every second of every camera is recorded or told as lost, at each start and
 * after what is recorded then, and recording never ends.
 *
 * A schedule is its numbers: seeds give the disks' identities (which camera
 * goes where) and what a crash leaves. CRASH_LONG takes many seeds, every crash
 * mode, several second crashes. CRASH_ONLY="seed fault n mode second at" tries
 * one.
 *
 * Known-bad variants, which the same check must catch: a disk whose syncs do
 * nothing, and one that acknowledges before its sync.
 */
#include <stdio.h>
#include <stdlib.h>

#include "support/crash_count.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum {
    DISKS = 2,
    CAMERAS = 4,
    ROUNDS = 4,
    ROUND_SAMPLES = 10,
    N_MAX = 500,
    START_CALLS = 40, /* of one disk, at a start and one round after it */
    LONG_SEEDS = 4,
    BAD_TRIES = 16,
};

static const char DIRECTORY[] = "/disk";

enum variant { VARIANT_RIGHT, VARIANT_NO_SYNC, VARIANT_EARLY, VARIANTS };

struct fault {
    unsigned calls;
    enum status status;
    bool is_for_good; /* all calls from the n-th on */
};

static const struct fault FAULTS[] = {
    {FAKE_ANY, STATUS_IO, false},    {FAKE_WRITE, STATUS_IO, false},
    {FAKE_SYNC, STATUS_IO, false},   {FAKE_WRITE, STATUS_NO_SPACE, false},
    {FAKE_NAMES, STATUS_IO, false},  {FAKE_ANY, STATUS_IO, true},
};
enum { FAULT_COUNT = sizeof FAULTS / sizeof FAULTS[0] };

/* What happens to the start after the crash. */
enum second { SECOND_NONE, SECOND_POWER, SECOND_REFUSED };

struct schedule {
    uint64_t seed;
    size_t fault;
    size_t n; /* the call, of one disk and the other in turn */
    enum fake_crash mode;
    enum second second;
    size_t at; /* likewise, from the start on */
    enum variant variant;
};

static size_t schedules;
static size_t violations[VARIANTS];

struct array {
    struct fake_disk *disks[DISKS];
    struct fake_disk *book; /* where events/disks stands */
    struct store_fixture fixture;
    const struct schedule *schedule;
    size_t crashes;
};

/* A disk that has been used before, so that nothing of it is by chance. */
static void put_identity(struct fake_disk *disk, size_t slot, uint64_t seed)
{
    const struct file_layer *layer = fake_disk_layer(disk);
    struct test_random random = {(seed * DISKS + slot + 1) *
                                 UINT64_C(0x9e3779b97f4a7c15)};
    unsigned long long high = test_random_next(&random);
    unsigned long long low = test_random_next(&random);
    char line[128];
    int size = snprintf(line, sizeof line,
                        "haechi-disk 1 %032x %016llx%016llx %zu 1\n", 7, high,
                        low, slot);
    CHECK_OK(layer->make_directory(layer, DIRECTORY));
    CHECK_OK(layer->sync_directory(layer, "/"));
    CHECK_OK(file_replace(layer, "/disk/identity",
                          bytes_of(line, (size_t)size)));
}

static void make(struct array *array, const struct schedule *schedule)
{
    *array = (struct array){.schedule = schedule};
    for (size_t i = 0; i < DISKS; i++) {
        array->disks[i] = fake_disk_create();
        put_identity(array->disks[i], i, schedule->seed);
    }
    array->book = fake_disk_create();
}

static enum status open_it(struct array *array)
{
    const struct disk_options options[DISKS] = {
        {fake_disk_layer(array->disks[0]), "d1", DIRECTORY},
        {fake_disk_layer(array->disks[1]), "d2", DIRECTORY},
    };
    const struct fixture_disks disks = {
        .disks = options,
        .count = DISKS,
        .book_layer = fake_disk_layer(array->book),
        .book_path = "/book",
    };
    return fixture_open_disks(&array->fixture, &disks);
}

static void destroy(struct array *array)
{
    for (size_t i = 0; i < DISKS; i++)
        fake_disk_destroy(&array->disks[i]);
    fake_disk_destroy(&array->book);
}

static void disarm(struct array *array)
{
    for (size_t i = 0; i < DISKS; i++)
        fake_disk_fail_at(array->disks[i], 0, 0, STATUS_OK);
}

/* Power goes, and comes back: each disk forgets by itself. */
static void crash(struct array *array)
{
    const struct schedule *schedule = array->schedule;
    uint64_t seed = (schedule->seed << 16 | schedule->n) << 8 |
                    array->crashes++ << 4;
    disarm(array);
    for (size_t i = 0; i < DISKS; i++)
        fake_disk_crash(array->disks[i], schedule->mode, seed + i);
    fake_disk_crash(array->book, schedule->mode, seed + DISKS);
}

/* Samples of the camera that were told as lost. */
static size_t samples_lost(const struct store_fixture *fixture,
                           uint32_t camera)
{
    size_t samples = 0;
    for (size_t i = 0; i < fixture->lost_count; i++) {
        struct span span = fixture->lost[i].span;
        if (fixture->lost[i].camera == camera)
            samples += (size_t)((span.to.us - span.from.us) /
                                FIXTURE_SAMPLE_US);
    }
    return samples;
}

/* Whether each camera has at least what was not told as lost. */
static bool has_the_rest(struct array *array, const size_t lost[CAMERAS],
                         size_t promised)
{
    for (uint32_t camera = 1; camera <= CAMERAS; camera++) {
        size_t samples = 0;
        if (fixture_count_samples(&array->fixture, camera, fixture_all(),
                                  &samples) != STATUS_OK ||
            samples + lost[camera - 1] < promised)
            return false;
    }
    return true;
}

/* Rounds of records, each synced; returns how many rounds were acknowledged. */
static size_t record_rounds(struct array *array)
{
    struct store_fixture *fixture = &array->fixture;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        CHECK_OK(fixture_record(fixture, CAMERAS, round * ROUND_SAMPLES,
                                (round + 1) * ROUND_SAMPLES - 1));
        if (array->schedule->variant == VARIANT_EARLY && round + 1 == ROUNDS)
            return ROUNDS; /* said to be durable, and power goes */
        fixture_pump(fixture, true);
    }
    return ROUNDS;
}

/* One round more; adds to *promised what was acknowledged. */
static enum status record_more(struct array *array, uint64_t from,
                               size_t *promised)
{
    enum status s = fixture_record(&array->fixture, CAMERAS, from,
                                   from + ROUND_SAMPLES - 1);
    if (s == STATUS_OK)
        s = fixture_sync(&array->fixture);
    if (s == STATUS_OK)
        *promised += ROUND_SAMPLES;
    return s;
}

/* A start during which a disk fails, and then another power cut. */
static void start_badly(struct array *array, size_t *promised)
{
    const struct schedule *schedule = array->schedule;
    struct fake_disk *bad = array->disks[schedule->at % DISKS];
    size_t call = schedule->at / DISKS + 1;
    if (schedule->second == SECOND_POWER)
        fake_disk_power_off_at(bad, call);
    else
        fake_disk_fail_at(bad, FAKE_ANY, call, STATUS_IO);
    if (open_it(array) == STATUS_OK) {
        enum status ignored = record_more(array, 500, promised);
        (void)ignored; /* what is not acknowledged is not promised */
        fixture_close(&array->fixture);
    }
    crash(array);
}

/* After all crashes: all is there, it goes on, and nothing old was touched. */
static bool start_well(struct array *array, const size_t lost[CAMERAS],
                       size_t promised)
{
    CHECK_OK(open_it(array));
    bool holds = has_the_rest(array, lost, promised);
    CHECK_OK(record_more(array, 1000, &promised));
    holds &= has_the_rest(array, lost, promised);
    fixture_close(&array->fixture);
    CHECK_OK(open_it(array));
    holds &= has_the_rest(array, lost, promised);
    fixture_close(&array->fixture);
    return holds;
}

static void count(const struct schedule *schedule, bool holds)
{
    schedules++;
    violations[schedule->variant] += !holds;
    if (!holds && schedule->variant == VARIANT_RIGHT)
        (void)printf("# violation: CRASH_ONLY=\"%llu %zu %zu %d %d %zu\"\n",
                     (unsigned long long)schedule->seed, schedule->fault,
                     schedule->n, (int)schedule->mode, (int)schedule->second,
                     schedule->at);
    (void)fflush(stdout);
}

/* True while the disk was called so often that the fault came. */
static bool try_once(const struct schedule *schedule)
{
    const struct fault *fault = &FAULTS[schedule->fault];
    struct array array;
    make(&array, schedule);
    CHECK_OK(open_it(&array));
    struct fake_disk *bad = array.disks[schedule->n % DISKS];
    size_t call = schedule->n / DISKS + 1;
    size_t before = fake_disk_calls(bad);
    if (fault->is_for_good)
        fake_disk_power_off_at(bad, call);
    else
        fake_disk_fail_at(bad, fault->calls, call, fault->status);
    for (size_t i = 0; i < DISKS; i++)
        fake_disk_ignore_syncs(array.disks[i],
                               schedule->variant == VARIANT_NO_SYNC);
    size_t promised = record_rounds(&array) * ROUND_SAMPLES;
    bool was_called = fake_disk_calls(bad) - before >= call;
    size_t lost[CAMERAS];
    for (uint32_t camera = 1; camera <= CAMERAS; camera++)
        lost[camera - 1] = samples_lost(&array.fixture, camera);
    /* The check's own reads are not what is to fail. */
    disarm(&array);
    bool holds = fault->is_for_good || has_the_rest(&array, lost, promised);
    fixture_close(&array.fixture);
    crash(&array);
    if (schedule->second != SECOND_NONE)
        start_badly(&array, &promised);
    holds &= start_well(&array, lost, promised);
    destroy(&array);
    count(schedule, holds);
    return was_called;
}

/* The calls of the start are many: each schedule takes some of them. */
static void try_second(struct schedule schedule, size_t tries)
{
    struct test_random random = {schedule.seed * N_MAX + schedule.n + 1};
    for (size_t i = 0; i < tries; i++) {
        schedule.second = i % 2 == 0 ? SECOND_POWER : SECOND_REFUSED;
        schedule.at = (size_t)(test_random_next(&random) >> 20) %
                      (START_CALLS * DISKS);
        (void)try_once(&schedule);
    }
}

static void try_seed(uint64_t seed, bool is_long)
{
    for (size_t fault = 0; fault < FAULT_COUNT; fault++) {
        /* Until neither disk is called so often: cameras may all be on one. */
        size_t uncalled = 0;
        for (size_t n = 0; uncalled < DISKS && n < N_MAX; n++) {
            bool was_called = false;
            struct schedule schedule = {.seed = seed, .fault = fault, .n = n};
            size_t modes = is_long ? (size_t)FAKE_CRASH_MODES : 1;
            for (size_t i = 0; i < modes; i++) {
                schedule.mode = (enum fake_crash)((n + i) % FAKE_CRASH_MODES);
                was_called = try_once(&schedule);
                try_second(schedule, is_long ? 4 : 2);
            }
            uncalled = was_called ? 0 : uncalled + 1;
        }
    }
}

static bool try_only(const char *only)
{
    unsigned long long seed = 0;
    int mode = 0;
    int second = 0;
    struct schedule schedule = {0};
    if (sscanf(only, "%llu %zu %zu %d %d %zu", &seed, &schedule.fault,
               &schedule.n, &mode, &second, &schedule.at) != 6 ||
        schedule.fault >= FAULT_COUNT)
        return false;
    schedule.seed = seed;
    schedule.mode = (enum fake_crash)mode;
    schedule.second = (enum second)second;
    (void)try_once(&schedule);
    return true;
}

static void every_second_is_recorded_or_told(void **state)
{
    (void)state;
    const char *only = getenv("CRASH_ONLY");
    bool is_long = getenv("CRASH_LONG") != NULL;
    if (only != NULL)
        CHECK(try_only(only));
    for (uint64_t seed = 0; only == NULL && seed < (is_long ? LONG_SEEDS : 1);
         seed++)
        try_seed(seed, is_long);
    assert_int_equal(violations[VARIANT_RIGHT], 0);
}

static void known_bad_variants_are_caught(void **state)
{
    (void)state;
    size_t right = schedules;
    for (size_t n = 0; n < BAD_TRIES; n++) {
        struct schedule schedule = {
            .n = n, .mode = (enum fake_crash)(n % FAKE_CRASH_MODES)};
        schedule.variant = VARIANT_NO_SYNC;
        (void)try_once(&schedule);
        schedule.variant = VARIANT_EARLY;
        (void)try_once(&schedule);
    }
    crash_tell("two disks, every refused call, power cuts", NULL, right,
               violations[VARIANT_RIGHT]);
    crash_tell("two disks", "no sync", BAD_TRIES,
               violations[VARIANT_NO_SYNC]);
    crash_tell("two disks", "acknowledged before its sync", BAD_TRIES,
               violations[VARIANT_EARLY]);
    CHECK(violations[VARIANT_NO_SYNC] > 0);
    CHECK(violations[VARIANT_EARLY] > 0);
}

TEST_MAIN("crash/volume_disks", TEST(every_second_is_recorded_or_told),
          TEST(known_bad_variants_are_caught))

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A day of storms through a whole recorder: two cameras, one over TCP and one
 * over UDP, ingest, ring, and a vault's process with its volumes, index, leaves
 * and events, which become the entries of a log. Cameras fail in every way
 * (storm.h); ingest dies, the vault is killed, stopped, held and left without
 * keys; trusted time is set anew. Afterwards verify looks at the files:
 *
 *   Every second is recorded or explained, every record opens and has its leaf.
 *   As much memory after the last hour as before noon.
 *
 * A third of a day; all of it where HAECHI_STORM_DAYS is set, as by `make
 * check`.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "cmd/verify/verify.h"
#include "sys/logger.h"
#include "unit/roles/storm_ingest.h"
#include "unit/roles/storm_vault.h"

enum {
    RING_BYTES = 1 << 17,
    VAULT_TURN_US = 500000,
    HOURS_DEFAULT = 8,
    DAY_HOURS = 24,
    BACK_AGAIN_S = 120, /* longest wait after a storm */
    HELD_MOST_S = 60,
    AWAY_MOST_S = 10,
    KEYLESS_MOST_S = 60,
    STEP_MOST_S = 1200,
    MEMORY_GROWTH_MAX = 4 << 20, /* an open volume's directory grows */
    PROBLEMS_SHOWN = 5,
    CAUSES_LEAST = 5,
};

enum blow { INGEST_DIES, NO_KEYS, VAULT_DIES, VAULT_STOPS, BLOWS };

struct recorder {
    struct fake_clock clock;
    struct ingest ingest;
    struct storm_ingest cameras[STORM_CAMERAS];
    struct storm_vault vault;
    int ring;
    int64_t held_until_us;
    int64_t keyless_until_us;
    int64_t start_us; /* the vault's next start; INT64_MAX: it runs */
    unsigned kills;
    unsigned stops;
    unsigned ingest_deaths;
    unsigned steps;
};

static int64_t dice_s(struct recorder *recorder, unsigned most_s)
{
    return (int64_t)storm_dice(&recorder->cameras[0].storm,
                               most_s * (uint64_t)SECOND_US);
}

/* ---- what befalls the recorder itself ------------------------------------ */

static void ingest_dies(struct recorder *recorder)
{
    ring_writer_destroy(&recorder->ingest.ring);
    CHECK_OK(ring_writer_create(recorder->ring, &recorder->ingest.ring));
    for (size_t i = 0; i < STORM_CAMERAS; i++)
        storm_ingest_die(&recorder->cameras[i]);
    recorder->ingest_deaths++;
}

static void strike(struct recorder *recorder, enum blow blow)
{
    int64_t now_us = recorder->clock.boot.us;
    bool is_running = recorder->start_us == INT64_MAX;
    if (blow == INGEST_DIES) {
        ingest_dies(recorder);
    } else if (blow == NO_KEYS) {
        recorder->keyless_until_us = now_us + dice_s(recorder, KEYLESS_MOST_S);
    } else if (is_running && blow == VAULT_DIES) {
        storm_vault_kill(&recorder->vault);
        recorder->start_us = now_us + dice_s(recorder, AWAY_MOST_S);
        recorder->kills++;
    } else if (is_running) {
        storm_vault_stop(&recorder->vault);
        recorder->start_us = now_us + dice_s(recorder, AWAY_MOST_S);
        recorder->stops++;
    }
}

/* Two people say that the wall clock, which went ahead, is right. */
static void set_trusted_time(struct recorder *recorder)
{
    recorder->clock.wall.us += dice_s(recorder, STEP_MOST_S);
    (void)keyring_observe_clock(recorder->vault.keyring);
    (void)keyring_settle_clock(recorder->vault.keyring);
    storm_keep_keys(&recorder->vault);
    recorder->steps++;
}

static void look_at_weather(struct recorder *recorder, struct storm_ingest *one)
{
    struct storm *storm = &one->storm;
    int64_t now_us = recorder->clock.boot.us;
    (void)storm_look(storm, now_us);
    if (storm_is(storm, WEATHER_OUR_CLOCK) && storm_event(storm, now_us, 60))
        set_trusted_time(recorder);
    if (storm_is(storm, WEATHER_DEATH) && storm_event(storm, now_us, 10))
        strike(recorder, (enum blow)storm_dice(storm, BLOWS));
    if (storm_is(storm, WEATHER_RING_FULL) && storm_event(storm, now_us, 60))
        recorder->held_until_us = now_us + dice_s(recorder, HELD_MOST_S);
}

/* ---- a turn -------------------------------------------------------------- */

static void vault_turn(struct recorder *recorder)
{
    struct storm_vault *vault = &recorder->vault;
    int64_t now_us = recorder->clock.boot.us;
    vault->has_no_keys = now_us < recorder->keyless_until_us;
    storm_vault_hold(vault, now_us < recorder->held_until_us);
    if (now_us >= recorder->start_us) {
        storm_vault_start(vault, "it was away");
        recorder->start_us = INT64_MAX;
    }
    storm_vault_turn(vault);
}

static void turn(struct recorder *recorder)
{
    int64_t now_us = recorder->clock.boot.us;
    for (size_t i = 0; i < STORM_CAMERAS; i++) {
        look_at_weather(recorder, &recorder->cameras[i]);
        (void)storm_ingest_turn(&recorder->cameras[i]);
    }
    if (now_us % VAULT_TURN_US == 0)
        vault_turn(recorder);
    if (now_us % (30 * (int64_t)SECOND_US) == 0)
        storm_keep_keys(&recorder->vault);
}

static void run_for(struct recorder *recorder, int64_t us)
{
    for (int64_t passed_us = 0; passed_us < us; passed_us += STORM_STEP_US) {
        turn(recorder);
        fake_clock_advance(&recorder->clock, STORM_STEP_US);
    }
}

/* ---- days ---------------------------------------------------------------- */

static void open_recorder(struct recorder *recorder, uint64_t seed)
{
    *recorder = (struct recorder){
        .clock = fake_clock_at(INT64_C(1800000000) * SECOND_US),
        .ring = -1,
        .start_us = INT64_MAX,
    };
    /* Further than the machine's own, by which threads wait. */
    recorder->clock.boot.us = INT64_C(1000000000) * SECOND_US;
    recorder->ingest.process.clock = &recorder->clock.clock;
    recorder->ingest.kick = -1;
    CHECK_OK(ring_make(RING_BYTES, &recorder->ring));
    CHECK_OK(ring_writer_create(recorder->ring, &recorder->ingest.ring));
    for (uint32_t i = 0; i < STORM_CAMERAS; i++) {
        storm_ingest_open(&recorder->cameras[i], &recorder->ingest,
                          &recorder->clock, i + 1, seed * STORM_CAMERAS + i,
                          i % 2 == 1);
        recorder->cameras[i].storm.weather_until_us =
            recorder->clock.boot.us + BACK_AGAIN_S * SECOND_US;
    }
    storm_vault_open(&recorder->vault, &recorder->clock, recorder->ring);
    storm_vault_start(&recorder->vault, "");
}

static void close_recorder(struct recorder *recorder)
{
    storm_vault_stop(&recorder->vault);
    storm_vault_close(&recorder->vault);
    for (size_t i = 0; i < STORM_CAMERAS; i++)
        storm_ingest_close(&recorder->cameras[i]);
    ring_writer_destroy(&recorder->ingest.ring);
    (void)close(recorder->ring);
}

static void come_to_rest(struct recorder *recorder)
{
    recorder->held_until_us = recorder->keyless_until_us = 0;
    for (size_t i = 0; i < STORM_CAMERAS; i++) {
        recorder->cameras[i].storm.weather = WEATHER_CALM;
        recorder->cameras[i].storm.weather_until_us = INT64_MAX;
    }
    run_for(recorder, BACK_AGAIN_S * SECOND_US);
    for (size_t i = 0; i < STORM_CAMERAS; i++) {
        CHECK(recorder->cameras[i].camera.session != NULL);
        CHECK(rtsp_session_is_playing(recorder->cameras[i].camera.session));
        recorder->cameras[i].storm.weather_until_us = recorder->clock.boot.us;
    }
}

/* The memory of the vault's process. */
static size_t resident_bytes(const struct recorder *recorder)
{
    char path[64];
    size_t pages[2] = {0};
    (void)snprintf(path, sizeof path, "/proc/%d/statm",
                   (int)recorder->vault.process);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL && fscanf(file, "%zu %zu", &pages[0], &pages[1]) == 2);
    (void)fclose(file);
    return pages[1] * (size_t)sysconf(_SC_PAGESIZE);
}

static void check_memory(const size_t *hours, int count)
{
    size_t before = 0;
    size_t after = 0;
    for (int i = 0; i < count; i++) {
        size_t *most = i < count / 2 ? &before : &after;
        *most = hours[i] > *most ? hours[i] : *most;
    }
    print_message("# at most %zu KiB, then %zu KiB\n", before >> 10,
                  after >> 10);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    CHECK(after <= before + MEMORY_GROWTH_MAX);
#endif
}

static void check_files(const struct recorder *recorder, int hours)
{
    struct verify_result result;
    int64_t least_us = hours * INT64_C(3600) * SECOND_US - 5 * SECOND_US;
    CHECK_OK(verify_run(recorder->vault.directory, &result));
    for (size_t i = 0; i < result.problem_count && i < PROBLEMS_SHOWN; i++)
        print_message("# %s: %s\n", result.problems[i].where,
                      result.problems[i].what);
    CHECK(result.unexplained_us == 0);
    CHECK(verify_is_ok(&result));
    CHECK(result.damaged == 0);
    CHECK(result.entries == recorder->vault.entries);
    CHECK(result.leaves_hashed > 0 && result.roots > 0);
    CHECK(result.camera_count == STORM_CAMERAS);
    for (size_t i = 0; i < result.camera_count; i++) {
        const struct verify_camera *camera = &result.cameras[i];
        CHECK(camera->recorded_us > hours * INT64_C(1200) * SECOND_US);
        CHECK(camera->recorded_us + camera->explained_us >= least_us);
        print_message("# camera %u: %lld s recorded, %lld s explained\n",
                      camera->camera,
                      (long long)(camera->recorded_us / SECOND_US),
                      (long long)(camera->explained_us / SECOND_US));
    }
    print_message("# %llu records, %llu leaves, %llu entries\n",
                  (unsigned long long)result.records,
                  (unsigned long long)result.leaves,
                  (unsigned long long)result.entries);
    verify_result_deinit(&result);
}

/* The storms were storms, and stand in the log. */
static void check_storms(const struct recorder *recorder)
{
    unsigned causes = 0;
    for (size_t i = 0; i < CAUSE_COUNT; i++)
        causes += recorder->vault.causes[i] > 0;
    CHECK(causes >= CAUSES_LEAST);
    CHECK(recorder->kills > 0 && recorder->stops > 0);
}

static void run_hours(uint64_t seed, int hours)
{
    size_t memory[DAY_HOURS];
    struct recorder recorder;
    size_t alive = alloc_alive();
    open_recorder(&recorder, seed);
    for (int hour = 0; hour < hours; hour++) {
        run_for(&recorder, (INT64_C(3600) - BACK_AGAIN_S) * SECOND_US);
        come_to_rest(&recorder);
        memory[hour] = resident_bytes(&recorder);
        if (hour + 1 < hours)
            strike(&recorder, (enum blow)(hour % BLOWS)); /* each for certain */
    }
    close_recorder(&recorder);
    print_message("# %d hours of storms %llu: %u kills, %u stops, %u deaths of "
                  "ingest, %u steps\n",
                  hours, (unsigned long long)seed, recorder.kills,
                  recorder.stops, recorder.ingest_deaths, recorder.steps);
    check_memory(memory, hours);
    check_files(&recorder, hours);
    check_storms(&recorder);
    assert_int_equal(alloc_alive(), alive);
    test_directory_remove(recorder.vault.directory);
}

static void a_day_of_storms_through_a_whole_vault(void **state)
{
    (void)state;
    bool is_whole = getenv("HAECHI_STORM_DAYS") != NULL;
    logger_start("storm", LOG_ERROR); /* a full ring is no news here */
    run_hours(1, is_whole ? DAY_HOURS : HOURS_DEFAULT);
    logger_start("test", LOG_INFO);
}

TEST_MAIN("roles/vault_storm", TEST(a_day_of_storms_through_a_whole_vault))

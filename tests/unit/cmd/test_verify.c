/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small installation made by hand: real keys, volumes and log, then damaged
 * in every way that verify must see.
 */
#include "cmd/verify/verify.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "keys/keyring.h"
#include "support/log_fixture.h"
#include "support/store_fixture.h"
#include "keys/trusted_clock.h"
#include "sys/clock.h"
#include "unit/test.h"

enum { KEPT_S = 60, CAMERAS = 2 };

struct site {
    char directory[128];
    char volumes[160];
    char keys[160];
    char log[160];
    struct fake_clock clock;
    struct keyring *keyring;
    struct store_fixture fixture;
    struct log_store *entries;
    struct verify_result result;
};

static struct wall_time at(int64_t ms)
{
    return (struct wall_time){FIXTURE_START_US + ms * 1000};
}

static void unit_key(void *context, uint32_t camera, struct wall_time unit,
                     uint8_t out[UNIT_KEY_SIZE])
{
    struct site *site = context;
    struct keyring_unit keys;
    CHECK_OK(keyring_seal(site->keyring, camera, unit, &keys));
    memcpy(out, keys.keys.key, UNIT_KEY_SIZE);
}

static void make_directory(struct site *site, const char *name, char *path)
{
    (void)snprintf(path, 160, "%s/%s", site->directory, name);
    CHECK_OK(FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path));
}

static void append(struct site *site, const struct entry *entry, int64_t ms)
{
    struct log_batch batch;
    log_batch_init(&batch, log_store_count(site->entries));
    log_fixture_add(&batch, entry, at(ms), NULL);
    CHECK_OK(log_fixture_append(site->entries, &batch));
    CHECK_OK(log_fixture_sign(site->entries));
    log_batch_deinit(&batch);
}

static void append_added(struct site *site, uint32_t camera)
{
    struct entry entry = entry_of(ENTRY_CAMERA_ADDED);
    entry_number(&entry, "event", 1);
    entry_number(&entry, "camera", camera);
    entry_time(&entry, "from", at(0));
    append(site, &entry, 1);
}

static void append_gap(struct site *site, uint32_t camera, int64_t from_ms,
                       int64_t to_ms)
{
    struct entry entry = entry_of(ENTRY_GAP);
    entry_number(&entry, "event", 2);
    entry_number(&entry, "camera", camera);
    entry_time(&entry, "from", at(from_ms));
    entry_time(&entry, "to", at(to_ms));
    entry_text(&entry, "cause", text_of("ended"));
    entry_text(&entry, "detail", text_of(""));
    append(site, &entry, to_ms);
}

static void append_destroyed(struct site *site, uint32_t camera,
                             int64_t from_ms, int64_t to_ms)
{
    struct entry entry = entry_of(ENTRY_DELETION_DONE);
    entry_number(&entry, "death", 1);
    entry_number(&entry, "camera", camera);
    entry_time(&entry, "from", at(from_ms));
    entry_time(&entry, "to", at(to_ms));
    entry_number(&entry, "epoch", 2);
    entry_text(&entry, "cause", text_of("ordered"));
    entry_time(&entry, "died", at(to_ms));
    entry_number(&entry, "order", 1);
    entry_number(&entry, "seeds", 1);
    entry_text(&entry, "seeds_sha256", text_of("00"));
    append(site, &entry, to_ms);
}

static void append_open_gap(struct site *site, uint32_t camera,
                            int64_t from_ms, int64_t now_ms)
{
    struct entry entry = entry_of(ENTRY_GAP_OPEN);
    entry_number(&entry, "event", 3);
    entry_number(&entry, "camera", camera);
    entry_time(&entry, "from", at(from_ms));
    entry_text(&entry, "cause", text_of("stopped"));
    entry_text(&entry, "detail", text_of(""));
    append(site, &entry, now_ms);
}

static void site_make(struct site *site)
{
    *site = (struct site){0};
    test_directory_make(site->directory, sizeof site->directory);
    make_directory(site, "volumes", site->volumes);
    make_directory(site, "keys", site->keys);
    make_directory(site, "log", site->log);
    site->clock = fake_clock_at(at(21000).us);
    const uint8_t boot_id[BOOT_ID_SIZE] = {1};
    CHECK_OK(keyring_open(&FILE_LAYER_SYSTEM, site->keys, NULL, &site->clock.clock,
                          boot_id, &site->keyring));
    struct policy policies[CAMERAS];
    for (uint32_t i = 0; i < CAMERAS; i++)
        policies[i] = (struct policy){
            i + 1, 1, {RETENTION_SECONDS, KEPT_S}, UTC_OFFSET_KOREA_S};
    CHECK_OK(keyring_set_policies(site->keyring, policies, CAMERAS));
    CHECK_OK(
        log_fixture_open(&FILE_LAYER_SYSTEM, site->log, &site->entries));
    CHECK_OK(log_fixture_sign(site->entries));
    CHECK_OK(fixture_open(&site->fixture, &FILE_LAYER_SYSTEM, site->volumes,
                          NULL));
    site->fixture.key = unit_key;
    site->fixture.key_context = site;
    append_added(site, 1);
    append_added(site, 2);
}

/* Stops everything and verifies. */
static bool verify_site(struct site *site)
{
    CHECK_OK(fixture_sync(&site->fixture));
    fixture_close(&site->fixture);
    log_store_close(&site->entries);
    keyring_close(&site->keyring);
    CHECK_OK(verify_run(site->directory, &site->result));
    return verify_is_ok(&site->result);
}

static void site_remove(struct site *site)
{
    verify_result_deinit(&site->result);
    test_directory_remove(site->directory);
}

static bool has_problem(const struct site *site, const char *where,
                        const char *what)
{
    for (size_t i = 0; i < site->result.problem_count; i++) {
        if (strstr(site->result.problems[i].where, where) != NULL &&
            strstr(site->result.problems[i].what, what) != NULL)
            return true;
    }
    return false;
}

/* Inverts a byte of the n-th record, at an offset inside it. */
static void damage_record(struct site *site, size_t n, uint64_t offset)
{
    struct volume *volume = site->fixture.store.disks[0].set.volumes[0];
    uint64_t place = volume->directory.rows[n].offset + offset;
    uint8_t byte = 0;
    CHECK_OK(file_read_at(volume->file, place, &byte, 1));
    byte ^= 0x10;
    CHECK_OK(file_write_at(volume->file, place, bytes_of(&byte, 1)));
}

static void a_sound_site_is_ok(void **state)
{
    (void)state;
    struct site site;
    site_make(&site);
    CHECK_OK(fixture_record(&site.fixture, CAMERAS, 0, 199));
    CHECK(verify_site(&site));
    CHECK(site.result.records == 40 && site.result.damaged == 0);
    CHECK(site.result.entries == 2 && site.result.audio_tracks == 0);
    CHECK(site.result.camera_count == 2);
    CHECK(site.result.cameras[1].camera == 2);
    CHECK(site.result.cameras[1].recorded_us == 20 * SECOND_US);
    CHECK(site.result.cameras[1].explained_us == 0);
    site_remove(&site);
}

static void damage_is_found_and_named(void **state)
{
    (void)state;
    struct site site;
    site_make(&site);
    CHECK_OK(fixture_record(&site.fixture, CAMERAS, 0, 199));
    damage_record(&site, 6, RECORD_HEADER_SIZE + 300); /* its pictures */
    damage_record(&site, 20, 100);                     /* its commitment */
    CHECK(!verify_site(&site));
    CHECK(site.result.damaged == 2 && site.result.records == 38);
    CHECK(has_problem(&site, "offset", "does not open"));
    CHECK(has_problem(&site, "class-00001-000001.vol", "headers"));
    /* A record that is named explains its second; a header tells none. */
    CHECK(site.result.unexplained_us == SECOND_US);
    site_remove(&site);
}

static void a_hole_must_be_explained(void **state)
{
    (void)state;
    struct site site;
    site_make(&site);
    CHECK_OK(fixture_record(&site.fixture, CAMERAS, 0, 99));
    CHECK_OK(fixture_record(&site.fixture, CAMERAS, 130, 199));
    append_gap(&site, 2, 10000, 13000);
    CHECK(!verify_site(&site));
    CHECK(site.result.unexplained_us == 3 * SECOND_US);
    CHECK(site.result.cameras[0].unexplained_us == 3 * SECOND_US);
    CHECK(site.result.cameras[1].unexplained_us == 0);
    CHECK(site.result.cameras[1].explained_us == 3 * SECOND_US);
    CHECK(has_problem(&site, "camera 1 ", "3.000 s neither"));
    site_remove(&site);
}

static void a_record_that_vanished_is_missed(void **state)
{
    (void)state;
    struct site site;
    site_make(&site);
    CHECK_OK(fixture_record(&site.fixture, CAMERAS, 0, 199));
    struct span second = {at(5000), at(6000)};
    CHECK(fixture_forget(&site.fixture, 1, second) == 1);
    CHECK(!verify_site(&site));
    CHECK(site.result.damaged == 0);
    CHECK(site.result.unexplained_us == SECOND_US);
    site_remove(&site);
}

static void an_open_gap_explains_until_pictures(void **state)
{
    (void)state;
    struct site site;
    site_make(&site);
    CHECK_OK(fixture_record(&site.fixture, CAMERAS, 0, 99));
    append_open_gap(&site, 1, 10000, 10100);
    append_open_gap(&site, 2, 10000, 10100);
    CHECK_OK(fixture_record(&site.fixture, 1, 150, 199));
    append_gap(&site, 1, 20000, 60000); /* the horizon is 60 s */
    CHECK(verify_site(&site));
    CHECK(site.result.cameras[0].explained_us == 45 * (int64_t)SECOND_US);
    CHECK(site.result.cameras[1].explained_us == 50 * (int64_t)SECOND_US);
    site_remove(&site);
}

/* Told while it lasted, and over before a tenth of a second was missing. */
static void a_gap_of_no_length_hides_no_destruction(void **state)
{
    (void)state;
    struct site site;
    site_make(&site);
    CHECK_OK(fixture_record(&site.fixture, CAMERAS, 0, 99));
    append_open_gap(&site, 2, 5000, 5010);
    CHECK_OK(fixture_record(&site.fixture, 1, 100, 149));
    append_destroyed(&site, 2, 10000, 15000);
    CHECK_OK(fixture_record(&site.fixture, CAMERAS, 150, 199));
    (void)verify_site(&site); /* the keys live on: not what this looks at */
    CHECK(site.result.cameras[1].destroyed_us == 5 * SECOND_US);
    CHECK(site.result.unexplained_us == 0);
    site_remove(&site);
}

static void dead_seeds_are_destruction_not_damage(void **state)
{
    (void)state;
    struct site site;
    site_make(&site);
    CHECK_OK(fixture_record(&site.fixture, CAMERAS, 0, 99));
    append_gap(&site, 1, 10000, 90000);
    append_gap(&site, 2, 10000, 90000);
    fake_clock_advance(&site.clock, 55 * (int64_t)SECOND_US);
    CHECK_OK(keyring_rotate(site.keyring)); /* the first two units die */
    CHECK(verify_site(&site));
    CHECK(site.result.damaged == 0);
    CHECK(site.result.destroyed_records == 20);
    CHECK(site.result.records == 0);
    CHECK(site.result.cameras[0].destroyed_us == 10 * SECOND_US);
    CHECK(site.result.cameras[0].explained_us == 90 * (int64_t)SECOND_US);
    site_remove(&site);
}

/* A stop of long ago, told while it lasted, does not reach to the end once the
 * pictures behind it are gone. */
static void a_gap_that_ended_leaves_destruction(void **state)
{
    (void)state;
    struct site site;
    site_make(&site);
    append_open_gap(&site, 1, 1000, 1100);
    append_open_gap(&site, 2, 1000, 1100);
    append_gap(&site, 1, 1000, 3000);
    append_gap(&site, 2, 1000, 3000);
    append_destroyed(&site, 1, 0, 60000);
    append_destroyed(&site, 2, 0, 60000);
    (void)verify_site(&site); /* the keys live on: not what this looks at */
    for (size_t i = 0; i < CAMERAS; i++) {
        CHECK(site.result.cameras[i].destroyed_us == 58 * SECOND_US);
        CHECK(site.result.cameras[i].explained_us == 60 * (int64_t)SECOND_US);
    }
    site_remove(&site);
}

static void an_edited_log_is_found(void **state)
{
    (void)state;
    struct site site;
    site_make(&site);
    CHECK_OK(fixture_record(&site.fixture, CAMERAS, 0, 99));
    CHECK_OK(fixture_sync(&site.fixture));
    char path[200];
    (void)snprintf(path, sizeof path, "%s/entries", site.log);
    struct file *file = NULL;
    CHECK_OK(file_open(&FILE_LAYER_SYSTEM, path, FILE_READ | FILE_WRITE,
                       &file));
    uint8_t *content = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, 4096, &content, &size));
    char *member = strstr((char *)content, "\"camera\":1");
    CHECK(member != NULL);
    member[strlen("\"camera\":")] = '2';
    CHECK_OK(file_write_at(file, 0, bytes_of(content, size)));
    file_close(&file);
    alloc_free(content);
    CHECK(!verify_site(&site));
    CHECK(has_problem(&site, "log/entries line 1", ""));
    site_remove(&site);
}

static void what_is_not_video_is_counted(void **state)
{
    (void)state;
    struct site site;
    site_make(&site);
    site.fixture.is_not_video = true;
    CHECK_OK(fixture_record(&site.fixture, 1, 0, 9));
    CHECK(!verify_site(&site));
    CHECK(site.result.audio_tracks == 1);
    site_remove(&site);
}

static void no_installation_is_told(void **state)
{
    (void)state;
    struct verify_result result;
    CHECK_STATUS(STATUS_NOT_FOUND,
                 verify_run("/nonexistent/haechi", &result));
}

TEST_MAIN("cmd/verify", TEST(a_sound_site_is_ok),
          TEST(damage_is_found_and_named), TEST(a_hole_must_be_explained),
          TEST(a_record_that_vanished_is_missed),
          TEST(an_open_gap_explains_until_pictures),
          TEST(a_gap_of_no_length_hides_no_destruction),
          TEST(dead_seeds_are_destruction_not_damage),
          TEST(a_gap_that_ended_leaves_destruction),
          TEST(an_edited_log_is_found), TEST(what_is_not_video_is_counted),
          TEST(no_installation_is_told))

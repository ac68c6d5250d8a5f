/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power goes at every single call while a log is opened and appended to;
 * what was not synced is kept, lost, mixed or torn. Then: every entry that was
 * acknowledged is there with its text, and the log goes on.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "support/crash_count.h"
#include "support/fake_disk.h"
#include "support/log_fixture.h"
#include "unit/test.h"

enum { BATCHES = 12, CALLS_MAX = 2000 };

static const char DIRECTORY[] = "/log";
static const uint8_t KEY[TEXT_KEY_SIZE] = {7};

static void write_why(uint64_t number, char out[64])
{
    (void)snprintf(out, 64, "reason number %llu", (unsigned long long)number);
}

/* One viewing with its reason, as log/log_writer would make it. */
static void add_entry(struct log_batch *batch)
{
    char why[64];
    uint64_t number = batch->first + batch->count;
    struct sealed_text head = {.number = number, .member = text_of("why")};
    struct commitment commitments[2];
    write_why(number, why);
    memset(head.salt, (int)number + 1, sizeof head.salt);
    CHECK_OK(commitment_make(head.salt, text_of(why), &commitments[0]));
    CHECK_OK(sealed_text_write(&head, KEY, text_of(why), &batch->texts));
    commitments[1] = commitments[0];

    struct entry entry = entry_of(ENTRY_VIEW_OPEN);
    entry_number(&entry, "account", 1);
    entry_number(&entry, "camera", 6);
    entry_time(&entry, "from", (struct wall_time){(int64_t)number});
    entry_time(&entry, "to", (struct wall_time){(int64_t)number + 1});
    entry_text(&entry, "purpose", text_of("facility-safety"));
    entry_personal(&entry, "why", text_of(why));
    entry_personal(&entry, "address", text_of("192.0.2.7"));
    log_fixture_add(batch, &entry, (struct wall_time){0}, commitments);
}

static enum status append(struct log_store *store, size_t count)
{
    struct log_batch batch;
    log_batch_init(&batch, log_store_count(store));
    for (size_t i = 0; i < count; i++)
        add_entry(&batch);
    enum status s = log_fixture_append(store, &batch);
    log_batch_deinit(&batch);
    return s;
}

/* Appends until the power goes; entries that were acknowledged. */
static uint64_t work(const struct file_layer *layer)
{
    struct log_store *store = NULL;
    uint64_t acknowledged = 0;
    enum status s = log_fixture_open(layer, DIRECTORY, &store);
    for (size_t i = 0; s == STATUS_OK && i < BATCHES; i++) {
        s = append(store, 1 + i % 3);
        if (s == STATUS_OK)
            acknowledged = log_store_count(store);
    }
    log_store_close(&store);
    return acknowledged;
}

struct checking {
    uint64_t number;
    size_t texts;
};

static void check_text(void *context, const struct sealed_text *sealed)
{
    struct checking *checking = context;
    char why[64];
    char plain[LOG_TEXT_MAX];
    write_why(checking->number, why);
    CHECK_OK(sealed_text_open(sealed, KEY, plain));
    CHECK(text_equal((struct text){plain, sealed->size}, text_of(why)));
    checking->texts++;
}

static void check(struct log_store *store, uint64_t acknowledged)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    CHECK(log_store_count(store) >= acknowledged);
    for (uint64_t n = 0; n < acknowledged; n++) {
        struct checking checking = {.number = n};
        struct entry_line entry;
        struct wall_time from;
        CHECK_OK(log_store_line(store, n, &line));
        CHECK_OK(entry_line_read(buffer_text(&line), &entry));
        CHECK_OK(entry_line_time(&entry, "from", &from));
        CHECK(entry.number == n && from.us == (int64_t)n);
        CHECK_OK(log_store_texts(store, n, check_text, &checking));
        assert_int_equal(1, checking.texts);
    }
}

/* The power goes at the n-th call; false where all was done before. */
static bool cut_once(enum fake_crash mode, size_t n)
{
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    struct log_store *store = NULL;
    CHECK_OK(layer->make_directory(layer, DIRECTORY));
    CHECK_OK(layer->sync_directory(layer, "/"));
    fake_disk_power_off_at(disk, n);
    uint64_t acknowledged = work(layer);
    bool was_cut = fake_disk_is_off(disk);
    fake_disk_crash(disk, mode, n);

    CHECK_OK(log_fixture_open(layer, DIRECTORY, &store));
    check(store, acknowledged);
    CHECK_OK(append(store, 2));
    acknowledged = log_store_count(store);
    log_store_close(&store);
    CHECK_OK(log_fixture_open(layer, DIRECTORY, &store));
    assert_int_equal(acknowledged, log_store_count(store));
    check(store, acknowledged);
    log_store_close(&store);
    fake_disk_destroy(&disk);
    return was_cut;
}

static void cut_everywhere(enum fake_crash mode)
{
    size_t n = 1;
    while (n < CALLS_MAX && cut_once(mode, n))
        n++;
    CHECK(n > BATCHES && n < CALLS_MAX);
    static const char *const MODES[FAKE_CRASH_MODES] = {"kept", "lost",
                                                        "mixed", "torn"};
    char what[64];
    (void)snprintf(what, sizeof what, "log, power cut at every call, %s",
                   MODES[mode]);
    crash_tell(what, NULL, n, 0); /* a violation ends the test */
}

static void nothing_acknowledged_is_lost_kept(void **state)
{
    (void)state;
    cut_everywhere(FAKE_CRASH_KEEP);
}

static void nothing_acknowledged_is_lost_lost(void **state)
{
    (void)state;
    cut_everywhere(FAKE_CRASH_LOSE);
}

static void nothing_acknowledged_is_lost_mixed(void **state)
{
    (void)state;
    cut_everywhere(FAKE_CRASH_MIX);
}

static void nothing_acknowledged_is_lost_torn(void **state)
{
    (void)state;
    cut_everywhere(FAKE_CRASH_TEAR);
}

/* An error of any call is an error of the commit, and final for its entry. */
static void an_error_is_never_an_acknowledgement(void **state)
{
    (void)state;
    for (size_t n = 1; n < 40; n++) {
        struct fake_disk *disk = fake_disk_create();
        const struct file_layer *layer = fake_disk_layer(disk);
        struct log_store *store = NULL;
        CHECK_OK(layer->make_directory(layer, DIRECTORY));
        CHECK_OK(layer->sync_directory(layer, "/"));
        CHECK_OK(log_fixture_open(layer, DIRECTORY, &store));
        CHECK_OK(append(store, 2));
        fake_disk_fail_at(disk, FAKE_WRITE | FAKE_SYNC, n, STATUS_IO);
        uint64_t acknowledged = 2;
        while (acknowledged < 20 && append(store, 1) == STATUS_OK)
            acknowledged = log_store_count(store);
        log_store_close(&store);
        fake_disk_fail_at(disk, FAKE_ANY, 0, STATUS_OK);
        fake_disk_crash(disk, FAKE_CRASH_TEAR, n);
        CHECK_OK(log_fixture_open(layer, DIRECTORY, &store));
        check(store, acknowledged);
        log_store_close(&store);
        fake_disk_destroy(&disk);
    }
}

TEST_MAIN("crash/log_power_cut", TEST(nothing_acknowledged_is_lost_kept),
          TEST(nothing_acknowledged_is_lost_lost),
          TEST(nothing_acknowledged_is_lost_mixed),
          TEST(nothing_acknowledged_is_lost_torn),
          TEST(an_error_is_never_an_acknowledgement))

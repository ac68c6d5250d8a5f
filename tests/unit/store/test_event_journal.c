/* SPDX-License-Identifier: Apache-2.0 */
#include "store/event_journal.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "support/fake_disk.h"
#include "unit/test.h"

static const char PATH[] = "/journal";

static struct event_journal *open_on(struct fake_disk *disk)
{
    struct event_journal *journal = NULL;
    CHECK_OK(event_journal_open(fake_disk_layer(disk), PATH, &journal));
    return journal;
}

static enum status append(struct event_journal *journal, uint32_t camera)
{
    const struct event event = {.kind = EVENT_GAP,
                                .cause = CAUSE_ENDED,
                                .camera = camera,
                                .span = {{1}, {2}},
                                .detail = text_of("closed")};
    return event_journal_append(journal, &event);
}

/* The cameras of the events after cursor, as digits. */
static const char *told(const struct event_journal *journal, uint64_t cursor,
                        uint64_t *last)
{
    static char cameras[64];
    static uint8_t bytes[65536];
    struct writer out = writer_on(bytes, sizeof bytes);
    event_journal_get(journal, cursor, 60, &out, last);
    struct reader in = reader_on(writer_written(&out));
    size_t count = 0;
    while (reader_more(&in)) {
        struct event event;
        CHECK_OK(event_decode(&in, &event));
        cameras[count++] = (char)('0' + event.camera);
    }
    cameras[count] = 0;
    return cameras;
}

static void tells_in_order_until_acknowledged(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct event_journal *journal = open_on(disk);
    uint64_t last = 0;
    CHECK_OK(append(journal, 1));
    assert_string_equal(told(journal, 0, &last), ""); /* not synced yet */
    CHECK_OK(append(journal, 2));
    CHECK_OK(append(journal, 3));
    CHECK_OK(event_journal_sync(journal));
    assert_string_equal(told(journal, 0, &last), "123");
    CHECK(last == 3);
    assert_string_equal(told(journal, 2, &last), "3");
    CHECK_OK(event_journal_acknowledge(journal, 2));
    assert_string_equal(told(journal, 0, &last), "3");
    event_journal_close(&journal);

    journal = open_on(disk);
    assert_string_equal(told(journal, 0, &last), "3");
    CHECK(last == 3);
    CHECK_OK(append(journal, 4));
    CHECK_OK(event_journal_sync(journal));
    assert_string_equal(told(journal, 3, &last), "4");
    CHECK(last == 4 && event_journal_waiting(journal) == 2);
    event_journal_close(&journal);
    fake_disk_destroy(&disk);
}

static void shrinks_when_all_is_told(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct event_journal *journal = open_on(disk);
    for (size_t i = 0; i < 8000; i++)
        CHECK_OK(append(journal, 1));
    CHECK_OK(event_journal_sync(journal));
    CHECK_OK(event_journal_acknowledge(journal, 8000));
    event_journal_close(&journal);
    uint8_t *content = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(fake_disk_layer(disk), PATH, 1 << 20, &content,
                           &size));
    CHECK(size < 100);
    alloc_free(content);
    journal = open_on(disk);
    uint64_t last = 0;
    CHECK_OK(append(journal, 7));
    CHECK_OK(event_journal_sync(journal));
    assert_string_equal(told(journal, 8000, &last), "7");
    CHECK(last == 8001); /* numbers never come back */
    event_journal_close(&journal);
    fake_disk_destroy(&disk);
}

/* The journal's file is lost, the gate goes on where it was. */
static void a_lost_journal_loses_nothing_new(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct event_journal *journal = open_on(disk);
    uint64_t last = 0;
    CHECK_OK(append(journal, 1));
    CHECK_OK(append(journal, 2));
    CHECK_OK(event_journal_sync(journal));
    CHECK_OK(event_journal_acknowledge(journal, 500));
    assert_string_equal(told(journal, 500, &last), "12");
    CHECK(last == 502);
    CHECK_OK(event_journal_acknowledge(journal, last));
    event_journal_close(&journal);
    journal = open_on(disk);
    CHECK(event_journal_waiting(journal) == 0);
    CHECK_OK(append(journal, 3));
    CHECK_OK(event_journal_sync(journal));
    assert_string_equal(told(journal, 502, &last), "3");
    event_journal_close(&journal);
    fake_disk_destroy(&disk);
}

static enum status work(struct fake_disk *disk, uint32_t *synced,
                        uint64_t *acknowledged)
{
    struct event_journal *journal = NULL;
    enum status s =
        event_journal_open(fake_disk_layer(disk), PATH, &journal);
    for (uint32_t camera = 1; s == STATUS_OK && camera <= 9; camera++) {
        s = append(journal, camera);
        if (s == STATUS_OK && camera % 2 == 0)
            s = event_journal_sync(journal);
        if (s == STATUS_OK && camera % 2 == 0)
            *synced = camera;
        if (s == STATUS_OK && camera == 6) {
            s = event_journal_acknowledge(journal, 3);
            *acknowledged = s == STATUS_OK ? 3 : 0;
        }
    }
    event_journal_close(&journal);
    return s;
}

/* Whatever the crash: all synced events that were not acknowledged are there,
 * in order, and what is there is a beginning of what was appended. */
static void every_crash_keeps_what_was_synced(void **state)
{
    (void)state;
    for (int mode = 0; mode < FAKE_CRASH_MODES; mode++) {
        for (size_t n = 1; n < 40; n++) {
            struct fake_disk *disk = fake_disk_create();
            const struct file_layer *layer = fake_disk_layer(disk);
            struct event_journal *journal = open_on(disk);
            event_journal_close(&journal);
            CHECK_OK(layer->sync_directory(layer, "/"));
            uint32_t synced = 0;
            uint64_t acknowledged = 0;
            fake_disk_power_off_at(disk, n);
            (void)!work(disk, &synced, &acknowledged);
            fake_disk_crash(disk, (enum fake_crash)mode, n);
            journal = open_on(disk);
            uint64_t last = 0;
            const char *all = told(journal, acknowledged, &last);
            CHECK(last >= synced || synced <= acknowledged);
            for (size_t i = 0; all[i] != 0; i++)
                CHECK(i == 0 || all[i] == all[i - 1] + 1);
            event_journal_close(&journal);
            fake_disk_destroy(&disk);
        }
    }
}

/* What a failed sync was to make durable goes to a new file: the next sync of
 * the old one would say that all is well. */
static void a_failed_sync_is_not_forgotten(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct event_journal *journal = open_on(disk);
    uint64_t last = 0;
    CHECK_OK(append(journal, 1));
    CHECK_OK(event_journal_sync(journal));
    CHECK_OK(append(journal, 2));
    fake_disk_fail_at(disk, FAKE_SYNC, 1, STATUS_IO);
    CHECK_STATUS(STATUS_IO, event_journal_sync(journal));
    assert_string_equal(told(journal, 0, &last), "1");
    CHECK_OK(append(journal, 3));
    CHECK(event_journal_is_dirty(journal));
    CHECK_OK(event_journal_sync(journal));
    assert_string_equal(told(journal, 0, &last), "123");
    event_journal_close(&journal);
    fake_disk_crash(disk, FAKE_CRASH_LOSE, 1);
    journal = open_on(disk);
    assert_string_equal(told(journal, 0, &last), "123");
    CHECK(last == 3);
    event_journal_close(&journal);
    fake_disk_destroy(&disk);
}

/* A recorder ends after its sync has failed; the next one reads what is in the
 * page cache, and tells it only when it is on the disk. */
static void a_start_believes_no_page_cache(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct event_journal *journal = open_on(disk);
    CHECK_OK(append(journal, 1));
    CHECK_OK(append(journal, 2));
    fake_disk_fail_at(disk, FAKE_SYNC, 1, STATUS_IO);
    CHECK_STATUS(STATUS_IO, event_journal_sync(journal));
    event_journal_close(&journal);
    journal = open_on(disk);
    uint64_t last = 0;
    assert_string_equal(told(journal, 0, &last), "12");
    event_journal_close(&journal);
    fake_disk_crash(disk, FAKE_CRASH_LOSE, 1);
    journal = open_on(disk);
    assert_string_equal(told(journal, 0, &last), "12");
    event_journal_close(&journal);
    fake_disk_destroy(&disk);
}

TEST_MAIN("store/event_journal", TEST(tells_in_order_until_acknowledged),
          TEST(shrinks_when_all_is_told),
          TEST(a_lost_journal_loses_nothing_new),
          TEST(every_crash_keeps_what_was_synced),
          TEST(a_failed_sync_is_not_forgotten),
          TEST(a_start_believes_no_page_cache))

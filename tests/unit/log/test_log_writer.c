/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/log_writer.h"
#include "sys/loop.h"
#include "support/fake_disk.h"
#include "support/log_fixture.h"
#include "unit/test.h"

enum { MANY = 500 };

static const char DIRECTORY[] = "/log";
static const uint8_t KEY[TEXT_KEY_SIZE] = {7};

struct appending {
    struct loop *loop;
    struct log_writer *writer;
    struct fake_disk *disk;
    size_t done;
    size_t failed;
    size_t told;
    uint64_t last;
    size_t wanted;
    bool stops_itself;
    bool is_signed;
};

static void observe(void *context, const struct entry_line *entry,
                    struct text line)
{
    struct appending *appending = context;
    CHECK(line.size > 0);
    CHECK(entry->number == appending->told);
    appending->told++;
}

static void setup(struct appending *appending)
{
    appending->disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(appending->disk);
    CHECK_OK(layer->make_directory(layer, DIRECTORY));
    CHECK_OK(loop_create(&appending->loop));
    char key[LOG_PATH_SIZE];
    const struct log_place place = log_fixture_place(DIRECTORY, key);
    CHECK_OK(log_writer_create(appending->loop, layer, &place, observe,
                               appending, &appending->writer));
}

static void teardown(struct appending *appending)
{
    log_writer_destroy(&appending->writer);
    loop_destroy(&appending->loop);
    fake_disk_destroy(&appending->disk);
}

static void on_done(void *context, enum status status, uint64_t number)
{
    struct appending *appending = context;
    if (status == STATUS_OK) {
        /* Durable: another reader sees it; told: the observer came first. */
        CHECK(appending->told == number + 1);
        CHECK(appending->done == 0 || number == appending->last + 1);
        appending->last = number;
        appending->done++;
    } else {
        appending->failed++;
    }
    if (appending->stops_itself)
        log_writer_destroy(&appending->writer);
    if (appending->stops_itself ||
        appending->done + appending->failed == appending->wanted)
        loop_stop(appending->loop);
}

static enum status append(struct appending *appending, const char *cause)
{
    struct entry entry = entry_of(ENTRY_RECORDER_STOP);
    entry_text(&entry, "cause", text_of(cause));
    return log_writer_append(appending->writer, &entry, (struct wall_time){0},
                             on_done, appending);
}

static enum status append_login(struct appending *appending)
{
    struct entry entry = entry_of(ENTRY_LOGIN);
    entry_number(&entry, "account", 1);
    entry_personal(&entry, "address", text_of("192.0.2.7"));
    return log_writer_append(appending->writer, &entry, (struct wall_time){0},
                             on_done, appending);
}

static void on_signed(void *context, enum status status)
{
    struct appending *appending = context;
    CHECK_OK(status);
    /* What was appended before it is durable, and has been told. */
    assert_int_equal(appending->wanted, appending->done);
    assert_int_equal(0, log_store_unpublished(
                            log_writer_store(appending->writer)));
    appending->is_signed = true;
    loop_stop(appending->loop);
}

static void an_orderly_end_signs_what_was_appended(void **state)
{
    (void)state;
    struct appending appending = {.wanted = MANY};
    setup(&appending);
    for (int i = 0; i < MANY; i++)
        CHECK_OK(append(&appending, "asked"));
    log_writer_sign(appending.writer, on_signed, &appending);
    while (!appending.is_signed)
        loop_run(appending.loop);
    /* Nothing is left to do: at once. */
    appending.is_signed = false;
    log_writer_sign(appending.writer, on_signed, &appending);
    CHECK(appending.is_signed);
    teardown(&appending);
}

static void many_appends_share_a_sync(void **state)
{
    (void)state;
    struct appending appending = {.wanted = MANY};
    setup(&appending);
    size_t before = fake_disk_syncs(appending.disk);
    for (int i = 0; i < MANY; i++)
        CHECK_OK(append(&appending, "asked"));
    assert_int_equal(MANY, log_writer_waiting(appending.writer));
    loop_run(appending.loop);
    assert_int_equal(MANY, appending.done);
    assert_int_equal(0, log_writer_waiting(appending.writer));
    CHECK(fake_disk_syncs(appending.disk) - before <= 8);
    assert_int_equal(MANY, log_store_count(log_writer_store(appending.writer)));
    teardown(&appending);
}

static void nothing_is_done_before_its_sync(void **state)
{
    (void)state;
    struct appending appending = {.wanted = 1};
    setup(&appending);
    size_t before = fake_disk_syncs(appending.disk);
    CHECK_OK(append(&appending, "asked"));
    assert_int_equal(0, appending.done);
    assert_int_equal(0, appending.told);
    loop_run(appending.loop);
    assert_int_equal(1, appending.done);
    CHECK(fake_disk_syncs(appending.disk) > before);
    teardown(&appending);
}

static void a_failed_sync_is_final(void **state)
{
    (void)state;
    struct appending appending = {.wanted = 3};
    setup(&appending);
    fake_disk_fail_at(appending.disk, FAKE_SYNC, 1, STATUS_IO);
    for (int i = 0; i < 3; i++)
        CHECK_OK(append(&appending, "asked"));
    loop_run(appending.loop);
    assert_int_equal(3, appending.failed);
    assert_int_equal(0, appending.done);
    assert_int_equal(0, appending.told);
    CHECK(!log_writer_is_open(appending.writer));
    CHECK_STATUS(STATUS_IO, append(&appending, "asked"));
    teardown(&appending);
}

static void personal_texts_need_a_key(void **state)
{
    (void)state;
    struct appending appending = {.wanted = 1};
    setup(&appending);
    CHECK_STATUS(STATUS_AGAIN, append_login(&appending));
    log_writer_set_text_key(appending.writer, 682, KEY);
    CHECK(log_writer_has_text_key(appending.writer));
    CHECK_OK(append_login(&appending));
    loop_run(appending.loop);
    assert_int_equal(1, appending.done);
    teardown(&appending);
}

/* A text that may not stand in the log takes no number. */
static void a_bad_entry_changes_nothing(void **state)
{
    (void)state;
    struct appending appending = {.wanted = 2};
    setup(&appending);
    CHECK_OK(append(&appending, "asked"));
    CHECK_STATUS(STATUS_BAD_INPUT, append(&appending, "two\nlines"));
    static char long_text[65536];
    memset(long_text, 'x', sizeof long_text - 1);
    CHECK_STATUS(STATUS_LIMIT, append(&appending, long_text));
    CHECK_OK(append(&appending, "asked"));
    loop_run(appending.loop);
    assert_int_equal(2, appending.done);
    assert_int_equal(1, appending.last);
    teardown(&appending);
}

static void a_done_function_may_end_it(void **state)
{
    (void)state;
    struct appending appending = {.stops_itself = true};
    setup(&appending);
    CHECK_OK(append(&appending, "asked"));
    CHECK_OK(append(&appending, "asked"));
    loop_run(appending.loop);
    assert_int_equal(1, appending.done);
    CHECK(appending.writer == NULL);
    teardown(&appending);
}

TEST_MAIN("log/log_writer", TEST(many_appends_share_a_sync),
          TEST(an_orderly_end_signs_what_was_appended),
          TEST(nothing_is_done_before_its_sync), TEST(a_failed_sync_is_final),
          TEST(personal_texts_need_a_key), TEST(a_bad_entry_changes_nothing),
          TEST(a_done_function_may_end_it))

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "log/history.h"
#include "unit/test.h"

struct telling {
    struct history history;
    uint64_t number;
};

/* Makes a line of the entry, reads it back and tells the history. */
static void tell(struct telling *telling, const struct entry *entry)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct commitment commitments[LOG_PERSONAL_MAX] = {{{0}}};
    struct entry_line line;
    CHECK_OK(entry_line_write(entry, telling->number++, (struct wall_time){0},
                              commitments, &out));
    CHECK_OK(entry_line_read(buffer_text(&out), &line));
    history_add(&telling->history, &line);
}

static void tell_gap_of(struct telling *telling, uint32_t stream, int64_t from,
                        int64_t to)
{
    struct entry entry = entry_of(ENTRY_GAP);
    entry_number(&entry, "event", (int64_t)telling->number + 1);
    entry_number(&entry, "camera", stream);
    entry_time(&entry, "from", (struct wall_time){from});
    entry_time(&entry, "to", (struct wall_time){to});
    entry_text(&entry, "cause", text_of("no_data"));
    entry_text(&entry, "detail", text_of(""));
    tell(telling, &entry);
}

static void tell_gap(struct telling *telling, int64_t from, int64_t to)
{
    tell_gap_of(telling, 5, from, to);
}

static void tell_open_gap(struct telling *telling, int64_t from)
{
    struct entry entry = entry_of(ENTRY_GAP_OPEN);
    entry_number(&entry, "event", (int64_t)telling->number + 1);
    entry_number(&entry, "camera", 5);
    entry_time(&entry, "from", (struct wall_time){from});
    entry_text(&entry, "cause", text_of("ended"));
    entry_text(&entry, "detail", text_of(""));
    tell(telling, &entry);
}

static void tell_death(struct telling *telling, enum entry_kind kind,
                       int64_t from, int64_t to)
{
    struct entry entry = entry_of(kind);
    entry_number(&entry, "death", (int64_t)telling->number + 100);
    entry_number(&entry, "camera", 5);
    entry_time(&entry, "from", (struct wall_time){from});
    entry_time(&entry, "to", (struct wall_time){to});
    entry_number(&entry, "epoch", 3);
    entry_text(&entry, "cause", text_of("expired"));
    entry_time(&entry, "died", (struct wall_time){to + 1});
    entry_number(&entry, "order", 0);
    entry_number(&entry, "seeds", 1);
    entry_text(&entry, "seeds_sha256", text_of("00"));
    tell(telling, &entry);
}

static void tell_deletion(struct telling *telling, int64_t from, int64_t to)
{
    tell_death(telling, ENTRY_DELETION_DONE, from, to);
}

static void an_open_gap_is_closed_by_its_gap(void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    tell_open_gap(&telling, 1000);
    const struct history_camera *camera = history_camera(&telling.history, 5);
    CHECK(camera != NULL && camera->has_open_gap);
    assert_int_equal(1000, camera->open_gap.span.from.us);
    assert_int_equal(CAUSE_ENDED, camera->open_gap.cause);
    tell_gap(&telling, 1000, 2000);
    camera = history_camera(&telling.history, 5);
    CHECK(!camera->has_open_gap);
    assert_int_equal(1, camera->gaps.count);
    assert_int_equal(CAUSE_NO_DATA, camera->gaps.list[0].cause);
    assert_int_equal(1, camera->gaps.list[0].entry);
    assert_int_equal(2, telling.history.last_event);
    tell_open_gap(&telling, 3000);
    tell_gap(&telling, 3000, 3000); /* the pictures were only late */
    camera = history_camera(&telling.history, 5);
    CHECK(!camera->has_open_gap && camera->gaps.count == 1);
    history_deinit(&telling.history);
}

static void destroyed_spans_join_and_take_their_gaps(void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    tell_gap(&telling, 100, 200);
    tell_gap(&telling, 950, 1050);
    tell_deletion(&telling, 0, 500);
    tell_deletion(&telling, 500, 1000);
    const struct history_camera *camera = history_camera(&telling.history, 5);
    assert_int_equal(1, camera->destroyed.count);
    assert_int_equal(0, camera->destroyed.list[0].span.from.us);
    assert_int_equal(1000, camera->destroyed.list[0].span.to.us);
    assert_int_equal(3, camera->destroyed.list[0].entry);
    assert_int_equal(1, camera->gaps.count);
    assert_int_equal(2, telling.history.destructions);
    assert_int_equal(103, telling.history.last_death);
    tell_deletion(&telling, 5000, 6000);
    camera = history_camera(&telling.history, 5);
    assert_int_equal(2, camera->destroyed.count);
    history_deinit(&telling.history);
}

/* The gap still says why there is nothing; the cursor goes on. */
static void keys_never_used_destroy_no_span(void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    tell_gap(&telling, 100, 900);
    tell_deletion(&telling, -1000, 0);
    tell_death(&telling, ENTRY_KEYS_DROPPED, 0, 1000);
    const struct history_camera *camera = history_camera(&telling.history, 5);
    assert_int_equal(1, camera->gaps.count);
    assert_int_equal(1, camera->destroyed.count);
    assert_int_equal(0, camera->destroyed.list[0].span.to.us);
    assert_int_equal(1, telling.history.destructions);
    assert_int_equal(1, telling.history.last_destruction.us);
    assert_int_equal(102, telling.history.last_death);
    history_deinit(&telling.history);
}

/* Gaps are a stream's; a destruction is the camera's, and so of both. */
static void a_sub_stream_has_gaps_of_its_own_and_dies_with_the_camera(
    void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    const uint32_t sub = 5 + STREAM_SUB;
    tell_gap(&telling, 100, 200);
    tell_gap_of(&telling, sub, 300, 400);
    tell_gap_of(&telling, sub, 5300, 5400);
    tell_gap_of(&telling, STREAM_SUB, 1, 2); /* of no camera */
    assert_int_equal(1, history_camera(&telling.history, 5)->gaps.count);
    const struct history_camera *camera =
        history_camera(&telling.history, sub);
    assert_int_equal(2, camera->gaps.count);
    assert_int_equal(300, camera->gaps.list[0].span.from.us);
    CHECK(history_camera(&telling.history, STREAM_SUB) == NULL);
    tell_deletion(&telling, 0, 1000);
    camera = history_camera(&telling.history, sub);
    assert_int_equal(1, camera->gaps.count);
    assert_int_equal(5300, camera->gaps.list[0].span.from.us);
    assert_int_equal(1, camera->destroyed.count);
    assert_int_equal(1000, camera->destroyed.list[0].span.to.us);
    CHECK(history_camera(&telling.history, 5)->destroyed.count == 1);
    history_deinit(&telling.history);
}

static void many_cameras_are_kept_in_order(void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    for (int64_t i = 0; i < 100; i++) {
        struct entry entry = entry_of(ENTRY_CAMERA_ADDED);
        entry_number(&entry, "event", i + 1);
        entry_number(&entry, "camera", i * 37 % 101 + 1);
        entry_time(&entry, "from", (struct wall_time){i});
        tell(&telling, &entry);
    }
    assert_int_equal(100, telling.history.camera_count);
    for (size_t i = 1; i < 100; i++)
        CHECK(telling.history.cameras[i - 1].camera <
              telling.history.cameras[i].camera);
    const struct history_camera *camera = history_camera(&telling.history, 38);
    CHECK(camera != NULL && camera->is_added);
    assert_int_equal(1, camera->added.us);
    CHECK(history_camera(&telling.history, 900) == NULL);
    history_deinit(&telling.history);
}

static void starts_and_stops_are_followed(void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    struct entry start = entry_of(ENTRY_RECORDER_START);
    entry_text(&start, "version", text_of("0.1"));
    entry_text(&start, "cause", text_of(""));
    tell(&telling, &start);
    CHECK(telling.history.is_running);
    struct entry stop = entry_of(ENTRY_RECORDER_STOP);
    entry_text(&stop, "cause", text_of("asked"));
    tell(&telling, &stop);
    CHECK(!telling.history.is_running);
    assert_int_equal(1, telling.history.starts);
    history_deinit(&telling.history);
}

static void tell_disk(struct telling *telling, const char *detail)
{
    struct entry entry = entry_of(ENTRY_DISK_STATE);
    entry_number(&entry, "event", (int64_t)telling->number + 1);
    entry_number(&entry, "camera", 0);
    entry_time(&entry, "from", (struct wall_time){7});
    entry_text(&entry, "detail", text_of(detail));
    tell(telling, &entry);
}

static void disks_that_do_not_record_are_known(void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    const struct history *history = &telling.history;
    tell_disk(&telling, "d1 ok");
    CHECK(history->disk_count == 0);
    tell_disk(&telling, "d1 stalled");
    tell_disk(&telling, "d2 missing");
    tell_disk(&telling, "d1 failed");
    CHECK(history->disk_count == 2);
    CHECK(text_equal(text_of(history->disks[0].id), text_of("d2")));
    CHECK(text_equal(text_of(history->disks[1].state), text_of("failed")));
    tell_disk(&telling, "d2 ok");
    CHECK(history->disk_count == 1);
    tell_disk(&telling, "d1 ok");
    CHECK(history->disk_count == 0);
    history_deinit(&telling.history);
}

TEST_MAIN("log/history", TEST(an_open_gap_is_closed_by_its_gap),
          TEST(destroyed_spans_join_and_take_their_gaps),
          TEST(keys_never_used_destroy_no_span),
          TEST(a_sub_stream_has_gaps_of_its_own_and_dies_with_the_camera),
          TEST(many_cameras_are_kept_in_order),
          TEST(starts_and_stops_are_followed),
          TEST(disks_that_do_not_record_are_known))

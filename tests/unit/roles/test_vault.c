/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/text.h"
#include "media/sample.h"
#include "store/camera_book.h"
#include "store/volume.h"
#include "support/vault_stage.h"
#include "sys/file.h"
#include "unit/test.h"

static const int64_t MINUTE_US = 60 * (int64_t)SECOND_US;

static struct stage_claim claim_on(uint32_t camera)
{
    return (struct stage_claim){.kind = TICKET_RECORDED,
                                .camera = camera,
                                .span = stage_all(),
                                .life_us = MINUTE_US};
}

/* Samples from..to of the camera, each once, in order, unchanged. */
static void check_samples(const struct stage *stage, uint64_t from,
                          uint64_t to)
{
    uint64_t k = from;
    for (size_t i = 0; i < stage->sample_count; i++)
        assert_int_equal(stage->samples[i].k, k++);
    assert_int_equal(k, to + 1);
}

static void records_and_reads(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 30);
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage_put_samples(&stage, 1, 10, 229);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 1, 219);
    CHECK_OK(stage_read_all(&stage, 1));
    check_samples(&stage, 10, 229 - (229 - 10 + 1 - stage.sample_count));
    CHECK(stage.sample_count >= 210);

    /* From the middle of a GOP: begins with its IDR. */
    struct stage_claim claim = claim_on(1);
    stage.sample_count = 0;
    CHECK_OK(stage_read(&stage, &claim, 1, stage_time_of(&stage, 55),
                        stage_time_of(&stage, 58)));
    CHECK(stage.samples[0].k == 50);
    CHECK(stage.samples[stage.sample_count - 1].k == 59);
    CHECK(stage.next_us == stage_time_of(&stage, 60));
    stage_stop(&stage);
    stage_kill(&stage);
    stage_remove(&stage);
}

static void no_picture_outside_the_ticket(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 30);
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage_put_config(&stage, 2);
    stage_put_samples(&stage, 1, 10, 199);
    stage_put_samples(&stage, 2, 10, 199);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 1, 180);
    stage_wait_recorded(&stage, 2, 180);
    int64_t from_us = stage_time_of(&stage, 100);
    int64_t all_us = stage_all().to.us;

    struct stage_claim claim = claim_on(2);
    CHECK_STATUS(STATUS_DENIED,
                 stage_read(&stage, &claim, 1, from_us, all_us));
    claim = claim_on(1);
    claim.kind = TICKET_LIVE;
    CHECK_STATUS(STATUS_DENIED,
                 stage_read(&stage, &claim, 1, from_us, all_us));
    claim = claim_on(1);
    claim.life_us = -1;
    CHECK_STATUS(STATUS_DENIED,
                 stage_read(&stage, &claim, 1, from_us, all_us));
    claim = claim_on(1);
    const uint8_t wrong[TICKET_KEY_SIZE] = {1};
    claim.key = wrong;
    CHECK_STATUS(STATUS_DENIED,
                 stage_read(&stage, &claim, 1, from_us, all_us));
    claim = claim_on(1);
    CHECK_STATUS(STATUS_DENIED, stage_live(&stage, &claim));
    CHECK(stage.sample_count == 0);

    /* Asked for everything, given what the ticket's span holds. */
    claim = claim_on(1);
    claim.span = (struct span){{stage_time_of(&stage, 95)},
                               {stage_time_of(&stage, 126)}};
    CHECK_OK(stage_read(&stage, &claim, 1, 0, all_us));
    check_samples(&stage, 100, 125); /* from the first IDR inside */
    CHECK(stage.next_us == 0);
    stage_kill(&stage);
    stage_remove(&stage);
}

/* Killed at any time, nothing that is still in the ring is lost or doubled. */
static void a_killed_vault_loses_nothing(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 60);
    stage_put_config(&stage, 1);
    stage_put_config(&stage, 2);
    struct test_random random = {5};
    uint64_t k = 0;
    for (int round = 0; round < 6; round++) {
        uint64_t next = k + 20 + test_random_next(&random) % 60;
        stage_start(&stage);
        /* The cameras' samples lie in the ring one behind the other. */
        stage_put_samples(&stage, 1, k, next);
        stage_put_samples(&stage, 2, k, next);
        k = next + 1;
        stage_ring_bell(&stage);
        stage_run(&stage, (unsigned)(test_random_next(&random) % 130) + 1);
        stage_kill(&stage);
    }
    stage_start(&stage);
    for (uint32_t camera = 1; camera <= 2; camera++) {
        stage_wait_recorded(&stage, camera, k - 1);
        CHECK(stage_spans(&stage, camera) == 1);
        CHECK_OK(stage_read_all(&stage, camera));
        check_samples(&stage, 0, k - 1);
    }
    stage_drain_events(&stage);
    for (size_t i = 0; i < stage.event_count; i++)
        CHECK(stage.events[i].kind != EVENT_GAP ||
              stage.events[i].span.from.us > stage_time_of(&stage, k - 1));
    stage_kill(&stage);
    stage_remove(&stage);
}

/* A picture may be said to last seconds. A new ingest that counts anew may have
 * the next one long before that: it is another. */
static void pictures_after_a_long_one_are_kept(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 60);
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage.lasts_us = 4000000;
    stage_put_samples(&stage, 1, 100, 149);
    stage_stop(&stage);
    stage_kill(&stage);
    stage_start(&stage);
    stage.lasts_us = STAGE_SAMPLE_US;
    stage.first_boot_us += INT64_C(158) * STAGE_SAMPLE_US;
    stage_put_config(&stage, 1);
    stage_put_samples(&stage, 1, 0, 69);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 1, 59);
    CHECK_OK(stage_read_all(&stage, 1));
    CHECK(stage.sample_count >= 50 + 60);
    for (size_t i = 50; i < 110; i++)
        CHECK(stage.samples[i].k == i - 50 &&
              stage.samples[i].time_us == stage_time_of(&stage, i - 50));
    stage_kill(&stage);
    stage_remove(&stage);
}

static void without_a_key_samples_wait(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 20);
    stage.has_no_keys = true;
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage_put_samples(&stage, 1, 0, 99);
    stage_ring_bell(&stage);
    stage_run(&stage, 300);
    CHECK(stage_spans(&stage, 1) == 0);
    stage_kill(&stage);
    stage.has_no_keys = false;
    stage_start(&stage);
    stage_wait_recorded(&stage, 1, 99);
    CHECK_OK(stage_read_all(&stage, 1));
    check_samples(&stage, 0, 99);
    stage_kill(&stage);
    stage_remove(&stage);
}

/* A key that will never come does not stop the camera: the loss is told. */
static void a_dead_key_costs_its_unit(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 60);
    stage.no_keys_until_us = stage_time_of(&stage, 50);
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage_put_samples(&stage, 1, 20, 119);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 1, 119);
    CHECK_OK(stage_read_all(&stage, 1));
    check_samples(&stage, 50, 119);
    stage_drain_events(&stage);
    const struct stage_event *lost =
        stage_find_event(&stage, EVENT_RECORDS_LOST, 1);
    CHECK(lost != NULL && lost->cause == CAUSE_EXPIRED);
    CHECK(lost->span.from.us == stage_time_of(&stage, 20));
    stage_kill(&stage);
    stage_remove(&stage);
}

static void follows_deaths(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 40);
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage_put_samples(&stage, 1, 0, 199);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 1, 199);
    struct span slot = {{stage_time_of(&stage, 50)},
                        {stage_time_of(&stage, 100)}};
    stage_die(&stage, 1, slot);
    CHECK(stage_spans(&stage, 1) == 2);
    CHECK(stage.spans[0].to.us == slot.from.us);
    CHECK(stage.spans[1].from.us == slot.to.us);
    CHECK_OK(stage_read_all(&stage, 1));
    CHECK(stage.sample_count == 150);
    for (size_t i = 0; i < stage.sample_count; i++)
        CHECK(stage.samples[i].k < 50 || stage.samples[i].k >= 100);
    CHECK((stage.samples[50].flags & SAMPLE_DISCONTINUITY) != 0);
    stage_kill(&stage);

    stage_start(&stage); /* and it stays so */
    CHECK(stage_spans(&stage, 1) == 2);
    stage_kill(&stage);
    stage_remove(&stage);
}

/* As if the disk had never got the camera's record of this number. */
static struct span lose_record(const struct stage *stage, uint64_t sequence)
{
    enum { BYTES = 1024 * 1024, CLASS = 1 };
    static uint8_t content[BYTES];
    static const uint8_t ZEROS[RECORD_HEADER_SIZE];
    char directory[160];
    char path[PATH_SIZE];
    struct file *file = NULL;
    struct span lost = {{0}, {0}};
    (void)snprintf(directory, sizeof directory, "%s/volumes",
                   stage->directory);
    CHECK_OK(volume_path(directory, CLASS, 1, path));
    CHECK_OK(file_open(&FILE_LAYER_SYSTEM, path, FILE_READ | FILE_WRITE,
                       &file));
    CHECK_OK(file_read_at(file, 0, content, sizeof content));
    for (size_t at = 0; at + sizeof ZEROS <= sizeof content;
         at += STORE_ALIGNMENT) {
        struct record_header header;
        if (record_header_decode(bytes_of(content + at, sizeof ZEROS),
                                 &header) != STATUS_OK ||
            header.sequence != sequence)
            continue;
        lost = (struct span){header.start, record_end(&header)};
        CHECK_OK(file_write_at(file, at, bytes_of(ZEROS, sizeof ZEROS)));
    }
    file_close(&file);
    return lost;
}

static void what_never_reached_the_disk_is_told_once(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 40);
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage_put_samples(&stage, 1, 0, 99);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 1, 99);
    stage_kill(&stage);
    struct span span = lose_record(&stage, 3);
    CHECK(!span_is_empty(span));

    stage_start(&stage);
    stage_drain_events(&stage);
    const struct stage_event *lost =
        stage_find_event(&stage, EVENT_RECORDS_LOST, 1);
    CHECK(lost != NULL && lost->cause == CAUSE_CORRUPT);
    CHECK(lost->span.from.us == span.from.us &&
          lost->span.to.us == span.to.us);
    stage_drain_events(&stage); /* acknowledges it */
    stage_kill(&stage);

    stage.event_count = 0;
    stage_start(&stage);
    stage_drain_events(&stage);
    CHECK(stage_find_event(&stage, EVENT_RECORDS_LOST, 1) == NULL);
    stage_kill(&stage);
    stage_remove(&stage);
}

/* Several volumes: made, filled, indexed, emptied and used again, all inside
 * the sandbox; a large answer is handed out in pieces. */
static void fills_and_reuses_volumes(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 60);
    stage.volume_bytes = 32 * 1024 * 1024;
    stage.payload = 250000;
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage_put_samples(&stage, 1, 0, 349);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 1, 349);
    CHECK_OK(stage_read_all(&stage, 1));
    check_samples(&stage, 0, 349);
    for (int64_t unit = 0; unit < 3; unit++) {
        struct span slot = {{stage_time_of(&stage, (uint64_t)unit * 50)},
                            {stage_time_of(&stage, (uint64_t)unit * 50 + 50)}};
        stage_die(&stage, 1, slot);
    }
    stage_put_samples(&stage, 1, 350, 499);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 1, 499);
    CHECK_OK(stage_read_all(&stage, 1));
    check_samples(&stage, 150, 499);
    CHECK_OK(stage_numbers(&stage));
    CHECK(stage.numbers.volumes <= 5); /* on time, or a sync later */
    CHECK(stage.numbers.records >= 50);
    stage_stop(&stage);
    stage_kill(&stage);
    stage_start(&stage);
    CHECK_OK(stage_read_all(&stage, 1));
    check_samples(&stage, 150, 499);
    stage_kill(&stage);
    stage_remove(&stage);
}

/* Not the first gap: before the first sample the vault may have told of an
 * open one, which ends with it. */
static const struct stage_event *find_gap(const struct stage *stage,
                                          enum cause cause)
{
    for (size_t i = 0; i < stage->event_count; i++) {
        if (stage->events[i].kind == EVENT_GAP &&
            stage->events[i].cause == cause)
            return &stage->events[i];
    }
    fail_msg("no gap by cause %d", (int)cause);
    return stage->events;
}

static void tells_what_happened(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 30);
    stage_start(&stage);
    stage_drain_events(&stage);
    stage_kill(&stage);
    stage_backdate_cameras(&stage);
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage_put_state(&stage, 1, CAUSE_NONE, 0);
    stage_put_samples(&stage, 1, 0, 99);
    stage_put_state(&stage, 1, CAUSE_UNREACHABLE, 100);
    stage_put_state(&stage, 1, CAUSE_NONE, 120);
    stage_put_samples(&stage, 1, 120, 199);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 1, 199);
    stage_drain_events(&stage);
    CHECK(stage_find_event(&stage, EVENT_CAMERA_ADDED, 1) != NULL);
    CHECK(stage_find_event(&stage, EVENT_CAMERA_ADDED, 2) != NULL);
    const struct stage_event *codec =
        stage_find_event(&stage, EVENT_CODEC, 1);
    CHECK(codec != NULL);
    assert_string_equal(codec->detail, "H.264 640x360");
    const struct stage_event *gap = find_gap(&stage, CAUSE_UNREACHABLE);
    CHECK(gap->camera == 1);
    CHECK(gap->span.from.us == stage_time_of(&stage, 100));
    CHECK(gap->span.to.us == stage_time_of(&stage, 120));
    assert_string_equal(gap->detail, "test");

    /* Camera 2 never came: an open gap since it was added. */
    stage_run(&stage, 2400);
    stage_drain_events(&stage);
    CHECK(stage_find_event(&stage, EVENT_GAP_OPEN, 2) != NULL);
    stage.event_count = 0;
    stage_stop(&stage);
    stage_drain_events(&stage);
    const struct stage_event *end =
        stage_find_event(&stage, EVENT_GAP_OPEN, 1);
    CHECK(end != NULL && end->cause == CAUSE_STOPPED);
    CHECK(end->span.from.us == stage_time_of(&stage, 200));
    stage_kill(&stage);

    /* Added once for ever; nothing is told twice. */
    stage.event_count = 0;
    stage_start(&stage);
    stage_drain_events(&stage);
    CHECK(stage_find_event(&stage, EVENT_CAMERA_ADDED, 1) == NULL);
    CHECK(stage_find_event(&stage, EVENT_GAP, 1) == NULL);
    stage_kill(&stage);
    stage_remove(&stage);
}

static void shows_live(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 30);
    stage_start(&stage);
    stage_put_config(&stage, 1);
    struct stage_claim claim = claim_on(1);
    claim.kind = TICKET_LIVE;
    CHECK_OK(stage_live(&stage, &claim)); /* nothing yet: after a second */
    CHECK(stage.sample_count == 0);
    CHECK(ring_is_watched(stage.ring, 1));
    CHECK(!ring_is_watched(stage.ring, 2));

    stage_put_samples(&stage, 1, 5, 24);
    stage_ring_bell(&stage);
    CHECK_OK(stage_live(&stage, &claim));
    check_samples(&stage, 20, 24); /* since the newest IDR */
    CHECK((stage.samples[0].flags & SAMPLE_DISCONTINUITY) != 0);
    stage_put_samples(&stage, 1, 25, 34);
    stage_ring_bell(&stage);
    CHECK_OK(stage_live(&stage, &claim));
    check_samples(&stage, 20, 34);
    stage_put_samples(&stage, 2, 20, 30); /* not in the ticket */
    stage_ring_bell(&stage);
    CHECK_OK(stage_live(&stage, &claim));
    check_samples(&stage, 20, 34);
    stage_kill(&stage);
    stage_remove(&stage);
}

static void put_width(struct stage *stage, uint32_t camera, uint16_t width)
{
    uint8_t *at = NULL;
    CHECK_OK(ring_reserve(stage->ring, 2, 13, &at));
    struct writer w = writer_on(at, 13);
    writer_u32be(&w, camera);
    writer_u8(&w, CODEC_H264);
    writer_u8(&w, 0);
    writer_u16be(&w, width);
    writer_u16be(&w, 360);
    writer_u16be(&w, 1);
    writer_u8(&w, 1);
    CHECK(writer_full(&w));
    ring_commit(stage->ring);
}

/* How often a file called cameras has replaced another since the watch began. */
static unsigned books_written(int watch)
{
    _Alignas(struct inotify_event) uint8_t events[8192];
    unsigned count = 0;
    ssize_t size = read(watch, events, sizeof events);
    for (size_t at = 0; size > 0 && at < (size_t)size;) {
        const struct inotify_event *event = (const void *)(events + at);
        count += event->len > 0 && strcmp(event->name, "cameras") == 0;
        at += sizeof *event + event->len;
    }
    return count;
}

/* However many cameras have something new, the book is written once a turn. */
static void the_book_is_written_once_a_turn(void **state)
{
    (void)state;
    enum { CHANGES = 100 };
    struct stage stage;
    struct camera_book book;
    char path[192];
    stage_make(&stage, 30);
    stage_start(&stage);
    (void)snprintf(path, sizeof path, "%s/events", stage.directory);
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    CHECK(watch >= 0 && inotify_add_watch(watch, path, IN_MOVED_TO) >= 0);
    for (uint16_t i = 1; i <= CHANGES; i++)
        put_width(&stage, i % 2u + 1u, i);
    stage_put_samples(&stage, 1, 0, 49);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 1, 49);
    unsigned count = books_written(watch);
    CHECK(count >= 1 && count <= 10); /* turns may fall in between */
    (void)close(watch);
    stage_kill(&stage);
    (void)snprintf(path, sizeof path, "%s/events/cameras", stage.directory);
    CHECK_OK(camera_book_read(&book, &FILE_LAYER_SYSTEM, path));
    CHECK(camera_book_find(&book, 1)->config.width == CHANGES);
    CHECK(camera_book_find(&book, 2)->config.width == CHANGES - 1);
    camera_book_deinit(&book);
    stage_remove(&stage);
}

/* Whatever stands in the ring, the vault stays up and the rest is recorded. */
static void survives_a_hostile_ring(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage, 30);
    stage_start(&stage);
    struct test_random random = {77};
    for (int i = 0; i < 2000; i++) {
        size_t size = test_random_next(&random) % 80;
        uint8_t *at = NULL;
        CHECK_OK(ring_reserve(stage.ring,
                              (uint32_t)(test_random_next(&random) % 6), size,
                              &at));
        test_random_fill(&random, at, size);
        if (size >= 4 && i % 2 == 0)
            memcpy(at, (uint8_t[]){0, 0, 0, 1}, 4); /* a known camera */
        ring_commit(stage.ring);
    }
    stage_put_config(&stage, 2);
    stage_put_samples(&stage, 2, 0, 49);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 2, 49);
    CHECK_OK(stage_read_all(&stage, 2));
    check_samples(&stage, 0, 49);
    stage_kill(&stage);
    stage_remove(&stage);
}

TEST_MAIN("roles/vault", TEST(records_and_reads),
          TEST(no_picture_outside_the_ticket),
          TEST(a_killed_vault_loses_nothing),
          TEST(pictures_after_a_long_one_are_kept),
          TEST(without_a_key_samples_wait), TEST(a_dead_key_costs_its_unit),
          TEST(follows_deaths),
          TEST(what_never_reached_the_disk_is_told_once),
          TEST(fills_and_reuses_volumes),
          TEST(tells_what_happened), TEST(shows_live),
          TEST(the_book_is_written_once_a_turn),
          TEST(survives_a_hostile_ring))

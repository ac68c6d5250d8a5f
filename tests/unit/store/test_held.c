/* SPDX-License-Identifier: Apache-2.0 */
/* What holds keep: copied once, whole, each record for itself. */
#include "store/held.h"

#include <string.h>

#include "base/alloc.h"
#include "media/sample_pack.h"
#include "model/hold.h"
#include "model/policy.h"
#include "store/held_copy.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum { CAMERA = 1, HOLD = 4, SAMPLES = 300, BIG_BYTES = 200000, SLICES = 20 };

static const uint32_t SUBJECT = HOLD << HOLD_SHIFT | CAMERA;

struct world {
    struct fake_disk *disk;
    struct store_fixture fixture;
    uint32_t dead; /* subject of which no key is left */
};

struct tally {
    size_t copied;
    size_t there;
    size_t refused;
    size_t damaged;
    int64_t spans_us; /* that the slices say are in the hold */
};

static void open_world(struct world *world, uint32_t hold_volumes)
{
    *world = (struct world){.disk = fake_disk_create()};
    const struct file_layer *layer = fake_disk_layer(world->disk);
    const struct disk_options disk = {layer, "d1", "/v"};
    const struct fixture_disks disks = {
        .disks = &disk,
        .count = 1,
        .hold_reserve_bytes =
            hold_volumes * (uint64_t)FIXTURE_VOLUME_BYTES,
    };
    CHECK_OK(layer->make_directory(layer, "/v"));
    CHECK_OK(fixture_open_disks(&world->fixture, &disks));
}

static void close_world(struct world *world)
{
    fixture_close(&world->fixture);
    fake_disk_destroy(&world->disk);
}

static struct span whole(void)
{
    return (struct span){{FIXTURE_START_US},
                         {FIXTURE_START_US + 60 * SECOND_US}};
}

static const uint8_t *key_for(const void *context,
                              const struct record_row *row)
{
    static uint8_t key[UNIT_KEY_SIZE];
    const struct world *world = context;
    if (row->camera == world->dead)
        return NULL;
    fixture_unit_key(row->camera, record_row_unit(row), key);
    return key;
}

static enum status make_copy(struct world *world, uint32_t subject,
                             const struct selected *record,
                             struct held_copy *copy)
{
    uint8_t key[UNIT_KEY_SIZE];
    struct buffer plain = buffer_with_limit(RECORD_STORED_MAX);
    fixture_unit_key(subject, slot_start(record->row.start, HOLD_UNIT_S), key);
    *copy = (struct held_copy){.subject = subject,
                               .key = key,
                               .key_for = key_for,
                               .context = world};
    enum status s =
        held_copy_make(&world->fixture.store, record, &plain, copy);
    buffer_deinit(&plain);
    copy->key = NULL;
    return s;
}

/* As the vault does it: what is lost on the way is known by the fixture. */
static void keep(struct world *world, struct held_copy *copy)
{
    const struct intake_record record = {.class_id = HOLD_CLASS,
                                         .header = &copy->header,
                                         .bytes = copy->bytes,
                                         .size = copy->size};
    CHECK_OK(intake_add(&world->fixture.intake, &record));
    for (int i = 0; i < 5 && world->fixture.intake.unwritten > 0; i++)
        fixture_pump(&world->fixture, false);
}

static void copy_slice(struct world *world, uint32_t subject,
                       struct held_slice *slice, struct tally *tally)
{
    for (size_t i = 0; i < slice->records.count; i++) {
        struct held_copy copy;
        enum status s =
            make_copy(world, subject, &slice->records.records[i], &copy);
        tally->refused += s == STATUS_NOT_FOUND;
        tally->damaged += s == STATUS_CORRUPT;
        CHECK(s == STATUS_OK || s == STATUS_NOT_FOUND || s == STATUS_CORRUPT);
        if (s != STATUS_OK)
            continue;
        keep(world, &copy);
        tally->copied++;
        CHECK_OK(held_slice_note(
            slice, record_row_span(&slice->records.records[i].row)));
    }
}

static struct tally copy_all(struct world *world, uint32_t subject)
{
    struct tally tally = {0};
    struct span rest = whole();
    for (int i = 0; rest.from.us != 0; i++) {
        struct held_slice slice;
        CHECK(i < SLICES);
        CHECK_OK(held_slice_make(&world->fixture.store, subject, rest,
                                 &slice));
        CHECK(slice.records.count <= HELD_SLICE_RECORDS);
        copy_slice(world, subject, &slice, &tally);
        tally.there += slice.there;
        for (size_t k = 0; k < slice.span_count; k++)
            tally.spans_us += slice.spans[k].to.us - slice.spans[k].from.us;
        rest.from.us = slice.next_us;
        held_slice_deinit(&slice);
    }
    (void)fixture_sync(&world->fixture);
    return tally;
}

/* Samples that are read of the camera, each as it was recorded. */
static size_t count_read(struct world *world)
{
    const struct selection_limits limits = {60 * SECOND_US, UINT64_MAX};
    struct selection selection;
    struct buffer stored = buffer_with_limit(RECORD_STORED_MAX);
    struct buffer plain = buffer_with_limit(RECORD_STORED_MAX);
    uint8_t *right = alloc_array(world->fixture.sample_bytes, 1);
    size_t count = 0;
    CHECK(right != NULL);
    CHECK_OK(selection_make(&world->fixture.store, CAMERA, whole(), &limits,
                            &selection));
    for (size_t i = 0; i < selection.count; i++) {
        const struct selected *record = &selection.records[i];
        const uint8_t *key = key_for(world, &record->row);
        struct sample_pack pack;
        struct sample sample;
        uint32_t row = 0;
        size_t offset = 0;
        buffer_clear(&plain);
        CHECK_OK(selection_open(&world->fixture.store, record, key, &stored,
                                &plain));
        struct reader in = reader_on(buffer_bytes(&plain));
        CHECK_OK(sample_pack_read(&in, &pack));
        while (sample_pack_next(&pack, &row, &offset, &sample)) {
            uint64_t k = (uint64_t)(sample.time_us - FIXTURE_START_US) /
                         FIXTURE_SAMPLE_US;
            struct sample sent = fixture_sample(
                CAMERA, k, right, world->fixture.sample_bytes);
            CHECK(sample.data.size == sent.data.size &&
                  memcmp(sample.data.data, right, sent.data.size) == 0);
            count++;
        }
    }
    alloc_free(right);
    selection_deinit(&selection);
    buffer_deinit(&stored);
    buffer_deinit(&plain);
    return count;
}

static void a_copy_is_the_record_and_is_made_once(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, 2);
    CHECK_OK(fixture_record(&world.fixture, CAMERA, 1, SAMPLES));
    CHECK_OK(fixture_sync(&world.fixture));
    struct tally first = copy_all(&world, SUBJECT);
    CHECK(first.copied > 10 && first.there == 0 && first.damaged == 0);
    CHECK(first.spans_us == SAMPLES * (int64_t)FIXTURE_SAMPLE_US);
    struct tally again = copy_all(&world, SUBJECT);
    CHECK(again.copied == 0 && again.there == first.copied);
    CHECK(again.spans_us == first.spans_us);
    /* The originals die; the copies are what is read, and copied on. */
    CHECK(fixture_forget(&world.fixture, CAMERA, fixture_all()) > 0);
    world.dead = CAMERA;
    assert_int_equal(SAMPLES, count_read(&world));
    struct held_span spans[4];
    size_t count = store_held_spans(&world.fixture.store, CAMERA, whole(),
                                    spans, 4);
    CHECK(count == 1 && spans[0].hold == HOLD);
    const uint32_t next = hold_subject(HOLD + 1, CAMERA);
    struct tally longer = copy_all(&world, next);
    CHECK(longer.copied == first.copied && longer.refused == 0);
    CHECK(fixture_forget(&world.fixture, SUBJECT, fixture_all()) > 0);
    world.dead = SUBJECT;
    assert_int_equal(SAMPLES, count_read(&world));
    close_world(&world);
}

/* One record of the hold's source; everything else is kept. */
static void copy_without_one(struct world *world, bool is_flipped)
{
    struct held_slice slice;
    char path[PATH_SIZE];
    open_world(world, 2);
    CHECK_OK(fixture_record(&world->fixture, CAMERA, 1, SAMPLES));
    CHECK_OK(fixture_sync(&world->fixture));
    CHECK_OK(held_slice_make(&world->fixture.store, SUBJECT, whole(),
                             &slice));
    const struct selected hurt = slice.records.records[5];
    held_slice_deinit(&slice);
    CHECK_OK(volume_path("/v", 1, hurt.volume, path));
    if (is_flipped)
        fake_disk_flip(world->disk, path, hurt.row.offset + 1000, 1);
    else
        fake_disk_break_sectors(world->disk, path, hurt.row.offset + 1000, 1);
    struct tally tally = copy_all(world, SUBJECT);
    int64_t lost_us = hurt.row.duration_us;
    CHECK(tally.damaged == 1 && tally.copied > 10);
    CHECK(tally.spans_us ==
          SAMPLES * (int64_t)FIXTURE_SAMPLE_US - lost_us);
    CHECK(store_held_us(&world->fixture.store, SUBJECT, whole()) ==
          tally.spans_us);
    close_world(world);
}

static void a_damaged_source_costs_itself(void **state)
{
    (void)state;
    struct world world;
    copy_without_one(&world, true);
    copy_without_one(&world, false);
}

static void what_has_died_is_refused(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, 2);
    CHECK_OK(fixture_record(&world.fixture, CAMERA, 1, SAMPLES));
    world.dead = CAMERA;
    struct tally tally = copy_all(&world, SUBJECT);
    CHECK(tally.refused > 10 && tally.copied == 0 && tally.spans_us == 0);
    CHECK(store_held_us(&world.fixture.store, SUBJECT, whole()) == 0);
    close_world(&world);
}

/* More than the one volume that is reserved: told as lost for want of space;
 * what went in is whole, and recording has its own. */
static void the_reserve_ends_and_recording_goes_on(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, 1);
    world.fixture.sample_bytes = BIG_BYTES;
    CHECK_OK(fixture_record(&world.fixture, CAMERA, 1, SAMPLES));
    CHECK_OK(fixture_sync(&world.fixture));
    uint64_t room = store_hold_room(&world.fixture.store);
    CHECK(room > FIXTURE_VOLUME_BYTES - 65536 && room < FIXTURE_VOLUME_BYTES);
    struct tally tally = copy_all(&world, SUBJECT);
    CHECK(world.fixture.lost_count > 5);
    for (size_t i = 0; i < world.fixture.lost_count; i++)
        CHECK(world.fixture.lost[i].camera == SUBJECT &&
              world.fixture.lost[i].cause == CAUSE_SPACE);
    CHECK(store_hold_room(&world.fixture.store) < room / 4);
    size_t held = tally.copied - world.fixture.lost_count;
    CHECK(held > 5);
    int64_t held_us =
        store_held_us(&world.fixture.store, SUBJECT, whole());
    CHECK(held_us > 0 && held_us < SAMPLES * (int64_t)FIXTURE_SAMPLE_US);
    CHECK(store_kept_us(&world.fixture.store, CAMERA, whole()) ==
          SAMPLES * (int64_t)FIXTURE_SAMPLE_US);
    CHECK_OK(fixture_record(&world.fixture, CAMERA, SAMPLES + 1,
                            SAMPLES + 50));
    CHECK_OK(fixture_sync(&world.fixture));
    close_world(&world);
}

/* A write that fails goes to another volume; a sync that fails is told. */
static void an_error_of_the_hold_store_is_no_silent_loss(void **state)
{
    (void)state;
    for (int fails = FAKE_WRITE; fails <= FAKE_SYNC; fails *= 2) {
        struct world world;
        open_world(&world, 3);
        CHECK_OK(fixture_record(&world.fixture, CAMERA, 1, SAMPLES));
        CHECK_OK(fixture_sync(&world.fixture));
        fake_disk_fail_at(world.disk, (unsigned)fails, 4, STATUS_IO);
        struct tally tally = copy_all(&world, SUBJECT);
        fake_disk_fail_at(world.disk, 0, 0, STATUS_OK);
        int64_t lost_us = 0;
        for (size_t i = 0; i < world.fixture.lost_count; i++) {
            CHECK(world.fixture.lost[i].camera == SUBJECT);
            lost_us += world.fixture.lost[i].span.to.us -
                       world.fixture.lost[i].span.from.us;
        }
        CHECK(tally.damaged == 0);
        /* What is asked for again is what is not there. */
        struct tally again = copy_all(&world, SUBJECT);
        CHECK(again.damaged == 0);
        CHECK(again.spans_us == SAMPLES * (int64_t)FIXTURE_SAMPLE_US);
        CHECK(again.copied == world.fixture.lost_count ||
              lost_us == 0);
        CHECK(store_held_us(&world.fixture.store, SUBJECT, whole()) ==
              SAMPLES * (int64_t)FIXTURE_SAMPLE_US);
        close_world(&world);
    }
}

/* A disk that hangs for a moment is no want of space, which would end the
 * copying: it is told as the disk's, and what is missing is copied again. */
static void a_disk_that_hangs_is_no_want_of_space(void **state)
{
    (void)state;
    struct world world;
    struct held_slice slice;
    struct held_copy copy;
    open_world(&world, 3);
    CHECK_OK(fixture_record(&world.fixture, CAMERA, 1, SAMPLES));
    CHECK_OK(fixture_sync(&world.fixture));
    CHECK_OK(held_slice_make(&world.fixture.store, SUBJECT, whole(), &slice));
    CHECK_OK(make_copy(&world, SUBJECT, &slice.records.records[0], &copy));
    world.fixture.store.disks[0].state = DISK_STALLED;
    keep(&world, &copy);
    CHECK(world.fixture.lost_count == 1 &&
          world.fixture.lost[0].camera == SUBJECT &&
          world.fixture.lost[0].cause == CAUSE_DISK);
    held_slice_deinit(&slice);
    world.fixture.store.disks[0].state = DISK_OK;
    CHECK(copy_all(&world, SUBJECT).spans_us ==
          SAMPLES * (int64_t)FIXTURE_SAMPLE_US);
    CHECK(world.fixture.lost_count == 1);
    close_world(&world);
}

static enum status copy_first(void *context)
{
    struct world *world = context;
    struct held_slice slice;
    enum status s = held_slice_make(&world->fixture.store, SUBJECT, whole(),
                                    &slice);
    if (s != STATUS_OK)
        return s;
    for (size_t i = 0; s == STATUS_OK && i < slice.records.count; i += 7) {
        struct held_copy copy;
        s = make_copy(world, SUBJECT, &slice.records.records[i], &copy);
        if (s == STATUS_OK) {
            alloc_free(copy.bytes);
            s = held_slice_note(
                &slice, record_row_span(&slice.records.records[i].row));
        }
    }
    held_slice_deinit(&slice);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, 2);
    CHECK_OK(fixture_record(&world.fixture, CAMERA, 1, SAMPLES));
    CHECK_OK(fixture_sync(&world.fixture));
    test_every_allocation_fails(copy_first, &world);
    close_world(&world);
}

static void room_counts_what_there_is_once(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, 2);
    CHECK_OK(fixture_record(&world.fixture, CAMERA, 1, 100));
    CHECK_OK(fixture_record(&world.fixture, CAMERA, 151, 250));
    struct store *store = &world.fixture.store;
    const int64_t sample_us = FIXTURE_SAMPLE_US;
    CHECK(store_kept_us(store, CAMERA, whole()) == 200 * sample_us);
    CHECK(store_kept_us(store, CAMERA + 1, whole()) == 0);
    struct span part = {{FIXTURE_START_US + 50 * sample_us},
                        {FIXTURE_START_US + 161 * sample_us}};
    CHECK(store_kept_us(store, CAMERA, part) == 61 * sample_us);
    (void)copy_all(&world, SUBJECT);
    CHECK(store_kept_us(store, CAMERA, whole()) == 200 * sample_us);
    CHECK(store_held_us(store, SUBJECT, part) == 61 * sample_us);
    CHECK(fixture_forget(&world.fixture, CAMERA, part) > 0);
    CHECK(store_kept_us(store, CAMERA, whole()) == 200 * sample_us);
    close_world(&world);
}

TEST_MAIN("store/held", TEST(a_copy_is_the_record_and_is_made_once),
          TEST(a_damaged_source_costs_itself), TEST(what_has_died_is_refused),
          TEST(the_reserve_ends_and_recording_goes_on),
          TEST(an_error_of_the_hold_store_is_no_silent_loss),
          TEST(a_disk_that_hangs_is_no_want_of_space),
          TEST(every_allocation_may_fail),
          TEST(room_counts_what_there_is_once))

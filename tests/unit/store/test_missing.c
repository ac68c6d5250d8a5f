/* SPDX-License-Identifier: Apache-2.0 */
#include "store/missing.h"

#include "model/camera.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum { UNIT_S = 5, CLASS = 1 };

struct heard {
    size_t count;
    uint32_t camera;
    struct span span;
};

static void on_missing(void *context, uint32_t camera, struct span span)
{
    struct heard *heard = context;
    heard->count++;
    heard->camera = camera;
    heard->span = span;
}

/* A record of one second. */
static struct record_row row_at(uint32_t camera, uint64_t sequence,
                                int64_t start_ms)
{
    return (struct record_row){
        .offset = sequence * 65536 + camera * 512,
        .camera = camera,
        .sequence = sequence,
        .start = {FIXTURE_START_US + start_ms * 1000},
        .duration_us = SECOND_US,
        .unit_s = UNIT_S,
    };
}

static struct heard look(struct record_row *rows, size_t count, size_t first)
{
    const struct directory directory = {.rows = rows, .count = count};
    struct heard heard = {0};
    CHECK_OK(missing_tell(&directory, first, on_missing, &heard));
    return heard;
}

static void a_number_that_is_missing_with_its_time_is_told(void **state)
{
    (void)state;
    struct record_row rows[] = {
        row_at(1, 1, 0),    row_at(2, 7, 100),  row_at(1, 2, 1000),
        row_at(2, 8, 1100), row_at(1, 4, 3000), row_at(2, 9, 2100),
    };
    struct heard heard = look(rows, 6, 0);
    CHECK(heard.count == 1 && heard.camera == 1);
    CHECK(heard.span.from.us == FIXTURE_START_US + 2 * SECOND_US);
    CHECK(heard.span.to.us == FIXTURE_START_US + 3 * SECOND_US);
    /* From the one behind it on, and from behind that. */
    CHECK(look(rows, 6, 4).count == 1);
    CHECK(look(rows, 6, 5).count == 0);
    CHECK(look(rows, 6, 6).count == 0);
}

static void what_another_entry_tells_is_not_told(void **state)
{
    (void)state;
    struct record_row rows[] = {row_at(1, 1, 0), row_at(1, 2, 3000)};
    CHECK(look(rows, 2, 0).count == 0); /* no number is missing: a gap */
    rows[1] = row_at(1, 3, 3000);
    CHECK(look(rows, 2, 0).count == 1);
    rows[1].flags = RECORD_DISCONTINUITY; /* a gap, told */
    CHECK(look(rows, 2, 0).count == 0);
    rows[1] = row_at(1, 3, 1000); /* no time is missing */
    CHECK(look(rows, 2, 0).count == 0);
    rows[0].camera = rows[1].camera = STREAM_NUMBER_MAX + 2; /* of a hold */
    rows[1].start.us += 2 * SECOND_US;
    CHECK(look(rows, 2, 0).count == 0);
}

/* A destruction takes whole key units, and leaves their neighbours whole. */
static void what_may_have_been_destroyed_is_not_told(void **state)
{
    (void)state;
    struct record_row rows[] = {row_at(1, 5, 4000), row_at(1, 11, 10000)};
    CHECK(look(rows, 2, 0).count == 0);
    rows[1] = row_at(1, 12, 11000); /* the first of the next is missing */
    CHECK(look(rows, 2, 0).count == 1);
    rows[1] = row_at(1, 11, 10000);
    rows[0] = row_at(1, 4, 3000); /* the last of the one before is */
    CHECK(look(rows, 2, 0).count == 1);
}

/* Where they stand does not matter: another disk's were written again here. */
static void their_order_in_the_volume_does_not_matter(void **state)
{
    (void)state;
    struct record_row rows[] = {row_at(1, 1, 0), row_at(1, 3, 2000),
                                row_at(1, 2, 1000)};
    CHECK(look(rows, 2, 0).count == 1);
    CHECK(look(rows, 3, 0).count == 0);
}

static void open_on(struct store_fixture *fixture, struct fake_disk *disk)
{
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->make_directory(layer, "/volumes"));
    CHECK_OK(fixture_open(fixture, layer, "/volumes", NULL));
}

/* Its place is as if the record had never been written. */
static void a_start_tells_what_never_reached_the_disk(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct store_fixture fixture;
    char path[PATH_SIZE];
    open_on(&fixture, disk);
    CHECK_OK(fixture_record(&fixture, 3, 0, 99));
    CHECK_OK(fixture_sync(&fixture));
    const struct volume *volume = fixture.store.disks[0].set.volumes[0];
    struct record_row lost = {0};
    for (size_t i = 0; i < volume->directory.count; i++) {
        const struct record_row *row = &volume->directory.rows[i];
        if (row->camera == 2 && row->sequence == 3)
            lost = *row;
    }
    CHECK(lost.camera == 2);
    CHECK_OK(volume_path("/volumes", CLASS, volume->number, path));
    fixture_close(&fixture);

    open_on(&fixture, disk);
    CHECK(fixture.missing_count == 0);
    fixture_close(&fixture);

    struct file *file = NULL;
    static const uint8_t ZEROS[STORE_ALIGNMENT];
    CHECK_OK(file_open(fake_disk_layer(disk), path, FILE_READ | FILE_WRITE,
                       &file));
    CHECK_OK(file_write_at(file, lost.offset, bytes_of(ZEROS, sizeof ZEROS)));
    open_on(&fixture, disk);
    CHECK(fixture.missing_count == 1 && fixture.missing.camera == 2);
    CHECK(fixture.missing.span.from.us == lost.start.us);
    CHECK(fixture.missing.span.to.us ==
          lost.start.us + (int64_t)lost.duration_us);
    fixture_close(&fixture);
    file_close(&file);
    fake_disk_destroy(&disk);
}

TEST_MAIN("store/missing",
          TEST(a_number_that_is_missing_with_its_time_is_told),
          TEST(what_another_entry_tells_is_not_told),
          TEST(what_may_have_been_destroyed_is_not_told),
          TEST(their_order_in_the_volume_does_not_matter),
          TEST(a_start_tells_what_never_reached_the_disk))

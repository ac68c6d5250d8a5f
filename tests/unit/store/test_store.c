/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <stdio.h>
#include <string.h>

#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

static struct span seconds(int64_t from_s, int64_t to_s)
{
    return (struct span){{FIXTURE_START_US + from_s * SECOND_US},
                         {FIXTURE_START_US + to_s * SECOND_US}};
}

static size_t samples_of(struct store_fixture *fixture, uint32_t camera)
{
    size_t samples = 0;
    CHECK_OK(
        fixture_count_samples(fixture, camera, fixture_all(), &samples));
    return samples;
}

static void open_on(struct store_fixture *fixture, struct fake_disk *disk)
{
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->make_directory(layer, "/volumes"));
    CHECK_OK(fixture_open(fixture, layer, "/volumes", NULL));
}

static void keeps_what_was_written(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct store_fixture fixture;
    open_on(&fixture, disk);
    CHECK_OK(fixture_record(&fixture, 3, 0, 99));
    CHECK(samples_of(&fixture, 1) == 100);
    CHECK(samples_of(&fixture, 3) == 100);
    CHECK(samples_of(&fixture, 4) == 0);
    CHECK_OK(fixture_sync(&fixture));
    fixture_close(&fixture);

    open_on(&fixture, disk);
    CHECK(samples_of(&fixture, 2) == 100);
    CHECK(store_next_sequence(&fixture.store, 2) == 11);
    CHECK(store_recorded_until(&fixture.store, 2).us ==
          FIXTURE_START_US + 10 * SECOND_US);
    CHECK_OK(fixture_record(&fixture, 3, 100, 149));
    CHECK(samples_of(&fixture, 2) == 150);
    CHECK(fixture.store.disks[0].set.count == 1); /* goes on in the same */
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

static void tells_spans(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct store_fixture fixture;
    open_on(&fixture, disk);
    CHECK_OK(fixture_record(&fixture, 1, 0, 49));
    CHECK_OK(fixture_record(&fixture, 1, 100, 149));
    struct span spans[4];
    CHECK(store_spans(&fixture.store, 1, seconds(0, 100), spans, 4) == 2);
    CHECK(spans[0].from.us == seconds(0, 5).from.us);
    CHECK(spans[0].to.us == seconds(0, 5).to.us);
    CHECK(spans[1].from.us == seconds(10, 15).from.us);
    CHECK(store_spans(&fixture.store, 1, seconds(2, 11), spans, 4) == 2);
    CHECK(spans[0].from.us == seconds(2, 0).from.us);
    CHECK(spans[1].to.us == seconds(0, 11).to.us);
    CHECK(store_spans(&fixture.store, 1, seconds(6, 9), spans, 4) == 0);
    CHECK(store_spans(&fixture.store, 2, seconds(0, 99), spans, 4) == 0);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

/* What has died is gone from the answers and from the medium, the rest is
 * there, and so it is after a new start. */
static void forgets_the_dead(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct store_fixture fixture;
    open_on(&fixture, disk);
    CHECK_OK(fixture_record(&fixture, 2, 0, 199));
    CHECK_OK(fixture_sync(&fixture));
    struct volume *volume = fixture.store.disks[0].set.volumes[0];
    struct record_row row = volume->directory.rows[0];
    uint8_t sealed[64];
    CHECK_OK(file_read_at(volume->file, row.offset, sealed, sizeof sealed));
    CHECK(fake_disk_contains(disk, bytes_of(sealed, sizeof sealed)));

    CHECK(fixture_forget(&fixture, 1, seconds(0, 5)) == 5);
    CHECK(fixture_forget(&fixture, 1, seconds(0, 5)) == 0);
    CHECK(fixture_forget(&fixture, 2, seconds(5, 10)) == 5);
    CHECK(samples_of(&fixture, 1) == 150);
    CHECK(samples_of(&fixture, 2) == 150);
    CHECK_OK(file_read_at(volume->file, row.offset, sealed, sizeof sealed));
    for (size_t i = 0; i < sizeof sealed; i++)
        CHECK(sealed[i] == 0);
    CHECK_OK(file_sync(volume->file));
    fixture_close(&fixture);

    open_on(&fixture, disk);
    CHECK(samples_of(&fixture, 1) == 150);
    CHECK(samples_of(&fixture, 2) == 150);
    struct span spans[4];
    CHECK(store_spans(&fixture.store, 2, seconds(0, 20), spans, 4) == 2);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

/* How many volumes there are, and the smallest of their numbers. */
static uint32_t first_volume(const struct store_fixture *fixture)
{
    struct volume_walk walk = {0};
    const struct catalogue *catalogue = &fixture->store.catalogue;
    uint32_t first =
        catalogue->count > 0 ? catalogue->rows[0].number : UINT32_MAX;
    for (const struct volume *volume =
             store_next_volume(&fixture->store, &walk);
         volume != NULL; volume = store_next_volume(&fixture->store, &walk))
        first = volume->number < first ? volume->number : first;
    return first;
}

static void deletes_dead_volumes(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct store_fixture fixture;
    open_on(&fixture, disk);
    fixture.sample_bytes = 200000; /* 2 MB a record */
    CHECK_OK(fixture_record(&fixture, 1, 0, 249));
    CHECK_OK(fixture_sync(&fixture));
    uint32_t volumes = store_numbers(&fixture.store).volumes;
    CHECK(volumes >= 2);
    CHECK(first_volume(&fixture) == 1);
    CHECK(samples_of(&fixture, 1) == 250);
    size_t forgotten = fixture_forget(&fixture, 1, seconds(0, 20));
    CHECK(forgotten > 0 && fixture.freed == forgotten);
    CHECK(first_volume(&fixture) == 2);
    CHECK(store_numbers(&fixture.store).volumes == volumes - 1);
    CHECK_OK(fixture_record(&fixture, 1, 250, 330));
    CHECK_OK(fixture_sync(&fixture));
    CHECK(samples_of(&fixture, 1) == 331 - 200);
    fixture_close(&fixture);

    open_on(&fixture, disk);
    fixture.sample_bytes = 200000;
    CHECK(samples_of(&fixture, 1) == 331 - 200);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

static void gives_up_the_oldest_without_space(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    fake_disk_set_capacity(
        disk, volume_set_reserve_bytes(FIXTURE_VOLUME_BYTES) +
                  3 * (uint64_t)FIXTURE_VOLUME_BYTES);
    struct store_fixture fixture;
    open_on(&fixture, disk);
    fixture.sample_bytes = 400000;
    for (uint64_t k = 0; k < 600; k += 20) {
        CHECK_OK(fixture_record(&fixture, 1, k, k + 19));
        CHECK_OK(fixture_sync(&fixture));
    }
    CHECK(fixture.lost_count > 0);
    CHECK(fixture.lost[0].camera == 1);
    CHECK(fixture.lost[0].cause == CAUSE_SPACE);
    CHECK(fixture.lost[0].span.from.us == FIXTURE_START_US);
    /* What is not lost is there, and nothing lies between. */
    int64_t lost_to = 0;
    for (size_t i = 0; i < fixture.lost_count; i++)
        lost_to = fixture.lost[i].span.to.us > lost_to
                      ? fixture.lost[i].span.to.us
                      : lost_to;
    struct span spans[8];
    size_t count =
        store_spans(&fixture.store, 1, fixture_all(), spans, 8);
    CHECK(count == 1);
    CHECK(spans[0].from.us == lost_to);
    CHECK(spans[0].to.us == seconds(0, 60).to.us);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

/* Nothing of it can be read, and nobody knows whose pictures are in it: it
 * stays, is told once, and the next oldest goes. */
static void an_unreadable_oldest_is_passed_over(void **state)
{
    (void)state;
    char directory[128];
    char index[192];
    test_directory_make(directory, sizeof directory);
    (void)snprintf(index, sizeof index, "%s/runs.db", directory);
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    struct store_fixture fixture;
    CHECK_OK(layer->make_directory(layer, "/volumes"));
    fake_disk_set_capacity(
        disk, volume_set_reserve_bytes(FIXTURE_VOLUME_BYTES) +
                  4 * (uint64_t)FIXTURE_VOLUME_BYTES);
    CHECK_OK(fixture_open(&fixture, layer, "/volumes", index));
    fixture.sample_bytes = 400000;
    for (uint64_t k = 0; k < 200; k += 20) {
        CHECK_OK(fixture_record(&fixture, 1, k, k + 19));
        CHECK_OK(fixture_sync(&fixture));
    }
    CHECK(fixture.lost_count == 0);
    fixture_close(&fixture);

    static const char OLDEST[] = "/volumes/class-00001-000001.vol";
    fake_disk_break_sectors(disk, OLDEST, 0, FIXTURE_VOLUME_BYTES);
    CHECK_OK(fixture_open(&fixture, layer, "/volumes", index));
    fixture.sample_bytes = 400000;
    for (uint64_t k = 200; k < 500; k += 20) {
        CHECK_OK(fixture_record(&fixture, 1, k, k + 19));
        CHECK_OK(fixture_sync(&fixture));
    }
    CHECK(fixture.unreadable == 1 && fixture.unreadable_count == 1);
    CHECK(fixture.lost_count > 1);
    CHECK(fixture.lost[0].span.from.us > FIXTURE_START_US);
    struct file *file = NULL;
    CHECK_OK(file_open(layer, OLDEST, FILE_READ, &file));
    file_close(&file);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
    test_directory_remove(directory);
}

static void damage_costs_one_record(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct store_fixture fixture;
    open_on(&fixture, disk);
    CHECK_OK(fixture_record(&fixture, 1, 0, 99));
    CHECK_OK(fixture_sync(&fixture));
    const struct volume *volume = fixture.store.disks[0].set.volumes[0];
    uint64_t offset = volume->directory.rows[3].offset;
    fixture_close(&fixture);
    fake_disk_flip(disk, "/volumes/class-00001-000001.vol", offset + 8, 4);

    open_on(&fixture, disk);
    CHECK(samples_of(&fixture, 1) == 90);
    struct span spans[4];
    CHECK(store_spans(&fixture.store, 1, fixture_all(), spans, 4) == 2);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

static void leaves_strangers_alone(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    struct store_fixture fixture;
    open_on(&fixture, disk);
    struct volume_header header = {
        .class_id = 1, .id = 99, .size = FIXTURE_VOLUME_BYTES};
    struct file *file = NULL;
    CHECK_OK(volume_create(layer, "/volumes/class-00001-000099.vol", &header,
                           &file));
    file_close(&file);
    fixture_close(&fixture);
    open_on(&fixture, disk);
    CHECK(store_volume(&fixture.store, 99) == NULL);
    CHECK_OK(fixture_record(&fixture, 1, 0, 9));
    CHECK(samples_of(&fixture, 1) == 10);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

static void a_failing_write_goes_elsewhere(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct store_fixture fixture;
    open_on(&fixture, disk);
    CHECK_OK(fixture_record(&fixture, 1, 0, 19));
    fake_disk_fail_at(disk, FAKE_WRITE, 1, STATUS_IO);
    CHECK_OK(fixture_record(&fixture, 1, 20, 29));
    fake_disk_fail_at(disk, 0, 0, STATUS_OK);
    CHECK(fixture.store.disks[0].set.volumes[0]->is_failed);
    CHECK_OK(fixture_record(&fixture, 1, 30, 39));
    CHECK(fixture.store.disks[0].set.count == 2);
    CHECK(samples_of(&fixture, 1) == 40);
    CHECK(fixture.lost_count == 0);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

/* A volume's own header is not needed to read its records. */
static void lose_header(bool is_unreadable)
{
    static const char PATH[] = "/volumes/class-00001-000001.vol";
    struct fake_disk *disk = fake_disk_create();
    struct store_fixture fixture;
    open_on(&fixture, disk);
    CHECK_OK(fixture_record(&fixture, 2, 0, 29));
    CHECK_OK(fixture_sync(&fixture));
    fixture_close(&fixture);
    if (is_unreadable)
        fake_disk_break_sectors(disk, PATH, 0, VOLUME_HEADER_SIZE);
    else
        fake_disk_flip(disk, PATH, 0, 64);

    for (int starts = 0; starts < 2; starts++) {
        open_on(&fixture, disk);
        CHECK(samples_of(&fixture, 2) == 30);
        CHECK(fixture.lost_count == 0);
        fixture_close(&fixture);
    }
    open_on(&fixture, disk);
    CHECK_OK(fixture_record(&fixture, 2, 30, 39));
    CHECK_OK(fixture_sync(&fixture));
    CHECK(samples_of(&fixture, 2) == 40);
    CHECK(store_volume(&fixture.store, 2) != NULL); /* not in the damaged one */
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

static void a_lost_header_costs_nothing(void **state)
{
    (void)state;
    lose_header(false); /* wrong bytes */
    lose_header(true);  /* none at all */
}

/* What was written last cannot be read: told, and the rest is there. */
static void an_unreadable_record_costs_itself(void **state)
{
    (void)state;
    static const char PATH[] = "/volumes/class-00001-000001.vol";
    struct fake_disk *disk = fake_disk_create();
    struct store_fixture fixture;
    open_on(&fixture, disk);
    CHECK_OK(fixture_record(&fixture, 1, 0, 29));
    CHECK_OK(fixture_sync(&fixture));
    const struct directory *directory =
        &fixture.store.disks[0].set.volumes[0]->directory;
    struct record_row row = directory->rows[1];
    fixture_close(&fixture);
    fake_disk_break_sectors(disk, PATH, row.offset + STORE_ALIGNMENT, 512);

    open_on(&fixture, disk);
    CHECK(samples_of(&fixture, 1) == 20);
    CHECK(fixture.lost_count == 1 && fixture.lost[0].cause == CAUSE_CORRUPT);
    CHECK(fixture.lost[0].span.from.us == row.start.us);
    fixture_close(&fixture);
    open_on(&fixture, disk);
    CHECK(samples_of(&fixture, 1) == 20 && fixture.lost_count == 0);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

struct finding {
    const char *name;
    bool is_found;
};

static void find_name(void *context, const char *name)
{
    struct finding *finding = context;
    finding->is_found |= strcmp(name, finding->name) == 0;
}

static bool has_file(struct fake_disk *disk, const char *name)
{
    const struct file_layer *layer = fake_disk_layer(disk);
    struct finding finding = {name, false};
    CHECK_OK(layer->list(layer, "/volumes", find_name, &finding));
    return finding.is_found;
}

/* Of a volume that was being made a crash may leave the name and no header: it
 * goes, where all of it can be read and no record is in it. */
static void leaves_of_a_begun_volume_go(void **state)
{
    (void)state;
    static const uint64_t SIZES[] = {0, 1000, 4096, FIXTURE_VOLUME_BYTES};
    static const char NAME[] = "class-00001-000007.vol";
    static const char NAME_PATH[] = "/volumes/class-00001-000007.vol";
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        struct fake_disk *disk = fake_disk_create();
        const struct file_layer *layer = fake_disk_layer(disk);
        struct store_fixture fixture;
        open_on(&fixture, disk);
        fixture_close(&fixture);
        struct file *file = NULL;
        CHECK_OK(file_open(layer, NAME_PATH,
                           FILE_READ | FILE_WRITE | FILE_CREATE, &file));
        CHECK_OK(file_preallocate(file, SIZES[i]));
        file_close(&file);
        if (SIZES[i] == FIXTURE_VOLUME_BYTES) {
            fake_disk_break_sectors(disk, NAME_PATH, 8192, 512);
            open_on(&fixture, disk);
            CHECK(has_file(disk, NAME));
            fixture_close(&fixture);
            CHECK_OK(file_open(layer, NAME_PATH, FILE_READ | FILE_WRITE,
                               &file));
            static const uint8_t ZEROS[512];
            CHECK_OK(file_write_at(file, 8192,
                                   bytes_of(ZEROS, sizeof ZEROS)));
            file_close(&file);
        }
        open_on(&fixture, disk);
        CHECK(!has_file(disk, NAME));
        fixture_close(&fixture);
        fake_disk_destroy(&disk);
    }
}

/* The last record cannot be read: nothing is written over it. */
static void what_cannot_be_read_is_not_overwritten(void **state)
{
    (void)state;
    static const char PATH[] = "/volumes/class-00001-000001.vol";
    struct fake_disk *disk = fake_disk_create();
    struct store_fixture fixture;
    open_on(&fixture, disk);
    CHECK_OK(fixture_record(&fixture, 1, 0, 29));
    CHECK_OK(fixture_sync(&fixture));
    const struct directory *directory =
        &fixture.store.disks[0].set.volumes[0]->directory;
    uint64_t last = directory->rows[directory->count - 1].offset;
    fixture_close(&fixture);
    fake_disk_break_sectors(disk, PATH, last, 512);

    open_on(&fixture, disk);
    CHECK(fixture.store.disks[0].set.volumes[0]->append_at > last);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

TEST_MAIN("store/store", TEST(keeps_what_was_written), TEST(tells_spans),
          TEST(forgets_the_dead), TEST(deletes_dead_volumes),
          TEST(gives_up_the_oldest_without_space),
          TEST(an_unreadable_oldest_is_passed_over),
          TEST(damage_costs_one_record), TEST(leaves_strangers_alone),
          TEST(a_failing_write_goes_elsewhere),
          TEST(a_lost_header_costs_nothing),
          TEST(an_unreadable_record_costs_itself),
          TEST(leaves_of_a_begun_volume_go),
          TEST(what_cannot_be_read_is_not_overwritten))

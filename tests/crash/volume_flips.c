/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every bit of a small store flipped, one at a time: of the disk's identity, of
 * the book, and of a full volume (header, records, its directory). Each is
 * noticed by what reads it: decoded, scrubbed or opened; and the next start,
 * with that bit wrong, gives no sample that was not recorded.
 *
 * What nothing reads is left out: padding behind a record and the rest of the
 * headers' blocks. CRASH_LONG starts the store for every bit; else for some.
 */
#include <stdlib.h>

#include "store/disk_identity.h"
#include "store/scrub.h"
#include "store/volume_end.h"
#include "support/crash_count.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum {
    CAMERAS = 2,
    SAMPLES = 30,
    SAMPLE_BYTES = 40,
    RECORD_SPACE = 4096,
    HEADER_USED = 44, /* bytes of a volume's header that say something */
    END_ROW = 48,
    END_FOOT = 512,
    END_FOOT_USED = 24,
    QUICK_STARTS = 97, /* every so many bits */
};

static const char VOLUME[] = "/d/class-00001-000001.vol";
static const char BOOK[] = "/book";

struct scene {
    struct fake_disk *disk;
    struct file *file;
    struct volume_header header;
    struct directory directory;
    struct scrub scrub;
    struct record_row *rows; /* as they are right */
    size_t row_count;
    size_t flips;
    size_t unnoticed;
    size_t wrong; /* starts that gave what was never recorded */
    size_t starts_every;
};

static enum status open_store(struct scene *scene,
                              struct store_fixture *fixture)
{
    const struct file_layer *layer = fake_disk_layer(scene->disk);
    const struct disk_options disk = {layer, "d1", "/d"};
    const struct fixture_disks disks = {
        .disks = &disk, .count = 1, .book_layer = layer, .book_path = BOOK};
    enum status s = fixture_open_disks(fixture, &disks);
    fixture->sample_bytes = SAMPLE_BYTES;
    return s;
}

/* A volume that is full says so by its directory: as store_close leaves it. */
static void make(struct scene *scene)
{
    struct store_fixture fixture;
    bool is_long = getenv("CRASH_LONG") != NULL;
    *scene = (struct scene){.disk = fake_disk_create(),
                            .starts_every = is_long ? 1 : QUICK_STARTS};
    const struct file_layer *layer = fake_disk_layer(scene->disk);
    CHECK_OK(layer->make_directory(layer, "/d"));
    CHECK_OK(open_store(scene, &fixture));
    CHECK_OK(fixture_record(&fixture, CAMERAS, 0, SAMPLES - 1));
    fixture_pump(&fixture, true);
    struct volume *volume = fixture.store.disks[0].set.volumes[0];
    volume->is_open = false;
    volume->wants_index = true;
    CHECK(store_sweep_all(&fixture.store) == 0); /* writes the end */
    fixture_close(&fixture);
    CHECK_OK(volume_open(layer, VOLUME, FILE_READ, &scene->header,
                         &scene->file));
    CHECK_OK(volume_end_read(scene->file, scene->header.size, 1,
                             &scene->directory));
    CHECK(scene->directory.count == CAMERAS * SAMPLES / 10);
}

static void destroy(struct scene *scene)
{
    file_close(&scene->file);
    directory_deinit(&scene->directory);
    fake_disk_destroy(&scene->disk);
}

/* Field by field: what pads a row is nobody's. */
static bool is_same_row(const struct record_row *a, const struct record_row *b)
{
    return a->offset == b->offset && a->sequence == b->sequence &&
           a->start.us == b->start.us && a->duration_us == b->duration_us &&
           a->camera == b->camera && a->sealed_size == b->sealed_size &&
           a->samples == b->samples && a->gop_place == b->gop_place &&
           a->first_number == b->first_number && a->flags == b->flags &&
           a->unit_s == b->unit_s;
}

static bool is_same_directory(const struct directory *a,
                              const struct directory *b)
{
    bool is_same = a->count == b->count;
    for (size_t i = 0; i < a->count && is_same; i++)
        is_same = is_same_row(&a->rows[i], &b->rows[i]);
    return is_same;
}

/* As a start and the scrub read a volume. */
static bool notices_in_volume(struct scene *scene)
{
    const struct file_layer *layer = fake_disk_layer(scene->disk);
    struct volume_header header;
    struct file *file = NULL;
    struct directory directory = {0};
    enum status s = volume_open(layer, VOLUME, FILE_READ, &header, &file);
    if (s == STATUS_OK)
        s = volume_end_read(file, header.size, 1, &directory);
    bool notices = s != STATUS_OK ||
                   !is_same_directory(&directory, &scene->directory);
    directory_deinit(&directory);
    file_close(&file);
    struct volume_set set = {.layer = layer, .directory = "/d"};
    const struct volume volume = {.set = &set,
                                  .number = 1,
                                  .header = scene->header,
                                  .directory = scene->directory};
    CHECK_OK(scrub_prepare(&scene->scrub, &volume, 0));
    scrub_run(&scene->scrub);
    notices |= scene->scrub.damaged > 0;
    scrub_deinit(&scene->scrub);
    return notices;
}

static bool notices_in_book(struct scene *scene)
{
    static struct disk_book book;
    return disk_book_read(&book, fake_disk_layer(scene->disk), BOOK) !=
           STATUS_OK;
}

/* As whoever has the keys reads the records; the scrub has none, and finds what
 * a torn write does, not every bit (store/record.h). */
static bool notices_with_keys(struct scene *scene)
{
    static uint8_t sealed[RECORD_SPACE];
    for (size_t i = 0; i < scene->directory.count; i++) {
        const struct record_row *row = &scene->directory.rows[i];
        uint8_t bytes[RECORD_HEADER_SIZE];
        uint8_t key[UNIT_KEY_SIZE];
        struct record_header header;
        CHECK(row->sealed_size <= sizeof sealed);
        CHECK_OK(file_read_at(scene->file, row->offset, bytes, sizeof bytes));
        CHECK_OK(record_header_decode(bytes_of(bytes, sizeof bytes),
                                      &header));
        CHECK_OK(volume_read_sealed(scene->file, row->offset, &header,
                                    sealed));
        fixture_unit_key(row->camera, header.unit, key);
        if (record_open(&header, key, bytes_of(sealed, row->sealed_size),
                        sealed) != STATUS_OK)
            return true;
    }
    return false;
}

/* An identity has no sum: its form, and what the book says of it. */
static bool notices_in_identity(struct scene *scene)
{
    static struct disk_book book;
    const struct file_layer *layer = fake_disk_layer(scene->disk);
    const struct disk_options options = {layer, "d1", "/d"};
    enum disk_state state = DISK_OK;
    uint64_t generation = 0;
    CHECK_OK(disk_book_read(&book, layer, BOOK));
    CHECK_OK(disk_look(&options, &book, &state, &generation));
    return state != DISK_OK || generation != book.disks[0].generation;
}

/* A start on a copy: true where what it gives was recorded. */
static bool starts_right(struct scene *scene)
{
    bool is_right = true;
    struct fake_disk *right = scene->disk;
    struct store_fixture fixture;
    scene->disk = fake_disk_copy(right);
    if (open_store(scene, &fixture) == STATUS_OK) {
        for (uint32_t camera = 1; camera <= CAMERAS; camera++) {
            size_t samples = 0;
            enum status s = fixture_count_samples(&fixture, camera,
                                                  fixture_all(), &samples);
            /* A record that does not open is left out by who reads. */
            is_right &= samples <= SAMPLES &&
                        (s == STATUS_OK || s == STATUS_CORRUPT);
        }
        fixture_close(&fixture);
    }
    fake_disk_destroy(&scene->disk);
    scene->disk = right;
    return is_right;
}

static void tell(const char *what, const char *path, uint64_t offset,
                 unsigned bit)
{
    (void)printf("# %s: %s, byte %llu, bit %u\n", what, path,
                 (unsigned long long)offset, bit);
}

typedef bool notices_fn(struct scene *scene);

static void flip_bit(struct scene *scene, const char *path, uint64_t offset,
                     unsigned bit, notices_fn *notices)
{
    struct file *file = NULL;
    uint8_t byte = 0;
    CHECK_OK(file_open(fake_disk_layer(scene->disk), path,
                       FILE_READ | FILE_WRITE, &file));
    CHECK_OK(file_read_at(file, offset, &byte, 1));
    byte ^= (uint8_t)(1u << bit);
    CHECK_OK(file_write_at(file, offset, bytes_of(&byte, 1)));
    if (!notices(scene)) {
        tell("not noticed", path, offset, bit);
        scene->unnoticed++;
    }
    if (scene->flips++ % scene->starts_every == 0 && !starts_right(scene)) {
        tell("a start gives what is wrong", path, offset, bit);
        scene->wrong++;
    }
    byte ^= (uint8_t)(1u << bit);
    CHECK_OK(file_write_at(file, offset, bytes_of(&byte, 1)));
    file_close(&file);
}

static void flip_range(struct scene *scene, const char *path, uint64_t from,
                       uint64_t size, notices_fn *notices)
{
    for (uint64_t i = 0; i < size; i++) {
        for (unsigned bit = 0; bit < 8; bit++)
            flip_bit(scene, path, from + i, bit, notices);
    }
}

static uint64_t size_of(struct scene *scene, const char *path)
{
    struct file *file = NULL;
    uint64_t size = 0;
    CHECK_OK(file_open(fake_disk_layer(scene->disk), path, FILE_READ, &file));
    CHECK_OK(file_size(file, &size));
    file_close(&file);
    return size;
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    struct scene scene;
    make(&scene);
    CHECK(!notices_in_volume(&scene) && !notices_with_keys(&scene));
    CHECK(!notices_in_book(&scene) && !notices_in_identity(&scene));
    flip_range(&scene, VOLUME, 0, HEADER_USED, notices_in_volume);
    for (size_t i = 0; i < scene.directory.count; i++) {
        const struct record_row *row = &scene.directory.rows[i];
        flip_range(&scene, VOLUME, row->offset, RECORD_HEADER_SIZE,
                   notices_in_volume);
        flip_range(&scene, VOLUME, row->offset + RECORD_HEADER_SIZE,
                   row->sealed_size, notices_with_keys);
    }
    uint64_t end = volume_end_size(scene.directory.count);
    flip_range(&scene, VOLUME, scene.header.size - end,
               scene.directory.count * END_ROW, notices_in_volume);
    flip_range(&scene, VOLUME, scene.header.size - END_FOOT, END_FOOT_USED,
               notices_in_volume);
    flip_range(&scene, BOOK, 0, size_of(&scene, BOOK), notices_in_book);
    flip_range(&scene, "/d/identity", 0, size_of(&scene, "/d/identity"),
               notices_in_identity);
    crash_tell("a bit of a small store flipped", NULL, scene.flips,
               scene.unnoticed + scene.wrong);
    CHECK(scene.unnoticed == 0 && scene.wrong == 0);
    destroy(&scene);
}

TEST_MAIN("crash/volume_flips", TEST(every_flipped_bit_is_noticed))

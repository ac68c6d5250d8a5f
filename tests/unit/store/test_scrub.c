/* SPDX-License-Identifier: Apache-2.0 */
#include "store/scrub.h"

#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

struct rig {
    struct fake_disk *disk;
    struct store_fixture fixture;
    struct volume *volume;
    struct scrub scrub;
};

static void rig_make(struct rig *rig)
{
    *rig = (struct rig){.disk = fake_disk_create()};
    const struct file_layer *layer = fake_disk_layer(rig->disk);
    CHECK_OK(layer->make_directory(layer, "/v"));
    CHECK_OK(fixture_open(&rig->fixture, layer, "/v", NULL));
    CHECK_OK(fixture_record(&rig->fixture, 2, 0, 99));
    CHECK_OK(fixture_sync(&rig->fixture));
    CHECK_OK(store_borrow(&rig->fixture.store, 1, &rig->volume));
    CHECK_OK(scrub_prepare(&rig->scrub, rig->volume, 0));
    CHECK(rig->scrub.count == 20);
}

static void rig_end(struct rig *rig)
{
    scrub_deinit(&rig->scrub);
    fixture_close(&rig->fixture);
    fake_disk_destroy(&rig->disk);
}

static void finds_nothing_where_nothing_is(void **state)
{
    (void)state;
    struct rig rig;
    rig_make(&rig);
    scrub_run(&rig.scrub);
    CHECK(rig.scrub.checked == 20 && rig.scrub.damaged == 0);
    rig_end(&rig);
}

static void finds_each_damaged_record(void **state)
{
    (void)state;
    struct rig rig;
    rig_make(&rig);
    const struct record_row *rows = rig.volume->directory.rows;
    char path[PATH_SIZE];
    CHECK_OK(volume_path("/v", 1, 1, path));
    fake_disk_flip(rig.disk, path, rows[3].offset + 20, 1);   /* header */
    fake_disk_flip(rig.disk, path, rows[7].offset + 160, 512); /* sealed */
    fake_disk_break_sectors(rig.disk, path, rows[11].offset + 512, 1);
    scrub_run(&rig.scrub);
    CHECK(rig.scrub.checked == 20 && rig.scrub.damaged == 3);
    CHECK(rig.scrub.rows[0].sequence == rows[3].sequence);
    CHECK(rig.scrub.rows[1].sequence == rows[7].sequence);
    CHECK(rig.scrub.rows[2].sequence == rows[11].sequence);
    rig_end(&rig);
}

static void ends_when_it_is_told(void **state)
{
    (void)state;
    struct rig rig;
    rig_make(&rig);
    rig.scrub.bytes_per_s = 1;
    atomic_store(&rig.scrub.wants_end, true);
    scrub_run(&rig.scrub);
    CHECK(rig.scrub.checked == 0);
    rig_end(&rig);
}

TEST_MAIN("store/scrub", TEST(finds_nothing_where_nothing_is),
          TEST(finds_each_damaged_record), TEST(ends_when_it_is_told))

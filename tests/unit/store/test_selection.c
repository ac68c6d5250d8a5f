/* SPDX-License-Identifier: Apache-2.0 */
#include "store/selection.h"

#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

struct world {
    struct fake_disk *disk;
    struct store_fixture fixture;
};

static void open_world(struct world *world)
{
    world->disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(world->disk);
    CHECK_OK(layer->make_directory(layer, "/v"));
    CHECK_OK(fixture_open(&world->fixture, layer, "/v", NULL));
}

static void close_world(struct world *world)
{
    fixture_close(&world->fixture);
    fake_disk_destroy(&world->disk);
}

static struct selection select_span(struct world *world, int64_t from_ms,
                                    int64_t to_ms, int64_t limit_ms)
{
    struct selection selection;
    const struct selection_limits limits = {limit_ms * 1000, 1 << 30};
    struct span span = {{FIXTURE_START_US + from_ms * 1000},
                        {FIXTURE_START_US + to_ms * 1000}};
    CHECK_OK(selection_make(&world->fixture.store, 1, span, &limits,
                            &selection));
    return selection;
}

/* Samples 3..: records do not begin with IDRs (at 10, 20, ...) everywhere. */
static void begins_with_an_idr_at_or_before(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    CHECK_OK(fixture_record(&world.fixture, 1, 3, 102));
    for (int64_t from_ms = 1000; from_ms < 10000; from_ms += 130) {
        struct selection selection =
            select_span(&world, from_ms, from_ms + 100, 1000);
        CHECK(selection.count > 0);
        int64_t idr_us = FIXTURE_START_US + from_ms / 1000 * SECOND_US;
        const struct record_row *first = &selection.records[0].row;
        CHECK(selection_has_idr(&selection, 0));
        CHECK(first->start.us <= idr_us);
        CHECK(record_row_span(first).to.us > idr_us);
        selection_deinit(&selection);
    }
    /* Before the first IDR there is none: begins with what is there. */
    struct selection selection = select_span(&world, 400, 900, 1000);
    CHECK(selection.count == 1);
    CHECK(selection.records[0].row.start.us == FIXTURE_START_US + 300000);
    selection_deinit(&selection);
    close_world(&world);
}

static void goes_on_to_an_idr_behind_the_limit(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    CHECK_OK(fixture_record(&world.fixture, 1, 0, 199));
    struct selection selection = select_span(&world, 5000, 60000, 3000);
    CHECK(selection.count >= 4 && selection.count <= 5);
    CHECK(selection_has_idr(&selection, selection.count - 1));
    CHECK(selection.records[selection.count - 1].row.start.us >=
          FIXTURE_START_US + 8 * SECOND_US);
    selection_deinit(&selection);
    close_world(&world);
}

static void gaps_and_ends(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    CHECK_OK(fixture_record(&world.fixture, 1, 0, 49));
    CHECK_OK(fixture_record(&world.fixture, 1, 100, 149));
    struct selection selection = select_span(&world, 7000, 60000, 9000);
    CHECK(selection.count == 5); /* from lies in the gap: what follows it */
    CHECK(selection.records[0].row.start.us ==
          FIXTURE_START_US + 10 * SECOND_US);
    selection_deinit(&selection);
    selection = select_span(&world, 7000, 9000, 9000);
    CHECK(selection.count == 0);
    selection = select_span(&world, 90000, 99000, 9000);
    CHECK(selection.count == 0);
    close_world(&world);
}

static void a_forgotten_record_is_not_found(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    CHECK_OK(fixture_record(&world.fixture, 1, 0, 49));
    struct selection selection = select_span(&world, 0, 5000, 9000);
    CHECK(fixture_forget(&world.fixture, 1, fixture_all()) == 5);
    uint8_t key[UNIT_KEY_SIZE];
    fixture_unit_key(1, (struct wall_time){FIXTURE_START_US}, key);
    struct buffer stored = buffer_with_limit(RECORD_STORED_MAX);
    struct buffer plain = buffer_with_limit(RECORD_STORED_MAX);
    for (size_t i = 0; i < selection.count; i++)
        CHECK_STATUS(STATUS_NOT_FOUND,
                     selection_open(&world.fixture.store,
                                    &selection.records[i], key, &stored,
                                    &plain));
    CHECK(plain.size == 0);
    buffer_deinit(&stored);
    buffer_deinit(&plain);
    selection_deinit(&selection);
    close_world(&world);
}

TEST_MAIN("store/selection", TEST(begins_with_an_idr_at_or_before),
          TEST(goes_on_to_an_idr_behind_the_limit), TEST(gaps_and_ends),
          TEST(a_forgotten_record_is_not_found))

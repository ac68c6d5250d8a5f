/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/vault/read.h"

#include <string.h>

#include "base/alloc.h"
#include "media/sample_pack.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum {
    CAMERA = 1,
    SAMPLES = 300,
    ANSWERS_MAX = 100,
    LARGE_BYTES = 8 * 1024 * 1024, /* ten of them are more than an answer */
    LARGE_SAMPLES = 29,            /* two groups of pictures */
};

struct world {
    struct fake_disk *disk;
    struct store_fixture fixture;
    struct wall_time without; /* no key for this unit */
    struct buffer flushed;
    size_t flushes;
};

static void open_world_of(struct world *world, size_t sample_bytes,
                          uint64_t samples)
{
    *world = (struct world){.disk = fake_disk_create(),
                            .flushed = buffer_with_limit(READ_ANSWER_MAX)};
    const struct file_layer *layer = fake_disk_layer(world->disk);
    CHECK_OK(layer->make_directory(layer, "/v"));
    CHECK_OK(fixture_open(&world->fixture, layer, "/v", NULL));
    world->fixture.sample_bytes = sample_bytes;
    CHECK_OK(fixture_record(&world->fixture, CAMERA, 1, samples));
}

static void open_world(struct world *world)
{
    open_world_of(world, FIXTURE_SAMPLE_BYTES, SAMPLES);
}

static void close_world(struct world *world)
{
    buffer_deinit(&world->flushed);
    fixture_close(&world->fixture);
    fake_disk_destroy(&world->disk);
}

static const uint8_t *key_of(const void *context,
                             const struct record_row *row)
{
    static uint8_t key[UNIT_KEY_SIZE];
    const struct world *world = context;
    struct wall_time start = record_row_unit(row);
    if (start.us == world->without.us)
        return NULL;
    fixture_unit_key(CAMERA, start, key);
    return key;
}

static enum status flush(void *context, struct bytes packs)
{
    struct world *world = context;
    buffer_append(&world->flushed, packs);
    world->flushes++;
    return buffer_status(&world->flushed);
}

static struct wall_time at_ms(int64_t ms)
{
    return (struct wall_time){FIXTURE_START_US + ms * 1000};
}

/* One answer, whole, in out. */
static int64_t answer(struct world *world, struct span allowed,
                      struct wall_time from, bool flushes, struct buffer *out)
{
    const int64_t soft_us = 2500000;
    struct read_request request = {.camera = CAMERA,
                                   .allowed = allowed,
                                   .from = from,
                                   .soft_us = soft_us,
                                   .soft_bytes = VAULT_READ_BYTES,
                                   .flush = flushes ? flush : NULL,
                                   .flush_context = world};
    const struct selection_limits limits = {soft_us, VAULT_READ_BYTES};
    int64_t next_us = 0;
    buffer_clear(&world->flushed);
    buffer_clear(out);
    CHECK_OK(selection_make(&world->fixture.store, CAMERA,
                            (struct span){from, allowed.to}, &limits,
                            &request.selection));
    CHECK_OK(read_make(&world->fixture.store, &request, key_of, world, out,
                       &next_us));
    if (flushes) {
        buffer_append(&world->flushed, buffer_bytes(out));
        buffer_clear(out);
        buffer_append(out, buffer_bytes(&world->flushed));
    }
    selection_deinit(&request.selection);
    return next_us;
}

/* Every sample is the one of its time, later than *last_us and allowed. */
static size_t check_packs(const struct world *world, struct bytes packs,
                          struct span allowed, int64_t *last_us,
                          bool *has_hole)
{
    const size_t size = world->fixture.sample_bytes;
    uint8_t *expected = alloc_array(size, 1);
    struct reader in = reader_on(packs);
    size_t count = 0;
    while (reader_more(&in)) {
        struct sample_pack pack;
        struct sample sample;
        uint32_t row = 0;
        size_t offset = 0;
        CHECK_OK(sample_pack_read(&in, &pack));
        while (sample_pack_next(&pack, &row, &offset, &sample)) {
            uint64_t k = (uint64_t)(sample.time_us - FIXTURE_START_US) /
                         FIXTURE_SAMPLE_US;
            struct sample right =
                fixture_sample(CAMERA, k, expected, size);
            CHECK(span_holds(allowed, (struct wall_time){sample.time_us}));
            CHECK(sample.data.size == right.data.size &&
                  memcmp(sample.data.data, expected, right.data.size) == 0);
            *has_hole |= (sample.flags & SAMPLE_DISCONTINUITY) != 0;
            if (sample.time_us <= *last_us)
                continue; /* each answer begins at an IDR */
            *last_us = sample.time_us;
            count++;
        }
    }
    alloc_free(expected);
    return count;
}

static size_t read_through(struct world *world, struct span allowed,
                           bool flushes, bool *has_hole)
{
    struct buffer out = buffer_with_limit(READ_ANSWER_MAX);
    struct wall_time from = allowed.from;
    int64_t last_us = 0;
    size_t count = 0;
    size_t answers = 0;
    *has_hole = false;
    while (from.us != 0 && answers++ < ANSWERS_MAX) {
        int64_t next_us = answer(world, allowed, from, flushes, &out);
        count += check_packs(world, buffer_bytes(&out), allowed, &last_us,
                             has_hole);
        CHECK(next_us == 0 || next_us > from.us);
        from.us = next_us;
    }
    buffer_deinit(&out);
    CHECK(answers < ANSWERS_MAX);
    return count;
}

static void every_picture_of_the_span_once_and_none_outside(void **state)
{
    (void)state;
    struct world world;
    bool has_hole = false;
    open_world(&world);
    CHECK(read_through(&world, fixture_all(), true, &has_hole) == SAMPLES - 9);
    CHECK(!has_hole && world.flushes > 5);
    /* From within a GOP: its IDR is not allowed, so the next one begins. */
    for (int64_t ms = 3000; ms < 5000; ms += 130) {
        struct span allowed = {at_ms(ms), at_ms(ms + 7777)};
        int64_t first = (ms + 999) / 1000 * 10;
        int64_t end = (ms + 7777 + 99) / 100;
        CHECK(read_through(&world, allowed, true, &has_hole) ==
              (size_t)(end - first));
    }
    close_world(&world);
}

static void what_is_given_early_makes_no_difference(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    struct buffer whole = buffer_with_limit(READ_ANSWER_MAX);
    struct buffer pieces = buffer_with_limit(READ_ANSWER_MAX);
    struct span allowed = {at_ms(2000), at_ms(20000)};
    for (int64_t ms = 1500; ms < 22000; ms += 370) {
        world.without = at_ms(ms % 4 * 5000);
        int64_t next_us = answer(&world, allowed, at_ms(ms), false, &whole);
        CHECK(answer(&world, allowed, at_ms(ms), true, &pieces) == next_us);
        CHECK(whole.size == pieces.size);
        CHECK(whole.size == 0 ||
              memcmp(whole.data, pieces.data, whole.size) == 0);
    }
    buffer_deinit(&whole);
    buffer_deinit(&pieces);
    close_world(&world);
}

static void a_unit_without_a_key_is_a_hole(void **state)
{
    (void)state;
    struct world world;
    bool has_hole = false;
    open_world(&world);
    world.without = at_ms(10000);
    size_t count = read_through(&world, fixture_all(), true, &has_hole);
    CHECK(count == SAMPLES - 9 - 50 && has_hole);
    close_world(&world);
}

/* Of a group that is more than an answer nothing is given twice but what leads
 * up to a picture, and nothing never. */
static void every_answer_steps_forward(void **state)
{
    (void)state;
    struct world world;
    bool has_hole = false;
    open_world_of(&world, LARGE_BYTES, LARGE_SAMPLES);
    for (int64_t k = 10; k < LARGE_SAMPLES; k++) {
        struct buffer out = buffer_with_limit(READ_ANSWER_MAX);
        struct wall_time from = at_ms(k * 100);
        int64_t next_us = answer(&world, fixture_all(), from, true, &out);
        int64_t last_us = from.us - 1;
        CHECK(next_us == 0 || next_us > from.us);
        CHECK(check_packs(&world, buffer_bytes(&out), fixture_all(), &last_us,
                          &has_hole) > 0);
        buffer_deinit(&out);
    }
    CHECK(has_hole);
    CHECK(read_through(&world, fixture_all(), true, &has_hole) ==
          LARGE_SAMPLES - 9);
    close_world(&world);
}

TEST_MAIN("roles/vault_read",
          TEST(every_picture_of_the_span_once_and_none_outside),
          TEST(what_is_given_early_makes_no_difference),
          TEST(a_unit_without_a_key_is_a_hole),
          TEST(every_answer_steps_forward))

/* SPDX-License-Identifier: Apache-2.0 */
#include "store/record_builder.h"

#include <string.h>

#include "unit/test.h"

static const uint8_t RECORD[4] = {1, 2, 3, 4};
static const struct codec_config CONFIG = {
    .codec = CODEC_H265, .width = 1920, .height = 1080, .record = {RECORD, 4}};

static uint8_t big_sample[RECORD_DATA_TARGET + 1];

#define START_US INT64_C(1790000040000000) /* a minute's border */

static struct record_builder *builder_of(uint32_t camera)
{
    struct record_builder *builder = NULL;
    CHECK_OK(record_builder_create(camera, 1, &builder));
    record_builder_set_unit(builder, 60, AEAD_AES_256_GCM);
    CHECK_OK(record_builder_set_config(builder, &CONFIG));
    return builder;
}

static struct sample sample_at(int64_t us, unsigned flags, size_t size)
{
    return (struct sample){.time_us = START_US + us,
                           .duration_us = 40000,
                           .flags = flags,
                           .data = {big_sample, size}};
}

static bool cuts(const struct record_builder *builder, int64_t us,
                 unsigned flags, size_t size)
{
    struct sample sample = sample_at(us, flags, size);
    return record_builder_cuts_before(builder, &sample);
}

static void add(struct record_builder *builder, int64_t us, unsigned flags,
                size_t size, uint64_t number)
{
    struct sample sample = sample_at(us, flags, size);
    CHECK_OK(record_builder_add(builder, &sample, number, number * 100));
}

static void cuts_where_it_must(void **state)
{
    (void)state;
    struct record_builder *builder = builder_of(1);
    CHECK(!cuts(builder, 0, SAMPLE_IDR, 100));
    add(builder, 0, SAMPLE_IDR, 100, 1);
    CHECK(!cuts(builder, 40000, 0, 100));
    CHECK(!cuts(builder, 400000, SAMPLE_IDR, 100)); /* too early for an IDR */
    CHECK(cuts(builder, 740001, 0, 100));           /* after a gap */
    for (uint64_t i = 1; i < 24; i++)
        add(builder, (int64_t)i * 40000, 0, 100, i + 1);
    CHECK(!cuts(builder, 999999, 0, 100));
    CHECK(cuts(builder, 999999, SAMPLE_IDR, 100));
    CHECK(cuts(builder, 1000000, 0, 100));
    CHECK(cuts(builder, 960000, 0, RECORD_DATA_TARGET - 2399));
    CHECK(!cuts(builder, 960000, 0, RECORD_DATA_TARGET - 2400));
    record_builder_destroy(&builder);
}

static void cuts_at_the_border_of_a_unit(void **state)
{
    (void)state;
    struct record_builder *builder = builder_of(1);
    add(builder, 59900000, SAMPLE_IDR, 10, 1);
    CHECK(!cuts(builder, 59999999, 0, 10));
    CHECK(cuts(builder, 60000000, 0, 10));
    record_builder_destroy(&builder);
}

static void one_large_sample_stands_alone(void **state)
{
    (void)state;
    struct record_builder *builder = builder_of(1);
    CHECK(!cuts(builder, 0, SAMPLE_IDR, sizeof big_sample));
    add(builder, 0, SAMPLE_IDR, sizeof big_sample, 1);
    CHECK(cuts(builder, 40000, 0, 1));
    struct record_draft draft;
    CHECK_OK(record_builder_finish(builder, NULL, 0, &draft));
    CHECK(draft.header.samples == 1);
    record_draft_deinit(&draft);
    record_builder_destroy(&builder);
}

static void a_record_describes_itself(void **state)
{
    (void)state;
    struct record_builder *builder = builder_of(77);
    add(builder, 0, 0, 10, 41);
    add(builder, 30000, SAMPLE_IDR, 20, 42); /* durations will tile */
    add(builder, 90000, 0, 30, 43);
    struct wall_time next = {START_US + 130000};
    struct record_draft draft;
    CHECK_OK(record_builder_finish(builder, &next, -3, &draft));
    const struct record_header *header = &draft.header;
    CHECK(header->camera == 77 && header->samples == 3);
    CHECK(header->sequence == 1 && header->first_number == 41);
    CHECK(header->start.us == START_US && header->unit.us == START_US);
    CHECK(header->duration_us == 130000);
    CHECK(header->flags == 0);
    CHECK(header->gop_place == (uint32_t)RECORD_GOP_PLACE_UNKNOWN);
    CHECK(header->wall_minus_trusted_ms == -3);
    CHECK(draft.ring_index == 4100);
    CHECK(draft.stored.size % STORE_ALIGNMENT == 0);

    struct reader in = reader_on(bytes_of(
        draft.stored.data + RECORD_HEADER_SIZE, header->sealed_size));
    struct sample_pack pack;
    CHECK_OK(sample_pack_read(&in, &pack));
    CHECK(reader_done(&in) && pack.count == 3);
    uint32_t row = 0;
    size_t offset = 0;
    const uint32_t durations[] = {30000, 60000, 40000};
    struct sample sample;
    while (sample_pack_next(&pack, &row, &offset, &sample))
        CHECK(sample.duration_us == durations[row - 1]);
    record_draft_deinit(&draft);

    add(builder, 130000, 0, 10, 44);
    CHECK_OK(record_builder_finish(builder, NULL, 0, &draft));
    CHECK(draft.header.sequence == 2 && draft.header.gop_place == 2);
    record_draft_deinit(&draft);
    record_builder_destroy(&builder);
}

/* Records of few and of many samples in turn: the room for the head is never
 * right, and the samples are what they were. */
static void samples_are_whole_whatever_came_before(void **state)
{
    (void)state;
    static const size_t COUNTS[] = {1, 9, 2, 2, 30, 1, 30};
    struct record_builder *builder = builder_of(1);
    int64_t at_us = 0;
    for (size_t i = 0; i < sizeof big_sample; i++)
        big_sample[i] = (uint8_t)(i * 7 + i / 256);
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++) {
        for (size_t k = 0; k < COUNTS[i]; k++, at_us += 40000)
            add(builder, at_us, 0, 3000 + 911 * k, k + 1);
        struct record_draft draft;
        CHECK_OK(record_builder_finish(builder, NULL, 0, &draft));
        struct reader in = reader_on(bytes_of(
            draft.stored.data + RECORD_HEADER_SIZE,
            draft.header.sealed_size));
        struct sample_pack pack;
        CHECK_OK(sample_pack_read(&in, &pack));
        CHECK(reader_done(&in) && pack.count == COUNTS[i]);
        uint32_t row = 0;
        size_t offset = 0;
        struct sample sample;
        while (sample_pack_next(&pack, &row, &offset, &sample)) {
            CHECK(sample.data.size == 3000 + 911 * ((size_t)row - 1));
            CHECK(memcmp(sample.data.data, big_sample, sample.data.size) ==
                  0);
        }
        for (size_t k = RECORD_HEADER_SIZE + draft.header.sealed_size;
             k < draft.stored.size; k++)
            CHECK(draft.stored.data[k] == 0);
        record_draft_deinit(&draft);
    }
    record_builder_destroy(&builder);
}

static enum status build_two(void *context)
{
    (void)context;
    struct record_builder *builder = NULL;
    enum status s = record_builder_create(1, 1, &builder);
    if (s != STATUS_OK)
        return s;
    s = record_builder_set_config(builder, &CONFIG);
    record_builder_set_unit(builder, 60, AEAD_AES_256_GCM);
    for (uint64_t i = 0; s == STATUS_OK && i < 4; i++) {
        struct sample sample = sample_at((int64_t)i * 40000, 0, 5000);
        s = record_builder_add(builder, &sample, i, i);
        struct record_draft draft;
        if (s != STATUS_OK || i % 2 == 0)
            continue;
        s = record_builder_finish(builder, NULL, 0, &draft);
        if (s == STATUS_OK)
            record_draft_deinit(&draft);
        else /* the samples are still inside */
            CHECK(!record_builder_is_empty(builder));
    }
    record_builder_destroy(&builder);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(build_two, NULL);
}

struct expected {
    uint64_t sequence;
    uint64_t samples;
    int64_t end_us;
};

static void check_record(struct record_draft *draft, struct expected *camera)
{
    const struct record_header *header = &draft->header;
    CHECK(header->sequence == camera->sequence + 1);
    CHECK(header->start.us >= camera->end_us);
    CHECK(floor_divide(header->start.us, 60 * (int64_t)SECOND_US) * 60 *
              SECOND_US == header->unit.us);
    CHECK(header->first_number == (uint32_t)camera->samples + 1);
    camera->sequence = header->sequence;
    camera->samples += header->samples;
    camera->end_us = record_end(header).us;
    record_draft_deinit(draft);
}

/* 100 cameras with random frame rates and sizes: each camera's records are
 * numbered without a hole, in order, inside units, with every sample. */
static void a_hundred_cameras_keep_their_order(void **state)
{
    (void)state;
    struct test_random random = {99};
    for (uint32_t camera = 1; camera <= 100; camera++) {
        struct record_builder *builder = builder_of(camera);
        struct expected expected = {0};
        int64_t at_us = (int64_t)(test_random_next(&random) % 60000000);
        uint64_t number = 0;
        for (; number < 200;) {
            struct sample sample = sample_at(
                at_us, test_random_next(&random) % 12 == 0 ? SAMPLE_IDR : 0,
                (size_t)(test_random_next(&random) % 90000) + 1);
            struct wall_time next = {sample.time_us};
            if (record_builder_cuts_before(builder, &sample)) {
                struct record_draft draft;
                CHECK_OK(record_builder_finish(builder, &next, 0, &draft));
                CHECK(draft.header.duration_us <=
                      RECORD_SPAN_MAX_US + GAP_TOLERANCE_US);
                check_record(&draft, &expected);
            }
            CHECK_OK(record_builder_add(builder, &sample, ++number, 0));
            at_us += 1 + (int64_t)(test_random_next(&random) % 130000);
        }
        struct record_draft draft;
        CHECK_OK(record_builder_finish(builder, NULL, 0, &draft));
        check_record(&draft, &expected);
        CHECK(expected.samples == number);
        record_builder_destroy(&builder);
    }
}

TEST_MAIN("store/record_builder", TEST(cuts_where_it_must),
          TEST(cuts_at_the_border_of_a_unit),
          TEST(one_large_sample_stands_alone),
          TEST(a_record_describes_itself),
          TEST(a_hundred_cameras_keep_their_order),
          TEST(samples_are_whole_whatever_came_before),
          TEST(every_allocation_may_fail))

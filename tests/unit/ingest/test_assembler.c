/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/assembler.h"

#include "unit/ingest/packets.h"

enum { UNITS_MAX = 64, STEP_TICKS = 6000 };

struct unit {
    size_t from;
    size_t size;
    uint32_t ticks;
    bool is_key;
    bool is_discontinuous;
};

struct collected {
    struct buffer data;
    struct unit units[UNITS_MAX];
    size_t count;
};

static void on_unit(void *context, const struct assembled *unit)
{
    struct collected *collected = context;
    assert_true(collected->count < UNITS_MAX);
    CHECK_OK(nal_sample_check(unit->data));
    collected->units[collected->count++] = (struct unit){
        collected->data.size, unit->data.size, unit->timestamp_ticks,
        unit->is_key, unit->is_discontinuous};
    buffer_append(&collected->data, unit->data);
}

/* Everything but the packets first_lost to last_lost - 1. */
static uint32_t run(const struct packets *packets, size_t first_lost,
                    size_t last_lost, struct collected *out)
{
    struct assembler assembler;
    *out = (struct collected){.data = buffer_with_limit(4 << 20)};
    assembler_init(&assembler, packets->codec, on_unit, out);
    for (size_t i = 0; i < packets->count; i++) {
        struct rtp_packet packet;
        if (i >= first_lost && i < last_lost)
            continue;
        CHECK_OK(rtp_parse(packets_at(packets, i), &packet));
        assembler_packet(&assembler, &packet);
    }
    uint32_t lost = assembler_take_lost(&assembler);
    assembler_deinit(&assembler);
    return lost;
}

static bool is_sample(const struct collected *collected, size_t i,
                      struct bytes data)
{
    const struct unit *unit = &collected->units[i];
    return unit->size == data.size &&
           memcmp(collected->data.data + unit->from, data.data, data.size) == 0;
}

static void check_whole_stream(const char *name, enum codec codec,
                               bool without_marker)
{
    struct stream *stream = stream_open(name, codec, 15);
    struct packets *packets = packets_make(codec);
    struct collected got;
    packets->without_marker = without_marker;
    packets_add_stream(packets, stream, 0xfffff000, STEP_TICKS);
    CHECK(run(packets, 0, 0, &got) == 0);
    /* Without a marker the last unit waits for the next timestamp. */
    CHECK(got.count == stream->count - (without_marker ? 1 : 0));
    for (size_t i = 0; i < got.count; i++) {
        CHECK(is_sample(&got, i, stream->samples[i].data));
        CHECK(got.units[i].ticks == 0xfffff000u + (uint32_t)i * STEP_TICKS);
        CHECK(got.units[i].is_key ==
              ((stream->samples[i].flags & SAMPLE_IDR) != 0));
        CHECK(!got.units[i].is_discontinuous);
    }
    buffer_deinit(&got.data);
    packets_free(packets);
    stream_close(&stream);
}

static void streams_come_out_byte_for_byte(void **state)
{
    (void)state;
    check_whole_stream("tiny-64x48.h264", CODEC_H264, false);
    check_whole_stream("tiny-64x48.h264", CODEC_H264, true);
    check_whole_stream("tiny-90x66.h264", CODEC_H264, false);
    check_whole_stream("tiny-72x56.h265", CODEC_H265, false);
    check_whole_stream("tiny-72x56.h265", CODEC_H265, true);
}

/* Whatever packet is lost: what comes out is whole, in order, and the unit
 * behind each missing one is flagged. */
static void check_every_loss(const char *name, enum codec codec, size_t holes)
{
    struct stream *stream = stream_open(name, codec, 15);
    struct packets *packets = packets_make(codec);
    packets_add_stream(packets, stream, 0, STEP_TICKS);
    for (size_t lost = 1; lost + holes < packets->count; lost++) {
        struct collected got;
        CHECK(run(packets, lost, lost + holes, &got) == holes);
        CHECK(got.count < stream->count);
        size_t expected = 0;
        for (size_t i = 0; i < got.count; i++) {
            size_t sample = got.units[i].ticks / STEP_TICKS;
            CHECK(sample >= expected);
            CHECK(is_sample(&got, i, stream->samples[sample].data));
            CHECK(sample == expected || got.units[i].is_discontinuous);
            expected = sample + 1;
        }
        buffer_deinit(&got.data);
    }
    packets_free(packets);
    stream_close(&stream);
}

static void any_lost_packet_costs_its_unit_only(void **state)
{
    (void)state;
    check_every_loss("tiny-64x48.h264", CODEC_H264, 1);
    check_every_loss("tiny-64x48.h264", CODEC_H264, 3);
    check_every_loss("tiny-72x56.h265", CODEC_H265, 1);
}

static const uint8_t SPS[] = {0x67, 1};
static const uint8_t PPS[] = {0x68, 1};
static const uint8_t SEI[] = {0x06, 1};
static const uint8_t DELIMITER[] = {0x09, 0x10};
static const uint8_t KEY[] = {0x65, 0x88, 1};
static const uint8_t SECOND_SLICE[] = {0x65, 0x08, 1};
static const uint8_t PICTURE[] = {0x41, 0x9a, 1};

#define ADD(packets, ticks, is_last, nal)                                      \
    packets_add(packets, ticks, is_last, (struct bytes){NULL, 0},              \
                bytes_of(nal, sizeof nal))

static void markers_on_parameter_sets_end_nothing(void **state)
{
    (void)state;
    struct packets *packets = packets_make(CODEC_H264);
    struct collected got;
    ADD(packets, 100, true, SPS);
    ADD(packets, 100, true, PPS);
    ADD(packets, 200, true, SEI);
    ADD(packets, 200, false, KEY);
    ADD(packets, 200, true, SECOND_SLICE);
    ADD(packets, 300, true, PICTURE);
    CHECK(run(packets, 0, 0, &got) == 0);
    CHECK(got.count == 2);
    CHECK(got.units[0].is_key && got.units[0].ticks == 200);
    CHECK(got.units[0].size == 5 * 4 + 2 + 2 + 2 + 3 + 3);
    CHECK(!got.units[1].is_key && got.units[1].ticks == 300);
    buffer_deinit(&got.data);
    packets_free(packets);
}

static void a_delimiter_ends_a_unit_without_marker(void **state)
{
    (void)state;
    struct packets *packets = packets_make(CODEC_H264);
    struct collected got;
    packets->without_marker = true;
    ADD(packets, 100, false, DELIMITER);
    ADD(packets, 100, false, KEY);
    ADD(packets, 100, false, DELIMITER);
    ADD(packets, 100, false, PICTURE);
    ADD(packets, 100, false, SPS);
    CHECK(run(packets, 0, 0, &got) == 0);
    CHECK(got.count == 2 && got.units[0].is_key && !got.units[1].is_key);
    buffer_deinit(&got.data);
    packets_free(packets);
}

static void fragments_that_do_not_fit_cost_their_unit(void **state)
{
    (void)state;
    static const uint8_t START[] = {0x7c, 0x85, 0x88};
    static const uint8_t MIDDLE[] = {0x7c, 0x05, 9};
    static const uint8_t OTHER[] = {0x7c, 0x41, 9};
    static const uint8_t END[] = {0x7c, 0x45, 9};
    struct packets *packets = packets_make(CODEC_H264);
    struct collected got;
    ADD(packets, 100, true, KEY);
    ADD(packets, 200, true, MIDDLE); /* no start */
    ADD(packets, 300, false, START);
    ADD(packets, 300, true, OTHER);  /* of another type */
    ADD(packets, 400, false, START);
    ADD(packets, 400, true, START);  /* a start inside */
    ADD(packets, 500, true, START);  /* no end */
    ADD(packets, 600, false, START);
    ADD(packets, 600, false, MIDDLE);
    ADD(packets, 600, true, END);
    CHECK(run(packets, 0, 0, &got) == 0);
    CHECK(got.count == 2);
    CHECK(got.units[1].ticks == 600 && got.units[1].is_discontinuous);
    CHECK(got.units[1].size == 4 + 1 + 3);
    buffer_deinit(&got.data);
    packets_free(packets);
}

static void another_source_begins_anew(void **state)
{
    (void)state;
    struct packets *packets = packets_make(CODEC_H264);
    struct collected got;
    ADD(packets, 100, true, KEY);
    ADD(packets, 200, false, KEY); /* never ended */
    packets->ssrc++;
    packets->sequence = 7;
    ADD(packets, 900, true, KEY);
    packets->sequence = 60000; /* far back: the same, begun anew */
    ADD(packets, 950, true, PICTURE);
    CHECK(run(packets, 0, 0, &got) == 0);
    CHECK(got.count == 3);
    CHECK(got.units[1].ticks == 900 && got.units[1].is_discontinuous);
    CHECK(got.units[2].ticks == 950 && got.units[2].is_discontinuous);
    buffer_deinit(&got.data);
    packets_free(packets);
}

static void repetitions_are_dropped(void **state)
{
    (void)state;
    struct packets *packets = packets_make(CODEC_H264);
    struct collected got;
    ADD(packets, 100, true, KEY);
    packets->sequence--;
    ADD(packets, 100, true, KEY);
    ADD(packets, 200, true, PICTURE);
    CHECK(run(packets, 0, 0, &got) == 0);
    CHECK(got.count == 2 && !got.units[1].is_discontinuous);
    buffer_deinit(&got.data);
    packets_free(packets);
}

static void joining_in_the_middle_waits_for_a_beginning(void **state)
{
    (void)state;
    struct packets *packets = packets_make(CODEC_H264);
    struct collected got;
    ADD(packets, 100, true, SECOND_SLICE);
    ADD(packets, 200, true, KEY);
    CHECK(run(packets, 0, 0, &got) == 0);
    CHECK(got.count == 1 && got.units[0].ticks == 200);
    buffer_deinit(&got.data);
    packets_free(packets);
}

static void a_flood_without_pictures_stays_bounded(void **state)
{
    (void)state;
    struct assembler assembler;
    struct collected got = {.data = buffer_with_limit(1 << 20)};
    struct rtp_packet packet = {.payload = bytes_of(SEI, sizeof SEI)};
    assembler_init(&assembler, CODEC_H264, on_unit, &got);
    for (size_t i = 0; i < 20000; i++) {
        assembler_packet(&assembler, &packet);
        packet.sequence++;
    }
    CHECK(assembler.unit.data.size <= 6 * 4096);
    packet.has_marker = true;
    packet.payload = bytes_of(KEY, sizeof KEY);
    assembler_packet(&assembler, &packet);
    packet.sequence++;
    assembler_packet(&assembler, &packet);
    CHECK(got.count == 1 && got.units[0].is_discontinuous);
    assembler_deinit(&assembler);
    buffer_deinit(&got.data);
}

TEST_MAIN("ingest/assembler", TEST(streams_come_out_byte_for_byte),
          TEST(any_lost_packet_costs_its_unit_only),
          TEST(markers_on_parameter_sets_end_nothing),
          TEST(a_delimiter_ends_a_unit_without_marker),
          TEST(fragments_that_do_not_fit_cost_their_unit),
          TEST(another_source_begins_anew), TEST(repetitions_are_dropped),
          TEST(joining_in_the_middle_waits_for_a_beginning),
          TEST(a_flood_without_pictures_stays_bounded))

/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/nal_piece.h"

#include "unit/test.h"

static void single_units_pass_as_they_are(void **state)
{
    (void)state;
    static const uint8_t H264[] = {0x65, 1, 2};
    static const uint8_t H265[] = {0x26, 1, 2};
    struct nal_walk walk = nal_walk_on(bytes_of(H264, sizeof H264));
    struct nal_piece piece;
    CHECK_OK(h264_walk_next(&walk, &piece));
    CHECK(piece.begins && piece.ends && piece.type == 5);
    CHECK(piece.header_size == 0 && piece.body.size == 3);
    CHECK_STATUS(STATUS_END, h264_walk_next(&walk, &piece));
    walk = nal_walk_on(bytes_of(H265, sizeof H265));
    CHECK_OK(h265_walk_next(&walk, &piece));
    CHECK(piece.begins && piece.ends && piece.type == 19);
    CHECK_STATUS(STATUS_END, h265_walk_next(&walk, &piece));
}

static void aggregates_give_each_unit(void **state)
{
    (void)state;
    static const uint8_t STAP[] = {0x78, 0, 2, 0x67, 1, 0, 1, 0x68};
    static const uint8_t AP[] = {0x60, 1, 0, 2, 0x40, 1, 0, 3, 0x42, 1, 7};
    struct nal_walk walk = nal_walk_on(bytes_of(STAP, sizeof STAP));
    struct nal_piece piece;
    CHECK_OK(h264_walk_next(&walk, &piece));
    CHECK(piece.type == 7 && piece.body.size == 2 && piece.ends);
    CHECK_OK(h264_walk_next(&walk, &piece));
    CHECK(piece.type == 8 && piece.body.size == 1);
    CHECK_STATUS(STATUS_END, h264_walk_next(&walk, &piece));
    walk = nal_walk_on(bytes_of(AP, sizeof AP));
    CHECK_OK(h265_walk_next(&walk, &piece));
    CHECK(piece.type == 32 && piece.body.size == 2);
    CHECK_OK(h265_walk_next(&walk, &piece));
    CHECK(piece.type == 33 && piece.body.size == 3);
    CHECK_STATUS(STATUS_END, h265_walk_next(&walk, &piece));
}

static void fragments_rebuild_the_header(void **state)
{
    (void)state;
    static const uint8_t FIRST[] = {0x7c, 0x85, 9};
    static const uint8_t MIDDLE[] = {0x7c, 0x05, 9};
    static const uint8_t LAST[] = {0x7c, 0x45, 9};
    static const uint8_t H265[] = {0x62, 0x01, 0x93, 9};
    uint8_t peek[NAL_PEEK_SIZE];
    struct nal_piece piece;
    struct nal_walk walk = nal_walk_on(bytes_of(FIRST, 3));
    CHECK_OK(h264_walk_next(&walk, &piece));
    CHECK(piece.begins && !piece.ends && piece.type == 5);
    CHECK(piece.header_size == 1 && piece.header[0] == 0x65);
    struct bytes seen = nal_piece_peek(&piece, peek);
    CHECK(seen.size == 2 && peek[0] == 0x65 && peek[1] == 9);
    walk = nal_walk_on(bytes_of(MIDDLE, 3));
    CHECK_OK(h264_walk_next(&walk, &piece));
    CHECK(!piece.begins && !piece.ends && piece.header_size == 0);
    walk = nal_walk_on(bytes_of(LAST, 3));
    CHECK_OK(h264_walk_next(&walk, &piece));
    CHECK(!piece.begins && piece.ends);
    CHECK_STATUS(STATUS_END, h264_walk_next(&walk, &piece));
    walk = nal_walk_on(bytes_of(H265, 4));
    CHECK_OK(h265_walk_next(&walk, &piece));
    CHECK(piece.begins && piece.type == 19 && piece.header_size == 2);
    CHECK(piece.header[0] == 0x26 && piece.header[1] == 0x01);
}

/* The last answer of a walk that must not end well. */
static enum status walk_all(bool is_h265, const uint8_t *data, size_t size)
{
    struct nal_walk walk = nal_walk_on(bytes_of(data, size));
    struct nal_piece piece;
    enum status s = STATUS_OK;
    for (size_t i = 0; i < 100 && s == STATUS_OK; i++)
        s = is_h265 ? h265_walk_next(&walk, &piece)
                    : h264_walk_next(&walk, &piece);
    return s;
}

static void payloads_that_lie_are_refused(void **state)
{
    (void)state;
    static const struct {
        bool is_h265;
        uint8_t data[8];
        size_t size;
    } BAD[] = {
        {false, {0}, 0},
        {false, {0x00, 1}, 2},                   /* type 0 */
        {false, {0xe5, 1}, 2},                   /* forbidden bit */
        {false, {0x79, 0, 1, 0x65}, 4},          /* STAP-B */
        {false, {0x7d, 0x85, 0, 1, 9}, 5},       /* FU-B */
        {false, {0x78}, 1},                      /* STAP-A of nothing */
        {false, {0x78, 0, 9, 0x65}, 4},          /* size beyond the packet */
        {false, {0x78, 0, 0, 0, 1, 0x65}, 6},    /* unit of size 0 */
        {false, {0x78, 0, 1, 0x65, 0}, 5},       /* half a size */
        {false, {0x78, 0, 1, 0x78}, 4},          /* an aggregate inside */
        {false, {0x7c}, 1},
        {false, {0x7c, 0x85}, 2},                /* fragment of nothing */
        {false, {0x7c, 0x9c, 1}, 3},             /* a fragment inside */
        {false, {0x7c, 0x80, 1}, 3},
        {true, {0x26}, 1},
        {true, {0xa6, 1, 2}, 3},                 /* forbidden bit */
        {true, {0x64, 1, 2}, 3},                 /* PACI */
        {true, {0x60, 1}, 2},                    /* AP of nothing */
        {true, {0x60, 1, 0, 9, 0x40, 1}, 6},
        {true, {0x60, 1, 0, 1, 0x40}, 5},        /* unit without its header */
        {true, {0x62, 1, 0x93}, 3},
        {true, {0x62, 1, 0xb1, 1}, 4},           /* a fragment inside */
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        enum status s = walk_all(BAD[i].is_h265, BAD[i].data, BAD[i].size);
        if (s != STATUS_BAD_INPUT)
            print_error("case %zu\n", i);
        CHECK_STATUS(STATUS_BAD_INPUT, s);
    }
}

TEST_MAIN("ingest/nal_piece", TEST(single_units_pass_as_they_are),
          TEST(aggregates_give_each_unit), TEST(fragments_rebuild_the_header),
          TEST(payloads_that_lie_are_refused))

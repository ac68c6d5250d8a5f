/* SPDX-License-Identifier: Apache-2.0 */
#include "web/motion.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "base/time.h"
#include "media/sample_pack.h"
#include "unit/test.h"

static const struct codec_config CONFIG = {
    .codec = CODEC_H264, .width = 64, .height = 48};

/* A sample a second, from start_us; 'm': motion. Without bytes, as the vault
 * gives them. */
static void put_pack(struct buffer *out, int64_t start_us, const char *marks)
{
    struct sample samples[16];
    size_t count = strlen(marks);
    for (size_t i = 0; i < count; i++)
        samples[i] = (struct sample){
            .time_us = start_us + (int64_t)i * SECOND_US,
            .duration_us = SECOND_US,
            .flags = (i == 0 ? SAMPLE_IDR : 0u) |
                     (marks[i] == 'm' ? SAMPLE_MOTION : 0u),
        };
    sample_pack_append(out, 1, &CONFIG, samples, count);
}

static void check_spans(struct buffer *packs, int64_t from_us,
                        const char *expected)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(4096);
    CHECK_OK(motion_write(buffer_bytes(packs), from_us, 9, &out));
    struct text said = buffer_text(&out);
    if (!text_equal(said, text_of(expected)))
        fail_msg("%.*s", (int)said.size, said.data);
}

static void spans_join_over_packs_and_begin_where_asked(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer packs = buffer_with_limit(65536);
    check_spans(&packs, 0, "{\"spans\":[],\"next\":9}");
    put_pack(&packs, 10 * SECOND_US, "-mm-");
    put_pack(&packs, 14 * SECOND_US, "mm--");
    put_pack(&packs, 18 * SECOND_US, "---m");
    check_spans(&packs, 0,
                "{\"spans\":[[11000000,16000000],[21000000,22000000]],"
                "\"next\":9}");
    check_spans(&packs, 12500000,
                "{\"spans\":[[12500000,16000000],[21000000,22000000]],"
                "\"next\":9}");
    check_spans(&packs, 22000000, "{\"spans\":[],\"next\":9}");
}

static void what_is_no_pack_is_refused(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer packs = buffer_with_limit(65536);
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(4096);
    put_pack(&packs, 0, "mm");
    packs.size--;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 motion_write(buffer_bytes(&packs), 0, 0, &out));
}

TEST_MAIN("web/motion", TEST(spans_join_over_packs_and_begin_where_asked),
          TEST(what_is_no_pack_is_refused))

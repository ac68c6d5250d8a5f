/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tellings.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "unit/test.h"

static const struct wall_time NOW = {INT64_C(1795323600000000)};
#define DIGEST_A                                                               \
    "aa00000000000000000000000000000000000000000000000000000000000000"
#define DIGEST_B                                                               \
    "bb00000000000000000000000000000000000000000000000000000000000000"

static void add(struct tellings *tellings, uint64_t number,
                const struct entry *entry)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct commitment commitments[LOG_PERSONAL_MAX] = {{{0}}};
    struct entry_line line;
    CHECK_OK(entry_line_write(entry, number, NOW, commitments, &out));
    CHECK_OK(entry_line_read(buffer_text(&out), &line));
    tellings_add(tellings, &line);
}

static void told(struct tellings *tellings, uint32_t camera, const char *sound,
                 const char *digest)
{
    struct entry entry = entry_of(ENTRY_CAMERA_TOLD);
    entry_number(&entry, "camera", camera);
    entry_text(&entry, "sound", text_of(sound));
    entry_text(&entry, "turns", text_of("no"));
    entry_text(&entry, "copies", text_of("unknown"));
    entry_number(&entry, "masks", 2);
    entry_text(&entry, "masks_sha256", text_of(digest));
    entry_number(&entry, "pixels", 640 * 360);
    add(tellings, 5, &entry);
}

static void the_last_word_counts_and_the_first_masks(void **state)
{
    (void)state;
    struct tellings tellings = {.list = NULL};
    CHECK(tellings_find(&tellings, 1) == NULL);
    told(&tellings, 1, "yes", "");
    CHECK(!tellings_find(&tellings, 1)->has_masks);
    told(&tellings, 1, "no", DIGEST_A);
    told(&tellings, 1, "no", DIGEST_B);
    told(&tellings, 2, "yes", DIGEST_B);
    const struct telling *one = tellings_find(&tellings, 1);
    CHECK(one->has_report && one->has_masks);
    CHECK(one->report.sound == CAMERA_ANSWER_NO);
    CHECK(one->report.turns == CAMERA_ANSWER_NO);
    CHECK(one->report.copies == CAMERA_ANSWER_UNKNOWN);
    assert_int_equal(2, one->report.masks);
    assert_int_equal(640 * 360, one->report.pixels);
    assert_int_equal(0xaa, one->first_masks_sha256[0]);
    assert_int_equal(0xbb, one->report.masks_sha256[0]);
    CHECK(tellings_find(&tellings, 2)->report.sound == CAMERA_ANSWER_YES);
    tellings_deinit(&tellings);
}

static void tampering_stands_until_it_is_over(void **state)
{
    (void)state;
    struct tellings tellings = {.list = NULL};
    struct entry begins = entry_of(ENTRY_CAMERA_TAMPER);
    struct entry ends = entry_of(ENTRY_CAMERA_TAMPER_OVER);
    entry_number(&begins, "camera", 3);
    entry_number(&ends, "camera", 3);
    entry_number(&ends, "tamper", 7);
    add(&tellings, 7, &begins);
    assert_int_equal(7, tellings_find(&tellings, 3)->tamper);
    CHECK(!tellings_find(&tellings, 3)->has_report);
    add(&tellings, 8, &ends);
    assert_int_equal(0, tellings_find(&tellings, 3)->tamper);
    tellings_deinit(&tellings);
}

TEST_MAIN("log/tellings", TEST(the_last_word_counts_and_the_first_masks),
          TEST(tampering_stands_until_it_is_over))

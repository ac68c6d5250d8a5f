/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/promise/capability.h"

#include "base/text.h"
#include "unit/test.h"

static const struct camera_report QUIET = {
    .sound = CAMERA_ANSWER_NO,
    .turns = CAMERA_ANSWER_NO,
    .copies = CAMERA_ANSWER_NO,
    .knows_masks = true,
    .masks = 1,
    .pixels = 1920 * 1080,
    .masks_sha256 = {7},
};

/* The one thing that differs; COUNT: none. */
static enum capability only(const struct notice_group *group,
                            const struct camera_report *report,
                            struct bytes masks)
{
    bool differs[CAPABILITY_COUNT] = {false};
    enum capability found = CAPABILITY_COUNT;
    capability_compare(group, report, masks, differs);
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
        CHECK(!differs[i] || found == CAPABILITY_COUNT);
        if (differs[i])
            found = (enum capability)i;
    }
    return found;
}

static void what_the_notice_does_not_say_differs(void **state)
{
    (void)state;
    struct notice_group group = {.camera_class = NOTICE_CLASS_FIXED};
    struct camera_report report = QUIET;
    const struct bytes none = {NULL, 0};
    assert_int_equal(CAPABILITY_COUNT, only(&group, &report, none));
    report.sound = CAMERA_ANSWER_YES;
    assert_int_equal(CAPABILITY_SOUND, only(&group, &report, none));
    report = QUIET;
    report.turns = CAMERA_ANSWER_YES;
    assert_int_equal(CAPABILITY_TURNS, only(&group, &report, none));
    group.camera_class = NOTICE_CLASS_PTZ;
    assert_int_equal(CAPABILITY_COUNT, only(&group, &report, none));
    report = QUIET;
    report.copies = CAMERA_ANSWER_YES;
    assert_int_equal(CAPABILITY_COPIES, only(&group, &report, none));
    report = QUIET;
    report.pixels = 640 * 360;
    assert_int_equal(CAPABILITY_COUNT, only(&group, &report, none));
    group.pixels = 640 * 360;
    assert_int_equal(CAPABILITY_COUNT, only(&group, &report, none));
    group.pixels++;
    assert_int_equal(CAPABILITY_PIXELS, only(&group, &report, none));
    /* What a camera does not say is no difference. */
    report = (struct camera_report){.knows_masks = false};
    assert_int_equal(CAPABILITY_COUNT, only(&group, &report, none));
}

static void masks_are_as_they_were_and_there_where_promised(void **state)
{
    (void)state;
    struct notice_exclusion exclusion = {.met_by =
                                             NOTICE_EXCLUSION_CAMERA_MASK};
    struct notice_group group = {.exclusions = &exclusion};
    struct camera_report report = QUIET;
    const struct bytes wanted =
        bytes_of(QUIET.masks_sha256, sizeof QUIET.masks_sha256);
    assert_int_equal(CAPABILITY_COUNT, only(&group, &report, wanted));
    report.masks_sha256[31] = 1;
    assert_int_equal(CAPABILITY_MASKS, only(&group, &report, wanted));
    report.knows_masks = false;
    assert_int_equal(CAPABILITY_COUNT, only(&group, &report, wanted));
    report = QUIET;
    report.masks = 0;
    group.exclusion_count = 1;
    assert_int_equal(CAPABILITY_MASKS, only(&group, &report, wanted));
}

static void each_has_its_drift(void **state)
{
    (void)state;
    assert_string_equal("camera_sound",
                        drift_code(capability_drift(CAPABILITY_SOUND)));
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
        for (unsigned j = 0; j < i; j++)
            CHECK(capability_drift((enum capability)i) !=
                  capability_drift((enum capability)j));
}

static void a_report_travels(void **state)
{
    (void)state;
    uint8_t encoded[CAMERA_REPORT_SIZE];
    struct camera_report read;
    camera_report_encode(&QUIET, encoded);
    CHECK_OK(camera_report_decode(bytes_of(encoded, sizeof encoded), &read));
    CHECK(camera_report_equal(&QUIET, &read));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 camera_report_decode(bytes_of(encoded, sizeof encoded - 1),
                                      &read));
    encoded[0] = CAMERA_ANSWER_COUNT;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 camera_report_decode(bytes_of(encoded, sizeof encoded),
                                      &read));
}

TEST_MAIN("notice/capability", TEST(what_the_notice_does_not_say_differs),
          TEST(masks_are_as_they_were_and_there_where_promised),
          TEST(each_has_its_drift), TEST(a_report_travels))

/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/event.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "unit/onvif/sample.h"

#define MESSAGE(topic, operation, item, value)                                 \
    "<wsnt:NotificationMessage><wsnt:Topic>" topic "</wsnt:Topic>"             \
    "<wsnt:Message><tt:Message UtcTime=\"2026-11-22T03:28:10Z\" "              \
    "PropertyOperation=\"" operation "\"><tt:Source><tt:SimpleItem "           \
    "Name=\"VideoSourceConfigurationToken\" Value=\"1\"/></tt:Source>"         \
    "<tt:Data><tt:SimpleItem Name=\"" item "\" Value=\"" value "\"/>"          \
    "</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>"

static void motion_and_tampering(void **state)
{
    (void)state;
    AUTO(alloc_release) struct onvif_events *events =
        alloc_zeroed(sizeof *events);
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    assert_non_null(events);
    const struct xml_node *answer = sample_answer(
        SAMPLE_ENVELOPE(
            "", "<tev:PullMessagesResponse>" MESSAGE(
                    "tns1:RuleEngine/CellMotionDetector/Motion", "Changed",
                    "IsMotion", "true")
                    MESSAGE("tns1:VideoSource/GlobalSceneChange/ImagingService",
                            "Initialized", "State", "false")
                        MESSAGE("tns1:Device/Trigger/Relay", "Changed",
                                "LogicalState", "true")
                "</tev:PullMessagesResponse>"),
        &tree);
    CHECK_OK(onvif_read_events(tree, answer, events));
    assert_int_equal(3, events->count);
    const struct onvif_event *one = events->list;
    CHECK(one[0].kind == ONVIF_EVENT_MOTION && one[0].is_on);
    CHECK(!one[0].is_first_word);
    CHECK(one[0].time.us == 1795318090ll * SECOND_US);
    CHECK(one[1].kind == ONVIF_EVENT_TAMPER && !one[1].is_on);
    CHECK(one[1].is_first_word);
    CHECK(one[2].kind == ONVIF_EVENT_OTHER);
}

static void more_than_are_kept(void **state)
{
    (void)state;
    AUTO(alloc_release) struct onvif_events *events =
        alloc_zeroed(sizeof *events);
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    struct buffer all = buffer_with_limit(XML_BYTES_MAX);
    assert_non_null(events);
    buffer_append_text(&all, "<PullMessagesResponse>");
    for (size_t i = 0; i < ONVIF_EVENTS_MAX + 3; i++)
        buffer_append_text(&all, "<NotificationMessage/>");
    buffer_append_text(&all, "</PullMessagesResponse>");
    CHECK_OK(xml_parse(buffer_bytes(&all), &tree));
    CHECK_OK(onvif_read_events(tree, xml_root(tree), events));
    assert_int_equal(ONVIF_EVENTS_MAX, events->count);
    assert_int_equal(3, events->left_out);
    buffer_deinit(&all);
}

static void a_subscription_has_a_path_at_the_camera(void **state)
{
    (void)state;
    char path[ONVIF_ADDRESS_SIZE];
    char address[ONVIF_ADDRESS_SIZE];
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    AUTO(xml_destroy) struct xml_tree *none = NULL;
    const struct xml_node *answer = sample_answer(
        SAMPLE_ENVELOPE("", "<tev:CreatePullPointSubscriptionResponse>"
                            "<tev:SubscriptionReference><wsa:Address>"
                            "http://10.0.0.1:8080/event?id=7</wsa:Address>"
                            "</tev:SubscriptionReference>"
                            "</tev:CreatePullPointSubscriptionResponse>"),
        &tree);
    CHECK_OK(onvif_read_subscription(tree, answer, path, address));
    assert_string_equal("/event?id=7", path);
    assert_string_equal("http://10.0.0.1:8080/event?id=7", address);
    answer = sample_answer(
        SAMPLE_ENVELOPE("", "<tev:CreatePullPointSubscriptionResponse/>"),
        &none);
    CHECK_STATUS(STATUS_BAD_INPUT,
                 onvif_read_subscription(none, answer, path, address));
}

TEST_MAIN("onvif/event", TEST(motion_and_tampering), TEST(more_than_are_kept),
          TEST(a_subscription_has_a_path_at_the_camera))

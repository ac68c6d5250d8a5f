/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/event.h"

#include "base/crc32c.h"
#include "base/text.h"
#include "onvif/address.h"

enum status onvif_read_subscription(const struct xml_tree *tree,
                                    const struct xml_node *answer,
                                    char path[ONVIF_ADDRESS_SIZE],
                                    char address[ONVIF_ADDRESS_SIZE])
{
    struct onvif_address parsed;
    path[0] = 0;
    address[0] = 0;
    if (answer == NULL ||
        !text_equal(answer->name,
                    text_of("CreatePullPointSubscriptionResponse")))
        return STATUS_BAD_INPUT;
    struct text text = xml_text(tree, answer, "SubscriptionReference/Address");
    if (onvif_address_parse(text, &parsed) != STATUS_OK)
        return STATUS_BAD_INPUT;
    onvif_copy_token(parsed.path, path, ONVIF_ADDRESS_SIZE);
    onvif_copy_token(text, address, ONVIF_ADDRESS_SIZE);
    return STATUS_OK;
}

static bool holds(struct text topic, const char *word)
{
    struct text wanted = text_of(word);
    for (; topic.size >= wanted.size; topic.data++, topic.size--)
        if (text_starts_with(topic, wanted))
            return true;
    return false;
}

/* Topics as the device test tool and the makers use them:
 * VideoSource/MotionAlarm, RuleEngine/CellMotionDetector/Motion,
 * VideoSource/GlobalSceneChange/..., VideoSource/ImageTooDark/...,
 * RuleEngine/TamperDetector/Tamper, VideoSource/SignalLoss. */
static enum onvif_event_kind kind_of(struct text topic)
{
    static const char *const TAMPER[] = {"Tamper",      "GlobalSceneChange",
                                         "ImageTooDark", "ImageTooBright",
                                         "ImageTooBlurry", "SignalLoss"};
    for (size_t i = 0; i < sizeof TAMPER / sizeof TAMPER[0]; i++)
        if (holds(topic, TAMPER[i]))
            return ONVIF_EVENT_TAMPER;
    return holds(topic, "Motion") ? ONVIF_EVENT_MOTION : ONVIF_EVENT_OTHER;
}

static bool is_on(const struct xml_tree *tree, const struct xml_node *message)
{
    static const char *const NAMES[] = {"State", "IsMotion", "IsTamper"};
    const struct xml_node *item =
        xml_first(tree, xml_child(tree, message, "Data"));
    for (; item != NULL; item = xml_next(tree, item))
        for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
            if (text_equal(xml_attribute(tree, item, "Name"),
                           text_of(NAMES[i])))
                return onvif_is_true(xml_attribute(tree, item, "Value"));
    return false;
}

/* Rules and inputs of a camera tell of the same topic side by side. */
static uint32_t key_of(const struct xml_tree *tree,
                       const struct xml_node *message, struct text topic)
{
    uint32_t key = crc32c(text_bytes(topic));
    const struct xml_node *item =
        xml_first(tree, xml_child(tree, message, "Source"));
    for (; item != NULL; item = xml_next(tree, item))
        key = key * 31 +
              crc32c(text_bytes(xml_attribute(tree, item, "Value")));
    return key;
}

static void read_event(const struct xml_tree *tree, const struct xml_node *node,
                       struct onvif_event *out)
{
    const struct xml_node *message = xml_path(tree, node, "Message/Message");
    struct text topic = xml_text(tree, node, "Topic");
    struct text operation = xml_attribute(tree, message, "PropertyOperation");
    *out = (struct onvif_event){
        .kind = kind_of(topic),
        .is_on = is_on(tree, message) &&
                 !text_equal(operation, text_of("Deleted")),
        .is_first_word = text_equal(operation, text_of("Initialized")),
        .key = key_of(tree, message, topic),
    };
    if (wall_time_parse(xml_attribute(tree, message, "UtcTime"), &out->time) !=
        STATUS_OK)
        out->time.us = 0;
    onvif_copy_word(topic, out->topic, sizeof out->topic);
}

enum status onvif_read_events(const struct xml_tree *tree,
                              const struct xml_node *answer,
                              struct onvif_events *out)
{
    out->count = 0;
    out->left_out = 0;
    if (answer == NULL ||
        !text_equal(answer->name, text_of("PullMessagesResponse")))
        return STATUS_BAD_INPUT;
    const struct xml_node *one = xml_first(tree, answer);
    for (; one != NULL; one = xml_next(tree, one)) {
        if (!text_equal(one->name, text_of("NotificationMessage")))
            continue;
        if (out->count < ONVIF_EVENTS_MAX)
            read_event(tree, one, &out->list[out->count++]);
        else
            out->left_out++;
    }
    return STATUS_OK;
}

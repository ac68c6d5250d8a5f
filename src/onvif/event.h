/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onvif/event - motion and tampering, as a camera's pull point tells them.
 *
 *   wsnt:NotificationMessage
 *     wsnt:Topic             tns1:VideoSource/MotionAlarm
 *     wsnt:Message/tt:Message UtcTime PropertyOperation
 *       tt:Source/tt:SimpleItem Name Value
 *       tt:Data/tt:SimpleItem Name="State" Value="true"
 *
 * Source: ONVIF Core section 9 (event handling), ONVIF Imaging section 7.
 * Threads: none of its own.
 */
#ifndef ONVIF_EVENT_H
#define ONVIF_EVENT_H

#include "onvif/answer.h"

enum onvif_event_kind {
    ONVIF_EVENT_OTHER = 0,
    ONVIF_EVENT_MOTION,
    ONVIF_EVENT_TAMPER, /* covered, moved, blinded, picture lost */
};

struct onvif_event {
    enum onvif_event_kind kind;
    bool is_on;         /* the state that begins; false: it ends */
    bool is_first_word; /* how things stood at the subscription */
    struct wall_time time; /* the camera's clock; 0: not said */
    uint32_t key;          /* the same for the same topic and source */
    char topic[ONVIF_TOPIC_SIZE];
};

struct onvif_events {
    size_t count;
    size_t left_out; /* beyond ONVIF_EVENTS_MAX */
    struct onvif_event list[ONVIF_EVENTS_MAX];
};

/* CreatePullPointSubscription: the path of the subscription's address; host and
 * port are those of the camera. Fails with: BAD_INPUT. */
MUST_USE enum status
onvif_read_subscription(const struct xml_tree *tree,
                        const struct xml_node *answer,
                        char path[ONVIF_ADDRESS_SIZE],
                        char address[ONVIF_ADDRESS_SIZE]);

/* PullMessages. Fails with: BAD_INPUT. */
MUST_USE enum status onvif_read_events(const struct xml_tree *tree,
                                       const struct xml_node *answer,
                                       struct onvif_events *out);

#endif

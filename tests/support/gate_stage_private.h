/* SPDX-License-Identifier: Apache-2.0 */
/* support/gate_stage_private - what the stage's files share. */
#ifndef SUPPORT_GATE_STAGE_PRIVATE_H
#define SUPPORT_GATE_STAGE_PRIVATE_H

#include "support/gate_stage.h"

/* How long an answer may take, and how often something that is not answered is
 * looked at meanwhile. */
enum {
    WAIT_LIMIT_MS = 60000,
    TURN_MS = 20,
    TURNS = WAIT_LIMIT_MS / TURN_MS,
};

/* Keeps an answer and lets gate_stage_wait return. */
void gate_stage_answered(struct gate_stage *stage, enum status status,
                         struct bytes json, int descriptor);
enum status gate_stage_wait(struct gate_stage *stage);

/* gate_stage_hold.c */
void gate_stage_hold_handlers(struct message_handlers *handlers);

#define ON_REPLY(name)                                                         \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)

/* Sends a message as this role and waits. */
#define ASK(stage, channel, name, message)                                     \
    (CHECK_OK(message_##name##_send(channel, message, -1, on_##name, stage)),  \
     gate_stage_wait(stage))

#endif

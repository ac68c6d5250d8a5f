/* SPDX-License-Identifier: Apache-2.0 */
/* privilege/recorder_stage_private - what the stage's files share. */
#ifndef PRIVILEGE_RECORDER_STAGE_PRIVATE_H
#define PRIVILEGE_RECORDER_STAGE_PRIVATE_H

#include "privilege/recorder_stage.h"

enum { RECORDER_JSON_MAX = 131072 };

/* Keeps an answer and lets recorder_stage_wait return. */
void recorder_stage_answered(struct recorder_stage *stage, enum status status);
enum status recorder_stage_wait(struct recorder_stage *stage,
                                const char *what);

/* The payload of a sample: RECORDER_PAYLOAD bytes. */
void recorder_stage_payload(uint32_t camera, uint64_t k,
                            uint8_t out[RECORDER_PAYLOAD]);

#define ON_REPLY(name)                                                         \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)

/* Sends and waits; IO where the neighbour is away. */
#define ASK(stage, channel, name, message)                                     \
    ((channel) == NULL ||                                                      \
             message_##name##_send(channel, message, -1, on_##name, stage) !=  \
                 STATUS_OK                                                     \
         ? STATUS_IO                                                           \
         : recorder_stage_wait(stage, #name))

#endif

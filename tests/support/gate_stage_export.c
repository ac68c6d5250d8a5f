/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence packages on the gate's stage: asked for, answered, taken out. */
#include "base/text.h"
#include "base/writer.h"
#include "support/gate_stage_private.h"
#include "unit/test.h"

static const char ADDRESS[] = "192.0.2.7";

ON_REPLY(export_answer)
{
    struct gate_stage *stage = context;
    stage->refusal = reply->refusal;
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(export_order)
{
    struct gate_stage *stage = context;
    stage->refusal = reply->refusal;
    stage->view = reply->view;
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(export_take)
{
    struct gate_stage *stage = context;
    stage->refusal = reply->refusal;
    stage->view = reply->view;
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(export_orders_get)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(export_made)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(password_again)
{
    (void)reply;
    gate_stage_answered(context, status, (struct bytes){NULL, 0}, descriptor);
}

enum status gate_stage_export(struct gate_stage *stage,
                              const struct stage_export *wish)
{
    uint8_t cameras[4];
    struct writer camera = writer_on(cameras, sizeof cameras);
    int64_t now_us = gate_stage_now_us();
    writer_u32be(&camera, wish->camera);
    const struct message_export_order message = {
        .session = text_of(stage->session),
        .only_asks = wish->only_asks ? 1 : 0,
        .is_covered = wish->is_covered ? 1 : 0,
        .cameras = writer_written(&camera),
        .from_us = now_us - 60 * (int64_t)SECOND_US,
        .to_us = now_us - 30 * (int64_t)SECOND_US,
        .until_us = now_us + 86400 * (int64_t)SECOND_US,
        .is_provided = 1,
        .purpose = text_of("facility-safety"),
        .ground = text_of("제18조 제2항"),
        .receiver = text_of(wish->receiver),
        .conditions = text_of("목적 외 이용 금지"),
        .reason = text_of("사고 확인"),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, export_order, &message);
}

enum status gate_stage_export_answer(struct gate_stage *stage, uint64_t order,
                                     bool is_approved, const char *reason)
{
    const struct message_export_answer message = {
        .session = text_of(stage->session),
        .order = order,
        .is_approved = is_approved ? 1 : 0,
        .reason = text_of(reason),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, export_answer, &message);
}

enum status gate_stage_export_take(struct gate_stage *stage, uint64_t order)
{
    const struct message_export_take message = {
        .session = text_of(stage->session),
        .order = order,
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, export_take, &message);
}

enum status gate_stage_export_orders(struct gate_stage *stage, uint64_t order)
{
    const struct message_export_orders_get message = {
        .session = text_of(stage->session), .order = order};
    return ASK(stage, stage->web, export_orders_get, &message);
}

enum status gate_stage_export_made(struct gate_stage *stage, uint64_t export)
{
    const struct message_export_made message = {
        .session = text_of(stage->session), .export = export};
    return ASK(stage, stage->web, export_made, &message);
}

enum status gate_stage_password_again(struct gate_stage *stage,
                                      const char *password)
{
    const struct message_password_again message = {
        .session = text_of(stage->session),
        .password = text_of(password),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, password_again, &message);
}

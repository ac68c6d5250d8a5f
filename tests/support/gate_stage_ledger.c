/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger on the gate's stage: its rows, what is entered by hand, reviews. */
#include "base/text.h"
#include "ipc/document.h"
#include "support/gate_stage_private.h"
#include "sys/sealed_memory.h"
#include "unit/test.h"

static const char ADDRESS[] = "192.0.2.7";

static void take_document(struct gate_stage *stage, enum status status,
                          struct bytes inside, uint32_t outside_bytes,
                          int descriptor)
{
    struct bytes mapped = {NULL, 0};
    struct bytes json = {NULL, 0};
    if (status == STATUS_OK)
        CHECK_OK(document_open(inside, outside_bytes, &descriptor, &mapped,
                               &json));
    gate_stage_answered(stage, status, json, descriptor);
    sealed_memory_unmap(&mapped);
}

ON_REPLY(ledger_get)
{
    take_document(context, status, reply->json, reply->outside_bytes,
                  descriptor);
}

ON_REPLY(review_get)
{
    take_document(context, status, reply->json, reply->outside_bytes,
                  descriptor);
}

ON_REPLY(ledger_enter)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(ledger_end)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(duty_enter)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(review_sign)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

enum status gate_stage_ledger(struct gate_stage *stage, int64_t from_us,
                              int64_t to_us, uint64_t next)
{
    const struct message_ledger_get message = {
        .session = text_of(stage->session),
        .from_us = from_us,
        .to_us = to_us,
        .next = next,
    };
    return ASK(stage, stage->web, ledger_get, &message);
}

enum status gate_stage_items(struct gate_stage *stage)
{
    const struct message_ledger_get message = {
        .session = text_of(stage->session),
        .open_items = 1,
    };
    return ASK(stage, stage->web, ledger_get, &message);
}

static int64_t or_else(int64_t us, int64_t seconds)
{
    return us != 0 ? us : gate_stage_now_us() + seconds * (int64_t)SECOND_US;
}

enum status gate_stage_copy(struct gate_stage *stage,
                            const struct stage_copy *copy)
{
    const struct message_ledger_enter message = {
        .session = text_of(stage->session),
        .item = copy->item,
        .corrects = copy->corrects,
        .use = text_of(copy->use),
        .medium = text_of(copy->medium),
        .camera = STAGE_CAMERA,
        .done_us = or_else(copy->done_us, -60),
        .due_us = or_else(copy->due_us, 86400),
        .receiver = text_of(copy->receiver),
        .ground = text_of(copy->ground),
        .reason = text_of(copy->reason),
        .remark = text_of(copy->remark),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, ledger_enter, &message);
}

enum status gate_stage_copy_end(struct gate_stage *stage, uint32_t item,
                                const char *how, const char *reason)
{
    const struct message_ledger_end message = {
        .session = text_of(stage->session),
        .item = item,
        .how = text_of(how),
        .done_us = or_else(0, -1),
        .reason = text_of(reason),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, ledger_end, &message);
}

enum status gate_stage_duty(struct gate_stage *stage,
                            const struct stage_duty *duty)
{
    const struct message_duty_enter message = {
        .session = text_of(stage->session),
        .duty = duty->number,
        .what = text_of(duty->what),
        .subject = text_of(duty->subject),
        .months = duty->months,
        .due_us = duty->due_us,
        .done_us = duty->done_us,
        .result = text_of(duty->result),
        .reason = text_of(duty->reason),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, duty_enter, &message);
}

enum status gate_stage_review(struct gate_stage *stage, uint32_t month)
{
    const struct message_review_get message = {
        .session = text_of(stage->session), .month = month};
    return ASK(stage, stage->web, review_get, &message);
}

enum status gate_stage_review_sign(struct gate_stage *stage, uint32_t month,
                                   const char *remark)
{
    const struct message_review_sign message = {
        .session = text_of(stage->session),
        .month = month,
        .remark = text_of(remark),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, review_sign, &message);
}

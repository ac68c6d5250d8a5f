/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "support/gate_stage_private.h"
#include "unit/test.h"

ON_REPLY(exclusions_get)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(exclusion_sign)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

enum status gate_stage_exclusions(struct gate_stage *stage)
{
    const struct message_exclusions_get message = {
        .session = text_of(stage->session)};
    return ASK(stage, stage->web, exclusions_get, &message);
}

enum status gate_stage_exclusion_sign(struct gate_stage *stage,
                                      const struct stage_signature *signature)
{
    const struct message_exclusion_sign message = {
        .session = text_of(stage->session),
        .camera = signature->camera,
        .place = text_of(signature->place),
        .by = text_of(signature->by),
        .picture_sha256 = text_of(signature->picture_sha256),
        .view = signature->view,
        .taken_us = signature->taken_us,
        .reason = text_of("화면을 보고 확인"),
        .address = text_of("192.0.2.7"),
    };
    return ASK(stage, stage->web, exclusion_sign, &message);
}

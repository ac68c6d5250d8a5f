/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "support/gate_stage_private.h"
#include "unit/test.h"

static const char ADDRESS[] = "192.0.2.7";

ON_REPLY(version_publish)
{
    struct gate_stage *stage = context;
    stage->refusal = reply->refusal;
    gate_stage_answered(stage, status, reply->json, descriptor);
}

ON_REPLY(version_withdraw)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(version_confirm)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(versions_get)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

enum status gate_stage_publish(struct gate_stage *stage,
                               const struct stage_announcement *announcement)
{
    const struct message_version_publish message = {
        .session = text_of(stage->session),
        .sha256 = text_of(announcement->sha256),
        .effective_us = announcement->effective_us,
        .at_once = announcement->is_at_once,
        .reason = text_of(announcement->reason),
    };
    return ASK(stage, stage->web, version_publish, &message);
}

enum status gate_stage_withdraw(struct gate_stage *stage, uint32_t version)
{
    const struct message_version_withdraw message = {
        .session = text_of(stage->session),
        .version = version,
        .reason = text_of("잘못 공고함"),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, version_withdraw, &message);
}

enum status gate_stage_confirm(struct gate_stage *stage, uint32_t version,
                               const char *page_sha256)
{
    const struct message_version_confirm message = {
        .session = text_of(stage->session),
        .version = version,
        .page_sha256 = text_of(page_sha256),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, version_confirm, &message);
}

enum status gate_stage_versions(struct gate_stage *stage)
{
    const struct message_versions_get message = {.local = 1};
    return ASK(stage, stage->web, versions_get, &message);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What web and the supervisor ask of the gate on its stage. */
#include "base/text.h"
#include "ipc/document.h"
#include "support/gate_stage_private.h"
#include "sys/sealed_memory.h"
#include "unit/test.h"

static const char ADDRESS[] = "192.0.2.7";
static const char PASSWORD[] = "a long enough one";
static const struct bytes NOTHING = {NULL, 0};

static void keep_session(struct gate_stage *stage, struct text session)
{
    if (session.size > 0)
        CHECK(text_copy(session, stage->session, sizeof stage->session));
}

ON_REPLY(login_first)
{
    struct gate_stage *stage = context;
    keep_session(stage, reply->session);
    gate_stage_answered(stage, status, reply->json, descriptor);
}

ON_REPLY(login)
{
    struct gate_stage *stage = context;
    keep_session(stage, reply->session);
    gate_stage_answered(stage, status, reply->json, descriptor);
}

#define ON_DONE(name)                                                          \
    ON_REPLY(name)                                                             \
    {                                                                          \
        CHECK(reply != NULL);                                                  \
        gate_stage_answered(context, status, NOTHING, descriptor);             \
    }
#define ON_JSON(name)                                                          \
    ON_REPLY(name)                                                             \
    {                                                                          \
        gate_stage_answered(context, status, reply->json, descriptor);         \
    }
#define ON_DOCUMENT(name)                                                      \
    ON_REPLY(name)                                                             \
    {                                                                          \
        struct bytes mapped;                                                   \
        struct bytes json;                                                     \
        CHECK_OK(document_open(reply->json, reply->outside_bytes, &descriptor, \
                               &mapped, &json));                               \
        gate_stage_answered(context, status, json, descriptor);                \
        sealed_memory_unmap(&mapped);                                          \
    }
#define ON_VIEW(name)                                                          \
    ON_REPLY(name)                                                             \
    {                                                                          \
        struct gate_stage *stage = context;                                    \
        stage->view = reply->view;                                             \
        gate_stage_answered(stage, status, reply->json, descriptor);           \
    }
ON_DONE(logout)
ON_JSON(session_get)
ON_DOCUMENT(cameras_get)
ON_JSON(coverage_get)
ON_VIEW(view_open)
ON_VIEW(live_open)
ON_DONE(view_close)
ON_JSON(entries_get)
ON_DOCUMENT(status_get)
ON_DOCUMENT(accounts_get)
ON_JSON(account_add)
ON_JSON(clock_confirm)
ON_DONE(account_close)
ON_JSON(destructions_get)
ON_JSON(destruction_get)
ON_REPLY(destruction_order)
{
    struct gate_stage *stage = context;
    stage->view = reply->entry;
    gate_stage_answered(stage, status, reply->json, descriptor);
}
ON_REPLY(destruction_page)
{
    gate_stage_answered(context, status, reply->html, descriptor);
}
ON_DONE(role_restarted)

ON_REPLY(public_page)
{
    struct bytes mapped = {NULL, 0};
    struct bytes body = NOTHING;
    if (status == STATUS_OK)
        CHECK_OK(document_open(reply->body, reply->outside_bytes, &descriptor,
                               &mapped, &body));
    gate_stage_answered(context, status, body, descriptor);
    sealed_memory_unmap(&mapped);
}

ON_REPLY(ticket_get)
{
    struct gate_stage *stage = context;
    CHECK(reply->ticket.size <= sizeof stage->ticket);
    stage->refusal = reply->refusal;
    stage->ticket_size = reply->ticket.size;
    if (reply->ticket.size > 0)
        memcpy(stage->ticket, reply->ticket.data, reply->ticket.size);
    gate_stage_answered(stage, status, NOTHING, descriptor);
}

ON_REPLY(opening_wait)
{
    struct gate_stage *stage = context;
    CHECK(status == STATUS_OK && reply != NULL && descriptor == -1);
    stage->openings++;
}

ON_REPLY(plan_wait)
{
    struct gate_stage *stage = context;
    stage->plan_version = reply->version;
    stage->plan_off = reply->off.size / sizeof(uint32_t);
    struct bytes mapped;
    struct bytes plan;
    CHECK_OK(document_open(reply->plan, reply->outside_bytes, &descriptor,
                           &mapped, &plan));
    gate_stage_answered(stage, status, plan, -1);
    sealed_memory_unmap(&mapped);
    stage->plan_bytes = plan.size;
}

enum status gate_stage_login_first(struct gate_stage *stage, const char *code,
                                   const char *name, const char *password)
{
    const struct message_login_first message = {
        .code = text_of(code),
        .name = text_of(name),
        .password = text_of(password),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, login_first, &message);
}

enum status gate_stage_login(struct gate_stage *stage, const char *name,
                             const char *password, const char *address)
{
    const struct message_login message = {
        .name = text_of(name),
        .password = text_of(password),
        .address = text_of(address),
    };
    return ASK(stage, stage->web, login, &message);
}

enum status gate_stage_logout(struct gate_stage *stage)
{
    const struct message_logout message = {.session = text_of(stage->session),
                                           .address = text_of(ADDRESS)};
    return ASK(stage, stage->web, logout, &message);
}

enum status gate_stage_session(struct gate_stage *stage)
{
    const struct message_session_get message = {.session =
                                                    text_of(stage->session)};
    return ASK(stage, stage->web, session_get, &message);
}

enum status gate_stage_cameras(struct gate_stage *stage)
{
    const struct message_cameras_get message = {.session =
                                                    text_of(stage->session)};
    return ASK(stage, stage->web, cameras_get, &message);
}

enum status gate_stage_coverage(struct gate_stage *stage, uint32_t camera,
                                struct span span)
{
    const struct message_coverage_get message = {
        .session = text_of(stage->session),
        .camera = camera,
        .from_us = span.from.us,
        .to_us = span.to.us,
    };
    return ASK(stage, stage->web, coverage_get, &message);
}

enum status gate_stage_view(struct gate_stage *stage,
                            const struct stage_view *view)
{
    const struct message_view_open recorded = {
        .session = text_of(stage->session),
        .camera = view->camera,
        .from_us = view->from_us,
        .to_us = view->to_us,
        .purpose = text_of(view->purpose),
        .reason = text_of(view->reason),
        .address = text_of(ADDRESS),
    };
    const struct message_live_open live = {
        .session = recorded.session,
        .cameras = view->cameras,
        .wants_sub = stage->wants_sub,
        .purpose = recorded.purpose,
        .reason = recorded.reason,
        .address = recorded.address,
    };
    return view->camera == 0 ? ASK(stage, stage->web, live_open, &live)
                             : ASK(stage, stage->web, view_open, &recorded);
}

enum status gate_stage_view_close(struct gate_stage *stage, uint64_t view)
{
    const struct message_view_close message = {
        .session = text_of(stage->session),
        .view = view,
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, view_close, &message);
}

enum status gate_stage_ticket(struct gate_stage *stage, uint64_t view)
{
    const struct message_ticket_get message = {
        .session = text_of(stage->session), .view = view};
    return ASK(stage, stage->web, ticket_get, &message);
}

enum status gate_stage_download(struct gate_stage *stage, uint64_t view)
{
    const struct message_ticket_get message = {
        .session = text_of(stage->session), .view = view, .is_download = 1};
    return ASK(stage, stage->web, ticket_get, &message);
}

enum status gate_stage_entries(struct gate_stage *stage, uint64_t before,
                               uint16_t count, const char *kind)
{
    const struct message_entries_get message = {
        .session = text_of(stage->session),
        .before = before,
        .count = count,
        .kind = text_of(kind),
    };
    return ASK(stage, stage->web, entries_get, &message);
}

enum status gate_stage_status(struct gate_stage *stage, bool is_local)
{
    const struct message_status_get message = {
        .session = text_of(is_local ? "" : stage->session), .local = is_local};
    return ASK(stage, stage->web, status_get, &message);
}

enum status gate_stage_accounts(struct gate_stage *stage)
{
    const struct message_accounts_get message = {.session =
                                                     text_of(stage->session)};
    return ASK(stage, stage->web, accounts_get, &message);
}

enum status gate_stage_account_add(struct gate_stage *stage, const char *name,
                                   const char *role, const char *person)
{
    const struct message_account_add message = {
        .session = text_of(stage->session),
        .name = text_of(name),
        .password = text_of(PASSWORD),
        .role = text_of(role),
        .person = text_of(person),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, account_add, &message);
}

enum status gate_stage_account_close(struct gate_stage *stage, uint32_t account)
{
    const struct message_account_close message = {
        .session = text_of(stage->session),
        .account = account,
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, account_close, &message);
}

enum status gate_stage_page(struct gate_stage *stage, enum public_page page,
                            uint32_t number, const char *language)
{
    const struct message_public_page message = {
        .page = (uint8_t)page,
        .number = number,
        .language = text_of(language),
    };
    return ASK(stage, stage->web, public_page, &message);
}

enum status gate_stage_restarted(struct gate_stage *stage, enum role role,
                                 const char *reason)
{
    const struct message_role_restarted message = {.role = (uint8_t)role,
                                                   .reason = text_of(reason)};
    return ASK(stage, stage->supervisor, role_restarted, &message);
}

void gate_stage_ask_opening(struct gate_stage *stage)
{
    const struct message_opening_wait message = {.id = 0};
    CHECK_OK(message_opening_wait_send(stage->supervisor, &message, -1,
                                       on_opening_wait, stage));
}

enum status gate_stage_plan(struct gate_stage *stage)
{
    const struct message_plan_wait message = {.known_version = 0};
    return ASK(stage, stage->supervisor, plan_wait, &message);
}

enum status gate_stage_clock_confirm(struct gate_stage *stage)
{
    const struct message_clock_confirm message = {
        .session = text_of(stage->session), .address = text_of(ADDRESS)};
    return ASK(stage, stage->web, clock_confirm, &message);
}

enum status gate_stage_destroy(struct gate_stage *stage, uint32_t camera,
                               struct span span, const char *reason)
{
    const struct message_destruction_order message = {
        .session = text_of(stage->session),
        .camera = camera,
        .from_us = span.from.us,
        .to_us = span.to.us,
        .decommission = camera == 0,
        .request = text_of("2026-\"7\""),
        .reason = text_of(reason),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, destruction_order, &message);
}

enum status gate_stage_destruction(struct gate_stage *stage, uint64_t entry)
{
    const struct message_destruction_get message = {
        .session = text_of(stage->session), .entry = entry};
    return ASK(stage, stage->web, destruction_get, &message);
}

enum status gate_stage_destructions(struct gate_stage *stage)
{
    const struct message_destructions_get message = {
        .session = text_of(stage->session)};
    return ASK(stage, stage->web, destructions_get, &message);
}

enum status gate_stage_destruction_page(struct gate_stage *stage,
                                        uint64_t entry)
{
    const struct message_destruction_page message = {
        .session = text_of(stage->session), .entry = entry};
    return ASK(stage, stage->web, destruction_page, &message);
}


/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reader.h"
#include "ipc/ticket.h"
#include "roles/web/web.h"

enum { STRETCH_MS = 500 }; /* until the gate is asked again */

void web_ticket_init(struct web_ticket *ticket, uint64_t view)
{
    *ticket = (struct web_ticket){
        .view = view, .sealed = buffer_with_limit(TICKET_SIZE_MAX)};
}

void web_ticket_deinit(struct web_ticket *ticket)
{
    buffer_deinit(&ticket->sealed);
}

bool web_ticket_is_fresh(const struct web_ticket *ticket, int64_t now_ms)
{
    return ticket->sealed.size > 0 && now_ms < ticket->renew_ms;
}

bool web_ticket_stretch(struct web_ticket *ticket, int64_t now_ms)
{
    if (ticket->sealed.size == 0 || now_ms >= ticket->dead_ms)
        return false;
    ticket->renew_ms = now_ms + STRETCH_MS;
    return true;
}

void web_ticket_drop(struct web_ticket *ticket)
{
    buffer_clear(&ticket->sealed);
}

enum status web_ticket_ask(struct web_ticket *ticket, struct web_call *call,
                           message_ticket_get_reply_fn *on_ticket)
{
    const struct message_ticket_get message = {
        .session = web_call_session(call),
        .view = ticket->view,
        .is_download = ticket->is_download,
    };
    struct channel *gate = web_call_ask(call, ROLE_GATE);
    ticket->asked_ms = web_now_ms(call->web);
    enum status s = gate == NULL
                        ? STATUS_IO
                        : message_ticket_get_send(gate, &message, -1,
                                                  on_ticket, call);
    if (s != STATUS_OK)
        web_call_answered(call);
    return s;
}

enum status web_ticket_take(struct web_ticket *ticket, struct bytes sealed)
{
    struct reader in = reader_on(sealed);
    reader_skip(&in, 8); /* magic, kind */
    reader_skip(&in, 8); /* view */
    reader_skip(&in, 4); /* person */
    ticket->from_us = reader_i64be(&in);
    ticket->to_us = reader_i64be(&in);
    reader_skip(&in, 8); /* expiry */
    uint16_t count = reader_u16be(&in);
    ticket->camera = reader_u32be(&in);
    if (in.failed || count == 0)
        return STATUS_CORRUPT;
    buffer_clear(&ticket->sealed);
    buffer_append(&ticket->sealed, sealed);
    ticket->renew_ms = ticket->asked_ms + WEB_TICKET_RENEW_MS;
    ticket->dead_ms = ticket->asked_ms + 1000 * TICKET_LIFE_S;
    return buffer_status(&ticket->sealed);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/handlers - one function for each message that the gate takes
 * (ipc/messages.def). context is the gate; the message and what it points to
 * live until the function returns. Threads: the loop's.
 */
#ifndef ROLES_GATE_HANDLERS_H
#define ROLES_GATE_HANDLERS_H

#include "roles/gate/gate.h"

#define GATE_HANDLER(name)                                                     \
    void gate_on_##name(void *context, struct channel *channel,                \
                        const struct message_##name *message, int descriptor)
GATE_HANDLER(opening_wait);
GATE_HANDLER(plan_wait);
GATE_HANDLER(role_restarted);
GATE_HANDLER(camera_certificate);
GATE_HANDLER(camera_tamper);
GATE_HANDLER(camera_told);
GATE_HANDLER(login_first);
GATE_HANDLER(login);
GATE_HANDLER(logout);
GATE_HANDLER(clock_confirm);
GATE_HANDLER(session_get);
GATE_HANDLER(cameras_get);
GATE_HANDLER(coverage_get);
GATE_HANDLER(view_open);
GATE_HANDLER(live_open);
GATE_HANDLER(view_close);
GATE_HANDLER(ticket_get);
GATE_HANDLER(entries_get);
GATE_HANDLER(status_get);
GATE_HANDLER(accounts_get);
GATE_HANDLER(account_add);
GATE_HANDLER(account_close);
GATE_HANDLER(public_page);
GATE_HANDLER(destruction_order);
GATE_HANDLER(destructions_get);
GATE_HANDLER(destruction_get);
GATE_HANDLER(destruction_page);
GATE_HANDLER(hold_order);
GATE_HANDLER(holds_get);
GATE_HANDLER(hold_end);
GATE_HANDLER(ledger_get);
GATE_HANDLER(ledger_enter);
GATE_HANDLER(ledger_end);
GATE_HANDLER(duty_enter);
GATE_HANDLER(exclusions_get);
GATE_HANDLER(exclusion_sign);
GATE_HANDLER(review_get);
GATE_HANDLER(review_sign);
GATE_HANDLER(outbox_wait);
GATE_HANDLER(outbox_result);
GATE_HANDLER(witness_ask);
GATE_HANDLER(export_order);
GATE_HANDLER(export_answer);
GATE_HANDLER(export_take);
GATE_HANDLER(export_orders_get);
GATE_HANDLER(password_again);
GATE_HANDLER(export_made);
GATE_HANDLER(export_destroyed);
GATE_HANDLER(exports_get);
GATE_HANDLER(version_publish);
GATE_HANDLER(version_withdraw);
GATE_HANDLER(version_confirm);
GATE_HANDLER(versions_get);
GATE_HANDLER(drafts_get);
GATE_HANDLER(version_change_get);
#undef GATE_HANDLER

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the log says of one export or one order. */
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "base/writer.h"
#include "log/entry_line.h"
#include "roles/gate/export/export.h"
#include "roles/gate/ledger/ledger.h"

int64_t gate_number_in(const struct entry_line *entry, const char *member)
{
    int64_t value = 0;
    return entry_line_number(entry, member, &value) == STATUS_OK ? value : 0;
}

struct wall_time gate_time_in(const struct entry_line *entry,
                              const char *member)
{
    struct wall_time time = {0};
    return entry_line_time(entry, member, &time) == STATUS_OK
               ? time
               : (struct wall_time){0};
}

struct text gate_text_in(const struct entry_line *entry, const char *member)
{
    struct text text = text_of("");
    return entry_line_text(entry, member, &text) == STATUS_OK ? text
                                                               : text_of("");
}

void gate_put_camera_list(struct json *json, const char *name,
                          struct text list)
{
    gate_put_name(json, name);
    gate_put_open(json, '[');
    while (list.size > 0) {
        uint64_t camera = 0;
        struct text one = text_cut(&list, ',');
        if (number_parse_u64(one, 1, UINT32_MAX, &camera) == STATUS_OK)
            gate_put_number(json, (int64_t)camera);
    }
    gate_put_close(json, ']');
}

/* ---- an export ---- */

enum status gate_export_find(const struct gate *gate, uint64_t entry,
                             struct export_fact *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct log_store *store = log_writer_store(gate->log);
    uint64_t count = log_store_count(store);
    struct entry_line read;
    *out = (struct export_fact){.entry = entry};
    if (entry >= count || !gate_is_export(log_store_kind(store, entry)))
        return STATUS_NOT_FOUND;
    enum status s = gate_entry_read(gate, entry, &line, &read);
    if (s == STATUS_OK) {
        out->account = (uint32_t)gate_number_in(&read, "account");
        out->order = (uint64_t)gate_number_in(&read, "order");
    }
    for (uint64_t i = entry + 1; s == STATUS_OK && i < count; i++) {
        enum entry_kind kind = log_store_kind(store, i);
        if (kind != ENTRY_EXPORT_MADE && kind != ENTRY_EXPORT_DESTROYED)
            continue;
        s = gate_entry_read(gate, i, &line, &read);
        if (s != STATUS_OK ||
            (uint64_t)gate_number_in(&read, "export") != entry)
            continue;
        if (kind == ENTRY_EXPORT_MADE)
            out->made_entry = i;
        else
            out->destroyed_entry = i;
    }
    return s;
}

/* ---- an order ---- */

static enum status read_cameras(struct text list, struct export_order *out)
{
    struct writer cameras = writer_on(out->cameras, sizeof out->cameras);
    while (list.size > 0) {
        uint64_t camera = 0;
        if (number_parse_u64(text_cut(&list, ','), 1, UINT32_MAX, &camera) !=
            STATUS_OK)
            return STATUS_CORRUPT;
        writer_u32be(&cameras, (uint32_t)camera);
    }
    out->cameras_size = writer_written(&cameras).size;
    return cameras.failed ? STATUS_CORRUPT : STATUS_OK;
}

static enum status read_order(const struct entry_line *entry,
                              struct export_order *out)
{
    struct text cameras = text_of("");
    struct text purpose = text_of("");
    *out = (struct export_order){
        .entry = entry->number,
        .time = entry->time,
        .account = (uint32_t)gate_number_in(entry, "account"),
        .asked = {gate_time_in(entry, "asked_from"), gate_time_in(entry, "asked_to")},
        .is_provided = gate_number_in(entry, "provided") == 1,
        .until = gate_time_in(entry, "until"),
        .needs_second = gate_number_in(entry, "second") == 1,
        .expires = gate_time_in(entry, "expires"),
    };
    if (entry_line_text(entry, "cameras", &cameras) != STATUS_OK ||
        entry_line_text(entry, "purpose", &purpose) != STATUS_OK ||
        !text_copy(purpose, out->purpose, sizeof out->purpose))
        return STATUS_CORRUPT;
    return read_cameras(cameras, out);
}

/* The first answer counts: two people may have spoken at once. */
static void take_answer(const struct entry_line *entry, bool is_approved,
                        struct export_order *order)
{
    if (order->is_answered)
        return;
    order->is_answered = true;
    order->is_approved = is_approved;
    order->answer_entry = entry->number;
    order->answer_account = (uint32_t)gate_number_in(entry, "account");
    if (is_approved)
        order->expires = gate_time_in(entry, "expires");
}

static void take_later(const struct entry_line *entry,
                       struct export_order *order)
{
    uint64_t about = (uint64_t)gate_number_in(entry, "order");
    switch ((int)entry->kind) {
    case ENTRY_EXPORT_APPROVED:
    case ENTRY_EXPORT_DECLINED:
        if (about == order->entry)
            take_answer(entry, entry->kind == ENTRY_EXPORT_APPROVED, order);
        break;
    case ENTRY_EXPORT:
        if (about == order->entry && order->export_count < EXPORT_TRIES_MOST)
            order->exports[order->export_count++] = entry->number;
        break;
    default:
        for (size_t i = 0; i < order->export_count; i++) {
            if ((uint64_t)gate_number_in(entry, "export") == order->exports[i])
                order->made_entry = entry->number;
        }
        break;
    }
}

static enum export_order_state state_of(const struct export_order *order,
                                        struct wall_time now)
{
    if (order->made_entry != 0)
        return EXPORT_ORDER_MADE;
    if (order->is_answered && !order->is_approved)
        return EXPORT_ORDER_DECLINED;
    if (order->expires.us <= now.us ||
        order->export_count == EXPORT_TRIES_MOST)
        return EXPORT_ORDER_EXPIRED;
    return order->needs_second && !order->is_answered ? EXPORT_ORDER_WAITING
                                                      : EXPORT_ORDER_READY;
}

static bool is_later(enum entry_kind kind)
{
    return kind == ENTRY_EXPORT_APPROVED || kind == ENTRY_EXPORT_DECLINED ||
           kind == ENTRY_EXPORT || kind == ENTRY_EXPORT_MADE;
}

enum status gate_export_order_find(const struct gate *gate, uint64_t entry,
                                   struct export_order *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct log_store *store = log_writer_store(gate->log);
    uint64_t count = log_store_count(store);
    struct entry_line read;
    if (entry >= count || log_store_kind(store, entry) != ENTRY_EXPORT_ASKED)
        return STATUS_NOT_FOUND;
    enum status s = gate_entry_read(gate, entry, &line, &read);
    if (s == STATUS_OK)
        s = read_order(&read, out);
    for (uint64_t i = gate_entry_next(gate, is_later, entry + 1, count);
         s == STATUS_OK && i < count;
         i = gate_entry_next(gate, is_later, i + 1, count)) {
        s = gate_entry_read(gate, i, &line, &read);
        if (s == STATUS_OK)
            take_later(&read, out);
    }
    if (s == STATUS_OK)
        out->state = state_of(out, gate_now(gate));
    return s;
}

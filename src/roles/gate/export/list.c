/* SPDX-License-Identifier: Apache-2.0 */
/* What evidence packages there are, and whose copies are due. */
#include "base/cleanup.h"
#include "base/text.h"
#include "log/entry_line.h"
#include "roles/gate/account/account.h"
#include "roles/gate/export/export.h"
#include "roles/gate/handlers.h"
#include "roles/gate/ledger/ledger.h"

enum {
    NOTED_MAX = 1024, /* exports made or destroyed that one list looks at */
    ROOM_KEPT = 8192, /* for the export that comes next and the end */
};

/* ---- the list
 * ----------------------------------------------------------------- */

/* What stands behind the exports, seen on the way back. */
struct noted {
    uint64_t export;
    uint64_t entry;
    bool is_destroyed;
};

struct listing {
    const struct gate *gate;
    struct json json;
    struct noted noted[NOTED_MAX];
    size_t noted_count;
};

static uint64_t noted_entry(const struct listing *listing, uint64_t export,
                            bool is_destroyed)
{
    for (size_t i = 0; i < listing->noted_count; i++) {
        if (listing->noted[i].export == export &&
            listing->noted[i].is_destroyed == is_destroyed)
            return listing->noted[i].entry;
    }
    return 0;
}

static const char *state_of(uint64_t made, uint64_t destroyed, int64_t until_us,
                            struct wall_time now)
{
    if (destroyed != 0)
        return "destroyed";
    if (until_us <= now.us)
        return "due";
    return made != 0 ? "made" : "ordered";
}

static void write_export(struct listing *listing,
                         const struct entry_line *entry)
{
    struct json *json = &listing->json;
    uint64_t made = noted_entry(listing, entry->number, false);
    uint64_t destroyed = noted_entry(listing, entry->number, true);
    int64_t until_us = gate_time_in(entry, "until").us;
    gate_put_open(json, '{');
    gate_put_named_number(json, "export", (int64_t)entry->number);
    gate_put_named_text(json, "state",
                        text_of(state_of(made, destroyed, until_us,
                                         gate_now(listing->gate))));
    gate_put_named_number(json, "time_us", entry->time.us);
    gate_put_named_number(json, "account", gate_number_in(entry, "account"));
    gate_put_camera_list(json, "cameras", gate_text_in(entry, "cameras"));
    gate_put_camera_list(json, "masked", gate_text_in(entry, "masked"));
    gate_put_named_number(json, "order", gate_number_in(entry, "order"));
    gate_put_named_number(json, "approval", gate_number_in(entry, "approval"));
    gate_put_named_number(json, "from_us", gate_time_in(entry, "asked_from").us);
    gate_put_named_number(json, "to_us", gate_time_in(entry, "asked_to").us);
    gate_put_named_text(json, "purpose", gate_text_in(entry, "purpose"));
    gate_put_named_number(json, "provided", gate_number_in(entry, "provided"));
    gate_put_named_number(json, "password", gate_number_in(entry, "protected"));
    gate_put_name(json, "covered");
    gate_put_bool(json, entry->kind == ENTRY_EXPORT_COVERED);
    gate_put_named_number(json, "until_us", until_us);
    gate_put_named_number(json, "made_entry", (int64_t)made);
    gate_put_named_number(json, "destroyed_entry", (int64_t)destroyed);
    gate_put_close(json, '}');
}

static enum status take_entry(struct listing *listing, uint64_t number,
                              uint64_t before, struct buffer *line)
{
    struct entry_line entry;
    enum entry_kind kind =
        log_store_kind(log_writer_store(listing->gate->log), number);
    enum status s = gate_entry_read(listing->gate, number, line, &entry);
    if (s != STATUS_OK)
        return s;
    if (gate_is_export(kind)) {
        if (before == 0 || number < before)
            write_export(listing, &entry);
        return STATUS_OK;
    }
    if (listing->noted_count < NOTED_MAX)
        listing->noted[listing->noted_count++] =
            (struct noted){(uint64_t)gate_number_in(&entry, "export"), number,
                           kind == ENTRY_EXPORT_DESTROYED};
    return STATUS_OK;
}

static bool is_about_exports(const struct gate *gate, uint64_t number)
{
    enum entry_kind kind = log_store_kind(log_writer_store(gate->log), number);
    return gate_is_export(kind) || kind == ENTRY_EXPORT_MADE ||
           kind == ENTRY_EXPORT_DESTROYED;
}

static enum status write_exports(struct gate *gate, uint64_t before,
                                 struct buffer *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct listing listing = {.gate = gate, .json = gate_put_on(out)};
    uint64_t number = log_store_count(log_writer_store(gate->log));
    enum status s = STATUS_OK;
    gate_put_open(&listing.json, '{');
    gate_put_name(&listing.json, "exports");
    gate_put_open(&listing.json, '[');
    while (s == STATUS_OK && number > 0 &&
           out->size + ROOM_KEPT < GATE_JSON_MAX) {
        number--;
        if (is_about_exports(gate, number))
            s = take_entry(&listing, number, before, &line);
    }
    gate_put_close(&listing.json, ']');
    gate_put_name(&listing.json, "next");
    if (number > 0)
        gate_put_number(&listing.json, (int64_t)number);
    else
        gate_put_null(&listing.json);
    gate_put_named_number(&listing.json, "clock_us", gate_now(gate).us);
    gate_put_close(&listing.json, '}');
    return s == STATUS_OK ? buffer_status(out) : s;
}

/* Who may take video out, and who reads the log. */
static enum status check_reader(struct gate *gate, struct text session)
{
    struct gate_person person;
    if (!gate->is_started)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, session, &person);
    if (s != STATUS_OK)
        return s;
    return gate_person_may(&person, RIGHT_EXPORT) ||
                   gate_person_may(&person, RIGHT_READ_LOG)
               ? STATUS_OK
               : STATUS_DENIED;
}

void gate_on_exports_get(void *context, struct channel *channel,
                         const struct message_exports_get *message,
                         int descriptor)
{
    AUTO(buffer_deinit) struct buffer text = buffer_with_limit(GATE_JSON_MAX);
    (void)descriptor;
    struct message_exports_get_reply reply = {
        .id = message->id, .status = check_reader(context, message->session)};
    if (reply.status == STATUS_OK)
        reply.status = write_exports(context, message->before, &text);
    if (reply.status == STATUS_OK)
        reply.json = buffer_bytes(&text);
    gate_sent(message_exports_get_answer(channel, &reply, -1), "exports_get");
}

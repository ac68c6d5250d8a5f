/* SPDX-License-Identifier: Apache-2.0 */
/* What evidence packages there are, and whose copies are due. */
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "log/entry_line.h"
#include "roles/gate/export.h"
#include "roles/gate/json.h"

enum {
    NOTED_MAX = 1024, /* exports made or destroyed that one list looks at */
    ROOM_KEPT = 8192, /* for the export that comes next and the end */
};

static enum status read_entry(const struct gate *gate, uint64_t number,
                              struct buffer *line, struct entry_line *out)
{
    enum status s = log_store_line(log_writer_store(gate->log), number, line);
    return s == STATUS_OK ? entry_line_read(buffer_text(line), out) : s;
}

static int64_t number_in(const struct entry_line *entry, const char *member)
{
    int64_t value = 0;
    return entry_line_number(entry, member, &value) == STATUS_OK ? value : 0;
}

static int64_t time_in(const struct entry_line *entry, const char *member)
{
    struct wall_time time = {0};
    return entry_line_time(entry, member, &time) == STATUS_OK ? time.us : 0;
}

static struct text text_in(const struct entry_line *entry, const char *member)
{
    struct text text = text_of("");
    return entry_line_text(entry, member, &text) == STATUS_OK ? text
                                                               : text_of("");
}

enum status gate_export_find(const struct gate *gate, uint64_t entry,
                             struct export_fact *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct log_store *store = log_writer_store(gate->log);
    uint64_t count = log_store_count(store);
    struct entry_line read;
    *out = (struct export_fact){.entry = entry};
    if (entry >= count || log_store_kind(store, entry) != ENTRY_EXPORT)
        return STATUS_NOT_FOUND;
    enum status s = read_entry(gate, entry, &line, &read);
    if (s == STATUS_OK)
        out->account = (uint32_t)number_in(&read, "account");
    for (uint64_t i = entry + 1; s == STATUS_OK && i < count; i++) {
        enum entry_kind kind = log_store_kind(store, i);
        if (kind != ENTRY_EXPORT_MADE && kind != ENTRY_EXPORT_DESTROYED)
            continue;
        s = read_entry(gate, i, &line, &read);
        if (s != STATUS_OK ||
            (uint64_t)number_in(&read, "export") != entry)
            continue;
        if (kind == ENTRY_EXPORT_MADE)
            out->made_entry = i;
        else
            out->destroyed_entry = i;
    }
    return s;
}

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

static void write_cameras(struct json *json, struct text left)
{
    gate_put_name(json, "cameras");
    gate_put_open(json, '[');
    while (left.size > 0) {
        uint64_t camera = 0;
        struct text one = text_cut(&left, ',');
        if (number_parse_u64(one, 1, UINT32_MAX, &camera) == STATUS_OK)
            gate_put_number(json, (int64_t)camera);
    }
    gate_put_close(json, ']');
}

static void write_export(struct listing *listing,
                         const struct entry_line *entry)
{
    struct json *json = &listing->json;
    uint64_t made = noted_entry(listing, entry->number, false);
    uint64_t destroyed = noted_entry(listing, entry->number, true);
    int64_t until_us = time_in(entry, "until");
    gate_put_open(json, '{');
    gate_put_named_number(json, "export", (int64_t)entry->number);
    gate_put_named_text(json, "state",
                        text_of(state_of(made, destroyed, until_us,
                                         gate_now(listing->gate))));
    gate_put_named_number(json, "time_us", entry->time.us);
    gate_put_named_number(json, "account", number_in(entry, "account"));
    write_cameras(json, text_in(entry, "cameras"));
    gate_put_named_number(json, "from_us", time_in(entry, "asked_from"));
    gate_put_named_number(json, "to_us", time_in(entry, "asked_to"));
    gate_put_named_text(json, "purpose", text_in(entry, "purpose"));
    gate_put_named_number(json, "provided", number_in(entry, "provided"));
    gate_put_named_number(json, "password", number_in(entry, "protected"));
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
    enum status s = read_entry(listing->gate, number, line, &entry);
    if (s != STATUS_OK)
        return s;
    if (kind == ENTRY_EXPORT) {
        if (before == 0 || number < before)
            write_export(listing, &entry);
        return STATUS_OK;
    }
    if (listing->noted_count < NOTED_MAX)
        listing->noted[listing->noted_count++] =
            (struct noted){(uint64_t)number_in(&entry, "export"), number,
                           kind == ENTRY_EXPORT_DESTROYED};
    return STATUS_OK;
}

static bool is_about_exports(const struct gate *gate, uint64_t number)
{
    enum entry_kind kind = log_store_kind(log_writer_store(gate->log), number);
    return kind == ENTRY_EXPORT || kind == ENTRY_EXPORT_MADE ||
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

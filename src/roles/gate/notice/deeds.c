/* SPDX-License-Identifier: Apache-2.0 */
/* An announced version is withdrawn; a version is confirmed to be on the
 * homepage; the list of all. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "ipc/document.h"
#include "notice/versions/store.h"
#include "roles/gate/account/account.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/notice/version.h"
#include "roles/gate/view/view.h"

enum { PAGE_BYTES_MAX = 16 << 20, PATH_SIZE = GATE_DIRECTORY_SIZE + 64 };

enum status gate_publisher_find(struct gate *gate, struct text session,
                                struct gate_person *out)
{
    if (!gate->is_started || gate->stop.is_asked)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, session, out);
    if (s == STATUS_OK && !gate_person_may(out, RIGHT_PUBLISH))
        s = STATUS_DENIED;
    return s;
}

/* Somebody who waits for an entry about a version. */
struct deed {
    struct gate *gate;
    struct gate_asker asker;
    uint32_t version;
    bool is_withdrawal;
};

static void write_deed(const struct deed *deed, uint64_t entry,
                       struct buffer *out)
{
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "version", deed->version);
    gate_put_named_number(&json, "entry", (int64_t)entry);
    gate_put_named_text(
        &json, "state",
        text_of(deed->is_withdrawal ? "withdrawn" : "confirmed"));
    gate_put_close(&json, '}');
}

static void answer(struct deed *deed, enum status status, struct bytes json)
{
    struct channel *channel = gate_asker_channel(deed->gate, &deed->asker);
    if (channel == NULL)
        return;
    if (deed->is_withdrawal) {
        const struct message_version_withdraw_reply reply = {
            .id = deed->asker.id, .status = status, .json = json};
        gate_sent(message_version_withdraw_answer(channel, &reply, -1),
                  "version_withdraw");
    } else {
        const struct message_version_confirm_reply reply = {
            .id = deed->asker.id, .status = status, .json = json};
        gate_sent(message_version_confirm_answer(channel, &reply, -1),
                  "version_confirm");
    }
}

static void on_done(void *context, enum status status, uint64_t number)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct deed *deed = context;
    if (status == STATUS_OK) {
        gate_book_write(deed->gate);
        write_deed(deed, number, &text);
    }
    answer(deed, status, buffer_bytes(&text));
    alloc_free(deed);
}

/* Appends the entry, on whose end the deed is answered. */
static enum status append(const struct deed *like, const struct entry *entry)
{
    struct deed *deed = alloc_zeroed(sizeof *deed);
    if (deed == NULL)
        return STATUS_NO_MEMORY;
    *deed = *like;
    enum status s = gate_append(deed->gate, entry, on_done, deed);
    if (s != STATUS_OK)
        alloc_free(deed);
    return s;
}

/* ---- withdrawn ---- */

static enum status withdraw(struct deed *deed,
                            const struct message_version_withdraw *message)
{
    struct gate *gate = deed->gate;
    struct gate_person person;
    enum status s = gate_publisher_find(gate, message->session, &person);
    if (s == STATUS_OK)
        s = gate_reason_check(message->reason);
    if (s != STATUS_OK)
        return s;
    const struct notice_version *version =
        notice_versions_find(&gate->versions, message->version);
    if (version == NULL)
        return STATUS_NOT_FOUND;
    if (version->state != NOTICE_VERSION_ANNOUNCED || gate->is_activating)
        return STATUS_CONFLICT;
    struct entry entry = entry_of(ENTRY_NOTICE_WITHDRAWN);
    entry_number(&entry, "version", version->number);
    entry_number(&entry, "account", person.account.number);
    entry_text(&entry, "person", text_of(person.account.person));
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    return append(deed, &entry);
}

void gate_on_version_withdraw(void *context, struct channel *channel,
                              const struct message_version_withdraw *message,
                              int descriptor)
{
    struct deed deed = {.gate = context,
                        .asker = gate_asker_of(context, channel, message->id),
                        .version = message->version,
                        .is_withdrawal = true};
    (void)descriptor;
    enum status s = withdraw(&deed, message);
    if (s != STATUS_OK)
        answer(&deed, s, (struct bytes){NULL, 0});
}

/* ---- on the homepage ---- */

/* Whether this is the hash of one of the version's pages. */
static bool is_page(const struct gate *gate, uint32_t version,
                    struct text wanted)
{
    static const char *const PAGES[] = {"notice.ko.html", "notice.en.html",
                                        "notice.ko.txt", "notice.en.txt"};
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES[0]; i++) {
        char path[PATH_SIZE];
        char digest[NOTICE_DIGEST_SIZE] = "";
        uint8_t *page = NULL;
        size_t size = 0;
        if (notice_version_path(gate->directory, version, PAGES[i], path,
                                sizeof path) &&
            file_read_all(&FILE_LAYER_SYSTEM, path, PAGE_BYTES_MAX, &page,
                          &size) == STATUS_OK)
            (void)!notice_digest(bytes_of(page, size), digest);
        alloc_free(page);
        if (text_equal(wanted, text_of(digest)))
            return true;
    }
    return false;
}

/* Somebody has looked, and it is not there: a drift where it is in force. */
static void note_differs(struct gate *gate, const struct gate_person *person,
                         const struct message_version_confirm *message)
{
    struct entry entry = entry_of(ENTRY_NOTICE_DIFFERS);
    entry_number(&entry, "version", message->version);
    entry_number(&entry, "account", person->account.number);
    entry_text(&entry, "person", text_of(person->account.person));
    entry_text(&entry, "page_sha256", message->page_sha256);
    entry_personal(&entry, "address", message->address);
    gate_note(gate, &entry);
}

static bool is_digest(struct text digest)
{
    for (size_t i = 0; i < digest.size; i++)
        if (!((digest.data[i] >= '0' && digest.data[i] <= '9') ||
              (digest.data[i] >= 'a' && digest.data[i] <= 'f')))
            return false;
    return digest.size == NOTICE_DIGEST_SIZE - 1;
}

static enum status confirm(struct deed *deed,
                           const struct message_version_confirm *message)
{
    struct gate *gate = deed->gate;
    struct gate_person person;
    enum status s = gate_publisher_find(gate, message->session, &person);
    if (s != STATUS_OK)
        return s;
    const struct notice_version *version =
        notice_versions_find(&gate->versions, message->version);
    if (version == NULL)
        return STATUS_NOT_FOUND;
    bool has_page = message->page_sha256.size > 0;
    if (has_page && !is_digest(message->page_sha256))
        return STATUS_BAD_INPUT;
    if (version->state == NOTICE_VERSION_WITHDRAWN)
        return STATUS_CONFLICT;
    if (has_page && !is_page(gate, version->number, message->page_sha256)) {
        note_differs(gate, &person, message);
        return STATUS_CONFLICT;
    }
    struct entry entry = entry_of(ENTRY_NOTICE_CONFIRMED);
    entry_number(&entry, "version", version->number);
    entry_number(&entry, "account", person.account.number);
    entry_text(&entry, "person", text_of(person.account.person));
    entry_text(&entry, "way", text_of(has_page ? "hash" : "person"));
    entry_personal(&entry, "address", message->address);
    return append(deed, &entry);
}

void gate_on_version_confirm(void *context, struct channel *channel,
                             const struct message_version_confirm *message,
                             int descriptor)
{
    struct deed deed = {.gate = context,
                        .asker = gate_asker_of(context, channel, message->id),
                        .version = message->version};
    (void)descriptor;
    enum status s = confirm(&deed, message);
    if (s != STATUS_OK)
        answer(&deed, s, (struct bytes){NULL, 0});
}

/* ---- the list ---- */

static void put_time(struct json *json, const char *name, struct wall_time time)
{
    if (time.us != 0)
        gate_put_named_number(json, name, time.us);
}

static void write_version(struct json *json,
                          const struct notice_version *version)
{
    gate_put_open(json, '{');
    gate_put_named_number(json, "version", version->number);
    gate_put_named_text(json, "state",
                        text_of(notice_version_state_name(version->state)));
    gate_put_named_text(json, "exception",
                        text_of(notice_exception_name(version->exception)));
    gate_put_named_text(json, "reason", text_of(version->reason));
    put_time(json, "announced_us", version->announced);
    put_time(json, "effective_us", version->effective);
    put_time(json, "active_us", version->active);
    put_time(json, "ended_us", version->ended);
    put_time(json, "confirmed_us", version->confirmed);
    if (version->successor != 0)
        gate_put_named_number(json, "successor", version->successor);
    gate_put_named_text(json, "sha256", text_of(version->sha256));
    gate_put_named_text(json, "manifest_sha256",
                        text_of(version->manifest_sha256));
    gate_put_named_number(json, "entry", (int64_t)version->entry);
    gate_put_close(json, '}');
}

static enum status write_versions(const struct gate *gate, struct buffer *out)
{
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "clock_us", gate_now(gate).us);
    gate_put_name(&json, "versions");
    gate_put_open(&json, '[');
    for (size_t i = 0; i < gate->versions.count; i++)
        write_version(&json, &gate->versions.list[i]);
    gate_put_close(&json, ']');
    gate_put_close(&json, '}');
    return out->failed ? STATUS_LIMIT : STATUS_OK;
}

/* What was published is nobody's secret; the list is for whoever works here. */
static enum status check_reader(struct gate *gate,
                                const struct message_versions_get *message)
{
    struct gate_person person;
    if (!gate->is_started)
        return STATUS_AGAIN;
    return message->local != 0
               ? STATUS_OK
               : gate_person_find(gate, message->session, &person);
}

void gate_on_versions_get(void *context, struct channel *channel,
                          const struct message_versions_get *message,
                          int descriptor)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(DOCUMENT_MAX);
    struct document document = {.descriptor = -1};
    struct gate *gate = context;
    (void)descriptor;
    struct message_versions_get_reply reply = {.id = message->id};
    reply.status = check_reader(gate, message);
    if (reply.status == STATUS_OK)
        reply.status = write_versions(gate, &json);
    if (reply.status == STATUS_OK)
        reply.status = document_pack(channel, buffer_bytes(&json), &document);
    reply.json = document.inside;
    reply.outside_bytes = document.outside_bytes;
    gate_sent(
        message_versions_get_answer(channel, &reply, document.descriptor),
        "versions_get");
}

void gate_on_drafts_get(void *context, struct channel *channel,
                        const struct message_drafts_get *message,
                        int descriptor)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(DOCUMENT_MAX);
    struct document document = {.descriptor = -1};
    struct gate_person person;
    struct gate *gate = context;
    (void)descriptor;
    struct message_drafts_get_reply reply = {.id = message->id};
    reply.status = gate_publisher_find(gate, message->session, &person);
    if (reply.status == STATUS_OK)
        reply.status = gate_drafts_write(gate, &json);
    if (reply.status == STATUS_OK)
        reply.status = document_pack(channel, buffer_bytes(&json), &document);
    reply.json = document.inside;
    reply.outside_bytes = document.outside_bytes;
    gate_sent(message_drafts_get_answer(channel, &reply, document.descriptor),
              "drafts_get");
}

void gate_on_version_change_get(void *context, struct channel *channel,
                                const struct message_version_change_get *message,
                                int descriptor)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(DOCUMENT_MAX);
    struct document document = {.descriptor = -1};
    struct gate_person person;
    struct gate *gate = context;
    (void)descriptor;
    struct message_version_change_get_reply reply = {.id = message->id};
    reply.status = gate->is_started
                       ? gate_person_find(gate, message->session, &person)
                       : STATUS_AGAIN;
    if (reply.status == STATUS_OK)
        reply.status = gate_change_write(gate, message->version, &json);
    if (reply.status == STATUS_OK)
        reply.status = document_pack(channel, buffer_bytes(&json), &document);
    reply.json = document.inside;
    reply.outside_bytes = document.outside_bytes;
    gate_sent(message_version_change_get_answer(channel, &reply,
                                                document.descriptor),
              "version_change_get");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* One row of the ledger, and one person in it, as JSON. */
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "model/camera.h"
#include "roles/gate/ledger/ledger.h"
#include "roles/gate/text/fetch.h"

enum { WORDS_SIZE = 160 }; /* of a request's number, an id, a cause */

/* ---- texts ---- */

/* The text, empty where there is none that can be read; how it is. */
static enum gate_text_state put_one(const struct gate *gate, struct json *json,
                                    uint64_t entry, const char *member)
{
    char plain[LOG_TEXT_MAX];
    size_t size = 0;
    enum gate_text_state state =
        gate_text_read(gate, entry, member, plain, &size);
    gate_put_named_text(json, member, (struct text){plain, size});
    secret_wipe(plain, sizeof plain);
    return state;
}

/* Two members: the text, and how it is. */
static void put_personal(const struct gate *gate, struct json *json,
                         uint64_t entry, const char *member)
{
    static const char *const STATES[] = {"damaged", "erased", "there"};
    enum gate_text_state state = put_one(gate, json, entry, member);
    gate_put_named_text(json, "text", text_of(STATES[state]));
}

/* What is said of a copy by hand; all under the key of its reason. */
static void put_copy(const struct gate *gate, struct json *json,
                     const struct ledger_fact *fact)
{
    static const char *const MEMBERS[] = {"receiver", "ground", "form",
                                          "remark"};
    bool has_remark = fact->deed == LEDGER_COPY_CORRECTED;
    for (size_t i = 0; i < (has_remark ? 4u : 3u); i++)
        (void)put_one(gate, json, fact->entry, MEMBERS[i]);
}

/* The same of an evidence package. */
static void put_export(const struct gate *gate, struct json *json,
                       const struct ledger_fact *fact)
{
    (void)put_one(gate, json, fact->entry, LEDGER_RECEIVER_MEMBER);
    (void)put_one(gate, json, fact->entry, LEDGER_GROUND_MEMBER);
    (void)put_one(gate, json, fact->entry, LEDGER_CONDITIONS_MEMBER);
    gate_put_name(json, "password");
    gate_put_bool(json, fact->has_password);
}

/* ---- rows ---- */

static void put_unescaped(struct json *json, const char *name,
                          struct text escaped)
{
    char plain[WORDS_SIZE];
    gate_put_named_text(json, name,
                        entry_text_plain(escaped, plain, sizeof plain));
}

static void put_cameras(struct json *json, const struct ledger_fact *fact)
{
    struct text left = fact->cameras;
    gate_put_name(json, "cameras");
    gate_put_open(json, '[');
    if (fact->camera != 0)
        gate_put_number(json, fact->camera);
    while (left.size > 0) {
        uint64_t camera = 0;
        struct text one = text_cut(&left, ',');
        if (number_parse_u64(one, 1, UINT32_MAX, &camera) == STATUS_OK)
            gate_put_number(json, stream_camera((uint32_t)camera));
    }
    gate_put_close(json, ']');
}

/* Members that only rows have which people have entered. */
static void put_by_hand(const struct gate *gate, struct json *json,
                        const struct ledger_fact *fact)
{
    gate_put_named_number(json, "item", fact->item);
    gate_put_named_number(json, "corrects", (int64_t)fact->corrects);
    put_unescaped(json, "medium", fact->medium);
    put_unescaped(json, "how", fact->how);
    gate_put_named_number(json, "done_us", fact->done.us);
    if (fact->deed == LEDGER_COPY || fact->deed == LEDGER_COPY_CORRECTED)
        put_copy(gate, json, fact);
    const struct item *item = items_find(&gate->items, fact->item);
    if (item == NULL)
        return;
    gate_put_named_number(json, "last", (int64_t)item->last);
    gate_put_name(json, "is_open");
    gate_put_bool(json, !item->is_gone);
}

enum status gate_ledger_row(const struct gate *gate, struct json *json,
                            uint64_t number, struct buffer *line)
{
    struct entry_line entry;
    struct ledger_fact fact;
    enum status s = gate_entry_read(gate, number, line, &entry);
    if (s == STATUS_OK)
        s = ledger_fact_read(&entry, &fact);
    if (s != STATUS_OK)
        return s;
    gate_put_open(json, '{');
    gate_put_named_number(json, "entry", (int64_t)number);
    gate_put_named_text(json, "deed", text_of(ledger_deed_name(fact.deed)));
    gate_put_named_number(json, "time_us", fact.time.us);
    gate_put_named_number(json, "account", fact.account);
    put_cameras(json, &fact);
    gate_put_named_number(json, "from_us", fact.span.from.us);
    gate_put_named_number(json, "to_us", fact.span.to.us);
    put_unescaped(json, "purpose", fact.purpose);
    put_unescaped(json, "request", fact.request);
    put_unescaped(json, "cause", fact.cause);
    gate_put_named_number(json, "order", (int64_t)fact.order);
    gate_put_named_number(json, "hold", fact.hold);
    gate_put_named_number(json, "until_us", fact.until.us);
    gate_put_named_number(json, "seeds", (int64_t)fact.seeds);
    gate_put_named_text(json, "kind", text_of(ledger_kind_id(fact.kind)));
    if (fact.item != 0 || fact.corrects != 0)
        put_by_hand(gate, json, &fact);
    gate_put_named_number(json, "export", (int64_t)fact.export);
    if (fact.deed == LEDGER_EXPORTED || fact.deed == LEDGER_PROVIDED)
        put_export(gate, json, &fact);
    if (ledger_deed_is_personal(fact.deed))
        put_personal(gate, json, number, LEDGER_REASON_MEMBER);
    gate_put_close(json, '}');
    return STATUS_OK;
}

enum status gate_ledger_person(const struct gate *gate, struct json *json,
                               const struct ledger_person *person,
                               struct buffer *line)
{
    struct entry_line entry;
    struct text id = text_of("");
    enum status s = STATUS_OK;
    if (person->is_found)
        s = gate_entry_read(gate, person->entry, line, &entry);
    if (s != STATUS_OK)
        return s;
    if (person->is_found && entry_line_text(&entry, "person", &id) != STATUS_OK)
        id = text_of("");
    const struct notice_person *known =
        notice_person_find(gate->configuration.notice, id);
    gate_put_open(json, '{');
    gate_put_named_number(json, "account", person->account);
    put_unescaped(json, "person", id);
    if (known != NULL) {
        gate_put_named_text(json, "post_ko", known->post.ko);
        gate_put_named_text(json, "post_en", known->post.en);
    }
    put_personal(gate, json, person->is_found ? person->entry : UINT64_MAX,
                 "name");
    gate_put_close(json, '}');
    return STATUS_OK;
}


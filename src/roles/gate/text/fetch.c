/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/gate/text/fetch.h"
#include "roles/gate/text/keys.h"

#include "base/text.h"

enum { MONTHS_ASKED_MAX = 64 };

/* ---- one text ---- */

struct reading {
    const struct gate *gate;
    const char *member;
    enum gate_text_state state;
    size_t size;
    char *plain;
};

static void open_text(void *context, const struct sealed_text *sealed)
{
    struct reading *reading = context;
    bool is_known = false;
    if (!text_equal(sealed->member, text_of(reading->member)))
        return;
    const uint8_t *key =
        gate_texts_key(reading->gate, sealed->month, &is_known);
    reading->state = GATE_TEXT_ERASED;
    if (key == NULL)
        return;
    bool is_open = sealed_text_open(sealed, key, reading->plain) == STATUS_OK;
    reading->state = is_open ? GATE_TEXT_THERE : GATE_TEXT_DAMAGED;
    reading->size = is_open ? sealed->size : 0;
}

enum gate_text_state gate_text_read(const struct gate *gate, uint64_t entry,
                                    const char *member,
                                    char plain[LOG_TEXT_MAX], size_t *size)
{
    struct reading reading = {.gate = gate, .member = member, .plain = plain};
    if (log_store_texts(log_writer_store(gate->log), entry, open_text,
                        &reading) != STATUS_OK)
        reading.state = GATE_TEXT_DAMAGED;
    *size = reading.state == GATE_TEXT_THERE ? reading.size : 0;
    return reading.state;
}

/* ---- month keys ---- */

struct month_walk {
    const struct gate *gate;
    bool found;
    uint32_t month;
};

static void look_for_month(void *context, const struct sealed_text *sealed)
{
    struct month_walk *walk = context;
    bool is_known = false;
    (void)gate_texts_key(walk->gate, sealed->month, &is_known);
    if (is_known || walk->found)
        return;
    walk->found = true;
    walk->month = sealed->month;
}

/* The month of a text whose key has not been asked for; false: none. */
static bool missing_month(const struct gate_fetch *fetch, uint32_t *month)
{
    const struct gate *gate = fetch->call.gate;
    struct month_walk walk = {.gate = gate};
    for (size_t i = 0; i < fetch->count && !walk.found; i++) {
        if (log_store_texts(log_writer_store(gate->log), fetch->entries[i],
                            look_for_month, &walk) != STATUS_OK)
            continue; /* damaged: whoever reads it sees that */
    }
    *month = walk.month;
    return walk.found;
}

/* The keeper may be replaced now, as often as it likes. */
static void finish(struct gate_fetch *fetch, enum status status)
{
    fetch->call.peer = ROLE_COUNT;
    fetch->on_done(fetch, status);
}

static void on_key(void *context, enum status status,
                   const struct message_text_key_reply *reply, int descriptor)
{
    struct gate_fetch *fetch = context;
    (void)descriptor;
    if (status == STATUS_OK && reply != NULL) {
        gate_texts_take(fetch->call.gate, fetch->month_asked, reply->key);
    } else if (status == STATUS_NOT_FOUND) {
        gate_texts_take(fetch->call.gate, fetch->month_asked, NULL);
    } else {
        finish(fetch, STATUS_AGAIN);
        return;
    }
    gate_fetch_texts(fetch);
}

static void lost(struct gate_call *call)
{
    struct gate_fetch *fetch = (struct gate_fetch *)call;
    finish(fetch, STATUS_AGAIN);
}

void gate_fetch_texts(struct gate_fetch *fetch)
{
    fetch->call.lost = lost;
    if (!missing_month(fetch, &fetch->month_asked)) {
        finish(fetch, STATUS_OK);
        return;
    }
    struct channel *keeper = gate_call_ask(&fetch->call, ROLE_KEEPER);
    const struct message_text_key message = {.month = fetch->month_asked};
    enum status s = STATUS_AGAIN;
    if (keeper != NULL && fetch->months_asked++ < MONTHS_ASKED_MAX)
        s = message_text_key_send(keeper, &message, -1, on_key, fetch);
    if (s != STATUS_OK)
        finish(fetch, STATUS_AGAIN);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Month keys of personal texts, from the keeper. The one of this month seals;
 * others are fetched when a text is to be read, and forgotten with the next
 * epoch, since a key that the keeper has destroyed must not live on here.
 */
#include "base/alloc.h"
#include "crypto/secret.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/text/keys.h"

enum {
    KEYS_MAX = 64, /* months in use at once: more than texts are kept */
};

struct text_key {
    uint32_t month;
    bool is_known; /* the keeper has been asked */
    bool is_there; /* and has it */
};

struct gate_text_keys {
    struct text_key rows[KEYS_MAX];
    size_t count;
    uint8_t *keys; /* KEYS_MAX keys, locked memory */
    uint32_t sealing_month;
    bool is_asked;
    uint64_t asked_of; /* which keeper */
};

enum status gate_text_keys_create(struct gate_text_keys **out)
{
    *out = alloc_zeroed(sizeof **out);
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    enum status s =
        secret_create((size_t)KEYS_MAX * TEXT_KEY_SIZE, &(*out)->keys);
    if (s != STATUS_OK)
        gate_text_keys_destroy(out);
    return s;
}

void gate_text_keys_destroy(struct gate_text_keys **keys)
{
    if (*keys == NULL)
        return;
    secret_destroy(&(*keys)->keys);
    alloc_free(*keys);
    *keys = NULL;
}

uint32_t gate_month(struct wall_time time)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day = 0;
    civil_from_day(civil_day(time, UTC_OFFSET_KOREA_S), &year, &month, &day);
    int64_t number = (year - 1970) * 12 + (int64_t)month - 1;
    return number < 0 || number > LOG_MONTH_MAX ? 0 : (uint32_t)number;
}

void gate_texts_forget(struct gate *gate)
{
    struct gate_text_keys *keys = gate->text_keys;
    keys->count = 0;
    secret_wipe(keys->keys, (size_t)KEYS_MAX * TEXT_KEY_SIZE);
}

const uint8_t *gate_texts_key(const struct gate *gate, uint32_t month,
                              bool *is_known)
{
    const struct gate_text_keys *keys = gate->text_keys;
    *is_known = false;
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->rows[i].month != month)
            continue;
        *is_known = true;
        return keys->rows[i].is_there ? keys->keys + i * TEXT_KEY_SIZE : NULL;
    }
    return NULL;
}

void gate_texts_take(struct gate *gate, uint32_t month, const uint8_t *key)
{
    struct gate_text_keys *keys = gate->text_keys;
    bool is_known = false;
    (void)gate_texts_key(gate, month, &is_known);
    if (is_known)
        return;
    if (keys->count == KEYS_MAX)
        gate_texts_forget(gate);
    size_t at = keys->count++;
    keys->rows[at] = (struct text_key){month, true, key != NULL};
    if (key != NULL)
        memcpy(keys->keys + at * TEXT_KEY_SIZE, key, TEXT_KEY_SIZE);
}

/* Whoever waits for an open gate hears of it as soon as it is one. */
static void answer_opening(struct gate *gate)
{
    if (!gate->is_opening_asked || !log_writer_has_text_key(gate->log))
        return;
    gate->is_opening_asked = false;
    struct channel *channel = gate_asker_channel(gate, &gate->opening_asker);
    const struct message_opening_wait_reply reply = {
        .id = gate->opening_asker.id};
    if (channel != NULL)
        gate_sent(message_opening_wait_answer(channel, &reply, -1),
                  "opening_wait");
}

void gate_on_opening_wait(void *context, struct channel *channel,
                          const struct message_opening_wait *message,
                          int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    if (!gate->is_started) {
        const struct message_opening_wait_reply away = {
            .id = message->id, .status = STATUS_AGAIN};
        gate_sent(message_opening_wait_answer(channel, &away, -1),
                  "opening_wait");
        return;
    }
    gate->opening_asker = gate_asker_of(gate, channel, message->id);
    gate->is_opening_asked = true;
    answer_opening(gate);
}

static void on_key(void *context, enum status status,
                   const struct message_text_key_reply *reply, int descriptor)
{
    struct gate *gate = context;
    struct gate_text_keys *keys = gate->text_keys;
    (void)descriptor;
    keys->is_asked = false;
    if (status == STATUS_OK && reply != NULL)
        log_writer_set_text_key(gate->log, keys->sealing_month, reply->key);
    else
        keys->sealing_month = 0; /* asked again with the next tick */
    answer_opening(gate);
}

void gate_texts_refresh(struct gate *gate)
{
    struct gate_text_keys *keys = gate->text_keys;
    struct channel *channel = gate->process.peers[ROLE_KEEPER];
    uint64_t keeper = gate->attached[ROLE_KEEPER];
    uint32_t month = gate_month(gate_now(gate));
    bool is_waiting = keys->is_asked && keys->asked_of == keeper;
    bool is_there = !keys->is_asked && month == keys->sealing_month &&
                    log_writer_has_text_key(gate->log);
    /* Before the clock is known the month might be another one. */
    if (channel == NULL || is_waiting || is_there || !gate->has_trusted)
        return;
    const struct message_text_key message = {.month = month};
    enum status s = message_text_key_send(channel, &message, -1, on_key, gate);
    gate_sent(s, "text_key");
    keys->is_asked = s == STATUS_OK;
    keys->asked_of = keeper;
    keys->sealing_month = month;
}

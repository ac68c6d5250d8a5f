/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vault tells becomes entries, each exactly once: an entry bears its
 * event's number, and the last number in the log is where the next question
 * begins. The vault forgets an event only when that question comes, which is
 * after fdatasync.
 */
#include <unistd.h>

#include "model/event.h"
#include "roles/gate/event_entry.h"
#include "roles/gate/gate.h"
#include "sys/logger.h"

enum { EXIT_SOFTWARE = 70 };

static size_t count_events(struct bytes events)
{
    struct reader in = reader_on(events);
    size_t count = 0;
    while (reader_more(&in)) {
        struct event event;
        if (event_decode(&in, &event) != STATUS_OK)
            _exit(EXIT_SOFTWARE); /* a sibling that sends the impossible */
        count++;
    }
    return count;
}

static void finish(struct gate *gate)
{
    gate->events.state = TALE_IDLE;
    gate->events.is_done = gate->stop.is_asked;
    gate_stop_continue(gate);
}

/* The last entry of an answer is durable, and so are all before it. */
static void on_durable(void *context, enum status status, uint64_t number)
{
    struct gate *gate = context;
    (void)number;
    if (status != STATUS_OK) {
        finish(gate); /* the log is closed: nothing helps */
        return;
    }
    gate->events.state = TALE_IDLE;
    gate->events.cursor = gate->history.last_event;
    gate_events_ask(gate);
}

bool gate_tale_knows(const struct gate_tale *tale, uint64_t last)
{
    return last >= tale->cursor && last <= tale->appended;
}

uint64_t gate_tale_first(const struct gate_tale *tale, uint64_t last,
                         size_t count)
{
    uint64_t first = last - count + 1;
    bool is_anew = last < tale->cursor;
    return first <= tale->appended && !is_anew ? tale->appended + 1 : first;
}

/* On failure some may have been appended: their numbers stand in the log, and
 * the next question begins behind them. */
static enum status append_events(struct gate *gate, struct bytes events,
                                 uint64_t last)
{
    size_t count = count_events(events);
    struct reader in = reader_on(events);
    enum status s = STATUS_OK;
    if (last < count)
        _exit(EXIT_SOFTWARE);
    uint64_t wanted = gate_tale_first(&gate->events, last, count);
    for (uint64_t number = last - count + 1; s == STATUS_OK && number <= last;
         number++) {
        struct event event;
        s = event_decode(&in, &event);
        if (s != STATUS_OK || number < wanted)
            continue;
        char words[EVENT_ENTRY_WORDS];
        struct entry entry;
        if (event_entry(&event, number, words, &entry) != STATUS_OK)
            _exit(EXIT_SOFTWARE); /* a sibling that sends the impossible */
        s = gate_append(gate, &entry, number == last ? on_durable : NULL, gate);
        if (s == STATUS_OK)
            gate->events.appended = number;
    }
    return s;
}

static void on_events(void *context, enum status status,
                      const struct message_events_next_reply *reply,
                      int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    bool has_events =
        status == STATUS_OK && reply != NULL && reply->events.size > 0;
    if (status == STATUS_CONFLICT || gate->events.state == TALE_WRITING ||
        (has_events && gate_tale_knows(&gate->events, reply->cursor)))
        return; /* another question of ours took its place */
    gate->events.state = TALE_IDLE;
    if (!has_events) {
        finish(gate); /* none is left, or the vault has gone */
        return;
    }
    gate->events.state = TALE_WRITING;
    enum status s = append_events(gate, reply->events, reply->cursor);
    if (s == STATUS_OK)
        return;
    log_line(LOG_ERROR, "events of the vault not written status=%s",
             status_name(s));
    finish(gate);
}

void gate_tale_begin_anew(struct gate_tale *tale)
{
    if (tale->state == TALE_ASKED)
        tale->state = TALE_IDLE;
}

void gate_events_ask(struct gate *gate)
{
    struct channel *channel = gate->process.peers[ROLE_VAULT];
    struct gate_tale *tale = &gate->events;
    bool is_asked_already = tale->state == TALE_ASKED && !gate->stop.is_asked;
    if (tale->state == TALE_WRITING || is_asked_already || tale->is_done)
        return;
    /* Entries that a failed answer has left may still be on their way. */
    if (log_writer_waiting(gate->log) == 0)
        tale->cursor = tale->appended = gate->history.last_event;
    const struct message_events_next message = {
        .cursor = tale->cursor,
        .drain = gate->stop.is_asked,
    };
    enum status s =
        channel == NULL
            ? STATUS_IO
            : message_events_next_send(channel, &message, -1, on_events, gate);
    gate_sent(s, "events_next");
    if (s == STATUS_OK)
        tale->state = TALE_ASKED;
    else
        finish(gate);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the keeper has destroyed becomes entries: one for each run of slots of
 * one camera that died together. An entry bears the number of the last death
 * in it, so that, as with events, each death is written exactly once.
 */
#include <inttypes.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "model/death.h"
#include "roles/gate/destruction/destruction.h"
#include "roles/gate/gate.h"
#include "roles/gate/text/keys.h"
#include "sys/logger.h"

enum {
    EXIT_SOFTWARE = 70,
    COMMITMENT_BYTES = 16,
    DEATHS_MAX = 1024, /* of one message */
};

/* Deaths that make one entry. */
struct death_run {
    struct death first;
    struct wall_time to;
    uint64_t last_number;
    size_t count;   /* rows */
    uint64_t seeds; /* in them */
    uint32_t seeds_of[DEATHS_MAX];
    uint8_t commitments[DEATHS_MAX * COMMITMENT_BYTES];
};

static bool continues(const struct death_run *run, const struct death *death)
{
    return run->count > 0 && death->subject == run->first.subject &&
           death->epoch == run->first.epoch &&
           death->cause == run->first.cause &&
           death->order_entry == run->first.order_entry &&
           death->died_at.us == run->first.died_at.us &&
           death->is_unused == run->first.is_unused &&
           death->slot.from.us == run->to.us;
}

static struct entry entry_of_texts(const struct death_run *run)
{
    struct entry entry = entry_of(ENTRY_TEXTS_DELETED);
    entry_number(&entry, "death", (int64_t)run->last_number);
    entry_time(&entry, "from", run->first.slot.from);
    entry_time(&entry, "to", run->to);
    entry_number(&entry, "epoch", (int64_t)run->first.epoch);
    entry_text(&entry, "cause", text_of(cause_name(run->first.cause)));
    entry_time(&entry, "died", run->first.died_at);
    return entry;
}

static struct entry entry_of_hold(const struct death_run *run,
                                  const char *digest)
{
    struct entry entry = entry_of(ENTRY_HOLD_DESTROYED);
    entry_number(&entry, "death", (int64_t)run->last_number);
    entry_number(&entry, "hold", hold_of_subject(run->first.subject));
    entry_number(&entry, "camera", camera_of_subject(run->first.subject));
    entry_time(&entry, "from", run->first.slot.from);
    entry_time(&entry, "to", run->to);
    entry_number(&entry, "epoch", (int64_t)run->first.epoch);
    entry_text(&entry, "cause", text_of(cause_name(run->first.cause)));
    entry_time(&entry, "died", run->first.died_at);
    entry_number(&entry, "order", (int64_t)run->first.order_entry);
    entry_number(&entry, "seeds", (int64_t)run->seeds);
    entry_text(&entry, "seeds_sha256", text_of(digest));
    return entry;
}

static struct entry entry_of_camera(const struct death_run *run,
                                    const char *digest)
{
    struct entry entry = entry_of(run->first.is_unused ? ENTRY_KEYS_DROPPED
                                                       : ENTRY_DELETION_DONE);
    entry_number(&entry, "death", (int64_t)run->last_number);
    entry_number(&entry, "camera", run->first.subject);
    entry_time(&entry, "from", run->first.slot.from);
    entry_time(&entry, "to", run->to);
    entry_number(&entry, "epoch", (int64_t)run->first.epoch);
    entry_text(&entry, "cause", text_of(cause_name(run->first.cause)));
    entry_time(&entry, "died", run->first.died_at);
    entry_number(&entry, "order", (int64_t)run->first.order_entry);
    entry_number(&entry, "seeds", (int64_t)run->seeds);
    entry_text(&entry, "seeds_sha256", text_of(digest));
    return entry;
}

/* The commitments themselves, right before the entry that counts them: what a
 * record of destruction is checked with. */
static enum status append_seeds(struct gate *gate, const struct death_run *run)
{
    AUTO(buffer_deinit) struct buffer counts = buffer_with_limit(LOG_LINE_MAX);
    static char encoded[BASE64_SIZE(DEATHS_MAX * COMMITMENT_BYTES) + 1];
    base64_encode(
        bytes_of(run->commitments, run->count * COMMITMENT_BYTES), encoded);
    for (size_t i = 0; i < run->count; i++)
        buffer_format(&counts, i == 0 ? "%" PRIu32 : ",%" PRIu32,
                      run->seeds_of[i]);
    if (counts.failed)
        return STATUS_NO_MEMORY;
    struct entry entry = entry_of(ENTRY_DELETION_SEEDS);
    entry_number(&entry, "camera", camera_of_subject(run->first.subject));
    entry_number(&entry, "epoch", (int64_t)run->first.epoch);
    entry_number(&entry, "level", gate->erasure_level);
    entry_number(&entry, "unused", run->first.is_unused);
    entry_text(&entry, "counts", buffer_text(&counts));
    entry_text(&entry, "commitments", text_of(encoded));
    return gate_append(gate, &entry, NULL, NULL);
}

static enum status append_run(struct gate *gate, struct death_run *run,
                              log_appended_fn *on_done)
{
    uint8_t digest[SHA256_SIZE];
    char shown[HEX_SIZE(SHA256_SIZE) + 1];
    bool is_camera = run->first.subject <= CAMERA_NUMBER_MAX;
    bool is_hold = subject_is_hold(run->first.subject);
    const struct bytes seeds =
        bytes_of(run->commitments, run->count * COMMITMENT_BYTES);
    enum status s = sha256(&seeds, 1, digest);
    if (s == STATUS_OK && (is_camera || is_hold))
        s = append_seeds(gate, run);
    if (s != STATUS_OK)
        return s;
    hex_encode(bytes_of(digest, sizeof digest), shown);
    struct entry entry =
        is_camera ? entry_of_camera(run, shown)
        : is_hold ? entry_of_hold(run, shown)
                  : entry_of_texts(run);
    run->count = 0;
    s = gate_append(gate, &entry, on_done, gate);
    if (s == STATUS_OK)
        gate->deaths.appended = run->last_number;
    return s;
}

static void add(struct death_run *run, const struct death *death,
                uint64_t number)
{
    if (run->count == 0)
        run->first = *death;
    run->seeds = run->count == 0 ? death->seeds : run->seeds + death->seeds;
    run->seeds_of[run->count] = death->seeds;
    memcpy(run->commitments + run->count * COMMITMENT_BYTES, death->commitment,
           COMMITMENT_BYTES);
    run->count++;
    run->to = death->slot.to;
    run->last_number = number;
}

static void finish(struct gate *gate)
{
    gate->deaths.state = TALE_IDLE;
    gate->deaths.is_done = gate->stop.is_asked;
    gate_stop_continue(gate);
}

static void on_durable(void *context, enum status status, uint64_t number)
{
    struct gate *gate = context;
    (void)number;
    if (status != STATUS_OK) {
        finish(gate);
        return;
    }
    gate->deaths.state = TALE_IDLE;
    gate->deaths.cursor = gate->history.last_death;
    gate_attestation_ask(gate);
    gate_deaths_ask(gate);
}

static enum status append_deaths(struct gate *gate, struct bytes deaths,
                                 uint64_t last)
{
    static struct death_run run; /* large; only the loop's */
    struct reader in = reader_on(deaths);
    size_t count = deaths.size / DEATH_SIZE;
    if (deaths.size % DEATH_SIZE != 0 || last < count || count > DEATHS_MAX)
        _exit(EXIT_SOFTWARE); /* a sibling that sends the impossible */
    uint64_t wanted = gate_tale_first(&gate->deaths, last, count);
    enum status s = STATUS_OK;
    run.count = 0;
    for (uint64_t number = last - count + 1; s == STATUS_OK && number <= last;
         number++) {
        struct death death;
        if (death_decode(&in, &death) != STATUS_OK)
            _exit(EXIT_SOFTWARE);
        if (number < wanted)
            continue;
        if (run.count > 0 && !continues(&run, &death))
            s = append_run(gate, &run, NULL);
        add(&run, &death, number);
    }
    if (s == STATUS_OK)
        s = append_run(gate, &run, on_durable);
    return s;
}

static void on_deaths(void *context, enum status status,
                      const struct message_deaths_next_reply *reply,
                      int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    bool has_deaths =
        status == STATUS_OK && reply != NULL && reply->deaths.size > 0;
    if (gate->deaths.state == TALE_WRITING ||
        (has_deaths && gate_tale_knows(&gate->deaths, reply->cursor)))
        return; /* the answer to a question that another has replaced */
    gate->deaths.state = TALE_IDLE;
    if (!has_deaths) {
        finish(gate);
        return;
    }
    if (reply->epoch != gate->epoch)
        gate_texts_forget(gate);
    gate->epoch = reply->epoch;
    gate->deaths.state = TALE_WRITING;
    enum status s = append_deaths(gate, reply->deaths, reply->cursor);
    if (s == STATUS_OK)
        return;
    log_line(LOG_ERROR, "destructions not written status=%s", status_name(s));
    finish(gate);
}

void gate_deaths_ask(struct gate *gate)
{
    struct channel *channel = gate->process.peers[ROLE_KEEPER];
    struct gate_tale *tale = &gate->deaths;
    bool is_asked_already = tale->state == TALE_ASKED && !gate->stop.is_asked;
    if (tale->state == TALE_WRITING || is_asked_already || tale->is_done)
        return;
    if (log_writer_waiting(gate->log) == 0)
        tale->cursor = tale->appended = gate->history.last_death;
    const struct message_deaths_next message = {
        .cursor = tale->cursor,
        .drain = gate->stop.is_asked,
    };
    enum status s =
        channel == NULL
            ? STATUS_IO
            : message_deaths_next_send(channel, &message, -1, on_deaths, gate);
    gate_sent(s, "deaths_next");
    if (s == STATUS_OK)
        tale->state = TALE_ASKED;
    else
        finish(gate);
}

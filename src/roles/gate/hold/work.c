/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a hold: the keeper makes its seeds, the vault copies a slice at a
 * time, and what is not there afterwards is said, entry by entry, before the
 * entry that ends it. One slice at a time, and always for that hold whose next
 * originals die first. Nothing of this is kept over a restart: it begins again,
 * and what is in the hold already is not copied twice.
 */
#include <inttypes.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/hold/hold.h"
#include "sys/logger.h"

enum {
    AGAIN_MS = 300,
    SPAN_SIZE = 16,
    /* A record that is being made when its span has ended is there then. */
    TAIL_US = 5 * SECOND_US,
    /* So is a root over the leaves of its last pictures: one is made every 10 s
     * and told when it is durable, and a group of pictures has to end first. */
    LEAVES_TAIL_US = 25 * SECOND_US,
    MISSING_LEAST_US = SECOND_US, /* shorter is where records meet */
    SPANS_BYTES_MAX = 1 << 20,
};

enum job_state { JOB_SEEDS, JOB_COPY, JOB_WRITTEN };

/* One hold on its way, or one end by order. */
struct gate_hold_job {
    struct gate_call call; /* first; while is_asked */
    struct gate_hold_job *next;
    uint32_t number;
    bool is_end;
    bool is_asked;
    bool is_answered; /* an end: the keeper has done it */
    enum job_state state;
    struct wall_time cursor; /* copied up to here */
    struct boot_time not_before; /* the last slice once more */
    uint64_t records;
    uint64_t leaves;
    uint32_t refused;
    uint32_t damaged;
    bool is_full;
    struct buffer spans; /* struct span each, ascending, joined */
};

static void again_soon(struct gate *gate)
{
    timer_start(gate->hold_timer, AGAIN_MS, 0);
}

static const struct hold *hold_of(const struct gate_hold_job *job)
{
    return holds_find(&job->call.gate->holds, job->number);
}

static void lost(struct gate_call *call)
{
    struct gate_hold_job *job = (struct gate_hold_job *)call;
    gate_call_end(call);
    job->is_asked = false;
    again_soon(call->gate);
}

static void answered(struct gate_hold_job *job)
{
    gate_call_end(&job->call);
    job->is_asked = false;
}

static struct channel *ask(struct gate_hold_job *job, enum role peer)
{
    gate_call_begin(job->call.gate, &job->call);
    job->is_asked = true;
    return gate_call_ask(&job->call, peer);
}

static void sent(struct gate_hold_job *job, enum status s)
{
    if (s == STATUS_OK)
        return;
    answered(job);
    again_soon(job->call.gate);
}

/* ---- what is missing ---- */

struct wall_time gate_hold_originals_die(const struct gate *gate,
                                         const struct hold *hold,
                                         struct wall_time time)
{
    const struct plant_camera *camera =
        plant_camera_find(gate->configuration.plant, hold->camera);
    if (camera == NULL)
        return hold->until;
    struct retention retention =
        gate->configuration.notice->groups[camera->group].retention;
    uint32_t slot_s = slot_grid_of(retention).slot_s;
    return retention_die_at(retention, slot_start(time, slot_s),
                            UTC_OFFSET_KOREA_S);
}

static const char *cause_among(const struct history_spans *spans,
                               struct span span)
{
    for (size_t i = spans->count; i > 0; i--) {
        if (span_overlaps(spans->list[i - 1].span, span))
            return cause_name(spans->list[i - 1].cause);
    }
    return NULL;
}

static const char *cause_of(const struct gate_hold_job *job, struct span span)
{
    const struct gate *gate = job->call.gate;
    const struct hold *hold = hold_of(job);
    const struct history_camera *camera =
        history_camera(&gate->history, hold->camera);
    const char *found = NULL;
    if (job->is_full)
        return cause_name(CAUSE_SPACE);
    if (camera != NULL)
        found = cause_among(&camera->destroyed, span);
    if (found == NULL && camera != NULL)
        found = cause_among(&camera->gaps, span);
    if (found != NULL)
        return found;
    struct wall_time die_at = gate_hold_originals_die(gate, hold, span.from);
    if (job->refused > 0 || die_at.us <= gate_now(gate).us)
        return cause_name(CAUSE_EXPIRED);
    return cause_name(job->damaged > 0 ? CAUSE_CORRUPT : CAUSE_NO_DATA);
}

static size_t note_missing(const struct gate_hold_job *job, struct span span)
{
    if (span.to.us - span.from.us < MISSING_LEAST_US)
        return 0;
    struct entry entry = entry_of(ENTRY_HOLD_MISSING);
    entry_number(&entry, "hold", job->number);
    entry_number(&entry, "camera", hold_of(job)->camera);
    entry_time(&entry, "from", span.from);
    entry_time(&entry, "to", span.to);
    entry_text(&entry, "cause", text_of(cause_of(job, span)));
    gate_note(job->call.gate, &entry);
    return 1;
}

static const struct span *spans_of(const struct gate_hold_job *job,
                                   size_t *count)
{
    *count = job->spans.size / sizeof(struct span);
    return (const struct span *)(const void *)job->spans.data;
}

/* The last of what is missing stands for all the rest, where it is much. */
static size_t note_all_missing(const struct gate_hold_job *job)
{
    const struct hold *hold = hold_of(job);
    size_t count = 0;
    const struct span *spans = spans_of(job, &count);
    struct wall_time from = hold->span.from;
    size_t missing = 0;
    for (size_t i = 0; i < count && missing + 1 < HOLD_MISSING_MAX; i++) {
        missing += note_missing(job, (struct span){from, spans[i].from});
        if (spans[i].to.us > from.us)
            from = spans[i].to;
    }
    return missing + note_missing(job, (struct span){from, hold->span.to});
}

/* The hold that this one goes on from has served. */
static void end_former(const struct gate_hold_job *job)
{
    struct gate *gate = job->call.gate;
    const struct hold *hold = hold_of(job);
    const struct hold *former = holds_find(&gate->holds, hold->extends);
    if (former == NULL || job->is_full || job->damaged > 0 ||
        job->records < former->records ||
        !hold_is_alive(former, gate_now(gate)))
        return;
    struct entry entry = entry_of(ENTRY_HOLD_END);
    entry_number(&entry, "hold", former->number);
    entry_number(&entry, "account", hold->account);
    entry_text(&entry, "person", text_of(""));
    entry_number(&entry, "extended", hold->number);
    entry_personal(&entry, "why", text_of(""));
    entry_personal(&entry, "address", text_of(""));
    gate_note(gate, &entry);
}

static void finish(struct gate_hold_job *job)
{
    size_t count = 0;
    const struct span *spans = spans_of(job, &count);
    const struct hold *hold = hold_of(job);
    struct span copied = {hold->span.from, hold->span.from};
    if (count > 0)
        copied = (struct span){spans[0].from, spans[count - 1].to};
    size_t missing = note_all_missing(job);
    struct entry entry = entry_of(ENTRY_HOLD_MADE);
    entry_number(&entry, "hold", job->number);
    entry_number(&entry, "camera", hold->camera);
    entry_number(&entry, "records", (int64_t)job->records);
    entry_number(&entry, "leaves", (int64_t)job->leaves);
    entry_time(&entry, "from", copied.from);
    entry_time(&entry, "to", copied.to);
    entry_number(&entry, "missing", (int64_t)missing);
    gate_note(job->call.gate, &entry);
    log_line(LOG_INFO, "hold made hold=%" PRIu32 " records=%" PRIu64
                       " leaves=%" PRIu64,
             job->number, job->records, job->leaves);
    end_former(job);
    job->state = JOB_WRITTEN;
    again_soon(job->call.gate);
}

/* ---- the keeper ---- */

static void on_seeds(void *context, enum status status,
                     const struct message_hold_seeds_reply *reply,
                     int descriptor)
{
    struct gate_hold_job *job = context;
    (void)reply;
    (void)descriptor;
    answered(job);
    if (status == STATUS_OK)
        job->state = JOB_COPY;
    else if (status == STATUS_NOT_FOUND)
        finish(job); /* it has ended before it began */
    else if (status != STATUS_AGAIN && status != STATUS_IO)
        log_line(LOG_ERROR, "no seeds for a hold hold=%" PRIu32 " status=%s",
                 job->number, status_name(status));
    if (status == STATUS_OK)
        gate_holds_work(job->call.gate);
    else
        again_soon(job->call.gate);
}

static void ask_seeds(struct gate_hold_job *job)
{
    const struct hold *hold = hold_of(job);
    struct channel *keeper = ask(job, ROLE_KEEPER);
    const struct message_hold_seeds message = {
        .hold = job->number,
        .camera = hold->camera,
        .from_us = hold->span.from.us,
        .to_us = hold->span.to.us,
        .until_us = hold->until.us,
    };
    sent(job, keeper == NULL ? STATUS_IO
                             : message_hold_seeds_send(keeper, &message, -1,
                                                       on_seeds, job));
}

static void on_ended(void *context, enum status status,
                     const struct message_destroy_order_reply *reply,
                     int descriptor)
{
    struct gate_hold_job *job = context;
    (void)reply;
    (void)descriptor;
    answered(job);
    job->is_answered = status == STATUS_OK;
    if (status != STATUS_OK)
        again_soon(job->call.gate);
}

static void ask_end(struct gate_hold_job *job)
{
    const struct hold *hold = hold_of(job);
    struct channel *keeper = ask(job, ROLE_KEEPER);
    const struct message_destroy_order message = {
        .entry = hold->end_entry,
        .camera = hold_subject(hold->number, hold->camera),
        .from_us = hold->span.from.us,
        .to_us = hold->span.to.us,
    };
    sent(job, keeper == NULL ? STATUS_IO
                             : message_destroy_order_send(
                                   keeper, &message, -1, on_ended, job));
}

/* ---- the vault ---- */

static void take_spans(struct gate_hold_job *job, struct bytes encoded)
{
    struct reader in = reader_on(encoded);
    while (reader_more(&in)) {
        struct span span = {.from.us = reader_i64be(&in)};
        span.to.us = reader_i64be(&in);
        size_t count = job->spans.size / sizeof span;
        struct span *last =
            count == 0 ? NULL
                       : (struct span *)(void *)job->spans.data + count - 1;
        if (in.failed)
            return;
        if (last != NULL && span.from.us - last->to.us < MISSING_LEAST_US) {
            if (span.to.us > last->to.us)
                last->to = span.to;
        } else {
            buffer_append(&job->spans, bytes_of(&span, sizeof span));
        }
    }
}

static void take_slice(struct gate_hold_job *job,
                       const struct message_hold_copy_reply *reply)
{
    struct gate *gate = job->call.gate;
    const struct hold *hold = hold_of(job);
    int64_t now_us = gate_now(gate).us;
    job->refused += reply->refused;
    job->damaged += reply->damaged;
    job->is_full |= reply->is_full != 0;
    bool is_last = reply->next_us == 0 || reply->next_us >= hold->span.to.us;
    int64_t tail_us = reply->is_behind ? LEAVES_TAIL_US : TAIL_US;
    if (is_last && now_us < hold->span.to.us + tail_us && !job->is_full) {
        /* The same once more, for there may be more of it; others first. */
        job->not_before.us =
            clock_boot(gate->process.clock).us + AGAIN_MS * INT64_C(1000);
        gate_holds_work(gate);
        again_soon(gate);
        return;
    }
    job->records += reply->records;
    job->leaves += reply->leaves;
    take_spans(job, reply->spans);
    if (is_last || job->is_full) {
        finish(job);
        return;
    }
    job->cursor.us = reply->next_us;
    gate_holds_work(gate);
}

static void on_copy(void *context, enum status status,
                    const struct message_hold_copy_reply *reply,
                    int descriptor)
{
    struct gate_hold_job *job = context;
    (void)descriptor;
    answered(job);
    if (status == STATUS_OK && reply != NULL) {
        take_slice(job, reply);
        return;
    }
    if (status != STATUS_AGAIN && status != STATUS_IO)
        log_line(LOG_WARNING, "hold not copied yet hold=%" PRIu32 " status=%s",
                 job->number, status_name(status));
    again_soon(job->call.gate);
}

/* Keeper and vault open with it what is to be copied; it shows nobody
 * anything, and web never has it. */
static enum status seal_ticket(const struct gate *gate,
                               const struct hold *hold, struct writer *out)
{
    uint8_t camera[4];
    struct writer number = writer_on(camera, sizeof camera);
    writer_u32be(&number, hold->camera);
    const struct ticket ticket = {
        .kind = TICKET_HOLD,
        .view = hold->number,
        .person = hold->account,
        .span = hold->span,
        .expires = {clock_boot(gate->process.clock).us +
                    (int64_t)TICKET_LIFE_S * SECOND_US},
        .cameras = bytes_of(camera, sizeof camera),
    };
    return ticket_seal(&ticket, gate->ticket_keys,
                       gate->ticket_keys + TICKET_KEY_SIZE, out);
}

static void ask_copy(struct gate_hold_job *job)
{
    struct gate *gate = job->call.gate;
    const struct hold *hold = hold_of(job);
    uint8_t sealed[TICKET_SIZE_MAX];
    struct writer out = writer_on(sealed, sizeof sealed);
    if (!gate->has_ticket_key[TICKET_FOR_VAULT] ||
        !gate->has_ticket_key[TICKET_FOR_KEEPER] ||
        seal_ticket(gate, hold, &out) != STATUS_OK) {
        again_soon(gate);
        return;
    }
    struct channel *vault = ask(job, ROLE_VAULT);
    const struct message_hold_copy message = {
        .ticket = writer_written(&out),
        .hold = hold->number,
        .camera = hold->camera,
        .from_us = job->cursor.us,
        .to_us = hold->span.to.us,
    };
    sent(job, vault == NULL ? STATUS_IO
                            : message_hold_copy_send(vault, &message, -1,
                                                     on_copy, job));
}

/* ---- all of them ---- */

static struct gate_hold_job *job_of(const struct gate *gate, uint32_t number,
                                    bool is_end)
{
    struct gate_hold_job *job = gate->hold_jobs;
    while (job != NULL && (job->number != number || job->is_end != is_end))
        job = job->next;
    return job;
}

static void begin_job(struct gate *gate, const struct hold *hold, bool is_end)
{
    if (job_of(gate, hold->number, is_end) != NULL)
        return;
    struct gate_hold_job *job = alloc_zeroed(sizeof *job);
    if (job == NULL) {
        again_soon(gate);
        return;
    }
    job->call.gate = gate;
    job->call.lost = lost;
    job->number = hold->number;
    job->is_end = is_end;
    job->cursor = hold->span.from;
    job->spans = buffer_with_limit(SPANS_BYTES_MAX);
    job->next = gate->hold_jobs;
    gate->hold_jobs = job;
}

static bool is_over(const struct gate_hold_job *job)
{
    const struct hold *hold = hold_of(job);
    struct wall_time now = gate_now(job->call.gate);
    if (job->is_asked)
        return false;
    if (job->is_end)
        return hold->destroyed_entry != 0;
    return hold->made_entry != 0 || !hold_is_alive(hold, now);
}

/* What is over is forgotten; what is new is begun. */
static void look(struct gate *gate)
{
    struct gate_hold_job **link = &gate->hold_jobs;
    while (*link != NULL) {
        struct gate_hold_job *job = *link;
        if (!is_over(job)) {
            link = &job->next;
            continue;
        }
        *link = job->next;
        buffer_deinit(&job->spans);
        alloc_free(job);
    }
    struct wall_time now = gate_now(gate);
    for (size_t i = 0; i < gate->holds.count; i++) {
        const struct hold *hold = &gate->holds.list[i];
        if (hold->made_entry == 0 && hold_is_alive(hold, now))
            begin_job(gate, hold, false);
        if (hold->end_entry != 0 && hold->destroyed_entry == 0)
            begin_job(gate, hold, true);
    }
}

/* The one whose next originals die first; NULL: none, or one is under way. */
static struct gate_hold_job *most_urgent(const struct gate *gate)
{
    struct gate_hold_job *first = NULL;
    int64_t first_us = 0;
    int64_t now_us = clock_boot(gate->process.clock).us;
    for (struct gate_hold_job *job = gate->hold_jobs; job != NULL;
         job = job->next) {
        if (job->is_end || job->state != JOB_COPY)
            continue;
        if (job->is_asked)
            return NULL;
        if (now_us < job->not_before.us)
            continue;
        int64_t die_us =
            gate_hold_originals_die(gate, hold_of(job), job->cursor).us;
        if (first == NULL || die_us < first_us) {
            first = job;
            first_us = die_us;
        }
    }
    return first;
}

void gate_holds_work(struct gate *gate)
{
    if (!gate->is_started || gate->stop.is_asked || !gate->has_trusted ||
        !log_writer_is_open(gate->log))
        return;
    look(gate);
    for (struct gate_hold_job *job = gate->hold_jobs; job != NULL;
         job = job->next) {
        if (job->is_asked)
            continue;
        if (job->is_end && !job->is_answered)
            ask_end(job);
        else if (!job->is_end && job->state == JOB_SEEDS)
            ask_seeds(job);
    }
    struct gate_hold_job *urgent = most_urgent(gate);
    if (urgent != NULL)
        ask_copy(urgent);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The promises and their states as JSON: for everybody, and with what to do
 * for those who see to the recorder. */
#include "base/text.h"
#include "roles/gate/gate.h"
#include "roles/gate/json.h"
#include "roles/gate/promise/promise.h"

static void write_words(struct json *json, const char *name, enum drift drift,
                        const char *words(enum drift, enum language))
{
    gate_put_name(json, name);
    gate_put_open(json, '{');
    gate_put_named_text(json, "ko", text_of(words(drift, LANGUAGE_KOREAN)));
    gate_put_named_text(json, "en", text_of(words(drift, LANGUAGE_ENGLISH)));
    gate_put_close(json, '}');
}

static void write_measured(struct json *json, const struct promise *promise)
{
    bool counts = promise->kind == PROMISE_CAMERAS ||
                  promise->kind == PROMISE_CAPABILITY ||
                  promise->kind == PROMISE_LISTED ||
                  promise->kind == PROMISE_ENCRYPTION ||
                  promise->kind == PROMISE_RIGHTS ||
                  promise->kind == PROMISE_EXCLUSION ||
                  promise->kind == PROMISE_PROOF;
    if (counts) {
        gate_put_named_number(json, "promised", promise->promised);
        gate_put_named_number(json, "measured", promise->measured);
    }
    if (promise->kind == PROMISE_CAMERAS)
        gate_put_named_number(json, "installed", promise->installed);
    if (promise->kind == PROMISE_HOURS)
        gate_put_named_number(json, "missing_s", promise->missing_s);
    if (promise->kind != PROMISE_PERIOD)
        return;
    gate_put_named_number(json, "oldest_us", promise->oldest.us);
    gate_put_named_number(json, "newest_us", promise->newest.us);
    gate_put_named_number(json, "floor_us", promise->floor.us);
    gate_put_named_number(json, "ceiling_us", promise->ceiling.us);
}

static void write_promise(const struct gate *gate, struct json *json,
                          const struct promise *promise, bool has_remedies)
{
    gate_put_open(json, '{');
    gate_put_named_text(json, "kind",
                        text_of(promise_kind_name(promise->kind)));
    gate_put_named_text(json, "subject",
                        promise_subject(gate->configuration.notice, promise));
    gate_put_named_text(json, "state",
                        text_of(promise_state_name(promise->state)));
    gate_put_named_number(json, "since_us", promise->since.us);
    write_measured(json, promise);
    if (promise->drift != DRIFT_NONE) {
        gate_put_named_text(json, "code", text_of(drift_code(promise->drift)));
        write_words(json, "words", promise->drift, drift_words);
        if (has_remedies)
            write_words(json, "remedy", promise->drift, drift_remedy);
    }
    gate_put_close(json, '}');
}

static void write_promises(const struct gate *gate, struct json *json,
                           bool has_remedies)
{
    const struct promises *promises = &gate->promises.last;
    gate_put_named_number(json, "promises_measured_us", promises->measured.us);
    gate_put_name(json, "promises");
    gate_put_open(json, '[');
    for (size_t i = 0; i < promises->count; i++)
        write_promise(gate, json, &promises->list[i], has_remedies);
    gate_put_close(json, ']');
}

void gate_drifts_write(const struct gate *gate, struct json *json)
{
    gate_put_name(json, "drift");
    gate_put_open(json, '[');
    for (size_t i = 0; i < gate->drifts.count; i++) {
        const struct drift_row *row = &gate->drifts.list[i];
        gate_put_open(json, '{');
        gate_put_named_text(json, "code", text_of(row->code));
        gate_put_named_text(json, "subject", text_of(row->subject));
        gate_put_named_number(json, "since_us", row->since.us);
        gate_put_named_number(json, "entry", (int64_t)row->entry);
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}

void gate_promises_write(const struct gate *gate, struct json *json)
{
    write_promises(gate, json, true);
    gate_drifts_write(gate, json);
}

void gate_promises_publish(const struct gate *gate, struct buffer *out)
{
    const struct promise_figures *figures = &gate->promises.figures;
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    write_promises(gate, &json, false);
    gate_put_named_number(&json, "destructions",
                          (int64_t)figures->destructions);
    gate_put_named_number(&json, "last_destruction_us",
                          figures->last_destruction.us);
    gate_put_named_number(&json, "erasure_level", figures->erasure_level);
    gate_put_named_number(&json, "entries", (int64_t)figures->entries);
    gate_put_named_number(&json, "witnessed_us", figures->witnessed.us);
    gate_put_close(&json, '}');
    buffer_append_u8(out, '\n');
}

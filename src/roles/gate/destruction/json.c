/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a destruction as one JSON document, and the list of all. */
#include "roles/gate/destruction/destruction.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "log/leaf.h"
#include "roles/gate/json.h"

static void put_words(struct json *json, const char *ko_name,
                      const char *en_name, struct notice_words words)
{
    gate_put_named_text(json, ko_name, words.ko);
    gate_put_named_text(json, en_name,
                        notice_words_in(words, LANGUAGE_ENGLISH));
}

static void put_camera(const struct gate *gate, struct json *json,
                       uint32_t number)
{
    const struct plant_camera *camera =
        plant_camera_find(gate->configuration.plant, number);
    gate_put_named_number(json, "camera", number);
    if (camera != NULL)
        put_words(json, "camera_ko", "camera_en", camera->name);
}

static void put_span(struct json *json, struct span span)
{
    gate_put_name(json, "from");
    gate_put_time(json, span.from);
    gate_put_name(json, "to");
    gate_put_time(json, span.to);
    gate_put_named_number(json, "from_us", span.from.us);
    gate_put_named_number(json, "to_us", span.to.us);
}

/* ---- which lines fit --------------------------------------------------------
 */

struct lines_walk {
    const struct gate *gate;
    struct json *json;
    struct buffer *line;
    uint64_t after;
    uint64_t last; /* that fits */
    size_t bytes;
    bool is_cut;
};

enum { LINE_OVERHEAD = 400 }; /* its part, leaf and escapes */

static enum status measure(void *context, uint64_t number)
{
    struct lines_walk *walk = context;
    if (number <= walk->after || walk->is_cut)
        return STATUS_OK;
    enum status s =
        log_store_line(log_writer_store(walk->gate->log), number, walk->line);
    if (s != STATUS_OK)
        return s;
    size_t bytes = walk->bytes + walk->line->size + LINE_OVERHEAD;
    walk->is_cut = walk->bytes > 0 && bytes > DESTRUCTION_LINES_MAX;
    if (!walk->is_cut) {
        walk->bytes = bytes;
        walk->last = number;
    }
    return s;
}

static enum status write_line(void *context, uint64_t number)
{
    struct lines_walk *walk = context;
    uint8_t leaf[LEAF_SIZE];
    if (number <= walk->after || number > walk->last)
        return STATUS_OK;
    enum status s =
        log_store_line(log_writer_store(walk->gate->log), number, walk->line);
    if (s == STATUS_OK)
        s = leaf_hash(buffer_text(walk->line), leaf);
    if (s != STATUS_OK)
        return s;
    gate_put_open(walk->json, '{');
    gate_put_named_number(walk->json, "n", (int64_t)number);
    gate_put_named_text(walk->json, "line", buffer_text(walk->line));
    gate_put_name(walk->json, "leaf");
    gate_put_hex(walk->json, bytes_of(leaf, sizeof leaf));
    gate_put_close(walk->json, '}');
    return s;
}

/* ---- the record -------------------------------------------------------------
 */

static void write_order(struct json *json,
                        const struct destruction *destruction,
                        const struct destruction_reason *reason)
{
    gate_put_name(json, "order");
    gate_put_open(json, '{');
    if (destruction->is_order) {
        gate_put_named_text(json, "by", text_of("person"));
        gate_put_named_number(json, "account", destruction->order.account);
        gate_put_named_text(json, "person", text_of(destruction->person));
        gate_put_named_text(json, "request", text_of(destruction->request));
        gate_put_named_number(json, "entry", (int64_t)destruction->entry);
        if (reason != NULL && reason->is_there) {
            gate_put_named_text(json, "reason", text_of(reason->plain));
            gate_put_name(json, "reason_salt");
            gate_put_hex(json, bytes_of(reason->salt, sizeof reason->salt));
        }
    } else {
        gate_put_named_text(json, "by", text_of("notice"));
        gate_put_named_number(json, "version", destruction->notice_version);
        gate_put_named_text(json, "sha256",
                            text_of(destruction->notice_sha256));
        gate_put_named_number(json, "entry",
                              (int64_t)destruction->notice_entry);
    }
    gate_put_close(json, '}');
}

static void write_asked(struct json *json,
                        const struct destruction *destruction)
{
    gate_put_name(json, "asked");
    if (!destruction->is_order) {
        gate_put_null(json);
        return;
    }
    gate_put_open(json, '{');
    gate_put_named_number(json, "camera", destruction->order.camera);
    put_span(json, destruction->order.asked);
    gate_put_name(json, "decommission");
    gate_put_bool(json, destruction->order.is_decommission);
    gate_put_close(json, '}');
}

static void write_part(const struct gate *gate, struct json *json,
                       const struct destruction_part *part)
{
    gate_put_open(json, '{');
    put_camera(gate, json, part->camera);
    put_span(json, part->span);
    gate_put_named_text(json, "cause", text_of(cause_name(part->cause)));
    gate_put_named_number(json, "epoch", (int64_t)part->epoch);
    gate_put_name(json, "died");
    gate_put_time(json, part->died);
    gate_put_named_number(json, "seeds", (int64_t)part->seeds);
    gate_put_named_text(json, "seeds_sha256", text_of(part->seeds_sha256));
    gate_put_named_number(json, "level", part->level);
    gate_put_named_number(json, "entry", (int64_t)part->entry);
    gate_put_name(json, "unused");
    gate_put_bool(json, part->is_unused);
    uint64_t freed_entry = 0;
    struct wall_time freed = {0};
    bool is_freed = destruction_part_freed(gate, part, &freed_entry, &freed);
    gate_put_name(json, "space_freed");
    if (is_freed) {
        gate_put_time(json, freed);
        gate_put_named_number(json, "space_entry", (int64_t)freed_entry);
    } else {
        gate_put_null(json);
    }
    gate_put_close(json, '}');
}

static enum status write_parts(const struct gate *gate, struct json *json,
                               const struct destruction *destruction,
                               const struct lines_walk *walk, int64_t *level)
{
    enum status s = STATUS_OK;
    size_t count = destruction_part_count(destruction);
    gate_put_name(json, "destroyed");
    gate_put_open(json, '[');
    for (size_t i = 0; s == STATUS_OK && i < count; i++) {
        struct destruction_part part;
        uint64_t entry = destruction_part_entry(destruction, i);
        if (entry <= walk->after || entry > walk->last)
            continue;
        s = destruction_part_read(gate, entry, &part);
        if (s == STATUS_OK)
            write_part(gate, json, &part);
        if (s == STATUS_OK && part.level >= 0)
            *level = part.level;
    }
    gate_put_close(json, ']');
    return s;
}

static void write_level(struct json *json, int64_t level)
{
    gate_put_name(json, "level");
    gate_put_open(json, '{');
    gate_put_named_number(json, "number", level);
    gate_put_named_text(
        json, "ko", text_of(destruction_level_words(level, LANGUAGE_KOREAN)));
    gate_put_named_text(
        json, "en", text_of(destruction_level_words(level, LANGUAGE_ENGLISH)));
    gate_put_close(json, '}');
}

/* null: no TPM has signed anything of it, or not yet. */
static enum status write_attestation(const struct gate *gate, struct json *json,
                                     const struct destruction *destruction)
{
    struct tpm_attestation found;
    uint8_t scratch[TPM_ATTESTATION_MAX];
    uint8_t name[SHA256_SIZE];
    gate_put_name(json, "attestation");
    if (destruction->attested_entry == 0) {
        gate_put_null(json);
        return STATUS_OK;
    }
    enum status s =
        destruction_attestation_read(gate, destruction, scratch, &found);
    if (s == STATUS_OK)
        s = sha256(&found.public_area, 1, name);
    if (s != STATUS_OK)
        return s;
    gate_put_open(json, '{');
    gate_put_named_number(json, "entry", (int64_t)destruction->attested_entry);
    gate_put_named_number(json, "epoch", (int64_t)found.epoch);
    gate_put_named_text(json, "manufacturer", text_of(found.manufacturer));
    gate_put_named_number(json, "clock_ms", (int64_t)found.clock_ms);
    gate_put_named_number(json, "resets", found.resets);
    gate_put_name(json, "root_commitment");
    gate_put_hex(json, bytes_of(found.commitment, sizeof found.commitment));
    gate_put_name(json, "key_sha256");
    gate_put_hex(json, bytes_of(name, sizeof name));
    gate_put_close(json, '}');
    return s;
}

static void write_state(struct json *json, enum destruction_wait wait)
{
    gate_put_named_text(json, "state",
                        text_of(wait == DESTRUCTION_DONE ? "done" : "pending"));
    gate_put_name(json, "pending");
    if (wait == DESTRUCTION_DONE) {
        gate_put_null(json);
        return;
    }
    gate_put_open(json, '{');
    gate_put_named_text(json, "name", text_of(destruction_wait_name(wait)));
    gate_put_named_text(
        json, "ko", text_of(destruction_wait_words(wait, LANGUAGE_KOREAN)));
    gate_put_named_text(
        json, "en", text_of(destruction_wait_words(wait, LANGUAGE_ENGLISH)));
    gate_put_close(json, '}');
}

enum status destruction_write_json(const struct gate *gate,
                                   const struct destruction *destruction,
                                   uint64_t after,
                                   const struct destruction_reason *reason,
                                   struct buffer *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct json json = gate_put_on(out);
    struct lines_walk walk = {
        .gate = gate, .json = &json, .line = &line, .after = after};
    int64_t level = gate->erasure_level;
    enum status s =
        destruction_each_line(gate, destruction, measure, &walk);
    if (s != STATUS_OK)
        return s;
    gate_put_open(&json, '{');
    gate_put_named_text(&json, "format",
                        text_of("haechi-destruction-record/1"));
    gate_put_named_number(&json, "record", (int64_t)destruction->entry);
    gate_put_named_text(&json, "installation",
                        gate->configuration.plant->installation);
    put_words(&json, "institution_ko", "institution_en",
              gate->configuration.notice->institution);
    gate_put_name(&json, "made");
    gate_put_time(&json, gate_now(gate));
    write_state(&json, destruction->wait);
    write_order(&json, destruction, reason);
    write_asked(&json, destruction);
    s = write_parts(gate, &json, destruction, &walk, &level);
    write_level(&json, level);
    if (s == STATUS_OK)
        s = write_attestation(gate, &json, destruction);
    gate_put_name(&json, "entries");
    gate_put_open(&json, '[');
    if (s == STATUS_OK)
        s = destruction_each_line(gate, destruction, write_line, &walk);
    gate_put_close(&json, ']');
    gate_put_name(&json, "next");
    if (walk.is_cut)
        gate_put_number(&json, (int64_t)walk.last);
    else
        gate_put_null(&json);
    gate_put_close(&json, '}');
    return s == STATUS_OK && out->failed ? STATUS_LIMIT : s;
}

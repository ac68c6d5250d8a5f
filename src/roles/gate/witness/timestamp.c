/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks a time-stamping service, once a day, to say that the log's checkpoint of
 * that day was there. The answer is held against the question and kept; who has
 * signed it is for whoever believes it to check (haechi verify --authority).
 * There is no entry: it would be a reason for the next stamp to differ.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/timestamp.h"
#include "log/timestamps.h"
#include "log/witness/submission.h"
#include "roles/gate/gate.h"
#include "roles/gate/json.h"
#include "roles/gate/witness/witnesses.h"
#include "sys/logger.h"
#include "sys/random.h"

enum {
    RETRY_US = 60 * SECOND_US,
    RETRY_DEMO_US = 2 * SECOND_US,
    EVERY_DEMO_US = 5 * SECOND_US,
    PATH_SIZE = GATE_DIRECTORY_SIZE + 16,
    DETAIL_SIZE = 64,
    QUESTION_MAX = 256,
    CODE_OK = 200,
};

static const int64_t EVERY_US = 24 * 3600 * (int64_t)SECOND_US;

struct gate_timestamps {
    const struct plant_server *service;
    char log_directory[PATH_SIZE];
    struct wall_time last; /* as the service told; 0: never */
    uint64_t last_size;
    int64_t next_boot_us;
    char detail[DETAIL_SIZE]; /* why there is none, where there is none */

    /* What is on its way. */
    struct timestamp_question question;
    struct submission submission;
};

static int64_t now_boot_us(const struct gate *gate)
{
    return clock_boot(gate->process.clock).us;
}

static void put_off(struct gate *gate, int64_t us, int64_t demo_us)
{
    gate->timestamps->next_boot_us =
        now_boot_us(gate) +
        (gate->configuration.plant->is_demo ? demo_us : us);
}

static void fail(struct gate *gate, const char *detail)
{
    struct gate_timestamps *all = gate->timestamps;
    (void)snprintf(all->detail, sizeof all->detail, "%s", detail);
    log_line(LOG_WARNING, "no timestamp: %s", all->detail);
    put_off(gate, RETRY_US, RETRY_DEMO_US);
}

static void take_stamp(struct gate *gate, struct bytes body)
{
    struct gate_timestamps *all = gate->timestamps;
    struct wall_time told = {0};
    enum status s = timestamp_answer_read(body, &all->question, &told);
    if (s != STATUS_OK) {
        fail(gate, s == STATUS_DENIED ? "the service has refused"
                                      : "no answer to what was asked");
        return;
    }
    s = timestamps_keep(&FILE_LAYER_SYSTEM, all->log_directory,
                        all->submission.checkpoint.size,
                        buffer_bytes(&all->submission.note), body);
    if (s != STATUS_OK) {
        fail(gate, "it cannot be kept on the disk");
        return;
    }
    all->last = told;
    all->last_size = all->submission.checkpoint.size;
    all->detail[0] = 0;
    put_off(gate, EVERY_US, EVERY_DEMO_US);
}

static void on_answer(struct gate *gate, unsigned code, struct text why,
                      struct bytes body)
{
    char detail[DETAIL_SIZE];
    if (code == CODE_OK) {
        take_stamp(gate, body);
    } else if (code == 0) {
        fail(gate, text_copy(why, detail, sizeof detail) ? detail
                                                         : "no answer");
    } else {
        (void)snprintf(detail, sizeof detail, "refused: HTTP %u", code);
        fail(gate, detail);
    }
}

/* Of the checkpoint as it stands. Fails with: as submission_make. */
static enum status ask(struct gate *gate)
{
    struct gate_timestamps *all = gate->timestamps;
    AUTO(buffer_deinit)
    struct buffer body = buffer_with_limit(QUESTION_MAX);
    enum status s = submission_make(
        &FILE_LAYER_SYSTEM, all->log_directory,
        log_store_key(log_writer_store(gate->log)), 0, &all->submission);
    if (s == STATUS_OK && all->submission.checkpoint.size == 0)
        s = STATUS_NOT_FOUND;
    if (s != STATUS_OK)
        return s;
    const struct bytes note = buffer_bytes(&all->submission.note);
    s = sha256(&note, 1, all->question.digest);
    random_fill(all->question.nonce, sizeof all->question.nonce);
    all->question.nonce[0] |= 1; /* as long as can be: no leading zeros */
    if (s == STATUS_OK)
        s = timestamp_question_write(&all->question, &body);
    if (s != STATUS_OK)
        return s;
    const struct gate_letter letter = {
        .to = all->service,
        .path = all->service->path.size == 0 ? text_of("/")
                                             : all->service->path,
        .type = text_of("application/timestamp-query"),
        .body = buffer_bytes(&body),
    };
    gate_outbox_post(gate, &letter, on_answer);
    return STATUS_OK;
}

void gate_timestamps_work(struct gate *gate)
{
    struct gate_timestamps *all = gate->timestamps;
    if (all == NULL || now_boot_us(gate) < all->next_boot_us ||
        !gate_outbox_is_free(gate))
        return;
    enum status s = ask(gate);
    if (s == STATUS_NOT_FOUND) /* nothing signed yet */
        put_off(gate, SECOND_US, SECOND_US);
    else if (s != STATUS_OK)
        fail(gate, "our log's files cannot be read");
}

/* ---- start and status ----------------------------------------------------- */

/* A restart is no reason for another stamp. */
static void read_last(struct gate *gate)
{
    struct gate_timestamps *all = gate->timestamps;
    struct timestamps list;
    struct timestamp_files files;
    struct wall_time told = {0};
    uint8_t digest[SHA256_SIZE];
    if (timestamps_list(&FILE_LAYER_SYSTEM, all->log_directory, &list) !=
            STATUS_OK ||
        list.count == 0 ||
        timestamps_read(&FILE_LAYER_SYSTEM, all->log_directory,
                        list.sizes[list.count - 1], &files) != STATUS_OK)
        return;
    const struct bytes note = bytes_of(files.note, files.note_size);
    if (sha256(&note, 1, digest) == STATUS_OK &&
        timestamp_time(bytes_of(files.answer, files.answer_size), digest,
                       &told) == STATUS_OK) {
        all->last = told;
        all->last_size = list.sizes[list.count - 1];
        int64_t age_us = gate_now(gate).us - told.us;
        if (age_us >= 0 && age_us < EVERY_US &&
            !gate->configuration.plant->is_demo)
            all->next_boot_us = now_boot_us(gate) + EVERY_US - age_us;
    }
    timestamp_files_deinit(&files);
}

enum status gate_timestamps_open(struct gate *gate)
{
    const struct plant *plant = gate->configuration.plant;
    if (plant->timestamps.url.size == 0)
        return STATUS_OK;
    struct gate_timestamps *all = alloc_zeroed(sizeof *all);
    if (all == NULL)
        return STATUS_NO_MEMORY;
    gate->timestamps = all;
    all->service = &plant->timestamps;
    submission_init(&all->submission);
    (void)snprintf(all->log_directory, sizeof all->log_directory, "%s/log",
                   gate->directory);
    read_last(gate);
    return STATUS_OK;
}

void gate_timestamps_write(const struct gate *gate, struct json *json)
{
    const struct gate_timestamps *all = gate->timestamps;
    if (all == NULL)
        return;
    gate_put_name(json, "timestamps");
    gate_put_open(json, '{');
    gate_put_named_number(json, "last_us", all->last.us);
    gate_put_named_number(json, "size", (int64_t)all->last_size);
    gate_put_name(json, "overdue");
    gate_put_bool(json, gate_now(gate).us - all->last.us > 3 * EVERY_US);
    gate_put_named_text(json, "detail", text_of(all->detail));
    gate_put_close(json, '}');
}

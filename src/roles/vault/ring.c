/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "media/sample_pack.h"
#include "roles/vault/private.h"
#include "sys/logger.h"

/* docs/design/recording-path.md, "Ring entries". */
enum entry_kind {
    ENTRY_SAMPLE = 1,
    ENTRY_CONFIG = 2,
    ENTRY_STATE = 3,
    ENTRY_LOSS = 4,
};

enum {
    SAMPLE_HEAD_SIZE = 28,
    SMALL_ENTRY_MAX = CODEC_CONFIG_SIZE_MAX + 64, /* the largest: CONFIG */
    DURATION_GUESS_US = 40000,
};


static int32_t wall_minus_trusted_ms(const struct vault *vault)
{
    struct wall_time wall = clock_wall(vault->process.clock);
    struct wall_time trusted = vault_trusted(vault, vault_now(vault));
    int64_t ms = (wall.us - trusted.us) / 1000;
    if (ms > INT32_MAX)
        return INT32_MAX;
    return ms < INT32_MIN ? INT32_MIN : (int32_t)ms;
}

/* Once, as they will be sealed: what stood in the ring may be another thing
 * now. */
static void hash_samples(struct vault_camera *camera,
                         const struct record_draft *draft)
{
    struct reader in =
        reader_on(bytes_of(draft->stored.data + RECORD_HEADER_SIZE,
                           draft->header.sealed_size));
    struct sample_pack pack;
    struct sample sample;
    uint32_t row = 0;
    size_t offset = 0;
    if (sample_pack_read(&in, &pack) != STATUS_OK)
        return; /* cannot be: it has just been written */
    while (sample_pack_next(&pack, &row, &offset, &sample))
        gop_chain_add(camera->chain, &sample, draft->header.sequence);
}

void vault_finish_record(struct vault *vault, struct vault_camera *camera,
                         const struct wall_time *next)
{
    if (record_builder_is_empty(camera->builder))
        return;
    struct record_draft draft;
    enum status s = record_builder_finish(
        camera->builder, next, wall_minus_trusted_ms(vault), &draft);
    if (s != STATUS_OK) {
        /* Without memory nothing goes on; the ring keeps it for the next. */
        log_line(LOG_ERROR, "record not finished camera=%u status=%s",
                 camera->camera, status_name(s));
        return;
    }
    hash_samples(camera, &draft);
    vault_push_draft(vault, camera, &draft);
}

/* Whether more than so many quarters of the ring stand behind the first sample
 * of the record in the making: it is all that keeps them. So a camera that
 * sends much is not dropped with all others, because one sends little. */
static bool holds_the_ring(const struct vault *vault,
                           const struct vault_camera *camera, unsigned quarters)
{
    return !record_builder_is_empty(camera->builder) &&
           ring_position(vault->ring) -
                   record_builder_ring_index(camera->builder) >
               ring_bytes(vault->ring) / 4 * quarters;
}

void vault_finish_idle(struct vault *vault, bool all)
{
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    for (size_t i = 0; i < vault->camera_count; i++) {
        struct vault_camera *camera = vault->cameras[i];
        if (record_builder_is_empty(camera->builder))
            continue;
        int64_t age_us =
            now.us - record_builder_start(camera->builder).us;
        if (all || age_us > VAULT_IDLE_US || holds_the_ring(vault, camera, 3))
            vault_finish_record(vault, camera, NULL);
    }
}

/* ---- one sample ---- */

/*
 * Whether a vault before this one has put the sample into a record. Before the
 * last record's start all is recorded; inside it the numbers decide; an ingest
 * that began to count anew comes after its end in time.
 */
static bool is_recorded(const struct vault_camera *camera, uint32_t number,
                        int64_t time_us)
{
    const struct record_row *last = &camera->recorded;
    if (!camera->has_recorded)
        return false;
    if (time_us < last->start.us)
        return true;
    int64_t end_us = record_row_begun(last).us;
    uint32_t past = number - (last->first_number + last->samples);
    return (int32_t)past < 0 && time_us < end_us;
}

static void count_sample(struct vault_camera *camera,
                         const struct sample *sample)
{
    camera->last_picture_us = sample->time_us + sample->duration_us;
    camera->last_sample_us = sample->time_us;
}

static void take_sample(struct vault *vault, struct vault_camera *camera,
                        struct sample *sample, uint64_t number,
                        uint64_t index)
{
    struct event gap;
    struct span span = {{sample->time_us},
                        {sample->time_us + sample->duration_us}};
    if (coverage_on_sample(&camera->coverage, span, &gap)) {
        vault_event(vault, &gap);
        sample->flags |= SAMPLE_DISCONTINUITY;
    }
    struct wall_time next = {sample->time_us};
    if (record_builder_cuts_before(camera->builder, sample) ||
        holds_the_ring(vault, camera, 2))
        vault_finish_record(vault, camera, &next);
    enum status s =
        record_builder_add(camera->builder, sample, number, index);
    if (s != STATUS_OK) {
        const struct event lost = {.kind = EVENT_RECORDS_LOST,
                                   .cause = CAUSE_OVERLOAD,
                                   .camera = camera->camera,
                                   .span = span};
        log_line(LOG_ERROR, "sample not kept camera=%u status=%s",
                 camera->camera, status_name(s));
        vault_event(vault, &lost);
        return;
    }
    count_sample(camera, sample);
    vault_live_push(vault, camera, sample);
}

/* Decoded a little later; shown when it would have been, if that is later. */
static void move_behind(struct sample *sample, int64_t last_us)
{
    int64_t late_us = last_us + 1 - sample->time_us;
    sample->time_us += late_us;
    sample->shown_after_us = late_us < (int64_t)sample->shown_after_us
                                 ? sample->shown_after_us - (uint32_t)late_us
                                 : 0;
}

/* head: a copy; data: still in the ring. */
static void on_sample(struct vault *vault, struct reader *head,
                      struct bytes data, uint64_t index)
{
    struct vault_camera *camera = vault_find(vault, reader_u32be(head));
    struct sample sample = {.data = data};
    sample_pack_take_flags(&sample, reader_u32be(head));
    sample.flags &= SAMPLE_IDR | SAMPLE_DISCONTINUITY | SAMPLE_MOTION;
    uint64_t number = reader_u64be(head);
    struct boot_time boot = {reader_i64be(head)};
    sample.duration_us = reader_u32be(head);
    struct boot_time now = vault_now(vault);
    /* Ingest could name any time; only the recent past can be true. */
    if (head->failed || camera == NULL || boot.us > now.us + SECOND_US ||
        boot.us < 0 || sample.data.size == 0)
        return;
    sample.time_us = vault_trusted(vault, boot).us;
    if (is_recorded(camera, (uint32_t)number, sample.time_us))
        return;
    camera->has_recorded = false;
    if (!record_builder_has_config(camera->builder)) {
        if (!camera->was_told_no_config)
            log_line(LOG_WARNING, "sample before configuration camera=%u",
                     camera->camera);
        camera->was_told_no_config = true;
        return;
    }
    if (sample.time_us <= camera->last_sample_us)
        move_behind(&sample, camera->last_sample_us);
    coverage_on_arrival(&camera->coverage, vault_trusted(vault, now));
    if (sample.duration_us == 0 || sample.duration_us > SAMPLE_DURATION_MAX_US)
        sample.duration_us = DURATION_GUESS_US;
    take_sample(vault, camera, &sample, number, index);
}

/* ---- the others ---- */

static const char *codec_word(enum codec codec)
{
    return codec == CODEC_H265 ? "H.265" : "H.264";
}

static void on_config(struct vault *vault, struct reader *in)
{
    struct vault_camera *camera = vault_find(vault, reader_u32be(in));
    struct codec_config config = {.codec = (enum codec)reader_u8(in)};
    uint8_t zero = reader_u8(in);
    config.width = reader_u16be(in);
    config.height = reader_u16be(in);
    uint16_t size = reader_u16be(in);
    config.record = reader_bytes(in, size);
    if (!reader_done(in) || zero != 0 || camera == NULL ||
        size > CODEC_CONFIG_SIZE_MAX ||
        (config.codec != CODEC_H264 && config.codec != CODEC_H265))
        return;
    if (!camera_page_set_config(camera->page, &config))
        return; /* as before */
    vault_finish_record(vault, camera, NULL);
    enum status s =
        record_builder_set_config(camera->builder, &camera->page->config);
    if (s == STATUS_OK)
        s = gop_chain_set_config(camera->chain, camera->page->config.record);
    if (s != STATUS_OK)
        return; /* cannot be: the page took it */
    camera->was_told_no_config = false;
    vault_live_deinit(&camera->live); /* a viewer begins with the next IDR */
    /* Before the entry is released: a later vault needs it too. */
    vault->is_book_due = true;
    char words[64];
    (void)snprintf(words, sizeof words, "%s %ux%u", codec_word(config.codec),
                   (unsigned)config.width, (unsigned)config.height);
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    struct event event = {.kind = EVENT_CODEC,
                          .camera = camera->camera,
                          .span = {now, now},
                          .detail = text_of(words)};
    vault_event(vault, &event);
}

static void on_state(struct vault *vault, struct reader *in)
{
    struct vault_camera *camera = vault_find(vault, reader_u32be(in));
    uint8_t cause = reader_u8(in);
    reader_skip(in, 3);
    struct boot_time boot = {reader_i64be(in)};
    struct text detail = bytes_text(reader_bytes(in, in->left.size));
    if (in->failed || camera == NULL || cause >= CAUSE_COUNT)
        return;
    struct event event;
    struct wall_time time = vault_trusted(vault, boot);
    if (coverage_split(&camera->coverage, (enum cause)cause, time, &event)) {
        vault_event(vault, &event);
        camera->page->covered = camera->coverage.until;
        vault->is_book_due = true;
    }
    if (coverage_on_state(&camera->coverage, (enum cause)cause, detail, time,
                          &event))
        vault_event(vault, &event);
}

static void on_loss(struct vault *vault, struct reader *in)
{
    struct vault_camera *camera = vault_find(vault, reader_u32be(in));
    uint32_t packets = reader_u32be(in);
    uint32_t pictures = reader_u32be(in);
    if (in->failed || camera == NULL)
        return;
    camera->packets_lost += packets;
    camera->pictures_dropped += pictures; /* their STATE says overload */
    if (packets > 0)
        coverage_on_loss(&camera->coverage, packets);
}

/* The others are small and few. */
static void on_news(struct vault *vault, uint32_t kind, struct bytes payload)
{
    uint8_t copy[SMALL_ENTRY_MAX];
    if (payload.size > sizeof copy)
        return;
    memcpy(copy, payload.data, payload.size);
    struct reader in = reader_on(bytes_of(copy, payload.size));
    if (kind == ENTRY_CONFIG)
        on_config(vault, &in);
    else if (kind == ENTRY_STATE)
        on_state(vault, &in);
    else if (kind == ENTRY_LOSS)
        on_loss(vault, &in);
}

/* Looks at copies: the writer can change what stands in the ring. */
static void on_entry(struct vault *vault, uint32_t kind, struct bytes payload,
                     uint64_t index)
{
    uint8_t head[SAMPLE_HEAD_SIZE];
    if (kind != ENTRY_SAMPLE) {
        on_news(vault, kind, payload);
    } else if (payload.size > sizeof head) {
        memcpy(head, payload.data, sizeof head);
        struct reader in = reader_on(bytes_of(head, sizeof head));
        on_sample(vault, &in,
                  bytes_of(payload.data + sizeof head,
                           payload.size - sizeof head),
                  index);
    }
}

/* Writers have enough in hand, and the ring has room: what waits there costs no
 * memory, and the writer gets its turn. */
static bool has_time(const struct vault *vault)
{
    return vault->intake.held_bytes >= VAULT_PACE_BYTES &&
           ring_held(vault->ring) < ring_bytes(vault->ring) / 2;
}

/*
 * A keeper that gives no keys leaves the rest in the ring; when that is full,
 * ingest drops and says so. A disk that is behind leaves it there, too, for as
 * long as there is room.
 */
static bool may_take_more(const struct vault *vault)
{
    return vault->held_bytes < VAULT_HELD_BYTES && !has_time(vault);
}

bool vault_is_behind(const struct vault *vault)
{
    return has_time(vault) && ring_has_more(vault->ring);
}

void vault_drain(struct vault *vault)
{
    if (vault->ring == NULL || !vault->has_clock || !vault->has_policies ||
        vault->is_stopped)
        return;
    while (may_take_more(vault)) {
        uint32_t kind = 0;
        struct bytes payload;
        uint64_t index = 0;
        enum status s = ring_next(vault->ring, &kind, &payload, &index);
        if (s == STATUS_AGAIN)
            break;
        if (s == STATUS_CORRUPT) {
            log_line(LOG_ERROR, "ring broken by its writer, skipped");
            continue;
        }
        if (s != STATUS_OK) {
            log_line(LOG_ERROR, "ring cannot be read status=%s",
                     status_name(s));
            break;
        }
        on_entry(vault, kind, payload, index);
    }
    vault_finish_idle(vault, false);
    vault_release_ring(vault);
    vault_live_tick(vault);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "crypto/secret.h"
#include "media/sample_pack.h"
#include "roles/vault/read.h"
#include "store/held.h"
#include "sys/logger.h"

struct making {
    const struct read_request *request;
    struct buffer *out;
    uint64_t flushed; /* bytes of the answer that are not in out any more */
    enum status status;
    int64_t soft_end_us;
    struct sample *samples; /* of the record at hand, RECORD_SAMPLES_MAX */
    size_t count;
    struct buffer stored; /* a record as it stands in its volume */
    struct buffer plain;  /* one of which not all goes into the answer */
    bool has_begun; /* at an IDR */
    bool has_no_lead; /* what leads up to from is left out: it does not fit */
    bool has_hole;  /* something is missing before the next sample */
    bool is_full;   /* ended at next_us */
    bool is_over;   /* has reached the end of what is allowed */
    int64_t next_us;
};

static uint64_t made_bytes(const struct making *making)
{
    return making->flushed + making->out->size;
}

/* What to do with one sample; false where the answer ends before it. */
static bool take(struct making *making, struct sample *sample)
{
    const struct read_request *request = making->request;
    struct wall_time time = {sample->time_us};
    bool is_idr = (sample->flags & SAMPLE_IDR) != 0;
    if (time.us >= request->allowed.to.us) {
        making->is_over = true;
        return false;
    }
    if (time.us < request->allowed.from.us)
        return true;
    bool has_some = made_bytes(making) > 0 || making->count > 0;
    bool is_beyond = time.us >= making->soft_end_us ||
                     made_bytes(making) >= request->soft_bytes;
    if (is_idr && has_some && is_beyond && time.us > request->from.us) {
        making->is_full = true;
        making->next_us = time.us;
        return false;
    }
    if (is_idr && time.us <= request->from.us) {
        buffer_clear(making->out); /* a later IDR: begin here instead */
        making->count = 0;
        making->has_no_lead = false;
    }
    if (making->has_no_lead && time.us < request->from.us)
        return true;
    making->has_begun |= is_idr;
    if (!making->has_begun)
        return true;
    if (making->has_hole)
        sample->flags |= SAMPLE_DISCONTINUITY;
    making->has_hole = false;
    making->samples[making->count] = *sample;
    if (request->is_bare)
        making->samples[making->count].data.size = 0;
    making->count++;
    return true;
}

/* The pictures of a pack that belong into the answer, into samples; false where
 * the answer ends. */
static bool choose(struct making *making, const struct sample_pack *pack)
{
    uint32_t row = 0;
    size_t offset = 0;
    struct sample sample;
    bool goes_on = true;
    making->count = 0;
    while (goes_on && sample_pack_next(pack, &row, &offset, &sample))
        goes_on = take(making, &sample);
    return goes_on;
}

/* False where the answer has no room for them. */
static bool append_chosen(struct making *making,
                          const struct sample_pack *pack)
{
    size_t before = making->out->size;
    if (making->count == 0)
        return true;
    sample_pack_append(making->out, pack->camera, &pack->config,
                       making->samples, making->count);
    bool fits =
        !making->out->failed && made_bytes(making) <= READ_ANSWER_MAX;
    if (fits || making->flushed + before == 0)
        return true;
    making->out->failed = false;
    making->out->size = before;
    return false;
}

/* One record's pictures into the answer; false where the answer ends. */
static bool take_pack(struct making *making, struct bytes plain)
{
    struct reader in = reader_on(plain);
    struct sample_pack pack;
    if (sample_pack_read(&in, &pack) != STATUS_OK ||
        pack.camera != making->request->camera ||
        pack.count > RECORD_SAMPLES_MAX) {
        making->has_hole = true;
        return true;
    }
    bool goes_on = choose(making, &pack);
    bool has_room = append_chosen(making, &pack);
    if (!has_room && making->samples[0].time_us <= making->request->from.us) {
        /* Only what leads up to from, and more than an answer may hold. */
        buffer_clear(making->out);
        making->has_no_lead = true;
        making->has_hole = true;
        making->is_full = false;
        goes_on = choose(making, &pack);
        has_room = append_chosen(making, &pack);
    }
    if (has_room)
        return goes_on;
    /* Beyond what one answer may hold: go on from here next time. */
    making->is_full = true;
    making->next_us = making->samples[0].time_us;
    return false;
}

/*
 * Whether the pack that stands at the end of the answer can stay there as it
 * is: all of its pictures are behind from, allowed, and before the end.
 */
static bool fits_whole(const struct making *making, struct bytes plain)
{
    const struct read_request *request = making->request;
    struct reader in = reader_on(plain);
    struct sample_pack pack;
    if (!making->has_begun || making->has_hole ||
        made_bytes(making) > READ_ANSWER_MAX ||
        sample_pack_read(&in, &pack) != STATUS_OK || !reader_done(&in) ||
        pack.camera != request->camera || pack.count > RECORD_SAMPLES_MAX)
        return false;
    int64_t from_us = request->from.us < request->allowed.from.us
                          ? request->allowed.from.us
                          : request->from.us + 1;
    int64_t end_us = request->allowed.to.us < making->soft_end_us
                         ? request->allowed.to.us
                         : making->soft_end_us;
    uint32_t row = 0;
    size_t offset = 0;
    struct sample sample;
    while (sample_pack_next(&pack, &row, &offset, &sample)) {
        if (sample.time_us < from_us || sample.time_us >= end_us)
            return false;
    }
    return true;
}

/* What stands in out is final. False where the answer ends. */
static bool flush(struct making *making)
{
    const struct read_request *request = making->request;
    if (request->flush == NULL)
        return true;
    making->status =
        request->flush(request->flush_context, buffer_bytes(making->out));
    making->flushed += making->out->size;
    buffer_clear(making->out);
    return making->status == STATUS_OK;
}

/* Opens the record straight into the answer; where not all of it belongs
 * there, it is taken out again and its pictures are chosen one by one. */
static bool take_record(struct store *store, struct making *making,
                        const struct selected *record, const uint8_t *key)
{
    struct buffer *out = making->out;
    if (key == NULL) {
        making->has_hole = true;
        return true;
    }
    size_t before = out->size;
    bool is_short = making->request->is_bare ||
                    made_bytes(making) >= making->request->soft_bytes;
    struct buffer *plain = is_short ? &making->plain : out;
    buffer_clear(&making->plain);
    enum status s =
        selection_open(store, record, key, &making->stored, plain);
    if (s == STATUS_NO_MEMORY && !is_short) {
        plain = &making->plain;
        s = selection_open(store, record, key, &making->stored, plain);
    }
    if (s != STATUS_OK) {
        making->has_hole = true;
        if (s != STATUS_NOT_FOUND)
            log_line(LOG_ERROR,
                     "record damaged camera=%u volume=%u offset=%llu "
                     "status=%s",
                     record->row.camera, record->volume,
                     (unsigned long long)record->row.offset, status_name(s));
        return true;
    }
    if (plain == out) {
        struct bytes pack = bytes_of(out->data + before, out->size - before);
        if (fits_whole(making, pack))
            return flush(making);
        buffer_append(&making->plain, pack);
        out->size = before;
    }
    return take_pack(making, buffer_bytes(&making->plain));
}

/* Where pictures go on behind time, inside what is allowed; 0: nowhere. */
static int64_t next_after(const struct store *store,
                          const struct read_request *request, int64_t time_us)
{
    struct span rest = {{time_us}, request->allowed.to};
    /* Less than a picture is where the last one ended. */
    return span_is_empty(rest)
               ? 0
               : store_goes_on_at(store, request->camera, rest);
}

enum status read_make(struct store *store, const struct read_request *request,
                      read_key_fn *key_of, const void *key_context,
                      struct buffer *out, int64_t *next_us)
{
    struct making making = {.request = request, .out = out};
    making.samples = alloc_array(RECORD_SAMPLES_MAX, sizeof(struct sample));
    if (making.samples == NULL)
        return STATUS_NO_MEMORY;
    making.stored = buffer_with_limit(RECORD_STORED_MAX);
    making.plain = buffer_with_limit(RECORD_STORED_MAX);
    const struct selection *selection = &request->selection;
    int64_t end_us = request->from.us;
    making.soft_end_us = request->from.us + request->soft_us;
    if (selection->count > 0 &&
        selection->records[0].row.start.us > request->from.us)
        making.soft_end_us =
            selection->records[0].row.start.us + request->soft_us;
    uint64_t last_sequence = 0;
    for (size_t i = 0; i < selection->count; i++) {
        const struct selected *record = &selection->records[i];
        making.has_hole |= last_sequence != 0 &&
                           record->row.sequence != last_sequence + 1;
        last_sequence = record->row.sequence;
        const uint8_t *key = key_of(key_context, &record->row);
        const struct selected held = selected_held(record);
        if (key == NULL && record->has_held) {
            record = &held;
            key = key_of(key_context, &record->row);
        }
        if (!take_record(store, &making, record, key))
            break;
        if (record_row_span(&record->row).to.us > end_us)
            end_us = record_row_span(&record->row).to.us;
    }
    *next_us = making.is_full   ? making.next_us
               : making.is_over ? 0
                                : next_after(store, request, end_us);
    if (making.plain.data != NULL)
        secret_wipe(making.plain.data, making.plain.capacity);
    buffer_deinit(&making.plain);
    buffer_deinit(&making.stored);
    alloc_free(making.samples);
    return making.status == STATUS_OK ? buffer_status(out) : making.status;
}

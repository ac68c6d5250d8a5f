/* SPDX-License-Identifier: Apache-2.0 */
#include "store/record_builder.h"

#include <string.h>

#include "base/alloc.h"
#include "model/policy.h"

enum {
    FIRST_SAMPLES = 32, /* room for them; it doubles from there */
    GUESSED_DURATION_US = 40000,
    STORED_MAX = RECORD_HEADER_SIZE + RECORD_SEALED_MAX + STORE_ALIGNMENT,
};

struct record_builder {
    uint32_t camera;
    uint64_t next_sequence;
    uint32_t unit_s;
    enum aead_algorithm algorithm;
    struct codec_config config; /* record points to config_record */
    uint8_t config_record[CODEC_CONFIG_SIZE_MAX];
    size_t data_size; /* of the samples together */
    size_t count;
    uint64_t ring_index;
    uint32_t first_number;
    uint32_t first_gop_place;
    uint32_t next_gop_place;
    struct sample *samples; /* data: the caller's */
    size_t capacity;
};

enum status record_builder_create(uint32_t camera, uint64_t next_sequence,
                                  struct record_builder **out)
{
    struct record_builder *builder = alloc_zeroed(sizeof *builder);
    if (builder == NULL)
        return STATUS_NO_MEMORY;
    builder->camera = camera;
    builder->next_sequence = next_sequence;
    builder->next_gop_place = (uint32_t)RECORD_GOP_PLACE_UNKNOWN;
    *out = builder;
    return STATUS_OK;
}

void record_builder_destroy(struct record_builder **builder)
{
    if (*builder != NULL)
        alloc_free((*builder)->samples);
    alloc_free(*builder);
    *builder = NULL;
}

enum status record_builder_set_config(struct record_builder *builder,
                                      const struct codec_config *config)
{
    if (config->record.size > sizeof builder->config_record)
        return STATUS_LIMIT;
    builder->config = *config;
    if (config->record.size > 0)
        memcpy(builder->config_record, config->record.data,
               config->record.size);
    builder->config.record.data = builder->config_record;
    return STATUS_OK;
}

void record_builder_set_unit(struct record_builder *builder, uint32_t unit_s,
                             enum aead_algorithm algorithm)
{
    builder->unit_s = unit_s;
    builder->algorithm = algorithm;
}

uint64_t record_builder_sequence(const struct record_builder *builder)
{
    return builder->next_sequence;
}

bool record_builder_has_config(const struct record_builder *builder)
{
    return builder->config.codec != CODEC_NONE;
}

bool record_builder_is_empty(const struct record_builder *builder)
{
    return builder->count == 0;
}

uint64_t record_builder_ring_index(const struct record_builder *builder)
{
    return builder->ring_index;
}

struct wall_time record_builder_start(const struct record_builder *builder)
{
    return (struct wall_time){builder->samples[0].time_us};
}

bool record_builder_cuts_before(const struct record_builder *builder,
                                const struct sample *next)
{
    if (builder->count == 0)
        return false;
    int64_t start_us = builder->samples[0].time_us;
    const struct sample *last = &builder->samples[builder->count - 1];
    int64_t unit_us = (int64_t)builder->unit_s * SECOND_US;
    if (floor_divide(start_us, unit_us) !=
        floor_divide(next->time_us, unit_us))
        return true;
    if (next->time_us - start_us >= RECORD_SPAN_MAX_US ||
        next->time_us - last->time_us - (int64_t)last->duration_us >
            GAP_TOLERANCE_US)
        return true;
    if (builder->count == RECORD_SAMPLES_MAX ||
        next->data.size > RECORD_DATA_TARGET ||
        builder->data_size > RECORD_DATA_TARGET - next->data.size)
        return true;
    return (next->flags & SAMPLE_IDR) != 0 &&
           next->time_us - start_us >= RECORD_SPAN_IDR_US;
}

/* The last sample lasts until the next one, where that is near. */
static void settle_duration(struct record_builder *builder, int64_t next_us)
{
    struct sample *last = &builder->samples[builder->count - 1];
    int64_t distance_us = next_us - last->time_us;
    if (distance_us > 0 &&
        distance_us <= (int64_t)last->duration_us + GAP_TOLERANCE_US)
        last->duration_us = (uint32_t)distance_us;
}

static uint32_t gop_place_of(struct record_builder *builder, unsigned flags)
{
    if ((flags & SAMPLE_IDR) != 0)
        builder->next_gop_place = 0;
    uint32_t place = builder->next_gop_place;
    if (place != (uint32_t)RECORD_GOP_PLACE_UNKNOWN)
        builder->next_gop_place = place + 1;
    return place;
}

/* Room for one more: for what is usual, soon no more is taken. */
static enum status make_room(struct record_builder *builder)
{
    if (builder->count < builder->capacity)
        return STATUS_OK;
    size_t capacity =
        builder->capacity == 0 ? FIRST_SAMPLES : 2 * builder->capacity;
    struct sample *samples =
        alloc_resize(builder->samples, capacity, sizeof *samples);
    if (samples == NULL)
        return STATUS_NO_MEMORY;
    builder->samples = samples;
    builder->capacity = capacity;
    return STATUS_OK;
}

enum status record_builder_add(struct record_builder *builder,
                               const struct sample *sample, uint64_t number,
                               uint64_t ring_index)
{
    if (builder->count == RECORD_SAMPLES_MAX ||
        sample->data.size > SAMPLE_SIZE_MAX)
        return STATUS_LIMIT;
    enum status s = make_room(builder);
    if (s != STATUS_OK)
        return s;
    uint32_t place = gop_place_of(builder, sample->flags);
    if (builder->count == 0) {
        builder->ring_index = ring_index;
        builder->first_number = (uint32_t)number;
        builder->first_gop_place = place;
    } else {
        settle_duration(builder, sample->time_us);
    }
    struct sample *kept = &builder->samples[builder->count++];
    *kept = *sample;
    builder->data_size += sample->data.size;
    if (kept->duration_us == 0 || kept->duration_us > SAMPLE_DURATION_MAX_US)
        kept->duration_us = GUESSED_DURATION_US;
    return STATUS_OK;
}

static void fill_header(const struct record_builder *builder,
                        struct record_header *header)
{
    const struct sample *first = &builder->samples[0];
    const struct sample *last = &builder->samples[builder->count - 1];
    int64_t end_us = last->time_us + last->duration_us;
    *header = (struct record_header){
        .algorithm = builder->algorithm,
        .camera = builder->camera,
        .unit_s = builder->unit_s,
        .unit = slot_start((struct wall_time){first->time_us},
                           builder->unit_s),
        .sequence = builder->next_sequence,
        .start = {first->time_us},
        .duration_us = (uint32_t)(end_us - first->time_us),
        .samples = (uint32_t)builder->count,
        .gop_place = builder->first_gop_place,
        .first_number = builder->first_number,
    };
    if ((first->flags & SAMPLE_IDR) != 0)
        header->flags |= RECORD_BEGINS_WITH_IDR;
    if ((first->flags & SAMPLE_DISCONTINUITY) != 0)
        header->flags |= RECORD_DISCONTINUITY;
}

/* The samples behind room for the head, zeros up to the whole size. */
static enum status lay_out(const struct record_builder *builder,
                           size_t head_size, struct buffer *stored)
{
    size_t pack_size = head_size - RECORD_HEADER_SIZE + builder->data_size;
    size_t stored_size = record_stored_size((uint32_t)pack_size);
    buffer_prepare_blocks(stored, stored_size); /* it is held for long */
    uint8_t *at = buffer_reserve(stored, stored_size);
    if (at == NULL)
        return STATUS_NO_MEMORY;
    struct writer out = writer_on(at + head_size, stored_size - head_size);
    for (size_t i = 0; i < builder->count; i++)
        writer_bytes(&out, builder->samples[i].data);
    writer_zeros(&out, stored_size - head_size - builder->data_size);
    memset(at, 0, RECORD_HEADER_SIZE); /* until it is sealed */
    return writer_full(&out) ? STATUS_OK : STATUS_INTERNAL;
}

enum status record_builder_finish(struct record_builder *builder,
                                  const struct wall_time *next,
                                  int32_t wall_minus_trusted_ms,
                                  struct record_draft *out)
{
    if (next != NULL)
        settle_duration(builder, next->us);
    size_t head_size = RECORD_HEADER_SIZE +
                       sample_pack_head_size(&builder->config, builder->count);
    struct record_draft draft = {.stored = buffer_with_limit(STORED_MAX),
                                 .ring_index = builder->ring_index};
    enum status s = lay_out(builder, head_size, &draft.stored);
    if (s != STATUS_OK) {
        record_draft_deinit(&draft);
        return s;
    }
    struct writer head = writer_on(draft.stored.data + RECORD_HEADER_SIZE,
                                   head_size - RECORD_HEADER_SIZE);
    sample_pack_head(&head, builder->camera, &builder->config,
                     builder->samples, builder->count);
    fill_header(builder, &draft.header);
    draft.header.sealed_size =
        (uint32_t)(head_size - RECORD_HEADER_SIZE + builder->data_size);
    draft.header.wall_minus_trusted_ms = wall_minus_trusted_ms;
    builder->next_sequence++;
    builder->count = 0;
    builder->data_size = 0;
    *out = draft;
    return STATUS_OK;
}

enum status record_draft_seal(struct record_draft *draft,
                              const uint8_t unit_key[UNIT_KEY_SIZE])
{
    enum status s =
        record_seal(&draft->header, unit_key,
                    draft->stored.data + RECORD_HEADER_SIZE,
                    draft->header.sealed_size);
    if (s == STATUS_OK)
        record_header_encode(&draft->header, draft->stored.data);
    return s;
}

void record_draft_deinit(struct record_draft *draft)
{
    buffer_deinit(&draft->stored);
}

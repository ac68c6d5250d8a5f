/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/record_builder - collects one camera's samples until a record is due.
 *
 * A record is cut before a sample that
 *   - lies in another key unit, or follows a gap, or begins a second or more
 *     after the record's first,
 *   - would make more than 1 MiB of data (one larger sample stands alone),
 *   - is an IDR, when half a second has been collected: so records tend to
 *     begin with one.
 * Durations inside a record are set to the distance of its samples, so that
 * they tile. The samples' data stay where they are, the caller's, until the
 * record is cut: then they are copied, once, to where the volume has them.
 *
 * Threads: none.
 */
#ifndef STORE_RECORD_BUILDER_H
#define STORE_RECORD_BUILDER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "media/sample.h"
#include "store/record.h"

struct record_builder;

/*
 * A record before it is sealed: header without salt, and the bytes that will
 * stand in the volume: room for the header, the pack, zeros up to a multiple
 * of STORE_ALIGNMENT.
 */
struct record_draft {
    struct record_header header; /* sealed_size is the pack's size */
    struct buffer stored;
    uint64_t ring_index; /* of its first sample's entry */
};

/* next_sequence: the next record's. Fails with: NO_MEMORY. */
MUST_USE enum status record_builder_create(uint32_t camera,
                                           uint64_t next_sequence,
                                           struct record_builder **out);
void record_builder_destroy(struct record_builder **builder);

/*
 * What applies from the next record on; the builder must be empty. The
 * configuration is copied. Fails with: LIMIT.
 */
MUST_USE enum status
record_builder_set_config(struct record_builder *builder,
                          const struct codec_config *config);
void record_builder_set_unit(struct record_builder *builder, uint32_t unit_s,
                             enum aead_algorithm algorithm);

/* Of the record that is being made. */
uint64_t record_builder_sequence(const struct record_builder *builder);

bool record_builder_has_config(const struct record_builder *builder);

bool record_builder_is_empty(const struct record_builder *builder);

/* Of the first sample inside; only where not empty. */
uint64_t record_builder_ring_index(const struct record_builder *builder);
struct wall_time record_builder_start(const struct record_builder *builder);

/* Whether the record must be finished before this sample is added. */
bool record_builder_cuts_before(const struct record_builder *builder,
                                const struct sample *next);

/*
 * Adds the sample, whose time is trusted time and later than the last one's;
 * its data are borrowed until the record is taken out. number: as the ring
 * counts. Fails with: LIMIT (sample size, count), NO_MEMORY; then nothing was added.
 */
MUST_USE enum status record_builder_add(struct record_builder *builder,
                                        const struct sample *sample,
                                        uint64_t number, uint64_t ring_index);

/*
 * Takes the record out; the builder is empty afterwards and the caller owns
 * the draft. next: start of the sample that follows, or NULL. Fails with:
 * NO_MEMORY; then the samples are still inside.
 */
MUST_USE enum status record_builder_finish(struct record_builder *builder,
                                           const struct wall_time *next,
                                           int32_t wall_minus_trusted_ms,
                                           struct record_draft *out);

/* Seals the pack inside draft->stored and writes the header before it; the
 * draft is then what the volume gets. Fails with: LIMIT, INTERNAL. */
MUST_USE enum status record_draft_seal(struct record_draft *draft,
                                       const uint8_t unit_key[UNIT_KEY_SIZE]);

void record_draft_deinit(struct record_draft *draft);

#endif

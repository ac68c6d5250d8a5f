/* SPDX-License-Identifier: Apache-2.0 */
#include "store/gop_chain.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

enum {
    SEALED_PROOF_SIZE = RECORD_COMMITMENT_SIZE + AEAD_TAG_SIZE,
    PROOFS_MAX = GOP_SAMPLES_MAX * SEALED_PROOF_SIZE,
};

/* A GOP whose leaf has not been told. */
struct waiting_gop {
    struct gop_leaf leaf;
    uint64_t last_record; /* so far, while it is collected */
    uint64_t settled;     /* records up to here are sealed or lost */
    bool is_ended;
    bool has_salt;
    uint8_t salt[LEAF_SALT_SIZE];
    uint8_t samples[GOP_HASH_SIZE]; /* once ended */
    struct buffer proofs;           /* commitment, tag of its records */
};

struct gop_chain {
    uint32_t camera;
    uint64_t next_sequence;
    uint8_t previous[GOP_HASH_SIZE];
    uint8_t configuration[GOP_HASH_SIZE];
    bool has_begun; /* a leaf of this process is under way or told */
    gop_leaf_fn *on_leaf;
    void *context;
    struct sha256_stream *samples; /* of the newest GOP, while collected */
    struct waiting_gop waiting[GOP_CHAIN_OPEN_MAX]; /* oldest first */
    size_t count;
};

/* ---- hashes ---- */

enum status gop_content_hash(const uint8_t leaf_salt[LEAF_SALT_SIZE],
                             const uint8_t samples[GOP_HASH_SIZE],
                             uint8_t out[GOP_HASH_SIZE])
{
    const struct bytes parts[] = {bytes_of(leaf_salt, LEAF_SALT_SIZE),
                                  bytes_of(samples, GOP_HASH_SIZE)};
    return sha256(parts, 2, out);
}

enum status gop_leaf_hash(const struct gop_leaf *leaf,
                          uint8_t out[GOP_HASH_SIZE])
{
    static const uint8_t LEAF_PREFIX = 0x00;
    uint8_t encoded[GOP_LEAF_SIZE];
    struct writer w = writer_on(encoded, sizeof encoded);
    gop_leaf_encode(leaf, &w);
    const struct bytes parts[] = {bytes_of(&LEAF_PREFIX, 1),
                                  writer_written(&w)};
    return sha256(parts, 2, out);
}

/* ---- telling ---- */

/* Without a salt the content stays zero: an unsalted hash would let anybody
 * test a guess at the pictures. */
static enum status complete(const struct gop_chain *chain,
                            struct waiting_gop *gop)
{
    struct bytes proofs = buffer_bytes(&gop->proofs);
    memcpy(gop->leaf.previous, chain->previous, GOP_HASH_SIZE);
    enum status s = sha256(&proofs, 1, gop->leaf.records);
    if (s == STATUS_OK && gop->has_salt)
        s = gop_content_hash(gop->salt, gop->samples, gop->leaf.content);
    return s;
}

static void drop_oldest(struct gop_chain *chain)
{
    struct waiting_gop *oldest = &chain->waiting[0];
    buffer_deinit(&oldest->proofs);
    chain->count--;
    memmove(oldest, oldest + 1, chain->count * sizeof *oldest);
    secret_wipe(&chain->waiting[chain->count], sizeof *oldest);
}

static void tell_oldest(struct gop_chain *chain)
{
    struct waiting_gop *oldest = &chain->waiting[0];
    uint8_t hash[GOP_HASH_SIZE];
    if (buffer_status(&oldest->proofs) != STATUS_OK || !oldest->has_salt ||
        oldest->settled < oldest->last_record)
        oldest->leaf.flags |= GOP_INCOMPLETE;
    enum status s = complete(chain, oldest);
    if (s == STATUS_OK)
        s = gop_leaf_hash(&oldest->leaf, hash);
    if (s == STATUS_OK) {
        memcpy(chain->previous, hash, sizeof hash);
        chain->on_leaf(chain->context, &oldest->leaf);
    } /* else its number is missing, which is seen */
    drop_oldest(chain);
}

static void tell_complete(struct gop_chain *chain)
{
    while (chain->count > 0 && chain->waiting[0].is_ended &&
           chain->waiting[0].settled >= chain->waiting[0].last_record)
        tell_oldest(chain);
}

/* ---- collecting ---- */

static struct waiting_gop *collected(struct gop_chain *chain)
{
    if (chain->count == 0 || chain->waiting[chain->count - 1].is_ended)
        return NULL;
    return &chain->waiting[chain->count - 1];
}

void gop_chain_finish(struct gop_chain *chain)
{
    struct waiting_gop *gop = collected(chain);
    if (gop == NULL)
        return;
    gop->is_ended = true;
    if (sha256_stream_final(chain->samples, gop->samples) != STATUS_OK)
        gop->leaf.flags |= GOP_INCOMPLETE;
    tell_complete(chain);
}

static struct waiting_gop *begin(struct gop_chain *chain,
                                 const struct sample *sample,
                                 uint64_t record_sequence)
{
    if (chain->count == GOP_CHAIN_OPEN_MAX)
        tell_oldest(chain);
    struct waiting_gop *gop = &chain->waiting[chain->count++];
    *gop = (struct waiting_gop){
        .leaf = {.camera = chain->camera,
                 .sequence = chain->next_sequence++,
                 .span = {{sample->time_us}, {sample->time_us}},
                 .first_record = record_sequence},
        .last_record = record_sequence,
        .proofs = buffer_with_limit(PROOFS_MAX)};
    memcpy(gop->leaf.configuration, chain->configuration, GOP_HASH_SIZE);
    if ((sample->flags & SAMPLE_IDR) == 0)
        gop->leaf.flags |= GOP_PARTIAL;
    if ((sample->flags & SAMPLE_DISCONTINUITY) != 0 || !chain->has_begun)
        gop->leaf.flags |= GOP_DISCONTINUITY;
    chain->has_begun = true;
    return gop;
}

void gop_chain_add(struct gop_chain *chain, const struct sample *sample,
                   uint64_t record_sequence)
{
    struct waiting_gop *gop = collected(chain);
    bool ends = (sample->flags & (SAMPLE_IDR | SAMPLE_DISCONTINUITY)) != 0 ||
                (gop != NULL && gop->leaf.samples == GOP_SAMPLES_MAX);
    if (gop == NULL || ends) {
        gop_chain_finish(chain);
        gop = begin(chain, sample, record_sequence);
    }
    sha256_stream_update(chain->samples, sample->data);
    gop->leaf.samples++;
    gop->leaf.span.to.us = sample->time_us + sample->duration_us;
    gop->last_record = record_sequence;
}

enum status gop_chain_set_config(struct gop_chain *chain,
                                 struct bytes config_record)
{
    gop_chain_finish(chain);
    return sha256(&config_record, 1, chain->configuration);
}

/* ---- records ---- */

/* header: NULL where the record is lost. */
static void settle(struct gop_chain *chain, uint64_t sequence,
                   const struct record_header *header, const uint8_t *salt)
{
    for (size_t i = 0; i < chain->count; i++) {
        struct waiting_gop *gop = &chain->waiting[i];
        if (sequence < gop->leaf.first_record || sequence > gop->last_record)
            continue;
        gop->settled = sequence;
        if (header == NULL) {
            gop->leaf.flags |= GOP_INCOMPLETE;
            continue;
        }
        gop->leaf.record_count++;
        buffer_append(&gop->proofs,
                      bytes_of(header->commitment, RECORD_COMMITMENT_SIZE));
        buffer_append(&gop->proofs, bytes_of(header->tag, AEAD_TAG_SIZE));
        if (sequence == gop->leaf.first_record) {
            memcpy(gop->salt, salt, LEAF_SALT_SIZE);
            gop->has_salt = true;
        }
    }
    tell_complete(chain);
}

void gop_chain_on_sealed(struct gop_chain *chain,
                         const struct record_header *header,
                         const uint8_t leaf_salt[LEAF_SALT_SIZE])
{
    settle(chain, header->sequence, header, leaf_salt);
}

void gop_chain_on_lost(struct gop_chain *chain, uint64_t record_sequence)
{
    settle(chain, record_sequence, NULL, NULL);
}

/* ---- the chain ---- */

enum status gop_chain_create(uint32_t camera, const struct gop_leaf *last,
                             gop_leaf_fn *on_leaf, void *context,
                             struct gop_chain **out)
{
    struct gop_chain *chain = alloc_zeroed(sizeof *chain);
    if (chain == NULL)
        return STATUS_NO_MEMORY;
    chain->camera = camera;
    chain->next_sequence = last == NULL ? 1 : last->sequence + 1;
    chain->on_leaf = on_leaf;
    chain->context = context;
    enum status s = sha256_stream_create(&chain->samples);
    if (s == STATUS_OK && last != NULL)
        s = gop_leaf_hash(last, chain->previous);
    if (s != STATUS_OK) {
        gop_chain_destroy(&chain);
        return s;
    }
    *out = chain;
    return STATUS_OK;
}

void gop_chain_destroy(struct gop_chain **chain)
{
    if (*chain == NULL)
        return;
    while ((*chain)->count > 0)
        drop_oldest(*chain);
    sha256_stream_destroy(&(*chain)->samples);
    alloc_free(*chain);
    *chain = NULL;
}

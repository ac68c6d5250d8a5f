/* SPDX-License-Identifier: Apache-2.0 */
#include "store/gop_chain.h"

#include <string.h>

#include "base/alloc.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "crypto/secret.h"

enum {
    PROOF_SIZE = RECORD_COMMITMENT_SIZE + AEAD_TAG_SIZE,
    FEW_RECORDS = 4, /* kept in place: more only where GOPs are long */
};

enum record_state { RECORD_MADE, RECORD_SEALED, RECORD_WRITTEN, RECORD_LOST };

struct gop_record {
    uint8_t proof[PROOF_SIZE]; /* commitment, tag; once sealed */
    uint8_t state;
};

/* A GOP whose leaf has not been told. */
struct waiting_gop {
    struct waiting_gop *next;
    struct gop_leaf leaf;
    uint32_t unsettled; /* of leaf.record_count */
    bool is_ended;
    bool is_broken; /* no memory, or no hash: nothing is told of its content */
    bool has_salt;
    uint8_t salt[LEAF_SALT_SIZE];
    uint8_t samples[GOP_HASH_SIZE]; /* once ended */
    struct gop_record few[FEW_RECORDS];
    struct gop_record *many; /* NULL: few */
    size_t capacity;
};

struct gop_chain {
    uint32_t camera;
    uint64_t next_sequence;
    struct gop_head head;
    uint8_t configuration[GOP_HASH_SIZE];
    bool has_begun; /* a leaf of this process is under way or told */
    gop_leaf_fn *on_leaf;
    void *context;
    struct sha256_stream *samples; /* of the newest GOP, while collected */
    struct waiting_gop *first;     /* oldest first */
    struct waiting_gop *last;
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
    struct merkle_hash hash;
    uint8_t encoded[GOP_LEAF_SIZE];
    struct writer w = writer_on(encoded, sizeof encoded);
    gop_leaf_encode(leaf, &w);
    enum status s = merkle_leaf(writer_written(&w), &hash);
    if (s == STATUS_OK)
        memcpy(out, hash.bytes, GOP_HASH_SIZE);
    return s;
}

static struct gop_record *records_of(struct waiting_gop *gop)
{
    return gop->many != NULL ? gop->many : gop->few;
}

static enum status records_hash(struct waiting_gop *gop,
                                uint8_t out[GOP_HASH_SIZE])
{
    static const uint8_t NONE[PROOF_SIZE];
    const struct gop_record *records = records_of(gop);
    struct sha256_stream *stream = NULL;
    enum status s = sha256_stream_create(&stream);
    if (s != STATUS_OK)
        return s;
    for (uint32_t i = 0; i < gop->leaf.record_count; i++) {
        bool is_written = records[i].state == RECORD_WRITTEN;
        if (!is_written)
            gop->leaf.flags |= GOP_INCOMPLETE;
        sha256_stream_update(
            stream, bytes_of(is_written ? records[i].proof : NONE,
                             PROOF_SIZE));
    }
    s = sha256_stream_final(stream, out);
    sha256_stream_destroy(&stream);
    return s;
}

/* ---- telling ---- */

/* Without a salt the content stays zero: an unsalted hash would let anybody
 * test a guess at the pictures. */
static enum status complete(const struct gop_chain *chain,
                            struct waiting_gop *gop)
{
    memcpy(gop->leaf.previous, chain->head.hash, GOP_HASH_SIZE);
    bool has_content = gop->has_salt && !gop->is_broken;
    if (!has_content)
        gop->leaf.flags |= GOP_INCOMPLETE;
    enum status s = records_hash(gop, gop->leaf.records);
    if (s == STATUS_OK && has_content)
        s = gop_content_hash(gop->salt, gop->samples, gop->leaf.content);
    return s;
}

static void drop_oldest(struct gop_chain *chain)
{
    struct waiting_gop *oldest = chain->first;
    chain->first = oldest->next;
    if (chain->first == NULL)
        chain->last = NULL;
    chain->count--;
    alloc_free(oldest->many);
    secret_wipe(oldest, sizeof *oldest);
    alloc_free(oldest);
}

static void end_collecting(struct gop_chain *chain)
{
    struct waiting_gop *gop = chain->last;
    gop->is_ended = true;
    if (sha256_stream_final(chain->samples, gop->samples) != STATUS_OK)
        gop->is_broken = true;
}

static void tell_oldest(struct gop_chain *chain)
{
    struct waiting_gop *oldest = chain->first;
    struct gop_head head = {.sequence = oldest->leaf.sequence};
    enum status s = complete(chain, oldest);
    if (s == STATUS_OK)
        s = gop_leaf_hash(&oldest->leaf, head.hash);
    if (s == STATUS_OK) {
        chain->head = head;
        chain->on_leaf(chain->context, &oldest->leaf);
    } /* else its number is missing, which is seen */
    drop_oldest(chain);
}

static void tell_complete(struct gop_chain *chain)
{
    while (chain->first != NULL && chain->first->is_ended &&
           chain->first->unsettled == 0)
        tell_oldest(chain);
}

/* ---- collecting ---- */

static struct waiting_gop *collected(struct gop_chain *chain)
{
    return chain->last == NULL || chain->last->is_ended ? NULL : chain->last;
}

void gop_chain_finish(struct gop_chain *chain)
{
    if (collected(chain) == NULL)
        return;
    end_collecting(chain);
    tell_complete(chain);
}

/* Room for the GOP's next record. */
static bool add_record(struct waiting_gop *gop)
{
    size_t count = gop->leaf.record_count;
    size_t capacity = gop->many == NULL ? FEW_RECORDS : gop->capacity;
    if (count == capacity) {
        struct gop_record *many =
            alloc_resize(gop->many, capacity * 2, sizeof *many);
        if (many == NULL)
            return false;
        if (gop->many == NULL)
            memcpy(many, gop->few, sizeof gop->few);
        gop->many = many;
        gop->capacity = capacity * 2;
    }
    records_of(gop)[count] = (struct gop_record){.state = RECORD_MADE};
    gop->leaf.record_count++;
    gop->unsettled++;
    return true;
}

static struct waiting_gop *begin(struct gop_chain *chain,
                                 const struct sample *sample,
                                 uint64_t record_sequence)
{
    if (chain->count == GOP_CHAIN_OPEN_MAX)
        tell_oldest(chain);
    struct waiting_gop *gop = alloc_zeroed(sizeof *gop);
    uint64_t sequence = chain->next_sequence++;
    if (gop == NULL)
        return NULL;
    gop->leaf = (struct gop_leaf){.camera = chain->camera,
                                  .sequence = sequence,
                                  .span = {{sample->time_us},
                                           {sample->time_us}},
                                  .first_record = record_sequence};
    memcpy(gop->leaf.configuration, chain->configuration, GOP_HASH_SIZE);
    if ((sample->flags & SAMPLE_IDR) == 0)
        gop->leaf.flags |= GOP_PARTIAL;
    if ((sample->flags & SAMPLE_DISCONTINUITY) != 0 || !chain->has_begun)
        gop->leaf.flags |= GOP_DISCONTINUITY;
    chain->has_begun = true;
    if (chain->last == NULL)
        chain->first = gop;
    else
        chain->last->next = gop;
    chain->last = gop;
    chain->count++;
    return gop;
}

/* As record_builder does: a sample lasts until the next one, where that is
 * near. */
static void settle_end(struct waiting_gop *gop, const struct sample *next)
{
    int64_t past_us = next->time_us - gop->leaf.span.to.us;
    if ((next->flags & SAMPLE_DISCONTINUITY) == 0 &&
        past_us <= GAP_TOLERANCE_US &&
        next->time_us > gop->leaf.span.from.us)
        gop->leaf.span.to.us = next->time_us;
}

void gop_chain_add(struct gop_chain *chain, const struct sample *sample,
                   uint64_t record_sequence)
{
    struct waiting_gop *gop = collected(chain);
    bool ends = (sample->flags & (SAMPLE_IDR | SAMPLE_DISCONTINUITY)) != 0 ||
                (gop != NULL && gop->leaf.samples == GOP_SAMPLES_MAX);
    if (gop != NULL && ends) {
        settle_end(gop, sample);
        gop_chain_finish(chain);
    }
    if (gop == NULL || ends) {
        gop = begin(chain, sample, record_sequence);
        if (gop == NULL)
            return;
    }
    uint64_t records = record_sequence - gop->leaf.first_record + 1;
    if (gop->leaf.record_count < records && !add_record(gop))
        gop->is_broken = true;
    sha256_stream_update(chain->samples, sample->data);
    gop->leaf.samples++;
    gop->leaf.span.to.us = sample->time_us + sample->duration_us;
}

enum status gop_chain_set_config(struct gop_chain *chain,
                                 struct bytes config_record)
{
    gop_chain_finish(chain);
    return sha256(&config_record, 1, chain->configuration);
}

/* ---- records ---- */

static struct gop_record *record_in(struct waiting_gop *gop,
                                    uint64_t sequence)
{
    bool is_in = sequence >= gop->leaf.first_record &&
                 sequence - gop->leaf.first_record < gop->leaf.record_count;
    return is_in ? &records_of(gop)[sequence - gop->leaf.first_record] : NULL;
}

void gop_chain_on_sealed(struct gop_chain *chain,
                         const struct record_header *header,
                         const uint8_t leaf_salt[LEAF_SALT_SIZE])
{
    for (struct waiting_gop *gop = chain->first;
         gop != NULL && gop->leaf.first_record <= header->sequence;
         gop = gop->next) {
        struct gop_record *record = record_in(gop, header->sequence);
        if (record == NULL || record->state != RECORD_MADE)
            continue;
        record->state = RECORD_SEALED;
        memcpy(record->proof, header->commitment, RECORD_COMMITMENT_SIZE);
        memcpy(record->proof + RECORD_COMMITMENT_SIZE, header->tag,
               AEAD_TAG_SIZE);
        if (header->sequence == gop->leaf.first_record) {
            memcpy(gop->salt, leaf_salt, LEAF_SALT_SIZE);
            gop->has_salt = true;
        }
    }
}

static void settle(struct gop_chain *chain, uint64_t sequence,
                   enum record_state state)
{
    for (struct waiting_gop *gop = chain->first;
         gop != NULL && gop->leaf.first_record <= sequence; gop = gop->next) {
        struct gop_record *record = record_in(gop, sequence);
        if (record == NULL || record->state >= RECORD_WRITTEN)
            continue;
        /* Of one that was never sealed there is nothing to say. */
        record->state = record->state == RECORD_SEALED ? (uint8_t)state
                                                       : RECORD_LOST;
        gop->unsettled--;
    }
    tell_complete(chain);
}

void gop_chain_on_written(struct gop_chain *chain, uint64_t record_sequence)
{
    settle(chain, record_sequence, RECORD_WRITTEN);
}

void gop_chain_on_lost(struct gop_chain *chain, uint64_t record_sequence)
{
    settle(chain, record_sequence, RECORD_LOST);
}

/* ---- the chain ---- */

bool gop_chain_is_idle(const struct gop_chain *chain)
{
    return chain->first == NULL || !chain->first->is_ended;
}

const struct gop_head *gop_chain_head(const struct gop_chain *chain)
{
    return &chain->head;
}

enum status gop_chain_create(uint32_t camera, const struct gop_head *last,
                             gop_leaf_fn *on_leaf, void *context,
                             struct gop_chain **out)
{
    struct gop_chain *chain = alloc_zeroed(sizeof *chain);
    if (chain == NULL)
        return STATUS_NO_MEMORY;
    chain->camera = camera;
    chain->head = *last;
    chain->next_sequence = last->sequence + 1;
    chain->on_leaf = on_leaf;
    chain->context = context;
    enum status s = sha256_stream_create(&chain->samples);
    if (s != STATUS_OK) {
        alloc_free(chain);
        return s;
    }
    *out = chain;
    return STATUS_OK;
}

void gop_chain_destroy(struct gop_chain **chain)
{
    if (*chain == NULL)
        return;
    while ((*chain)->first != NULL)
        drop_oldest(*chain);
    sha256_stream_destroy(&(*chain)->samples);
    alloc_free(*chain);
    *chain = NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "store/leaf_block.h"

#include <string.h>

#include "crypto/secret.h"
#include "sys/random.h"

enum {
    VERSION = 1,
    MAGIC_SIZE = 4,
    BATCH_HEAD_SIZE = 48,
    PROOF_HEAD_SIZE = 32,
    SALT_HEAD_SIZE = 40,
    SALT_ASSOCIATED = SALT_HEAD_SIZE + RECORD_SALT_SIZE +
                      RECORD_COMMITMENT_SIZE,
};

static const char BATCH_MAGIC[] = "HBAT";
static const char PROOF_MAGIC[] = "HPRF";
static const char SALT_MAGIC[] = "HSLT";

enum leaf_block_kind leaf_block_kind(const uint8_t block[LEAF_BLOCK_SIZE])
{
    static const struct {
        const char *magic;
        enum leaf_block_kind kind;
    } KINDS[] = {{"HGOP", LEAF_BLOCK_LEAF},
                 {BATCH_MAGIC, LEAF_BLOCK_BATCH},
                 {SALT_MAGIC, LEAF_BLOCK_SALT},
                 {PROOF_MAGIC, LEAF_BLOCK_PROOF}};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (memcmp(block, KINDS[i].magic, MAGIC_SIZE) == 0) /* public */
            return KINDS[i].kind;
    }
    return LEAF_BLOCK_NONE;
}

static struct writer begin(uint8_t out[LEAF_BLOCK_SIZE], const char *magic)
{
    struct writer w = writer_on(out, LEAF_BLOCK_SIZE);
    memset(out, 0, LEAF_BLOCK_SIZE);
    writer_bytes(&w, bytes_of(magic, MAGIC_SIZE));
    writer_u16be(&w, VERSION);
    return w;
}

static bool begins(struct reader *r, const char *magic)
{
    struct bytes found = reader_bytes(r, MAGIC_SIZE);
    return !r->failed && memcmp(found.data, magic, MAGIC_SIZE) == 0 &&
           reader_u16be(r) == VERSION;
}

/* All of it was read, up to the block's end or to a place, and is zero. */
static bool rest_is_zero(struct reader *r, size_t size)
{
    struct bytes rest = reader_bytes(r, size);
    uint8_t sum = 0;
    for (size_t i = 0; i < rest.size; i++)
        sum |= rest.data[i];
    return !r->failed && sum == 0;
}

static bool ends(struct reader *r)
{
    return rest_is_zero(r, r->left.size);
}

/* ---- batches ---- */

void leaf_batch_encode(const struct leaf_batch *batch,
                       uint8_t out[LEAF_BLOCK_SIZE])
{
    struct writer w = begin(out, BATCH_MAGIC);
    size_t path = merkle_path_length(batch->place, batch->files);
    writer_u16be(&w, batch->files);
    writer_u64be(&w, batch->number);
    writer_u32be(&w, batch->leaves);
    writer_u32be(&w, batch->total);
    writer_i64be(&w, batch->span.from.us);
    writer_i64be(&w, batch->span.to.us);
    writer_u16be(&w, batch->place);
    writer_zeros(&w, BATCH_HEAD_SIZE - w.used);
    writer_bytes(&w, bytes_of(batch->part.bytes, SHA256_SIZE));
    writer_bytes(&w, bytes_of(batch->path, path * SHA256_SIZE));
}

enum status leaf_batch_decode(const uint8_t block[LEAF_BLOCK_SIZE],
                              struct leaf_batch *out)
{
    struct reader r = reader_on(bytes_of(block, LEAF_BLOCK_SIZE));
    struct leaf_batch batch = {.number = 0};
    if (!begins(&r, BATCH_MAGIC))
        return STATUS_BAD_INPUT;
    batch.files = reader_u16be(&r);
    batch.number = reader_u64be(&r);
    batch.leaves = reader_u32be(&r);
    batch.total = reader_u32be(&r);
    batch.span.from.us = reader_i64be(&r);
    batch.span.to.us = reader_i64be(&r);
    batch.place = reader_u16be(&r);
    if (!rest_is_zero(&r, BATCH_HEAD_SIZE - (LEAF_BLOCK_SIZE - r.left.size)) ||
        batch.files == 0 || batch.files > BATCH_FILES_MAX ||
        batch.place >= batch.files || batch.leaves == 0 ||
        batch.leaves > batch.total || batch.number == 0 ||
        span_is_empty(batch.span))
        return STATUS_BAD_INPUT;
    size_t path = merkle_path_length(batch.place, batch.files);
    reader_copy(&r, batch.part.bytes, SHA256_SIZE);
    reader_copy(&r, batch.path, path * SHA256_SIZE);
    if (!ends(&r))
        return STATUS_BAD_INPUT;
    *out = batch;
    return STATUS_OK;
}

/* A part is a leaf of the batch's own tree. */
static enum status batch_root(const struct merkle_hash *part, uint16_t place,
                              uint16_t files,
                              const struct merkle_hash *path,
                              struct merkle_hash *out)
{
    struct merkle_hash leaf;
    enum status s = merkle_leaf(bytes_of(part->bytes, SHA256_SIZE), &leaf);
    return s == STATUS_OK
               ? merkle_path_root(&leaf, place, files, path,
                                  merkle_path_length(place, files), out)
               : s;
}

enum status leaf_batch_root(const struct leaf_batch *batch,
                            struct merkle_hash *out)
{
    return batch_root(&batch->part, batch->place, batch->files, batch->path,
                      out);
}

/* ---- proofs ---- */

enum status leaf_proof_make(const struct leaf_batch *batch,
                            const struct merkle_hash *leaves,
                            uint32_t index, struct leaf_proof *out)
{
    size_t above = merkle_path_length(batch->place, batch->files);
    *out = (struct leaf_proof){.batch = batch->number,
                               .index = index,
                               .leaves = batch->leaves,
                               .place = batch->place,
                               .files = batch->files};
    enum status s =
        merkle_path(leaves, batch->leaves, index, out->path, &out->count);
    memcpy(&out->path[out->count], batch->path, above * SHA256_SIZE);
    out->count += above;
    return s;
}

enum status leaf_proof_root(const struct leaf_proof *proof,
                            const struct merkle_hash *leaf,
                            struct merkle_hash *out)
{
    struct merkle_hash part;
    if (proof->index >= proof->leaves || proof->place >= proof->files)
        return STATUS_BAD_INPUT;
    size_t below = merkle_path_length(proof->index, proof->leaves);
    size_t above = merkle_path_length(proof->place, proof->files);
    if (proof->count != below + above)
        return STATUS_BAD_INPUT;
    enum status s = merkle_path_root(leaf, proof->index, proof->leaves,
                                     proof->path, below, &part);
    return s == STATUS_OK ? batch_root(&part, proof->place, proof->files,
                                       proof->path + below, out)
                          : s;
}

size_t leaf_proof_encode(const struct leaf_proof *proof, uint8_t *out)
{
    size_t blocks = proof->count == 0
                        ? 1
                        : (proof->count + PROOF_BLOCK_HASHES - 1) /
                              PROOF_BLOCK_HASHES;
    for (size_t i = 0; i < blocks; i++) {
        size_t first = i * PROOF_BLOCK_HASHES;
        size_t hashes = proof->count - first < PROOF_BLOCK_HASHES
                            ? proof->count - first
                            : PROOF_BLOCK_HASHES;
        struct writer w = begin(out + i * LEAF_BLOCK_SIZE, PROOF_MAGIC);
        writer_u8(&w, (uint8_t)hashes);
        writer_u8(&w, (uint8_t)(blocks - i - 1));
        writer_u64be(&w, proof->batch);
        writer_u32be(&w, proof->index);
        writer_u32be(&w, proof->leaves);
        writer_u16be(&w, proof->place);
        writer_u16be(&w, proof->files);
        writer_zeros(&w, PROOF_HEAD_SIZE - w.used);
        writer_bytes(&w, bytes_of(&proof->path[first], hashes * SHA256_SIZE));
    }
    return blocks;
}

/* One of its blocks, whose hashes go behind those that are there. */
static bool take_proof(struct reader *in, struct leaf_proof *proof,
                       uint8_t *follow)
{
    struct reader r = reader_on(reader_bytes(in, LEAF_BLOCK_SIZE));
    if (!begins(&r, PROOF_MAGIC))
        return false;
    uint8_t hashes = reader_u8(&r);
    *follow = reader_u8(&r);
    proof->batch = reader_u64be(&r);
    proof->index = reader_u32be(&r);
    proof->leaves = reader_u32be(&r);
    proof->place = reader_u16be(&r);
    proof->files = reader_u16be(&r);
    bool is_full = hashes == PROOF_BLOCK_HASHES;
    if (!rest_is_zero(&r, PROOF_HEAD_SIZE - (LEAF_BLOCK_SIZE - r.left.size)) ||
        hashes > PROOF_BLOCK_HASHES || (*follow > 0 && !is_full) ||
        hashes > PROOF_PATH_MAX - proof->count)
        return false;
    reader_copy(&r, &proof->path[proof->count], (size_t)hashes * SHA256_SIZE);
    proof->count += hashes;
    return ends(&r);
}

static bool is_same_proof(const struct leaf_proof *a,
                          const struct leaf_proof *b)
{
    return a->batch == b->batch && a->index == b->index &&
           a->leaves == b->leaves && a->place == b->place &&
           a->files == b->files;
}

enum status leaf_proof_decode(struct reader *in, struct leaf_proof *out)
{
    struct leaf_proof proof = {.batch = 0};
    struct leaf_proof first = {.batch = 0};
    uint8_t follow = 0;
    if (!take_proof(in, &proof, &follow))
        return STATUS_BAD_INPUT;
    first = proof;
    while (follow > 0) {
        uint8_t wanted = (uint8_t)(follow - 1);
        if (!take_proof(in, &proof, &follow) || follow != wanted ||
            !is_same_proof(&first, &proof))
            return STATUS_BAD_INPUT;
    }
    if (proof.batch == 0 || proof.index >= proof.leaves ||
        proof.place >= proof.files ||
        proof.count != merkle_path_length(proof.index, proof.leaves) +
                           merkle_path_length(proof.place, proof.files))
        return STATUS_BAD_INPUT;
    *out = proof;
    return STATUS_OK;
}

/* ---- salts ---- */

void held_salt_encode(const struct held_salt *salt,
                      uint8_t out[LEAF_BLOCK_SIZE])
{
    struct writer w = begin(out, SALT_MAGIC);
    writer_u16be(&w, 0);
    writer_u32be(&w, salt->subject);
    writer_u32be(&w, salt->unit_s);
    writer_i64be(&w, salt->unit.us);
    writer_u32be(&w, salt->camera);
    writer_u32be(&w, 0);
    writer_u64be(&w, salt->sequence);
    writer_bytes(&w, bytes_of(salt->kdf_salt, RECORD_SALT_SIZE));
    writer_bytes(&w, bytes_of(salt->commitment, RECORD_COMMITMENT_SIZE));
    writer_bytes(&w, bytes_of(salt->tag, AEAD_TAG_SIZE));
    writer_bytes(&w, bytes_of(salt->sealed, LEAF_SALT_SIZE));
}

enum status held_salt_decode(const uint8_t block[LEAF_BLOCK_SIZE],
                             struct held_salt *out)
{
    struct reader r = reader_on(bytes_of(block, LEAF_BLOCK_SIZE));
    struct held_salt salt = {.subject = 0};
    if (!begins(&r, SALT_MAGIC) || reader_u16be(&r) != 0)
        return STATUS_BAD_INPUT;
    salt.subject = reader_u32be(&r);
    salt.unit_s = reader_u32be(&r);
    salt.unit.us = reader_i64be(&r);
    salt.camera = reader_u32be(&r);
    uint32_t zero = reader_u32be(&r);
    salt.sequence = reader_u64be(&r);
    reader_copy(&r, salt.kdf_salt, RECORD_SALT_SIZE);
    reader_copy(&r, salt.commitment, RECORD_COMMITMENT_SIZE);
    reader_copy(&r, salt.tag, AEAD_TAG_SIZE);
    reader_copy(&r, salt.sealed, LEAF_SALT_SIZE);
    if (!ends(&r) || zero != 0 || salt.unit_s == 0 || salt.sequence == 0)
        return STATUS_BAD_INPUT;
    *out = salt;
    return STATUS_OK;
}

enum status held_salt_seal(struct held_salt *salt,
                           const uint8_t unit_key[UNIT_KEY_SIZE],
                           const uint8_t leaf_salt[LEAF_SALT_SIZE])
{
    struct record_keys keys;
    uint8_t clear[LEAF_BLOCK_SIZE];
    random_fill(salt->kdf_salt, sizeof salt->kdf_salt);
    enum status s = record_keys_derive(unit_key, salt->kdf_salt, &keys);
    if (s == STATUS_OK) {
        memcpy(salt->commitment, keys.commitment, sizeof salt->commitment);
        held_salt_encode(salt, clear);
        s = aead_seal(AEAD_AES_256_GCM, keys.key,
                      bytes_of(clear, SALT_ASSOCIATED),
                      bytes_of(leaf_salt, LEAF_SALT_SIZE), salt->sealed,
                      salt->tag);
    }
    secret_wipe(&keys, sizeof keys);
    return s;
}

enum status held_salt_open(const struct held_salt *salt,
                           const uint8_t unit_key[UNIT_KEY_SIZE],
                           uint8_t leaf_salt[LEAF_SALT_SIZE])
{
    struct record_keys keys;
    uint8_t clear[LEAF_BLOCK_SIZE];
    enum status s = record_keys_derive(unit_key, salt->kdf_salt, &keys);
    if (s == STATUS_OK && !secret_equal(keys.commitment, salt->commitment,
                                        sizeof keys.commitment))
        s = STATUS_DENIED;
    if (s == STATUS_OK) {
        held_salt_encode(salt, clear);
        s = aead_open(AEAD_AES_256_GCM, keys.key,
                      bytes_of(clear, SALT_ASSOCIATED),
                      bytes_of(salt->sealed, LEAF_SALT_SIZE), salt->tag,
                      leaf_salt);
    }
    secret_wipe(&keys, sizeof keys);
    return s;
}

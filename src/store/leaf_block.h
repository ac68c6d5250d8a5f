/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/leaf_block - what stands in a leaf file: blocks of 256 bytes.
 *
 *   "HGOP"  a leaf (model/gop_leaf.h)
 *   "HBAT"  closes a batch: the leaves between it and the "HBAT" before it in
 *           this file
 *   "HSLT"  of a copy that a hold keeps, behind its leaf: the leaf salt,
 *           sealed under the hold's own unit key
 *   "HPRF"  behind that: how the leaf hangs under a root of the log
 *
 * A batch is of all leaf files at once, and its root is in the log:
 *
 *   part = root over the leaves of this file, in their order in it
 *   root = root over the parts of all files that have leaves in the batch
 *
 * both as in RFC 6962 section 2.1 (crypto/merkle.h); a part is hashed as a leaf
 * is. "HBAT" has the path from the part to the root: so each file shows by
 * itself that its leaves are under the root, whatever became of the others.
 *
 * Threads: any; no state.
 */
#ifndef STORE_LEAF_BLOCK_H
#define STORE_LEAF_BLOCK_H

#include "crypto/aead.h"
#include "crypto/derive.h"
#include "crypto/merkle.h"
#include "model/gop_leaf.h"

enum {
    LEAF_BLOCK_SIZE = GOP_LEAF_SIZE,
    BATCH_FILES_MAX = 32, /* of one batch */
    BATCH_PATH_MAX = 5,
    PROOF_PATH_MAX = MERKLE_LEVELS_MAX + BATCH_PATH_MAX,
    PROOF_BLOCK_HASHES = 7,
    PROOF_BLOCKS_MAX =
        (PROOF_PATH_MAX + PROOF_BLOCK_HASHES - 1) / PROOF_BLOCK_HASHES,
    PROOF_BYTES_MAX = PROOF_BLOCKS_MAX * LEAF_BLOCK_SIZE,
};

enum leaf_block_kind {
    LEAF_BLOCK_NONE, /* none of these */
    LEAF_BLOCK_LEAF,
    LEAF_BLOCK_BATCH,
    LEAF_BLOCK_SALT,
    LEAF_BLOCK_PROOF,
};

/* By its magic alone. block: LEAF_BLOCK_SIZE bytes. */
enum leaf_block_kind leaf_block_kind(const uint8_t block[LEAF_BLOCK_SIZE]);

/* ---- batches --------------------------------------------------------------- */

/* "HBAT", version u16 = 1, files u16, number u64, leaves u32, total u32, from
 * i64, to i64, place u16, zero to 48; part; path, lowest first, zeros behind;
 * zero to LEAF_BLOCK_SIZE. */
struct leaf_batch {
    uint64_t number; /* from 1; only rises */
    uint32_t leaves; /* in this file */
    uint32_t total;  /* in all files */
    struct span span; /* of all leaves */
    uint16_t place;  /* of this file's part */
    uint16_t files;
    struct merkle_hash part;
    struct merkle_hash path[BATCH_PATH_MAX];
};

void leaf_batch_encode(const struct leaf_batch *batch,
                       uint8_t out[LEAF_BLOCK_SIZE]);
/* Fails with: BAD_INPUT. */
MUST_USE enum status leaf_batch_decode(const uint8_t block[LEAF_BLOCK_SIZE],
                                       struct leaf_batch *out);
/* The root to which part and path lead. Fails with: INTERNAL. */
MUST_USE enum status leaf_batch_root(const struct leaf_batch *batch,
                                     struct merkle_hash *out);

/* ---- proofs ----------------------------------------------------------------- */

/* How one leaf hangs under the root of its batch: alone, without its file. */
struct leaf_proof {
    uint64_t batch;
    uint32_t index; /* of the leaf in its file's part */
    uint32_t leaves;
    uint16_t place; /* of the part in the batch */
    uint16_t files;
    size_t count;
    struct merkle_hash path[PROOF_PATH_MAX]; /* the part's, then the batch's */
};

/* leaves: the hashes of the part's leaves, batch->leaves of them. INTERNAL. */
MUST_USE enum status leaf_proof_make(const struct leaf_batch *batch,
                                     const struct merkle_hash *leaves,
                                     uint32_t index, struct leaf_proof *out);
/* The root to which it leads. Fails with: BAD_INPUT, INTERNAL. */
MUST_USE enum status leaf_proof_root(const struct leaf_proof *proof,
                                     const struct merkle_hash *leaf,
                                     struct merkle_hash *out);

/*
 * In blocks: each "HPRF", version u16 = 1, number of hashes in it u8, blocks
 * that follow u8, batch u64, index u32, leaves u32, place u16, files u16, zero
 * to 32; hashes; zeros. Returns how many blocks; out: PROOF_BYTES_MAX.
 */
size_t leaf_proof_encode(const struct leaf_proof *proof, uint8_t *out);
/* in: blocks; what is behind the proof stays there. Fails with: BAD_INPUT. */
MUST_USE enum status leaf_proof_decode(struct reader *in,
                                       struct leaf_proof *out);

/* ---- salts of what is held ---------------------------------------------------- */

/*
 * "HSLT", version u16 = 1, zero u16, subject of the hold u32, unit s u32, unit
 * i64, camera u32, zero u32, sequence of the leaf u64; KDF salt, commitment,
 * tag (16), sealed leaf salt; zeros. Sealed as a record is: key and commitment
 * = KDF(unit key, "haechi record", KDF salt), AES-256-GCM, nonce zero; AAD:
 * all before the tag.
 */
struct held_salt {
    uint32_t subject;
    uint32_t unit_s;
    struct wall_time unit; /* of the hold's key */
    uint32_t camera;       /* of the leaf */
    uint64_t sequence;     /* of the leaf */
    uint8_t kdf_salt[RECORD_SALT_SIZE];
    uint8_t commitment[RECORD_COMMITMENT_SIZE];
    uint8_t tag[AEAD_TAG_SIZE];
    uint8_t sealed[LEAF_SALT_SIZE];
};

/* Draws kdf_salt and fills the last four; the others stand already. INTERNAL. */
MUST_USE enum status held_salt_seal(struct held_salt *salt,
                                    const uint8_t unit_key[UNIT_KEY_SIZE],
                                    const uint8_t leaf_salt[LEAF_SALT_SIZE]);
/* Fails with: DENIED (another key's), CORRUPT, INTERNAL. */
MUST_USE enum status held_salt_open(const struct held_salt *salt,
                                    const uint8_t unit_key[UNIT_KEY_SIZE],
                                    uint8_t leaf_salt[LEAF_SALT_SIZE]);
void held_salt_encode(const struct held_salt *salt,
                      uint8_t out[LEAF_BLOCK_SIZE]);
/* Fails with: BAD_INPUT. */
MUST_USE enum status held_salt_decode(const uint8_t block[LEAF_BLOCK_SIZE],
                                      struct held_salt *out);

#endif

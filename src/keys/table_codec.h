/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/table_codec - a key state as the bytes of one table file, and back.
 *
 *   header   4096 bytes: clear part of 64, tag, sealed part
 *   blocks   1024 bytes each: tag, 1008 sealed; in this order: directory
 *            (which chunk stands where), policies, deaths, seed chunks
 *   zeros    up to a multiple of 4096
 *
 *   block key = KDF(root, "haechi table", write salt || epoch u64 || index u32)
 *   AAD       = epoch u64 || index u32 || count u32
 *
 * index: 0 the header, blocks from 1; count: blocks in the file. The header's
 * AAD has its clear part behind that. Algorithm: AES-256-GCM. The write salt is
 * fresh for each write, so no key ever seals two different blocks.
 *
 * A file is written twice. A block that fails its check in one copy is taken
 * from the other copy of the same write; one that fails in both is lost alone.
 * The exact layout: docs/design/keys.md.
 *
 * Threads: any; no state. Knows no files.
 */
#ifndef KEYS_TABLE_CODEC_H
#define KEYS_TABLE_CODEC_H

#include "keys/state.h"

enum {
    ROOT_SIZE = 32,
    TABLE_HEADER_SIZE = 4096,
    TABLE_BLOCK_SIZE = 1024,
    TABLE_SALT_SIZE = 32,
    TABLE_COPIES = 2,
};

/* What a header says before anything is decrypted: believe nothing. */
struct table_claim {
    uint64_t epoch;
    uint8_t salt[TABLE_SALT_SIZE];
    uint32_t blocks;
    size_t size_bytes; /* of the whole file */
};

/* Blocks that neither copy could give. */
struct table_damage {
    size_t blocks;      /* of any kind, in at least one copy */
    size_t lost_chunks; /* seed chunks, in both: gone */
    bool deaths_lost;   /* some rows of the list of deaths are gone */
    bool policies_lost;
};

/*
 * Encodes under root, with a fresh salt. *out: from base/alloc, a multiple of
 * 4096 bytes. Fails with: NO_MEMORY, LIMIT, INTERNAL.
 */
MUST_USE enum status table_encode(const struct key_state *state, uint64_t epoch,
                                  const uint8_t root[ROOT_SIZE], uint8_t **out,
                                  size_t *size);

/* What a table of state takes, and what it will take when its policies have
 * run for their whole periods. */
size_t table_size(const struct key_state *state);
size_t table_size_grown(const struct key_state *state);

/* Reads the clear part. Fails with: BAD_INPUT (no table, or not ours). */
MUST_USE enum status table_claim_read(struct bytes header,
                                      struct table_claim *out);

/* Whether root opens this header. */
bool table_header_opens(struct bytes header, const uint8_t root[ROOT_SIZE]);

/*
 * Decodes from the copies of one write; an absent or unreadable copy is empty.
 * A lost seed chunk becomes rows with cause CORRUPT in the list of deaths,
 * with the epoch of the table.
 * Fails with: CORRUPT (no header opens), NO_MEMORY, INTERNAL.
 */
MUST_USE enum status table_decode(const struct bytes copies[TABLE_COPIES],
                                  const uint8_t root[ROOT_SIZE],
                                  struct key_state *out,
                                  struct table_damage *damage);

#endif

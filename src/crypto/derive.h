/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/derive - from a seed down to a record.
 *
 *   unit key, leaf salt    = KDF(seed, "haechi unit",
 *                                subject u32 || unit start i64 || unit s u32)
 *   record key, commitment = KDF(unit key, "haechi record", record salt)
 *   month key              = KDF(seed, "haechi text month", month u32)
 *
 * The keeper does the first and the third, the vault and `haechi verify` the
 * second. Here because store and keys may not include each other. Contract:
 * docs/design/keys.md.
 *
 * Threads: any; no state.
 */
#ifndef CRYPTO_DERIVE_H
#define CRYPTO_DERIVE_H

#include "base/status.h"
#include "base/time.h"

enum {
    SEED_SIZE = 32,
    UNIT_KEY_SIZE = 32,
    LEAF_SALT_SIZE = 32,
    RECORD_SALT_SIZE = 32,
    RECORD_KEY_SIZE = 32, /* a key of crypto/aead */
    RECORD_COMMITMENT_SIZE = 32,
    MONTH_KEY_SIZE = 32,
};

struct unit_keys {
    uint8_t key[UNIT_KEY_SIZE];
    uint8_t leaf_salt[LEAF_SALT_SIZE];
};

struct record_keys {
    uint8_t key[RECORD_KEY_SIZE];
    uint8_t commitment[RECORD_COMMITMENT_SIZE];
};

/* unit_start: a multiple of unit_s. Wipe *out after use. INTERNAL. */
MUST_USE enum status unit_keys_derive(const uint8_t seed[SEED_SIZE],
                                      uint32_t subject,
                                      struct wall_time unit_start,
                                      uint32_t unit_s, struct unit_keys *out);

/* salt: fresh random bytes for each record. Wipe *out after use. INTERNAL. */
MUST_USE enum status record_keys_derive(const uint8_t unit_key[UNIT_KEY_SIZE],
                                        const uint8_t salt[RECORD_SALT_SIZE],
                                        struct record_keys *out);

/* The key of personal text of a month (months since 1970-01). INTERNAL. */
MUST_USE enum status month_key_derive(const uint8_t seed[SEED_SIZE],
                                      uint32_t month,
                                      uint8_t out[MONTH_KEY_SIZE]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/derive.h"

#include <string.h>

#include "base/writer.h"
#include "crypto/kdf.h"
#include "crypto/secret.h"

/* The first and the second 32 bytes of one derivation of 64. */
static enum status derive_pair(const uint8_t *key, const char *label,
                               struct bytes context, uint8_t first[32],
                               uint8_t second[32])
{
    uint8_t both[64];
    enum status s = kdf(key, label, context, both, sizeof both);
    memcpy(first, both, 32);
    memcpy(second, both + 32, 32);
    secret_wipe(both, sizeof both);
    return s;
}

enum status unit_keys_derive(const uint8_t seed[SEED_SIZE], uint32_t subject,
                             struct wall_time unit_start, uint32_t unit_s,
                             struct unit_keys *out)
{
    uint8_t context[16];
    struct writer w = writer_on(context, sizeof context);
    writer_u32be(&w, subject);
    writer_i64be(&w, unit_start.us);
    writer_u32be(&w, unit_s);
    return derive_pair(seed, "haechi unit", writer_written(&w), out->key,
                       out->leaf_salt);
}

enum status record_keys_derive(const uint8_t unit_key[UNIT_KEY_SIZE],
                               const uint8_t salt[RECORD_SALT_SIZE],
                               struct record_keys *out)
{
    return derive_pair(unit_key, "haechi record",
                       bytes_of(salt, RECORD_SALT_SIZE), out->key,
                       out->commitment);
}

enum status month_key_derive(const uint8_t seed[SEED_SIZE], uint32_t month,
                             uint8_t out[MONTH_KEY_SIZE])
{
    uint8_t context[4];
    struct writer w = writer_on(context, sizeof context);
    writer_u32be(&w, month);
    return kdf(seed, "haechi text month", writer_written(&w), out,
               MONTH_KEY_SIZE);
}

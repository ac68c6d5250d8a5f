/* SPDX-License-Identifier: Apache-2.0 */
#include "log/commitment.h"

#include "crypto/hash.h"

enum status commitment_make(const uint8_t salt[COMMITMENT_SALT_SIZE],
                            struct text text, struct commitment *out)
{
    /* The label with its terminating zero. */
    static const char LABEL[] = "haechi text";
    const struct bytes parts[] = {
        bytes_of(LABEL, sizeof LABEL),
        bytes_of(salt, COMMITMENT_SALT_SIZE),
        text_bytes(text),
    };
    return sha256(parts, sizeof parts / sizeof *parts, out->digest);
}

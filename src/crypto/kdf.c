/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/kdf.h"

#include <string.h>

#include "base/writer.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

/* SP 800-108r1 section 4.1: K(i) = HMAC(key, i || label || 0 || context || L),
 * i and L as 32-bit big-endian numbers, L in bits. */
enum status kdf(const uint8_t key[KDF_KEY_SIZE], const char *label,
                struct bytes context, uint8_t *out, size_t out_size)
{
    if (out_size == 0 || out_size > KDF_OUT_MAX)
        return STATUS_INTERNAL;
    uint8_t counter[4];
    uint8_t length[4];
    struct writer length_writer = writer_on(length, sizeof length);
    writer_u32be(&length_writer, (uint32_t)out_size * 8);
    /* The terminating zero of label is the separator. */
    const struct bytes parts[] = {
        bytes_of(counter, sizeof counter),
        bytes_of(label, strlen(label) + 1),
        context,
        bytes_of(length, sizeof length),
    };
    enum status s = STATUS_OK;
    uint8_t block[SHA256_SIZE];
    uint32_t i = 1;
    for (size_t done = 0; s == STATUS_OK && done < out_size; i++) {
        struct writer counter_writer = writer_on(counter, sizeof counter);
        writer_u32be(&counter_writer, i);
        s = hmac_sha256(bytes_of(key, KDF_KEY_SIZE), parts, 4, block);
        size_t left = out_size - done;
        size_t step = left < SHA256_SIZE ? left : SHA256_SIZE;
        memcpy(out + done, block, step);
        done += step;
    }
    secret_wipe(block, sizeof block);
    if (s != STATUS_OK)
        secret_wipe(out, out_size);
    return s;
}

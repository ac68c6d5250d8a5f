/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/sealed_text - one personal text of an entry, sealed under its month.
 *
 *   {"n":7,"member":"why","month":682,"salt":"BASE64","sealed":"BASE64",
 *    "sum":"BASE64"}                                  all in one line
 *
 *   seal key = KDF(month key, "haechi text seal", salt)
 *   sealed   = tag (16) || ciphertext, AES-256-GCM, AAD = n u64 || member
 *   sum      = SHA-256(the line up to ,"sum")[0..5]: whoever has no key sees
 *              by it that the line is damaged; against an owner it proves
 *              nothing, the commitment does
 *
 * The same salt makes the commitment that stands in the entry. With the
 * month's key gone, the text is gone, and the entry still hashes as before.
 *
 * Threads: any; no state.
 */
#ifndef LOG_SEALED_TEXT_H
#define LOG_SEALED_TEXT_H

#include "base/buffer.h"
#include "log/commitment.h"
#include "log/limits.h"

enum { TEXT_KEY_SIZE = 32 };

/* A line of `texts`, read. */
struct sealed_text {
    uint64_t number;    /* of the entry */
    struct text member; /* borrowed from the line */
    uint32_t month;     /* since 1970-01 */
    uint8_t salt[COMMITMENT_SALT_SIZE];
    size_t size; /* bytes of ciphertext */
    uint8_t tag[16];
    uint8_t ciphertext[LOG_TEXT_MAX];
};

/*
 * Seals text for entry number and appends the line with its line feed. salt is
 * fresh. On failure out is as it was. Fails with: LIMIT, INTERNAL, NO_MEMORY.
 */
MUST_USE enum status sealed_text_write(const struct sealed_text *head,
                                       const uint8_t month_key[TEXT_KEY_SIZE],
                                       struct text plain, struct buffer *out);

/* line: without its line feed. Fails with: BAD_INPUT (the sum too), LIMIT,
 * INTERNAL. */
MUST_USE enum status sealed_text_read(struct text line,
                                      struct sealed_text *out);

/* plain: LOG_TEXT_MAX bytes, of which sealed->size are filled. Fails with:
 * CORRUPT (wrong key or altered), INTERNAL. */
MUST_USE enum status sealed_text_open(const struct sealed_text *sealed,
                                      const uint8_t month_key[TEXT_KEY_SIZE],
                                      char *plain);

#endif

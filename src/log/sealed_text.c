/* SPDX-License-Identifier: Apache-2.0 */
#include "log/sealed_text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "base/writer.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "crypto/secret.h"

enum { ASSOCIATED_MAX = 8 + LOG_NAME_MAX, SUM_SIZE = 6 };

static_assert((int)AEAD_TAG_SIZE == 16, "see sealed_text.h");
static_assert((int)TEXT_KEY_SIZE == (int)KDF_KEY_SIZE, "month keys feed it");

static enum status seal_key(const uint8_t month_key[TEXT_KEY_SIZE],
                            const uint8_t salt[COMMITMENT_SALT_SIZE],
                            uint8_t out[AEAD_KEY_SIZE])
{
    return kdf(month_key, "haechi text seal",
               bytes_of(salt, COMMITMENT_SALT_SIZE), out, AEAD_KEY_SIZE);
}

static struct bytes associated(const struct sealed_text *sealed,
                               uint8_t memory[ASSOCIATED_MAX])
{
    struct writer w = writer_on(memory, ASSOCIATED_MAX);
    writer_u64be(&w, sealed->number);
    writer_bytes(&w, text_bytes(sealed->member));
    return writer_written(&w);
}

static void append_base64(struct buffer *out, struct bytes in)
{
    char *at = (char *)buffer_reserve(out, BASE64_SIZE(in.size) + 1);
    if (at == NULL)
        return;
    base64_encode(in, at);
    out->size--; /* the terminating zero */
}

static enum status sum_of(struct bytes head, char out[BASE64_SIZE(SUM_SIZE) + 1])
{
    uint8_t digest[SHA256_SIZE];
    enum status s = sha256(&head, 1, digest);
    base64_encode(bytes_of(digest, SUM_SIZE), out);
    return s;
}

enum status sealed_text_write(const struct sealed_text *head,
                              const uint8_t month_key[TEXT_KEY_SIZE],
                              struct text plain, struct buffer *out)
{
    if (plain.size > LOG_TEXT_MAX || head->member.size > LOG_NAME_MAX)
        return STATUS_LIMIT;
    uint8_t memory[ASSOCIATED_MAX];
    uint8_t key[AEAD_KEY_SIZE];
    uint8_t sealed[AEAD_TAG_SIZE + LOG_TEXT_MAX];
    enum status s = seal_key(month_key, head->salt, key);
    if (s == STATUS_OK)
        s = aead_seal(AEAD_AES_256_GCM, key, associated(head, memory),
                      text_bytes(plain), sealed + AEAD_TAG_SIZE, sealed);
    secret_wipe(key, sizeof key);
    if (s != STATUS_OK)
        return s;
    size_t before = out->size;
    buffer_format(out,
                  "{\"n\":%" PRIu64 ",\"member\":\"%.*s\",\"month\":%" PRIu32
                  ",\"salt\":\"",
                  head->number, (int)head->member.size, head->member.data,
                  head->month);
    append_base64(out, bytes_of(head->salt, COMMITMENT_SALT_SIZE));
    buffer_append_text(out, "\",\"sealed\":\"");
    append_base64(out, bytes_of(sealed, AEAD_TAG_SIZE + plain.size));
    buffer_append_u8(out, '"');
    char sum[BASE64_SIZE(SUM_SIZE) + 1] = "";
    s = buffer_status(out);
    if (s == STATUS_OK)
        s = sum_of(bytes_of(out->data + before, out->size - before), sum);
    buffer_format(out, ",\"sum\":\"%s\"}\n", sum);
    if (s == STATUS_OK)
        s = buffer_status(out);
    if (s != STATUS_OK)
        out->size = before;
    return s;
}

/* What stands up to stop, which is consumed with what follows it in literal;
 * fails where literal does not stand there. */
static struct text cut_before(struct text *left, const char *literal,
                              bool *failed)
{
    struct text wanted = text_of(literal);
    const char *at = left->size == 0 ? NULL
                                     : memmem(left->data, left->size,
                                              wanted.data, wanted.size);
    if (at == NULL) {
        *failed = true;
        return (struct text){"", 0};
    }
    struct text head = {left->data, (size_t)(at - left->data)};
    left->data = at + wanted.size;
    left->size -= head.size + wanted.size;
    return head;
}

enum { TAIL_SIZE = 18 }; /* ,"sum":"12345678"} */

/* Cuts the sum off, which must be right. */
static enum status check_sum(struct text *line)
{
    char tail[TAIL_SIZE + 1];
    char sum[BASE64_SIZE(SUM_SIZE) + 1];
    if (line->size < TAIL_SIZE)
        return STATUS_BAD_INPUT;
    line->size -= TAIL_SIZE;
    enum status s = sum_of(text_bytes(*line), sum);
    (void)snprintf(tail, sizeof tail, ",\"sum\":\"%s\"}", sum);
    if (s == STATUS_OK && memcmp(line->data + line->size, tail, TAIL_SIZE) != 0)
        return STATUS_BAD_INPUT; /* public data */
    return s;
}

enum status sealed_text_read(struct text line, struct sealed_text *out)
{
    bool failed = false;
    if (line.size > LOG_TEXT_LINE_MAX)
        return STATUS_LIMIT;
    enum status s = check_sum(&line);
    if (s != STATUS_OK)
        return s;
    *out = (struct sealed_text){.number = 0};
    failed |= cut_before(&line, "{\"n\":", &failed).size != 0;
    struct text number = cut_before(&line, ",\"member\":\"", &failed);
    out->member = cut_before(&line, "\",\"month\":", &failed);
    struct text month = cut_before(&line, ",\"salt\":\"", &failed);
    struct text salt = cut_before(&line, "\",\"sealed\":\"", &failed);
    struct text sealed = cut_before(&line, "\"", &failed);
    if (failed || line.size != 0 || out->member.size == 0 ||
        out->member.size > LOG_NAME_MAX || !text_is_plain(out->member))
        return STATUS_BAD_INPUT;

    uint64_t month_number = 0;
    size_t salt_size = 0;
    size_t sealed_size = 0;
    uint8_t opened[AEAD_TAG_SIZE + LOG_TEXT_MAX];
    if (number_parse_u64(number, 0, INT64_MAX, &out->number) != STATUS_OK ||
        number_parse_u64(month, 0, LOG_MONTH_MAX, &month_number) != STATUS_OK ||
        base64_decode(salt, out->salt, sizeof out->salt, &salt_size) !=
            STATUS_OK ||
        salt_size != sizeof out->salt ||
        base64_decode(sealed, opened, sizeof opened, &sealed_size) !=
            STATUS_OK ||
        sealed_size < AEAD_TAG_SIZE)
        return STATUS_BAD_INPUT;
    out->month = (uint32_t)month_number;
    out->size = sealed_size - AEAD_TAG_SIZE;
    memcpy(out->tag, opened, AEAD_TAG_SIZE);
    memcpy(out->ciphertext, opened + AEAD_TAG_SIZE, out->size);
    return STATUS_OK;
}

enum status sealed_text_open(const struct sealed_text *sealed,
                             const uint8_t month_key[TEXT_KEY_SIZE],
                             char *plain)
{
    uint8_t memory[ASSOCIATED_MAX];
    uint8_t key[AEAD_KEY_SIZE];
    enum status s = seal_key(month_key, sealed->salt, key);
    if (s == STATUS_OK)
        s = aead_open(AEAD_AES_256_GCM, key, associated(sealed, memory),
                      bytes_of(sealed->ciphertext, sealed->size), sealed->tag,
                      (uint8_t *)plain);
    secret_wipe(key, sizeof key);
    return s;
}

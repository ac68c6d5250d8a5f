/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_signature.h"

#include "base/text.h"

enum status notice_signature_make(const uint8_t private_key[SIGN_PRIVATE_SIZE],
                                  struct bytes notice_yaml,
                                  char out[NOTICE_SIGNATURE_LINE_SIZE])
{
    uint8_t signature[SIGNATURE_SIZE];
    enum status s = sign_make(private_key, notice_yaml, signature);
    if (s != STATUS_OK)
        return s;
    base64_encode(bytes_of(signature, sizeof signature), out);
    out[NOTICE_SIGNATURE_LINE_SIZE - 2] = '\n';
    out[NOTICE_SIGNATURE_LINE_SIZE - 1] = 0;
    return STATUS_OK;
}

/* The text as exactly size bytes. */
static enum status decode(struct text base64, uint8_t *out, size_t size)
{
    size_t used = 0;
    enum status s = base64_decode(base64, out, size, &used);
    return s == STATUS_OK && used == size ? STATUS_OK : STATUS_BAD_INPUT;
}

enum status notice_key_parse(struct text base64, uint8_t out[SIGN_PUBLIC_SIZE])
{
    return decode(base64, out, SIGN_PUBLIC_SIZE);
}

enum status notice_signature_check(struct text key, struct bytes notice_yaml,
                                   struct text file)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    uint8_t signature[SIGNATURE_SIZE];
    struct text line = text_cut(&file, '\n');
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    enum status s = notice_key_parse(key, public_key);
    if (s == STATUS_OK)
        s = file.size == 0 ? decode(line, signature, sizeof signature)
                           : STATUS_BAD_INPUT;
    return s == STATUS_OK ? sign_verify(public_key, notice_yaml, signature) : s;
}

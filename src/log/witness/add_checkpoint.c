/* SPDX-License-Identifier: Apache-2.0 */
#include "log/witness/add_checkpoint.h"

#include <inttypes.h>
#include <string.h>

#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"

static const char OLD[] = "old ";

/* One number, one way to write it. */
static enum status parse_size(struct text text, uint64_t *out)
{
    if (text.size > 1 && text.data[0] == '0')
        return STATUS_BAD_INPUT;
    return number_parse_u64(text, 0, INT64_MAX, out);
}

static enum status parse_hashes(struct text lines, struct tree_proof *out)
{
    enum status s = STATUS_OK;
    out->count = 0;
    while (s == STATUS_OK && lines.size > 0) {
        size_t used = 0;
        if (out->count == ADD_CHECKPOINT_PROOF_MAX)
            return STATUS_LIMIT;
        s = base64_decode(text_cut(&lines, '\n'),
                          out->hashes[out->count].bytes, SHA256_SIZE, &used);
        if (s == STATUS_LIMIT || used != SHA256_SIZE)
            s = STATUS_BAD_INPUT;
        out->count++;
    }
    return s;
}

enum status add_checkpoint_parse(struct text body, struct add_checkpoint *out)
{
    *out = (struct add_checkpoint){.old_size = 0};
    if (body.size > ADD_CHECKPOINT_SIZE_MAX)
        return STATUS_LIMIT;
    /* The first empty line ends our part. */
    size_t end = 0;
    while (end + 1 < body.size &&
           !(body.data[end] == '\n' && body.data[end + 1] == '\n'))
        end++;
    if (end + 1 >= body.size)
        return STATUS_BAD_INPUT;
    struct text lines = {body.data, end};
    out->note = (struct text){body.data + end + 2, body.size - end - 2};
    struct text first = text_cut(&lines, '\n');
    if (!text_starts_with(first, text_of(OLD)))
        return STATUS_BAD_INPUT;
    first.data += sizeof OLD - 1;
    first.size -= sizeof OLD - 1;
    enum status s = parse_size(first, &out->old_size);
    return s == STATUS_OK ? parse_hashes(lines, &out->proof) : s;
}

enum status add_checkpoint_format(const struct add_checkpoint *asked,
                                  struct buffer *out)
{
    char line[BASE64_SIZE(SHA256_SIZE) + 1];
    buffer_format(out, "%s%" PRIu64 "\n", OLD, asked->old_size);
    for (size_t i = 0; i < asked->proof.count; i++) {
        base64_encode(bytes_of(asked->proof.hashes[i].bytes, SHA256_SIZE),
                      line);
        buffer_format(out, "%s\n", line);
    }
    buffer_append_u8(out, '\n');
    buffer_append(out, text_bytes(asked->note));
    return buffer_status(out);
}

enum status add_checkpoint_parse_size(struct text body, uint64_t *size)
{
    if (body.size == 0 || body.size > ADD_CHECKPOINT_SIZE_ANSWER ||
        body.data[body.size - 1] != '\n')
        return STATUS_BAD_INPUT;
    return parse_size((struct text){body.data, body.size - 1}, size);
}

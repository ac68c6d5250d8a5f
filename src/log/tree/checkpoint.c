/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"

enum status checkpoint_parse(struct text text, struct checkpoint *out)
{
    size_t used = 0;
    *out = (struct checkpoint){.size = 0};
    if (text.size == 0 || text.data[text.size - 1] != '\n')
        return STATUS_BAD_INPUT;
    struct text origin = text_cut(&text, '\n');
    struct text size = text_cut(&text, '\n');
    struct text root = text_cut(&text, '\n');
    if (!note_name_is_good(origin) ||
        !text_copy(origin, out->origin, sizeof out->origin) ||
        number_parse_u64(size, 0, INT64_MAX, &out->size) != STATUS_OK ||
        (size.size > 1 && size.data[0] == '0') ||
        base64_decode(root, out->root.bytes, SHA256_SIZE, &used) != STATUS_OK ||
        used != SHA256_SIZE)
        return STATUS_BAD_INPUT;
    while (text.size > 0) {
        if (text_cut(&text, '\n').size == 0)
            return STATUS_BAD_INPUT;
    }
    return STATUS_OK;
}

void checkpoint_format(const struct checkpoint *checkpoint,
                       char out[CHECKPOINT_TEXT_SIZE])
{
    char root[BASE64_SIZE(SHA256_SIZE) + 1];
    base64_encode(bytes_of(checkpoint->root.bytes, SHA256_SIZE), root);
    (void)snprintf(out, CHECKPOINT_TEXT_SIZE, "%s\n%" PRIu64 "\n%s\n",
                   checkpoint->origin, checkpoint->size, root);
}

enum status checkpoint_open(struct text text, const struct note_key *key,
                            struct checkpoint *out)
{
    AUTO(alloc_release) struct note *note = alloc_zeroed(sizeof *note);
    if (note == NULL)
        return STATUS_NO_MEMORY;
    enum status s = note_parse(text, note);
    if (s == STATUS_OK)
        s = note_verify(note, key);
    if (s == STATUS_OK)
        s = checkpoint_parse(note->text, out);
    if (s == STATUS_OK &&
        !text_equal(text_of(out->origin), text_of(key->name)))
        s = STATUS_CORRUPT;
    return s;
}

enum status checkpoint_sign(const struct checkpoint *checkpoint,
                            const struct note_key *key,
                            const uint8_t private_key[SIGN_PRIVATE_SIZE],
                            struct buffer *out)
{
    char text[CHECKPOINT_TEXT_SIZE];
    checkpoint_format(checkpoint, text);
    return note_sign(text_of(text), key, private_key, out);
}

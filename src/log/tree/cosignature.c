/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/cosignature.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "base/reader.h"
#include "base/text.h"
#include "base/writer.h"

enum { HEAD_MAX = 64 };

/* What is signed. */
static enum status message_of(struct text note_text, uint64_t time_s,
                              struct buffer *out)
{
    *out = buffer_with_limit(NOTE_SIZE_MAX + HEAD_MAX);
    if (note_text.size > NOTE_SIZE_MAX)
        return STATUS_LIMIT;
    buffer_format(out, "cosignature/v1\ntime %" PRIu64 "\n", time_s);
    buffer_append(out, text_bytes(note_text));
    return buffer_status(out);
}

enum status cosignature_make(struct text note_text,
                             const struct note_key *witness,
                             const uint8_t private_key[SIGN_PRIVATE_SIZE],
                             uint64_t time_s, struct buffer *out)
{
    AUTO(buffer_deinit) struct buffer message = {.limit = 0};
    uint8_t signature[SIGNATURE_SIZE];
    uint8_t cosignature[COSIGNATURE_SIZE];
    enum status s = message_of(note_text, time_s, &message);
    if (s == STATUS_OK)
        s = sign_make(private_key, buffer_bytes(&message), signature);
    if (s != STATUS_OK)
        return s;
    struct writer w = writer_on(cosignature, sizeof cosignature);
    writer_u64be(&w, time_s);
    writer_bytes(&w, bytes_of(signature, sizeof signature));
    note_put_signature(witness, writer_written(&w), out);
    return buffer_status(out);
}

enum status cosignature_verify(const struct note *note,
                               const struct note_key *witness, uint64_t *time_s)
{
    AUTO(buffer_deinit) struct buffer message = {.limit = 0};
    const struct note_signature *found = note_find(note, witness);
    if (found == NULL || witness->type != NOTE_KEY_COSIGNATURE)
        return STATUS_NOT_FOUND;
    struct reader r = reader_on(bytes_of(found->bytes, found->size));
    *time_s = reader_u64be(&r);
    struct bytes signature = reader_bytes(&r, SIGNATURE_SIZE);
    if (!reader_done(&r) || *time_s > INT64_MAX)
        return STATUS_CORRUPT;
    enum status s = message_of(note->text, *time_s, &message);
    if (s == STATUS_OK)
        s = sign_verify(witness->public_key, buffer_bytes(&message),
                        signature.data);
    return s;
}

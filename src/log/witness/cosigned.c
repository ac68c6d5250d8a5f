/* SPDX-License-Identifier: Apache-2.0 */
#include "log/witness/cosigned.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/tree/cosignature.h"

enum status cosigned_open(struct text text, const struct note_key *log,
                          const struct note_key *witness, struct cosigned *out)
{
    AUTO(alloc_release) struct note *note = alloc_zeroed(sizeof *note);
    *out = (struct cosigned){.time_s = 0};
    if (note == NULL)
        return STATUS_NO_MEMORY;
    enum status s = note_parse(text, note);
    if (s == STATUS_OK)
        s = checkpoint_open(text, log, &out->checkpoint);
    return s == STATUS_OK ? cosignature_verify(note, witness, &out->time_s) : s;
}

/* The log's own signature and the witness's, nothing else. */
static void put(const struct note *note, const struct note_key *key,
                struct buffer *out)
{
    const struct note_signature *signature = note_find(note, key);
    if (signature != NULL)
        note_put_signature(key, bytes_of(signature->bytes, signature->size),
                           out);
}

enum status cosigned_join(struct text text, struct text answer,
                          const struct note_key *log,
                          const struct note_key *witness, struct buffer *out,
                          struct cosigned *said)
{
    AUTO(buffer_deinit) struct buffer joined = buffer_with_limit(NOTE_SIZE_MAX);
    AUTO(alloc_release) struct note *note = alloc_zeroed(sizeof *note);
    if (note == NULL)
        return STATUS_NO_MEMORY;
    if (answer.size > NOTE_SIZE_MAX - text.size || text.size > NOTE_SIZE_MAX)
        return STATUS_LIMIT;
    /* C2SP tlog-witness: the answer's lines continue the note's. */
    buffer_append(&joined, text_bytes(text));
    buffer_append(&joined, text_bytes(answer));
    enum status s = buffer_status(&joined);
    if (s == STATUS_OK)
        s = note_parse(buffer_text(&joined), note);
    if (s == STATUS_OK)
        s = cosigned_open(buffer_text(&joined), log, witness, said);
    if (s != STATUS_OK)
        return s;
    buffer_append(out, text_bytes(note->text));
    buffer_append_u8(out, '\n');
    put(note, log, out);
    put(note, witness, out);
    return buffer_status(out);
}

bool cosigned_path(const char *log_directory, struct text name, char *out,
                   size_t size)
{
    if (name.size == 0 || name.size > COSIGNED_NAME_MAX ||
        name.data[0] == '.' || text_find(name, '/') < name.size)
        return false;
    int used = snprintf(out, size, "%s/cosigned/%.*s", log_directory,
                        (int)name.size, name.data);
    return used > 0 && (size_t)used < size;
}

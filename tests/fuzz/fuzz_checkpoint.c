/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint as anybody may send it: what is read from a note's text, written
 * again, is read as the same; a vkey has one form. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "log/tree/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_text(struct text text)
{
    char written[CHECKPOINT_TEXT_SIZE];
    struct checkpoint first;
    struct checkpoint second;
    if (checkpoint_parse(text, &first) != STATUS_OK)
        return;
    checkpoint_format(&first, written);
    /* Lines that we do not know may follow. */
    assert(text_starts_with(text, text_of(written)));
    enum status s = checkpoint_parse(text_of(written), &second);
    assert(s == STATUS_OK && first.size == second.size);
    assert(strcmp(first.origin, second.origin) == 0);
    assert(tree_hash_equal(&first.root, &second.root));
}

static void read_note(struct text file)
{
    struct note note;
    if (note_parse(file, &note) != STATUS_OK)
        return;
    assert(note.count > 0 && note.count <= NOTE_SIGNATURES_MAX);
    assert(text_starts_with(file, note.text));
    for (size_t i = 0; i < note.count; i++)
        assert(note.signatures[i].size <= NOTE_SIGNATURE_MAX);
    read_text(note.text);
}

static void read_key(struct text vkey)
{
    char written[NOTE_VKEY_SIZE];
    struct note_key key;
    if (note_key_parse(vkey, &key) != STATUS_OK)
        return;
    note_key_format(&key, written);
    assert(text_starts_with(vkey, text_of(written)));
    assert(vkey.size - strlen(written) <= 1); /* a line feed */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text file = bytes_text(bytes_of(data, size));
    read_text(file);
    read_note(file);
    read_key(file);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What comes back from a witness: a line that verifies is the very one that
 * this witness makes of that text at that time. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "log/tree/cosignature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the seeds in corpus/cosignature. */
static const uint8_t SEED[SIGN_PRIVATE_SIZE] = {2, 7};
static const char NAME[] = "witness.example/one";

static struct note_key witness_make(void)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct note_key witness;
    enum status s = sign_public_key(SEED, public_key);
    if (s == STATUS_OK)
        s = note_key_make(text_of(NAME), NOTE_KEY_COSIGNATURE, public_key,
                          &witness);
    assert(s == STATUS_OK);
    return witness;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct note note;
    struct note again;
    uint64_t time_s = 0;
    struct note_key witness = witness_make();
    if (note_parse(bytes_text(bytes_of(data, size)), &note) != STATUS_OK ||
        cosignature_verify(&note, &witness, &time_s) != STATUS_OK)
        return 0;
    struct buffer made = buffer_with_limit(2 * NOTE_SIZE_MAX);
    buffer_append(&made, text_bytes(note.text));
    buffer_append_u8(&made, '\n');
    enum status s =
        cosignature_make(note.text, &witness, SEED, time_s, &made);
    if (s == STATUS_OK)
        s = note_parse(buffer_text(&made), &again);
    assert(s == STATUS_OK);
    const struct note_signature *one = note_find(&note, &witness);
    const struct note_signature *other = note_find(&again, &witness);
    assert(one != NULL && other != NULL && one->size == other->size);
    assert(memcmp(one->bytes, other->bytes, one->size) == 0);
    buffer_deinit(&made);
    return 0;
}

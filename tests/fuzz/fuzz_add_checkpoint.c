/* SPDX-License-Identifier: Apache-2.0 */
/* What anybody may ask of a witness: it has one form, and whoever does not hold
 * the log's key gets no cosignature. */
#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "log/tree/note.h"
#include "log/witness/add_checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct add_checkpoint asked;
    struct note note;
    struct checkpoint checkpoint;
    uint64_t told = 0;
    struct text body = bytes_text(bytes_of(data, size));
    (void)!add_checkpoint_parse_size(body, &told);
    if (add_checkpoint_parse(body, &asked) != STATUS_OK)
        return 0;
    struct buffer again = buffer_with_limit(2 * ADD_CHECKPOINT_SIZE_MAX);
    enum status s = add_checkpoint_format(&asked, &again);
    assert(s == STATUS_OK && text_equal(body, buffer_text(&again)));
    buffer_deinit(&again);
    if (note_parse(asked.note, &note) == STATUS_OK &&
        checkpoint_parse(note.text, &checkpoint) == STATUS_OK &&
        asked.old_size > 0)
        assert(tree_check_growth(asked.old_size, checkpoint.size,
                                 &checkpoint.root, &asked.proof,
                                 &checkpoint.root) != STATUS_OK ||
               asked.old_size == checkpoint.size);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A line copied from paper: what is read is what is written again. */
#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "log/witness/paper_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct checkpoint read;
    struct checkpoint again;
    char line[PAPER_LINE_SIZE];
    if (paper_line_parse(bytes_text(bytes_of(data, size)), &read) != STATUS_OK)
        return 0;
    enum status s =
        paper_line_format(&read, (struct wall_time){1700000000000000}, line);
    assert(s == STATUS_OK);
    s = paper_line_parse(text_of(line), &again);
    assert(s == STATUS_OK && again.size == read.size &&
           tree_hash_equal(&again.root, &read.root) &&
           text_equal(text_of(again.origin), text_of(read.origin)));
    return 0;
}

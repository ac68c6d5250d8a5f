/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/yaml_suggest.h"

enum { WORD_MAX = 40 }; /* bytes; longer words are no keys of ours */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t yaml_suggest_distance(struct text a, struct text b)
{
    if (a.size > WORD_MAX || b.size > WORD_MAX)
        return YAML_SUGGEST_MAX + 1;
    /* row[j]: distance of the first i bytes of a and the first j of b. */
    size_t row[WORD_MAX + 1];
    for (size_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t replaced =
                diagonal + (a.data[i - 1] == b.data[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = smaller(replaced, 1 + smaller(row[j], row[j - 1]));
        }
    }
    return smaller(row[b.size], YAML_SUGGEST_MAX + 1);
}

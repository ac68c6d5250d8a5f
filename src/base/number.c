/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

enum status number_parse_u64(struct text text, uint64_t min, uint64_t max,
                             uint64_t *out)
{
    uint64_t value = 0;
    if (text.size == 0)
        return STATUS_BAD_INPUT;
    bool wrapped = false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return STATUS_BAD_INPUT;
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        wrapped |= __builtin_mul_overflow(value, 10u, &value) ||
                   __builtin_add_overflow(value, digit, &value);
    }
    if (wrapped || value < min || value > max)
        return STATUS_LIMIT;
    *out = value;
    return STATUS_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "web/json_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_body body;
    if (json_body_read(bytes_of(data, size), &body) != STATUS_OK)
        return 0;
    struct text text;
    int64_t number = 0;
    struct buffer numbers = buffer_with_limit(4096);
    (void)!json_body_plain(&body, "reason", 1024, &text);
    (void)!json_body_number(&body, "from", 0, INT64_MAX, &number);
    (void)!json_body_numbers(&body, "cameras", 1, 65535, 1024, &numbers);
    buffer_deinit(&numbers);
    json_body_deinit(&body);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What comes back from a time-stamping service: it is never about other bytes
 * than those that were asked about. */
#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "crypto/timestamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct timestamp_question OTHER = {.digest = {1}};
    struct timestamp_question question = {.nonce = {1, 2, 3, 4, 5, 6, 7, 8}};
    struct wall_time told = {0};
    struct bytes answer = bytes_of(data, size);
    const struct bytes source = text_bytes(text_of("hello\n"));
    if (sha256(&source, 1, question.digest) != STATUS_OK ||
        timestamp_answer_read(answer, &question, &told) != STATUS_OK)
        return 0;
    enum status s = timestamp_answer_read(answer, &OTHER, &told);
    assert(s == STATUS_CORRUPT);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/interleaved.h"

#include "base/reader.h"

enum status interleaved_next(struct bytes input, size_t *used,
                             struct interleaved_frame *out)
{
    *used = 0;
    *out = (struct interleaved_frame){0};
    if (input.size == 0)
        return STATUS_AGAIN;
    if (!interleaved_begins(input))
        return STATUS_BAD_INPUT;
    struct reader in = reader_on(input);
    reader_skip(&in, 1);
    uint8_t channel = reader_u8(&in);
    uint16_t size = reader_u16be(&in);
    struct bytes payload = reader_bytes(&in, size);
    if (in.failed)
        return STATUS_AGAIN;
    *out = (struct interleaved_frame){channel, payload};
    *used = INTERLEAVED_HEADER_SIZE + (size_t)size;
    return STATUS_OK;
}

void interleaved_write_header(struct writer *out, uint8_t channel,
                              uint16_t size)
{
    writer_u8(out, '$');
    writer_u8(out, channel);
    writer_u16be(out, size);
}

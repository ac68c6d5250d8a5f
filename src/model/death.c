/* SPDX-License-Identifier: Apache-2.0 */
#include "model/death.h"

void death_encode(const struct death *death, struct writer *out)
{
    writer_u64be(out, death->epoch);
    writer_u32be(out, death->subject);
    writer_u8(out, (uint8_t)death->cause);
    writer_zeros(out, 3);
    writer_i64be(out, death->slot.from.us);
    writer_i64be(out, death->slot.to.us);
    writer_i64be(out, death->died_at.us);
    writer_u64be(out, death->order_entry);
    writer_bytes(out, bytes_of(death->commitment, sizeof death->commitment));
    writer_zeros(out, 8);
}

enum status death_decode(struct reader *in, struct death *out)
{
    struct death death = {.epoch = reader_u64be(in)};
    death.subject = reader_u32be(in);
    uint8_t cause = reader_u8(in);
    reader_skip(in, 3);
    death.slot.from.us = reader_i64be(in);
    death.slot.to.us = reader_i64be(in);
    death.died_at.us = reader_i64be(in);
    death.order_entry = reader_u64be(in);
    reader_copy(in, death.commitment, sizeof death.commitment);
    reader_skip(in, 8);
    if (in->failed || cause >= CAUSE_COUNT)
        return STATUS_BAD_INPUT;
    death.cause = (enum cause)cause;
    *out = death;
    return STATUS_OK;
}

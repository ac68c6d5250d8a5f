/* SPDX-License-Identifier: Apache-2.0 */
#include "model/death.h"

enum { FLAG_UNUSED = 1 };

void death_encode(const struct death *death, struct writer *out)
{
    writer_u64be(out, death->epoch);
    writer_u32be(out, death->subject);
    writer_u8(out, (uint8_t)death->cause);
    writer_u8(out, death->is_unused ? FLAG_UNUSED : 0);
    writer_zeros(out, 2);
    writer_i64be(out, death->slot.from.us);
    writer_i64be(out, death->slot.to.us);
    writer_i64be(out, death->died_at.us);
    writer_u64be(out, death->order_entry);
    writer_bytes(out, bytes_of(death->commitment, sizeof death->commitment));
    writer_u32be(out, death->seeds == 0 ? 0 : death->seeds - 1);
    writer_zeros(out, 4);
}

enum status death_decode(struct reader *in, struct death *out)
{
    struct death death = {.epoch = reader_u64be(in)};
    death.subject = reader_u32be(in);
    uint8_t cause = reader_u8(in);
    uint8_t flags = reader_u8(in);
    reader_skip(in, 2);
    death.slot.from.us = reader_i64be(in);
    death.slot.to.us = reader_i64be(in);
    death.died_at.us = reader_i64be(in);
    death.order_entry = reader_u64be(in);
    reader_copy(in, death.commitment, sizeof death.commitment);
    death.seeds = reader_u32be(in) + 1;
    reader_skip(in, 4);
    if (in->failed || cause >= CAUSE_COUNT || flags > FLAG_UNUSED ||
        death.seeds == 0)
        return STATUS_BAD_INPUT;
    death.is_unused = flags == FLAG_UNUSED;
    death.cause = (enum cause)cause;
    *out = death;
    return STATUS_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "model/gop_leaf.h"

#include <string.h>

enum { VERSION = 1, ZEROS_BEFORE_HASHES = 12, ZEROS_AT_END = 64 };

static const char MAGIC[4] = {'H', 'G', 'O', 'P'};

void gop_leaf_encode(const struct gop_leaf *leaf, struct writer *out)
{
    writer_bytes(out, bytes_of(MAGIC, sizeof MAGIC));
    writer_u16be(out, VERSION);
    writer_u16be(out, leaf->flags);
    writer_u32be(out, leaf->camera);
    writer_u32be(out, leaf->samples);
    writer_u64be(out, leaf->sequence);
    writer_i64be(out, leaf->span.from.us);
    writer_i64be(out, leaf->span.to.us);
    writer_u64be(out, leaf->first_record);
    writer_u32be(out, leaf->record_count);
    writer_zeros(out, ZEROS_BEFORE_HASHES);
    writer_bytes(out, bytes_of(leaf->configuration, GOP_HASH_SIZE));
    writer_bytes(out, bytes_of(leaf->content, GOP_HASH_SIZE));
    writer_bytes(out, bytes_of(leaf->records, GOP_HASH_SIZE));
    writer_bytes(out, bytes_of(leaf->previous, GOP_HASH_SIZE));
    writer_zeros(out, ZEROS_AT_END);
}

static bool is_zero(struct bytes bytes)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < bytes.size; i++)
        sum |= bytes.data[i];
    return sum == 0;
}

enum status gop_leaf_decode(struct reader *in, struct gop_leaf *out)
{
    struct gop_leaf leaf = {0};
    struct bytes magic = reader_bytes(in, sizeof MAGIC);
    uint16_t version = reader_u16be(in);
    leaf.flags = reader_u16be(in);
    leaf.camera = reader_u32be(in);
    leaf.samples = reader_u32be(in);
    leaf.sequence = reader_u64be(in);
    leaf.span.from.us = reader_i64be(in);
    leaf.span.to.us = reader_i64be(in);
    leaf.first_record = reader_u64be(in);
    leaf.record_count = reader_u32be(in);
    struct bytes before = reader_bytes(in, ZEROS_BEFORE_HASHES);
    reader_copy(in, leaf.configuration, GOP_HASH_SIZE);
    reader_copy(in, leaf.content, GOP_HASH_SIZE);
    reader_copy(in, leaf.records, GOP_HASH_SIZE);
    reader_copy(in, leaf.previous, GOP_HASH_SIZE);
    struct bytes after = reader_bytes(in, ZEROS_AT_END);
    if (in->failed || memcmp(magic.data, MAGIC, sizeof MAGIC) != 0 ||
        version != VERSION || (leaf.flags & ~GOP_FLAGS_ALL) != 0 ||
        leaf.sequence == 0 || leaf.samples == 0 ||
        leaf.span.to.us <= leaf.span.from.us || !is_zero(before) ||
        !is_zero(after))
        return STATUS_BAD_INPUT;
    *out = leaf;
    return STATUS_OK;
}

bool gop_leaf_is_behind(const struct gop_leaf *leaf,
                        const struct gop_leaf *last)
{
    struct wall_time after = (leaf->flags & GOP_DISCONTINUITY) != 0
                                 ? last->span.from
                                 : last->span.to;
    return leaf->sequence > last->sequence && leaf->span.from.us >= after.us;
}

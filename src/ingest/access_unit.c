/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/access_unit.h"

#include "base/writer.h"
#include "ingest/limits.h"
#include "media/codec.h"
#include "media/nal.h"
#include "media/sample.h"

void access_unit_init(struct access_unit *unit)
{
    *unit = (struct access_unit){.data = buffer_with_limit(SAMPLE_SIZE_MAX)};
}

void access_unit_deinit(struct access_unit *unit)
{
    buffer_deinit(&unit->data);
    access_unit_init(unit);
}

void access_unit_clear(struct access_unit *unit)
{
    struct buffer data = unit->data;
    if (data.capacity > ACCESS_UNIT_KEEP_BYTES && data.size < data.capacity / 4)
        buffer_deinit(&data);
    buffer_clear(&data);
    *unit = (struct access_unit){.data = data};
}

/* The whole unit stands in data: note what it is. */
static void end_nal(struct access_unit *unit, enum codec codec)
{
    unit->is_open = false;
    size_t from = unit->nal_from + NAL_LENGTH_SIZE;
    struct bytes nal = {unit->data.data + from, unit->data.size - from};
    struct writer length =
        writer_on(unit->data.data + unit->nal_from, NAL_LENGTH_SIZE);
    writer_u32be(&length, (uint32_t)nal.size);
    if (codec_nal_is_parameter_set(codec, nal))
        unit->has_parameter_set = true;
    if (!codec_nal_is_slice(codec, nal))
        return;
    if (!unit->has_slice)
        unit->is_key = codec_nal_is_key(codec, nal);
    unit->has_slice = true;
}

static void append(struct access_unit *unit, const struct nal_piece *piece)
{
    if (piece->begins) {
        unit->nal_from = unit->data.size;
        if (unit->nal_count == 0)
            unit->first_type = piece->type;
        unit->nal_count++;
        unit->open_type = piece->type;
        unit->is_open = true;
        buffer_append_u32be(&unit->data, 0);
        buffer_append(&unit->data,
                      bytes_of(piece->header, piece->header_size));
    }
    buffer_append(&unit->data, piece->body);
}

void access_unit_take(struct access_unit *unit, enum codec codec,
                      const struct nal_piece *piece)
{
    if (unit->is_damaged)
        return;
    bool fits = piece->begins ? !unit->is_open
                              : unit->is_open && unit->open_type == piece->type;
    if (!fits || (piece->begins && unit->nal_count == NAL_IN_SAMPLE_MAX)) {
        unit->is_damaged = true;
        return;
    }
    append(unit, piece);
    if (buffer_status(&unit->data) != STATUS_OK)
        unit->is_damaged = true;
    else if (piece->ends)
        end_nal(unit, codec);
}

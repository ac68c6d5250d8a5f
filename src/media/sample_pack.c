/* SPDX-License-Identifier: Apache-2.0 */
#include "media/sample_pack.h"

#include "base/number.h"

static const uint8_t MAGIC[4] = {'H', 'S', 'P', '1'};

static bool sum_sizes(const struct sample *samples, size_t count,
                      size_t *data_size)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (samples[i].data.size > SAMPLE_SIZE_MAX ||
            !size_add(sum, samples[i].data.size, &sum))
            return false;
    }
    *data_size = sum;
    return sum <= SAMPLE_PACK_DATA_MAX;
}

static void write_head(struct writer *w, uint32_t camera,
                       const struct codec_config *config, size_t count,
                       size_t data_size)
{
    writer_bytes(w, bytes_of(MAGIC, sizeof MAGIC));
    writer_u32be(w, camera);
    writer_u8(w, (uint8_t)config->codec);
    writer_u8(w, 0);
    writer_u16be(w, config->width);
    writer_u16be(w, config->height);
    writer_u16be(w, (uint16_t)config->record.size);
    writer_u32be(w, (uint32_t)count);
    writer_u32be(w, (uint32_t)data_size);
    writer_bytes(w, config->record);
}

static void write_row(struct writer *w, const struct sample *sample)
{
    writer_i64be(w, sample->time_us);
    writer_u32be(w, sample->duration_us);
    writer_u32be(w, sample_pack_flags(sample));
    writer_u32be(w, (uint32_t)sample->data.size);
}

size_t sample_pack_head_size(const struct codec_config *config, size_t count)
{
    return SAMPLE_PACK_HEADER_SIZE + config->record.size +
           count * SAMPLE_PACK_ROW_SIZE;
}

void sample_pack_head(struct writer *out, uint32_t camera,
                      const struct codec_config *config,
                      const struct sample *samples, size_t count)
{
    size_t data_size = 0;
    if (count > SAMPLE_PACK_COUNT_MAX ||
        config->record.size > CODEC_CONFIG_SIZE_MAX ||
        !sum_sizes(samples, count, &data_size)) {
        out->failed = true;
        return;
    }
    write_head(out, camera, config, count, data_size);
    for (size_t i = 0; i < count; i++)
        write_row(out, &samples[i]);
}

void sample_pack_append(struct buffer *out, uint32_t camera,
                        const struct codec_config *config,
                        const struct sample *samples, size_t count)
{
    size_t data_size = 0;
    if (count > SAMPLE_PACK_COUNT_MAX ||
        config->record.size > CODEC_CONFIG_SIZE_MAX ||
        !sum_sizes(samples, count, &data_size)) {
        out->failed = true;
        return;
    }
    size_t size = sample_pack_head_size(config, count) + data_size;
    uint8_t *at = buffer_reserve(out, size);
    if (at == NULL)
        return;
    struct writer w = writer_on(at, size);
    sample_pack_head(&w, camera, config, samples, count);
    for (size_t i = 0; i < count; i++)
        writer_bytes(&w, samples[i].data);
    out->failed |= !writer_full(&w);
}

static void read_row(struct reader *rows, struct sample *out, uint32_t *size)
{
    out->time_us = reader_i64be(rows);
    out->duration_us = reader_u32be(rows);
    sample_pack_take_flags(out, reader_u32be(rows));
    *size = reader_u32be(rows);
}

/* Every size within its limit, and all together the data, exactly. */
static enum status check_rows(struct bytes rows, size_t data_size)
{
    struct reader in = reader_on(rows);
    size_t left = data_size;
    while (reader_more(&in)) {
        struct sample sample;
        uint32_t size = 0;
        read_row(&in, &sample, &size);
        if (size > SAMPLE_SIZE_MAX)
            return STATUS_LIMIT;
        if (size > left)
            return STATUS_BAD_INPUT;
        left -= size;
    }
    return reader_done(&in) && left == 0 ? STATUS_OK : STATUS_BAD_INPUT;
}

enum status sample_pack_read(struct reader *in, struct sample_pack *out)
{
    struct bytes magic = reader_bytes(in, sizeof MAGIC);
    struct sample_pack pack = {.camera = reader_u32be(in)};
    uint8_t codec = reader_u8(in);
    uint8_t zero = reader_u8(in);
    pack.config.width = reader_u16be(in);
    pack.config.height = reader_u16be(in);
    uint16_t record_size = reader_u16be(in);
    pack.count = reader_u32be(in);
    uint32_t data_size = reader_u32be(in);
    if (in->failed || memcmp(magic.data, MAGIC, sizeof MAGIC) != 0 ||
        zero != 0 || codec > CODEC_H265)
        return STATUS_BAD_INPUT;
    if (pack.count > SAMPLE_PACK_COUNT_MAX ||
        data_size > SAMPLE_PACK_DATA_MAX ||
        record_size > CODEC_CONFIG_SIZE_MAX ||
        pack.config.width > VIDEO_WIDTH_MAX ||
        pack.config.height > VIDEO_WIDTH_MAX)
        return STATUS_LIMIT;
    pack.config.codec = (enum codec)codec;
    pack.config.record = reader_bytes(in, record_size);
    pack.rows = reader_bytes(in, (size_t)pack.count * SAMPLE_PACK_ROW_SIZE);
    pack.data = reader_bytes(in, data_size);
    if (in->failed)
        return STATUS_BAD_INPUT;
    enum status s = check_rows(pack.rows, pack.data.size);
    if (s == STATUS_OK)
        *out = pack;
    return s;
}

bool sample_pack_next(const struct sample_pack *pack, uint32_t *row,
                      size_t *offset, struct sample *out)
{
    if (*row >= pack->count)
        return false;
    struct reader rows = reader_on(pack->rows);
    reader_skip(&rows, (size_t)*row * SAMPLE_PACK_ROW_SIZE);
    struct sample sample;
    uint32_t size = 0;
    read_row(&rows, &sample, &size);
    struct reader data = reader_on(pack->data);
    reader_skip(&data, *offset);
    sample.data = reader_bytes(&data, size);
    if (rows.failed || data.failed)
        return false;
    *row += 1;
    *offset += size;
    *out = sample;
    return true;
}

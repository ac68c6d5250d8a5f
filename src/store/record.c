/* SPDX-License-Identifier: Apache-2.0 */
#include "store/record.h"

#include <string.h>

#include "base/crc32c.h"
#include "base/reader.h"
#include "base/writer.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "model/hold.h"
#include "sys/random.h"

enum {
    RECORD_VERSION = 1,
    ASSOCIATED_SIZE = 128,
    CHECKED_SIZE = 156, /* bytes under the CRC */
    ZEROS_SIZE = 8,
    SECTOR_CHECK_STEP = STORE_ALIGNMENT / 2,
    UNIT_S_MAX = 3600,
};

static const char MAGIC[4] = {'H', 'R', 'E', 'C'};

size_t record_stored_size(uint32_t sealed_size)
{
    size_t size = (size_t)RECORD_HEADER_SIZE + sealed_size;
    return (size + STORE_ALIGNMENT - 1) / STORE_ALIGNMENT * STORE_ALIGNMENT;
}

void record_header_encode(const struct record_header *header,
                          uint8_t out[RECORD_HEADER_SIZE])
{
    struct writer w = writer_on(out, RECORD_HEADER_SIZE);
    writer_bytes(&w, bytes_of(MAGIC, sizeof MAGIC));
    writer_u8(&w, RECORD_VERSION);
    writer_u8(&w, (uint8_t)header->algorithm);
    writer_u16be(&w, header->flags);
    writer_u32be(&w, header->camera);
    writer_u32be(&w, header->unit_s);
    writer_i64be(&w, header->unit.us);
    writer_u64be(&w, header->sequence);
    writer_i64be(&w, header->start.us);
    writer_u32be(&w, header->duration_us);
    writer_u32be(&w, header->samples);
    writer_u32be(&w, header->sealed_size);
    writer_u32be(&w, header->gop_place);
    writer_u32be(&w, (uint32_t)header->wall_minus_trusted_ms);
    writer_u32be(&w, header->first_number);
    writer_bytes(&w, bytes_of(header->salt, sizeof header->salt));
    writer_bytes(&w, bytes_of(header->commitment, sizeof header->commitment));
    writer_bytes(&w, bytes_of(header->tag, sizeof header->tag));
    writer_u32be(&w, header->sector_check);
    writer_zeros(&w, ZEROS_SIZE);
    writer_u32be(&w, crc32c(bytes_of(out, CHECKED_SIZE)));
}

/* What a header with a good checksum must still fulfil. */
static bool is_plausible(const struct record_header *header)
{
    if (header->algorithm != AEAD_AES_256_GCM &&
        header->algorithm != AEAD_ARIA_256_GCM)
        return false;
    if ((header->flags & ~(unsigned)RECORD_FLAGS_ALL) != 0 ||
        (!stream_is_good(header->camera) &&
         !subject_is_hold(header->camera)) ||
        header->sequence == 0)
        return false;
    if (header->unit_s == 0 || header->unit_s > UNIT_S_MAX ||
        header->samples == 0 || header->samples > RECORD_SAMPLES_MAX ||
        header->sealed_size == 0 || header->sealed_size > RECORD_SEALED_MAX)
        return false;
    int64_t unit_us = (int64_t)header->unit_s * SECOND_US;
    return floor_divide(header->start.us, unit_us) * unit_us ==
           header->unit.us;
}

enum status record_header_decode(struct bytes in, struct record_header *out)
{
    if (in.size < RECORD_HEADER_SIZE ||
        memcmp(in.data, MAGIC, sizeof MAGIC) != 0) /* public */
        return STATUS_NOT_FOUND;
    struct reader r = reader_on(bytes_of(in.data, RECORD_HEADER_SIZE));
    reader_skip(&r, sizeof MAGIC);
    uint8_t version = reader_u8(&r);
    struct record_header header = {
        .algorithm = (enum aead_algorithm)reader_u8(&r)};
    header.flags = reader_u16be(&r);
    header.camera = reader_u32be(&r);
    header.unit_s = reader_u32be(&r);
    header.unit.us = reader_i64be(&r);
    header.sequence = reader_u64be(&r);
    header.start.us = reader_i64be(&r);
    header.duration_us = reader_u32be(&r);
    header.samples = reader_u32be(&r);
    header.sealed_size = reader_u32be(&r);
    header.gop_place = reader_u32be(&r);
    header.wall_minus_trusted_ms = (int32_t)reader_u32be(&r);
    header.first_number = reader_u32be(&r);
    reader_copy(&r, header.salt, sizeof header.salt);
    reader_copy(&r, header.commitment, sizeof header.commitment);
    reader_copy(&r, header.tag, sizeof header.tag);
    header.sector_check = reader_u32be(&r);
    uint64_t zeros = reader_u64be(&r);
    uint32_t checksum = reader_u32be(&r);
    if (!reader_done(&r) || checksum != crc32c(bytes_of(in.data, CHECKED_SIZE)))
        return STATUS_CORRUPT;
    if (version != RECORD_VERSION || zeros != 0 || !is_plausible(&header))
        return STATUS_CORRUPT;
    *out = header;
    return STATUS_OK;
}

enum status record_header_read(struct bytes in, struct record_header *out)
{
    static const uint8_t ZEROS[RECORD_HEADER_SIZE];
    enum status s = record_header_decode(in, out);
    bool is_free = in.size >= sizeof ZEROS &&
                   memcmp(in.data, ZEROS, sizeof ZEROS) == 0; /* public */
    return s == STATUS_NOT_FOUND && !is_free ? STATUS_CORRUPT : s;
}

static uint64_t fold(uint64_t sum, struct bytes sealed, size_t at)
{
    uint64_t word = 0;
    for (size_t i = at; i < sealed.size && i - at < sizeof word; i++)
        word = word << 8 | sealed.data[i];
    sum = (sum ^ word) * 0x100000001b3; /* FNV-1a, over words */
    return sum ^ sum >> 29;
}

uint32_t record_sector_check(struct bytes sealed)
{
    uint64_t sum = 0xcbf29ce484222325;
    for (size_t at = 0; at < sealed.size; at += SECTOR_CHECK_STEP)
        sum = fold(sum, sealed, at);
    if (sealed.size >= sizeof sum)
        sum = fold(sum, sealed, sealed.size - sizeof sum);
    return (uint32_t)(sum >> 32);
}

enum status record_seal(struct record_header *header,
                        const uint8_t unit_key[UNIT_KEY_SIZE], uint8_t *pack,
                        size_t size)
{
    if (size == 0 || size > RECORD_SEALED_MAX)
        return STATUS_LIMIT;
    struct record_header sealed = *header;
    sealed.sealed_size = (uint32_t)size;
    random_fill(sealed.salt, sizeof sealed.salt);

    struct record_keys keys;
    enum status s = record_keys_derive(unit_key, sealed.salt, &keys);
    if (s == STATUS_OK) {
        memcpy(sealed.commitment, keys.commitment, sizeof sealed.commitment);
        uint8_t clear[RECORD_HEADER_SIZE];
        record_header_encode(&sealed, clear);
        s = aead_seal(sealed.algorithm, keys.key,
                      bytes_of(clear, ASSOCIATED_SIZE), bytes_of(pack, size),
                      pack, sealed.tag);
    }
    secret_wipe(&keys, sizeof keys);
    if (s != STATUS_OK)
        return s;
    sealed.sector_check = record_sector_check(bytes_of(pack, size));
    *header = sealed;
    return STATUS_OK;
}

enum status record_open(const struct record_header *header,
                        const uint8_t unit_key[UNIT_KEY_SIZE],
                        struct bytes sealed, uint8_t *out)
{
    if (sealed.size != header->sealed_size)
        return STATUS_CORRUPT;
    struct record_keys keys;
    enum status s = record_keys_derive(unit_key, header->salt, &keys);
    if (s == STATUS_OK && !secret_equal(keys.commitment, header->commitment,
                                        sizeof keys.commitment))
        s = STATUS_DENIED;
    if (s == STATUS_OK) {
        uint8_t clear[RECORD_HEADER_SIZE];
        record_header_encode(header, clear);
        s = aead_open(header->algorithm, keys.key,
                      bytes_of(clear, ASSOCIATED_SIZE), sealed, header->tag,
                      out);
    } else {
        memset(out, 0, sealed.size);
    }
    secret_wipe(&keys, sizeof keys);
    return s;
}

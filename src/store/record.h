/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/record - one camera's pictures of at most a second, sealed.
 *
 * A record describes itself: a header of 160 bytes in clear (layout:
 * docs/design/records.md), then the sealed sample pack. The record's
 * key comes from the unit key and 32 fresh random bytes, and seals once.
 *
 * The sector check finds a record whose write was torn by a power cut without
 * any key: it is a sum over eight bytes of every 256 of the sealed pack and its
 * last eight; ciphertext is as good as random, so a lost or stale half sector
 * changes it but for one chance in 2^32. The tag finds everything else.
 *
 * Threads: any; no state.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "base/bytes.h"
#include "base/status.h"
#include "base/time.h"
#include "crypto/aead.h"
#include "crypto/derive.h"
#include "store/limits.h"

enum record_flags {
    RECORD_BEGINS_WITH_IDR = 1,
    RECORD_DISCONTINUITY = 2, /* something is missing just before */
    RECORD_FLAGS_ALL = 3,
};

enum { RECORD_GOP_PLACE_UNKNOWN = (int)-1 };

struct record_header {
    enum aead_algorithm algorithm;
    uint16_t flags;
    uint32_t camera;        /* or a hold's subject (model/hold.h) */
    uint32_t unit_s;
    struct wall_time unit;  /* start of the key unit, trusted */
    uint64_t sequence;      /* of this camera, from 1 */
    struct wall_time start; /* of the first sample, trusted */
    uint32_t duration_us;
    uint32_t samples;
    uint32_t sealed_size;
    uint32_t gop_place; /* of the first sample in its GOP, IDR 0 */
    int32_t wall_minus_trusted_ms;
    uint32_t first_number; /* low 32 bits of the first sample's number */
    uint8_t salt[RECORD_SALT_SIZE];
    uint8_t commitment[RECORD_COMMITMENT_SIZE];
    uint8_t tag[AEAD_TAG_SIZE];
    uint32_t sector_check;
};

/* Bytes that the record takes in a volume: header, pack, padding. */
size_t record_stored_size(uint32_t sealed_size);

static inline struct wall_time record_end(const struct record_header *header)
{
    return (struct wall_time){header->start.us + header->duration_us};
}

void record_header_encode(const struct record_header *header,
                          uint8_t out[RECORD_HEADER_SIZE]);

/*
 * in: at least RECORD_HEADER_SIZE bytes. Fails with: NOT_FOUND (no record
 * begins here), CORRUPT (magic, but checksum or a field is wrong).
 */
MUST_USE enum status record_header_decode(struct bytes in,
                                          struct record_header *out);

/* The same where a record is known to have stood: NOT_FOUND only where its space
 * has been given back, and reads as zeros. */
MUST_USE enum status record_header_read(struct bytes in,
                                        struct record_header *out);

/* Over a few bytes of each half sector of a sealed pack. */
uint32_t record_sector_check(struct bytes sealed);

/*
 * Draws a salt, fills salt, commitment, tag, sealed_size and sector_check of
 * header, whose other fields stand already, and seals pack in place.
 * Fails with: LIMIT (size), INTERNAL.
 */
MUST_USE enum status record_seal(struct record_header *header,
                                 const uint8_t unit_key[UNIT_KEY_SIZE],
                                 uint8_t *pack, size_t size);

/*
 * Checks the commitment, then the tag. out: sealed.size bytes, may be the
 * sealed bytes themselves; zeroed on failure. Fails with: DENIED (another
 * key's record), CORRUPT, INTERNAL.
 */
MUST_USE enum status record_open(const struct record_header *header,
                                 const uint8_t unit_key[UNIT_KEY_SIZE],
                                 struct bytes sealed, uint8_t *out);

#endif

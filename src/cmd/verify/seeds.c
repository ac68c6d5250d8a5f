/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every destruction's commitments, against the entry that counts them and, of
 * holds, against the keys that live: deletion.seeds stands right before
 * deletion.done, keys.dropped or hold.destroyed.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/verify/private.h"
#include "crypto/hash.h"
#include "keys/offline.h"

enum { ROWS_MAX = 1024, COMMITMENT_BYTES = 16 };

struct verify_seeds {
    uint64_t entry; /* the deletion.seeds that was read last */
    bool is_read;
    size_t rows;
    uint32_t counts[ROWS_MAX];
    uint8_t commitments[ROWS_MAX * COMMITMENT_BYTES];
};

static void take(struct verify_seeds *seeds, const struct entry_line *entry)
{
    struct text encoded = text_of("");
    struct text counts = text_of("");
    size_t size = 0;
    seeds->entry = entry->number;
    seeds->is_read =
        entry_line_text(entry, "commitments", &encoded) == STATUS_OK &&
        entry_line_text(entry, "counts", &counts) == STATUS_OK &&
        base64_decode(encoded, seeds->commitments, sizeof seeds->commitments,
                      &size) == STATUS_OK;
    seeds->rows = size / COMMITMENT_BYTES;
    for (size_t i = 0; seeds->is_read && i < seeds->rows; i++) {
        uint64_t count = 0;
        seeds->is_read = number_parse_u64(text_cut(&counts, ','), 0, UINT32_MAX,
                                          &count) == STATUS_OK;
        seeds->counts[i] = (uint32_t)count;
    }
}

/* What does not fit between the two entries; NULL: nothing. */
static const char *difference(const struct verify_seeds *seeds,
                              const struct entry_line *entry)
{
    uint8_t digest[SHA256_SIZE];
    char shown[HEX_SIZE(SHA256_SIZE) + 1];
    struct text told = text_of("");
    int64_t count = 0;
    uint64_t sum = 0;
    const struct bytes bytes =
        bytes_of(seeds->commitments, seeds->rows * COMMITMENT_BYTES);
    if (seeds->entry + 1 != entry->number || !seeds->is_read)
        return "the commitments of its keys do not stand right before it";
    if (entry_line_text(entry, "seeds_sha256", &told) != STATUS_OK ||
        entry_line_number(entry, "seeds", &count) != STATUS_OK ||
        sha256(&bytes, 1, digest) != STATUS_OK)
        return "what it says of its keys cannot be read";
    hex_encode(bytes_of(digest, sizeof digest), shown);
    for (size_t i = 0; i < seeds->rows; i++)
        sum += seeds->counts[i];
    return text_equal(told, text_of(shown)) && count >= 0 &&
                   sum == (uint64_t)count
               ? NULL
               : "it counts other keys than the entry before it";
}

/* No seed of a destroyed hold is in the live table. */
static void check_dead(struct verify *verify, const struct verify_seeds *seeds,
                       const struct entry_line *entry)
{
    char where[VERIFY_WHERE_SIZE];
    int64_t hold = 0;
    int64_t camera = 0;
    if (entry_line_number(entry, "hold", &hold) != STATUS_OK ||
        entry_line_number(entry, "camera", &camera) != STATUS_OK ||
        hold < HOLD_NUMBER_MIN || hold > HOLD_NUMBER_MAX ||
        camera < CAMERA_NUMBER_MIN || camera > CAMERA_NUMBER_MAX)
        return;
    uint32_t subject = hold_subject((uint32_t)hold, (uint32_t)camera);
    (void)snprintf(where, sizeof where, "keys of hold %lld", (long long)hold);
    for (size_t i = 0; i < seeds->rows; i++) {
        bool is_there = false;
        enum status s = keys_offline_has(
            verify->keys, subject, seeds->counts[i],
            seeds->commitments + i * COMMITMENT_BYTES, &is_there);
        if (s != STATUS_OK)
            verify->status = s;
        else if (is_there)
            verify_problem(verify, where,
                           "keys that entry %llu calls dead are in the live "
                           "table",
                           (unsigned long long)entry->number);
    }
}

void verify_seeds_take(struct verify *verify, const struct entry_line *entry)
{
    char where[VERIFY_WHERE_SIZE];
    bool is_hold = entry->kind == ENTRY_HOLD_DESTROYED;
    if (verify->seeds == NULL)
        verify->seeds = alloc_zeroed(sizeof *verify->seeds);
    if (verify->seeds == NULL) {
        verify->status = STATUS_NO_MEMORY;
        return;
    }
    if (entry->kind == ENTRY_DELETION_SEEDS) {
        take(verify->seeds, entry);
        return;
    }
    if (!is_hold && entry->kind != ENTRY_DELETION_DONE &&
        entry->kind != ENTRY_KEYS_DROPPED)
        return;
    const char *what = difference(verify->seeds, entry);
    (void)snprintf(where, sizeof where, "entry %llu",
                   (unsigned long long)entry->number);
    if (what != NULL)
        verify_problem(verify, where, "%s", what);
    else if (is_hold && !verify_is_later(verify, entry->number))
        check_dead(verify, verify->seeds, entry);
}

void verify_seeds_release(struct verify *verify)
{
    alloc_free(verify->seeds);
    verify->seeds = NULL;
}

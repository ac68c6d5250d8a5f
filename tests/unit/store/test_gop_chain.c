/* SPDX-License-Identifier: Apache-2.0 */
#include "store/gop_chain.h"

#include <string.h>

#include "crypto/hash.h"
#include "unit/test.h"

enum { CAMERA = 7, LEAVES_MAX = 64, SAMPLE_BYTES = 100, FRAME_US = 40000 };

struct told {
    struct gop_leaf leaves[LEAVES_MAX];
    size_t count;
};

static void on_leaf(void *context, const struct gop_leaf *leaf)
{
    struct told *told = context;
    CHECK(told->count < LEAVES_MAX);
    told->leaves[told->count++] = *leaf;
}

static struct gop_chain *chain_make(const struct gop_leaf *last,
                                    struct told *told)
{
    static const uint8_t CONFIG[] = {1, 2, 3};
    struct gop_chain *chain = NULL;
    struct gop_head head = {.sequence = 0};
    if (last != NULL) {
        head.sequence = last->sequence;
        CHECK_OK(gop_leaf_hash(last, head.hash));
    }
    CHECK_OK(gop_chain_create(CAMERA, &head, on_leaf, told, &chain));
    CHECK_OK(gop_chain_set_config(chain, bytes_of(CONFIG, sizeof CONFIG)));
    return chain;
}

/* Sample number n, whose bytes say so. */
static void add(struct gop_chain *chain, uint32_t n, uint32_t flags,
                uint64_t record)
{
    uint8_t data[SAMPLE_BYTES];
    memset(data, (int)n, sizeof data);
    const struct sample sample = {.time_us = (int64_t)n * FRAME_US,
                                  .duration_us = FRAME_US,
                                  .flags = flags,
                                  .data = bytes_of(data, sizeof data)};
    gop_chain_add(chain, &sample, record);
}

static struct record_header header_of(uint64_t record)
{
    struct record_header header = {.camera = CAMERA, .sequence = record};
    memset(header.commitment, (int)record, sizeof header.commitment);
    memset(header.tag, (int)record + 100, sizeof header.tag);
    return header;
}

static void salt_of(uint64_t record, uint8_t salt[LEAF_SALT_SIZE])
{
    memset(salt, (int)record / 10 + 1, LEAF_SALT_SIZE);
}

static void seal(struct gop_chain *chain, uint64_t record)
{
    struct record_header header = header_of(record);
    uint8_t salt[LEAF_SALT_SIZE];
    salt_of(record, salt);
    gop_chain_on_sealed(chain, &header, salt);
}

/* Sealed and written. */
static void keep(struct gop_chain *chain, uint64_t record)
{
    seal(chain, record);
    gop_chain_on_written(chain, record);
}

/* What the leaf of samples first..last in records from..to must say. */
static void expect(const struct gop_leaf *leaf, uint32_t first, uint32_t last,
                   uint64_t from, uint64_t to)
{
    uint8_t samples[256 * SAMPLE_BYTES];
    uint8_t proofs[256 * 48];
    uint8_t digest[GOP_HASH_SIZE];
    uint8_t salt[LEAF_SALT_SIZE];
    uint8_t wanted[GOP_HASH_SIZE];
    size_t count = last - first + 1;
    for (size_t i = 0; i < count; i++)
        memset(samples + i * SAMPLE_BYTES, (int)(first + i), SAMPLE_BYTES);
    struct bytes all = bytes_of(samples, count * SAMPLE_BYTES);
    CHECK_OK(sha256(&all, 1, digest));
    salt_of(from, salt);
    const struct bytes parts[] = {bytes_of(salt, sizeof salt),
                                  bytes_of(digest, sizeof digest)};
    CHECK_OK(sha256(parts, 2, wanted));
    CHECK(memcmp(leaf->content, wanted, sizeof wanted) == 0);
    struct writer w = writer_on(proofs, sizeof proofs);
    for (uint64_t record = from; record <= to; record++) {
        struct record_header header = header_of(record);
        writer_bytes(&w, bytes_of(header.commitment, 32));
        writer_bytes(&w, bytes_of(header.tag, 16));
    }
    struct bytes written = writer_written(&w);
    CHECK_OK(sha256(&written, 1, wanted));
    CHECK(memcmp(leaf->records, wanted, sizeof wanted) == 0);
    CHECK(leaf->samples == count && leaf->first_record == from);
    CHECK(leaf->record_count == to - from + 1);
    CHECK(leaf->span.from.us == (int64_t)first * FRAME_US);
    CHECK(leaf->span.to.us == (int64_t)(last + 1) * FRAME_US);
}

static void follows(const struct gop_leaf *leaf, const struct gop_leaf *before)
{
    uint8_t hash[GOP_HASH_SIZE];
    CHECK_OK(gop_leaf_hash(before, hash));
    CHECK(memcmp(leaf->previous, hash, sizeof hash) == 0);
    CHECK(leaf->sequence == before->sequence + 1);
}

/* Two GOPs of ten, records of six: record 2 holds parts of both. */
static void record_gops(struct gop_chain *chain)
{
    for (uint32_t n = 0; n < 20; n++)
        add(chain, n, n % 10 == 0 ? SAMPLE_IDR : 0, n / 6 + 1);
    gop_chain_finish(chain);
}

static void a_leaf_says_samples_and_records(void **state)
{
    (void)state;
    struct told told = {0};
    struct gop_chain *chain = chain_make(NULL, &told);
    record_gops(chain);
    CHECK(told.count == 0); /* no record has been sealed */
    keep(chain, 1);
    CHECK(told.count == 0);
    keep(chain, 2);
    CHECK(told.count == 1);
    keep(chain, 3);
    keep(chain, 4);
    CHECK(told.count == 2);
    expect(&told.leaves[0], 0, 9, 1, 2);
    expect(&told.leaves[1], 10, 19, 2, 4);
    CHECK(told.leaves[0].flags == GOP_DISCONTINUITY); /* the first of all */
    CHECK(told.leaves[1].flags == 0 && told.leaves[0].sequence == 1);
    follows(&told.leaves[1], &told.leaves[0]);
    gop_chain_destroy(&chain);
}

/* Sealing at once or late, one by one: the same leaves. */
static void when_records_are_sealed_does_not_matter(void **state)
{
    (void)state;
    struct told late = {0};
    struct told soon = {0};
    struct gop_chain *chain = chain_make(NULL, &late);
    record_gops(chain);
    for (uint64_t record = 1; record <= 4; record++)
        keep(chain, record);
    gop_chain_destroy(&chain);
    chain = chain_make(NULL, &soon);
    for (uint32_t n = 0; n < 20; n++) {
        add(chain, n, n % 10 == 0 ? SAMPLE_IDR : 0, n / 6 + 1);
        if (n % 6 == 5)
            keep(chain, n / 6 + 1);
    }
    keep(chain, 4);
    CHECK(soon.count == 1); /* the second has not ended */
    gop_chain_finish(chain);
    gop_chain_destroy(&chain);
    CHECK(late.count == 2 && soon.count == 2);
    for (size_t i = 0; i < 2; i++) {
        uint8_t a[GOP_HASH_SIZE];
        uint8_t b[GOP_HASH_SIZE];
        CHECK_OK(gop_leaf_hash(&late.leaves[i], a));
        CHECK_OK(gop_leaf_hash(&soon.leaves[i], b));
        CHECK(memcmp(a, b, sizeof a) == 0);
    }
}

static void what_is_missing_is_flagged(void **state)
{
    (void)state;
    struct told told = {0};
    struct gop_chain *chain = chain_make(NULL, &told);
    add(chain, 0, 0, 1); /* no IDR */
    add(chain, 1, SAMPLE_DISCONTINUITY, 1);
    add(chain, 2, SAMPLE_IDR, 2);
    add(chain, 3, 0, 3);
    add(chain, 4, SAMPLE_IDR, 4);
    gop_chain_finish(chain);
    keep(chain, 1);
    keep(chain, 2);
    gop_chain_on_lost(chain, 3);
    gop_chain_on_lost(chain, 4);
    CHECK(told.count == 4);
    CHECK(told.leaves[0].flags == (GOP_PARTIAL | GOP_DISCONTINUITY));
    CHECK(told.leaves[1].flags == (GOP_PARTIAL | GOP_DISCONTINUITY));
    CHECK(told.leaves[2].flags == GOP_INCOMPLETE);
    CHECK(told.leaves[2].record_count == 2);
    CHECK(told.leaves[3].flags == GOP_INCOMPLETE);
    static const uint8_t ZEROS[GOP_HASH_SIZE];
    CHECK(memcmp(told.leaves[3].content, ZEROS, sizeof ZEROS) == 0);
    gop_chain_destroy(&chain);
}

/* A record that went to another disk is written after a later one. */
static void the_order_of_writing_does_not_matter(void **state)
{
    (void)state;
    struct told told = {0};
    struct told turned = {0};
    struct gop_chain *chain = chain_make(NULL, &told);
    record_gops(chain);
    for (uint64_t record = 1; record <= 4; record++)
        keep(chain, record);
    gop_chain_destroy(&chain);
    chain = chain_make(NULL, &turned);
    record_gops(chain);
    for (uint64_t record = 1; record <= 4; record++)
        seal(chain, record);
    for (uint64_t record = 4; record > 1; record--)
        gop_chain_on_written(chain, record);
    CHECK(turned.count == 0 && !gop_chain_is_idle(chain));
    gop_chain_on_written(chain, 1);
    CHECK(turned.count == 2 && gop_chain_is_idle(chain));
    gop_chain_destroy(&chain);
    CHECK(memcmp(&told.leaves, &turned.leaves, 2 * sizeof *told.leaves) == 0);
}

/* Of a lost record the leaf says that it was there: 48 zeros. */
static void a_lost_record_has_its_place(void **state)
{
    (void)state;
    struct told told = {0};
    struct gop_chain *chain = chain_make(NULL, &told);
    uint8_t proofs[3 * 48] = {0};
    uint8_t wanted[GOP_HASH_SIZE];
    for (uint32_t n = 0; n < 3; n++)
        add(chain, n, n == 0 ? SAMPLE_IDR : 0, n + 1);
    gop_chain_finish(chain);
    keep(chain, 1);
    seal(chain, 2);
    gop_chain_on_lost(chain, 2);
    keep(chain, 3);
    CHECK(told.count == 1);
    CHECK(told.leaves[0].flags == (GOP_DISCONTINUITY | GOP_INCOMPLETE));
    memset(proofs, 1, 32);
    memset(proofs + 32, 101, 16);
    memset(proofs + 96, 3, 32);
    memset(proofs + 128, 103, 16);
    const struct bytes all = bytes_of(proofs, sizeof proofs);
    CHECK_OK(sha256(&all, 1, wanted));
    CHECK(memcmp(told.leaves[0].records, wanted, sizeof wanted) == 0);
    gop_chain_destroy(&chain);
}

/* A long GOP; where memory fails, a leaf says nothing or is not told. */
static enum status chain_with_little_memory(void *context)
{
    static const uint8_t CONFIG[] = {1};
    static const struct gop_head HEAD;
    struct told *told = context;
    struct gop_chain *chain = NULL;
    *told = (struct told){.count = 0};
    enum status s = gop_chain_create(CAMERA, &HEAD, on_leaf, told, &chain);
    if (s == STATUS_OK)
        s = gop_chain_set_config(chain, bytes_of(CONFIG, sizeof CONFIG));
    if (s != STATUS_OK) {
        gop_chain_destroy(&chain);
        return s;
    }
    for (uint32_t n = 0; n < 12; n++)
        add(chain, n, n == 0 ? SAMPLE_IDR : 0, n + 1);
    gop_chain_finish(chain);
    for (uint64_t record = 1; record <= 12; record++)
        keep(chain, record);
    gop_chain_destroy(&chain);
    bool is_whole =
        told->count == 1 && told->leaves[0].flags == GOP_DISCONTINUITY;
    return is_whole ? STATUS_OK : STATUS_NO_MEMORY;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static struct told told;
    test_every_allocation_fails(chain_with_little_memory, &told);
    CHECK(told.count == 1 && told.leaves[0].record_count == 12);
}

static void goes_on_after_a_restart(void **state)
{
    (void)state;
    struct told told = {0};
    struct gop_chain *chain = chain_make(NULL, &told);
    record_gops(chain);
    for (uint64_t record = 1; record <= 4; record++)
        keep(chain, record);
    gop_chain_destroy(&chain);
    struct told after = {0};
    chain = chain_make(&told.leaves[1], &after);
    add(chain, 25, 0, 9);
    add(chain, 26, SAMPLE_IDR, 10);
    keep(chain, 9);
    CHECK(after.count == 1);
    CHECK(after.leaves[0].flags == (GOP_PARTIAL | GOP_DISCONTINUITY));
    follows(&after.leaves[0], &told.leaves[1]);
    gop_chain_destroy(&chain);
}

static void never_grows_without_bound(void **state)
{
    (void)state;
    struct told told = {0};
    struct gop_chain *chain = chain_make(NULL, &told);
    for (uint32_t n = 0; n < GOP_CHAIN_OPEN_MAX + 3; n++)
        add(chain, n, SAMPLE_IDR, n + 1); /* none is ever sealed */
    CHECK(told.count == 3);
    CHECK((told.leaves[0].flags & GOP_INCOMPLETE) != 0);
    for (uint32_t n = 0; n < 2 * GOP_SAMPLES_MAX; n++)
        add(chain, 100 + n, 0, 200);
    CHECK(told.count == 5);
    gop_chain_destroy(&chain);
}

static void a_leaf_reads_back(void **state)
{
    (void)state;
    struct told told = {0};
    struct gop_chain *chain = chain_make(NULL, &told);
    record_gops(chain);
    for (uint64_t record = 1; record <= 4; record++)
        keep(chain, record);
    gop_chain_destroy(&chain);
    uint8_t encoded[GOP_LEAF_SIZE];
    uint8_t again[GOP_LEAF_SIZE];
    struct writer w = writer_on(encoded, sizeof encoded);
    gop_leaf_encode(&told.leaves[1], &w);
    CHECK(!writer_full(&w) || writer_written(&w).size == GOP_LEAF_SIZE);
    CHECK(writer_written(&w).size == GOP_LEAF_SIZE);
    struct gop_leaf leaf;
    struct reader in = reader_on(bytes_of(encoded, sizeof encoded));
    CHECK_OK(gop_leaf_decode(&in, &leaf));
    w = writer_on(again, sizeof again);
    gop_leaf_encode(&leaf, &w);
    CHECK(memcmp(encoded, again, sizeof again) == 0);
    /* No two encodings mean the same leaf. */
    for (size_t bit = 0; bit < GOP_LEAF_SIZE * 8; bit++) {
        uint8_t changed[GOP_LEAF_SIZE];
        memcpy(changed, encoded, sizeof changed);
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        in = reader_on(bytes_of(changed, sizeof changed));
        if (gop_leaf_decode(&in, &leaf) != STATUS_OK)
            continue;
        w = writer_on(again, sizeof again);
        gop_leaf_encode(&leaf, &w);
        CHECK(memcmp(changed, again, sizeof again) == 0);
    }
    in = reader_on(bytes_of(encoded, sizeof encoded - 1));
    CHECK_STATUS(STATUS_BAD_INPUT, gop_leaf_decode(&in, &leaf));
}

/* One microsecond of rounding at a hole is no other order; without a hole it
 * is, and so is a number that does not rise. */
static void leaves_stand_behind_each_other(void **state)
{
    (void)state;
    const struct gop_leaf last = {.sequence = 17, .span = {{100}, {200}}};
    struct gop_leaf leaf = {.sequence = 18, .span = {{200}, {300}}};
    CHECK(gop_leaf_is_behind(&leaf, &last));
    leaf.span.from.us = 199;
    CHECK(!gop_leaf_is_behind(&leaf, &last));
    leaf.flags = GOP_DISCONTINUITY;
    CHECK(gop_leaf_is_behind(&leaf, &last));
    leaf.span.from.us = 99;
    CHECK(!gop_leaf_is_behind(&leaf, &last));
    leaf.span.from.us = 250;
    leaf.sequence = 17;
    CHECK(!gop_leaf_is_behind(&leaf, &last));
}

TEST_MAIN("store/gop_chain", TEST(a_leaf_says_samples_and_records),
          TEST(when_records_are_sealed_does_not_matter),
          TEST(what_is_missing_is_flagged), TEST(the_order_of_writing_does_not_matter),
          TEST(a_lost_record_has_its_place), TEST(goes_on_after_a_restart),
          TEST(never_grows_without_bound), TEST(a_leaf_reads_back),
          TEST(every_allocation_may_fail),
          TEST(leaves_stand_behind_each_other))

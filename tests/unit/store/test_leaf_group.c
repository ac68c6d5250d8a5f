/* SPDX-License-Identifier: Apache-2.0 */
#include "store/leaf_group.h"

#include <string.h>

#include "base/cleanup.h"
#include "unit/test.h"

static struct leaf_group group_of(uint64_t sequence, bool has_salt,
                                  bool has_proof)
{
    struct leaf_group group = {
        .leaf = {.camera = 3,
                 .sequence = sequence,
                 .span = {{1000000}, {2000000}},
                 .samples = 15,
                 .record_count = 1,
                 .first_record = 7},
        .has_salt = has_salt,
        .has_proof = has_proof,
    };
    memset(group.leaf.content, 0x5a, sizeof group.leaf.content);
    if (has_salt)
        memset(group.salt, 0xa5, sizeof group.salt);
    if (has_proof)
        group.proof = (struct leaf_proof){
            .batch = 9, .index = 1, .leaves = 2, .files = 1, .count = 1};
    return group;
}

/* Several behind each other come back as they were. */
static void groups_travel(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(1 << 20);
    for (unsigned i = 0; i < 4; i++) {
        const struct leaf_group group = group_of(i + 1, i & 1, i & 2);
        leaf_group_write(&group, &out);
    }
    CHECK(!out.failed);
    struct reader in = reader_on(buffer_bytes(&out));
    for (unsigned i = 0; i < 4; i++) {
        struct leaf_group group;
        const struct leaf_group wanted = group_of(i + 1, i & 1, i & 2);
        CHECK_OK(leaf_group_read(&in, &group));
        CHECK(group.leaf.sequence == wanted.leaf.sequence);
        CHECK(group.has_salt == wanted.has_salt);
        CHECK(memcmp(group.salt, wanted.salt, sizeof group.salt) == 0);
        CHECK(group.has_proof == wanted.has_proof);
        CHECK(group.proof.batch == wanted.proof.batch);
        CHECK(group.proof.count == wanted.proof.count);
    }
    CHECK(reader_done(&in));
}

/* Every beginning is refused. */
static void cut_ones_are_refused(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(1 << 20);
    const struct leaf_group whole = group_of(1, true, true);
    leaf_group_write(&whole, &out);
    for (size_t size = 0; size < out.size; size++) {
        struct leaf_group group;
        struct reader in = reader_on(bytes_of(out.data, size));
        CHECK_STATUS(STATUS_BAD_INPUT, leaf_group_read(&in, &group));
    }
}

static void flags_are_only_those_two(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(1 << 20);
    const struct leaf_group plain = group_of(1, false, false);
    leaf_group_write(&plain, &out);
    for (size_t bit = 2; bit < 64; bit++) {
        struct leaf_group group;
        uint8_t *byte = &out.data[GOP_LEAF_SIZE + bit / 8];
        *byte ^= (uint8_t)(1u << bit % 8);
        struct reader in = reader_on(buffer_bytes(&out));
        if (bit / 8 > 0 || bit > 1)
            CHECK_STATUS(STATUS_BAD_INPUT, leaf_group_read(&in, &group));
        *byte ^= (uint8_t)(1u << bit % 8);
    }
}

TEST_MAIN("store/leaf_group", TEST(groups_travel), TEST(cut_ones_are_refused),
          TEST(flags_are_only_those_two))

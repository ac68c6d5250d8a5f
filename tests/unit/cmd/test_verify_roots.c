/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/verify/roots.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/encoding.h"
#include "base/text.h"
#include "log/entry.h"
#include "log/entry_line.h"
#include "unit/test.h"

enum { BATCH = 5, ENTRY = 12, LEAVES = 30 };

static const struct span SPAN = {{1000000}, {11000000}};

struct roots_stage {
    struct verify verify;
    struct verify_result result;
    struct batch_roots roots;
    struct merkle_hash root;
};

/* The log tells of one batch of LEAVES leaves. */
static void stage_make(struct roots_stage *stage)
{
    struct buffer line = buffer_with_limit(4096);
    struct entry entry = entry_of(ENTRY_RECORDING_ROOT);
    struct entry_line read;
    char hex[HEX_SIZE(sizeof stage->root.bytes) + 1];
    *stage = (struct roots_stage){.root = {{7}}};
    stage->verify.result = &stage->result;
    hex_encode(bytes_of(stage->root.bytes, sizeof stage->root.bytes), hex);
    entry_number(&entry, "event", 1);
    entry_time(&entry, "from", SPAN.from);
    entry_time(&entry, "to", SPAN.to);
    entry_number(&entry, "batch", BATCH);
    entry_number(&entry, "leaves", LEAVES);
    entry_text(&entry, "root", text_of(hex));
    CHECK_OK(entry_line_write(&entry, ENTRY, SPAN.to, NULL, &line));
    CHECK_OK(entry_line_read(bytes_text(buffer_bytes(&line)), &read));
    batch_roots_take(&stage->verify, &stage->roots, &read);
    CHECK(stage->roots.count == 1);
    buffer_deinit(&line);
}

static void stage_remove(struct roots_stage *stage)
{
    batch_roots_deinit(&stage->roots);
    alloc_free(stage->result.problems);
}

/* A block of a batch of two files. */
static struct leaf_batch block_of(uint16_t place, uint32_t leaves,
                                  uint32_t total)
{
    return (struct leaf_batch){.number = BATCH,
                               .leaves = leaves,
                               .total = total,
                               .span = SPAN,
                               .place = place,
                               .files = 2};
}

static void compare(struct roots_stage *stage, struct leaf_batch block)
{
    batch_roots_compare(&stage->verify, &stage->roots, &block, &stage->root,
                        "here");
}

/* How many problems it comes to. */
static size_t judged(struct roots_stage *stage)
{
    batch_roots_judge(&stage->verify, &stage->roots);
    return stage->result.problems_all;
}

static void both_files_are_as_told(void **state)
{
    (void)state;
    struct roots_stage stage;
    stage_make(&stage);
    compare(&stage, block_of(0, 20, LEAVES));
    compare(&stage, block_of(1, 10, LEAVES));
    CHECK(judged(&stage) == 0);
    stage_remove(&stage);
}

/* The power went between the blocks of two files, or one of them failed: the
 * root was made of more leaves than stand under it, and told of these. */
static void a_root_may_be_told_of_fewer_where_a_file_is_missing(void **state)
{
    (void)state;
    struct roots_stage stage;
    stage_make(&stage);
    compare(&stage, block_of(0, LEAVES, LEAVES + 10));
    CHECK(judged(&stage) == 0);
    stage_remove(&stage);
}

static void where_none_is_missing_it_is_a_lie(void **state)
{
    (void)state;
    struct roots_stage stage;
    stage_make(&stage);
    compare(&stage, block_of(0, 20, LEAVES + 10));
    compare(&stage, block_of(1, 20, LEAVES + 10));
    CHECK(judged(&stage) == 1);
    CHECK(strstr(stage.result.problems[0].what, "has 40 leaves, and not 30") !=
          NULL);
    stage_remove(&stage);
}

static void what_does_not_fit_is_told(void **state)
{
    (void)state;
    struct roots_stage stage;
    stage_make(&stage);
    compare(&stage, block_of(0, 20, LEAVES - 1)); /* fewer than were told */
    CHECK(stage.result.problems_all == 1);
    stage_remove(&stage);

    stage_make(&stage); /* two blocks that do not agree */
    compare(&stage, block_of(0, 20, LEAVES));
    compare(&stage, block_of(1, 10, LEAVES + 1));
    CHECK(stage.result.problems_all == 1);
    stage_remove(&stage);

    stage_make(&stage); /* another root; and times */
    stage.root.bytes[0] ^= 1;
    compare(&stage, block_of(0, 20, LEAVES));
    stage.root.bytes[0] ^= 1;
    struct leaf_batch late = block_of(0, 20, LEAVES);
    late.span.to.us++;
    compare(&stage, late);
    CHECK(stage.result.problems_all == 2);
    stage_remove(&stage);

    stage_make(&stage); /* a batch between those that the log has */
    struct leaf_batch older = block_of(0, 20, LEAVES);
    older.number = BATCH - 1;
    compare(&stage, older);
    CHECK(stage.result.problems_all == 1);
    older.number = BATCH + 1; /* not told yet */
    compare(&stage, older);
    CHECK(stage.result.problems_all == 1);
    stage_remove(&stage);
}

TEST_MAIN("cmd/verify_roots", TEST(both_files_are_as_told),
          TEST(a_root_may_be_told_of_fewer_where_a_file_is_missing),
          TEST(where_none_is_missing_it_is_a_lie),
          TEST(what_does_not_fit_is_told))

/* SPDX-License-Identifier: Apache-2.0 */
/* What holds keep of the leaves: whole, once, provable without the originals. */
#include "store/held_leaves.h"

#include <string.h>

#include "base/alloc.h"
#include "model/hold.h"
#include "model/policy.h"
#include "store/held.h"
#include "store/held_copy.h"
#include "store/leaf_group.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum { CAMERA = 1, HOLD = 4, SAMPLES = 200, GOPS = 20, OPEN_GOPS = 3 };

static const uint32_t SUBJECT = HOLD << HOLD_SHIFT | CAMERA;
static const uint32_t NEXT = (HOLD + 1) << HOLD_SHIFT | CAMERA;

struct world {
    struct fake_disk *disk;
    struct store_fixture fixture;
    struct merkle_hash root; /* of the first batch */
};

static struct span whole(void)
{
    return (struct span){{FIXTURE_START_US},
                         {FIXTURE_START_US + GOPS * SECOND_US}};
}

static void salt_of(uint64_t sequence, uint8_t out[LEAF_SALT_SIZE])
{
    memset(out, (int)(100 + sequence), LEAF_SALT_SIZE);
}

static const uint8_t *key_for(const void *context,
                              const struct record_row *row)
{
    static uint8_t key[UNIT_KEY_SIZE];
    (void)context;
    fixture_unit_key(row->camera, record_row_unit(row), key);
    return key;
}

/* The camera's records of the time, of whichever length. */
static struct gop_leaf make_leaf(struct world *world, uint64_t sequence)
{
    int64_t from_us =
        FIXTURE_START_US + (int64_t)(sequence - 1) * SECOND_US;
    struct gop_leaf leaf = {.camera = CAMERA,
                            .sequence = sequence,
                            .samples = FIXTURE_GOP,
                            .span = {{from_us}, {from_us + SECOND_US}}};
    struct selection records = {0};
    CHECK_OK(selection_gather(&world->fixture.store, CAMERA, leaf.span, 0,
                              &records));
    CHECK(records.count > 0);
    leaf.first_record = records.records[0].row.sequence;
    leaf.record_count = (uint32_t)records.count;
    memset(leaf.content, (int)sequence, GOP_HASH_SIZE);
    selection_deinit(&records);
    return leaf;
}

static void add_leaves(struct world *world, uint64_t first, uint64_t last)
{
    struct volume_place at = {0};
    struct volume *volume = NULL;
    CHECK_OK(store_next_touching(&world->fixture.store, whole(), &at,
                                 &volume));
    for (uint64_t i = first; i <= last; i++) {
        const struct gop_leaf leaf = make_leaf(world, i);
        CHECK_OK(store_add_leaf(&world->fixture.store, volume->number,
                                &leaf));
    }
    leaf_set_flush(&world->fixture.store.leaves);
    CHECK_OK(fixture_sync(&world->fixture));
}

/* Its block is written; told where it is also taken. */
static void close_batch(struct world *world, bool is_told)
{
    struct leaf_root root;
    CHECK_OK(leaf_set_close_batch(&world->fixture.store.leaves));
    CHECK_OK(fixture_sync(&world->fixture));
    if (!is_told)
        return;
    CHECK_OK(leaf_set_root(&world->fixture.store.leaves, false, &root));
    world->root = root.root;
}

static void open_world(struct world *world)
{
    *world = (struct world){.disk = fake_disk_create()};
    const struct file_layer *layer = fake_disk_layer(world->disk);
    const struct disk_options disk = {layer, "d1", "/v"};
    const struct fixture_disks disks = {
        .disks = &disk,
        .count = 1,
        .hold_reserve_bytes = 2 * (uint64_t)FIXTURE_VOLUME_BYTES,
    };
    CHECK_OK(layer->make_directory(layer, "/v"));
    CHECK_OK(fixture_open_disks(&world->fixture, &disks));
    CHECK_OK(fixture_record(&world->fixture, CAMERA, 1, SAMPLES));
    CHECK_OK(fixture_sync(&world->fixture));
    add_leaves(world, 1, GOPS - OPEN_GOPS);
}

static void close_world(struct world *world)
{
    fixture_close(&world->fixture);
    fake_disk_destroy(&world->disk);
}

static struct held_leaves find(struct world *world, uint32_t subject)
{
    struct held_leaves leaves;
    CHECK_OK(held_leaves_find(&world->fixture.store, subject, whole(),
                              whole().to, &leaves));
    return leaves;
}

static void check_proof(const struct world *world,
                        const struct held_leaf *leaf)
{
    uint8_t block[LEAF_BLOCK_SIZE];
    struct writer w = writer_on(block, sizeof block);
    struct merkle_hash hash;
    struct merkle_hash root;
    gop_leaf_encode(&leaf->leaf, &w);
    CHECK_OK(merkle_leaf(writer_written(&w), &hash));
    CHECK_OK(leaf_proof_root(&leaf->proof, &hash, &root));
    CHECK(memcmp(&root, &world->root, sizeof root) == 0);
}

static void copy_records(struct world *world, uint32_t subject)
{
    struct held_slice slice;
    CHECK_OK(held_slice_make(&world->fixture.store, subject, whole(),
                             &slice));
    for (size_t i = 0; i < slice.records.count; i++) {
        const struct selected *record = &slice.records.records[i];
        struct buffer plain = buffer_with_limit(RECORD_STORED_MAX);
        uint8_t key[UNIT_KEY_SIZE];
        fixture_unit_key(subject, slot_start(record->row.start, HOLD_UNIT_S),
                         key);
        struct held_copy copy = {
            .subject = subject, .key = key, .key_for = key_for};
        CHECK_OK(held_copy_make(&world->fixture.store, record, &plain, &copy));
        const struct intake_record taken = {.class_id = HOLD_CLASS,
                                            .header = &copy.header,
                                            .bytes = copy.bytes,
                                            .size = copy.size};
        CHECK_OK(intake_add(&world->fixture.intake, &taken));
        buffer_deinit(&plain);
    }
    held_slice_deinit(&slice);
    CHECK_OK(fixture_sync(&world->fixture));
}

/* Blocks of it that are put down: all, or as many as a power cut leaves. */
static void keep(struct world *world, const struct held_leaves *leaves,
                 uint32_t subject, size_t blocks_max)
{
    CHECK(leaves->volume != 0);
    for (size_t i = 0; i < leaves->count; i++) {
        uint8_t blocks[HELD_LEAF_BYTES_MAX];
        uint8_t key[UNIT_KEY_SIZE];
        uint8_t salt[LEAF_SALT_SIZE];
        size_t size = 0;
        memset(key, (int)subject, sizeof key);
        salt_of(leaves->list[i].leaf.sequence, salt);
        CHECK_OK(held_leaf_seal(&leaves->list[i], subject, key, salt, blocks,
                                &size));
        CHECK(size % LEAF_BLOCK_SIZE == 0 && size > 2 * LEAF_BLOCK_SIZE);
        if (size > blocks_max * LEAF_BLOCK_SIZE)
            size = blocks_max * LEAF_BLOCK_SIZE;
        CHECK_OK(store_add_held_leaf(&world->fixture.store, leaves->volume,
                                     bytes_of(blocks, size)));
    }
    CHECK_STATUS(STATUS_AGAIN,
                 leaf_set_is_held(&world->fixture.store.leaves,
                                  leaves->volume));
    leaf_set_flush(&world->fixture.store.leaves);
    CHECK_OK(fixture_sync(&world->fixture));
    CHECK_OK(leaf_set_is_held(&world->fixture.store.leaves, leaves->volume));
}

static void a_leaf_is_found_when_its_root_is_told(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    struct held_leaves leaves = find(&world, SUBJECT);
    CHECK(leaves.count == 0 && leaves.is_behind);
    held_leaves_deinit(&leaves);
    close_batch(&world, false); /* durable, and not told yet */
    leaves = find(&world, SUBJECT);
    CHECK(leaves.count == 0 && leaves.is_behind);
    held_leaves_deinit(&leaves);
    struct leaf_root root;
    CHECK_OK(leaf_set_root(&world.fixture.store.leaves, false, &root));
    world.root = root.root;
    leaves = find(&world, SUBJECT);
    CHECK(leaves.count == GOPS - OPEN_GOPS && leaves.is_behind);
    for (size_t i = 0; i < leaves.count; i++) {
        const struct held_leaf *leaf = &leaves.list[i];
        CHECK(leaf->leaf.sequence == i + 1 && leaf->subject == CAMERA &&
              leaf->unit_s == FIXTURE_UNIT_S);
        CHECK(leaf->unit.us ==
              slot_start(leaf->leaf.span.from, FIXTURE_UNIT_S).us);
        check_proof(&world, leaf);
    }
    held_leaves_deinit(&leaves);
    add_leaves(&world, GOPS - OPEN_GOPS + 1, GOPS);
    close_batch(&world, true);
    leaves = find(&world, SUBJECT);
    CHECK(leaves.count == GOPS && !leaves.is_behind && leaves.there == 0);
    check_proof(&world, &leaves.list[GOPS - 1]);
    held_leaves_deinit(&leaves);
    close_world(&world);
}

static void only_whole_groups_of_the_span_are_wanted(void **state)
{
    (void)state;
    struct world world;
    struct held_leaves leaves;
    open_world(&world);
    close_batch(&world, true);
    /* From the middle of group 3 to the middle of group 8. */
    struct span span = {{FIXTURE_START_US + 2 * SECOND_US + 500000},
                        {FIXTURE_START_US + 7 * SECOND_US + 500000}};
    CHECK_OK(held_leaves_find(&world.fixture.store, SUBJECT, span, span.to,
                              &leaves));
    CHECK(leaves.count == 4 && leaves.list[0].leaf.sequence == 4);
    CHECK(leaves.list[3].leaf.sequence == 7 && !leaves.is_behind);
    held_leaves_deinit(&leaves);
    close_world(&world);
}

static void what_is_kept_is_kept_once_and_outlives_the_rest(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    close_batch(&world, true);
    copy_records(&world, SUBJECT);
    struct held_leaves leaves = find(&world, SUBJECT);
    CHECK(leaves.count == GOPS - OPEN_GOPS);
    keep(&world, &leaves, SUBJECT, 2); /* leaf and salt, torn before the proof */
    held_leaves_deinit(&leaves);
    leaves = find(&world, SUBJECT);
    CHECK(leaves.count == GOPS - OPEN_GOPS && leaves.there == 0);
    keep(&world, &leaves, SUBJECT, SIZE_MAX / LEAF_BLOCK_SIZE);
    held_leaves_deinit(&leaves);
    leaves = find(&world, SUBJECT);
    CHECK(leaves.count == 0 && leaves.there == GOPS - OPEN_GOPS);
    held_leaves_deinit(&leaves);

    /* The originals go; another hold goes on from the first one. */
    CHECK(fixture_forget(&world.fixture, CAMERA, fixture_all()) > 0);
    copy_records(&world, NEXT);
    leaves = find(&world, NEXT);
    CHECK(leaves.count == GOPS - OPEN_GOPS && leaves.there == 0);
    for (size_t i = 0; i < leaves.count; i++) {
        uint8_t key[UNIT_KEY_SIZE];
        uint8_t salt[LEAF_SALT_SIZE];
        uint8_t right[LEAF_SALT_SIZE];
        const struct held_leaf *leaf = &leaves.list[i];
        memset(key, (int)SUBJECT, sizeof key);
        salt_of(leaf->leaf.sequence, right);
        CHECK(leaf->subject == SUBJECT && leaf->unit_s == HOLD_UNIT_S);
        CHECK_OK(held_salt_open(&leaf->salt, key, salt));
        CHECK(memcmp(salt, right, sizeof salt) == 0);
        check_proof(&world, leaf);
    }
    held_leaves_deinit(&leaves);
    close_world(&world);
}

/* For a reader outside: the camera's own first, then the newest hold's. */
static void a_reader_finds_what_holds_keep(void **state)
{
    (void)state;
    struct world world;
    struct leaf_groups groups = {.count = 0};
    open_world(&world);
    close_batch(&world, true);
    const uint32_t holds[] = {SUBJECT, NEXT};
    for (size_t i = 0; i < 2; i++) {
        copy_records(&world, holds[i]);
        struct held_leaves leaves = find(&world, holds[i]);
        keep(&world, &leaves, holds[i], SIZE_MAX / LEAF_BLOCK_SIZE);
        held_leaves_deinit(&leaves);
    }
    CHECK_OK(leaf_groups_gather(&world.fixture.store, CAMERA, whole(), whole(),
                                &groups));
    CHECK(groups.count == 3 * (GOPS - OPEN_GOPS));
    const uint32_t places[] = {CAMERA, NEXT, SUBJECT};
    for (size_t i = 0; i < groups.count; i++) {
        uint8_t key[UNIT_KEY_SIZE];
        uint8_t salt[LEAF_SALT_SIZE];
        uint8_t right[LEAF_SALT_SIZE];
        const struct kept_group *kept = &groups.list[i];
        const struct held_leaf leaf = {.leaf = kept->group.leaf,
                                       .proof = kept->group.proof};
        CHECK(kept->group.leaf.sequence == i / 3 + 1);
        CHECK(kept->subject == places[i % 3] && !kept->group.has_salt);
        CHECK(kept->group.has_proof);
        check_proof(&world, &leaf);
        if (kept->subject == CAMERA)
            continue;
        memset(key, (int)kept->subject, sizeof key);
        salt_of(kept->group.leaf.sequence, right);
        CHECK_OK(held_salt_open(&kept->held, key, salt));
        CHECK(memcmp(salt, right, sizeof salt) == 0);
    }
    leaf_groups_deinit(&groups);
    close_world(&world);
}

static enum status gather_once(void *context)
{
    struct world *world = context;
    struct leaf_groups groups = {.count = 0};
    enum status s = leaf_groups_gather(&world->fixture.store, CAMERA, whole(),
                                       whole(), &groups);
    leaf_groups_deinit(&groups);
    return s;
}

static enum status find_once(void *context)
{
    struct world *world = context;
    struct held_leaves leaves;
    enum status s = held_leaves_find(&world->fixture.store, SUBJECT, whole(),
                                     whole().to, &leaves);
    if (s == STATUS_OK)
        held_leaves_deinit(&leaves);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    close_batch(&world, true);
    copy_records(&world, SUBJECT);
    test_every_allocation_fails(find_once, &world);
    test_every_allocation_fails(gather_once, &world);
    close_world(&world);
}

TEST_MAIN("store/held_leaves", TEST(a_leaf_is_found_when_its_root_is_told),
          TEST(only_whole_groups_of_the_span_are_wanted),
          TEST(what_is_kept_is_kept_once_and_outlives_the_rest),
          TEST(a_reader_finds_what_holds_keep),
          TEST(every_allocation_may_fail))

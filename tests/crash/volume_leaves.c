/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power cuts while records and the leaves of their pictures are written, at
 * every call to the disk and in every way in which it forgets; then a start,
 * more recording, and another look at all leaf files:
 *
 *   - a leaf's records stand as it says; one that is missing was told as lost,
 *     or its time is in the gap behind what the start found;
 *   - each leaf follows the one before it, by number and by hash;
 *   - as many leaves as a told root speaks of are there, under that root.
 *
 * The cameras are of two classes, and a batch has a part in the files of both.
 * Known-bad variants, which the same check must catch: a start that gives the
 * numbers of lost records once more, a root that is told before its leaves are
 * durable, and a start that tells of a root all that the batch was made of.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "crypto/hash.h"
#include "support/crash_count.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum {
    CAMERAS = 2,
    CLASSES = 2, /* a camera in each */
    ROUNDS = 4,
    ROUND_SAMPLES = 15, /* a GOP of ten stands in one record or two */
    AGAIN_FROM = 1000,  /* samples after the start: a gap before them */
    LEAVES_MAX = 256,
    RECORDS_MAX = 256,
    ROOTS_MAX = 32,
    PROOF_SIZE = RECORD_COMMITMENT_SIZE + AEAD_TAG_SIZE,
};

static const char DIRECTORY[] = "/volumes";

enum variant {
    VARIANT_RIGHT,
    VARIANT_SAME_NUMBERS,
    VARIANT_EARLY,
    VARIANT_ALL,
    VARIANTS
};

static const char *const NAMES[VARIANTS] = {
    NULL, "lost records' numbers given again",
    "root told before its leaves are durable",
    "root told at a start for files that do not have it"};

/* All that stands on the disk. */
struct found {
    struct gop_leaf leaves[LEAVES_MAX];
    struct merkle_hash hashes[LEAVES_MAX];
    size_t leaf_count;
    struct record_header records[RECORDS_MAX];
    size_t record_count;
    struct leaf_root batches[ROOTS_MAX]; /* a file's part of each */
    uint32_t totals[ROOTS_MAX];
    size_t batch_count;
    struct merkle_range range; /* since the last batch in this file */
    bool is_batch_wrong;
};

struct told {
    struct leaf_root roots[ROOTS_MAX];
    size_t count;
};

/* ---- what is there ---- */

static bool take_block(void *context, const struct leaf_block *block)
{
    struct found *found = context;
    struct merkle_hash hash;
    if (block->kind == LEAF_BLOCK_LEAF) {
        CHECK(found->leaf_count < LEAVES_MAX);
        CHECK_OK(merkle_leaf(bytes_of(block->bytes, LEAF_BLOCK_SIZE), &hash));
        CHECK_OK(merkle_range_add(&found->range, &hash));
        found->leaves[found->leaf_count] = block->leaf;
        found->hashes[found->leaf_count++] = hash;
    } else if (block->kind == LEAF_BLOCK_BATCH) {
        CHECK(found->batch_count < ROOTS_MAX);
        found->totals[found->batch_count] = block->batch.total;
        struct leaf_root *root = &found->batches[found->batch_count++];
        *root = (struct leaf_root){.batch = block->batch.number,
                                   .leaves = block->batch.leaves};
        CHECK_OK(leaf_batch_root(&block->batch, &root->root));
        found->is_batch_wrong |=
            found->range.count == 0 ||
            merkle_range_root(&found->range, &hash) != STATUS_OK ||
            memcmp(&hash, &block->batch.part, sizeof hash) != 0;
        found->range.count = 0;
    }
    return true;
}

static bool take_record(void *context, uint64_t offset,
                        const struct record_header *header)
{
    struct found *found = context;
    (void)offset;
    CHECK(found->record_count < RECORDS_MAX);
    found->records[found->record_count++] = *header;
    return true;
}

struct looking {
    struct fake_disk *disk;
    struct found *found;
};

static void on_name(void *context, const char *name)
{
    const struct looking *looking = context;
    const struct file_layer *layer = fake_disk_layer(looking->disk);
    char path[PATH_SIZE];
    uint16_t class_id = 0;
    uint32_t number = 0;
    AUTO(file_close) struct file *file = NULL;
    uint64_t end = 0;
    size_t damaged = 0;
    bool is_leaves =
        leaf_file_name_parse(name, &class_id, &number) == STATUS_OK;
    if (!is_leaves &&
        volume_name_parse(name, &class_id, &number) != STATUS_OK)
        return;
    (void)snprintf(path, sizeof path, "%s/%s", DIRECTORY, name);
    if (is_leaves) {
        looking->found->range.count = 0;
        CHECK_OK(file_open(layer, path, FILE_READ, &file));
        CHECK_OK(leaf_file_read(file, take_block, looking->found, &end));
        return;
    }
    struct volume_header header;
    CHECK_OK(volume_open(layer, path, FILE_READ, &header, &file));
    CHECK_OK(volume_scan(file, VOLUME_HEADER_SIZE, header.size, take_record,
                         looking->found, &end, &damaged));
}

static struct found *look(struct fake_disk *disk)
{
    struct found *found = alloc_zeroed(sizeof *found);
    assert_non_null(found);
    struct looking looking = {disk, found};
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->list(layer, DIRECTORY, on_name, &looking));
    return found;
}

/* ---- what must hold of it ---- */

static int64_t inside(struct span part, struct span span)
{
    int64_t from_us = part.from.us > span.from.us ? part.from.us
                                                  : span.from.us;
    int64_t to_us = part.to.us < span.to.us ? part.to.us : span.to.us;
    return to_us > from_us ? to_us - from_us : 0;
}

static const struct record_header *record_of(const struct found *found,
                                             uint32_t camera,
                                             uint64_t sequence)
{
    for (size_t i = 0; i < found->record_count; i++) {
        if (found->records[i].camera == camera &&
            found->records[i].sequence == sequence)
            return &found->records[i];
    }
    return NULL;
}

/* How much of the leaf's time the recorder has an explanation for. */
static int64_t explained_us(const struct store_fixture *fixture,
                            const struct gop_leaf *leaf, struct span gap)
{
    int64_t us = inside(gap, leaf->span);
    for (size_t i = 0; i < fixture->lost_count; i++) {
        if (fixture->lost[i].camera == leaf->camera)
            us += inside(fixture->lost[i].span, leaf->span);
    }
    return us;
}

/* Its records are as it says, or what is missing of them is explained. */
static bool is_true(const struct found *found,
                    const struct store_fixture *fixture,
                    const struct gop_leaf *leaf, struct span gap)
{
    uint8_t proofs[16 * PROOF_SIZE] = {0};
    uint8_t records[SHA256_SIZE];
    int64_t known_us = explained_us(fixture, leaf, gap);
    bool is_missing = false;
    CHECK(leaf->record_count <= 16);
    for (uint32_t i = 0; i < leaf->record_count; i++) {
        const struct record_header *header =
            record_of(found, leaf->camera, leaf->first_record + i);
        is_missing |= header == NULL;
        if (header == NULL)
            continue;
        memcpy(proofs + (size_t)i * PROOF_SIZE, header->commitment,
               RECORD_COMMITMENT_SIZE);
        memcpy(proofs + (size_t)i * PROOF_SIZE + RECORD_COMMITMENT_SIZE,
               header->tag, AEAD_TAG_SIZE);
        known_us += inside((struct span){header->start, record_end(header)},
                           leaf->span);
    }
    struct bytes all =
        bytes_of(proofs, (size_t)leaf->record_count * PROOF_SIZE);
    CHECK_OK(sha256(&all, 1, records));
    if (memcmp(records, leaf->records, sizeof records) == 0)
        return true;
    return is_missing && known_us >= leaf->span.to.us - leaf->span.from.us;
}

static bool has_chain(const struct found *found, uint32_t camera)
{
    const struct merkle_hash *before = NULL;
    uint64_t sequence = 0;
    for (size_t i = 0; i < found->leaf_count; i++) {
        const struct gop_leaf *leaf = &found->leaves[i];
        if (leaf->camera != camera)
            continue;
        if (leaf->sequence != sequence + 1 ||
            (before != NULL &&
             memcmp(leaf->previous, before, GOP_HASH_SIZE) != 0))
            return false;
        sequence = leaf->sequence;
        before = &found->hashes[i];
    }
    return true;
}

static bool has_roots(const struct found *found, const struct told *told)
{
    for (size_t i = 0; i < told->count; i++) {
        const struct leaf_root *root = &told->roots[i];
        uint32_t leaves = 0;
        for (size_t j = 0; j < found->batch_count; j++) {
            const struct leaf_root *part = &found->batches[j];
            if (part->batch == root->batch &&
                memcmp(&part->root, &root->root, sizeof part->root) == 0)
                leaves += part->leaves;
        }
        if (leaves < root->leaves)
            return false;
    }
    return !found->is_batch_wrong;
}

static bool all_holds(struct fake_disk *disk,
                      const struct store_fixture *fixture,
                      const struct told *told, const struct span *gaps)
{
    struct found *found = look(disk);
    bool holds = has_roots(found, told);
    for (uint32_t camera = 1; camera <= CAMERAS; camera++)
        holds &= has_chain(found, camera);
    for (size_t i = 0; holds && i < found->leaf_count; i++)
        holds = is_true(found, fixture, &found->leaves[i],
                        gaps[found->leaves[i].camera - 1]);
    alloc_free(found);
    return holds;
}

/* ---- schedules ---- */

static enum status open_it(struct fake_disk *disk,
                           struct store_fixture *fixture)
{
    enum status s =
        fixture_open(fixture, fake_disk_layer(disk), DIRECTORY, NULL);
    fixture->makes_leaves = s == STATUS_OK;
    fixture->classes = CLASSES;
    return s;
}

static enum status end_batch(struct store_fixture *fixture, bool is_early,
                             struct told *told)
{
    struct leaf_set *set = &fixture->store.leaves;
    struct leaf_root root;
    enum status s = leaf_set_close_batch(set);
    if (s == STATUS_END)
        return STATUS_OK;
    if (s == STATUS_OK && is_early && told->count < ROOTS_MAX)
        told->roots[told->count++] = set->root;
    if (s == STATUS_OK)
        s = fixture_sync(fixture);
    if (s == STATUS_OK)
        s = leaf_set_root(set, false, &root);
    if (s == STATUS_OK && !is_early && told->count < ROOTS_MAX)
        told->roots[told->count++] = root;
    return s;
}

/* True if power did not go. */
static bool record_rounds(struct fake_disk *disk, enum variant variant,
                          struct told *told)
{
    struct store_fixture fixture;
    if (open_it(disk, &fixture) != STATUS_OK)
        return false;
    enum status s = STATUS_OK;
    for (uint64_t round = 0; s == STATUS_OK && round < ROUNDS; round++) {
        s = fixture_record(&fixture, CAMERAS, round * ROUND_SAMPLES,
                           (round + 1) * ROUND_SAMPLES - 1);
        if (s == STATUS_OK && round % 2 == 0)
            s = fixture_sync(&fixture);
        if (s == STATUS_OK)
            s = end_batch(&fixture, variant == VARIANT_EARLY, told);
    }
    fixture_close(&fixture);
    return s == STATUS_OK;
}

/* What the last start did not come to tell is told by this one. */
static void tell_untold(struct fake_disk *disk, struct leaf_root root,
                        enum variant variant, struct told *told)
{
    uint64_t newest =
        told->count == 0 ? 0 : told->roots[told->count - 1].batch;
    if (root.leaves == 0 || root.batch <= newest)
        return;
    struct found *found = look(disk);
    for (size_t i = 0; variant == VARIANT_ALL && i < found->batch_count; i++) {
        if (found->batches[i].batch == root.batch)
            root.leaves = found->totals[i];
    }
    alloc_free(found);
    CHECK(told->count < ROOTS_MAX);
    told->roots[told->count++] = root;
}

static bool start_again(struct fake_disk *disk, enum variant variant,
                        struct told *told)
{
    struct store_fixture fixture;
    struct span gaps[CAMERAS];
    CHECK_OK(open_it(disk, &fixture));
    struct leaf_set *set = &fixture.store.leaves;
    for (size_t i = 0; variant == VARIANT_SAME_NUMBERS && i < set->head_count;
         i++)
        set->heads[i].last_record = 0;
    tell_untold(disk, set->untold, variant, told);
    for (uint32_t camera = 1; camera <= CAMERAS; camera++)
        gaps[camera - 1] = (struct span){
            store_recorded_until(&fixture.store, camera),
            {FIXTURE_START_US + AGAIN_FROM * (int64_t)FIXTURE_SAMPLE_US}};
    bool holds = all_holds(disk, &fixture, told, gaps);
    CHECK_OK(fixture_record(&fixture, CAMERAS, AGAIN_FROM, AGAIN_FROM + 44));
    CHECK_OK(fixture_sync(&fixture));
    CHECK_OK(end_batch(&fixture, false, told));
    holds &= all_holds(disk, &fixture, told, gaps);
    fixture_close(&fixture);
    return holds;
}

static struct fake_disk *fresh_disk(void)
{
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->make_directory(layer, DIRECTORY));
    CHECK_OK(layer->sync_directory(layer, "/"));
    return disk;
}

/* Cuts the power at every call in turn, in every way; how many cuts broke a
 * promise. */
static size_t cut_everywhere(enum variant variant)
{
    size_t broken = 0;
    size_t cuts = 0;
    for (int mode = 0; mode < FAKE_CRASH_MODES; mode++) {
        bool has_run_through = false;
        for (size_t n = 1; !has_run_through; n++) {
            struct fake_disk *disk = fresh_disk();
            struct told told = {.count = 0};
            fake_disk_power_off_at(disk, n);
            has_run_through = record_rounds(disk, variant, &told);
            fake_disk_crash(disk, (enum fake_crash)mode, n);
            bool holds = start_again(disk, variant, &told);
            if (!holds && variant == VARIANT_RIGHT)
                (void)printf("# violation: mode %d, call %zu\n", mode, n);
            broken += !holds;
            cuts++;
            fake_disk_destroy(&disk);
        }
    }
    crash_tell("records and leaves, power cut at every call", NAMES[variant],
               cuts, broken);
    return broken;
}

static void leaves_and_records_agree_after_a_power_cut(void **state)
{
    (void)state;
    assert_int_equal(cut_everywhere(VARIANT_RIGHT), 0);
}

static void known_bad_variants_are_caught(void **state)
{
    (void)state;
    CHECK(cut_everywhere(VARIANT_SAME_NUMBERS) > 0);
    CHECK(cut_everywhere(VARIANT_EARLY) > 0);
    CHECK(cut_everywhere(VARIANT_ALL) > 0);
}

TEST_MAIN("crash/volume_leaves",
          TEST(leaves_and_records_agree_after_a_power_cut),
          TEST(known_bad_variants_are_caught))

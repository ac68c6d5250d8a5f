/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/rotation_real_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "keys/root_files.h"
#include "keys/deaths.h"
#include "keys/rotation.h"
#include "support/fake_disk.h"

enum {
    ROUNDS = 3,
    ATTEMPTS = 4,
    SECTOR_BYTES = 512,
    /* Camera 1 has a seed a round, which dies of age in the next. Of one hour
     * of camera 2, each round has some minutes destroyed by order. */
    AGING = 1,
    ORDERED = 2,
    MINUTES = 60,
    MINUTE_S = 60,
    EACH_ROUND = 15, /* minutes of the hour: */
    FIRST_DYING = 3, /* of these, from the fourth */
    FIRST_KEPT = 8,  /* to the eighth die */
};

enum { LIVE_ROOTS = 4 };

/* What a root was tried at already: an image that it does not open it will
 * never open. */
struct tried {
    uint8_t root[ROOT_SIZE];
    size_t count;
    bool opens[IMAGES_MAX];
};

struct world {
    struct file_layer layer; /* first: found by its address */
    struct fake_disk *disk;
    struct fault faults[FAULTS];
    int fault; /* index of the next */
    int writes;
    int bad_sector; /* -1: none; goes bad at the next start */
    /* the thief */
    uint8_t *images; /* IMAGES_MAX of IMAGE_SIZE, sealed tables */
    size_t image_count;
    struct tried tried[LIVE_ROOTS];
    /* the keeper */
    struct rotation *rotation;
    struct key_state state;
    /* the judge */
    bool is_bad;             /* the known-bad variant: the seed stays */
    struct key_state before; /* what was in use when it last worked */
    struct key_seed hour;    /* of camera 2, and what it opens */
    struct unit_keys minutes[MINUTES];
    int64_t doomed_until;    /* slots before this may be gone */
    int64_t erased_until;    /* and before this must not open */
    bool has_lost, has_opened, was_refused;
};

_Noreturn void real_give_up(const char *why)
{
    (void)printf("Bail out! %s\n", why); /* stderr is off */
    exit(2);
}

static void need(enum status s)
{
    if (s != STATUS_OK)
        real_give_up(status_name(s));
}

/* ---- the layer between ----------------------------------------------------
 */

static struct world *world_of(const struct file *file)
{
    return (struct world *)(uintptr_t)file->layer;
}

/* The fake disk sees its own files. */
static const struct file_layer *below(struct world *world, struct file *file)
{
    file->layer = fake_disk_layer(world->disk);
    return file->layer;
}

static enum status model_open(const struct file_layer *layer, const char *path,
                              unsigned flags, struct file **out)
{
    struct world *world = (struct world *)(uintptr_t)layer;
    const struct file_layer *real = fake_disk_layer(world->disk);
    enum status s = real->open(real, path, flags, out);
    if (s == STATUS_OK)
        (*out)->layer = layer;
    return s;
}

static void model_close(struct file **file)
{
    below(world_of(*file), *file)->close(file);
}

static enum status model_read(struct file *file, uint64_t offset, void *out,
                              size_t size)
{
    struct world *world = world_of(file);
    enum status s = below(world, file)->read_at(file, offset, out, size);
    file->layer = &world->layer;
    return s;
}

/* Every other sector, or the first half. */
static void write_torn(struct world *world, struct file *file, uint64_t offset,
                       struct bytes bytes)
{
    const struct file_layer *real = below(world, file);
    bool alternates = world->fault % 2 == 0;
    for (size_t at = 0; at < bytes.size; at += SECTOR_BYTES) {
        bool is_new =
            alternates ? at / SECTOR_BYTES % 2 == 1 : at < bytes.size / 2;
        uint8_t block[4096];
        size_t in_block = at % sizeof block;
        if (real->read_at(file, offset + at - in_block, block, sizeof block) !=
            STATUS_OK)
            memset(block, 0, sizeof block); /* a bad sector */
        if (is_new)
            memcpy(block + in_block, bytes.data + at, SECTOR_BYTES);
        need(real->write_at(file, offset + at - in_block,
                            bytes_of(block, sizeof block)));
    }
}

static void steal(struct world *world, struct bytes bytes)
{
    struct table_claim claim;
    if (table_claim_read(bytes, &claim) != STATUS_OK)
        return; /* a root */
    if (world->image_count > 0 &&
        memcmp(world->images + (world->image_count - 1) * IMAGE_SIZE,
               bytes.data, bytes.size) == 0)
        return; /* the second copy */
    if (world->image_count == IMAGES_MAX || bytes.size > IMAGE_SIZE)
        real_give_up("more images than thought");
    memcpy(world->images + world->image_count++ * IMAGE_SIZE, bytes.data,
           bytes.size);
}

static enum status model_write(struct file *file, uint64_t offset,
                               struct bytes bytes)
{
    struct world *world = world_of(file);
    enum status s = STATUS_OK;
    steal(world, bytes);
    const struct fault *fault =
        world->fault < FAULTS ? &world->faults[world->fault] : NULL;
    bool is_hit = fault != NULL && !fake_disk_is_off(world->disk) &&
                  fault->after >= 0 && world->writes++ == fault->after;
    if (!is_hit || fault->outcome == DONE)
        s = below(world, file)->write_at(file, offset, bytes);
    else if (fault->outcome == TORN)
        write_torn(world, file, offset, bytes);
    if (is_hit) {
        s = STATUS_IO;
        world->fault++;
        world->writes = 0;
        if (fault->is_crash) {
            /* The next call finds no power. */
            uint64_t size = 0;
            fake_disk_power_off_at(world->disk, 1);
            (void)!below(world, file)->size(file, &size);
        }
    }
    file->layer = &world->layer;
    return s;
}

static enum status model_sync(struct file *file)
{
    struct world *world = world_of(file);
    enum status s = below(world, file)->sync(file);
    file->layer = &world->layer;
    return s;
}

static enum status model_size(struct file *file, uint64_t *out)
{
    struct world *world = world_of(file);
    enum status s = below(world, file)->size(file, out);
    file->layer = &world->layer;
    return s;
}

static enum status model_preallocate(struct file *file, uint64_t size)
{
    struct world *world = world_of(file);
    enum status s = below(world, file)->preallocate(file, size);
    file->layer = &world->layer;
    return s;
}

static enum status model_sync_directory(const struct file_layer *layer,
                                        const char *path)
{
    struct world *world = (struct world *)(uintptr_t)layer;
    const struct file_layer *real = fake_disk_layer(world->disk);
    return real->sync_directory(real, path);
}

/* ---- the judge ----------------------------------------------------------- */

/* Slots of AGING are 24 a round: the limit tells the rounds that have doomed
 * something. */
static bool is_ordered(int minute, int64_t limit)
{
    return minute / EACH_ROUND < limit / 24 &&
           minute % EACH_ROUND >= FIRST_DYING &&
           minute % EACH_ROUND < FIRST_KEPT;
}

/* Whether it opens this minute of ORDERED. */
static bool opens_minute(const struct world *world,
                         const struct key_state *state, int minute)
{
    struct unit_keys keys;
    struct wall_time die_at;
    const struct wall_time start = {minute * MINUTE_S * (int64_t)SECOND_US};
    return key_table_unit(&state->table, ORDERED, start, MINUTE_S, &keys,
                          &die_at) == STATUS_OK &&
           memcmp(&keys, &world->minutes[minute], sizeof keys) == 0;
}

/* Whether anything is there that was doomed up to the limit. */
static bool holds_doomed(const struct world *world,
                         const struct key_state *state, int64_t limit)
{
    for (size_t i = 0; i < state->table.count; i++) {
        const struct key_chunk *chunk = &state->table.chunks[i];
        for (unsigned k = 0; k < key_chunk_cells(chunk); k++) {
            if (key_chunk_has(chunk, k) && chunk->subject == AGING &&
                key_chunk_slot(chunk, k).number < limit)
                return true;
        }
    }
    for (int minute = 0; minute < MINUTES; minute++) {
        if (is_ordered(minute, limit) && opens_minute(world, state, minute))
            return true;
    }
    return false;
}

/* Whether a stolen table with a destroyed seed opens with this root. */
static void try_root(struct world *world, struct tried *tried)
{
    for (size_t i = 0; i < world->image_count; i++) {
        struct bytes image =
            bytes_of(world->images + i * IMAGE_SIZE, IMAGE_SIZE);
        const struct bytes copies[TABLE_COPIES] = {image, {NULL, 0}};
        AUTO(key_state_deinit) struct key_state found = {0};
        struct table_damage damage;
        if (i >= tried->count)
            tried->opens[i] = table_header_opens(image, tried->root);
        if (tried->opens[i] &&
            table_decode(copies, tried->root, &found, &damage) == STATUS_OK &&
            holds_doomed(world, &found, world->erased_until))
            world->has_opened = true;
    }
    tried->count = world->image_count;
}

static void look_for_the_dead(struct world *world)
{
    const struct file_layer *real = fake_disk_layer(world->disk);
    static const char *const NAMES[] = {"/keys/root-0", "/keys/root-1"};
    uint8_t last[ROOT_SIZE] = {0};
    for (int cell = 0; cell < LIVE_ROOTS; cell++) {
        struct file *file = NULL;
        uint8_t root[ROOT_SIZE];
        need(file_open(real, NAMES[cell / 2], FILE_READ, &file));
        enum status s = root_file_read(file, (unsigned)cell % 2, root);
        file_close(&file);
        if (s != STATUS_OK || memcmp(root, last, sizeof root) == 0)
            continue; /* a bad sector, or the same again */
        memcpy(last, root, sizeof last);
        struct tried *tried = &world->tried[cell];
        if (memcmp(tried->root, root, sizeof root) != 0)
            *tried = (struct tried){0};
        memcpy(tried->root, root, sizeof root);
        try_root(world, tried);
    }
}

/* Everything that was in use and not doomed is in use again. */
static void look_for_the_living(struct world *world)
{
    size_t missing = 0;
    for (size_t i = 0; i < world->before.table.count; i++) {
        const struct key_chunk *chunk = &world->before.table.chunks[i];
        for (unsigned k = 0; k < key_chunk_cells(chunk); k++) {
            struct key_slot slot = key_chunk_slot(chunk, k);
            if (chunk->subject != AGING || !key_chunk_has(chunk, k) ||
                slot.number < world->doomed_until)
                continue;
            const struct key_seed *seed =
                key_table_find(&world->state.table, &slot);
            missing +=
                seed == NULL ||
                memcmp(seed->bytes, chunk->of.seeds[k].bytes, SEED_SIZE) != 0;
        }
    }
    for (int minute = 0; minute < MINUTES; minute++)
        missing += !is_ordered(minute, world->doomed_until) &&
                   !opens_minute(world, &world->state, minute);
    if (missing > 0)
        world->has_lost = true;
}

static void remember(struct world *world)
{
    key_state_deinit(&world->before);
    need(key_state_copy(&world->state, &world->before));
    if (rotation_erasure_is_due(world->rotation))
        return;
    /* An attempt that did not come through leaves its doomed alive. */
    if (holds_doomed(world, &world->state, world->doomed_until))
        world->doomed_until = world->erased_until;
    else
        world->erased_until = world->doomed_until;
    look_for_the_dead(world);
}

/* ---- the keeper ---------------------------------------------------------- */

static void go_bad(struct world *world)
{
    static const char *const NAMES[] = {
        "/keys/root-0",   "/keys/root-1",   "/keys/table-0a", "/keys/table-0b",
        "/keys/table-1a", "/keys/table-1b", "/keys/spare-a",  "/keys/spare-b"};
    int sector = world->bad_sector;
    world->bad_sector = -1;
    if (sector < 0)
        return;
    int file = sector < 4 ? sector / 2 : 2 + (sector - 4) / TABLE_SECTORS;
    int at = sector < 4 ? sector % 2 : (sector - 4) % TABLE_SECTORS;
    fake_disk_break_sectors(world->disk, NAMES[file], (uint64_t)at * 4096,
                            4096);
}

static void power_cycle(struct world *world)
{
    rotation_close(&world->rotation);
    key_state_deinit(&world->state);
    fake_disk_crash(world->disk, FAKE_CRASH_LOSE, 1);
    go_bad(world);
}

/* Until a start comes through; only power cuts may stop one. */
static bool start(struct world *world)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        struct rotation_start facts;
        enum status s = rotation_open(&world->layer, "/keys", NULL,
                                      &world->rotation, &world->state, &facts);
        if (s == STATUS_OK && !fake_disk_is_off(world->disk)) {
            look_for_the_living(world);
            remember(world);
            return true;
        }
        if (!fake_disk_is_off(world->disk))
            break;
        power_cycle(world);
    }
    world->was_refused = true;
    return false;
}

/* As the keyring would: what is past its time, and all orders there are. */
static enum status destroy(struct world *world, struct key_state *next,
                           int64_t doomed)
{
    struct key_order orders[ROUNDS];
    size_t count = (size_t)doomed / 24;
    for (size_t i = 0; i < count; i++) {
        int64_t first_us =
            (int64_t)i * EACH_ROUND * MINUTE_S * (int64_t)SECOND_US;
        orders[i] = (struct key_order){
            .entry = i + 1,
            .subject = ORDERED,
            .span = {{first_us + FIRST_DYING * MINUTE_S * (int64_t)SECOND_US},
                     {first_us +
                      FIRST_KEPT * MINUTE_S * (int64_t)SECOND_US}}};
    }
    const struct key_moment moment = {rotation_epoch(world->rotation) + 1,
                                      {doomed},
                                      {doomed}};
    bool is_more = false;
    enum status s = key_state_destroy(next, orders, count, &moment, &is_more);
    const struct key_slot hour = {ORDERED, 3600, 0};
    if (s == STATUS_OK && world->is_bad && count > 0) {
        s = key_table_make(&next->table, &hour, world->hour.die_at);
        struct key_seed *seed =
            (struct key_seed *)(uintptr_t)key_table_find(&next->table, &hour);
        *seed = world->hour;
    }
    return s;
}

/* One seed more, and those of the slots before `doomed` are to die. */
static enum status rotate(struct world *world, int64_t slot_number,
                          int64_t doomed)
{
    AUTO(key_state_deinit) struct key_state next = {0};
    bool is_committed = false;
    need(key_state_copy(&world->state, &next));
    need(destroy(world, &next, doomed));
    const struct key_slot slot = {AGING, 5, slot_number};
    need(key_table_make(&next.table, &slot,
                        (struct wall_time){slot_number + 1}));
    world->doomed_until = doomed;
    enum status s = rotation_run(world->rotation, &next, &is_committed);
    if (is_committed) {
        struct key_state old = world->state;
        world->state = next;
        next = old;
        world->has_opened |= holds_doomed(world, &world->state, doomed);
        if (!fake_disk_is_off(world->disk))
            remember(world);
    }
    return s;
}

/* The first seeds, without a fault. */
static void begin(struct world *world)
{
    AUTO(key_state_deinit) struct key_state next = {0};
    const struct key_slot aging = {AGING, 5, 0};
    const struct key_slot hour = {ORDERED, 3600, 0};
    bool is_committed = false;
    struct rotation_start facts;
    need(rotation_open(&world->layer, "/keys", NULL, &world->rotation,
                       &world->state, &facts));
    need(key_table_make(&next.table, &aging, (struct wall_time){1}));
    need(key_table_make(&next.table, &hour, (struct wall_time){INT64_MAX}));
    world->hour = *key_table_find(&next.table, &hour);
    for (int i = 0; i < MINUTES; i++)
        need(unit_keys_derive(
            world->hour.bytes, ORDERED,
            (struct wall_time){i * MINUTE_S * (int64_t)SECOND_US}, MINUTE_S,
            &world->minutes[i]));
    need(rotation_run(world->rotation, &next, &is_committed));
    world->state = next;
    next = (struct key_state){0};
    remember(world);
}

static void run(struct world *world)
{
    if (!start(world))
        return;
    for (int64_t round = 1; round <= ROUNDS; round++) {
        enum status s = STATUS_IO;
        for (int i = 0; s != STATUS_OK && i < ATTEMPTS; i++) {
            /* Chunks of 24 slots: each round has its own. */
            s = rotate(world, 24 * round, 24 * (round - 1));
            if (fake_disk_is_off(world->disk)) {
                power_cycle(world);
                if (!start(world))
                    return;
            }
        }
        if (s != STATUS_OK)
            world->was_refused = true;
    }
    power_cycle(world);
    if (start(world) && rotate(world, 24 * 9, 24 * ROUNDS) != STATUS_OK)
        world->was_refused = true;
}

void real_try_schedule(const struct fault faults[FAULTS], int bad_sector,
                       struct real_setting *setting)
{
    struct real_result *result = &setting->result;
    struct world world = {.layer = {.open = model_open,
                                    .close = model_close,
                                    .read_at = model_read,
                                    .write_at = model_write,
                                    .sync = model_sync,
                                    .size = model_size,
                                    .preallocate = model_preallocate,
                                    .sync_directory = model_sync_directory},
                          .disk = fake_disk_create(),
                          .fault = FAULTS,
                          .bad_sector = -1,
                          .is_bad = setting->is_bad,
                          .images = setting->images};
    const struct file_layer *real = fake_disk_layer(world.disk);
    need(real->make_directory(real, "/keys"));
    need(real->sync_directory(real, "/"));
    /* The very first start has a test of its own (unit/keys/test_rotation). */
    begin(&world);
    memcpy(world.faults, faults, sizeof world.faults);
    world.fault = 0;
    world.bad_sector = bad_sector;
    power_cycle(&world);
    run(&world);
    rotation_close(&world.rotation);
    key_state_deinit(&world.state);
    key_state_deinit(&world.before);
    fake_disk_destroy(&world.disk);
    result->schedules++;
    result->lost += world.has_lost;
    result->opened += world.has_opened;
    result->refused += world.was_refused;
}

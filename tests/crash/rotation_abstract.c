/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/rotation_abstract.h"

#include <stdbool.h>
#include <string.h>

enum {
    FAULTS = 3,
    STEPS = 6, /* writes until a fault; more than one start and rotation have */
    ROUNDS = 4,
    ATTEMPTS = 3,
    WRITTEN_MAX = 64,
    GARBAGE = 0,
};

enum outcome { DONE, LOST, TORN, OUTCOMES };
enum kind { CRASH, ERROR, SILENT, KINDS };
enum said { OK, FAILED, POWER_OFF };

struct fault {
    int after; /* writes since the fault before; -1: none */
    enum outcome outcome;
    enum kind kind;
};

struct table {
    int root;
    int epoch;
    unsigned seeds;
};

struct world {
    enum rotation_order order;
    const struct fault *fault; /* the next one */
    int faults_left;
    int writes;
    /* the medium */
    int cells[2];
    struct table tables[2];
    struct table written[WRITTEN_MAX]; /* what a thief may have copied */
    size_t written_count;
    /* memory */
    int next_root;
    int epoch;
    int in_use, waiting;
    unsigned live, pending; /* pending: doomed, erasure not acknowledged */
    bool renewal_is_due;
    /* the judge */
    unsigned dooming; /* doomed by an attempt that may have come through */
    unsigned acknowledged;
    bool has_lost, has_opened;
};

static int fresh_root(struct world *world)
{
    return ++world->next_root;
}

/* ---- the medium ---------------------------------------------------------- */

/* What happens to the write at hand. */
static enum said meet_fault(struct world *world, enum outcome *outcome)
{
    *outcome = DONE;
    if (world->faults_left == 0 || world->fault->after < 0 ||
        world->writes++ != world->fault->after)
        return OK;
    enum kind kind = world->fault->kind;
    *outcome = world->fault->outcome;
    world->fault++;
    world->faults_left--;
    world->writes = 0;
    return kind == CRASH ? POWER_OFF : kind == ERROR ? FAILED : OK;
}

static enum said write_cell(struct world *world, int cell, int root)
{
    enum outcome outcome;
    enum said said = meet_fault(world, &outcome);
    if (outcome == DONE)
        world->cells[cell] = root;
    else if (outcome == TORN)
        world->cells[cell] = GARBAGE;
    if (said == OK && world->cells[cell] != root)
        said = FAILED; /* read back */
    return said;
}

static enum said write_table(struct world *world, struct table table)
{
    enum outcome outcome;
    enum said said = meet_fault(world, &outcome);
    struct table *place = &world->tables[table.epoch % 2];
    if (world->written_count < WRITTEN_MAX)
        world->written[world->written_count++] = table;
    if (outcome == DONE)
        *place = table;
    else if (outcome == TORN)
        *place = (struct table){0};
    if (said == OK && outcome != DONE)
        said = FAILED; /* read back */
    return said;
}

/* ---- the judge ----------------------------------------------------------- */

static void acknowledge(struct world *world)
{
    world->acknowledged |= world->pending;
    world->pending = 0;
    for (size_t i = 0; i < world->written_count; i++) {
        const struct table *table = &world->written[i];
        bool opens =
            table->root == world->cells[0] ||
            (world->order != ORDER_ONE_CELL && table->root == world->cells[1]);
        if (opens && (table->seeds & world->acknowledged) != 0)
            world->has_opened = true;
    }
}

/* ---- the procedure ------------------------------------------------------- */

static int cell_of(const struct world *world, int epoch)
{
    return world->order == ORDER_ONE_CELL ? 0 : epoch % 2;
}

static enum said renew(struct world *world)
{
    if (!world->renewal_is_due)
        return OK;
    world->waiting = fresh_root(world);
    enum said said =
        write_cell(world, cell_of(world, world->epoch + 1), world->waiting);
    if (said == OK) {
        world->renewal_is_due = false;
        acknowledge(world);
    }
    return said;
}

static void commit(struct world *world, unsigned seeds)
{
    world->pending |= world->live & ~seeds;
    world->live = seeds;
    world->dooming = 0;
    world->epoch++;
    world->in_use = world->waiting;
}

static enum said rotate_ours(struct world *world, unsigned seeds)
{
    enum said said = renew(world);
    if (said != OK)
        return said;
    world->renewal_is_due = world->order == ORDER_OURS;
    said = write_table(world,
                       (struct table){world->waiting, world->epoch + 1, seeds});
    if (said != OK)
        return said;
    commit(world, seeds);
    world->renewal_is_due = true;
    return renew(world);
}

static enum said rotate_erase_first(struct world *world, unsigned seeds)
{
    int next_waiting = fresh_root(world);
    enum said said = write_cell(world, world->epoch % 2, next_waiting);
    if (said == OK)
        said = write_table(
            world, (struct table){world->waiting, world->epoch + 1, seeds});
    if (said != OK)
        return said;
    commit(world, seeds);
    world->waiting = next_waiting;
    acknowledge(world);
    return OK;
}

static enum said rotate_one_cell(struct world *world, unsigned seeds)
{
    world->waiting = fresh_root(world);
    enum said said = write_table(
        world, (struct table){world->waiting, world->epoch + 1, seeds});
    if (said == OK)
        said = write_cell(world, 0, world->waiting);
    if (said != OK)
        return said;
    commit(world, seeds);
    acknowledge(world);
    return OK;
}

static enum said rotate(struct world *world, unsigned seeds)
{
    if (world->order == ORDER_ERASE_FIRST)
        return rotate_erase_first(world, seeds);
    if (world->order == ORDER_ONE_CELL)
        return rotate_one_cell(world, seeds);
    return rotate_ours(world, seeds);
}

/* The largest epoch that opens wins; then the waiting root is renewed. */
static enum said start(struct world *world)
{
    const struct table *best = NULL;
    for (int place = 0; place < 2; place++) {
        const struct table *table = &world->tables[place];
        if (table->root != GARBAGE &&
            table->root == world->cells[cell_of(world, table->epoch)] &&
            (best == NULL || table->epoch > best->epoch))
            best = table;
    }
    if (best == NULL) {
        world->has_lost = true;
        return FAILED;
    }
    if ((world->live & ~world->dooming & ~best->seeds) != 0)
        world->has_lost = true;
    world->pending |= world->live & ~best->seeds;
    world->live = best->seeds;
    world->dooming = 0;
    world->epoch = best->epoch;
    world->in_use = best->root;
    world->waiting = world->cells[(best->epoch + 1) % 2];
    world->renewal_is_due = true;
    if (world->order == ORDER_OURS || world->order == ORDER_ERASE_FIRST)
        return renew(world);
    world->renewal_is_due = false;
    acknowledge(world);
    return OK;
}

static bool start_until_up(struct world *world)
{
    while (!world->has_lost) {
        if (start(world) != POWER_OFF)
            return !world->has_lost;
    }
    return false;
}

static void run(struct world *world)
{
    for (unsigned round = 1; round <= ROUNDS; round++) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            unsigned doomed = 1u << (round - 1);
            unsigned seeds = (world->live & ~doomed) | 1u << round;
            world->dooming |= doomed;
            enum said said = rotate(world, seeds);
            if (said == OK)
                break;
            if (said == POWER_OFF && !start_until_up(world))
                return;
        }
    }
    /* Once more from the medium, without a fault: nothing may be missing. */
    world->faults_left = 0;
    (void)start_until_up(world);
}

static struct world new_world(enum rotation_order order,
                              const struct fault *faults)
{
    struct world world = {
        .order = order, .fault = faults, .faults_left = FAULTS};
    world.epoch = 1;
    world.live = 1;
    world.in_use = fresh_root(&world);
    world.waiting = fresh_root(&world);
    world.cells[cell_of(&world, 1)] = world.in_use;
    if (order != ORDER_ONE_CELL)
        world.cells[0] = world.waiting;
    world.tables[1] = (struct table){world.in_use, 1, 1};
    world.written[world.written_count++] = world.tables[1];
    return world;
}

/* Fault number `code`; 0 is none. */
enum { CODES = 1 + STEPS * OUTCOMES * KINDS };

static struct fault fault_of(int code)
{
    if (code == 0)
        return (struct fault){.after = -1};
    code--;
    return (struct fault){code / (OUTCOMES * KINDS),
                          (enum outcome)(code % OUTCOMES),
                          (enum kind)(code / OUTCOMES % KINDS)};
}

struct abstract_result abstract_try_all(enum rotation_order order)
{
    struct abstract_result result = {0};
    for (long i = 0; i < (long)CODES * CODES * CODES; i++) {
        const struct fault faults[FAULTS] = {
            fault_of((int)(i % CODES)), fault_of((int)(i / CODES % CODES)),
            fault_of((int)(i / CODES / CODES))};
        struct world world = new_world(order, faults);
        run(&world);
        result.schedules++;
        result.lost += world.has_lost;
        result.opened += world.has_opened;
    }
    return result;
}

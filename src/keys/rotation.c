/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/rotation.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "keys/root_files.h"
#include "keys/root_tpm.h"
#include "sys/logger.h"
#include "sys/random.h"

struct roots {
    uint8_t in_use[ROOT_SIZE];
    uint8_t waiting[ROOT_SIZE];
};

/* Where a live root may stand: first what shall hold it from now on, then what
 * held it before the erasure level was raised. */
enum { STORE_WANTED, STORE_FORMER, STORES };

struct rotation {
    struct key_files files;
    struct root_store *stores[STORES]; /* NULL: none */
    struct root_store *own;            /* of files: ours to close */
    unsigned home;                     /* the store of the root in use */
    struct roots *roots;               /* locked memory */
    uint64_t epoch;
    unsigned place;      /* where the table in use stands */
    bool renewal_is_due; /* a waiting root that something may stand under */
    bool erasure_is_due; /* and that is the root of the epoch before */
    bool is_under_way;   /* the store works on it */
};

static void free_bytes(uint8_t **memory)
{
    alloc_free(*memory);
    *memory = NULL;
}

/* ---- the start-up rule --------------------------------------------------- */

/* A table that opened. */
struct found {
    bool is_there;
    uint64_t epoch;
    unsigned place;
    unsigned home;
    uint8_t root[ROOT_SIZE];
    struct key_state state;
    struct table_damage damage;
};

static void found_deinit(struct found *found)
{
    key_state_deinit(&found->state);
    secret_wipe(found, sizeof *found);
}

static bool is_complete(const struct table_damage *damage)
{
    return damage->lost_chunks == 0 && !damage->deaths_lost &&
           !damage->policies_lost;
}

/* Whether a table of this epoch could still be better: else it need not be
 * decrypted, as is the second copy of the best. */
static bool is_beaten(uint64_t epoch, const struct found *best)
{
    return best->is_there && is_complete(&best->damage) &&
           epoch <= best->epoch;
}

static bool is_better(const struct found *a, const struct found *b)
{
    if (!b->is_there || is_complete(&a->damage) != is_complete(&b->damage))
        return !b->is_there || is_complete(&a->damage);
    return a->epoch > b->epoch;
}

/*
 * The root of this epoch in any copy of its cell, if it opens the header. Once
 * a root of the wanted store has been in use, files of before that lie there
 * were put back: nothing that they open may return.
 */
static bool find_root(struct root_store *const stores[STORES], uint64_t epoch,
                      struct bytes header, struct found *found)
{
    unsigned count = stores[STORE_WANTED] != NULL &&
                             stores[STORE_WANTED]->served > 0
                         ? STORE_FORMER
                         : STORES;
    for (unsigned home = 0; home < count; home++) {
        struct root_store *store = stores[home];
        unsigned copies = store == NULL ? 0 : store->copies;
        for (unsigned copy = 0; copy < copies; copy++) {
            found->home = home;
            if (store->read(store, epoch % ROOT_CELLS, copy, found->root) ==
                    STATUS_OK &&
                table_header_opens(header, found->root))
                return true;
        }
    }
    secret_wipe(found->root, ROOT_SIZE);
    return false;
}

/* All that the start-up rule reads. */
struct search {
    struct key_files *files;
    struct root_store *const *stores; /* STORES of them */
    struct found best;
    uint64_t largest_claim;
};

static void search_deinit(struct search *search)
{
    found_deinit(&search->best);
}

/* Decodes the write that the header of `copy` belongs to, keeps the best. */
static enum status consider(struct search *search, unsigned place,
                            unsigned copy)
{
    struct key_files *files = search->files;
    AUTO(free_bytes) uint8_t *header = NULL;
    struct table_claim claim;
    enum status s =
        key_files_read(files, place, copy, TABLE_HEADER_SIZE, &header);
    if (s == STATUS_NO_MEMORY)
        return s;
    struct bytes head = bytes_of(header, TABLE_HEADER_SIZE);
    if (s != STATUS_OK || table_claim_read(head, &claim) != STATUS_OK)
        return STATUS_OK;
    if (claim.epoch > search->largest_claim)
        search->largest_claim = claim.epoch;
    if (is_beaten(claim.epoch, &search->best))
        return STATUS_OK;
    AUTO(found_deinit)
    struct found one = {.is_there = true, .epoch = claim.epoch, .place = place};
    if (!find_root(search->stores, claim.epoch, head, &one))
        return STATUS_OK;
    AUTO(free_bytes) uint8_t *first = NULL;
    AUTO(free_bytes) uint8_t *second = NULL;
    s = key_files_salvage(files, place, copy, claim.size_bytes, &first);
    if (s == STATUS_OK)
        s = key_files_salvage(files, place, 1 - copy, claim.size_bytes,
                              &second);
    if (s != STATUS_OK)
        return s;
    const struct bytes copies[TABLE_COPIES] = {
        bytes_of(first, claim.size_bytes), bytes_of(second, claim.size_bytes)};
    s = table_decode(copies, one.root, &one.state, &one.damage);
    if (s == STATUS_CORRUPT)
        return STATUS_OK;
    if (s == STATUS_OK && is_better(&one, &search->best)) {
        struct found worse = search->best;
        search->best = one;
        one = worse;
    }
    return s;
}

static enum status find_best(struct search *search)
{
    enum status s = STATUS_OK;
    for (unsigned place = 0; s == STATUS_OK && place < KEY_PLACES; place++) {
        for (unsigned copy = 0; s == STATUS_OK && copy < TABLE_COPIES; copy++)
            s = consider(search, place, copy);
    }
    return s;
}

enum status rotation_peek(struct key_files *files, struct root_store *store,
                          struct key_state *state, uint64_t *epoch,
                          struct table_damage *damage)
{
    struct root_store *const stores[STORES] = {store, NULL};
    AUTO(search_deinit)
    struct search search = {.files = files, .stores = stores};
    enum status s = find_best(&search);
    if (s != STATUS_OK)
        return s;
    struct found *best = &search.best;
    if (!best->is_there)
        return search.largest_claim > 1 ? STATUS_CORRUPT : STATUS_NOT_FOUND;
    *state = best->state;
    best->state = (struct key_state){0};
    *epoch = best->epoch;
    *damage = best->damage;
    return STATUS_OK;
}

/* ---- steps --------------------------------------------------------------- */

static bool is_in_use(const struct rotation *rotation, unsigned home,
                      unsigned cell)
{
    return home == rotation->home && cell == rotation->epoch % ROOT_CELLS;
}

/* Whatever a former store holds beside the root in use. Once that lives
 * elsewhere, the former store has served. */
static enum status erase_former(struct rotation *rotation)
{
    struct root_store *former = rotation->stores[STORE_FORMER];
    enum status s = STATUS_OK;
    for (unsigned cell = 0; former != NULL && cell < ROOT_CELLS; cell++) {
        uint8_t noise[ROOT_SIZE];
        random_fill(noise, sizeof noise);
        if (s == STATUS_OK && !is_in_use(rotation, STORE_FORMER, cell))
            s = former->write(former, cell, noise, NULL);
    }
    if (s == STATUS_OK && former != NULL && rotation->home == STORE_WANTED) {
        log_line(LOG_INFO, "keys: the former roots are overwritten");
        rotation->stores[STORE_FORMER] = NULL;
    }
    return s;
}

/* Begins to overwrite the cell that waits, or asks how that went. */
static enum status overwrite_waiting(struct rotation *rotation)
{
    struct root_store *store = rotation->stores[STORE_WANTED];
    if (rotation->is_under_way)
        return store->result(store);
    /* Fresh for each attempt: what a failed one left is worth nothing. */
    random_fill(rotation->roots->waiting, ROOT_SIZE);
    const struct root_mark in_use = {rotation->epoch, rotation->roots->in_use};
    return store->write(store, (rotation->epoch + 1) % ROOT_CELLS,
                        rotation->roots->waiting,
                        rotation->home == STORE_WANTED ? &in_use : NULL);
}

/* Step 3, and the renewal at start. */
enum status rotation_erase(struct rotation *rotation)
{
    if (!rotation->renewal_is_due)
        return STATUS_OK;
    enum status s = overwrite_waiting(rotation);
    rotation->is_under_way = s == STATUS_AGAIN;
    if (s == STATUS_OK)
        s = erase_former(rotation);
    if (s == STATUS_AGAIN)
        return s;
    if (s != STATUS_OK) {
        log_line(LOG_ERROR,
                 "keys: deletion pending, root not overwritten epoch=%llu "
                 "status=%s",
                 (unsigned long long)rotation->epoch, status_name(s));
        return s;
    }
    rotation->renewal_is_due = rotation->erasure_is_due = false;
    return STATUS_OK;
}

/* What was read back decrypts to what was meant. */
static enum status check_decrypts(struct bytes table,
                                  const uint8_t root[ROOT_SIZE],
                                  const struct key_state *meant)
{
    const struct bytes copies[TABLE_COPIES] = {table, {NULL, 0}};
    AUTO(key_state_deinit) struct key_state found = {0};
    struct table_damage damage;
    enum status s = table_decode(copies, root, &found, &damage);
    if (s == STATUS_OK &&
        (!is_complete(&damage) || !key_state_equal(&found, meant)))
        s = STATUS_CORRUPT;
    return s;
}

enum status rotation_reserve(struct rotation *rotation, size_t size)
{
    enum status s = key_files_reserve(&rotation->files, size);
    if (s != STATUS_OK)
        log_line(LOG_WARNING, "keys: no room ahead bytes=%zu status=%s", size,
                 status_name(s));
    return s;
}

/* Steps 1 and 2, at this place. */
static enum status write_table(struct rotation *rotation,
                               const struct key_state *next, uint64_t epoch,
                               const uint8_t root[ROOT_SIZE], unsigned place)
{
    AUTO(free_bytes) uint8_t *table = NULL;
    size_t size = 0;
    enum status s = table_encode(next, epoch, root, &table, &size);
    if (s == STATUS_OK)
        s = check_decrypts(bytes_of(table, size), root, next);
    if (s != STATUS_OK)
        return s;
    (void)!rotation_reserve(rotation, size); /* logged; the write decides */
    return key_files_write(&rotation->files, place, bytes_of(table, size));
}

/*
 * A table that was refused half-way may be whole on the medium. It must never
 * win over a later attempt at the same epoch: its root goes first.
 */
static enum status try_place(struct rotation *rotation,
                             const struct key_state *next, unsigned place)
{
    enum status s = rotation_erase(rotation);
    if (s != STATUS_OK)
        return s;
    rotation->renewal_is_due = true;
    return write_table(rotation, next, rotation->epoch + 1,
                       rotation->roots->waiting, place);
}

enum status rotation_run(struct rotation *rotation,
                         const struct key_state *next, bool *is_committed)
{
    *is_committed = false;
    unsigned place = (unsigned)((rotation->epoch + 1) % 2);
    if (place == rotation->place)
        place = 1 - place; /* the table in use is never overwritten */
    enum status s = rotation_erase(rotation);
    if (s != STATUS_OK)
        return s; /* no other place would help */
    s = try_place(rotation, next, place);
    if ((s == STATUS_IO || s == STATUS_NO_SPACE || s == STATUS_CORRUPT) &&
        rotation->place != KEY_PLACE_SPARE && !rotation->erasure_is_due) {
        log_line(LOG_ERROR, "keys: table file refused, spare used status=%s",
                 status_name(s));
        place = KEY_PLACE_SPARE;
        s = try_place(rotation, next, place);
    }
    if (s != STATUS_OK)
        return s;
    *is_committed = true;
    rotation->epoch++;
    rotation->place = place;
    rotation->home = STORE_WANTED;
    memcpy(rotation->roots->in_use, rotation->roots->waiting, ROOT_SIZE);
    rotation->renewal_is_due = rotation->erasure_is_due = true;
    return rotation_erase(rotation);
}

/* ---- scrub ---------------------------------------------------------------- */

enum { ABSENT_COPIES = TABLE_COPIES - 1 }; /* each counts as a bad block */

/* Whether this copy alone gives the whole table in use. */
static enum status check_copy(struct rotation *rotation, unsigned copy,
                              bool *is_whole)
{
    AUTO(free_bytes) uint8_t *header = NULL;
    AUTO(free_bytes) uint8_t *table = NULL;
    AUTO(key_state_deinit) struct key_state found = {0};
    struct key_files *files = &rotation->files;
    struct table_damage damage = {0};
    struct table_claim claim = {0};
    *is_whole = false;
    enum status s = key_files_read(files, rotation->place, copy,
                                   TABLE_HEADER_SIZE, &header);
    if (s == STATUS_OK)
        s = table_claim_read(bytes_of(header, TABLE_HEADER_SIZE), &claim);
    if (s == STATUS_OK)
        s = key_files_read(files, rotation->place, copy, claim.size_bytes,
                           &table);
    const struct bytes copies[TABLE_COPIES] = {
        bytes_of(table, s == STATUS_OK ? claim.size_bytes : 0), {NULL, 0}};
    if (s == STATUS_OK)
        s = table_decode(copies, rotation->roots->in_use, &found, &damage);
    *is_whole = s == STATUS_OK && claim.epoch == rotation->epoch &&
                is_complete(&damage) && damage.blocks == ABSENT_COPIES;
    return s == STATUS_NO_MEMORY ? s : STATUS_OK;
}

/* Copies of a root that are not what they should be. */
static unsigned bad_roots(struct rotation *rotation, uint64_t epoch,
                          const uint8_t root[ROOT_SIZE])
{
    struct root_store *store = rotation->stores[rotation->home];
    unsigned bad = 0;
    for (unsigned copy = 0; copy < store->copies; copy++) {
        uint8_t found[ROOT_SIZE] = {0};
        if (store->read(store, epoch % ROOT_CELLS, copy, found) != STATUS_OK ||
            !secret_equal(found, root, ROOT_SIZE))
            bad++;
        secret_wipe(found, sizeof found);
    }
    return bad;
}

enum status rotation_scrub(struct rotation *rotation,
                           struct rotation_scrub *out)
{
    *out = (struct rotation_scrub){0};
    for (unsigned copy = 0; copy < TABLE_COPIES; copy++) {
        bool is_whole = false;
        enum status s = check_copy(rotation, copy, &is_whole);
        if (s != STATUS_OK)
            return s;
        out->table_copies += is_whole ? 0 : 1;
    }
    /* A store with a thread of its own may not be read, and reads back what
     * it writes, each hour. */
    struct root_store *store = rotation->stores[rotation->home];
    if (store->result == NULL && !rotation->renewal_is_due &&
        rotation->home == STORE_WANTED) {
        unsigned waiting = bad_roots(rotation, rotation->epoch + 1,
                                     rotation->roots->waiting);
        rotation->renewal_is_due = waiting > 0;
        out->root_copies = waiting + bad_roots(rotation, rotation->epoch,
                                               rotation->roots->in_use);
    }
    static const uint8_t NOTHING[TABLE_HEADER_SIZE] = {0};
    if (rotation->place != KEY_PLACE_SPARE &&
        key_files_write(&rotation->files, KEY_PLACE_SPARE,
                        bytes_of(NOTHING, sizeof NOTHING)) != STATUS_OK)
        out->spare_copies = 1;
    return STATUS_OK;
}

/* ---- open and close ------------------------------------------------------ */

/*
 * Epoch 1 is an empty table, so that a seed implies epoch 2 or later: where
 * no header claims more than epoch 1, beginning anew destroys nothing.
 */
static enum status begin_anew(struct rotation *rotation)
{
    const struct key_state nothing = {0};
    random_fill(rotation->roots->in_use, ROOT_SIZE);
    rotation->epoch = 1;
    rotation->place = 1;
    struct root_store *store = rotation->stores[STORE_WANTED];
    enum status s = store->write(store, 1, rotation->roots->in_use, NULL);
    if (s == STATUS_OK)
        s = write_table(rotation, &nothing, 1, rotation->roots->in_use, 1);
    return s;
}

static void take_up(struct rotation *rotation, struct found *best,
                    struct key_state *state)
{
    memcpy(rotation->roots->in_use, best->root, ROOT_SIZE);
    rotation->epoch = best->epoch;
    rotation->place = best->place;
    rotation->home = best->home;
    *state = best->state;
    best->state = (struct key_state){0};
}

/* The root in use stands whole wherever its store keeps copies. */
static void heal(struct rotation *rotation)
{
    struct root_store *store = rotation->stores[rotation->home];
    if (store->heal(store, rotation->epoch % ROOT_CELLS,
                    rotation->roots->in_use) != STATUS_OK)
        log_line(LOG_WARNING, "keys: one copy of the root is bad");
}

static enum status start_up(struct rotation *rotation, struct key_state *state,
                            struct rotation_start *start)
{
    AUTO(search_deinit)
    struct search search = {.files = &rotation->files,
                            .stores = rotation->stores};
    struct found *best = &search.best;
    enum status s = find_best(&search);
    if (s != STATUS_OK)
        return s;
    uint64_t served = rotation->stores[STORE_WANTED]->served;
    if (served > search.largest_claim)
        search.largest_claim = served; /* and no header is there */
    if (!best->is_there && search.largest_claim > 1) {
        log_line(LOG_ERROR,
                 "keys: no table opens; restore nothing over it, the roots "
                 "are gone or unreadable claimed_epoch=%llu",
                 (unsigned long long)search.largest_claim);
        return STATUS_CORRUPT;
    }
    start->is_new = !best->is_there;
    start->damage = best->damage;
    if (best->is_there)
        take_up(rotation, best, state);
    else
        s = begin_anew(rotation);
    if (s != STATUS_OK)
        return s;
    start->is_moving = rotation->home == STORE_FORMER;
    if (start->is_moving)
        log_line(LOG_INFO, "keys: the roots move to another store epoch=%llu",
                 (unsigned long long)rotation->epoch);
    rotation->renewal_is_due = rotation->erasure_is_due = true;
    if (rotation_erase(rotation) == STATUS_OK)
        heal(rotation);
    return STATUS_OK;
}

/* The store that is wanted, and the files, which may be that one, or may hold
 * the root of a time before. */
static enum status open_stores(struct rotation *rotation,
                               const struct file_layer *layer,
                               const char *directory, struct root_store *wanted)
{
    if (wanted == NULL && root_tpm_is_set_up(layer, directory)) {
        log_line(LOG_ERROR, "keys: the roots live in a TPM since set-up; write "
                            "keys: {erasure: tpm} in plant.yaml: a level is "
                            "raised, never lowered");
        return STATUS_CONFLICT;
    }
    enum status s =
        root_files_open(layer, directory,
                        wanted == NULL ? ROOT_FILES_MAKE : ROOT_FILES_WRITE,
                        &rotation->own);
    if (wanted == NULL) {
        rotation->stores[STORE_WANTED] = rotation->own;
        return s;
    }
    rotation->stores[STORE_WANTED] = wanted;
    rotation->stores[STORE_FORMER] = rotation->own;
    return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

enum status rotation_open(const struct file_layer *layer, const char *directory,
                          struct root_store *store, struct rotation **out,
                          struct key_state *state, struct rotation_start *start)
{
    *out = NULL;
    *state = (struct key_state){0};
    *start = (struct rotation_start){0};
    AUTO(rotation_close)
    struct rotation *rotation = alloc_zeroed(sizeof *rotation);
    if (rotation == NULL)
        return STATUS_NO_MEMORY;
    uint8_t *memory = NULL;
    enum status s = secret_create(sizeof *rotation->roots, &memory);
    if (s != STATUS_OK)
        return s;
    rotation->roots = (struct roots *)(void *)memory;
    s = open_stores(rotation, layer, directory, store);
    if (s == STATUS_OK)
        s = key_files_open(layer, directory, &rotation->files);
    if (s == STATUS_OK)
        s = start_up(rotation, state, start);
    if (s != STATUS_OK)
        return s;
    *out = rotation;
    rotation = NULL;
    return STATUS_OK;
}

void rotation_close(struct rotation **rotation)
{
    if (*rotation == NULL)
        return;
    root_store_close(&(*rotation)->own);
    key_files_close(&(*rotation)->files);
    uint8_t *memory = (uint8_t *)(void *)(*rotation)->roots;
    secret_destroy(&memory);
    alloc_free(*rotation);
    *rotation = NULL;
}

uint64_t rotation_epoch(const struct rotation *rotation)
{
    return rotation->epoch;
}

bool rotation_erasure_is_due(const struct rotation *rotation)
{
    return rotation->erasure_is_due;
}

unsigned rotation_level(const struct rotation *rotation)
{
    unsigned level = rotation->stores[STORE_WANTED]->level;
    const struct root_store *former = rotation->stores[STORE_FORMER];
    return former != NULL && former->level < level ? former->level : level;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "store/disk.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "store/disk_identity.h"
#include "sys/logger.h"
#include "sys/random.h"

const char *disk_state_name(enum disk_state state)
{
    static const char *const NAMES[DISK_STATE_COUNT] = {
        [DISK_OK] = "ok",           [DISK_STALLED] = "stalled",
        [DISK_FAILED] = "failed",   [DISK_READ_ONLY] = "read_only",
        [DISK_MISSING] = "missing", [DISK_STRANGER] = "stranger",
        [DISK_STALE] = "stale",     [DISK_NEW] = "new",
    };
    return state < DISK_STATE_COUNT ? NAMES[state] : "unknown";
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

/* All public: no secret is compared here. */
static bool is_same(const uint8_t *a, const uint8_t *b, size_t size)
{
    return memcmp(a, b, size) == 0;
}

/* Who the disk is, before anything is written. */
static enum disk_state judge(enum status found,
                             const struct disk_identity *identity,
                             const struct disk_book *book,
                             const struct disk_page *page)
{
    bool is_known =
        page != NULL && !is_zero(page->uuid, sizeof page->uuid);
    if (found == STATUS_NOT_FOUND) {
        if (is_known)
            return DISK_MISSING;
        return book->is_there ? DISK_NEW : DISK_OK;
    }
    if (found != STATUS_OK)
        return found == STATUS_CORRUPT ? DISK_STRANGER : DISK_FAILED;
    if (!is_zero(book->installation, INSTALLATION_ID_SIZE) &&
        !is_same(identity->installation, book->installation,
                 INSTALLATION_ID_SIZE))
        return DISK_STRANGER;
    if (is_known && (identity->slot != page->slot ||
                     !is_same(identity->uuid, page->uuid, DISK_UUID_SIZE)))
        return DISK_STRANGER;
    for (size_t i = 0; !is_known && i < book->disk_count; i++) {
        if (is_same(identity->uuid, book->disks[i].uuid, DISK_UUID_SIZE))
            return DISK_STRANGER; /* it has another name here */
    }
    if (is_known && identity->generation < page->generation)
        return DISK_STALE;
    return DISK_OK;
}

/* On the disk first: one that is a generation ahead is not stale. */
static enum status enter(struct disk *disk, struct disk_book *book,
                         struct disk_page *page,
                         struct disk_identity *identity)
{
    if (is_zero(book->installation, INSTALLATION_ID_SIZE)) {
        if (is_zero(identity->installation, INSTALLATION_ID_SIZE))
            random_fill(identity->installation, INSTALLATION_ID_SIZE);
        memcpy(book->installation, identity->installation,
               INSTALLATION_ID_SIZE);
    }
    memcpy(identity->installation, book->installation, INSTALLATION_ID_SIZE);
    if (is_zero(identity->uuid, DISK_UUID_SIZE))
        random_fill(identity->uuid, DISK_UUID_SIZE);
    identity->slot = page->slot;
    identity->generation = identity->generation > page->generation
                               ? identity->generation + 1
                               : page->generation + 1;
    enum status s = disk_identity_write(disk->set.layer, disk->set.directory,
                                        identity);
    if (s != STATUS_OK)
        return s;
    page->generation = identity->generation;
    page->is_read_only = false;
    memcpy(page->uuid, identity->uuid, DISK_UUID_SIZE);
    memcpy(disk->uuid, identity->uuid, DISK_UUID_SIZE);
    return STATUS_OK;
}

static enum status open_volumes(struct disk *disk,
                                const struct disk_book *book,
                                uint64_t generation)
{
    disk->set.slot = disk->slot;
    memcpy(disk->set.installation, book->installation, INSTALLATION_ID_SIZE);
    enum status s = volume_set_open(&disk->set);
    /* Above all ids that an earlier generation may have given. */
    uint64_t first_id = generation << 32 | 1;
    if (disk->set.next_id < first_id)
        disk->set.next_id = first_id;
    disk->bytes = disk->set.found.count * disk->set.volume_bytes;
    uint64_t free_now = 0;
    if (s == STATUS_OK &&
        disk->set.layer->free_bytes(disk->set.layer, disk->set.directory,
                                    &free_now) == STATUS_OK)
        disk->bytes += free_now;
    return s;
}

static enum status find_page(struct disk *disk, struct disk_book *book,
                             const struct disk_identity *identity,
                             struct disk_page **out)
{
    *out = disk_book_find(book, disk->id);
    if (*out != NULL)
        return STATUS_OK;
    enum status s = disk_book_add(book, disk->id, out);
    /* The book was lost: the disk knows its slot, unless two claim one. */
    bool is_taken = identity->generation == 0;
    for (size_t i = 0; s == STATUS_OK && i + 1 < book->disk_count; i++)
        is_taken |= book->disks[i].slot == identity->slot;
    if (s == STATUS_OK && !is_taken)
        (*out)->slot = identity->slot;
    return s;
}

static enum status take_part(struct disk *disk, struct disk_book *book,
                             struct disk_identity *identity)
{
    struct disk_page *page = NULL;
    enum status s = find_page(disk, book, identity, &page);
    if (s != STATUS_OK)
        return s;
    disk->slot = page->slot;
    if (!text_copy(text_of(disk->set.directory), page->path,
                   sizeof page->path))
        return STATUS_LIMIT;
    s = enter(disk, book, page, identity);
    return s == STATUS_OK ? open_volumes(disk, book, page->generation) : s;
}

static void ignore_name(void *context, const char *name)
{
    (void)context;
    (void)name;
}

static enum status read_who(struct disk *disk, struct disk_identity *identity)
{
    const struct file_layer *layer = disk->set.layer;
    enum status s =
        layer->list(layer, disk->set.directory, ignore_name, NULL);
    if (s != STATUS_OK)
        return STATUS_DENIED; /* no directory that could hold one */
    return disk_identity_read(layer, disk->set.directory, identity);
}

/* Who is there, and whether he may take part; nothing is touched. */
static enum status look(struct disk *disk, struct disk_book *book,
                        const struct disk_options *options,
                        struct disk_identity *identity)
{
    disk->set.layer = options->layer;
    if (!text_copy(text_of(options->id), disk->id, sizeof disk->id) ||
        !text_copy(text_of(options->directory), disk->set.directory,
                   sizeof disk->set.directory))
        return STATUS_LIMIT;
    const struct disk_page *page = disk_book_find(book, disk->id);
    enum status s = read_who(disk, identity);
    if (s == STATUS_NO_MEMORY)
        return s;
    disk->state = s == STATUS_DENIED ? DISK_MISSING
                                     : judge(s, identity, book, page);
    if (disk->state == DISK_STALE && page->is_read_only)
        disk->state = DISK_READ_ONLY;
    if (page != NULL)
        disk->slot = page->slot;
    return STATUS_OK;
}

enum status disk_look(const struct disk_options *options,
                      struct disk_book *book, enum disk_state *state,
                      uint64_t *generation)
{
    struct disk *disk = alloc_zeroed(sizeof *disk);
    struct disk_identity identity = {0};
    if (disk == NULL)
        return STATUS_NO_MEMORY;
    enum status s = look(disk, book, options, &identity);
    *state = disk->state;
    *generation = identity.generation;
    alloc_free(disk);
    return s;
}

enum status disk_open(struct disk *disk, struct disk_book *book,
                      const struct disk_options *options,
                      uint64_t volume_bytes)
{
    *disk = (struct disk){.set = {.volume_bytes = volume_bytes}};
    struct disk_identity identity = {0};
    enum status s = look(disk, book, options, &identity);
    if (s != STATUS_OK)
        return s;
    if (disk->state == DISK_OK)
        s = take_part(disk, book, &identity);
    else if (disk->state == DISK_READ_ONLY)
        s = open_volumes(disk, book, identity.generation);
    if (s != STATUS_OK && s != STATUS_NO_MEMORY && s != STATUS_LIMIT) {
        volume_set_close(&disk->set);
        disk->state = DISK_FAILED;
        s = STATUS_OK;
    }
    if (disk->state != DISK_OK)
        log_line(LOG_ERROR, "disk refused disk=%s state=%s", disk->id,
                 disk_state_name(disk->state));
    return s;
}

/* What died since the copy was made was followed on the other one. */
static void owe(struct disk_book *book, const struct disk *disk)
{
    struct disk_page *page = disk_book_find(book, disk->id);
    if (page != NULL && page->owes_epoch == 0)
        page->owes_epoch = 1;
}

enum status disk_accept(struct disk *disk, struct disk_book *book,
                        bool is_read_only)
{
    if (disk->state == DISK_OK || disk->state == DISK_STALLED)
        return STATUS_CONFLICT;
    struct disk_identity identity = {0};
    enum status s = read_who(disk, &identity);
    if (s == STATUS_DENIED || s == STATUS_NO_MEMORY || s == STATUS_IO)
        return s == STATUS_DENIED ? STATUS_NOT_FOUND : s;
    bool is_ours = s == STATUS_OK && is_same(identity.installation,
                                             book->installation,
                                             INSTALLATION_ID_SIZE);
    volume_set_close(&disk->set);
    if (is_read_only) {
        /* The keys of another installation are not here. */
        s = is_ours ? open_volumes(disk, book, identity.generation)
                    : STATUS_NOT_FOUND;
        struct disk_page *page = disk_book_find(book, disk->id);
        if (s == STATUS_OK)
            disk->state = DISK_READ_ONLY;
        if (s == STATUS_OK && page != NULL)
            page->is_read_only = true; /* at later starts too */
        if (s == STATUS_OK)
            owe(book, disk);
        return s;
    }
    if (!is_ours)
        identity = (struct disk_identity){0}; /* its volumes stay as they are */
    s = take_part(disk, book, &identity);
    if (s == STATUS_OK) {
        disk->state = DISK_OK;
        disk->errors = 0;
        owe(book, disk);
    }
    return s;
}

bool disk_is_there(const struct disk *disk)
{
    struct disk_identity identity;
    return disk_identity_read(disk->set.layer, disk->set.directory,
                              &identity) == STATUS_OK &&
           is_same(identity.uuid, disk->uuid, DISK_UUID_SIZE);
}

uint64_t disk_free_bytes(const struct disk *disk)
{
    uint64_t bytes = 0;
    const struct file_layer *layer = disk->set.layer;
    if (!disk_is_readable(disk) ||
        layer->free_bytes(layer, disk->set.directory, &bytes) != STATUS_OK)
        return 0;
    return bytes;
}

/* ---- which camera goes where ---- */

enum { DRAWS_MAX = 16 }; /* of the largest disk */

/* SplitMix64's finalizer (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static uint64_t draw(const struct disk *disk, uint32_t camera, uint64_t draws)
{
    uint64_t best = 0;
    uint64_t seed = 0;
    for (size_t i = 0; i < sizeof seed; i++)
        seed = seed << 8 | disk->uuid[i];
    for (uint64_t i = 0; i < draws; i++) {
        uint64_t value = mix(seed ^ mix((uint64_t)camera << 8 | i));
        if (value > best)
            best = value;
    }
    return best;
}

size_t disk_order(struct disk *disks, size_t count, uint32_t camera,
                  struct disk *out[DISKS_MAX])
{
    uint64_t draws[DISKS_MAX];
    uint64_t largest = 1;
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (disks[i].bytes > largest)
            largest = disks[i].bytes;
    }
    for (size_t i = 0; i < count; i++) {
        if (!disk_is_writable(&disks[i]))
            continue;
        uint64_t drawn =
            draw(&disks[i], camera,
                 1 + disks[i].bytes / (largest / DRAWS_MAX + 1));
        size_t at = found++;
        for (; at > 0 && draws[at - 1] < drawn; at--) {
            draws[at] = draws[at - 1];
            out[at] = out[at - 1];
        }
        draws[at] = drawn;
        out[at] = &disks[i];
    }
    return found;
}

void disk_close(struct disk *disk)
{
    volume_set_close(&disk->set);
}

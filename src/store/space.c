/* SPDX-License-Identifier: Apache-2.0 */
/* What goes where there is no room: the oldest volume, told run by run. */
#include "model/hold.h"
#include "store/store_private.h"
#include "sys/logger.h"

static const struct span ALWAYS = {{INT64_MIN / 4}, {INT64_MAX / 4}};

/* The index first: it never tells of a volume that is not there, unless it
 * cannot be written. */
void store_delete_volume(struct store *store, struct volume *volume)
{
    uint32_t number = volume->number;
    catalogue_remove(&store->catalogue, number);
    leaf_set_forget(&store->leaves, number);
    store_index_owe(store, &(struct index_gone){.volume = number});
    enum status ignored = store_index_settle(store);
    (void)ignored; /* it stays owed */
    struct disk *disk = store_disk_of(store, volume);
    enum status s = volume_set_delete(volume->set, &volume);
    if (s == STATUS_OK)
        return;
    /* One that gives no space back must not be asked for more of it. */
    disk->errors++;
    log_line(LOG_WARNING, "cannot delete volume=%u status=%s", number,
             status_name(s));
}

static bool may_be_given_up(const struct volume *volume, bool is_open)
{
    return volume->is_open == is_open && !volume->is_failed &&
           volume_set_is_idle(volume->set, volume);
}

/* The class's oldest full volume on any disk (0: of any class), or NULL. */
static const struct catalogue_row *oldest_full(struct store *store,
                                               uint16_t class_id)
{
    const struct catalogue_row *oldest = NULL;
    size_t at = 0;
    for (;;) {
        const struct catalogue_row *row =
            catalogue_next(&store->catalogue, ALWAYS, &at);
        if (row == NULL)
            return oldest;
        if ((class_id != 0 && row->class_id != class_id) ||
            row->class_id == HOLD_CLASS || row->is_broken ||
            (oldest != NULL && row->span.from.us >= oldest->span.from.us))
            continue;
        const struct disk *disk = store_disk_at(store, row->number);
        if (disk == NULL || !disk_is_writable(disk))
            continue;
        const struct volume *volume =
            volume_set_find(&disk->set, row->number);
        if (volume == NULL || may_be_given_up(volume, false))
            oldest = row;
    }
}

/* Nobody can say whose pictures are in it: it stays, and does not stand in the
 * way of the next one. */
static void pass_over(struct store *store, uint32_t number, enum status why)
{
    struct catalogue_row *row = catalogue_find(&store->catalogue, number);
    log_line(LOG_ERROR, "oldest volume cannot be read, passed over volume=%u "
             "status=%s", number, status_name(why));
    if (row == NULL)
        return;
    row->is_broken = true;
    if (store->options.on_unreadable != NULL)
        store->options.on_unreadable(store->options.context,
                                     store_disk_at(store, number), number,
                                     row->span);
}

/* Pressure: a class gives up its own oldest, on whichever disk that is. Open
 * volumes are taken only where nothing else is left. */
static enum status volume_to_give_up(struct store *store, uint16_t class_id,
                                     struct volume **out)
{
    for (;;) {
        const struct catalogue_row *row = oldest_full(store, class_id);
        if (row == NULL)
            row = oldest_full(store, 0);
        if (row == NULL)
            break;
        uint32_t number = row->number;
        enum status s = store_borrow(store, number, out);
        if (s == STATUS_OK || s == STATUS_NO_MEMORY)
            return s;
        pass_over(store, number, s);
    }
    struct volume_walk walk = {0};
    while ((*out = store_next_volume(store, &walk)) != NULL) {
        if (may_be_given_up(*out, true) && (*out)->directory.count > 0 &&
            (*out)->header.class_id != HOLD_CLASS &&
            disk_is_writable(&store->disks[walk.disk]))
            return STATUS_OK;
    }
    return STATUS_NO_SPACE;
}

/* The pictures of these runs are gone: told, and cut out of all answers. */
static void lose(struct store *store, const struct run_table *content)
{
    for (size_t i = 0; i < content->count; i++) {
        const struct camera_runs *camera = &content->cameras[i];
        for (size_t j = 0; j < camera->count; j++) {
            const struct index_gone gone = {.camera = camera->camera,
                                            .span = camera->runs[j]};
            if (store->options.on_lost != NULL)
                store->options.on_lost(store->options.context, gone.camera,
                                       gone.span, CAUSE_SPACE);
            enum status s =
                run_table_remove(&store->runs, gone.camera, gone.span);
            if (s != STATUS_OK)
                log_line(LOG_WARNING, "runs not cut camera=%u status=%s",
                         gone.camera, status_name(s));
            store_index_owe(store, &gone);
        }
    }
}

enum status store_make_room(struct store *store, uint16_t class_id,
                             struct disk **disk)
{
    struct volume *volume = NULL;
    enum status s = volume_to_give_up(store, class_id, &volume);
    if (s != STATUS_OK)
        return s;
    log_line(LOG_WARNING, "no space: oldest volume given up volume=%u",
             volume->number);
    struct run_table content;
    struct catalogue_row row;
    s = store_content(volume, &content, &row);
    if (s != STATUS_OK)
        return s;
    lose(store, &content);
    run_table_deinit(&content);
    volume->is_open = false;
    *disk = store_disk_of(store, volume);
    store_delete_volume(store, volume);
    return STATUS_OK;
}

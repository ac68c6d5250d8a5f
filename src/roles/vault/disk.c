/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "roles/vault/private.h"
#include "sys/logger.h"

enum { STALL_TELL_US = 3000000 }; /* shorter ones are nobody's business */

/* ---- where they are ---- */

static bool take_disk(struct vault_disks *disks, struct text id,
                      struct text path)
{
    size_t at = disks->count;
    if (at == DISKS_MAX || id.size == 0 ||
        !text_copy(id, disks->ids[at], sizeof disks->ids[at]) ||
        !text_copy(path, disks->paths[at], sizeof disks->paths[at]))
        return false;
    disks->options[at] = (struct disk_options){
        &FILE_LAYER_SYSTEM, disks->ids[at], disks->paths[at]};
    disks->count++;
    return true;
}

/* The installation's own directory for volumes is made at the set-up; any
 * other place must be there. */
static enum status make_own(const struct vault *vault, const char *path)
{
    const struct file_layer *layer = &FILE_LAYER_SYSTEM;
    struct file *book = NULL;
    enum status s = file_open(layer, vault->disks_path, FILE_READ, &book);
    file_close(&book);
    return s == STATUS_NOT_FOUND ? layer->make_directory(layer, path)
                                 : STATUS_OK;
}

enum status vault_read_disks(const struct vault *vault,
                             const struct message_start_vault *message,
                             struct vault_disks *out)
{
    char own[PATH_SIZE];
    (void)snprintf(own, sizeof own, "%.*s/volumes",
                   (int)message->directory.size, message->directory.data);
    struct reader in = reader_on(message->disks);
    while (reader_more(&in)) {
        struct text id = bytes_text(reader_bytes(&in, reader_u8(&in)));
        struct text path = bytes_text(reader_bytes(&in, reader_u16be(&in)));
        if (in.failed || !take_disk(out, id, path))
            return STATUS_BAD_INPUT;
    }
    if (out->count == 0 && !take_disk(out, text_of("d1"), text_of(own)))
        return STATUS_LIMIT;
    for (size_t i = 0; i < out->count; i++) {
        enum status s = STATUS_OK;
        if (strcmp(out->paths[i], own) == 0)
            s = make_own(vault, own);
        if (s != STATUS_OK)
            return s;
    }
    return STATUS_OK;
}

/* ---- what became of them ---- */

static void tell(struct vault *vault, const struct disk *disk)
{
    char words[DISK_ID_SIZE + 32];
    (void)snprintf(words, sizeof words, "%s %s", disk->id,
                   disk_state_name(disk->state));
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    const struct event event = {.kind = EVENT_DISK_STATE,
                                .cause = CAUSE_DISK,
                                .span = {now, now},
                                .detail = text_of(words)};
    vault_event(vault, &event);
}

/* The book remembers what was told over a start. */
static bool was_told(struct vault *vault, size_t at)
{
    const struct disk *disk = &vault->store.disks[at];
    const struct disk_page *page =
        disk_book_find(&vault->store.book, disk->id);
    return disk->state ==
           (page != NULL ? (enum disk_state)page->told
                         : vault->told_states[at]);
}

void vault_tell_disks(struct vault *vault)
{
    if (!vault->has_clock)
        return;
    for (size_t i = 0; i < vault->store.disk_count; i++) {
        const struct disk *disk = &vault->store.disks[i];
        bool is_short = disk->state == DISK_STALLED &&
                        vault_now(vault).us - disk->since.us < STALL_TELL_US;
        if (was_told(vault, i) || is_short)
            continue;
        vault->told_states[i] = disk->state;
        tell(vault, disk);
        struct disk_page *page =
            disk_book_find(&vault->store.book, disk->id);
        if (page == NULL)
            continue;
        page->told = (uint8_t)disk->state;
        if (store_save_book(&vault->store) != STATUS_OK)
            log_line(LOG_WARNING, "disk book not written");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* One full volume after the other is read through in the background. */
#include "roles/vault/private.h"
#include "store/scrub.h"
#include "sys/logger.h"
#include "sys/worker.h"

enum { BYTES_PER_S_MIN = 65536, DAY_S = 86400 };

static const struct span ALWAYS = {{INT64_MIN}, {INT64_MAX}};

/* Told once: then it is forgotten, which cuts it out of its volume too. What
 * has died while it was read is no damage. */
static void tell_damaged(struct vault *vault, const struct record_row *row)
{
    struct volume *volume = NULL;
    if (store_borrow(&vault->store, vault->scrub->number, &volume) !=
        STATUS_OK)
        return;
    bool is_alive = false;
    for (size_t i = 0; i < volume->directory.count; i++) {
        const struct record_row *other = &volume->directory.rows[i];
        is_alive |= other->offset == row->offset &&
                    other->sequence == row->sequence;
    }
    struct span span = record_row_span(row);
    struct span recorded[1];
    if (!is_alive || store_spans(&vault->store, row->camera, span, recorded,
                                 1) == 0)
        return;
    log_line(LOG_ERROR, "record damaged at rest volume=%u camera=%u",
             volume->number, row->camera);
    const struct event event = {.kind = EVENT_RECORDS_LOST,
                                .cause = CAUSE_CORRUPT,
                                .camera = row->camera,
                                .span = span};
    vault_event(vault, &event);
    struct span start = {row->start, {row->start.us + 1}};
    if (store_forget(&vault->store, row->camera, start, 0) != STATUS_OK)
        log_line(LOG_WARNING, "damaged record not cut out camera=%u",
                 row->camera);
}

static void on_scrubbed(void *context)
{
    struct vault *vault = context;
    struct scrub *scrub = vault->scrub;
    for (size_t i = 0; i < scrub->damaged; i++)
        tell_damaged(vault, &scrub->rows[i]);
    vault->scrubbed_records += scrub->checked;
    scrub_deinit(scrub);
    vault->is_scrubbing = false;
}

static void run(void *context)
{
    struct vault *vault = context;
    scrub_run(vault->scrub);
}

/* The next volume by number, from the first again behind the last. */
static uint32_t next_number(struct vault *vault)
{
    for (int turn = 0; turn < 2; turn++) {
        size_t at = 0;
        const struct catalogue_row *row = NULL;
        while ((row = catalogue_next(&vault->store.catalogue, ALWAYS, &at)) !=
               NULL) {
            if (row->number > vault->scrubbed_number && !row->is_broken)
                return row->number;
        }
        vault->scrubbed_number = 0;
    }
    return 0;
}

static bool may_be_read(struct vault *vault, const struct volume *volume)
{
    const struct disk *disk = store_disk_of(&vault->store, volume);
    return disk != NULL && disk->state == DISK_OK && !volume->is_open &&
           volume->in_flight == 0;
}

void vault_scrub(struct vault *vault)
{
    const struct store *store = &vault->store;
    int64_t now_us = vault_now(vault).us;
    if (vault->scrub_days == 0 || vault->is_scrubbing ||
        store->catalogue.count == 0 || now_us < vault->scrub_again.us ||
        vault->is_stopping || vault->is_stopped)
        return;
    int64_t cycle_s = (int64_t)vault->scrub_days * DAY_S;
    int64_t share_s = cycle_s / (int64_t)store->catalogue.count;
    vault->scrub_again.us = now_us + share_s * SECOND_US;
    uint32_t number = next_number(vault);
    struct volume *volume = NULL;
    if (number == 0)
        return;
    vault->scrubbed_number = number;
    if (store_borrow(&vault->store, number, &volume) != STATUS_OK ||
        !may_be_read(vault, volume))
        return;
    uint64_t rate = volume->header.size / (uint64_t)(share_s + 1);
    if (rate < BYTES_PER_S_MIN)
        rate = BYTES_PER_S_MIN;
    if (scrub_prepare(vault->scrub, volume, rate) != STATUS_OK ||
        worker_submit(vault->scrubber, run, on_scrubbed, vault) !=
            STATUS_OK) {
        scrub_deinit(vault->scrub);
        return;
    }
    vault->is_scrubbing = true;
}

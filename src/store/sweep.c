/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has died is forgotten volume by volume, for all deaths of a batch at
 * once: the expiry of a day names each camera's hours one by one, and each of
 * its thousands of volumes holds something of every camera.
 */
#include "base/alloc.h"
#include "store/store_private.h"
#include "store/volume_end.h"
#include "sys/logger.h"

enum { FIRST_CAPACITY = 16 };

/* ---- deaths ---- */

static enum status cut_runs(struct store *store, uint32_t camera,
                            struct span span)
{
    enum status s = run_table_remove(&store->runs, camera, span);
    store_index_owe(store,
                    &(struct index_gone){.camera = camera, .span = span});
    enum status ignored = store_index_settle(store);
    (void)ignored; /* it stays owed */
    return s;
}

static enum status grow_deaths(struct store_sweep *sweep)
{
    if (sweep->count < sweep->capacity)
        return STATUS_OK;
    size_t capacity =
        sweep->capacity == 0 ? FIRST_CAPACITY : sweep->capacity * 2;
    struct store_death *deaths =
        alloc_resize(sweep->deaths, capacity, sizeof *deaths);
    if (deaths == NULL)
        return STATUS_NO_MEMORY;
    sweep->deaths = deaths;
    sweep->capacity = capacity;
    return STATUS_OK;
}

static enum status forget(struct store *store, const struct store_death *death)
{
    struct store_sweep *sweep = &store->sweep;
    enum status s = grow_deaths(sweep);
    if (s == STATUS_OK)
        s = cut_runs(store, death->camera, death->span);
    if (s == STATUS_OK)
        sweep->deaths[sweep->count++] = *death;
    return s;
}

enum status store_forget(struct store *store, uint32_t camera,
                         struct span span, uint64_t epoch)
{
    const struct store_death death = {
        .camera = camera, .span = span, .epoch = epoch};
    return forget(store, &death);
}

enum status store_forget_late(struct store *store, uint32_t camera,
                              struct span span, uint64_t epoch)
{
    const struct store_death death = {
        .camera = camera, .span = span, .epoch = epoch, .is_late = true};
    return forget(store, &death);
}

static void note_epoch_if_done(struct store *store)
{
    struct store_sweep *sweep = &store->sweep;
    if (sweep->epoch == 0 || sweep->count > 0 || sweep->is_stuck ||
        store->index == NULL)
        return;
    enum status s = store_index_settle(store);
    if (s == STATUS_OK)
        s = store_index_set_epoch(store->index, sweep->epoch);
    if (s != STATUS_OK)
        log_line(LOG_WARNING, "epoch not noted status=%s", status_name(s));
    sweep->epoch = 0;
}

void store_note_epoch(struct store *store, uint64_t epoch)
{
    store->sweep.epoch = epoch;
    note_epoch_if_done(store);
}

uint64_t store_epoch(const struct store *store)
{
    return store->index == NULL ? 0 : store_index_epoch(store->index);
}

/* ---- one volume ---- */

struct forgetting {
    struct store_sweep *sweep;
    size_t *touching; /* the batch's deaths that touch the volume's time */
    size_t count;
    struct punch *punch;
    bool has_failed; /* no memory for a range: the next start punches it */
};

static bool is_dead(void *context, const struct record_row *row)
{
    struct forgetting *forgetting = context;
    for (size_t i = 0; i < forgetting->count; i++) {
        struct store_death *death =
            &forgetting->sweep->deaths[forgetting->touching[i]];
        if (death->camera != row->camera ||
            !span_holds(death->span, row->start))
            continue;
        int64_t end_us = row->start.us + row->duration_us;
        if (death->records == 0 || row->start.us < death->start_us)
            death->start_us = row->start.us;
        if (end_us > death->end_us)
            death->end_us = end_us;
        death->records++;
        return true;
    }
    return false;
}

static void note_range(void *context, uint64_t from, uint64_t to)
{
    struct forgetting *forgetting = context;
    struct punch *punch = forgetting->punch;
    if (punch->count == punch->capacity) {
        size_t capacity =
            punch->capacity == 0 ? FIRST_CAPACITY : punch->capacity * 2;
        uint64_t(*ranges)[2] =
            alloc_resize(punch->ranges, capacity, sizeof *ranges);
        if (ranges == NULL) {
            forgetting->has_failed = true;
            return;
        }
        punch->ranges = ranges;
        punch->capacity = capacity;
    }
    punch->ranges[punch->count][0] = from;
    punch->ranges[punch->count][1] = to;
    punch->count++;
}

/* The time of the loaded volume's records. */
static struct span span_of(const struct volume *volume)
{
    struct span span = {{INT64_MAX}, {INT64_MIN}};
    for (size_t i = 0; i < volume->directory.count; i++) {
        struct span record = record_row_span(&volume->directory.rows[i]);
        if (record.from.us < span.from.us)
            span.from = record.from;
        if (record.to.us > span.to.us)
            span.to = record.to;
    }
    return span;
}

static enum status forget_in(struct store *store, struct volume *volume,
                             struct punch *out)
{
    struct store_sweep *sweep = &store->sweep;
    struct forgetting forgetting = {.sweep = sweep, .punch = out};
    forgetting.touching = alloc_array(sweep->batch, sizeof(size_t));
    if (forgetting.touching == NULL)
        return STATUS_NO_MEMORY;
    struct span span = span_of(volume);
    for (size_t i = 0; i < sweep->batch; i++) {
        if (span_overlaps(sweep->deaths[i].span, span))
            forgetting.touching[forgetting.count++] = i;
    }
    size_t forgotten = 0;
    if (forgetting.count > 0)
        forgotten = directory_forget(&volume->directory, is_dead, note_range,
                                     &forgetting);
    alloc_free(forgetting.touching);
    sweep->has_failed |= forgetting.has_failed;
    sweep->forgotten += forgotten;
    if (forgotten == 0)
        return STATUS_OK;
    out->volume = volume;
    out->is_all = volume->directory.count == 0 && !volume->is_open &&
                  !volume->is_failed;
    volume->in_flight++; /* it stays until it is punched */
    out->end = buffer_with_limit(SIZE_MAX);
    if (volume->has_end && volume_end_fits(volume))
        volume_end_encode(&volume->directory, volume->number, &out->end);
    return STATUS_OK;
}

/* Whether anything of the batch may stand in a volume of this time. */
static bool touches(const struct store_sweep *sweep, struct span span)
{
    for (size_t i = 0; i < sweep->batch; i++) {
        if (span_overlaps(sweep->deaths[i].span, span))
            return true;
    }
    return false;
}

/* The volume of the smallest number not yet seen to that may hold some of the
 * batch; false: none. */
static bool next_number(const struct store *store, uint32_t *number)
{
    const struct store_sweep *sweep = &store->sweep;
    uint32_t next = UINT32_MAX;
    for (size_t i = 0; i < store->catalogue.count; i++) {
        const struct catalogue_row *row = &store->catalogue.rows[i];
        if (row->number >= sweep->next_number && !row->is_broken &&
            (row->is_unread || touches(sweep, row->span))) {
            next = row->number;
            break;
        }
    }
    struct volume_walk walk = {0};
    for (const struct volume *volume = store_next_volume(store, &walk);
         volume != NULL; volume = store_next_volume(store, &walk)) {
        if (volume->number >= sweep->next_number && volume->number < next &&
            store_is_apart(store, volume))
            next = volume->number;
    }
    *number = next;
    return next != UINT32_MAX;
}

/* The newest of the batch; 0: what goes was damaged, nothing has died. */
static uint64_t batch_epoch(const struct store_sweep *sweep)
{
    uint64_t newest = 0;
    for (size_t i = 0; i < sweep->batch; i++) {
        if (sweep->deaths[i].epoch > newest)
            newest = sweep->deaths[i].epoch;
    }
    return newest;
}

static enum status sweep_number(struct store *store, uint32_t number,
                                struct punch *out)
{
    const struct catalogue_row *row =
        catalogue_find(&store->catalogue, number);
    enum status s = STATUS_OK;
    if (row != NULL && row->is_unread &&
        store_volume(store, number) == NULL)
        s = store_read_row(store, number, false);
    struct volume *volume = NULL;
    if (s == STATUS_OK)
        s = store_borrow(store, number, &volume);
    if (s == STATUS_OK)
        return forget_in(store, volume, out);
    if (s == STATUS_NO_MEMORY)
        return s;
    bool is_away = s == STATUS_NOT_FOUND && row != NULL;
    if (is_away && batch_epoch(&store->sweep) != 0)
        s = store_note_owed(store, batch_epoch(&store->sweep),
                            (uint16_t)((number - 1) / SLOT_NUMBERS));
    if (s != STATUS_NOT_FOUND && s != STATUS_OK) {
        log_line(LOG_ERROR, "volume cannot be read volume=%u status=%s",
                 number, status_name(s));
        store->sweep.has_failed = true;
        store->sweep.failed_slots |= 1u << (number - 1) / SLOT_NUMBERS;
    }
    return STATUS_OK;
}

/* ---- batches ---- */

static void begin_batch(struct store_sweep *sweep)
{
    sweep->batch = sweep->count;
    sweep->next_number = 0;
    sweep->has_failed = false;
}

/* The last picture of a record may end a little behind its slot. */
static void cut_rest(struct store *store, const struct store_death *death)
{
    struct span rest = {death->span.from, {death->end_us}};
    if (death->end_us > death->span.to.us &&
        cut_runs(store, death->camera, rest) != STATUS_OK)
        log_line(LOG_WARNING, "runs not cut camera=%u", death->camera);
}

/* Deaths of a camera that follow each other are told as one. */
static void tell_batch(struct store *store)
{
    struct store_sweep *sweep = &store->sweep;
    for (size_t i = 0; i < sweep->batch; i++) {
        struct store_death freed = sweep->deaths[i];
        cut_rest(store, &freed);
        while (i + 1 < sweep->batch && !freed.is_late &&
               sweep->deaths[i + 1].camera == freed.camera &&
               sweep->deaths[i + 1].epoch == freed.epoch &&
               sweep->deaths[i + 1].span.from.us == freed.span.to.us) {
            cut_rest(store, &sweep->deaths[++i]);
            freed.span.to = sweep->deaths[i].span.to;
            freed.records += sweep->deaths[i].records;
        }
        if (freed.is_late)
            freed.span = (struct span){{freed.start_us}, {freed.end_us}};
        if (freed.records > 0 && !sweep->has_failed &&
            store->options.on_freed != NULL)
            store->options.on_freed(store->options.context, freed.camera,
                                    freed.span, freed.epoch, freed.records);
    }
}

/* All volumes have been seen to. */
static void end_batch(struct store *store)
{
    struct store_sweep *sweep = &store->sweep;
    for (size_t i = 0; i < store->disk_count; i++) {
        const struct volume_set *set = &store->disks[i].set;
        if (disk_is_readable(&store->disks[i]) &&
            set->layer->sync_directory(set->layer, set->directory) !=
                STATUS_OK)
            sweep->has_failed = true;
    }
    uint64_t epoch = batch_epoch(sweep);
    if (epoch != 0 && store_note_owed(store, epoch, NO_SLOT) != STATUS_OK)
        sweep->has_failed = true; /* what is owed is not noted anywhere */
    tell_batch(store);
    for (size_t i = sweep->batch; i < sweep->count; i++)
        sweep->deaths[i - sweep->batch] = sweep->deaths[i];
    sweep->count -= sweep->batch;
    sweep->batch = 0;
    sweep->is_stuck |= sweep->has_failed;
    note_epoch_if_done(store);
    store_end_payment(store);
}

/* A full volume gets its end when its records are on the disk, not before: an
 * end says that what it lists is whole. False: none. */
static bool next_end(struct store *store, struct punch *out)
{
    struct volume_walk walk = {0};
    struct volume *volume = NULL;
    while ((volume = store_next_volume(store, &walk)) != NULL) {
        if (volume->wants_index && !volume->has_end && !volume->is_failed &&
            volume_set_is_idle(volume->set, volume) &&
            volume->directory.count > 0)
            break;
    }
    if (volume == NULL)
        return false;
    out->volume = volume;
    out->end = buffer_with_limit(SIZE_MAX);
    volume->in_flight++;
    volume->has_end = true; /* or it is read from header to header */
    if (volume_end_fits(volume))
        volume_end_encode(&volume->directory, volume->number, &out->end);
    return true;
}

enum status store_sweep_next(struct store *store, struct punch *out)
{
    struct store_sweep *sweep = &store->sweep;
    *out = (struct punch){0};
    if (next_end(store, out))
        return STATUS_AGAIN;
    if (sweep->count == 0)
        return STATUS_END;
    if (sweep->batch == 0)
        begin_batch(sweep);
    uint32_t number = 0;
    while (next_number(store, &number)) {
        enum status s = sweep_number(store, number, out);
        if (s != STATUS_OK)
            return s;
        sweep->next_number = number + 1;
        if (out->volume != NULL)
            return STATUS_AGAIN;
    }
    end_batch(store);
    return sweep->count > 0 ? STATUS_AGAIN : STATUS_END;
}

void punch_run(struct punch *punch)
{
    struct volume *volume = punch->volume;
    if (volume == NULL || punch->is_all)
        return; /* nothing lives in it: it will be deleted as a whole */
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < punch->count; i++)
        s = file_punch(volume->file, punch->ranges[i][0],
                       punch->ranges[i][1] - punch->ranges[i][0]);
    uint64_t end = volume->header.size - punch->end.size;
    if (s == STATUS_OK && punch->end.size > 0)
        s = file_write_at(volume->file, end, buffer_bytes(&punch->end));
    punch->status = s == STATUS_OK ? file_sync(volume->file) : s;
}

void store_punched(struct store *store, struct punch *punch)
{
    struct volume *volume = punch->volume;
    if (punch->status != STATUS_OK) {
        log_line(LOG_WARNING, "cannot free space volume=%u status=%s",
                 volume->number, status_name(punch->status));
        store->sweep.has_failed = true;
        if (volume != NULL)
            store->sweep.failed_slots |= 1u << volume->set->slot;
    }
    if (volume != NULL) {
        volume->in_flight--;
        volume->wants_index |= punch->is_all; /* to be deleted */
        store_settle(store, volume);
    }
    alloc_free(punch->ranges);
    buffer_deinit(&punch->end);
    *punch = (struct punch){0};
}

size_t store_sweep_all(struct store *store)
{
    struct punch punch;
    uint64_t before = store->sweep.forgotten;
    enum status s = STATUS_AGAIN;
    while (s == STATUS_AGAIN) {
        s = store_sweep_next(store, &punch);
        punch_run(&punch);
        store_punched(store, &punch);
    }
    return (size_t)(store->sweep.forgotten - before);
}

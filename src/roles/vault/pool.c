/* SPDX-License-Identifier: Apache-2.0 */
/* How much each class writes, how long that lasts, and a warning days ahead. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "model/hold.h"
#include "roles/vault/private.h"
#include "sys/logger.h"

enum {
    LOOK_EVERY_US = 60000000,
    SAVE_EVERY_US = 600000000,
    WARN_AHEAD_S = 7 * 86400,
    WARN_MEASURED_S = 600, /* before, the rate says little */
    PERCENT = 100,
};

static const int64_t WARN_EVERY_US = INT64_C(86400) * SECOND_US;

void vault_count_record(struct vault *vault, uint16_t class_id,
                        const struct record_header *header)
{
    for (size_t i = 0; i < POOLS_MAX; i++) {
        struct pool_count *count = &vault->pool_counts[i];
        if (count->recorded_us != 0 && count->class_id != class_id)
            continue;
        count->class_id = class_id;
        count->bytes += record_stored_size(header->sealed_size);
        count->recorded_us += header->duration_us;
        return;
    }
}

static void hold(struct forecast *out, uint16_t class_id, uint64_t bytes)
{
    struct pool *pool =
        class_id == HOLD_CLASS ? NULL : forecast_pool(out, class_id);
    if (pool != NULL)
        pool->held_bytes += bytes;
}

static void fill_pools(const struct vault *vault, struct forecast *out)
{
    for (size_t i = 0; i < vault->camera_count; i++) {
        const struct vault_camera *camera = vault->cameras[i];
        struct pool *pool =
            camera->is_promised
                ? forecast_pool(out, camera->policy.class_id)
                : NULL;
        if (pool == NULL)
            continue;
        pool->cameras++;
        pool->promise_s = forecast_promise_s(camera->policy.retention);
    }
    const struct store *store = &vault->store;
    for (size_t i = 0; i < store->catalogue.count; i++)
        hold(out, store->catalogue.rows[i].class_id,
             store->options.volume_bytes);
    struct volume_walk walk = {0};
    for (struct volume *volume = store_next_volume(store, &walk);
         volume != NULL; volume = store_next_volume(store, &walk)) {
        if (catalogue_find(&store->catalogue, volume->number) == NULL)
            hold(out, volume->header.class_id, volume->header.size);
    }
}

void vault_forecast(const struct vault *vault, struct forecast *out)
{
    *out = (struct forecast){0};
    fill_pools(vault, out);
    for (size_t i = 0; i < out->count; i++)
        forecast_set_rate(&out->pools[i], &vault->store.book,
                          FORECAST_BYTES_PER_S);
    for (size_t i = 0; i < vault->store.disk_count; i++) {
        const struct disk *disk = &vault->store.disks[i];
        uint64_t reserve = volume_set_reserve_bytes(disk->set.volume_bytes) +
                           disk->set.hold_volumes_max * disk->set.volume_bytes;
        if (disk_is_writable(disk) && disk->bytes > reserve)
            out->capacity_bytes += disk->bytes - reserve;
    }
    forecast_run(out);
}

static void measure(struct vault *vault, const struct forecast *forecast)
{
    for (size_t i = 0; i < POOLS_MAX; i++) {
        struct pool_count *count = &vault->pool_counts[i];
        for (size_t j = 0; j < forecast->count; j++) {
            const struct pool *pool = &forecast->pools[j];
            struct pool_rate *rate = NULL;
            if (count->recorded_us == 0 || pool->cameras == 0 ||
                pool->class_id != count->class_id)
                continue;
            rate = disk_book_pool(&vault->store.book, pool->class_id);
            if (rate != NULL)
                pool_rate_measure(rate, pool->cameras, count->bytes,
                                  count->recorded_us);
            *count = (struct pool_count){0};
        }
    }
}

static bool is_measured(const struct vault *vault,
                        const struct forecast *forecast)
{
    for (size_t i = 0; i < forecast->count; i++) {
        struct pool_rate rate = {0};
        for (size_t j = 0; j < vault->store.book.pool_count; j++) {
            if (vault->store.book.pools[j].class_id ==
                forecast->pools[i].class_id)
                rate = vault->store.book.pools[j];
        }
        if (rate.observed_s < WARN_MEASURED_S && rate.cameras > 0)
            return false;
    }
    return true;
}

static void warn(struct vault *vault, const struct forecast *forecast)
{
    int64_t now_us = vault_now(vault).us;
    if (forecast->full_in_s < 0 || forecast->full_in_s > WARN_AHEAD_S ||
        !is_measured(vault, forecast) || now_us < vault->warn_again.us)
        return;
    vault->warn_again.us = now_us + WARN_EVERY_US;
    char words[64];
    (void)snprintf(words, sizeof words, "the disks hold %u of 100 parts",
                   (unsigned)(forecast->capacity_bytes /
                              (forecast->needed_bytes / PERCENT + 1)));
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    const struct event event = {
        .kind = EVENT_SPACE_WARNING,
        .cause = CAUSE_SPACE,
        .span = {now, {now.us + forecast->full_in_s * SECOND_US}},
        .detail = text_of(words),
    };
    vault_event(vault, &event);
}

void vault_on_unreadable(void *context, const struct disk *disk,
                         uint32_t number, struct span span)
{
    struct vault *vault = context;
    char words[EVENT_DETAIL_MAX];
    (void)snprintf(words, sizeof words,
                   "volume %u of disk %s cannot be read and stays, %lld s of "
                   "video; the next oldest is given up",
                   number, disk == NULL ? "?" : disk->id,
                   (long long)((span.to.us - span.from.us) / SECOND_US));
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    const struct event event = {.kind = EVENT_SPACE_WARNING,
                                .cause = CAUSE_DISK,
                                .span = {now, now},
                                .detail = text_of(words)};
    vault_event(vault, &event);
}

void vault_look_ahead(struct vault *vault, bool at_end)
{
    int64_t now_us = vault_now(vault).us;
    if (!vault->has_clock || (now_us < vault->look_again.us && !at_end))
        return;
    bool is_first = vault->look_again.us == 0;
    vault->look_again.us = now_us + LOOK_EVERY_US;
    struct forecast *forecast = alloc_zeroed(sizeof *forecast);
    if (forecast == NULL)
        return;
    vault_forecast(vault, forecast);
    measure(vault, forecast);
    if (!is_first)
        warn(vault, forecast);
    alloc_free(forecast);
    if (is_first || (now_us < vault->save_again.us && !at_end))
        return;
    vault->save_again.us = now_us + SAVE_EVERY_US;
    enum status s = store_save_book(&vault->store);
    if (s != STATUS_OK)
        log_line(LOG_WARNING, "disk book not written status=%s",
                 status_name(s));
}

/* ---- for vault_status ---- */

void vault_write_pools(const struct forecast *forecast, struct writer *out)
{
    for (size_t i = 0; i < forecast->count; i++) {
        const struct pool *pool = &forecast->pools[i];
        writer_u16be(out, pool->class_id);
        writer_u32be(out, pool->cameras);
        writer_u8(out, pool->is_measured ? 1 : 0);
        writer_u64be(out, pool->bytes_per_s);
        writer_i64be(out, pool->promise_s);
        writer_i64be(out, pool->holds_s);
    }
}

void vault_write_disks(const struct vault *vault, struct writer *out)
{
    for (size_t i = 0; i < vault->store.disk_count; i++) {
        const struct disk *disk = &vault->store.disks[i];
        size_t size = strlen(disk->id);
        writer_u8(out, (uint8_t)disk->state);
        writer_u8(out, (uint8_t)size);
        writer_bytes(out, bytes_of(disk->id, size));
        writer_u64be(out, disk->bytes);
        writer_u64be(out, disk_free_bytes(disk));
    }
}

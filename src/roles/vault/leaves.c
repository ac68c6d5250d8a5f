/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the log is told of the recordings: each camera's chain of leaves
 * (store/gop_chain.h), one root over all new ones every 10 s (store/leaf_set.h),
 * and, when a camera's day is over, one account of it.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "roles/vault/private.h"
#include "sys/logger.h"

enum {
    ROOT_EVERY_US = 10000000,
    /* Turns of the tick that a root waits for a disk that hangs; where this
     * process stood still, the disk had no time either. */
    ROOT_WAIT_TURNS = 30000 / VAULT_TICK_MS,
    DAY_LATE_US = 10000000,  /* until the day's last leaves are told */
    DAY_SPANS_MAX = 2000,
};

static const int64_t DAY_US = INT64_C(86400) * SECOND_US;

/* ---- chains ---- */

static void on_leaf(void *context, const struct gop_leaf *leaf)
{
    struct vault_camera *camera = context;
    enum status s = store_add_leaf(&camera->vault->store,
                                   camera->leaf_volume, leaf);
    if (s != STATUS_OK) /* its number will be missing, which is seen */
        log_line(LOG_ERROR, "leaf lost camera=%u status=%s", camera->camera,
                 status_name(s));
}

/* Behind the newest leaf that stands in a file, or, where the camera has been
 * silent since long ago, in the book. */
enum status vault_begin_chain(struct vault *vault,
                              struct vault_camera *camera)
{
    const struct camera_page *page = camera->page;
    struct gop_head head =
        leaf_set_head(&vault->store.leaves, camera->camera);
    if (page->head.sequence > head.sequence)
        head = page->head;
    enum status s = gop_chain_create(camera->camera, &head, on_leaf, camera,
                                     &camera->chain);
    if (s == STATUS_OK && page->config.codec != CODEC_NONE)
        s = gop_chain_set_config(camera->chain, page->config.record);
    return s;
}

/* ---- roots ---- */

static void tell_root(struct vault *vault, const struct leaf_root *root)
{
    char words[RECORDED_DETAIL_MAX + 1];
    struct recorded_root recorded = {.batch = root->batch,
                                     .leaves = root->leaves};
    memcpy(recorded.root, root->root.bytes, sizeof recorded.root);
    const struct event event = {.kind = EVENT_RECORDING_ROOT,
                                .span = root->span,
                                .detail =
                                    recorded_root_write(&recorded, words)};
    vault_event(vault, &event);
}

void vault_begin_leaves(struct vault *vault)
{
    struct leaf_set *leaves = &vault->store.leaves;
    uint64_t told = event_journal_batch(vault->journal);
    if (leaves->untold.leaves > 0 && leaves->untold.batch > told)
        tell_root(vault, &leaves->untold);
    if (told > leaves->newest_batch)
        leaves->newest_batch = told;
}

static void tell_when_durable(struct vault *vault)
{
    struct leaf_root root;
    bool gives_up = vault->root_turns >= ROOT_WAIT_TURNS;
    enum status s = leaf_set_root(&vault->store.leaves, gives_up, &root);
    if (s == STATUS_OK)
        tell_root(vault, &root);
    else if (s == STATUS_END && gives_up)
        log_line(LOG_ERROR, "leaves could not be written");
    vault->root_turns = s == STATUS_AGAIN ? vault->root_turns + 1 : 0;
}

static void close_batch(struct vault *vault)
{
    enum status s = leaf_set_close_batch(&vault->store.leaves);
    if (s != STATUS_OK && s != STATUS_END && s != STATUS_AGAIN)
        log_line(LOG_ERROR, "leaves have no root status=%s", status_name(s));
}

bool vault_end_leaves(struct vault *vault)
{
    for (size_t i = 0; i < vault->camera_count; i++)
        gop_chain_finish(vault->cameras[i]->chain);
    tell_when_durable(vault);
    leaf_set_flush(&vault->store.leaves);
    close_batch(vault);
    return leaf_set_is_idle(&vault->store.leaves);
}

/* ---- days ---- */

/* "from-to,from-to" in ms from the day's beginning, cut by size and count. */
static void write_spans(const struct span *spans, size_t count,
                        struct wall_time start, struct buffer *out)
{
    for (size_t i = 0; i < count && i < RECORDED_SPANS_MAX; i++)
        buffer_format(out, "%s%lld-%lld", i == 0 ? "" : ",",
                      (long long)(spans[i].from.us - start.us) / 1000,
                      (long long)(spans[i].to.us - start.us) / 1000);
    if (count > RECORDED_SPANS_MAX)
        buffer_append_text(out, "+");
}

/* Holes between the spans, and before and behind them. */
static uint64_t count_gaps(const struct span *spans, size_t count,
                           struct span promised)
{
    uint64_t gaps = 0;
    struct wall_time at = promised.from;
    for (size_t i = 0; i < count; i++) {
        gaps += spans[i].from.us - at.us > GAP_TOLERANCE_US;
        at = spans[i].to;
    }
    return gaps + (promised.to.us - at.us > GAP_TOLERANCE_US);
}

static void tell_day(struct vault *vault, struct vault_camera *camera,
                     struct span day)
{
    const struct gop_head *head = gop_chain_head(camera->chain);
    char words[RECORDED_DETAIL_MAX + 1];
    struct span *spans = alloc_array(DAY_SPANS_MAX, sizeof *spans);
    struct buffer text = buffer_with_limit(RECORDED_DETAIL_MAX);
    if (spans == NULL)
        return; /* at the next tick */
    size_t count = store_spans(&vault->store, camera->camera, day, spans,
                               DAY_SPANS_MAX);
    struct span promised = day;
    if (camera->page->added.us > day.from.us)
        promised.from = camera->page->added;
    write_spans(spans, count, day.from, &text);
    struct recorded_day recorded = {.leaves = head->sequence,
                                    .gaps = count_gaps(spans, count, promised),
                                    .spans = buffer_text(&text)};
    for (size_t i = 0; i < count; i++)
        recorded.recorded_ms +=
            (uint64_t)(spans[i].to.us - spans[i].from.us) / 1000;
    memcpy(recorded.head, head->hash, sizeof recorded.head);
    const struct event event = {.kind = EVENT_RECORDING_DAY,
                                .camera = camera->camera,
                                .span = day,
                                .detail =
                                    recorded_day_write(&recorded, words)};
    vault_event(vault, &event);
    camera->page->day = day.to;
    buffer_deinit(&text);
    alloc_free(spans);
}

/* One day a tick and camera, where several have passed. */
static void tell_days(struct vault *vault)
{
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    struct wall_time settled = {now.us - DAY_LATE_US};
    struct wall_time today = recorded_day_start(settled);
    bool has_told = false;
    for (size_t i = 0; i < vault->camera_count; i++) {
        struct vault_camera *camera = vault->cameras[i];
        struct camera_page *page = camera->page;
        if (page->day.us == 0)
            page->day = recorded_day_start(page->added);
        if (page->day.us >= today.us)
            continue;
        struct span day = {page->day, {page->day.us + DAY_US}};
        tell_day(vault, camera, day);
        has_told = true;
    }
    if (has_told)
        vault->is_book_due = true;
}

void vault_leaves_tick(struct vault *vault)
{
    int64_t now_us = vault_now(vault).us;
    leaf_set_flush(&vault->store.leaves);
    tell_when_durable(vault);
    if (!vault->has_clock || vault->is_stopping || vault->is_stopped)
        return;
    if (vault->has_caught_up)
        tell_days(vault);
    if (now_us < vault->root_again.us)
        return;
    vault->root_again.us = now_us + ROOT_EVERY_US;
    close_batch(vault);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vault does beside recording: it frees the space of what has died,
 * volume by volume, and reads volumes that the index did not know. What may
 * block, punching and syncing, is done on a thread of its own.
 */
#include <stdio.h>

#include "base/text.h"
#include "roles/vault/private.h"
#include "sys/logger.h"
#include "sys/worker.h"

enum { CATCH_UP_US = 20000 }; /* of each tick */

static void punch_next(struct vault *vault);

static void run_punch(void *context)
{
    punch_run(&((struct vault *)context)->punch);
}

static void on_punched(void *context)
{
    struct vault *vault = context;
    vault->is_punching = false;
    store_punched(&vault->store, &vault->punch);
    punch_next(vault);
}

static void punch_next(struct vault *vault)
{
    enum status s = store_sweep_next(&vault->store, &vault->punch);
    if (s != STATUS_AGAIN) {
        store_punched(&vault->store, &vault->punch); /* nothing in it */
        return;
    }
    if (worker_submit(vault->sweeper, run_punch, on_punched, vault) ==
        STATUS_OK) {
        vault->is_punching = true;
        return;
    }
    vault->punch.status = STATUS_NO_MEMORY; /* the next start does it again */
    store_punched(&vault->store, &vault->punch);
}

static void tell_findings(struct vault *vault)
{
    char words[EVENT_DETAIL_MAX];
    if (!store_tell_findings(&vault->store, words, sizeof words))
        return;
    log_line(LOG_WARNING, "%s", words);
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    struct event event = {.kind = EVENT_INDEX_REBUILT,
                          .span = {now, now},
                          .detail = text_of(words)};
    vault_event(vault, &event);
}

static void catch_up(struct vault *vault)
{
    int64_t until_us = vault_now(vault).us + CATCH_UP_US;
    while (vault_now(vault).us < until_us) {
        if (store_catch_up(&vault->store))
            continue;
        vault->has_caught_up = true;
        tell_findings(vault);
        return;
    }
}

void vault_sweep_tick(struct vault *vault)
{
    if (vault->has_clock)
        catch_up(vault);
    if (!vault->is_punching && !vault->is_stopping && !vault->is_stopped)
        punch_next(vault);
}

void vault_on_freed(void *context, uint32_t camera, struct span span,
                    uint64_t epoch, uint64_t records)
{
    if (epoch == 0)
        return; /* damaged, and told as such: no destruction */
    char words[64];
    (void)snprintf(words, sizeof words, "epoch %llu",
                   (unsigned long long)epoch);
    struct event event = {.kind = EVENT_SPACE_FREED,
                          .camera = camera,
                          .span = span,
                          .detail = text_of(words)};
    vault_event(context, &event);
    log_line(LOG_INFO, "records destroyed camera=%u count=%llu", camera,
             (unsigned long long)records);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk was away while others died (store/owed.c). The keeper is asked of each
 * camera which time has seeds; of what is older than now the rest is forgotten.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "roles/vault/private.h"
#include "sys/logger.h"
#include "sys/socket.h"

enum { SPAN_SIZE = 16, OTHER_KEYS_RETRY_US = 600000000 };

static const int64_t EVER_US = INT64_MAX / 4;

static int by_start(const void *a, const void *b)
{
    const struct span *left = a;
    const struct span *right = b;
    if (left->from.us == right->from.us)
        return 0;
    return left->from.us < right->from.us ? -1 : 1;
}

/* alive: sorted here. What lies between, up to now, is dead. */
static enum status forget_rest(struct vault *vault, struct span *alive,
                               size_t count, uint64_t epoch)
{
    int64_t now_us = vault_trusted(vault, vault_now(vault)).us;
    int64_t from_us = -EVER_US;
    enum status s = STATUS_OK;
    qsort(alive, count, sizeof *alive, by_start);
    for (size_t i = 0; s == STATUS_OK && i <= count; i++) {
        int64_t to_us = i < count ? alive[i].from.us : now_us;
        const struct span dead = {{from_us},
                                  {to_us < now_us ? to_us : now_us}};
        if (!span_is_empty(dead))
            s = store_forget_late(&vault->store, vault->owed.camera, dead,
                                  epoch);
        if (i < count && alive[i].to.us > from_us)
            from_us = alive[i].to.us;
    }
    return s;
}

static enum status take_alive(struct vault *vault,
                              const struct message_alive_get_reply *reply)
{
    size_t count = reply->spans.size / SPAN_SIZE;
    struct span *alive = alloc_array(count + 1, sizeof *alive);
    if (alive == NULL)
        return STATUS_NO_MEMORY;
    struct reader in = reader_on(reply->spans);
    for (size_t i = 0; i < count; i++) {
        alive[i].from.us = reader_i64be(&in);
        alive[i].to.us = reader_i64be(&in);
    }
    enum status s = forget_rest(vault, alive, count, reply->epoch);
    alloc_free(alive);
    return s;
}

static void try_again(struct vault *vault, int64_t in_us)
{
    vault->owed.again.us = vault_now(vault).us + in_us;
}

static void on_alive(void *context, enum status status,
                     const struct message_alive_get_reply *reply,
                     int descriptor)
{
    struct vault *vault = context;
    struct vault_owed *owed = &vault->owed;
    socket_close(&descriptor);
    owed->is_asking = false;
    if (status == STATUS_OK && reply != NULL && reply->epoch < owed->epoch) {
        log_line(LOG_WARNING, "a disk owes deaths that these keys do not know");
        owed->is_running = false;
        try_again(vault, OTHER_KEYS_RETRY_US);
        return;
    }
    if (status != STATUS_OK || reply == NULL ||
        take_alive(vault, reply) != STATUS_OK) {
        try_again(vault, VAULT_RETRY_US); /* this camera once more */
        return;
    }
    owed->asked = owed->camera;
    vault_owed_tick(vault); /* the next one at once */
}

/* The first camera behind `asked` of which anything was ever recorded. */
static bool next_camera(struct vault *vault)
{
    const struct run_table *runs = &vault->store.runs;
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->cameras[i].camera > vault->owed.asked) {
            vault->owed.camera = runs->cameras[i].camera;
            return true;
        }
    }
    return false;
}

static void ask(struct vault *vault)
{
    struct channel *keeper = vault->process.peers[ROLE_KEEPER];
    const struct message_alive_get message = {
        .camera = stream_camera(vault->owed.camera)};
    vault->owed.is_asking = message_alive_get_send(keeper, &message, -1,
                                                   on_alive, vault) ==
                            STATUS_OK;
}

void vault_owed_tick(struct vault *vault)
{
    struct vault_owed *owed = &vault->owed;
    if (!vault->has_clock || !vault->has_caught_up || vault->is_stopped ||
        vault->is_stopping || owed->is_asking ||
        vault->process.peers[ROLE_KEEPER] == NULL ||
        vault_now(vault).us < owed->again.us)
        return;
    if (!owed->is_running) {
        if (intake_has_dead(&vault->intake) ||
            !store_owes(&vault->store, &owed->epoch))
            return;
        store_begin_to_pay(&vault->store);
        owed->is_running = true;
        owed->asked = 0;
    }
    if (next_camera(vault)) {
        ask(vault);
        return;
    }
    owed->is_running = false;
    store_pay(&vault->store);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "crypto/secret.h"
#include "model/death.h"
#include "roles/vault/private.h"
#include "sys/logger.h"
#include "sys/socket.h"

static struct channel *keeper_of(const struct vault *vault)
{
    return vault->process.peers[ROLE_KEEPER];
}

/* ---- seal keys ---- */

static uint32_t unit_s_of(const struct vault_camera *camera)
{
    return slot_grid_of(camera->policy.retention).unit_s;
}

static uint8_t *key_at(struct vault_camera *camera, size_t at)
{
    return camera->keys + at * VAULT_UNIT_BYTES;
}

static void forget_unit(struct vault_camera *camera, size_t at)
{
    secret_wipe(key_at(camera, at), VAULT_UNIT_BYTES);
    camera->units[at] = (struct vault_unit){.camera = camera};
}

static struct vault_unit *find_unit(struct vault_camera *camera,
                                    struct wall_time start)
{
    for (size_t i = 0; i < VAULT_UNITS; i++) {
        struct vault_unit *unit = &camera->units[i];
        if ((unit->is_there || unit->is_asked) && unit->start.us == start.us)
            return unit;
    }
    return NULL;
}

/* A free place, or the oldest one's. */
static size_t place_for_unit(struct vault_camera *camera)
{
    size_t oldest = 0;
    for (size_t i = 0; i < VAULT_UNITS; i++) {
        const struct vault_unit *unit = &camera->units[i];
        if (!unit->is_there && !unit->is_asked)
            return i;
        if (unit->start.us < camera->units[oldest].start.us)
            oldest = i;
    }
    forget_unit(camera, oldest);
    return oldest;
}

/* Refused. Early that means that the keeper does not know the camera yet; long
 * after its time, that the unit's seed is out of reach. Of what was destroyed
 * while it was recorded, it never comes: what waits behind it shall not. */
static void on_refused(struct vault *vault, struct vault_camera *camera,
                       struct vault_unit *unit, enum status status)
{
    int64_t end_us =
        unit->start.us + (int64_t)unit_s_of(camera) * SECOND_US;
    bool is_late = vault_trusted(vault, vault_now(vault)).us - end_us >
                   VAULT_KEY_LATE_US;
    if (status != STATUS_IO)
        log_line(LOG_WARNING, "no key to seal with camera=%u status=%s",
                 camera->camera, status_name(status));
    bool is_dead = span_holds(camera->dead, unit->start);
    if (unit->is_asked && (is_late || is_dead) && status == STATUS_NOT_FOUND)
        vault_give_up_drafts(vault, camera, unit->start, CAUSE_EXPIRED);
    else if (unit->is_asked && is_late && status == STATUS_DENIED)
        vault_give_up_drafts(vault, camera, unit->start, CAUSE_OVERLOAD);
    for (size_t i = 0; i < VAULT_UNITS; i++)
        camera->units[i].is_asked = false;
    camera->ask_again.us = vault_now(vault).us + VAULT_RETRY_US;
}

static void on_seal_key(void *context, enum status status,
                        const struct message_seal_key_reply *reply,
                        int descriptor)
{
    struct vault_unit *asked = context;
    struct vault_camera *camera = asked->camera;
    struct vault *vault = camera->vault;
    socket_close(&descriptor);
    struct vault_unit *unit = NULL;
    if (status == STATUS_OK && reply != NULL &&
        reply->unit_s == unit_s_of(camera))
        unit = find_unit(camera, (struct wall_time){reply->unit_us});
    if (unit == NULL) {
        /* Refused, or the keeper has gone, or another grid: once more. */
        on_refused(vault, camera, asked, status);
        return;
    }
    unit->is_asked = false;
    unit->is_there = true;
    uint8_t *key = key_at(camera, (size_t)(unit - camera->units));
    memcpy(key, reply->unit_key, UNIT_KEY_SIZE);
    memcpy(key + UNIT_KEY_SIZE, reply->leaf_salt, LEAF_SALT_SIZE);
    vault_send_drafts(vault, camera);
}

static void ask_unit(struct vault *vault, struct vault_camera *camera,
                     struct wall_time start)
{
    struct channel *keeper = keeper_of(vault);
    if (keeper == NULL || vault_now(vault).us < camera->ask_again.us)
        return;
    size_t at = place_for_unit(camera);
    camera->units[at] = (struct vault_unit){
        .camera = camera, .start = start, .is_asked = true};
    const struct message_seal_key message = {
        .camera = stream_camera(camera->camera), .time_us = start.us};
    if (message_seal_key_send(keeper, &message, -1, on_seal_key,
                              &camera->units[at]) != STATUS_OK) {
        camera->units[at].is_asked = false;
        camera->ask_again.us = vault_now(vault).us + VAULT_RETRY_US;
    }
}

const uint8_t *vault_unit_key(struct vault *vault,
                              struct vault_camera *camera,
                              struct wall_time start)
{
    struct vault_unit *unit = find_unit(camera, start);
    if (unit == NULL) {
        ask_unit(vault, camera, start);
        return NULL;
    }
    return unit->is_there ? key_at(camera, (size_t)(unit - camera->units))
                          : NULL;
}

/* The present unit's key and, half a unit before its time, the next one's. */
static void prefetch(struct vault *vault, struct vault_camera *camera)
{
    uint32_t unit_s = unit_s_of(camera);
    int64_t unit_us = (int64_t)unit_s * SECOND_US;
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    struct wall_time soon = {now.us + unit_us / 2};
    (void)vault_unit_key(vault, camera, slot_start(now, unit_s));
    (void)vault_unit_key(vault, camera, slot_start(soon, unit_s));
    for (size_t i = 0; i < VAULT_UNITS; i++) {
        if (camera->units[i].is_there && camera->first_draft == NULL &&
            camera->units[i].start.us < now.us - 2 * unit_us)
            forget_unit(camera, i);
    }
}

/* ---- the keeper's clock ---- */

/* Trusted time has stepped, by people's word; a slew is smaller. Backwards,
 * what comes is earlier than what is there: a stretch of its own. */
static void follow_step(struct vault *vault)
{
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    for (size_t i = 0; i < vault->camera_count; i++) {
        struct vault_camera *camera = vault->cameras[i];
        vault_finish_record(vault, camera, NULL);
        gop_chain_finish(camera->chain);
        coverage_on_step(&camera->coverage, now);
        camera->has_recorded = false;
        camera->dead = (struct span){{0}, {0}};
        if (camera->last_sample_us > now.us)
            camera->last_sample_us = now.us;
    }
}

static void on_clock(void *context, enum status status,
                     const struct message_vault_clock_reply *reply,
                     int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    vault->is_asking_clock = false;
    if (status != STATUS_OK || reply == NULL)
        return; /* the tick asks again */
    int64_t step_us =
        reply->trusted_minus_boot_us - vault->trusted_minus_boot_us;
    vault->trusted_minus_boot_us = reply->trusted_minus_boot_us;
    if (vault->has_clock && (step_us > SECOND_US || step_us < -SECOND_US))
        follow_step(vault);
    vault->has_clock = true;
    vault_apply_policies(vault);
    vault_drain(vault);
}

static void ask_clock(struct vault *vault)
{
    const struct message_vault_clock message = {.id = 0};
    vault->is_asking_clock =
        message_vault_clock_send(keeper_of(vault), &message, -1, on_clock,
                                 vault) == STATUS_OK;
}

/* ---- deaths ---- */

/* Keys of dead slots are wiped before their records are forgotten. */
static enum status follow_stream(struct vault *vault, uint32_t stream,
                                 const struct death *death)
{
    struct vault_camera *camera = vault_find(vault, stream);
    for (size_t i = 0; camera != NULL && i < VAULT_UNITS; i++) {
        if (camera->units[i].is_there &&
            span_holds(death->slot, camera->units[i].start))
            forget_unit(camera, i);
    }
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    if (camera != NULL && death->slot.to.us > now.us)
        camera->dead = death->slot;
    enum status s =
        intake_forget(&vault->intake, stream, death->slot, death->epoch);
    return s == STATUS_OK ? store_forget(&vault->store, stream, death->slot,
                                         death->epoch)
                          : s;
}

/* A camera's keys are those of both its streams. */
static enum status follow_death(struct vault *vault,
                                const struct death *death)
{
    uint32_t sub = death->subject + STREAM_SUB;
    if (death->subject == SUBJECT_TEXT_MONTH)
        return STATUS_OK; /* not pictures */
    if (death->is_unused)
        return STATUS_OK; /* no key, no record: no space to be freed */
    enum status s = follow_stream(vault, death->subject, death);
    /* Its first record may still be on its way, and its keys be here. */
    if (s == STATUS_OK && death->subject <= CAMERA_NUMBER_MAX &&
        (vault_find(vault, sub) != NULL ||
         run_table_find(&vault->store.runs, sub) != NULL))
        s = follow_stream(vault, sub, death);
    return s;
}

static void on_epoch(void *context, enum status status,
                     const struct message_epoch_wait_reply *reply,
                     int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    vault->is_waiting_epoch = false;
    if (status != STATUS_OK || reply == NULL) {
        vault->keeper_again.us = vault_now(vault).us + VAULT_RETRY_US;
        return;
    }
    vault_read_epoch_changed(vault);
    vault_hold_epoch_changed(vault);
    struct reader in = reader_on(reply->deaths);
    while (reader_more(&in)) {
        struct death death;
        if (death_decode(&in, &death) != STATUS_OK) {
            log_line(LOG_ERROR, "list of deaths cannot be read");
            break;
        }
        if (follow_death(vault, &death) != STATUS_OK) {
            vault->keeper_again.us = vault_now(vault).us + VAULT_RETRY_US;
            return; /* no memory, no room: all of them once more */
        }
    }
    vault->epoch = reply->epoch;
    store_note_epoch(&vault->store, vault->epoch);
    if (!vault->is_asking_clock && keeper_of(vault) != NULL)
        ask_clock(vault); /* it may have been corrected */
}

static void wait_epoch(struct vault *vault)
{
    const struct message_epoch_wait message = {.known_epoch = vault->epoch};
    vault->is_waiting_epoch =
        message_epoch_wait_send(keeper_of(vault), &message, -1, on_epoch,
                                vault) == STATUS_OK;
}

void vault_keeper_attached(struct vault *vault)
{
    vault->is_asking_clock = vault->is_waiting_epoch = false;
    vault->owed.is_asking = false;
    vault->keeper_again.us = 0;
    for (size_t i = 0; i < vault->camera_count; i++) {
        struct vault_camera *camera = vault->cameras[i];
        camera->ask_again.us = 0;
        for (size_t j = 0; j < VAULT_UNITS; j++)
            camera->units[j].is_asked = false;
    }
    ask_clock(vault);
}

void vault_keys_tick(struct vault *vault)
{
    if (keeper_of(vault) == NULL)
        return;
    bool may_ask = vault_now(vault).us >= vault->keeper_again.us;
    if (!vault->has_clock && !vault->is_asking_clock && may_ask)
        ask_clock(vault);
    if (!vault->has_clock)
        return;
    if (!vault->is_waiting_epoch && may_ask)
        wait_epoch(vault);
    if (vault->is_stopped)
        return;
    for (size_t i = 0; i < vault->camera_count; i++) {
        prefetch(vault, vault->cameras[i]);
        vault_send_drafts(vault, vault->cameras[i]);
    }
}

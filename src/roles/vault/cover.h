/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/vault/cover - pictures of which regions are not for everybody's eyes.
 *
 * The gate tells the regions (cover_set); tickets say for whom they hold. Such
 * pictures leave the vault only by way of the role work, which decodes, covers
 * and encodes them: it asks for them (cover_wait) and brings them back
 * (cover_done). Without work, or without the regions, nothing is given out.
 *
 * Recorded: an answer that is ready goes to work instead of web, and what comes
 * back goes to web. Live: a covered camera's samples go to work as they come,
 * and what comes back is what its viewers get; no others are kept for them.
 *
 * Threads: the loop's.
 */
#ifndef ROLES_VAULT_COVER_H
#define ROLES_VAULT_COVER_H

#include "roles/vault/private.h"

/* Whether regions of this camera are known. */
bool vault_cover_knows(const struct vault *vault, uint32_t camera);

/*
 * The answer to a read, by way of work. descriptor: sealed packs; taken. allowed:
 * what the ticket allows. Answers reply->id on channel later in any case.
 */
void vault_cover_read(struct vault *vault, struct channel *channel,
                      const struct message_read_reply *reply, uint32_t camera,
                      struct span allowed, int descriptor);

/* A watched camera's sample; true where it must not be kept as it is. */
bool vault_cover_live(struct vault *vault, struct vault_camera *camera,
                      const struct sample *sample);

/* What decodes the live pictures that are kept of this camera. */
const struct codec_config *
vault_live_config(const struct vault *vault, const struct vault_camera *camera);

/* Nobody watches the camera any more. */
void vault_cover_end_live(struct vault *vault, uint32_t camera);

/* Answers reads that waited too long for work. */
void vault_cover_tick(struct vault *vault);

/* Another web, another work. */
void vault_cover_web_attached(struct vault *vault);
void vault_cover_work_attached(struct vault *vault);

void vault_on_cover_set(void *context, struct channel *channel,
                        const struct message_cover_set *message,
                        int descriptor);
void vault_on_cover_wait(void *context, struct channel *channel,
                         const struct message_cover_wait *message,
                         int descriptor);
void vault_on_cover_done(void *context, struct channel *channel,
                         const struct message_cover_done *message,
                         int descriptor);

/* vault/live.c: keeps a sample for those who watch. */
void vault_live_keep(struct vault *vault, struct vault_camera *camera,
                     const struct sample *sample);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/keeper/roots.h"

#include "ipc/channel.h"
#include "keys/root_tpm.h"
#include "sys/file.h"
#include "sys/logger.h"
#include "sys/socket.h"

void keeper_roots_attach(struct keeper_roots *roots, uint32_t id,
                         int descriptor)
{
    roots->is_attached = true;
    roots->attach_id = id;
    if (roots->tpm != NULL) {
        root_tpm_take_link(roots->tpm, descriptor);
        return;
    }
    socket_close(&roots->descriptor);
    roots->descriptor = descriptor;
}

enum status keeper_roots_open(struct keeper_roots *roots,
                              const char *directory, uint32_t first_handle,
                              struct root_store **store)
{
    *store = NULL;
    if (first_handle == 0)
        return STATUS_OK;
    if (roots->descriptor < 0)
        return STATUS_IO;
    const struct root_tpm_options options = {
        .layer = &FILE_LAYER_SYSTEM,
        .directory = directory,
        .first_handle = first_handle,
        .descriptor = roots->descriptor,
    };
    enum status s = root_tpm_open(&options, &roots->tpm);
    if (s != STATUS_OK)
        return s;
    roots->descriptor = -1;
    *store = root_tpm_store(roots->tpm);
    return STATUS_OK;
}

enum status keeper_roots_work(struct keeper_roots *roots, struct loop *loop,
                              void (*on_done)(void *context), void *context)
{
    if (roots->tpm == NULL)
        return STATUS_OK;
    return root_tpm_work_on(roots->tpm, loop, on_done, context);
}

void keeper_roots_tell(struct keeper_roots *roots, struct channel *control)
{
    if (roots->tpm == NULL || !roots->is_attached ||
        !root_tpm_needs_link(roots->tpm))
        return;
    const struct message_tpm_attach_reply reply = {.id = roots->attach_id,
                                                   .status = STATUS_AGAIN};
    roots->is_attached = false;
    if (message_tpm_attach_answer(control, &reply, -1) != STATUS_OK)
        log_line(LOG_ERROR, "keeper: the supervisor does not hear");
}

bool keeper_roots_are_new(const struct keeper_roots *roots)
{
    return roots->tpm != NULL && root_tpm_is_new(roots->tpm);
}

void keeper_roots_answer(const struct keeper_roots *roots,
                         struct channel *channel, uint32_t id)
{
    struct message_attestation_get_reply reply = {.id = id};
    if (roots->tpm != NULL)
        reply.attestation = root_tpm_attestation(roots->tpm);
    if (reply.attestation.size == 0)
        reply.status = STATUS_NOT_FOUND;
    if (message_attestation_get_answer(channel, &reply, -1) != STATUS_OK)
        log_line(LOG_ERROR, "keeper: the gate does not hear");
}

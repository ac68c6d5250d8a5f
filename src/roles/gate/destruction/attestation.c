/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a TPM has signed about a deletion becomes an entry, so that a record of
 * destruction is made of lines of the log alone. One for an epoch in which
 * something died, or for a later one where the keeper has rotated again before
 * it was asked: the root of the epoch that died was replaced before either.
 */
#include "base/encoding.h"
#include "base/text.h"
#include "roles/gate/destruction/destruction.h"
#include "roles/gate/gate.h"
#include "sys/logger.h"
#include "tpm/attestation.h"
#include "tpm/tpm.h"

static void on_attestation(void *context, enum status status,
                           const struct message_attestation_get_reply *reply,
                           int descriptor)
{
    static char encoded[BASE64_SIZE(TPM_ATTESTATION_MAX) + 1];
    struct gate *gate = context;
    struct tpm_attestation found;
    (void)descriptor;
    gate->attestation.is_asked = false;
    if (status != STATUS_OK || reply == NULL)
        return; /* no TPM, or none yet: asked again with the next tick */
    if (tpm_attestation_read(reply->attestation, &found) != STATUS_OK) {
        log_line(LOG_ERROR, "the keeper's attestation cannot be read");
        return;
    }
    /* Signing follows the erasure: it may still be that of an epoch before. */
    if (found.epoch < gate->history.done_epoch ||
        found.epoch <= gate->attestation.noted_epoch)
        return;
    base64_encode(reply->attestation, encoded);
    struct entry entry = entry_of(ENTRY_DELETION_ATTESTED);
    entry_number(&entry, "epoch", (int64_t)found.epoch);
    entry_text(&entry, "attestation", text_of(encoded));
    gate->attestation.noted_epoch = found.epoch;
    gate_note(gate, &entry);
}

void gate_attestation_ask(struct gate *gate)
{
    struct channel *channel = gate->process.peers[ROLE_KEEPER];
    const struct history *history = &gate->history;
    /* Whether there is a TPM the keeper knows: an emulator's level is 0. */
    bool is_wanted = history->done_epoch > history->attested_epoch &&
                     history->done_epoch > gate->attestation.noted_epoch;
    if (channel == NULL || gate->attestation.is_asked || !is_wanted ||
        gate->stop.is_asked)
        return;
    const struct message_attestation_get message = {.id = 0};
    enum status s = message_attestation_get_send(channel, &message, -1,
                                                 on_attestation, gate);
    gate_sent(s, "attestation_get");
    gate->attestation.is_asked = s == STATUS_OK;
}

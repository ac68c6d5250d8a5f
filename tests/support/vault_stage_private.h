/* SPDX-License-Identifier: Apache-2.0 */
/* support/vault_stage_private - what its two files share: vault_stage.c is
 * supervisor, ingest and keeper, vault_stage_ask.c gate and web,
 * vault_stage_work.c work. */
#ifndef SUPPORT_VAULT_STAGE_PRIVATE_H
#define SUPPORT_VAULT_STAGE_PRIVATE_H

#include "support/vault_stage.h"

enum {
    STAGE_UNTIL_MS = 60000,
};

extern const uint8_t STAGE_TICKET_KEY[TICKET_KEY_SIZE];

void stage_attach(struct stage *stage, enum role role,
                  struct channel **channel);
enum status stage_wait_answer(struct stage *stage, const char *what);
void stage_take_answer(struct stage *stage, enum status status,
                       int descriptor);
/* out: stage->payload bytes. */
void stage_fill_payload(const struct stage *stage, uint32_t camera,
                        uint64_t k, uint8_t *out);

#endif

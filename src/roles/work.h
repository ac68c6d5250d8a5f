/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/work - covers pictures for the vault.
 *
 * It is given pictures and regions, and gives pictures back in which these are
 * black: it asks the vault for the next (cover_wait) and brings them
 * (cover_done), one job at a time. It has no key, no file and no socket, and
 * knows neither who watches nor what for. A live camera's decoder is kept for
 * as long as its stream goes on.
 *
 * In haechi-work only: it decodes what cameras send, so it is taken for captured.
 */
#ifndef ROLES_WORK_H
#define ROLES_WORK_H

int role_work_main(void);

#endif

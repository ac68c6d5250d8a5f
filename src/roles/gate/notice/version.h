/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/notice/version - what runs is the version of the notice that is in
 * force; docs/design/versions.md.
 *
 *   version.c   the first version, and each later one in its minute
 *   publish.c   a chief manager announces one
 *   change.c    what changes, with a draft or a version
 *   deeds.c     withdraws one, says that it is on the homepage; the list
 */
#ifndef ROLES_GATE_NOTICE_VERSION_H
#define ROLES_GATE_NOTICE_VERSION_H

#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"

/* At a start: makes the first version, or follows the log where it knows
 * another one than the files do. Entries are written in the background. */
void gate_versions_begin(struct gate *gate);

/* Puts the announced version in force once its time has come. */
void gate_versions_tick(struct gate *gate);

/* status: OK once the version is in force and the book says so. */
typedef void gate_version_fn(void *context, enum status status);

/*
 * Puts a version in force: entry, then everything that follows from the notice.
 * on_done may be NULL; it comes only where OK is returned.
 * Fails with: AGAIN (another one is on its way), BAD_INPUT (the plant does not
 * fit it), as notice_version_load, as gate_append.
 */
MUST_USE enum status gate_version_activate(struct gate *gate, uint32_t number,
                                           gate_version_fn *on_done,
                                           void *context);

/* Whether the plant's cameras have their groups in it. */
bool gate_version_binds(struct gate *gate, const struct notice *notice);

/* Writes the book after the log; a failure is logged, and made good at the
 * next start. */
void gate_book_write(struct gate *gate);

/* Drafts that wait, and what would change with each; what changed with a
 * version. As JSON, appended. Fail with: NOT_FOUND (no such version), NO_MEMORY,
 * LIMIT, as sys/file.h. */
MUST_USE enum status gate_drafts_write(const struct gate *gate,
                                       struct buffer *out);
MUST_USE enum status gate_change_write(const struct gate *gate, uint32_t number,
                                       struct buffer *out);

/* Somebody who may announce and withdraw. Fails with: AGAIN, DENIED. */
MUST_USE enum status gate_publisher_find(struct gate *gate, struct text session,
                                         struct gate_person *out);

#endif

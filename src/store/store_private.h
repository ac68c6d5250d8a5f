/* SPDX-License-Identifier: Apache-2.0 */
/* store/store_private - what store.c, space.c, recovery.c, sweep.c and owed.c
 * share. */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include "store/store.h"

/* The disk whose numbers these are, if it can be read; or NULL. */
struct disk *store_disk_at(struct store *store, uint32_t number);

/* The runs of what the loaded volume holds, and its row. Fails with:
 * NO_MEMORY; then *out is empty. */
MUST_USE enum status store_content(const struct volume *volume,
                                   struct run_table *out,
                                   struct catalogue_row *row);

/* A full volume: deleted where it holds nothing; else, when all of it and its
 * directory are on the disk, its row is put down. May destroy it. */
void store_settle(struct store *store, struct volume *volume);

/* The volume is of no use any more: its row, its file and its leaves go. */
void store_delete_volume(struct store *store, struct volume *volume);

/* The index is to be told, by the next store_index_settle. */
void store_index_owe(struct store *store, const struct index_gone *gone);

/* Tells it all that is owed; what it could not be told stays owed, and is
 * logged. Call before another change. Fails with: IO, NO_SPACE, CORRUPT,
 * NO_MEMORY. */
MUST_USE enum status store_index_settle(struct store *store);

/*
 * Gives up the class's oldest volume, or else the oldest of any but holds; one
 * that cannot be read is passed over (on_unreadable). *disk: where there is room
 * now. Fails with: NO_SPACE (there is none), NO_MEMORY.
 */
MUST_USE enum status store_make_room(struct store *store, uint16_t class_id,
                                     struct disk **disk);

/* Whether the loaded volume's directory fits behind its last record. */
bool volume_end_fits(const struct volume *volume);

/* Whether the volume stands in no row that readers find. */
bool store_is_apart(const struct store *store, const struct volume *volume);

/* Reads the leaf files of the newest volumes: where the cameras' chains and the
 * batches go on. Fails with: NO_MEMORY. */
MUST_USE enum status store_recover_leaves(struct store *store);

/* Reads the volume of this row, which is unread; a volume without an end is
 * checked for torn records. may_open: it goes on as its class's open volume if
 * it can. Fails with: NO_MEMORY. */
MUST_USE enum status store_read_row(struct store *store, uint32_t number,
                                    bool may_open);

enum { NO_SLOT = UINT16_MAX };

/* A batch of deaths was followed: each disk that was away, has a volume that
 * could not be read, or is slot's, owes them. Fails as disk_book_write. */
MUST_USE enum status store_note_owed(struct store *store, uint64_t epoch,
                                     uint16_t slot);

/* A batch has ended. */
void store_end_payment(struct store *store);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support/log_fixture - a log without a gate: entries by hand, one batch after
 * another, signed when the test says so. Its signing key lies in its directory.
 */
#ifndef SUPPORT_LOG_FIXTURE_H
#define SUPPORT_LOG_FIXTURE_H

#include "log/log_store.h"

#define LOG_FIXTURE_ORIGIN "www.geoje.example/haechi/test"

/* As log_store_open. */
MUST_USE enum status log_fixture_open(const struct file_layer *layer,
                                      const char *directory,
                                      struct log_store **out);

/* What log_fixture_open hands over; key: LOG_PATH_SIZE bytes to fill. */
struct log_place log_fixture_place(const char *directory, char *key);

/* The entry's line and leaf, as the next one of the batch. */
void log_fixture_add(struct log_batch *batch, const struct entry *entry,
                     struct wall_time time,
                     const struct commitment *commitments);

/* recorder.stop entries, their cause the number. */
void log_fixture_add_stops(struct log_batch *batch, size_t count);

/* Logins, each with an address sealed under the fixture's key. */
extern const uint8_t LOG_FIXTURE_TEXT_KEY[TEXT_KEY_SIZE];
void log_fixture_add_logins(struct log_batch *batch, size_t count);

/* Commits and notes. */
MUST_USE enum status log_fixture_append(struct log_store *store,
                                        const struct log_batch *batch);

/* Prepares and publishes. */
MUST_USE enum status log_fixture_sign(struct log_store *store);

/* Opens the log, appends that many stops, in batches of at most 512, signs it
 * and closes it. */
void log_fixture_grow(const struct file_layer *layer, const char *directory,
                      size_t count);

#endif

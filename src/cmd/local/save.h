/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/local/save - pictures of the installation that runs in a directory, into
 * a new file, and its hash.
 */
#ifndef CMD_LOCAL_SAVE_H
#define CMD_LOCAL_SAVE_H

#include "cmd/local/fetch.h"
#include "crypto/hash.h"

/*
 * The body of an answer whose code is 200 into path, which must not be there
 * and which only its owner may read then; whole, or there is no file. Fails
 * with: IO (it cannot be made), NO_SPACE, and as local_fetch. out->code tells
 * whether there is a file.
 */
MUST_USE enum status local_save(const char *directory,
                                const struct local_call *call,
                                const char *path, struct local_fetched *out,
                                uint8_t digest[SHA256_SIZE]);

#endif

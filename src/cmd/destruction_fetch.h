/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/destruction_fetch - records of destructions from a running installation.
 *
 * Asked as this machine's administrator, a record has no reason in it; asked
 * with the session of somebody who may read it, it has.
 */
#ifndef CMD_DESTRUCTION_FETCH_H
#define CMD_DESTRUCTION_FETCH_H

#include "cmd/local/json.h"

/*
 * The whole record, its parts joined. As local_json; *out is the record where
 * *code is 200, else the problem.
 */
MUST_USE enum status destruction_fetch(const char *directory, uint64_t entry,
                                       const char *session, unsigned *code,
                                       json_t **out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/destruction_fetch - records of destructions from a running installation.
 *
 * Asked as this machine's administrator, a record has no reason in it; asked
 * with the session of somebody who may read it, it has.
 */
#ifndef CMD_DESTRUCTION_FETCH_H
#define CMD_DESTRUCTION_FETCH_H

#include <jansson.h>

#include "cmd/local_request.h"

/*
 * One answer as JSON; *code: HTTP's; *out: the caller's, NULL where the answer
 * is no JSON. Fails with: as local_request.
 */
MUST_USE enum status local_json(const char *directory,
                                const struct local_call *call, unsigned *code,
                                json_t **out);

/* The document as text, from base/alloc; NULL without memory, or for NULL. */
char *local_dump(const json_t *document, size_t flags);

/* The sentence of a problem, in English; never NULL. Borrowed. */
const char *local_problem(const json_t *answer);

/*
 * The whole record, its parts joined. As local_json; *out is the record where
 * *code is 200, else the problem.
 */
MUST_USE enum status destruction_fetch(const char *directory, uint64_t entry,
                                       const char *session, unsigned *code,
                                       json_t **out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/local/json - answers of a running installation as JSON, and what is in
 * them.
 */
#ifndef CMD_LOCAL_JSON_H
#define CMD_LOCAL_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/time.h"
#include "cmd/local/request.h"

/*
 * One answer as JSON; *code: HTTP's; *out: the caller's, NULL where the answer
 * is no JSON. Every word in it is plain (text_is_plain): a terminal may be given
 * it. Fails with: BAD_INPUT (one is not), and as local_request.
 */
MUST_USE enum status local_json(const char *directory,
                                const struct local_call *call, unsigned *code,
                                json_t **out);

/* Whether all its words are plain, and it is not nested deeper than answers are:
 * web, which has written it, may be captured, and a terminal obeys what it is
 * given. NULL is. */
bool local_is_plain(json_t *document);

/* The document as text, from base/alloc; NULL without memory, or for NULL. */
char *local_dump(const json_t *document, size_t flags);

/* The sentence of a problem, in English; never NULL. Borrowed. */
const char *local_problem(const json_t *answer);

/* A member; 0 or empty where there is none. Borrowed. */
long long local_number(const json_t *object, const char *name);
struct wall_time local_time(const json_t *object, const char *name);
const char *local_text(const json_t *object, const char *name);

/* On standard output, indented. */
void local_print(const json_t *document);

#endif

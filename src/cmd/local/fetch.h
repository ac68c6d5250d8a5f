/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/local/fetch - an answer of the installation that runs in a directory,
 * piece by piece: pictures, which no memory holds.
 */
#ifndef CMD_LOCAL_FETCH_H
#define CMD_LOCAL_FETCH_H

#include "cmd/local/request.h"

enum { LOCAL_HEAD_MAX = 16384 };

struct local_fetched {
    unsigned code;   /* HTTP's */
    int64_t next_us;  /* of the header X-Haechi-Next; 0: none */
    int64_t start_us; /* of X-Haechi-Start */
};

/* Takes the next piece. What it fails with ends the fetching. */
typedef enum status local_piece_fn(void *context, struct bytes piece);

/*
 * A body with a length, or in chunks; one that ends early is an error. Pieces
 * of an answer whose code is not 200 are not given. Fails with: as
 * local_request, CORRUPT (it ended early), and as on_piece.
 */
MUST_USE enum status local_fetch(const char *directory,
                                 const struct local_call *call,
                                 local_piece_fn *on_piece, void *context,
                                 struct local_fetched *out);

#endif

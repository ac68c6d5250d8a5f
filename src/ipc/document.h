/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipc/document - a document that may be larger than a packet.
 *
 * An answer carries it in its own bytes, up to DOCUMENT_INSIDE_MAX, and what is
 * larger in sealed memory beside it (sys/sealed_memory):
 *
 *   FD BLOB(json, 98304) U32(outside_bytes)     outside_bytes 0: it is in json
 *
 * Threads: the loop's.
 */
#ifndef IPC_DOCUMENT_H
#define IPC_DOCUMENT_H

#include "base/bytes.h"
#include "base/status.h"

struct channel;

enum {
    DOCUMENT_INSIDE_MAX = 98304,        /* bytes; as in ipc/messages.def */
    DOCUMENT_MAX = 4 * 1024 * 1024,     /* 4,096 cameras, a kilobyte each */
};

/* The fields of an answer. descriptor (-1: none) is the caller's. */
struct document {
    struct bytes inside; /* borrowed from what was packed */
    uint32_t outside_bytes;
    int descriptor;
};

/*
 * Fails with: LIMIT, AGAIN (the peer has not received what memory it was sent
 * before), IO.
 */
MUST_USE enum status document_pack(struct channel *channel, struct bytes whole,
                                   struct document *out);

/*
 * The whole document, wherever it is; *mapped holds it until
 * sealed_memory_unmap. Closes *descriptor and leaves -1.
 * Fails with: CORRUPT, LIMIT, IO.
 */
MUST_USE enum status document_open(struct bytes inside, uint32_t outside_bytes,
                                   int *descriptor, struct bytes *mapped,
                                   struct bytes *out);

#endif

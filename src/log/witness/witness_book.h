/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/witness/witness_book - this installation as a witness of others' logs:
 * what it has cosigned, and its answers to add-checkpoint.
 *
 * One file per origin, named by SHA-256 of it in hexadecimal: the note that was
 * cosigned last, with the log's signature and ours. It is replaced durably
 * before a cosignature leaves; a file that is damaged refuses that origin for
 * good (CORRUPT), since whoever forgets what it has cosigned may cosign two
 * logs. The key lies in a file of its own (log/key_file) and signs nothing else.
 *
 * A contradiction is what no honest log can show: two roots of one size, both
 * under its signature; or a root whose tree begins otherwise than the one that
 * we have cosigned, which the proof that came along shows to anybody. A proof
 * that leads nowhere is nobody's word, and refused without more.
 *
 * Source: C2SP tlog-witness. Threads: one at a time; each answer waits for the
 * disk.
 */
#ifndef LOG_WITNESS_WITNESS_BOOK_H
#define LOG_WITNESS_WITNESS_BOOK_H

#include "log/witness/add_checkpoint.h"
#include "sys/file.h"

struct witness_book;

struct witness_place {
    const char *directory; /* exists; nothing else is in it */
    const char *key;       /* the private key's file, made where there is none */
    const char *vkey;      /* its public half, for those who are to believe it */
    const char *name;      /* of a witness that begins */
};

/* Two notes under the log's signature, of which one is a lie. */
struct witness_contradiction {
    bool is_there;
    struct buffer known; /* the note that was cosigned last */
    struct buffer shown; /* what was asked: the body of add-checkpoint */
    uint64_t known_size;
    uint64_t shown_size;
};

struct witness_answer {
    int code;         /* HTTP's: 200, 400, 403, 404, 409, 422 */
    bool is_new_size; /* 200: the log has grown since */
    uint64_t size;    /* 200: of the checkpoint */
    struct buffer body;
    struct witness_contradiction contradiction;
};

/* Fails with: BAD_INPUT (the name), CORRUPT (the key, or vkey is not its),
 * NO_MEMORY, INTERNAL, LIMIT, and as sys/file.h. *out is NULL then. */
MUST_USE enum status witness_book_open(const struct file_layer *layer,
                                       const struct witness_place *place,
                                       struct witness_book **out);
void witness_book_close(struct witness_book **book); /* wipes the key */

const struct note_key *witness_book_key(const struct witness_book *book);

/*
 * Answers one request about one of these logs. time_s: since 1970.
 * Fails with: CORRUPT (the origin's file), NO_MEMORY, INTERNAL, and as
 * sys/file.h; nothing has been promised then. answer is to be released either
 * way.
 */
MUST_USE enum status witness_book_answer(struct witness_book *book,
                                         const struct note_key *logs,
                                         size_t log_count, struct text body,
                                         uint64_t time_s,
                                         struct witness_answer *answer);
void witness_answer_deinit(struct witness_answer *answer);

/* What was cosigned last of this log, and when. Fails with: NOT_FOUND, and as
 * witness_book_answer. */
MUST_USE enum status witness_book_last(struct witness_book *book,
                                       const struct note_key *log,
                                       struct checkpoint *out,
                                       uint64_t *time_s);

#endif

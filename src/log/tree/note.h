/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tree/note - signed notes and their keys: C2SP signed-note.
 *
 *   <text, ends with a line feed>
 *   <empty line>
 *   — <key name> <base64 of key id (4) || signature>      one or more
 *
 * A key is written as a vkey: <name>+<id, hexadecimal>+<base64 of type (1) ||
 * public key>, where id = SHA-256(name || 0x0a || type || public key)[0..3].
 * Types here: 0x01 Ed25519 over the text, 0x04 cosignature/v1
 * (log/tree/cosignature.h).
 *
 * Threads: any; no state.
 */
#ifndef LOG_TREE_NOTE_H
#define LOG_TREE_NOTE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "crypto/sign.h"

enum {
    NOTE_KEY_ED25519 = 0x01,
    NOTE_KEY_COSIGNATURE = 0x04,
    NOTE_KEY_ID_SIZE = 4,
    NOTE_NAME_MAX = 255,      /* bytes of a key's name */
    NOTE_VKEY_SIZE = 320,     /* of a vkey, terminated */
    NOTE_SIZE_MAX = 65536,    /* bytes of a note */
    NOTE_SIGNATURES_MAX = 32, /* lines that are read */
    NOTE_SIGNATURE_MAX = 128, /* bytes of one, without the key id */
};

struct note_key {
    char name[NOTE_NAME_MAX + 1];
    uint8_t type;
    uint8_t id[NOTE_KEY_ID_SIZE];
    uint8_t public_key[SIGN_PUBLIC_SIZE];
};

struct note_signature {
    struct text name; /* borrowed from the note */
    uint8_t id[NOTE_KEY_ID_SIZE];
    uint8_t bytes[NOTE_SIGNATURE_MAX];
    size_t size;
};

struct note {
    struct text text; /* borrowed; with its last line feed */
    struct note_signature signatures[NOTE_SIGNATURES_MAX];
    size_t count;
};

/* Whether this may name a key: plain, no space, no plus, 1 to NOTE_NAME_MAX
 * bytes. */
bool note_name_is_good(struct text name);

/* Fails with: BAD_INPUT (the name), INTERNAL. */
MUST_USE enum status note_key_make(struct text name, uint8_t type,
                                   const uint8_t public_key[SIGN_PUBLIC_SIZE],
                                   struct note_key *out);

/* A vkey, with or without a line feed at its end. Fails with: BAD_INPUT,
 * INTERNAL. */
MUST_USE enum status note_key_parse(struct text vkey, struct note_key *out);
void note_key_format(const struct note_key *key, char out[NOTE_VKEY_SIZE]);

/* Fails with: BAD_INPUT, LIMIT (its size, its signatures). */
MUST_USE enum status note_parse(struct text note, struct note *out);

/* The key's signature among the note's; NULL: there is none. */
const struct note_signature *note_find(const struct note *note,
                                       const struct note_key *key);

/* An Ed25519 key's signature over the text. Fails with: NOT_FOUND (it has not
 * signed), CORRUPT, INTERNAL. */
MUST_USE enum status note_verify(const struct note *note,
                                 const struct note_key *key);

/* Appends one signature line. */
void note_put_signature(const struct note_key *key, struct bytes signature,
                        struct buffer *out);

/* Appends text, an empty line and the signature line. Fails with: NO_MEMORY,
 * INTERNAL. */
MUST_USE enum status note_sign(struct text text, const struct note_key *key,
                               const uint8_t private_key[SIGN_PRIVATE_SIZE],
                               struct buffer *out);

#endif

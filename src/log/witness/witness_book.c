/* SPDX-License-Identifier: Apache-2.0 */
#include "log/witness/witness_book.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "log/key_file.h"
#include "log/limits.h"
#include "log/tree/cosignature.h"
#include "sys/logger.h"

enum {
    CODE_OK = 200,
    CODE_BAD = 400,
    CODE_NOT_SIGNED = 403,
    CODE_UNKNOWN = 404,
    CODE_CONFLICT = 409,
    CODE_NO_PROOF = 422,
};

struct witness_book {
    const struct file_layer *layer;
    char directory[LOG_PATH_SIZE];
    uint8_t *private_key; /* locked memory */
    struct note_key key;
};

/* What is asked, and what is known of that log. */
struct asked {
    struct add_checkpoint request;
    struct note note;
    struct checkpoint checkpoint;
    const struct note_key *log;
    uint8_t *memory; /* of known */
    struct text known_note; /* empty: nothing has been cosigned */
    struct checkpoint known;
};

/* ---- the key -------------------------------------------------------------- */

static enum status write_vkey(const struct witness_book *book, const char *path)
{
    char vkey[NOTE_VKEY_SIZE + 1];
    note_key_format(&book->key, vkey);
    size_t size = strlen(vkey);
    vkey[size] = '\n';
    return file_replace(book->layer, path, bytes_of(vkey, size + 1));
}

/* A name once given stays: it stands in vkey. */
static enum status read_vkey(const struct file_layer *layer, const char *path,
                             struct note_key *out)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    size_t size = 0;
    enum status s =
        file_read_all(layer, path, NOTE_VKEY_SIZE, &memory, &size);
    if (s == STATUS_OK)
        s = note_key_parse(bytes_text(bytes_of(memory, size)), out);
    return s == STATUS_BAD_INPUT || s == STATUS_LIMIT ? STATUS_CORRUPT : s;
}

static enum status open_key(struct witness_book *book,
                            const struct witness_place *place)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct note_key stated;
    enum status known = read_vkey(book->layer, place->vkey, &stated);
    if (known != STATUS_OK && known != STATUS_NOT_FOUND)
        return known;
    enum status s =
        key_file_read(book->layer, place->key, book->private_key);
    if (s == STATUS_NOT_FOUND)
        s = known == STATUS_OK
                ? STATUS_CORRUPT
                : key_file_make(book->layer, place->key, book->private_key);
    if (s == STATUS_OK)
        s = sign_public_key(book->private_key, public_key);
    if (s == STATUS_OK)
        s = note_key_make(text_of(known == STATUS_OK ? stated.name
                                                     : place->name),
                          NOTE_KEY_COSIGNATURE, public_key, &book->key);
    if (s != STATUS_OK)
        return s;
    if (known != STATUS_OK)
        return write_vkey(book, place->vkey);
    return memcmp(stated.public_key, public_key, sizeof public_key) == 0 &&
                   stated.type == NOTE_KEY_COSIGNATURE
               ? STATUS_OK
               : STATUS_CORRUPT; /* public */
}

enum status witness_book_open(const struct file_layer *layer,
                              const struct witness_place *place,
                              struct witness_book **out)
{
    *out = NULL;
    AUTO(witness_book_close)
    struct witness_book *book = alloc_zeroed(sizeof *book);
    if (book == NULL)
        return STATUS_NO_MEMORY;
    book->layer = layer;
    if (!text_copy(text_of(place->directory), book->directory, LOG_PATH_SIZE))
        return STATUS_LIMIT;
    enum status s = secret_create(SIGN_PRIVATE_SIZE, &book->private_key);
    if (s == STATUS_OK)
        s = open_key(book, place);
    if (s != STATUS_OK)
        return s;
    *out = book;
    book = NULL;
    return STATUS_OK;
}

void witness_book_close(struct witness_book **book)
{
    if (*book == NULL)
        return;
    secret_destroy(&(*book)->private_key);
    alloc_free(*book);
    *book = NULL;
}

const struct note_key *witness_book_key(const struct witness_book *book)
{
    return &book->key;
}

/* ---- what has been cosigned ----------------------------------------------- */

static enum status path_of(const struct witness_book *book, const char *origin,
                           char out[LOG_PATH_SIZE])
{
    uint8_t digest[SHA256_SIZE];
    char hex[HEX_SIZE(SHA256_SIZE) + 1];
    const struct bytes name = text_bytes(text_of(origin));
    enum status s = sha256(&name, 1, digest);
    if (s != STATUS_OK)
        return s;
    hex_encode(bytes_of(digest, sizeof digest), hex);
    int size = snprintf(out, LOG_PATH_SIZE, "%s/%s", book->directory, hex);
    return size > 0 && size < LOG_PATH_SIZE ? STATUS_OK : STATUS_LIMIT;
}

/* The note that we have signed ourselves. NOT_FOUND: none yet. */
static enum status read_known(const struct witness_book *book,
                              const struct note_key *log, uint8_t **memory,
                              struct text *text, struct checkpoint *out,
                              uint64_t *time_s)
{
    AUTO(alloc_release) struct note *note = alloc_zeroed(sizeof *note);
    char path[LOG_PATH_SIZE];
    size_t size = 0;
    if (note == NULL)
        return STATUS_NO_MEMORY;
    enum status s = path_of(book, log->name, path);
    if (s == STATUS_OK)
        s = file_read_all(book->layer, path, NOTE_SIZE_MAX, memory, &size);
    if (s != STATUS_OK)
        return s == STATUS_LIMIT ? STATUS_CORRUPT : s;
    *text = bytes_text(bytes_of(*memory, size));
    s = note_parse(*text, note);
    if (s == STATUS_OK)
        s = checkpoint_parse(note->text, out);
    if (s == STATUS_OK)
        s = cosignature_verify(note, &book->key, time_s);
    if (s == STATUS_OK && !text_equal(text_of(out->origin), text_of(log->name)))
        s = STATUS_CORRUPT;
    if (s == STATUS_OK || s == STATUS_NO_MEMORY || s == STATUS_INTERNAL)
        return s;
    log_line(LOG_ERROR, "what was cosigned of %s is damaged: no more of it is",
             log->name);
    return STATUS_CORRUPT;
}

enum status witness_book_last(struct witness_book *book,
                              const struct note_key *log,
                              struct checkpoint *out, uint64_t *time_s)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    struct text text;
    return read_known(book, log, &memory, &text, out, time_s);
}

/* Durable, then said. */
static enum status cosign(struct witness_book *book, const struct asked *asked,
                          uint64_t time_s, struct witness_answer *answer)
{
    AUTO(buffer_deinit) struct buffer kept = buffer_with_limit(NOTE_SIZE_MAX);
    char path[LOG_PATH_SIZE];
    const struct note_signature *signature =
        note_find(&asked->note, asked->log);
    enum status s = path_of(book, asked->log->name, path);
    if (s == STATUS_OK)
        s = cosignature_make(asked->note.text, &book->key, book->private_key,
                             time_s, &answer->body);
    if (s != STATUS_OK || signature == NULL)
        return s;
    buffer_append(&kept, text_bytes(asked->note.text));
    buffer_append_u8(&kept, '\n');
    note_put_signature(asked->log, bytes_of(signature->bytes, signature->size),
                       &kept);
    buffer_append(&kept, buffer_bytes(&answer->body));
    s = buffer_status(&kept);
    if (s == STATUS_OK)
        s = file_replace(book->layer, path, buffer_bytes(&kept));
    if (s != STATUS_OK)
        return s;
    answer->is_new_size = asked->checkpoint.size > asked->known.size;
    answer->size = asked->checkpoint.size;
    answer->code = CODE_OK;
    return STATUS_OK;
}

/* ---- answers -------------------------------------------------------------- */

static const struct note_key *find_log(const struct note_key *logs,
                                       size_t count, const char *origin)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(text_of(logs[i].name), text_of(origin)))
            return &logs[i];
    return NULL;
}

/* 0: a sound request about a log that we know, under its signature. */
static int read_request(struct asked *asked, const struct note_key *logs,
                        size_t log_count, struct text body)
{
    if (add_checkpoint_parse(body, &asked->request) != STATUS_OK ||
        note_parse(asked->request.note, &asked->note) != STATUS_OK ||
        checkpoint_parse(asked->note.text, &asked->checkpoint) != STATUS_OK)
        return CODE_BAD;
    asked->log = find_log(logs, log_count, asked->checkpoint.origin);
    if (asked->log == NULL)
        return CODE_UNKNOWN;
    if (note_verify(&asked->note, asked->log) != STATUS_OK)
        return CODE_NOT_SIGNED;
    return asked->request.old_size > asked->checkpoint.size ? CODE_BAD : 0;
}

static enum status refuse_size(const struct asked *asked,
                               struct witness_answer *answer)
{
    answer->code = CODE_CONFLICT;
    buffer_format(&answer->body, "%" PRIu64 "\n", asked->known.size);
    return buffer_status(&answer->body);
}

static enum status contradict(const struct asked *asked, struct text body,
                              struct witness_answer *answer)
{
    struct witness_contradiction *found = &answer->contradiction;
    found->is_there = true;
    found->known_size = asked->known.size;
    found->shown_size = asked->checkpoint.size;
    buffer_append(&found->known, text_bytes(asked->known_note));
    buffer_append(&found->shown, text_bytes(body));
    enum status s = buffer_status(&found->known);
    return s == STATUS_OK ? buffer_status(&found->shown) : s;
}

/* The proof fails: whether it shows another beginning than ours. */
static enum status refuse_proof(const struct asked *asked, struct text body,
                                struct witness_answer *answer)
{
    struct merkle_hash old_root;
    enum status s = tree_growth_old_root(
        asked->known.size, asked->checkpoint.size, &asked->request.proof,
        &asked->checkpoint.root, &old_root);
    answer->code = CODE_NO_PROOF;
    if (s == STATUS_NOT_FOUND)
        return STATUS_OK;
    return s == STATUS_OK ? contradict(asked, body, answer) : s;
}

static enum status decide(struct witness_book *book, const struct asked *asked,
                          struct text body, uint64_t time_s,
                          struct witness_answer *answer)
{
    const struct checkpoint *known = &asked->known;
    const struct checkpoint *next = &asked->checkpoint;
    enum status s = STATUS_OK;
    if (next->size == known->size &&
        !tree_hash_equal(&next->root, &known->root))
        s = contradict(asked, body, answer);
    if (s == STATUS_OK && (answer->contradiction.is_there ||
                           asked->request.old_size != known->size))
        return refuse_size(asked, answer);
    if (s == STATUS_OK)
        s = tree_check_growth(known->size, next->size, &known->root,
                              &asked->request.proof, &next->root);
    if (s == STATUS_CORRUPT)
        return refuse_proof(asked, body, answer);
    return s == STATUS_OK ? cosign(book, asked, time_s, answer) : s;
}

enum status witness_book_answer(struct witness_book *book,
                                const struct note_key *logs, size_t log_count,
                                struct text body, uint64_t time_s,
                                struct witness_answer *answer)
{
    *answer = (struct witness_answer){
        .body = buffer_with_limit(NOTE_SIZE_MAX),
        .contradiction = {.known = buffer_with_limit(NOTE_SIZE_MAX),
                          .shown = buffer_with_limit(NOTE_SIZE_MAX)},
    };
    uint64_t cosigned_s = 0;
    AUTO(alloc_release) struct asked *asked = alloc_zeroed(sizeof *asked);
    if (asked == NULL)
        return STATUS_NO_MEMORY;
    answer->code = read_request(asked, logs, log_count, body);
    if (answer->code != 0)
        return STATUS_OK;
    enum status s = sha256(NULL, 0, asked->known.root.bytes);
    const struct checkpoint nothing = asked->known;
    if (s == STATUS_OK)
        s = read_known(book, asked->log, &asked->memory, &asked->known_note,
                       &asked->known, &cosigned_s);
    if (s == STATUS_NOT_FOUND) {
        asked->known = nothing;
        s = STATUS_OK;
    }
    if (s == STATUS_OK)
        s = decide(book, asked, body, time_s, answer);
    alloc_free(asked->memory);
    return s;
}

void witness_answer_deinit(struct witness_answer *answer)
{
    buffer_deinit(&answer->body);
    buffer_deinit(&answer->contradiction.known);
    buffer_deinit(&answer->contradiction.shown);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_signer.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "log/key_file.h"
#include "log/limits.h"
#include "sys/logger.h"

struct log_signer {
    const struct file_layer *layer;
    char checkpoint_path[LOG_PATH_SIZE];
    char vkey_path[LOG_PATH_SIZE];
    char key_path[LOG_PATH_SIZE];
    char kept_path[LOG_PATH_SIZE]; /* empty: none */
    uint8_t *private_key;          /* locked memory */
    struct note_key key;
    bool has_last;
    struct checkpoint last;
};

static bool join(const char *directory, const char *name,
                 char out[LOG_PATH_SIZE])
{
    int size = snprintf(out, LOG_PATH_SIZE, "%s/%s", directory, name);
    return size > 0 && size < LOG_PATH_SIZE;
}

/* ---- the key -------------------------------------------------------------- */

static enum status make_private_key(struct log_signer *signer)
{
    enum status s = key_file_make(signer->layer, signer->key_path,
                                  signer->private_key);
    if (s == STATUS_OK)
        log_line(LOG_INFO, "made the log's signing key");
    return s;
}

static enum status read_private_key(struct log_signer *signer)
{
    enum status s = key_file_read(signer->layer, signer->key_path,
                                  signer->private_key);
    if (s != STATUS_NOT_FOUND && s != STATUS_CORRUPT)
        return s;
    log_line(LOG_ERROR, "the log's signing key is missing or damaged: "
                        "nothing can be signed any more");
    return STATUS_CORRUPT;
}

static enum status write_vkey(const struct log_signer *signer)
{
    char vkey[NOTE_VKEY_SIZE + 1];
    note_key_format(&signer->key, vkey);
    size_t size = strlen(vkey);
    vkey[size] = '\n';
    return file_replace(signer->layer, signer->vkey_path,
                        bytes_of(vkey, size + 1));
}

/* The origin stands in the vkey; without one, in a checkpoint. */
static enum status adopt(struct log_signer *signer, struct text origin,
                         const struct note_key *stated)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    enum status s = sign_public_key(signer->private_key, public_key);
    if (s == STATUS_OK)
        s = note_key_make(origin, NOTE_KEY_ED25519, public_key, &signer->key);
    if (s != STATUS_OK)
        return s;
    if (stated == NULL)
        return write_vkey(signer);
    if (memcmp(stated->public_key, public_key, sizeof public_key) == 0)
        return STATUS_OK; /* public */
    log_line(LOG_ERROR, "the log's vkey is not that of its signing key");
    return STATUS_CORRUPT;
}

static enum status read_text(const struct file_layer *layer, const char *path,
                             struct text *out, uint8_t **memory)
{
    size_t size = 0;
    enum status s = file_read_all(layer, path, NOTE_SIZE_MAX, memory, &size);
    *out = bytes_text(bytes_of(*memory, size));
    return s;
}

/* *origin: of an unsigned reading of the first checkpoint that is there. */
static bool stated_origin(const struct log_signer *signer,
                          char origin[NOTE_NAME_MAX + 1])
{
    const char *const paths[] = {signer->checkpoint_path, signer->kept_path};
    for (size_t i = 0; i < 2; i++) {
        AUTO(alloc_release) uint8_t *memory = NULL;
        struct text note;
        if (paths[i][0] != 0 &&
            read_text(signer->layer, paths[i], &note, &memory) == STATUS_OK &&
            text_copy(text_cut(&note, '\n'), origin, NOTE_NAME_MAX + 1) &&
            note_name_is_good(text_of(origin)))
            return true;
    }
    return false;
}

static enum status open_key(struct log_signer *signer, const char *origin)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    struct text vkey;
    struct note_key stated;
    char known[NOTE_NAME_MAX + 1];
    enum status s = read_text(signer->layer, signer->vkey_path, &vkey, &memory);
    if (s != STATUS_OK && s != STATUS_NOT_FOUND && s != STATUS_LIMIT)
        return s;
    bool has_vkey =
        s == STATUS_OK && note_key_parse(vkey, &stated) == STATUS_OK;
    bool is_new = s == STATUS_NOT_FOUND && !stated_origin(signer, known);
    if (is_new && !note_name_is_good(text_of(origin)))
        return STATUS_BAD_INPUT;
    /* A key that is there is never written over. */
    s = key_file_read(signer->layer, signer->key_path, signer->private_key);
    if (s == STATUS_NOT_FOUND && is_new)
        s = make_private_key(signer);
    else if (s != STATUS_OK)
        s = read_private_key(signer);
    if (s != STATUS_OK)
        return s;
    if (has_vkey)
        return adopt(signer, text_of(stated.name), &stated);
    bool is_known = !is_new && stated_origin(signer, known);
    return adopt(signer, text_of(is_known ? known : origin), NULL);
}

/* ---- the last checkpoint -------------------------------------------------- */

/* NOT_FOUND: no file. CORRUPT: it says nothing that our key has signed. */
static enum status read_checkpoint(const struct log_signer *signer,
                                   const char *path, struct checkpoint *out)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    struct text note;
    if (path[0] == 0)
        return STATUS_NOT_FOUND;
    enum status s = read_text(signer->layer, path, &note, &memory);
    if (s == STATUS_NOT_FOUND || s == STATUS_NO_MEMORY || s == STATUS_IO)
        return s;
    if (s == STATUS_OK)
        s = checkpoint_open(note, &signer->key, out);
    if (s == STATUS_OK || s == STATUS_NO_MEMORY || s == STATUS_INTERNAL)
        return s;
    log_line(LOG_ERROR, "a checkpoint of the log is damaged");
    return STATUS_CORRUPT;
}

static enum status read_last(struct log_signer *signer)
{
    struct checkpoint own;
    struct checkpoint kept;
    enum status s = read_checkpoint(signer, signer->checkpoint_path, &own);
    enum status t = read_checkpoint(signer, signer->kept_path, &kept);
    bool has_own = s == STATUS_OK;
    bool has_kept = t == STATUS_OK;
    if (!has_own && s != STATUS_NOT_FOUND && s != STATUS_CORRUPT)
        return s;
    if (!has_kept && t != STATUS_NOT_FOUND && t != STATUS_CORRUPT)
        return t;
    signer->has_last = has_own || has_kept;
    if (!signer->has_last)
        return s == STATUS_CORRUPT || t == STATUS_CORRUPT ? STATUS_CORRUPT
                                                          : STATUS_OK;
    signer->last = has_own && (!has_kept || own.size >= kept.size) ? own : kept;
    if (has_own && has_kept && own.size == kept.size &&
        !tree_hash_equal(&own.root, &kept.root)) {
        log_line(LOG_ERROR, "two checkpoints of one size contradict each other");
        return STATUS_CORRUPT;
    }
    return STATUS_OK;
}

enum status log_signer_open(const struct file_layer *layer,
                            const struct log_place *place,
                            struct log_signer **out)
{
    *out = NULL;
    AUTO(log_signer_close)
    struct log_signer *signer = alloc_zeroed(sizeof *signer);
    if (signer == NULL)
        return STATUS_NO_MEMORY;
    signer->layer = layer;
    const char *kept = place->kept == NULL ? "" : place->kept;
    if (!join(place->directory, "checkpoint", signer->checkpoint_path) ||
        !join(place->directory, "vkey", signer->vkey_path) ||
        !text_copy(text_of(place->key), signer->key_path, LOG_PATH_SIZE) ||
        !text_copy(text_of(kept), signer->kept_path, LOG_PATH_SIZE))
        return STATUS_LIMIT;
    enum status s = secret_create(SIGN_PRIVATE_SIZE, &signer->private_key);
    if (s == STATUS_OK)
        s = open_key(signer, place->origin);
    if (s == STATUS_OK)
        s = read_last(signer);
    if (s != STATUS_OK)
        return s;
    *out = signer;
    signer = NULL;
    return STATUS_OK;
}

void log_signer_close(struct log_signer **signer)
{
    if (*signer == NULL)
        return;
    secret_destroy(&(*signer)->private_key);
    alloc_free(*signer);
    *signer = NULL;
}

const struct note_key *log_signer_key(const struct log_signer *signer)
{
    return &signer->key;
}

const struct checkpoint *log_signer_last(const struct log_signer *signer)
{
    return signer->has_last ? &signer->last : NULL;
}

enum status log_signer_sign(struct log_signer *signer, uint64_t size,
                            const struct merkle_hash *root)
{
    AUTO(buffer_deinit) struct buffer note = buffer_with_limit(NOTE_SIZE_MAX);
    struct checkpoint next = {.size = size, .root = *root};
    if (signer->has_last &&
        (size < signer->last.size ||
         (size == signer->last.size &&
          !tree_hash_equal(root, &signer->last.root)))) {
        log_line(LOG_ERROR, "the log is not what its checkpoint says: "
                            "nothing is signed");
        return STATUS_CONFLICT;
    }
    (void)text_copy(text_of(signer->key.name), next.origin,
                    sizeof next.origin);
    enum status s = checkpoint_sign(&next, &signer->key, signer->private_key,
                                    &note);
    if (s == STATUS_OK)
        s = file_replace(signer->layer, signer->checkpoint_path,
                         buffer_bytes(&note));
    if (s == STATUS_OK && signer->kept_path[0] != 0)
        s = file_replace(signer->layer, signer->kept_path, buffer_bytes(&note));
    if (s != STATUS_OK)
        return s;
    signer->has_last = true;
    signer->last = next;
    return STATUS_OK;
}

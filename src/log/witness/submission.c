/* SPDX-License-Identifier: Apache-2.0 */
#include "log/witness/submission.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "log/limits.h"
#include "log/tree/tile_file.h"

void submission_init(struct submission *submission)
{
    *submission = (struct submission){
        .note = buffer_with_limit(NOTE_SIZE_MAX),
        .body = buffer_with_limit(ADD_CHECKPOINT_SIZE_MAX),
    };
}

void submission_deinit(struct submission *submission)
{
    buffer_deinit(&submission->note);
    buffer_deinit(&submission->body);
}

static enum status read_note(const struct file_layer *layer,
                             const char *directory, const struct note_key *key,
                             struct submission *out)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    char path[LOG_PATH_SIZE];
    size_t size = 0;
    int length = snprintf(path, sizeof path, "%s/checkpoint", directory);
    if (length < 0 || (size_t)length >= sizeof path)
        return STATUS_LIMIT;
    enum status s = file_read_all(layer, path, NOTE_SIZE_MAX, &memory, &size);
    if (s != STATUS_OK)
        return s;
    s = checkpoint_open(bytes_text(bytes_of(memory, size)), key,
                        &out->checkpoint);
    if (s == STATUS_BAD_INPUT || s == STATUS_NOT_FOUND || s == STATUS_LIMIT)
        return STATUS_CORRUPT;
    buffer_append(&out->note, bytes_of(memory, size));
    return s == STATUS_OK ? buffer_status(&out->note) : s;
}

static enum status prove(const struct file_layer *layer, const char *directory,
                         uint64_t old_size, uint64_t size,
                         struct tree_proof *out)
{
    out->count = 0;
    if (old_size == 0 || old_size == size)
        return STATUS_OK;
    AUTO(alloc_release)
    struct tile_reader *reader = alloc_zeroed(sizeof *reader);
    if (reader == NULL)
        return STATUS_NO_MEMORY;
    reader->layer = layer;
    reader->directory = directory;
    reader->size = size;
    return tree_prove_growth(old_size, size, tile_reader_node, reader, out);
}

enum status submission_make(const struct file_layer *layer,
                            const char *directory, const struct note_key *key,
                            uint64_t old_size, struct submission *out)
{
    struct add_checkpoint asked = {.old_size = old_size};
    buffer_clear(&out->note);
    buffer_clear(&out->body);
    enum status s = read_note(layer, directory, key, out);
    if (s == STATUS_OK && old_size > out->checkpoint.size)
        return STATUS_CONFLICT;
    if (s == STATUS_OK)
        s = prove(layer, directory, old_size, out->checkpoint.size,
                  &asked.proof);
    asked.note = buffer_text(&out->note);
    return s == STATUS_OK ? add_checkpoint_format(&asked, &out->body) : s;
}

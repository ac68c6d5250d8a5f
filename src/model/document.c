/* SPDX-License-Identifier: Apache-2.0 */
#include "model/document.h"

#include "base/alloc.h"
#include "base/text.h"

struct document document_in(enum language language)
{
    return (struct document){
        .language = language,
        .characters = buffer_with_limit(DOCUMENT_BYTES_MAX),
    };
}

void document_deinit(struct document *document)
{
    buffer_deinit(&document->characters);
    alloc_free(document->parts);
    *document = document_in(document->language);
}

static struct document_part *append(struct document *document,
                                    enum document_kind kind)
{
    if (document->failed || document->count == DOCUMENT_PARTS_MAX) {
        document->failed = true;
        return NULL;
    }
    if (document->count == document->capacity) {
        size_t capacity = document->capacity == 0 ? 64 : document->capacity * 2;
        struct document_part *parts =
            alloc_resize(document->parts, capacity, sizeof *parts);
        if (parts == NULL) {
            document->failed = true;
            return NULL;
        }
        document->parts = parts;
        document->capacity = capacity;
    }
    struct document_part *part = &document->parts[document->count++];
    *part = (struct document_part){.kind = kind, .spoken = document->language};
    return part;
}

void document_begin(struct document *document, enum document_kind kind)
{
    (void)append(document, kind);
}

void document_heading(struct document *document, uint8_t level)
{
    struct document_part *part = append(document, DOCUMENT_HEADING);
    if (part != NULL)
        part->level = level;
}

void document_text(struct document *document, struct text words,
                   enum language spoken)
{
    if (words.size == 0)
        return;
    size_t offset = document->characters.size;
    buffer_append(&document->characters, text_bytes(words));
    if (document->characters.failed) {
        document->failed = true;
        return;
    }
    struct document_part *last =
        document->count == 0 ? NULL : &document->parts[document->count - 1];
    if (last != NULL && last->kind == DOCUMENT_TEXT && last->spoken == spoken &&
        last->link_size == 0) {
        last->size += (uint32_t)words.size;
        return;
    }
    struct document_part *part = append(document, DOCUMENT_TEXT);
    if (part == NULL)
        return;
    part->spoken = spoken;
    part->offset = (uint32_t)offset;
    part->size = (uint32_t)words.size;
}

void document_link(struct document *document, const char *path,
                   struct text words)
{
    struct text address = text_of(path);
    size_t offset = document->characters.size;
    buffer_append(&document->characters, text_bytes(address));
    buffer_append(&document->characters, text_bytes(words));
    if (document->characters.failed) {
        document->failed = true;
        return;
    }
    struct document_part *part = append(document, DOCUMENT_TEXT);
    if (part == NULL)
        return;
    part->spoken = document->language;
    part->offset = (uint32_t)(offset + address.size);
    part->size = (uint32_t)words.size;
    part->link_size = (uint32_t)address.size;
}

void document_cell_marked(struct document *document, enum document_mark mark)
{
    struct document_part *part = append(document, DOCUMENT_CELL);
    if (part != NULL)
        part->level = (uint8_t)mark;
}

void document_append(struct document *out, const struct document *from,
                     size_t first, size_t end)
{
    for (size_t i = first; i < end && i < from->count; i++) {
        const struct document_part *part = &from->parts[i];
        struct document_part *copy = NULL;
        if (part->kind == DOCUMENT_TEXT) {
            document_text(out, document_words(from, part), part->spoken);
            continue;
        }
        copy = append(out, part->kind);
        if (copy != NULL)
            copy->level = part->level;
    }
}

struct text document_path(const struct document *document,
                          const struct document_part *part)
{
    return bytes_text(bytes_of(
        document->characters.data + part->offset - part->link_size,
        part->link_size));
}

void document_say(struct document *document, const char *terminated)
{
    document_text(document, text_of(terminated), document->language);
}

enum status document_status(const struct document *document)
{
    return document->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

struct text document_words(const struct document *document,
                           const struct document_part *part)
{
    return bytes_text(bytes_of(document->characters.data + part->offset,
                               part->size));
}

size_t document_skip_words(const struct document *document, size_t index)
{
    index++;
    while (index < document->count &&
           (document->parts[index].kind == DOCUMENT_TEXT ||
            document->parts[index].kind == DOCUMENT_BREAK))
        index++;
    return index;
}

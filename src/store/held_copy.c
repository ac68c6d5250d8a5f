/* SPDX-License-Identifier: Apache-2.0 */
#include "store/held_copy.h"

#include <string.h>

#include "base/alloc.h"
#include "model/hold.h"
#include "model/policy.h"

static enum status open_with(struct store *store, const struct selected *record,
                             const struct held_copy *copy,
                             struct record_header *header, struct buffer *plain)
{
    const uint8_t *key = copy->key_for(copy->context, &record->row);
    return key == NULL ? STATUS_NOT_FOUND
                       : selection_open_with(store, record, key, header, plain);
}

/* The original, or else the copy of another hold. */
static enum status open_any(struct store *store, const struct selected *record,
                            const struct held_copy *copy,
                            struct record_header *header, struct buffer *plain)
{
    enum status s = open_with(store, record, copy, header, plain);
    if (s == STATUS_OK || s == STATUS_NO_MEMORY || !record->has_held)
        return s;
    const struct selected held = selected_held(record);
    enum status other = open_with(store, &held, copy, header, plain);
    return other == STATUS_NOT_FOUND ? s : other;
}

enum status held_copy_make(struct store *store, const struct selected *record,
                           struct buffer *plain, struct held_copy *copy)
{
    struct record_header *header = &copy->header;
    enum status s = open_any(store, record, copy, header, plain);
    if (s != STATUS_OK)
        return s == STATUS_NOT_FOUND || s == STATUS_NO_MEMORY ||
                       s == STATUS_INTERNAL
                   ? s
                   : STATUS_CORRUPT;
    copy->size = record_stored_size((uint32_t)plain->size);
    copy->bytes = alloc_zeroed(copy->size);
    if (copy->bytes == NULL)
        return STATUS_NO_MEMORY;
    memcpy(copy->bytes + RECORD_HEADER_SIZE, plain->data, plain->size);
    header->camera = copy->subject;
    header->unit_s = HOLD_UNIT_S;
    header->unit = slot_start(header->start, HOLD_UNIT_S);
    s = record_seal(header, copy->key, copy->bytes + RECORD_HEADER_SIZE,
                    plain->size);
    if (s == STATUS_OK) {
        record_header_encode(header, copy->bytes);
        return s;
    }
    alloc_free(copy->bytes);
    copy->bytes = NULL;
    return s;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/camera/rows_private.h"
#include "ingest/pin_book.h"
#include "store/camera_book.h"

static void raise(uint32_t *highest, uint32_t number)
{
    if (number > *highest)
        *highest = number;
}

/* Cameras that stand in plant.yaml no more: whose certificate was pinned, and
 * whom the recorder has met. What cannot be read says nothing. */
static enum status raise_by_books(const char *directory, uint32_t *highest)
{
    char path[CAMERA_ROWS_PATH_SIZE];
    struct camera_book cameras = {.count = 0};
    AUTO(alloc_release) struct pin_book *pins = alloc_zeroed(sizeof *pins);
    if (pins == NULL)
        return STATUS_NO_MEMORY;
    (void)snprintf(path, sizeof path, "%s/tls/cameras", directory);
    if (pin_book_read(pins, &FILE_LAYER_SYSTEM, path) == STATUS_OK)
        for (size_t i = 0; i < pins->count; i++)
            raise(highest, pins->pins[i].camera);
    (void)snprintf(path, sizeof path, "%s/events/cameras", directory);
    if (camera_book_read(&cameras, &FILE_LAYER_SYSTEM, path) == STATUS_OK)
        for (size_t i = 0; i < cameras.count; i++)
            raise(highest, cameras.pages[i]->camera);
    camera_book_deinit(&cameras);
    return STATUS_OK;
}

enum status camera_rows_number(struct camera_rows *rows,
                               const struct plant *plant)
{
    uint32_t highest = 0;
    for (size_t i = 0; i < plant->camera_count; i++)
        raise(&highest, plant->cameras[i].number);
    for (size_t i = 0; i < rows->count; i++) {
        uint64_t number = 0;
        if (number_parse_u64(rows->list[i].number, 1, CAMERA_NUMBER_MAX,
                             &number) == STATUS_OK)
            raise(&highest, (uint32_t)number);
    }
    enum status s = raise_by_books(rows->directory, &highest);
    for (size_t i = 0; s == STATUS_OK && i < rows->count; i++) {
        struct camera_row *row = &rows->list[i];
        if (row->number.size == 0) {
            (void)snprintf(row->given_number, sizeof row->given_number, "%u",
                           (unsigned)++highest);
            row->number = text_of(row->given_number);
        }
        if (row->id.size == 0 && row->number.size < sizeof row->given_number) {
            (void)snprintf(row->given_id, sizeof row->given_id, "cam-%.*s",
                           (int)row->number.size, row->number.data);
            row->id = text_of(row->given_id);
        }
    }
    return s;
}

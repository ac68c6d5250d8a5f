/* SPDX-License-Identifier: Apache-2.0 */
#include "store/scrub.h"

#include <string.h>

#include "base/alloc.h"
#include "base/time.h"
#include "sys/clock.h"

enum { NAP_US = 100000 }; /* it hears of its end so often */

enum status scrub_prepare(struct scrub *scrub, const struct volume *volume,
                          uint64_t bytes_per_s)
{
    const struct directory *directory = &volume->directory;
    scrub->layer = volume->set->layer;
    scrub->number = volume->number;
    scrub->bytes_per_s = bytes_per_s;
    scrub->damaged = scrub->checked = scrub->count = 0;
    atomic_store(&scrub->wants_end, false);
    enum status s =
        volume_path(volume->set->directory, volume->header.class_id,
                    volume->number, scrub->path);
    if (s != STATUS_OK || directory->count == 0)
        return s;
    scrub->rows = alloc_array(directory->count, sizeof *scrub->rows);
    if (scrub->rows == NULL)
        return STATUS_NO_MEMORY;
    memcpy(scrub->rows, directory->rows,
           directory->count * sizeof *scrub->rows);
    scrub->count = directory->count;
    return STATUS_OK;
}

void scrub_deinit(struct scrub *scrub)
{
    alloc_free(scrub->rows);
    scrub->rows = NULL;
    scrub->count = scrub->damaged = 0;
}

static enum status check_row(struct file *file, const struct record_row *row)
{
    uint8_t bytes[RECORD_HEADER_SIZE];
    struct record_header header;
    enum status s = file_read_at(file, row->offset, bytes, sizeof bytes);
    if (s == STATUS_OK)
        s = record_header_decode(bytes_of(bytes, sizeof bytes), &header);
    if (s == STATUS_OK && (header.camera != row->camera ||
                           header.sequence != row->sequence ||
                           header.sealed_size != row->sealed_size))
        s = STATUS_CORRUPT;
    return s == STATUS_OK ? volume_check_sectors(file, row->offset, &header)
                          : s;
}

/* As long as so many bytes may take. */
static void pause_for(const struct scrub *scrub, uint64_t bytes)
{
    if (scrub->bytes_per_s == 0)
        return;
    int64_t left_us =
        (int64_t)(bytes * (uint64_t)SECOND_US / scrub->bytes_per_s);
    while (left_us > 0 && !atomic_load(&scrub->wants_end)) {
        int64_t nap_us = left_us < NAP_US ? left_us : NAP_US;
        clock_sleep_us(nap_us);
        left_us -= nap_us;
    }
}

void scrub_run(struct scrub *scrub)
{
    struct file *file = NULL;
    if (file_open(scrub->layer, scrub->path, FILE_READ, &file) != STATUS_OK)
        return; /* deleted meanwhile */
    for (size_t i = 0; i < scrub->count; i++) {
        if (atomic_load(&scrub->wants_end))
            break;
        struct record_row row = scrub->rows[i];
        enum status s = check_row(file, &row);
        scrub->checked++;
        if (s != STATUS_OK && s != STATUS_NO_MEMORY)
            scrub->rows[scrub->damaged++] = row;
        pause_for(scrub, record_stored_size(row.sealed_size));
    }
    file_close(&file);
}

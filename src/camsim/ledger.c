/* SPDX-License-Identifier: Apache-2.0 */
#include "camsim/ledger.h"

#include <inttypes.h>

#include "base/alloc.h"
#include "base/buffer.h"

enum { PENDING_BYTES_MAX = 16 * 1024 * 1024, PENDING_BYTES_SOON = 256 * 1024 };

struct camsim_ledger {
    struct file *file;
    uint64_t size;
    struct buffer pending;
    enum status failure; /* sticky */
};

enum status camsim_ledger_create(const struct file_layer *layer,
                                 const char *path, struct camsim_ledger **out)
{
    *out = NULL;
    struct camsim_ledger *ledger = alloc_zeroed(sizeof *ledger);
    if (ledger == NULL)
        return STATUS_NO_MEMORY;
    ledger->pending = buffer_with_limit(PENDING_BYTES_MAX);
    enum status s =
        file_open(layer, path, FILE_WRITE | FILE_CREATE, &ledger->file);
    if (s == STATUS_OK)
        s = file_truncate(ledger->file, 0);
    if (s != STATUS_OK) {
        ledger->failure = s;
        camsim_ledger_destroy(&ledger);
        return s;
    }
    *out = ledger;
    return STATUS_OK;
}

void camsim_ledger_destroy(struct camsim_ledger **ledger)
{
    if (*ledger == NULL)
        return;
    enum status ignored = camsim_ledger_flush(*ledger);
    (void)ignored;
    if ((*ledger)->file != NULL)
        file_close(&(*ledger)->file);
    buffer_deinit(&(*ledger)->pending);
    alloc_free(*ledger);
    *ledger = NULL;
}

void camsim_ledger_append(struct camsim_ledger *ledger,
                          const struct camsim_ledger_line *line)
{
    buffer_format(&ledger->pending,
                  "%" PRIu32 " %" PRIu64 " %" PRId64 " %" PRId64 " %s\n",
                  line->camera, line->index, line->boot.us, line->wall.us,
                  line->digest);
    if (ledger->pending.size > PENDING_BYTES_SOON) {
        enum status kept = camsim_ledger_flush(ledger);
        (void)kept; /* sticky: the next flush tells */
    }
}

enum status camsim_ledger_flush(struct camsim_ledger *ledger)
{
    if (ledger->failure == STATUS_OK && ledger->pending.failed)
        ledger->failure = STATUS_NO_MEMORY;
    if (ledger->failure != STATUS_OK || ledger->pending.size == 0)
        return ledger->failure;
    struct bytes lines = buffer_bytes(&ledger->pending);
    ledger->failure = file_write_at(ledger->file, ledger->size, lines);
    ledger->size += lines.size;
    buffer_clear(&ledger->pending);
    return ledger->failure;
}

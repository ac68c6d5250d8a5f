/* SPDX-License-Identifier: Apache-2.0 */
#include "camsim/ledger.h"

#include <inttypes.h>

#include "base/alloc.h"
#include "base/buffer.h"

enum { PENDING_BYTES_MAX = 16 * 1024 * 1024, PENDING_BYTES_SOON = 256 * 1024 };

struct ledger {
    struct file *file;
    uint64_t size;
    struct buffer pending;
    enum status failure; /* sticky */
};

enum status ledger_create(const struct file_layer *layer, const char *path,
                          struct ledger **out)
{
    *out = NULL;
    struct ledger *ledger = alloc_zeroed(sizeof *ledger);
    if (ledger == NULL)
        return STATUS_NO_MEMORY;
    ledger->pending = buffer_with_limit(PENDING_BYTES_MAX);
    enum status s =
        file_open(layer, path, FILE_WRITE | FILE_CREATE, &ledger->file);
    if (s == STATUS_OK)
        s = file_truncate(ledger->file, 0);
    if (s != STATUS_OK) {
        ledger->failure = s;
        ledger_destroy(&ledger);
        return s;
    }
    *out = ledger;
    return STATUS_OK;
}

void ledger_destroy(struct ledger **ledger)
{
    if (*ledger == NULL)
        return;
    enum status ignored = ledger_flush(*ledger);
    (void)ignored;
    if ((*ledger)->file != NULL)
        file_close(&(*ledger)->file);
    buffer_deinit(&(*ledger)->pending);
    alloc_free(*ledger);
    *ledger = NULL;
}

void ledger_append(struct ledger *ledger, const struct ledger_line *line)
{
    buffer_format(&ledger->pending,
                  "%" PRIu32 " %" PRIu64 " %" PRId64 " %" PRId64 " %s\n",
                  line->camera, line->index, line->boot.us, line->wall.us,
                  line->digest);
    if (ledger->pending.size > PENDING_BYTES_SOON) {
        enum status kept = ledger_flush(ledger);
        (void)kept; /* sticky: the next flush tells */
    }
}

enum status ledger_flush(struct ledger *ledger)
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

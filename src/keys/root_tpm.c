/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/root_tpm.h"

#include <string.h>

#include "base/cleanup.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "keys/root_tpm_private.h"
#include "sys/logger.h"
#include "sys/socket.h"
#include "sys/tpm_link.h"

/* ---- the link ------------------------------------------------------------ */

static enum status exchange_on_descriptor(void *context, struct bytes command,
                                          uint8_t *response, size_t capacity,
                                          size_t *size)
{
    const struct root_tpm *roots = context;
    return tpm_link_exchange(roots->descriptor, command, TPM_LINK_LIMIT_MS,
                             response, capacity, size);
}

/* After one failure nothing goes out: an answer may still be on its way. */
static enum status exchange(void *context, struct bytes command,
                            uint8_t *response, size_t capacity, size_t *size)
{
    struct root_tpm *roots = context;
    if (roots->link_failed)
        return STATUS_IO;
    enum status s = roots->inner.exchange(roots->inner.context, command,
                                          response, capacity, size);
    roots->link_failed = s != STATUS_OK;
    return s;
}

bool root_tpm_needs_link(const struct root_tpm *roots)
{
    return !roots->is_working && roots->link_failed && roots->arrived < 0;
}

void root_tpm_take_link(struct root_tpm *roots, int descriptor)
{
    socket_close(&roots->arrived);
    roots->arrived = descriptor;
}

/* On the thread: closing a device waits for the command that hangs in it. */
static void change_link(struct root_tpm *roots, int arrived)
{
    if (arrived < 0)
        return;
    socket_close(&roots->descriptor);
    roots->descriptor = arrived;
    roots->link_failed = false;
}

/* ---- work ---------------------------------------------------------------- */

void root_tpm_tell(enum status status, uint32_t code)
{
    const char *words = "it gave an answer that should not be";
    if (status == STATUS_AGAIN)
        words = "it is busy or limits its rate; tried again later";
    else if (status == STATUS_IO)
        words = "it does not answer; a new link is made";
    else if (status == STATUS_CONFLICT)
        words = "it is another TPM, or it was cleared: recordings under its "
                "roots are lost; see docs/design/tpm.md";
    else if (status == STATUS_NOT_FOUND)
        words = "its cells are gone: it was cleared, or somebody undefined "
                "them; see docs/design/tpm.md";
    else if (status == STATUS_DENIED)
        words = "it refuses the auth value of keys/tpm, or its owner has a "
                "password";
    else if (status == STATUS_CORRUPT)
        words = "it read back something else than was written";
    log_line(LOG_ERROR, "keys: TPM: %s status=%s code=0x%x", words,
             status_name(status), (unsigned)code);
}

/* To a caller that knows stores: AGAIN means under way there. */
static enum status outcome_of(const struct work *work)
{
    switch (work->status) {
    case STATUS_AGAIN:
        return STATUS_LIMIT;
    case STATUS_CONFLICT:
    case STATUS_NOT_FOUND:
    case STATUS_END:
        return STATUS_IO;
    case STATUS_OK:
    case STATUS_BAD_INPUT:
    case STATUS_LIMIT:
    case STATUS_DENIED:
    case STATUS_NO_SPACE:
    case STATUS_IO:
    case STATUS_CORRUPT:
    case STATUS_NO_MEMORY:
    case STATUS_INTERNAL:
    case STATUS_COUNT:
    default:
        return work->status;
    }
}

static void take_outcome(struct root_tpm *roots)
{
    const struct work *work = &roots->work;
    if (work->status != STATUS_OK)
        root_tpm_tell(work->status, work->code);
    roots->has_result = true;
    roots->result = outcome_of(work);
    if (work->is_marked)
        roots->store.served = work->epoch;
    if (work->is_attested) {
        memcpy(roots->attestation, roots->signed_mark, roots->signed_size);
        roots->attestation_size = roots->signed_size;
    }
}

static void run_work(void *context)
{
    struct root_tpm *roots = context;
    change_link(roots, roots->work.arrived);
    root_tpm_do(roots);
}

static void pump(struct root_tpm *roots);

static void on_work_done(void *context)
{
    struct root_tpm *roots = context;
    roots->is_working = false;
    take_outcome(roots);
    pump(roots);
    roots->on_done(roots->context);
}

static void pump(struct root_tpm *roots)
{
    if (roots->is_working || !roots->has_next)
        return;
    roots->work = roots->next;
    roots->has_next = false;
    secret_wipe(&roots->next, sizeof roots->next);
    roots->work.arrived = roots->arrived;
    roots->arrived = -1;
    if (roots->worker == NULL) {
        run_work(roots);
        take_outcome(roots);
        return;
    }
    roots->is_working = true;
    enum status s =
        worker_submit(roots->worker, run_work, on_work_done, roots);
    if (s != STATUS_OK) {
        roots->is_working = false;
        roots->arrived = roots->work.arrived;
        roots->work.status = s;
        take_outcome(roots);
    }
}

/* ---- the store ----------------------------------------------------------- */

static enum status read_cell(struct root_store *store, unsigned cell,
                             unsigned copy, uint8_t root[ROOT_SIZE])
{
    struct root_tpm *roots = (struct root_tpm *)store;
    const struct tpm_index index = root_tpm_cell(roots, cell);
    AUTO(tpm_close) struct tpm *tpm = NULL;
    uint32_t code = 0;
    (void)copy; /* there is one */
    enum status s = root_tpm_visit(roots, &tpm, &code);
    if (s == STATUS_OK) {
        s = tpm_index_read(tpm, &index, root);
        code = tpm_last_code(tpm);
    }
    if (s != STATUS_OK)
        root_tpm_tell(s, code);
    return s;
}

static enum status result(struct root_store *store)
{
    struct root_tpm *roots = (struct root_tpm *)store;
    if (!roots->has_result)
        return STATUS_AGAIN;
    roots->has_result = false;
    return roots->result;
}

static enum status write_cell(struct root_store *store, unsigned cell,
                              const uint8_t root[ROOT_SIZE],
                              const struct root_mark *in_use)
{
    struct root_tpm *roots = (struct root_tpm *)store;
    roots->next = (struct work){.cell = cell};
    memcpy(roots->next.root, root, ROOT_SIZE);
    if (in_use != NULL) {
        roots->next.epoch = in_use->epoch;
        memcpy(roots->next.in_use, in_use->root, ROOT_SIZE);
    }
    roots->has_next = true;
    roots->has_result = false;
    pump(roots);
    return result(store);
}

static enum status heal_cell(struct root_store *store, unsigned cell,
                             const uint8_t root[ROOT_SIZE])
{
    uint8_t found[ROOT_SIZE];
    enum status s = read_cell(store, cell, 0, found);
    if (s == STATUS_OK && !secret_equal(found, root, ROOT_SIZE))
        s = write_cell(store, cell, root, NULL);
    secret_wipe(found, sizeof found);
    return s;
}

void root_tpm_destroy(struct root_tpm **roots)
{
    if (*roots == NULL)
        return;
    worker_destroy(&(*roots)->worker);
    socket_close(&(*roots)->arrived);
    socket_close(&(*roots)->descriptor);
    uint8_t *memory = (uint8_t *)(void *)*roots;
    secret_destroy(&memory);
    *roots = NULL;
}

static void close_store(struct root_store **store)
{
    struct root_tpm *roots = (struct root_tpm *)*store;
    root_tpm_destroy(&roots);
    *store = NULL;
}

enum status root_tpm_create(const struct root_tpm_options *options,
                            struct root_tpm **out)
{
    uint8_t *memory = NULL;
    enum status s = secret_create(sizeof **out, &memory);
    if (s != STATUS_OK)
        return s;
    struct root_tpm *roots = (struct root_tpm *)(void *)memory;
    *roots = (struct root_tpm){
        .store = {.level = ROOT_TPM_LEVEL,
                  .copies = 1,
                  .read = read_cell,
                  .write = write_cell,
                  .result = result,
                  .heal = heal_cell,
                  .close = close_store},
        .descriptor = options->descriptor,
        .arrived = -1,
        .link = {exchange, roots},
        .inner = {exchange_on_descriptor, roots},
    };
    if (options->transport != NULL)
        roots->inner = *options->transport;
    *out = roots;
    return STATUS_OK;
}

struct root_store *root_tpm_store(struct root_tpm *roots)
{
    return &roots->store;
}

bool root_tpm_is_new(const struct root_tpm *roots)
{
    return roots->is_new;
}

bool root_tpm_is_software(const struct root_tpm *roots)
{
    return roots->identity.is_software;
}

enum status root_tpm_work_on(struct root_tpm *roots, struct loop *loop,
                             void (*on_done)(void *context), void *context)
{
    roots->on_done = on_done;
    roots->context = context;
    return worker_create(loop, "tpm", 1, &roots->worker);
}

struct bytes root_tpm_attestation(const struct root_tpm *roots)
{
    return bytes_of(roots->attestation, roots->attestation_size);
}

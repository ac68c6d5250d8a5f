/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "base/reader.h"
#include "base/writer.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "keys/root_tpm_private.h"

struct tpm_index root_tpm_cell(const struct root_tpm *roots, unsigned cell)
{
    return (struct tpm_index){.handle = roots->setup.first_handle + cell,
                              .size = ROOT_SIZE,
                              .auth = roots->setup.auth};
}

struct tpm_index root_tpm_mark(const struct root_tpm *roots)
{
    return (struct tpm_index){.handle = roots->setup.first_handle + ROOT_CELLS,
                              .size = MARK_SIZE,
                              .auth = roots->setup.auth};
}

enum status root_tpm_visit(struct root_tpm *roots, struct tpm **out,
                           uint32_t *code)
{
    AUTO(tpm_close) struct tpm *tpm = NULL;
    enum status s = tpm_open(&roots->link, &tpm);
    if (s != STATUS_OK)
        return s;
    roots->identity = *tpm_identity(tpm);
    s = tpm_authorize(tpm, roots->setup.is_complete,
                      roots->setup.storage_name);
    *code = tpm_last_code(tpm);
    if (s != STATUS_OK)
        return s;
    *out = tpm;
    tpm = NULL;
    return STATUS_OK;
}

/* The erasure: one command; it counts when it has been read back. */
static enum status overwrite(struct tpm *tpm, const struct tpm_index *cell,
                             const uint8_t root[ROOT_SIZE])
{
    uint8_t found[ROOT_SIZE];
    enum status s = tpm_index_write(tpm, cell, root);
    if (s == STATUS_OK)
        s = tpm_index_read(tpm, cell, found);
    if (s == STATUS_OK && !secret_equal(found, root, ROOT_SIZE))
        s = STATUS_CORRUPT;
    secret_wipe(found, sizeof found);
    return s;
}

enum status root_tpm_read_mark(struct root_tpm *roots, struct tpm *tpm,
                               uint64_t *epoch)
{
    const struct tpm_index index = root_tpm_mark(roots);
    uint8_t mark[MARK_SIZE];
    enum status s = tpm_index_read(tpm, &index, mark);
    struct reader in = reader_on(bytes_of(mark, sizeof mark));
    if (s == STATUS_OK)
        *epoch = reader_u64be(&in);
    return s;
}

/* As the TPM shall sign it. */
static enum status make_mark(uint64_t epoch, const uint8_t root[ROOT_SIZE],
                             uint8_t mark[MARK_SIZE])
{
    static const char LABEL[] = "haechi root";
    struct writer w = writer_on(mark, MARK_SIZE);
    writer_u64be(&w, epoch);
    const struct bytes parts[] = {bytes_of(LABEL, sizeof LABEL - 1),
                                  writer_written(&w),
                                  bytes_of(root, ROOT_SIZE)};
    return sha256(parts, 3, mark + w.used);
}


/* What is signed ends with what was written: Part 2 section 10.12.8. */
static enum status attest(struct root_tpm *roots, struct tpm *tpm)
{
    const struct tpm_index index = root_tpm_mark(roots);
    struct work *work = &roots->work;
    uint8_t mark[MARK_SIZE];
    enum status s = make_mark(work->epoch, work->in_use, mark);
    if (s == STATUS_OK)
        s = tpm_index_write(tpm, &index, mark);
    work->is_marked = s == STATUS_OK;
    if (s == STATUS_OK)
        s = tpm_certify(tpm, &index, roots->setup.is_complete,
                        roots->setup.signing_name, roots->signed_mark,
                        &roots->signed_size);
    if (s == STATUS_OK && memmem(roots->signed_mark, roots->signed_size, mark,
                                 sizeof mark) == NULL)
        s = STATUS_CORRUPT;
    work->is_attested = s == STATUS_OK;
    return s;
}

/* An erasure that is not signed is one all the same; but before the first one
 * counts the TPM holds its epoch: from then on no root of before is taken. */
static void erase_and_attest(struct root_tpm *roots, struct tpm *tpm)
{
    struct work *work = &roots->work;
    const struct tpm_index cell = root_tpm_cell(roots, work->cell);
    work->status = overwrite(tpm, &cell, work->root);
    work->code = tpm_last_code(tpm);
    if (work->status != STATUS_OK || work->epoch == 0)
        return;
    enum status s = attest(roots, tpm);
    if (s == STATUS_OK)
        return;
    if (roots->store.served == 0 && !work->is_marked) {
        work->status = s;
        work->code = tpm_last_code(tpm);
    } else {
        root_tpm_tell(s, tpm_last_code(tpm));
    }
}

void root_tpm_do(struct root_tpm *roots)
{
    AUTO(tpm_close) struct tpm *tpm = NULL;
    struct work *work = &roots->work;
    work->code = 0;
    work->status = root_tpm_visit(roots, &tpm, &work->code);
    if (work->status == STATUS_OK)
        erase_and_attest(roots, tpm);
    secret_wipe(work->root, sizeof work->root);
    secret_wipe(work->in_use, sizeof work->in_use);
}

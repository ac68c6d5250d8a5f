/* SPDX-License-Identifier: Apache-2.0 */
/* Set-up, and the check of one that stands. */
#include <string.h>

#include "base/cleanup.h"
#include "keys/root_tpm_private.h"
#include "sys/logger.h"
#include "sys/random.h"

bool root_tpm_is_set_up(const struct file_layer *layer, const char *directory)
{
    struct tpm_setup setup;
    enum status s = tpm_setup_read(layer, directory, &setup);
    return s != STATUS_NOT_FOUND && (s != STATUS_OK || setup.is_complete);
}

/* Without a complete set-up, one with a fresh auth value, on the medium before
 * anything is defined with it. */
static enum status prepare(const struct root_tpm_options *options,
                           struct tpm_setup *setup, bool *is_fresh)
{
    enum status s =
        tpm_setup_read(options->layer, options->directory, setup);
    *is_fresh = s == STATUS_NOT_FOUND ||
                (s == STATUS_OK && !setup->is_complete &&
                 setup->first_handle != options->first_handle);
    if (options->reads_only && s == STATUS_OK && !setup->is_complete)
        return STATUS_NOT_FOUND;
    if (options->reads_only || !*is_fresh) {
        if (s == STATUS_CORRUPT)
            log_line(LOG_ERROR,
                     "keys: keys/tpm is damaged: the cells cannot be found");
        return s;
    }
    *setup = (struct tpm_setup){.first_handle = options->first_handle};
    random_fill(setup->auth, sizeof setup->auth);
    return tpm_setup_write(options->layer, options->directory, setup);
}

static struct tpm_index index_of(const struct root_tpm *roots, unsigned i)
{
    return i < ROOT_CELLS ? root_tpm_cell(roots, i) : root_tpm_mark(roots);
}

static enum status taken(uint32_t handle)
{
    log_line(LOG_ERROR,
             "keys: TPM: index 0x%08x belongs to somebody else; set keys: "
             "handles: in plant.yaml to three free ones (see tpm2_getcap "
             "handles-nv-index), or undefine it if it is of an installation "
             "that is gone",
             (unsigned)handle);
    return STATUS_CONFLICT;
}

/* Where this file is a copy of a set-up under way, put back beside cells that
 * have served since, its cells are not filled with noise again. */
static enum status refuse_served(struct root_tpm *roots, struct tpm *tpm)
{
    uint64_t epoch = 0;
    enum status s = root_tpm_read_mark(roots, tpm, &epoch);
    if (s == STATUS_OK && epoch > 0) {
        log_line(LOG_ERROR,
                 "keys: keys/tpm is of a set-up that was under way, and the "
                 "TPM's cells have served since: an old copy was put back");
        return STATUS_CORRUPT;
    }
    return s == STATUS_END ? STATUS_OK : s; /* cut off before it was written */
}

/* Defined, ours, and full of noise; the mark, of zeros. */
static enum status make_index(struct root_tpm *roots, struct tpm *tpm,
                              unsigned i, bool is_fresh)
{
    const struct tpm_index index = index_of(roots, i);
    uint8_t content[TPM_INDEX_MAX] = {0};
    enum status s = tpm_index_find(tpm, &index);
    if (s == STATUS_CONFLICT || (s == STATUS_OK && is_fresh))
        return taken(index.handle);
    if (s == STATUS_OK && i == ROOT_CELLS)
        s = refuse_served(roots, tpm);
    if (s == STATUS_NOT_FOUND)
        s = tpm_index_define(tpm, &index);
    if (i < ROOT_CELLS)
        random_fill(content, sizeof content);
    if (s == STATUS_OK)
        s = tpm_index_write(tpm, &index, content);
    return s == STATUS_DENIED ? taken(index.handle) : s;
}

static enum status set_up(const struct root_tpm_options *options,
                          struct root_tpm *roots, struct tpm *tpm,
                          bool is_fresh)
{
    enum status s = STATUS_OK;
    for (unsigned i = ROOT_TPM_HANDLES; s == STATUS_OK && i > 0; i--)
        s = make_index(roots, tpm, i - 1, is_fresh); /* the mark first */
    const struct tpm_index mark = root_tpm_mark(roots);
    if (s == STATUS_OK) /* for the name of the key */
        s = tpm_certify(tpm, &mark, false, roots->setup.signing_name,
                        roots->signed_mark, &roots->signed_size);
    if (s != STATUS_OK)
        return s;
    memcpy(roots->setup.manufacturer, roots->identity.manufacturer,
           sizeof roots->setup.manufacturer);
    roots->setup.is_complete = true;
    roots->is_new = true;
    log_line(LOG_WARNING,
             "keys: the roots live in this mainboard's TPM from now on: if "
             "it dies, or its TPM is cleared, every recording is lost");
    return tpm_setup_write(options->layer, options->directory, &roots->setup);
}

static enum status check(struct root_tpm *roots, struct tpm *tpm)
{
    enum status s = STATUS_OK;
    for (unsigned i = 0; s == STATUS_OK && i < ROOT_TPM_HANDLES; i++) {
        const struct tpm_index index = index_of(roots, i);
        s = tpm_index_find(tpm, &index);
    }
    if (s == STATUS_OK)
        s = root_tpm_read_mark(roots, tpm, &roots->store.served);
    if (s != STATUS_NOT_FOUND && s != STATUS_CONFLICT)
        return s;
    root_tpm_tell(STATUS_NOT_FOUND, tpm_last_code(tpm));
    return STATUS_CORRUPT;
}

static enum status visit(const struct root_tpm_options *options,
                         struct root_tpm *roots, bool is_fresh)
{
    AUTO(tpm_close) struct tpm *tpm = NULL;
    uint32_t code = 0;
    bool is_complete = roots->setup.is_complete;
    enum status s = root_tpm_visit(roots, &tpm, &code);
    if (s != STATUS_OK) {
        root_tpm_tell(s, code);
        return s;
    }
    if (roots->identity.is_software)
        roots->store.level = 0;
    log_line(LOG_INFO, "keys: TPM manufacturer=%s vendor=%s level=%u%s",
             roots->identity.manufacturer, roots->identity.vendor,
             roots->store.level,
             roots->identity.is_software
                 ? " an emulator: its memory is a file somewhere"
                 : "");
    s = is_complete ? check(roots, tpm)
                    : set_up(options, roots, tpm, is_fresh);
    if (s != STATUS_OK && s != STATUS_CONFLICT && s != STATUS_CORRUPT)
        root_tpm_tell(s, tpm_last_code(tpm));
    return s;
}

enum status root_tpm_open(const struct root_tpm_options *options,
                          struct root_tpm **out)
{
    *out = NULL;
    AUTO(root_tpm_destroy) struct root_tpm *roots = NULL;
    bool is_fresh = false;
    enum status s = root_tpm_create(options, &roots);
    if (s != STATUS_OK)
        return s;
    s = prepare(options, &roots->setup, &is_fresh);
    if (s == STATUS_OK && roots->setup.first_handle != options->first_handle) {
        log_line(LOG_ERROR,
                 "keys: the TPM's cells are at 0x%08x since set-up; write "
                 "that as keys: handles: in plant.yaml",
                 (unsigned)roots->setup.first_handle);
        s = STATUS_CONFLICT;
    }
    if (s == STATUS_OK)
        s = visit(options, roots, is_fresh);
    if (s != STATUS_OK) {
        roots->descriptor = -1; /* the caller's */
        return s;
    }
    *out = roots;
    roots = NULL;
    return STATUS_OK;
}

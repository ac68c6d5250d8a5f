/* SPDX-License-Identifier: Apache-2.0 */
/* An evidence package from a stranger: its container, its manifest, and groups
 * as they travel. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "cmd/package/manifest.h"
#include "cmd/package/zip_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status read_at(void *context, uint64_t offset, void *out,
                           size_t size)
{
    const struct bytes *all = context;
    if (offset > all->size || size > all->size - offset)
        return STATUS_END;
    memcpy(out, all->data + offset, size);
    return STATUS_OK;
}

/* Files lie in the file, behind each other. */
static void try_container(struct bytes all)
{
    struct zip_form form;
    struct zip_fault fault;
    uint64_t end = 0;
    enum status s = zip_form_read(read_at, &all, all.size, &form, &fault);
    for (size_t i = 0; s == STATUS_OK && i < form.count; i++) {
        if (form.files[i].header_at != end ||
            form.files[i].content_at + form.files[i].stored_size > all.size)
            abort();
        end = form.files[i].content_at + form.files[i].stored_size;
    }
    if (s == STATUS_CORRUPT && (fault.where == NULL || fault.what == NULL))
        abort();
    zip_form_deinit(&form);
}

/* What is read writes, and reads again. */
static void try_manifest(struct bytes json)
{
    struct manifest *manifest = NULL;
    struct manifest *again = NULL;
    struct buffer written = buffer_with_limit(MANIFEST_BYTES_MAX);
    const char *what = NULL;
    if (manifest_read(json, &manifest, &what) != STATUS_OK)
        return;
    if (manifest_write(manifest, &written) != STATUS_OK ||
        manifest_read(buffer_bytes(&written), &again, &what) != STATUS_OK ||
        again->camera_count != manifest->camera_count)
        abort();
    for (size_t i = 0; i < manifest->camera_count; i++) {
        struct span gaps[4];
        size_t count = 0;
        struct content_group *places =
            manifest_places(&manifest->cameras[i], &count);
        (void)manifest_find_gaps(&manifest->cameras[i], manifest->asked, gaps,
                                 4);
        alloc_free(places);
    }
    manifest_destroy(&again);
    manifest_destroy(&manifest);
    buffer_deinit(&written);
}

static void try_groups(struct bytes bytes)
{
    struct reader in = reader_on(bytes);
    struct leaf_group group;
    while (reader_more(&in) && leaf_group_read(&in, &group) == STATUS_OK) {
        struct buffer out = buffer_with_limit(LEAF_GROUP_SIZE_MAX);
        leaf_group_write(&group, &out);
        if (out.failed)
            abort();
        buffer_deinit(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes all = {data, size};
    try_container(all);
    try_manifest(all);
    try_groups(all);
    return 0;
}

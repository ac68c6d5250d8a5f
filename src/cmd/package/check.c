/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/package/check.h"

#include <stdarg.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/package/check_private.h"
#include "crypto/hash.h"
#include "sys/file.h"

void check_problem(struct check *check, const char *where, const char *format,
                   ...)
{
    struct package_result *result = check->result;
    va_list arguments;
    result->problems_all++;
    if (result->problem_count == CHECK_PROBLEMS_MAX)
        return;
    struct verify_problem *problem =
        &result->problems[result->problem_count++];
    (void)snprintf(problem->where, sizeof problem->where, "%s", where);
    va_start(arguments, format);
    (void)vsnprintf(problem->what, sizeof problem->what, format, arguments);
    va_end(arguments);
}

enum status check_read(struct check *check, const char *name,
                       struct buffer *out, bool *is_there)
{
    size_t at = zip_form_find(&check->form, name);
    *is_there = false;
    if (at == SIZE_MAX) {
        check_problem(check, name, "it is not in the package");
        return STATUS_OK;
    }
    check->is_used[at] = true;
    enum status s = archive_in_read(check->archive, at, out);
    /* The password has opened the manifest: it is the seal then. */
    if ((s == STATUS_DENIED || s == STATUS_CONFLICT) &&
        check->manifest != NULL)
        s = STATUS_CORRUPT;
    if (s == STATUS_CORRUPT || s == STATUS_LIMIT) {
        check_problem(check, name, s == STATUS_LIMIT
                                       ? "larger than it may be"
                                       : "its bytes do not fit its sum");
        return STATUS_OK;
    }
    *is_there = s == STATUS_OK;
    return s;
}

/* ---- container ---- */

static enum status read_at(void *context, uint64_t offset, void *out,
                           size_t size)
{
    return file_read_at(context, offset, out, size);
}

static enum status open_container(struct check *check)
{
    struct zip_fault fault;
    uint64_t size = 0;
    enum status s = file_open(&FILE_LAYER_SYSTEM, check->request->path,
                              FILE_READ, &check->file);
    if (s == STATUS_OK)
        s = file_size(check->file, &size);
    if (s == STATUS_OK)
        s = zip_form_read(read_at, check->file, size, &check->form, &fault);
    if (s == STATUS_CORRUPT)
        check_problem(check, fault.where, "%s (byte %llu of the package)",
                      fault.what, (unsigned long long)fault.at);
    if (s == STATUS_LIMIT)
        check_problem(check, "zip", "more files, or larger, than a package "
                                    "may have");
    if (s == STATUS_CORRUPT || s == STATUS_LIMIT)
        return STATUS_END; /* nothing in it can be found for sure */
    if (s != STATUS_OK)
        return s;
    check->is_used = alloc_zeroed(check->form.count + 1);
    if (check->is_used == NULL)
        return STATUS_NO_MEMORY;
    s = archive_in_open(check->request->path, check->request->password,
                        &check->archive);
    if (s == STATUS_BAD_INPUT || s == STATUS_CORRUPT) {
        check_problem(check, "zip", "it does not open");
        return STATUS_END;
    }
    return s;
}

static enum status read_manifest(struct check *check)
{
    struct buffer json = buffer_with_limit(MANIFEST_BYTES_MAX);
    const char *what = "";
    bool is_there = false;
    enum status s = check_read(check, "manifest.json", &json, &is_there);
    const struct bytes bytes = buffer_bytes(&json);
    if (s == STATUS_OK && is_there)
        s = sha256(&bytes, 1, check->manifest_sha256);
    if (s == STATUS_OK && is_there) {
        s = manifest_read(bytes, &check->manifest, &what);
        if (s == STATUS_BAD_INPUT || s == STATUS_LIMIT) {
            check_problem(check, "manifest.json", "not to be read: %s", what);
            s = STATUS_OK;
        }
    }
    buffer_deinit(&json);
    return s;
}

static enum status check_page(struct check *check)
{
    struct buffer page = buffer_with_limit(16 << 20);
    uint8_t sum[SHA256_SIZE];
    bool is_there = false;
    enum status s = check_read(check, "verification.html", &page, &is_there);
    const struct bytes bytes = buffer_bytes(&page);
    if (s == STATUS_OK && is_there)
        s = sha256(&bytes, 1, sum);
    if (s == STATUS_OK && is_there &&
        memcmp(sum, check->manifest->page_sha256, sizeof sum) != 0)
        check_problem(check, "verification.html",
                      "not the page that the manifest names");
    buffer_deinit(&page);
    return s;
}

static void check_rest(struct check *check)
{
    for (size_t i = 0; i < check->form.count; i++) {
        if (!check->is_used[i])
            check_problem(check, check->form.files[i].name,
                          "a file that does not belong here");
    }
}

static void release(struct check *check)
{
    manifest_destroy(&check->manifest);
    archive_in_close(&check->archive);
    zip_form_deinit(&check->form);
    file_close(&check->file);
    buffer_deinit(&check->note);
    alloc_free(check->roots);
    alloc_free(check->is_used);
}

enum status package_check(const struct package_request *request,
                          struct package_result *out)
{
    struct check check = {.request = request,
                          .result = out,
                          .note = buffer_with_limit(NOTE_SIZE_MAX),
                          .exported_by = -1,
                          .ordered_by = -1,
                          .approved_by = -1};
    *out = (struct package_result){.has_given_key = request->vkey != NULL};
    enum status s = open_container(&check);
    if (s == STATUS_OK)
        s = read_manifest(&check);
    if (s == STATUS_OK && check.manifest != NULL) {
        out->export = check.manifest->export;
        out->cameras = check.manifest->camera_count;
        s = check_page(&check);
        if (s == STATUS_OK)
            s = check_log(&check);
        if (s == STATUS_OK)
            s = check_videos(&check);
        if (s == STATUS_OK)
            check_rest(&check);
    }
    release(&check);
    return s == STATUS_END ? STATUS_OK : s;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * versions/book.json: what state each version is in. JSON, which the reader of
 * the other files reads too, since YAML holds it.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "notice/json_text.h"
#include "notice/versions/store.h"
#include "notice/yaml_fill.h"

enum { PATH_SIZE = 4096, BOOK_BYTES_MAX = YAML_BYTES_MAX, DIGEST = 64 };

/* A version as it stands in the book. */
struct row {
    uint32_t number;
    uint32_t state;
    uint32_t exception;
    uint32_t successor;
    struct text sha256;
    struct text manifest_sha256;
    struct text announced;
    struct text effective;
    struct text active;
    struct text ended;
    struct text confirmed;
    struct text reason;
};

struct book {
    uint32_t format;
    struct row *rows;
    size_t count;
};

static const char *const STATES[] = {"announced", "active", "superseded",
                                     "withdrawn", NULL};
static const char *const EXCEPTIONS[] = {"none",       "first",    "restriction",
                                         "correction", "replaced", NULL};

#define ROW(name, kind)                                                        \
    .key = #name, .type = kind, .offset = offsetof(struct row, name)

static const struct yaml_field ROW_FIELDS[] = {
    {ROW(number, YAML_TYPE_NUMBER),
     .is_required = true,
     .min = 1,
     .max = NOTICE_VERSION_MAX},
    {ROW(state, YAML_TYPE_CHOICE), .is_required = true, .choices = STATES},
    {ROW(exception, YAML_TYPE_CHOICE),
     .is_required = true,
     .choices = EXCEPTIONS},
    {ROW(successor, YAML_TYPE_NUMBER), .min = 1, .max = NOTICE_VERSION_MAX},
    {ROW(sha256, YAML_TYPE_TEXT), .is_required = true, .max = DIGEST},
    {ROW(manifest_sha256, YAML_TYPE_TEXT), .max = DIGEST},
    {ROW(announced, YAML_TYPE_TEXT), .is_required = true},
    {ROW(effective, YAML_TYPE_TEXT), .is_required = true},
    {ROW(active, YAML_TYPE_TEXT)},
    {ROW(ended, YAML_TYPE_TEXT)},
    {ROW(confirmed, YAML_TYPE_TEXT)},
    {ROW(reason, YAML_TYPE_TEXT), .max = NOTICE_REASON_SIZE - 1},
    {0},
};

static const struct yaml_field BOOK_FIELDS[] = {
    {.key = "format",
     .type = YAML_TYPE_NUMBER,
     .is_required = true,
     .offset = offsetof(struct book, format),
     .min = 1,
     .max = 1},
    {.key = "versions",
     .type = YAML_TYPE_LIST,
     .is_required = true,
     .offset = offsetof(struct book, rows),
     .fields = ROW_FIELDS,
     .element_size = sizeof(struct row),
     .count_offset = offsetof(struct book, count)},
    {0},
};

static bool path_of(const char *directory, char out[PATH_SIZE])
{
    int used = snprintf(out, PATH_SIZE, "%s/" NOTICE_VERSIONS_DIRECTORY
                        "/book.json", directory);
    return used > 0 && used < PATH_SIZE;
}

/* ---- reading ---- */

static bool read_time(struct text text, struct wall_time *out)
{
    return text.size == 0 || wall_time_parse(text, out) == STATUS_OK;
}

static bool take(const struct row *row, struct notice_versions *versions)
{
    uint32_t last = notice_versions_next(versions) - 1;
    if (row->number <= last)
        return false;
    struct notice_version *version = notice_versions_add(versions, row->number);
    if (version == NULL)
        return false;
    version->state = (enum notice_version_state)row->state;
    version->exception = (enum notice_exception)row->exception;
    version->successor = row->successor;
    return read_time(row->announced, &version->announced) &&
           read_time(row->effective, &version->effective) &&
           read_time(row->active, &version->active) &&
           read_time(row->ended, &version->ended) &&
           read_time(row->confirmed, &version->confirmed) &&
           text_copy(row->sha256, version->sha256, NOTICE_DIGEST_SIZE) &&
           text_copy(row->manifest_sha256, version->manifest_sha256,
                     NOTICE_DIGEST_SIZE) &&
           text_copy(row->reason, version->reason, NOTICE_REASON_SIZE);
}

static enum status fill(const struct yaml_tree *tree, struct findings *findings,
                        struct notice_versions *out)
{
    struct book book = {0};
    struct yaml_fill filler = {.tree = tree, .findings = findings};
    yaml_fill_map(&filler, yaml_tree_root(tree), BOOK_FIELDS, &book);
    enum status s = filler.status;
    if (s == STATUS_OK && findings->errors > 0)
        s = STATUS_CORRUPT;
    for (size_t i = 0; s == STATUS_OK && i < book.count; i++) {
        if (!take(&book.rows[i], out))
            s = out->failed ? STATUS_NO_MEMORY : STATUS_CORRUPT;
    }
    alloc_free(book.rows);
    return s;
}

static enum status parse(struct bytes json, struct notice_versions *out)
{
    struct findings findings = {0};
    struct yaml_tree *tree = NULL;
    enum status s = yaml_tree_parse("book.json", json, &findings, &tree);
    if (s == STATUS_OK && yaml_tree_root(tree)->kind != YAML_MAP)
        s = STATUS_CORRUPT;
    if (s == STATUS_OK)
        s = fill(tree, &findings, out);
    if (s == STATUS_BAD_INPUT)
        s = STATUS_CORRUPT;
    yaml_tree_destroy(&tree);
    findings_deinit(&findings);
    if (s != STATUS_OK)
        notice_versions_deinit(out);
    return s;
}

enum status notice_book_read(const struct file_layer *layer,
                             const char *directory,
                             struct notice_versions *out)
{
    char path[PATH_SIZE];
    uint8_t *json = NULL;
    size_t size = 0;
    *out = (struct notice_versions){.list = NULL};
    if (!path_of(directory, path))
        return STATUS_LIMIT;
    enum status s = file_read_all(layer, path, BOOK_BYTES_MAX, &json, &size);
    if (s == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (s == STATUS_OK)
        s = parse(bytes_of(json, size), out);
    alloc_free(json);
    return s;
}

/* ---- writing ---- */

static void put_time(struct buffer *out, const char *name,
                     struct wall_time time)
{
    char text[TIME_TEXT_SIZE];
    if (time.us == 0)
        return;
    wall_time_format(time, text);
    buffer_format(out, ",\n   \"%s\": \"%s\"", name, text);
}

static void put_version(struct buffer *out,
                        const struct notice_version *version)
{
    buffer_format(out,
                  "  {\"number\": %u, \"state\": \"%s\", \"exception\": "
                  "\"%s\",\n   \"sha256\": \"%s\"",
                  (unsigned)version->number,
                  notice_version_state_name(version->state),
                  notice_exception_name(version->exception), version->sha256);
    if (version->manifest_sha256[0] != 0)
        buffer_format(out, ",\n   \"manifest_sha256\": \"%s\"",
                      version->manifest_sha256);
    put_time(out, "announced", version->announced);
    put_time(out, "effective", version->effective);
    put_time(out, "active", version->active);
    put_time(out, "ended", version->ended);
    put_time(out, "confirmed", version->confirmed);
    if (version->successor != 0)
        buffer_format(out, ",\n   \"successor\": %u",
                      (unsigned)version->successor);
    if (version->reason[0] != 0) {
        buffer_append_text(out, ",\n   \"reason\": ");
        json_write_text(text_of(version->reason), out);
    }
    buffer_append_text(out, "}");
}

enum status notice_book_write(const struct file_layer *layer,
                              const char *directory,
                              const struct notice_versions *versions)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(BOOK_BYTES_MAX);
    char path[PATH_SIZE];
    if (!path_of(directory, path))
        return STATUS_LIMIT;
    buffer_append_text(&out, "{\"format\": 1, \"versions\": [\n");
    for (size_t i = 0; i < versions->count; i++) {
        put_version(&out, &versions->list[i]);
        buffer_append_text(&out, i + 1 < versions->count ? ",\n" : "\n");
    }
    buffer_append_text(&out, "]}\n");
    enum status s = buffer_status(&out);
    return s == STATUS_OK ? file_replace(layer, path, buffer_bytes(&out)) : s;
}

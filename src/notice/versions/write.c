/* SPDX-License-Identifier: Apache-2.0 */
/* A version's files: what was published, what people read, what changes. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "notice/notice_difference.h"
#include "notice/notice_document.h"
#include "notice/notice_signature.h"
#include "notice/render_html.h"
#include "notice/render_text.h"
#include "notice/versions/store.h"

enum { PATH_SIZE = 4096, FORM_BYTES_MAX = 16 << 20, MANIFEST_BYTES_MAX = 8192 };

struct writing {
    const struct file_layer *layer;
    const char *directory;
    uint32_t number;
    struct buffer manifest;
    size_t files;
};

static enum status write_file(const struct writing *writing, const char *name,
                              struct bytes content)
{
    char path[PATH_SIZE];
    if (!notice_version_path(writing->directory, writing->number, name, path,
                             sizeof path))
        return STATUS_LIMIT;
    return file_replace(writing->layer, path, content);
}

/* Writes it, and into the manifest. */
static enum status put_file(struct writing *writing, const char *name,
                            struct bytes content)
{
    char digest[NOTICE_DIGEST_SIZE];
    enum status s = notice_digest(content, digest);
    if (s == STATUS_OK)
        s = write_file(writing, name, content);
    if (s != STATUS_OK)
        return s;
    buffer_format(&writing->manifest,
                  "%s  {\"name\": \"%s\", \"bytes\": %zu, \"sha256\": \"%s\"}",
                  writing->files++ == 0 ? "" : ",\n", name, content.size,
                  digest);
    return STATUS_OK;
}

enum form { FORM_PAGE, FORM_TEXT };

/* As name.ko.html and the like. */
static enum status put_form(struct writing *writing,
                            const struct document *document, const char *name,
                            enum form form)
{
    static const char *const ENDS[2][2] = {
        [LANGUAGE_KOREAN] = {"ko.html", "ko.txt"},
        [LANGUAGE_ENGLISH] = {"en.html", "en.txt"}};
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(FORM_BYTES_MAX);
    char file[32];
    char other[32];
    const struct html_frame frame = {.other_language = other};
    bool is_korean = document->language == LANGUAGE_KOREAN;
    (void)snprintf(file, sizeof file, "%s.%s", name,
                   ENDS[document->language][form]);
    (void)snprintf(other, sizeof other, "%s.%s", name,
                   ENDS[is_korean ? LANGUAGE_ENGLISH : LANGUAGE_KOREAN][form]);
    enum status s = form == FORM_PAGE ? render_html(document, &frame, &out)
                                      : render_text(document, &out);
    if (s == STATUS_OK)
        s = buffer_status(&out);
    return s == STATUS_OK ? put_file(writing, file, buffer_bytes(&out)) : s;
}

static enum status put_forms(struct writing *writing, const char *name,
                             const struct document *document)
{
    enum status s = put_form(writing, document, name, FORM_PAGE);
    return s == STATUS_OK ? put_form(writing, document, name, FORM_TEXT) : s;
}

static enum status put_language(struct writing *writing,
                                const struct notice_version_content *content,
                                enum language language)
{
    struct document document;
    size_t changes = 0;
    enum status s = notice_document(content->notice, language, &document);
    if (s != STATUS_OK)
        return s;
    s = put_forms(writing, "notice", &document);
    document_deinit(&document);
    if (s != STATUS_OK || content->before == NULL)
        return s;
    s = notice_difference(content->before, content->notice, language, &document,
                          &changes);
    if (s != STATUS_OK)
        return s;
    s = put_forms(writing, "change", &document);
    document_deinit(&document);
    return s;
}

static enum status make_directory(const struct file_layer *layer,
                                  const char *directory, uint32_t number)
{
    char path[PATH_SIZE];
    if (!notice_version_path(directory, number, "", path, sizeof path))
        return STATUS_LIMIT;
    enum status s = layer->make_directory(layer, path);
    (void)snprintf(path, sizeof path, "%s/" NOTICE_VERSIONS_DIRECTORY,
                   directory);
    return s == STATUS_OK ? layer->sync_directory(layer, path) : s;
}

enum status notice_version_write(const struct file_layer *layer,
                                 const char *directory,
                                 const struct notice_version_content *content,
                                 char manifest_sha256[NOTICE_DIGEST_SIZE])
{
    struct writing writing = {
        .layer = layer,
        .directory = directory,
        .number = content->number,
        .manifest = buffer_with_limit(MANIFEST_BYTES_MAX)};
    enum status s = make_directory(layer, directory, content->number);
    buffer_format(&writing.manifest,
                  "{\"format\": 1, \"version\": %u, \"files\": [\n",
                  (unsigned)content->number);
    if (s == STATUS_OK)
        s = put_file(&writing, "notice.yaml", content->yaml);
    if (s == STATUS_OK && content->signature.size > 0)
        s = put_file(&writing, "notice.yaml" NOTICE_SIGNATURE_SUFFIX,
                     content->signature);
    if (s == STATUS_OK)
        s = put_language(&writing, content, LANGUAGE_KOREAN);
    if (s == STATUS_OK)
        s = put_language(&writing, content, LANGUAGE_ENGLISH);
    buffer_append_text(&writing.manifest, "\n]}\n");
    if (s == STATUS_OK)
        s = buffer_status(&writing.manifest);
    struct bytes manifest = buffer_bytes(&writing.manifest);
    if (s == STATUS_OK)
        s = notice_digest(manifest, manifest_sha256);
    if (s == STATUS_OK)
        s = write_file(&writing, "manifest.json", manifest);
    buffer_deinit(&writing.manifest);
    return s;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/package/archive.h"

#include <string.h>
#include <zip.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/package/zip_form.h"

enum { PIECE_BYTES = 256 * 1024 };

struct archive_out {
    zip_t *zip;
    const char *password; /* borrowed; NULL: none */
};

struct archive_in {
    zip_t *zip;
    uint8_t *piece; /* PIECE_BYTES */
};

/* ---- writing ---- */

enum status archive_out_create(const char *path, const char *password,
                               struct archive_out **out)
{
    int error = 0;
    struct archive_out *archive = alloc_zeroed(sizeof *archive);
    *out = NULL;
    if (archive == NULL)
        return STATUS_NO_MEMORY;
    archive->password = password;
    archive->zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (archive->zip == NULL) {
        alloc_free(archive);
        return STATUS_IO;
    }
    *out = archive;
    return STATUS_OK;
}

/* Takes over source. No time, no owner: nothing that says who made it. */
static enum status add(struct archive_out *archive, const char *name,
                       zip_source_t *source)
{
    if (source == NULL)
        return STATUS_NO_MEMORY;
    zip_int64_t at = zip_file_add(archive->zip, name, source, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
        zip_source_free(source);
        return STATUS_IO;
    }
    zip_uint64_t place = (zip_uint64_t)at;
    bool is_good =
        zip_set_file_compression(archive->zip, place, ZIP_CM_STORE, 0) == 0 &&
        zip_file_set_dostime(archive->zip, place, 0, ZIP_FORM_DATE, 0) == 0 &&
        zip_file_set_external_attributes(archive->zip, place, 0,
                                         ZIP_OPSYS_UNIX,
                                         ZIP_FORM_ATTRIBUTES) == 0 &&
        (archive->password == NULL ||
         zip_file_set_encryption(archive->zip, place, ZIP_EM_AES_256,
                                 archive->password) == 0);
    return is_good ? STATUS_OK : STATUS_IO;
}

enum status archive_out_add(struct archive_out *archive, const char *name,
                            struct bytes content)
{
    return add(archive, name,
               zip_source_buffer(archive->zip, content.data, content.size, 0));
}

enum status archive_out_add_file(struct archive_out *archive, const char *name,
                                 FILE **file, uint64_t size)
{
    zip_source_t *source =
        zip_source_filep(archive->zip, *file, 0, (zip_int64_t)size);
    if (source != NULL)
        *file = NULL; /* it closes it */
    return add(archive, name, source);
}

enum status archive_out_finish(struct archive_out **archive)
{
    bool is_good = zip_close((*archive)->zip) == 0;
    if (!is_good)
        zip_discard((*archive)->zip);
    alloc_free(*archive);
    *archive = NULL;
    return is_good ? STATUS_OK : STATUS_IO;
}

void archive_out_drop(struct archive_out **archive)
{
    if (*archive == NULL)
        return;
    zip_discard((*archive)->zip);
    alloc_free(*archive);
    *archive = NULL;
}

/* ---- reading ---- */

static enum status status_of(int error)
{
    switch (error) {
    case ZIP_ER_NOENT:
        return STATUS_NOT_FOUND;
    case ZIP_ER_MEMORY:
        return STATUS_NO_MEMORY;
    case ZIP_ER_OPEN:
    case ZIP_ER_NOPASSWD:
        return STATUS_DENIED;
    case ZIP_ER_WRONGPASSWD:
        return STATUS_CONFLICT;
    case ZIP_ER_READ:
    case ZIP_ER_SEEK:
        return STATUS_IO;
    default:
        return STATUS_CORRUPT;
    }
}

enum status archive_in_open(const char *path, const char *password,
                            struct archive_in **out)
{
    int error = 0;
    struct archive_in *archive = alloc_zeroed(sizeof *archive);
    *out = NULL;
    if (archive == NULL)
        return STATUS_NO_MEMORY;
    archive->piece = alloc_array(PIECE_BYTES, 1);
    if (archive->piece != NULL)
        archive->zip = zip_open(path, ZIP_RDONLY, &error);
    if (archive->zip == NULL) {
        enum status s =
            archive->piece == NULL ? STATUS_NO_MEMORY : status_of(error);
        archive_in_close(&archive);
        return s == STATUS_CORRUPT ? STATUS_BAD_INPUT : s;
    }
    if (password != NULL)
        (void)zip_set_default_password(archive->zip, password);
    *out = archive;
    return STATUS_OK;
}

void archive_in_close(struct archive_in **archive)
{
    if (*archive == NULL)
        return;
    if ((*archive)->zip != NULL)
        zip_discard((*archive)->zip);
    alloc_free((*archive)->piece);
    alloc_free(*archive);
    *archive = NULL;
}

enum status archive_in_stream(struct archive_in *archive, uint64_t place,
                              archive_piece_fn *on_piece, void *context)
{
    enum status s = STATUS_OK;
    zip_file_t *file = zip_fopen_index(archive->zip, place, 0);
    if (file == NULL)
        return status_of(zip_error_code_zip(zip_get_error(archive->zip)));
    while (s == STATUS_OK) {
        zip_int64_t got = zip_fread(file, archive->piece, PIECE_BYTES);
        if (got < 0)
            s = status_of(zip_error_code_zip(zip_file_get_error(file)));
        else if (got == 0)
            break;
        else
            s = on_piece(context, bytes_of(archive->piece, (size_t)got));
    }
    if (zip_fclose(file) != 0 && s == STATUS_OK)
        s = STATUS_CORRUPT;
    return s;
}

static enum status append(void *context, struct bytes piece)
{
    struct buffer *out = context;
    if (piece.size > out->limit - out->size)
        return STATUS_LIMIT;
    buffer_append(out, piece);
    return buffer_status(out);
}

enum status archive_in_read(struct archive_in *archive, uint64_t place,
                            struct buffer *out)
{
    return archive_in_stream(archive, place, append, out);
}

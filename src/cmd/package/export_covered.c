/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A covered copy: the recorder decodes, blackens what its display masks hide and
 * encodes anew, so that the file shows what screens do. It proves nothing by
 * itself; the log says who took it, and the hash of the file.
 */
#include "cmd/package/export.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/encoding.h"
#include "cmd/local/fetch.h"
#include "crypto/hash.h"

enum { PATH_SIZE_MAX = 160 };

struct copy {
    FILE *file;
    struct sha256_stream *hash;
};

static enum status take_piece(void *context, struct bytes piece)
{
    struct copy *copy = context;
    sha256_stream_update(copy->hash, piece);
    return fwrite(piece.data, 1, piece.size, copy->file) == piece.size
               ? STATUS_OK
               : STATUS_NO_SPACE;
}

static enum status open_copy(const char *path, struct copy *out)
{
    enum status s = sha256_stream_create(&out->hash);
    if (s != STATUS_OK)
        return s;
    int descriptor =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    out->file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    if (out->file == NULL && descriptor >= 0)
        (void)close(descriptor);
    return out->file == NULL ? STATUS_IO : STATUS_OK;
}

/* Written out, and its hash; whole or not at all. */
static enum status close_copy(struct copy *copy, enum status s,
                              uint8_t digest[SHA256_SIZE])
{
    bool is_flushed = copy->file == NULL || fflush(copy->file) == 0;
    bool is_kept = copy->file == NULL || fsync(fileno(copy->file)) == 0;
    if (copy->file != NULL && fclose(copy->file) != 0)
        is_kept = false;
    if (s == STATUS_OK && !(is_flushed && is_kept))
        s = STATUS_NO_SPACE;
    if (s == STATUS_OK)
        s = sha256_stream_final(copy->hash, digest);
    sha256_stream_destroy(&copy->hash);
    return s;
}

static int fetch(const struct export_job *job, uint8_t digest[SHA256_SIZE])
{
    char path[PATH_SIZE_MAX];
    struct copy copy = {NULL, NULL};
    struct local_fetched fetched = {.code = 0};
    const char *out = job->options->out;
    (void)snprintf(path, sizeof path,
                   "/api/v1/views/%" PRIu64 "/download.mp4?camera=%" PRIu32,
                   job->manifest->export, job->manifest->cameras[0].camera);
    const struct local_call call = {.path = path, .session = job->session};
    enum status s = open_copy(out, &copy);
    if (s == STATUS_OK)
        s = local_fetch(job->options->order.directory, &call, take_piece,
                        &copy, &fetched);
    s = close_copy(&copy, s, digest);
    if (s == STATUS_OK && fetched.code == 200)
        return EXIT_OK;
    (void)unlink(out);
    if (s == STATUS_OK && fetched.code == 404) {
        (void)fprintf(stderr, "haechi export: nothing of this time is there "
                              "any more, or was ever recorded; no copy was "
                              "made\n");
        return EXIT_FINDING;
    }
    return export_explain("pictures", s == STATUS_OK ? STATUS_DENIED : s);
}

int export_covered(struct export_job *job)
{
    char path[PATH_SIZE_MAX];
    char sum[HEX_SIZE(SHA256_SIZE) + 1];
    uint8_t digest[SHA256_SIZE];
    json_t *answer = NULL;
    int code = export_order(job);
    if (code == EXIT_OK)
        code = fetch(job, digest);
    if (code != EXIT_OK)
        return code;
    hex_encode(bytes_of(digest, sizeof digest), sum);
    (void)snprintf(path, sizeof path, "/api/v1/exports/%" PRIu64 "/package",
                   job->manifest->export);
    code = export_post(job, path, json_pack("{ss}", "manifest", sum), &answer);
    json_decref(answer);
    if (code == EXIT_OK)
        (void)printf("covered copy, SHA-256 %s\n%s\n", sum, job->options->out);
    return code;
}

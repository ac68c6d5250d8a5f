/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/local/save.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { CODE_OK = 200 };

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
    if (out->file == NULL && descriptor >= 0) {
        (void)close(descriptor);
        (void)unlink(path);
    }
    return out->file == NULL ? STATUS_IO : STATUS_OK;
}

/* Written out, and its hash. */
static enum status close_copy(struct copy *copy, enum status s,
                              uint8_t digest[SHA256_SIZE])
{
    bool is_kept = fflush(copy->file) == 0 && fsync(fileno(copy->file)) == 0;
    if (fclose(copy->file) != 0)
        is_kept = false;
    if (s == STATUS_OK && !is_kept)
        s = STATUS_NO_SPACE;
    return s == STATUS_OK ? sha256_stream_final(copy->hash, digest) : s;
}

enum status local_save(const char *directory, const struct local_call *call,
                       const char *path, struct local_fetched *out,
                       uint8_t digest[SHA256_SIZE])
{
    struct copy copy = {NULL, NULL};
    *out = (struct local_fetched){.code = 0};
    enum status s = open_copy(path, &copy);
    if (s == STATUS_OK) {
        s = local_fetch(directory, call, take_piece, &copy, out);
        s = close_copy(&copy, s, digest);
        if (s != STATUS_OK || out->code != CODE_OK)
            (void)unlink(path);
    }
    sha256_stream_destroy(&copy.hash);
    return s;
}

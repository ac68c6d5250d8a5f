/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/bench/export - what the parts of `haechi bench export` share. */
#ifndef CMD_BENCH_EXPORT_H
#define CMD_BENCH_EXPORT_H

#include "cmd/bench/past.h"
#include "crypto/hash.h"

/* SHA-256 of every group of pictures, as its leaf in the log has it. */
struct export_hashes {
    uint8_t (*content)[SHA256_SIZE];
    size_t count;
    size_t capacity;
};

struct export_job {
    struct bench_past *past;
    const char *path;                    /* of the file; made anew */
    const struct export_hashes *hashes;  /* NULL: not recomputed */
    double seconds;
    size_t hashes_right;
};

/*
 * Reads the whole past as the vault does (selection, read_make, keys from the
 * keyring) on one thread and writes the MP4 file on another; with hashes,
 * recomputes them on a third. Fails as these do; CORRUPT: pictures are missing.
 */
MUST_USE enum status export_in_process(struct export_job *job);

/* SHA-256 over the samples of an MP4 file, in their order there; CORRUPT where
 * it is not whole. */
MUST_USE enum status export_file_digest(const char *path,
                                        uint8_t out[SHA256_SIZE]);

/* Seconds of the boot clock. */
double export_now_s(void);

struct export_download {
    double seconds;          /* of the whole download */
    double first_byte_s;     /* from the request */
    double vault_cpu_s;
    double web_cpu_s;
};

/*
 * Starts the installation, signs its first person in, opens the span and
 * downloads it over HTTPS with curl into path, times times; out: as many.
 * Fails with: IO (it does not start), NOT_FOUND (no curl), DENIED.
 */
MUST_USE enum status export_by_download(const struct bench_past *past,
                                        const char *path, size_t times,
                                        struct export_download *out);

#endif

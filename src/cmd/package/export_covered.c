/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A covered copy: the recorder decodes, blackens what its display masks hide and
 * encodes anew, so that the file shows what screens do. It proves nothing by
 * itself; the log says who took it, and the hash of the file.
 */
#include "cmd/package/export.h"

#include <inttypes.h>

#include "base/encoding.h"
#include "cmd/local/save.h"

enum { PATH_SIZE_MAX = 160 };

static int fetch(const struct export_job *job, uint8_t digest[SHA256_SIZE])
{
    char path[PATH_SIZE_MAX];
    struct local_fetched fetched;
    (void)snprintf(path, sizeof path,
                   "/api/v1/views/%" PRIu64 "/download.mp4?camera=%" PRIu32,
                   job->manifest->export, job->manifest->cameras[0].camera);
    const struct local_call call = {.path = path, .session = job->session};
    enum status s = local_save(job->options->order.directory, &call,
                               job->options->out, &fetched, digest);
    if (s == STATUS_OK && fetched.code == 200)
        return EXIT_OK;
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

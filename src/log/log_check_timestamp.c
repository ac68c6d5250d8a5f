/* SPDX-License-Identifier: Apache-2.0 */
/* What a time-stamping service has said of a log, held against it. */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "crypto/timestamp.h"
#include "log/log_check_private.h"
#include "log/timestamps.h"

static enum status look(const struct check *check,
                        const struct timestamp_files *files,
                        struct wall_time *told)
{
    const struct text authorities = check->request->authorities;
    const struct bytes note = bytes_of(files->note, files->note_size);
    const struct bytes answer = bytes_of(files->answer, files->answer_size);
    uint8_t digest[SHA256_SIZE];
    enum status s = sha256(&note, 1, digest);
    if (s != STATUS_OK)
        return s;
    return authorities.size > 0
               ? timestamp_verify(answer, digest, authorities, told)
               : timestamp_time(answer, digest, told);
}

static const char *problem_of(const struct check *check, enum status s)
{
    if (s == STATUS_CORRUPT)
        return check->request->authorities.size > 0
                   ? "is not about this checkpoint, or not signed by a service "
                     "that the authority vouches for"
                   : "is not about this checkpoint";
    return "is no answer of a time-stamping service";
}

/* The note is a mark: whether the lines lead to it is said at the end. */
static enum status take(struct check *check, uint64_t size)
{
    struct log_check_result *result = check->result;
    struct timestamp_files files;
    struct wall_time told = {0};
    char path[LOG_PATH_SIZE];
    char where[LOG_PATH_SIZE];
    int used = snprintf(path, sizeof path, "%s/timestamps/%" PRIu64,
                        check->request->directory, size);
    if (used < 0 || used >= LOG_PATH_SIZE)
        return STATUS_LIMIT;
    (void)snprintf(where, sizeof where, "timestamps/%" PRIu64, size);
    enum status s = check_mark_read(check, path, where, false);
    if (s != STATUS_OK)
        return s;
    (void)snprintf(where, sizeof where, "timestamps/%" PRIu64 ".tsr", size);
    s = timestamps_read(check->request->layer, check->request->directory, size,
                        &files);
    if (s == STATUS_OK) {
        s = look(check, &files, &told);
        timestamp_files_deinit(&files);
    }
    if (s == STATUS_IO || s == STATUS_NO_MEMORY || s == STATUS_INTERNAL)
        return s;
    if (s != STATUS_OK) {
        check_find(check, where, problem_of(check, s));
        return STATUS_OK;
    }
    result->timestamps++;
    result->stamped_size = size;
    result->stamped = told;
    return STATUS_OK;
}

enum status check_timestamps_read(struct check *check)
{
    struct timestamps list;
    enum status s = timestamps_list(check->request->layer,
                                    check->request->directory, &list);
    for (size_t i = 0; s == STATUS_OK && i < list.count; i++)
        s = take(check, list.sizes[i]);
    check->result->timestamps_older = list.older;
    return s;
}

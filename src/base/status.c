/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

static const struct {
    const char *name;
    int http_code;
    int exit_code;
} STATUSES[STATUS_COUNT] = {
    [STATUS_OK] = {"ok", 200, 0},
    [STATUS_AGAIN] = {"again", 503, 3},
    [STATUS_END] = {"end", 200, 0},
    [STATUS_BAD_INPUT] = {"bad_input", 400, 2},
    [STATUS_LIMIT] = {"limit", 413, 2},
    [STATUS_NOT_FOUND] = {"not_found", 404, 1},
    [STATUS_DENIED] = {"denied", 403, 1},
    [STATUS_CONFLICT] = {"conflict", 409, 1},
    [STATUS_NO_SPACE] = {"no_space", 507, 3},
    [STATUS_IO] = {"io", 500, 3},
    [STATUS_CORRUPT] = {"corrupt", 500, 1},
    [STATUS_NO_MEMORY] = {"no_memory", 503, 3},
    [STATUS_INTERNAL] = {"internal", 500, 3},
};

static enum status known(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? status : STATUS_INTERNAL;
}

const char *status_name(enum status status)
{
    return STATUSES[known(status)].name;
}

int status_http_code(enum status status)
{
    return STATUSES[known(status)].http_code;
}

int status_exit_code(enum status status)
{
    return STATUSES[known(status)].exit_code;
}

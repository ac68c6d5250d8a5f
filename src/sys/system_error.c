/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/system_error.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

enum status system_error_status(int error_number)
{
    switch (error_number) {
    case EAGAIN:
    case EINPROGRESS:
        return STATUS_AGAIN;
    case ENOENT:
    case ENOTDIR:
        return STATUS_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return STATUS_DENIED;
    case EEXIST:
        return STATUS_CONFLICT;
    case ENOSPC:
    case EDQUOT:
        return STATUS_NO_SPACE;
    case ENOMEM:
        return STATUS_NO_MEMORY;
    default:
        return STATUS_IO;
    }
}

const char *system_error_text(int error_number)
{
    const char *text = strerrordesc_np(error_number);
    return text == NULL ? "unknown error" : text;
}

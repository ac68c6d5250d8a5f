/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/notice/file.h"

#include <stdio.h>

#include "base/alloc.h"
#include "cmd/command.h"
#include "cmd/findings_output.h"
#include "notice/configuration.h"

enum status notice_file_load(const char *path, struct findings *findings,
                             struct notice **out)
{
    uint8_t *yaml = NULL;
    size_t size = 0;
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path,
                                  CONFIGURATION_FILE_BYTES_MAX, &yaml, &size);
    if (s == STATUS_OK)
        s = notice_load(path, bytes_of(yaml, size), findings, out);
    else
        (void)fprintf(stderr, "haechi: %s cannot be read: %s\n", path,
                      status_name(s));
    alloc_free(yaml);
    return s;
}

int notice_file_open(const char *path, struct notice **out)
{
    struct findings findings = {0};
    enum status s = notice_file_load(path, &findings, out);
    int code = EXIT_OK;
    if (s == STATUS_BAD_INPUT)
        code = findings_output(&findings, false);
    else if (s != STATUS_OK)
        code = EXIT_ENVIRONMENT;
    findings_deinit(&findings);
    return code;
}

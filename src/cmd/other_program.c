/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/other_program.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"

enum { ARGUMENTS_MAX = 64 };

static const char PAPER[] = "haechi-paper";
static const char WORK[] = "haechi-work";

/* Where it is: in the directory of this program. */
static bool find(const char *name, char path[PATH_MAX])
{
    size_t size = strlen(name) + 1;
    ssize_t used = readlink("/proc/self/exe", path, PATH_MAX - size);
    if (used <= 0 || used >= (ssize_t)(PATH_MAX - size))
        return false;
    path[used] = 0;
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return false;
    memcpy(slash + 1, name, size);
    return true;
}

/* arguments: NULL-terminated. */
static int become(const char *name, const char *const *arguments)
{
    char path[PATH_MAX];
    if (!find(name, path))
        return EXIT_ENVIRONMENT;
    /* execv takes char *const *, and changes nothing. */
    (void)execv(path, (char *const *)(uintptr_t)arguments);
    (void)fprintf(stderr, "haechi: %s cannot be started (%s); it belongs into "
                          "the same directory as haechi\n", path,
                  strerror(errno));
    return EXIT_ENVIRONMENT;
}

int paper_program_become(const char *work, int argc, char **argv)
{
    const char *arguments[ARGUMENTS_MAX] = {PAPER, work};
    if (argc > ARGUMENTS_MAX - 2)
        return EXIT_ENVIRONMENT;
    for (int i = 1; i < argc; i++)
        arguments[i + 1] = argv[i];
    return become(PAPER, arguments);
}

int work_program_become(void)
{
    const char *const arguments[] = {WORK, "role", "work", NULL};
    return become(WORK, arguments);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/paper_program.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"

enum { ARGUMENTS_MAX = 64 };

static const char NAME[] = "haechi-paper";

/* Where it is: in the directory of this program. */
static bool find(char path[PATH_MAX])
{
    ssize_t size = readlink("/proc/self/exe", path, PATH_MAX - sizeof NAME);
    if (size <= 0 || size >= (ssize_t)(PATH_MAX - sizeof NAME))
        return false;
    path[size] = 0;
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return false;
    memcpy(slash + 1, NAME, sizeof NAME);
    return true;
}

int paper_program_become(const char *work, int argc, char **argv)
{
    char path[PATH_MAX];
    const char *arguments[ARGUMENTS_MAX] = {NAME, work};
    if (!find(path) || argc > ARGUMENTS_MAX - 2)
        return EXIT_ENVIRONMENT;
    for (int i = 1; i < argc; i++)
        arguments[i + 1] = argv[i];
    /* execv takes char *const *, and changes nothing. */
    (void)execv(path, (char *const *)(uintptr_t)arguments);
    (void)fprintf(stderr, "haechi: %s cannot be started (%s); it belongs into "
                          "the same directory as haechi\n", path,
                  strerror(errno));
    return EXIT_ENVIRONMENT;
}

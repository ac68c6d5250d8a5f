/* SPDX-License-Identifier: Apache-2.0 */
/* haechi bench: what things cost, measured beside what they cost elsewhere. */
#include <stdio.h>
#include <string.h>

#include "cmd/bench.h"
#include "cmd/command.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} BENCHES[] = {
    {"record", bench_record_run},
    {"floor", bench_floor_run},
    {"seek", bench_seek_run},
    {"export", bench_export_run},
    {"destroy", bench_destroy_run},
};

static int run(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof BENCHES / sizeof BENCHES[0]; i++)
        if (strcmp(argv[1], BENCHES[i].name) == 0)
            return BENCHES[i].run(argc - 1, argv + 1);
    (void)fprintf(stderr, "usage: haechi bench record [--cameras N] "
                          "[--seconds S] [--peer ffmpeg] "
                          "[--sending frame|packet] [--json]\n"
                          "       haechi bench seek [--cameras N] "
                          "[--days D] [--dir DIRECTORY] [--json]\n"
                          "       haechi bench export [--minutes M] "
                          "[--clip FILE] [--no-download] [--dir DIRECTORY] "
                          "[--json]\n"
                          "       haechi bench destroy [--gigabytes G] "
                          "[--sparse] [--dir DIRECTORY] [--json]\n");
    return EXIT_USAGE;
}

const struct command COMMAND_BENCH = {
    .name = "bench",
    .synopsis = "record [--cameras N] [--seconds S] [--peer ffmpeg] "
                "[--sending frame|packet] [--clip FILE] [--json]\n"
                "       haechi bench seek [--cameras N] [--days D] "
                "[--dir DIRECTORY] [--json]\n"
                "       haechi bench export [--minutes M] [--clip FILE] "
                "[--no-download] [--dir DIRECTORY] [--json]\n"
                "       haechi bench destroy [--gigabytes G] [--sparse] "
                "[--dir DIRECTORY] [--json]",
    .summary = "what recording, finding, reading and destroying cost",
    .run = run,
};

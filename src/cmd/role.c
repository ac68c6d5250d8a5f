/* SPDX-License-Identifier: Apache-2.0 */
/* haechi role NAME: what the supervisor executes; not for people. */
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/other_program.h"
#include "roles/role.h"
#include "roles/supervisor/supervisor.h"

static const struct {
    const char *name;
    int (*run)(void);
} ROLES[] = {
    {"ingest", role_ingest_main},   {"web", role_web_main},
    {"courier", role_courier_main}, {"work", work_program_become},
    {"listener", role_listener_main}, {"gate", role_gate_main},
    {"vault", role_vault_main},     {"keeper", role_keeper_main},
};

static int run(int argc, char **argv)
{
    uint64_t died_boot_us = 0;
    if (argc == 3 && strcmp(argv[1], "supervisor") == 0)
        return role_supervisor_main(argv[2], NULL, 0);
    if (argc == 5 && strcmp(argv[1], "supervisor") == 0 &&
        number_parse_u64(text_of(argv[4]), 0, INT64_MAX, &died_boot_us) ==
            STATUS_OK)
        return role_supervisor_main(argv[2], argv[3], (int64_t)died_boot_us);
    for (size_t i = 0; argc == 2 && i < sizeof ROLES / sizeof ROLES[0]; i++)
        if (strcmp(argv[1], ROLES[i].name) == 0)
            return ROLES[i].run();
    (void)fprintf(stderr, "haechi role: started by the supervisor only\n");
    return EXIT_USAGE;
}

const struct command COMMAND_ROLE = {
    .name = "role",
    .synopsis = "NAME",
    .summary = NULL, /* not listed */
    .run = run,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/role.h"

static const char *const NAMES[ROLE_COUNT] = {
    [ROLE_SUPERVISOR] = "supervisor", [ROLE_INGEST] = "ingest",
    [ROLE_WEB] = "web",               [ROLE_COURIER] = "courier",
    [ROLE_WORK] = "work",             [ROLE_LISTENER] = "listener",
    [ROLE_GATE] = "gate",             [ROLE_VAULT] = "vault",
    [ROLE_KEEPER] = "keeper",
};

const char *role_name(enum role role)
{
    return (unsigned)role < ROLE_COUNT ? NAMES[role] : "nobody";
}

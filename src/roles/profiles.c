/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/profiles.h"

#include <assert.h>

#include "crypto/library.h"
#include "sys/sandbox.h"
#include "web/limits.h"

static const struct role_profile PROFILES[ROLE_COUNT] = {
    /* Camera sockets come through its channel; the ring is mapped. */
    [ROLE_INGEST] = {.powers = 0, .descriptors_max = 4096},
    /* Browsers, channels, and pictures on their way from the vault. */
    [ROLE_WEB] = {.powers = SANDBOX_ACCEPT,
                  .descriptors_max = 2 * WEB_CONNECTIONS_MAX + 64,
                  .dies_first = true},
    /* One connection at a time comes through its channel. */
    [ROLE_COURIER] = {.powers = 0, .descriptors_max = 64},
    /* Camera sockets come through its channel, one a camera. */
    [ROLE_LISTENER] = {.powers = 0, .descriptors_max = 4096},
    /* Pictures come as memfds through its channel, and go so. */
    [ROLE_WORK] = {.powers = SANDBOX_MEMFD,
                   .descriptors_max = 64,
                   .dies_first = true},
    /* Log and office database; Argon2id and syncs on threads; documents that
     * are larger than a packet are handed out as memfds. */
    [ROLE_GATE] = {.powers =
                       SANDBOX_FILES | SANDBOX_THREADS | SANDBOX_MEMFD,
                   .descriptors_max = 256},
    /* Volumes; pictures are handed out as memfds. */
    [ROLE_VAULT] = {.powers =
                        SANDBOX_FILES | SANDBOX_THREADS | SANDBOX_MEMFD,
                    .descriptors_max = 4096},
    /* The key files and the TPM are open before; a TPM works on a thread, so
     * that keys for sealing are given out meanwhile. */
    [ROLE_KEEPER] = {.powers = SANDBOX_THREADS, .descriptors_max = 64},
};

const struct role_profile *role_profile(enum role role)
{
    assert(role > ROLE_SUPERVISOR && role < ROLE_COUNT);
    return &PROFILES[role];
}

enum status role_sandbox(enum role role, const char *const *directories)
{
    const struct role_profile *profile = role_profile(role);
    enum status s = crypto_library_init();
    if (s != STATUS_OK)
        return s;
    return sandbox_enter(&(struct sandbox){
        .name = role_name(role),
        .powers = profile->powers,
        .directories = directories,
        .descriptors_max = profile->descriptors_max,
    });
}

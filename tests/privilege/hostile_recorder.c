/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recorder, with a gate and a vault that may be captured: as many starts of
 * that role as the file HOSTILE_GATE or HOSTILE_VAULT has bytes send the keeper
 * what no message allows, and live on; the next one is the real role. Run by
 * tests/scenario/hostile_peers.py.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ipc/message.h"
#include "roles/role.h"
#include "sys/socket.h"

int __real_role_gate_main(void);
int __wrap_role_gate_main(void);
int __real_role_vault_main(void);
int __wrap_role_vault_main(void);

enum { SLEEP_S = 600, ROLE_AT = MESSAGE_HEADER_SIZE };

/* Waits for the keeper's channel. */
static int keeper_channel(void)
{
    static uint8_t packet[MESSAGE_SIZE_MAX];
    for (;;) {
        size_t size = 0;
        int descriptor = -1;
        enum status s =
            socket_receive_packet(ROLE_CONTROL_DESCRIPTOR, packet,
                                  sizeof packet, &size, &descriptor);
        if (s == STATUS_AGAIN) {
            (void)usleep(10000);
            continue;
        }
        if (s != STATUS_OK)
            _exit(0);
        if (size > ROLE_AT && packet[1] == MESSAGE_KIND_peer_attach &&
            packet[ROLE_AT] == ROLE_KEEPER)
            return descriptor;
    }
}

static int be_hostile(void)
{
    static const uint8_t NONSENSE[] = {0xff, 0xff, 7};
    int keeper = keeper_channel();
    (void)!socket_send_packet(keeper, bytes_of(NONSENSE, sizeof NONSENSE), -1);
    (void)sleep(SLEEP_S); /* it does not end by itself */
    return 0;
}

/* The file's size is the turns left. */
static bool has_turn(const char *path)
{
    long left = 0;
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    if (file == NULL)
        return false;
    if (fseek(file, 0, SEEK_END) == 0)
        left = ftell(file);
    (void)fclose(file);
    return left > 0 && truncate(path, left - 1) == 0;
}

int __wrap_role_gate_main(void)
{
    return has_turn(getenv("HOSTILE_GATE")) ? be_hostile()
                                            : __real_role_gate_main();
}

int __wrap_role_vault_main(void)
{
    return has_turn(getenv("HOSTILE_VAULT")) ? be_hostile()
                                             : __real_role_vault_main();
}

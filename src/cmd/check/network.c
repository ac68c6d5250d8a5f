/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/check/network.h"

#include <stdio.h>

#include "base/text.h"
#include "sys/network.h"

enum { FILE_SIZE = 1100 };

/* By its number: what a name means is not known here. */
static bool is_loopback(struct text host)
{
    char numeric[SOCKET_ADDRESS_SIZE];
    struct socket_address address;
    struct network loopback[2];
    return text_copy(host, numeric, sizeof numeric) &&
           socket_address_parse(numeric, 0, &address) == STATUS_OK &&
           network_parse(text_of("127.0.0.0/8"), &loopback[0]) == STATUS_OK &&
           network_parse(text_of("::1"), &loopback[1]) == STATUS_OK &&
           (network_holds(&loopback[0], &address) ||
            network_holds(&loopback[1], &address));
}

void check_network(const char *directory,
                   const struct configuration *configuration,
                   struct findings *findings)
{
    const struct plant *plant = configuration->plant;
    char file[FILE_SIZE];
    uint32_t line = 0; /* of the first */
    size_t count = 0;
    if (plant->camera_network_count > 0)
        return;
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        if (is_loopback(camera->host))
            continue;
        if (count++ == 0)
            line = camera->line;
    }
    if (count == 0)
        return;
    (void)snprintf(file, sizeof file, "%s/plant.yaml", directory);
    findings_add(findings, FINDING_CAMERA_NETWORKS_MISSING,
                 (struct finding_place){.file = file, .line = line},
                 "write camera_networks: [192.0.2.0/24] with the networks that "
                 "your cameras are in",
                 "%zu cameras, of which this is the first, are bound by no "
                 "'camera_networks': a wrong host, or a name that somebody "
                 "turns, is connected to wherever it is, with the camera's "
                 "account",
                 count);
}

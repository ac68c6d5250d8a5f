/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/plant_network.h"

#include <string.h>

#include "base/text.h"
#include "sys/network.h"

static bool networks_hold(const struct plant *plant,
                          const struct socket_address *address)
{
    for (size_t i = 0; i < plant->camera_network_count; i++) {
        struct network network;
        if (network_parse(plant->camera_networks[i], &network) == STATUS_OK &&
            network_holds(&network, address))
            return true;
    }
    return false;
}

static bool is_at(const struct plant_camera *camera,
                  const struct socket_address *address)
{
    char wanted[SOCKET_ADDRESS_SIZE];
    char host[SOCKET_ADDRESS_SIZE];
    struct socket_address written;
    uint16_t port = socket_address_port(address);
    if ((port != camera->port && port != camera->onvif_port) ||
        !text_copy(camera->host, host, sizeof host) ||
        socket_address_parse(host, port, &written) != STATUS_OK)
        return false;
    socket_address_format(address, wanted);
    socket_address_format(&written, host);
    return strcmp(host, wanted) == 0;
}

/* A camera of the plant, by its number: a simulated one, or a relay. */
static bool is_written(const struct plant *plant,
                       const struct socket_address *address)
{
    for (size_t i = 0; i < plant->camera_count; i++)
        if (is_at(&plant->cameras[i], address))
            return true;
    return false;
}

bool plant_network_follows(const struct plant *plant,
                           const struct socket_address *address)
{
    return networks_hold(plant, address) &&
           (!network_is_own(address) || is_written(plant, address));
}

bool plant_network_allows(const struct plant *plant,
                          const struct socket_address *address, bool is_name)
{
    if (plant->camera_network_count == 0)
        return !is_name || !network_is_special(address);
    return is_name ? plant_network_follows(plant, address)
                   : networks_hold(plant, address);
}

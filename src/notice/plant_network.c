/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/plant_network.h"

#include "sys/network.h"

bool plant_network_holds(const struct plant *plant,
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

bool plant_network_allows(const struct plant *plant,
                          const struct socket_address *address, bool is_name)
{
    return plant->camera_network_count > 0
               ? plant_network_holds(plant, address)
               : !is_name || !network_is_special(address);
}

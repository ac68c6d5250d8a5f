/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where cameras may be. With camera_networks in the plant every camera must be
 * inside, whatever its name means today. Without, a numeric address is the
 * plant's own word, and a name must lead to no special address.
 */
#include "base/text.h"
#include "roles/supervisor/link.h"
#include "sys/logger.h"
#include "sys/network.h"
#include "wire/url.h"

static bool is_inside(const struct plant *plant,
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

bool network_is_allowed(void *context, const struct socket_address *address,
                        bool is_name)
{
    const struct camera_link *link = context;
    const struct plant *plant = link->supervisor->plant;
    bool is_allowed = plant->camera_network_count > 0
                          ? is_inside(plant, address)
                          : !is_name || !network_is_special(address);
    if (!is_allowed)
        log_line(LOG_WARNING,
                 "camera=%u: its address lies outside the camera networks",
                 (unsigned)link->plan.camera);
    return is_allowed;
}

static bool may_follow(const struct camera_link *link, const struct url *url,
                       const char *host)
{
    struct socket_address address;
    return link->redirections < REDIRECTIONS_MAX &&
           url->is_secure == link->plan.is_secure &&
           socket_address_parse(host, url->port, &address) == STATUS_OK &&
           is_inside(link->supervisor->plant, &address);
}

void network_take_redirection(struct camera_link *link, struct text text)
{
    struct url url;
    link->is_redirected = false;
    if (text.size == 0 || url_parse(text, &url) != STATUS_OK)
        return;
    link->is_redirected =
        text_copy(url.host, link->redirected_host,
                  sizeof link->redirected_host) &&
        text_copy(url.path, link->redirected_path,
                  sizeof link->redirected_path) &&
        may_follow(link, &url, link->redirected_host);
    link->redirected_port = url.port;
    if (link->is_redirected)
        link->redirections++;
    log_line(LOG_WARNING, "camera=%u redirects us: %s",
             (unsigned)link->plan.camera,
             link->is_redirected ? "followed" : "refused");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Where a camera may be, and where it may send us: notice/plant_network. */
#include "base/text.h"
#include "notice/plant_network.h"
#include "roles/supervisor/link.h"
#include "sys/logger.h"
#include "wire/url.h"

bool network_is_allowed(void *context, const struct socket_address *address,
                        bool is_name)
{
    const struct camera_link *link = context;
    const struct plant *plant = link->supervisor->plant;
    bool is_allowed = link->is_redirected
                          ? plant_network_follows(plant, address)
                          : plant_network_allows(plant, address, is_name);
    if (!is_allowed)
        log_line(LOG_WARNING,
                 "camera=%u: its address lies outside the camera networks, or "
                 "is our own",
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
           plant_network_follows(link->supervisor->plant, &address);
}

static bool takes(struct camera_link *link, struct text text)
{
    struct url url;
    if (url_parse(text, &url) != STATUS_OK ||
        !text_copy(url.host, link->redirected_host,
                   sizeof link->redirected_host) ||
        !text_copy(url.path, link->redirected_path,
                   sizeof link->redirected_path))
        return false;
    link->redirected_port = url.port;
    return may_follow(link, &url, link->redirected_host);
}

void network_take_redirection(struct camera_link *link, struct text text)
{
    link->is_redirected = text.size > 0 && takes(link, text);
    /* The camera's own address again: what is counted there begins anew, and
     * the back-off slows a circle. */
    link->redirections = link->is_redirected ? link->redirections + 1 : 0;
    if (text.size > 0)
        log_line(LOG_WARNING, "camera=%u redirects us: %s",
                 (unsigned)link->plan.camera,
                 link->is_redirected ? "followed" : "refused");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/plant_network - where the plant lets its cameras be.
 *
 * With camera_networks every camera must be inside, whatever its name means
 * today. Without, a numeric address is the plant's own word, and a name must
 * lead to no special address. This machine's own addresses, inside or not, are
 * only for cameras whose host and port the plant writes so: what somebody else
 * says, a name server or a camera, does not lead here.
 */
#ifndef NOTICE_PLANT_NETWORK_H
#define NOTICE_PLANT_NETWORK_H

#include "notice/plant.h"

struct socket_address;

/* Of the very address that will be connected to. is_name: it was looked up. */
bool plant_network_allows(const struct plant *plant,
                          const struct socket_address *address, bool is_name);

/* Likewise, where a camera has sent us there: never without camera_networks. */
bool plant_network_follows(const struct plant *plant,
                           const struct socket_address *address);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onvif/address - http:// and https:// addresses that cameras write.
 *
 * User and password in one are cut off. Whoever connects takes only the path
 * from a camera's word, and keeps the host and port that an administrator
 * wrote: what a camera says leads nowhere else.
 *
 * Source: RFC 3986 section 3.2. Threads: none of its own.
 */
#ifndef ONVIF_ADDRESS_H
#define ONVIF_ADDRESS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

struct onvif_address {
    bool is_secure;
    struct text host; /* without the brackets of an IPv6 address */
    uint16_t port;
    struct text path; /* with its leading slash and query; "/" where missing */
};

/* Views into text. Visible ASCII only. Fails with: BAD_INPUT, LIMIT. */
MUST_USE enum status onvif_address_parse(struct text text,
                                         struct onvif_address *out);

#endif

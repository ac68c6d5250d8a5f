/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/network.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/text.h"

enum { V4_BITS = 32, V6_BITS = 128, V4_MAPPED_AT = 12 };

/* The bytes of an address; an IPv4 address in IPv6's dress is IPv4. */
static struct bytes raw_of(const struct socket_address *address)
{
    if (address->any.sa_family == AF_INET)
        return bytes_of((const uint8_t *)&address->v4.sin_addr, 4);
    if (address->any.sa_family != AF_INET6)
        return (struct bytes){NULL, 0};
    const uint8_t *v6 = address->v6.sin6_addr.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr))
        return bytes_of(v6 + V4_MAPPED_AT, 4);
    return bytes_of(v6, 16);
}

static bool bit_of(struct bytes raw, unsigned bit)
{
    return (raw.data[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

enum status network_parse(struct text text, struct network *out)
{
    char address[SOCKET_ADDRESS_SIZE];
    struct text rest = text;
    struct text head = text_cut(&rest, '/');
    uint64_t bits = 0;
    if (!text_copy(head, address, sizeof address) ||
        socket_address_parse(address, 0, &out->address) != STATUS_OK)
        return STATUS_BAD_INPUT;
    struct bytes raw = raw_of(&out->address);
    bits = raw.size * 8;
    if (head.size != text.size &&
        number_parse_u64(rest, 0, raw.size * 8, &bits) != STATUS_OK)
        return STATUS_BAD_INPUT;
    out->bits = (unsigned)bits;
    for (unsigned i = out->bits; i < raw.size * 8; i++)
        if (bit_of(raw, i))
            return STATUS_BAD_INPUT;
    return STATUS_OK;
}

bool network_holds(const struct network *network,
                   const struct socket_address *address)
{
    struct bytes wanted = raw_of(&network->address);
    struct bytes raw = raw_of(address);
    if (raw.size == 0 || raw.size != wanted.size)
        return false;
    for (unsigned i = 0; i < network->bits; i++)
        if (bit_of(raw, i) != bit_of(wanted, i))
            return false;
    return true;
}

/* The same address and scope with any port; an IPv4 address in IPv6's dress as
 * IPv4. */
static enum status any_port_of(const struct socket_address *address,
                               struct socket_address *out)
{
    char numeric[SOCKET_ADDRESS_SIZE];
    bool is_v6 = address->any.sa_family == AF_INET6;
    if (!is_v6 || IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr)) {
        socket_address_format(address, numeric);
        return socket_address_parse(numeric, 0, out);
    }
    *out = *address;
    out->v6.sin6_port = 0;
    return STATUS_OK;
}

/*
 * Only where the kernel says that no interface has it is it another's. It lets
 * us bind: ours. Whatever else it says (no socket, no such interface, a
 * link-local address without its interface): not known, so not trusted.
 */
bool network_is_own(const struct socket_address *address)
{
    struct socket_address any_port;
    if (any_port_of(address, &any_port) != STATUS_OK)
        return true;
    int probe = socket(any_port.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return true;
    bool is_foreign = bind(probe, &any_port.any, any_port.size) != 0 &&
                      errno == EADDRNOTAVAIL;
    (void)close(probe);
    return !is_foreign;
}

bool network_is_special(const struct socket_address *address)
{
    static const char *const SPECIAL[] = {
        "0.0.0.0/8",       "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4",
        "255.255.255.255", "::",          "::1",            "fe80::/10",
        "ff00::/8"};
    for (size_t i = 0; i < sizeof SPECIAL / sizeof SPECIAL[0]; i++) {
        struct network network;
        if (network_parse(text_of(SPECIAL[i]), &network) != STATUS_OK ||
            network_holds(&network, address))
            return true;
    }
    return network_is_own(address);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/network.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "unit/test.h"

static struct socket_address address_of(const char *text)
{
    struct socket_address address;
    CHECK_OK(socket_address_parse(text, 554, &address));
    return address;
}

static void networks_hold_what_they_say(void **state)
{
    (void)state;
    static const struct {
        const char *network;
        const char *address;
        bool holds;
    } ROWS[] = {
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.6", false},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"::/0", "192.0.2.1", false},
        {"192.0.2.0/24", "::ffff:192.0.2.1", true},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct network network;
        struct socket_address address = address_of(ROWS[i].address);
        CHECK_OK(network_parse(text_of(ROWS[i].network), &network));
        CHECK(network_holds(&network, &address) == ROWS[i].holds);
    }
}

static void others_are_no_networks(void **state)
{
    (void)state;
    static const char *const BAD[] = {"", "/", "192.0.2.0/", "192.0.2.0/33",
                                      "192.0.2.1/24", "192.0.2/24",
                                      "2001:db8::/129", "2001:db8::1/64",
                                      "camera.example", "192.0.2.0/24/1"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct network network;
        CHECK_STATUS(STATUS_BAD_INPUT,
                     network_parse(text_of(BAD[i]), &network));
    }
}

static void names_must_not_lead_here(void **state)
{
    (void)state;
    static const char *const SPECIAL[] = {
        "0.0.0.0", "127.0.0.1", "127.9.9.9", "169.254.1.1", "224.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "ff02::1",
        "::ffff:127.0.0.1"};
    for (size_t i = 0; i < sizeof SPECIAL / sizeof SPECIAL[0]; i++) {
        struct socket_address address = address_of(SPECIAL[i]);
        CHECK(network_is_special(&address));
    }
    struct socket_address documentation = address_of("192.0.2.1");
    CHECK(!network_is_special(&documentation));
}

/* Whatever dress it wears; others' are not. */
static void this_machine_knows_its_own(void **state)
{
    (void)state;
    static const char *const OWN[] = {"127.0.0.1", "127.1.2.3", "0.0.0.0",
                                      "::1", "::", "::ffff:127.0.0.1"};
    static const char *const FOREIGN[] = {"192.0.2.1", "::ffff:192.0.2.1"};
    for (size_t i = 0; i < sizeof OWN / sizeof OWN[0]; i++) {
        struct socket_address address = address_of(OWN[i]);
        CHECK(network_is_own(&address));
    }
    for (size_t i = 0; i < sizeof FOREIGN / sizeof FOREIGN[0]; i++) {
        struct socket_address address = address_of(FOREIGN[i]);
        CHECK(!network_is_own(&address));
    }
}

/* Link-local ones too, which have their interface with them. */
static void what_an_interface_has_is_ours(void **state)
{
    (void)state;
    struct ifaddrs *all = NULL;
    CHECK(getifaddrs(&all) == 0);
    for (const struct ifaddrs *one = all; one != NULL; one = one->ifa_next) {
        struct socket_address address = {.size = sizeof address.v6};
        if (one->ifa_addr == NULL || one->ifa_addr->sa_family != AF_INET6)
            continue;
        memcpy(&address.v6, one->ifa_addr, sizeof address.v6);
        CHECK(network_is_own(&address));
    }
    freeifaddrs(all);
}

static bool has_ipv6(void)
{
    int probe = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (probe >= 0)
        (void)close(probe);
    return probe >= 0;
}

/* A name leads to such an address together with the interface. */
static void a_neighbour_on_the_link_is_not_ours(void **state)
{
    (void)state;
    struct socket_address neighbour = address_of("fe80::1234:5678:9abc:def0");
    CHECK(network_is_own(&neighbour)); /* on which link? */
    neighbour.v6.sin6_scope_id = if_nametoindex("lo");
    CHECK(neighbour.v6.sin6_scope_id != 0);
    CHECK(network_is_own(&neighbour) == !has_ipv6());
    neighbour.v6.sin6_scope_id = INT32_MAX; /* no such interface */
    CHECK(network_is_own(&neighbour));
}

TEST_MAIN("sys/network", TEST(networks_hold_what_they_say),
          TEST(others_are_no_networks), TEST(names_must_not_lead_here),
          TEST(this_machine_knows_its_own),
          TEST(what_an_interface_has_is_ours),
          TEST(a_neighbour_on_the_link_is_not_ours))

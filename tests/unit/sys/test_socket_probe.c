/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/socket_probe.h"

#include <string.h>

#include "base/text.h"
#include "sys/socket_datagram.h"
#include "unit/test.h"

static void asks_and_hears(void **state)
{
    (void)state;
    struct socket_datagrams peer = {.sockets = {-1, -1}};
    char local[SOCKET_ADDRESS_SIZE];
    char from[SOCKET_ADDRESS_SIZE] = "";
    uint8_t got[16];
    size_t size = 0;
    int socket = -1;
    CHECK_OK(socket_probe_interface("lo", local));
    assert_string_equal("127.0.0.1", local);
    CHECK_OK(socket_datagrams_serve(local, &peer));
    CHECK_OK(socket_probe_open(local, &socket));
    CHECK_STATUS(STATUS_AGAIN, socket_probe_receive(socket, got, sizeof got,
                                                    &size, from));
    CHECK_OK(socket_probe_send(socket, local,
                               socket_address_port(&peer.local),
                               text_bytes(text_of("who?"))));
    CHECK_OK(socket_wait_readable(peer.sockets[0], 60000));
    CHECK_OK(socket_probe_receive(peer.sockets[0], got, sizeof got, &size,
                                  from));
    assert_int_equal(4, size);
    assert_memory_equal("who?", got, 4);
    assert_string_equal("127.0.0.1", from);
    socket_close(&socket);
    socket_datagrams_close(&peer);
}

static void chosen_interfaces_only(void **state)
{
    (void)state;
    char local[SOCKET_ADDRESS_SIZE];
    int socket = -1;
    CHECK_STATUS(STATUS_NOT_FOUND, socket_probe_interface("none0", local));
    CHECK_STATUS(STATUS_BAD_INPUT, socket_probe_open("camera", &socket));
    CHECK_STATUS(STATUS_BAD_INPUT, socket_probe_open("::1", &socket));
    CHECK_STATUS(STATUS_IO, socket_probe_open("192.0.2.1", &socket));
    assert_int_equal(-1, socket);
}

TEST_MAIN("sys/socket_probe", TEST(asks_and_hears),
          TEST(chosen_interfaces_only))

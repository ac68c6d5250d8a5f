/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/socket.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/event_descriptor.h"
#include "sys/socket_address.h"
#include "unit/test.h"

enum { SMALL = 64 };

static size_t count_open(void)
{
    size_t count = 0;
    for (int i = 0; i < 1024; i++)
        count += fcntl(i, F_GETFD) >= 0;
    return count;
}

static void packets_keep_their_borders(void **state)
{
    (void)state;
    int ends[2];
    CHECK_OK(socket_pair(ends));
    CHECK_OK(socket_send_packet(ends[0], bytes_of("one", 3), -1));
    CHECK_OK(socket_send_packet(ends[0], bytes_of("two2", 4), -1));
    char got[SMALL];
    size_t size = 0;
    int descriptor = 7;
    CHECK_OK(socket_receive_packet(ends[1], got, SMALL, &size, &descriptor));
    CHECK(size == 3 && descriptor == -1 && memcmp(got, "one", 3) == 0);
    CHECK_OK(socket_receive_packet(ends[1], got, SMALL, &size, &descriptor));
    CHECK(size == 4 && descriptor == -1 && memcmp(got, "two2", 4) == 0);
    CHECK_STATUS(STATUS_AGAIN, socket_receive_packet(ends[1], got, SMALL,
                                                     &size, &descriptor));
    socket_close(&ends[0]);
    CHECK_STATUS(STATUS_END, socket_receive_packet(ends[1], got, SMALL, &size,
                                                   &descriptor));
    CHECK_STATUS(STATUS_IO,
                 socket_send_packet(ends[1], bytes_of("x", 1), -1));
    socket_close(&ends[1]);
    socket_close(&ends[1]);
}

static void the_largest_packet_fits(void **state)
{
    (void)state;
    int ends[2];
    static uint8_t packet[SOCKET_PACKET_MAX + 1];
    static uint8_t got[SOCKET_PACKET_MAX];
    struct test_random random = {11};
    test_random_fill(&random, packet, sizeof packet);
    CHECK_OK(socket_pair(ends));
    size_t size = 0;
    int descriptor = -1;
    CHECK_OK(socket_send_packet(ends[0],
                                bytes_of(packet, SOCKET_PACKET_MAX), -1));
    CHECK_STATUS(STATUS_LIMIT,
                 socket_send_packet(ends[0], bytes_of(packet, sizeof packet),
                                    -1));
    CHECK_STATUS(STATUS_LIMIT,
                 socket_send_packet(ends[0], bytes_of(packet, 0), -1));
    CHECK_OK(socket_receive_packet(ends[1], got, sizeof got, &size,
                                   &descriptor));
    CHECK(size == sizeof got);
    assert_memory_equal(packet, got, sizeof got);
    CHECK_OK(socket_send_packet(ends[0], bytes_of(packet, 100), ends[0]));
    CHECK_STATUS(STATUS_LIMIT, socket_receive_packet(ends[1], got, 99, &size,
                                                     &descriptor));
    CHECK(descriptor == -1);
    socket_close(&ends[0]);
    socket_close(&ends[1]);
}

static void a_full_socket_asks_to_wait(void **state)
{
    (void)state;
    int ends[2];
    static uint8_t packet[SOCKET_PACKET_MAX];
    CHECK_OK(socket_pair(ends));
    enum status s = STATUS_OK;
    size_t sent = 0;
    for (; s == STATUS_OK; sent++) {
        CHECK(sent < 10000);
        s = socket_send_packet(ends[0], bytes_of(packet, sizeof packet), -1);
    }
    CHECK_STATUS(STATUS_AGAIN, s);
    CHECK(sent > 2);
    socket_close(&ends[0]);
    socket_close(&ends[1]);
}

static void one_descriptor_travels_along(void **state)
{
    (void)state;
    int ends[2];
    int bell = -1;
    CHECK_OK(socket_pair(ends));
    CHECK_OK(event_descriptor_make(&bell));
    CHECK_OK(socket_send_packet(ends[0], bytes_of("x", 1), bell));
    char got[SMALL];
    size_t size = 0;
    int received = -1;
    CHECK_OK(socket_receive_packet(ends[1], got, SMALL, &size, &received));
    CHECK(received >= 0 && received != bell);
    CHECK(fcntl(received, F_GETFD) == FD_CLOEXEC);
    CHECK_STATUS(STATUS_AGAIN, socket_wait_readable(bell, 0));
    event_descriptor_ring(received);
    CHECK_OK(socket_wait_readable(bell, 0));
    event_descriptor_clear(received);
    CHECK_STATUS(STATUS_AGAIN, socket_wait_readable(bell, 0));
    socket_close(&received);
    socket_close(&bell);
    socket_close(&ends[0]);
    socket_close(&ends[1]);
}

static void send_many(int socket, const int *descriptors, size_t count)
{
    union {
        struct cmsghdr header;
        uint8_t bytes[CMSG_SPACE(sizeof(int) * 16)];
    } control = {0};
    char byte = 'x';
    struct iovec part = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = CMSG_SPACE(sizeof(int) * count),
    };
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(&control.header), descriptors, sizeof(int) * count);
    CHECK(sendmsg(socket, &message, 0) == 1);
}

/* Refused, and nothing of it stays open: not with 2, not with too many. */
static void more_than_one_descriptor_is_refused(void **state)
{
    (void)state;
    for (size_t count = 2; count <= 16; count += 7) {
        int ends[2];
        CHECK_OK(socket_pair(ends));
        int many[16];
        for (size_t i = 0; i < 16; i++)
            many[i] = ends[0];
        size_t before = count_open();
        send_many(ends[0], many, count);
        char got[SMALL];
        size_t size = 0;
        int descriptor = -1;
        CHECK_STATUS(STATUS_BAD_INPUT,
                     socket_receive_packet(ends[1], got, SMALL, &size,
                                           &descriptor));
        CHECK(descriptor == -1);
        CHECK(count_open() == before);
        socket_close(&ends[0]);
        socket_close(&ends[1]);
    }
}

static void streams_over_tcp(void **state)
{
    (void)state;
    AUTO(socket_close) int listener = -1;
    AUTO(socket_close) int other = -1;
    AUTO(socket_close) int client = -1;
    AUTO(socket_close) int server = -1;
    CHECK_OK(socket_listen_tcp("127.0.0.1", 0, &listener));
    uint16_t port = socket_port(listener);
    CHECK(port != 0);
    CHECK_STATUS(STATUS_CONFLICT,
                 socket_listen_tcp("127.0.0.1", port, &other));
    char address[SOCKET_ADDRESS_SIZE];
    CHECK_STATUS(STATUS_AGAIN, socket_accept(listener, address, &server));
    struct socket_address where;
    CHECK_OK(socket_address_parse("127.0.0.1", port, &where));
    client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(client, &where.any, where.size) == 0);
    CHECK_OK(socket_prepare(client));
    CHECK_OK(socket_wait_readable(listener, 60000));
    CHECK_OK(socket_accept(listener, address, &server));
    assert_string_equal("127.0.0.1", address);
    CHECK((fcntl(server, F_GETFL) & O_NONBLOCK) != 0);
    CHECK(fcntl(server, F_GETFD) == FD_CLOEXEC);
    socket_set_no_delay(server);
    socket_set_read_least(server, 1);
    char got[SMALL];
    size_t size = 0;
    CHECK_STATUS(STATUS_AGAIN, socket_read(server, got, SMALL, &size));
    CHECK_OK(socket_write(client, bytes_of("hello", 5), &size));
    CHECK(size == 5);
    CHECK_OK(socket_write(client, bytes_of("hello", 0), &size));
    CHECK_OK(socket_wait_readable(server, 60000));
    CHECK_OK(socket_read(server, got, SMALL, &size));
    CHECK(size == 5 && memcmp(got, "hello", 5) == 0);
    socket_finish_writing(client);
    CHECK_OK(socket_wait_readable(server, 60000));
    CHECK_STATUS(STATUS_END, socket_read(server, got, SMALL, &size));
    CHECK_OK(socket_write(server, bytes_of("bye", 3), &size));
    CHECK_OK(socket_wait_readable(client, 60000));
    CHECK_OK(socket_read(client, got, SMALL, &size));
    socket_reset(&client);
    CHECK(client == -1);
    CHECK_STATUS(STATUS_IO, socket_write(server, bytes_of("?", 1), &size));
    CHECK_STATUS(STATUS_IO, socket_write(server, bytes_of("?", 1), &size));
}

static void a_unix_listener_is_its_owners(void **state)
{
    (void)state;
    char directory[128];
    char path[256];
    struct stat facts;
    test_directory_make(directory, sizeof directory);
    (void)snprintf(path, sizeof path, "%s/api.sock", directory);
    AUTO(socket_close) int listener = -1;
    AUTO(socket_close) int client = -1;
    AUTO(socket_close) int server = -1;
    CHECK_STATUS(STATUS_NOT_FOUND, socket_connect_unix(path, &client));
    for (int i = 0; i < 2; i++) { /* the second replaces what was left */
        socket_close(&listener);
        CHECK_OK(socket_listen_unix(path, &listener));
        CHECK(stat(path, &facts) == 0);
        assert_int_equal(0600, facts.st_mode & 07777);
    }
    CHECK_OK(socket_connect_unix(path, &client));
    char address[SOCKET_ADDRESS_SIZE];
    CHECK_OK(socket_accept(listener, address, &server));
    assert_string_equal("", address);
    uint32_t user = UINT32_MAX;
    CHECK_OK(socket_peer_user(server, &user));
    CHECK(user == getuid());
    socket_close(&listener);
    socket_close(&client);
    CHECK_STATUS(STATUS_DENIED, socket_connect_unix(path, &client));
    CHECK(unlink(path) == 0);
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    (void)close(file);
    CHECK_STATUS(STATUS_CONFLICT, socket_listen_unix(path, &listener));
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    CHECK_STATUS(STATUS_LIMIT, socket_listen_unix(path, &listener));
    test_directory_remove(directory);
}

static void addresses_are_numeric(void **state)
{
    (void)state;
    const struct {
        const char *given;
        const char *shown;
    } good[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"::1", "::1"},
        {"2001:db8:0::5", "2001:db8::5"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
    };
    struct socket_address address;
    char shown[SOCKET_ADDRESS_SIZE];
    for (size_t i = 0; i < 4; i++) {
        CHECK_OK(socket_address_parse(good[i].given, 554, &address));
        socket_address_format(&address, shown);
        assert_string_equal(good[i].shown, shown);
        CHECK(socket_address_port(&address) == 554);
    }
    const char *const bad[] = {"", "localhost", "192.0.2", "192.0.2.256",
                               "[::1]", "1.2.3.4 ", "0x7f.0.0.1", "::1%lo"};
    for (size_t i = 0; i < 8; i++)
        CHECK_STATUS(STATUS_BAD_INPUT,
                     socket_address_parse(bad[i], 1, &address));
    address = (struct socket_address){0};
    socket_address_format(&address, shown);
    assert_string_equal("", shown);
    CHECK(socket_address_port(&address) == 0);
}

static void a_peer_has_a_network_to_itself(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        const char *network;
    } ROWS[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
        {"2001:db8:1:2::", "2001:db8:1:2::"},
        {"::1", "::"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
        {"", ""},
        {"?", "?"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char network[SOCKET_ADDRESS_SIZE];
        socket_network(ROWS[i].address, network);
        assert_string_equal(ROWS[i].network, network);
    }
}

TEST_MAIN("sys/socket", TEST(packets_keep_their_borders),
          TEST(the_largest_packet_fits), TEST(a_full_socket_asks_to_wait),
          TEST(one_descriptor_travels_along),
          TEST(more_than_one_descriptor_is_refused), TEST(streams_over_tcp),
          TEST(a_unix_listener_is_its_owners), TEST(addresses_are_numeric),
          TEST(a_peer_has_a_network_to_itself))

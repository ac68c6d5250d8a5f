/* SPDX-License-Identifier: Apache-2.0 */
/* What the pair takes, from whom, and that its holder can send nothing. */
#include "sys/socket_datagram.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/test.h"

enum { WAIT_MS = 60000, SHORT_MS = 50 };

struct scene {
    int listener;
    int connection; /* the recorder's end */
    int accepted;   /* the camera's */
    struct socket_datagrams pair;
    struct socket_datagrams camera;
    struct socket_address recorder;
    uint8_t *memory;
    size_t sizes[SOCKET_DATAGRAM_SLOTS];
};

static void open_scene(struct scene *scene, const char *address)
{
    char from[SOCKET_ADDRESS_SIZE];
    struct socket_address to;
    *scene = (struct scene){.connection = -1};
    scene->memory = calloc(SOCKET_DATAGRAM_SLOTS, SOCKET_DATAGRAM_BYTES_MAX);
    assert_non_null(scene->memory);
    CHECK_OK(socket_listen_tcp(address, 0, &scene->listener));
    CHECK_OK(socket_address_parse(address, socket_port(scene->listener), &to));
    scene->connection = socket(to.any.sa_family, SOCK_STREAM, 0);
    CHECK(connect(scene->connection, &to.any, to.size) == 0);
    CHECK_OK(socket_wait_readable(scene->listener, WAIT_MS));
    CHECK_OK(socket_accept(scene->listener, from, &scene->accepted));
    CHECK_OK(socket_datagrams_open(scene->connection, &scene->pair));
    CHECK_OK(socket_datagrams_serve(address, &scene->camera));
    CHECK_OK(socket_peer_address(scene->accepted, &scene->recorder));
}

static void close_scene(struct scene *scene)
{
    socket_datagrams_close(&scene->pair);
    socket_datagrams_close(&scene->camera);
    socket_close(&scene->listener);
    socket_close(&scene->connection);
    socket_close(&scene->accepted);
    free(scene->memory);
}

static bool is_readable(int socket, int timeout_ms)
{
    struct pollfd ready = {.fd = socket, .events = POLLIN};
    return poll(&ready, 1, timeout_ms) == 1;
}

static uint16_t rtp_port(const struct scene *scene)
{
    return socket_address_port(&scene->pair.local);
}

static void the_peer_is_heard(void **state)
{
    (void)state;
    static const char *const ADDRESSES[] = {"127.0.0.1", "::1"};
    static uint8_t large[SOCKET_DATAGRAM_BYTES_MAX + 1];
    for (size_t i = 0; i < 2; i++) {
        struct scene scene;
        size_t count = 0;
        open_scene(&scene, ADDRESSES[i]);
        CHECK(rtp_port(&scene) % 2 == 0);
        CHECK_STATUS(STATUS_AGAIN,
                     socket_datagrams_read(scene.pair.sockets[0], scene.memory,
                                           scene.sizes, &count));
        /* From any port of the peer. */
        for (size_t kind = 0; kind < 2; kind++)
            CHECK_OK(socket_datagram_send_to(scene.camera.sockets[kind],
                                             &scene.recorder, rtp_port(&scene),
                                             bytes_of(large, 3 + kind)));
        CHECK_OK(socket_datagram_send_to(scene.camera.sockets[0],
                                         &scene.recorder, rtp_port(&scene),
                                         bytes_of(large, sizeof large)));
        CHECK(is_readable(scene.pair.sockets[0], WAIT_MS));
        CHECK_OK(socket_datagrams_read(scene.pair.sockets[0], scene.memory,
                                       scene.sizes, &count));
        CHECK(count == 3 && scene.sizes[0] == 3 && scene.sizes[1] == 4);
        CHECK(scene.sizes[2] == 0); /* too large */
        close_scene(&scene);
    }
}

static void others_are_not_heard(void **state)
{
    (void)state;
    struct scene scene;
    struct socket_address from;
    open_scene(&scene, "127.0.0.1");
    CHECK_OK(socket_address_parse("127.0.0.2", 0, &from));
    int stranger = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(bind(stranger, &from.any, from.size) == 0);
    CHECK_OK(socket_datagram_send_to(stranger, &scene.recorder,
                                     rtp_port(&scene),
                                     bytes_of((const uint8_t *)"x", 1)));
    CHECK(!is_readable(scene.pair.sockets[0], SHORT_MS));
    socket_close(&stranger);
    close_scene(&scene);
}

/* Not to its peer, not to anybody, not after another connect. */
static void the_holder_can_send_nothing(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, "127.0.0.1");
    struct socket_address camera = scene.camera.local;
    for (size_t kind = 0; kind < 2; kind++) {
        int socket = scene.pair.sockets[kind];
        struct iovec part = {.iov_base = scene.memory, .iov_len = 1};
        struct msghdr message = {.msg_name = &camera.any,
                                 .msg_namelen = camera.size,
                                 .msg_iov = &part,
                                 .msg_iovlen = 1};
        CHECK(sendmsg(socket, &message, MSG_NOSIGNAL) < 0 && errno == EPIPE);
        CHECK(send(socket, scene.memory, 1, MSG_NOSIGNAL) < 0);
        CHECK(connect(socket, &camera.any, camera.size) == 0);
        CHECK(send(socket, scene.memory, 1, MSG_NOSIGNAL) < 0 &&
              errno == EPIPE);
    }
    CHECK(!is_readable(scene.camera.sockets[0], SHORT_MS));
    close_scene(&scene);
}

/* The opener reports from the RTCP port, and takes nothing away by it. */
static void reports_come_from_the_pairs_port(void **state)
{
    (void)state;
    struct scene scene;
    struct socket_address from = {.size = sizeof from.storage};
    uint8_t got[8];
    size_t count = 0;
    open_scene(&scene, "127.0.0.1");
    scene.pair.peer = scene.camera.local; /* the port is given beside it */
    uint16_t port =
        (uint16_t)(socket_address_port(&scene.camera.local) + 1);
    CHECK_OK(socket_datagram_send(&scene.pair, port,
                                  bytes_of((const uint8_t *)"rr", 2)));
    CHECK(is_readable(scene.camera.sockets[1], WAIT_MS));
    CHECK(recvfrom(scene.camera.sockets[1], got, sizeof got, 0, &from.any,
                   &from.size) == 2);
    CHECK(socket_address_port(&from) == rtp_port(&scene) + 1);
    CHECK_OK(socket_datagram_send_to(scene.camera.sockets[1], &scene.recorder,
                                     (uint16_t)(rtp_port(&scene) + 1),
                                     bytes_of((const uint8_t *)"sr", 2)));
    CHECK(is_readable(scene.pair.sockets[1], WAIT_MS));
    CHECK_OK(socket_datagrams_read(scene.pair.sockets[1], scene.memory,
                                   scene.sizes, &count));
    CHECK(count == 1 && scene.sizes[0] == 2);
    close_scene(&scene);
}

TEST_MAIN("sys/socket_datagram", TEST(the_peer_is_heard),
          TEST(others_are_not_heard), TEST(the_holder_can_send_nothing),
          TEST(reports_come_from_the_pairs_port))

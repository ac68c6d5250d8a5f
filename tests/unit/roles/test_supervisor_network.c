/* SPDX-License-Identifier: Apache-2.0 */
/* Where a camera may be, and where it may send us. */
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "roles/supervisor/link.h"
#include "unit/test.h"

enum { OWN_URLS_MAX = 64, OWN_URL_SIZE = 96 };

struct scene {
    struct supervisor supervisor;
    struct plant plant;
    struct text networks[2];
    struct camera_link link;
};

static void open_scene(struct scene *scene, bool has_networks)
{
    *scene = (struct scene){
        .networks = {{"192.0.2.0/24", 12}, {"2001:db8::/64", 13}}};
    scene->plant.camera_networks = scene->networks;
    scene->plant.camera_network_count = has_networks ? 2 : 0;
    scene->supervisor.plant = &scene->plant;
    scene->link.supervisor = &scene->supervisor;
}

static bool is_allowed(struct scene *scene, const char *text, bool is_name)
{
    struct socket_address address;
    CHECK_OK(socket_address_parse(text, 554, &address));
    return network_is_allowed(&scene->link, &address, is_name);
}

static void networks_bind_names_and_numbers(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, true);
    CHECK(is_allowed(&scene, "192.0.2.9", true));
    CHECK(is_allowed(&scene, "192.0.2.9", false));
    CHECK(is_allowed(&scene, "2001:db8::5", true));
    CHECK(!is_allowed(&scene, "198.51.100.1", false));
    CHECK(!is_allowed(&scene, "127.0.0.1", true)); /* a name rebound */
    /* Without networks: a number is the plant's word, a name is not. */
    open_scene(&scene, false);
    CHECK(is_allowed(&scene, "127.0.0.1", false));
    CHECK(is_allowed(&scene, "198.51.100.1", true));
    CHECK(!is_allowed(&scene, "127.0.0.1", true));
    CHECK(!is_allowed(&scene, "169.254.169.254", true));
}

static bool follows(struct scene *scene, const char *url)
{
    network_take_redirection(&scene->link, text_of(url));
    return scene->link.is_redirected;
}

static void redirections_stay_inside(void **state)
{
    (void)state;
    static const char *const REFUSED[] = {
        "",
        "http://192.0.2.9/",
        "rtsp://198.51.100.1/x",
        "rtsp://127.0.0.1/x",
        "rtsp://[::1]/x",
        "rtsp://169.254.169.254/x",
        "rtsp://camera.example/x",   /* a name could mean anything */
        "rtsps://192.0.2.9/x",       /* the link is as the plant says */
    };
    struct scene scene;
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        open_scene(&scene, true);
        CHECK(!follows(&scene, REFUSED[i]));
    }
    open_scene(&scene, false);
    CHECK(!follows(&scene, "rtsp://192.0.2.9/x")); /* no networks: nowhere */
    open_scene(&scene, true);
    for (int i = 0; i < REDIRECTIONS_MAX; i++)
        CHECK(follows(&scene, "rtsp://192.0.2.9:5540/x?y=1"));
    assert_string_equal(scene.link.redirected_host, "192.0.2.9");
    assert_string_equal(scene.link.redirected_path, "/x?y=1");
    CHECK(scene.link.redirected_port == 5540);
    CHECK(!follows(&scene, "rtsp://192.0.2.9:5540/x")); /* round and round */
    /* Down from TLS. */
    open_scene(&scene, true);
    scene.link.plan.is_secure = true;
    CHECK(!follows(&scene, "rtsp://192.0.2.9/x"));
    CHECK(follows(&scene, "rtsps://192.0.2.9/x"));
}

/* Each of these sessions is behind a wait. */
static void a_circle_is_left_and_tried_anew(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, true);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < REDIRECTIONS_MAX; i++)
            CHECK(follows(&scene, "rtsp://192.0.2.9/x"));
        CHECK(!follows(&scene, "rtsp://192.0.2.9/x"));
    }
    /* A session that ends otherwise: what follows is no circle. */
    for (int i = 0; i < 3 * REDIRECTIONS_MAX; i++) {
        CHECK(follows(&scene, "rtsp://192.0.2.9/x"));
        CHECK(!follows(&scene, ""));
    }
}

/* Ours in every dress, and of every interface this machine has. */
static size_t own_urls(char urls[][OWN_URL_SIZE])
{
    size_t count = 0;
    struct ifaddrs *all = NULL;
    static const char *const LOOPBACK[] = {
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "[::1]", "[::]",
        "[::ffff:127.0.0.1]"};
    for (; count < sizeof LOOPBACK / sizeof LOOPBACK[0]; count++)
        (void)snprintf(urls[count], OWN_URL_SIZE, "rtsp://%s:25599/any",
                       LOOPBACK[count]);
    CHECK(getifaddrs(&all) == 0);
    for (const struct ifaddrs *one = all; one != NULL; one = one->ifa_next) {
        char numeric[SOCKET_ADDRESS_SIZE];
        struct socket_address address = {.size = 0};
        int family = one->ifa_addr == NULL ? AF_UNSPEC
                                           : one->ifa_addr->sa_family;
        if ((family != AF_INET && family != AF_INET6) || count == OWN_URLS_MAX)
            continue;
        memcpy(&address, one->ifa_addr,
               family == AF_INET ? sizeof address.v4 : sizeof address.v6);
        socket_address_format(&address, numeric);
        (void)snprintf(urls[count++], OWN_URL_SIZE,
                       family == AF_INET ? "rtsp://%s:25599/any"
                                         : "rtsp://[%s]:25599/any",
                       numeric);
    }
    freeifaddrs(all);
    return count;
}

static void nobody_sends_us_to_ourselves(void **state)
{
    (void)state;
    static struct text everywhere[] = {{"0.0.0.0/0", 9}, {"::/0", 4}};
    static char urls[OWN_URLS_MAX][OWN_URL_SIZE];
    struct scene scene;
    open_scene(&scene, true);
    scene.plant.camera_networks = everywhere;
    for (size_t i = own_urls(urls); i > 0; i--)
        CHECK(!follows(&scene, urls[i - 1]));
    CHECK(!is_allowed(&scene, "127.0.0.1", true));
    CHECK(!is_allowed(&scene, "::ffff:127.0.0.1", true));
    CHECK(!is_allowed(&scene, "::1", true));
    CHECK(is_allowed(&scene, "127.0.0.1", false)); /* the plant's own word */
    CHECK(is_allowed(&scene, "192.0.2.9", true));
    /* Ours since it was followed: asked again of what is connected to. */
    scene.link.is_redirected = true;
    CHECK(!is_allowed(&scene, "127.0.0.1", false));
    CHECK(is_allowed(&scene, "192.0.2.9", false));
    scene.plant.camera_network_count = 0;
    CHECK(!is_allowed(&scene, "192.0.2.9", false));
}

/* A relay on this machine, which the plant writes with address and port. */
static void what_the_plant_writes_is_followed(void **state)
{
    (void)state;
    struct plant_camera relay = {.host = {"127.0.0.1", 9}, .port = 8554};
    struct text networks[] = {{"127.0.0.0/8", 11}, {"192.0.2.0/24", 12}};
    struct scene scene;
    open_scene(&scene, true);
    scene.plant.camera_networks = networks;
    scene.plant.cameras = &relay;
    scene.plant.camera_count = 1;
    CHECK(follows(&scene, "rtsp://127.0.0.1:8554/any"));
    CHECK(!follows(&scene, "rtsp://127.0.0.1:25599/any"));
    CHECK(!follows(&scene, "rtsp://127.0.0.2:8554/any"));
}

TEST_MAIN("roles/supervisor_network", TEST(networks_bind_names_and_numbers),
          TEST(redirections_stay_inside),
          TEST(a_circle_is_left_and_tried_anew),
          TEST(nobody_sends_us_to_ourselves),
          TEST(what_the_plant_writes_is_followed))

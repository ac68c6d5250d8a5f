/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is said to a camera whose certificate is not the pinned one. */
#include "ingest/secure_link.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/certificate.h"
#include "unit/test.h"

enum { ROUNDS = 5000 };

struct scene {
    struct tls_server *server;
    struct tls_client *client;
    struct tls_session *camera;
    struct secure_link *link;
    enum status last; /* of the last read that was not AGAIN */
};

static struct tls_server *make_server(void)
{
    static struct certificate certificate;
    const struct text name = text_of("camera");
    struct tls_server *server = NULL;
    CHECK_OK(certificate_make(&name, 1, (struct wall_time){1800000000000000},
                              &certificate));
    CHECK_OK(tls_server_create(text_bytes(text_of(certificate.certificate_pem)),
                               text_bytes(text_of(certificate.private_key_pem)),
                               &server));
    return server;
}

static void open_scene(struct scene *scene, struct bytes pin)
{
    *scene = (struct scene){.last = STATUS_AGAIN};
    scene->server = make_server();
    CHECK_OK(tls_client_create(&scene->client));
    CHECK_OK(tls_session_create(scene->server, &scene->camera));
    CHECK_OK(secure_link_create(scene->client, pin, &scene->link));
}

/* The same camera, asked again. */
static void connect_again(struct scene *scene, struct bytes pin)
{
    secure_link_destroy(&scene->link);
    tls_session_destroy(&scene->camera);
    scene->last = STATUS_AGAIN;
    CHECK_OK(tls_session_create(scene->server, &scene->camera));
    CHECK_OK(secure_link_create(scene->client, pin, &scene->link));
}

static void close_scene(struct scene *scene)
{
    secure_link_destroy(&scene->link);
    tls_session_destroy(&scene->camera);
    tls_client_destroy(&scene->client);
    tls_server_destroy(&scene->server);
}

/* Carries bytes until nothing moves or the link has judged. */
static void carry(struct scene *scene, size_t step)
{
    uint8_t plain[64];
    size_t used = 0;
    for (int i = 0; i < ROUNDS && scene->last == STATUS_AGAIN; i++) {
        struct bytes out = secure_link_output(scene->link);
        size_t size = out.size < step ? out.size : step;
        CHECK_OK(tls_session_receive(scene->camera,
                                     bytes_of(out.data, size)));
        secure_link_output_consume(scene->link, size);
        (void)!tls_session_read(scene->camera, plain, 0, &used);
        struct bytes in = tls_session_output(scene->camera);
        size = in.size < step ? in.size : step;
        CHECK_OK(secure_link_receive(scene->link, bytes_of(in.data, size)));
        tls_session_output_consume(scene->camera, size);
        scene->last =
            secure_link_read(scene->link, plain, sizeof plain, &used);
    }
}

/* What the camera hears of the word. */
static size_t words_heard(struct scene *scene)
{
    uint8_t plain[64];
    size_t used = 0;
    struct bytes out = secure_link_output(scene->link);
    CHECK_OK(tls_session_receive(scene->camera, out));
    if (tls_session_read(scene->camera, plain, sizeof plain, &used) !=
        STATUS_OK)
        return 0;
    return used;
}

static void the_first_use_tells_and_goes_no_further(void **state)
{
    (void)state;
    static const size_t STEPS[] = {1, 700, 65536};
    for (size_t i = 0; i < 3; i++) {
        struct scene scene;
        open_scene(&scene, (struct bytes){NULL, 0});
        CHECK(secure_link_seen(scene.link).size == 0);
        carry(&scene, STEPS[i]);
        CHECK(scene.last == STATUS_DENIED);
        CHECK(secure_link_seen(scene.link).size == TLS_FINGERPRINT_SIZE);
        CHECK_STATUS(STATUS_AGAIN,
                     secure_link_write(scene.link, bytes_of("word", 4)));
        CHECK(words_heard(&scene) == 0);
        close_scene(&scene);
    }
}

static void the_pinned_one_is_spoken_to(void **state)
{
    (void)state;
    struct scene scene;
    uint8_t pin[TLS_FINGERPRINT_SIZE];
    open_scene(&scene, (struct bytes){NULL, 0});
    carry(&scene, 65536);
    struct bytes seen = secure_link_seen(scene.link);
    memcpy(pin, seen.data, seen.size);
    connect_again(&scene, bytes_of(pin, sizeof pin));
    CHECK_STATUS(STATUS_AGAIN,
                 secure_link_write(scene.link, bytes_of("word", 4)));
    carry(&scene, 65536);
    CHECK(scene.last == STATUS_AGAIN);
    CHECK(secure_link_is_trusted(scene.link));
    CHECK_OK(secure_link_write(scene.link, bytes_of("word", 4)));
    CHECK(words_heard(&scene) == 4);
    close_scene(&scene);
}

/* Each bit of the pin counts. */
static void another_one_is_refused(void **state)
{
    (void)state;
    struct scene scene;
    uint8_t pin[TLS_FINGERPRINT_SIZE];
    open_scene(&scene, (struct bytes){NULL, 0});
    carry(&scene, 65536);
    memcpy(pin, secure_link_seen(scene.link).data, sizeof pin);
    for (size_t bit = 0; bit < 8 * sizeof pin; bit += 37) {
        pin[bit / 8] ^= (uint8_t)(1u << bit % 8);
        connect_again(&scene, bytes_of(pin, sizeof pin));
        carry(&scene, 65536);
        CHECK(scene.last == STATUS_DENIED);
        CHECK(words_heard(&scene) == 0);
        pin[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    close_scene(&scene);
}

/* A camera that answers in the clear, as one that speaks no TLS does. */
static void the_clear_is_refused(void **state)
{
    (void)state;
    struct scene scene;
    uint8_t plain[16];
    size_t used = 0;
    open_scene(&scene, (struct bytes){NULL, 0});
    static const char ANSWER[] = "RTSP/1.0 400 Bad Request\r\n\r\n";
    CHECK_OK(secure_link_receive(scene.link,
                                 bytes_of(ANSWER, sizeof ANSWER - 1)));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 secure_link_read(scene.link, plain, sizeof plain, &used));
    CHECK(secure_link_seen(scene.link).size == 0);
    struct secure_link *other = NULL;
    CHECK_STATUS(STATUS_BAD_INPUT, secure_link_create(scene.client,
                                                      bytes_of(plain, 3),
                                                      &other));
    close_scene(&scene);
}

TEST_MAIN("ingest/secure_link", TEST(the_first_use_tells_and_goes_no_further),
          TEST(the_pinned_one_is_spoken_to), TEST(another_one_is_refused),
          TEST(the_clear_is_refused))

/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/tls.h"

#include <openssl/ssl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/certificate.h"
#include "unit/test.h"

/* A client on memory, as a browser would be. */
struct client {
    SSL_CTX *context;
    SSL *ssl;
    BIO *in;
    BIO *out;
};

static void client_make(struct client *client, int version)
{
    client->context = SSL_CTX_new(TLS_client_method());
    assert_non_null(client->context);
    assert_int_equal(
        1, SSL_CTX_set_max_proto_version(client->context, version));
    assert_int_equal(
        1, SSL_CTX_set_min_proto_version(client->context, version));
    SSL_CTX_set_security_level(client->context, 0);
    client->ssl = SSL_new(client->context);
    client->in = BIO_new(BIO_s_mem());
    client->out = BIO_new(BIO_s_mem());
    assert_non_null(client->ssl);
    SSL_set_bio(client->ssl, client->in, client->out);
    SSL_set_connect_state(client->ssl);
    assert_int_equal(0, SSL_set_alpn_protos(
                            client->ssl,
                            (const unsigned char *)"\x02h2\x08http/1.1", 12));
}

static void client_free(struct client *client)
{
    SSL_free(client->ssl);
    SSL_CTX_free(client->context);
}

/* Carries bytes both ways, step bytes at a time, until nothing moves. */
static void carry(struct client *client, struct tls_session *session,
                  size_t step)
{
    bool moved = true;
    while (moved) {
        moved = false;
        uint8_t bytes[4096];
        (void)SSL_do_handshake(client->ssl);
        int got = 0;
        while ((got = BIO_read(client->out, bytes, (int)step)) > 0) {
            size_t used = 0;
            CHECK_OK(tls_session_receive(session,
                                         bytes_of(bytes, (size_t)got)));
            (void)!tls_session_read(session, bytes, 0, &used);
            moved = true;
        }
        struct bytes output = tls_session_output(session);
        if (output.size > 0) {
            size_t part = output.size < step ? output.size : step;
            CHECK(BIO_write(client->in, output.data, (int)part) ==
                  (int)part);
            tls_session_output_consume(session, part);
            moved = true;
        }
    }
}

static struct tls_server *server_make(void)
{
    static struct certificate certificate;
    const struct text name = text_of("localhost");
    struct tls_server *server = NULL;
    CHECK_OK(certificate_make(&name, 1, (struct wall_time){1800000000000000},
                              &certificate));
    CHECK_OK(tls_server_create(
        text_bytes(text_of(certificate.certificate_pem)),
        text_bytes(text_of(certificate.private_key_pem)), &server));
    return server;
}

static void speaks_both_versions_in_any_split(void **state)
{
    (void)state;
    AUTO(tls_server_destroy) struct tls_server *server = server_make();
    static const int VERSIONS[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    static const size_t STEPS[] = {1, 7, 4096};
    for (size_t i = 0; i < 6; i++) {
        struct client client;
        client_make(&client, VERSIONS[i % 2]);
        AUTO(tls_session_destroy) struct tls_session *session = NULL;
        CHECK_OK(tls_session_create(server, &session));
        CHECK(!tls_session_is_ready(session));
        CHECK_STATUS(STATUS_AGAIN,
                     tls_session_write(session, bytes_of("x", 1)));
        carry(&client, session, STEPS[i / 2]);
        CHECK(tls_session_is_ready(session));
        const unsigned char *protocol = NULL;
        unsigned size = 0;
        SSL_get0_alpn_selected(client.ssl, &protocol, &size);
        assert_int_equal(8, size);
        assert_memory_equal("http/1.1", protocol, 8);

        uint8_t got[64];
        size_t used = 0;
        assert_int_equal(5, SSL_write(client.ssl, "hello", 5));
        int raw = BIO_read(client.out, got, sizeof got);
        CHECK_OK(tls_session_receive(session, bytes_of(got, (size_t)raw)));
        CHECK_OK(tls_session_read(session, got, sizeof got, &used));
        assert_int_equal(5, used);
        assert_memory_equal("hello", got, 5);
        CHECK_STATUS(STATUS_AGAIN,
                     tls_session_read(session, got, sizeof got, &used));

        CHECK_OK(tls_session_write(session, bytes_of("world!", 6)));
        tls_session_close(session);
        struct bytes output = tls_session_output(session);
        CHECK(BIO_write(client.in, output.data, (int)output.size) > 0);
        assert_int_equal(6, SSL_read(client.ssl, got, sizeof got));
        assert_memory_equal("world!", got, 6);
        assert_int_equal(0, SSL_read(client.ssl, got, sizeof got));
        assert_int_equal(SSL_ERROR_ZERO_RETURN,
                         SSL_get_error(client.ssl, 0));
        client_free(&client);
    }
}

static void old_versions_and_garbage_are_refused(void **state)
{
    (void)state;
    AUTO(tls_server_destroy) struct tls_server *server = server_make();
    struct client client;
    client_make(&client, TLS1_1_VERSION);
    AUTO(tls_session_destroy) struct tls_session *session = NULL;
    CHECK_OK(tls_session_create(server, &session));
    carry(&client, session, 4096);
    CHECK(!tls_session_is_ready(session));
    uint8_t got[16];
    size_t used = 0;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 tls_session_read(session, got, sizeof got, &used));
    client_free(&client);

    AUTO(tls_session_destroy) struct tls_session *second = NULL;
    CHECK_OK(tls_session_create(server, &second));
    CHECK_OK(tls_session_receive(
        second, text_bytes(text_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 tls_session_read(second, got, sizeof got, &used));
}

static void takes_no_more_than_its_limit(void **state)
{
    (void)state;
    AUTO(tls_server_destroy) struct tls_server *server = server_make();
    AUTO(tls_session_destroy) struct tls_session *session = NULL;
    CHECK_OK(tls_session_create(server, &session));
    static const uint8_t zeros[TLS_PENDING_MAX];
    CHECK_OK(tls_session_receive(session, bytes_of(zeros, sizeof zeros)));
    CHECK_STATUS(STATUS_LIMIT,
                 tls_session_receive(session, bytes_of(zeros, 1)));
}

static void refuses_a_key_that_is_not_the_certificates(void **state)
{
    (void)state;
    static struct certificate one;
    static struct certificate other;
    const struct text name = text_of("localhost");
    const struct wall_time now = {1800000000000000};
    CHECK_OK(certificate_make(&name, 1, now, &one));
    CHECK_OK(certificate_make(&name, 1, now, &other));
    struct tls_server *server = NULL;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 tls_server_create(text_bytes(text_of(one.certificate_pem)),
                                   text_bytes(text_of(other.private_key_pem)),
                                   &server));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 tls_server_create(text_bytes(text_of("no PEM")),
                                   text_bytes(text_of(one.private_key_pem)),
                                   &server));
    assert_null(server);
}

/* ---- our own client --------------------------------------------------------- */

static void move_bytes(struct tls_session *from, struct tls_session *to,
                       size_t step)
{
    struct bytes output = tls_session_output(from);
    size_t size = output.size < step ? output.size : step;
    uint8_t ignored[1];
    size_t used = 0;
    if (size == 0)
        return;
    CHECK_OK(tls_session_receive(to, bytes_of(output.data, size)));
    tls_session_output_consume(from, size);
    (void)!tls_session_read(to, ignored, 0, &used);
}

static void our_client_sees_whose_certificate_it_is(void **state)
{
    (void)state;
    AUTO(tls_server_destroy) struct tls_server *server = server_make();
    AUTO(tls_client_destroy) struct tls_client *client = NULL;
    CHECK_OK(tls_client_create(&client));
    uint8_t prints[2][TLS_FINGERPRINT_SIZE];
    for (size_t i = 0; i < 2; i++) {
        AUTO(tls_session_destroy) struct tls_session *near_end = NULL;
        AUTO(tls_session_destroy) struct tls_session *far_end = NULL;
        CHECK_OK(tls_session_create(server, &far_end));
        CHECK_OK(tls_client_connect(client, &near_end));
        CHECK_STATUS(STATUS_AGAIN,
                     tls_session_fingerprint(near_end, prints[i]));
        CHECK_STATUS(STATUS_AGAIN,
                     tls_session_write(near_end, bytes_of("x", 1)));
        for (int n = 0; n < 6000 && !(tls_session_is_ready(near_end) &&
                                      tls_session_is_ready(far_end));
             n++) {
            move_bytes(near_end, far_end, i == 0 ? 1 : 9000);
            move_bytes(far_end, near_end, i == 0 ? 1 : 9000);
        }
        CHECK_OK(tls_session_fingerprint(near_end, prints[i]));
        uint8_t got[8];
        size_t used = 0;
        CHECK_OK(tls_session_write(near_end, bytes_of("hello", 5)));
        struct bytes sent = tls_session_output(near_end);
        CHECK_OK(tls_session_receive(far_end, sent));
        CHECK_OK(tls_session_read(far_end, got, sizeof got, &used));
        CHECK(used == 5 && memcmp(got, "hello", 5) == 0);
    }
    assert_memory_equal(prints[0], prints[1], TLS_FINGERPRINT_SIZE);
}

/* A server that speaks only what is too old, or no TLS at all. */
static void our_client_takes_no_less(void **state)
{
    (void)state;
    AUTO(tls_client_destroy) struct tls_client *client = NULL;
    CHECK_OK(tls_client_create(&client));
    static const uint8_t ANSWERS[][11] = {
        /* ServerHello of TLS 1.1, cut: the version is enough. */
        {0x16, 3, 2, 0, 6, 2, 0, 0, 2, 3, 2},
        {'R', 'T', 'S', 'P', '/', '1', '.', '0', ' ', '2', '0'},
    };
    for (size_t i = 0; i < 2; i++) {
        AUTO(tls_session_destroy) struct tls_session *session = NULL;
        uint8_t out[16];
        size_t used = 0;
        CHECK_OK(tls_client_connect(client, &session));
        CHECK_OK(tls_session_receive(
            session, bytes_of(ANSWERS[i], sizeof ANSWERS[i])));
        CHECK_STATUS(STATUS_BAD_INPUT,
                     tls_session_read(session, out, sizeof out, &used));
        CHECK(!tls_session_is_ready(session));
    }
}

TEST_MAIN("crypto/tls", TEST(our_client_sees_whose_certificate_it_is),
          TEST(our_client_takes_no_less),
          TEST(speaks_both_versions_in_any_split),
          TEST(old_versions_and_garbage_are_refused),
          TEST(takes_no_more_than_its_limit),
          TEST(refuses_a_key_that_is_not_the_certificates))

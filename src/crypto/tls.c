/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/tls.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "crypto/library.h"

/* RFC 9325 section 4.2: forward secrecy and authenticated encryption only. */
static const char SUITES_TLS_1_2[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

static const unsigned char ALPN_HTTP_1_1[] = "\x08http/1.1";

struct tls_server {
    SSL_CTX *context;
};

struct tls_client {
    SSL_CTX *context;
};

struct tls_session {
    SSL *ssl;      /* owns both BIOs */
    BIO *received; /* from the network */
    BIO *output;   /* to the network */
    bool is_broken;
};

static void bio_release(BIO **bio)
{
    BIO_free_all(*bio);
    *bio = NULL;
}

static void certificate_release(X509 **certificate)
{
    X509_free(*certificate);
    *certificate = NULL;
}

static void key_release(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
    *key = NULL;
}

/* A key file with a pass phrase must not make us ask for it. */
static int no_passphrase(char *out, int size, int is_writing, void *context)
{
    (void)out;
    (void)size;
    (void)is_writing;
    (void)context;
    return 0;
}

static BIO *bio_on(struct bytes pem)
{
    return pem.size > INT_MAX ? NULL
                              : BIO_new_mem_buf(pem.data, (int)pem.size);
}

static enum status use_certificate(SSL_CTX *context, struct bytes pem)
{
    AUTO(bio_release) BIO *in = bio_on(pem);
    if (in == NULL)
        return STATUS_NO_MEMORY;
    AUTO(certificate_release)
    X509 *own = PEM_read_bio_X509(in, NULL, no_passphrase, NULL);
    if (own == NULL || SSL_CTX_use_certificate(context, own) != 1)
        return STATUS_BAD_INPUT;
    for (;;) {
        AUTO(certificate_release)
        X509 *issuer = PEM_read_bio_X509(in, NULL, no_passphrase, NULL);
        if (issuer == NULL)
            return STATUS_OK;
        if (SSL_CTX_add1_chain_cert(context, issuer) != 1)
            return STATUS_NO_MEMORY;
    }
}

static enum status use_private_key(SSL_CTX *context, struct bytes pem)
{
    AUTO(bio_release) BIO *in = bio_on(pem);
    if (in == NULL)
        return STATUS_NO_MEMORY;
    AUTO(key_release)
    EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL);
    if (key == NULL || SSL_CTX_use_PrivateKey(context, key) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return STATUS_BAD_INPUT;
    return STATUS_OK;
}

static int choose_protocol(SSL *ssl, const unsigned char **out,
                           unsigned char *out_size, const unsigned char *in,
                           unsigned in_size, void *context)
{
    (void)ssl;
    (void)context;
    unsigned char *chosen = NULL;
    if (SSL_select_next_proto(&chosen, out_size, ALPN_HTTP_1_1,
                              sizeof ALPN_HTTP_1_1 - 1, in, in_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/* What both sides have in common. */
static bool configure(SSL_CTX *context)
{
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, SUITES_TLS_1_2) == 1;
}

static bool configure_server(SSL_CTX *context)
{
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    return configure(context) && SSL_CTX_set_num_tickets(context, 0) == 1;
}

/* As in crypto/library: no configuration file of the system's. */
static bool library_starts(void)
{
    return crypto_library_init() == STATUS_OK &&
           OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1;
}

enum status tls_server_create(struct bytes certificate_pem,
                              struct bytes private_key_pem,
                              struct tls_server **out)
{
    *out = NULL;
    if (!library_starts())
        return STATUS_INTERNAL;
    AUTO(tls_server_destroy)
    struct tls_server *server = alloc_zeroed(sizeof *server);
    if (server == NULL)
        return STATUS_NO_MEMORY;
    server->context = SSL_CTX_new(TLS_server_method());
    if (server->context == NULL)
        return STATUS_NO_MEMORY;
    enum status s =
        configure_server(server->context) ? STATUS_OK : STATUS_INTERNAL;
    if (s == STATUS_OK)
        s = use_certificate(server->context, certificate_pem);
    if (s == STATUS_OK)
        s = use_private_key(server->context, private_key_pem);
    ERR_clear_error();
    if (s != STATUS_OK)
        return s;
    *out = server;
    server = NULL;
    return STATUS_OK;
}

void tls_server_destroy(struct tls_server **server)
{
    if (*server == NULL)
        return;
    SSL_CTX_free((*server)->context);
    alloc_free(*server);
    *server = NULL;
}

static enum status make_session(SSL_CTX *context, struct tls_session **out)
{
    *out = NULL;
    AUTO(tls_session_destroy)
    struct tls_session *session = alloc_zeroed(sizeof *session);
    if (session == NULL)
        return STATUS_NO_MEMORY;
    session->ssl = SSL_new(context);
    session->received = BIO_new(BIO_s_mem());
    session->output = BIO_new(BIO_s_mem());
    if (session->ssl == NULL || session->received == NULL ||
        session->output == NULL) {
        bio_release(&session->received);
        bio_release(&session->output);
        return STATUS_NO_MEMORY;
    }
    /* An empty input means "wait", not "end of file". */
    BIO_set_mem_eof_return(session->received, -1);
    BIO_set_mem_eof_return(session->output, -1);
    SSL_set_bio(session->ssl, session->received, session->output);
    *out = session;
    session = NULL;
    return STATUS_OK;
}

enum status tls_session_create(struct tls_server *server,
                               struct tls_session **out)
{
    enum status s = make_session(server->context, out);
    if (s == STATUS_OK)
        SSL_set_accept_state((*out)->ssl);
    return s;
}

enum status tls_client_create(struct tls_client **out)
{
    *out = NULL;
    if (!library_starts())
        return STATUS_INTERNAL;
    AUTO(tls_client_destroy)
    struct tls_client *client = alloc_zeroed(sizeof *client);
    if (client == NULL)
        return STATUS_NO_MEMORY;
    client->context = SSL_CTX_new(TLS_client_method());
    if (client->context == NULL)
        return STATUS_NO_MEMORY;
    if (!configure(client->context))
        return STATUS_INTERNAL;
    /* No authority is asked: the caller compares the fingerprint. That the
     * peer holds the certificate's key is proven all the same. */
    SSL_CTX_set_verify(client->context, SSL_VERIFY_NONE, NULL);
    *out = client;
    client = NULL;
    return STATUS_OK;
}

void tls_client_destroy(struct tls_client **client)
{
    if (*client == NULL)
        return;
    SSL_CTX_free((*client)->context);
    alloc_free(*client);
    *client = NULL;
}

enum status tls_client_connect(struct tls_client *client,
                               struct tls_session **out)
{
    size_t used = 0;
    uint8_t nothing[1];
    enum status s = make_session(client->context, out);
    if (s != STATUS_OK)
        return s;
    SSL_set_connect_state((*out)->ssl);
    /* Reading drives the handshake: the first message is made now. */
    s = tls_session_read(*out, nothing, sizeof nothing, &used);
    if (s == STATUS_AGAIN && tls_session_output(*out).size > 0)
        return STATUS_OK;
    tls_session_destroy(out);
    return STATUS_INTERNAL;
}

enum status tls_session_fingerprint(const struct tls_session *session,
                                    uint8_t out[TLS_FINGERPRINT_SIZE])
{
    if (!tls_session_is_ready(session))
        return STATUS_AGAIN;
    const X509 *certificate = SSL_get0_peer_certificate(session->ssl);
    if (certificate == NULL ||
        X509_digest(certificate, EVP_sha256(), out, NULL) != 1)
        return STATUS_INTERNAL;
    return STATUS_OK;
}

void tls_session_destroy(struct tls_session **session)
{
    if (*session == NULL)
        return;
    SSL_free((*session)->ssl);
    alloc_free(*session);
    *session = NULL;
}

enum status tls_session_receive(struct tls_session *session,
                                struct bytes received)
{
    size_t waiting = BIO_ctrl_pending(session->received);
    if (waiting > TLS_PENDING_MAX || received.size > TLS_PENDING_MAX - waiting)
        return STATUS_LIMIT;
    if (received.size == 0)
        return STATUS_OK;
    int written =
        BIO_write(session->received, received.data, (int)received.size);
    return written == (int)received.size ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status tls_session_read(struct tls_session *session, void *out,
                             size_t size, size_t *used)
{
    *used = 0;
    if (session->is_broken)
        return STATUS_BAD_INPUT;
    ERR_clear_error();
    int done = SSL_read_ex(session->ssl, out, size, used);
    if (done == 1)
        return STATUS_OK;
    *used = 0;
    int why = SSL_get_error(session->ssl, done);
    ERR_clear_error();
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
        return STATUS_AGAIN;
    if (why == SSL_ERROR_ZERO_RETURN)
        return STATUS_END;
    session->is_broken = true;
    return STATUS_BAD_INPUT;
}

enum status tls_session_write(struct tls_session *session, struct bytes plain)
{
    if (!tls_session_is_ready(session))
        return STATUS_AGAIN;
    if (session->is_broken)
        return STATUS_INTERNAL;
    while (plain.size > 0) {
        size_t used = 0;
        ERR_clear_error();
        /* The output grows as needed, so only a broken session fails here. */
        if (SSL_write_ex(session->ssl, plain.data, plain.size, &used) != 1) {
            ERR_clear_error();
            session->is_broken = true;
            return STATUS_INTERNAL;
        }
        plain.data += used;
        plain.size -= used;
    }
    return STATUS_OK;
}

void tls_session_close(struct tls_session *session)
{
    if (session->is_broken || !tls_session_is_ready(session))
        return;
    (void)SSL_shutdown(session->ssl);
    ERR_clear_error();
}

bool tls_session_is_ready(const struct tls_session *session)
{
    return SSL_is_init_finished(session->ssl) == 1;
}

struct bytes tls_session_output(struct tls_session *session)
{
    char *data = NULL;
    long size = BIO_get_mem_data(session->output, &data);
    return size <= 0 ? (struct bytes){NULL, 0} : bytes_of(data, (size_t)size);
}

void tls_session_output_consume(struct tls_session *session, size_t size)
{
    /* BIO_read moves the view only; the bytes go nowhere else. */
    char sink[4096];
    while (size > 0) {
        size_t part = size < sizeof sink ? size : sizeof sink;
        int used = BIO_read(session->output, sink, (int)part);
        if (used <= 0)
            return;
        size -= (size_t)used;
    }
}

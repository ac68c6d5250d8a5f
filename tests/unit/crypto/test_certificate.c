/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "crypto/certificate.h"
#include "unit/crypto/vectors.h"

static const struct wall_time NOW = {1795392000 * (int64_t)SECOND_US};

static X509 *parse(const char *pem)
{
    BIO *in = BIO_new_mem_buf(pem, -1);
    X509 *certificate = PEM_read_bio_X509(in, NULL, NULL, NULL);
    BIO_free(in);
    CHECK(certificate != NULL);
    return certificate;
}

static void it_names_hosts_and_addresses(void **state)
{
    (void)state;
    static struct certificate made;
    const struct text names[] = {text_of("recorder.local"),
                                 text_of("127.0.0.1"), text_of("::1")};
    CHECK_OK(certificate_make(names, 3, NOW, &made));
    X509 *certificate = parse(made.certificate_pem);
    CHECK(X509_check_host(certificate, "recorder.local", 0, 0, NULL) == 1);
    CHECK(X509_check_host(certificate, "else.local", 0, 0, NULL) == 0);
    CHECK(X509_check_ip_asc(certificate, "127.0.0.1", 0) == 1);
    CHECK(X509_check_ip_asc(certificate, "::1", 0) == 1);
    CHECK(X509_check_ip_asc(certificate, "10.0.0.1", 0) == 0);
    CHECK(X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, 0) == 1);
    CHECK(X509_check_purpose(certificate, X509_PURPOSE_SSL_CLIENT, 0) == 0);
    EVP_PKEY *public_key = X509_get0_pubkey(certificate);
    CHECK(X509_verify(certificate, public_key) == 1);
    BIO *in = BIO_new_mem_buf(made.private_key_pem, -1);
    EVP_PKEY *private_key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    CHECK(X509_check_private_key(certificate, private_key) == 1);
    time_t in_nine_years = 1795392000 + 9 * 365 * (time_t)86400;
    time_t in_eleven_years = 1795392000 + 11 * 365 * (time_t)86400;
    time_t now = 1795392000;
    const ASN1_TIME *end = X509_get0_notAfter(certificate);
    CHECK(X509_cmp_time(X509_get0_notBefore(certificate), &now) < 0);
    CHECK(X509_cmp_time(end, &in_nine_years) > 0);
    CHECK(X509_cmp_time(end, &in_eleven_years) < 0);
    EVP_PKEY_free(private_key);
    BIO_free(in);
    X509_free(certificate);
}

static void bad_names_are_refused(void **state)
{
    (void)state;
    static struct certificate made;
    static const char *const BAD[] = {"",     "a b", "a,DNS:b",
                                      "a\nb", "1:2", "홍길동"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        const struct text names[] = {text_of("good"), text_of(BAD[i])};
        CHECK_STATUS(STATUS_BAD_INPUT, certificate_make(names, 2, NOW, &made));
        CHECK_STATUS(STATUS_BAD_INPUT,
                     certificate_make(names + 1, 1, NOW, &made));
    }
    CHECK_STATUS(STATUS_LIMIT, certificate_make(NULL, 0, NOW, &made));
}

static void the_fingerprint_is_that_of_openssl(void **state)
{
    (void)state;
    static struct certificate made;
    const struct text name = text_of("recorder.local");
    CHECK_OK(certificate_make(&name, 1, NOW, &made));
    char fingerprint[CERTIFICATE_FINGERPRINT_SIZE];
    CHECK_OK(
        certificate_fingerprint(text_of(made.certificate_pem), fingerprint));
    CHECK(strlen(fingerprint) == 95);
    uint8_t digest[32];
    X509 *certificate = parse(made.certificate_pem);
    CHECK(X509_digest(certificate, EVP_sha256(), digest, NULL) == 1);
    X509_free(certificate);
    for (size_t i = 0; i < 32; i++) {
        char pair[4];
        (void)snprintf(pair, sizeof pair, "%02X", digest[i]);
        assert_memory_equal(pair, fingerprint + 3 * i, 2);
    }
    CHECK_STATUS(STATUS_BAD_INPUT,
                 certificate_fingerprint(text_of("no PEM"), fingerprint));
}

TEST_MAIN("crypto/certificate", TEST(it_names_hosts_and_addresses),
          TEST(bad_names_are_refused), TEST(the_fingerprint_is_that_of_openssl))

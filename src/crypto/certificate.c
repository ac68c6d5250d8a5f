/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/library.h"

enum { DAY_S = 86400, SERIAL_SIZE = 16, VERSION_3 = 2 };

static void key_free(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
    *key = NULL;
}

static void x509_free(X509 **certificate)
{
    X509_free(*certificate);
    *certificate = NULL;
}

static void names_free(GENERAL_NAMES **names)
{
    GENERAL_NAMES_free(*names);
    *names = NULL;
}

static void bio_free(BIO **bio)
{
    BIO_free_all(*bio);
    *bio = NULL;
}

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':' ||
           c == '*';
}

static enum status name_copy(struct text name,
                             char out[CERTIFICATE_NAME_MAX + 1])
{
    if (name.size == 0 || !text_copy(name, out, CERTIFICATE_NAME_MAX + 1))
        return STATUS_BAD_INPUT;
    for (size_t i = 0; i < name.size; i++) {
        if (!is_name_character(out[i]))
            return STATUS_BAD_INPUT;
    }
    return STATUS_OK;
}

/* Takes over value where it succeeds. */
static bool names_push(GENERAL_NAMES *names, int type, ASN1_STRING *value)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    if (name == NULL)
        return false;
    if (sk_GENERAL_NAME_push(names, name) == 0) {
        GENERAL_NAME_free(name);
        return false;
    }
    GENERAL_NAME_set0_value(name, type, value);
    return true;
}

static enum status names_add(GENERAL_NAMES *names, struct text text)
{
    char name[CERTIFICATE_NAME_MAX + 1];
    enum status s = name_copy(text, name);
    if (s != STATUS_OK)
        return s;
    int type = GEN_IPADD;
    ASN1_STRING *value = a2i_IPADDRESS(name);
    if (value == NULL && strchr(name, ':') != NULL)
        return STATUS_BAD_INPUT;
    if (value == NULL) {
        type = GEN_DNS;
        value = ASN1_IA5STRING_new();
        if (value == NULL || ASN1_STRING_set(value, name, -1) != 1) {
            ASN1_STRING_free(value);
            return STATUS_INTERNAL;
        }
    }
    if (names_push(names, type, value))
        return STATUS_OK;
    ASN1_STRING_free(value);
    return STATUS_INTERNAL;
}

static enum status set_names(X509 *certificate, const struct text *names,
                             size_t count)
{
    char first[CERTIFICATE_NAME_MAX + 1];
    enum status s = name_copy(names[0], first);
    AUTO(names_free) GENERAL_NAMES *list = GENERAL_NAMES_new();
    if (s == STATUS_OK && list == NULL)
        s = STATUS_INTERNAL;
    for (size_t i = 0; s == STATUS_OK && i < count; i++)
        s = names_add(list, names[i]);
    if (s != STATUS_OK)
        return s;
    X509_NAME *subject = X509_get_subject_name(certificate);
    /* RFC 5280 appendix A.1: a common name has at most 64 characters. */
    int size = names[0].size > 64 ? 64 : (int)names[0].size;
    if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                   (const unsigned char *)first, size, -1,
                                   0) != 1 ||
        X509_set_issuer_name(certificate, subject) != 1 ||
        X509_add1_ext_i2d(certificate, NID_subject_alt_name, list, 0, 0) != 1)
        return STATUS_INTERNAL;
    return STATUS_OK;
}

static bool set_usage(X509 *certificate, int kind, const char *value)
{
    X509V3_CTX about;
    X509V3_set_ctx_nodb(&about);
    X509V3_set_ctx(&about, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &about, kind, value);
    bool ok =
        extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool set_fixed(X509 *certificate, EVP_PKEY *key, struct wall_time from)
{
    uint8_t serial[SERIAL_SIZE];
    if (RAND_bytes(serial, sizeof serial) != 1)
        return false;
    serial[0] = (uint8_t)((serial[0] & 0x7f) | 1); /* positive, full size */
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    bool ok =
        number != NULL &&
        BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    time_t start = (time_t)floor_divide(from.us, SECOND_US) - DAY_S;
    time_t end = start + (time_t)CERTIFICATE_YEARS * 365 * DAY_S;
    return ok && X509_set_version(certificate, VERSION_3) == 1 &&
           ASN1_TIME_set(X509_getm_notBefore(certificate), start) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), end) != NULL &&
           X509_set_pubkey(certificate, key) == 1 &&
           set_usage(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
           set_usage(certificate, NID_key_usage, "critical,digitalSignature") &&
           set_usage(certificate, NID_ext_key_usage, "serverAuth");
}

static bool bio_to_text(BIO *bio, char *out, size_t size)
{
    char *data = NULL;
    long length = BIO_get_mem_data(bio, &data);
    return length > 0 &&
           text_copy((struct text){data, (size_t)length}, out, size);
}

static enum status to_pem(X509 *certificate, EVP_PKEY *key,
                          struct certificate *out)
{
    AUTO(bio_free) BIO *public_part = BIO_new(BIO_s_mem());
    AUTO(bio_free) BIO *private_part = BIO_new(BIO_s_secmem());
    if (public_part == NULL || private_part == NULL ||
        PEM_write_bio_X509(public_part, certificate) != 1 ||
        PEM_write_bio_PrivateKey(private_part, key, NULL, NULL, 0, NULL,
                                 NULL) != 1 ||
        !bio_to_text(public_part, out->certificate_pem,
                     sizeof out->certificate_pem) ||
        !bio_to_text(private_part, out->private_key_pem,
                     sizeof out->private_key_pem))
        return STATUS_INTERNAL;
    return STATUS_OK;
}

enum status certificate_make(const struct text *names, size_t count,
                             struct wall_time from, struct certificate *out)
{
    if (count == 0 || count > CERTIFICATE_NAMES_MAX)
        return STATUS_LIMIT;
    if (crypto_library_init() != STATUS_OK)
        return STATUS_INTERNAL;
    AUTO(key_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(x509_free) X509 *certificate = X509_new();
    if (key == NULL || certificate == NULL)
        return STATUS_INTERNAL;
    enum status s = set_names(certificate, names, count);
    if (s != STATUS_OK)
        return s;
    if (!set_fixed(certificate, key, from) ||
        X509_sign(certificate, key, EVP_sha256()) == 0)
        return STATUS_INTERNAL;
    return to_pem(certificate, key, out);
}

enum status certificate_fingerprint(struct text certificate_pem,
                                    char out[CERTIFICATE_FINGERPRINT_SIZE])
{
    static const char DIGITS[] = "0123456789ABCDEF";
    if (certificate_pem.size > CERTIFICATE_PEM_MAX ||
        crypto_library_init() != STATUS_OK)
        return STATUS_BAD_INPUT;
    AUTO(bio_free)
    BIO *in = BIO_new_mem_buf(certificate_pem.data, (int)certificate_pem.size);
    if (in == NULL)
        return STATUS_BAD_INPUT;
    AUTO(x509_free) X509 *certificate = PEM_read_bio_X509(in, NULL, NULL, NULL);
    uint8_t digest[SHA256_SIZE];
    if (certificate == NULL ||
        X509_digest(certificate, EVP_sha256(), digest, NULL) != 1)
        return STATUS_BAD_INPUT;
    for (size_t i = 0; i < sizeof digest; i++) {
        out[3 * i] = DIGITS[digest[i] >> 4];
        out[3 * i + 1] = DIGITS[digest[i] & 15];
        out[3 * i + 2] = i + 1 < sizeof digest ? ':' : '\0';
    }
    return STATUS_OK;
}

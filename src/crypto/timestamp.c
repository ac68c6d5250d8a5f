/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/timestamp.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <time.h>

#include "base/cleanup.h"
#include "crypto/library.h"

enum { VERSION_1 = 1, AUTHORITIES_MAX = 64, GRANTED_WITH_MODS = 1 };

static void request_free(TS_REQ **request)
{
    TS_REQ_free(*request);
    *request = NULL;
}

static void response_free(TS_RESP **response)
{
    TS_RESP_free(*response);
    *response = NULL;
}

static void imprint_free(TS_MSG_IMPRINT **imprint)
{
    TS_MSG_IMPRINT_free(*imprint);
    *imprint = NULL;
}

static void algorithm_free(X509_ALGOR **algorithm)
{
    X509_ALGOR_free(*algorithm);
    *algorithm = NULL;
}

static void integer_free(ASN1_INTEGER **integer)
{
    ASN1_INTEGER_free(*integer);
    *integer = NULL;
}

static void number_free(BIGNUM **number)
{
    BN_free(*number);
    *number = NULL;
}

static void check_free(TS_VERIFY_CTX **check)
{
    TS_VERIFY_CTX_free(*check); /* with what it holds */
    *check = NULL;
}

static void store_free(X509_STORE **store)
{
    X509_STORE_free(*store);
    *store = NULL;
}

static void bio_free(BIO **bio)
{
    BIO_free_all(*bio);
    *bio = NULL;
}

/* ---- the question --------------------------------------------------------- */

static ASN1_INTEGER *nonce_make(const struct timestamp_question *question)
{
    AUTO(number_free)
    BIGNUM *number =
        BN_bin2bn(question->nonce, TIMESTAMP_NONCE_SIZE, NULL);
    return number == NULL ? NULL : BN_to_ASN1_INTEGER(number, NULL);
}

static bool imprint_set(TS_REQ *request,
                        const struct timestamp_question *question)
{
    AUTO(imprint_free) TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    AUTO(algorithm_free) X509_ALGOR *algorithm = X509_ALGOR_new();
    uint8_t digest[SHA256_SIZE];
    for (size_t i = 0; i < sizeof digest; i++)
        digest[i] = question->digest[i]; /* OpenSSL takes no const */
    return imprint != NULL && algorithm != NULL &&
           X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL,
                           NULL) == 1 &&
           TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
           TS_MSG_IMPRINT_set_msg(imprint, digest, (int)sizeof digest) == 1 &&
           TS_REQ_set_msg_imprint(request, imprint) == 1;
}

/* NULL: no memory. */
static TS_REQ *question_make(const struct timestamp_question *question)
{
    AUTO(request_free) TS_REQ *request = TS_REQ_new();
    AUTO(integer_free) ASN1_INTEGER *nonce = nonce_make(question);
    if (request == NULL || nonce == NULL ||
        TS_REQ_set_version(request, VERSION_1) != 1 ||
        !imprint_set(request, question) ||
        TS_REQ_set_nonce(request, nonce) != 1 ||
        TS_REQ_set_cert_req(request, 1) != 1)
        return NULL;
    TS_REQ *made = request;
    request = NULL;
    return made;
}

enum status timestamp_question_write(const struct timestamp_question *question,
                                     struct buffer *out)
{
    if (crypto_library_init() != STATUS_OK)
        return STATUS_INTERNAL;
    AUTO(request_free) TS_REQ *request = question_make(question);
    uint8_t *encoded = NULL;
    int size = request == NULL ? 0 : i2d_TS_REQ(request, &encoded);
    if (size <= 0)
        return STATUS_INTERNAL;
    buffer_append(out, bytes_of(encoded, (size_t)size));
    OPENSSL_free(encoded);
    return buffer_status(out);
}

/* ---- the answer ----------------------------------------------------------- */

static enum status parse(struct bytes answer, TS_RESP **out)
{
    const uint8_t *at = answer.data;
    *out = NULL;
    if (answer.size == 0 || answer.size > TIMESTAMP_ANSWER_MAX)
        return STATUS_BAD_INPUT;
    if (crypto_library_init() != STATUS_OK)
        return STATUS_INTERNAL;
    *out = d2i_TS_RESP(NULL, &at, (long)answer.size);
    ERR_clear_error();
    return *out != NULL && at == answer.data + answer.size ? STATUS_OK
                                                           : STATUS_BAD_INPUT;
}

static bool is_granted(TS_RESP *response)
{
    const ASN1_INTEGER *status =
        TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response));
    long value = status == NULL ? -1 : ASN1_INTEGER_get(status);
    return value >= 0 && value <= GRANTED_WITH_MODS;
}

static enum status time_of(TS_RESP *response, struct wall_time *out)
{
    const TS_TST_INFO *info = TS_RESP_get_tst_info(response);
    const ASN1_GENERALIZEDTIME *told =
        info == NULL ? NULL : TS_TST_INFO_get_time(info);
    struct tm parts = {0};
    if (told == NULL || ASN1_TIME_to_tm(told, &parts) != 1)
        return STATUS_BAD_INPUT;
    out->us = (int64_t)timegm(&parts) * SECOND_US;
    return STATUS_OK;
}

/* Fails with: as timestamp_verify. */
static enum status hold(TS_RESP *response, TS_VERIFY_CTX *check)
{
    bool is_right = TS_RESP_verify_response(check, response) == 1;
    ERR_clear_error();
    return is_right ? STATUS_OK : STATUS_CORRUPT;
}

/* The check takes it. */
static bool imprint_check(TS_VERIFY_CTX *check,
                          const uint8_t digest[SHA256_SIZE])
{
    uint8_t *copy = OPENSSL_memdup(digest, SHA256_SIZE);
    return copy != NULL &&
           TS_VERIFY_CTX_set_imprint(check, copy, SHA256_SIZE) != NULL;
}

enum status timestamp_answer_read(struct bytes answer,
                                  const struct timestamp_question *question,
                                  struct wall_time *out)
{
    AUTO(response_free) TS_RESP *response = NULL;
    enum status s = parse(answer, &response);
    if (s != STATUS_OK)
        return s;
    if (!is_granted(response))
        return STATUS_DENIED;
    /* All that the question says: version, imprint, nonce. */
    AUTO(request_free) TS_REQ *request = question_make(question);
    AUTO(check_free)
    TS_VERIFY_CTX *check =
        request == NULL ? NULL : TS_REQ_to_TS_VERIFY_CTX(request, NULL);
    if (check == NULL)
        return STATUS_INTERNAL;
    s = hold(response, check);
    return s == STATUS_OK ? time_of(response, out) : s;
}

enum status timestamp_time(struct bytes answer,
                           const uint8_t digest[SHA256_SIZE],
                           struct wall_time *out)
{
    AUTO(response_free) TS_RESP *response = NULL;
    enum status s = parse(answer, &response);
    if (s != STATUS_OK)
        return s;
    AUTO(check_free) TS_VERIFY_CTX *check = TS_VERIFY_CTX_new();
    if (check == NULL || !imprint_check(check, digest))
        return STATUS_INTERNAL;
    (void)TS_VERIFY_CTX_set_flags(check, TS_VFY_VERSION | TS_VFY_IMPRINT);
    s = hold(response, check);
    return s == STATUS_OK ? time_of(response, out) : s;
}

/* ---- by whom -------------------------------------------------------------- */

static enum status authorities_read(struct text pem, X509_STORE *store)
{
    int count = 0;
    if (pem.size == 0 || pem.size > TIMESTAMP_AUTHORITY_MAX)
        return STATUS_BAD_INPUT;
    AUTO(bio_free) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    if (bio == NULL)
        return STATUS_INTERNAL;
    for (; count < AUTHORITIES_MAX; count++) {
        X509 *one = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        if (one == NULL)
            break;
        (void)X509_STORE_add_cert(store, one); /* 0: it is there already */
        X509_free(one);
    }
    ERR_clear_error();
    return count > 0 ? STATUS_OK : STATUS_BAD_INPUT;
}

enum status timestamp_verify(struct bytes answer,
                             const uint8_t digest[SHA256_SIZE],
                             struct text authorities, struct wall_time *out)
{
    AUTO(response_free) TS_RESP *response = NULL;
    enum status s = parse(answer, &response);
    if (s != STATUS_OK)
        return s;
    AUTO(check_free) TS_VERIFY_CTX *check = TS_VERIFY_CTX_new();
    AUTO(store_free) X509_STORE *store = X509_STORE_new();
    if (check == NULL || store == NULL || !imprint_check(check, digest))
        return STATUS_INTERNAL;
    s = authorities_read(authorities, store);
    if (s == STATUS_OK)
        s = time_of(response, out);
    if (s != STATUS_OK)
        return s;
    /* It was made when its certificate was good, not necessarily now. */
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store),
                               (time_t)(out->us / SECOND_US));
    (void)TS_VERIFY_CTX_set_store(check, store);
    store = NULL;
    (void)TS_VERIFY_CTX_set_flags(check, TS_VFY_VERSION | TS_VFY_IMPRINT |
                                             TS_VFY_SIGNATURE);
    return hold(response, check);
}

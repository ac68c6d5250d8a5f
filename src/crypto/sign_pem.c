/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign_pem.h"

#include <limits.h>
#include <stdbool.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/cleanup.h"
#include "crypto/library.h"

static void key_free(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
    *key = NULL;
}

static void bio_free(BIO **bio)
{
    BIO_free(*bio);
    *bio = NULL;
}

static enum status copy_out(BIO *bio, char out[SIGN_PEM_SIZE])
{
    char *text = NULL;
    long size = BIO_get_mem_data(bio, &text);
    if (size <= 0 || size >= SIGN_PEM_SIZE)
        return STATUS_INTERNAL;
    memcpy(out, text, (size_t)size);
    out[size] = 0;
    return STATUS_OK;
}

enum status sign_private_write_pem(const uint8_t private_key[SIGN_PRIVATE_SIZE],
                                   char out[SIGN_PEM_SIZE])
{
    if (crypto_library_init() != STATUS_OK)
        return STATUS_INTERNAL;
    AUTO(key_free)
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
                                                 private_key,
                                                 SIGN_PRIVATE_SIZE);
    AUTO(bio_free) BIO *bio = BIO_new(BIO_s_secmem());
    if (key == NULL || bio == NULL ||
        PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
        return STATUS_INTERNAL;
    return copy_out(bio, out);
}

enum status sign_public_write_pem(const uint8_t public_key[SIGN_PUBLIC_SIZE],
                                  char out[SIGN_PEM_SIZE])
{
    if (crypto_library_init() != STATUS_OK)
        return STATUS_INTERNAL;
    AUTO(key_free)
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
                                                public_key, SIGN_PUBLIC_SIZE);
    AUTO(bio_free) BIO *bio = BIO_new(BIO_s_mem());
    if (key == NULL || bio == NULL || PEM_write_bio_PUBKEY(bio, key) != 1)
        return STATUS_INTERNAL;
    return copy_out(bio, out);
}

static int no_password(char *password, int size, int for_writing, void *context)
{
    (void)password;
    (void)size;
    (void)for_writing;
    (void)context;
    return -1;
}

enum status sign_private_read_pem(struct bytes pem,
                                  uint8_t private_key[SIGN_PRIVATE_SIZE])
{
    if (crypto_library_init() != STATUS_OK)
        return STATUS_INTERNAL;
    if (pem.size == 0 || pem.size > INT_MAX)
        return STATUS_BAD_INPUT;
    AUTO(bio_free) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    if (bio == NULL)
        return STATUS_INTERNAL;
    AUTO(key_free)
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    size_t size = SIGN_PRIVATE_SIZE;
    bool is_good = key != NULL && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 &&
                   EVP_PKEY_get_raw_private_key(key, private_key, &size) == 1 &&
                   size == SIGN_PRIVATE_SIZE;
    ERR_clear_error();
    return is_good ? STATUS_OK : STATUS_BAD_INPUT;
}

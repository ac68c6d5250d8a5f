/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/tpm_setup.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/reader.h"
#include "base/writer.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "keys/key_files.h"
#include "sys/file.h"

enum {
    VERSION = 1,
    MANUFACTURER_SIZE = 4,
    CHECKED_SIZE = TPM_SETUP_SIZE - SHA256_SIZE,
};

static const char MAGIC[4] = {'H', 'T', 'P', 'M'};
static const char NAME[] = "tpm";

static enum status decode(const uint8_t content[TPM_SETUP_SIZE],
                          struct tpm_setup *out)
{
    const struct bytes checked = bytes_of(content, CHECKED_SIZE);
    uint8_t digest[SHA256_SIZE];
    char magic[sizeof MAGIC];
    if (sha256(&checked, 1, digest) != STATUS_OK)
        return STATUS_INTERNAL;
    struct reader in = reader_on(checked);
    reader_copy(&in, magic, sizeof magic);
    uint16_t version = reader_u16be(&in);
    if (memcmp(magic, MAGIC, sizeof magic) != 0 || version != VERSION ||
        memcmp(digest, content + CHECKED_SIZE, sizeof digest) != 0)
        return STATUS_CORRUPT; /* a checksum, no secret */
    *out = (struct tpm_setup){.is_complete = reader_u16be(&in) != 0};
    out->first_handle = reader_u32be(&in);
    reader_copy(&in, out->auth, sizeof out->auth);
    reader_copy(&in, out->storage_name, sizeof out->storage_name);
    reader_copy(&in, out->signing_name, sizeof out->signing_name);
    reader_copy(&in, out->manufacturer, MANUFACTURER_SIZE);
    return in.failed ? STATUS_CORRUPT : STATUS_OK;
}

static enum status encode(const struct tpm_setup *setup,
                          uint8_t content[TPM_SETUP_SIZE])
{
    struct writer w = writer_on(content, CHECKED_SIZE);
    writer_bytes(&w, bytes_of(MAGIC, sizeof MAGIC));
    writer_u16be(&w, VERSION);
    writer_u16be(&w, setup->is_complete);
    writer_u32be(&w, setup->first_handle);
    writer_bytes(&w, bytes_of(setup->auth, sizeof setup->auth));
    writer_bytes(&w, bytes_of(setup->storage_name, sizeof setup->storage_name));
    writer_bytes(&w, bytes_of(setup->signing_name, sizeof setup->signing_name));
    writer_bytes(&w, bytes_of(setup->manufacturer, MANUFACTURER_SIZE));
    writer_zeros(&w, w.size - w.used);
    const struct bytes checked = writer_written(&w);
    return sha256(&checked, 1, content + CHECKED_SIZE);
}

enum status tpm_setup_read(const struct file_layer *layer,
                           const char *directory, struct tpm_setup *out)
{
    AUTO(file_close) struct file *file = NULL;
    AUTO(secret_destroy) uint8_t *content = NULL;
    enum status s = key_file_open(layer, directory, NAME, FILE_READ, &file);
    if (s == STATUS_OK)
        s = secret_create(TPM_SETUP_SIZE, &content);
    if (s == STATUS_OK)
        s = file_read_at(file, 0, content, TPM_SETUP_SIZE);
    if (s == STATUS_END)
        s = STATUS_CORRUPT;
    return s == STATUS_OK ? decode(content, out) : s;
}

enum status tpm_setup_write(const struct file_layer *layer,
                            const char *directory,
                            const struct tpm_setup *setup)
{
    AUTO(file_close) struct file *file = NULL;
    AUTO(secret_destroy) uint8_t *content = NULL;
    enum status s = secret_create(TPM_SETUP_SIZE, &content);
    if (s == STATUS_OK)
        s = encode(setup, content);
    if (s == STATUS_OK)
        s = key_file_open_sized(layer, directory, NAME, TPM_SETUP_SIZE, &file);
    if (s == STATUS_OK)
        s = file_write_at(file, 0, bytes_of(content, TPM_SETUP_SIZE));
    if (s == STATUS_OK)
        s = file_sync(file);
    if (s == STATUS_OK)
        s = layer->sync_directory(layer, directory);
    return s;
}

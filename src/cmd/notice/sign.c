/* SPDX-License-Identifier: Apache-2.0 */
/* haechi notice key, haechi notice sign: one notice for many sites. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmd/notice/file.h"
#include "cmd/options.h"
#include "crypto/secret.h"
#include "crypto/sign_pem.h"
#include "notice/configuration.h"
#include "notice/notice_signature.h"

enum { PATH_SIZE = 4096, KEY_FILE_BYTES_MAX = 16384 };

struct options {
    const char *file;
    const char *key;
    const char *out;
};

static const struct command_option KEY_OPTIONS[] = {
    {.name = "--out",
     .value = "F",
     .help = "the private key, for the institution alone; F.pub is the public "
             "one",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, out)},
};

static const struct command_option SIGN_OPTIONS[] = {
    {.name = "FILE",
     .help = "notice.yaml",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, file)},
    {.name = "--key",
     .value = "F",
     .help = "the institution's private key: of haechi notice key, or of "
             "openssl genpkey -algorithm ed25519",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, key)},
    {.name = "--out",
     .value = "F",
     .help = "where the signature goes; FILE.sig without",
     .kind = OPTION_TEXT,
     .place = offsetof(struct options, out)},
};

static int refuse(const char *subject, const char *what, const char *remedy)
{
    (void)fprintf(stderr, "haechi: %s: %s - %s\n", subject, what, remedy);
    return EXIT_ENVIRONMENT;
}

static bool path_with(const char *path, const char *suffix,
                      char out[PATH_SIZE])
{
    int used = snprintf(out, PATH_SIZE, "%s%s", path, suffix);
    return used > 0 && used < PATH_SIZE;
}

/* What plant.yaml says of the key. */
static int print_key(const uint8_t public_key[SIGN_PUBLIC_SIZE])
{
    char text[NOTICE_KEY_TEXT_SIZE];
    base64_encode(bytes_of(public_key, SIGN_PUBLIC_SIZE), text);
    (void)printf("notice_key: %s\n", text);
    return EXIT_OK;
}

/* ---- notice key ---- */

/* Readable for its owner alone; a key that is there stays. */
static int write_private(const char *path,
                         const uint8_t private_key[SIGN_PRIVATE_SIZE])
{
    char pem[SIGN_PEM_SIZE];
    struct file *file = NULL;
    enum status s = sign_private_write_pem(private_key, pem);
    if (s == STATUS_OK)
        s = file_open(&FILE_LAYER_SYSTEM, path,
                      FILE_WRITE | FILE_CREATE | FILE_EXCLUSIVE, &file);
    if (s == STATUS_OK)
        s = file_write_at(file, 0, text_bytes(text_of(pem)));
    if (s == STATUS_OK)
        s = file_sync(file);
    file_close(&file);
    secret_wipe(pem, sizeof pem);
    if (s == STATUS_CONFLICT)
        return refuse(path, "is there already", "name another file");
    return s == STATUS_OK ? EXIT_OK
                          : refuse(path, "cannot be written",
                                   "check that its directory exists");
}

static int write_public(const char *private_path,
                        const uint8_t public_key[SIGN_PUBLIC_SIZE])
{
    char path[PATH_SIZE];
    char pem[SIGN_PEM_SIZE];
    if (path_with(private_path, ".pub", path) &&
        sign_public_write_pem(public_key, pem) == STATUS_OK &&
        file_replace(&FILE_LAYER_SYSTEM, path, text_bytes(text_of(pem))) ==
            STATUS_OK)
        return EXIT_OK;
    return refuse(private_path, "its public key cannot be written beside it",
                  "check the directory");
}

static int run_key(int argc, char **argv)
{
    struct options options = {.out = NULL};
    int code = options_read(&COMMAND_NOTICE_KEY, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    uint8_t private_key[SIGN_PRIVATE_SIZE];
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    if (sign_key_make(private_key, public_key) != STATUS_OK)
        return refuse(options.out, "no key could be made", "try again");
    code = write_private(options.out, private_key);
    secret_wipe(private_key, sizeof private_key);
    if (code == EXIT_OK)
        code = write_public(options.out, public_key);
    return code == EXIT_OK ? print_key(public_key) : code;
}

/* ---- notice sign ---- */

static int read_key(const char *path, uint8_t private_key[SIGN_PRIVATE_SIZE])
{
    uint8_t *pem = NULL;
    size_t size = 0;
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path, KEY_FILE_BYTES_MAX,
                                  &pem, &size);
    if (s == STATUS_OK) {
        s = sign_private_read_pem(bytes_of(pem, size), private_key);
        secret_wipe(pem, size);
    }
    alloc_free(pem);
    if (s == STATUS_OK)
        return EXIT_OK;
    return refuse(path,
                  s == STATUS_BAD_INPUT ? "holds no Ed25519 private key (or "
                                          "one under a password)"
                                        : "cannot be read",
                  "make one with: haechi notice key --out F");
}

static int write_signature(const struct options *options,
                           const uint8_t private_key[SIGN_PRIVATE_SIZE],
                           struct bytes yaml)
{
    char path[PATH_SIZE];
    char line[NOTICE_SIGNATURE_LINE_SIZE];
    const char *out = options->out;
    if (out == NULL) {
        if (!path_with(options->file, NOTICE_SIGNATURE_SUFFIX, path))
            return refuse(options->file, "is too long a name", "use another");
        out = path;
    }
    if (notice_signature_make(private_key, yaml, line) == STATUS_OK &&
        file_replace(&FILE_LAYER_SYSTEM, out, text_bytes(text_of(line))) ==
            STATUS_OK)
        return EXIT_OK;
    return refuse(out, "cannot be written", "check that its directory exists");
}

/* What is not sound is not signed. */
static int sign(const struct options *options,
                const uint8_t private_key[SIGN_PRIVATE_SIZE])
{
    uint8_t *yaml = NULL;
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    size_t size = 0;
    if (file_read_all(&FILE_LAYER_SYSTEM, options->file,
                      CONFIGURATION_FILE_BYTES_MAX, &yaml,
                      &size) != STATUS_OK)
        return refuse(options->file, "cannot be read", "name a notice.yaml");
    int code = write_signature(options, private_key, bytes_of(yaml, size));
    alloc_free(yaml);
    if (code == EXIT_OK &&
        sign_public_key(private_key, public_key) == STATUS_OK)
        code = print_key(public_key);
    return code;
}

static int run_sign(int argc, char **argv)
{
    struct options options = {.out = NULL};
    uint8_t private_key[SIGN_PRIVATE_SIZE] = {0};
    struct notice *notice = NULL;
    int code = options_read(&COMMAND_NOTICE_SIGN, argc, argv, &options);
    if (code == EXIT_OK)
        code = notice_file_open(options.file, &notice);
    notice_destroy(&notice);
    if (code == EXIT_OK)
        code = read_key(options.key, private_key);
    if (code == EXIT_OK)
        code = sign(&options, private_key);
    secret_wipe(private_key, sizeof private_key);
    return code;
}

const struct command COMMAND_NOTICE_KEY = {
    .name = "notice key",
    .synopsis = "--out F",
    .summary = "make the key with which an institution signs its notice",
    .options = KEY_OPTIONS,
    .option_count = OPTION_COUNT(KEY_OPTIONS),
    .details = "Prints the line for each site's plant.yaml. The private key "
               "stays with the institution, off every recorder.",
    .run = run_key,
};

const struct command COMMAND_NOTICE_SIGN = {
    .name = "notice sign",
    .synopsis = "FILE --key F [--out F]",
    .summary = "sign a notice, so that sites can be shown to run the same one",
    .options = SIGN_OPTIONS,
    .option_count = OPTION_COUNT(SIGN_OPTIONS),
    .details = "Writes one line of base64: the Ed25519 signature of the "
               "file's bytes, which openssl pkeyutl -verify -rawin checks too. "
               "Where plant.yaml names a notice_key, nothing starts with a "
               "notice that is not the one signed.",
    .run = run_sign,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera accept: the administrator's word that a camera's new
 * certificate is right. The recorder reads it with its next connection. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "cmd/camera/options.h"
#include "ingest/pin_book.h"

enum { PATH_SIZE = 1100 };

struct options {
    struct camera_options common; /* first */
    const char *fingerprint;
};

static const struct command_option OPTIONS[] = {
    CAMERA_DIRECTORY,
    CAMERA_NUMBER,
    {.name = "--fingerprint",
     .value = "SHA256",
     .help = "of the certificate, in hexadecimal, with or without colons",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, fingerprint)},
};

static void book_release(struct pin_book **book)
{
    alloc_free(*book);
    *book = NULL;
}

/* "AB:CD..." or "abcd...". */
static bool read_fingerprint(const char *text,
                             uint8_t out[TLS_FINGERPRINT_SIZE])
{
    char hex[HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1];
    size_t used = 0;
    for (; *text != 0; text++) {
        char c = *text;
        if (c == ':')
            continue;
        if (used == sizeof hex - 1)
            return false;
        hex[used++] = (char)(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    }
    return hex_decode((struct text){hex, used}, out, TLS_FINGERPRINT_SIZE) ==
           STATUS_OK;
}

static int accept(const struct options *options,
                  const uint8_t fingerprint[TLS_FINGERPRINT_SIZE])
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/tls/cameras",
                   options->common.directory);
    AUTO(book_release) struct pin_book *book = alloc_zeroed(sizeof *book);
    if (book == NULL)
        return EXIT_ENVIRONMENT;
    enum status s = pin_book_read(book, &FILE_LAYER_SYSTEM, path);
    if (s == STATUS_OK)
        s = pin_book_put(book, (uint32_t)options->common.camera, fingerprint);
    if (s == STATUS_OK)
        s = pin_book_write(book, &FILE_LAYER_SYSTEM, path);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi camera accept: %s: %s\n", path,
                      status_name(s));
        return EXIT_ENVIRONMENT;
    }
    (void)printf("camera %u: this certificate is taken from its next "
                 "connection on\n",
                 (unsigned)options->common.camera);
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    struct options options = {.fingerprint = NULL};
    uint8_t fingerprint[TLS_FINGERPRINT_SIZE];
    int code = options_read(&COMMAND_CAMERA_ACCEPT, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    if (!read_fingerprint(options.fingerprint, fingerprint)) {
        (void)fprintf(stderr, "haechi camera accept: --fingerprint wants 64 "
                              "hexadecimal digits\n");
        return EXIT_USAGE;
    }
    return accept(&options, fingerprint);
}

const struct command COMMAND_CAMERA_ACCEPT = {
    .name = "camera accept",
    .synopsis = "--dir DIRECTORY --camera N --fingerprint SHA256",
    .summary = "accept a camera's new certificate",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "A camera with tls: true is known by the certificate of its "
               "first use. One that shows another is not recorded, and the log "
               "has an entry with its fingerprint. Compare that with what the "
               "camera's own page shows, over a cable if you can; then say it "
               "here.",
    .run = run,
};

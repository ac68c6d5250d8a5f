/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera add: one camera into plant.yaml. */
#include "base/text.h"
#include "cmd/camera/options.h"
#include "cmd/camera/rows.h"
#include "cmd/notice/render.h"
#include "crypto/library.h"

struct options {
    const char *directory;
    const char *values[14]; /* in the order of the rows below */
    const char *language;
    bool is_secure;
    bool as_json;
};

enum {
    VALUE_NUMBER,
    VALUE_ID,
    VALUE_GROUP,
    VALUE_NAME_KO,
    VALUE_NAME_EN,
    VALUE_HOST,
    VALUE_PORT,
    VALUE_PATH,
    VALUE_SUB_PATH,
    VALUE_USER,
    VALUE_PASSWORD_FILE,
    VALUE_TRANSPORT,
    VALUE_ONVIF_PORT,
    VALUE_FINGERPRINT,
};

#define VALUE(index) offsetof(struct options, values[index])

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
    {.name = "--host",
     .value = "HOST",
     .help = "the camera's name or numeric address",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = VALUE(VALUE_HOST)},
    {.name = "--group",
     .value = "ID",
     .help = "its group in the notice",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = VALUE(VALUE_GROUP)},
    {.name = "--name",
     .value = "TEXT",
     .help = "what it is called, in Korean",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = VALUE(VALUE_NAME_KO)},
    {.name = "--name-en",
     .value = "TEXT",
     .help = "the same in English",
     .kind = OPTION_TEXT,
     .place = VALUE(VALUE_NAME_EN)},
    {.name = "--number",
     .value = "N",
     .help = "one that no camera ever had (the next above all)",
     .kind = OPTION_TEXT,
     .place = VALUE(VALUE_NUMBER)},
    {.name = "--id",
     .value = "ID",
     .help = "(cam-N)",
     .kind = OPTION_TEXT,
     .place = VALUE(VALUE_ID)},
    {.name = "--port",
     .value = "N",
     .help = "of RTSP (554, with TLS 322, or as the camera says)",
     .kind = OPTION_TEXT,
     .place = VALUE(VALUE_PORT)},
    {.name = "--path",
     .value = "PATH",
     .help = "of the stream (asked of the camera over ONVIF)",
     .kind = OPTION_TEXT,
     .place = VALUE(VALUE_PATH)},
    {.name = "--sub-path",
     .value = "PATH",
     .help = "of its smaller stream, for the wall; - for none (asked "
             "likewise)",
     .kind = OPTION_TEXT,
     .place = VALUE(VALUE_SUB_PATH)},
    {.name = "--user",
     .value = "NAME",
     .help = "of the camera's account",
     .kind = OPTION_TEXT,
     .place = VALUE(VALUE_USER)},
    {.name = "--password-file",
     .value = "FILE",
     .help = "below the installation, such as secrets/cameras",
     .kind = OPTION_TEXT,
     .place = VALUE(VALUE_PASSWORD_FILE)},
    {.name = "--onvif-port",
     .value = "N",
     .help = "(80, with TLS 443)",
     .kind = OPTION_TEXT,
     .place = VALUE(VALUE_ONVIF_PORT)},
    {.name = "--transport",
     .value = "tcp|udp|any",
     .help = "(tcp)",
     .kind = OPTION_CHOICE,
     .place = VALUE(VALUE_TRANSPORT)},
    {.name = "--tls",
     .help = "RTSP and ONVIF over TLS",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, is_secure)},
    {.name = "--fingerprint",
     .value = "SHA256",
     .help = "of its certificate, with or without colons, as its own page "
             "shows it",
     .kind = OPTION_TEXT,
     .place = VALUE(VALUE_FINGERPRINT)},
    CAMERA_LANGUAGE(struct options),
    {.name = "--json",
     .help = "what was added, as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

static int run(int argc, char **argv)
{
    struct options options = {.directory = NULL};
    int code = options_read(&COMMAND_CAMERA_ADD, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    if (crypto_library_init() != STATUS_OK)
        return EXIT_ENVIRONMENT;
    const char *const *values = options.values;
    struct camera_row row = {
        .number = text_of(values[VALUE_NUMBER]),
        .id = text_of(values[VALUE_ID]),
        .group = text_of(values[VALUE_GROUP]),
        .name_ko = text_of(values[VALUE_NAME_KO]),
        .name_en = text_of(values[VALUE_NAME_EN]),
        .host = text_of(values[VALUE_HOST]),
        .port = text_of(values[VALUE_PORT]),
        .path = text_of(values[VALUE_PATH]),
        .sub_path = text_of(values[VALUE_SUB_PATH]),
        .user = text_of(values[VALUE_USER]),
        .password_file = text_of(values[VALUE_PASSWORD_FILE]),
        .tls = text_of(options.is_secure ? "true" : ""),
        .transport = text_of(values[VALUE_TRANSPORT]),
        .onvif_port = text_of(values[VALUE_ONVIF_PORT]),
        .fingerprint = text_of(values[VALUE_FINGERPRINT]),
        .line = 1,
    };
    struct camera_rows rows = {.directory = options.directory,
                               .from = "camera add",
                               .list = &row,
                               .count = 1,
                               .language =
                                   notice_render_language(options.language)};
    return camera_rows_add(&rows, options.as_json);
}

const struct command COMMAND_CAMERA_ADD = {
    .name = "camera add",
    .synopsis = "--dir DIRECTORY --host HOST --group ID --name TEXT\n"
                "    [--name-en TEXT] [--number N] [--id ID] [--port N]\n"
                "    [--path PATH] [--sub-path PATH] [--user NAME]\n"
                "    [--password-file FILE]\n"
                "    [--onvif-port N] [--transport tcp|udp|any] [--tls]\n"
                "    [--fingerprint SHA256] [--lang ko|en] [--json]",
    .summary = "write a camera into plant.yaml",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "The file is checked before it is replaced; comments stay. The "
               "recorder reads it when it starts, and starts only with a "
               "notice that states as many cameras: what has to be announced "
               "is said. With --tls, what is to be asked of the camera is "
               "asked only where its certificate is the one of --fingerprint; "
               "without that it is shown, to be compared with the camera's own "
               "page. It is pinned for the camera's number.",
    .run = run,
};

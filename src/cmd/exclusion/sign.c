/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi exclusion sign: in one sitting a camera's picture of now is put before
 * a person, under an entry, and signed. The terminal asks, and no option answers
 * for them: what is signed is that somebody has looked.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/exclusion/exclusion.h"
#include "cmd/local/save.h"
#include "cmd/people_time.h"
#include "model/camera.h"

enum {
    PATH_SIZE = 160,
    NUMBER_SIZE = 12,
    LOOK_BACK_US = 20 * SECOND_US, /* far enough for a group of pictures */
    TRIES_MAX = 4, /* answers that say where pictures go on */
    NO_PICTURE = 204,
};

struct sign_options {
    struct local_order order; /* first */
    uint64_t camera;
    const char *place;
    const char *by;
    const char *purpose;
    const char *out;
};

/* What is signed. */
struct shown {
    long long view;
    struct wall_time taken;
    char sum[HEX_SIZE(SHA256_SIZE) + 1];
};

#define SIGN_TEXT(option, what, member, needed, words)                         \
    {                                                                          \
        .name = option, .value = what, .help = words, .kind = OPTION_TEXT,     \
        .is_needed = needed, .place = offsetof(struct sign_options, member)    \
    }

static const struct command_option OPTIONS[] = {
    LOCAL_DIRECTORY,
    {.name = "--camera",
     .value = "N",
     .help = "its number; haechi exclusion list tells",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct sign_options, camera),
     .min = CAMERA_NUMBER_MIN,
     .max = CAMERA_NUMBER_MAX},
    SIGN_TEXT("--place", "TEXT", place, true,
              "what is not filmed, in the notice's Korean words"),
    {.name = "--by",
     .value = "aim|mask|none",
     .help = "the camera does not look there; it masks it itself; it is shown",
     .kind = OPTION_CHOICE,
     .is_needed = true,
     .place = offsetof(struct sign_options, by)},
    SIGN_TEXT("--purpose", "ID", purpose, false,
              "a purpose of the notice, for looking; needed but for none"),
    SIGN_TEXT("--out", "FILE", out, false,
              "the picture, MP4; must not be there; needed but for none"),
    LOCAL_REASON,
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

static bool needs_picture(const struct sign_options *options)
{
    return strcmp(options->by, "none") != 0;
}

/* ---- the picture ---- */

static int open_view(const struct sign_options *options, const char *session,
                     struct wall_time now, struct shown *out)
{
    static const struct local_call CALL = {.method = "POST",
                                           .path = "/api/v1/views"};
    struct local_order order = options->order;
    json_t *answer = NULL;
    order.from.us = now.us - LOOK_BACK_US;
    order.to = now;
    order.has_from = true;
    int code = local_order_give(&order, session, &CALL,
                                json_pack("{sI ss}", "camera",
                                          (json_int_t)options->camera,
                                          "purpose", options->purpose),
                                &answer);
    out->view = local_number(answer, "view");
    out->taken.us = now.us - LOOK_BACK_US;
    json_decref(answer);
    return code;
}

static int explain(const struct sign_options *options, enum status s,
                   const struct local_fetched *fetched)
{
    const char *name = options->order.command->name;
    if (s == STATUS_IO)
        (void)fprintf(stderr, "haechi %s: %s cannot be made anew\n", name,
                      options->out);
    else if (s == STATUS_OK && fetched->code == NO_PICTURE)
        (void)fprintf(stderr,
                      "haechi %s: the camera has no picture of the last %d s\n",
                      name, (int)(LOOK_BACK_US / SECOND_US));
    else
        (void)fprintf(stderr, "haechi %s: the picture: %s (%u)\n", name,
                      status_name(s), fetched->code);
    return s == STATUS_IO ? EXIT_USAGE : EXIT_ENVIRONMENT;
}

/* The first that there are since the look began. */
static int save_picture(const struct sign_options *options,
                        const char *session, struct shown *shown)
{
    char path[PATH_SIZE];
    uint8_t digest[SHA256_SIZE];
    struct local_fetched fetched = {.code = NO_PICTURE,
                                    .next_us = shown->taken.us};
    enum status s = STATUS_OK;
    for (int i = 0; i < TRIES_MAX && s == STATUS_OK && fetched.next_us > 0 &&
                    fetched.code == NO_PICTURE;
         i++) {
        const struct local_call call = {.path = path, .session = session};
        (void)snprintf(path, sizeof path,
                       "/api/v1/views/%lld/media?camera=%" PRIu64
                       "&from=%" PRId64,
                       shown->view, options->camera, fetched.next_us);
        s = local_save(options->order.directory, &call, options->out, &fetched,
                       digest);
    }
    if (s != STATUS_OK || fetched.code != 200)
        return explain(options, s, &fetched);
    if (fetched.start_us > shown->taken.us)
        shown->taken.us = fetched.start_us;
    hex_encode(bytes_of(digest, sizeof digest), shown->sum);
    return EXIT_OK;
}

/* It is on the disk; whether it is what it should be, a person says. */
static int put_before(const struct sign_options *options,
                      const struct shown *shown)
{
    char when[PEOPLE_TIME_SIZE];
    char number[NUMBER_SIZE];
    people_time_format(shown->taken, when);
    (void)snprintf(number, sizeof number, "%" PRIu64, options->camera);
    (void)fprintf(stderr,
                  "%s: camera %s from %s on. Look at it now.\n"
                  "You sign that it does not show: %s\n",
                  options->out, number, when, options->place);
    int code = local_confirm(&options->order, number, "sign");
    if (code != EXIT_OK)
        (void)unlink(options->out);
    return code;
}

/* ---- the signature ---- */

static int send(const struct sign_options *options, const char *session,
                const struct shown *shown)
{
    static const struct local_call CALL = {.method = "POST",
                                           .path = "/api/v1/exclusions"};
    json_t *answer = NULL;
    json_t *body = json_pack("{sI ss ss sI}", "camera",
                             (json_int_t)options->camera, "place",
                             options->place, "by", options->by, "taken",
                             (json_int_t)shown->taken.us);
    if (needs_picture(options))
        (void)json_object_update_new(
            body, json_pack("{sI ss}", "view", (json_int_t)shown->view,
                            "picture_sha256", shown->sum));
    int code = local_order_give(&options->order, session, &CALL, body,
                                &answer);
    if (code == EXIT_OK)
        (void)printf("signed, entry %lld\n", local_number(answer, "entry"));
    if (code == EXIT_OK && needs_picture(options))
        (void)printf("SHA-256 %s\n%s: keep it, the recorder does not\n",
                     shown->sum, options->out);
    json_decref(answer);
    return code;
}

static int sign(const struct sign_options *options, const char *session)
{
    struct shown shown = {.view = 0};
    json_t *list = NULL;
    int code = exclusion_fetch(&options->order, session, &list);
    if (code != EXIT_OK)
        return code;
    shown.taken = local_time(list, "clock_us");
    json_decref(list);
    if (needs_picture(options)) {
        code = open_view(options, session, shown.taken, &shown);
        if (code == EXIT_OK)
            code = save_picture(options, session, &shown);
        if (code == EXIT_OK)
            code = put_before(options, &shown);
    }
    return code == EXIT_OK ? send(options, session, &shown) : code;
}

static int run_sign(int argc, char **argv)
{
    char session[LOCAL_SESSION_SIZE] = "";
    struct sign_options options = {.order.command = &COMMAND_EXCLUSION_SIGN};
    int code = local_order_read(&options.order, argc, argv);
    if (code != EXIT_OK)
        return code;
    if (needs_picture(&options) &&
        (options.purpose == NULL || options.out == NULL))
        return options_refuse(&COMMAND_EXCLUSION_SIGN,
                              "--purpose and --out are needed:", options.by);
    code = local_sign_in(&options.order, session);
    if (code != EXIT_OK)
        return code;
    code = sign(&options, session);
    local_sign_out(&options.order, session);
    return code;
}

const struct command COMMAND_EXCLUSION_SIGN = {
    .name = "exclusion sign",
    .synopsis = "--dir DIRECTORY --camera N --place TEXT\n"
                "    --by aim|mask|none --reason TEXT [--purpose ID --out FILE]\n"
                "    [--name NAME --password-file FILE]",
    .summary = "look at a camera's picture, and sign what it does not show",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "For the chief manager, at a terminal. It opens the last "
               "seconds of the camera (an\nentry, as always), writes them to "
               "FILE and asks. The recorder keeps the hash and\nno picture: "
               "file it at the institution.",
    .run = run_sign,
};

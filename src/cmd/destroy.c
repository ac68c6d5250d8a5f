/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi destroy: orders an early destruction from a running installation and
 * waits for its end. Being this machine's administrator is not enough: a
 * person of the notice signs in.
 */
#include "cmd/destroy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/destruction_fetch.h"
#include "crypto/secret.h"
#include "sys/file.h"
#include "sys/terminal.h"

enum {
    POLL_MS = 300,
    POLLS_PER_S = 1000 / POLL_MS,
    ANSWER_SIZE = 160,
    RECORD_MAX = 64 << 20,
};

/* ---- who -----------------------------------------------------------------------
 */

static bool read_password_file(const char *path, char *out, size_t size)
{
    uint8_t *content = NULL;
    size_t got = 0;
    if (file_read_all(&FILE_LAYER_SYSTEM, path, size, &content, &got) !=
        STATUS_OK)
        return false;
    struct text rest = bytes_text(bytes_of(content, got));
    bool is_good = text_copy(text_cut(&rest, '\n'), out, size) && out[0] != 0;
    secret_wipe(content, got);
    alloc_free(content);
    return is_good;
}

static bool ask_who(const struct destroy_options *options, char *name,
                    char *password)
{
    bool is_good = options->name != NULL
                       ? text_copy(text_of(options->name), name,
                                   DESTROY_NAME_SIZE)
                       : terminal_ask("Name: ", false, name,
                                      DESTROY_NAME_SIZE) == STATUS_OK;
    if (!is_good)
        return false;
    return options->password_file != NULL
               ? read_password_file(options->password_file, password,
                                    DESTROY_PASSWORD_SIZE)
               : terminal_ask("Password: ", true, password,
                              DESTROY_PASSWORD_SIZE) == STATUS_OK;
}

/* Signs in; session: LOCAL_SESSION_SIZE characters. */
static int sign_in(const struct destroy_options *options, char *session)
{
    char name[DESTROY_NAME_SIZE] = "";
    char password[DESTROY_PASSWORD_SIZE] = "";
    AUTO(local_answer_deinit) struct local_answer answer = {.code = 0};
    if (!ask_who(options, name, password)) {
        (void)fprintf(stderr,
                      "haechi destroy: no name or no password: type them at "
                      "the terminal, or give --name and --password-file\n");
        return EXIT_ENVIRONMENT;
    }
    json_t *body = json_pack("{ssss}", "name", name, "password", password);
    char *text = local_dump(body, JSON_COMPACT);
    const struct local_call call = {.method = "POST",
                                    .path = "/api/v1/session",
                                    .body = text_of(text)};
    enum status s = text == NULL ? STATUS_BAD_INPUT
                                 : local_request(options->directory, &call,
                                                 &answer);
    secret_wipe(password, sizeof password);
    if (text != NULL) {
        secret_wipe(text, strlen(text));
        alloc_free(text);
    }
    json_decref(body);
    if (s != STATUS_OK)
        return local_request_explain(options->directory, s);
    if (answer.code != 200 || answer.session[0] == 0) {
        (void)fprintf(stderr, "haechi destroy: not signed in (%u): wrong name "
                              "or password\n",
                      answer.code);
        return EXIT_ENVIRONMENT;
    }
    (void)text_copy(text_of(answer.session), session, LOCAL_SESSION_SIZE);
    return EXIT_OK;
}

static void sign_out(const struct destroy_options *options, char *session)
{
    AUTO(local_answer_deinit) struct local_answer answer = {.code = 0};
    const struct local_call call = {.method = "DELETE",
                                    .path = "/api/v1/session",
                                    .session = session};
    /* After a decommission there is no text key: the session ends by itself. */
    (void)!local_request(options->directory, &call, &answer);
    secret_wipe(session, LOCAL_SESSION_SIZE);
}

/* ---- the order -------------------------------------------------------------------
 */

static int confirm(const struct destroy_options *options,
                   const struct destroy_target *target)
{
    char prompt[DESTROY_NAME_SIZE + 64];
    char typed[DESTROY_NAME_SIZE] = "";
    if (options->is_sure)
        return EXIT_OK;
    (void)snprintf(prompt, sizeof prompt, "Type %s to destroy it: ",
                   target->id);
    if (terminal_ask(prompt, false, typed, sizeof typed) == STATUS_OK &&
        strcmp(typed, target->id) == 0)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi destroy: not confirmed; nothing was "
                          "ordered\n");
    return EXIT_FINDING;
}

static char *order_body(const struct destroy_options *options,
                        const struct destroy_target *target)
{
    json_t *body = json_pack("{ss}", "reason", options->reason);
    bool is_good = body != NULL;
    if (options->is_all)
        is_good &= json_object_set_new(body, "decommission",
                                       json_integer(1)) == 0;
    else
        is_good &= json_object_set_new(body, "camera",
                                       json_integer(target->camera)) == 0;
    if (options->has_from) {
        is_good &= json_object_set_new(body, "from",
                                       json_integer(options->from.us)) == 0;
        is_good &= json_object_set_new(body, "to",
                                       json_integer(options->to.us)) == 0;
    }
    if (options->request != NULL)
        is_good &= json_object_set_new(body, "request",
                                       json_string(options->request)) == 0;
    char *text = is_good ? local_dump(body, JSON_COMPACT) : NULL;
    json_decref(body);
    return text;
}

static int order(const struct destroy_options *options, const char *session,
                 const struct destroy_target *target, uint64_t *entry)
{
    json_t *answer = NULL;
    unsigned code = 0;
    char *text = order_body(options, target);
    const struct local_call call = {.method = "POST",
                                    .path = "/api/v1/destructions",
                                    .body = text_of(text),
                                    .session = session};
    enum status s = text == NULL
                        ? STATUS_BAD_INPUT
                        : local_json(options->directory, &call, &code,
                                     &answer);
    alloc_free(text);
    if (s != STATUS_OK)
        return local_request_explain(options->directory, s);
    if (code == 202)
        *entry = (uint64_t)json_integer_value(
            json_object_get(answer, "entry"));
    else
        (void)fprintf(stderr, "haechi destroy: refused (%u): %s\n", code,
                      local_problem(answer));
    json_decref(answer);
    if (code == 202)
        return EXIT_OK;
    return code == 400 || code == 404 ? EXIT_USAGE : EXIT_ENVIRONMENT;
}

/* ---- its end ---------------------------------------------------------------------
 */

static void say_wait(const json_t *record, char *said, size_t size)
{
    const char *words = json_string_value(
        json_object_get(json_object_get(record, "pending"), "en"));
    if (words == NULL || strcmp(words, said) == 0)
        return;
    (void)fprintf(stderr, "  %s\n", words);
    (void)text_copy(text_of(words), said, size);
}

/* Polls as this machine's administrator; *record is the last that came. */
static int wait_for_end(const struct destroy_options *options, uint64_t entry,
                        json_t **record)
{
    const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};
    char said[ANSWER_SIZE] = "";
    uint64_t polls = 0;
    for (;;) {
        json_t *answer = NULL;
        unsigned code = 0;
        enum status s = destruction_fetch(options->directory, entry, NULL,
                                          &code, &answer);
        const char *state =
            json_string_value(json_object_get(answer, "state"));
        if (s == STATUS_OK && code == 200 && state != NULL) {
            json_decref(*record);
            *record = answer;
            if (strcmp(state, "done") == 0)
                return EXIT_OK;
            say_wait(answer, said, sizeof said);
        } else { /* it is being restarted, perhaps: the order stands */
            json_decref(answer);
        }
        if (options->wait_s > 0 && polls++ > options->wait_s * POLLS_PER_S)
            return EXIT_FINDING;
        (void)nanosleep(&pause, NULL);
    }
}

static int write_record(const char *path, const json_t *record)
{
    char *text = local_dump(record, JSON_INDENT(1));
    enum status s = text == NULL
                        ? STATUS_NO_MEMORY
                        : file_replace(&FILE_LAYER_SYSTEM, path,
                                       text_bytes(text_of(text)));
    alloc_free(text);
    if (s == STATUS_OK)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi destroy: cannot write %s: %s\n", path,
                  status_name(s));
    return EXIT_ENVIRONMENT;
}

static int report(const struct destroy_options *options, uint64_t entry,
                  int code, const json_t *record)
{
    if (options->as_json) {
        (void)json_dumpf(record, stdout, JSON_INDENT(1));
        (void)printf("\n");
    } else {
        destroy_print_record(record);
        (void)printf("%s: haechi destroy show %" PRIu64 " --dir %s, or "
                     "/api/v1/destructions/%" PRIu64 "/page to print it\n",
                     code == EXIT_OK ? "Its record"
                                     : "Ordered, and not done yet",
                     entry, options->directory, entry);
    }
    if (options->record_file != NULL) {
        int written = write_record(options->record_file, record);
        code = written == EXIT_OK ? code : written;
    }
    return code;
}

/* The record with its reason, for who ordered it; without where that fails. */
static json_t *final_record(const struct destroy_options *options,
                            const char *session, uint64_t entry,
                            json_t *without)
{
    json_t *answer = NULL;
    unsigned code = 0;
    if (destruction_fetch(options->directory, entry, session, &code,
                          &answer) == STATUS_OK &&
        code == 200) {
        json_decref(without);
        return answer;
    }
    json_decref(answer);
    return without;
}

static int destroy(const struct destroy_options *options, const char *session)
{
    struct destroy_target target;
    uint64_t entry = 0;
    json_t *record = NULL;
    int code = destroy_preview(options, session, &target);
    if (code == EXIT_OK)
        code = confirm(options, &target);
    if (code == EXIT_OK)
        code = order(options, session, &target, &entry);
    if (code != EXIT_OK)
        return code;
    (void)fprintf(stderr, "ordered: entry %" PRIu64 "\n", entry);
    code = wait_for_end(options, entry, &record);
    record = final_record(options, session, entry, record);
    code = report(options, entry, code, record);
    json_decref(record);
    return code;
}

static int run_command(int argc, char **argv)
{
    struct destroy_options options;
    char session[LOCAL_SESSION_SIZE] = "";
    int code = destroy_options_read(argc, argv, &options);
    if (code == EXIT_OK)
        code = sign_in(&options, session);
    if (code != EXIT_OK)
        return code;
    code = destroy(&options, session);
    sign_out(&options, session);
    return code;
}

const struct command COMMAND_DESTROY = {
    .name = "destroy",
    .synopsis =
        "--dir DIRECTORY\n"
        "    (--camera C [--from T --to T] | --all --decommission) --reason TEXT\n"
        "    [--request NUMBER] [--name NAME --password-file FILE] [--yes]\n"
        "    [--wait SECONDS] [--record FILE] [--json]",
    .summary = "destroy video before its time, by a chief manager's order",
    .options = DESTROY_OPTIONS,
    .option_count = DESTROY_OPTION_COUNT,
    .details =
        "What will be destroyed is shown first. It ends when the key is dead "
        "on the disk and the entry is in the log; the space follows. A "
        "deleted minute may cost the next one's pictures up to its first key "
        "picture.",
    .run = run_command,
};

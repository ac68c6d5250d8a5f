/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi destroy: orders an early destruction from a running installation and
 * waits for its end. Being this machine's administrator is not enough: a
 * person of the notice signs in.
 */
#include "cmd/destroy/destroy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/destruction_fetch.h"
#include "cmd/local/cameras.h"
#include "sys/file.h"

enum {
    ANSWER_SIZE = 160,
};

/* ---- the order
 * -------------------------------------------------------------------
 */

static int order(const struct destroy_options *options, const char *session,
                 const struct local_camera *target, uint64_t *entry)
{
    static const struct local_call CALL = {.method = "POST",
                                           .path = "/api/v1/destructions"};
    json_t *answer = NULL;
    json_t *body = options->is_all ? json_pack("{si}", "decommission", 1)
                                   : json_pack("{sI}", "camera",
                                               (json_int_t)target->number);
    int code = local_order_give(&options->order, session, &CALL, body, &answer);
    if (code == EXIT_OK)
        *entry = (uint64_t)local_number(answer, "entry");
    json_decref(answer);
    return code;
}

/* ---- its end
 * ---------------------------------------------------------------------
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
    char said[ANSWER_SIZE] = "";
    uint64_t looks = 0;
    for (;;) {
        json_t *answer = NULL;
        unsigned code = 0;
        enum status s = destruction_fetch(options->order.directory, entry, NULL,
                                          &code, &answer);
        const char *state = json_string_value(json_object_get(answer, "state"));
        if (s == STATUS_OK && code == 200 && state != NULL) {
            json_decref(*record);
            *record = answer;
            if (strcmp(state, "done") == 0)
                return EXIT_OK;
            say_wait(answer, said, sizeof said);
        } else { /* it is being restarted, perhaps: the order stands */
            json_decref(answer);
        }
        if (!local_order_wait(&options->order, &looks))
            return EXIT_FINDING;
    }
}

static int write_record(const char *path, const json_t *record)
{
    char *text = local_dump(record, JSON_INDENT(1));
    enum status s = text == NULL ? STATUS_NO_MEMORY
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
    if (options->order.as_json) {
        local_print(record);
    } else {
        destroy_print_record(record);
        (void)printf("%s: haechi destroy show %" PRIu64 " --dir %s, or "
                     "/api/v1/destructions/%" PRIu64 "/page to print it\n",
                     code == EXIT_OK ? "Its record"
                                     : "Ordered, and not done yet",
                     entry, options->order.directory, entry);
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
    if (destruction_fetch(options->order.directory, entry, session, &code,
                          &answer) == STATUS_OK &&
        code == 200) {
        json_decref(without);
        return answer;
    }
    json_decref(answer);
    return without;
}

/* Shows what it is about, and asks whether it is meant. */
static int confirm(const struct destroy_options *options, const char *session,
                   struct local_camera *target)
{
    static const char DECOMMISSION[] = "decommission";
    (void)fprintf(stderr, "This will be destroyed, for good:\n");
    int code = local_cameras_show(&options->order, session, target);
    if (code != EXIT_OK)
        return code;
    if (options->is_all)
        (void)fprintf(stderr, "  and all personal texts. Nothing will be "
                              "recorded any more.\n");
    else if (options->order.has_from)
        (void)fprintf(stderr, "A deleted minute may cost the next one's "
                              "pictures up to its first IDR.\n");
    return local_confirm(&options->order,
                         options->is_all ? DECOMMISSION : target->id,
                         "destroy");
}

static int destroy(const struct destroy_options *options, const char *session)
{
    struct local_camera target;
    uint64_t entry = 0;
    json_t *record = NULL;
    int code = confirm(options, session, &target);
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
        code = local_sign_in(&options.order, session);
    if (code != EXIT_OK)
        return code;
    code = destroy(&options, session);
    local_sign_out(&options.order, session);
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

/* SPDX-License-Identifier: Apache-2.0 */
/* haechi exclusion list: what the notice excludes from filming, and whether
 * somebody has signed for each camera. */
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/exclusion/exclusion.h"
#include "cmd/people_time.h"

static const struct command_option OPTIONS[] = {
    LOCAL_DIRECTORY,
    LOCAL_FLAG("--json", as_json, "as the API tells them"),
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

int exclusion_fetch(const struct local_order *order, const char *session,
                    json_t **out)
{
    unsigned code = 0;
    const struct local_call call = {.path = "/api/v1/exclusions",
                                    .session = session};
    enum status s = local_json(order->directory, &call, &code, out);
    if (s != STATUS_OK)
        return local_request_explain(order->directory, s);
    if (code == 200)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi %s: %s\n", order->command->name,
                  local_problem(*out));
    json_decref(*out);
    *out = NULL;
    return EXIT_ENVIRONMENT;
}

static void print_signature(const json_t *one)
{
    char when[PEOPLE_TIME_SIZE];
    const json_t *made = json_object_get(one, "signed");
    if (made == NULL) {
        (void)printf("  nobody has signed\n");
        return;
    }
    people_time_format(local_time(made, "taken_us"), when);
    (void)printf("  by %s, %s, picture of %s, entry %lld%s\n",
                 local_text(made, "by"), local_text(made, "person"), when,
                 local_number(made, "entry"),
                 json_is_true(json_object_get(one, "is_proven"))
                     ? ""
                     : "; proves nothing now");
}

/* Those that nobody has signed for as they are now. */
static size_t print_all(const json_t *list, bool is_quiet)
{
    size_t open = 0;
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(list, i, one)
    {
        open += !json_is_true(json_object_get(one, "is_proven"));
        if (is_quiet)
            continue;
        (void)printf("camera %lld  %s  (%s)", local_number(one, "camera"),
                     local_text(one, "ko"), local_text(one, "group"));
        print_signature(one);
    }
    return open;
}

static int run_list(int argc, char **argv)
{
    char session[LOCAL_SESSION_SIZE] = "";
    json_t *answer = NULL;
    struct local_order order = {.command = &COMMAND_EXCLUSION_LIST};
    int code = local_order_read(&order, argc, argv);
    if (code == EXIT_OK)
        code = local_sign_in(&order, session);
    if (code != EXIT_OK)
        return code;
    code = exclusion_fetch(&order, session, &answer);
    local_sign_out(&order, session);
    if (code != EXIT_OK)
        return code;
    if (order.as_json)
        local_print(answer);
    size_t open =
        print_all(json_object_get(answer, "exclusions"), order.as_json);
    json_decref(answer);
    return open > 0 ? EXIT_FINDING : EXIT_OK;
}

const struct command COMMAND_EXCLUSION_LIST = {
    .name = "exclusion list",
    .synopsis = "--dir DIRECTORY [--json]\n"
                "    [--name NAME --password-file FILE]",
    .summary = "what is not filmed, and who has signed for each camera",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "For who may publish the notice or read the log. Exit code 1 "
               "where nobody has\nsigned for a camera as it is now.",
    .run = run_list,
};

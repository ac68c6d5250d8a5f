/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/local/order.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/local/json.h"
#include "cmd/people_time.h"
#include "crypto/secret.h"
#include "sys/terminal.h"

enum { LOOK_MS = 300 };

/* ---- options ---- */

int local_take_time(const struct local_order *order, const char *value,
                    struct wall_time *out)
{
    return people_time_parse(text_of(value), out) == STATUS_OK
               ? EXIT_OK
               : options_refuse(order->command,
                                "not a time such as 2026-11-22T10:00:", value);
}

int local_take_from(void *order, const char *value)
{
    struct local_order *out = order;
    out->has_from = true;
    return local_take_time(out, value, &out->from);
}

int local_take_to(void *order, const char *value)
{
    struct local_order *out = order;
    out->has_to = true;
    return local_take_time(out, value, &out->to);
}

int local_order_read(struct local_order *order, int argc, char **argv)
{
    int code = options_read(order->command, argc, argv, order);
    if (code != EXIT_OK)
        return code;
    if (order->has_from != order->has_to ||
        (order->has_from && order->camera == NULL))
        return options_refuse(order->command,
                              "--from and --to go together, with --camera", "");
    if (order->has_from && order->from.us >= order->to.us)
        return options_refuse(order->command, "--from must be before --to",
                              "");
    if (order->password_file != NULL && order->name == NULL)
        return options_refuse(order->command, "--password-file needs --name",
                              "");
    return EXIT_OK;
}

/* ---- who ---- */

int local_sign_in(const struct local_order *order, char *session)
{
    struct local_person person;
    AUTO(local_answer_deinit) struct local_answer answer = {.code = 0};
    if (!local_person_ask(order->name, order->password_file, "Name: ",
                          &person)) {
        (void)fprintf(stderr,
                      "haechi %s: no name or no password: type them at the "
                      "terminal, or give --name and --password-file\n",
                      order->command->name);
        return EXIT_ENVIRONMENT;
    }
    json_t *body = json_pack("{ssss}", "name", person.name, "password",
                             person.password);
    char *text = local_dump(body, JSON_COMPACT);
    const struct local_call call = {
        .method = "POST", .path = "/api/v1/session", .body = text_of(text)};
    enum status s = text == NULL
                        ? STATUS_BAD_INPUT
                        : local_request(order->directory, &call, &answer);
    secret_wipe(&person, sizeof person);
    if (text != NULL) {
        secret_wipe(text, strlen(text));
        alloc_free(text);
    }
    json_decref(body);
    if (s != STATUS_OK)
        return local_request_explain(order->directory, s);
    if (answer.code != 200 || answer.session[0] == 0) {
        (void)fprintf(stderr,
                      "haechi %s: not signed in (%u): wrong name or "
                      "password\n",
                      order->command->name, answer.code);
        return EXIT_ENVIRONMENT;
    }
    (void)text_copy(text_of(answer.session), session, LOCAL_SESSION_SIZE);
    return EXIT_OK;
}

void local_sign_out(const struct local_order *order, char *session)
{
    AUTO(local_answer_deinit) struct local_answer answer = {.code = 0};
    const struct local_call call = {
        .method = "DELETE", .path = "/api/v1/session", .session = session};
    /* After a decommission there is no text key: the session ends by itself. */
    (void)!local_request(order->directory, &call, &answer);
    secret_wipe(session, LOCAL_SESSION_SIZE);
}

/* ---- the order
 * ------------------------------------------------------------------ */

static bool put(json_t *body, const char *name, json_t *value)
{
    return json_object_set_new(body, name, value) == 0;
}

static char *body_text(const struct local_order *order, json_t *body)
{
    bool is_good = order->reason == NULL ||
                   put(body, "reason", json_string(order->reason));
    if (order->has_from)
        is_good = is_good && put(body, "from", json_integer(order->from.us)) &&
                  put(body, "to", json_integer(order->to.us));
    if (order->request != NULL)
        is_good = is_good && put(body, "request", json_string(order->request));
    char *text = is_good ? local_dump(body, JSON_COMPACT) : NULL;
    json_decref(body);
    return text;
}

int local_order_give(const struct local_order *order, const char *session,
                     const struct local_call *call, json_t *body,
                     json_t **answer)
{
    unsigned code = 0;
    char *text = body_text(order, body);
    const struct local_call with_body = {.method = call->method,
                                         .path = call->path,
                                         .body = text_of(text),
                                         .session = session};
    enum status s =
        text == NULL ? STATUS_BAD_INPUT
                     : local_json(order->directory, &with_body, &code, answer);
    alloc_free(text);
    if (s != STATUS_OK)
        return local_request_explain(order->directory, s);
    if (code == 201 || code == 202)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi %s: refused (%u): %s\n", order->command->name, code,
                  local_problem(*answer));
    json_decref(*answer);
    *answer = NULL;
    return code == 400 || code == 404 ? EXIT_USAGE : EXIT_ENVIRONMENT;
}

int local_order_once(const struct local_order *order,
                     const struct local_call *call, json_t *body,
                     json_t **answer)
{
    char session[LOCAL_SESSION_SIZE] = "";
    int code = local_sign_in(order, session);
    if (code != EXIT_OK) {
        json_decref(body);
        return code;
    }
    code = local_order_give(order, session, call, body, answer);
    local_sign_out(order, session);
    return code;
}

bool local_order_wait(const struct local_order *order, uint64_t *looks)
{
    const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
    if (order->wait_s > 0 && (*looks)++ > order->wait_s * 1000 / LOOK_MS)
        return false;
    (void)nanosleep(&pause, NULL);
    return true;
}

int local_confirm(const struct local_order *order, const char *words,
                  const char *deed)
{
    char prompt[2 * LOCAL_NAME_SIZE];
    char typed[LOCAL_NAME_SIZE] = "";
    if (order->is_sure)
        return EXIT_OK;
    (void)snprintf(prompt, sizeof prompt, "Type %s to %s it: ", words, deed);
    if (terminal_ask(prompt, false, typed, sizeof typed) == STATUS_OK &&
        strcmp(typed, words) == 0)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi %s: not confirmed; nothing was ordered\n",
                  order->command->name);
    return EXIT_FINDING;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/local/order - an order that a person of the notice gives at this
 * machine's command line: the options that all such commands have, who it is,
 * whether it is meant. Being the machine's administrator is not enough.
 *
 * Each function says on standard error what went wrong.
 */
#ifndef CMD_LOCAL_ORDER_H
#define CMD_LOCAL_ORDER_H

#include <stdbool.h>

#include "cmd/local/json.h"
#include "cmd/local/person.h"
#include "cmd/options.h"

enum { LOCAL_WAIT_MAX_S = 7 * 24 * 3600 };

struct local_order {
    const struct command *command; /* set before the options are read */
    const char *directory;
    const char *camera; /* its number or id; may be NULL */
    struct wall_time from;
    struct wall_time to;
    bool has_from;
    bool has_to;
    const char *reason;
    const char *request; /* may be NULL */
    const char *name;    /* who signs in; NULL: asked for */
    const char *password_file;
    uint64_t wait_s; /* 0: until it is done */
    bool is_sure;
    bool as_json;
};

/* Rows of a command's table, whose struct begins with a struct local_order. */
#define LOCAL_TEXT(option, what, member, needed, words)                        \
    {                                                                          \
        .name = option, .value = what, .help = words, .kind = OPTION_TEXT,     \
        .is_needed = needed, .place = offsetof(struct local_order, member)     \
    }
#define LOCAL_FLAG(option, member, words)                                      \
    {                                                                          \
        .name = option, .help = words, .kind = OPTION_FLAG,                    \
        .place = offsetof(struct local_order, member)                          \
    }
#define LOCAL_TIME(option, function, needed, words)                            \
    {                                                                          \
        .name = option, .value = "T", .help = words, .kind = OPTION_CALL,      \
        .is_needed = needed, .take = function                                  \
    }
#define LOCAL_DIRECTORY                                                        \
    LOCAL_TEXT("--dir", "DIRECTORY", directory, true,                          \
               "the installation, which must be running")
#define LOCAL_REASON                                                           \
    LOCAL_TEXT("--reason", "TEXT", reason, true,                               \
               "why; stands in the log, erasable")
#define LOCAL_REQUEST                                                          \
    LOCAL_TEXT("--request", "NUMBER", request, false,                          \
               "the number of the request that it answers")
#define LOCAL_NAME                                                             \
    LOCAL_TEXT("--name", "NAME", name, false, "who signs in; without: asked for")
#define LOCAL_PASSWORD                                                         \
    LOCAL_TEXT("--password-file", "FILE", password_file, false,                \
               "whose first line is the password; without: asked for")
#define LOCAL_WAIT                                                             \
    {                                                                          \
        .name = "--wait", .value = "SECONDS",                                  \
        .help = "wait so long for its end, at most; without: until it is "     \
                "done",                                                        \
        .kind = OPTION_NUMBER, .place = offsetof(struct local_order, wait_s),  \
        .min = 1, .max = LOCAL_WAIT_MAX_S                                      \
    }

/* OPTION_CALL: --from and --to. */
int local_take_from(void *order, const char *value);
int local_take_to(void *order, const char *value);
/* A time as people write it: EXIT_OK, or EXIT_USAGE after a word. */
int local_take_time(const struct local_order *order, const char *value,
                    struct wall_time *out);

/* Reads argv by the command's table, and looks whether what is said of span and
 * person makes sense. EXIT_OK or EXIT_USAGE. */
int local_order_read(struct local_order *order, int argc, char **argv);

/* session: LOCAL_SESSION_SIZE characters. EXIT_OK or EXIT_ENVIRONMENT. */
int local_sign_in(const struct local_order *order, char *session);
/* Wipes session. */
void local_sign_out(const struct local_order *order, char *session);

/*
 * Gives the order: body, which is released in any case, with what the options
 * say of reason, request and span. EXIT_OK with the answer, or the exit code.
 */
int local_order_give(const struct local_order *order, const char *session,
                     const struct local_call *call, json_t *body,
                     json_t **answer);

/* The same between signing in and signing out. */
int local_order_once(const struct local_order *order,
                     const struct local_call *call, json_t *body,
                     json_t **answer);

/* Between two looks at how an order fares. False: --wait is over. */
bool local_order_wait(const struct local_order *order, uint64_t *looks);

/* Whether the person types these words, in order to do what is said: EXIT_OK,
 * or EXIT_FINDING. */
int local_confirm(const struct local_order *order, const char *words,
                  const char *deed);

#endif

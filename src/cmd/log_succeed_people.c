/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/log_succeed_people.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/local/person.h"
#include "crypto/secret.h"
#include "office/account.h"
#include "sys/file.h"

enum { PATH_SIZE = 1100 };

/* ---- who may ---- */

static bool may_confirm(const struct account *account)
{
    return account->closed.us == 0 &&
           role_has_right(account->role, RIGHT_CONFIRM_CLOCK, true);
}

/* One human may have two accounts, but not two places in the notice. */
static bool is_same_person(const struct account *a, const struct account *b)
{
    return a->number == b->number || strcmp(a->person, b->person) == 0;
}

struct counting {
    struct account first;
    size_t count; /* 2: or more */
};

static void count(void *context, const struct account *account)
{
    struct counting *counting = context;
    if (!may_confirm(account))
        return;
    if (counting->count == 0) {
        counting->first = *account;
        counting->count = 1;
    } else if (!is_same_person(account, &counting->first)) {
        counting->count = 2;
    }
}

enum status succession_count(struct office *office, size_t *out)
{
    struct counting counting = {.count = 0};
    enum status s = account_each(office, count, &counting);
    *out = counting.count;
    return s;
}

/* ---- a word ---- */

static enum status refuse(struct succession_refusal *out, const char *words)
{
    (void)text_copy(text_of(words), out->words, sizeof out->words);
    return STATUS_DENIED;
}

enum status succession_confirm(struct office *office, struct text name,
                               struct text password, uint32_t other,
                               uint32_t *account,
                               struct succession_refusal *out)
{
    struct account found;
    struct account first;
    *out = (struct succession_refusal){.words = ""};
    enum status s = account_check_name(name) == STATUS_OK
                        ? account_find(office, name, &found)
                        : STATUS_NOT_FOUND;
    if (s == STATUS_NOT_FOUND)
        return refuse(out, "wrong name or password");
    if (s != STATUS_OK)
        return s;
    s = password_verify(found.password_hash, password);
    if (s != STATUS_OK || found.closed.us != 0)
        return refuse(out, "wrong name or password");
    if (!may_confirm(&found))
        return refuse(out, "this account may not (a chief manager, access "
                           "holder, auditor or administrator may)");
    if (other != 0) {
        s = account_get(office, other, &first);
        if (s != STATUS_OK)
            return s;
        if (is_same_person(&found, &first))
            return refuse(out, "the second one must be another person, with "
                               "an account of their own");
    }
    *account = found.number;
    return STATUS_OK;
}

/* ---- at the terminal ---- */

static int explain(const char *site, enum status s)
{
    (void)fprintf(stderr, "haechi log succeed: %s/office: %s - nothing was "
                          "changed\n", site, status_name(s));
    return EXIT_ENVIRONMENT;
}

static int confirm(struct office *office, const char *site,
                   const struct succession_claim *claim, uint32_t other,
                   uint32_t *account)
{
    struct local_person person;
    struct succession_refusal refusal;
    if (!local_person_ask(claim->name, claim->password_file,
                          other == 0 ? "First person's name: "
                                     : "Second person's name: ",
                          &person)) {
        (void)fprintf(stderr,
                      "haechi log succeed: two people confirm it: let them "
                      "type name and password at the terminal, or give --name "
                      "and --password-file, --second and "
                      "--second-password-file\n");
        return EXIT_ENVIRONMENT;
    }
    enum status s =
        succession_confirm(office, text_of(person.name),
                           text_of(person.password), other, account, &refusal);
    secret_wipe(&person, sizeof person);
    if (s == STATUS_DENIED)
        (void)fprintf(stderr, "haechi log succeed: not confirmed: %s; nothing "
                              "was changed\n", refusal.words);
    return s == STATUS_OK       ? EXIT_OK
           : s == STATUS_DENIED ? EXIT_FINDING
                                : explain(site, s);
}

static bool exists(const char *path)
{
    AUTO(file_close) struct file *file = NULL;
    return file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file) == STATUS_OK;
}

int succession_ask(const char *site, const struct succession_claim *first,
                   const struct succession_claim *second,
                   struct succession_people *out)
{
    AUTO(office_close) struct office *office = NULL;
    char path[PATH_SIZE];
    size_t people = 0;
    *out = (struct succession_people){.first = 0};
    (void)snprintf(path, sizeof path, "%s/office/office.sqlite", site);
    if (!exists(path))
        return explain(site, STATUS_NOT_FOUND);
    enum status s = office_open(path, &office);
    if (s == STATUS_OK)
        s = succession_count(office, &people);
    if (s != STATUS_OK)
        return explain(site, s);
    int code = confirm(office, site, first, 0, &out->first);
    if (code == EXIT_OK && people > 1)
        code = confirm(office, site, second, out->first, &out->second);
    if (code == EXIT_OK && people == 1)
        (void)fprintf(stderr, "haechi log succeed: nobody else has an account "
                              "that may confirm it; the log will say so\n");
    return code;
}

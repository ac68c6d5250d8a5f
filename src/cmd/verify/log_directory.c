/* SPDX-License-Identifier: Apache-2.0 */
/* haechi verify --log: a log's directory alone, by anybody, anywhere. */
#include <stdio.h>

#include "base/encoding.h"
#include "cmd/command.h"
#include "cmd/people_time.h"
#include "cmd/verify/log_directory.h"

struct findings_kept {
    struct verify_problem list[VERIFY_PROBLEMS_MAX];
    size_t count;
    size_t all;
};

static void on_finding(void *context, const char *where, const char *what)
{
    struct findings_kept *kept = context;
    kept->all++;
    if (kept->count == VERIFY_PROBLEMS_MAX)
        return;
    struct verify_problem *problem = &kept->list[kept->count++];
    (void)snprintf(problem->where, sizeof problem->where, "%s", where);
    (void)snprintf(problem->what, sizeof problem->what, "%s", what);
}

/* Whether somebody but the owner vouches for it. */
static bool is_vouched_for(const struct log_check_request *request)
{
    return request->checkpoint_count > 0 || request->witness_count > 0 ||
           request->authorities.size > 0;
}

static void print_json(const struct log_check_result *result,
                       const struct findings_kept *kept,
                       const struct log_check_request *request)
{
    char root[BASE64_SIZE(SHA256_SIZE) + 1];
    base64_encode(bytes_of(result->root.bytes, SHA256_SIZE), root);
    (void)printf("{\"ok\":%s,\"entries\":%llu,\"root\":\"%s\",\"origin\":",
                 kept->all == 0 ? "true" : "false",
                 (unsigned long long)result->entries, root);
    verify_print_text(result->key.name, stdout);
    (void)printf(",\"signed\":%llu,\"checkpoints_elsewhere\":%zu,"
                 "\"cosigned\":%zu,\"witnessed\":%llu,"
                 "\"texts_absent\":%llu,\"timestamps\":%zu,\"stamped\":%llu,\"stamped_us\":%lld,"
                 "\"not_checked\":[\"sealed texts: their month keys are "
                 "needed\"%s],\"problems_all\":%zu,\"problems\":[",
                 (unsigned long long)(result->is_signed ? result->signed_size
                                                        : 0),
                 request->checkpoint_count, result->cosigned,
                 (unsigned long long)result->witnessed_size,
                 (unsigned long long)result->texts_absent, result->timestamps,
                 (unsigned long long)result->stamped_size,
                 (long long)result->stamped.us,
                 is_vouched_for(request)
                     ? ""
                     : ",\"whether the whole log was made anew by whoever "
                       "holds its key: a checkpoint kept elsewhere or a "
                       "witness's key is needed\"",
                 kept->all);
    verify_print_problems(kept->list, kept->count, stdout);
    (void)fputs("]}\n", stdout);
}

static void print_stamps(const struct log_check_result *result,
                         const struct log_check_request *request)
{
    char when[PEOPLE_TIME_SIZE];
    people_time_format(result->stamped, when);
    (void)printf("%llu entries were there at %s, by a time-stamping service%s\n",
                 (unsigned long long)result->stamped_size, when,
                 request->authorities.size > 0
                     ? ""
                     : " (who it was is not checked: give --authority)");
    if (result->timestamps_older > 0)
        (void)printf("not checked: %llu older timestamps\n",
                     (unsigned long long)result->timestamps_older);
}

static void print_plain(const struct log_check_result *result,
                        const struct findings_kept *kept,
                        const struct log_check_request *request)
{
    (void)printf("%s: %llu entries, %llu under its checkpoint, %zu "
                 "checkpoints kept elsewhere\n",
                 result->has_key ? result->key.name : "(no key)",
                 (unsigned long long)result->entries,
                 (unsigned long long)(result->is_signed ? result->signed_size
                                                        : 0),
                 request->checkpoint_count);
    if (request->witness_count > 0)
        (void)printf("%llu entries under the word of a witness\n",
                     (unsigned long long)result->witnessed_size);
    if (result->timestamps > 0)
        print_stamps(result, request);
    for (size_t i = 0; i < kept->count; i++)
        (void)printf("  %s: %s\n", kept->list[i].where, kept->list[i].what);
    if (kept->all > kept->count)
        (void)printf("  ... and %zu more\n", kept->all - kept->count);
    if (result->texts_absent > 0)
        (void)printf("not there: %llu sealed texts of the entries, all of "
                     "them\n",
                     (unsigned long long)result->texts_absent);
    (void)printf("not checked: sealed texts (their month keys are needed)%s\n",
                 is_vouched_for(request)
                     ? ""
                     : "; whether the whole was made anew by whoever holds "
                       "its key (give a checkpoint kept elsewhere or a "
                       "witness's key)");
    (void)printf("%s\n", kept->all == 0 ? "ok" : "NOT ok");
}

int verify_log_directory(const struct log_check_request *request, bool as_json)
{
    static struct findings_kept kept;
    struct log_check_result result;
    const struct log_visitor visitor = {.on_finding = on_finding,
                                        .context = &kept};
    enum status s = log_check_run(request, &visitor, &result);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi: cannot verify %s: %s - give the "
                              "directory of a log, DIRECTORY/log of an "
                              "installation\n",
                      request->directory, status_name(s));
        return EXIT_ENVIRONMENT;
    }
    if (as_json)
        print_json(&result, &kept, request);
    else
        print_plain(&result, &kept, request);
    return kept.all == 0 ? EXIT_OK : EXIT_FINDING;
}

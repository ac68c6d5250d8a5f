/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/time.h"
#include "cmd/command.h"
#include "cmd/demo/demo.h"
#include "cmd/verify/verify.h"

static void print_json(const struct demo_site *site,
                       const struct verify_result *result)
{
    (void)printf("{");
    if (site->id != NULL)
        (void)printf("\"site\": \"%s\", ", site->id);
    (void)printf("\"cameras\": %zu, \"recorded_s\": [", result->camera_count);
    for (size_t i = 0; i < result->camera_count; i++)
        (void)printf("%s%.1f", i == 0 ? "" : ", ",
                     (double)(result->cameras[i].recorded_us +
                              result->cameras[i].destroyed_us) /
                         SECOND_US);
    (void)printf("], \"unexplained_s\": %.1f, \"records\": %llu, "
                 "\"bytes\": %llu, \"destructions\": %llu, "
                 "\"entries\": %llu, \"restarts\": %llu}",
                 (double)result->unexplained_us / SECOND_US,
                 (unsigned long long)(result->records +
                                      result->destroyed_records),
                 (unsigned long long)result->bytes,
                 (unsigned long long)result->destructions,
                 (unsigned long long)result->entries,
                 (unsigned long long)result->restarts +
                     installation_restarts(site->installation));
}

static int report_site(const struct demo_site *site, bool wants_json)
{
    struct verify_result result = {0};
    enum status s = verify_run(site->directory, &result);
    int code = s == STATUS_OK ? EXIT_OK : status_exit_code(s);
    if (s == STATUS_OK && !verify_is_ok(&result))
        code = EXIT_FINDING;
    if (s == STATUS_OK && wants_json)
        print_json(site, &result);
    for (size_t i = 0; i < result.problem_count; i++)
        (void)fprintf(stderr, "haechi: %s%s%s: %s\n",
                      site->id == NULL ? "" : site->id,
                      site->id == NULL ? "" : ": ", result.problems[i].where,
                      result.problems[i].what);
    verify_result_deinit(&result);
    return code;
}

int demo_report(const struct demo_site *sites, size_t count, bool wants_json)
{
    int code = EXIT_OK;
    if (wants_json && sites[0].id != NULL)
        (void)printf("{\"sites\": [");
    for (size_t i = 0; i < count; i++) {
        if (wants_json && i > 0)
            (void)printf(", ");
        int found = report_site(&sites[i], wants_json);
        if (code == EXIT_OK)
            code = found;
    }
    if (wants_json)
        (void)printf(sites[0].id != NULL ? "]}\n" : "\n");
    return code;
}

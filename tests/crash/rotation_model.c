/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crash/rotation_model - every schedule of faults against the rotation.
 *
 *   rotation_model          quick: a few seconds
 *   rotation_model --long   every schedule of three faults on the real code
 *
 * The known weaker orders must fail in the same model, or the model would
 * prove nothing. Ends with the schedules tried, their violations, and those of
 * each known-bad variant. Exit 0: as it should be.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "crash/rotation_abstract.h"
#include "crash/rotation_real.h"
#include "support/crash_count.h"

/* A run, and what it has found. */
struct outcome {
    const char *name;
    bool is_bad; /* must fail */
    size_t schedules, violations;
};

static struct outcome try_order(enum rotation_order order, const char *name)
{
    struct abstract_result result = abstract_try_all(order);
    return (struct outcome){name, order != ORDER_OURS, result.schedules,
                            result.lost + result.opened};
}

static struct outcome judge(const char *name, bool is_bad,
                            struct real_result result)
{
    return (struct outcome){name, is_bad, result.schedules,
                            result.lost + result.opened + result.refused};
}

int main(int argc, char **argv)
{
    bool is_long = argc > 1 && strcmp(argv[1], "--long") == 0;
    /* Errors are what this is about: their log lines say nothing here. */
    if (freopen("/dev/null", "w", stderr) == NULL)
        return 2;
    const struct outcome outcomes[] = {
        try_order(ORDER_OURS, "model, our order"),
        judge("code, one fault", false, real_try(1, 1, false)),
        judge("code, two faults", false, real_try(2, is_long ? 1 : 3, false)),
        judge("code, three faults", false,
              real_try(3, is_long ? 1 : 211, false)),
        judge("code, one fault and a bad sector", false,
              real_try_bad_sectors(1, is_long ? 1 : 3)),
        judge("code, two faults and a bad sector", false,
              real_try_bad_sectors(2, is_long ? 2 : 149)),
        try_order(ORDER_NO_RENEWAL, "model, no renewal at start"),
        try_order(ORDER_ERASE_FIRST, "model, erase before write"),
        try_order(ORDER_ONE_CELL, "model, one cell"),
        judge("code, a seed stays beside its kept minutes", true,
              real_try(1, 1, true)),
    };
    const int count = (int)(sizeof outcomes / sizeof outcomes[0]);
    size_t schedules = 0;
    size_t violations = 0;
    bool is_right = true;
    (void)printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        const struct outcome *one = &outcomes[i];
        bool is_ok = (one->violations > 0) == one->is_bad;
        is_right &= is_ok;
        (void)printf("%s %d - %s: %zu schedules, %zu violations\n",
                     is_ok ? "ok" : "not ok", i + 1, one->name, one->schedules,
                     one->violations);
        schedules += one->is_bad ? 0 : one->schedules;
        violations += one->is_bad ? 0 : one->violations;
    }
    crash_tell("rotation", NULL, schedules, violations);
    for (int i = 0; i < count; i++) {
        if (outcomes[i].is_bad)
            crash_tell("rotation", outcomes[i].name, outcomes[i].schedules,
                       outcomes[i].violations);
    }
    return is_right ? 0 : 1;
}

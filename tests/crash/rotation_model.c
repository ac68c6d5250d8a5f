/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crash/rotation_model - every schedule of faults against the rotation.
 *
 *   rotation_model          quick: a few seconds
 *   rotation_model --long   every schedule of three faults on the real code
 *
 * The known weaker orders must fail in the same model, or the model would
 * prove nothing. Exit 0: as it should be.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "crash/rotation_abstract.h"
#include "crash/rotation_real.h"

static bool try_order(enum rotation_order order, const char *name)
{
    struct abstract_result result = abstract_try_all(order);
    size_t violations = result.lost + result.opened;
    bool is_right = order == ORDER_OURS ? violations == 0 : violations > 0;
    (void)printf("%s - model, %s: %zu schedules, %zu lose a live seed, %zu "
                 "open a destroyed one\n",
                 is_right ? "ok" : "not ok", name, result.schedules,
                 result.lost, result.opened);
    return is_right;
}

static bool judge(const char *name, struct real_result result)
{
    bool is_right =
        result.lost == 0 && result.opened == 0 && result.refused == 0;
    (void)printf("%s - code, %s: %zu schedules, %zu lose a live seed, %zu "
                 "open a destroyed one, %zu get stuck\n",
                 is_right ? "ok" : "not ok", name, result.schedules,
                 result.lost, result.opened, result.refused);
    return is_right;
}

int main(int argc, char **argv)
{
    bool is_long = argc > 1 && strcmp(argv[1], "--long") == 0;
    bool ok = true;
    (void)printf("1..8\n");
    ok &= try_order(ORDER_OURS, "our order");
    ok &= try_order(ORDER_NO_RENEWAL, "no renewal at start (must fail)");
    ok &= try_order(ORDER_ERASE_FIRST, "erase before write (must fail)");
    ok &= try_order(ORDER_ONE_CELL, "one cell (must fail)");
    ok &= judge("one fault", real_try(1, 1));
    ok &= judge("two faults", real_try(2, is_long ? 1 : 3));
    ok &= judge("three faults", real_try(3, is_long ? 1 : 211));
    ok &= judge("one fault and a bad sector",
                real_try_bad_sectors(is_long ? 1 : 3));
    return ok ? 0 : 1;
}

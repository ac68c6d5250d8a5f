/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "base/time.h"
#include "camsim/fault.h"
#include "unit/test.h"

static void a_fault_holds_from_its_second_for_its_time(void **state)
{
    (void)state;
    struct camsim_fault list[3];
    CHECK_OK(camsim_fault_parse(text_of("stall:2:10:3"), &list[0]));
    CHECK_OK(camsim_fault_parse(text_of("audio:0:0"), &list[1]));
    CHECK_OK(camsim_fault_parse(text_of("drop:1:4"), &list[2]));
    const struct camsim_faults faults = {list, 3};
    const struct {
        enum camsim_fault_kind kind;
        uint32_t camera;
        int64_t at_us;
        bool expected;
    } cases[] = {
        {FAULT_STALL, 2, 9999999, false},
        {FAULT_STALL, 2, 10000000, true},
        {FAULT_STALL, 2, 12999999, true},
        {FAULT_STALL, 2, 13000000, false},
        {FAULT_STALL, 1, 11000000, false},
        {FAULT_AUDIO, 9, INT64_C(86400) * SECOND_US, true},
        {FAULT_DROP, 1, 8999999, true},
        {FAULT_DROP, 1, 9000000, false},
        {FAULT_CLOSE, 1, 5000000, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK(camsim_fault_is_active(&faults, cases[i].kind, cases[i].camera,
                                     cases[i].at_us) == cases[i].expected);
}

static void what_is_no_fault_is_refused(void **state)
{
    (void)state;
    struct camsim_fault fault;
    const char *const bad[] = {"",           "stall",        "stall:1",
                               "melt:1:2",   "stall:x:2",    "stall:1:-2",
                               "stall:1:2:", "stall:1:2:3:4"};
    for (size_t i = 0; i < 6; i++)
        CHECK_STATUS(STATUS_BAD_INPUT,
                     camsim_fault_parse(text_of(bad[i]), &fault));
    CHECK_OK(camsim_fault_parse(text_of(bad[6]), &fault));
    CHECK_STATUS(STATUS_BAD_INPUT, camsim_fault_parse(text_of(bad[7]), &fault));
    CHECK_STATUS(STATUS_LIMIT,
                 camsim_fault_parse(text_of("stall:70000:1"), &fault));
}

TEST_MAIN("camsim/fault", TEST(a_fault_holds_from_its_second_for_its_time),
          TEST(what_is_no_fault_is_refused))

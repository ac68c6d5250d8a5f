/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "office/rights.h"
#include "unit/test.h"

/*
 * The full product, written out a second time and in another order, so that a
 * slip in the table is seen: for each right, who has it.
 */
struct expectation {
    enum right right;
    bool has_administrator;
    bool allowed[ACCOUNT_ROLE_COUNT];
};

enum {
    CHIEF = ACCOUNT_CHIEF_MANAGER,
    HOLDER = ACCOUNT_ACCESS_HOLDER,
    CLERK = ACCOUNT_REQUEST_CLERK,
    MONITOR = ACCOUNT_MONITOR,
    AUDITOR = ACCOUNT_AUDITOR,
    TECHNICIAN = ACCOUNT_TECHNICIAN,
    ADMIN = ACCOUNT_ADMINISTRATOR,
};

static const struct expectation EXPECTED[] = {
    {RIGHT_SEE_CAMERAS,
     false,
     {[CHIEF] = true,
      [HOLDER] = true,
      [CLERK] = true,
      [MONITOR] = true,
      [AUDITOR] = true,
      [TECHNICIAN] = true,
      [ADMIN] = true}},
    {RIGHT_VIEW_RECORDED, false, {[CHIEF] = true, [HOLDER] = true}},
    {RIGHT_VIEW_LIVE,
     false,
     {[CHIEF] = true, [HOLDER] = true, [MONITOR] = true}},
    {RIGHT_READ_LOG, false, {[CHIEF] = true, [AUDITOR] = true, [ADMIN] = true}},
    {RIGHT_READ_TEXTS, false, {[CHIEF] = true, [AUDITOR] = true}},
    {RIGHT_MANAGE_ACCOUNTS, false, {[CHIEF] = true, [ADMIN] = true}},
    {RIGHT_SEE_STATUS,
     false,
     {[CHIEF] = true, [AUDITOR] = true, [TECHNICIAN] = true, [ADMIN] = true}},
    {RIGHT_DESTROY, false, {[CHIEF] = true}},
    {RIGHT_HOLD, false, {[CHIEF] = true, [CLERK] = true}},
    {RIGHT_EXPORT, false, {[CHIEF] = true, [HOLDER] = true}},
    {RIGHT_PUBLISH, false, {[CHIEF] = true}},
    {RIGHT_CONFIRM_CLOCK,
     false,
     {[CHIEF] = true, [HOLDER] = true, [AUDITOR] = true, [ADMIN] = true}},
    {RIGHT_KEEP_LEDGER,
     false,
     {[CHIEF] = true, [HOLDER] = true, [CLERK] = true}},
    {RIGHT_REVIEW, false, {[CHIEF] = true, [AUDITOR] = true}},
    {RIGHT_SEE_CAMERAS,
     true,
     {[CHIEF] = true,
      [HOLDER] = true,
      [CLERK] = true,
      [MONITOR] = true,
      [AUDITOR] = true,
      [TECHNICIAN] = true,
      [ADMIN] = true}},
    {RIGHT_VIEW_RECORDED, true, {[CHIEF] = true, [HOLDER] = true}},
    {RIGHT_VIEW_LIVE,
     true,
     {[CHIEF] = true, [HOLDER] = true, [MONITOR] = true}},
    {RIGHT_READ_LOG, true, {[CHIEF] = true, [AUDITOR] = true, [ADMIN] = true}},
    {RIGHT_READ_TEXTS, true, {[CHIEF] = true, [AUDITOR] = true}},
    {RIGHT_MANAGE_ACCOUNTS, true, {[ADMIN] = true}},
    {RIGHT_SEE_STATUS,
     true,
     {[CHIEF] = true, [AUDITOR] = true, [TECHNICIAN] = true, [ADMIN] = true}},
    {RIGHT_DESTROY, true, {[CHIEF] = true}},
    {RIGHT_HOLD, true, {[CHIEF] = true, [CLERK] = true}},
    {RIGHT_EXPORT, true, {[CHIEF] = true, [HOLDER] = true}},
    {RIGHT_PUBLISH, true, {[CHIEF] = true}},
    {RIGHT_CONFIRM_CLOCK,
     true,
     {[CHIEF] = true, [HOLDER] = true, [AUDITOR] = true, [ADMIN] = true}},
    {RIGHT_KEEP_LEDGER,
     true,
     {[CHIEF] = true, [HOLDER] = true, [CLERK] = true}},
    {RIGHT_REVIEW, true, {[CHIEF] = true, [AUDITOR] = true}},
};

static void the_table_is_as_stated(void **state)
{
    (void)state;
    size_t count = sizeof EXPECTED / sizeof *EXPECTED;
    assert_int_equal(2 * RIGHT_COUNT, count);
    for (size_t i = 0; i < count; i++) {
        for (unsigned role = 0; role < ACCOUNT_ROLE_COUNT; role++)
            CHECK(role_has_right((enum account_role)role, EXPECTED[i].right,
                                 EXPECTED[i].has_administrator) ==
                  EXPECTED[i].allowed[role]);
    }
}

/* Who manages accounts sees no picture, once the installation is set up. */
static void nobody_manages_people_and_sees_pictures(void **state)
{
    (void)state;
    for (unsigned role = 0; role < ACCOUNT_ROLE_COUNT; role++) {
        enum account_role r = (enum account_role)role;
        CHECK(!(role_has_right(r, RIGHT_MANAGE_ACCOUNTS, true) &&
                (role_has_right(r, RIGHT_VIEW_RECORDED, true) ||
                 role_has_right(r, RIGHT_VIEW_LIVE, true))));
    }
}

/* Who may destroy, and so hide, manages no accounts to do it by. */
static void nobody_manages_people_and_destroys(void **state)
{
    (void)state;
    for (unsigned role = 0; role < ACCOUNT_ROLE_COUNT; role++) {
        enum account_role r = (enum account_role)role;
        CHECK(!(role_has_right(r, RIGHT_MANAGE_ACCOUNTS, true) &&
                role_has_right(r, RIGHT_DESTROY, true)));
    }
}

/* Pictures are never out of the notice's reach. */
static void whoever_sees_pictures_is_held_to_the_notice(void **state)
{
    (void)state;
    for (unsigned role = 0; role < ACCOUNT_ROLE_COUNT; role++) {
        enum account_role r = (enum account_role)role;
        if (role_has_right(r, RIGHT_VIEW_RECORDED, false) ||
            role_has_right(r, RIGHT_VIEW_LIVE, false))
            CHECK(!role_reaches_all_groups(r));
    }
    CHECK(role_reaches_all_groups(ACCOUNT_AUDITOR));
    CHECK(!role_reaches_all_groups(ACCOUNT_REQUEST_CLERK));
}

static void names_are_found(void **state)
{
    (void)state;
    for (unsigned role = 0; role < ACCOUNT_ROLE_COUNT; role++) {
        enum account_role found;
        const char *name = account_role_name((enum account_role)role);
        CHECK_OK(account_role_from_name(text_of(name), &found));
        assert_int_equal(role, found);
    }
    for (unsigned right = 0; right < RIGHT_COUNT; right++)
        CHECK(right_name((enum right)right)[0] != 0);
    enum account_role none;
    CHECK_STATUS(STATUS_NOT_FOUND,
                 account_role_from_name(text_of("root"), &none));
}

TEST_MAIN("office/rights", TEST(the_table_is_as_stated),
          TEST(nobody_manages_people_and_sees_pictures),
          TEST(nobody_manages_people_and_destroys),
          TEST(whoever_sees_pictures_is_held_to_the_notice),
          TEST(names_are_found))

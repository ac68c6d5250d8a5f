/* SPDX-License-Identifier: Apache-2.0 */
#include "office/account.h"
#include "office_fixture.h"

static const int64_t LOCK_US = (int64_t)LOGIN_LOCK_S * SECOND_US;

static void an_account_is_kept(void **state)
{
    (void)state;
    struct office_fixture fixture;
    struct account account;
    office_setup(&fixture);
    uint32_t first =
        office_add_account(&fixture, "홍길동", ACCOUNT_CHIEF_MANAGER);
    uint32_t second =
        office_add_account(&fixture, "kim", ACCOUNT_ADMINISTRATOR);
    CHECK(first == 1 && second == 2);
    office_reopen(&fixture);
    CHECK_OK(account_find(fixture.office, text_of("홍길동"), &account));
    assert_int_equal(1, account.number);
    assert_int_equal(ACCOUNT_CHIEF_MANAGER, account.role);
    assert_string_equal("manager", account.person);
    CHECK_STATUS(
        STATUS_NOT_FOUND,
        account_find(fixture.office, text_of("' OR 1=1 --"), &account));
    CHECK_STATUS(STATUS_NOT_FOUND, account_get(fixture.office, 3, &account));
    office_teardown(&fixture);
}

static void a_name_is_given_once_also_after_closing(void **state)
{
    (void)state;
    struct office_fixture fixture;
    office_setup(&fixture);
    uint32_t number =
        office_add_account(&fixture, "홍길동", ACCOUNT_CHIEF_MANAGER);
    CHECK_OK(account_close(fixture.office, number, (struct wall_time){5}));
    CHECK_STATUS(STATUS_NOT_FOUND,
                 account_close(fixture.office, number, (struct wall_time){6}));
    struct account again = {.role = ACCOUNT_MONITOR};
    CHECK(text_copy(text_of("홍길동"), again.name, sizeof again.name));
    CHECK_STATUS(STATUS_CONFLICT, account_add(fixture.office, &again));
    struct account account;
    CHECK_OK(account_get(fixture.office, number, &account));
    assert_int_equal(5, account.closed.us);
    office_teardown(&fixture);
}

static void five_failures_lock_for_a_quarter_of_an_hour(void **state)
{
    (void)state;
    struct office_fixture fixture;
    struct account account;
    struct wall_time now = {1000};
    office_setup(&fixture);
    uint32_t number =
        office_add_account(&fixture, "홍길동", ACCOUNT_CHIEF_MANAGER);
    for (int i = 0; i < LOGIN_FAILURES_MAX; i++) {
        CHECK_OK(account_get(fixture.office, number, &account));
        CHECK(!account_is_locked(&account, now));
        CHECK_OK(account_note_failure(fixture.office, number, now));
    }
    office_reopen(&fixture); /* a restart does not unlock */
    CHECK_OK(account_get(fixture.office, number, &account));
    CHECK(account_is_locked(&account, now));
    CHECK(
        account_is_locked(&account, (struct wall_time){now.us + LOCK_US - 1}));
    CHECK(!account_is_locked(&account, (struct wall_time){now.us + LOCK_US}));
    CHECK_OK(account_note_success(fixture.office, number));
    CHECK_OK(account_get(fixture.office, number, &account));
    assert_int_equal(0, account.failures);
    CHECK(!account_is_locked(&account, now));
    office_teardown(&fixture);
}

static void a_success_forgives_earlier_failures(void **state)
{
    (void)state;
    struct office_fixture fixture;
    struct account account;
    struct wall_time now = {1000};
    office_setup(&fixture);
    uint32_t number = office_add_account(&fixture, "kim", ACCOUNT_MONITOR);
    for (int i = 0; i < 3 * LOGIN_FAILURES_MAX; i++) {
        CHECK_OK(account_note_failure(fixture.office, number, now));
        if (i % 3 == 0)
            CHECK_OK(account_note_success(fixture.office, number));
        CHECK_OK(account_get(fixture.office, number, &account));
        CHECK(!account_is_locked(&account, now));
    }
    office_teardown(&fixture);
}

static void counts_are_by_role_and_open(void **state)
{
    (void)state;
    struct office_fixture fixture;
    uint64_t count = 9;
    office_setup(&fixture);
    CHECK_OK(account_count(fixture.office, ACCOUNT_ROLE_COUNT, &count));
    assert_int_equal(0, count);
    (void)office_add_account(&fixture, "a", ACCOUNT_CHIEF_MANAGER);
    uint32_t number = office_add_account(&fixture, "b", ACCOUNT_ADMINISTRATOR);
    CHECK_OK(account_count(fixture.office, ACCOUNT_ADMINISTRATOR, &count));
    assert_int_equal(1, count);
    CHECK_OK(account_close(fixture.office, number, (struct wall_time){1}));
    CHECK_OK(account_count(fixture.office, ACCOUNT_ADMINISTRATOR, &count));
    assert_int_equal(0, count);
    CHECK_OK(account_count(fixture.office, ACCOUNT_ROLE_COUNT, &count));
    assert_int_equal(2, count);
    office_teardown(&fixture);
}

static void passwords_follow_the_rules(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *password;
        enum status wanted;
    } CASES[] = {
        {"홍길동", "short", STATUS_BAD_INPUT},
        {"홍길동", "ninechars", STATUS_BAD_INPUT},
        {"홍길동", "ten-charac", STATUS_OK},
        {"홍길동", "열글자짜리비밀번호입", STATUS_OK},
        {"홍길동", "아홉글자비밀번호는", STATUS_BAD_INPUT},
        {"hong-gil-dong", "Hong-Gil-Dong", STATUS_BAD_INPUT},
        {"홍길동", "aaaaaaaaaaaa", STATUS_BAD_INPUT},
        {"홍길동", "with\nline feed", STATUS_BAD_INPUT},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        CHECK_STATUS(CASES[i].wanted,
                     account_check_password(text_of(CASES[i].name),
                                            text_of(CASES[i].password)));
}

static void names_follow_the_rules(void **state)
{
    (void)state;
    static const char *const BAD[] = {"", " a", "a ", "a\tb", "\xff", "a\nb"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, account_check_name(text_of(BAD[i])));
    CHECK_OK(account_check_name(text_of("홍 길동")));
    static char long_name[ACCOUNT_NAME_SIZE + 1];
    memset(long_name, 'x', ACCOUNT_NAME_SIZE);
    CHECK_STATUS(STATUS_BAD_INPUT, account_check_name(text_of(long_name)));
    long_name[ACCOUNT_NAME_SIZE - 1] = 0;
    CHECK_OK(account_check_name(text_of(long_name)));
}

static void rubbish_is_not_an_office(void **state)
{
    (void)state;
    struct office_fixture fixture;
    office_setup(&fixture);
    office_close(&fixture.office);
    FILE *file = fopen(fixture.path, "w");
    CHECK(file != NULL);
    for (int i = 0; i < 1000; i++)
        CHECK(fputs("this is no database\n", file) >= 0);
    CHECK(fclose(file) == 0);
    CHECK_STATUS(STATUS_CORRUPT, office_open(fixture.path, &fixture.office));
    office_teardown(&fixture);
}

TEST_MAIN("office/account", TEST(an_account_is_kept),
          TEST(a_name_is_given_once_also_after_closing),
          TEST(five_failures_lock_for_a_quarter_of_an_hour),
          TEST(a_success_forgives_earlier_failures),
          TEST(counts_are_by_role_and_open), TEST(passwords_follow_the_rules),
          TEST(names_follow_the_rules), TEST(rubbish_is_not_an_office))

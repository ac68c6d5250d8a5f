/* SPDX-License-Identifier: Apache-2.0 */
/* Who may say that a log is closed for good: two people, not two accounts. */
#include "cmd/log_succeed_people.h"

#include <string.h>

#include "base/text.h"
#include "crypto/password.h"
#include "office/account.h"
#include "unit/office/office_fixture.h"
#include "unit/test.h"

#define PASSWORD "correct horse 12"

static uint32_t add(struct office_fixture *fixture, const char *name,
                    const char *person, enum account_role role)
{
    struct account account = {.role = role};
    CHECK(text_copy(text_of(name), account.name, sizeof account.name));
    CHECK(text_copy(text_of(person), account.person, sizeof account.person));
    CHECK_OK(password_hash(text_of(PASSWORD), account.password_hash));
    CHECK_OK(account_add(fixture->office, &account));
    return account.number;
}

static enum status confirm(struct office_fixture *fixture, const char *name,
                           const char *password, uint32_t other,
                           uint32_t *account)
{
    struct succession_refusal refusal;
    enum status s =
        succession_confirm(fixture->office, text_of(name), text_of(password),
                           other, account, &refusal);
    CHECK((s == STATUS_DENIED) == (refusal.words[0] != 0));
    return s;
}

static size_t people(struct office_fixture *fixture)
{
    size_t count = 0;
    CHECK_OK(succession_count(fixture->office, &count));
    return count;
}

static void two_different_people_confirm(void **state)
{
    (void)state;
    struct office_fixture fixture;
    uint32_t account = 0;
    office_setup(&fixture);
    CHECK(people(&fixture) == 0);
    uint32_t first = add(&fixture, "홍길동", "manager", ACCOUNT_CHIEF_MANAGER);
    CHECK(people(&fixture) == 1);
    CHECK(add(&fixture, "alias", "manager", ACCOUNT_AUDITOR) > first);
    CHECK(add(&fixture, "screen", "guard", ACCOUNT_MONITOR) > first);
    CHECK(people(&fixture) == 1); /* one human, and one who may not */
    uint32_t second = add(&fixture, "둘째", "viewer", ACCOUNT_ACCESS_HOLDER);
    CHECK(people(&fixture) == 2);

    CHECK_OK(confirm(&fixture, "홍길동", PASSWORD, 0, &account));
    CHECK(account == first);
    const char *const refused[][2] = {
        {"홍길동", PASSWORD}, {"alias", PASSWORD},  {"screen", PASSWORD},
        {"둘째", "another 12345"}, {"둘째", ""},     {"nobody", PASSWORD},
        {"", PASSWORD},       {"둘째\n", PASSWORD},
    };
    account = 99;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        CHECK_STATUS(STATUS_DENIED, confirm(&fixture, refused[i][0],
                                            refused[i][1], first, &account));
    CHECK(account == 99);
    CHECK_OK(confirm(&fixture, "둘째", PASSWORD, first, &account));
    CHECK(account == second);
    office_teardown(&fixture);
}

static void a_closed_account_confirms_nothing(void **state)
{
    (void)state;
    struct office_fixture fixture;
    uint32_t account = 0;
    office_setup(&fixture);
    uint32_t first = add(&fixture, "홍길동", "manager", ACCOUNT_CHIEF_MANAGER);
    uint32_t second = add(&fixture, "둘째", "viewer", ACCOUNT_ADMINISTRATOR);
    CHECK_OK(account_close(fixture.office, second, (struct wall_time){5}));
    CHECK(people(&fixture) == 1);
    CHECK_STATUS(STATUS_DENIED,
                 confirm(&fixture, "둘째", PASSWORD, first, &account));
    office_teardown(&fixture);
}

TEST_MAIN("cmd/succession", TEST(two_different_people_confirm),
          TEST(a_closed_account_confirms_nothing))

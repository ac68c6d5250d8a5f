/* SPDX-License-Identifier: Apache-2.0 */
#include "office/session.h"
#include "office_fixture.h"

static const int64_t IDLE_US = (int64_t)SESSION_IDLE_S * SECOND_US;
static const int64_t LIFE_US = (int64_t)SESSION_LIFE_S * SECOND_US;

struct fixture {
    struct office_fixture office;
    uint32_t account;
    struct wall_time began;
    char token[SESSION_TOKEN_SIZE + 1];
};

static void setup(struct fixture *fixture)
{
    office_setup(&fixture->office);
    fixture->account =
        office_add_account(&fixture->office, "홍길동", ACCOUNT_CHIEF_MANAGER);
    fixture->began = (struct wall_time){1795000000000000};
    CHECK_OK(office_session_begin(fixture->office.office, fixture->account,
                                  fixture->began, fixture->token));
}

static enum status find_after(struct fixture *fixture, int64_t us)
{
    struct session session;
    struct wall_time now = {fixture->began.us + us};
    enum status s = office_session_find(fixture->office.office,
                                        text_of(fixture->token), now, &session);
    if (s == STATUS_OK)
        assert_int_equal(fixture->account, session.account);
    return s;
}

static void a_session_lives_while_it_is_used(void **state)
{
    (void)state;
    struct fixture fixture;
    setup(&fixture);
    CHECK_OK(find_after(&fixture, 0));
    office_reopen(&fixture.office); /* a restart keeps it */
    for (int64_t at = 0; at < LIFE_US; at += IDLE_US - SECOND_US)
        CHECK_OK(find_after(&fixture, at));
    CHECK_STATUS(STATUS_DENIED, find_after(&fixture, LIFE_US));
    office_teardown(&fixture.office);
}

static void an_idle_session_ends(void **state)
{
    (void)state;
    struct fixture fixture;
    setup(&fixture);
    CHECK_OK(find_after(&fixture, IDLE_US - 1));
    CHECK_STATUS(STATUS_DENIED, find_after(&fixture, 2 * IDLE_US));
    office_teardown(&fixture.office);
}

static void a_clock_set_back_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    setup(&fixture);
    CHECK_STATUS(STATUS_DENIED, find_after(&fixture, -SECOND_US));
    office_teardown(&fixture.office);
}

static void only_the_hash_is_kept(void **state)
{
    (void)state;
    struct fixture fixture;
    setup(&fixture);
    office_close(&fixture.office.office);
    FILE *file = fopen(fixture.office.path, "r");
    CHECK(file != NULL);
    static char content[1 << 18];
    size_t size = fread(content, 1, sizeof content, file);
    CHECK(fclose(file) == 0);
    CHECK(memmem(content, size, fixture.token, SESSION_TOKEN_SIZE) == NULL);
    office_teardown(&fixture.office);
}

static void foreign_tokens_are_denied(void **state)
{
    (void)state;
    struct fixture fixture;
    struct session session;
    setup(&fixture);
    static const char *const BAD[] = {
        "", "short",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "00000000000000000000000000000000000000000000000000000000000000001"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        CHECK_STATUS(STATUS_DENIED,
                     office_session_find(fixture.office.office, text_of(BAD[i]),
                                         fixture.began, &session));
    office_teardown(&fixture.office);
}

static void it_ends_with_its_account_and_when_asked(void **state)
{
    (void)state;
    struct fixture fixture;
    struct session session;
    setup(&fixture);
    CHECK_OK(office_session_find(fixture.office.office, text_of(fixture.token),
                                 fixture.began, &session));
    CHECK_OK(office_session_check(fixture.office.office, session.hash,
                                  fixture.began));
    CHECK_OK(office_session_end(fixture.office.office, session.hash));
    CHECK_STATUS(STATUS_DENIED, find_after(&fixture, 0));
    CHECK_OK(office_session_begin(fixture.office.office, fixture.account,
                                  fixture.began, fixture.token));
    CHECK_OK(find_after(&fixture, 0));
    CHECK_OK(
        account_close(fixture.office.office, fixture.account, fixture.began));
    CHECK_STATUS(STATUS_DENIED, find_after(&fixture, 0));
    office_teardown(&fixture.office);
}

static void there_is_a_limit_and_a_sweep(void **state)
{
    (void)state;
    struct fixture fixture;
    setup(&fixture);
    char token[SESSION_TOKEN_SIZE + 1];
    CHECK_OK(office_begin(fixture.office.office));
    for (int i = 1; i < SESSIONS_MAX; i++)
        CHECK_OK(office_session_begin(fixture.office.office, fixture.account,
                                      fixture.began, token));
    CHECK_STATUS(STATUS_LIMIT,
                 office_session_begin(fixture.office.office, fixture.account,
                                      fixture.began, token));
    CHECK_OK(office_session_sweep(
        fixture.office.office, (struct wall_time){fixture.began.us + IDLE_US}));
    CHECK_OK(office_session_begin(fixture.office.office, fixture.account,
                                  fixture.began, token));
    CHECK_OK(office_commit(fixture.office.office));
    office_teardown(&fixture.office);
}

TEST_MAIN("office/session", TEST(a_session_lives_while_it_is_used),
          TEST(an_idle_session_ends), TEST(a_clock_set_back_ends_it),
          TEST(only_the_hash_is_kept), TEST(foreign_tokens_are_denied),
          TEST(it_ends_with_its_account_and_when_asked),
          TEST(there_is_a_limit_and_a_sweep))

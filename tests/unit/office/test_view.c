/* SPDX-License-Identifier: Apache-2.0 */
#include "office/view.h"
#include "office_fixture.h"

static const int64_t IDLE_US = (int64_t)VIEW_IDLE_S * SECOND_US;
static const uint8_t MINE[SESSION_HASH_SIZE] = {1};
static const uint8_t OTHER[SESSION_HASH_SIZE] = {2};
static const uint8_t CAMERAS[8] = {0, 0, 0, 3, 0, 0, 0, 9};

static struct view view_of(uint32_t account, uint64_t number)
{
    struct view view = {
        .number = number,
        .account = account,
        .kind = VIEW_RECORDED,
        .cameras = bytes_of(CAMERAS, sizeof CAMERAS),
        .span = {{100}, {200}},
        .used = {1000},
    };
    memcpy(view.session, MINE, sizeof view.session);
    return view;
}

static enum status check_view(void *context, const struct view *view)
{
    size_t *calls = context;
    (*calls)++;
    CHECK(view->cameras.size == sizeof CAMERAS);
    assert_memory_equal(CAMERAS, view->cameras.data, sizeof CAMERAS);
    CHECK(view->span.from.us == 100 && view->span.to.us == 200);
    return STATUS_OK;
}

static void a_view_belongs_to_its_session(void **state)
{
    (void)state;
    struct office_fixture fixture;
    size_t calls = 0;
    office_setup(&fixture);
    struct view view =
        view_of(office_add_account(&fixture, "a", ACCOUNT_CHIEF_MANAGER), 7);
    CHECK_OK(view_add(fixture.office, &view));
    CHECK_STATUS(STATUS_CONFLICT, view_add(fixture.office, &view));
    office_reopen(&fixture); /* a restart keeps the sitting */
    struct wall_time now = {2000};
    CHECK_OK(view_use(fixture.office, 7, MINE, now, check_view, &calls));
    CHECK_STATUS(STATUS_DENIED,
                 view_use(fixture.office, 7, OTHER, now, check_view, &calls));
    CHECK_STATUS(STATUS_DENIED,
                 view_use(fixture.office, 8, MINE, now, check_view, &calls));
    CHECK_STATUS(STATUS_DENIED, view_use(fixture.office, UINT64_MAX, MINE, now,
                                         check_view, &calls));
    assert_int_equal(1, calls);
    CHECK_STATUS(STATUS_NOT_FOUND, view_remove(fixture.office, 7, OTHER));
    CHECK_OK(view_remove(fixture.office, 7, MINE));
    CHECK_STATUS(STATUS_DENIED,
                 view_use(fixture.office, 7, MINE, now, check_view, &calls));
    office_teardown(&fixture);
}

static void an_idle_view_gives_nothing(void **state)
{
    (void)state;
    struct office_fixture fixture;
    size_t calls = 0;
    office_setup(&fixture);
    struct view view =
        view_of(office_add_account(&fixture, "a", ACCOUNT_CHIEF_MANAGER), 7);
    CHECK_OK(view_add(fixture.office, &view));
    struct wall_time now = {1000 + IDLE_US - 1};
    CHECK_OK(view_use(fixture.office, 7, MINE, now, check_view, &calls));
    now.us += IDLE_US - 1; /* used in between: goes on */
    CHECK_OK(view_use(fixture.office, 7, MINE, now, check_view, &calls));
    now.us += IDLE_US;
    CHECK_STATUS(STATUS_DENIED,
                 view_use(fixture.office, 7, MINE, now, check_view, &calls));
    office_teardown(&fixture);
}

static void a_session_has_only_so_many(void **state)
{
    (void)state;
    struct office_fixture fixture;
    size_t calls = 0;
    office_setup(&fixture);
    uint32_t account = office_add_account(&fixture, "a", ACCOUNT_MONITOR);
    CHECK_OK(office_begin(fixture.office));
    for (uint64_t i = 0; i < VIEWS_OF_SESSION_MAX; i++) {
        struct view view = view_of(account, i);
        CHECK_OK(view_add(fixture.office, &view));
    }
    struct view more = view_of(account, VIEWS_OF_SESSION_MAX);
    CHECK_STATUS(STATUS_LIMIT, view_add(fixture.office, &more));
    CHECK_OK(office_commit(fixture.office));
    uint64_t open = 0;
    CHECK_OK(view_count(fixture.office, MINE, &open));
    assert_int_equal(VIEWS_OF_SESSION_MAX, open);
    CHECK_OK(view_count(fixture.office, OTHER, &open));
    assert_int_equal(0, open);
    CHECK_OK(view_each(fixture.office, MINE, check_view, &calls));
    assert_int_equal(VIEWS_OF_SESSION_MAX, calls);
    CHECK_OK(view_each(fixture.office, OTHER, check_view, &calls));
    assert_int_equal(VIEWS_OF_SESSION_MAX, calls);
    CHECK_OK(view_each(fixture.office, NULL, check_view, &calls));
    assert_int_equal(2 * VIEWS_OF_SESSION_MAX, calls);
    office_teardown(&fixture);
}

TEST_MAIN("office/view", TEST(a_view_belongs_to_its_session),
          TEST(an_idle_view_gives_nothing), TEST(a_session_has_only_so_many))

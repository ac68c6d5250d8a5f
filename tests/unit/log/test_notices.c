/* SPDX-License-Identifier: Apache-2.0 */
#include "log/notices.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "unit/test.h"

struct telling {
    struct notice_versions versions;
    uint64_t number;
};

static void tell(struct telling *telling, struct entry *entry, int64_t at_us)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct commitment commitments[LOG_PERSONAL_MAX] = {{{0}}};
    struct entry_line line;
    CHECK_OK(entry_line_write(entry, telling->number++,
                              (struct wall_time){at_us}, commitments, &out));
    CHECK_OK(entry_line_read(buffer_text(&out), &line));
    notices_add(&telling->versions, &line);
}

static void announce(struct telling *telling, uint32_t number, int64_t at_us,
                     const char *exception, const char *reason)
{
    struct entry entry = entry_of(ENTRY_NOTICE_ANNOUNCED);
    entry_number(&entry, "version", number);
    entry_number(&entry, "account", 1);
    entry_text(&entry, "person", text_of("director"));
    entry_text(&entry, "sha256", text_of("abc"));
    entry_text(&entry, "manifest_sha256", text_of("def"));
    entry_time(&entry, "effective", (struct wall_time){at_us + 700});
    entry_text(&entry, "exception", text_of(exception));
    entry_text(&entry, "reason", text_of(reason));
    tell(telling, &entry, at_us);
}

static void activate(struct telling *telling, uint32_t number, int64_t at_us)
{
    struct entry entry = entry_of(ENTRY_NOTICE_VERSION);
    entry_number(&entry, "version", number);
    entry_text(&entry, "sha256", text_of("abc"));
    entry_text(&entry, "announced", text_of("2026-11-22"));
    entry_text(&entry, "effective", text_of("2026-12-01"));
    tell(telling, &entry, at_us);
}

static void withdraw(struct telling *telling, uint32_t number, int64_t at_us)
{
    struct entry entry = entry_of(ENTRY_NOTICE_WITHDRAWN);
    entry_number(&entry, "version", number);
    entry_number(&entry, "account", 1);
    entry_text(&entry, "person", text_of("director"));
    entry_personal(&entry, "why", text_of("a mistake"));
    entry_personal(&entry, "address", text_of(""));
    tell(telling, &entry, at_us);
}

static void confirm(struct telling *telling, uint32_t number, int64_t at_us)
{
    struct entry entry = entry_of(ENTRY_NOTICE_CONFIRMED);
    entry_number(&entry, "version", number);
    entry_number(&entry, "account", 1);
    entry_text(&entry, "person", text_of("director"));
    entry_text(&entry, "way", text_of("person"));
    entry_personal(&entry, "address", text_of(""));
    tell(telling, &entry, at_us);
}

static void differ(struct telling *telling, uint32_t number, int64_t at_us)
{
    struct entry entry = entry_of(ENTRY_NOTICE_DIFFERS);
    entry_number(&entry, "version", number);
    entry_number(&entry, "account", 1);
    entry_text(&entry, "person", text_of("director"));
    entry_text(&entry, "page_sha256", text_of("aa"));
    entry_personal(&entry, "address", text_of(""));
    tell(telling, &entry, at_us);
}

/* Until somebody finds the right page there again. */
static void another_page_on_the_homepage_is_remembered(void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    announce(&telling, 1, 1000, "first", "");
    confirm(&telling, 1, 2000);
    differ(&telling, 1, 3000);
    const struct notice_version *version =
        notice_versions_find(&telling.versions, 1);
    CHECK(version->confirmed.us == 2000 && version->differed.us == 3000);
    confirm(&telling, 1, 4000);
    CHECK(version->confirmed.us == 4000 && version->differed.us == 0);
    differ(&telling, 7, 5000);
    notice_versions_deinit(&telling.versions);
}

static void versions_follow_one_another(void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    struct notice_versions *versions = &telling.versions;
    announce(&telling, 1, 1000, "first", "");
    CHECK(notice_versions_announced(versions)->number == 1);
    activate(&telling, 1, 1001);
    CHECK(notice_versions_active(versions)->number == 1);
    announce(&telling, 2, 2000, "none", "\"30\" \\ 14");
    const struct notice_version *next = notice_versions_announced(versions);
    CHECK(next->number == 2 && next->effective.us == 2700);
    CHECK(next->announced.us == 2000 && next->entry == 2);
    assert_string_equal(next->reason, "\"30\" \\ 14");
    assert_string_equal(next->sha256, "abc");
    assert_string_equal(next->manifest_sha256, "def");
    /* A correction acts at once; what was announced still comes. */
    announce(&telling, 3, 2100, "correction", "a number");
    activate(&telling, 3, 2101);
    CHECK(notice_versions_active(versions)->number == 3);
    CHECK(notice_versions_find(versions, 1)->successor == 3);
    activate(&telling, 2, 2700);
    confirm(&telling, 2, 2800);
    CHECK(notice_versions_active(versions)->number == 2);
    const struct notice_version *third = notice_versions_find(versions, 3);
    CHECK(third->state == NOTICE_VERSION_SUPERSEDED && third->successor == 2);
    CHECK(third->ended.us == 2700);
    CHECK(third->exception == NOTICE_EXCEPTION_CORRECTION);
    CHECK(notice_versions_find(versions, 2)->confirmed.us == 2800);
    CHECK(notice_versions_next(versions) == 4 && !versions->failed);
    notice_versions_deinit(versions);
}

static void what_was_withdrawn_never_comes(void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    announce(&telling, 1, 1000, "first", "");
    activate(&telling, 1, 1001);
    announce(&telling, 2, 2000, "none", "x");
    withdraw(&telling, 2, 2001);
    activate(&telling, 2, 2700);
    CHECK(notice_versions_active(&telling.versions)->number == 1);
    CHECK(notice_versions_announced(&telling.versions) == NULL);
    withdraw(&telling, 1, 2800);
    CHECK(notice_versions_active(&telling.versions)->number == 1);
    notice_versions_deinit(&telling.versions);
}

static void a_log_without_announcements_has_versions_too(void **state)
{
    (void)state;
    struct telling telling = {.number = 0};
    activate(&telling, 1, 1000);
    const struct notice_version *active =
        notice_versions_active(&telling.versions);
    CHECK(active != NULL && active->exception == NOTICE_EXCEPTION_FIRST);
    CHECK(active->announced.us == 1000 && active->entry == 0);
    activate(&telling, 2, 2000);
    CHECK(notice_versions_active(&telling.versions)->number == 2);
    notice_versions_deinit(&telling.versions);
}

TEST_MAIN("log/notices", TEST(versions_follow_one_another),
          TEST(another_page_on_the_homepage_is_remembered),
          TEST(what_was_withdrawn_never_comes),
          TEST(a_log_without_announcements_has_versions_too))

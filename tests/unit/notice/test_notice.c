/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/time.h"
#include "notice/finding.h"
#include "notice/notice_json.h"
#include "notice/summary.h"
#include "support/example_edit.h"
#include "unit/test.h"

static struct notice *load_example(void)
{
    struct findings findings = {0};
    struct notice *notice = NULL;
    CHECK_OK(notice_load("notice.yaml", example_file(EXAMPLE_NOTICE),
                         &findings, &notice));
    CHECK(findings.count == 0);
    findings_deinit(&findings);
    return notice;
}

static void the_example_says_what_the_published_notice_says(void **state)
{
    (void)state;
    struct notice *notice = load_example();
    CHECK(text_equal(notice->institution.ko, text_of("거제시가족센터")));
    CHECK(text_equal(notice->homepage_host,
                     text_of("geoje-family-center.example")));
    CHECK(notice->site_count == 2 && notice->group_count == 4);
    uint32_t cameras = 0;
    for (size_t i = 0; i < notice->group_count; i++) {
        cameras += notice->groups[i].camera_count;
        CHECK(notice->groups[i].retention.unit == RETENTION_DAYS);
        CHECK(notice->groups[i].retention.count == 60);
        CHECK(notice->groups[i].retention_reason.ko.size > 0);
        CHECK(notice->groups[i].purpose_count == 2);
        CHECK(text_equal(notice->groups[i].hours.ko, text_of("24시간")));
    }
    CHECK(cameras == 9);
    CHECK(notice->person_count == 8);
    CHECK(notice->announced_day == civil_to_day(2023, 3, 20));
    CHECK(notice->effective_day == civil_to_day(2023, 4, 1));
    CHECK(notice->processors[0].until_day == civil_to_day(2029, 3, 31));
    CHECK(notice->has_sign);
    notice_destroy(&notice);
}

static void a_scope_is_a_list_of_sites_and_groups(void **state)
{
    (void)state;
    struct notice *notice = load_example();
    const struct notice_person *manager =
        notice_person_find(notice, text_of("sharing-manager"));
    const struct notice_person *director =
        notice_person_find(notice, text_of("director"));
    CHECK(manager != NULL && director != NULL);
    for (size_t i = 0; i < notice->group_count; i++) {
        bool is_counselling =
            text_equal(notice->groups[i].id, text_of("counselling"));
        CHECK(notice_scope_holds(&manager->scope, i) == !is_counselling);
        CHECK(notice_scope_holds(&director->scope, i));
    }
    CHECK(notice_person_find(notice, text_of("nobody")) == NULL);
    CHECK(notice_group_find(notice, text_of("nowhere")) == NULL);
    CHECK(notice_purpose_find(notice, text_of("fun")) == NULL);
    CHECK(notice_group_has_purpose(&notice->groups[0], 0));
    CHECK(!notice_group_has_purpose(&notice->groups[0], 2));
    notice_destroy(&notice);
}

static void english_falls_back_to_korean(void **state)
{
    (void)state;
    struct notice_words both = {text_of("가"), text_of("a")};
    struct notice_words one = {text_of("가"), {NULL, 0}};
    CHECK(text_equal(notice_words_in(both, LANGUAGE_ENGLISH), both.en));
    CHECK(text_equal(notice_words_in(both, LANGUAGE_KOREAN), both.ko));
    CHECK(text_equal(notice_words_in(one, LANGUAGE_ENGLISH), one.ko));
}

static void periods_have_words(void **state)
{
    (void)state;
    static const struct {
        struct retention retention;
        const char *ko;
        const char *en;
    } CASES[] = {{{RETENTION_DAYS, 30}, "30일", "30 days"},
                 {{RETENTION_DAYS, 1}, "1일", "1 day"},
                 {{RETENTION_MONTHS, 1}, "1개월", "1 month"},
                 {{RETENTION_SECONDS, 180}, "180초", "180 seconds"}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char out[40];
        retention_format(CASES[i].retention, LANGUAGE_KOREAN, out, sizeof out);
        assert_string_equal(out, CASES[i].ko);
        retention_format(CASES[i].retention, LANGUAGE_ENGLISH, out,
                         sizeof out);
        assert_string_equal(out, CASES[i].en);
    }
}

static void json_and_text_name_every_group(void **state)
{
    (void)state;
    struct notice *notice = load_example();
    struct buffer json = buffer_with_limit(1 << 20);
    struct buffer text = buffer_with_limit(1 << 20);
    notice_write_json(notice, &json);
    notice_summarise(notice, LANGUAGE_KOREAN, &text);
    buffer_append_u8(&json, 0);
    buffer_append_u8(&text, 0);
    for (size_t i = 0; i < notice->group_count; i++) {
        char id[80];
        CHECK(text_copy(notice->groups[i].id, id, sizeof id));
        CHECK(strstr((const char *)json.data, id) != NULL);
        CHECK(strstr((const char *)text.data, id) != NULL);
    }
    CHECK(strstr((const char *)json.data, "\"retention\": {\"days\": 60") !=
          NULL);
    buffer_deinit(&json);
    buffer_deinit(&text);
    notice_destroy(&notice);
}

static enum status load_once(void *context)
{
    (void)context;
    struct findings findings = {0};
    struct notice *notice = NULL;
    enum status s = notice_load("notice.yaml", example_file(EXAMPLE_NOTICE),
                                &findings, &notice);
    notice_destroy(&notice);
    findings_deinit(&findings);
    return s;
}

static enum status load_bad(void *context)
{
    struct findings findings = {0};
    struct notice *notice = NULL;
    const struct buffer *yaml = context;
    enum status s =
        notice_load("notice.yaml", buffer_bytes(yaml), &findings, &notice);
    CHECK(notice == NULL);
    findings_deinit(&findings);
    return s == STATUS_BAD_INPUT ? STATUS_OK : s;
}

static void every_failing_allocation_is_told(void **state)
{
    (void)state;
    test_every_allocation_fails(load_once, NULL);
    uint32_t line = 0;
    struct buffer yaml =
        example_edit(EXAMPLE_NOTICE, "count: 3", "count: three", &line);
    test_every_allocation_fails(load_bad, &yaml);
    buffer_deinit(&yaml);
}

/* Property: a notice cut anywhere, or with any byte changed, ends in a notice
 * or in findings, never in silence. */
static void damage_ends_in_findings_or_a_notice(void **state)
{
    (void)state;
    struct bytes example = example_file(EXAMPLE_NOTICE);
    struct test_random random = {7};
    for (int i = 0; i < 300; i++) {
        size_t size = example.size;
        if (i % 2 == 0)
            size = (size_t)(test_random_next(&random) % example.size);
        uint8_t *damaged = alloc_array(size + 1, 1);
        CHECK(damaged != NULL);
        memcpy(damaged, example.data, size);
        if (i % 2 == 1)
            damaged[test_random_next(&random) % size] =
                (uint8_t)(test_random_next(&random) >> 40);
        struct findings findings = {0};
        struct notice *notice = NULL;
        enum status s = notice_load("n", bytes_of(damaged, size), &findings,
                                    &notice);
        CHECK((s == STATUS_OK) == (notice != NULL));
        CHECK((s == STATUS_BAD_INPUT) == (findings.errors > 0));
        notice_destroy(&notice);
        findings_deinit(&findings);
        alloc_free(damaged);
    }
}

TEST_MAIN("notice/notice",
          TEST(the_example_says_what_the_published_notice_says),
          TEST(a_scope_is_a_list_of_sites_and_groups),
          TEST(english_falls_back_to_korean), TEST(periods_have_words),
          TEST(json_and_text_name_every_group),
          TEST(every_failing_allocation_is_told),
          TEST(damage_ends_in_findings_or_a_notice))

/* SPDX-License-Identifier: Apache-2.0 */
/* The pages that everybody may read, against tests/golden/public. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "notice/promise/promise_document.h"
#include "notice/public/atom_feed.h"
#include "notice/public/public_document.h"
#include "notice/render_html.h"
#include "support/golden.h"
#include "unit/test.h"

enum { PAGE_BYTES_MAX = 1 << 20, FIXTURE_CAMERAS = 128 };

/* 2026-11-22 14:00 in Korea. */
static const struct wall_time NOW = {INT64_C(1795323600) * SECOND_US};

struct fixture {
    struct notice *notice;
    struct notice *next;
    struct public_version list[3];
    struct public_versions versions;
    struct promise_camera cameras[FIXTURE_CAMERAS];
    struct promise_figures figures;
    struct promises promises;
};

/* Three versions; one camera is off, and one contract has run out. */
static void make(struct fixture *fixture, const char *example)
{
    *fixture = (struct fixture){.notice = golden_notice(example)};
    fixture->next = golden_notice_with(example, "24시간", "09:00 ~ 18:00");
    int64_t today = civil_day(NOW, UTC_OFFSET_KOREA_S);
    fixture->list[0] = (struct public_version){
        .number = 1,
        .state = PUBLIC_VERSION_SUPERSEDED,
        .announced_day = today - 400,
        .effective_day = today - 390,
        .sha256 = text_of("11aa"),
    };
    fixture->list[1] = (struct public_version){
        .number = 2,
        .state = PUBLIC_VERSION_IN_FORCE,
        .notice = fixture->notice,
        .announced_day = today - 30,
        .effective_day = today - 20,
        .reason = {text_of("카메라 <2대> 추가"), text_of("Two <more> cameras")},
        .sha256 = text_of("22bb"),
    };
    fixture->list[2] = (struct public_version){
        .number = 3,
        .state = PUBLIC_VERSION_ANNOUNCED,
        .notice = fixture->next,
        .announced_day = today - 1,
        .effective_day = today + 7,
        .reason = {text_of("촬영시간 단축"), text_of("Shorter hours")},
        .sha256 = text_of("33cc"),
    };
    fixture->versions = (struct public_versions){fixture->list, 3};
    size_t count = 0;
    for (size_t i = 0; i < fixture->notice->group_count; i++) {
        for (uint32_t j = 0; j < fixture->notice->groups[i].camera_count; j++)
            fixture->cameras[count++] = (struct promise_camera){
                .group = i,
                .is_recording = count != 3,
                .is_encrypted = true,
                .state_since = {NOW.us - 4000 * (int64_t)SECOND_US},
                .oldest = {NOW.us - 86400 * (int64_t)SECOND_US},
                .newest = {NOW.us - (int64_t)SECOND_US},
                .missing_us = count == 3 ? 4000 * (int64_t)SECOND_US : 0,
            };
    }
    fixture->figures = (struct promise_figures){
        .now = NOW,
        .has_vault = true,
        .cameras = fixture->cameras,
        .camera_count = count,
        .is_log_open = true,
        .destructions = 12,
        .last_destruction = {NOW.us - 7200 * (int64_t)SECOND_US},
        .entries = 4321,
        .witnessed = {NOW.us - 600 * (int64_t)SECOND_US},
    };
    CHECK_OK(promise_evaluate(fixture->notice, &fixture->figures,
                              &fixture->promises));
}

static void unmake(struct fixture *fixture)
{
    promises_deinit(&fixture->promises);
    notice_destroy(&fixture->notice);
    notice_destroy(&fixture->next);
}

typedef enum status make_fn(const struct fixture *fixture,
                            enum language language, struct document *out);

static enum status home(const struct fixture *f, enum language language,
                        struct document *out)
{
    return public_home_document(
        &f->versions, &f->promises,
        f->figures.has_site ? &f->notice->sites[f->figures.site] : NULL,
        language, out);
}
static enum status versions(const struct fixture *f, enum language language,
                            struct document *out)
{
    return public_versions_document(&f->versions, language, out);
}
static enum status version(const struct fixture *f, enum language language,
                           struct document *out)
{
    return public_version_document(&f->list[1], language, out);
}
static enum status next(const struct fixture *f, enum language language,
                        struct document *out)
{
    return public_next_document(&f->versions, language, out);
}
static enum status signs(const struct fixture *f, enum language language,
                         struct document *out)
{
    return public_signs_document(f->notice, language, out);
}
static enum status request(const struct fixture *f, enum language language,
                           struct document *out)
{
    return public_request_document(f->notice, language, out);
}
static enum status form(const struct fixture *f, enum language language,
                        struct document *out)
{
    return public_form_document(f->notice, language, out);
}
static enum status promises(const struct fixture *f, enum language language,
                            struct document *out)
{
    return promise_document(f->notice, &f->promises, &f->figures, language,
                            out);
}

static const struct {
    const char *name;
    make_fn *make;
} PAGES[] = {{"home", home},   {"versions", versions}, {"version", version},
             {"next", next},   {"signs", signs},       {"request", request},
             {"form", form},   {"promises", promises}};

enum { PAGE_COUNT = sizeof PAGES / sizeof PAGES[0] };

static enum status render(const struct fixture *fixture, size_t page,
                          enum language language, struct buffer *out)
{
    static const struct html_link LINKS[] = {
        {"/public", "처음 Start", false},
        {"/public/notice", "방침 Notice", false},
        {"/public/promises", "이행 현황 Promises", true},
        {"/public/versions", "모든 판 Versions", false},
        {"/public/signs", "안내판 Signs", false},
        {"/public/request", "열람 요구 Requests", false},
    };
    const struct html_frame frame = {
        .other_language = "/public/en",
        .links = LINKS,
        .link_count = sizeof LINKS / sizeof LINKS[0],
        .feed = "/public/feed.xml",
        .is_form = PAGES[page].make == form,
    };
    struct document document;
    enum status s = PAGES[page].make(fixture, language, &document);
    if (s != STATUS_OK)
        return s;
    s = render_html(&document, &frame, out);
    document_deinit(&document);
    return s;
}

static void check_pages(const char *example, const char *name)
{
    struct fixture fixture;
    make(&fixture, example);
    for (size_t i = 0; i < 2 * (size_t)PAGE_COUNT; i++) {
        char golden[96];
        enum language language = (enum language)(i % 2);
        struct buffer page = buffer_with_limit(PAGE_BYTES_MAX);
        CHECK_OK(render(&fixture, i / 2, language, &page));
        (void)snprintf(golden, sizeof golden, "public/%s.%s.%s.html", name,
                       PAGES[i / 2].name, language_tag(language));
        golden_check(golden, buffer_bytes(&page));
        buffer_deinit(&page);
    }
    unmake(&fixture);
}

static void the_pages_are_the_golden_ones(void **state)
{
    (void)state;
    check_pages("geoje-family-center", "geoje");
    check_pages("gwangju-labor-office", "gwangju");
}

static void the_feed_is_the_golden_one(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture, "geoje-family-center");
    for (unsigned language = 0; language < 2; language++) {
        AUTO(buffer_deinit)
        struct buffer feed = buffer_with_limit(PAGE_BYTES_MAX);
        CHECK_OK(atom_feed_write(&fixture.versions,
                                 text_of("example.kr/haechi/center"),
                                 (enum language)language, NOW, &feed));
        golden_check(language == 0 ? "public/feed.ko.xml"
                                   : "public/feed.en.xml",
                     buffer_bytes(&feed));
        /* The same version is the same entry, whatever has come since. */
        AUTO(buffer_deinit)
        struct buffer earlier = buffer_with_limit(PAGE_BYTES_MAX);
        const struct public_versions two = {fixture.list, 2};
        CHECK_OK(atom_feed_write(&two, text_of("example.kr/haechi/center"),
                                 (enum language)language, NOW, &earlier));
        static const char ENTRY[] = "<entry>";
        const uint8_t *entry =
            memmem(earlier.data, earlier.size, ENTRY, sizeof ENTRY - 1);
        CHECK(entry != NULL);
        size_t size = earlier.size - (size_t)(entry - earlier.data);
        CHECK(size < feed.size &&
              memcmp(feed.data + feed.size - size, entry, size) == 0);
    }
    unmake(&fixture);
}

static void without_versions_there_are_pages_too(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture, "geoje-family-center");
    fixture.versions.count = 0;
    promises_deinit(&fixture.promises);
    for (size_t i = 0; i < 4; i++) {
        AUTO(buffer_deinit)
        struct buffer page = buffer_with_limit(PAGE_BYTES_MAX);
        CHECK_OK(render(&fixture, i, LANGUAGE_ENGLISH, &page));
        CHECK(page.size > 500);
    }
    AUTO(buffer_deinit) struct buffer feed = buffer_with_limit(PAGE_BYTES_MAX);
    CHECK_OK(atom_feed_write(&fixture.versions, text_of("h/haechi/s"),
                             LANGUAGE_ENGLISH, NOW, &feed));
    unmake(&fixture);
}

static enum status all_once(void *context)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < PAGE_COUNT; i++) {
        AUTO(buffer_deinit)
        struct buffer page = buffer_with_limit(PAGE_BYTES_MAX);
        s = render(context, i, LANGUAGE_ENGLISH, &page);
    }
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture, "geoje-family-center");
    test_every_allocation_fails(all_once, &fixture);
    unmake(&fixture);
}

TEST_MAIN("notice/public", TEST(the_pages_are_the_golden_ones),
          TEST(the_feed_is_the_golden_one),
          TEST(without_versions_there_are_pages_too),
          TEST(memory_may_run_out))

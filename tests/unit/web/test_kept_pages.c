/* SPDX-License-Identifier: Apache-2.0 */
/* Public pages: kept for a moment, and not for everybody at once. */
#include "web/kept_pages.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"
#include "web/limits.h"
#include "web/network_rate.h"

static const uint8_t SECRET[NETWORK_RATE_SECRET_SIZE] = {1, 2, 3};

static void put(struct kept_pages *pages, int64_t now_ms, uint32_t number,
                const char *body)
{
    struct kept_page page = {.page = PUBLIC_VERSION,
                             .number = number,
                             .body = text_bytes(text_of(body))};
    CHECK_OK(kept_pages_put(pages, now_ms, &page));
    CHECK(page.etag[0] == '"' && strlen(page.etag) == 34);
}

static bool has(const struct kept_pages *pages, int64_t now_ms,
                uint32_t number, const char *body)
{
    struct kept_page page = {.page = PUBLIC_VERSION, .number = number};
    if (!kept_pages_find(pages, now_ms, &page))
        return false;
    return text_equal(bytes_text(page.body), text_of(body));
}

static void a_page_is_kept_for_a_moment(void **state)
{
    (void)state;
    struct kept_pages *pages = NULL;
    CHECK_OK(kept_pages_create(&pages));
    put(pages, 1000, 1, "one");
    CHECK(has(pages, 1000 + WEB_PUBLIC_AGE_MS - 1, 1, "one"));
    CHECK(!has(pages, 1000 + WEB_PUBLIC_AGE_MS, 1, "one"));
    CHECK(!has(pages, 1000, 2, "one"));
    put(pages, 2000, 1, "another");
    CHECK(has(pages, 2000, 1, "another"));
    struct kept_page english = {.page = PUBLIC_VERSION,
                                .language = LANGUAGE_ENGLISH,
                                .number = 1};
    CHECK(!kept_pages_find(pages, 2000, &english));
    /* The oldest makes room: however many there are, so many are kept. */
    for (uint32_t i = 10; i < 10 + WEB_PUBLIC_KEPT_MAX; i++)
        put(pages, 2000 + i, i, "x");
    CHECK(!has(pages, 2100, 1, "another"));
    CHECK(has(pages, 2100, 10, "x"));
    struct kept_page large = {.body = {SECRET, WEB_PUBLIC_KEPT_BYTES_MAX + 1}};
    CHECK_STATUS(STATUS_LIMIT, kept_pages_put(pages, 2100, &large));
    kept_pages_destroy(&pages);
}

static void the_same_words_have_the_same_etag(void **state)
{
    (void)state;
    struct kept_pages *pages = NULL;
    CHECK_OK(kept_pages_create(&pages));
    struct kept_page a = {.body = text_bytes(text_of("one"))};
    struct kept_page b = {.body = text_bytes(text_of("one"))};
    struct kept_page c = {.body = text_bytes(text_of("two"))};
    CHECK_OK(kept_pages_put(pages, 1, &a));
    CHECK_OK(kept_pages_put(pages, 9000, &b));
    CHECK_OK(kept_pages_put(pages, 9001, &c));
    assert_string_equal(a.etag, b.etag);
    assert_string_not_equal(a.etag, c.etag);
    kept_pages_destroy(&pages);
}

static void a_network_has_its_share(void **state)
{
    (void)state;
    struct network_rate *rate = NULL;
    struct text one = text_of("192.0.2.1");
    CHECK_OK(network_rate_create(SECRET, &rate));
    for (unsigned i = 0; i < WEB_PUBLIC_BURST; i++)
        assert_int_equal(0, network_rate_take(rate, one, 5000));
    assert_int_equal(1, network_rate_take(rate, one, 5000));
    /* Being refused costs nothing, and one more comes with time. */
    assert_int_equal(1, network_rate_take(rate, one, 5000));
    assert_int_equal(
        0, network_rate_take(rate, one, 5000 + WEB_PUBLIC_EVERY_MS));
    assert_int_equal(
        1, network_rate_take(rate, one, 5000 + WEB_PUBLIC_EVERY_MS));
    unsigned others = 0;
    for (unsigned i = 2; i < 52; i++) {
        char network[24];
        (void)snprintf(network, sizeof network, "192.0.2.%u", i);
        others += network_rate_take(rate, text_of(network), 5000) == 0;
    }
    CHECK(others >= 48); /* one may share the bucket by chance */
    for (unsigned i = 0; i < WEB_PUBLIC_BURST; i++)
        assert_int_equal(0, network_rate_take(rate, one, 1000000));
    network_rate_destroy(&rate);
}

static enum status make_once(void *context)
{
    struct kept_pages *pages = NULL;
    struct network_rate *rate = NULL;
    struct kept_page page = {.body = text_bytes(text_of("one"))};
    (void)context;
    enum status s = kept_pages_create(&pages);
    if (s == STATUS_OK)
        s = kept_pages_put(pages, 1, &page);
    if (s == STATUS_OK)
        s = network_rate_create(SECRET, &rate);
    kept_pages_destroy(&pages);
    network_rate_destroy(&rate);
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    test_every_allocation_fails(make_once, NULL);
}

TEST_MAIN("web/kept_pages", TEST(a_page_is_kept_for_a_moment),
          TEST(the_same_words_have_the_same_etag),
          TEST(a_network_has_its_share), TEST(memory_may_run_out))

/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of public pages: made by one side, found by the other. */
#include "model/public_page.h"

#include <string.h>

#include "base/text.h"
#include "unit/test.h"
#include "web/router.h"

static void every_path_leads_to_its_page(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2 * (unsigned)PUBLIC_PAGE_COUNT; i++) {
        char path[PUBLIC_PATH_SIZE];
        enum public_page page = PUBLIC_PAGE_COUNT;
        enum language language = LANGUAGE_KOREAN;
        const struct route *route = NULL;
        uint64_t number = 0;
        unsigned allowed = 0;
        public_page_path((enum public_page)(i / 2), (enum language)(i % 2), 7,
                         path);
        CHECK(public_page_find(text_of(path), &page, &language));
        assert_int_equal(i / 2, page);
        assert_int_equal(i % 2, language);
        CHECK_OK(router_find(METHOD_GET, text_of(path), &route, &number,
                             &allowed));
        assert_int_equal(ENDPOINT_PUBLIC, route->endpoint);
        assert_int_equal(i / 2 == PUBLIC_VERSION ? 7 : 0, number);
    }
}

static void every_public_route_is_a_page(void **state)
{
    (void)state;
    size_t count = 0;
    size_t pages = 0;
    const struct route *routes = router_table(&count);
    for (size_t i = 0; i < count; i++) {
        enum public_page page = PUBLIC_PAGE_COUNT;
        enum language language = LANGUAGE_KOREAN;
        bool is_page = public_page_find(text_of(routes[i].pattern), &page,
                                        &language);
        CHECK(is_page == (routes[i].endpoint == ENDPOINT_PUBLIC));
        CHECK(!is_page || routes[i].flags == 0);
        pages += is_page;
    }
    assert_int_equal(2 * PUBLIC_PAGE_COUNT + 2, pages);
}

static void other_paths_are_none(void **state)
{
    (void)state;
    static const char *const NONE[] = {"",        "/",         "/publicx",
                                       "/pub",    "/public/x", "/public/enx",
                                       "/notices", "/notice/ko"};
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++) {
        enum public_page page = PUBLIC_PAGE_COUNT;
        enum language language = LANGUAGE_KOREAN;
        CHECK(!public_page_find(text_of(NONE[i]), &page, &language));
    }
}

TEST_MAIN("web/public_page", TEST(every_path_leads_to_its_page),
          TEST(every_public_route_is_a_page), TEST(other_paths_are_none))

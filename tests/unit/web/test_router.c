/* SPDX-License-Identifier: Apache-2.0 */
#include "web/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/alloc.h"
#include "base/text.h"
#include "sys/file.h"
#include "unit/test.h"
#include "web/problem.h"
#include "web/static_files.h"

enum { DOCUMENT_MAX = 1 << 20 };

static enum status find(enum http_method method, const char *path,
                        enum endpoint *endpoint, uint64_t *number)
{
    const struct route *route = NULL;
    unsigned allowed = 0;
    enum status s =
        router_find(method, text_of(path), &route, number, &allowed);
    if (s == STATUS_OK)
        *endpoint = route->endpoint;
    return s;
}

static void finds_routes_and_their_number(void **state)
{
    (void)state;
    enum endpoint endpoint = ENDPOINT_COUNT;
    uint64_t number = 0;
    CHECK_OK(find(METHOD_GET, "/api/v1/views/18446744073709551615/media",
                  &endpoint, &number));
    assert_int_equal(ENDPOINT_VIEW_MEDIA, endpoint);
    CHECK(number == UINT64_MAX);
    CHECK_OK(find(METHOD_DELETE, "/api/v1/session", &endpoint, &number));
    assert_int_equal(ENDPOINT_LOGOUT, endpoint);
    CHECK_OK(find(METHOD_GET, "/notice/en", &endpoint, &number));
    assert_int_equal(ENDPOINT_PUBLIC, endpoint);
    static const char *const NONE[] = {
        "",          "/",
        "/api",      "/api/v1/session/",
        "/api/v1/views/x/media",  "/api/v1/views//media",
        "/api/v1/views/01/media", "/api/v1/views/18446744073709551616/media",
        "/api/v1/views/-1/media", "/api/v1/views/{view}/media",
        "/notice/fr",             "/api/v1/views/1/media/x",
    };
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        CHECK_STATUS(STATUS_NOT_FOUND,
                     find(METHOD_GET, NONE[i], &endpoint, &number));
}

static void a_known_path_names_its_methods(void **state)
{
    (void)state;
    const struct route *route = NULL;
    uint64_t number = 0;
    unsigned allowed = 0;
    CHECK_STATUS(STATUS_CONFLICT,
                 router_find(METHOD_DELETE, text_of("/api/v1/accounts"),
                             &route, &number, &allowed));
    assert_int_equal(METHOD_GET | METHOD_POST, allowed);
    struct buffer out = buffer_with_limit(64);
    router_write_methods(allowed, &out);
    CHECK(text_equal(buffer_text(&out), text_of("GET, POST")));
    buffer_deinit(&out);
}

static void changes_are_marked_and_need_a_session(void **state)
{
    (void)state;
    size_t count = 0;
    const struct route *routes = router_table(&count);
    for (size_t i = 0; i < count; i++) {
        const struct route *route = &routes[i];
        /* Another log's question, which no page asks and no session answers:
         * it changes only what that log has signed. */
        if (route->endpoint == ENDPOINT_WITNESS)
            continue;
        bool is_change = route->method != METHOD_GET;
        bool is_login = route->endpoint == ENDPOINT_LOGIN ||
                        route->endpoint == ENDPOINT_LOGIN_FIRST;
        CHECK(is_change == ((route->flags & ROUTE_CHANGE) != 0));
        CHECK(((route->flags & ROUTE_JSON) != 0) == (route->body_max > 0));
        if (is_change && !is_login)
            CHECK((route->flags & ROUTE_SESSION) != 0);
    }
}

/* ---- docs/reference/api/openapi.yaml ------------------------------------- */

static char *read_document(void)
{
    char path[1024];
    const char *root = getenv("SOURCE_ROOT");
    (void)snprintf(path, sizeof path, "%s/docs/reference/api/openapi.yaml",
                   root == NULL ? "." : root);
    uint8_t *text = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, DOCUMENT_MAX, &text,
                           &size));
    return (char *)text;
}

/* Counts "  /path:" with "    method:" below; checks each against the table. */
static size_t count_documented(struct text document)
{
    static const struct {
        const char *line;
        enum http_method method;
    } METHODS[] = {{"    get:", METHOD_GET},
                   {"    post:", METHOD_POST},
                   {"    delete:", METHOD_DELETE}};
    size_t count = 0;
    char path[256] = "";
    size_t routes_count = 0;
    const struct route *routes = router_table(&routes_count);
    while (document.size > 0) {
        struct text line = text_cut(&document, '\n');
        if (text_starts_with(line, text_of("  /"))) {
            const struct text name = {line.data + 2, line.size - 3};
            CHECK(text_copy(name, path, sizeof path));
        }
        for (size_t m = 0; m < 3; m++) {
            if (!text_equal(line, text_of(METHODS[m].line)))
                continue;
            bool is_known = false;
            for (size_t i = 0; i < routes_count; i++)
                is_known |= routes[i].method == METHODS[m].method &&
                            strcmp(routes[i].pattern, path) == 0;
            if (!is_known)
                fail_msg("documented, but not served: %s %s",
                         METHODS[m].line, path);
            count++;
        }
    }
    return count;
}

static bool is_yaml(const char *document)
{
    yaml_parser_t parser;
    yaml_event_t event;
    bool is_over = false;
    bool is_good = yaml_parser_initialize(&parser) == 1;
    yaml_parser_set_input_string(&parser, (const unsigned char *)document,
                                 strlen(document));
    while (is_good && !is_over) {
        is_good = yaml_parser_parse(&parser, &event) == 1;
        is_over = is_good && event.type == YAML_STREAM_END_EVENT;
        if (is_good)
            yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return is_good;
}

static void the_description_is_the_table(void **state)
{
    (void)state;
    char *document = read_document();
    CHECK(is_yaml(document));
    size_t count = 0;
    (void)router_table(&count);
    assert_int_equal(count, count_documented(text_of(document)));
    for (int i = PROBLEM_NONE + 1; i < PROBLEM_COUNT; i++) {
        char row[128];
        (void)snprintf(row, sizeof row, "- %s\n",
                       problem_name((enum problem)i));
        if (strstr(document, row) == NULL)
            fail_msg("not described: problem %s",
                     problem_name((enum problem)i));
    }
    alloc_free(document);
}

/* ---- files ----------------------------------------------------------------- */

static void the_console_is_inside(void **state)
{
    (void)state;
    struct static_file root;
    struct static_file file;
    CHECK_OK(static_files_find(text_of("/"), &root));
    CHECK_OK(static_files_find(text_of("/index.html"), &file));
    assert_string_equal(root.etag, file.etag);
    assert_string_equal("text/html; charset=utf-8", file.type);
    assert_int_equal(66, strlen(file.etag));
    CHECK_OK(static_files_find(text_of("/app.js"), &file));
    assert_string_equal("text/javascript; charset=utf-8", file.type);
    assert_string_not_equal(root.etag, file.etag);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 static_files_find(text_of("/nothing.js"), &file));
    CHECK_STATUS(STATUS_NOT_FOUND, static_files_find(text_of(""), &file));
}

TEST_MAIN("web/router", TEST(finds_routes_and_their_number),
          TEST(a_known_path_names_its_methods),
          TEST(changes_are_marked_and_need_a_session),
          TEST(the_description_is_the_table), TEST(the_console_is_inside))

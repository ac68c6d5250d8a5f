/* SPDX-License-Identifier: Apache-2.0 */
#include "web/problem.h"

#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"
#include "web/response.h"

static void each_is_a_sentence_in_both_languages(void **state)
{
    (void)state;
    for (int i = 0; i < PROBLEM_COUNT; i++) {
        struct buffer out = buffer_with_limit(4096);
        problem_write((enum problem)i, &out);
        json_t *json =
            json_loadb((const char *)out.data, out.size, 0, NULL);
        json_t *error = json_object_get(json, "error");
        const char *ko = json_string_value(json_object_get(error, "ko"));
        const char *en = json_string_value(json_object_get(error, "en"));
        assert_non_null(ko);
        assert_non_null(en);
        CHECK(strlen(ko) > 10 && ko[strlen(ko) - 1] == '.');
        CHECK(strlen(en) > 10 && en[strlen(en) - 1] == '.');
        CHECK(text_is_plain(text_of(ko)) && text_is_plain(text_of(en)));
        assert_int_equal(
            problem_http_code((enum problem)i),
            json_integer_value(json_object_get(error, "status")));
        json_decref(json);
        buffer_deinit(&out);
    }
}

static void every_status_has_one(void **state)
{
    (void)state;
    assert_int_equal(PROBLEM_NONE, problem_of_gate(STATUS_OK));
    assert_int_equal(PROBLEM_NONE, problem_of_vault(STATUS_OK));
    for (int s = STATUS_OK + 1; s < STATUS_COUNT; s++) {
        CHECK(problem_http_code(problem_of_gate((enum status)s)) >= 400);
        CHECK(problem_http_code(problem_of_vault((enum status)s)) >= 400);
    }
    assert_int_equal(PROBLEM_VAULT_AWAY, problem_of_vault(STATUS_IO));
    assert_int_equal(PROBLEM_GATE_AWAY, problem_of_gate(STATUS_IO));
    assert_int_equal(PROBLEM_INTERNAL, problem_of_gate((enum status)99));
}

/* Each answer that a browser shows carries its policy. */
static void no_answer_lets_a_foreign_script_run(void **state)
{
    (void)state;
    static const enum response_kind KINDS[] = {RESPONSE_API, RESPONSE_FILE,
                                               RESPONSE_PAGE};
    for (size_t i = 0; i < 3; i++) {
        struct buffer out = buffer_with_limit(4096);
        const struct response response = {
            .code = 200, .kind = KINDS[i], .type = "text/html"};
        response_write_head(&response, &out);
        buffer_append_u8(&out, 0);
        const char *head = (const char *)out.data;
        assert_non_null(strstr(head, "default-src 'none'"));
        assert_non_null(strstr(head, "frame-ancestors 'none'"));
        assert_null(strstr(head, "script-src 'unsafe"));
        assert_non_null(strstr(head, "nosniff"));
        assert_non_null(strstr(head, KINDS[i] == RESPONSE_FILE
                                         ? "Cache-Control: no-cache"
                                         : "Cache-Control: no-store"));
        assert_non_null(strstr(head, "Content-Length: 0\r\n\r\n"));
        buffer_deinit(&out);
    }
}

TEST_MAIN("web/problem", TEST(each_is_a_sentence_in_both_languages),
          TEST(every_status_has_one),
          TEST(no_answer_lets_a_foreign_script_run))

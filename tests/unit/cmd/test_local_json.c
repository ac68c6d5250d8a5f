/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer may say to a terminal. */
#include "cmd/local/json.h"
#include "unit/test.h"

enum { DEEP = 40 };

static bool is_plain(const char *text)
{
    json_t *document = json_loads(text, 0, NULL);
    CHECK(document != NULL);
    bool result = local_is_plain(document);
    json_decref(document);
    return result;
}

static void plain_answers_pass(void **state)
{
    (void)state;
    CHECK(local_is_plain(NULL));
    CHECK(is_plain("{}") && is_plain("[]") && is_plain("[[],{},[1,null]]"));
    CHECK(is_plain("{\"a\":[{\"b\":\"한글 <b>&amp; =1+1\"},2,true]}"));
}

/* Wherever it stands: in a value, in a name, behind what is plain. */
static void what_a_terminal_obeys_does_not(void **state)
{
    (void)state;
    static const char *const HOSTILE[] = {
        "[\"\\u001b[2J\"]",      "[\"\\n\"]",     "[\"\\r\"]",
        "[\"\\u0007\"]",         "[\"\\u007f\"]", "[\"\\u009b31m\"]",
        "[\"\\u202egpj.exe\"]",  "[\"\\u2066x\"]", "[\"\\u2028\"]",
        "[1,[2,{\"a\":\"\\t\"}],3]",
        "{\"a\":1,\"\\u001b\":2}",
        "{\"a\":[1,2,{\"b\":{}},\"\\u202e\"]}",
    };
    for (size_t i = 0; i < sizeof HOSTILE / sizeof HOSTILE[0]; i++)
        CHECK(!is_plain(HOSTILE[i]));
}

static void what_is_nested_too_deep_does_not(void **state)
{
    (void)state;
    char text[2 * DEEP + 1] = "";
    for (int i = 0; i < DEEP; i++) {
        text[i] = '[';
        text[2 * DEEP - 1 - i] = ']';
    }
    CHECK(!is_plain(text));
}

TEST_MAIN("cmd/local/json", TEST(plain_answers_pass),
          TEST(what_a_terminal_obeys_does_not),
          TEST(what_is_nested_too_deep_does_not))

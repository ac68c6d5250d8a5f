/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/markup.h"
#include "base/text.h"
#include "unit/test.h"

static void words_mark_nothing_up(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(1000);
    markup_escape(text_of("열람 <b a=\"x\" c='y'>&amp;"), &out);
    CHECK_OK(buffer_status(&out));
    CHECK(text_equal(buffer_text(&out),
                     text_of("열람 &lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;"
                             "&amp;amp;")));
}

/* No byte that begins markup is left, whatever comes in. */
static void any_byte_is_harmless(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        AUTO(buffer_deinit) struct buffer out = buffer_with_limit(1000);
        char c = (char)byte;
        markup_escape((struct text){&c, 1}, &out);
        CHECK(out.size >= 1);
        for (size_t i = 0; i < out.size; i++) {
            CHECK(out.data[i] != '<' && out.data[i] != '>' &&
                  out.data[i] != '"' && out.data[i] != '\'');
            CHECK(out.data[i] != '&' || out.size > 1);
        }
    }
}

static void too_much_fails(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(5);
    markup_escape(text_of("ab<"), &out);
    CHECK(out.failed && out.size <= 5);
}

TEST_MAIN("base/markup", TEST(words_mark_nothing_up),
          TEST(any_byte_is_harmless), TEST(too_much_fails))

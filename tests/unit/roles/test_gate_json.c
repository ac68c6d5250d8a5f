/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/json.h"
#include "unit/test.h"

static void a_document_has_its_commas(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(4096);
    struct json json = gate_put_on(&out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "n", -7);
    gate_put_name(&json, "list");
    gate_put_open(&json, '[');
    gate_put_bool(&json, true);
    gate_put_null(&json);
    gate_put_open(&json, '[');
    gate_put_close(&json, ']');
    gate_put_hex(&json, bytes_of("\x01\xff", 2));
    gate_put_close(&json, ']');
    gate_put_name(&json, "s");
    gate_put_seconds(&json, 12345678);
    gate_put_name(&json, "t");
    gate_put_time(&json, (struct wall_time){0});
    gate_put_close(&json, '}');
    buffer_append_u8(&out, 0);
    assert_string_equal("{\"n\":-7,\"list\":[true,null,[],\"01ff\"],"
                        "\"s\":12.3,\"t\":\"1970-01-01T00:00:00.000000Z\"}",
                        (const char *)out.data);
}

/* Whatever stands in a text, another's parser reads it back. */
static void any_text_is_read_back(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {"",
                                        "홍길동",
                                        "\"quoted\" \\ back",
                                        "line\nfeed\ttab\x01",
                                        "</script><script>",
                                        "{\"n\":0}"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        AUTO(buffer_deinit) struct buffer out = buffer_with_limit(4096);
        struct json json = gate_put_on(&out);
        gate_put_open(&json, '[');
        gate_put_text(&json, text_of(TEXTS[i]));
        gate_put_close(&json, ']');
        json_t *root = json_loadb((const char *)out.data, out.size, 0, NULL);
        CHECK(root != NULL);
        assert_string_equal(TEXTS[i],
                            json_string_value(json_array_get(root, 0)));
        json_decref(root);
    }
}

TEST_MAIN("roles/gate_json", TEST(a_document_has_its_commas),
          TEST(any_text_is_read_back))

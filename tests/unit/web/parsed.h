/* SPDX-License-Identifier: Apache-2.0 */
/* A request from its text, for the tests of this folder. */
#ifndef UNIT_WEB_PARSED_H
#define UNIT_WEB_PARSED_H

#include "base/alloc.h"
#include "base/text.h"
#include "unit/test.h"
#include "web/request.h"
#include "wire/message.h"

struct parsed {
    struct wire_message message;
    struct request request;
    enum status status;
    enum problem why;
};

/* Release with parsed_free. */
static inline struct parsed *parsed_of(const char *raw)
{
    struct parsed *parsed = alloc_zeroed(sizeof *parsed);
    assert_non_null(parsed);
    wire_message_init(&parsed->message, WIRE_HTTP_REQUEST, &WIRE_LIMITS_HTTP);
    struct bytes in = text_bytes(text_of(raw));
    size_t used = 0;
    CHECK_OK(wire_message_input(&parsed->message, in, &used));
    assert_int_equal(in.size, used);
    parsed->why = PROBLEM_NONE;
    parsed->status =
        request_read(&parsed->message, &parsed->request, &parsed->why);
    return parsed;
}

static inline void parsed_free(struct parsed **parsed)
{
    wire_message_deinit(&(*parsed)->message);
    alloc_free(*parsed);
    *parsed = NULL;
}

#define CHECK_TEXT(expected, got)                                              \
    do {                                                                       \
        struct text got_ = (got);                                              \
        assert_int_equal(strlen(expected), got_.size);                         \
        assert_memory_equal(expected, got_.data, got_.size);                   \
    } while (0)

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "unit/test.h"

static void grows_to_its_limit_and_no_further(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer buffer = buffer_with_limit(1000);
    for (int i = 0; i < 100; i++)
        buffer_append_text(&buffer, "0123456789");
    CHECK_OK(buffer_status(&buffer));
    CHECK(buffer.size == 1000);
    buffer_append_u8(&buffer, 1);
    CHECK(buffer.failed);
    CHECK(buffer.size == 1000);
    buffer_consume(&buffer, 995);
    CHECK(text_equal(buffer_text(&buffer), text_of("56789")));
}

static void takes_exactly_what_is_prepared(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer buffer = buffer_with_limit(1000);
    buffer_prepare_blocks(&buffer, 700);
    CHECK(buffer.capacity == 700 && buffer.size == 0);
    CHECK((uintptr_t)buffer.data % ALLOC_BLOCK_BYTES == 0);
    CHECK(buffer_reserve(&buffer, 700) != NULL);
    CHECK(buffer.capacity == 700);
    buffer_prepare_blocks(&buffer, 900); /* it has memory: nothing happens */
    CHECK(buffer.capacity == 700 && buffer.size == 700);
    buffer_deinit(&buffer);
    buffer_prepare_blocks(&buffer, 1001);
    CHECK(buffer.failed && buffer.data == NULL);
}

static enum status fill(void *context)
{
    (void)context;
    AUTO(buffer_deinit) struct buffer buffer = buffer_with_limit(100000);
    buffer_prepare_blocks(&buffer, 300);
    for (int i = 0; i < 1000; i++)
        buffer_format(&buffer, "%d,", i);
    return buffer_status(&buffer);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(fill, NULL);
}

TEST_MAIN("base/buffer", TEST(grows_to_its_limit_and_no_further),
          TEST(takes_exactly_what_is_prepared),
          TEST(every_allocation_may_fail))

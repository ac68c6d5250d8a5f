/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/sealed_memory.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "unit/test.h"

static void gives_back_what_was_put_in(void **state)
{
    (void)state;
    const struct bytes parts[] = {bytes_of("abc", 3), bytes_of(NULL, 0),
                                  bytes_of("defg", 4)};
    int descriptor = -1;
    CHECK_OK(sealed_memory_make(parts, 3, &descriptor));
    struct bytes mapped;
    CHECK_OK(sealed_memory_map(descriptor, 7, &mapped));
    CHECK(memcmp(mapped.data, "abcdefg", 7) == 0);
    sealed_memory_unmap(&mapped);
    CHECK(mapped.size == 0);
    CHECK_STATUS(STATUS_CORRUPT, sealed_memory_map(descriptor, 8, &mapped));
    (void)close(descriptor);
}

static void nobody_can_change_it(void **state)
{
    (void)state;
    const struct bytes part = bytes_of("abc", 3);
    int descriptor = -1;
    CHECK_OK(sealed_memory_make(&part, 1, &descriptor));
    CHECK(pwrite(descriptor, "x", 1, 0) < 0);
    CHECK(ftruncate(descriptor, 1) != 0);
    CHECK(ftruncate(descriptor, 9) != 0);
    (void)close(descriptor);
}

static void refuses_memory_that_may_still_change(void **state)
{
    (void)state;
    int descriptor = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    CHECK(descriptor >= 0 && ftruncate(descriptor, 10) == 0);
    struct bytes mapped;
    CHECK_STATUS(STATUS_CORRUPT, sealed_memory_map(descriptor, 10, &mapped));
    CHECK(fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0);
    CHECK_STATUS(STATUS_CORRUPT, sealed_memory_map(descriptor, 10, &mapped));
    (void)close(descriptor);
}

static void a_draft_grows_and_is_sealed(void **state)
{
    (void)state;
    static uint8_t part[70000];
    struct memory_draft draft;
    int descriptor = -1;
    CHECK_OK(memory_draft_begin(&draft));
    for (uint8_t i = 0; i < 3; i++) {
        memset(part, 'a' + i, sizeof part);
        CHECK_OK(memory_draft_append(&draft, bytes_of(part, sizeof part)));
    }
    CHECK(draft.size == 3 * sizeof part);
    CHECK_STATUS(STATUS_LIMIT,
                 memory_draft_append(&draft,
                                     bytes_of(part, SEALED_MEMORY_MAX)));
    CHECK_OK(memory_draft_seal(&draft, &descriptor));
    CHECK(draft.descriptor == -1 && draft.size == 0);
    struct bytes mapped;
    CHECK_STATUS(STATUS_CORRUPT,
                 sealed_memory_map(descriptor, 3 * sizeof part + 1, &mapped));
    CHECK_OK(sealed_memory_map(descriptor, 3 * sizeof part, &mapped));
    CHECK(mapped.data[0] == 'a' && mapped.data[sizeof part] == 'b' &&
          mapped.data[3 * sizeof part - 1] == 'c');
    CHECK(pwrite(descriptor, "x", 1, 0) < 0);
    sealed_memory_unmap(&mapped);
    (void)close(descriptor);
}

static void an_empty_draft_gives_no_descriptor(void **state)
{
    (void)state;
    struct memory_draft draft;
    int descriptor = 5;
    CHECK_OK(memory_draft_begin(&draft));
    CHECK_OK(memory_draft_seal(&draft, &descriptor));
    CHECK(descriptor == -1);
    memory_draft_drop(&draft); /* already empty */
}

TEST_MAIN("sys/sealed_memory", TEST(gives_back_what_was_put_in),
          TEST(nobody_can_change_it), TEST(refuses_memory_that_may_still_change),
          TEST(a_draft_grows_and_is_sealed),
          TEST(an_empty_draft_gives_no_descriptor))

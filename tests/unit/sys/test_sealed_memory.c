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

static void what_was_filled_in_place_is_sealed_and_no_longer(void **state)
{
    (void)state;
    struct memory_draft draft;
    int descriptor = -1;
    CHECK_STATUS(STATUS_LIMIT,
                 memory_draft_begin((size_t)SEALED_MEMORY_MAX + 1, &draft));
    CHECK_OK(memory_draft_begin(100000, &draft));
    memset(draft.data, 'a', 50000);
    CHECK_OK(memory_draft_seal(&draft, 30000, &descriptor));
    struct bytes mapped;
    CHECK_STATUS(STATUS_CORRUPT,
                 sealed_memory_map(descriptor, 30001, &mapped));
    CHECK_OK(sealed_memory_map(descriptor, 30000, &mapped));
    CHECK(mapped.data[0] == 'a' && mapped.data[29999] == 'a');
    CHECK(pwrite(descriptor, "x", 1, 0) < 0);
    sealed_memory_unmap(&mapped);
    (void)close(descriptor);
}

static void an_empty_draft_gives_no_descriptor(void **state)
{
    (void)state;
    struct memory_draft draft;
    int descriptor = 5;
    CHECK_OK(memory_draft_begin(4096, &draft));
    CHECK_OK(memory_draft_seal(&draft, 0, &descriptor));
    CHECK(descriptor == -1);
    memory_draft_drop(&draft); /* already empty */
    CHECK_OK(memory_draft_begin(4096, &draft));
    CHECK_STATUS(STATUS_IO, memory_draft_seal(&draft, 4097, &descriptor));
    CHECK(descriptor == -1 && draft.descriptor == -1);
}

TEST_MAIN("sys/sealed_memory", TEST(gives_back_what_was_put_in),
          TEST(nobody_can_change_it), TEST(refuses_memory_that_may_still_change),
          TEST(what_was_filled_in_place_is_sealed_and_no_longer),
          TEST(an_empty_draft_gives_no_descriptor))

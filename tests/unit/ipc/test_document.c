/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/document.h"

#include <string.h>

#include "base/alloc.h"
#include "ipc/channel.h"
#include "sys/loop.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"
#include "unit/test.h"

struct ends {
    struct loop *loop;
    struct channel *gate;
    int web;
};

static void ends_open(struct ends *ends)
{
    static const struct message_handlers NONE = {0};
    int sockets[2];
    CHECK_OK(loop_create(&ends->loop));
    CHECK_OK(socket_pair(sockets));
    ends->web = sockets[0];
    CHECK_OK(channel_create(ends->loop, sockets[1], ROLE_GATE, ROLE_WEB, &NONE,
                            NULL, NULL, &ends->gate));
}

static void ends_close(struct ends *ends)
{
    channel_destroy(&ends->gate);
    socket_close(&ends->web);
    loop_destroy(&ends->loop);
}

static void any_size_comes_back(void **state)
{
    (void)state;
    static const size_t SIZES[] = {0, 1, DOCUMENT_INSIDE_MAX,
                                   DOCUMENT_INSIDE_MAX + 1, DOCUMENT_MAX};
    struct ends ends;
    ends_open(&ends);
    uint8_t *whole = alloc_array(DOCUMENT_MAX + 1, 1);
    CHECK(whole != NULL);
    for (size_t i = 0; i <= DOCUMENT_MAX; i++)
        whole[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        struct document document;
        struct bytes mapped;
        struct bytes back;
        CHECK_OK(document_pack(ends.gate, bytes_of(whole, SIZES[i]),
                               &document));
        CHECK(document.inside.size <= DOCUMENT_INSIDE_MAX);
        CHECK((document.descriptor >= 0) == (SIZES[i] > DOCUMENT_INSIDE_MAX));
        CHECK_OK(document_open(document.inside, document.outside_bytes,
                               &document.descriptor, &mapped, &back));
        assert_int_equal(SIZES[i], back.size);
        assert_int_equal(-1, document.descriptor);
        CHECK(back.size == 0 || memcmp(whole, back.data, back.size) == 0);
        sealed_memory_unmap(&mapped);
    }
    struct document document;
    CHECK_STATUS(STATUS_LIMIT,
                 document_pack(ends.gate, bytes_of(whole, DOCUMENT_MAX + 1),
                               &document));
    alloc_free(whole);
    ends_close(&ends);
}

static void what_is_not_there_is_noticed(void **state)
{
    (void)state;
    const struct bytes nothing = {NULL, 0};
    struct bytes part = bytes_of("{}", 2);
    struct bytes mapped;
    struct bytes back;
    int descriptor = -1;
    CHECK_STATUS(STATUS_CORRUPT,
                 document_open(nothing, 5, &descriptor, &mapped, &back));
    CHECK_STATUS(STATUS_LIMIT, document_open(nothing, DOCUMENT_MAX + 1,
                                             &descriptor, &mapped, &back));
    CHECK_OK(sealed_memory_make(&part, 1, &descriptor));
    CHECK_STATUS(STATUS_CORRUPT,
                 document_open(nothing, 3, &descriptor, &mapped, &back));
    assert_int_equal(-1, descriptor);
    sealed_memory_unmap(&mapped);
}

/* Nothing more is made for a web that does not receive. */
static void a_peer_that_does_not_receive_waits(void **state)
{
    (void)state;
    static const uint8_t LARGE[DOCUMENT_INSIDE_MAX + 1];
    struct ends ends;
    size_t given = 0;
    ends_open(&ends);
    for (enum status s = STATUS_OK; s == STATUS_OK && given < 1000;) {
        struct document document;
        s = document_pack(ends.gate, bytes_of(LARGE, sizeof LARGE),
                          &document);
        if (s != STATUS_OK) {
            CHECK_STATUS(STATUS_AGAIN, s);
            break;
        }
        const struct message_cameras_get_reply reply = {
            .id = 1, .outside_bytes = document.outside_bytes};
        CHECK_OK(message_cameras_get_answer(ends.gate, &reply,
                                            document.descriptor));
        given++;
    }
    assert_int_equal(CHANNEL_LENT_COUNT_MAX, given);
    ends_close(&ends);
}

TEST_MAIN("ipc/document", TEST(any_size_comes_back),
          TEST(what_is_not_there_is_noticed),
          TEST(a_peer_that_does_not_receive_waits))

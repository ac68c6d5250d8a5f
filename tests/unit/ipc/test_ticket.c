/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/ticket.h"

#include <string.h>

#include "ipc/plan.h"
#include "base/text.h"
#include "unit/test.h"

static const uint8_t VAULT_KEY[TICKET_KEY_SIZE] = {1};
static const uint8_t KEEPER_KEY[TICKET_KEY_SIZE] = {2};
static const uint8_t CAMERAS[] = {0, 0, 0, 3, 0, 0, 1, 0};
static const struct boot_time NOW = {1000};

static size_t seal(uint8_t *out, size_t size)
{
    const struct ticket ticket = {
        .kind = TICKET_LIVE,
        .view = 77,
        .person = 5,
        .span = {{10}, {20}},
        .expires = {2000},
        .cameras = {CAMERAS, sizeof CAMERAS},
    };
    struct writer w = writer_on(out, size);
    CHECK_OK(ticket_seal(&ticket, VAULT_KEY, KEEPER_KEY, &w));
    return w.used;
}

static void both_readers_take_it_and_see_what_was_sealed(void **state)
{
    (void)state;
    uint8_t sealed[TICKET_FIXED_SIZE + sizeof CAMERAS];
    size_t size = seal(sealed, sizeof sealed);
    CHECK(size == sizeof sealed);
    struct ticket ticket;
    CHECK_OK(ticket_open(bytes_of(sealed, size), TICKET_FOR_VAULT, VAULT_KEY,
                         NOW, &ticket));
    CHECK_OK(ticket_open(bytes_of(sealed, size), TICKET_FOR_KEEPER, KEEPER_KEY,
                         NOW, &ticket));
    CHECK(ticket.kind == TICKET_LIVE && ticket.view == 77 &&
          ticket.person == 5 && ticket.span.from.us == 10 &&
          ticket.span.to.us == 20);
    CHECK(ticket_allows_camera(&ticket, 3));
    CHECK(ticket_allows_camera(&ticket, 256));
    CHECK(!ticket_allows_camera(&ticket, 4));
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    uint8_t sealed[TICKET_FIXED_SIZE + sizeof CAMERAS];
    size_t size = seal(sealed, sizeof sealed);
    struct ticket ticket;
    for (size_t bit = 0; bit < 8 * size; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        enum status for_vault = ticket_open(bytes_of(sealed, size),
                                            TICKET_FOR_VAULT, VAULT_KEY, NOW,
                                            &ticket);
        enum status for_keeper = ticket_open(bytes_of(sealed, size),
                                             TICKET_FOR_KEEPER, KEEPER_KEY,
                                             NOW, &ticket);
        /* A bit of one reader's MAC is the other's business alone. */
        bool in_vault_mac = bit / 8 >= size - 64 && bit / 8 < size - 32;
        bool in_keeper_mac = bit / 8 >= size - 32;
        CHECK((for_vault == STATUS_DENIED) == !in_keeper_mac);
        CHECK((for_keeper == STATUS_DENIED) == !in_vault_mac);
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t cut = 0; cut < size; cut++)
        CHECK_STATUS(STATUS_DENIED,
                     ticket_open(bytes_of(sealed, cut), TICKET_FOR_VAULT,
                                 VAULT_KEY, NOW, &ticket));
}

static void it_ends(void **state)
{
    (void)state;
    uint8_t sealed[TICKET_FIXED_SIZE + sizeof CAMERAS];
    size_t size = seal(sealed, sizeof sealed);
    struct ticket ticket;
    CHECK_STATUS(STATUS_DENIED,
                 ticket_open(bytes_of(sealed, size), TICKET_FOR_VAULT,
                             VAULT_KEY, (struct boot_time){2000}, &ticket));
}

/* The vault holds its own key only: what it seals, the keeper refuses. */
static void one_reader_cannot_make_one_for_the_other(void **state)
{
    (void)state;
    uint8_t sealed[TICKET_FIXED_SIZE + sizeof CAMERAS];
    const struct ticket forged = {
        .kind = TICKET_RECORDED,
        .expires = {2000},
        .cameras = {CAMERAS, sizeof CAMERAS},
    };
    struct writer w = writer_on(sealed, sizeof sealed);
    CHECK_OK(ticket_seal(&forged, VAULT_KEY, VAULT_KEY, &w));
    struct ticket ticket;
    CHECK_STATUS(STATUS_DENIED,
                 ticket_open(writer_written(&w), TICKET_FOR_KEEPER, KEEPER_KEY,
                             NOW, &ticket));
}

static void a_plan_comes_back(void **state)
{
    (void)state;
    uint8_t memory[200];
    struct writer w = writer_on(memory, sizeof memory);
    const struct plan_camera in = {
        .camera = 9,
        .transport = CAMERA_UDP,
        .port = 554,
        .host = text_of("camera.example"),
        .path = text_of("/cam/9"),
        .user = text_of("viewer"),
        .password = text_of(""),
    };
    plan_camera_encode(&in, &w);
    CHECK(!w.failed);
    for (size_t cut = 0; cut < w.used; cut++) {
        struct reader r = reader_on(bytes_of(memory, cut));
        struct plan_camera out;
        CHECK_STATUS(STATUS_BAD_INPUT, plan_camera_decode(&r, &out));
    }
    struct reader r = reader_on(writer_written(&w));
    struct plan_camera out;
    CHECK_OK(plan_camera_decode(&r, &out));
    CHECK(reader_done(&r));
    CHECK(out.camera == 9 && out.port == 554 &&
          out.transport == CAMERA_UDP);
    CHECK(text_equal(out.host, in.host) && text_equal(out.path, in.path) &&
          text_equal(out.user, in.user) && out.password.size == 0);
}

TEST_MAIN("ipc/ticket", TEST(both_readers_take_it_and_see_what_was_sealed),
          TEST(every_flipped_bit_is_noticed), TEST(it_ends),
          TEST(one_reader_cannot_make_one_for_the_other),
          TEST(a_plan_comes_back))

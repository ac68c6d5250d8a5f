/* SPDX-License-Identifier: Apache-2.0 */
#include "log/exclusions.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"

enum { LINE = 1400 };

#define COMMITMENT                                                             \
    "\"c:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""

static void tell(struct exclusions *exclusions, const char *members)
{
    char line[LINE];
    struct entry_line entry;
    static int number;
    (void)snprintf(line, sizeof line,
                   "{\"n\":%d,\"t\":\"2026-11-22T03:28:10.123456Z\",%s}",
                   ++number, members);
    CHECK_OK(entry_line_read(text_of(line), &entry));
    CHECK(entry.is_known);
    exclusions_add(exclusions, &entry);
}

static void sign(struct exclusions *exclusions, unsigned camera,
                 const char *place, const char *by)
{
    char members[LINE];
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"exclusion.signed\",\"account\":7,\"person\":"
                   "\"director\",\"camera\":%u,\"place\":\"%s\",\"by\":\"%s\","
                   "\"picture_sha256\":\"aa\",\"taken\":"
                   "\"2026-11-21T03:00:00.000000Z\",\"state_sha256\":\"bb\","
                   "\"why\":" COMMITMENT ",\"address\":" COMMITMENT,
                   camera, place, by);
    tell(exclusions, members);
}

static void send(struct exclusions *exclusions, unsigned camera,
                 const char *pictures)
{
    char members[LINE];
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"camera.codec\",\"event\":1,\"camera\":%u,"
                   "\"from\":\"2026-11-21T03:00:00.000000Z\",\"detail\":\"%s\"",
                   camera, pictures);
    tell(exclusions, members);
}

static void certify(struct exclusions *exclusions, unsigned camera,
                    const char *change)
{
    char members[LINE];
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"camera.certificate\",\"camera\":%u,"
                   "\"change\":\"%s\",\"sha256\":\"cc\"",
                   camera, change);
    tell(exclusions, members);
}

static const struct exclusion_signature *
find(const struct exclusions *exclusions, uint32_t camera)
{
    return exclusions_find(exclusions, camera, text_of("수유실"));
}

static void the_last_word_about_a_place_counts(void **state)
{
    (void)state;
    struct exclusions exclusions = {.list = NULL};
    CHECK(find(&exclusions, 4) == NULL);
    sign(&exclusions, 4, "수유실", "aim");
    sign(&exclusions, 4, "탈의실", "mask");
    sign(&exclusions, 5, "수유실", "mask");
    sign(&exclusions, 4, "수유실", "prayer"); /* passed over */
    const struct exclusion_signature *found = find(&exclusions, 4);
    CHECK(found != NULL && found->by == EXCLUSION_BY_AIM);
    assert_string_equal("director", found->person);
    assert_string_equal("aa", found->picture_sha256);
    assert_string_equal("bb", found->state_sha256);
    CHECK(found->taken.us < found->signed_at.us);
    sign(&exclusions, 4, "수유실", "none");
    found = find(&exclusions, 4);
    CHECK(found != NULL && found->by == EXCLUSION_BY_NONE);
    assert_int_equal(3, exclusions.count);
    exclusions_deinit(&exclusions);
}

static void another_camera_outdates_it(void **state)
{
    (void)state;
    struct exclusions exclusions = {.list = NULL};
    sign(&exclusions, 4, "수유실", "aim");
    sign(&exclusions, 5, "수유실", "aim");
    certify(&exclusions, 4, "pinned"); /* it was trusted for the first time */
    send(&exclusions, 4, "H.264 640x360");
    send(&exclusions, 4, "H.264 640x360"); /* back, as it was */
    CHECK(!find(&exclusions, 4)->is_outdated);
    send(&exclusions, 4, "H.265 640x360");
    CHECK(find(&exclusions, 4)->is_outdated);
    CHECK(!find(&exclusions, 5)->is_outdated);
    sign(&exclusions, 4, "수유실", "aim");
    CHECK(!find(&exclusions, 4)->is_outdated);
    certify(&exclusions, 4, "accepted");
    CHECK(find(&exclusions, 4)->is_outdated);
    certify(&exclusions, 5, "changed");
    CHECK(find(&exclusions, 5)->is_outdated);
    exclusions_deinit(&exclusions);
}

static enum status many(void *context)
{
    struct exclusions exclusions = {.list = NULL};
    (void)context;
    for (unsigned i = 1; i < 20 && !exclusions.failed; i++) {
        sign(&exclusions, i, "수유실", "aim");
        send(&exclusions, i, "H.264 640x360");
    }
    enum status s = exclusions.failed ? STATUS_NO_MEMORY : STATUS_OK;
    exclusions_deinit(&exclusions);
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    test_every_allocation_fails(many, NULL);
}

TEST_MAIN("log/exclusions", TEST(the_last_word_about_a_place_counts),
          TEST(another_camera_outdates_it), TEST(memory_may_run_out))

/* SPDX-License-Identifier: Apache-2.0 */
#include "log/ledger.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "unit/test.h"

enum { NUMBER = 41, ACCOUNT = 7, CAMERA = 3 };

static struct text example_text(const char *member)
{
    bool is_list = strcmp(member, "cameras") == 0;
    return text_of(is_list ? "3,5" : member);
}

/* An entry of the kind with something in every member. */
static struct entry example(enum entry_kind kind)
{
    const struct entry_shape *shape = entry_shape(kind);
    struct entry entry = entry_of(kind);
    for (size_t i = 0; i < shape->count; i++) {
        const char *name = shape->members[i].name;
        if (!entry_member_is_in(&shape->members[i], ENTRY_SHAPE_NOW))
            continue;
        switch (shape->members[i].type) {
        case MEMBER_NUMBER:
            entry_number(&entry, name,
                         strcmp(name, "account") == 0 ? ACCOUNT : CAMERA);
            break;
        case MEMBER_TIME:
            entry_time(&entry, name,
                       (struct wall_time){(int64_t)i * 60 * SECOND_US});
            break;
        case MEMBER_TEXT:
            entry_text(&entry, name, example_text(name));
            break;
        case MEMBER_PERSONAL:
            entry_personal(&entry, name, text_of("text"));
            break;
        }
    }
    return entry;
}

/* line: borrowed from out. */
static void read_example(enum entry_kind kind, struct buffer *out,
                         struct entry_line *line)
{
    const struct commitment commitments[LOG_PERSONAL_MAX] = {{{0}}};
    const struct entry entry = example(kind);
    CHECK_OK(entry_line_write(&entry, NUMBER, (struct wall_time){SECOND_US},
                              commitments, out));
    CHECK_OK(entry_line_read(buffer_text(out), line));
}

static bool has_member(enum entry_kind kind, const char *name)
{
    const struct entry_shape *shape = entry_shape(kind);
    for (size_t i = 0; i < shape->count; i++) {
        if (strcmp(shape->members[i].name, name) == 0)
            return true;
    }
    return false;
}

/*
 * What kinds of this sort look like: somebody does something with pictures or a
 * copy of them (an account, and cameras, a hold, a copy, a purpose or a row
 * that is corrected), or keys of pictures die (seeds of a camera, counted by
 * the keeper). Where somebody was refused, or has only asked, nobody saw
 * anything; where keys were never used, there was nothing to destroy; who
 * signs for an exclusion has looked by a view of its own row.
 */
static bool is_about_pictures(enum entry_kind kind)
{
    bool is_deed = has_member(kind, "account") &&
                   (has_member(kind, "camera") || has_member(kind, "cameras") ||
                    has_member(kind, "hold") || has_member(kind, "purpose") ||
                    has_member(kind, "item") || has_member(kind, "corrects") ||
                    (has_member(kind, "export") &&
                     has_member(kind, LEDGER_REASON_MEMBER)));
    bool is_death = has_member(kind, "death") && has_member(kind, "seeds");
    bool is_nothing = kind == ENTRY_VIEW_REFUSED ||
                      kind == ENTRY_EXPORT_ASKED ||
                      kind == ENTRY_EXPORT_DENIED ||
                      kind == ENTRY_EXCLUSION_SIGNED ||
                      kind == ENTRY_KEYS_DROPPED;
    return (is_deed || is_death) && !is_nothing;
}

/* Fails where a new kind shows, gives away or kills pictures and the ledger
 * does not know it. */
static void every_kind_about_pictures_makes_one_row(void **state)
{
    (void)state;
    size_t rows = 0;
    for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
        struct entry_line line;
        struct ledger_fact fact;
        read_example((enum entry_kind)kind, &out, &line);
        enum status s = ledger_fact_read(&line, &fact);
        if (is_about_pictures((enum entry_kind)kind)) {
            CHECK_OK(s);
            CHECK(fact.entry == NUMBER && fact.time.us == SECOND_US);
            rows++;
        } else {
            CHECK_STATUS(STATUS_NOT_FOUND, s);
        }
    }
    assert_int_equal(14, rows);
}

/* Who and why: in the entry of each deed of a person, in no other. */
static void a_persons_deed_has_its_person_and_reason(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        enum ledger_deed deed = LEDGER_VIEWED;
        if (!ledger_has_row((enum entry_kind)kind, &deed))
            continue;
        bool is_personal = ledger_deed_is_personal(deed);
        CHECK(is_personal == has_member((enum entry_kind)kind, "account"));
        CHECK(is_personal ==
              has_member((enum entry_kind)kind, LEDGER_REASON_MEMBER));
    }
}

static struct ledger_fact fact_of(enum entry_kind kind, struct buffer *out)
{
    struct entry_line line;
    struct ledger_fact fact;
    read_example(kind, out, &line);
    CHECK_OK(ledger_fact_read(&line, &fact));
    return fact;
}

static void a_view_tells_camera_span_and_purpose(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct ledger_fact fact = fact_of(ENTRY_VIEW_OPEN, &out);
    CHECK(fact.deed == LEDGER_VIEWED && fact.account == ACCOUNT);
    CHECK(fact.camera == CAMERA && fact.cameras.size == 0);
    CHECK(fact.span.from.us == 120 * (int64_t)SECOND_US &&
          fact.span.to.us == 180 * (int64_t)SECOND_US);
    CHECK(text_equal(fact.purpose, text_of("purpose")));
    CHECK(ledger_deed_kind(fact.deed) == LEDGER_VIEWING);
}

static void a_live_opening_tells_all_its_cameras(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct ledger_fact fact = fact_of(ENTRY_LIVE_OPEN, &out);
    CHECK(text_equal(fact.cameras, text_of("3,5")) && fact.camera == 0);
    CHECK(span_is_empty(fact.span));
    CHECK(ledger_deed_kind(fact.deed) == LEDGER_USE);
}

static void a_death_tells_its_order_and_keys(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct ledger_fact fact = fact_of(ENTRY_DELETION_DONE, &out);
    CHECK(fact.deed == LEDGER_DESTROYED && fact.account == 0);
    CHECK(fact.order == CAMERA && fact.seeds == CAMERA && fact.hold == 0);
    CHECK(text_equal(fact.cause, text_of("cause")));
    CHECK(ledger_deed_kind(fact.deed) == LEDGER_DESTRUCTION);
}

static void a_copy_tells_its_number_its_due_and_its_kind(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct ledger_fact fact = fact_of(ENTRY_LEDGER_CORRECTED, &out);
    CHECK(fact.deed == LEDGER_COPY_CORRECTED && fact.account == ACCOUNT);
    CHECK(fact.item == CAMERA && fact.corrects == CAMERA);
    CHECK(fact.done.us == 8 * 60 * (int64_t)SECOND_US &&
          fact.until.us == 9 * 60 * (int64_t)SECOND_US);
    CHECK(fact.kind == LEDGER_USE); /* its `use` is "use" here */
    buffer_clear(&out);
    fact = fact_of(ENTRY_LEDGER_DESTROYED, &out);
    CHECK(fact.kind == LEDGER_DESTRUCTION && fact.item == CAMERA);
    CHECK(text_equal(fact.how, text_of("how")));
}

/* A later version's kind: the line is read, and is no row of ours. */
static void an_unknown_kind_is_no_row(void **state)
{
    (void)state;
    struct entry_line line;
    struct ledger_fact fact;
    CHECK_OK(entry_line_read(
        text_of("{\"n\":1,\"t\":\"2026-11-22T03:28:10.123456Z\","
                "\"kind\":\"some.day\"}"),
        &line));
    CHECK_STATUS(STATUS_NOT_FOUND, ledger_fact_read(&line, &fact));
}

static void deeds_have_names_and_words(void **state)
{
    (void)state;
    for (unsigned deed = LEDGER_VIEWED; deed < LEDGER_DEED_END; deed++) {
        enum ledger_deed found = LEDGER_DEED_END;
        CHECK_OK(ledger_deed_from_name(
            text_of(ledger_deed_name((enum ledger_deed)deed)), &found));
        assert_int_equal(deed, found);
        CHECK(ledger_deed_words(found, LANGUAGE_KOREAN)[0] != 0 &&
              ledger_deed_words(found, LANGUAGE_ENGLISH)[0] != 0);
    }
    for (unsigned i = 0; i < LEDGER_MEDIUM_END; i++) {
        enum ledger_medium found = LEDGER_MEDIUM_END;
        CHECK_OK(ledger_medium_from_name(
            text_of(ledger_medium_name((enum ledger_medium)i)), &found));
        CHECK(i == found && ledger_medium_words(found, LANGUAGE_KOREAN)[0] != 0);
    }
    for (unsigned i = 0; i < LEDGER_END_END; i++) {
        enum ledger_end found = LEDGER_END_END;
        CHECK_OK(ledger_end_from_name(
            text_of(ledger_end_name((enum ledger_end)i)), &found));
        CHECK(i == found && ledger_end_words(found, LANGUAGE_KOREAN)[0] != 0);
    }
    enum ledger_deed none = LEDGER_VIEWED;
    CHECK_STATUS(STATUS_NOT_FOUND,
                 ledger_deed_from_name(text_of("shown"), &none));
}

TEST_MAIN("log/ledger", TEST(every_kind_about_pictures_makes_one_row),
          TEST(a_persons_deed_has_its_person_and_reason),
          TEST(a_view_tells_camera_span_and_purpose),
          TEST(a_live_opening_tells_all_its_cameras),
          TEST(a_death_tells_its_order_and_keys),
          TEST(a_copy_tells_its_number_its_due_and_its_kind),
          TEST(an_unknown_kind_is_no_row), TEST(deeds_have_names_and_words))

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/text.h"
#include "log/drifts.h"
#include "unit/test.h"

static const struct wall_time SINCE = {INT64_C(1795323600000000)};

static enum status tell(struct drifts *drifts, uint64_t number,
                        enum entry_kind kind, const char *code,
                        const char *subject)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct commitment commitments[LOG_PERSONAL_MAX] = {{{0}}};
    struct entry_line line;
    struct entry entry = entry_of(kind);
    entry_text(&entry, "code", text_of(code));
    entry_text(&entry, "subject", text_of(subject));
    if (kind == ENTRY_DRIFT_FOUND) {
        entry_time(&entry, "since", SINCE);
        entry_text(&entry, "detail", text_of(""));
    } else {
        entry_number(&entry, "found", 1);
    }
    enum status s =
        entry_line_write(&entry, number, SINCE, commitments, &out);
    if (s != STATUS_OK)
        return s;
    CHECK_OK(entry_line_read(buffer_text(&out), &line));
    drifts_add(drifts, &line);
    return drifts->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static void what_was_found_stands_until_it_has_ended(void **state)
{
    (void)state;
    struct drifts drifts = {.list = NULL};
    CHECK_OK(tell(&drifts, 7, ENTRY_DRIFT_FOUND, "camera_off", "lobby"));
    CHECK_OK(tell(&drifts, 8, ENTRY_DRIFT_FOUND, "camera_off", "yard"));
    CHECK_OK(tell(&drifts, 9, ENTRY_DRIFT_FOUND, "camera_off", "lobby"));
    assert_int_equal(2, drifts.count);
    const struct drift_row *row =
        drifts_find(&drifts, text_of("camera_off"), text_of("lobby"));
    CHECK(row != NULL && row->entry == 7 && row->since.us == SINCE.us);
    CHECK_OK(tell(&drifts, 10, ENTRY_DRIFT_ENDED, "camera_off", "lobby"));
    CHECK_OK(tell(&drifts, 11, ENTRY_DRIFT_ENDED, "log_closed", ""));
    assert_int_equal(1, drifts.count);
    CHECK(drifts_find(&drifts, text_of("camera_off"), text_of("lobby")) ==
          NULL);
    CHECK(drifts_find(&drifts, text_of("camera_off"), text_of("yard")) !=
          NULL);
    /* Over, the last time; nothing is over that was never found. */
    CHECK_OK(tell(&drifts, 12, ENTRY_DRIFT_FOUND, "camera_off", "lobby"));
    CHECK_OK(tell(&drifts, 13, ENTRY_DRIFT_ENDED, "camera_off", "lobby"));
    assert_int_equal(1, drifts.over_count);
    CHECK(drifts.over[0].entry == 12 && drifts.over[0].ended.us == SINCE.us);
    assert_string_equal("lobby", drifts.over[0].subject);
    drifts_deinit(&drifts);
}

static enum status many(void *context)
{
    struct drifts drifts = {.list = NULL};
    enum status s = STATUS_OK;
    (void)context;
    for (unsigned i = 0; s == STATUS_OK && i < 20; i++) {
        const char subject[2] = {(char)('a' + i), 0};
        s = tell(&drifts, i, ENTRY_DRIFT_FOUND, "hours_missed", subject);
        if (s == STATUS_OK && i % 2 == 0)
            s = tell(&drifts, i, ENTRY_DRIFT_ENDED, "hours_missed", subject);
    }
    drifts_deinit(&drifts);
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    test_every_allocation_fails(many, NULL);
}

TEST_MAIN("log/drifts", TEST(what_was_found_stands_until_it_has_ended),
          TEST(memory_may_run_out))

/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/promise/hours.h"

#include "base/text.h"
#include "model/policy.h"

static void skip_blanks(struct text *left)
{
    *left = text_trim(*left);
}

static void skip(struct text *left, size_t size)
{
    left->data += size;
    left->size -= size;
}

/* Digits, at most two. */
static bool take_number(struct text *left, uint32_t *out)
{
    size_t digits = 0;
    *out = 0;
    while (digits < 2 && digits < left->size && left->data[digits] >= '0' &&
           left->data[digits] <= '9') {
        *out = *out * 10 + (uint32_t)(left->data[digits] - '0');
        digits++;
    }
    skip(left, digits);
    return digits > 0;
}

static bool take_words(struct text *left, const char *words)
{
    if (!text_starts_with(*left, text_of(words)))
        return false;
    skip(left, strlen(words));
    return true;
}

/* "9시", "09:00", "9시 30분". */
static bool take_time(struct text *left, uint32_t *minute)
{
    uint32_t hour = 0;
    uint32_t rest = 0;
    if (!take_number(left, &hour))
        return false;
    if (take_words(left, ":")) {
        if (!take_number(left, &rest))
            return false;
    } else if (take_words(left, "시")) {
        skip_blanks(left);
        if (take_number(left, &rest) && !take_words(left, "분"))
            return false;
    } else {
        return false;
    }
    *minute = hour * 60 + rest;
    return rest < 60 && *minute <= HOURS_DAY_MINUTES;
}

static bool take_dash(struct text *left)
{
    skip_blanks(left);
    bool is_there = take_words(left, "~") || take_words(left, "-") ||
                    take_words(left, "–") || take_words(left, "∼") ||
                    take_words(left, "부터");
    skip_blanks(left);
    return is_there;
}

bool filming_hours_parse(struct text words, struct filming_hours *out)
{
    struct text left = text_trim(words);
    *out = (struct filming_hours){0, HOURS_DAY_MINUTES};
    if (text_equal(left, text_of("24시간")) ||
        text_equal(left, text_of("24 시간")) ||
        text_equal(left, text_of("연중 24시간")) ||
        text_equal(left, text_of("24시간 연속 촬영")) ||
        text_equal(left, text_of("24시간 촬영")))
        return true;
    if (!take_time(&left, &out->from_minute) || !take_dash(&left) ||
        !take_time(&left, &out->to_minute))
        return false;
    skip_blanks(&left);
    (void)take_words(&left, "까지");
    return left.size == 0 && out->from_minute != out->to_minute;
}

bool filming_hours_is_all_day(struct filming_hours hours)
{
    return hours.from_minute == 0 && hours.to_minute == HOURS_DAY_MINUTES;
}

bool filming_hours_hold(struct filming_hours hours, struct wall_time now)
{
    static const int64_t MINUTE_US = INT64_C(60) * SECOND_US;
    int64_t day = civil_day(now, UTC_OFFSET_KOREA_S);
    int64_t of_day =
        now.us - civil_day_start(day, UTC_OFFSET_KOREA_S).us;
    uint32_t minute = (uint32_t)(of_day / MINUTE_US);
    if (hours.from_minute < hours.to_minute)
        return minute >= hours.from_minute && minute < hours.to_minute;
    return minute >= hours.from_minute || minute < hours.to_minute;
}

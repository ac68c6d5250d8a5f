/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/import_value.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "notice/import/import_text.h"

enum { TELEPHONE_DIGITS_MIN = 7, TELEPHONE_DIGITS_MAX = 12, NUMBER_MAX = 99999,
       TEN_THOUSAND = 10000, PIXEL_DIGITS_MAX = 10, PIXELS_MAX = 1000000000 };

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* Takes the number that begins *rest. */
static bool take_number(struct text *rest, uint32_t *out)
{
    uint32_t number = 0;
    size_t digits = 0;
    while (digits < rest->size && is_digit(rest->data[digits])) {
        number = number * 10 + (uint32_t)(rest->data[digits] - '0');
        if (number > NUMBER_MAX)
            return false;
        digits++;
    }
    *rest = import_from(*rest, digits);
    *out = number;
    return digits > 0;
}

static void skip_blanks(struct text *rest)
{
    *rest = text_trim(*rest);
}

static bool take(struct text *rest, const char *wanted)
{
    if (!import_starts(*rest, wanted))
        return false;
    *rest = import_from(*rest, strlen(wanted));
    return true;
}

bool import_count(struct text text, uint32_t *out)
{
    struct text rest = text_trim(text);
    uint32_t count = 0;
    bool has_bracket = take(&rest, "(");
    if (!take_number(&rest, &count) || count > IMPORT_CAMERAS_MAX)
        return false;
    skip_blanks(&rest);
    if (!take(&rest, "대"))
        (void)take(&rest, "개");
    if (has_bracket && !take(&rest, ")"))
        return false;
    if (text_trim(rest).size > 0)
        return false;
    *out = count;
    return true;
}

bool import_total(struct text text, uint32_t *out)
{
    size_t index = import_find(text, "총");
    if (index == SIZE_MAX)
        return false;
    struct text rest = import_from(text, index + strlen("총"));
    uint32_t count = 0;
    bool goes_on = true;
    while (goes_on) {
        skip_blanks(&rest);
        goes_on = take(&rest, "설치") || take(&rest, "대수") ||
                  take(&rest, ":") || take(&rest, "계");
    }
    if (!take_number(&rest, &count))
        return false;
    skip_blanks(&rest);
    if (!take(&rest, "대"))
        return false;
    *out = count;
    return true;
}

/* The unit of a period behind its number. */
static bool take_unit(struct text rest, uint32_t number, struct retention *out)
{
    static const struct {
        const char *word;
        enum retention_unit unit;
        uint32_t factor;
    } UNITS[] = {{"일", RETENTION_DAYS, 1},      {"개월", RETENTION_MONTHS, 1},
                 {"달", RETENTION_MONTHS, 1},    {"주", RETENTION_DAYS, 7},
                 {"년", RETENTION_MONTHS, 12}};
    skip_blanks(&rest);
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (!import_starts(rest, UNITS[i].word))
            continue;
        uint64_t count = (uint64_t)number * UNITS[i].factor;
        if (count == 0 || count > RETENTION_COUNT_MAX)
            return false;
        *out = (struct retention){UNITS[i].unit, (uint32_t)count};
        return true;
    }
    return false;
}

bool import_period(struct text text, struct retention *out)
{
    struct text rest = text;
    while (rest.size > 0) {
        uint32_t number = 0;
        if (import_starts(rest, "한 달") || import_starts(rest, "한달")) {
            *out = (struct retention){RETENTION_MONTHS, 1};
            return true;
        }
        if (!is_digit(rest.data[0])) {
            rest = import_from(rest, 1);
            continue;
        }
        if (!take_number(&rest, &number))
            return false;
        if (take_unit(rest, number, out))
            return true;
    }
    return false;
}

bool import_pixels(struct text *rest, uint32_t *out)
{
    struct text behind = text_trim(*rest);
    uint64_t pixels = 0;
    size_t digits = 0;
    for (; digits < behind.size && is_digit(behind.data[digits]) &&
           digits < PIXEL_DIGITS_MAX;
         digits++)
        pixels = pixels * 10 + (uint64_t)(behind.data[digits] - '0');
    behind = import_from(behind, digits);
    skip_blanks(&behind);
    if (take(&behind, "만"))
        pixels *= TEN_THOUSAND;
    skip_blanks(&behind);
    if (pixels == 0 || pixels > PIXELS_MAX || !take(&behind, "화소"))
        return false;
    skip_blanks(&behind);
    (void)take(&behind, "이상");
    *rest = behind;
    *out = (uint32_t)pixels;
    return true;
}

/* A separator of a date and the blanks around it. */
static bool take_between(struct text *rest, const char *korean)
{
    skip_blanks(rest);
    bool is_taken =
        take(rest, korean) || take(rest, ".") || take(rest, "-") ||
        take(rest, "/");
    skip_blanks(rest);
    return is_taken;
}

static bool day_exists(uint32_t year, uint32_t month, uint32_t day,
                       int64_t *out)
{
    if (year < 1990 || year > 2199 || month < 1 || month > 12 || day < 1 ||
        day > 31)
        return false;
    int64_t found = civil_to_day((int64_t)year, month, day);
    int64_t same_year = 0;
    unsigned same_month = 0;
    unsigned same_day = 0;
    civil_from_day(found, &same_year, &same_month, &same_day);
    if (same_month != month || same_day != day)
        return false;
    *out = found;
    return true;
}

bool import_day(struct text text, int64_t *out, size_t *end)
{
    struct text rest = text;
    while (rest.size > 0) {
        uint32_t year = 0;
        uint32_t month = 0;
        uint32_t day = 0;
        if (!is_digit(rest.data[0])) {
            rest = import_from(rest, 1);
            continue;
        }
        if (!take_number(&rest, &year))
            return false;
        struct text date = rest;
        if (!take_between(&date, "년") || !take_number(&date, &month) ||
            !take_between(&date, "월") || !take_number(&date, &day) ||
            !day_exists(year, month, day, out))
            continue;
        skip_blanks(&date);
        (void)(take(&date, "일") || take(&date, "."));
        if (end != NULL)
            *end = date.size == 0 ? text.size
                                  : (size_t)(date.data - text.data);
        return true;
    }
    return false;
}

/* "09:00", "9시", "18시 30분". */
static bool take_clock(struct text *rest)
{
    uint32_t hour = 0;
    uint32_t minute = 0;
    skip_blanks(rest);
    if (!take_number(rest, &hour) || hour > 24)
        return false;
    if (take(rest, ":"))
        return take_number(rest, &minute) && minute < 60;
    if (!take(rest, "시"))
        return false;
    struct text minutes = *rest;
    skip_blanks(&minutes);
    if (take_number(&minutes, &minute) && minute < 60 && take(&minutes, "분"))
        *rest = minutes;
    return true;
}

static bool take_dash(struct text *rest)
{
    skip_blanks(rest);
    return take(rest, "~") || take(rest, "-") || take(rest, "–") ||
           take(rest, "—") || take(rest, "∼") || take(rest, "～") ||
           take(rest, "〜") || take(rest, "부터");
}

bool import_is_hours(struct text text)
{
    static const char *const WORDS[] = {"연중", "매일", "상시", "평일", "365일",
                                        "촬영", "녹화", "까지", "연속", "/"};
    struct text rest = text_trim(text);
    bool has_time = false;
    while (rest.size > 0) {
        struct text before = rest;
        struct text clock = rest;
        if (take(&rest, "24시간") || take(&rest, "24 시간") ||
            take(&rest, "상시")) {
            has_time = true;
        } else if (take_clock(&clock) && take_dash(&clock) &&
                   take_clock(&clock)) {
            rest = clock;
            has_time = true;
        }
        for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
            (void)take(&rest, WORDS[i]);
        skip_blanks(&rest);
        if (rest.size == before.size)
            return false;
    }
    return has_time;
}

static bool is_telephone_mark(char character)
{
    return character == '-' || character == ')' || character == '(' ||
           character == '.' || character == ' ';
}

bool import_is_telephone(struct text text)
{
    size_t digits = 0;
    struct text trimmed = text_trim(text);
    for (size_t i = 0; i < trimmed.size; i++) {
        if (!is_digit(trimmed.data[i]) && !is_telephone_mark(trimmed.data[i]))
            return false;
        digits += is_digit(trimmed.data[i]);
    }
    return digits >= TELEPHONE_DIGITS_MIN && digits <= TELEPHONE_DIGITS_MAX;
}

size_t import_telephone_in(struct text text, size_t *start)
{
    size_t found = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i]))
            continue;
        size_t size = 0;
        while (i + size < text.size && (is_digit(text.data[i + size]) ||
                                        text.data[i + size] == '-'))
            size++;
        if (import_is_telephone((struct text){text.data + i, size})) {
            *start = i;
            found = size;
        }
        i += size;
    }
    return found;
}

bool import_is_floor(struct text text)
{
    struct text rest = text_trim(text);
    uint32_t floor = 0;
    (void)(take(&rest, "지하") || take(&rest, "지상") || take(&rest, "B"));
    skip_blanks(&rest);
    if (!take_number(&rest, &floor))
        return text_equal(rest, text_of("옥상")) && rest.size > 0;
    (void)take(&rest, "층");
    if (take_dash(&rest)) {
        skip_blanks(&rest);
        (void)take(&rest, "지상");
        if (!take_number(&rest, &floor))
            return false;
        return take(&rest, "층") && rest.size == 0;
    }
    return rest.size == 0 && import_ends(text_trim(text), "층");
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <stdio.h>

#include "base/number.h"

enum { DAY_S = 86400, DAYS_PER_ERA = 146097 };

/* Inline, so that a constant divisor costs no division. */
static inline int64_t divide_down(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

int64_t floor_divide(int64_t value, int64_t divisor)
{
    return divide_down(value, divisor);
}

int64_t civil_to_day(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = divide_down(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t month_from_march = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - 719468;
}

void civil_from_day(int64_t day, int64_t *year, unsigned *month,
                    unsigned *day_of_month)
{
    day += 719468;
    int64_t era = divide_down(day, DAYS_PER_ERA);
    int64_t day_of_era = day - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 +
                           day_of_era / 36524 - day_of_era / 146096) /
                          365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 -
                                        year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    *day_of_month =
        (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *month = (unsigned)(month_from_march < 10 ? month_from_march + 3
                                              : month_from_march - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

int64_t civil_day_add_months(int64_t day, unsigned months)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    civil_from_day(day, &year, &month, &day_of_month);
    int64_t total = year * 12 + (month - 1) + months;
    int64_t target_year = divide_down(total, 12);
    unsigned target_month = (unsigned)(total - target_year * 12) + 1;
    int64_t first = civil_to_day(target_year, target_month, 1);
    int64_t next = target_month == 12
                       ? civil_to_day(target_year + 1, 1, 1)
                       : civil_to_day(target_year, target_month + 1, 1);
    int64_t length = next - first;
    return first + (day_of_month <= length ? day_of_month : length) - 1;
}

int64_t civil_day(struct wall_time time, int32_t utc_offset_s)
{
    int64_t local_s = divide_down(time.us, SECOND_US) + utc_offset_s;
    return divide_down(local_s, DAY_S);
}

struct wall_time civil_day_start(int64_t day, int32_t utc_offset_s)
{
    return (struct wall_time){(day * DAY_S - utc_offset_s) * SECOND_US};
}

void wall_time_format(struct wall_time time, char out[TIME_TEXT_SIZE])
{
    int64_t seconds = divide_down(time.us, SECOND_US);
    int64_t micros = time.us - seconds * SECOND_US;
    int64_t day = divide_down(seconds, DAY_S);
    unsigned second = (unsigned)(seconds - day * DAY_S);
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    civil_from_day(day, &year, &month, &day_of_month);
    char wide[80];
    (void)snprintf(wide, sizeof wide,
                   "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ",
                   (unsigned)(year < 0 ? 0 : year > 9999 ? 9999 : year),
                   month, day_of_month, second / 3600, second / 60 % 60,
                   second % 60, (unsigned)micros);
    for (unsigned i = 0; i < TIME_TEXT_SIZE; i++)
        out[i] = wide[i];
    out[TIME_TEXT_SIZE - 1] = 0;
}

/* Two to four digits at an offset; marks *bad where they are not. */
static unsigned digits(struct text text, size_t at, size_t count, bool *bad)
{
    uint64_t value = 0;
    if (at + count > text.size ||
        number_parse_u64((struct text){text.data + at, count}, 0, 9999,
                         &value) != STATUS_OK)
        *bad = true;
    return (unsigned)value;
}

/* ".digits" at *at, as microseconds; further digits are cut off. */
static int64_t fraction_us(struct text text, size_t *at, bool *bad)
{
    if (*at >= text.size || text.data[*at] != '.')
        return 0;
    int64_t us = 0;
    int64_t scale = SECOND_US;
    size_t first = ++*at;
    while (*at < text.size && text.data[*at] >= '0' && text.data[*at] <= '9') {
        scale /= 10;
        us += scale * (text.data[*at] - '0');
        ++*at;
    }
    *bad = *bad || *at == first;
    return us;
}

/* "Z" or "+hh:mm" up to the end of the text, in seconds. */
static int64_t offset_s(struct text text, size_t at, bool *bad)
{
    if (at + 1 == text.size && text.data[at] == 'Z')
        return 0;
    if (at + 6 != text.size || text.data[at + 3] != ':' ||
        (text.data[at] != '+' && text.data[at] != '-')) {
        *bad = true;
        return 0;
    }
    int64_t seconds = (int64_t)digits(text, at + 1, 2, bad) * 3600 +
                      (int64_t)digits(text, at + 4, 2, bad) * 60;
    return text.data[at] == '-' ? -seconds : seconds;
}

enum status wall_time_parse(struct text text, struct wall_time *out)
{
    bool bad = text.size < 20 || text.data[4] != '-' || text.data[7] != '-' ||
               (text.data[10] != 'T' && text.data[10] != 't') ||
               text.data[13] != ':' || text.data[16] != ':';
    if (bad)
        return STATUS_BAD_INPUT;
    unsigned year = digits(text, 0, 4, &bad);
    unsigned month = digits(text, 5, 2, &bad);
    unsigned day = digits(text, 8, 2, &bad);
    unsigned hour = digits(text, 11, 2, &bad);
    unsigned minute = digits(text, 14, 2, &bad);
    unsigned second = digits(text, 17, 2, &bad);
    size_t at = 19;
    int64_t us = fraction_us(text, &at, &bad);
    int64_t offset = offset_s(text, at, &bad);
    if (bad || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
        minute > 59 || second > 59)
        return STATUS_BAD_INPUT;
    int64_t seconds = civil_to_day(year, month, day) * DAY_S + hour * 3600 +
                      minute * 60 + second - offset;
    out->us = seconds * SECOND_US + us;
    return STATUS_OK;
}

/* count digits at an offset as a number; *bad becomes non-zero where one is
 * none. */
static inline unsigned exact(const char *at, size_t count, unsigned *bad)
{
    unsigned value = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)(unsigned char)at[i] - '0';
        *bad |= digit > 9;
        value = value * 10 + digit;
    }
    return value;
}

static unsigned days_of(unsigned year, unsigned month)
{
    static const uint8_t DAYS[13] = {0,  31, 28, 31, 30, 31, 30,
                                     31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return DAYS[month] + (month == 2 && is_leap ? 1u : 0u);
}

enum status wall_time_parse_exact(struct text text, struct wall_time *out)
{
    if (text.size != TIME_TEXT_SIZE - 1)
        return STATUS_BAD_INPUT;
    const char *at = text.data;
    unsigned bad = at[4] != '-' || at[7] != '-' || at[10] != 'T' ||
                   at[13] != ':' || at[16] != ':' || at[19] != '.' ||
                   at[26] != 'Z';
    unsigned year = exact(at, 4, &bad);
    unsigned month = exact(at + 5, 2, &bad);
    unsigned day = exact(at + 8, 2, &bad);
    unsigned hour = exact(at + 11, 2, &bad);
    unsigned minute = exact(at + 14, 2, &bad);
    unsigned second = exact(at + 17, 2, &bad);
    unsigned micros = exact(at + 20, 6, &bad);
    if (bad != 0 || month < 1 || month > 12 || day < 1 ||
        day > days_of(year, month) || hour > 23 || minute > 59 || second > 59)
        return STATUS_BAD_INPUT;
    int64_t seconds = civil_to_day(year, month, day) * DAY_S +
                      (int64_t)(hour * 3600 + minute * 60 + second);
    out->us = seconds * SECOND_US + micros;
    return STATUS_OK;
}

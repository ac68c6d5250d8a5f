/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/people_time.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/policy.h"

enum {
    MINUTE_CHARACTERS = 16, /* YYYY-MM-DDThh:mm */
    SECOND_CHARACTERS = 19, /* :ss */
    LINE_SIZE = 64,
};

/* Where the zone begins: behind digits, colons, dots after the minute. */
static size_t zone_at(struct text text)
{
    size_t at = MINUTE_CHARACTERS;
    while (at < text.size &&
           (text.data[at] == ':' || text.data[at] == '.' ||
            (text.data[at] >= '0' && text.data[at] <= '9')))
        at++;
    return at;
}

enum status people_time_parse(struct text text, struct wall_time *out)
{
    char line[LINE_SIZE];
    if (text.size < MINUTE_CHARACTERS || text.size > LINE_SIZE / 2)
        return STATUS_BAD_INPUT;
    size_t zone = zone_at(text);
    bool has_seconds = zone >= SECOND_CHARACTERS;
    bool has_zone = zone < text.size;
    if (!has_seconds && zone != MINUTE_CHARACTERS)
        return STATUS_BAD_INPUT;
    int used = snprintf(line, sizeof line, "%.*s%s%.*s%s", (int)zone,
                        text.data, has_seconds ? "" : ":00",
                        (int)(text.size - zone), text.data + zone,
                        has_zone ? "" : "+09:00");
    if (used < 0 || (size_t)used >= sizeof line)
        return STATUS_BAD_INPUT;
    if (line[10] == ' ')
        line[10] = 'T';
    return wall_time_parse(text_of(line), out);
}

void people_time_format(struct wall_time time, char out[PEOPLE_TIME_SIZE])
{
    char utc[TIME_TEXT_SIZE];
    wall_time_format(
        (struct wall_time){time.us + UTC_OFFSET_KOREA_S * (int64_t)SECOND_US},
        utc);
    (void)snprintf(out, PEOPLE_TIME_SIZE, "%.10s %.8s", utc, utc + 11);
}

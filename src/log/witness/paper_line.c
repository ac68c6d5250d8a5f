/* SPDX-License-Identifier: Apache-2.0 */
#include "log/witness/paper_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "model/policy.h"

enum {
    SUM_BYTES = 3,  /* of which 20 bits are shown */
    SUM_DIGITS = 4, /* base32 */
    ROOT_DIGITS = 52, /* 260 bits; the last four are zero */
    DIGITS = ROOT_DIGITS + SUM_DIGITS,
    GROUP = 4,
    CODE_SIZE = DIGITS + DIGITS / GROUP, /* terminated */
    HEAD_SIZE = NOTE_NAME_MAX + 64,
    DAY_SIZE = 10,
};

static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* ---- base32 --------------------------------------------------------------- */

/* Digit i of bytes; bits behind the end are zero. */
static unsigned digit_of(const uint8_t *bytes, size_t size, size_t i)
{
    unsigned value = 0;
    for (size_t bit = 5 * i; bit < 5 * i + 5; bit++) {
        unsigned byte = bit / 8 < size ? bytes[bit / 8] : 0u;
        unsigned set = byte >> (7 - bit % 8) & 1u;
        value = value << 1 | set;
    }
    return value;
}

static int value_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    const char *found = c == 0 ? NULL : strchr(ALPHABET, c);
    return found == NULL ? -1 : (int)(found - ALPHABET);
}

/* ---- writing -------------------------------------------------------------- */

static enum status sum_of(struct text head, const struct merkle_hash *root,
                          uint8_t out[SHA256_SIZE])
{
    const struct bytes parts[] = {text_bytes(head),
                                  bytes_of(root->bytes, SHA256_SIZE)};
    return sha256(parts, 2, out);
}

static void write_code(const struct merkle_hash *root,
                       const uint8_t sum[SHA256_SIZE], char out[CODE_SIZE])
{
    size_t at = 0;
    for (size_t i = 0; i < DIGITS; i++) {
        unsigned value = i < ROOT_DIGITS
                             ? digit_of(root->bytes, SHA256_SIZE, i)
                             : digit_of(sum, SUM_BYTES, i - ROOT_DIGITS);
        if (i > 0 && i % GROUP == 0)
            out[at++] = '-';
        out[at++] = ALPHABET[value];
    }
    out[at] = 0;
}

enum status paper_line_format(const struct checkpoint *checkpoint,
                              struct wall_time day, char out[PAPER_LINE_SIZE])
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    uint8_t sum[SHA256_SIZE];
    char head[HEAD_SIZE];
    char code[CODE_SIZE];
    civil_from_day(civil_day(day, UTC_OFFSET_KOREA_S), &year, &month,
                   &day_of_month);
    if (year < 1000 || year > 9999)
        return STATUS_INTERNAL;
    (void)snprintf(head, sizeof head, "%s%s %" PRIu64 " %04d-%02u-%02u",
                   PAPER_LINE_MARK, checkpoint->origin, checkpoint->size,
                   (int)year, month, day_of_month);
    enum status s = sum_of(text_of(head), &checkpoint->root, sum);
    if (s != STATUS_OK)
        return s;
    write_code(&checkpoint->root, sum, code);
    (void)snprintf(out, PAPER_LINE_SIZE, "%s %s", head, code);
    return STATUS_OK;
}

/* ---- reading -------------------------------------------------------------- */

static bool is_day(struct text day)
{
    for (size_t i = 0; i < day.size; i++)
        if (i == 4 || i == 7 ? day.data[i] != '-'
                             : day.data[i] < '0' || day.data[i] > '9')
            return false;
    return day.size == DAY_SIZE;
}

static void put_digit(uint8_t *bytes, size_t size, size_t i, unsigned value)
{
    for (size_t k = 0; k < 5; k++) {
        size_t bit = 5 * i + k;
        if (bit / 8 < size && (value >> (4 - k) & 1u) != 0)
            bytes[bit / 8] = (uint8_t)(bytes[bit / 8] | 0x80u >> bit % 8);
    }
}

/* sum: 20 bits, the rest zero. */
static enum status read_code(struct text code, struct merkle_hash *root,
                             uint8_t sum[SUM_BYTES])
{
    size_t count = 0;
    *root = (struct merkle_hash){.bytes = {0}};
    memset(sum, 0, SUM_BYTES);
    for (size_t i = 0; i < code.size; i++) {
        int value = value_of(code.data[i]);
        if (code.data[i] == '-' || code.data[i] == ' ')
            continue;
        if (value < 0 || count == DIGITS ||
            (count == ROOT_DIGITS - 1 && (value & 0x0f) != 0))
            return STATUS_BAD_INPUT;
        if (count < ROOT_DIGITS)
            put_digit(root->bytes, SHA256_SIZE, count, (unsigned)value);
        else
            put_digit(sum, SUM_BYTES, count - ROOT_DIGITS, (unsigned)value);
        count++;
    }
    return count == DIGITS ? STATUS_OK : STATUS_BAD_INPUT;
}

enum status paper_line_parse(struct text line, struct checkpoint *out)
{
    uint8_t told[SUM_BYTES];
    uint8_t sum[SHA256_SIZE];
    *out = (struct checkpoint){.size = 0};
    if (line.size > 0 && line.data[line.size - 1] == '\n')
        line.size--;
    if (line.size >= PAPER_LINE_SIZE)
        return STATUS_LIMIT;
    if (!text_starts_with(line, text_of(PAPER_LINE_MARK)))
        return STATUS_BAD_INPUT;
    struct text rest = {line.data + sizeof PAPER_LINE_MARK - 1,
                        line.size - (sizeof PAPER_LINE_MARK - 1)};
    struct text origin = text_cut(&rest, ' ');
    struct text size = text_cut(&rest, ' ');
    struct text day = text_cut(&rest, ' ');
    struct text head = {line.data,
                        (size_t)(day.data + day.size - line.data)};
    if (!note_name_is_good(origin) ||
        !text_copy(origin, out->origin, sizeof out->origin) ||
        number_parse_u64(size, 0, INT64_MAX, &out->size) != STATUS_OK ||
        (size.size > 1 && size.data[0] == '0') || !is_day(day))
        return STATUS_BAD_INPUT;
    enum status s = read_code(rest, &out->root, told);
    if (s == STATUS_OK)
        s = sum_of(head, &out->root, sum);
    if (s != STATUS_OK)
        return s;
    sum[2] &= 0xf0; /* 20 bits are shown */
    return memcmp(sum, told, SUM_BYTES) == 0 ? STATUS_OK : STATUS_CORRUPT;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "model/recorded.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"

enum { HASH_HEX = 2 * RECORDED_HASH_SIZE };

static const int64_t DAY_US = INT64_C(86400) * SECOND_US;
static const int64_t KOREA_US = INT64_C(9) * 3600 * SECOND_US;

struct wall_time recorded_day_start(struct wall_time time)
{
    int64_t local_us = time.us + KOREA_US;
    return (struct wall_time){floor_divide(local_us, DAY_US) * DAY_US -
                              KOREA_US};
}

static void hash_text(const uint8_t hash[RECORDED_HASH_SIZE],
                      char out[HASH_HEX + 1])
{
    hex_encode(bytes_of(hash, RECORDED_HASH_SIZE), out);
    out[HASH_HEX] = 0;
}

static struct text written(const char *out, int size)
{
    bool fits = size > 0 && size <= RECORDED_DETAIL_MAX;
    return fits ? text_of(out) : text_of("");
}

struct text recorded_root_write(const struct recorded_root *root, char *out)
{
    char hash[HASH_HEX + 1];
    hash_text(root->root, hash);
    return written(out, snprintf(out, RECORDED_DETAIL_MAX + 1,
                                 "batch %" PRIu64 " leaves %" PRIu64
                                 " root %s",
                                 root->batch, root->leaves, hash));
}

struct text recorded_day_write(const struct recorded_day *day, char *out)
{
    char hash[HASH_HEX + 1];
    hash_text(day->head, hash);
    return written(out, snprintf(out, RECORDED_DETAIL_MAX + 1,
                                 "leaves %" PRIu64 " head %s ms %" PRIu64
                                 " gaps %" PRIu64 " spans %.*s",
                                 day->leaves, hash, day->recorded_ms,
                                 day->gaps, (int)day->spans.size,
                                 day->spans.data));
}

/* ---- reading ---- */

static bool read_word(struct text *rest, const char *word)
{
    return text_equal(text_cut(rest, ' '), text_of(word));
}

static bool read_number(struct text *rest, const char *word, uint64_t *out)
{
    return read_word(rest, word) &&
           number_parse_u64(text_cut(rest, ' '), 0, INT64_MAX, out) ==
               STATUS_OK;
}

static bool read_hash(struct text *rest, const char *word,
                      uint8_t out[RECORDED_HASH_SIZE])
{
    return read_word(rest, word) &&
           hex_decode(text_cut(rest, ' '), out, RECORDED_HASH_SIZE) ==
               STATUS_OK;
}

enum status recorded_root_read(struct text detail, struct recorded_root *out)
{
    struct recorded_root root = {.batch = 0};
    struct text rest = detail;
    if (!read_number(&rest, "batch", &root.batch) ||
        !read_number(&rest, "leaves", &root.leaves) ||
        !read_hash(&rest, "root", root.root) || rest.size > 0 ||
        root.batch == 0 || root.leaves == 0)
        return STATUS_BAD_INPUT;
    *out = root;
    return STATUS_OK;
}

static bool is_spans(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if ((c < '0' || c > '9') && c != '-' && c != ',' && c != '+')
            return false;
    }
    return true;
}

enum status recorded_day_read(struct text detail, struct recorded_day *out)
{
    struct recorded_day day = {.leaves = 0};
    struct text rest = detail;
    if (!read_number(&rest, "leaves", &day.leaves) ||
        !read_hash(&rest, "head", day.head) ||
        !read_number(&rest, "ms", &day.recorded_ms) ||
        !read_number(&rest, "gaps", &day.gaps) || !read_word(&rest, "spans") ||
        !is_spans(rest))
        return STATUS_BAD_INPUT;
    day.spans = rest;
    *out = day;
    return STATUS_OK;
}

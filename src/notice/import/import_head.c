/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "notice/import/import_readers.h"
#include "notice/import/import_section.h"
#include "notice/import/import_value.h"

enum {
    TITLE_BYTES_MAX = 200,
    INTRODUCTION_LETTERS_MIN = 30,
    BEHIND_DAY_BYTES = 24, /* how far behind a day its verb is looked for */
};

static bool names_cameras(struct text text)
{
    return import_holds(text, "영상정보처리기기") ||
           import_holds(text, "CCTV") || import_holds(text, "고정형");
}

/* "거제시가족센터 영상정보처리기기 운영·관리 방침": what stands before. */
static void read_title(struct draft *draft, struct import_line *line)
{
    static const char *const WORDS[] = {"고정형", "영상정보처리기기", "CCTV",
                                        "개인영상정보"};
    bool is_title = line->body.size <= TITLE_BYTES_MAX &&
                    names_cameras(line->body) &&
                    import_holds(line->body, "방침") &&
                    !import_ends(line->body, "다.");
    if (!is_title)
        return;
    line->is_understood = true;
    size_t end = line->body.size;
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        size_t index = import_find(line->body, WORDS[i]);
        end = index < end ? index : end;
    }
    struct text name = text_trim(import_until(line->body, end));
    if (end < line->body.size && import_letter_count(name) >= 2 &&
        !import_holds(name, "【") && name.data[0] != '[' &&
        name.data[0] != '<')
        (void)draft_set(&draft->institution, name, line->number);
}

/* "본 광주지방고용노동청(이하 본 기관이라 함)은". */
static void read_introduction(struct draft *draft, struct import_line *line)
{
    struct text body = line->body;
    if (import_letter_count(body) < INTRODUCTION_LETTERS_MIN ||
        text_find(line->text, '\t') < line->text.size)
        return;
    line->is_understood =
        draft_append(draft, &draft->introduction, " ", body, line->number);
    size_t open = import_find(body, "(이하");
    if (open == SIZE_MAX)
        open = import_find(body, "( 이하");
    if (open == SIZE_MAX || open > TITLE_BYTES_MAX)
        return;
    struct text name = text_trim(import_until(body, open));
    if (import_starts(name, "본 "))
        name = text_trim(import_from(name, strlen("본 ")));
    (void)draft_set(&draft->institution, name, line->number);
}

static void set_day(struct drafted_day *out, int64_t day, uint32_t line)
{
    if (out->line == 0)
        *out = (struct drafted_day){day, line};
}

/* Which date the words around a day make it. */
static struct drafted_day *day_of(struct draft *draft, struct text before,
                                  struct text behind)
{
    struct text verb = import_until(behind, BEHIND_DAY_BYTES);
    if (import_ends(before, "공고일자") || import_ends(before, "공고일") ||
        import_ends(before, "공지일자") || import_ends(before, "공지일"))
        return &draft->announced;
    if (import_ends(before, "시행일자") || import_ends(before, "시행일") ||
        import_ends(before, "시행"))
        return &draft->effective;
    if (import_ends(before, "개정") || import_starts(verb, "에 개정") ||
        import_starts(verb, "개정"))
        return &draft->revised;
    if (import_ends(before, "제정") || import_starts(verb, "에 제정") ||
        import_starts(verb, "제정"))
        return &draft->enacted;
    return NULL;
}

/* Without what stands between a word and its day. */
static struct text word_before(struct text before)
{
    struct text word = text_trim(before);
    while (word.size > 0 && (word.data[word.size - 1] == ':' ||
                             word.data[word.size - 1] == '('))
        word = text_trim(import_until(word, word.size - 1));
    return word;
}

static size_t day_start(struct text rest, size_t end)
{
    size_t start = 0;
    while (start < end && !(rest.data[start] >= '0' && rest.data[start] <= '9'))
        start++;
    return start;
}

static void read_days(struct draft *draft, struct import_line *line)
{
    struct text rest = line->body;
    int64_t day = 0;
    size_t end = 0;
    size_t left = 0;
    while (import_day(rest, &day, &end)) {
        size_t start = day_start(rest, end);
        struct text before = word_before(import_until(rest, start));
        struct text behind = text_trim(import_from(rest, end));
        struct drafted_day *out = day_of(draft, before, behind);
        left += start;
        if (out != NULL)
            set_day(out, day, line->number);
        else
            left += TITLE_BYTES_MAX;
        rest = import_from(rest, end);
    }
    /* A line of days and their words only. */
    bool is_short = line->body.size < TITLE_BYTES_MAX && left > 0 &&
                    left < TITLE_BYTES_MAX / 2 && rest.size < 8;
    if (is_short && text_find(line->text, '\t') == line->text.size)
        line->is_understood = true;
}

void import_read_head(struct import_text *text, struct draft *draft)
{
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        if (line->body.size == 0)
            continue;
        read_days(draft, line);
        if (line->section == IMPORT_SECTION_HEAD)
            read_title(draft, line);
        if (line->section == IMPORT_SECTION_HEAD && !line->is_understood)
            read_introduction(draft, line);
    }
}

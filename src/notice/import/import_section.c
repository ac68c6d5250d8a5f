/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/import_section.h"

#include <string.h>

#include "base/text.h"
#include "notice/import/import_sign.h"

enum {
    TITLE_BYTES_MAX = 160,
    SIGN_LINES_MAX = 12,      /* from its first key to its last line */
    SIGN_SENTENCE_LINES = 3,  /* before its first key */
};

/* In this order: the first word that a title holds decides. */
static const struct {
    const char *word;
    enum import_section section;
} TITLE_WORDS[] = {
    {"소속기관의방침", IMPORT_SECTION_PARTS},
    {"변경", IMPORT_SECTION_CHANGES},
    {"열람", IMPORT_SECTION_REQUESTS},
    {"위탁", IMPORT_SECTION_OUTSOURCING},
    {"확인", IMPORT_SECTION_CHECKING},
    {"안전성", IMPORT_SECTION_MEASURES},
    {"기술적", IMPORT_SECTION_MEASURES},
    {"보호조치", IMPORT_SECTION_MEASURES},
    {"촬영시간", IMPORT_SECTION_KEEPING},
    {"보관기간", IMPORT_SECTION_KEEPING},
    {"보관장소", IMPORT_SECTION_KEEPING},
    {"책임자", IMPORT_SECTION_PEOPLE},
    {"접근권한", IMPORT_SECTION_PEOPLE},
    {"설치대수", IMPORT_SECTION_CAMERAS},
    {"설치위치", IMPORT_SECTION_CAMERAS},
    {"설치장소", IMPORT_SECTION_CAMERAS},
    {"촬영범위", IMPORT_SECTION_CAMERAS},
    {"설치현황", IMPORT_SECTION_CAMERAS},
    {"설치근거", IMPORT_SECTION_PURPOSES},
    {"설치목적", IMPORT_SECTION_PURPOSES},
    {"구제", IMPORT_SECTION_REMEDIES},
    {"그밖에", IMPORT_SECTION_REMEDIES},
    {"기타", IMPORT_SECTION_REMEDIES},
    {"목적", IMPORT_SECTION_PURPOSES},
};

/* Bytes of "3. ", "10) ", "제3조"; 0: the line has no such number. */
static size_t number_size(struct text line)
{
    size_t prefix = import_starts(line, "제") ? strlen("제") : 0;
    size_t i = prefix;
    while (i < line.size && i < prefix + 2 && line.data[i] >= '0' &&
           line.data[i] <= '9')
        i++;
    if (i == prefix || i >= line.size)
        return 0;
    struct text rest = import_from(line, i);
    if (prefix > 0)
        return import_starts(rest, "조") ? i + strlen("조") : 0;
    if (rest.data[0] != '.' && rest.data[0] != ')')
        return 0;
    bool is_date = rest.size > 1 && rest.data[1] >= '0' && rest.data[1] <= '9';
    return is_date ? 0 : i + 1;
}

bool import_is_subheading(struct text line, struct text *title)
{
    struct text rest = text_trim(line);
    size_t i = 0;
    size_t dashes = 0;
    while (i < rest.size && ((rest.data[i] >= '0' && rest.data[i] <= '9') ||
                             rest.data[i] == '-')) {
        dashes += rest.data[i] == '-';
        i++;
    }
    bool is_one = dashes == 1 && i >= 3 && i < rest.size &&
                  rest.data[0] != '-' &&
                  (rest.data[i] == '.' || rest.data[i] == ')' ||
                   rest.data[i] == ' ');
    if (!is_one || i > 5)
        return false;
    *title = text_trim(import_from(rest, i + 1));
    return title->size > 0;
}

/* What stands before the first ':' or the end of the first bracket. */
static struct text title_of(struct text rest, struct text *body)
{
    size_t end = 0;
    while (end < rest.size && rest.data[end] != ':' && rest.data[end] != '(')
        end++;
    struct text title = text_trim(import_until(rest, end));
    size_t behind = end;
    bool is_article = title.size == 0;
    if (end < rest.size && rest.data[end] == '(') {
        size_t close = text_find(import_from(rest, end), ')');
        behind = end + close;
        if (is_article) /* "제3조(보관기간)" */
            title = text_trim(import_until(import_from(rest, end + 1),
                                           close > 0 ? close - 1 : 0));
    }
    *body = text_trim(import_from(rest, behind + 1));
    return title;
}

static bool section_of(struct text title, enum import_section *out)
{
    if (title.size == 0 || title.size > TITLE_BYTES_MAX)
        return false;
    for (size_t i = 0; i < sizeof TITLE_WORDS / sizeof TITLE_WORDS[0]; i++) {
        if (!import_holds_letters(title, text_of(TITLE_WORDS[i].word)))
            continue;
        *out = TITLE_WORDS[i].section;
        return true;
    }
    return false;
}

static void read_heading(struct import_line *line)
{
    struct text trimmed = text_trim(line->text);
    size_t size = number_size(trimmed);
    if (size == 0 || text_find(trimmed, '\t') < trimmed.size)
        return;
    struct text body = {NULL, 0};
    struct text title = title_of(import_from(trimmed, size), &body);
    bool is_sentence = import_ends(title, "다.") || import_ends(title, "다");
    if (is_sentence || !section_of(title, &line->section))
        return;
    line->is_heading = true;
    line->body = body;
    line->is_understood = body.size == 0;
}

bool import_is_keyed(struct text line, const char *key, struct text *value)
{
    struct text rest = import_unbullet(line, NULL);
    struct text letters = text_of(key);
    while (letters.size > 0) { /* blanks count neither in key nor in line */
        while (rest.size > 0 && rest.data[0] == ' ')
            rest = import_from(rest, 1);
        if (rest.size == 0 || rest.data[0] != letters.data[0])
            return false;
        rest = import_from(rest, 1);
        letters = import_from(letters, 1);
    }
    rest = text_trim(rest);
    if (rest.size > 0 && rest.data[0] != ':' && !import_starts(rest, "："))
        return false;
    size_t colon = rest.size == 0 ? 0 : rest.data[0] == ':' ? 1 : strlen("：");
    *value = text_trim(import_from(rest, colon));
    return true;
}

static bool begins_sign(struct text line)
{
    struct text value = {NULL, 0};
    return (import_is_keyed(line, "설치장소및대수", &value) ||
            import_is_keyed(line, "설치목적", &value) ||
            import_is_keyed(line, "설치장소", &value)) &&
           value.size > 0;
}

static bool goes_on_sign(struct text line)
{
    static const char *const KEYS[] = {"촬영시간", "총괄책임자", "관리책임자",
                                       "책임자", "촬영범위"};
    struct text value = {NULL, 0};
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
        if (import_is_keyed(line, KEYS[i], &value))
            return true;
    return false;
}

static bool is_sign_at(const struct import_text *text, size_t first)
{
    size_t keys = 0;
    if (!begins_sign(text->lines[first].text))
        return false;
    for (size_t i = first + 1;
         i < text->count && i < first + SIGN_LINES_MAX &&
         !text->lines[i].is_heading;
         i++)
        keys += goes_on_sign(text->lines[i].text);
    return keys >= 2;
}

/* The sentence over the keys: "X는 Y을 위해 ... 운영하고 있습니다." */
static size_t sign_start(const struct import_text *text, size_t first)
{
    size_t start = first;
    while (start > 0 && text->lines[start - 1].body.size == 0)
        start--;
    for (size_t back = 1; back <= SIGN_SENTENCE_LINES && back <= start; back++) {
        const struct import_line *line = &text->lines[start - back];
        if (line->body.size == 0 || line->is_heading)
            break;
        if (back == 1 && !import_ends(line->body, "있습니다.") &&
            !import_ends(line->body, "있습니다") &&
            !import_ends(line->body, "합니다."))
            return first;
        if (import_holds(line->body, "는 ") || import_ends(line->body, "는") ||
            import_ends(line->body, "은"))
            return start - back;
    }
    return first;
}

static void find_sign(struct import_text *text)
{
    size_t first = 0;
    while (first < text->count && !is_sign_at(text, first))
        first++;
    if (first == text->count)
        return;
    size_t end = first;
    while (end < text->count && end < first + SIGN_LINES_MAX &&
           !text->lines[end].is_heading && text->lines[end].body.size > 0)
        end++;
    for (size_t i = sign_start(text, first); i < end; i++)
        text->lines[i].section = IMPORT_SECTION_SIGN;
}

static bool is_of_sign(const struct import_text *text, size_t index)
{
    return index < text->count && !text->lines[index].is_heading &&
           (text->lines[index].body.size == 0 ||
            import_sign_has_key(text->lines[index].body));
}

/* Under a title of its own: as long as lines have its keys. */
static void find_titled_signs(struct import_text *text)
{
    struct text scope = {NULL, 0};
    for (size_t i = 0; i < text->count; i++) {
        if (!import_sign_is_title(text->lines[i].body, &scope))
            continue;
        text->lines[i].section = IMPORT_SECTION_SIGN;
        for (size_t below = i + 1; is_of_sign(text, below); below++)
            text->lines[below].section = IMPORT_SECTION_SIGN;
    }
}

void import_sections_find(struct import_text *text)
{
    enum import_section section = IMPORT_SECTION_HEAD;
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        struct text title = {NULL, 0};
        line->section = section;
        if (!import_is_subheading(line->text, &title))
            read_heading(line);
        section = line->section;
    }
    find_sign(text);
    find_titled_signs(text);
}

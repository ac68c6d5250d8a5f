/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/import_sign.h"

#include <string.h>

#include "base/text.h"
#include "notice/import/import_readers.h"
#include "notice/import/import_section.h"
#include "notice/import/import_value.h"

bool import_sign_is_title(struct text line, struct text *scope)
{
    struct text rest = text_trim(line);
    *scope = (struct text){NULL, 0};
    if (import_same_letters(rest, text_of("안내판")))
        return true;
    if (!import_starts(rest, "안내판 (") || !import_ends(rest, ")"))
        return false;
    rest = import_from(rest, strlen("안내판 ("));
    *scope = import_until(rest, rest.size - 1);
    return scope->size > 0;
}

/* "X는 범죄예방과 시설안전을 위해 ...": what stands before 위해. */
static void read_purpose(struct draft_sign *sign, struct import_line *line)
{
    static const char *const ENDS[] = {"을 위해", "를 위해", "을 위하여",
                                       "를 위하여", "을 목적으로",
                                       "를 목적으로"};
    for (size_t i = 0; i < sizeof ENDS / sizeof ENDS[0]; i++) {
        size_t end = import_find(line->body, ENDS[i]);
        if (end == SIZE_MAX)
            continue;
        struct text words = import_until(line->body, end);
        size_t subject = import_find(words, "는 ");
        if (subject != SIZE_MAX)
            words = import_from(words, subject + strlen("는 "));
        (void)draft_set(&sign->purpose, words, line->number);
    }
}

/* "(전화 055-000-0010)" behind or below the manager. */
static bool read_telephone(struct draft_sign *sign, struct text words,
                           uint32_t line)
{
    size_t start = 0;
    size_t size = import_telephone_in(words, &start);
    if (size == 0)
        return false;
    struct text number = {words.data + start, size};
    return draft_set(&sign->telephone, number, line);
}

static void set_manager(struct draft_sign *sign, struct text value,
                        uint32_t line)
{
    (void)read_telephone(sign, value, line);
    size_t bracket = text_find(value, '(');
    if (sign->telephone.line == line && bracket < value.size)
        value = import_until(value, bracket);
    (void)draft_set(&sign->manager, value, line);
}

/* The value that a line of the sign begins; NULL: none. */
static struct drafted *value_of(struct draft_sign *sign, struct text line,
                                struct text *value)
{
    const struct {
        const char *key;
        struct drafted *value;
    } KEYS[] = {{"설치장소및대수", &sign->place},
                {"설치장소", &sign->place},
                {"설치목적", &sign->purpose},
                {"목적", &sign->purpose},
                {"촬영범위", &sign->coverage},
                {"촬영시간", &sign->hours},
                {"총괄책임자", &sign->manager},
                {"관리책임자", &sign->manager},
                {"책임자", &sign->manager},
                {"연락처", &sign->telephone},
                {"전화", &sign->telephone},
                {"수탁업체", &sign->processor},
                {"위탁업체", &sign->processor},
                {"수탁자", &sign->processor},
                {"규격", &sign->size},
                {"재질", &sign->material},
                {"부착위치", &sign->spot},
                {"안내판을두지않는까닭", &sign->exemption}};
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
        if (import_is_keyed(line, KEYS[i].key, value))
            return KEYS[i].value;
    return NULL;
}

bool import_sign_has_key(struct text line)
{
    struct draft_sign sign = {0};
    struct text value = {NULL, 0};
    return value_of(&sign, line, &value) != NULL && value.size > 0;
}

/* Where the reader is: the sign, and the last value of it that was begun. */
struct place {
    struct draft_sign *sign;
    struct drafted *present; /* NULL: none yet */
};

/* "안내판", "안내판 (상담실)": the lines below are this sign's. */
static bool read_title(struct draft *draft, const struct import_line *line,
                       struct place *at)
{
    struct text scope = {NULL, 0};
    if (!import_sign_is_title(line->body, &scope))
        return false;
    *at = (struct place){.sign = &draft->sign};
    if (scope.size == 0)
        return true;
    struct draft_sign *sign =
        draft_add(draft, &draft->signs, sizeof *sign, DRAFT_SIGNS_MAX);
    if (sign == NULL)
        return false;
    at->sign = sign;
    if (!import_starts(scope, "모든 "))
        (void)draft_set(&sign->scope, scope, line->number);
    return true;
}

static void read_value(struct draft *draft, struct import_line *line,
                       struct place *at)
{
    struct text value = {NULL, 0};
    struct drafted *found = value_of(at->sign, line->body, &value);
    at->present = found != NULL ? found : at->present;
    if (at->present == NULL)
        read_purpose(at->sign, line);
    else if (found == &at->sign->manager)
        set_manager(at->sign, value, line->number);
    else if (found != NULL)
        (void)draft_set(found, value, line->number);
    else if (!read_telephone(at->sign, line->body, line->number))
        (void)draft_append(draft, at->present, ", ",
                           import_unbullet(line->body, NULL), line->number);
}

void import_read_sign(struct import_text *text, struct draft *draft)
{
    struct place at = {.sign = &draft->sign};
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        if (line->section != IMPORT_SECTION_SIGN || line->body.size == 0)
            continue;
        if (!read_title(draft, line, &at))
            read_value(draft, line, &at);
        line->is_understood = true;
    }
}

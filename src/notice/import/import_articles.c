/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that are sentences and lists rather than tables. */
#include <string.h>

#include "base/text.h"
#include "notice/import/import_readers.h"
#include "notice/import/import_section.h"
#include "notice/import/import_value.h"

enum { PURPOSE_BYTES_MAX = 300, KEY_BYTES_MAX = 40 };

static bool is_sentence(struct text text)
{
    return import_ends(text, "다.") || import_ends(text, "다") ||
           import_ends(text, "니다. ");
}

/* "... 「개인정보 보호법」 제25조 제1항 및 ...에 따라": from the first law on. */
static struct text basis_in(struct text sentence)
{
    static const char *const ENDS[] = {"에 따라", "에 의하여", "에 의거",
                                       "에 의해", "에따라"};
    size_t start = import_find(sentence, "「");
    if (start == SIZE_MAX)
        start = import_find(sentence, "개인정보");
    struct text rest = import_from(sentence, start);
    for (size_t i = 0; start != SIZE_MAX && i < sizeof ENDS / sizeof ENDS[0];
         i++) {
        size_t end = import_find(rest, ENDS[i]);
        if (end != SIZE_MAX)
            return text_trim(import_until(rest, end));
    }
    return (struct text){NULL, 0};
}

static enum notice_purpose_kind kind_of(struct text words,
                                        bool has_parking_law)
{
    static const struct {
        const char *word;
        enum notice_purpose_kind kind;
    } WORDS[] = {{"교통단속", NOTICE_PURPOSE_TRAFFIC_CONTROL},
                 {"교통 단속", NOTICE_PURPOSE_TRAFFIC_CONTROL},
                 {"주정차", NOTICE_PURPOSE_TRAFFIC_CONTROL},
                 {"교통정보", NOTICE_PURPOSE_TRAFFIC_INFORMATION},
                 {"통계", NOTICE_PURPOSE_STATISTICS},
                 {"범죄", NOTICE_PURPOSE_CRIME},
                 {"방범", NOTICE_PURPOSE_CRIME},
                 {"시설", NOTICE_PURPOSE_FACILITY},
                 {"화재", NOTICE_PURPOSE_FACILITY},
                 {"도난", NOTICE_PURPOSE_CRIME},
                 {"법령", NOTICE_PURPOSE_LAW}};
    bool is_parking = import_holds(words, "차량") || import_holds(words, "주차");
    if (is_parking && has_parking_law)
        return NOTICE_PURPOSE_LAW;
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (import_holds(words, WORDS[i].word))
            return WORDS[i].kind;
    return (enum notice_purpose_kind)0;
}

void import_read_purposes(struct import_text *text, struct draft *draft)
{
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        bool has_bullet = false;
        if (line->section != IMPORT_SECTION_PURPOSES || line->body.size == 0)
            continue;
        struct text words = import_unbullet(line->body, &has_bullet);
        struct text basis = basis_in(words);
        if (is_sentence(words) && basis.size > 0) {
            line->is_understood = draft_set(&draft->basis, basis, line->number);
            continue;
        }
        if (is_sentence(words) || !has_bullet ||
            words.size > PURPOSE_BYTES_MAX)
            continue;
        struct draft_purpose *purpose = draft_add(
            draft, &draft->purposes, sizeof *purpose, DRAFT_PURPOSES_MAX);
        if (purpose != NULL)
            line->is_understood =
                draft_set(&purpose->words, words, line->number);
    }
}

void import_read_purpose_kinds(struct import_text *text, struct draft *draft)
{
    struct draft_purpose *purposes = draft->purposes.items;
    bool has_parking_law = import_holds(draft->basis.text, "주차장법");
    (void)text;
    for (size_t i = 0; i < draft->groups.count; i++)
        has_parking_law |=
            import_holds(draft_group_at(draft, i)->basis.text, "주차장법");
    for (size_t i = 0; i < draft->purposes.count; i++)
        purposes[i].kind = kind_of(purposes[i].words.text, has_parking_law);
}

/* "본청 및 광주센터: 고용관리과, 광산센터: 취업지원팀": all of it, or nothing. */
static void read_checking_places(struct draft *draft, struct drafted where)
{
    struct text rest = where.text;
    size_t count = draft->checking_places.count;
    while (rest.size > 0) {
        struct text piece = text_trim(text_cut(&rest, ','));
        size_t colon = text_find(piece, ':');
        struct draft_place *place = NULL;
        struct text refers = text_trim(import_until(piece, colon));
        if (colon < piece.size && draft_all_resolve(draft, refers))
            place = draft_add(draft, &draft->checking_places, sizeof *place,
                              DRAFT_PLACES_MAX);
        if (place == NULL) {
            draft->checking_places.count = count;
            return;
        }
        (void)draft_set(&place->scope, refers, where.line);
        (void)draft_set(&place->place, import_from(piece, colon + 1),
                        where.line);
    }
}

/* "확인 장소 (본관): 총무과". */
static bool read_place_for(struct draft *draft, struct import_line *line)
{
    struct text scope = {NULL, 0};
    struct text place = {NULL, 0};
    if (!draft_keyed_for(draft, line->body, "확인장소", &scope, &place) ||
        scope.size == 0)
        return false;
    struct draft_place *checked = draft_add(
        draft, &draft->checking_places, sizeof *checked, DRAFT_PLACES_MAX);
    if (checked == NULL)
        return false;
    (void)draft_set(&checked->scope, scope, line->number);
    line->is_understood = draft_set(&checked->place, place, line->number);
    return true;
}

void import_read_checking(struct import_text *text, struct draft *draft)
{
    struct drafted *present = NULL;
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        struct text value = {NULL, 0};
        if (line->section != IMPORT_SECTION_CHECKING ||
            line->body.size == 0 || read_place_for(draft, line))
            continue;
        if (import_is_keyed(line->body, "확인방법", &value))
            present = &draft->checking_how;
        else if (import_is_keyed(line->body, "확인장소", &value))
            present = &draft->checking_where;
        else
            value = import_unbullet(line->body, NULL);
        if (present == NULL && is_sentence(value))
            present = &draft->checking_how;
        if (present != NULL)
            line->is_understood =
                value.size == 0 ||
                draft_append(draft, present, " ", value, line->number);
    }
    read_checking_places(draft, draft->checking_where);
}

/* The value that a row's first cell names. */
static struct drafted *request_value(struct draft *draft, struct text key)
{
    if (import_holds(key, "열람권자") || import_holds(key, "청구권자") ||
        import_holds(key, "요구권자"))
        return &draft->request_who;
    if (import_holds(key, "절차"))
        return &draft->request_procedure;
    if (import_holds(key, "관리대상") || import_holds(key, "관리대장"))
        return &draft->request_ledger;
    if (import_holds(key, "거부") || import_holds(key, "거절") ||
        import_holds(key, "제한"))
        return &draft->request_refusal;
    if (import_holds(key, "이의") || import_holds(key, "불복"))
        return &draft->request_objection;
    if (import_holds(key, "수수료") || import_holds(key, "비용"))
        return &draft->request_fees;
    return NULL;
}

static bool read_request_row(struct draft *draft, struct import_line *line)
{
    struct import_cells cells = import_cells_of(line->text);
    struct import_cells filled = import_cells_filled(&cells);
    struct text body = import_unbullet(line->body, NULL);
    size_t colon = text_find(body, ':');
    struct drafted *keyed = request_value(draft, import_until(body, colon));
    if (colon < body.size && colon < KEY_BYTES_MAX && keyed != NULL) {
        line->is_understood = draft_append(
            draft, keyed, " ", import_from(body, colon + 1), line->number);
        return true;
    }
    if (filled.count < 2 || is_sentence(line->body))
        return false;
    if (import_holds(filled.list[0], "구분")) {
        line->is_understood = true;
        return true;
    }
    struct text key = import_unbullet(filled.list[0], NULL);
    struct drafted *value = request_value(draft, key);
    struct text rest = import_cells_span(&filled, 1, filled.count - 1);
    if (import_starts(rest, ":"))
        rest = import_from(rest, 1);
    if (value == NULL)
        return false;
    line->is_understood = draft_append(draft, value, " ", rest, line->number);
    return true;
}

void import_read_requests(struct import_text *text, struct draft *draft)
{
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        if (line->section != IMPORT_SECTION_REQUESTS || line->body.size == 0 ||
            line->is_understood)
            continue;
        if (!read_request_row(draft, line) && is_sentence(line->body))
            line->is_understood = draft_append(
                draft, &draft->request_rule, " ",
                import_unbullet(line->body, NULL), line->number);
    }
}

/* Which of the three kinds of measures a sentence is about. */
static struct drafted *measure_of(struct draft *draft, struct text sentence)
{
    if (import_holds(sentence, "물리적") || import_holds(sentence, "잠금") ||
        import_holds(sentence, "출입통제"))
        return &draft->measures_physical;
    if (import_holds(sentence, "관리적") || import_holds(sentence, "차등") ||
        import_holds(sentence, "내부관리"))
        return &draft->measures_managerial;
    if (import_holds(sentence, "기술적") || import_holds(sentence, "암호"))
        return &draft->measures_technical;
    return NULL;
}

void import_read_measures(struct import_text *text, struct draft *draft)
{
    struct drafted *present = NULL;
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        struct text rest = import_unbullet(line->body, NULL);
        if (line->section != IMPORT_SECTION_MEASURES)
            continue;
        size_t colon = text_find(rest, ':');
        bool is_keyed = colon < KEY_BYTES_MAX && colon < rest.size;
        if (is_keyed && measure_of(draft, import_until(rest, colon)) != NULL) {
            present = measure_of(draft, import_until(rest, colon));
            line->is_understood =
                draft_append(draft, present, " ",
                             import_from(rest, colon + 1), line->number);
            continue;
        }
        while (rest.size > 0) {
            size_t stop = import_find(rest, "다. ");
            size_t end = stop == SIZE_MAX ? rest.size : stop + strlen("다.");
            struct text sentence = text_trim(import_until(rest, end));
            struct drafted *found = measure_of(draft, sentence);
            present = found != NULL ? found : present;
            rest = text_trim(import_from(rest, end));
            if (present != NULL)
                line->is_understood = draft_append(draft, present, " ",
                                                   sentence, line->number);
        }
    }
}

void import_read_changes(struct import_text *text, struct draft *draft)
{
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        if (line->section == IMPORT_SECTION_CHANGES &&
            is_sentence(line->body) && !line->is_understood)
            line->is_understood =
                draft_append(draft, &draft->changes, " ",
                             import_unbullet(line->body, NULL), line->number);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/ledger/words.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/ledger/facts.h"
#include "cmd/local/json.h"
#include "cmd/people_time.h"
#include "model/ledger_deed.h"

enum {
    CELL_BYTES_MAX = 8192,
    CAMERAS_NAMED_MAX = 3,
    MINUTE_SIZE = 16, /* "2026-11-22 14:05" */
    CELLS = LEDGER_COLUMNS - 1,
};

/* One of two, by the language. */
static const char *say(const struct ledger_names *names, const char *korean,
                       const char *english)
{
    return names->language == LANGUAGE_KOREAN ? korean : english;
}

static const char *named(const struct ledger_names *names, const json_t *object,
                         const char *korean, const char *english)
{
    const char *word = local_text(object, say(names, korean, english));
    return word[0] != 0 ? word : local_text(object, korean);
}

/* A number between two words. */
static void put_number(struct buffer *out, const char *before, long long number,
                       const char *after)
{
    buffer_format(out, "%s%lld%s", before, number, after);
}

static void put_minute(struct buffer *out, long long us)
{
    char shown[PEOPLE_TIME_SIZE];
    people_time_format((struct wall_time){us}, shown);
    buffer_format(out, "%.*s", MINUTE_SIZE, shown);
}

/* ---- cells ---- */

static void put_time(const struct ledger_names *names, const json_t *fact,
                     struct buffer *out)
{
    long long done = local_number(fact, "done_us");
    put_minute(out, done > 0 ? done : local_number(fact, "time_us"));
    if (local_number(fact, "entries") == 0)
        return;
    buffer_append_text(out, " ~ ");
    put_minute(out, local_number(fact, "last_us"));
    put_number(out, " (", local_number(fact, "entries"),
               say(names, "건)", " entries)"));
}

/* The camera's place, or NULL. */
static const json_t *find_place(const struct ledger_names *names,
                                const json_t *number)
{
    size_t s = 0;
    size_t g = 0;
    size_t c = 0;
    const json_t *site = NULL;
    const json_t *group = NULL;
    const json_t *camera = NULL;
    json_array_foreach(json_object_get(names->cameras, "sites"), s, site)
        json_array_foreach(json_object_get(site, "groups"), g, group)
            json_array_foreach(json_object_get(group, "cameras"), c, camera)
    {
        if (json_equal(json_object_get(camera, "number"), number))
            return camera;
    }
    return NULL;
}

static void put_cameras(const struct ledger_names *names, const json_t *fact,
                        struct buffer *out)
{
    size_t i = 0;
    const json_t *number = NULL;
    const json_t *cameras = json_object_get(fact, "cameras");
    size_t count = json_array_size(cameras);
    if (count > CAMERAS_NAMED_MAX) {
        put_number(out, say(names, "카메라 ", ""), (long long)count,
                   say(names, "대", " cameras"));
        return;
    }
    json_array_foreach(cameras, i, number)
    {
        const json_t *place = find_place(names, number);
        buffer_append_text(out, i == 0 ? "" : ", ");
        put_number(out, say(names, "카메라 ", "camera "),
                   (long long)json_integer_value(number), "");
        if (place != NULL)
            buffer_format(out, " %s", named(names, place, "ko", "en"));
    }
}

/* What stands outside the recorder, or the row that is corrected. */
static void put_copy(const struct ledger_names *names, const json_t *fact,
                     struct buffer *out)
{
    enum ledger_medium medium = LEDGER_PRINT;
    long long item = local_number(fact, "item");
    long long corrects = local_number(fact, "corrects");
    if (item != 0)
        put_number(out, say(names, " 반출물 ", " copy no. "), item, "");
    if (ledger_medium_from_name(text_of(local_text(fact, "medium")),
                                &medium) == STATUS_OK)
        buffer_format(out, " (%s)",
                      ledger_medium_words(medium, names->language));
    if (corrects != 0)
        put_number(out, say(names, " 정정 대상 기록 ", " corrects entry "),
                   corrects, "");
}

static void put_file(const struct ledger_names *names, const json_t *fact,
                     struct buffer *out)
{
    long long hold = local_number(fact, "hold");
    bool has_span = local_number(fact, "to_us") > 0;
    put_cameras(names, fact, out);
    put_copy(names, fact, out);
    if (out->size == 0 && hold == 0 && local_number(fact, "export") == 0)
        buffer_append_text(out, say(names, "모든 카메라", "all cameras"));
    if (hold != 0)
        put_number(out, say(names, " 보존 ", " hold "), hold, "");
    if (has_span) {
        buffer_append_text(out, " ");
        put_minute(out, local_number(fact, "from_us"));
        buffer_append_text(out, " ~ ");
        put_minute(out, local_number(fact, "to_us"));
    }
    put_number(out, say(names, " [기록 ", " [entry "),
               local_number(fact, "entry"), "");
    if (local_number(fact, "entries") != 0)
        put_number(out, " ~ ", local_number(fact, "last_entry"), "");
    buffer_append_text(out, "]");
}

/* A text that is there, or what has become of it. */
static void put_personal(const struct ledger_names *names, const json_t *object,
                         const char *member, struct buffer *out)
{
    const char *state = local_text(object, "text");
    if (strcmp(state, "there") == 0)
        buffer_append_text(out, local_text(object, member));
    else if (strcmp(state, "erased") == 0)
        buffer_append_text(out, say(names, "(파기됨)", "(erased)"));
    else
        buffer_append_text(out, say(names, "(읽을 수 없음)", "(unreadable)"));
}

static void put_person(const struct ledger_names *names, const json_t *fact,
                       struct buffer *out)
{
    size_t i = 0;
    const json_t *person = NULL;
    long long account = local_number(fact, "account");
    if (account == 0) {
        buffer_append_text(out, say(names, "자동(녹화 장치)",
                                    "automatic (the recorder)"));
        return;
    }
    json_array_foreach(names->people, i, person)
    {
        if (local_number(person, "account") != account)
            continue;
        put_personal(names, person, "name", out);
        buffer_format(out, " %s", named(names, person, "post_ko", "post_en"));
        break;
    }
    put_number(out, say(names, " [계정 ", " [account "), account, "]");
}

static void put_cause(const struct ledger_names *names, const json_t *fact,
                      struct buffer *out)
{
    const char *cause = local_text(fact, "cause");
    if (strcmp(cause, "expired") == 0)
        cause = say(names, "보관기간 만료", "the period is over");
    else if (strcmp(cause, "space") == 0)
        cause = say(names, "저장공간 부족", "want of space");
    else if (strcmp(cause, "ordered") == 0)
        cause = say(names, "파기 지시", "ordered");
    buffer_append_text(out, cause);
}

static void put_purpose(const struct ledger_names *names, const json_t *fact,
                        struct buffer *out)
{
    size_t i = 0;
    const json_t *purpose = NULL;
    const char *id = local_text(fact, "purpose");
    const char *words = id;
    if (json_object_get(fact, "why") == NULL) {
        put_cause(names, fact, out);
        return;
    }
    json_array_foreach(json_object_get(names->cameras, "purposes"), i, purpose)
    {
        if (strcmp(local_text(purpose, "id"), id) == 0)
            words = named(names, purpose, "ko", "en");
    }
    buffer_format(out, "%s%s", words, words[0] == 0 ? "" : ": ");
    put_personal(names, fact, "why", out);
}

static void put_recipient(const struct ledger_names *names, const json_t *fact,
                          struct buffer *out)
{
    const char *request = local_text(fact, "request");
    const char *receiver = local_text(fact, "receiver");
    buffer_append_text(out, receiver);
    if (request[0] != 0)
        buffer_format(out, "%s%s %s", receiver[0] == 0 ? "" : ", ",
                      say(names, "접수번호", "request"), request);
}

static void put_basis(const struct ledger_names *names, const json_t *fact,
                      struct buffer *out)
{
    long long order = local_number(fact, "order");
    const char *ground = local_text(fact, "ground");
    buffer_append_text(out, ground);
    if (ground[0] != 0)
        return;
    if (local_number(fact, "export") != 0)
        put_number(out, say(names, "반출 기록 ", "export, entry "),
                   local_number(fact, "export"), "");
    else if (order != 0)
        put_number(out, say(names, "기록 ", "order, entry "), order,
                   say(names, "의 지시", ""));
    else if (local_text(fact, "purpose")[0] != 0)
        buffer_append_text(out, say(names, "운영·관리 방침의 설치 목적",
                                    "a purpose of the notice"));
    else if (strcmp(local_text(fact, "cause"), "expired") == 0)
        buffer_append_text(out, say(names, "운영·관리 방침의 보관기간",
                                    "the notice's period"));
}

static void put_form(const struct ledger_names *names, const json_t *fact,
                     enum ledger_deed deed, struct buffer *out)
{
    enum ledger_end end = LEDGER_SHREDDED;
    const char *remark = local_text(fact, "remark");
    const char *form = local_text(fact, "form");
    buffer_append_text(out, ledger_deed_words(deed, names->language));
    if (ledger_end_from_name(text_of(local_text(fact, "how")), &end) ==
        STATUS_OK)
        buffer_format(out, ": %s", ledger_end_words(end, names->language));
    if (json_is_true(json_object_get(fact, "password")))
        buffer_append_text(out, say(names, ", 암호 설정", ", with a password"));
    const char *conditions = local_text(fact, "conditions");
    if (conditions[0] != 0)
        buffer_format(out, "%s%s", say(names, ", 조건: ", ", conditions: "),
                      conditions);
    buffer_format(out, "%s%s", form[0] == 0 ? "" : ": ", form);
    buffer_format(out, "%s%s", remark[0] == 0 ? "" : " - ", remark);
    bool is_order = ledger_deed_is_personal(deed);
    if (is_order && local_number(fact, "seeds") == 0)
        return;
    put_number(out,
               is_order ? say(names, ", 파기됨: 키 ", ", destroyed: ")
                        : say(names, ", 키 ", ", "),
               local_number(fact, "seeds"), say(names, "개", " keys"));
    if (!is_order && local_number(fact, "order") == 0)
        buffer_append_text(out, say(names, ", 자동 주기(확인: 위 일시)",
                                    ", automatic cycle (checked at the time "
                                    "given)"));
}

static void put_period(const json_t *fact, struct buffer *out)
{
    if (local_number(fact, "until_us") == 0)
        return;
    buffer_append_text(out, "~ ");
    put_minute(out, local_number(fact, "until_us"));
}

/* ---- a row ---- */

/* Moves the text of a cell into the row; false without memory. */
static bool next_cell(json_t *row, struct buffer *cell)
{
    struct text words = text_trim(buffer_text(cell));
    json_t *text = cell->failed        ? NULL
                   : words.size == 0 ? json_string("")
                                     : json_stringn(words.data, words.size);
    buffer_clear(cell);
    return text != NULL && json_array_append_new(row, text) == 0;
}

json_t *ledger_words(const struct ledger_names *names, const json_t *fact)
{
    AUTO(buffer_deinit) struct buffer cell = buffer_with_limit(CELL_BYTES_MAX);
    enum ledger_deed deed = LEDGER_VIEWED;
    if (ledger_deed_from_name(text_of(local_text(fact, "deed")), &deed) !=
        STATUS_OK)
        return NULL;
    enum ledger_kind kind = ledger_deed_kind(deed);
    if (ledger_kind_from_id(text_of(local_text(fact, "kind")), &kind) !=
        STATUS_OK)
        kind = ledger_deed_kind(deed);
    json_t *row = json_pack("[i]", (int)kind);
    put_time(names, fact, &cell);
    bool is_good = next_cell(row, &cell);
    put_file(names, fact, &cell);
    is_good = is_good && next_cell(row, &cell);
    put_person(names, fact, &cell);
    is_good = is_good && next_cell(row, &cell);
    put_purpose(names, fact, &cell);
    is_good = is_good && next_cell(row, &cell);
    put_recipient(names, fact, &cell);
    is_good = is_good && next_cell(row, &cell);
    put_basis(names, fact, &cell);
    is_good = is_good && next_cell(row, &cell);
    put_form(names, fact, deed, &cell);
    is_good = is_good && next_cell(row, &cell);
    put_period(fact, &cell);
    if (is_good && next_cell(row, &cell))
        return row;
    json_decref(row);
    return NULL;
}

static bool read_row(const json_t *cells, struct ledger_row *out)
{
    struct text *const PLACES[] = {
        &out->time,      &out->file,  &out->person, &out->purpose,
        &out->recipient, &out->basis, &out->form,   &out->period};
    json_int_t kind = json_integer_value(json_array_get(cells, 0));
    if (json_array_size(cells) != CELLS || kind < LEDGER_USE ||
        kind > LEDGER_DESTRUCTION)
        return false;
    out->kind = (enum ledger_kind)kind;
    for (size_t i = 1; i < CELLS; i++) {
        const json_t *cell = json_array_get(cells, i);
        struct text text = {json_string_value(cell), json_string_length(cell)};
        if (!json_is_string(cell) || text.size > CELL_BYTES_MAX ||
            !text_is_plain(text))
            return false;
        *PLACES[i - 1] = text;
    }
    return true;
}

enum status ledger_rows_read(const json_t *cells, struct ledger_row **out)
{
    size_t i = 0;
    const json_t *row = NULL;
    *out = NULL;
    if (!json_is_array(cells))
        return STATUS_BAD_INPUT;
    if (json_array_size(cells) > LEDGER_FACTS_MAX)
        return STATUS_LIMIT;
    struct ledger_row *rows =
        alloc_array(json_array_size(cells) + 1, sizeof *rows);
    if (rows == NULL)
        return STATUS_NO_MEMORY;
    json_array_foreach(cells, i, row)
    {
        rows[i] = (struct ledger_row){.number = i + 1};
        if (!read_row(row, &rows[i])) {
            alloc_free(rows);
            return STATUS_BAD_INPUT;
        }
    }
    *out = rows;
    return STATUS_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/render_html.h"

#include "base/text.h"
#include "base/time.h"
#include "notice/notice_phrases.h"

/* One page being made. */
struct page {
    const struct notice *notice;
    enum language language;
    struct buffer *out;
};

static const char STYLE[] =
    "body{font-family:'NanumGothic','Noto Sans KR',sans-serif;line-height:1.6;"
    "max-width:60rem;margin:0 auto;padding:1rem 1rem 4rem;color:#1a1a1a;"
    "background:#fff}h1{font-size:1.6rem;border-bottom:2px solid #1a1a1a;"
    "padding-bottom:.5rem}h2{font-size:1.2rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}"
    "body{word-break:keep-all}th,td{border:1px solid #767676;padding:.4rem "
    ".6rem;text-align:left;"
    "vertical-align:top}thead th{background:#eee}"
    "caption{text-align:left;font-weight:bold;padding:.3rem 0}"
    "nav{text-align:right}dl{border:2px solid #1a1a1a;padding:1rem;"
    "display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem}"
    "dt{font-weight:bold}dd{margin:0}"
    /* A telephone: six columns fit where words may break. */
    "@media(max-width:40rem){body{padding:.6rem}table{font-size:.8rem}"
    "th,td{padding:.25rem .3rem;overflow-wrap:anywhere}"
    "ul{padding-left:1.4rem}dl{grid-template-columns:1fr}"
    "h1{font-size:1.3rem}}";

static void markup(struct page *page, const char *html)
{
    buffer_append_text(page->out, html);
}

/* Text as content or inside quotes of an attribute. */
static void text(struct page *page, struct text words)
{
    for (size_t i = 0; i < words.size; i++) {
        switch (words.data[i]) {
        case '&':
            markup(page, "&amp;");
            break;
        case '<':
            markup(page, "&lt;");
            break;
        case '>':
            markup(page, "&gt;");
            break;
        case '"':
            markup(page, "&quot;");
            break;
        case '\'':
            markup(page, "&#39;");
            break;
        default:
            buffer_append_u8(page->out, (uint8_t)words.data[i]);
        }
    }
}

static void words(struct page *page, struct notice_words words)
{
    struct text shown = notice_words_in(words, page->language);
    /* A screen reader must know where the English page falls back. */
    bool falls_back = page->language == LANGUAGE_ENGLISH &&
                      words.en.size == 0 && words.ko.size > 0;
    if (falls_back)
        markup(page, "<span lang=\"ko\">");
    text(page, shown);
    if (falls_back)
        markup(page, "</span>");
}

static void phrase(struct page *page, enum phrase which)
{
    text(page, text_of(phrase_in(which, page->language)));
}

static void heading(struct page *page, unsigned number, enum phrase which)
{
    buffer_format(page->out, "<h2>%u. ", number);
    phrase(page, which);
    markup(page, "</h2>\n");
}

static void paragraph(struct page *page, struct notice_words content)
{
    if (content.ko.size == 0)
        return;
    markup(page, "<p>");
    words(page, content);
    markup(page, "</p>\n");
}

static void cell(struct page *page, struct notice_words content)
{
    markup(page, "<td>");
    words(page, content);
    markup(page, "</td>");
}

static void text_cell(struct page *page, struct text content)
{
    markup(page, "<td>");
    text(page, content);
    markup(page, "</td>");
}

/* Opens a table; columns end with PHRASE_COUNT. */
static void table_open(struct page *page, const enum phrase *columns)
{
    markup(page, "<thead><tr>");
    for (; *columns != PHRASE_COUNT; columns++) {
        markup(page, "<th scope=\"col\">");
        phrase(page, *columns);
        markup(page, "</th>");
    }
    markup(page, "</tr></thead>\n<tbody>\n");
}

static void table_close(struct page *page)
{
    markup(page, "</tbody></table>\n");
}

static void day(struct page *page, int64_t which)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    if (which == NOTICE_NO_DAY)
        return;
    civil_from_day(which, &year, &month, &day_of_month);
    buffer_format(page->out, "<time datetime=\"%04d-%02u-%02u\">", (int)year,
                  month, day_of_month);
    if (page->language == LANGUAGE_KOREAN)
        buffer_format(page->out, "%d년 %u월 %u일", (int)year, month,
                      day_of_month);
    else
        buffer_format(page->out, "%04d-%02u-%02u", (int)year, month,
                      day_of_month);
    markup(page, "</time>");
}

static void write_head(struct page *page)
{
    bool is_korean = page->language == LANGUAGE_KOREAN;
    buffer_format(page->out,
                  "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
                  "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                  "content=\"width=device-width\">\n<title>",
                  is_korean ? "ko" : "en");
    words(page, page->notice->institution);
    markup(page, " ");
    phrase(page, PHRASE_TITLE);
    buffer_format(page->out, "</title>\n<style>%s</style>\n</head>\n<body>\n",
                  STYLE);
    markup(page, is_korean ? "<nav><a href=\"/notice/en\" hreflang=\"en\" "
                             "lang=\"en\">English</a></nav>\n"
                           : "<nav><a href=\"/notice\" hreflang=\"ko\" "
                             "lang=\"ko\">한국어</a></nav>\n");
    markup(page, "<main>\n<h1>");
    words(page, page->notice->institution);
    markup(page, " ");
    phrase(page, PHRASE_TITLE);
    markup(page, "</h1>\n");
    paragraph(page, page->notice->introduction);
}

static void write_purposes(struct page *page)
{
    const struct notice *notice = page->notice;
    heading(page, 1, PHRASE_BASIS_AND_PURPOSE);
    paragraph(page, notice->basis);
    markup(page, "<ul>\n");
    for (size_t i = 0; i < notice->purpose_count; i++) {
        markup(page, "<li>");
        words(page, notice->purposes[i].words);
        markup(page, "</li>\n");
    }
    markup(page, "</ul>\n");
}

static void write_coverage(struct page *page, const struct notice_group *group)
{
    markup(page, "<td>");
    words(page, group->coverage);
    for (size_t i = 0; i < group->exclusion_count; i++) {
        markup(page, i == 0 ? " (" : ", ");
        words(page, group->exclusions[i].what);
    }
    if (group->exclusion_count > 0) {
        markup(page, " ");
        phrase(page, PHRASE_EXCLUDED);
        markup(page, ")");
    }
    markup(page, "</td>");
}

static void write_group_purposes(struct page *page,
                                 const struct notice_group *group)
{
    markup(page, "<td>");
    for (size_t i = 0; i < group->purpose_count; i++) {
        if (i > 0)
            markup(page, "<br>");
        words(page, page->notice->purposes[group->purposes[i]].words);
    }
    /* Only what the heading of section 1 does not say already. */
    if (!text_equal(group->basis.ko, page->notice->basis.ko)) {
        markup(page, "<br>");
        words(page, group->basis);
    }
    markup(page, "</td>");
}

static void write_cameras(struct page *page)
{
    static const enum phrase COLUMNS[] = {PHRASE_COUNT_OF_CAMERAS, PHRASE_PLACE,
                                          PHRASE_COVERAGE, PHRASE_PURPOSE,
                                          PHRASE_COUNT};
    const struct notice *notice = page->notice;
    heading(page, 2, PHRASE_CAMERAS);
    for (size_t site = 0; site < notice->site_count; site++) {
        markup(page, "<table><caption>");
        words(page, notice->sites[site].name);
        markup(page, "</caption>\n");
        table_open(page, COLUMNS);
        for (size_t i = 0; i < notice->group_count; i++) {
            const struct notice_group *group = &notice->groups[i];
            if (group->site != site)
                continue;
            buffer_format(page->out, "<tr><td>%u%s</td>", group->camera_count,
                          page->language == LANGUAGE_KOREAN ? "대" : "");
            cell(page, group->place);
            write_coverage(page, group);
            write_group_purposes(page, group);
            markup(page, "</tr>\n");
        }
        table_close(page);
    }
}

/* One line for each site that the scope holds whole, else for its groups. */
static void write_scope(struct page *page, const struct notice_scope *scope)
{
    const struct notice *notice = page->notice;
    markup(page, "<td>");
    if (scope->count == notice->group_count) {
        phrase(page, PHRASE_ALL_PLACES);
        markup(page, "</td>");
        return;
    }
    const char *separator = "";
    for (size_t site = 0; site < notice->site_count; site++) {
        if (!notice_scope_holds_site(notice, scope, site))
            continue;
        markup(page, separator);
        words(page, notice->sites[site].name);
        separator = "<br>";
    }
    for (size_t i = 0; i < scope->count; i++) {
        const struct notice_group *group = &notice->groups[scope->groups[i]];
        if (notice_scope_holds_site(notice, scope, group->site))
            continue;
        markup(page, separator);
        words(page, group->place);
        separator = "<br>";
    }
    markup(page, "</td>");
}

static void write_people(struct page *page)
{
    static const enum phrase COLUMNS[] = {
        PHRASE_PLACE,      PHRASE_ROLE,      PHRASE_NAME, PHRASE_POST,
        PHRASE_DEPARTMENT, PHRASE_TELEPHONE, PHRASE_COUNT};
    static const enum phrase ROLES[] = {
        PHRASE_ROLE, PHRASE_GENERAL_MANAGER, PHRASE_SUPERVISING_OFFICIAL,
        PHRASE_CHIEF_MANAGER, PHRASE_ACCESS_HOLDER};
    heading(page, 3, PHRASE_PEOPLE);
    markup(page, "<table>\n");
    table_open(page, COLUMNS);
    for (size_t i = 0; i < page->notice->person_count; i++) {
        const struct notice_person *person = &page->notice->people[i];
        markup(page, "<tr>");
        write_scope(page, &person->scope);
        markup(page, "<td>");
        phrase(page, ROLES[person->role]);
        markup(page, "</td>");
        cell(page, person->name);
        cell(page, person->post);
        cell(page, person->department);
        text_cell(page, person->telephone);
        markup(page, "</tr>\n");
    }
    table_close(page);
}

static void write_period(struct page *page, const struct notice_group *group)
{
    char period[40];
    bool is_short = group->retention.unit == RETENTION_SECONDS;
    retention_format(group->retention, page->language, period, sizeof period);
    markup(page, "<td>");
    phrase(page, is_short ? PHRASE_SECONDS_BEFORE : PHRASE_PERIOD_BEFORE);
    text(page, text_of(period));
    phrase(page, is_short ? PHRASE_SECONDS_BEHIND : PHRASE_PERIOD_BEHIND);
    if (group->retention_reason.ko.size > 0) {
        markup(page, "<br>");
        words(page, group->retention_reason);
    }
    markup(page, "</td>");
}

static void write_storage(struct page *page, size_t group)
{
    bool is_first = true;
    markup(page, "<td>");
    for (size_t i = 0; i < page->notice->storage_count; i++) {
        const struct notice_storage *storage = &page->notice->storages[i];
        if (!notice_scope_holds(&storage->scope, group))
            continue;
        if (!is_first)
            markup(page, "<br>");
        words(page, storage->place);
        is_first = false;
    }
    markup(page, "</td>");
}

static void write_retention(struct page *page)
{
    static const enum phrase COLUMNS[] = {PHRASE_PLACE, PHRASE_HOURS,
                                          PHRASE_PERIOD, PHRASE_STORAGE,
                                          PHRASE_COUNT};
    heading(page, 4, PHRASE_HOURS_AND_RETENTION);
    markup(page, "<table>\n");
    table_open(page, COLUMNS);
    for (size_t i = 0; i < page->notice->group_count; i++) {
        const struct notice_group *group = &page->notice->groups[i];
        markup(page, "<tr>");
        cell(page, group->place);
        cell(page, group->hours);
        write_period(page, group);
        write_storage(page, i);
        markup(page, "</tr>\n");
    }
    table_close(page);
    paragraph(page, page->notice->processing);
}

static void item(struct page *page, enum phrase which,
                 struct notice_words content)
{
    if (content.ko.size == 0)
        return;
    markup(page, "<li>");
    phrase(page, which);
    markup(page, ": ");
    words(page, content);
    markup(page, "</li>\n");
}

static void write_checking(struct page *page)
{
    heading(page, 5, PHRASE_CHECKING);
    markup(page, "<ul>\n");
    item(page, PHRASE_HOW, page->notice->checking_how);
    item(page, PHRASE_WHERE, page->notice->checking_where);
    markup(page, "</ul>\n");
}

static void write_processors(struct page *page)
{
    static const enum phrase COLUMNS[] = {PHRASE_PROCESSOR, PHRASE_TASK,
                                          PHRASE_CONTACT, PHRASE_TELEPHONE,
                                          PHRASE_COUNT};
    heading(page, 6, PHRASE_OUTSOURCING);
    if (page->notice->processor_count == 0) {
        markup(page, "<p>");
        phrase(page, PHRASE_NOT_OUTSOURCED);
        markup(page, "</p>\n");
        return;
    }
    markup(page, "<table>\n");
    table_open(page, COLUMNS);
    for (size_t i = 0; i < page->notice->processor_count; i++) {
        const struct notice_processor *processor = &page->notice->processors[i];
        markup(page, "<tr>");
        cell(page, processor->name);
        cell(page, processor->task);
        cell(page, processor->contact);
        text_cell(page, processor->telephone);
        markup(page, "</tr>\n");
    }
    table_close(page);
}

static void write_requests(struct page *page)
{
    heading(page, 7, PHRASE_REQUESTS);
    paragraph(page, page->notice->request_rule);
    markup(page, "<ul>\n");
    item(page, PHRASE_WHO, page->notice->request_who);
    item(page, PHRASE_PROCEDURE, page->notice->request_procedure);
    item(page, PHRASE_LEDGER, page->notice->request_ledger);
    markup(page, "</ul>\n");
    heading(page, 8, PHRASE_MEASURES);
    markup(page, "<ul>\n");
    item(page, PHRASE_TECHNICAL, page->notice->measures_technical);
    item(page, PHRASE_MANAGERIAL, page->notice->measures_managerial);
    item(page, PHRASE_PHYSICAL, page->notice->measures_physical);
    markup(page, "</ul>\n");
}

static void write_changes(struct page *page)
{
    heading(page, 9, PHRASE_CHANGES);
    paragraph(page, page->notice->changes);
    markup(page, "<p>");
    phrase(page, PHRASE_ANNOUNCED);
    markup(page, ": ");
    day(page, page->notice->announced_day);
    markup(page, " / ");
    phrase(page, PHRASE_EFFECTIVE);
    markup(page, ": ");
    day(page, page->notice->effective_day);
    markup(page, "</p>\n");
}

static void write_remedies(struct page *page)
{
    heading(page, 10, PHRASE_REMEDIES);
    markup(page, "<ul>\n");
    for (size_t i = 0; i < page->notice->remedy_count; i++) {
        const struct notice_remedy *remedy = &page->notice->remedies[i];
        markup(page, "<li>");
        words(page, remedy->name);
        if (remedy->homepage.size > 0) {
            markup(page, " ");
            text(page, remedy->homepage);
        }
        if (remedy->contact.ko.size > 0) {
            markup(page, " (");
            words(page, remedy->contact);
            markup(page, ")");
        }
        markup(page, "</li>\n");
    }
    markup(page, "</ul>\n");
}

static void sign_row(struct page *page, enum phrase which,
                     struct notice_words content)
{
    if (content.ko.size == 0)
        return;
    markup(page, "<dt>");
    phrase(page, which);
    markup(page, "</dt><dd>");
    words(page, content);
    markup(page, "</dd>\n");
}

static void write_sign(struct page *page)
{
    const struct notice_sign *sign = &page->notice->sign;
    if (!page->notice->has_sign)
        return;
    markup(page, "<h2>");
    phrase(page, PHRASE_SIGN);
    markup(page, "</h2>\n<dl>\n");
    sign_row(page, PHRASE_PURPOSE, sign->purpose);
    sign_row(page, PHRASE_PLACE_AND_COUNT, sign->place);
    sign_row(page, PHRASE_COVERAGE, sign->coverage);
    sign_row(page, PHRASE_HOURS, sign->hours);
    sign_row(page, PHRASE_MANAGER, sign->manager);
    sign_row(page, PHRASE_TELEPHONE,
             (struct notice_words){sign->telephone, sign->telephone});
    sign_row(page, PHRASE_PROCESSOR, sign->processor);
    markup(page, "</dl>\n");
}

enum status notice_render_html(const struct notice *notice,
                               enum language language, struct buffer *out)
{
    struct page page = {notice, language, out};
    write_head(&page);
    write_purposes(&page);
    write_cameras(&page);
    write_people(&page);
    write_retention(&page);
    write_checking(&page);
    write_processors(&page);
    write_requests(&page);
    write_changes(&page);
    write_remedies(&page);
    write_sign(&page);
    markup(&page, "</main>\n</body>\n</html>\n");
    return buffer_status(out);
}

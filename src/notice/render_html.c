/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/render_html.h"

#include "base/markup.h"
#include "base/text.h"
#include "notice/notice_document.h"

static const char STYLE[] =
    "body{font-family:'NanumGothic','Noto Sans KR',sans-serif;line-height:1.6;"
    "max-width:60rem;margin:0 auto;padding:1rem 1rem 4rem;color:#1a1a1a;"
    "background:#fff;word-break:keep-all}h1{font-size:1.6rem;border-bottom:"
    "2px solid #1a1a1a;padding-bottom:.5rem}h2{font-size:1.2rem;"
    "margin-top:2rem}h3{font-size:1rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}"
    "th,td{border:1px solid #767676;padding:.4rem .6rem;text-align:left;"
    "vertical-align:top}thead th{background:#eee}nav{text-align:right}"
    "dl{border:2px solid #1a1a1a;padding:1rem;display:grid;"
    "grid-template-columns:max-content 1fr;gap:.3rem 1rem}"
    "dt{font-weight:bold}dd{margin:0}.n{white-space:nowrap}"
    ".pages ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;"
    "margin:0;padding:.5rem 0;border-bottom:1px solid #767676}"
    ".pages{text-align:left}.pages a{display:inline-block;padding:.3rem 0}"
    "a{color:#0b4f9e}[aria-current]{font-weight:bold;color:inherit;"
    "text-decoration:none}"
    /* Kept, at risk, broken: words say it, colour repeats it. */
    "td[class]{min-width:4.6rem;overflow-wrap:normal}"
    ".m1{border-left:6px solid #1b7f3b}.m2{border-left:6px solid #b26a00;"
    "background:#fff7e6}.m3{border-left:6px solid #b3261e;background:#fdecea}"
    /* A telephone: a row is a card, each cell a line under its column's name,
     * so that words stay whole. */
    "@media screen and (max-width:40rem){body{padding:.6rem}"
    "table,caption,tbody,tr,td{display:block}thead{position:absolute;"
    "clip-path:inset(50%);width:1px;height:1px;overflow:hidden}"
    "tr{border:1px solid #767676;padding:.3rem .6rem;margin:0 0 .5rem}"
    "td{border:0;padding:.1rem 0;overflow-wrap:anywhere}"
    "td[class]{padding-left:.4rem}td:empty{display:none}"
    "td[data-label]::before{content:attr(data-label) \": \";"
    "font-weight:bold}ul{padding-left:1.4rem}"
    "dl{grid-template-columns:1fr}h1{font-size:1.3rem}}"
    "@page{size:A4;margin:18mm}"
    "@media print{body{max-width:none;padding:0 1px;font-size:10.5pt}"
    "nav{display:none}tr,dl{break-inside:avoid}h2,h3{break-after:avoid}"
    "a{color:inherit;text-decoration:none}}";

/* A pen needs room. */
static const char FORM_STYLE[] =
    "tbody td{height:2rem;vertical-align:middle}"
    "tbody td:nth-child(3){width:55%}"
    "@media screen and (max-width:40rem){tbody td:nth-child(3){width:auto}}";

/* Opening and closing tags of what a block is on the page. */
static const struct {
    const char *open;
    const char *close;
} TAGS[] = {
    [DOCUMENT_PARAGRAPH] = {"<p>", "</p>\n"},
    [DOCUMENT_LIST] = {"<ul>\n", ""},
    [DOCUMENT_ITEM] = {"<li>", "</li>\n"},
    [DOCUMENT_LIST_END] = {"</ul>\n", ""},
    [DOCUMENT_COLUMN] = {"<th scope=\"col\">", "</th>"},
    [DOCUMENT_TERMS] = {"<dl>\n", ""},
    [DOCUMENT_TERM] = {"<dt>", "</dt>"},
    [DOCUMENT_DETAIL] = {"<dd>", "</dd>\n"},
    [DOCUMENT_TERMS_END] = {"</dl>\n", ""},
};

/* One page being made. */
struct page {
    const struct document *document;
    struct buffer *out;
    bool is_in_head; /* of a table: its columns */
    bool is_in_row;
    size_t columns[DOCUMENT_COLUMNS_MAX]; /* of the table: their indices */
    size_t column_count;
    size_t cell; /* of the row, the next */
};

static void markup(struct page *page, const char *html)
{
    buffer_append_text(page->out, html);
}

static void escape(struct page *page, struct text words)
{
    markup_escape(words, page->out);
}

/* Words that are an address, and nothing else. */
static bool is_address(struct text words)
{
    return (text_starts_with(words, text_of("https://")) ||
            text_starts_with(words, text_of("http://"))) &&
           text_find(words, ' ') == words.size;
}

/* A telephone number or a day, which are not to be cut at their dashes. */
static bool is_dashed_number(struct text words)
{
    size_t digits = 0;
    size_t dashes = 0;
    for (size_t i = 0; i < words.size; i++) {
        digits += words.data[i] >= '0' && words.data[i] <= '9';
        dashes += words.data[i] == '-';
    }
    return dashes > 0 && digits > 0 && digits + dashes == words.size;
}

static void words(struct page *page, const struct document_part *part)
{
    struct text said = document_words(page->document, part);
    if (part->kind == DOCUMENT_BREAK) {
        markup(page, "<br>");
        return;
    }
    struct text path = document_path(page->document, part);
    if (path.size > 0 || is_address(said)) {
        markup(page, "<a href=\"");
        escape(page, path.size > 0 ? path : said);
        markup(page, "\">");
        escape(page, said);
        markup(page, "</a>");
        return;
    }
    /* A screen reader must know where the English page falls back. */
    bool is_foreign = part->spoken != page->document->language;
    bool is_number = is_dashed_number(said);
    if (is_number)
        markup(page, "<span class=\"n\">");
    else if (is_foreign)
        buffer_format(page->out, "<span lang=\"%s\">",
                      language_tag(part->spoken));
    escape(page, said);
    if (is_foreign || is_number)
        markup(page, "</span>");
}

/* The words of the block at index; returns the index behind them. */
static size_t words_of(struct page *page, size_t index)
{
    size_t end = document_skip_words(page->document, index);
    for (size_t i = index + 1; i < end; i++)
        words(page, &page->document->parts[i]);
    return end;
}

static void row_open(struct page *page)
{
    markup(page, page->is_in_row ? "</tr>\n" : "");
    if (page->is_in_head)
        markup(page, "</tr></thead>\n<tbody>\n");
    page->is_in_head = false;
    page->is_in_row = true;
    page->cell = 0;
    markup(page, "<tr>");
}

static void table_close(struct page *page)
{
    if (page->is_in_row)
        markup(page, "</tr>\n</tbody>");
    if (page->is_in_head)
        markup(page, "</tr></thead>\n");
    markup(page, "</table>\n");
    page->is_in_head = page->is_in_row = false;
}

static size_t table_open(struct page *page, size_t index)
{
    size_t end = document_skip_words(page->document, index);
    markup(page, "<table>\n");
    if (end > index + 1) {
        markup(page, "<caption>");
        end = words_of(page, index);
        markup(page, "</caption>\n");
    }
    markup(page, "<thead><tr>");
    page->is_in_head = true;
    page->column_count = 0;
    return end;
}

/* The words of the cell's column, for where the head is not seen. */
static void label(struct page *page)
{
    const struct document *document = page->document;
    if (page->cell >= page->column_count)
        return;
    size_t index = page->columns[page->cell];
    size_t end = document_skip_words(document, index);
    if (end == index + 1)
        return;
    markup(page, " data-label=\"");
    for (size_t i = index + 1; i < end; i++)
        escape(page, document_words(document, &document->parts[i]));
    markup(page, "\"");
}

static size_t cell(struct page *page, size_t index)
{
    unsigned mark = page->document->parts[index].level;
    markup(page, "<td");
    if (mark > 0)
        buffer_format(page->out, " class=\"m%u\"", mark);
    label(page);
    page->cell++;
    markup(page, ">");
    size_t end = words_of(page, index);
    markup(page, "</td>");
    return end;
}

/* The block at index; returns the index behind it. */
static size_t block(struct page *page, size_t index)
{
    const struct document_part *part = &page->document->parts[index];
    if (part->kind == DOCUMENT_TABLE)
        return table_open(page, index);
    if (part->kind == DOCUMENT_CELL)
        return cell(page, index);
    if (part->kind == DOCUMENT_COLUMN &&
        page->column_count < DOCUMENT_COLUMNS_MAX)
        page->columns[page->column_count++] = index;
    if (part->kind == DOCUMENT_ROW) {
        row_open(page);
    } else if (part->kind == DOCUMENT_TABLE_END) {
        table_close(page);
    } else if (part->kind == DOCUMENT_HEADING) {
        buffer_format(page->out, "<h%u>", part->level);
        size_t end = words_of(page, index);
        buffer_format(page->out, "</h%u>\n", part->level);
        return end;
    } else {
        markup(page, TAGS[part->kind].open);
        size_t end = words_of(page, index);
        markup(page, TAGS[part->kind].close);
        return end;
    }
    return index + 1;
}

static void head(struct page *page, const struct html_frame *frame)
{
    buffer_format(page->out,
                  "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
                  "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                  "content=\"width=device-width\">\n<title>",
                  language_tag(page->document->language));
    const struct document *document = page->document;
    for (size_t i = 1; document->count > 0 && document->parts[0].kind ==
             DOCUMENT_HEADING && i < document_skip_words(document, 0); i++)
        escape(page, document_words(document, &document->parts[i]));
    markup(page, "</title>\n");
    if (frame->feed != NULL)
        buffer_format(page->out,
                      "<link rel=\"alternate\" type=\"application/atom+xml\" "
                      "href=\"%s\">\n", frame->feed);
    buffer_format(page->out, "<style>%s%s</style>\n</head>\n<body>\n", STYLE,
                  frame->is_form ? FORM_STYLE : "");
}

static void links(struct page *page, const struct html_frame *frame)
{
    if (frame->link_count == 0)
        return;
    bool is_korean = page->document->language == LANGUAGE_KOREAN;
    buffer_format(page->out, "<nav class=\"pages\" aria-label=\"%s\">\n<ul>\n",
                  is_korean ? "공개 자료" : "Public pages");
    for (size_t i = 0; i < frame->link_count; i++) {
        const struct html_link *link = &frame->links[i];
        buffer_format(page->out, "<li><a href=\"%s\"%s>%s</a></li>\n",
                      link->path, link->is_here ? " aria-current=\"page\"" : "",
                      link->words);
    }
    markup(page, "</ul>\n</nav>\n");
}

static void other_language(struct page *page, const struct html_frame *frame)
{
    if (frame->other_language == NULL)
        return;
    bool is_korean = page->document->language == LANGUAGE_KOREAN;
    const char *tag =
        language_tag(is_korean ? LANGUAGE_ENGLISH : LANGUAGE_KOREAN);
    buffer_format(page->out,
                  "<nav aria-label=\"%s\"><a href=\"%s\" hreflang=\"%s\" "
                  "lang=\"%s\">%s</a></nav>\n",
                  is_korean ? "언어" : "Language", frame->other_language, tag,
                  tag, is_korean ? "English" : "한국어");
}

enum status render_html(const struct document *document,
                        const struct html_frame *frame, struct buffer *out)
{
    static const struct html_frame ALONE = {.links = NULL};
    struct page page = {.document = document, .out = out};
    if (frame == NULL)
        frame = &ALONE;
    head(&page, frame);
    other_language(&page, frame);
    links(&page, frame);
    markup(&page, "<main>\n");
    for (size_t i = 0; i < document->count;)
        i = block(&page, i);
    markup(&page, "</main>\n</body>\n</html>\n");
    return buffer_status(out);
}

enum status notice_render_html(const struct notice *notice,
                               enum language language,
                               const struct html_frame *frame,
                               struct buffer *out)
{
    struct document document;
    enum status s = notice_document(notice, language, &document);
    if (s != STATUS_OK)
        return s;
    s = render_html(&document, frame, out);
    document_deinit(&document);
    return s;
}

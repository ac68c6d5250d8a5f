/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/checkpoint_pdf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "paper/canvas.h"
#include "paper/phrase_layout.h"
#include "paper/qr.h"

enum { SENTENCE_SIZE = 800, CODE_SIZE = 128, GROUPS_A_LINE = 7 };

#define MARGIN_PT  56.0
#define TITLE_PT   18.0
#define BODY_PT    11.0
#define CODE_PT    17.0
#define SMALL_PT   9.0
#define QR_SIZE_PT 170.0
#define SPACE_PT   14.0

struct words {
    const char *title;
    const char *what[3]; /* between them: origin, entries */
    const char *how;
    const char *signature;
};

static const struct words WORDS[2] = {
    [LANGUAGE_KOREAN] =
        {"영상기록 확인 문구",
         {"기록 ", "에는 이 종이를 만든 때 항목이 ",
          "개 있었습니다. 아래 문구는 그 모든 항목의 지문입니다. 기록을 "
         "운영하는 곳이 아닌 다른 사람이 이 종이를 보관하면, 그 뒤에 기록이 "
         "바뀌거나 빠지거나 되돌려진 것을 누구나 알아낼 수 있습니다."},
         "확인하는 법: haechi verify --log 기록폴더 --checkpoint \"문구\". "
         "마지막 네 글자는 옮겨 적다가 틀린 것을 찾아냅니다. 대문자와 "
         "소문자, 붙임표는 구별하지 않습니다.",
         "보관한 사람:                         날짜:"},
    [LANGUAGE_ENGLISH] =
        {"A line of the video log",
         {"When this page was made, the log ", " had ",
          " entries. The line below is the fingerprint of them all. Kept by "
         "somebody else than who runs the log, it lets anybody find whatever "
         "was altered, removed or put back since."},
         "To check: haechi verify --log DIRECTORY --checkpoint \"LINE\". The "
         "last four characters find mistakes in copying; capitals and hyphens "
         "do not matter.",
         "Kept by:                         Date:"},
};

static void draw(struct paper_canvas *canvas, const char *tag,
                 struct phrase_style style, const char *words)
{
    struct phrase_layout phrase;
    paper_canvas_tag(canvas, tag);
    phrase_layout_init(canvas, &style, text_of(words), &phrase);
    phrase_layout_fit(&phrase, paper_canvas_width_pt(canvas));
    phrase_layout_draw(&phrase, canvas, canvas->sheet.margin_pt, canvas->y_pt,
                       (struct phrase_lines){0, phrase.line_count});
    canvas->y_pt += phrase_layout_height_pt(&phrase) + SPACE_PT;
    phrase_layout_deinit(&phrase);
    paper_canvas_untag(canvas);
}

/* Large, so many groups a line. */
static void draw_code(struct paper_canvas *canvas, const char *code)
{
    char broken[CODE_SIZE];
    size_t groups = 0;
    (void)snprintf(broken, sizeof broken, "%s", code);
    for (char *at = broken; *at != 0; at++)
        if (*at == '-' && ++groups % GROUPS_A_LINE == 0)
            *at = '\n';
    draw(canvas, "P", (struct phrase_style){CODE_PT, true}, broken);
}

static enum status draw_page(struct paper_canvas *canvas,
                             const struct checkpoint_page *page)
{
    const struct words *words = &WORDS[page->language];
    char sentence[SENTENCE_SIZE];
    char head[SENTENCE_SIZE];
    const char *code = strrchr(page->line, ' ');
    if (code == NULL)
        return STATUS_INTERNAL;
    (void)snprintf(sentence, sizeof sentence, "%s%s%s%" PRIu64 "%s",
                   words->what[0], page->origin, words->what[1], page->entries,
                   words->what[2]);
    (void)snprintf(head, sizeof head, "%.*s", (int)(code - page->line),
                   page->line);
    draw(canvas, "H1", (struct phrase_style){TITLE_PT, true}, words->title);
    draw(canvas, "P", (struct phrase_style){BODY_PT, false}, sentence);
    draw(canvas, "P", (struct phrase_style){BODY_PT, true}, head);
    draw_code(canvas, code + 1);
    enum status s = qr_draw(canvas, page->line, canvas->sheet.margin_pt,
                            canvas->y_pt, QR_SIZE_PT);
    canvas->y_pt += QR_SIZE_PT + SPACE_PT;
    draw(canvas, "P", (struct phrase_style){SMALL_PT, false}, words->how);
    draw(canvas, "P", (struct phrase_style){BODY_PT, false}, words->signature);
    return s;
}

enum status checkpoint_pdf(const struct checkpoint_page *page,
                           struct buffer *out)
{
    const struct paper_sheet sheet = {
        .width_pt = PAPER_A4_WIDTH_PT,
        .height_pt = PAPER_A4_HEIGHT_PT,
        .margin_pt = MARGIN_PT,
        .title = WORDS[page->language].title,
        .language = page->language,
        .day = page->day,
    };
    struct paper_canvas canvas;
    enum status s = paper_canvas_init(&sheet, &canvas);
    if (s == STATUS_OK)
        canvas.y_pt = canvas.sheet.margin_pt;
    if (s == STATUS_OK)
        s = draw_page(&canvas, page);
    if (s == STATUS_OK)
        s = paper_canvas_finish(&canvas, out);
    paper_canvas_deinit(&canvas);
    return s;
}

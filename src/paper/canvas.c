/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/canvas.h"

#include <assert.h>
#include <cairo-pdf.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "paper/pdf_language.h"
#include "paper/phrase_layout.h"

static cairo_status_t collect(void *context, const unsigned char *data,
                              unsigned int size)
{
    struct paper_canvas *canvas = context;
    buffer_append(&canvas->pdf, bytes_of(data, size));
    return canvas->pdf.failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* What pango takes instead has no Hangul, or another face each machine. */
static enum status check_font(struct paper_canvas *canvas)
{
    PangoFontDescription *wanted =
        pango_font_description_from_string(PAPER_FONT " 10");
    PangoFont *font = pango_context_load_font(canvas->pango, wanted);
    enum status s = STATUS_NOT_FOUND;
    if (font != NULL) {
        PangoFontDescription *got = pango_font_describe(font);
        if (strcmp(pango_font_description_get_family(got), PAPER_FONT) == 0)
            s = STATUS_OK;
        pango_font_description_free(got);
        g_object_unref(font);
    }
    pango_font_description_free(wanted);
    return s;
}

static void set_metadata(struct paper_canvas *canvas)
{
    const struct paper_sheet *sheet = &canvas->sheet;
    cairo_pdf_surface_set_metadata(canvas->surface, CAIRO_PDF_METADATA_TITLE,
                                   sheet->title);
    cairo_pdf_surface_set_metadata(canvas->surface, CAIRO_PDF_METADATA_CREATOR,
                                   "haechi");
    char created[32] = "2000-01-01T00:00:00";
    if (sheet->day != INT64_MIN) {
        int64_t year = 0;
        unsigned month = 0;
        unsigned day = 0;
        civil_from_day(sheet->day, &year, &month, &day);
        (void)snprintf(created, sizeof created, "%04d-%02u-%02uT00:00:00",
                       (int)year, month, day);
    }
    /* Else cairo takes the clock, and no two files are the same. */
    cairo_pdf_surface_set_metadata(canvas->surface,
                                   CAIRO_PDF_METADATA_CREATE_DATE, created);
}

enum status paper_canvas_init(const struct paper_sheet *sheet,
                              struct paper_canvas *canvas)
{
    *canvas = (struct paper_canvas){
        .sheet = *sheet,
        .pdf = buffer_with_limit(PAPER_PDF_BYTES_MAX),
        .page = 1,
        .y_pt = sheet->margin_pt,
    };
    canvas->surface = cairo_pdf_surface_create_for_stream(
        collect, canvas, sheet->width_pt, sheet->height_pt);
    set_metadata(canvas);
    canvas->sheet.title = NULL;
    canvas->cairo = cairo_create(canvas->surface);
    canvas->pango = pango_cairo_create_context(canvas->cairo);
    cairo_set_line_width(canvas->cairo, 0.6);
    cairo_tag_begin(canvas->cairo, "Document", NULL);
    pango_context_set_language(
        canvas->pango, pango_language_from_string(
                           language_tag(sheet->language)));
    if (cairo_status(canvas->cairo) != CAIRO_STATUS_SUCCESS)
        return STATUS_NO_MEMORY;
    return check_font(canvas);
}

void paper_canvas_deinit(struct paper_canvas *canvas)
{
    if (canvas->pango != NULL)
        g_object_unref(canvas->pango);
    if (canvas->cairo != NULL)
        cairo_destroy(canvas->cairo);
    if (canvas->surface != NULL)
        cairo_surface_destroy(canvas->surface);
    buffer_deinit(&canvas->pdf);
    *canvas = (struct paper_canvas){.page = 0};
}

double paper_canvas_bottom_pt(const struct paper_canvas *canvas)
{
    return canvas->sheet.height_pt - canvas->sheet.margin_pt;
}

double paper_canvas_width_pt(const struct paper_canvas *canvas)
{
    return canvas->sheet.width_pt - 2 * canvas->sheet.margin_pt;
}

static void page_number(struct paper_canvas *canvas)
{
    if (!canvas->sheet.is_numbered)
        return;
    char number[24];
    (void)snprintf(number, sizeof number, "- %u -", canvas->page);
    struct phrase_layout words;
    phrase_layout_init(canvas, &(struct phrase_style){.size_pt = 9},
                       bytes_text(bytes_of(number, strlen(number))), &words);
    phrase_layout_fit(&words, paper_canvas_width_pt(canvas));
    words.is_centered = true;
    phrase_layout_draw(&words, canvas, canvas->sheet.margin_pt,
                       canvas->sheet.height_pt -
                           canvas->sheet.margin_pt * 0.65,
                       (struct phrase_lines){0, 1});
    phrase_layout_deinit(&words);
}

void paper_canvas_next_page(struct paper_canvas *canvas)
{
    for (size_t i = canvas->tag_count; i > 0; i--)
        cairo_tag_end(canvas->cairo, canvas->tags[i - 1]);
    page_number(canvas);
    cairo_show_page(canvas->cairo);
    for (size_t i = 0; i < canvas->tag_count; i++)
        cairo_tag_begin(canvas->cairo, canvas->tags[i], NULL);
    canvas->page++;
    canvas->y_pt = canvas->sheet.margin_pt;
}

bool paper_canvas_need(struct paper_canvas *canvas, double height_pt)
{
    bool is_full = canvas->y_pt + height_pt > paper_canvas_bottom_pt(canvas);
    /* A fresh page has no more to give. */
    if (!is_full || canvas->y_pt <= canvas->sheet.margin_pt)
        return false;
    paper_canvas_next_page(canvas);
    return true;
}

void paper_canvas_tag(struct paper_canvas *canvas, const char *name)
{
    assert(canvas->tag_count < PAPER_TAGS_MAX);
    canvas->tags[canvas->tag_count++] = name;
    cairo_tag_begin(canvas->cairo, name, NULL);
}

void paper_canvas_untag(struct paper_canvas *canvas)
{
    assert(canvas->tag_count > 0);
    cairo_tag_end(canvas->cairo, canvas->tags[--canvas->tag_count]);
}

void paper_canvas_outline(struct paper_canvas *canvas, const char *words)
{
    char place[64];
    (void)snprintf(place, sizeof place, "page=%u pos=[0 %d]", canvas->page,
                   (int)canvas->y_pt);
    (void)cairo_pdf_surface_add_outline(canvas->surface, CAIRO_PDF_OUTLINE_ROOT,
                                        words, place,
                                        (cairo_pdf_outline_flags_t)0);
}

enum status paper_canvas_finish(struct paper_canvas *canvas, struct buffer *out)
{
    cairo_tag_end(canvas->cairo, "Document");
    page_number(canvas);
    cairo_show_page(canvas->cairo);
    cairo_status_t drawn = cairo_status(canvas->cairo);
    cairo_surface_finish(canvas->surface);
    cairo_status_t written = cairo_surface_status(canvas->surface);
    if (canvas->pdf.failed || drawn == CAIRO_STATUS_NO_MEMORY ||
        written == CAIRO_STATUS_NO_MEMORY)
        return STATUS_NO_MEMORY;
    if (drawn != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS)
        return STATUS_INTERNAL;
    return pdf_language_add(buffer_bytes(&canvas->pdf), canvas->sheet.language,
                            out);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/notice/file.h"
#include "cmd/notice/render.h"
#include "cmd/paper_work.h"
#include "cmd/sign.h"
#include "notice/notice_phrases.h"
#include "notice/notice_sign.h"
#include "paper/canvas.h"
#include "paper/sign_pdf.h"

enum { TITLE_SIZE = 512, ADDRESS_SIZE = 512 };

/* Signs being made, one a place. */
struct signs {
    const struct notice *notice;
    const struct sign_options *options;
    struct document *list;
    size_t count;
};

static size_t site_find(const struct notice *notice, const char *id)
{
    for (size_t i = 0; i < notice->site_count; i++)
        if (text_equal(notice->sites[i].id, text_of(id)))
            return i;
    (void)fprintf(stderr, "haechi: the notice has no site '%s'; it has:", id);
    for (size_t i = 0; i < notice->site_count; i++)
        (void)fprintf(stderr, " %.*s", (int)notice->sites[i].id.size,
                      notice->sites[i].id.data);
    (void)fprintf(stderr, "\n");
    return notice->site_count;
}

/* Whether the place gets a page; one that needs none is said. */
static bool is_wanted(const struct signs *signs, size_t site, size_t group)
{
    const struct notice_group *place = &signs->notice->groups[group];
    const char *only = signs->options->place;
    if (place->site != site ||
        (only != NULL && !text_equal(place->id, text_of(only))))
        return false;
    struct notice_words exempt = notice_sign_exemption(signs->notice, group);
    if (exempt.ko.size == 0)
        return true;
    (void)fprintf(stderr, "haechi: no sign for %.*s: %.*s\n",
                  (int)place->id.size, place->id.data, (int)exempt.ko.size,
                  exempt.ko.data);
    return false;
}

static bool has_place(const struct signs *signs, size_t site)
{
    const char *only = signs->options->place;
    for (size_t i = 0; i < signs->notice->group_count; i++)
        if (signs->notice->groups[i].site == site &&
            (only == NULL ||
             text_equal(signs->notice->groups[i].id, text_of(only))))
            return true;
    (void)fprintf(stderr, "haechi: the site '%s' has no place '%s'; "
                          "see haechi notice show\n", signs->options->site,
                  only == NULL ? "with cameras" : only);
    return false;
}

static enum status gather(struct signs *signs, size_t site)
{
    enum status s = STATUS_OK;
    enum language language = notice_render_language(signs->options->language);
    signs->list = alloc_array(signs->notice->group_count, sizeof *signs->list);
    if (signs->list == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; s == STATUS_OK && i < signs->notice->group_count; i++) {
        if (!is_wanted(signs, site, i))
            continue;
        s = notice_sign(signs->notice, i, language,
                        &signs->list[signs->count]);
        signs->count += s == STATUS_OK;
    }
    return s;
}

static int draw(const struct signs *signs)
{
    char title[TITLE_SIZE] = "";
    char address[ADDRESS_SIZE] = "";
    enum language language = notice_render_language(signs->options->language);
    struct text whose = notice_words_in(signs->notice->institution, language);
    (void)snprintf(title, sizeof title, "%.*s %s", (int)whose.size, whose.data,
                   phrase_in(PHRASE_SIGN, language));
    (void)text_copy(signs->notice->homepage, address, sizeof address);
    if (address[0] == 0)
        (void)fprintf(stderr, "haechi: the notice has no homepage; the signs "
                              "have no QR code\n");
    const char *paper = signs->options->paper;
    struct sign_sheet sheet = {
        .is_a3 = paper != NULL && strcmp(paper, "A3") == 0,
        .title = title,
        .homepage = address,
        .day = signs->notice->effective_day,
    };
    struct buffer pdf = buffer_with_limit(PAPER_PDF_BYTES_MAX);
    enum status s = sign_pdf(signs->list, signs->count, &sheet, &pdf);
    return paper_output(s, signs->options->out, &pdf);
}

static int make(const struct notice *notice, const struct sign_options *options)
{
    struct signs signs = {.notice = notice, .options = options};
    size_t site = site_find(notice, options->site);
    if (site == notice->site_count || !has_place(&signs, site))
        return EXIT_USAGE;
    enum status s = gather(&signs, site);
    int code = EXIT_FINDING; /* every place is exempt */
    if (s != STATUS_OK)
        code = EXIT_ENVIRONMENT;
    else if (signs.count > 0)
        code = draw(&signs);
    for (size_t i = 0; i < signs.count; i++)
        document_deinit(&signs.list[i]);
    alloc_free(signs.list);
    return code;
}

int paper_sign(int argc, char **argv)
{
    struct sign_options options;
    struct notice *notice = NULL;
    int code = sign_options_read(argc, argv, &options);
    if (code == EXIT_OK)
        code = notice_file_open(options.file, &notice);
    if (code == EXIT_OK)
        code = make(notice, &options);
    notice_destroy(&notice);
    return code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* notice/public/public_say - what the files of the public pages share. */
#ifndef NOTICE_PUBLIC_PUBLIC_SAY_H
#define NOTICE_PUBLIC_PUBLIC_SAY_H

#include "base/text.h"
#include "notice/document_say.h"

static inline void public_title(struct document *document,
                                const struct notice *notice, const char *ko,
                                const char *en)
{
    document_heading(document, 1);
    if (notice != NULL) {
        document_words_say(document, notice->institution);
        document_say(document, " ");
    }
    document_either(document, ko, en);
}

static inline void public_heading(struct document *document, const char *ko,
                                  const char *en)
{
    document_heading(document, 2);
    document_either(document, ko, en);
}

static inline void public_paragraph(struct document *document, const char *ko,
                                    const char *en)
{
    document_begin(document, DOCUMENT_PARAGRAPH);
    document_either(document, ko, en);
}

static inline void public_link(struct document *document, const char *path_ko,
                               const char *path_en, const char *ko,
                               const char *en)
{
    bool is_korean = document->language == LANGUAGE_KOREAN;
    document_link(document, is_korean ? path_ko : path_en,
                  text_of(is_korean ? ko : en));
}

static inline MUST_USE enum status
public_done(struct document *document)
{
    enum status s = document_status(document);
    if (s != STATUS_OK)
        document_deinit(document);
    return s;
}

#endif

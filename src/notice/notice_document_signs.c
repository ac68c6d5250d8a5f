/* SPDX-License-Identifier: Apache-2.0 */
/* What the signs say, as notices print it at their end. */
#include "notice/document_say.h"
#include "notice/notice_document_private.h"

static void row(struct document *document, enum phrase which,
                struct notice_words words)
{
    if (words.ko.size == 0)
        return;
    document_begin(document, DOCUMENT_TERM);
    document_phrase(document, which);
    document_block(document, DOCUMENT_DETAIL, words);
}

static void say_sign(struct document *document, const struct notice_sign *sign)
{
    document_begin(document, DOCUMENT_TERMS);
    row(document, PHRASE_PURPOSE, sign->purpose);
    row(document, PHRASE_PLACE_AND_COUNT, sign->place);
    row(document, PHRASE_COVERAGE, sign->coverage);
    row(document, PHRASE_HOURS, sign->hours);
    row(document, PHRASE_MANAGER, sign->manager);
    row(document, PHRASE_TELEPHONE,
        (struct notice_words){sign->telephone, sign->telephone});
    row(document, PHRASE_PROCESSOR, sign->processor);
    row(document, PHRASE_SIGN_SIZE, sign->size);
    row(document, PHRASE_SIGN_MATERIAL, sign->material);
    row(document, PHRASE_SIGN_SPOT, sign->spot);
    row(document, PHRASE_EXEMPTION, sign->exemption);
    document_begin(document, DOCUMENT_TERMS_END);
}

void notice_document_signs(struct document *document,
                           const struct notice *notice)
{
    if (!notice->has_sign && notice->sign_count == 0)
        return;
    document_heading(document, 2);
    document_phrase(document, PHRASE_SIGN);
    if (notice->has_sign)
        say_sign(document, &notice->sign);
    for (size_t i = 0; i < notice->sign_count; i++) {
        const struct notice_sign *sign = &notice->signs[i];
        document_heading(document, 3);
        document_phrase(document, PHRASE_SIGN);
        document_say(document, " (");
        document_scope(document, notice, &sign->scope);
        document_say(document, ")");
        say_sign(document, sign);
    }
}

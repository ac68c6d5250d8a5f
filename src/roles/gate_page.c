/* SPDX-License-Identifier: Apache-2.0 */
/* The public notice: what everybody may read, without a session. */
#include "base/buffer.h"
#include "base/text.h"
#include "notice/render_html.h"
#include "roles/gate.h"

/* Rendered once: anybody may ask, as often as web lets them. */
static enum status page_in(struct gate *gate, enum language language,
                           struct bytes *out)
{
    struct buffer *page = &gate->pages[language];
    enum status s = STATUS_OK;
    if (page->size == 0) {
        *page = buffer_with_limit(GATE_JSON_MAX);
        s = notice_render_html(gate->configuration.notice, language, page);
        if (s == STATUS_OK && page->failed)
            s = STATUS_LIMIT;
        if (s != STATUS_OK)
            buffer_deinit(page);
    }
    *out = buffer_bytes(page);
    return s;
}

void gate_on_notice_page(void *context, struct channel *channel,
                         const struct message_notice_page *message,
                         int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    struct message_notice_page_reply reply = {.id = message->id};
    enum language language = text_equal(message->language, text_of("en"))
                                 ? LANGUAGE_ENGLISH
                                 : LANGUAGE_KOREAN;
    reply.status =
        gate->is_started ? page_in(gate, language, &reply.html) : STATUS_AGAIN;
    gate_sent(message_notice_page_answer(channel, &reply, -1), "notice_page");
}

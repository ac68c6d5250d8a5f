/* SPDX-License-Identifier: Apache-2.0 */
/* The public notice: what everybody may read, without a session. */
#include "base/cleanup.h"
#include "base/text.h"
#include "notice/render_html.h"
#include "roles/gate.h"

void gate_on_notice_page(void *context, struct channel *channel,
                         const struct message_notice_page *message,
                         int descriptor)
{
    AUTO(buffer_deinit) struct buffer html = buffer_with_limit(GATE_JSON_MAX);
    const struct gate *gate = context;
    (void)descriptor;
    struct message_notice_page_reply reply = {.id = message->id};
    enum language language = text_equal(message->language, text_of("en"))
                                 ? LANGUAGE_ENGLISH
                                 : LANGUAGE_KOREAN;
    reply.status = gate->is_started
                       ? notice_render_html(gate->configuration.notice,
                                            language, &html)
                       : STATUS_AGAIN;
    if (reply.status == STATUS_OK && html.failed)
        reply.status = STATUS_LIMIT;
    if (reply.status == STATUS_OK)
        reply.html = buffer_bytes(&html);
    gate_sent(message_notice_page_answer(channel, &reply, -1), "notice_page");
}

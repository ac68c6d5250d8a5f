/* SPDX-License-Identifier: Apache-2.0 */
/*
 * While something is due and not destroyed, the public pages say so above
 * everything else: whoever was promised its end may know that it has not come.
 */
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "ipc/document.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/promise/promise.h"

/* NULL: all that is due has been destroyed. */
static const char *pending_words(const struct gate *gate,
                                 enum language language)
{
    static const char *const LATE[2] = {
        "<p role=\"alert\"><strong>파기 대기: 보관기간이 끝난 영상 가운데 "
        "아직 열쇠를 지우지 못한 것이 있습니다. 그 영상은 보여주지 않으며, "
        "지울 수 있게 되는 대로 파기합니다.</strong></p>\n",
        "<p role=\"alert\"><strong>Destruction pending: the keys of some video "
        "that is past its period could not be erased yet. It is not shown, "
        "and is destroyed as soon as that is possible.</strong></p>\n"};
    static const char *const ORDERED[2] = {
        "<p role=\"status\"><strong>파기 대기: 지시된 파기를 차례로 처리하고 "
        "있습니다.</strong></p>\n",
        "<p role=\"status\"><strong>Destruction pending: what was ordered is "
        "being destroyed, one order after another.</strong></p>\n"};
    static const char *const CLOCK[2] = {
        "<p role=\"alert\"><strong>파기 대기: 이 장치의 시계가 맞는지 확인되지 "
        "않아, 그 시계로 보관기간이 끝난 영상의 파기를 미루고 있습니다. 그 "
        "영상은 보여주지 않으며, 두 사람이 시계를 확인하면 곧 "
        "파기합니다.</strong></p>\n",
        "<p role=\"alert\"><strong>Destruction pending because of the clock: "
        "it is not confirmed that this recorder's clock is right, so video "
        "that is past its period by it waits. It is not shown, and is "
        "destroyed as soon as two people have confirmed the "
        "clock.</strong></p>\n"};
    if (gate->pending == PENDING_CLOCK)
        return CLOCK[language];
    bool is_late =
        gate->pending != PENDING_NONE && gate->pending != PENDING_BUCKET;
    if (is_late)
        return LATE[language];
    return orders_open(&gate->orders) > 0 ? ORDERED[language] : NULL;
}

/* Behind the opening of the main part; before all, where there is none. */
static enum status insert(struct bytes page, const char *words,
                          struct buffer *out)
{
    static const char MAIN[] = "<main";
    const uint8_t *at = memmem(page.data, page.size, MAIN, sizeof MAIN - 1);
    const uint8_t *end =
        at == NULL
            ? NULL
            : memchr(at, '>', page.size - (size_t)(at - page.data));
    size_t head = end == NULL ? 0 : (size_t)(end - page.data) + 1;
    buffer_append(out, bytes_of(page.data, head));
    buffer_append_text(out, words);
    buffer_append(out, bytes_of(page.data + head, page.size - head));
    return out->failed ? STATUS_LIMIT : STATUS_OK;
}

void gate_page_mark(const struct gate *gate, enum language language,
                    struct bytes page, struct buffer *out)
{
    const char *words = pending_words(gate, language);
    if (words == NULL || insert(page, words, out) != STATUS_OK)
        buffer_clear(out); /* a page without room is shown as it is */
    if (out->size == 0)
        buffer_append(out, page);
}

void gate_on_public_page(void *context, struct channel *channel,
                         const struct message_public_page *message,
                         int descriptor)
{
    AUTO(buffer_deinit) struct buffer body = buffer_with_limit(DOCUMENT_MAX);
    struct gate *gate = context;
    (void)descriptor;
    struct message_public_page_reply reply = {.id = message->id};
    struct document document = {.descriptor = -1};
    enum language language = text_equal(message->language, text_of("en"))
                                 ? LANGUAGE_ENGLISH
                                 : LANGUAGE_KOREAN;
    if (!gate->is_started)
        reply.status = STATUS_AGAIN;
    else if (message->page >= PUBLIC_PAGE_COUNT)
        reply.status = STATUS_BAD_INPUT;
    else
        reply.status =
            gate_public_make(gate, (enum public_page)message->page,
                             message->number, language, &body);
    if (reply.status == STATUS_OK)
        reply.status =
            document_pack(channel, buffer_bytes(&body), &document);
    reply.body = document.inside;
    reply.outside_bytes = document.outside_bytes;
    gate_sent(message_public_page_answer(channel, &reply, document.descriptor),
              "public_page");
}

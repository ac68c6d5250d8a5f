/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages for everybody, without a session: so often a network may ask, so long
 * an answer is kept, and what has not changed is said in a line.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "roles/web/api.h"
#include "sys/random.h"

struct public_call {
    struct web_call call; /* first */
    enum public_page page;
    enum language language;
    uint32_t number;
    char known_etag[KEPT_ETAG_SIZE];
};

static const char *type_of(enum public_page page)
{
    if (page == PUBLIC_PROMISES_JSON)
        return "application/json; charset=utf-8";
    if (page == PUBLIC_FEED)
        return "application/atom+xml; charset=utf-8";
    return "text/html; charset=utf-8";
}

static void answer(struct web_client *client, const struct kept_page *page,
                   struct text known_etag)
{
    char headers[128];
    bool is_known =
        page->etag[0] != 0 && text_equal(known_etag, text_of(page->etag));
    (void)snprintf(headers, sizeof headers, "%s%s%s",
                   page->etag[0] == 0 ? "" : "ETag: ", page->etag,
                   page->etag[0] == 0 ? "" : "\r\n");
    const struct response response = {
        .code = is_known ? 304 : 200,
        .kind = RESPONSE_PUBLIC,
        .type = type_of(page->page),
        .headers = text_of(headers),
    };
    connection_answer(client->connection, &response,
                      is_known ? (struct bytes){NULL, 0} : page->body,
                      web_now_ms(client->web));
}

/* Too often: in the way that the page would have come. */
static void refuse_rate(struct web_client *client, enum public_page page,
                        enum language language, uint32_t wait_s)
{
    AUTO(buffer_deinit) struct buffer body = buffer_with_limit(4096);
    char headers[64];
    bool is_page = page != PUBLIC_PROMISES_JSON && page != PUBLIC_FEED;
    (void)snprintf(headers, sizeof headers, "Retry-After: %u\r\n", wait_s);
    if (is_page)
        buffer_format(&body,
                      "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
                      "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                      "content=\"width=device-width\">\n<title>429</title>\n"
                      "</head>\n<body>\n<main>\n<h1>%s</h1>\n<p>%s</p>\n"
                      "<p>%u s</p>\n</main>\n</body>\n</html>\n",
                      language_tag(language),
                      language == LANGUAGE_KOREAN ? "요청이 너무 잦습니다"
                                                  : "Too many requests",
                      language == LANGUAGE_KOREAN
                          ? problem_korean(PROBLEM_TOO_MUCH)
                          : problem_english(PROBLEM_TOO_MUCH),
                      wait_s);
    else
        problem_write(PROBLEM_TOO_MUCH, &body);
    const struct response response = {
        .code = problem_http_code(PROBLEM_TOO_MUCH),
        .kind = RESPONSE_PAGE, /* not to be kept */
        .type = is_page ? type_of(page) : type_of(PUBLIC_PROMISES_JSON),
        .headers = text_of(headers),
    };
    connection_answer(client->connection, &response, buffer_bytes(&body),
                      web_now_ms(client->web));
}

static void on_public_page(void *context, enum status status,
                           const struct message_public_page_reply *reply,
                           int descriptor)
{
    struct public_call *asked = context;
    struct web *web = asked->call.web;
    struct bytes mapped = {NULL, 0};
    struct kept_page page = {.page = asked->page,
                             .language = asked->language,
                             .number = asked->number};
    web_call_answered(&asked->call);
    if (reply != NULL && status == STATUS_OK)
        status = document_open(reply->body, reply->outside_bytes, &descriptor,
                               &mapped, &page.body);
    socket_close(&descriptor);
    if (status != STATUS_OK) {
        web_call_refuse(&asked->call, problem_of_gate(status));
    } else {
        /* What cannot be kept is made again for the next one. */
        if (kept_pages_put(web->pages, web_now_ms(web), &page) != STATUS_OK)
            page.etag[0] = 0;
        if (asked->call.client != NULL)
            answer(asked->call.client, &page, text_of(asked->known_etag));
        web_call_end(&asked->call);
    }
    sealed_memory_unmap(&mapped);
}

static void lost(struct web_call *call)
{
    web_call_refuse(call, PROBLEM_GATE_AWAY);
}

static void ask(struct web_client *client, const struct request *request,
                const struct kept_page *page)
{
    struct public_call *asked = alloc_zeroed(sizeof *asked);
    if (asked == NULL) {
        web_api_refuse(client, PROBLEM_GATE_AWAY);
        return;
    }
    asked->page = page->page;
    asked->language = page->language;
    asked->number = page->number;
    if (!text_copy(request->known_etag, asked->known_etag,
                   sizeof asked->known_etag))
        asked->known_etag[0] = 0;
    asked->call.lost = lost;
    web_call_begin(&asked->call, client, request);
    struct channel *gate = web_call_ask(&asked->call, ROLE_GATE);
    const struct message_public_page message = {
        .page = (uint8_t)page->page,
        .number = page->number,
        .language = text_of(language_tag(page->language)),
    };
    if (gate != NULL && message_public_page_send(gate, &message, -1,
                                                 on_public_page,
                                                 asked) == STATUS_OK)
        return;
    web_call_answered(&asked->call);
    web_call_refuse(&asked->call, PROBLEM_GATE_AWAY);
}

void web_public(struct web_client *client, const struct request *request,
                uint64_t number)
{
    struct web *web = client->web;
    struct kept_page page = {.number = (uint32_t)number};
    if (number > UINT32_MAX ||
        !public_page_find(request->path, &page.page, &page.language)) {
        web_api_refuse(client, PROBLEM_NO_SUCH_PATH);
        return;
    }
    uint32_t wait_s = network_rate_take(web->rate, text_of(client->network),
                                        web_now_ms(web));
    if (wait_s > 0)
        refuse_rate(client, page.page, page.language, wait_s);
    else if (kept_pages_find(web->pages, web_now_ms(web), &page))
        answer(client, &page, request->known_etag);
    else
        ask(client, request, &page);
}

enum status web_public_prepare(struct web *web)
{
    uint8_t secret[NETWORK_RATE_SECRET_SIZE];
    random_fill(secret, sizeof secret);
    enum status s = network_rate_create(secret, &web->rate);
    if (s == STATUS_OK)
        s = kept_pages_create(&web->pages);
    return s;
}

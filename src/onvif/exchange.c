/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/exchange.h"

#include "base/text.h"
#include "onvif/limits.h"

enum { AUTHORIZATION_SIZE = 2048 };

static const struct wire_message_limits LIMITS = {
    .start_line_bytes = WIRE_START_LINE_BYTES_MAX,
    .header_line_bytes = WIRE_HEADER_LINE_BYTES_MAX,
    .headers = WIRE_HEADERS_MAX,
    .head_bytes = WIRE_HEAD_BYTES_MAX,
    .body_bytes = XML_BYTES_MAX,
    .tolerates_bare_lf = true,
};

static enum status append_authorization(
    struct buffer *out, const struct onvif_exchange_options *options)
{
    char value[AUTHORIZATION_SIZE];
    struct writer writer = writer_on(value, sizeof value);
    const struct digest_request request = {
        .method = text_of("POST"),
        .uri = options->path,
        .cnonce = options->cnonce,
        .count = 1,
    };
    enum status s = digest_write_authorization(
        &writer, options->challenge, &options->credentials, &request);
    if (s != STATUS_OK)
        return s;
    buffer_append_text(out, "Authorization: ");
    buffer_append(out, writer_written(&writer));
    buffer_append_text(out, "\r\n");
    return STATUS_OK;
}

enum status onvif_exchange_init(struct onvif_exchange *exchange,
                                const struct onvif_exchange_options *options)
{
    struct buffer *out = &exchange->output;
    const struct text host = options->host;
    bool is_v6 = text_find(host, ':') < host.size;
    wire_message_init(&exchange->head, WIRE_HTTP_RESPONSE, &LIMITS);
    exchange->rest = buffer_with_limit(XML_BYTES_MAX);
    *out = buffer_with_limit(SOAP_REQUEST_BYTES_MAX);
    exchange->is_open_ended = false;
    exchange->is_done = false;
    buffer_format(out, "POST %.*s HTTP/1.0\r\nHost: %s%.*s%s:%u\r\n",
                  (int)options->path.size, options->path.data, is_v6 ? "[" : "",
                  (int)host.size, host.data, is_v6 ? "]" : "",
                  (unsigned)options->port);
    if (options->challenge != NULL) {
        enum status s = append_authorization(out, options);
        if (s != STATUS_OK)
            return s;
    }
    buffer_format(out,
                  "Content-Type: application/soap+xml; charset=utf-8\r\n"
                  "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                  options->body.size);
    buffer_append(out, text_bytes(options->body));
    return buffer_status(out);
}

void onvif_exchange_deinit(struct onvif_exchange *exchange)
{
    wire_message_deinit(&exchange->head);
    buffer_deinit(&exchange->output);
    buffer_deinit(&exchange->rest);
}

enum status onvif_exchange_input(struct onvif_exchange *exchange,
                                 struct bytes input)
{
    if (exchange->is_done)
        return STATUS_OK;
    if (!exchange->is_open_ended) {
        size_t used = 0;
        enum status s = wire_message_input(&exchange->head, input, &used);
        if (s != STATUS_OK)
            return s;
        input = (struct bytes){input.data + used, input.size - used};
        exchange->is_done = exchange->head.has_content_length;
        exchange->is_open_ended = !exchange->is_done;
        if (exchange->is_done)
            return STATUS_OK;
    }
    if (input.size > XML_BYTES_MAX - exchange->rest.size)
        return STATUS_LIMIT;
    buffer_append(&exchange->rest, input);
    return exchange->rest.failed ? STATUS_NO_MEMORY : STATUS_AGAIN;
}

enum status onvif_exchange_closed(struct onvif_exchange *exchange)
{
    exchange->is_done |= exchange->is_open_ended;
    return exchange->is_done ? STATUS_OK : STATUS_BAD_INPUT;
}

unsigned onvif_exchange_code(const struct onvif_exchange *exchange)
{
    return wire_message_status_code(&exchange->head);
}

struct bytes onvif_exchange_body(const struct onvif_exchange *exchange)
{
    return exchange->is_open_ended ? buffer_bytes(&exchange->rest)
                                   : wire_message_body(&exchange->head);
}

void onvif_exchange_challenge(const struct onvif_exchange *exchange,
                              struct digest_challenge *out)
{
    struct text name;
    struct text value;
    *out = (struct digest_challenge){.algorithm = DIGEST_NONE};
    for (size_t i = 0;
         wire_message_header_at(&exchange->head, i, &name, &value); i++)
        if (text_equal_ignore_case(name, text_of("WWW-Authenticate")))
            digest_challenge_read(value, out);
}

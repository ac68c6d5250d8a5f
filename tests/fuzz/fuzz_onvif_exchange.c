/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes back to a SOAP request: whole or in pieces, the outcome is the
 * same; a challenge is answered, another try made with it, and no password
 * stands in a request. Input: a byte (size of the pieces), a byte (size of the
 * user's name), the name, then what the camera sends, up to its end.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/reader.h"
#include "base/text.h"
#include "onvif/exchange.h"
#include "onvif/soap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char PASSWORD[] = "Qz8-secret";

/* How a request is asked. */
struct question {
    struct text user;
    struct text host;
    struct text body;
    bool holds_password; /* as a user's name, of all things */
};

static bool holds_password(struct bytes bytes)
{
    return bytes.size > 0 && memmem(bytes.data, bytes.size, PASSWORD,
                                    sizeof PASSWORD - 1) != NULL;
}

static enum status ask(struct onvif_exchange *exchange,
                       const struct question *question,
                       const struct digest_challenge *challenge)
{
    const struct onvif_exchange_options options = {
        .host = question->host,
        .port = 80,
        .path = text_of("/onvif/device_service"),
        .body = question->body,
        .challenge = challenge,
        .credentials = {question->user, text_of(PASSWORD)},
        .cnonce = text_of("c0ffee"),
    };
    enum status s = onvif_exchange_init(exchange, &options);
    struct bytes out = buffer_bytes(&exchange->output);
    assert(s != STATUS_OK || out.size > 0);
    assert(question->holds_password || !holds_password(out));
    return s;
}

static enum status hear(struct onvif_exchange *exchange, struct bytes input,
                        size_t piece)
{
    enum status s = STATUS_AGAIN;
    for (size_t at = 0; at < input.size && s == STATUS_AGAIN; at += piece) {
        size_t left = input.size - at;
        s = onvif_exchange_input(
            exchange, bytes_of(input.data + at, left < piece ? left : piece));
    }
    return s == STATUS_AGAIN ? onvif_exchange_closed(exchange) : s;
}

static void compare(struct onvif_exchange *one, struct onvif_exchange *other)
{
    assert(onvif_exchange_code(one) == onvif_exchange_code(other));
    assert(text_equal(bytes_text(onvif_exchange_body(one)),
                      bytes_text(onvif_exchange_body(other))));
}

static void read_body(struct bytes body)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    struct soap_fault fault;
    if (xml_parse(body, &tree) == STATUS_OK &&
        soap_answer(tree, &answer, &fault) == STATUS_OK)
        assert(answer == NULL || answer->name.size > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader in = reader_on(bytes_of(data, size));
    size_t piece = 1u + reader_u8(&in);
    uint8_t name_size = reader_u8(&in);
    struct text user =
        bytes_text(reader_bytes(&in, name_size < in.left.size ? name_size : 0));
    AUTO(buffer_deinit) struct buffer body = buffer_with_limit(65536);
    const struct soap_security security = {
        .user = user, .password = text_of(PASSWORD), .created = {0}};
    if (soap_begin(&body, piece % 2 == 0 ? &security : NULL,
                   text_of(piece % 3 == 0 ? "<h/>" : "")) != STATUS_OK)
        return 0;
    soap_end(&body);
    const struct question question = {
        .user = user,
        .host = text_of(piece % 5 == 0 ? "2001:db8::1" : "192.0.2.1"),
        .body = buffer_text(&body),
        .holds_password = holds_password(bytes_of(data, size)),
    };
    AUTO(onvif_exchange_deinit) struct onvif_exchange whole;
    AUTO(onvif_exchange_deinit) struct onvif_exchange cut;
    AUTO(onvif_exchange_deinit) struct onvif_exchange again = {0};
    bool asked = ask(&whole, &question, NULL) == STATUS_OK;
    asked = ask(&cut, &question, NULL) == STATUS_OK && asked;
    if (!asked)
        return 0;
    enum status s = hear(&whole, in.left, SIZE_MAX / 2);
    assert(hear(&cut, in.left, piece) == s);
    if (s != STATUS_OK)
        return 0;
    compare(&whole, &cut);
    struct digest_challenge challenge = {.algorithm = DIGEST_NONE};
    onvif_exchange_challenge(&whole, &challenge);
    if (challenge.algorithm != DIGEST_NONE &&
        ask(&again, &question, &challenge) == STATUS_OK)
        assert(again.output.size > whole.output.size);
    read_body(onvif_exchange_body(&whole));
    return 0;
}

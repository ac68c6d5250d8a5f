/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/talk.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "cmd/camera/wire.h"
#include "onvif/exchange.h"
#include "sys/clock.h"
#include "sys/random.h"

enum {
    READ_BYTES = 16384,
    CNONCE_BYTES = 8,
    HTTP_DENIED = 401,
    ROUNDS_MAX = 2, /* without, and with what the camera asked for */
};

void camera_talk_init(struct camera_talk *talk,
                      const struct camera_target *target)
{
    *talk = (struct camera_talk){.target = target};
    (void)text_copy(text_of("/onvif/device_service"),
                    talk->services.paths[ONVIF_DEVICE], ONVIF_ADDRESS_SIZE);
}

static void exchange_release(struct onvif_exchange **exchange)
{
    if (*exchange != NULL)
        onvif_exchange_deinit(*exchange);
    alloc_free(*exchange);
    *exchange = NULL;
}

/* The camera's time now, as far as it is known. */
static struct wall_time camera_time(const struct camera_talk *talk)
{
    return (struct wall_time){clock_wall(&CLOCK_SYSTEM).us +
                              talk->clock_ahead_us};
}

static enum status write_envelope(struct camera_talk *talk,
                                  enum onvif_request request,
                                  const struct text *arguments,
                                  struct buffer *out)
{
    const struct camera_target *target = talk->target;
    struct soap_security security = {
        .user = target->camera->user,
        .password = target->password,
        .created = camera_time(talk),
    };
    random_fill(security.nonce, sizeof security.nonce);
    bool shows = target->camera->user.size > 0 && request != ONVIF_GET_TIME;
    return onvif_request_write(out, request, arguments,
                               text_of(talk->subscription),
                               shows ? &security : NULL);
}

/* The whole answer, or the end of the connection or of our patience. */
static enum status receive(struct camera_wire *wire,
                           struct onvif_exchange *exchange)
{
    uint8_t received[READ_BYTES];
    int64_t end_us = clock_boot(&CLOCK_SYSTEM).us + CAMERA_ANSWER_MS * 1000ll;
    enum status s = STATUS_AGAIN;
    while (s == STATUS_AGAIN) {
        size_t used = 0;
        int64_t left_ms = (end_us - clock_boot(&CLOCK_SYSTEM).us) / 1000;
        if (left_ms <= 0)
            return STATUS_AGAIN;
        s = camera_wire_read(wire, received, sizeof received, (int)left_ms,
                             &used);
        if (s == STATUS_OK)
            s = onvif_exchange_input(exchange, bytes_of(received, used));
        else if (s == STATUS_END || s == STATUS_IO)
            s = onvif_exchange_closed(exchange);
    }
    return s;
}

static enum status open_wire(struct camera_talk *talk, uint16_t port,
                             struct camera_wire **out)
{
    enum status s = camera_wire_open(talk->target, port, talk->seen, out);
    talk->is_untrusted = s == STATUS_CONFLICT;
    talk->is_forbidden = s == STATUS_DENIED;
    talk->lacks_tls = s == STATUS_BAD_INPUT;
    return s;
}

static enum status exchange_once(struct camera_talk *talk,
                                 enum onvif_service service, struct text body,
                                 struct onvif_exchange *exchange)
{
    uint8_t random[CNONCE_BYTES];
    char cnonce[HEX_SIZE(CNONCE_BYTES) + 1];
    random_fill(random, sizeof random);
    hex_encode(bytes_of(random, sizeof random), cnonce);
    AUTO(camera_wire_close) struct camera_wire *wire = NULL;
    const struct camera_target *target = talk->target;
    const struct onvif_exchange_options options = {
        .host = target->camera->host,
        .port = camera_target_onvif_port(target),
        .path = text_of(talk->services.paths[service]),
        .body = body,
        .challenge = talk->has_challenge ? &talk->challenge : NULL,
        .credentials = {target->camera->user, target->password},
        .cnonce = text_of(cnonce),
    };
    enum status s = onvif_exchange_init(exchange, &options);
    if (s == STATUS_OK)
        s = open_wire(talk, options.port, &wire);
    if (s == STATUS_OK)
        s = camera_wire_send(wire, buffer_bytes(&exchange->output));
    return s == STATUS_OK ? receive(wire, exchange) : s;
}

/* DENIED: the camera wants a proof over HTTP that we have shown, or cannot. */
static enum status exchange_proven(struct camera_talk *talk,
                                   enum onvif_service service, struct text body,
                                   struct onvif_exchange *exchange)
{
    for (unsigned round = 0; round < ROUNDS_MAX; round++) {
        enum status s = exchange_once(talk, service, body, exchange);
        if (s != STATUS_OK || onvif_exchange_code(exchange) != HTTP_DENIED)
            return s;
        onvif_exchange_challenge(exchange, &talk->challenge);
        if (talk->challenge.algorithm == DIGEST_NONE ||
            talk->target->camera->user.size == 0)
            break;
        talk->has_challenge = true;
        onvif_exchange_deinit(exchange);
    }
    talk->fault.is_denied = true;
    (void)text_copy(text_of("Unauthorized"), talk->fault.reason,
                    sizeof talk->fault.reason);
    return STATUS_DENIED;
}

enum status camera_talk_ask(struct camera_talk *talk,
                            enum onvif_request request,
                            const struct text *arguments,
                            struct xml_tree **tree,
                            const struct xml_node **answer)
{
    enum onvif_service service = onvif_request_service(request);
    struct buffer body = buffer_with_limit(SOAP_REQUEST_BYTES_MAX);
    AUTO(xml_destroy) struct xml_tree *parsed = NULL;
    AUTO(exchange_release) struct onvif_exchange *exchange =
        alloc_zeroed(sizeof *exchange);
    talk->fault = (struct soap_fault){.is_denied = false};
    *tree = NULL;
    *answer = NULL;
    if (exchange == NULL)
        return STATUS_NO_MEMORY;
    enum status s = write_envelope(talk, request, arguments, &body);
    if (s == STATUS_OK)
        s = exchange_proven(talk, service, buffer_text(&body), exchange);
    buffer_deinit(&body);
    if (s == STATUS_OK)
        s = xml_parse(onvif_exchange_body(exchange), &parsed);
    if (s == STATUS_OK)
        s = soap_answer(parsed, answer, &talk->fault);
    if (s == STATUS_OK && *answer == NULL)
        s = STATUS_BAD_INPUT;
    if (s != STATUS_OK)
        return s;
    *tree = parsed;
    parsed = NULL;
    return STATUS_OK;
}

enum status camera_talk_clock(struct camera_talk *talk)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    struct wall_time theirs;
    int64_t before_us = clock_wall(&CLOCK_SYSTEM).us;
    enum status s =
        camera_talk_ask(talk, ONVIF_GET_TIME, NULL, &tree, &answer);
    if (s == STATUS_OK)
        s = onvif_read_time(tree, answer, &theirs);
    if (s != STATUS_OK)
        return s;
    /* It says whole seconds: on average half a second more has passed. */
    int64_t ours_us = (before_us + clock_wall(&CLOCK_SYSTEM).us) / 2;
    talk->clock_ahead_us = theirs.us + SECOND_US / 2 - ours_us;
    talk->knows_clock = true;
    return STATUS_OK;
}

enum status camera_talk_services(struct camera_talk *talk)
{
    static const enum onvif_request QUESTIONS[] = {ONVIF_GET_SERVICES,
                                                   ONVIF_GET_CAPABILITIES};
    enum status s = STATUS_NOT_FOUND;
    for (size_t i = 0; i < 2 && s != STATUS_OK && s != STATUS_DENIED; i++) {
        AUTO(xml_destroy) struct xml_tree *tree = NULL;
        const struct xml_node *answer = NULL;
        struct onvif_services services;
        s = camera_talk_ask(talk, QUESTIONS[i], NULL, &tree, &answer);
        if (s == STATUS_OK)
            s = onvif_read_services(tree, answer, &services);
        if (s != STATUS_OK)
            continue;
        if (services.paths[ONVIF_DEVICE][0] == 0)
            (void)text_copy(text_of(talk->services.paths[ONVIF_DEVICE]),
                            services.paths[ONVIF_DEVICE], ONVIF_ADDRESS_SIZE);
        talk->services = services;
    }
    return s;
}

bool camera_talk_offers(const struct camera_talk *talk,
                        enum onvif_service service)
{
    return talk->services.paths[service][0] != 0;
}

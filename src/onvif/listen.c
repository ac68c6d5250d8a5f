/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/listen.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "onvif/report.h"

enum {
    HTTP_DENIED = 401,
    CNONCE_BYTES = ONVIF_LISTEN_RANDOM_SIZE - SOAP_NONCE_SIZE,
    FAILURES_COUNTED = 8,
};

static const char DEVICE_PATH[] = "/onvif/device_service";

void onvif_listen_init(struct onvif_listen *listen)
{
    *listen = (struct onvif_listen){.step = LISTEN_TIME};
    (void)text_copy(text_of(DEVICE_PATH), listen->services.paths[ONVIF_DEVICE],
                    ONVIF_ADDRESS_SIZE);
}

static bool offers(const struct onvif_listen *listen,
                   enum onvif_service service)
{
    return listen->services.paths[service][0] != 0;
}

static enum onvif_request request_of(const struct onvif_listen *listen)
{
    static const enum onvif_request REQUESTS[LISTEN_STEPS] = {
        [LISTEN_TIME] = ONVIF_GET_TIME,
        [LISTEN_SERVICES] = ONVIF_GET_SERVICES,
        [LISTEN_CAPABILITIES] = ONVIF_GET_CAPABILITIES,
        [LISTEN_PROFILES] = ONVIF_GET_PROFILES,
        [LISTEN_MASKS] = ONVIF_GET_MASKS,
        [LISTEN_STORAGE] = ONVIF_GET_STORAGE,
        [LISTEN_RECORDINGS] = ONVIF_GET_RECORDINGS,
        [LISTEN_SUBSCRIBE] = ONVIF_SUBSCRIBE,
        [LISTEN_PULL] = ONVIF_PULL,
    };
    if (listen->step == LISTEN_PROFILES && offers(listen, ONVIF_MEDIA_2))
        return ONVIF_GET_PROFILES_2;
    return REQUESTS[listen->step];
}

/* ---- asking ------------------------------------------------------------- */

static enum status write_body(const struct onvif_listen *listen,
                              enum onvif_request request,
                              const struct onvif_listen_account *account,
                              struct wall_time now, const uint8_t *random,
                              struct buffer *out)
{
    char seconds[12];
    (void)snprintf(seconds, sizeof seconds, "%d", (int)LISTEN_PULL_S);
    const struct text wait = text_of(seconds);
    struct soap_security security = {
        .user = account->user,
        .password = account->password,
        .created = {now.us + listen->clock_ahead_us},
    };
    memcpy(security.nonce, random, sizeof security.nonce);
    bool shows = account->user.size > 0 && request != ONVIF_GET_TIME;
    return onvif_request_write(out, request, &wait,
                               text_of(request == ONVIF_PULL
                                           ? listen->subscription
                                           : ""),
                               shows ? &security : NULL);
}

enum status onvif_listen_ask(struct onvif_listen *listen,
                             const struct onvif_listen_account *account,
                             struct wall_time now,
                             const uint8_t random[ONVIF_LISTEN_RANDOM_SIZE],
                             struct onvif_exchange *out)
{
    enum onvif_request request = request_of(listen);
    char cnonce[HEX_SIZE(CNONCE_BYTES) + 1];
    hex_encode(bytes_of(random + SOAP_NONCE_SIZE, CNONCE_BYTES), cnonce);
    AUTO(buffer_deinit)
    struct buffer body = buffer_with_limit(SOAP_REQUEST_BYTES_MAX);
    enum status s =
        write_body(listen, request, account, now, random, &body);
    const struct onvif_exchange_options options = {
        .host = account->host,
        .port = account->port,
        .path = text_of(listen->services.paths[onvif_request_service(request)]),
        .body = buffer_text(&body),
        .challenge = listen->has_challenge ? &listen->challenge : NULL,
        .credentials = {account->user, account->password},
        .cnonce = text_of(cnonce),
    };
    *out = (struct onvif_exchange){.is_done = false};
    listen->asked = now;
    return s == STATUS_OK ? onvif_exchange_init(out, &options) : s;
}

/* ---- events ------------------------------------------------------------- */

static void take_event(struct onvif_listen *listen,
                       const struct onvif_event *event)
{
    struct onvif_listen_source *source = listen->sources;
    size_t i = 0;
    while (i < listen->source_count && source[i].key != event->key)
        i++;
    if (i == ONVIF_SOURCES_MAX)
        return; /* more than any camera has */
    if (i == listen->source_count)
        listen->source_count++;
    source[i] = (struct onvif_listen_source){event->key, event->kind,
                                             event->is_on};
}

static enum onvif_word word_for(const struct onvif_listen *listen,
                                enum onvif_event_kind kind, bool has_passed)
{
    enum onvif_word word = ONVIF_WORD_NONE;
    for (size_t i = 0; i < listen->source_count; i++) {
        if (listen->sources[i].kind != kind)
            continue;
        if (listen->sources[i].is_on)
            return ONVIF_WORD_ON;
        word = ONVIF_WORD_OFF;
    }
    return word == ONVIF_WORD_OFF && has_passed ? ONVIF_WORD_PASSED : word;
}

static void take_events(struct onvif_listen *listen,
                        const struct onvif_events *events,
                        struct onvif_heard *out)
{
    bool was_on[ONVIF_EVENT_TAMPER + 1] = {false};
    for (size_t i = 0; i < events->count; i++) {
        const struct onvif_event *event = &events->list[i];
        if (event->kind == ONVIF_EVENT_OTHER)
            continue;
        was_on[event->kind] |= event->is_on;
        take_event(listen, event);
    }
    out->motion = word_for(listen, ONVIF_EVENT_MOTION,
                           was_on[ONVIF_EVENT_MOTION]);
    out->tamper = word_for(listen, ONVIF_EVENT_TAMPER,
                           was_on[ONVIF_EVENT_TAMPER]);
}

static void say_how_it_stands(const struct onvif_listen *listen,
                              struct onvif_heard *out)
{
    out->motion = word_for(listen, ONVIF_EVENT_MOTION, false);
    out->tamper = word_for(listen, ONVIF_EVENT_TAMPER, false);
}

/* ---- from step to step -------------------------------------------------- */

/* The survey is over; what follows is listening, or the next survey. */
static void end_survey(struct onvif_listen *listen, struct wall_time now,
                       struct onvif_heard *out)
{
    listen->surveyed = now;
    out->has_report = true;
    listen->step = LISTEN_SUBSCRIBE;
}

static bool is_to_be_asked(const struct onvif_listen *listen,
                           enum onvif_listen_step step)
{
    switch ((int)step) {
    case LISTEN_CAPABILITIES:
        return false; /* only where SERVICES was refused */
    case LISTEN_PROFILES:
        return offers(listen, ONVIF_MEDIA) || offers(listen, ONVIF_MEDIA_2);
    case LISTEN_MASKS:
        return offers(listen, ONVIF_MEDIA_2);
    case LISTEN_RECORDINGS:
        return offers(listen, ONVIF_RECORDING);
    default:
        return true;
    }
}

static void go_on(struct onvif_listen *listen, struct wall_time now,
                  struct onvif_heard *out)
{
    if (listen->step == LISTEN_PULL) {
        listen->failures = 0;
        bool is_due = now.us - listen->surveyed.us >=
                          LISTEN_SURVEY_S * (int64_t)SECOND_US ||
                      now.us < listen->surveyed.us;
        listen->step = is_due ? LISTEN_TIME : LISTEN_PULL;
        return;
    }
    do
        listen->step++;
    while (!is_to_be_asked(listen, listen->step));
    if (listen->step == LISTEN_SUBSCRIBE)
        end_survey(listen, now, out);
    if (listen->step == LISTEN_SUBSCRIBE && !offers(listen, ONVIF_EVENTS)) {
        listen->step = LISTEN_TIME; /* it tells nothing of itself */
        out->wait_ms = LISTEN_SURVEY_S * UINT64_C(1000);
    }
}

void onvif_listen_failed(struct onvif_listen *listen, struct onvif_heard *out)
{
    *out = (struct onvif_heard){.wait_ms = LISTEN_AGAIN_MS};
    for (unsigned i = 0; i < listen->failures; i++)
        out->wait_ms *= 2;
    if (out->wait_ms > LISTEN_AGAIN_MAX_MS)
        out->wait_ms = LISTEN_AGAIN_MAX_MS;
    if (listen->failures < FAILURES_COUNTED)
        listen->failures++;
    listen->step = LISTEN_TIME;
    listen->source_count = 0;
    listen->is_second_try = false;
}

/* What was asked is not there; or, of the subscription, not any more. */
static void refused(struct onvif_listen *listen, enum status why,
                    struct wall_time now, struct onvif_heard *out)
{
    if (listen->step == LISTEN_SERVICES && why != STATUS_DENIED) {
        listen->step = LISTEN_CAPABILITIES;
    } else if (listen->step == LISTEN_PULL && listen->failures == 0) {
        listen->failures = 1;
        listen->source_count = 0;
        listen->step = LISTEN_SUBSCRIBE;
    } else if (listen->step == LISTEN_SUBSCRIBE ||
               listen->step == LISTEN_PULL ||
               listen->step == LISTEN_SERVICES ||
               listen->step == LISTEN_CAPABILITIES) {
        onvif_listen_failed(listen, out);
        out->wait_ms = LISTEN_AGAIN_MAX_MS;
    } else {
        go_on(listen, now, out);
    }
}

static enum status take_time(struct onvif_listen *listen,
                             const struct xml_tree *tree,
                             const struct xml_node *answer,
                             struct wall_time now)
{
    struct wall_time theirs;
    enum status s = onvif_read_time(tree, answer, &theirs);
    /* It says whole seconds: on average half a second more has passed. */
    if (s == STATUS_OK)
        listen->clock_ahead_us = theirs.us + SECOND_US / 2 - now.us;
    return s;
}

static enum status take_services(struct onvif_listen *listen,
                                 const struct xml_tree *tree,
                                 const struct xml_node *answer)
{
    struct onvif_services services;
    enum status s = onvif_read_services(tree, answer, &services);
    if (s != STATUS_OK)
        return s;
    if (services.paths[ONVIF_DEVICE][0] == 0)
        (void)text_copy(text_of(DEVICE_PATH), services.paths[ONVIF_DEVICE],
                        ONVIF_ADDRESS_SIZE);
    listen->services = services;
    return STATUS_OK;
}

static enum status take_profiles(struct onvif_listen *listen,
                                 const struct xml_tree *tree,
                                 const struct xml_node *answer)
{
    struct onvif_profiles profiles;
    enum status s = onvif_read_profiles(tree, answer, &profiles);
    if (s == STATUS_OK)
        onvif_report_profiles(&profiles, &listen->report);
    return s;
}

static enum status take_masks(struct onvif_listen *listen,
                              const struct xml_tree *tree,
                              const struct xml_node *answer)
{
    struct onvif_masks masks;
    enum status s = onvif_read_masks(tree, answer, &masks);
    return s == STATUS_OK ? onvif_report_masks(&masks, &listen->report) : s;
}

static enum status take_copies(struct onvif_listen *listen,
                               const struct xml_tree *tree,
                               const struct xml_node *answer)
{
    size_t count = 0;
    enum status s = onvif_read_storage(tree, answer, &count);
    if (s == STATUS_OK)
        onvif_report_copies(count, &listen->report);
    return s;
}

static enum status take_pulled(struct onvif_listen *listen,
                               const struct xml_tree *tree,
                               const struct xml_node *answer,
                               struct wall_time now,
                               struct onvif_heard *out)
{
    struct onvif_events events;
    enum status s = onvif_read_events(tree, answer, &events);
    if (s == STATUS_OK)
        take_events(listen, &events, out);
    /* Some answer at once that there is nothing. */
    bool is_hasty = s == STATUS_OK && events.count == 0 &&
                    now.us - listen->asked.us < LISTEN_HASTY_US;
    out->wait_ms = is_hasty ? LISTEN_HASTY_WAIT_MS : LISTEN_WAIT_MS;
    return s;
}

static enum status take(struct onvif_listen *listen,
                        const struct xml_tree *tree,
                        const struct xml_node *answer, struct wall_time now,
                        struct onvif_heard *out)
{
    switch ((int)listen->step) {
    case LISTEN_TIME:
        return take_time(listen, tree, answer, now);
    case LISTEN_SERVICES:
    case LISTEN_CAPABILITIES:
        return take_services(listen, tree, answer);
    case LISTEN_PROFILES:
        return take_profiles(listen, tree, answer);
    case LISTEN_MASKS:
        return take_masks(listen, tree, answer);
    case LISTEN_STORAGE:
    case LISTEN_RECORDINGS:
        return take_copies(listen, tree, answer);
    case LISTEN_SUBSCRIBE:
        listen->source_count = 0;
        return onvif_read_subscription(
            tree, answer, listen->services.paths[ONVIF_SUBSCRIPTION],
            listen->subscription);
    default:
        return take_pulled(listen, tree, answer, now, out);
    }
}

/* True where the same is to be asked again, with what the camera wants. */
static bool shall_prove(struct onvif_listen *listen,
                        const struct onvif_exchange *exchange)
{
    if (onvif_exchange_code(exchange) != HTTP_DENIED || listen->is_second_try)
        return false;
    onvif_exchange_challenge(exchange, &listen->challenge);
    listen->has_challenge = listen->challenge.algorithm != DIGEST_NONE;
    listen->is_second_try = listen->has_challenge;
    return listen->has_challenge;
}

void onvif_listen_answered(struct onvif_listen *listen,
                           const struct onvif_exchange *exchange,
                           struct wall_time now, struct onvif_heard *out)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    struct soap_fault fault;
    *out = (struct onvif_heard){.wait_ms = 0};
    say_how_it_stands(listen, out);
    if (listen->step == LISTEN_TIME)
        listen->report = (struct camera_report){.knows_masks = false};
    if (shall_prove(listen, exchange))
        return;
    listen->is_second_try = false;
    enum status s = onvif_exchange_code(exchange) == HTTP_DENIED
                        ? STATUS_DENIED
                        : xml_parse(onvif_exchange_body(exchange), &tree);
    if (s == STATUS_OK)
        s = soap_answer(tree, &answer, &fault);
    if (s == STATUS_OK)
        s = take(listen, tree, answer, now, out);
    if (s == STATUS_OK)
        go_on(listen, now, out);
    else if (s == STATUS_NO_MEMORY)
        onvif_listen_failed(listen, out);
    else
        refused(listen, s, now, out);
}

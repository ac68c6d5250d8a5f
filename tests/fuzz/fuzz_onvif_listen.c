/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A camera that is listened to, answer by answer: whatever it says, it is asked
 * again, not before it is its time, its password is never sent, and no more is
 * believed than one camera can have.
 *
 * Input, again and again: how u8 (a challenge, no answer, a bare body, or one
 * that is put into an envelope; and how much time has passed), size u16, bytes.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/reader.h"
#include "base/text.h"
#include "onvif/listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char PASSWORD[] = "Qz8-secret";
enum { ANSWERS_MAX = 64, ANSWER_BYTES_MAX = 32768 };

enum how {
    HOW_CHALLENGE = 1,
    HOW_SILENT = 2,
    HOW_BARE = 4,
    HOW_REFUSED = 8, /* HTTP 500 */
    HOW_LATER = 16,  /* a day has passed */
    HOW_EMPTY_USER = 32,
};

static void check_heard(const struct onvif_listen *listen,
                        const struct onvif_heard *heard)
{
    assert(listen->step < LISTEN_STEPS);
    assert(listen->source_count <= ONVIF_SOURCES_MAX);
    assert(heard->motion < ONVIF_WORD_COUNT);
    assert(heard->tamper < ONVIF_WORD_COUNT);
    assert(heard->wait_ms <= LISTEN_SURVEY_S * UINT64_C(1000));
    uint8_t report[CAMERA_REPORT_SIZE];
    struct camera_report read;
    camera_report_encode(&listen->report, report);
    assert(camera_report_decode(bytes_of(report, sizeof report), &read) ==
           STATUS_OK);
    assert(camera_report_equal(&listen->report, &read));
}

static void write_answer(struct buffer *out, uint8_t how, struct bytes said)
{
    AUTO(buffer_deinit) struct buffer body = buffer_with_limit(1 << 17);
    bool is_bare = (how & HOW_BARE) != 0;
    if (!is_bare)
        buffer_append_text(
            &body, "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/"
                   "soap-envelope\" xmlns:t=\"http://www.onvif.org/ver10/"
                   "schema\"><s:Body>");
    buffer_append(&body, said);
    if (!is_bare)
        buffer_append_text(&body, "</s:Body></s:Envelope>");
    buffer_format(out, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n",
                  (how & HOW_CHALLENGE) != 0 ? "401 Unauthorized"
                  : (how & HOW_REFUSED) != 0 ? "500 Fault"
                                             : "200 OK",
                  (how & HOW_CHALLENGE) != 0
                      ? "WWW-Authenticate: Digest realm=\"onvif\", "
                        "qop=\"auth\", nonce=\"0123\"\r\n"
                      : "",
                  body.size);
    buffer_append(out, buffer_bytes(&body));
}

static void take_turn(struct onvif_listen *listen, uint8_t how,
                      struct bytes said, struct wall_time now)
{
    static const uint8_t RANDOM[ONVIF_LISTEN_RANDOM_SIZE] = {1, 2, 3};
    AUTO(onvif_exchange_deinit) struct onvif_exchange exchange = {0};
    AUTO(buffer_deinit) struct buffer answer = buffer_with_limit(1 << 18);
    struct onvif_heard heard;
    const struct onvif_listen_account account = {
        .host = text_of("192.0.2.1"),
        .port = 80,
        .user = text_of((how & HOW_EMPTY_USER) != 0 ? "" : "recorder"),
        .password = text_of(PASSWORD),
    };
    enum status s =
        onvif_listen_ask(listen, &account, now, RANDOM, &exchange);
    struct bytes asked = buffer_bytes(&exchange.output);
    assert(s != STATUS_OK || asked.size > 0);
    assert(asked.size == 0 || memmem(asked.data, asked.size, PASSWORD,
                                     sizeof PASSWORD - 1) == NULL);
    write_answer(&answer, how, said);
    if (s == STATUS_OK && (how & HOW_SILENT) == 0)
        s = onvif_exchange_input(&exchange, buffer_bytes(&answer));
    if (s == STATUS_OK && (how & HOW_SILENT) == 0)
        onvif_listen_answered(listen, &exchange, now, &heard);
    else
        onvif_listen_failed(listen, &heard);
    check_heard(listen, &heard);
    assert((how & HOW_SILENT) == 0 || heard.wait_ms > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader in = reader_on(bytes_of(data, size));
    struct onvif_listen listen;
    struct wall_time now = {INT64_C(1700000000) * SECOND_US};
    onvif_listen_init(&listen);
    for (unsigned i = 0; i < ANSWERS_MAX && reader_more(&in); i++) {
        uint8_t how = reader_u8(&in);
        size_t wanted = reader_u16be(&in) % ANSWER_BYTES_MAX;
        if (wanted > in.left.size)
            wanted = in.left.size;
        if ((how & HOW_LATER) != 0)
            now.us += (LISTEN_SURVEY_S + 1) * (int64_t)SECOND_US;
        now.us += SECOND_US;
        take_turn(&listen, how, reader_bytes(&in, wanted), now);
    }
    return 0;
}

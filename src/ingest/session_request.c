/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/encoding.h"
#include "base/text.h"
#include "base/writer.h"
#include "crypto/secret.h"
#include "ingest/session_private.h"

enum { AUTHORIZATION_BYTES_MAX = 4096 };

const char *rtsp_session_method_name(enum session_method method)
{
    static const char *const NAMES[] = {
        [METHOD_OPTIONS] = "OPTIONS",
        [METHOD_DESCRIBE] = "DESCRIBE",
        [METHOD_SETUP] = "SETUP",
        [METHOD_PLAY] = "PLAY",
        [METHOD_GET_PARAMETER] = "GET_PARAMETER",
        [METHOD_TEARDOWN] = "TEARDOWN",
    };
    return NAMES[method];
}

static const char *target_of(const struct rtsp_session *session,
                             enum session_method method)
{
    if (method == METHOD_DESCRIBE || session->id[0] == 0)
        return method == METHOD_SETUP ? session->stream_url
                                      : session->request_url;
    return method == METHOD_SETUP ? session->stream_url
                                  : session->aggregate_url;
}

static const char *extra_headers(enum session_method method)
{
    if (method == METHOD_DESCRIBE)
        return "Accept: application/sdp\r\n";
    if (method == METHOD_PLAY)
        return "Range: npt=0.000-\r\n";
    return "";
}

/* RFC 7617: the password itself. Only ever inside TLS. */
static void write_basic(struct rtsp_session *session)
{
    char plain[2 * SESSION_CREDENTIAL_BYTES_MAX + 2];
    char encoded[BASE64_SIZE(sizeof plain) + 1];
    int size = snprintf(plain, sizeof plain, "%s:%s", session->user,
                        session->password);
    base64_encode(bytes_of(plain, (size_t)size), encoded);
    buffer_format(&session->output, "Authorization: Basic %s\r\n", encoded);
    secret_wipe(plain, sizeof plain);
    secret_wipe(encoded, sizeof encoded);
}

static void write_authorization(struct rtsp_session *session,
                                const char *method, const char *target)
{
    if (session->sends_basic)
        write_basic(session);
    if (session->challenge.algorithm == DIGEST_NONE)
        return;
    uint8_t memory[AUTHORIZATION_BYTES_MAX];
    struct writer value = writer_on(memory, sizeof memory);
    const struct digest_credentials credentials = {text_of(session->user),
                                                   text_of(session->password)};
    const struct digest_request request = {
        .method = text_of(method),
        .uri = text_of(target),
        .cnonce = text_of(session->cnonce),
        .count = ++session->nonce_count,
    };
    if (digest_write_authorization(&value, &session->challenge, &credentials,
                                   &request) != STATUS_OK) {
        session_finish(session, CAUSE_UNAUTHORIZED,
                       "cannot answer the camera's Digest challenge");
        return;
    }
    buffer_append_text(&session->output, "Authorization: ");
    buffer_append(&session->output, writer_written(&value));
    buffer_append_text(&session->output, "\r\n");
}

static void write_request(struct rtsp_session *session,
                          enum session_method method)
{
    const char *name = rtsp_session_method_name(method);
    const char *target = target_of(session, method);
    struct buffer *out = &session->output;
    session->method = method;
    session->sequence++;
    session->awaits_reply = true;
    session->reply_until = rtsp_session_after(
        session, method == METHOD_TEARDOWN ? SESSION_TEARDOWN_WAIT_S
                                           : SESSION_REPLY_WAIT_S);
    buffer_format(out, "%s %s RTSP/1.0\r\nCSeq: %u\r\nUser-Agent: Haechi\r\n",
                  name, target, session->sequence);
    write_authorization(session, name, target);
    if (session->id[0] != 0)
        buffer_format(out, "Session: %s\r\n", session->id);
    buffer_append_text(out, extra_headers(method));
    if (method == METHOD_SETUP)
        rtsp_session_write_transport(session);
    buffer_append_text(out, "\r\n");
    if (buffer_status(out) != STATUS_OK)
        session_finish(session, CAUSE_PROTOCOL, "the camera takes no requests");
}

void rtsp_session_send(struct rtsp_session *session, enum session_method method)
{
    session->challenges_answered = 0;
    write_request(session, method);
}

/* RFC 7616 section 3.3: all challenges of the answer, the strongest first. */
static void read_challenges(const struct wire_message *message,
                            struct digest_challenge *best)
{
    struct text name;
    struct text value;
    *best = (struct digest_challenge){.algorithm = DIGEST_NONE};
    for (size_t i = 0; wire_message_header_at(message, i, &name, &value); i++)
        if (text_equal_ignore_case(name, text_of("WWW-Authenticate")))
            digest_challenge_read(value, best);
}

void rtsp_session_answer_challenge(struct rtsp_session *session)
{
    struct digest_challenge best;
    read_challenges(&session->message, &best);
    bool may_basic = session->is_secure && best.offers_basic;
    if (session->user[0] == 0) {
        session_finish(session, CAUSE_UNAUTHORIZED,
                       "the camera wants a password");
    } else if (best.algorithm == DIGEST_NONE && best.offers_basic &&
               !session->is_secure) {
        session_finish(session, CAUSE_UNAUTHORIZED,
                       "it wants the password in the clear: use tls");
    } else if (best.algorithm == DIGEST_NONE && !may_basic) {
        session_finish(session, CAUSE_UNAUTHORIZED,
                       "the camera offers no Digest authentication");
    } else if (session->challenges_answered == SESSION_CHALLENGES_MAX ||
               (session->challenges_answered > 0 && !best.is_stale)) {
        session_finish(session, CAUSE_UNAUTHORIZED,
                       "the camera refuses user or password");
    } else {
        session->challenge = best;
        session->sends_basic = best.algorithm == DIGEST_NONE;
        session->nonce_count = 0;
        session->challenges_answered++;
        write_request(session, session->method);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "web/problem.h"

struct problem_row {
    const char *name;
    int http_code;
    const char *korean;
    const char *english;
};

static const struct problem_row PROBLEMS[PROBLEM_COUNT] = {
    [PROBLEM_NONE] = {"none", 200, "문제가 없습니다.", "Nothing is wrong."},
    [PROBLEM_BAD_REQUEST] =
        {"bad_request", 400,
         "요청의 형식이 올바르지 않습니다. 페이지를 새로 고친 뒤 다시 시도하세요.",
         "The request is malformed. Reload the page and try again."},
    [PROBLEM_VERSION] =
        {"version", 505, "HTTP/1.1 만 지원합니다. 다른 브라우저로 접속하세요.",
         "Only HTTP/1.1 is spoken here. Use another browser."},
    [PROBLEM_EXPECTATION] =
        {"expectation", 417,
         "Expect 헤더는 지원하지 않습니다. 헤더를 빼고 다시 보내세요.",
         "Expect is not supported. Send the request without it."},
    [PROBLEM_HEAD_TOO_LARGE] =
        {"head_too_large", 431,
         "요청 헤더가 너무 큽니다. 이 사이트의 쿠키를 지우고 다시 시도하세요.",
         "The request's headers are too large. Remove this site's cookies and "
         "try again."},
    [PROBLEM_NO_LENGTH] =
        {"no_length", 411,
         "조각으로 나눈 본문은 받지 않습니다. Content-Length 를 붙여 보내세요.",
         "Bodies in chunks are not taken. Send a Content-Length."},
    [PROBLEM_BODY_TOO_LARGE] =
        {"body_too_large", 413,
         "보낸 내용이 너무 큽니다. 내용을 줄여 다시 보내세요.",
         "The request's body is too large. Send less."},
    [PROBLEM_TOO_SLOW] =
        {"too_slow", 408,
         "요청이 제시간에 도착하지 않았습니다. 연결 상태를 확인하고 다시 시도하세요.",
         "The request did not arrive in time. Check the connection and try "
         "again."},
    [PROBLEM_NO_SUCH_METHOD] =
        {"no_such_method", 405,
         "이 주소에서는 할 수 없는 동작입니다. API 문서를 확인하세요.",
         "This address does not know that method. See the API reference."},
    [PROBLEM_NO_SUCH_PATH] =
        {"no_such_path", 404, "없는 주소입니다. 첫 화면에서 다시 시작하세요.",
         "There is nothing at this address. Begin at the first page."},
    [PROBLEM_FOREIGN_ORIGIN] =
        {"foreign_origin", 403,
         "다른 사이트에서 보낸 변경 요청은 받지 않습니다. 이 콘솔에서 직접 "
         "하세요.",
         "Changes asked for by another site's page are refused. Use this "
         "console itself."},
    [PROBLEM_BAD_FIELD] =
        {"bad_field", 400,
         "입력값이 빠졌거나 형식이 다릅니다. 모든 칸을 확인하세요.",
         "A value is missing or has the wrong form. Check every field."},
    [PROBLEM_NO_SESSION] =
        {"no_session", 401, "로그인이 필요합니다. 다시 로그인하세요.",
         "You are not signed in. Sign in again."},
    [PROBLEM_WRONG_LOGIN] =
        {"wrong_login", 401,
         "이름이나 암호가 맞지 않습니다. 다시 입력하세요. 여러 번 틀리면 "
         "잠시 잠깁니다.",
         "The name or the password is wrong. Try again. Repeated failures lock "
         "the account for a while."},
    [PROBLEM_DENIED] =
        {"denied", 403,
         "이 일을 할 권한이 없습니다. 관리책임자에게 문의하세요.",
         "You do not have the right to do this. Ask the chief manager."},
    [PROBLEM_NEEDS_APPROVAL] =
        {"needs_approval", 409,
         "이 영상을 내보내려면 다른 한 사람의 승인이 먼저 있어야 합니다. 내보내기 "
         "화면에서 신청하세요.",
         "This video leaves only after another person has said yes. Ask for it "
         "on the exports page."},
    [PROBLEM_PASSWORD_AGAIN] =
        {"password_again", 403,
         "암호를 다시 입력해야 합니다. 입력한 뒤 다시 하세요.",
         "Your password is needed once more. Give it and try again."},
    [PROBLEM_OWN_ORDER] =
        {"own_order", 409,
         "자신의 신청은 스스로 승인하거나 거부할 수 없습니다. 다른 사람에게 "
         "맡기세요.",
         "Nobody answers their own request. Leave it to another person."},
    [PROBLEM_ORDER_OVER] =
        {"order_over", 409,
         "이 신청은 이미 끝났습니다: 거부되었거나, 기한이 지났거나, 꾸러미가 "
         "만들어졌습니다. 다시 신청하세요.",
         "This request has ended: declined, too late, or its package is made. "
         "Ask again."},
    [PROBLEM_NOT_FOUND] =
        {"not_found", 404, "찾는 대상이 없습니다. 목록을 새로 고치세요.",
         "What you asked for does not exist. Reload the list."},
    [PROBLEM_NO_VIDEO] =
        {"no_video", 404,
         "이 시각에는 볼 수 있는 영상이 없습니다. 시간줄에서 까닭을 확인하세요.",
         "There is no video to show at this time. The timeline says why."},
    [PROBLEM_CONFLICT] =
        {"conflict", 409,
         "이미 쓰이고 있거나 그사이에 바뀌었습니다. 새로 고친 뒤 다시 "
         "시도하세요.",
         "It is taken, or has changed meanwhile. Reload and try again."},
    [PROBLEM_REFUSED_VALUE] =
        {"refused_value", 400,
         "값을 받아들일 수 없습니다. 목적과 사유, 구간의 길이, 암호의 길이를 "
         "확인하세요.",
         "A value was refused. Check purpose and reason, the length of the "
         "span and the length of the password."},
    [PROBLEM_SPAN_TOO_LONG] =
        {"span_too_long", 413,
         "한 번에 받을 수 있는 길이를 넘었습니다. 구간을 나누어 받으세요.",
         "The span is too long for one download. Fetch it in parts."},
    [PROBLEM_TOO_MUCH] =
        {"too_much", 429,
         "허용된 횟수나 한도를 넘었습니다. 잠시 뒤 다시 시도하세요.",
         "That is too often or too much. Try again in a moment."},
    [PROBLEM_GATE_AWAY] =
        {"gate_away", 503,
         "권한을 확인하는 부분이 다시 시작하는 중입니다. 잠시 뒤 다시 "
         "시도하세요. 녹화는 계속됩니다.",
         "The part that checks rights is being restarted. Try again in a "
         "moment. Recording goes on."},
    [PROBLEM_VAULT_AWAY] =
        {"vault_away", 503,
         "영상을 여는 부분이 다시 시작하는 중입니다. 잠시 뒤 다시 시도하세요.",
         "The part that opens video is being restarted. Try again in a "
         "moment."},
    [PROBLEM_NO_SPACE] =
        {"no_space", 507,
         "디스크에 기록을 남길 자리가 없어 열람할 수 없습니다. 관리자에게 "
         "알리세요.",
         "No record can be written, because the disk is full, so nothing is "
         "shown. Tell the administrator."},
    [PROBLEM_DAMAGED] =
        {"damaged", 500,
         "저장된 자료가 검사를 통과하지 못했습니다. 관리자에게 알리세요.",
         "Stored data failed its check. Tell the administrator."},
    [PROBLEM_INTERNAL] =
        {"internal", 500,
         "처리하지 못했습니다. 다시 시도하고, 되풀이되면 관리자에게 알리세요.",
         "It could not be done. Try again, and tell the administrator if it "
         "happens again."},
};

static const struct problem_row *row_of(enum problem problem)
{
    return &PROBLEMS[(unsigned)problem < PROBLEM_COUNT ? problem
                                                       : PROBLEM_INTERNAL];
}

int problem_http_code(enum problem problem)
{
    return row_of(problem)->http_code;
}

const char *problem_name(enum problem problem)
{
    return row_of(problem)->name;
}

const char *problem_korean(enum problem problem)
{
    return row_of(problem)->korean;
}

const char *problem_english(enum problem problem)
{
    return row_of(problem)->english;
}

void problem_write(enum problem problem, struct buffer *out)
{
    /* The sentences hold no character that JSON escapes (a test says so). */
    const struct problem_row *row = row_of(problem);
    buffer_format(out,
                  "{\"error\":{\"name\":\"%s\",\"status\":%d,\"ko\":\"%s\","
                  "\"en\":\"%s\"}}\n",
                  row->name, row->http_code, row->korean, row->english);
}

enum problem problem_of_gate(enum status status)
{
    static const enum problem TABLE[STATUS_COUNT] = {
        [STATUS_OK] = PROBLEM_NONE,
        [STATUS_AGAIN] = PROBLEM_GATE_AWAY,
        [STATUS_END] = PROBLEM_NOT_FOUND,
        [STATUS_BAD_INPUT] = PROBLEM_REFUSED_VALUE,
        [STATUS_LIMIT] = PROBLEM_TOO_MUCH,
        [STATUS_NOT_FOUND] = PROBLEM_NOT_FOUND,
        [STATUS_DENIED] = PROBLEM_DENIED,
        [STATUS_CONFLICT] = PROBLEM_CONFLICT,
        [STATUS_NO_SPACE] = PROBLEM_NO_SPACE,
        [STATUS_IO] = PROBLEM_GATE_AWAY,
        [STATUS_CORRUPT] = PROBLEM_DAMAGED,
        [STATUS_NO_MEMORY] = PROBLEM_GATE_AWAY,
        [STATUS_INTERNAL] = PROBLEM_INTERNAL,
    };
    return (unsigned)status < STATUS_COUNT ? TABLE[status] : PROBLEM_INTERNAL;
}

enum problem problem_of_vault(enum status status)
{
    switch ((int)status) {
    case STATUS_AGAIN:
    case STATUS_IO:
    case STATUS_NO_MEMORY:
        return PROBLEM_VAULT_AWAY;
    case STATUS_END:
    case STATUS_NOT_FOUND:
        return PROBLEM_NO_VIDEO;
    default:
        return problem_of_gate(status);
    }
}

enum problem problem_of_refusal(enum status status, uint8_t refusal)
{
    static const enum problem TABLE[EXPORT_REFUSAL_COUNT] = {
        [EXPORT_REFUSED_NOT] = PROBLEM_DENIED,
        [EXPORT_REFUSED_APPROVAL] = PROBLEM_NEEDS_APPROVAL,
        [EXPORT_REFUSED_PASSWORD] = PROBLEM_PASSWORD_AGAIN,
        [EXPORT_REFUSED_OWN] = PROBLEM_OWN_ORDER,
        [EXPORT_REFUSED_OVER] = PROBLEM_ORDER_OVER,
    };
    return status == STATUS_DENIED && refusal < EXPORT_REFUSAL_COUNT
               ? TABLE[refusal]
               : problem_of_gate(status);
}

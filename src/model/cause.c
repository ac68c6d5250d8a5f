/* SPDX-License-Identifier: Apache-2.0 */
#include "model/cause.h"

#include "base/text.h"

struct cause_text {
    const char *name;
    const char *words[2];
};

static const struct cause_text CAUSES[CAUSE_COUNT] = {
    [CAUSE_NONE] = {"none", {"정상", "none"}},
    [CAUSE_STARTING] = {"starting", {"시작하는 중", "starting"}},
    [CAUSE_UNREACHABLE] = {"unreachable",
                           {"카메라에 연결할 수 없음", "camera cannot be reached"}},
    [CAUSE_UNAUTHORIZED] = {"unauthorized",
                            {"카메라가 암호를 거부함", "camera refuses the password"}},
    [CAUSE_REFUSED] = {"refused",
                       {"카메라가 요청을 거부함", "camera refuses the request"}},
    [CAUSE_UNSUPPORTED] = {"unsupported",
                           {"녹화할 수 없는 영상 형식", "format that cannot be recorded"}},
    [CAUSE_PROTOCOL] = {"protocol",
                        {"카메라의 통신 오류", "camera breaks the protocol"}},
    [CAUSE_ENDED] = {"ended",
                     {"카메라가 연결을 끊음", "camera closed the connection"}},
    [CAUSE_NO_DATA] = {"no_data", {"영상이 오지 않음", "no pictures arrive"}},
    [CAUSE_DAMAGED] = {"damaged", {"전송 중 손실", "lost on the way"}},
    [CAUSE_OVERLOAD] = {"overload", {"처리 지연", "overload"}},
    [CAUSE_RESTART] = {"restart", {"기록장치 재시작", "recorder restarted"}},
    [CAUSE_STOPPED] = {"stopped", {"운영자가 멈춤", "stopped by the operator"}},
    [CAUSE_CLOCK] = {"clock", {"시계가 바뀜", "clock stepped"}},
    [CAUSE_CORRUPT] = {"corrupt", {"저장 자료 손상", "stored data damaged"}},
    [CAUSE_SPACE] = {"space", {"저장 공간 부족", "want of space"}},
    [CAUSE_EXPIRED] = {"expired", {"보관기간 만료", "the period is over"}},
    [CAUSE_ORDERED] = {"ordered", {"사람의 지시", "ordered by a person"}},
    [CAUSE_DISK] = {"disk", {"저장장치 고장", "disk failed"}},
    [CAUSE_CERTIFICATE] = {"certificate",
                           {"인증서가 바뀜", "certificate has changed"}},
    [CAUSE_PLANNED_OFF] = {"planned_off",
                           {"촬영시간이 아님", "outside the hours of filming"}},
};

static const struct cause_text *text_in(enum cause cause)
{
    return &CAUSES[(unsigned)cause < CAUSE_COUNT ? cause : CAUSE_NONE];
}

const char *cause_name(enum cause cause)
{
    return text_in(cause)->name;
}

const char *cause_words(enum cause cause, enum language language)
{
    return text_in(cause)->words[language];
}

enum status cause_from_name(struct text name, enum cause *out)
{
    for (unsigned i = 0; i < CAUSE_COUNT; i++) {
        if (!text_equal(name, text_of(CAUSES[i].name)))
            continue;
        *out = (enum cause)i;
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

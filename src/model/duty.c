/* SPDX-License-Identifier: Apache-2.0 */
#include "model/duty.h"

#include "base/text.h"

struct word {
    const char *name;
    const char *words[2];
};

static const struct word KINDS[DUTY_KIND_COUNT] = {
    [DUTY_LOCKS] = {"locks", {"잠금장치 점검", "locks"}},
    [DUTY_KEYS] = {"keys", {"열쇠 보유자 확인", "holders of keys"}},
    [DUTY_SIGNS] = {"signs", {"안내판 점검", "signs on the wall"}},
    [DUTY_AIM] = {"aim", {"촬영 방향과 제외 구역 확인",
                          "aim and exclusions of the cameras"}},
    [DUTY_TRAINING] = {"training", {"담당자 교육", "training"}},
    [DUTY_PROCESSOR] = {"processor", {"수탁업체 점검·교육",
                                      "inspection of the processor"}},
    [DUTY_REQUESTS] = {"requests", {"열람 등 요구의 처리 점검",
                                    "how requests were answered"}},
    [DUTY_NEED] = {"need", {"설치·운영의 필요성 검토",
                            "whether the cameras are needed"}},
    [DUTY_SELF_CHECK] = {"self_check", {"연간 자체점검", "yearly self-check"}},
    [DUTY_OTHER] = {"other", {"그 밖의 점검", "other"}},
};

static const struct word RESULTS[DUTY_RESULT_COUNT] = {
    [DUTY_GOOD] = {"good", {"이상 없음", "nothing wrong"}},
    [DUTY_DEFECT] = {"defect", {"고칠 것 있음", "something to mend"}},
    [DUTY_DROPPED] = {"dropped", {"하지 않고 끝냄", "dropped, not done"}},
};

const char *duty_kind_name(enum duty_kind kind)
{
    return KINDS[kind].name;
}

const char *duty_result_name(enum duty_result result)
{
    return RESULTS[result].name;
}

const char *duty_kind_words(enum duty_kind kind, enum language language)
{
    return KINDS[kind].words[language];
}

const char *duty_result_words(enum duty_result result, enum language language)
{
    return RESULTS[result].words[language];
}

/* count: none is called so. */
static unsigned find(const struct word *table, unsigned count,
                     struct text name)
{
    unsigned i = 0;
    while (i < count && !text_equal(name, text_of(table[i].name)))
        i++;
    return i;
}

enum status duty_kind_from_name(struct text name, enum duty_kind *out)
{
    unsigned found = find(KINDS, DUTY_KIND_COUNT, name);
    if (found == DUTY_KIND_COUNT)
        return STATUS_NOT_FOUND;
    *out = (enum duty_kind)found;
    return STATUS_OK;
}

enum status duty_result_from_name(struct text name, enum duty_result *out)
{
    unsigned found = find(RESULTS, DUTY_RESULT_COUNT, name);
    if (found == DUTY_RESULT_COUNT)
        return STATUS_NOT_FOUND;
    *out = (enum duty_result)found;
    return STATUS_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ledger_deed.h"

#include "base/text.h"

struct deed {
    const char *name;
    enum ledger_kind kind;
    bool is_personal;
    const char *words[2];
};

static const struct deed DEEDS[LEDGER_DEED_END] = {
    [LEDGER_VIEWED] = {"viewed",
                       LEDGER_VIEWING,
                       true,
                       {"녹화 영상 열람", "recorded video viewed"}},
    [LEDGER_WATCHED] = {"watched",
                        LEDGER_USE,
                        true,
                        {"실시간 영상 확인", "live video watched"}},
    [LEDGER_HELD] = {"held",
                     LEDGER_USE,
                     true,
                     {"보존 조치(사본 별도 보관)", "held: a copy is kept apart"}},
    [LEDGER_HOLD_ENDED] = {"hold_ended",
                           LEDGER_DESTRUCTION,
                           true,
                           {"보존 종료 지시", "end of a hold ordered"}},
    [LEDGER_HOLD_DESTROYED] = {"hold_destroyed",
                               LEDGER_DESTRUCTION,
                               false,
                               {"보존 사본 파기(암호키 삭제)",
                                "held copy destroyed (keys erased)"}},
    [LEDGER_DESTRUCTION_ORDERED] = {"destruction_ordered",
                                    LEDGER_DESTRUCTION,
                                    true,
                                    {"파기 지시", "destruction ordered"}},
    [LEDGER_DESTROYED] = {"destroyed",
                          LEDGER_DESTRUCTION,
                          false,
                          {"파기(암호키 삭제)", "destroyed (keys erased)"}},
    [LEDGER_COPY] = {"copy",
                     LEDGER_USE,
                     true,
                     {"반출물", "a copy outside the recorder"}},
    [LEDGER_COPY_CORRECTED] = {"copy_corrected",
                               LEDGER_USE,
                               true,
                               {"정정", "corrected"}},
    [LEDGER_COPY_DESTROYED] = {"copy_destroyed",
                               LEDGER_DESTRUCTION,
                               true,
                               {"반출물 파기", "a copy destroyed"}},
    [LEDGER_REMARKED] = {"remarked",
                         LEDGER_USE,
                         true,
                         {"정정", "corrected"}},
    [LEDGER_EXPORTED] = {"exported",
                         LEDGER_USE,
                         true,
                         {"영상 반출(증거 꾸러미)",
                          "taken out (evidence package)"}},
    [LEDGER_PROVIDED] = {"provided",
                         LEDGER_PROVISION,
                         true,
                         {"영상 제공(증거 꾸러미)",
                          "provided (evidence package)"}},
    [LEDGER_EXPORT_DESTROYED] = {"export_destroyed",
                                 LEDGER_DESTRUCTION,
                                 true,
                                 {"반출·제공한 사본 파기 확인",
                                  "copy taken out: destroyed"}},
};

/* A name and the words for it, in a table without holes. */
struct word {
    const char *name;
    const char *words[2];
};

static const struct word MEDIA[LEDGER_MEDIUM_END] = {
    [LEDGER_PRINT] = {"print", {"인쇄물", "print"}},
    [LEDGER_USB] = {"usb", {"USB 저장장치", "USB stick"}},
    [LEDGER_DISC] = {"disc", {"CD·DVD 디스크", "disc"}},
    [LEDGER_OTHER_MEDIUM] = {"other", {"그 밖의 매체", "other medium"}},
};

static const struct word ENDS[LEDGER_END_END] = {
    [LEDGER_SHREDDED] = {"shredded", {"파쇄", "shredded"}},
    [LEDGER_BURNT] = {"burnt", {"소각", "burnt"}},
    [LEDGER_ERASED] = {"erased", {"매체에서 삭제", "erased from the medium"}},
    [LEDGER_RETURNED] = {"returned", {"반납", "given back"}},
};

const char *ledger_deed_name(enum ledger_deed deed)
{
    return DEEDS[deed].name;
}

enum status ledger_deed_from_name(struct text name, enum ledger_deed *out)
{
    for (unsigned deed = LEDGER_VIEWED; deed < LEDGER_DEED_END; deed++) {
        if (!text_equal(name, text_of(DEEDS[deed].name)))
            continue;
        *out = (enum ledger_deed)deed;
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

enum ledger_kind ledger_deed_kind(enum ledger_deed deed)
{
    return DEEDS[deed].kind;
}

const char *ledger_deed_words(enum ledger_deed deed, enum language language)
{
    return DEEDS[deed].words[language];
}

bool ledger_deed_is_personal(enum ledger_deed deed)
{
    return DEEDS[deed].is_personal;
}

/* count: none is called that. */
static unsigned find_word(const struct word *table, unsigned count,
                          struct text name)
{
    unsigned i = 0;
    while (i < count && !text_equal(name, text_of(table[i].name)))
        i++;
    return i;
}

const char *ledger_medium_name(enum ledger_medium medium)
{
    return MEDIA[medium].name;
}

const char *ledger_medium_words(enum ledger_medium medium,
                                enum language language)
{
    return MEDIA[medium].words[language];
}

const char *ledger_end_name(enum ledger_end end)
{
    return ENDS[end].name;
}

const char *ledger_end_words(enum ledger_end end, enum language language)
{
    return ENDS[end].words[language];
}

enum status ledger_medium_from_name(struct text name, enum ledger_medium *out)
{
    unsigned found = find_word(MEDIA, LEDGER_MEDIUM_END, name);
    if (found == LEDGER_MEDIUM_END)
        return STATUS_NOT_FOUND;
    *out = (enum ledger_medium)found;
    return STATUS_OK;
}

enum status ledger_end_from_name(struct text name, enum ledger_end *out)
{
    unsigned found = find_word(ENDS, LEDGER_END_END, name);
    if (found == LEDGER_END_END)
        return STATUS_NOT_FOUND;
    *out = (enum ledger_end)found;
    return STATUS_OK;
}

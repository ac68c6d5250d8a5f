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

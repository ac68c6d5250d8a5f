/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_phrases.h"

const char *phrase_in(enum phrase which, enum language language)
{
    static const char *const WORDS[PHRASE_COUNT][2] = {
#define PHRASE(name, ko, en) {ko, en},
#include "notice/notice_phrases.def"
#undef PHRASE
    };
    return WORDS[which][language];
}

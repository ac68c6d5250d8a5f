/* SPDX-License-Identifier: Apache-2.0 */
/* notice/notice_phrases - the fixed words of a notice, in both languages. */
#ifndef NOTICE_NOTICE_PHRASES_H
#define NOTICE_NOTICE_PHRASES_H

#include "notice/notice.h"

enum phrase {
#define PHRASE(name, ko, en) PHRASE_##name,
#include "notice/notice_phrases.def"
#undef PHRASE
    PHRASE_COUNT
};

/* Never NULL; static storage. */
const char *phrase_in(enum phrase which, enum language language);

#endif

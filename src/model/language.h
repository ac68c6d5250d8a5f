/* SPDX-License-Identifier: Apache-2.0 */
/* model/language - in which language something is said. */
#ifndef MODEL_LANGUAGE_H
#define MODEL_LANGUAGE_H

enum language {
    LANGUAGE_KOREAN = 0,
    LANGUAGE_ENGLISH = 1,
};

/* "ko" or "en" (BCP 47). */
static inline const char *language_tag(enum language language)
{
    return language == LANGUAGE_KOREAN ? "ko" : "en";
}

#endif

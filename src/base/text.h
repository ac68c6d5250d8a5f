/* SPDX-License-Identifier: Apache-2.0 */
/* base/text - comparing, cutting and checking text views. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"

/* A view on a terminated string; NULL gives the empty text. */
static inline struct text text_of(const char *terminated)
{
    return (struct text){terminated,
                         terminated == NULL ? 0 : strlen(terminated)};
}

/* Byte by byte, and with ASCII letters of either case alike. Public data. */
bool text_equal(struct text a, struct text b);
bool text_equal_ignore_case(struct text a, struct text b);

bool text_starts_with(struct text text, struct text prefix);

/* Without the ASCII spaces and tabs at both ends. */
struct text text_trim(struct text text);

/*
 * Cuts off what stands before the first separator; *rest keeps what follows,
 * and is empty after the last piece. A text without separator is one piece.
 */
struct text text_cut(struct text *rest, char separator);

/* Index of the first such character, or text.size. */
size_t text_find(struct text text, char character);

/*
 * True for well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong)
 * without control characters (C0, DEL, C1), line separators (U+2028, U+2029)
 * or bidirectional controls: what may stand in a log line and on a page.
 */
bool text_is_plain(struct text text);

/*
 * Copies into out[size] with a terminating zero. False, and an empty string,
 * where it does not fit or holds a zero byte.
 */
bool text_copy(struct text text, char *out, size_t size);

#endif

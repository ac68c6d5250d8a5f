/* SPDX-License-Identifier: Apache-2.0 */
/* notice/import/import_sign - how lines of a sign are told. Threads: none;
 * pure. */
#ifndef NOTICE_IMPORT_IMPORT_SIGN_H
#define NOTICE_IMPORT_IMPORT_SIGN_H

#include <stdbool.h>

#include "base/bytes.h"

/* "안내판", or "안내판 (상담실)" of a place; *scope is empty for the first. */
bool import_sign_is_title(struct text line, struct text *scope);

/* "촬영시간: 24시간": a line of a sign with a value. */
bool import_sign_has_key(struct text line);

#endif

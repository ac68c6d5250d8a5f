/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/import/import_value - reads one value out of Korean words.
 *
 * Each reader takes a text and says whether it holds such a value; none
 * guesses. Threads: none; pure.
 */
#ifndef NOTICE_IMPORT_IMPORT_VALUE_H
#define NOTICE_IMPORT_IMPORT_VALUE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "model/policy.h"

enum { IMPORT_CAMERAS_MAX = 4096 }; /* a larger number is no count of them */

/* The whole text is a number of cameras: "3", "3대", "(3 대)". */
bool import_count(struct text text, uint32_t *out);

/* "총 101대", "총 대수 : 101대": what stands behind 총. */
bool import_total(struct text text, uint32_t *out);

/* The first period in the text: "30일", "60 일간", "1개월", "한 달", "2주",
 * "1년". */
bool import_period(struct text text, struct retention *out);

/* Takes "200만 화소 이상", "2073600화소" off the front. */
bool import_pixels(struct text *rest, uint32_t *out);

/* The first day in the text: "2023년 4월 1일", "2023. 4. 1.", "2023-04-01". As
 * days since 1970-01-01. *end: bytes up to behind it; may be NULL. */
bool import_day(struct text text, int64_t *out, size_t *end);

/* The whole text says when cameras film: "24시간", "00:00~24:00", "상시". */
bool import_is_hours(struct text text);

/* The whole text is a telephone number of seven digits and more. */
bool import_is_telephone(struct text text);

/* Bytes of the last telephone number in the text, which starts at *start;
 * 0: there is none. */
size_t import_telephone_in(struct text text, size_t *start);

/* The whole text is a floor: "3층", "지하 1층", "B1층", "1~3층". */
bool import_is_floor(struct text text);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* support/notice_same - whether two notices say the same to a reader of the
 * Korean page. */
#ifndef SUPPORT_NOTICE_SAME_H
#define SUPPORT_NOTICE_SAME_H

#include "notice/notice.h"

/* What is not the same, in words; NULL: nothing. Ids and English do not count.
 */
const char *notice_other_fact(const struct notice *a, const struct notice *b);

#endif

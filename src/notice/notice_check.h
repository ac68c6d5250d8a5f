/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/notice_check - whether a well-formed notice makes sense.
 *
 * A table of rules (notice_check.c), each one function here or in lint/; a new
 * rule is one function and one line there, and one code in finding_codes.def.
 */
#ifndef NOTICE_NOTICE_CHECK_H
#define NOTICE_NOTICE_CHECK_H

#include "notice/finding.h"
#include "notice/notice.h"

/* notice: filled without an error. */
void notice_check(const struct notice *notice, struct findings *findings);

#endif

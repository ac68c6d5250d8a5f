/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden files: what was made against what was made and looked at before.
 * GOLDEN_UPDATE=1 in the environment writes the files anew; a review sees the
 * difference.
 */
#ifndef SUPPORT_GOLDEN_H
#define SUPPORT_GOLDEN_H

#include "base/bytes.h"

struct notice;

/* The test fails where made differs from tests/golden/NAME. */
void golden_check(const char *name, struct bytes made);

/* The notice of examples/NAME; the test fails where it has an error. The
 * caller destroys it. */
struct notice *golden_notice(const char *name);

/* The same with one part of its text replaced, wherever it stands. */
struct notice *golden_notice_with(const char *name, const char *what,
                                  const char *instead);

#endif

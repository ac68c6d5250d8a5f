/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/versions/exception - whether a new notice may act without the days of
 * notice: because it does nothing but take away from viewing, or nothing but
 * correct facts.
 *
 * Two notices are compared as their files: every value with its path, where
 * elements of a list stand under their id. Whatever is not expressly one of the
 * changes below is none that may act at once; the notice's dates are left
 * aside.
 *
 * Threads: any; pure.
 */
#ifndef NOTICE_VERSIONS_EXCEPTION_H
#define NOTICE_VERSIONS_EXCEPTION_H

#include "model/notice_version.h"
#include "notice/notice.h"

/*
 * *out: RESTRICTION where all that changes is a person who is not named any
 * more, a person's groups or sites that are fewer, an exclusion more, or fewer
 * cameras; CORRECTION where it is a telephone number, a contact, a department
 * or the name of whoever holds an unchanged post; else NONE. Nothing that
 * changes: NONE.
 * Fails with: NO_MEMORY.
 */
MUST_USE enum status notice_exception_of(const struct notice *before,
                                         const struct notice *after,
                                         enum notice_exception *out);

/*
 * Where it is none: the first change that is neither, as its path in the file
 * ("sites[geoje]/groups[hall]/retention/days"). "" where there is no such one.
 */
MUST_USE enum status notice_exception_obstacle(const struct notice *before,
                                               const struct notice *after,
                                               enum notice_exception wanted,
                                               char *out, size_t size);

#endif

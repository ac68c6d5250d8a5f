/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/notices - what the log says about the versions of the notice.
 *
 * Fed with every entry in order: notice.announced makes a version,
 * notice.version puts it in force and ends the one before, notice.withdrawn
 * ends it before its day, notice.confirmed says that it is on the homepage,
 * notice.differs that another page is there.
 * notice.superseded is for readers; nothing here depends on it.
 *
 * Threads: the one that owns the list.
 */
#ifndef LOG_NOTICES_H
#define LOG_NOTICES_H

#include "log/entry_line.h"
#include "model/notice_version.h"

/* Takes an entry in; sticky failure in versions. */
void notices_add(struct notice_versions *versions,
                 const struct entry_line *entry);

#endif

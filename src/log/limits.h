/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOG_LIMITS_H
#define LOG_LIMITS_H

enum {
    LOG_LINE_MAX = 65535,     /* bytes of an entry: C2SP tlog-tiles' limit */
    LOG_TEXT_MAX = 4096,      /* bytes of one personal text */
    LOG_TEXT_LINE_MAX = 8192, /* bytes of a line in `texts` */
    LOG_MEMBERS_MAX = 20,     /* members of an entry after n, t and kind */
    LOG_NAME_MAX = 32,        /* characters of a member's or kind's name */
    LOG_PERSONAL_MAX = 6,     /* personal texts of one entry */
    LOG_MONTH_MAX = 24000,    /* months since 1970-01: until the year 3970 */
    LOG_PATH_SIZE = 1200,     /* of a path in the log, terminated */
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/logger - one line per event on standard error, for operators.
 *
 *   2026-11-22T03:28:10.123456Z warning vault: cannot write volume=3 status=io
 *
 * The place that knows the cause logs it, once. Never secrets, never a URL
 * with credentials, never what a camera or a browser sent unless it has passed
 * text_is_plain.
 *
 * Threads: any.
 */
#ifndef SYS_LOGGER_H
#define SYS_LOGGER_H

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Who speaks, and how much is printed (default: INFO). name: static. */
void logger_start(const char *name, enum log_level most);

__attribute__((format(printf, 2, 3))) void
log_line(enum log_level level, const char *format, ...);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/verify/log_directory - haechi verify --log. */
#ifndef CMD_VERIFY_LOG_DIRECTORY_H
#define CMD_VERIFY_LOG_DIRECTORY_H

#include <stdbool.h>

#include "cmd/verify/verify.h"
#include "log/log_check.h"

/* Checks and prints; the exit code. */
int verify_log_directory(const struct log_check_request *request, bool as_json);

/* A text as JSON, and problems without the brackets around them. */
void verify_print_text(const char *text, FILE *out);
void verify_print_problems(const struct verify_problem *problems, size_t count,
                           FILE *out);

#endif

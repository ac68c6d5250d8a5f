/* SPDX-License-Identifier: Apache-2.0 */
/* haechi-work: what decodes and encodes pictures; see cmd/other_program.h. Only
 * the supervisor starts it. */
#include <stddef.h>

#include <libavutil/log.h>

#include "roles/work.h"

int main(void)
{
    av_log_set_level(AV_LOG_QUIET); /* cameras decide what it would print */
    return role_work_main();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the gate's log, and waiting until it does. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "support/gate_stage_private.h"
#include "sys/file.h"
#include "unit/test.h"

enum { LOG_FILE_MAX = 8 << 20 };

char *gate_stage_log(const struct gate_stage *stage)
{
    char path[192];
    uint8_t *data = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/log/entries", stage->directory);
    CHECK_OK(
        file_read_all(&FILE_LAYER_SYSTEM, path, LOG_FILE_MAX, &data, &size));
    return (char *)data;
}

size_t gate_stage_log_count(const struct gate_stage *stage, const char *text)
{
    size_t count = 0;
    char *log = gate_stage_log(stage);
    for (const char *at = strstr(log, text); at != NULL;
         at = strstr(at + 1, text))
        count++;
    alloc_free(log);
    return count;
}

void gate_stage_await_log(struct gate_stage *stage, size_t count,
                          const char *text)
{
    for (int i = 0;
         i < TURNS && gate_stage_log_count(stage, text) < count; i++)
        gate_stage_idle(stage, TURN_MS);
    assert_int_equal(count, gate_stage_log_count(stage, text));
}

static bool is_told(const struct stage_tale *tale)
{
    return tale->acknowledged == tale->count;
}

void gate_stage_await_tales(struct gate_stage *stage)
{
    for (int i = 0; i < TURNS && (!is_told(&stage->event_tale) ||
                                  !is_told(&stage->death_tale)); i++)
        gate_stage_idle(stage, TURN_MS);
    assert_int_equal(stage->event_tale.count, stage->event_tale.acknowledged);
    assert_int_equal(stage->death_tale.count, stage->death_tale.acknowledged);
}

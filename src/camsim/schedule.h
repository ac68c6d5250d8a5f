/* SPDX-License-Identifier: Apache-2.0 */
/* camsim/schedule - who is due next: a binary heap of numbers by time. */
#ifndef CAMSIM_SCHEDULE_H
#define CAMSIM_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct camsim_schedule;

/* Room for count entries. Fails with: NO_MEMORY. */
MUST_USE enum status camsim_schedule_create(size_t count,
                                            struct camsim_schedule **out);
void camsim_schedule_destroy(struct camsim_schedule **schedule);

/* Adds a number; not more than there is room for. */
void camsim_schedule_add(struct camsim_schedule *schedule, uint32_t number,
                         int64_t due_us);

/* The earliest entry, which must exist. */
uint32_t camsim_schedule_first(const struct camsim_schedule *schedule,
                               int64_t *due_us);

/* Gives the earliest entry a later time. */
void camsim_schedule_delay_first(struct camsim_schedule *schedule,
                                 int64_t due_us);

#endif

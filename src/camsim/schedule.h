/* SPDX-License-Identifier: Apache-2.0 */
/* camsim/schedule - who is due next: a binary heap of numbers by time. */
#ifndef CAMSIM_SCHEDULE_H
#define CAMSIM_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct schedule;

/* Room for count entries. Fails with: NO_MEMORY. */
MUST_USE enum status schedule_create(size_t count, struct schedule **out);
void schedule_destroy(struct schedule **schedule);

/* Adds a number; not more than there is room for. */
void schedule_add(struct schedule *schedule, uint32_t number, int64_t due_us);

/* The earliest entry, which must exist. */
uint32_t schedule_first(const struct schedule *schedule, int64_t *due_us);

/* Gives the earliest entry a later time. */
void schedule_delay_first(struct schedule *schedule, int64_t due_us);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/slot - the stretch of trusted time that one seed opens.
 *
 * A slot of length_s seconds has the number floor(start / length); length 0
 * means calendar months at UTC+9, numbered from 1970-01.
 */
#ifndef KEYS_SLOT_H
#define KEYS_SLOT_H

#include <stdbool.h>

#include "model/span.h"

struct key_slot {
    uint32_t subject; /* a camera, SUBJECT_TEXT_MONTH, or a hold's */
    uint32_t length_s;
    int64_t number;
};

struct key_slot key_slot_at(uint32_t subject, uint32_t length_s,
                            struct wall_time time);

/* Whether a foreign subject, length and chunk number may be used. */
bool key_slot_is_sane(const struct key_slot *slot);

/* The slots that units of this length lie in; 0: no grid has such units. */
uint32_t key_slot_length_of_unit(uint32_t unit_s);

/* And back: 0 for months. */
uint32_t key_slot_unit_s(uint32_t length_s);

struct span key_slot_span(const struct key_slot *slot);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/quirk - what cameras do otherwise than their standards, and the rule
 * by which each is recorded all the same, or refused.
 *
 * One table. A row without a vendor is met with many; its rule holds for every
 * camera, because a tolerance that waits for a name misses the next model. A
 * row with one names where it was seen. tests/unit/ingest/test_quirk.c has a
 * test for every rule and fails for a rule without one.
 */
#ifndef INGEST_QUIRK_H
#define INGEST_QUIRK_H

#include <stddef.h>

enum quirk_rule {
    QUIRK_EARLY_DATA,
    QUIRK_STALE_CHANNEL,
    QUIRK_NO_CONTENT_BASE,
    QUIRK_CONTROL_ABSOLUTE,
    QUIRK_CONTROL_ROOTED,
    QUIRK_CONTROL_RELATIVE,
    QUIRK_TIMEOUT_ABSURD,
    QUIRK_OPTIONS_KEEP_ALIVE,
    QUIRK_GET_PARAMETER_KEEP_ALIVE,
    QUIRK_NO_PARAMETER_SETS,
    QUIRK_WRONG_PAYLOAD_TYPE,
    QUIRK_PADDING,
    QUIRK_TRAILING_ZEROS,
    QUIRK_SEVERAL_SLICES,
    QUIRK_SEI_FIRST,
    QUIRK_NO_MARKER,
    QUIRK_NO_IDR,
    QUIRK_CLOCK_DRIFT,
    QUIRK_STANDING_CLOCK,
    QUIRK_UDP_ONLY,
    QUIRK_BARE_LINE_FEED,
    QUIRK_NO_SEQUENCE,
    QUIRK_RULES,
};

struct quirk {
    const char *vendor; /* "": many */
    const char *model;
    const char *symptom;
    enum quirk_rule rule;
    const char *does; /* the rule in words */
};

extern const struct quirk QUIRKS[];
extern const size_t QUIRK_COUNT;

#endif

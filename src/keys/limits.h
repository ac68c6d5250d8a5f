/* SPDX-License-Identifier: Apache-2.0 */
/* keys/limits - every quantity that the key files may hold, and why. */
#ifndef KEYS_LIMITS_H
#define KEYS_LIMITS_H

enum {
    KEY_CHUNK_SLOTS = 24,        /* a day of hours */
    KEY_CHUNK_UNITS = 15,        /* a quarter of minutes */
    KEY_CHUNKS_MAX = 1 << 18,    /* 256 MiB: 4,096 cameras for 60 days */
    KEY_POLICIES_MAX = 4097,     /* CAMERAS_MAX and personal text */
    KEY_DEATHS_MAX = 65536,      /* rows waiting for the gate: 4.7 MB */
    KEY_DEATHS_TOLD_KEPT = 1024, /* rows kept for the vault when told */
    KEY_DEATHS_MESSAGE = 1024,   /* rows in one message, and in one rotation */
    KEY_MAKE_BEHIND_S = 180,     /* a late picture still finds its seed */
    KEY_SEAL_AHEAD_S = 120,      /* and an early one; plus two units */
    KEY_TEXT_MONTHS = 36,        /* how long personal text is kept */
    KEY_REPLACE_AFTER_S = 300,   /* further ahead no key was ever given */
    KEY_HOLDS_MAX = 64,          /* waiting for their first table */
    KEY_ORDERS_MAX = 64,         /* waiting at once */
    KEY_ORDER_BURST = 8,         /* ordered rotations at once, */
    KEY_ORDER_EVERY_S = 900,     /* and one more each: erasable memory wears */
    KEY_SCRUB_EVERY_S = 86400,
};

#endif

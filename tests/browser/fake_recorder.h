/* SPDX-License-Identifier: Apache-2.0 */
/* browser/fake_recorder - what its files share. */
#ifndef BROWSER_FAKE_RECORDER_H
#define BROWSER_FAKE_RECORDER_H

#include "base/buffer.h"
#include "media/sample.h"
#include "roles/role.h"
#include "sys/loop.h"

enum {
    FAKE_CAMERAS = 6,
    SHORT_CAMERA = 5,
    SHORT_KEPT_S = 60,
    GAP_CAMERA = 4,
    STANDING_CAMERA = 6, /* reading it back never gets on */
    UNDER_WAY_S = 60,
    FRAMES_MAX = 4096,
    FRAME_US = 66667,
    LIVE_BATCH_MS = 100,
    READ_SAMPLES = 300,
    CLIP_MAX = 64 * 1024 * 1024,
};

struct frame {
    size_t from;
    size_t size;
    bool is_idr;
};

/* The one-time code that it prints. */
static const char FAKE_CODE[] = "HAEC-HI00";

/* Faults on demand (signals): what a restarting neighbour looks like. */
struct fake {
    bool is_mute;            /* SIGUSR2: the gate answers nothing any more */
    int64_t finished_us;     /* SIGALRM: what was ordered before is done */
    struct signals *signals; /* SIGUSR1: gate and vault are new processes */
    const struct message_handlers *handlers;
    struct loop *loop;
    struct channel *web;   /* as supervisor */
    struct channel *gate;  /* we are the gate */
    struct channel *vault; /* we are the vault */
    struct timer *timer;
    struct codec_config config;
    struct buffer record;
    struct buffer samples;
    struct frame frames[FRAMES_MAX];
    size_t frame_count;
    int64_t began_us;
    uint64_t entries;
    bool has_account;
    bool is_in_doubt; /* the clock, until two words */
    /* One live question waits for its batch. */
    bool is_asked;
    uint32_t asked_id;
    int64_t asked_from;
    uint32_t live[FAKE_CAMERAS];
    size_t live_count;
};

static inline int64_t fake_now_us(void)
{
    return clock_wall(&CLOCK_SYSTEM).us;
}

/* Whether what was ordered at this time is still under way. A person who works
 * on the console need not end it; a test must not depend on how long it takes
 * to look. */
static inline bool fake_is_under_way(const struct fake *fake, int64_t at_us)
{
    return at_us > fake->finished_us &&
           fake_now_us() < at_us + UNDER_WAY_S * (int64_t)SECOND_US;
}

/* A line for the test that runs us. */
void fake_say(const char *word);

/* fake_gate.c: all that the gate is asked. */
void fake_gate_handlers(struct message_handlers *handlers);

/* fake_destruction.c: orders, their list, words on the clock. */
void fake_destruction_handlers(struct message_handlers *handlers);
/* ",..." for the cameras' document: what is pending, and the clock. */
void fake_put_doubts(const struct fake *fake, struct buffer *out);

/* fake_export.c: evidence packages, their orders; the password again. */
void fake_export_handlers(struct message_handlers *handlers);

/* fake_ledger.c: its rows, what is entered by hand, reviews. */
void fake_ledger_handlers(struct message_handlers *handlers);

/* fake_exclusion.c: two cameras that are not to show the nursing room. */
void fake_exclusion_handlers(struct message_handlers *handlers);

/* fake_version.c: versions of the notice, drafts. */
void fake_version_handlers(struct message_handlers *handlers);

/* fake_hold.c: holds, their orders. */
void fake_hold_handlers(struct message_handlers *handlers);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/promise/promise - what the notice promises, held against what is
 * measured: kept, at risk, broken, since when.
 *
 *   figures + notice --promise_evaluate--> promises
 *
 * One function of its arguments: whoever has the figures gets the same answer.
 * docs/design/promises.md says how each state is measured. A promise that is
 * not kept names a drift; a drift has a stable code, words and a remedy
 * (drift_codes.def). No figure names a person, an address or a single camera.
 *
 * Threads: none.
 */
#ifndef NOTICE_PROMISE_PROMISE_H
#define NOTICE_PROMISE_PROMISE_H

#include "base/time.h"
#include "model/pending.h"
#include "model/span.h"
#include "notice/notice.h"

enum promise_kind {
    PROMISE_CAMERAS,     /* of a group: as many record as it says */
    PROMISE_HOURS,       /* of a group: in its hours, without gaps */
    PROMISE_PERIOD,      /* of a group: neither shorter nor longer */
    PROMISE_EXCLUSION,   /* of a group: what must not be filmed */
    PROMISE_CAPABILITY,  /* of a group: its cameras do what it says, no more */
    PROMISE_LISTED,      /* only cameras that it has are connected to */
    PROMISE_DESTRUCTION, /* what is due is destroyed */
    PROMISE_PROOF,       /* of each exclusion somebody has signed a picture */
    PROMISE_ENCRYPTION,  /* stored and on its way */
    PROMISE_LOG,         /* nobody looks without an entry */
    PROMISE_RIGHTS,      /* only people on the list have accounts to look */
    PROMISE_NOTICE,      /* the homepage shows the version in force */
    PROMISE_PROCESSOR,   /* of a processor: its contract is in force */
    PROMISE_KIND_COUNT
};

enum promise_state {
    PROMISE_KEPT,
    PROMISE_AT_RISK,
    PROMISE_BROKEN,
    PROMISE_UNMEASURED, /* nothing can be said now */
    PROMISE_STATE_COUNT
};

enum drift {
    DRIFT_NONE,
#define DRIFT(name, kind, code, ko, en, remedy_ko, remedy_en) DRIFT_##name,
#include "notice/promise/drift_codes.def"
#undef DRIFT
    DRIFT_COUNT
};

enum {
    /* A camera that is away so long is off: a restart takes less. */
    PROMISE_OFF_S = 300,
    PROMISE_OFF_DEMO_S = 10,
    /* Of a camera, in the last day. */
    PROMISE_MISSING_RISK_S = 300,
    PROMISE_MISSING_BROKEN_S = 3600,
    /* What is recorded is stored a moment later; destroyed likewise. */
    PROMISE_SETTLING_S = 60,
    PROMISE_SETTLING_DEMO_S = 15,
    PROMISE_CONTRACT_ENDS_DAYS = 30, /* a warning before it ends */
    PROMISE_HOMEPAGE_DAYS = 7, /* in force, and nobody has looked there */
};

/* What a camera says of itself, where it can differ: see capability.h. */
enum capability {
    CAPABILITY_SOUND,
    CAPABILITY_TURNS,
    CAPABILITY_COPIES,
    CAPABILITY_MASKS,
    CAPABILITY_PIXELS,
    CAPABILITY_TAMPERED,
    CAPABILITY_COUNT
};

/* A camera of the plant. Times 0: unknown, or none. */
struct promise_camera {
    size_t group;
    bool is_recording;
    bool is_encrypted;            /* its stream on the way here, if any */
    struct wall_time state_since; /* recording, or not */
    struct wall_time oldest;      /* recorded; both 0: nothing is */
    struct wall_time newest;
    int64_t missing_us;       /* of the last day, gaps that the log explains */
    struct wall_time lost_to; /* the end of what went before its period; 0 */
    uint32_t proven; /* of its group's exclusions: signed, and still so */
    struct wall_time proven_at; /* the last of these */
    bool has_told;            /* of itself */
    bool differs[CAPABILITY_COUNT];
    struct wall_time told_since; /* what it tells now */
};

struct promise_figures {
    struct wall_time now;
    bool is_demo;
    bool has_site; /* only this site's groups are run here */
    size_t site;   /* index into notice.sites */
    bool has_vault; /* else nothing is known of what is recorded */
    const struct promise_camera *cameras;
    size_t camera_count;
    uint32_t refused; /* more in the plant, which the notice does not have */
    const bool *is_space_short; /* by group; NULL: nowhere */
    enum pending pending;
    uint8_t erasure_level;
    uint64_t destructions;             /* ever */
    struct wall_time last_destruction; /* 0: none yet */
    bool is_log_open;
    uint64_t entries;
    struct wall_time witnessed; /* the last checkpoint's that others signed */
    uint32_t viewers;  /* open accounts that could look */
    uint32_t unlisted; /* of these: not of a person of the notice */
    /* Of the version in force: since when; when somebody found it on the
     * homepage, or another page there. 0: never. */
    struct wall_time in_force;
    struct wall_time confirmed;
    struct wall_time differed;
};

struct promise {
    enum promise_kind kind;
    enum promise_state state;
    enum drift drift;       /* what is wrong; NONE where kept */
    size_t subject;         /* index of the group or processor, else 0 */
    struct wall_time since; /* of this state; 0: not known */
    uint32_t promised;      /* CAMERAS: by the notice; ENCRYPTION: streams;
                               RIGHTS: accounts; EXCLUSION, PROOF: places,
                               once for each camera; CAPABILITY: cameras that
                               tell; LISTED: cameras of the plant */
    uint32_t measured;      /* CAMERAS: recording; ENCRYPTION: encrypted;
                               RIGHTS: on the list; EXCLUSION, PROOF: signed;
                               CAPABILITY: that differ; LISTED: of the
                               notice */
    uint32_t installed;     /* CAMERAS: in the plant */
    int64_t missing_s;      /* HOURS: of the camera that misses most */
    struct wall_time oldest; /* PERIOD: recorded; 0: nothing */
    struct wall_time newest;
    struct wall_time floor;   /* PERIOD: from there on, all is to be there */
    struct wall_time ceiling; /* before that, nothing is */
};

struct promises {
    struct promise *list; /* groups in the notice's order, then the rest */
    size_t count;
    struct wall_time measured; /* when */
    size_t states[PROMISE_STATE_COUNT];
};

/*
 * Ownership: on success promises_deinit releases *out. Fails with: NO_MEMORY;
 * then *out is empty.
 */
MUST_USE enum status promise_evaluate(const struct notice *notice,
                                      const struct promise_figures *figures,
                                      struct promises *out);

/*
 * Takes over since when a state has stood, where the figures could not tell:
 * it is what it was, or has come by now. before: of the same notice, or empty.
 */
void promises_continue(struct promises *promises,
                       const struct promises *before);

/* Whether it is to stand in the log as a drift: broken, or at risk for longer
 * than a camera's restart. */
bool promise_is_drift(const struct promise *promise);

void promises_deinit(struct promises *promises);

/* The kind of promise that it breaks; PROMISE_KIND_COUNT: of NONE. */
enum promise_kind drift_kind(enum drift drift);

/* By its code; NONE: there is none of it. */
enum drift drift_from_code(struct text code);

/* "cameras", "kept", "camera_off": stable. Never NULL. */
const char *promise_kind_name(enum promise_kind kind);
const char *promise_state_name(enum promise_state state);
const char *drift_code(enum drift drift);
/* What is wrong, and what to do. */
const char *drift_words(enum drift drift, enum language language);
const char *drift_remedy(enum drift drift, enum language language);

/* The id of the group or processor; empty where it is about the whole. */
struct text promise_subject(const struct notice *notice,
                            const struct promise *promise);

#endif

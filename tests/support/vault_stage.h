/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support/vault_stage - the vault as a process of its own, in its sandbox, on
 * real files; the test is its supervisor, ingest, gate, web and keeper.
 *
 * Two cameras (1 and 2, where has_sub says so with a sub stream) of a class that
 * keeps seconds: units of 5 s. Trusted
 * time is boot time plus STAGE_OFFSET_US. Sample k of a camera (from 1) has
 * one NAL unit whose bytes only camera and k determine, a tenth of a second,
 * an IDR every ten samples.
 */
#ifndef SUPPORT_VAULT_STAGE_H
#define SUPPORT_VAULT_STAGE_H

#include <sys/types.h>

#include "ipc/channel.h"
#include "ipc/ticket.h"
#include "model/death.h"
#include "model/event.h"
#include "roles/role.h"
#include "sys/loop.h"
#include "sys/ring.h"

#define STAGE_OFFSET_US INT64_C(1790000000000000)

enum {
    STAGE_EVENTS = 64,
    STAGE_SAMPLES = 4096,
    STAGE_SAMPLE_US = 100000,
    STAGE_DETAIL = 64,
    STAGE_PAYLOAD = 300, /* bytes of the one NAL unit and its length */
    STAGE_PAYLOAD_MAX = 300000,
    STAGE_SUB = 2 + STREAM_SUB,
};

struct stage_event {
    enum event_kind kind;
    enum cause cause;
    uint32_t camera;
    struct span span;
    char detail[STAGE_DETAIL];
};

/* One sample as the vault handed it out. */
struct stage_sample {
    uint32_t camera;
    uint64_t k; /* 0: not one of ours, or changed */
    int64_t time_us;
    uint32_t flags;
};

/* What the test's work role does with its jobs. */
enum stage_work_manner {
    STAGE_WORK_COVERS, /* the samples' bytes are others then: k is 0 */
    STAGE_WORK_KEEPS,  /* takes a job and never brings it */
    STAGE_WORK_FAILS,
    STAGE_WORK_LIES,   /* brings pictures of another camera */
};

struct stage {
    char directory[128];
    struct loop *loop;
    struct timer *slice;
    pid_t vault;
    struct channel *supervisor;
    struct channel *gate;
    struct channel *web;
    struct channel *keeper;
    struct channel *work; /* NULL: there is none */
    struct message_handlers handlers;
    int ring_descriptor;
    int kick_descriptor;
    struct ring_writer *ring;
    /* as the keeper */
    bool has_no_keys;         /* seal_key is answered with AGAIN */
    int64_t no_keys_until_us; /* units that begin before: NOT_FOUND */
    uint64_t epoch;
    struct death deaths[8];
    size_t death_count;
    uint32_t epoch_id; /* of the epoch_wait that waits; 0: none */
    size_t seal_keys;  /* given */
    size_t open_keys;
    /* as work */
    enum stage_work_manner work_manner;
    size_t jobs;          /* given to it */
    uint32_t job_stream;  /* of the last one */
    uint8_t job_is_first; /* likewise */
    /* the last answers */
    size_t answers;
    enum status status;
    struct message_vault_status_reply numbers;
    struct span spans[16];
    size_t span_count;
    uint64_t cursor;
    struct stage_event events[STAGE_EVENTS];
    size_t event_count;
    struct stage_sample samples[STAGE_SAMPLES];
    size_t sample_count;
    int64_t next_us;
    uint8_t live_cursor[1024];
    size_t live_cursor_size;
    int64_t first_boot_us; /* of sample 0 of all cameras */
    size_t payload;        /* bytes of a sample: STAGE_PAYLOAD */
    uint32_t lasts_us;     /* what samples say: STAGE_SAMPLE_US */
    uint64_t volume_bytes;
    bool has_sub; /* before stage_start */
    uint8_t *right; /* STAGE_PAYLOAD_MAX bytes to compare with */
};

/* Directory, ring, loop; no vault yet. first sample's time: now - past_s. */
void stage_make(struct stage *stage, int64_t past_s);
void stage_remove(struct stage *stage);

/* Starts a vault and gives it everything; policies and ticket key too. */
void stage_start(struct stage *stage);
/* SIGKILL, and waits for it. */
void stage_kill(struct stage *stage);
/* An orderly stop; then ends it. */
void stage_stop(struct stage *stage);

/* As if the cameras had been promised since sample 0; no vault may run. */
void stage_backdate_cameras(const struct stage *stage);

/* Runs the loop until done says so; fails the test after 10 s. */
typedef bool stage_done_fn(struct stage *stage);
void stage_until(struct stage *stage, stage_done_fn *done, const char *what);
void stage_run(struct stage *stage, unsigned ms);

/* ---- as ingest ---- */
void stage_put_config(struct stage *stage, uint32_t camera);
void stage_put_samples(struct stage *stage, uint32_t camera, uint64_t from,
                       uint64_t to);
void stage_put_state(struct stage *stage, uint32_t camera, enum cause cause,
                     uint64_t at_k);
void stage_ring_bell(struct stage *stage);

/* ---- as gate ---- */
/* Recorded spans of the camera; returns how many. */
size_t stage_spans(struct stage *stage, uint32_t camera);
enum status stage_numbers(struct stage *stage); /* into stage->numbers */
/* Waits until the camera's newest span ends with sample k. */
void stage_wait_recorded(struct stage *stage, uint32_t camera, uint64_t k);
/* Appends to stage->events what is there, and acknowledges what came before. */
void stage_drain_events(struct stage *stage);
const struct stage_event *stage_find_event(const struct stage *stage,
                                           enum event_kind kind,
                                           uint32_t camera);

/* ---- as web ---- */
struct stage_claim {
    enum ticket_kind kind;
    uint32_t camera;
    struct span span;
    int64_t life_us;
    const uint8_t *key; /* NULL: the right one */
};

/* Sealed with claim; in out. */
size_t stage_ticket(const struct stage_claim *claim, uint8_t *out,
                    size_t size);
/* One read; what came is appended to stage->samples. */
enum status stage_read(struct stage *stage, const struct stage_claim *claim,
                       uint32_t camera, int64_t from_us, int64_t to_us);
/* Reads on until nothing follows. */
enum status stage_read_all(struct stage *stage, uint32_t camera);
enum status stage_live(struct stage *stage, const struct stage_claim *claim);

int64_t stage_time_of(const struct stage *stage, uint64_t k);
struct span stage_all(void);

/* ---- as work ---- */
void stage_attach_work(struct stage *stage);
void stage_detach_work(struct stage *stage);

/* ---- as gate ---- */
/* A region of the camera is to be covered, or none. */
void stage_cover(struct stage *stage, uint32_t camera, bool is_covered);

/* ---- as keeper ---- */
void stage_die(struct stage *stage, uint32_t camera, struct span slot);

#endif

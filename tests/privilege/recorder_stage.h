/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privilege/recorder_stage - gate, vault and keeper as real processes on real
 * files, joined as the supervisor joins them; the test is supervisor, ingest
 * and the whole of web.
 *
 * Vault and keeper are `haechi role NAME`; the gate is a fork of the test in
 * its own sandbox, so that two seams reach it: its log's fdatasync can be held
 * back, and its boot clock shifted (gate_seam.h).
 *
 * Two cameras: RECORDER_CAMERA and RECORDER_OTHER_CAMERA, of two groups, both
 * kept for days, so that one key opens far more than any view may show. Sample
 * k of a camera has one NAL unit whose bytes only camera and k determine, a
 * tenth of a second, an IDR every ten samples.
 *
 * Whatever web is given is held against the log as it stands on disk at that
 * moment: recorder_stage_take_* fails the test over a picture without an
 * entry.
 */
#ifndef PRIVILEGE_RECORDER_STAGE_H
#define PRIVILEGE_RECORDER_STAGE_H

#include <sys/types.h>

#include "ipc/channel.h"
#include "ipc/ticket.h"
#include "privilege/gate_seam.h"

enum {
    RECORDER_CAMERA = 4,
    RECORDER_OTHER_CAMERA = 8,
    RECORDER_SAMPLE_US = 100000,
    RECORDER_IDR_EVERY = 10,
    RECORDER_PAYLOAD = 200, /* bytes of a sample */
    RECORDER_FRAMES_MAX = 4096,
    RECORDER_WAIT_MS = 60000,
    RECORDER_ALLOWED_MAX = 1024,
};

/* One picture that web was given. */
struct recorder_frame {
    uint32_t camera;
    uint64_t k;
};

/* What one entry of the log allows. */
struct recorder_allowed {
    uint64_t entry;
    bool is_live;
    uint32_t camera; /* of a recorded view */
    struct span span;
    char cameras[64]; /* of a live view, as the entry has them */
    size_t end;       /* where its line ends in the file */
};

struct recorder_role {
    pid_t pid;
    struct channel *control;
};

struct recorder_stage {
    char directory[128];
    struct loop *loop;
    struct timer *limit;
    struct message_handlers handlers;
    struct gate_seam *seam;
    struct recorder_role roles[ROLE_COUNT];
    struct channel *gate;  /* web's */
    struct channel *vault; /* web's */
    int ring_descriptor;
    int kick_descriptor;
    struct ring_writer *ring;
    int64_t first_boot_us;   /* of sample 0 */
    int64_t wall_minus_boot; /* what trusted time began with */
    uint64_t put;            /* samples of each camera in the ring */

    /* The log as it stood when last looked at: what views it allows. */
    struct recorder_allowed allowed[RECORDER_ALLOWED_MAX];
    size_t allowed_count;
    size_t log_size;

    /* All pictures since recorder_stage_forget. */
    struct recorder_frame frames[RECORDER_FRAMES_MAX];
    size_t frame_count;

    /* The last answer. */
    bool has_answer;
    enum status status;
    char session[65];
    char code[64];
    uint64_t view;
    uint8_t ticket[TICKET_SIZE_MAX];
    size_t ticket_size;
    int64_t next_us;
    char *json; /* JSON_MAX */
};

/* A new installation with all roles running and nothing recorded. */
void recorder_stage_make(struct recorder_stage *stage);
void recorder_stage_remove(struct recorder_stage *stage);

/* Starts a role and joins it to those of its neighbours that run. */
void recorder_stage_start(struct recorder_stage *stage, enum role role);
void recorder_stage_kill(struct recorder_stage *stage, enum role role);
bool recorder_stage_is_alive(struct recorder_stage *stage, enum role role);
/* Waits for a role that ends by itself; its exit code, or minus the signal. */
int recorder_stage_end(struct recorder_stage *stage, enum role role);
/* A new channel of web's to this role without anything in between: the other
 * end's raw socket. */
int recorder_stage_raw(struct recorder_stage *stage, enum role role);
/* A new channel of web's, as the supervisor makes one. */
void recorder_stage_join_web(struct recorder_stage *stage, enum role role);

/* Lets all talk for so long, or until loop_stop. */
void recorder_stage_idle(struct recorder_stage *stage, uint64_t ms);

/* The next `count` samples of both cameras, and the bell. */
void recorder_stage_put(struct recorder_stage *stage, uint64_t count);
/* Until all that was put is recorded; somebody must be logged in. */
void recorder_stage_wait_recorded(struct recorder_stage *stage);

/* The half of a sample before sample k begins, on the recorder's clock. */
int64_t recorder_stage_before(const struct recorder_stage *stage, uint64_t k);

/* ---- as web; each waits for the answer and gives its status ------------- */

enum status recorder_stage_login(struct recorder_stage *stage);
/* A view of samples from..to-1 of the camera. */
enum status recorder_stage_view(struct recorder_stage *stage, uint32_t camera,
                                uint64_t from, uint64_t to);
/* As above, without waiting. */
void recorder_stage_send_view(struct recorder_stage *stage, uint32_t camera,
                              uint64_t from, uint64_t to);
enum status recorder_stage_view_close(struct recorder_stage *stage,
                                      uint64_t view);
enum status recorder_stage_live(struct recorder_stage *stage, uint32_t camera);
/* Into stage->ticket; its entry must be on disk and be what it says. */
enum status recorder_stage_ticket(struct recorder_stage *stage, uint64_t view);

/* One read; the pictures are appended to stage->frames. */
enum status recorder_stage_read(struct recorder_stage *stage,
                                struct bytes ticket, uint32_t camera,
                                int64_t from_us, int64_t to_us);
/* All that this ticket gives of the camera, asked for from the beginning of
 * time. */
enum status recorder_stage_read_all(struct recorder_stage *stage,
                                    struct bytes ticket, uint32_t camera);
enum status recorder_stage_live_next(struct recorder_stage *stage,
                                     struct bytes ticket);
struct bytes recorder_stage_ticket_bytes(const struct recorder_stage *stage);
void recorder_stage_forget(struct recorder_stage *stage);

/* What came with a `read` or a `live_next`: every picture must have its entry.
 * Closes the descriptor. */
void recorder_stage_take_recorded(struct recorder_stage *stage, int descriptor,
                                  uint32_t bytes);
void recorder_stage_take_live(struct recorder_stage *stage, int descriptor,
                              uint32_t bytes);

/* The entry of this number, as the log on disk has it now; NULL: none. */
const struct recorder_allowed *
recorder_stage_entry(struct recorder_stage *stage, uint64_t entry);
/* Fails unless the view's entry is durable and is what the ticket says. */
void recorder_stage_check_ticket(struct recorder_stage *stage,
                                 struct bytes ticket);

#endif

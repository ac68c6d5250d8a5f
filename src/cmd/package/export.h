/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/package/export - what the files of haechi export share: one package that
 * is being made. Each function says on standard error what went wrong and gives
 * an exit code.
 *
 *   export.c         the command: its options, the package
 *   export_order.c   the order: by the options, or as it was asked for
 *   export_camera.c  a camera's groups and its pictures
 *   export_log.c     roots, lines and proofs out of the log
 *   export_witness.c  the checkpoint that witnesses have cosigned
 *   page.c           the page that says what this is
 */
#ifndef CMD_PACKAGE_EXPORT_H
#define CMD_PACKAGE_EXPORT_H

#include "cmd/local/order.h"
#include "cmd/package/archive.h"
#include "cmd/package/manifest.h"
#include "log/tree/note.h"

struct export_options {
    struct local_order order; /* first: cmd/local/order.h */
    const char *cameras[MANIFEST_CAMERAS_MAX];
    size_t camera_count;
    uint64_t from_order; /* 0: what follows says it */
    const char *purpose;
    const char *ground;
    const char *receiver;
    const char *conditions;
    struct wall_time until;
    const char *out;
    const char *zip_password_file;
    bool is_provided;
    bool is_covered; /* no package: a file with the display masks in it */
};

struct export_video {
    FILE *file; /* without a name; NULL: no pictures */
    uint64_t size;
};

struct export_proof {
    uint64_t entry;
    char name[ZIP_FORM_NAME_MAX + 1];
    struct buffer file;
};

struct export_job {
    const struct export_options *options;
    char session[LOCAL_SESSION_SIZE];
    char log[1100]; /* the log's directory */
    json_t *cameras; /* of the API */
    struct span allowed; /* by the entry */
    struct manifest *manifest;
    struct export_video videos[MANIFEST_CAMERAS_MAX];
    struct buffer page;
    struct buffer json; /* the manifest */
    uint64_t made_entry;
    struct note_key key;
    struct buffer checkpoint;
    struct buffer lines; /* of the log, in order */
    struct export_proof *proofs;
    size_t proof_count;
};

enum {
    EXPORT_PAGE_MAX = 1 << 20,
    EXPORT_LINES_MAX = 16 << 20,
};

/* "haechi export: WHAT: why"; gives EXIT_ENVIRONMENT. */
int export_explain(const char *what, enum status status);

/* Posts body, which is released; 201 is what is expected. Gives an exit code. */
int export_post(const struct export_job *job, const char *path, json_t *body,
                json_t **answer);

/* Cameras, words, the order: then the view is open. Where it only was asked
 * for: EXIT_FINDING. */
int export_order(struct export_job *job);

/* A covered copy of the one camera: ordered, written to out, told. Gives an exit
 * code. */
int export_covered(struct export_job *job);

/* Its groups, pictures and gaps into the manifest, index camera. */
int export_camera(struct export_job *job, size_t camera);

/* The entry of the root over each group. */
int export_find_roots(struct export_job *job);
/* Checkpoint, lines and proofs, of all the entries that are named. */
int export_prove(struct export_job *job);

/* Into job->checkpoint: behind export.made, cosigned where it can be. Fails
 * with: NOT_FOUND (none came in time), CORRUPT, NO_MEMORY, and as sys/file.h. */
MUST_USE enum status export_checkpoint(struct export_job *job);

/* The page into job->page. */
MUST_USE enum status export_page(struct export_job *job);

#endif

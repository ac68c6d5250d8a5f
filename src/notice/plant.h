/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/plant - how the promise is carried out: cameras, disks, ports.
 *
 * plant.yaml is not published. Credentials stand in files of their own that
 * it names. As with the notice, all texts are views into memory of the plant,
 * and are plain text.
 *
 * Threads: a loaded plant may be read by any.
 */
#ifndef NOTICE_PLANT_H
#define NOTICE_PLANT_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "model/camera.h"
#include "model/region.h"
#include "notice/notice.h"

/* Where a mask is applied: in the camera, before anything leaves it, or in
 * pictures for people. */
enum plant_mask_by { PLANT_MASK_CAMERA = 1, PLANT_MASK_DISPLAY };

/* When it holds. */
enum plant_mask_when {
    PLANT_MASK_ALWAYS = 1, /* so is what says nothing */
    PLANT_MASK_PROMISED,   /* while the notice in force names its words as an
                            * exclusion of the camera's group */
};

/* A part of the picture that nobody is to see. */
struct plant_mask {
    struct text what; /* the words of the notice's exclusion */
    enum plant_mask_by by;
    enum plant_mask_when when;
    struct text region; /* as written: "0,0 300,0 300,1000" */
    struct region area;
    uint32_t line;
};

struct plant_camera {
    uint32_t number; /* CAMERA_NUMBER_MIN..MAX, never given twice */
    struct text id;
    struct text group_id;
    struct text otherwise_id; /* its group where the notice in force has no
                               * group_id; "none": not filmed then; or empty */
    size_t group; /* index into notice.groups; set by plant_bind */
    bool is_refused; /* the notice in force has no such group, and the camera
                      * does not wait for one; set by plant_bind_in_force */
    struct notice_words name;
    struct text host;
    uint16_t port;
    struct text path;          /* with the leading slash */
    struct text sub_path;      /* of its sub stream, likewise; empty: none */
    struct text user;          /* empty: no authentication */
    struct text password_file; /* relative to the installation's directory */
    bool is_secure;            /* RTSP over TLS */
    uint16_t onvif_port; /* 0: not named */
    struct text camera_masks; /* digest of those that it itself makes, as they
                               * are to be (model/camera_report.h); or empty */
    enum camera_transport transport; /* TCP where none is named */
    uint32_t bitrate_kbps;     /* assumed, where none was measured; 0: storage's */
    struct plant_mask *masks;
    size_t mask_count;
    uint32_t line;
};

/* A disk for volumes: a directory, normally where it is mounted. */
struct plant_disk {
    struct text id;
    struct text path; /* absolute; of the one-disk form, perhaps relative to
                       * the installation's directory */
    uint32_t line;
};

enum { PLANT_WITNESSES_MAX = 16, PLANT_FINGERPRINT_SIZE = 32 };

/* To whom the courier brings letters. */
struct plant_server {
    struct text url;         /* empty: there is none */
    struct text certificate; /* SHA-256; empty: http */
    /* Parts of the above; see wire/url.h. */
    bool is_secure;
    struct text host;
    uint16_t port;
    struct text path;
    uint8_t fingerprint[PLANT_FINGERPRINT_SIZE];
};

/* Another installation, or anybody, who cosigns our log; docs/design/log.md. */
struct plant_witness {
    struct text name; /* of the file its word is kept in */
    struct plant_server server;
    struct text key; /* its vkey */
    uint32_t line;
};

/* A log that this installation cosigns. */
struct plant_witnessed {
    struct text key; /* its vkey, which begins with its origin */
    uint32_t line;
};

/* Where the roots of all recordings live; docs/design/tpm.md. */
enum key_erasure { KEY_ERASURE_FILE = 1, KEY_ERASURE_TPM };

/* What taking video out asks for, besides the right; docs/design/evidence.md. */
struct plant_exports {
    bool needs_second;        /* another person's word, each time */
    uint32_t password_minutes; /* the password was given so long ago at most; 0:
                                * it is not asked for again */
    uint32_t approval_hours;   /* an order, and a word on it, are good so long */
};

/* Every site of the notice is run here. */
#define PLANT_ALL_SITES SIZE_MAX

/* The notice in force has no place for the camera. */
#define PLANT_NO_GROUP SIZE_MAX

struct plant {
    struct text installation; /* id of this site in the log's origin; with
                               * site_id, that one */
    struct text site_id;      /* empty: all sites of the notice */
    size_t site; /* index into notice.sites, or PLANT_ALL_SITES; set by
                  * plant_bind */
    struct text notice_key;   /* whose signature the notice must bear, as
                               * notice/notice_signature; empty: nobody's */
    bool is_demo;             /* allows periods in seconds */

    struct plant_camera *cameras; /* in the order of the file */
    size_t camera_count;
    size_t all_count; /* and behind those: cameras that the notice in force has
                       * no place for; nobody connects to them */

    struct text *camera_networks; /* empty: each camera's own address */
    size_t camera_network_count;

    uint64_t volume_bytes;
    uint64_t hold_reserve_bytes; /* for copies of holds; 0: there are none */
    struct text volume_directory; /* the one-disk form; volumes/ where empty */
    struct plant_disk *disks;     /* at least one after loading */
    size_t disk_count;
    uint32_t scrub_days;   /* in which every record has been checked once */
    uint32_t bitrate_kbps; /* assumed of a camera that was never measured */

    struct plant_exports exports;

    struct text web_address; /* numeric, to listen on */
    uint16_t web_port;
    struct text *web_names; /* names and addresses for the certificate */
    size_t web_name_count;

    struct plant_witness *witnesses;
    size_t witness_count;
    struct plant_witnessed *witnessed;
    size_t witnessed_count;
    struct plant_server timestamps; /* the service that stamps our log */

    enum key_erasure erasure;
    struct text tcti;     /* sys/tpm_link; empty without a TPM */
    struct text handles;  /* as written */
    uint32_t tpm_handle;  /* the first of three NV indices; 0 without a TPM */

    struct yaml_tree *tree;
};

/* As notice_load. Fails with: BAD_INPUT (findings hold an error), NO_MEMORY. */
MUST_USE enum status plant_load(const char *file_name, struct bytes yaml,
                                struct findings *findings, struct plant **out);

void plant_destroy(struct plant **plant);

/*
 * Joins the cameras to the groups of the notice, as often as there is another
 * one, and checks one against the other: unknown groups, counts, periods in seconds outside a demo, exclusions
 * without a mask. Where plant->site_id is set, only that site's cameras stay.
 * The file names stand in the findings. Fails with: BAD_INPUT, NO_MEMORY.
 */
MUST_USE enum status plant_bind(struct plant *plant, const char *plant_file,
                                const struct notice *notice,
                                const char *notice_file,
                                struct findings *findings);

/*
 * The same for a notice that is in force: a camera of a group that it does not
 * have is refused, a warning, and goes behind the others; these are recorded.
 */
MUST_USE enum status plant_bind_in_force(struct plant *plant,
                                         const char *plant_file,
                                         const struct notice *notice,
                                         const char *notice_file,
                                         struct findings *findings);

/* Where the disk's directory is: a relative path begins at the installation's.
 * False where it is too long. */
bool plant_disk_path(const struct plant_disk *disk, const char *installation,
                     char *out, size_t size);

/* NULL where there is none of this number. Borrowed. */
const struct plant_camera *plant_camera_find(const struct plant *plant,
                                             uint32_t number);

/* The camera of a stream's number; NULL where that is a sub stream which the
 * camera has not, too. */
const struct plant_camera *plant_stream_find(const struct plant *plant,
                                             uint32_t stream);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support/store_fixture - a recorder without processes or threads: one store
 * on one disk or several, its intake, cameras whose pictures say who they are.
 *
 * Sample k of camera c at time t has bytes that only these three determine, so
 * that a reader can be checked without a copy of what was written. One sample
 * every 100 ms, an IDR every second.
 */
#ifndef SUPPORT_STORE_FIXTURE_H
#define SUPPORT_STORE_FIXTURE_H

#include "store/gop_chain.h"
#include "store/intake.h"
#include "store/record_builder.h"
#include "store/selection.h"
#include "store/store.h"

enum {
    FIXTURE_SAMPLE_US = 100000,
    FIXTURE_GOP = 10,
    FIXTURE_UNIT_S = 5,
    FIXTURE_VOLUME_BYTES = 32 * 1024 * 1024,
    FIXTURE_CAMERAS = 8,
    FIXTURE_SAMPLE_BYTES = 900,
    FIXTURE_LOST_MAX = 512,
};

#define FIXTURE_START_US INT64_C(1790000000000000) /* a unit's border */

struct fixture_lost {
    uint32_t camera;
    struct span span;
    enum cause cause;
};

/* The key of a unit; without one the tests' own keys are used. */
typedef void fixture_key_fn(void *context, uint32_t camera,
                            struct wall_time unit,
                            uint8_t out[UNIT_KEY_SIZE]);

/* One camera's leaves. */
struct fixture_chain {
    struct store_fixture *fixture;
    struct gop_chain *chain;
    uint32_t volume; /* of its last record */
};

/* A sample's data, until its record is cut. */
struct fixture_data {
    struct fixture_data *next;
    uint8_t bytes[];
};

struct store_fixture {
    fixture_key_fn *key; /* NULL: fixture_unit_key */
    void *key_context;
    bool is_not_video; /* samples are no NAL units */
    bool makes_leaves; /* of each GOP, put down with the next pump */
    uint16_t classes;  /* over which the cameras are spread; 0: one */
    struct fixture_chain *chains[FIXTURE_CAMERAS];
    const struct file_layer *layer;
    struct store store;
    struct intake intake;
    bool is_frozen[DISKS_MAX]; /* this disk's writer does nothing */
    struct record_builder *builders[FIXTURE_CAMERAS];
    struct fixture_data *data[FIXTURE_CAMERAS]; /* of what builders have */
    size_t sample_bytes;
    struct fixture_lost lost[FIXTURE_LOST_MAX];
    size_t lost_count;
    struct fixture_lost missing; /* the last that a start told of */
    size_t missing_count;
    uint32_t unreadable; /* the volume last passed over */
    size_t unreadable_count;
    int64_t now_us; /* of the intake; a pump takes 0.1 s */
    uint64_t freed; /* records whose space is told to be free */
};

/* index_path may be NULL. Fails as store_open does. */
enum status fixture_open(struct store_fixture *fixture,
                         const struct file_layer *layer,
                         const char *directory, const char *index_path);
void fixture_close(struct store_fixture *fixture);

/* On several disks, with a book. */
struct fixture_disks {
    const struct disk_options *disks;
    size_t count;
    const struct file_layer *book_layer;
    const char *book_path;
    const char *index_path;
    uint64_t hold_reserve_bytes;
};
enum status fixture_open_disks(struct store_fixture *fixture,
                               const struct fixture_disks *disks);

/* One turn of each writer that is not frozen, and of the intake. */
void fixture_pump(struct store_fixture *fixture, bool wants_sync);

/* The unit key that this fixture uses. */
void fixture_unit_key(uint32_t camera, struct wall_time unit,
                      uint8_t out[UNIT_KEY_SIZE]);

/* Sample number k (from 1) of the camera, one NAL unit. data: size bytes. */
struct sample fixture_sample(uint32_t camera, uint64_t k, uint8_t *data,
                             size_t size);

/* Records samples from..to (inclusive) of cameras 1..cameras, in the order of
 * time, and finishes and writes the open records at the end. */
enum status fixture_record(struct store_fixture *fixture, uint32_t cameras,
                           uint64_t from, uint64_t to);

/* Syncs what was written. Fails with: IO, where something was lost by it or
 * cannot be written. */
enum status fixture_sync(struct store_fixture *fixture);

/* Opens every record of the camera in span; counts samples that are right.
 * Fails with: CORRUPT (one is not), or as selection_open does. */
enum status fixture_count_samples(struct store_fixture *fixture,
                                  uint32_t camera, struct span span,
                                  size_t *samples);

/* The camera's records that start in span die, and are forgotten at once.
 * Returns how many. */
size_t fixture_forget(struct store_fixture *fixture, uint32_t camera,
                      struct span span);

static inline struct span fixture_all(void)
{
    return (struct span){{FIXTURE_START_US - SECOND_US},
                         {FIXTURE_START_US + INT64_C(1000000000000)}};
}

#endif

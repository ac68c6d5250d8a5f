/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support/store_fixture - a recorder without processes: one store, one write
 * queue, cameras whose pictures say who they are.
 *
 * Sample k of camera c at time t has bytes that only these three determine, so
 * that a reader can be checked without a copy of what was written. One sample
 * every 100 ms, an IDR every second.
 */
#ifndef SUPPORT_STORE_FIXTURE_H
#define SUPPORT_STORE_FIXTURE_H

#include "store/disk_writer.h"
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

struct store_fixture {
    fixture_key_fn *key; /* NULL: fixture_unit_key */
    void *key_context;
    bool is_not_video; /* samples are no NAL units */
    const struct file_layer *layer;
    struct store store;
    struct write_queue queue;
    struct record_builder *builders[FIXTURE_CAMERAS];
    uint64_t next_job;
    size_t sample_bytes;
    struct fixture_lost lost[64];
    size_t lost_count;
    bool acknowledges_early; /* the known-bad variant: before the sync */
    uint64_t acknowledged;   /* records told to be durable */
    uint64_t written;        /* records written */
};

/* index_path may be NULL. Fails as store_open does. */
enum status fixture_open(struct store_fixture *fixture,
                         const struct file_layer *layer,
                         const char *directory, const char *index_path);
void fixture_close(struct store_fixture *fixture);

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

/* Syncs what was written; all written is acknowledged. */
enum status fixture_sync(struct store_fixture *fixture);

/* Opens every record of the camera in span; counts samples that are right.
 * Fails with: CORRUPT (one is not), or as selection_open does. */
enum status fixture_count_samples(struct store_fixture *fixture,
                                  uint32_t camera, struct span span,
                                  size_t *samples);

static inline struct span fixture_all(void)
{
    return (struct span){{FIXTURE_START_US - SECOND_US},
                         {FIXTURE_START_US + INT64_C(1000000000000)}};
}

#endif

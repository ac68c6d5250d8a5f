/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of one camera for those who watch. */
#include "roles/vault/cover.h"
#include "unit/test.h"

enum { TINY_BYTES = 6, TINY_SAMPLES = 1300000, USUAL_BYTES = 100000 };

/* One group; the largest number of samples that were kept at a time. */
static size_t keep_group(struct vault_camera *camera, size_t bytes,
                         size_t count)
{
    static struct vault vault;
    static uint8_t data[USUAL_BYTES];
    size_t most = 0;
    for (size_t i = 0; i < count; i++) {
        const struct sample sample = {.time_us = (int64_t)i,
                                      .flags = i == 0 ? SAMPLE_IDR : 0,
                                      .data = {data, bytes}};
        vault_live_keep(&vault, camera, &sample);
        most = camera->live.count > most ? camera->live.count : most;
        CHECK(camera->live.bytes <= VAULT_LIVE_BYTES);
    }
    return most;
}

/* Pictures of which each is less than what keeps it. */
static void tiny_pictures_take_no_more_memory(void **state)
{
    (void)state;
    struct vault_camera camera = {.live.is_watched = true};
    size_t most = keep_group(&camera, TINY_BYTES, TINY_SAMPLES);
    size_t each = TINY_BYTES + sizeof(struct vault_live_sample);
    CHECK(most > 0 && most * each <= VAULT_LIVE_BYTES);
    CHECK(camera.live.capacity * sizeof(struct vault_live_sample) <=
          VAULT_LIVE_BYTES);
    vault_live_deinit(&camera.live);
    CHECK(camera.live.bytes == 0);
}

static void usual_pictures_are_kept_as_many(void **state)
{
    (void)state;
    enum { COUNT = 160 };
    struct vault_camera camera = {.live.is_watched = true};
    CHECK(keep_group(&camera, USUAL_BYTES, COUNT) == COUNT);
    CHECK(keep_group(&camera, USUAL_BYTES, 1) > 1); /* the group before, too */
    vault_live_deinit(&camera.live);
    CHECK(camera.live.bytes == 0);
}

TEST_MAIN("roles/vault_live", TEST(tiny_pictures_take_no_more_memory),
          TEST(usual_pictures_are_kept_as_many))

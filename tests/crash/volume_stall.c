/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Disks that hang for seconds, with the writers' own threads: the others go on
 * within the second and nothing is lost; where all hang, memory stays bounded,
 * the oldest is dropped and told, and when they come back recording goes on.
 */
#include <time.h>

#include "base/alloc.h"
#include "store/intake.h"
#include "store/limits.h"
#include "support/crash_count.h"
#include "support/fake_disk.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "unit/test.h"

enum {
    DISKS = 2,
    CAMERAS = 6,
    TICK_MS = 50,
    TICK_US_MAX = 200000, /* more than that between two: a standstill */
    CAMERA_LAST = 1000, /* none of them has all the same home */
    RECORD_BYTES = 64 * 1024,
    RECORD_US = 200000, /* six cameras: 2 MB/s */
    /* What a writer may still wait with, twice: not what came in 5 s. */
    NEWEST = CAMERAS * (2 * SYNC_WITHIN_US / RECORD_US + 1),
    HELD_MAX = 4 * 1024 * 1024,
    VOLUME_BYTES = 32 * 1024 * 1024,
};

static const int64_t START_US = INT64_C(1790000000000000);

struct scene {
    struct loop *loop;
    struct timer *tick;
    struct fake_disk *disks[DISKS];
    struct store store;
    struct intake intake;
    uint32_t cameras[CAMERAS]; /* as many at home on each disk */
    uint64_t sequence;         /* of every camera */
    size_t written;    /* records */
    size_t lost;
    size_t lost_newest; /* its sequence */
    /* Time in the scene: what this machine stands still for is none of it. */
    int64_t past_us;
    int64_t ticked_us; /* boot time of the last tick */
    int64_t longest_us; /* between two records written */
    int64_t written_us;
    int64_t freeze_us[DISKS]; /* since the beginning */
    int64_t thaw_us;
    int64_t end_us;
    size_t held_most;
};

/* Since its beginning. */
static int64_t scene_us(const struct scene *scene)
{
    int64_t since_us = clock_boot(&CLOCK_SYSTEM).us - scene->ticked_us;
    return scene->past_us + (since_us < TICK_US_MAX ? since_us : TICK_US_MAX);
}

static void on_written(void *context, void *owner,
                       const struct record_header *header,
                       const struct volume *volume)
{
    (void)volume;
    struct scene *scene = context;
    int64_t now_us = scene_us(scene);
    (void)owner;
    (void)header;
    if (now_us - scene->written_us > scene->longest_us)
        scene->longest_us = now_us - scene->written_us;
    scene->written_us = now_us;
    scene->written++;
}

static void on_lost(void *context, const struct record_header *header,
                    enum cause cause)
{
    struct scene *scene = context;
    CHECK(cause == CAUSE_OVERLOAD);
    CHECK(header->sequence >= scene->lost_newest); /* the oldest first */
    scene->lost_newest = header->sequence;
    scene->lost++;
}

static void add_record(struct scene *scene, uint32_t camera)
{
    struct record_header header = {
        .algorithm = AEAD_AES_256_GCM,
        .camera = camera,
        .unit_s = 60,
        .sequence = scene->sequence,
        .start = {START_US + (int64_t)scene->sequence * RECORD_US},
        .duration_us = RECORD_US,
        .samples = 1,
        .sealed_size = RECORD_BYTES - RECORD_HEADER_SIZE,
    };
    const struct intake_record record = {
        .class_id = 1,
        .header = &header,
        .bytes = alloc_array(record_stored_size(header.sealed_size), 1),
        .size = record_stored_size(header.sealed_size),
    };
    CHECK(record.bytes != NULL);
    CHECK_OK(intake_add(&scene->intake, &record));
}

static void on_tick(void *context, struct timer *timer)
{
    struct scene *scene = context;
    int64_t past_us = scene_us(scene);
    struct boot_time now = clock_boot(&CLOCK_SYSTEM);
    (void)timer;
    scene->past_us = past_us;
    scene->ticked_us = now.us;
    for (size_t i = 0; i < DISKS; i++) {
        bool is_frozen = past_us >= scene->freeze_us[i] &&
                         past_us < scene->thaw_us;
        fake_disk_freeze(scene->disks[i], is_frozen);
    }
    while ((int64_t)scene->sequence * RECORD_US < past_us) {
        for (size_t i = 0; i < CAMERAS; i++)
            add_record(scene, scene->cameras[i]);
        scene->sequence++;
    }
    intake_run(&scene->intake, now);
    if (scene->intake.held_bytes > scene->held_most)
        scene->held_most = scene->intake.held_bytes;
    if (past_us > scene->end_us)
        loop_stop(scene->loop);
}

static void on_done(void *context)
{
    struct scene *scene = context;
    intake_run(&scene->intake, clock_boot(&CLOCK_SYSTEM));
}

/* Disks' identities are drawn, and with them which cameras are at home where:
 * a disk with none would have to begin its first volume while it hangs. */
static void choose_cameras(struct scene *scene)
{
    size_t at_home[DISKS] = {0};
    size_t count = 0;
    for (uint32_t camera = 1; count < CAMERAS; camera++) {
        struct disk *order[DISKS_MAX];
        size_t disks = disk_order(scene->store.disks, DISKS, camera, order);
        CHECK(disks == DISKS && camera <= CAMERA_LAST);
        size_t home = (size_t)(order[0] - scene->store.disks);
        if (at_home[home]++ < CAMERAS / DISKS)
            scene->cameras[count++] = camera;
    }
}

static void begin(struct scene *scene)
{
    *scene = (struct scene){.ticked_us = clock_boot(&CLOCK_SYSTEM).us};
    struct disk_options disks[DISKS];
    static const char *const IDS[DISKS] = {"d1", "d2"};
    for (size_t i = 0; i < DISKS; i++) {
        scene->disks[i] = fake_disk_create();
        const struct file_layer *layer = fake_disk_layer(scene->disks[i]);
        CHECK_OK(layer->make_directory(layer, "/d"));
        disks[i] = (struct disk_options){layer, IDS[i], "/d"};
        scene->freeze_us[i] = INT64_MAX;
    }
    const struct store_options options = {
        .disks = disks, .disk_count = DISKS, .volume_bytes = VOLUME_BYTES};
    CHECK_OK(store_open(&scene->store, &options));
    choose_cameras(scene);
    CHECK_OK(loop_create(&scene->loop));
    for (size_t i = 0; i < DISKS; i++)
        CHECK_OK(disk_writer_create(scene->loop, on_done, scene,
                                    &scene->store.disks[i].writer));
    const struct intake_options intake = {.store = &scene->store,
                                          .held_max = HELD_MAX,
                                          .on_written = on_written,
                                          .on_lost = on_lost,
                                          .context = scene};
    intake_init(&scene->intake, &intake);
    CHECK_OK(timer_make(scene->loop, "tick", on_tick, scene, &scene->tick));
    timer_start(scene->tick, TICK_MS, TICK_MS);
}

static void end(struct scene *scene)
{
    timer_destroy(&scene->tick);
    for (size_t i = 0; i < DISKS; i++)
        disk_writer_destroy(&scene->store.disks[i].writer);
    intake_deinit(&scene->intake);
    store_close(&scene->store);
    loop_destroy(&scene->loop);
    for (size_t i = 0; i < DISKS; i++)
        fake_disk_destroy(&scene->disks[i]);
}

static size_t records_recorded(const struct scene *scene)
{
    struct span all = {{START_US}, {INT64_MAX}};
    size_t records = 0;
    for (size_t camera = 0; camera < CAMERAS; camera++) {
        struct span spans[64];
        size_t count = store_spans(&scene->store, scene->cameras[camera], all,
                                   spans, 64);
        for (size_t i = 0; i < count; i++)
            records += (size_t)((spans[i].to.us - spans[i].from.us) /
                                RECORD_US);
    }
    return records;
}

static void another_disk_goes_on(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene);
    scene.freeze_us[0] = 500000;
    scene.thaw_us = 5500000;
    scene.end_us = 6500000;
    loop_run(scene.loop);
    CHECK(scene.lost == 0);
    CHECK(scene.intake.unwritten <= NEWEST);
    CHECK(scene.longest_us < 1200000);
    CHECK(scene.store.disks[0].state == DISK_OK);
    CHECK(records_recorded(&scene) + NEWEST >=
          CAMERAS * (size_t)scene.sequence);
    end(&scene);
}

static void all_hang_and_come_back(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene);
    scene.freeze_us[0] = scene.freeze_us[1] = 500000;
    scene.thaw_us = 5500000;
    scene.end_us = 6500000;
    loop_run(scene.loop);
    CHECK(scene.lost > 0); /* 10 MB in 5 s, of which 4 may be held */
    CHECK(scene.lost == scene.intake.dropped);
    CHECK(scene.held_most <= HELD_MAX + DISKS * (WRITE_TAKE_BYTES +
                                                 RECORD_BYTES));
    CHECK(scene.intake.unwritten <= NEWEST);
    CHECK(scene.written + scene.lost + scene.intake.unwritten ==
          CAMERAS * (size_t)scene.sequence);
    end(&scene);
    crash_tell("disks that hang for 5 s", NULL, 2, 0);
}

TEST_MAIN("crash/volume_stall", TEST(another_disk_goes_on),
          TEST(all_hang_and_come_back))

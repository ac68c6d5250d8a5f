/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "media/sample_pack.h"
#include "model/region.h"
#include "support/vault_stage_private.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"
#include "unit/test.h"

enum { PACKS_MAX = 32 * 1024 * 1024, SAMPLE_MAX = 400000 };

static void ask(struct stage *stage);

/* ---- a job ---- */

static void cover_sample(const struct sample_pack *pack, uint32_t camera,
                         struct sample sample, struct buffer *out)
{
    static uint8_t changed[SAMPLE_MAX];
    CHECK(sample.data.size <= sizeof changed);
    memcpy(changed, sample.data.data, sample.data.size);
    changed[sample.data.size - 1] ^= 1;
    sample.data = bytes_of(changed, sample.data.size);
    sample_pack_append(out, camera, &pack->config, &sample, 1);
}

static void cover(const struct stage *stage, struct bytes packs,
                  struct buffer *out)
{
    struct reader in = reader_on(packs);
    while (reader_more(&in)) {
        struct sample_pack pack;
        struct sample sample;
        uint32_t row = 0;
        size_t offset = 0;
        CHECK_OK(sample_pack_read(&in, &pack));
        uint32_t lie = stage->work_manner == STAGE_WORK_LIES ? 1 : 0;
        while (sample_pack_next(&pack, &row, &offset, &sample))
            cover_sample(&pack, pack.camera + lie, sample, out);
    }
}

static void on_brought(void *context, enum status status,
                       const struct message_cover_done_reply *reply,
                       int descriptor)
{
    (void)status;
    (void)reply;
    socket_close(&descriptor);
    ask(context);
}

static void on_job(void *context, enum status status,
                   const struct message_cover_wait_reply *reply,
                   int descriptor)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(PACKS_MAX);
    struct stage *stage = context;
    struct bytes packs;
    struct regions regions;
    if (reply == NULL)
        return; /* the vault has gone */
    CHECK_OK(status);
    CHECK_OK(regions_read(reply->regions, &regions));
    stage->jobs++;
    stage->job_stream = reply->stream;
    stage->job_is_first = reply->is_first;
    CHECK_OK(sealed_memory_map(descriptor, reply->bytes, &packs));
    cover(stage, packs, &out);
    sealed_memory_unmap(&packs);
    socket_close(&descriptor);
    struct bytes covered = buffer_bytes(&out);
    bool fails = stage->work_manner == STAGE_WORK_FAILS;
    if (stage->work_manner == STAGE_WORK_KEEPS)
        return;
    if (!fails)
        CHECK_OK(sealed_memory_make(&covered, 1, &descriptor));
    const struct message_cover_done message = {
        .job = reply->job,
        .result = fails ? STATUS_BAD_INPUT : STATUS_OK,
        .bytes = fails ? 0 : (uint32_t)covered.size};
    CHECK_OK(message_cover_done_send(stage->work, &message, descriptor,
                                     on_brought, stage));
}

static void ask(struct stage *stage)
{
    const struct message_cover_wait message = {.id = 0};
    CHECK_OK(message_cover_wait_send(stage->work, &message, -1, on_job, stage));
}

void stage_attach_work(struct stage *stage)
{
    stage_attach(stage, ROLE_WORK, &stage->work);
    ask(stage);
}

void stage_detach_work(struct stage *stage)
{
    channel_destroy(&stage->work);
}

/* ---- as gate ---- */

static void on_cover_set(void *context, enum status status,
                         const struct message_cover_set_reply *reply,
                         int descriptor)
{
    (void)reply;
    stage_take_answer(context, status, descriptor);
}

void stage_cover(struct stage *stage, uint32_t camera, bool is_covered)
{
    AUTO(buffer_deinit)
    struct buffer regions = buffer_with_limit(REGIONS_BYTES_MAX);
    const struct region corner = {.count = 3,
                                  .points = {{0, 0}, {300, 0}, {0, 300}}};
    if (is_covered)
        region_write(&regions, &corner);
    const struct message_cover_set message = {
        .camera = camera, .regions = buffer_bytes(&regions)};
    CHECK_OK(message_cover_set_send(stage->gate, &message, -1, on_cover_set,
                                    stage));
    CHECK_OK(stage_wait_answer(stage, "cover_set"));
}

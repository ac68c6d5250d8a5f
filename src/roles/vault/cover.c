/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/vault/cover.h"

#include <string.h>

#include "base/alloc.h"
#include "media/codec.h"
#include "media/sample_pack.h"
#include "model/region.h"
#include "sys/logger.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"

enum {
    JOB_WAIT_US = 8000000, /* for work to bring a read's pictures */
    PACKS_MAX = 60 * 1024 * 1024,
};

/* A camera of which regions are covered. */
struct vault_cover {
    struct vault_cover *next;
    uint32_t camera;
    uint8_t regions[REGIONS_BYTES_MAX];
    size_t regions_size;
    /* live */
    struct buffer pending; /* packs that work has not got */
    bool is_going;         /* work goes on with this stream, or will */
    bool is_first;         /* the next job begins it */
    bool is_at_work;       /* a job of it waits or is being done */
    struct buffer record;  /* of what work brought */
    struct codec_config config;
};

struct cover_job {
    struct cover_job *next;
    uint32_t number;
    struct vault_cover *cover; /* outlives it */
    bool is_given; /* work has it */
    int descriptor;
    uint32_t bytes;
    bool is_live;
    bool is_first;
    /* a read's */
    struct channel *channel; /* NULL: nobody waits any more */
    uint32_t id;
    int64_t next_us;
    struct span allowed;
    struct boot_time deadline;
};

static struct vault_cover *find(const struct vault *vault, uint32_t camera)
{
    struct vault_cover *cover = vault->covers;
    while (cover != NULL && cover->camera != camera)
        cover = cover->next;
    return cover;
}

bool vault_cover_knows(const struct vault *vault, uint32_t camera)
{
    return find(vault, camera) != NULL;
}

const struct codec_config *
vault_live_config(const struct vault *vault, const struct vault_camera *camera)
{
    const struct vault_cover *cover = find(vault, camera->camera);
    return cover == NULL ? &camera->page->config : &cover->config;
}

/* ---- jobs ---- */

static void answer_read(const struct vault *vault, const struct cover_job *job,
                        enum status status, int descriptor)
{
    const struct message_read_reply reply = {
        .id = job->id,
        .status = status,
        .bytes = status == STATUS_OK ? job->bytes : 0,
        .next_us = status == STATUS_OK ? job->next_us : 0,
    };
    if (job->channel != NULL &&
        job->channel == vault->process.peers[ROLE_WEB])
        (void)!message_read_answer(job->channel, &reply, descriptor);
    else
        socket_close(&descriptor);
}

/* Out of the list, and released. */
static void end_job(struct vault *vault, struct cover_job *job)
{
    struct cover_job **place = &vault->cover_jobs;
    while (*place != job)
        place = &(*place)->next;
    *place = job->next;
    socket_close(&job->descriptor);
    alloc_free(job);
}

/* Those who watch do not wait behind those who look back. */
static struct cover_job *next_job(const struct vault *vault)
{
    struct cover_job *first = NULL;
    for (struct cover_job *job = vault->cover_jobs; job != NULL;
         job = job->next) {
        if (job->is_given)
            continue;
        if (job->is_live)
            return job;
        first = first == NULL ? job : first;
    }
    return first;
}

static void give(struct vault *vault)
{
    struct cover_job *job = next_job(vault);
    struct channel *work = vault->cover_channel;
    if (job == NULL || work == NULL)
        return;
    const struct vault_cover *cover = job->cover;
    vault->cover_channel = NULL;
    const struct message_cover_wait_reply reply = {
        .id = vault->cover_id,
        .job = job->number,
        .stream = job->is_live ? cover->camera : 0,
        .is_first = job->is_first,
        .bytes = job->bytes,
        .regions = bytes_of(cover->regions, cover->regions_size),
    };
    int descriptor = job->descriptor;
    job->descriptor = -1;
    job->is_given = true;
    (void)!message_cover_wait_answer(work, &reply, descriptor);
}

/* descriptor: taken. */
static struct cover_job *add_job(struct vault *vault,
                                 struct vault_cover *cover, int descriptor,
                                 uint32_t bytes)
{
    struct cover_job *job = alloc_zeroed(sizeof *job);
    struct cover_job **place = &vault->cover_jobs;
    if (job == NULL) {
        socket_close(&descriptor);
        return NULL;
    }
    *job = (struct cover_job){.number = ++vault->cover_number,
                              .cover = cover,
                              .descriptor = descriptor,
                              .bytes = bytes};
    job->deadline.us = vault_now(vault).us + JOB_WAIT_US;
    while (*place != NULL)
        place = &(*place)->next;
    *place = job;
    return job;
}

void vault_cover_read(struct vault *vault, struct channel *channel,
                      const struct message_read_reply *reply, uint32_t camera,
                      struct span allowed, int descriptor)
{
    struct cover_job refused = {.channel = channel, .id = reply->id};
    struct vault_cover *cover = find(vault, camera);
    if (cover == NULL) {
        socket_close(&descriptor);
        answer_read(vault, &refused, STATUS_AGAIN, -1);
        return;
    }
    struct cover_job *job = add_job(vault, cover, descriptor, reply->bytes);
    if (job == NULL) {
        answer_read(vault, &refused, STATUS_NO_MEMORY, -1);
        return;
    }
    job->channel = channel;
    job->id = reply->id;
    job->next_us = reply->next_us;
    job->allowed = allowed;
    give(vault);
}

/* ---- live ---- */

static void reset_live(struct vault_cover *cover)
{
    buffer_clear(&cover->pending);
    cover->is_going = false;
}

static void send_pending(struct vault *vault, struct vault_cover *cover)
{
    struct bytes packs = buffer_bytes(&cover->pending);
    int descriptor = -1;
    if (cover->is_at_work || packs.size == 0)
        return;
    if (sealed_memory_make(&packs, 1, &descriptor) != STATUS_OK) {
        reset_live(cover);
        return;
    }
    struct cover_job *job =
        add_job(vault, cover, descriptor, (uint32_t)packs.size);
    if (job == NULL) {
        reset_live(cover);
        return;
    }
    job->is_live = true;
    job->is_first = cover->is_first;
    cover->is_first = false;
    cover->is_at_work = true;
    buffer_clear(&cover->pending);
    give(vault);
}

bool vault_cover_live(struct vault *vault, struct vault_camera *camera,
                      const struct sample *sample)
{
    struct vault_cover *cover = find(vault, camera->camera);
    bool is_idr = (sample->flags & SAMPLE_IDR) != 0;
    if (cover == NULL)
        return false;
    if (cover->pending.size + sample->data.size > VAULT_LIVE_BYTES)
        reset_live(cover);
    if (!cover->is_going && !is_idr)
        return true;
    if (!cover->is_going) {
        cover->is_going = true;
        cover->is_first = true;
    }
    sample_pack_append(&cover->pending, camera->camera, &camera->page->config,
                       sample, 1);
    if (cover->pending.failed)
        reset_live(cover);
    send_pending(vault, cover);
    return true;
}

void vault_cover_end_live(struct vault *vault, uint32_t camera)
{
    struct vault_cover *cover = find(vault, camera);
    if (cover != NULL)
        reset_live(cover);
}

static enum status take_config(struct vault_cover *cover,
                               const struct codec_config *config)
{
    if (codec_config_equal(config, &cover->config))
        return STATUS_OK;
    buffer_clear(&cover->record);
    buffer_append(&cover->record, config->record);
    cover->config = *config;
    cover->config.record = buffer_bytes(&cover->record);
    return buffer_status(&cover->record);
}

/* What work brought is what is shown from here on. */
static enum status keep_live(struct vault *vault, struct vault_cover *cover,
                             struct bytes packs)
{
    struct vault_camera *camera = vault_find(vault, cover->camera);
    struct reader in = reader_on(packs);
    enum status s = STATUS_OK;
    while (camera != NULL && s == STATUS_OK && reader_more(&in)) {
        struct sample_pack pack;
        s = sample_pack_read(&in, &pack);
        if (s == STATUS_OK && pack.camera != cover->camera)
            s = STATUS_BAD_INPUT;
        if (s == STATUS_OK && !codec_config_equal(&pack.config, &cover->config))
            vault_live_deinit(&camera->live); /* of the configuration before */
        if (s == STATUS_OK)
            s = take_config(cover, &pack.config);
        uint32_t row = 0;
        size_t offset = 0;
        struct sample sample;
        while (s == STATUS_OK &&
               sample_pack_next(&pack, &row, &offset, &sample))
            vault_live_keep(vault, camera, &sample);
    }
    return s;
}

/* ---- what the gate tells ---- */

static void forget(struct vault *vault, uint32_t camera)
{
    struct vault_cover **place = &vault->covers;
    while (*place != NULL && (*place)->camera != camera)
        place = &(*place)->next;
    struct vault_cover *old = *place;
    if (old == NULL)
        return;
    *place = old->next;
    buffer_deinit(&old->pending);
    buffer_deinit(&old->record);
    alloc_free(old);
}

/* What was made with other regions is not given out. */
static void drop_jobs(struct vault *vault, uint32_t camera)
{
    struct cover_job *next = NULL;
    for (struct cover_job *job = vault->cover_jobs; job != NULL; job = next) {
        next = job->next;
        if (job->cover->camera != camera)
            continue;
        if (!job->is_live)
            answer_read(vault, job, STATUS_AGAIN, -1);
        end_job(vault, job);
    }
}

static enum status set(struct vault *vault, uint32_t camera,
                       struct bytes regions)
{
    struct regions checked;
    if (regions.size > 0 && regions_read(regions, &checked) != STATUS_OK)
        return STATUS_BAD_INPUT;
    const struct vault_cover *old = find(vault, camera);
    if (old != NULL && old->regions_size == regions.size &&
        memcmp(old->regions, regions.data, regions.size) == 0)
        return STATUS_OK; /* told again: nothing secret, nothing new */
    struct vault_cover *cover = NULL;
    if (regions.size > 0) {
        cover = alloc_zeroed(sizeof *cover);
        if (cover == NULL)
            return STATUS_NO_MEMORY;
        cover->camera = camera;
        cover->regions_size = regions.size;
        memcpy(cover->regions, regions.data, regions.size);
        cover->pending = buffer_with_limit(2 * VAULT_LIVE_BYTES);
        cover->record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    }
    drop_jobs(vault, camera);
    forget(vault, camera);
    struct vault_camera *live = vault_find(vault, camera);
    if (live != NULL)
        vault_live_deinit(&live->live); /* kept with other regions, or none */
    if (cover != NULL) {
        cover->next = vault->covers;
        vault->covers = cover;
    }
    return STATUS_OK;
}

void vault_on_cover_set(void *context, struct channel *channel,
                        const struct message_cover_set *message,
                        int descriptor)
{
    socket_close(&descriptor);
    const struct message_cover_set_reply reply = {
        .id = message->id,
        .status = set(context, message->camera, message->regions)};
    (void)!message_cover_set_answer(channel, &reply, -1);
}

/* ---- what work asks and brings ---- */

void vault_on_cover_wait(void *context, struct channel *channel,
                         const struct message_cover_wait *message,
                         int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    vault->cover_channel = channel;
    vault->cover_id = message->id;
    give(vault);
}

/* It decodes what cameras send: what it brings is checked like theirs. */
static enum status check(const struct cover_job *job, struct bytes packs)
{
    struct reader in = reader_on(packs);
    while (reader_more(&in)) {
        struct sample_pack pack;
        enum status s = sample_pack_read(&in, &pack);
        if (s != STATUS_OK)
            return s;
        uint32_t row = 0;
        size_t offset = 0;
        struct sample sample;
        if (pack.camera != job->cover->camera)
            return STATUS_BAD_INPUT;
        while (sample_pack_next(&pack, &row, &offset, &sample)) {
            struct wall_time time = {sample.time_us};
            if (!job->is_live && !span_holds(job->allowed, time))
                return STATUS_BAD_INPUT;
        }
    }
    return STATUS_OK;
}

static enum status take_live(struct vault *vault, const struct cover_job *job,
                             struct bytes packs, enum status status)
{
    struct vault_cover *cover = job->cover;
    cover->is_at_work = false;
    if (status == STATUS_OK && cover->is_going)
        status = keep_live(vault, cover, packs);
    if (status != STATUS_OK)
        reset_live(cover);
    send_pending(vault, cover);
    return status;
}

static enum status take_done(struct vault *vault, struct cover_job *job,
                             const struct message_cover_done *message,
                             int *descriptor)
{
    struct bytes packs = {NULL, 0};
    enum status s = message->result == STATUS_OK ? STATUS_OK : STATUS_AGAIN;
    if (s == STATUS_OK && message->bytes > PACKS_MAX)
        s = STATUS_LIMIT;
    if (s == STATUS_OK && message->bytes > 0)
        s = sealed_memory_map(*descriptor, message->bytes, &packs);
    if (s == STATUS_OK)
        s = check(job, packs);
    if (job->is_live) {
        s = take_live(vault, job, packs, s);
    } else {
        job->bytes = message->bytes;
        answer_read(vault, job, s == STATUS_OK ? s : STATUS_AGAIN,
                    s == STATUS_OK && message->bytes > 0 ? *descriptor : -1);
        if (s == STATUS_OK && message->bytes > 0)
            *descriptor = -1;
    }
    sealed_memory_unmap(&packs);
    return s;
}

void vault_on_cover_done(void *context, struct channel *channel,
                         const struct message_cover_done *message,
                         int descriptor)
{
    struct vault *vault = context;
    struct message_cover_done_reply reply = {.id = message->id,
                                             .status = STATUS_NOT_FOUND};
    struct cover_job *job = vault->cover_jobs;
    while (job != NULL && (!job->is_given || job->number != message->job))
        job = job->next;
    if (job != NULL) {
        reply.status = take_done(vault, job, message, &descriptor);
        end_job(vault, job);
    }
    socket_close(&descriptor);
    (void)!message_cover_done_answer(channel, &reply, -1);
}

/* ---- neighbours that come and go ---- */

void vault_cover_tick(struct vault *vault)
{
    struct boot_time now = vault_now(vault);
    struct cover_job *next = NULL;
    for (struct cover_job *job = vault->cover_jobs; job != NULL; job = next) {
        next = job->next;
        if (job->is_live || now.us < job->deadline.us)
            continue;
        answer_read(vault, job, STATUS_AGAIN, -1);
        end_job(vault, job);
    }
}

void vault_cover_web_attached(struct vault *vault)
{
    for (struct cover_job *job = vault->cover_jobs; job != NULL;
         job = job->next)
        job->channel = NULL;
}

/* What the one before had is lost: readers ask again, streams begin anew. */
void vault_cover_work_attached(struct vault *vault)
{
    struct cover_job *next = NULL;
    vault->cover_channel = NULL;
    for (struct cover_job *job = vault->cover_jobs; job != NULL; job = next) {
        next = job->next;
        if (!job->is_given && !job->is_live)
            continue;
        if (!job->is_live)
            answer_read(vault, job, STATUS_AGAIN, -1);
        end_job(vault, job);
    }
    for (struct vault_cover *cover = vault->covers; cover != NULL;
         cover = cover->next) {
        reset_live(cover);
        cover->is_at_work = false;
    }
}

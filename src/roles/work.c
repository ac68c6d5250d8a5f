/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/work.h"

#include <unistd.h>

#include "base/alloc.h"
#include "redact/recoder.h"
#include "roles/profiles.h"
#include "roles/role.h"
#include "sys/logger.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"

enum {
    EXIT_SOFTWARE = 70,
    STREAMS_MAX = 64,   /* live cameras at a time; the longest idle one goes */
    ANSWER_MAX = 60 * 1024 * 1024,
    RETRY_MS = 500,
};

/* A live camera's decoder and encoder. */
struct stream {
    uint32_t number; /* 0: free */
    uint64_t used;   /* the higher, the later */
    struct recoder *recoder;
};

struct work {
    struct role_process process; /* first */
    bool is_started;
    bool is_asked;
    struct timer *retry;
    struct stream streams[STREAMS_MAX];
    uint64_t uses;
};

static void ask(struct work *work);

/* ---- one job ---- */

static struct stream *stream_of(struct work *work, uint32_t number)
{
    struct stream *oldest = &work->streams[0];
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *stream = &work->streams[i];
        if (stream->number == number)
            return stream;
        if (stream->used < oldest->used)
            oldest = stream;
    }
    recoder_destroy(&oldest->recoder);
    *oldest = (struct stream){.number = number};
    return oldest;
}

static enum status take_all(struct recoder *recoder, struct bytes packs,
                            struct buffer *out)
{
    struct reader in = reader_on(packs);
    enum status s = STATUS_OK;
    while (s == STATUS_OK && reader_more(&in)) {
        struct sample_pack pack;
        s = sample_pack_read(&in, &pack);
        if (s == STATUS_OK)
            s = recoder_take(recoder, &pack, out);
    }
    return s;
}

static enum status cover_alone(const struct regions *regions,
                               struct bytes packs, struct buffer *out)
{
    struct recoder *recoder = NULL;
    enum status s = recoder_create(regions, &recoder);
    if (s == STATUS_OK)
        s = take_all(recoder, packs, out);
    if (s == STATUS_OK)
        s = recoder_end(recoder, out);
    recoder_destroy(&recoder);
    return s;
}

static enum status cover_stream(struct work *work,
                                const struct message_cover_wait_reply *job,
                                const struct regions *regions,
                                struct bytes packs, struct buffer *out)
{
    struct stream *stream = stream_of(work, job->stream);
    enum status s = STATUS_OK;
    stream->used = ++work->uses;
    if (job->is_first != 0)
        recoder_destroy(&stream->recoder);
    if (stream->recoder == NULL)
        s = recoder_create(regions, &stream->recoder);
    if (s == STATUS_OK)
        s = take_all(stream->recoder, packs, out);
    if (s != STATUS_OK)
        recoder_destroy(&stream->recoder);
    return s;
}

static enum status cover(struct work *work,
                         const struct message_cover_wait_reply *job,
                         int descriptor, struct buffer *out)
{
    struct bytes packs = {NULL, 0};
    struct regions regions;
    enum status s = regions_read(job->regions, &regions);
    if (s == STATUS_OK)
        s = sealed_memory_map(descriptor, job->bytes, &packs);
    if (s == STATUS_OK)
        s = job->stream == 0 ? cover_alone(&regions, packs, out)
                             : cover_stream(work, job, &regions, packs, out);
    sealed_memory_unmap(&packs);
    return s;
}

static void on_brought(void *context, enum status status,
                       const struct message_cover_done_reply *reply,
                       int descriptor)
{
    (void)context;
    (void)status;
    (void)reply;
    socket_close(&descriptor);
}

static void bring(struct work *work, uint32_t job, enum status status,
                  struct bytes packs)
{
    struct channel *vault = work->process.peers[ROLE_VAULT];
    int descriptor = -1;
    if (status == STATUS_OK && packs.size > 0)
        status = sealed_memory_make(&packs, 1, &descriptor);
    const struct message_cover_done message = {
        .job = job,
        .result = (uint8_t)status,
        .bytes = descriptor < 0 ? 0 : (uint32_t)packs.size,
    };
    if (vault == NULL)
        socket_close(&descriptor);
    else if (message_cover_done_send(vault, &message, descriptor, on_brought,
                                     work) != STATUS_OK)
        log_line(LOG_ERROR, "covered pictures not brought job=%u", job);
}

static void on_job(void *context, enum status status,
                   const struct message_cover_wait_reply *reply,
                   int descriptor)
{
    struct work *work = context;
    struct buffer out = buffer_with_limit(ANSWER_MAX);
    work->is_asked = false;
    if (reply == NULL) {
        socket_close(&descriptor);
        return; /* the vault has gone; the next one is asked */
    }
    if (status == STATUS_OK) {
        enum status s = cover(work, reply, descriptor, &out);
        if (s != STATUS_OK)
            log_line(LOG_ERROR, "pictures not covered stream=%u status=%s",
                     reply->stream, status_name(s));
        bring(work, reply->job, s, buffer_bytes(&out));
        ask(work);
    } else {
        timer_start(work->retry, RETRY_MS, 0);
    }
    socket_close(&descriptor);
    buffer_deinit(&out);
}

static void ask(struct work *work)
{
    struct channel *vault = work->process.peers[ROLE_VAULT];
    const struct message_cover_wait message = {.id = 0};
    if (!work->is_started || vault == NULL || work->is_asked)
        return;
    work->is_asked =
        message_cover_wait_send(vault, &message, -1, on_job, work) ==
        STATUS_OK;
}

static void on_retry(void *context, struct timer *timer)
{
    (void)timer;
    ask(context);
}

/* Another vault: it begins all streams anew. */
static void on_peer(struct role_process *process, enum role peer)
{
    struct work *work = (struct work *)process;
    if (peer != ROLE_VAULT)
        return;
    work->is_asked = false;
    ask(work);
}

/* ---- start and stop ---- */

static void on_start_work(void *context, struct channel *channel,
                          const struct message_start_work *message,
                          int descriptor)
{
    struct work *work = context;
    socket_close(&descriptor);
    struct message_start_work_reply reply = {.id = message->id};
    reply.status = timer_make(work->process.loop, "retry", on_retry, work,
                              &work->retry);
    if (reply.status == STATUS_OK)
        reply.status = role_sandbox(ROLE_WORK, NULL);
    work->is_started = reply.status == STATUS_OK;
    if (message_start_work_answer(channel, &reply, -1) != STATUS_OK)
        _exit(EXIT_SOFTWARE);
    ask(work);
}

static void on_stop(void *context, struct channel *channel,
                    const struct message_stop *message, int descriptor)
{
    struct work *work = context;
    socket_close(&descriptor);
    work->is_started = false;
    const struct message_stop_reply reply = {.id = message->id};
    if (message_stop_answer(channel, &reply, -1) != STATUS_OK)
        _exit(EXIT_SOFTWARE);
}

/* ---- the role's power, in full ---- */

int role_work_main(void)
{
    static struct work work; /* the process's only one */
    static const struct message_handlers HANDLERS = {
        .context = &work,
        .peer_attach = role_on_peer_attach,
        .stop = on_stop,
        .start_work = on_start_work,
    };
    if (role_process_init(&work.process, ROLE_WORK, &HANDLERS, on_peer) !=
        STATUS_OK)
        return EXIT_SOFTWARE;
    /* A job takes long by its nature: the loop's warnings would say nothing. */
    logger_start(role_name(ROLE_WORK), LOG_ERROR);
    return role_process_run(&work.process);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entered span as one MP4 file, in one pass over the vault: each answer of
 * it is a piece of the file (an mdat of its own), and what says where each
 * sample stands (moov) goes out at the end.
 *
 *   vault: opens slice n + 1   while   web: sends slice n
 *
 * So each record is opened once, the first byte leaves at once, and what is
 * described is what has been read: a record that is damaged, or is destroyed
 * meanwhile, is simply not in the file. Memory is bounded by two slices and the
 * table. A file without its end has no moov and no last chunk: nobody takes it
 * for whole.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "media/mp4.h"
#include "media/sample_pack.h"
#include "model/camera.h"
#include "model/span.h"
#include "roles/web/api.h"
#include "sys/logger.h"
#include "sys/sealed_memory.h"

enum { END_BYTES_MAX = 64 * 1024 * 1024 };

/* At 30 pictures a second, and none as long as another, the end fits. */
#define DOWNLOAD_SPAN_MAX_US (INT64_C(48) * 3600 * 1000000)

struct download_call {
    struct web_call call; /* first */
    struct web_ticket ticket;
    struct mp4 *mp4;
    bool has_ticket_once; /* the span below is known */
    bool has_begun;       /* the answer's head is out */
    bool is_read;         /* nothing follows what has been asked for */
    uint32_t camera;      /* 0: the ticket's first */
    struct span wanted;   /* of the ticket's, where the client said so */
    int64_t from_us;      /* where the next slice begins */
    int64_t first_us;     /* of the first sample described */
    int64_t last_us;      /* of the last one */
    struct bytes ahead;   /* a slice that waits for its turn, mapped */
    struct bytes slice;   /* the one that is being sent, mapped */
    struct reader rest;   /* of its packs */
    int64_t skip_us;      /* its samples up to this were in the one before */
};

static void step(struct download_call *download);

static void release(struct web_call *call)
{
    struct download_call *download = (struct download_call *)call;
    web_ticket_deinit(&download->ticket);
    mp4_destroy(&download->mp4);
    sealed_memory_unmap(&download->ahead);
    sealed_memory_unmap(&download->slice);
}

/* Before the head is out it is an answer, afterwards a broken transfer. */
static void fail(struct download_call *download, enum problem problem)
{
    struct web_client *client = download->call.client;
    if (client != NULL && download->has_begun) {
        log_line(LOG_WARNING, "download breaks off");
        connection_abort(client->connection);
        web_call_end(&download->call);
    } else {
        web_call_refuse(&download->call, problem);
    }
}

static void lost(struct web_call *call)
{
    fail((struct download_call *)call, PROBLEM_VAULT_AWAY);
}

/* ---- one slice --------------------------------------------------------- */

/* Samples of a pack that belong into the file. */
struct part {
    struct sample_pack pack;
    uint32_t row;      /* of the first */
    uint32_t row_end;  /* behind the last */
    size_t offset;     /* of the first in the pack's data */
    size_t offset_end;
};

/* The next pack, and its samples behind skip_us and in the wanted span. Each
 * slice begins at an IDR: what was there before comes again. */
static enum status next_part(struct download_call *download,
                             struct reader *in, struct part *part)
{
    *part = (struct part){.row = 0};
    if (sample_pack_read(in, &part->pack) != STATUS_OK ||
        part->pack.camera != download->camera)
        return STATUS_CORRUPT;
    struct sample sample;
    uint32_t row = 0;
    size_t offset = 0;
    while (sample_pack_next(&part->pack, &row, &offset, &sample)) {
        if (sample.time_us <= download->skip_us ||
            sample.time_us < download->wanted.from.us) {
            part->row = row;
            part->offset = offset;
        }
        if (sample.time_us < download->wanted.to.us) {
            part->row_end = row;
            part->offset_end = offset;
        }
    }
    if (part->row_end < part->row) {
        part->row_end = part->row;
        part->offset_end = part->offset;
    }
    return STATUS_OK;
}

/* All samples of the slice into the table. */
static enum status describe(struct download_call *download, size_t *count)
{
    struct reader in = reader_on(download->slice);
    *count = 0;
    download->skip_us = download->last_us;
    while (reader_more(&in)) {
        struct part part;
        struct sample sample;
        enum status s = next_part(download, &in, &part);
        while (s == STATUS_OK && part.row < part.row_end &&
               sample_pack_next(&part.pack, &part.row, &part.offset,
                                &sample)) {
            s = mp4_add(download->mp4, &part.pack.config, &sample);
            if (download->last_us == INT64_MIN)
                download->first_us = sample.time_us;
            if (sample.time_us > download->last_us)
                download->last_us = sample.time_us;
            ++*count;
        }
        if (s != STATUS_OK)
            return s;
    }
    return STATUS_OK;
}

static void write_headers(const struct download_call *download,
                          struct buffer *out)
{
    char time[TIME_TEXT_SIZE];
    struct wall_time from = download->wanted.from;
    wall_time_format(from, time);
    /* "2026-11-22T03:28:10.1..." without what file names do not like. */
    buffer_format(out,
                  "Content-Disposition: attachment; filename=\"haechi-camera-"
                  "%u-%.10s-%.2s%.2s%.2sZ.mp4\"\r\n",
                  download->camera, time, time + 11, time + 14,
                  time + 17);
    buffer_format(out, "X-Haechi-Start: %lld\r\n",
                  (long long)download->first_us);
}

static void write_stream(struct download_call *download, struct bytes part)
{
    connection_stream_write(download->call.client->connection, &part, 1,
                            web_now_ms(download->call.web));
}

static void begin(struct download_call *download, struct buffer *out)
{
    AUTO(buffer_deinit) struct buffer headers = buffer_with_limit(256);
    write_headers(download, &headers);
    const struct response response = {
        .code = 200,
        .kind = RESPONSE_API,
        .type = "video/mp4",
        .headers = buffer_text(&headers),
        .is_chunked = true,
    };
    connection_stream_begin(download->call.client->connection, &response,
                            web_now_ms(download->call.web));
    download->has_begun = true;
    mp4_begin(out);
}

/* Describes the slice and writes what stands before its samples. */
static enum status begin_slice(struct download_call *download)
{
    AUTO(buffer_deinit) struct buffer head = buffer_with_limit(4096);
    size_t count = 0;
    enum status s = describe(download, &count);
    download->rest = reader_on(download->slice);
    if (s != STATUS_OK || count == 0) {
        sealed_memory_unmap(&download->slice);
        return s;
    }
    if (!download->has_begun)
        begin(download, &head);
    s = mp4_piece(download->mp4, &head);
    if (s == STATUS_OK)
        write_stream(download, buffer_bytes(&head));
    return s;
}

/* As much of the slice as the browser takes now. */
static enum status send_slice(struct download_call *download)
{
    struct connection *connection = download->call.client->connection;
    while (download->slice.size > 0 &&
           connection_waiting(connection) < WEB_OUTPUT_HIGH) {
        struct part part;
        enum status s = next_part(download, &download->rest, &part);
        if (s != STATUS_OK)
            return s;
        write_stream(download, bytes_of(part.pack.data.data + part.offset,
                                        part.offset_end - part.offset));
        if (!reader_more(&download->rest))
            sealed_memory_unmap(&download->slice);
    }
    return STATUS_OK;
}

/* ---- slices one after the other ------------------------------------------ */

static void finish(struct download_call *download)
{
    struct connection *connection = download->call.client->connection;
    AUTO(buffer_deinit) struct buffer end = buffer_with_limit(END_BYTES_MAX);
    if (!download->has_begun) {
        fail(download, PROBLEM_NO_VIDEO);
        return;
    }
    if (mp4_end(download->mp4, &end) != STATUS_OK) {
        fail(download, PROBLEM_SPAN_TOO_LONG);
        return;
    }
    write_stream(download, buffer_bytes(&end));
    connection_stream_end(connection, web_now_ms(download->call.web));
    web_call_end(&download->call);
}

static bool is_asking(const struct download_call *download)
{
    return download->call.peer != ROLE_COUNT;
}

/* Whatever can be done now: send, take the slice that waits, ask for one. */
static void go_on(struct download_call *download)
{
    enum status s = STATUS_OK;
    if (download->slice.size == 0 && download->ahead.size > 0) {
        download->slice = download->ahead;
        download->ahead = (struct bytes){NULL, 0};
        s = begin_slice(download);
    }
    if (s == STATUS_OK)
        s = send_slice(download);
    download->call.has_more =
        download->slice.size > 0 || download->ahead.size > 0;
    if (s != STATUS_OK)
        fail(download, s == STATUS_LIMIT ? PROBLEM_SPAN_TOO_LONG
                                         : problem_of_vault(s));
    else if (is_asking(download) || download->ahead.size > 0)
        return;
    else if (!download->is_read)
        step(download);
    else if (download->slice.size == 0)
        finish(download);
}

static void drained(struct web_call *call)
{
    go_on((struct download_call *)call);
}

static void on_read(void *context, enum status status,
                    const struct message_read_reply *reply, int descriptor)
{
    struct download_call *download = context;
    web_call_answered(&download->call);
    if (status == STATUS_OK && reply != NULL && reply->bytes > 0)
        status = sealed_memory_map(descriptor, reply->bytes, &download->ahead);
    socket_close(&descriptor);
    if (download->call.client == NULL) {
        web_call_end(&download->call);
        return;
    }
    /* No step forward is no end: what is behind would be missing. */
    if (status == STATUS_OK && reply != NULL && reply->next_us != 0 &&
        reply->next_us <= download->from_us)
        status = STATUS_INTERNAL;
    if (status != STATUS_OK || reply == NULL) {
        fail(download, status == STATUS_LIMIT ? PROBLEM_SPAN_TOO_LONG
                                              : problem_of_vault(status));
        return;
    }
    download->is_read = reply->next_us == 0 ||
                        reply->next_us >= download->wanted.to.us;
    download->from_us = reply->next_us;
    download->call.has_more = true;
    web_client_turn(download->call.client);
}

/* What was asked for, inside what the ticket says. */
static void take_span(struct download_call *download)
{
    const struct web_ticket *ticket = &download->ticket;
    struct span *wanted = &download->wanted;
    if (download->camera == 0)
        download->camera = ticket->camera;
    if (wanted->from.us < ticket->from_us)
        wanted->from.us = ticket->from_us;
    if (wanted->to.us == 0 || wanted->to.us > ticket->to_us)
        wanted->to.us = ticket->to_us;
    download->from_us = wanted->from.us;
}

static void on_ticket(void *context, enum status status,
                      const struct message_ticket_get_reply *reply,
                      int descriptor)
{
    struct download_call *download = context;
    (void)descriptor;
    web_call_answered(&download->call);
    if (download->call.client == NULL) {
        web_call_end(&download->call);
        return;
    }
    if (status == STATUS_OK && reply != NULL)
        status = web_ticket_take(&download->ticket, reply->ticket);
    if (status != STATUS_OK) {
        fail(download, problem_of_refusal(status, reply == NULL
                                                      ? EXPORT_REFUSED_NOT
                                                      : reply->refusal));
        return;
    }
    if (!download->has_ticket_once)
        take_span(download);
    download->has_ticket_once = true;
    download->ticket.is_download = false; /* one entry a file */
    if (download->wanted.to.us - download->wanted.from.us >
        DOWNLOAD_SPAN_MAX_US)
        fail(download, PROBLEM_SPAN_TOO_LONG);
    else
        step(download);
}

static void step(struct download_call *download)
{
    if (!web_ticket_is_fresh(&download->ticket,
                             web_now_ms(download->call.web))) {
        if (web_ticket_ask(&download->ticket, &download->call, on_ticket) !=
            STATUS_OK)
            fail(download, PROBLEM_GATE_AWAY);
        return;
    }
    const struct message_read message = {
        .ticket = buffer_bytes(&download->ticket.sealed),
        .camera = download->camera,
        .from_us = download->from_us,
        .to_us = download->wanted.to.us,
    };
    struct channel *vault = web_call_ask(&download->call, ROLE_VAULT);
    if (vault != NULL && message_read_send(vault, &message, -1, on_read,
                                           download) == STATUS_OK)
        return;
    web_call_answered(&download->call);
    fail(download, PROBLEM_VAULT_AWAY);
}

void web_video_download(struct web_client *client,
                        const struct request *request, uint64_t number)
{
    int64_t camera = 0;
    struct span wanted = {{0}, {0}};
    if (!web_api_optional_number(request, "camera", STREAM_NUMBER_MAX,
                                 &camera) ||
        !web_api_optional_number(request, "from", INT64_MAX,
                                 &wanted.from.us) ||
        !web_api_optional_number(request, "to", INT64_MAX, &wanted.to.us)) {
        connection_refuse(client->connection, PROBLEM_BAD_FIELD,
                          web_now_ms(client->web));
        return;
    }
    struct download_call *download = alloc_zeroed(sizeof *download);
    if (download == NULL || mp4_create(0, &download->mp4) != STATUS_OK) {
        alloc_free(download);
        connection_refuse(client->connection, PROBLEM_GATE_AWAY,
                          web_now_ms(client->web));
        return;
    }
    download->camera = (uint32_t)camera;
    download->wanted = wanted;
    web_ticket_init(&download->ticket, number);
    download->ticket.is_download = true;
    download->last_us = INT64_MIN;
    download->call.lost = lost;
    download->call.drained = drained;
    download->call.release = release;
    web_call_begin(&download->call, client, request);
    step(download);
}

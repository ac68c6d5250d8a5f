/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entered span as one MP4 file, in two passes over the vault:
 *
 *   MEASURE  reads all, keeps sizes and times only, writes the head (moov)
 *   SEND     reads all again and sends the samples, as fast as they are taken
 *
 * So memory is bounded by the sample table, the size is known beforehand and
 * the samples go out byte-exact. If a sample has gone between the passes
 * (destroyed meanwhile), the transfer breaks off: no file is better than one
 * that is not what it says.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "media/mp4.h"
#include "media/sample_pack.h"
#include "roles/web.h"
#include "sys/logger.h"
#include "sys/sealed_memory.h"

enum pass { PASS_MEASURE, PASS_SEND };

enum { HEAD_BYTES_MAX = 64 * 1024 * 1024 }; /* two million samples and more */

struct download_call {
    struct web_call call; /* first */
    struct web_ticket ticket;
    struct mp4 *mp4;
    enum pass pass;
    bool has_ticket_once; /* the span below is known */
    int64_t from_us;      /* what is left of the span in this pass */
    int64_t last_us;      /* of the last sample taken in this pass */
    uint64_t sent_bytes;
};

static void step(struct download_call *download);

static void release(struct web_call *call)
{
    struct download_call *download = (struct download_call *)call;
    web_ticket_deinit(&download->ticket);
    mp4_destroy(&download->mp4);
}

/* Before the head is out it is an answer, afterwards a broken transfer. */
static void fail(struct download_call *download, enum problem problem)
{
    struct web_client *client = download->call.client;
    if (client != NULL && download->pass == PASS_SEND) {
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

static void drained(struct web_call *call)
{
    if (call->peer == ROLE_COUNT)
        step((struct download_call *)call);
}

static enum status take_sample(struct download_call *download,
                               const struct sample_pack *pack,
                               const struct sample *sample)
{
    /* Each read begins at an IDR: what was there before comes again. */
    if (sample->time_us <= download->last_us)
        return STATUS_OK;
    download->last_us = sample->time_us;
    if (download->pass == PASS_MEASURE)
        return mp4_add(download->mp4, &pack->config, sample);
    connection_stream_write(download->call.client->connection, &sample->data,
                            1, web_now_ms(download->call.web));
    download->sent_bytes += sample->data.size;
    return STATUS_OK;
}

static enum status take_packs(struct download_call *download,
                              struct bytes packs)
{
    struct reader in = reader_on(packs);
    enum status s = STATUS_OK;
    while (s == STATUS_OK && reader_more(&in)) {
        struct sample_pack pack;
        struct sample sample;
        uint32_t row = 0;
        size_t offset = 0;
        if (sample_pack_read(&in, &pack) != STATUS_OK ||
            pack.camera != download->ticket.camera)
            return STATUS_CORRUPT;
        while (s == STATUS_OK &&
               sample_pack_next(&pack, &row, &offset, &sample))
            s = take_sample(download, &pack, &sample);
    }
    return s;
}

static void write_headers(const struct download_call *download,
                          struct buffer *out)
{
    char time[TIME_TEXT_SIZE];
    struct wall_time from = {download->ticket.from_us};
    wall_time_format(from, time);
    /* "2026-11-22T03:28:10.1..." without what file names do not like. */
    buffer_format(out,
                  "Content-Disposition: attachment; filename=\"haechi-camera-"
                  "%u-%.10s-%.2s%.2s%.2sZ.mp4\"\r\n",
                  download->ticket.camera, time, time + 11, time + 14,
                  time + 17);
}

/* The first pass is over: the head goes out, the second begins. */
static void begin_sending(struct download_call *download)
{
    AUTO(buffer_deinit) struct buffer head = buffer_with_limit(HEAD_BYTES_MAX);
    AUTO(buffer_deinit) struct buffer headers = buffer_with_limit(256);
    enum status s = mp4_head(download->mp4, &head);
    write_headers(download, &headers);
    if (s != STATUS_OK || headers.failed) {
        fail(download, s == STATUS_BAD_INPUT ? PROBLEM_NO_VIDEO
                                             : PROBLEM_SPAN_TOO_LONG);
        return;
    }
    struct connection *connection = download->call.client->connection;
    int64_t now_ms = web_now_ms(download->call.web);
    const struct response response = {
        .code = 200,
        .kind = RESPONSE_API,
        .type = "video/mp4",
        .headers = buffer_text(&headers),
        .body_size = head.size + mp4_payload_bytes(download->mp4),
    };
    const struct bytes part = buffer_bytes(&head);
    connection_stream_begin(connection, &response, now_ms);
    connection_stream_write(connection, &part, 1, now_ms);
    download->pass = PASS_SEND;
    download->from_us = download->ticket.from_us;
    download->last_us = INT64_MIN;
    web_client_turn(download->call.client);
}

static void pass_over(struct download_call *download)
{
    if (download->pass == PASS_MEASURE) {
        begin_sending(download);
        return;
    }
    if (download->sent_bytes != mp4_payload_bytes(download->mp4))
        log_line(LOG_WARNING, "download breaks off: video has gone meanwhile");
    connection_stream_end(download->call.client->connection,
                          web_now_ms(download->call.web));
    web_call_end(&download->call);
}

static void go_on(struct download_call *download, int64_t next_us)
{
    /* 0, or no step forward: there is nothing behind. */
    if (next_us <= download->from_us || next_us >= download->ticket.to_us) {
        pass_over(download);
    } else {
        download->from_us = next_us;
        if (download->pass == PASS_MEASURE)
            step(download);
        else
            web_client_turn(download->call.client); /* see drained */
    }
}

static void on_read(void *context, enum status status,
                    const struct message_read_reply *reply, int descriptor)
{
    struct download_call *download = context;
    web_call_answered(&download->call);
    struct bytes packs = {NULL, 0};
    if (status == STATUS_OK && reply != NULL && reply->bytes > 0)
        status = sealed_memory_map(descriptor, reply->bytes, &packs);
    socket_close(&descriptor);
    if (status == STATUS_OK && download->call.client != NULL)
        status = take_packs(download, packs);
    sealed_memory_unmap(&packs);
    if (download->call.client == NULL)
        web_call_end(&download->call);
    else if (status != STATUS_OK || reply == NULL)
        fail(download, status == STATUS_LIMIT ? PROBLEM_SPAN_TOO_LONG
                                              : problem_of_vault(status));
    else
        go_on(download, reply->next_us);
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
        fail(download, problem_of_gate(status));
        return;
    }
    if (!download->has_ticket_once)
        download->from_us = download->ticket.from_us;
    download->has_ticket_once = true;
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
        .camera = download->ticket.camera,
        .from_us = download->from_us,
        .to_us = download->ticket.to_us,
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
    struct download_call *download = alloc_zeroed(sizeof *download);
    if (download == NULL || mp4_create(0, &download->mp4) != STATUS_OK) {
        alloc_free(download);
        connection_refuse(client->connection, PROBLEM_GATE_AWAY,
                          web_now_ms(client->web));
        return;
    }
    web_ticket_init(&download->ticket, number);
    download->last_us = INT64_MIN;
    download->call.lost = lost;
    download->call.drained = drained;
    download->call.release = release;
    web_call_begin(&download->call, client, request);
    step(download);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All tiles of a wall in one answer: ticket -> live_next -> frames -> again.
 *
 * The stream outlives a restart of gate or vault: it asks again until the
 * ticket is refused. A browser that takes less than the cameras give is not
 * given more until it has caught up.
 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "roles/web/web.h"
#include "sys/logger.h"
#include "sys/sealed_memory.h"
#include "web/fragments.h"

enum {
    CURSOR_BYTES_MAX = 49152, /* live_next's field */
    BATCH_BYTES_MAX = 80 * 1024 * 1024,
    RETRY_MS = 300,  /* a neighbour is being restarted */
    DENIALS_MAX = 3, /* a new vault has not got the gate's key yet */
};

struct live_call {
    struct web_call call; /* first */
    struct web_ticket ticket;
    struct live_frames *frames;
    struct buffer cursor;
    unsigned denials; /* by the vault, one after the other */
    bool has_begun;   /* the answer's head has been written */
};

static void step(struct live_call *live);

static void release(struct web_call *call)
{
    struct live_call *live = (struct live_call *)call;
    web_ticket_deinit(&live->ticket);
    live_frames_destroy(&live->frames);
    buffer_deinit(&live->cursor);
}

/* Before the first picture it is an error, afterwards an end. */
static void finish(struct live_call *live, enum problem problem)
{
    struct web_client *client = live->call.client;
    if (client != NULL && !live->has_begun) {
        web_call_refuse(&live->call, problem);
        return;
    }
    if (client != NULL)
        connection_stream_end(client->connection,
                              web_now_ms(live->call.web));
    web_call_end(&live->call);
}

static void later(struct live_call *live)
{
    web_call_answered(&live->call);
    if (live->call.client == NULL)
        web_call_end(&live->call);
    else
        live->call.retry_ms = web_now_ms(live->call.web) + RETRY_MS;
}

static void lost(struct web_call *call)
{
    buffer_clear(&((struct live_call *)call)->cursor);
    later((struct live_call *)call);
}

static void again(struct web_call *call)
{
    step((struct live_call *)call);
}

static void drained(struct web_call *call)
{
    /* Only where nothing is under way and no pause is kept. */
    if (call->peer == ROLE_COUNT && call->retry_ms == 0)
        step((struct live_call *)call);
}

static bool is_passing(enum status status)
{
    return status == STATUS_IO || status == STATUS_AGAIN ||
           status == STATUS_NO_MEMORY;
}

static enum status send_frames(struct live_call *live, int descriptor,
                               const struct message_live_next_reply *reply)
{
    struct connection *connection = live->call.client->connection;
    int64_t now_ms = web_now_ms(live->call.web);
    buffer_clear(&live->cursor);
    buffer_append(&live->cursor, reply->cursor);
    if (live->cursor.failed)
        return STATUS_NO_MEMORY;
    if (reply->bytes == 0)
        return STATUS_OK;
    struct bytes packs;
    enum status s = sealed_memory_map(descriptor, reply->bytes, &packs);
    if (s != STATUS_OK)
        return s;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(BATCH_BYTES_MAX);
    s = live_frames_append(live->frames, packs, &out);
    sealed_memory_unmap(&packs);
    const struct bytes part = buffer_bytes(&out);
    if (s == STATUS_OK)
        connection_stream_write(connection, &part, 1, now_ms);
    return s;
}

static void begin_answer(struct live_call *live)
{
    if (live->has_begun)
        return;
    const struct response response = {
        .code = 200,
        .kind = RESPONSE_API,
        .type = "application/octet-stream",
        .is_chunked = true,
    };
    connection_stream_begin(live->call.client->connection, &response,
                            web_now_ms(live->call.web));
    live->has_begun = true;
}

static void on_live(void *context, enum status status,
                    const struct message_live_next_reply *reply,
                    int descriptor)
{
    struct live_call *live = context;
    web_call_answered(&live->call);
    if (live->call.client == NULL) {
        socket_close(&descriptor);
        web_call_end(&live->call);
        return;
    }
    if (status == STATUS_OK && reply != NULL) {
        begin_answer(live);
        status = send_frames(live, descriptor, reply);
    }
    socket_close(&descriptor);
    if (status == STATUS_OK) {
        live->denials = 0;
        /* Sends, and asks again if the browser keeps up: see drained. */
        web_client_turn(live->call.client);
    } else if (is_passing(status)) {
        buffer_clear(&live->cursor);
        later(live);
    } else if (status == STATUS_DENIED && live->denials++ < DENIALS_MAX) {
        web_ticket_drop(&live->ticket);
        buffer_clear(&live->cursor);
        later(live);
    } else {
        log_line(LOG_WARNING, "live stream ends status=%s",
                 status_name(status));
        finish(live, problem_of_vault(status));
    }
}

static void on_ticket(void *context, enum status status,
                      const struct message_ticket_get_reply *reply,
                      int descriptor)
{
    struct live_call *live = context;
    (void)descriptor;
    web_call_answered(&live->call);
    if (live->call.client == NULL) {
        web_call_end(&live->call);
        return;
    }
    if (status == STATUS_OK && reply != NULL)
        status = web_ticket_take(&live->ticket, reply->ticket);
    if (status == STATUS_OK ||
        (is_passing(status) &&
         web_ticket_stretch(&live->ticket, web_now_ms(live->call.web))))
        step(live);
    else if (is_passing(status))
        later(live);
    else
        finish(live, problem_of_gate(status));
}

static void step(struct live_call *live)
{
    enum status s = STATUS_IO;
    int64_t now_ms = web_now_ms(live->call.web);
    if (!web_ticket_is_fresh(&live->ticket, now_ms)) {
        s = web_ticket_ask(&live->ticket, &live->call, on_ticket);
        if (s == STATUS_OK || !web_ticket_stretch(&live->ticket, now_ms)) {
            if (s != STATUS_OK)
                later(live);
            return;
        }
    }
    const struct message_live_next message = {
        .ticket = buffer_bytes(&live->ticket.sealed),
        .cursor = buffer_bytes(&live->cursor),
    };
    struct channel *vault = web_call_ask(&live->call, ROLE_VAULT);
    if (vault == NULL || message_live_next_send(vault, &message, -1, on_live,
                                                live) != STATUS_OK)
        later(live);
}

void web_live_stream(struct web_client *client, const struct request *request,
                     uint64_t number)
{
    struct live_call *live = alloc_zeroed(sizeof *live);
    if (live == NULL ||
        live_frames_create(&live->frames) != STATUS_OK) {
        alloc_free(live);
        connection_refuse(client->connection, PROBLEM_GATE_AWAY,
                          web_now_ms(client->web));
        return;
    }
    web_ticket_init(&live->ticket, number);
    live->cursor = buffer_with_limit(CURSOR_BYTES_MAX);
    live->call.lost = lost;
    live->call.again = again;
    live->call.drained = drained;
    live->call.release = release;
    web_call_begin(&live->call, client, request);
    step(live);
}

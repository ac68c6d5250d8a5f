/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/listener/turn.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "ingest/secure_link.h"
#include "onvif/limits.h"
#include "sys/loop.h"
#include "sys/socket.h"

enum { PIECE_BYTES = 16384 };

struct turn {
    int socket;
    struct watch *watch;
    struct timer *limit;
    struct secure_link *link; /* NULL: in the clear */
    struct onvif_exchange exchange;
    turn_fn *on_done;
    void *context;
};

static void done(struct turn *turn, bool has_answer)
{
    watch_destroy(&turn->watch);
    timer_stop(turn->limit);
    turn->on_done(turn->context, has_answer ? &turn->exchange : NULL);
}

/* What stands next to go out. */
static struct bytes output(struct turn *turn)
{
    struct buffer *plain = &turn->exchange.output;
    if (turn->link == NULL)
        return buffer_bytes(plain);
    if (plain->size > 0 &&
        secure_link_write(turn->link, buffer_bytes(plain)) == STATUS_OK)
        buffer_clear(plain);
    return secure_link_output(turn->link);
}

/* False where it has failed. */
static bool send_output(struct turn *turn)
{
    for (;;) {
        struct bytes next = output(turn);
        size_t taken = 0;
        enum status s = next.size == 0
                            ? STATUS_END
                            : socket_write(turn->socket, next, &taken);
        if (s != STATUS_OK) {
            watch_set(turn->watch, s == STATUS_AGAIN ? WATCH_READ | WATCH_WRITE
                                                     : WATCH_READ);
            return s == STATUS_AGAIN || s == STATUS_END;
        }
        if (turn->link == NULL)
            buffer_consume(&turn->exchange.output, taken);
        else
            secure_link_output_consume(turn->link, taken);
    }
}

/* OK: the answer is whole. END: the camera has closed. Else as
 * onvif_exchange_input. */
static enum status take_secure(struct turn *turn, struct bytes received)
{
    static uint8_t plain[TLS_RECORD_PLAIN_MAX];
    enum status s = secure_link_receive(turn->link, received);
    enum status taken = STATUS_AGAIN;
    while (s == STATUS_OK && taken == STATUS_AGAIN) {
        size_t used = 0;
        s = secure_link_read(turn->link, plain, sizeof plain, &used);
        if (s == STATUS_OK)
            taken =
                onvif_exchange_input(&turn->exchange, bytes_of(plain, used));
    }
    return s == STATUS_OK ? taken : s;
}

static enum status receive(struct turn *turn)
{
    static uint8_t piece[PIECE_BYTES];
    size_t got = 0;
    enum status s = socket_read(turn->socket, piece, sizeof piece, &got);
    if (s == STATUS_OK && turn->link != NULL)
        s = take_secure(turn, bytes_of(piece, got));
    else if (s == STATUS_OK)
        s = onvif_exchange_input(&turn->exchange, bytes_of(piece, got));
    if (s == STATUS_END || s == STATUS_IO)
        s = onvif_exchange_closed(&turn->exchange);
    return s;
}

static void on_event(void *context, struct watch *watch, unsigned events)
{
    struct turn *turn = context;
    enum status s = STATUS_AGAIN;
    (void)watch;
    if ((events & (WATCH_READ | WATCH_HANGUP)) != 0)
        s = receive(turn);
    if (s != STATUS_AGAIN)
        done(turn, s == STATUS_OK);
    else if (!send_output(turn))
        done(turn, false);
}

static void on_limit(void *context, struct timer *timer)
{
    (void)timer;
    done(context, false);
}

static enum status begin(struct turn *turn, const struct turn_options *options)
{
    enum status s = socket_prepare(turn->socket);
    if (s == STATUS_OK && options->is_secure)
        s = secure_link_create(options->tls, options->pin, &turn->link);
    if (s == STATUS_OK)
        s = timer_make(options->loop, "turn", on_limit, turn, &turn->limit);
    if (s == STATUS_OK)
        s = watch_create(options->loop, turn->socket, WATCH_READ | WATCH_WRITE,
                         "turn", on_event, turn, &turn->watch);
    if (s == STATUS_OK)
        timer_start(turn->limit, LISTEN_ANSWER_MS, 0);
    return s;
}

enum status turn_start(const struct turn_options *options, int socket,
                       struct onvif_exchange *exchange, struct turn **out)
{
    *out = NULL;
    AUTO(turn_destroy) struct turn *turn = alloc_zeroed(sizeof *turn);
    if (turn == NULL) {
        socket_close(&socket);
        onvif_exchange_deinit(exchange);
        return STATUS_NO_MEMORY;
    }
    turn->socket = socket;
    turn->exchange = *exchange;
    *exchange = (struct onvif_exchange){.is_done = false};
    turn->on_done = options->on_done;
    turn->context = options->context;
    enum status s = begin(turn, options);
    if (s != STATUS_OK)
        return s;
    *out = turn;
    turn = NULL;
    return STATUS_OK;
}

void turn_destroy(struct turn **turn)
{
    if (*turn == NULL)
        return;
    watch_destroy(&(*turn)->watch);
    timer_destroy(&(*turn)->limit);
    socket_close(&(*turn)->socket);
    secure_link_destroy(&(*turn)->link);
    onvif_exchange_deinit(&(*turn)->exchange);
    alloc_free(*turn);
    *turn = NULL;
}

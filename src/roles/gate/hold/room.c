/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the vault whether one more hold fits beside those under way. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/writer.h"
#include "roles/gate/hold/hold.h"

enum { HOLDS_BYTES = 8192, HOLD_BYTES = 24 };

struct room_call {
    struct gate_call call; /* first */
    gate_hold_room_fn *on_room;
    void *context;
};

static void tell(struct room_call *asked, const struct gate_hold_room *room)
{
    gate_call_end(&asked->call);
    asked->on_room(asked->context, room);
    alloc_free(asked);
}

static void lost(struct gate_call *call)
{
    tell((struct room_call *)call, &(struct gate_hold_room){.is_known = false});
}

static void on_room(void *context, enum status status,
                    const struct message_hold_room_reply *reply, int descriptor)
{
    struct gate_hold_room room = {.is_known =
                                      status == STATUS_OK && reply != NULL};
    (void)descriptor;
    if (room.is_known) {
        room.needed_bytes = reply->needed_bytes;
        room.free_bytes = reply->free_bytes;
    }
    tell(context, &room);
}

static void put_hold(struct writer *out, const struct hold *hold)
{
    writer_u32be(out, hold->number);
    writer_u32be(out, hold->camera);
    writer_i64be(out, hold->span.from.us);
    writer_i64be(out, hold->span.to.us);
}

/* Those that are not made yet, and this one as the last. */
static void put_holds(const struct gate *gate, const struct hold *hold,
                      struct writer *out)
{
    for (size_t i = 0; i < gate->holds.count; i++) {
        const struct hold *other = &gate->holds.list[i];
        if (other->made_entry == 0 && hold_is_alive(other, gate_now(gate)) &&
            out->used + 2 * HOLD_BYTES <= HOLDS_BYTES)
            put_hold(out, other);
    }
    put_hold(out, hold);
}

void gate_hold_room_ask(struct gate *gate, const struct hold *hold,
                        gate_hold_room_fn *on_told, void *context)
{
    uint8_t holds[HOLDS_BYTES];
    struct writer out = writer_on(holds, sizeof holds);
    struct gate_hold_room unknown = {.is_known = false};
    struct room_call *asked = alloc_zeroed(sizeof *asked);
    if (asked == NULL) {
        on_told(context, &unknown);
        return;
    }
    asked->call.lost = lost;
    asked->on_room = on_told;
    asked->context = context;
    gate_call_begin(gate, &asked->call);
    put_holds(gate, hold, &out);
    struct channel *vault = gate_call_ask(&asked->call, ROLE_VAULT);
    const struct message_hold_room message = {.holds = writer_written(&out)};
    if (vault == NULL || message_hold_room_send(vault, &message, -1, on_room,
                                                asked) != STATUS_OK)
        tell(asked, &unknown);
}

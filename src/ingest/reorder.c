/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/reorder.h"

#include <string.h>

#include "base/alloc.h"

static const int64_t WAIT_US = (int64_t)REORDER_WAIT_MS * 1000;

void reorder_init(struct reorder *reorder, reorder_fn *on_packet, void *context)
{
    *reorder = (struct reorder){.on_packet = on_packet, .context = context};
}

static void clear(struct reorder_slot *slot)
{
    /* Our own copy: the cast takes back what alloc_array gave. */
    alloc_free((void *)(uintptr_t)slot->packet.payload.data);
    *slot = (struct reorder_slot){.is_taken = false};
}

void reorder_deinit(struct reorder *reorder)
{
    for (size_t i = 0; i < REORDER_PACKETS_MAX; i++)
        clear(&reorder->slots[i]);
    clear(&reorder->stray);
    reorder->held = reorder->held_bytes = 0;
}

static struct reorder_slot *slot_of(struct reorder *reorder, uint16_t sequence)
{
    return &reorder->slots[sequence % REORDER_PACKETS_MAX];
}

/* False: no memory. */
static bool keep(struct reorder_slot *slot, const struct rtp_packet *packet,
                 struct boot_time now)
{
    uint8_t *copy = alloc_array(packet->payload.size + 1, 1);
    if (copy == NULL)
        return false;
    if (packet->payload.size > 0)
        memcpy(copy, packet->payload.data, packet->payload.size);
    *slot = (struct reorder_slot){
        .is_taken = true, .arrival = now, .packet = *packet};
    slot->packet.payload.data = copy;
    return true;
}

static void pass(struct reorder *reorder, const struct rtp_packet *packet)
{
    reorder->next = (uint16_t)(packet->sequence + 1);
    reorder->on_packet(reorder->context, packet);
}

static void pass_held(struct reorder *reorder, struct reorder_slot *slot)
{
    reorder->held--;
    reorder->held_bytes -= slot->packet.payload.size;
    pass(reorder, &slot->packet);
    clear(slot);
}

/* What waits and is next now. */
static void pass_following(struct reorder *reorder)
{
    while (reorder->held > 0 && slot_of(reorder, reorder->next)->is_taken)
        pass_held(reorder, slot_of(reorder, reorder->next));
}

/* Leaves the hole before the first that waits. */
static void give_up_hole(struct reorder *reorder)
{
    if (reorder->held == 0)
        return;
    while (!slot_of(reorder, reorder->next)->is_taken)
        reorder->next++;
    pass_following(reorder);
}

static void pass_all(struct reorder *reorder)
{
    while (reorder->held > 0)
        give_up_hole(reorder);
}

static uint16_t ahead_of(const struct reorder *reorder,
                         const struct rtp_packet *packet)
{
    return (uint16_t)(packet->sequence - reorder->next);
}

static bool has_room(const struct reorder *reorder,
                     const struct rtp_packet *packet)
{
    return ahead_of(reorder, packet) < REORDER_PACKETS_MAX &&
           packet->payload.size <= REORDER_BYTES_MAX - reorder->held_bytes;
}

/* False: it cannot wait. One that comes twice is held already. */
static bool hold(struct reorder *reorder, const struct rtp_packet *packet,
                 struct boot_time now)
{
    struct reorder_slot *slot = slot_of(reorder, packet->sequence);
    if (!has_room(reorder, packet))
        return false;
    if (slot->is_taken)
        return true;
    if (!keep(slot, packet, now))
        return false;
    reorder->held++;
    reorder->held_bytes += packet->payload.size;
    return true;
}

static void take_early(struct reorder *reorder, const struct rtp_packet *packet,
                       struct boot_time now)
{
    while (reorder->held > 0 && ahead_of(reorder, packet) > 0 &&
           ahead_of(reorder, packet) <= REORDER_JUMP_MAX &&
           !hold(reorder, packet, now))
        give_up_hole(reorder);
    uint16_t ahead = ahead_of(reorder, packet);
    if (ahead > REORDER_JUMP_MAX) {
        reorder->late++; /* its hole was given up just now */
    } else if (ahead == 0 || (reorder->held == 0 &&
                              !hold(reorder, packet, now))) {
        pass(reorder, packet);
        pass_following(reorder);
    }
}

/* Far from all others: believed when it is the second of a row. */
static void take_stray(struct reorder *reorder, const struct rtp_packet *packet,
                       struct boot_time now)
{
    struct reorder_slot *stray = &reorder->stray;
    if (stray->is_taken &&
        packet->sequence == (uint16_t)(stray->packet.sequence + 1)) {
        pass_all(reorder);
        pass(reorder, &stray->packet);
        clear(stray);
        pass(reorder, packet);
        return;
    }
    clear(stray);
    if (!keep(stray, packet, now))
        *stray = (struct reorder_slot){.is_taken = false};
}

static void begin_source(struct reorder *reorder,
                         const struct rtp_packet *packet)
{
    pass_all(reorder);
    clear(&reorder->stray);
    reorder->has_next = true;
    reorder->ssrc = packet->ssrc;
    pass(reorder, packet);
}

void reorder_take(struct reorder *reorder, const struct rtp_packet *packet,
                  struct boot_time now)
{
    if (!reorder->has_next || packet->ssrc != reorder->ssrc) {
        begin_source(reorder, packet);
        return;
    }
    uint16_t behind = (uint16_t)(reorder->next - packet->sequence);
    if (ahead_of(reorder, packet) <= REORDER_JUMP_MAX) {
        clear(&reorder->stray);
        take_early(reorder, packet, now);
    } else if (behind <= SEQUENCE_BACK_MAX) {
        reorder->late++;
    } else {
        take_stray(reorder, packet, now);
    }
}

static struct boot_time oldest(const struct reorder *reorder)
{
    struct boot_time first = {INT64_MAX};
    for (size_t i = 0; reorder->held > 0 && i < REORDER_PACKETS_MAX; i++)
        if (reorder->slots[i].is_taken &&
            reorder->slots[i].arrival.us < first.us)
            first = reorder->slots[i].arrival;
    return first;
}

void reorder_end(struct reorder *reorder)
{
    pass_all(reorder);
}

void reorder_tick(struct reorder *reorder, struct boot_time now)
{
    while (reorder->held > 0 && now.us >= reorder_deadline(reorder).us)
        give_up_hole(reorder);
}

struct boot_time reorder_deadline(const struct reorder *reorder)
{
    struct boot_time first = oldest(reorder);
    if (first.us != INT64_MAX)
        first.us += WAIT_US;
    return first;
}

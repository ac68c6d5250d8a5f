/* SPDX-License-Identifier: Apache-2.0 */
/* What the supervisor tells becomes entries: roles that had to be started again,
 * cameras' certificates, and what cameras say of themselves. */
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "sys/logger.h"

void gate_on_camera_certificate(
    void *context, struct channel *channel,
    const struct message_camera_certificate *message, int descriptor)
{
    static const char *const CHANGES[] = {"pinned", "changed", "accepted"};
    struct gate *gate = context;
    (void)descriptor;
    struct message_camera_certificate_reply reply = {.id = message->id};
    char hex[HEX_SIZE(SHA256_SIZE) + 1];
    if (!gate->is_started || message->change >= 3) {
        reply.status = STATUS_AGAIN;
    } else {
        hex_encode(bytes_of(message->fingerprint, SHA256_SIZE), hex);
        struct entry entry = entry_of(ENTRY_CAMERA_CERTIFICATE);
        entry_number(&entry, "camera", message->camera);
        entry_text(&entry, "change", text_of(CHANGES[message->change]));
        entry_text(&entry, "sha256", text_of(hex));
        gate_note(gate, &entry);
    }
    gate_sent(message_camera_certificate_answer(channel, &reply, -1),
              "camera_certificate");
}

void gate_on_role_restarted(void *context, struct channel *channel,
                            const struct message_role_restarted *message,
                            int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    struct message_role_restarted_reply reply = {.id = message->id};
    int64_t now_us = gate_now(gate).us;
    int64_t boot_us = clock_boot(gate->process.clock).us;
    enum role role =
        message->role < ROLE_COUNT ? (enum role)message->role : ROLE_COUNT;
    struct entry entry = entry_of(ENTRY_ROLE_RESTARTED);
    entry_text(&entry, "role", text_of(role_name(role)));
    entry_time(
        &entry, "died",
        (struct wall_time){now_us - boot_us + (int64_t)message->died_boot_us});
    entry_time(
        &entry, "back",
        (struct wall_time){now_us - boot_us + (int64_t)message->back_boot_us});
    entry_text(&entry, "cause", message->reason);
    if (gate->is_started)
        gate_note(gate, &entry);
    gate_sent(message_role_restarted_answer(channel, &reply, -1),
              "role_restarted");
}

/* The supervisor tells it again where it or the gate has started anew. */
void gate_on_camera_tamper(void *context, struct channel *channel,
                           const struct message_camera_tamper *message,
                           int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    const struct message_camera_tamper_reply reply = {.id = message->id};
    const struct telling *telling =
        tellings_find(&gate->tellings, message->camera);
    uint64_t open = telling == NULL ? 0 : telling->tamper;
    if (gate->is_started && message->is_on != 0 && open == 0) {
        struct entry entry = entry_of(ENTRY_CAMERA_TAMPER);
        entry_number(&entry, "camera", message->camera);
        gate_note(gate, &entry);
        log_line(LOG_ERROR, "camera=%u says that it is tampered with",
                 (unsigned)message->camera);
    } else if (gate->is_started && message->is_on == 0 && open != 0) {
        struct entry entry = entry_of(ENTRY_CAMERA_TAMPER_OVER);
        entry_number(&entry, "camera", message->camera);
        entry_number(&entry, "tamper", (int64_t)open);
        gate_note(gate, &entry);
    }
    gate_sent(message_camera_tamper_answer(channel, &reply, -1),
              "camera_tamper");
}

static void note_told(struct gate *gate, uint32_t camera,
                      const struct camera_report *report)
{
    char hex[HEX_SIZE(SHA256_SIZE) + 1] = "";
    struct entry entry = entry_of(ENTRY_CAMERA_TOLD);
    if (report->knows_masks)
        hex_encode(bytes_of(report->masks_sha256, SHA256_SIZE), hex);
    entry_number(&entry, "camera", camera);
    entry_text(&entry, "sound", text_of(camera_answer_name(report->sound)));
    entry_text(&entry, "turns", text_of(camera_answer_name(report->turns)));
    entry_text(&entry, "copies", text_of(camera_answer_name(report->copies)));
    entry_number(&entry, "masks", report->masks);
    entry_text(&entry, "masks_sha256", text_of(hex));
    entry_number(&entry, "pixels", report->pixels);
    gate_note(gate, &entry);
}

void gate_on_camera_told(void *context, struct channel *channel,
                         const struct message_camera_told *message,
                         int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    struct camera_report report;
    struct message_camera_told_reply reply = {.id = message->id};
    const struct telling *telling =
        tellings_find(&gate->tellings, message->camera);
    reply.status = camera_report_decode(message->report, &report);
    if (gate->is_started && reply.status == STATUS_OK &&
        (telling == NULL || !telling->has_report ||
         !camera_report_equal(&telling->report, &report)))
        note_told(gate, message->camera, &report);
    gate_sent(message_camera_told_answer(channel, &reply, -1), "camera_told");
}

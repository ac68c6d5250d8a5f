/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When another person's word or the password is needed before video is taken
 * out. What is refused is an entry, with its cause.
 */
#include <inttypes.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/export/export.h"
#include "roles/gate/view/mask.h"

enum { MINUTE_S = 60 };

bool gate_export_masked(const struct gate *gate, struct bytes cameras,
                        struct buffer *out)
{
    struct reader in = reader_on(cameras);
    size_t before = out->size;
    while (reader_more(&in)) {
        uint32_t number = reader_u32be(&in);
        const struct plant_camera *camera =
            plant_stream_find(gate->configuration.plant, number);
        if (camera != NULL && gate_camera_has_mask(gate, camera))
            buffer_format(out, out->size == before ? "%" PRIu32 : ",%" PRIu32,
                          number);
    }
    return out->size > before;
}

bool gate_export_needs_second(const struct gate *gate, struct bytes cameras)
{
    AUTO(buffer_deinit) struct buffer masked = buffer_with_limit(LOG_LINE_MAX);
    bool has_mask = gate_export_masked(gate, cameras, &masked);
    return has_mask || masked.failed ||
           gate->configuration.plant->exports.needs_second;
}

bool gate_export_needs_password(const struct gate *gate,
                                const struct gate_person *person)
{
    int64_t minutes = gate->configuration.plant->exports.password_minutes;
    int64_t most_us = minutes * MINUTE_S * (int64_t)SECOND_US;
    int64_t age_us = gate_now(gate).us - person->session.created.us;
    return minutes != 0 && (age_us < 0 || age_us > most_us) &&
           !gate_password_is_fresh(gate, person->session.hash, most_us);
}

static void put_cameras(struct bytes cameras, struct buffer *out)
{
    struct reader in = reader_on(cameras);
    while (reader_more(&in))
        buffer_format(out, out->size == 0 ? "%" PRIu32 : ",%" PRIu32,
                      reader_u32be(&in));
}

void gate_export_deny(struct gate *gate, const struct gate_person *person,
                      const struct export_denial *denial)
{
    AUTO(buffer_deinit) struct buffer cameras = buffer_with_limit(LOG_LINE_MAX);
    put_cameras(denial->cameras, &cameras);
    struct entry entry = entry_of(ENTRY_EXPORT_DENIED);
    entry_number(&entry, "account", person->account.number);
    entry_number(&entry, "order", (int64_t)denial->order);
    entry_number(&entry, "view", (int64_t)denial->view);
    entry_text(&entry, "cameras", buffer_text(&cameras));
    entry_text(&entry, "cause",
               text_of(export_refusal_name(denial->refusal)));
    entry_personal(&entry, "address", denial->address);
    gate_note(gate, &entry);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a person may see: institution, sites, groups, cameras, purposes. */
#include "base/cleanup.h"
#include "base/text.h"
#include "ipc/document.h"
#include "notice/plant_site.h"
#include "roles/gate/account/account.h"
#include "roles/gate/export/export.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/promise/promise.h"
#include "roles/gate/witness/witnesses.h"
#include "roles/gate/view/view.h"
#include "roles/gate/view/mask.h"

static void write_words(struct json *json, const char *ko_name,
                        const char *en_name, struct notice_words words)
{
    gate_put_named_text(json, ko_name, words.ko);
    gate_put_named_text(json, en_name,
                        notice_words_in(words, LANGUAGE_ENGLISH));
}

static const char *state_of(const struct history_camera *history)
{
    if (history == NULL || !history->has_state)
        return cause_name(CAUSE_STARTING);
    return history->state == CAUSE_NONE ? "recording"
                                        : cause_name(history->state);
}

static void write_camera(const struct gate *gate, struct json *json,
                         const struct plant_camera *camera)
{
    const struct history_camera *history =
        history_camera(&gate->history, camera->number);
    bool has_state = history != NULL && history->has_state;
    const char *state = state_of(history);
    const char *sub_state = state_of(
        history_camera(&gate->history, camera->number + STREAM_SUB));
    gate_put_open(json, '{');
    gate_put_named_number(json, "number", camera->number);
    gate_put_named_text(json, "id", camera->id);
    write_words(json, "ko", "en", camera->name);
    if (!plant_stores_group(gate->configuration.plant,
                            gate->configuration.notice, camera->group))
        state = sub_state = "not_stored";
    gate_put_named_text(json, "state", text_of(state));
    if (camera->sub_path.size > 0)
        gate_put_named_text(json, "sub_state", text_of(sub_state));
    gate_masks_write(gate, json, camera);
    gate_put_name(json, "since");
    if (has_state)
        gate_put_time(json, history->state_since);
    else
        gate_put_null(json);
    gate_put_close(json, '}');
}

static void write_retention(struct json *json, struct retention retention)
{
    static const char *const UNITS[] = {
        [RETENTION_SECONDS] = "seconds",
        [RETENTION_DAYS] = "days",
        [RETENTION_MONTHS] = "months",
    };
    gate_put_name(json, "retention");
    gate_put_open(json, '{');
    gate_put_named_text(json, "unit", text_of(UNITS[retention.unit]));
    gate_put_named_number(json, "count", retention.count);
    gate_put_close(json, '}');
}

static void write_group(const struct gate *gate, struct json *json,
                        size_t index)
{
    const struct notice *notice = gate->configuration.notice;
    const struct plant *plant = gate->configuration.plant;
    const struct notice_group *group = &notice->groups[index];
    gate_put_open(json, '{');
    gate_put_named_text(json, "id", group->id);
    write_words(json, "ko", "en", group->place);
    write_words(json, "place_ko", "place_en", group->place);
    write_words(json, "coverage_ko", "coverage_en", group->coverage);
    write_retention(json, group->retention);
    gate_put_name(json, "purposes");
    gate_put_open(json, '[');
    for (size_t i = 0; i < group->purpose_count; i++)
        gate_put_text(json, notice->purposes[group->purposes[i]].id);
    gate_put_close(json, ']');
    gate_put_name(json, "cameras");
    gate_put_open(json, '[');
    for (size_t i = 0; i < plant->camera_count; i++) {
        if (plant->cameras[i].group == index)
            write_camera(gate, json, &plant->cameras[i]);
    }
    gate_put_close(json, ']');
    gate_put_close(json, '}');
}

/* A site with no group that this person reaches is left out. */
static void write_site(const struct gate *gate,
                       const struct gate_person *person, struct json *json,
                       size_t index)
{
    const struct notice *notice = gate->configuration.notice;
    bool is_open = false;
    for (size_t i = 0; i < notice->group_count; i++) {
        if (notice->groups[i].site != index ||
            !gate_person_reaches(gate, person, i))
            continue;
        if (!is_open) {
            gate_put_open(json, '{');
            gate_put_named_text(json, "id", notice->sites[index].id);
            write_words(json, "ko", "en", notice->sites[index].name);
            gate_put_name(json, "groups");
            gate_put_open(json, '[');
            is_open = true;
        }
        write_group(gate, json, i);
    }
    if (!is_open)
        return;
    gate_put_close(json, ']');
    gate_put_close(json, '}');
}

/* Those that do not record: nobody's room is smaller without a word. */
static void write_disks(const struct gate *gate, struct json *json)
{
    gate_put_name(json, "disks");
    gate_put_open(json, '[');
    for (size_t i = 0; i < gate->history.disk_count; i++) {
        const struct history_disk *disk = &gate->history.disks[i];
        gate_put_open(json, '{');
        gate_put_named_text(json, "id", text_of(disk->id));
        gate_put_named_text(json, "state", text_of(disk->state));
        gate_put_named_number(json, "since_us", disk->since.us);
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}

static enum status write_cameras(const struct gate *gate,
                                 const struct gate_person *person,
                                 struct buffer *out)
{
    const struct notice *notice = gate->configuration.notice;
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_name(&json, "institution");
    gate_put_open(&json, '{');
    write_words(&json, "ko", "en", notice->institution);
    gate_put_close(&json, '}');
    gate_put_name(&json, "sites");
    gate_put_open(&json, '[');
    for (size_t i = 0; i < notice->site_count; i++)
        write_site(gate, person, &json, i);
    gate_put_close(&json, ']');
    gate_put_name(&json, "purposes");
    gate_put_open(&json, '[');
    for (size_t i = 0; i < notice->purpose_count; i++) {
        gate_put_open(&json, '{');
        gate_put_named_text(&json, "id", notice->purposes[i].id);
        write_words(&json, "ko", "en", notice->purposes[i].words);
        gate_put_close(&json, '}');
    }
    gate_put_close(&json, ']');
    gate_put_named_number(&json, "erasure_level", gate->erasure_level);
    gate_put_name(&json, "deletion_pending");
    gate_put_bool(&json, gate->pending != PENDING_NONE);
    gate_put_named_text(&json, "pending_reason",
                        text_of(pending_name(gate->pending)));
    gate_put_named_number(&json, "orders_open",
                          (int64_t)orders_open(&gate->orders));
    gate_put_named_number(&json, "clock_us", gate_now(gate).us);
    gate_put_name(&json, "exports");
    gate_put_open(&json, '{');
    gate_put_name(&json, "second_person");
    gate_put_bool(&json, gate->configuration.plant->exports.needs_second);
    gate_put_name(&json, "password_again");
    gate_put_bool(&json, gate_export_needs_password(gate, person));
    gate_put_close(&json, '}');
    gate_clock_write(gate, &json);
    write_disks(gate, &json);
    gate_witnesses_write(gate, &json);
    if (gate_person_may(person, RIGHT_SEE_STATUS))
        gate_drifts_write(gate, &json);
    gate_put_close(&json, '}');
    return out->failed ? STATUS_LIMIT : STATUS_OK;
}

void gate_on_cameras_get(void *context, struct channel *channel,
                         const struct message_cameras_get *message,
                         int descriptor)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(DOCUMENT_MAX);
    struct gate *gate = context;
    struct gate_person person;
    (void)descriptor;
    struct message_cameras_get_reply reply = {.id = message->id};
    enum status s = gate->is_started
                        ? gate_person_find(gate, message->session, &person)
                        : STATUS_AGAIN;
    if (s == STATUS_OK && !gate_person_may(&person, RIGHT_SEE_CAMERAS))
        s = STATUS_DENIED;
    if (s == STATUS_OK)
        s = write_cameras(gate, &person, &json);
    struct document document = {.descriptor = -1};
    if (s == STATUS_OK)
        s = document_pack(channel, buffer_bytes(&json), &document);
    reply.json = document.inside;
    reply.outside_bytes = document.outside_bytes;
    reply.status = s;
    gate_sent(message_cameras_get_answer(channel, &reply, document.descriptor),
              "cameras_get");
}

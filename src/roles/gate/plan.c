/* SPDX-License-Identifier: Apache-2.0 */
/* Cameras for the supervisor, periods for vault and keeper. */
#include "base/alloc.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "ipc/document.h"
#include "ipc/plan.h"
#include "notice/plant_password.h"
#include "notice/plant_site.h"
#include "notice/promise/hours.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/view/mask.h"
#include "sys/logger.h"

enum { COUNT_BYTES = 2 };

/* A password that cannot be read is that camera's trouble: its state will say
 * so, and the others record. */
static void add_stream(const struct gate *gate,
                       const struct plant_camera *camera, bool is_sub,
                       struct writer *out)
{
    uint8_t *content = NULL;
    struct plan_camera planned = {
        .camera = camera->number + (is_sub ? STREAM_SUB : 0),
        .port = camera->port,
        .host = camera->host,
        .path = is_sub ? camera->sub_path : camera->path,
        .user = camera->user,
        .transport = camera->transport,
        .is_secure = camera->is_secure,
    };
    enum status s =
        plant_password_read(&FILE_LAYER_SYSTEM, gate->directory, camera,
                            &content, &planned.password);
    if (s != STATUS_OK) {
        log_line(LOG_ERROR, "password of camera=%u cannot be read status=%s",
                 (unsigned)camera->number, status_name(s));
        planned.password = text_of("");
    }
    plan_camera_encode(&planned, out);
    if (content != NULL)
        secret_wipe(content, planned.password.size);
    alloc_free(content);
}

/* Where nothing may be stored nothing is fetched: nobody connects. */
static bool is_stored(const struct gate *gate,
                      const struct plant_camera *camera)
{
    return plant_stores_group(gate->configuration.plant,
                              gate->configuration.notice, camera->group);
}

void gate_plan_compose(struct gate *gate)
{
    const struct plant *plant = gate->configuration.plant;
    struct reader in = reader_on(bytes_of(gate->plan_all, gate->plan_all_size));
    struct writer out =
        writer_on(gate->plan, COUNT_BYTES + gate->plan_all_size);
    size_t stored = 0;
    for (size_t i = 0; i < plant->camera_count; i++)
        if (is_stored(gate, &plant->cameras[i]))
            stored += plant->cameras[i].sub_path.size > 0 ? 2 : 1;
    writer_u16be(&out, (uint16_t)stored);
    while (reader_more(&in)) {
        struct plan_camera planned;
        if (plan_camera_decode(&in, &planned) != STATUS_OK)
            break; /* we have written them */
        const struct plant_camera *camera =
            plant_stream_find(plant, planned.camera);
        if (camera != NULL && is_stored(gate, camera))
            plan_camera_encode(&planned, &out);
    }
    gate->plan_size = out.used;
}

/* At most: what a password will be is not known yet. */
static size_t stream_bytes_max(const struct plant_camera *camera,
                               struct text path)
{
    const struct plan_camera widest = {.host = camera->host,
                                       .path = path,
                                       .user = camera->user};
    return plan_camera_size(&widest) + PLAN_CREDENTIAL_MAX;
}

static size_t plan_bytes_max(const struct plant *plant)
{
    size_t size = 0;
    for (size_t i = 0; i < plant->all_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        size += stream_bytes_max(camera, camera->path);
        if (camera->sub_path.size > 0)
            size += stream_bytes_max(camera, camera->sub_path);
    }
    return size;
}

enum status gate_plan_make(struct gate *gate)
{
    const struct plant *plant = gate->configuration.plant;
    size_t size = plan_bytes_max(plant);
    if (plant->all_count > CAMERAS_MAX || size > DOCUMENT_MAX - COUNT_BYTES)
        return STATUS_LIMIT;
    enum status s = secret_create(size, &gate->plan_all);
    if (s != STATUS_OK)
        return s;
    struct writer out = writer_on(gate->plan_all, size);
    for (size_t i = 0; i < plant->all_count; i++) {
        add_stream(gate, &plant->cameras[i], false, &out);
        if (plant->cameras[i].sub_path.size > 0)
            add_stream(gate, &plant->cameras[i], true, &out);
    }
    if (out.failed)
        return STATUS_LIMIT;
    gate->plan_all_size = out.used;
    s = secret_create(COUNT_BYTES + out.used, &gate->plan);
    if (s == STATUS_OK)
        gate_plan_compose(gate);
    return s;
}

/* Whether the notice in force promises pictures of the group now. Words that
 * are no times nobody can follow: then it is filmed. */
static bool is_filmed_now(const struct gate *gate, size_t group)
{
    const struct notice_group *one =
        &gate->configuration.notice->groups[group];
    struct filming_hours hours;
    return one->trigger.ko.size > 0 ||
           !filming_hours_parse(one->hours.ko, &hours) ||
           filming_hours_hold(hours, gate_now(gate));
}

static void write_off(const struct gate *gate, struct writer *out)
{
    const struct plant *plant = gate->configuration.plant;
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        if (is_stored(gate, camera) && !is_filmed_now(gate, camera->group))
            writer_u32be(out, camera->number);
    }
}

/* What is planned names its version: a gate that has started again with the
 * same files has nothing new to tell. */
static uint64_t version_of(const struct gate *gate, struct bytes off)
{
    uint8_t digest[SHA256_SIZE];
    const struct bytes parts[] = {{gate->plan, gate->plan_size}, off};
    if (sha256(parts, 2, digest) != STATUS_OK)
        return 1;
    struct reader in = reader_on(bytes_of(digest, sizeof digest));
    return reader_u64be(&in) | 1; /* 0: the supervisor has none yet */
}

void gate_on_plan_wait(void *context, struct channel *channel,
                       const struct message_plan_wait *message, int descriptor)
{
    struct gate *gate = context;
    const struct message_plan_wait_reply away = {.id = message->id,
                                                 .status = STATUS_AGAIN};
    (void)descriptor;
    if (!gate->is_started) {
        gate_sent(message_plan_wait_answer(channel, &away, -1), "plan_wait");
        return;
    }
    gate->plan_asker = gate_asker_of(gate, channel, message->id);
    gate->is_plan_asked = true;
    gate->plan_known = message->known_version;
    gate_plan_tick(gate);
}

void gate_plan_tick(struct gate *gate)
{
    uint8_t off[CAMERAS_MAX * sizeof(uint32_t)];
    struct writer out = writer_on(off, sizeof off);
    if (!gate->is_plan_asked)
        return;
    write_off(gate, &out);
    struct message_plan_wait_reply reply = {
        .id = gate->plan_asker.id,
        .version = version_of(gate, writer_written(&out)),
        .off = writer_written(&out),
    };
    if (reply.version == gate->plan_known)
        return;
    struct channel *channel = gate_asker_channel(gate, &gate->plan_asker);
    struct document plan = {.descriptor = -1};
    if (channel != NULL)
        reply.status = document_pack(
            channel, bytes_of(gate->plan, gate->plan_size), &plan);
    if (reply.status == STATUS_AGAIN)
        return; /* the tick asks again */
    gate->is_plan_asked = false;
    reply.plan = plan.inside;
    reply.outside_bytes = plan.outside_bytes;
    if (channel != NULL)
        gate_sent(message_plan_wait_answer(channel, &reply, plan.descriptor),
                  "plan_wait");
}

static void write_policy(struct policy policy, struct buffer *out)
{
    uint8_t *at = buffer_reserve(out, POLICY_SIZE);
    if (at == NULL)
        return;
    struct writer writer = writer_on(at, POLICY_SIZE);
    policy_encode(&policy, &writer);
    out->failed = out->failed || !writer_full(&writer);
}

void gate_policies_write(const struct gate *gate, bool of_streams,
                         struct buffer *out)
{
    const struct notice *notice = gate->configuration.notice;
    const struct plant *plant = gate->configuration.plant;
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        if (!is_stored(gate, camera))
            continue;
        struct policy policy = {
            .camera = camera->number,
            .retention = notice->groups[camera->group].retention,
            .class_id =
                notice_class_of(notice, notice->groups[camera->group].retention),
            .utc_offset_s = UTC_OFFSET_KOREA_S,
        };
        write_policy(policy, out);
        policy.camera += STREAM_SUB;
        if (of_streams && camera->sub_path.size > 0)
            write_policy(policy, out);
    }
}

void gate_policies_changed(struct gate *gate)
{
    gate_plan_compose(gate);
    gate_settings_note(gate);
    gate_periods_note(gate);
    gate_policies_tell(gate, ROLE_KEEPER);
    gate_policies_tell(gate, ROLE_VAULT);
    gate_masks_tell(gate);
    gate_plan_tick(gate);
}

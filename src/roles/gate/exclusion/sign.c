/* SPDX-License-Identifier: Apache-2.0 */
/* What is excluded from filming is listed, and signed by whoever answers for
 * the notice and may see the camera's picture. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "ipc/document.h"
#include "notice/plant_masks.h"
#include "roles/gate/account/account.h"
#include "roles/gate/exclusion/exclusion.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/ledger/ledger.h"
#include "roles/gate/notice/version.h"
#include "roles/gate/view/view.h"

/* ---- the list ---- */

static void write_masks(struct json *json, const struct plant_camera *camera,
                        struct text place)
{
    gate_put_name(json, "masks");
    gate_put_open(json, '[');
    for (size_t i = 0; i < camera->mask_count; i++) {
        const struct plant_mask *mask = &camera->masks[i];
        if (!text_equal(mask->what, place))
            continue;
        gate_put_open(json, '{');
        gate_put_named_text(json, "by", text_of(plant_mask_by_name(mask->by)));
        gate_put_named_text(json, "region", mask->region);
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}

static void write_signature(struct json *json,
                            const struct exclusion_signature *signature)
{
    gate_put_name(json, "signed");
    gate_put_open(json, '{');
    gate_put_named_number(json, "entry", (int64_t)signature->entry);
    gate_put_named_text(json, "by",
                        text_of(exclusion_proof_name(signature->by)));
    gate_put_named_text(json, "person", text_of(signature->person));
    gate_put_named_number(json, "signed_us", signature->signed_at.us);
    gate_put_named_number(json, "taken_us", signature->taken.us);
    gate_put_named_text(json, "picture_sha256",
                        text_of(signature->picture_sha256));
    gate_put_close(json, '}');
}

static void write_place(const struct gate *gate, struct json *json,
                        const struct plant_camera *camera,
                        const struct notice_exclusion *exclusion)
{
    const struct exclusion_signature *signature = exclusions_find(
        &gate->exclusions, camera->number, exclusion->what.ko);
    gate_put_open(json, '{');
    gate_put_named_number(json, "camera", camera->number);
    gate_put_named_text(
        json, "group",
        gate->configuration.notice->groups[camera->group].id);
    gate_put_named_text(json, "ko", exclusion->what.ko);
    gate_put_named_text(json, "en",
                        notice_words_in(exclusion->what, LANGUAGE_ENGLISH));
    if (exclusion->met_by != 0)
        gate_put_named_text(
            json, "met_by",
            text_of(notice_exclusion_means_name(exclusion->met_by)));
    write_masks(json, camera, exclusion->what.ko);
    gate_put_name(json, "is_proven");
    gate_put_bool(json,
                  gate_exclusion_is_proven(camera, exclusion, signature));
    if (signature != NULL)
        write_signature(json, signature);
    gate_put_close(json, '}');
}

static enum status write_list(const struct gate *gate,
                              const struct gate_person *person,
                              struct buffer *out)
{
    const struct plant *plant = gate->configuration.plant;
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "clock_us", gate_now(gate).us);
    gate_put_name(&json, "exclusions");
    gate_put_open(&json, '[');
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        const struct notice_group *group =
            &gate->configuration.notice->groups[camera->group];
        if (!gate_person_reaches(gate, person, camera->group))
            continue;
        for (size_t j = 0; j < group->exclusion_count; j++)
            write_place(gate, &json, camera, &group->exclusions[j]);
    }
    gate_put_close(&json, ']');
    gate_put_close(&json, '}');
    return out->failed ? STATUS_LIMIT : STATUS_OK;
}

static enum status find_reader(struct gate *gate, struct text session,
                               struct gate_person *out)
{
    if (!gate->is_started)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, session, out);
    if (s == STATUS_OK && !gate_person_may(out, RIGHT_PUBLISH) &&
        !gate_person_may(out, RIGHT_READ_LOG))
        s = STATUS_DENIED;
    return s;
}

void gate_on_exclusions_get(void *context, struct channel *channel,
                            const struct message_exclusions_get *message,
                            int descriptor)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(DOCUMENT_MAX);
    struct document document = {.descriptor = -1};
    struct gate_person person;
    struct gate *gate = context;
    (void)descriptor;
    struct message_exclusions_get_reply reply = {.id = message->id};
    reply.status = find_reader(gate, message->session, &person);
    if (reply.status == STATUS_OK)
        reply.status = write_list(gate, &person, &json);
    if (reply.status == STATUS_OK)
        reply.status = document_pack(channel, buffer_bytes(&json), &document);
    reply.json = document.inside;
    reply.outside_bytes = document.outside_bytes;
    gate_sent(
        message_exclusions_get_answer(channel, &reply, document.descriptor),
        "exclusions_get");
}

/* ---- a signature ---- */

struct signing {
    struct gate *gate;
    struct gate_asker asker;
};

static void answer(const struct signing *signing, enum status status,
                   struct bytes json)
{
    struct channel *channel =
        gate_asker_channel(signing->gate, &signing->asker);
    const struct message_exclusion_sign_reply reply = {
        .id = signing->asker.id, .status = status, .json = json};
    if (channel != NULL)
        gate_sent(message_exclusion_sign_answer(channel, &reply, -1),
                  "exclusion_sign");
}

static void on_entry(void *context, enum status status, uint64_t number)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct signing *signing = context;
    struct json json = gate_put_on(&text);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "entry", (int64_t)number);
    gate_put_close(&json, '}');
    answer(signing, status,
           status == STATUS_OK ? buffer_bytes(&text)
                               : (struct bytes){NULL, 0});
    alloc_free(signing);
}

static enum status append(const struct signing *like,
                          const struct entry *entry)
{
    struct signing *signing = alloc_zeroed(sizeof *signing);
    if (signing == NULL)
        return STATUS_NO_MEMORY;
    *signing = *like;
    enum status s = gate_append(like->gate, entry, on_entry, signing);
    if (s != STATUS_OK)
        alloc_free(signing);
    return s;
}

/* A picture that there is by now, where one is signed. */
static bool is_picture_good(const struct gate *gate,
                            const struct message_exclusion_sign *message,
                            enum exclusion_proof by)
{
    uint8_t digest[SHA256_SIZE];
    if (!gate_is_past(gate, message->taken_us))
        return false;
    return by == EXCLUSION_BY_NONE
               ? message->picture_sha256.size == 0
               : hex_decode(message->picture_sha256, digest,
                            sizeof digest) == STATUS_OK;
}

/* The mask has to be in the camera: one that is laid over pictures is the
 * second line, and no way not to film. */
static enum status check(const struct gate *gate,
                         const struct message_exclusion_sign *message,
                         const struct plant_camera *camera)
{
    enum exclusion_proof by = EXCLUSION_BY_NONE;
    if (gate_exclusion_find(gate, camera, message->place) == NULL)
        return STATUS_NOT_FOUND;
    if (exclusion_proof_from_name(message->by, &by) != STATUS_OK ||
        !is_picture_good(gate, message, by))
        return STATUS_BAD_INPUT;
    return by != EXCLUSION_BY_MASK ||
                   gate_exclusion_is_masked(camera, message->place)
               ? gate_reason_check(message->reason)
               : STATUS_CONFLICT;
}

/* That it is shown, nobody has to have seen here. */
static enum status check_shown(struct gate *gate,
                               const struct gate_person *person,
                               const struct message_exclusion_sign *message)
{
    const struct gate_exclusion_picture picture = {
        .view = message->view,
        .camera = message->camera,
        .taken = {message->taken_us},
    };
    return message->view == 0 && message->picture_sha256.size == 0
               ? STATUS_OK
               : gate_exclusion_shown(gate, person, &picture);
}

static enum status sign(struct signing *signing,
                        const struct message_exclusion_sign *message)
{
    struct gate *gate = signing->gate;
    char state[EXCLUSION_DIGEST_SIZE] = "";
    struct gate_person person;
    enum status s = gate_publisher_find(gate, message->session, &person);
    if (s != STATUS_OK)
        return s;
    const struct plant_camera *camera =
        plant_camera_find(gate->configuration.plant, message->camera);
    if (camera == NULL || !gate_person_reaches(gate, &person, camera->group))
        return STATUS_NOT_FOUND;
    s = check(gate, message, camera);
    if (s == STATUS_OK)
        s = check_shown(gate, &person, message);
    if (s == STATUS_OK)
        s = gate_exclusion_state(
            camera, gate_exclusion_find(gate, camera, message->place), state);
    if (s != STATUS_OK)
        return s;
    struct entry entry = entry_of(ENTRY_EXCLUSION_SIGNED);
    entry_number(&entry, "account", person.account.number);
    entry_text(&entry, "person", text_of(person.account.person));
    entry_number(&entry, "camera", camera->number);
    entry_text(&entry, "place", message->place);
    entry_text(&entry, "by", message->by);
    entry_text(&entry, "picture_sha256", message->picture_sha256);
    entry_number(&entry, "view", (int64_t)message->view);
    entry_time(&entry, "taken", (struct wall_time){message->taken_us});
    entry_text(&entry, "state_sha256", text_of(state));
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    return append(signing, &entry);
}

void gate_on_exclusion_sign(void *context, struct channel *channel,
                            const struct message_exclusion_sign *message,
                            int descriptor)
{
    struct signing signing = {.gate = context,
                              .asker =
                                  gate_asker_of(context, channel, message->id)};
    (void)descriptor;
    enum status s = sign(&signing, message);
    if (s != STATUS_OK)
        answer(&signing, s, (struct bytes){NULL, 0});
}

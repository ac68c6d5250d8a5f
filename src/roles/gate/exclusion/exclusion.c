/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/gate/exclusion/exclusion.h"

#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"

enum { STATE_BYTES_MAX = 65536 };

static void put_line(struct buffer *out, struct text line)
{
    buffer_append(out, text_bytes(line));
    buffer_append_text(out, "\n");
}

static void put_masks(struct buffer *out, const struct plant_camera *camera,
                      struct text place)
{
    for (size_t i = 0; i < camera->mask_count; i++) {
        const struct plant_mask *mask = &camera->masks[i];
        if (!text_equal(mask->what, place))
            continue;
        buffer_format(out, "%u ", (unsigned)mask->by);
        put_line(out, mask->region);
    }
}

enum status gate_exclusion_state(const struct plant_camera *camera,
                                 const struct notice_exclusion *exclusion,
                                 char out[EXCLUSION_DIGEST_SIZE])
{
    AUTO(buffer_deinit)
    struct buffer state = buffer_with_limit(STATE_BYTES_MAX);
    uint8_t digest[SHA256_SIZE];
    put_line(&state, exclusion->what.ko);
    buffer_format(&state, "%u %u\n", (unsigned)exclusion->met_by,
                  (unsigned)camera->port);
    put_line(&state, camera->host);
    put_line(&state, camera->path);
    put_masks(&state, camera, exclusion->what.ko);
    if (state.failed)
        return STATUS_LIMIT;
    const struct bytes bytes = buffer_bytes(&state);
    enum status s = sha256(&bytes, 1, digest);
    if (s == STATUS_OK)
        hex_encode(bytes_of(digest, sizeof digest), out);
    return s;
}

const struct notice_exclusion *
gate_exclusion_find(const struct gate *gate, const struct plant_camera *camera,
                    struct text place)
{
    const struct notice_group *group =
        &gate->configuration.notice->groups[camera->group];
    for (size_t i = 0; i < group->exclusion_count; i++) {
        if (text_equal(group->exclusions[i].what.ko, place))
            return &group->exclusions[i];
    }
    return NULL;
}

bool gate_exclusion_is_masked(const struct plant_camera *camera,
                              struct text place)
{
    for (size_t i = 0; i < camera->mask_count; i++) {
        if (camera->masks[i].by == PLANT_MASK_CAMERA &&
            text_equal(camera->masks[i].what, place))
            return true;
    }
    return false;
}

bool gate_exclusion_is_proven(const struct plant_camera *camera,
                              const struct notice_exclusion *exclusion,
                              const struct exclusion_signature *signature)
{
    char now[EXCLUSION_DIGEST_SIZE];
    return signature != NULL && signature->by != EXCLUSION_BY_NONE &&
           !signature->is_outdated &&
           gate_exclusion_state(camera, exclusion, now) == STATUS_OK &&
           text_equal(text_of(now), text_of(signature->state_sha256));
}

void gate_exclusions_count(const struct gate *gate,
                           const struct plant_camera *camera,
                           struct promise_camera *out)
{
    const struct notice_group *group =
        &gate->configuration.notice->groups[camera->group];
    out->proven = 0;
    for (size_t i = 0; i < group->exclusion_count; i++) {
        const struct exclusion_signature *signature =
            exclusions_find(&gate->exclusions, camera->number,
                            group->exclusions[i].what.ko);
        if (!gate_exclusion_is_proven(camera, &group->exclusions[i],
                                      signature))
            continue;
        out->proven++;
        if (signature->signed_at.us > out->proven_at.us)
            out->proven_at = signature->signed_at;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Masks as settings: what is recorded stays as the camera sent it; a change is
 * an entry, and who looks at a camera is told.
 */
#include "base/text.h"
#include "notice/plant_masks.h"
#include "roles/gate/gate.h"
#include "roles/gate/json.h"
#include "roles/gate/view/view.h"

void gate_masks_write(struct json *json, const struct plant_camera *camera)
{
    gate_put_name(json, "masks");
    gate_put_open(json, '[');
    for (size_t i = 0; i < camera->mask_count; i++) {
        const struct plant_mask *mask = &camera->masks[i];
        gate_put_open(json, '{');
        gate_put_named_text(json, "what", mask->what);
        gate_put_named_text(json, "by", text_of(plant_mask_by_name(mask->by)));
        gate_put_named_text(json, "region", mask->region);
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}

void gate_masks_write_all(const struct gate *gate, struct buffer *out)
{
    const struct plant *plant = gate->configuration.plant;
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        struct json json = gate_put_on(out);
        if (camera->mask_count == 0)
            continue;
        gate_put_open(&json, '{');
        gate_put_named_number(&json, "camera", camera->number);
        gate_masks_write(&json, camera);
        gate_put_close(&json, '}');
    }
}

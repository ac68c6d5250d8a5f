/* SPDX-License-Identifier: Apache-2.0 */
#include "camsim/fault.h"

#include "base/number.h"
#include "base/text.h"
#include "base/time.h"
#include "model/camera.h"

enum { LASTS_S = 5, SECONDS_MAX = 10000000 };

static const char *const NAMES[FAULT_KINDS] = {
    [FAULT_STALL] = "stall",     [FAULT_DROP] = "drop",
    [FAULT_GARBAGE] = "garbage", [FAULT_REFUSE] = "refuse",
    [FAULT_CLOSE] = "close",     [FAULT_AUDIO] = "audio",
    [FAULT_EARLY] = "early",     [FAULT_NOREPLY] = "noreply",
    [FAULT_SWAP] = "swap",       [FAULT_TWICE] = "twice",
    [FAULT_FLOOD] = "flood",
};

static enum status parse_kind(struct text name, enum camsim_fault_kind *out)
{
    for (size_t i = 0; i < FAULT_KINDS; i++) {
        if (text_equal(name, text_of(NAMES[i]))) {
            *out = (enum camsim_fault_kind)i;
            return STATUS_OK;
        }
    }
    return STATUS_BAD_INPUT;
}

enum status camsim_fault_parse(struct text text, struct camsim_fault *out)
{
    struct text rest = text;
    struct camsim_fault fault = {0};
    enum status s = parse_kind(text_cut(&rest, ':'), &fault.kind);
    uint64_t camera = 0;
    uint64_t at_s = 0;
    bool is_lasting = fault.kind == FAULT_AUDIO || fault.kind == FAULT_EARLY;
    uint64_t for_s = is_lasting ? 0 : LASTS_S;
    if (s == STATUS_OK)
        s = number_parse_u64(text_cut(&rest, ':'), 0, CAMERA_NUMBER_MAX,
                             &camera);
    if (s == STATUS_OK)
        s = number_parse_u64(text_cut(&rest, ':'), 0, SECONDS_MAX, &at_s);
    if (s == STATUS_OK && rest.size > 0)
        s = number_parse_u64(rest, 0, SECONDS_MAX, &for_s);
    if (s != STATUS_OK)
        return s;
    fault.camera = (uint32_t)camera;
    fault.from_us = (int64_t)at_s * SECOND_US;
    fault.to_us =
        for_s == 0 ? INT64_MAX : fault.from_us + (int64_t)for_s * SECOND_US;
    *out = fault;
    return STATUS_OK;
}

bool camsim_fault_is_active(const struct camsim_faults *faults,
                            enum camsim_fault_kind kind, uint32_t camera,
                            int64_t now_us)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct camsim_fault *fault = &faults->list[i];
        if (fault->kind == kind &&
            (fault->camera == 0 || fault->camera == camera) &&
            now_us >= fault->from_us && now_us < fault->to_us)
            return true;
    }
    return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "model/cause.h"

#include "base/text.h"

static const char *const NAMES[CAUSE_COUNT] = {
    [CAUSE_NONE] = "none",
    [CAUSE_STARTING] = "starting",
    [CAUSE_UNREACHABLE] = "unreachable",
    [CAUSE_UNAUTHORIZED] = "unauthorized",
    [CAUSE_REFUSED] = "refused",
    [CAUSE_UNSUPPORTED] = "unsupported",
    [CAUSE_PROTOCOL] = "protocol",
    [CAUSE_ENDED] = "ended",
    [CAUSE_NO_DATA] = "no_data",
    [CAUSE_DAMAGED] = "damaged",
    [CAUSE_OVERLOAD] = "overload",
    [CAUSE_RESTART] = "restart",
    [CAUSE_STOPPED] = "stopped",
    [CAUSE_CLOCK] = "clock",
    [CAUSE_CORRUPT] = "corrupt",
    [CAUSE_SPACE] = "space",
    [CAUSE_EXPIRED] = "expired",
    [CAUSE_ORDERED] = "ordered",
    [CAUSE_DISK] = "disk",
    [CAUSE_CERTIFICATE] = "certificate",
    [CAUSE_PLANNED_OFF] = "planned_off",
};

const char *cause_name(enum cause cause)
{
    return (unsigned)cause < CAUSE_COUNT ? NAMES[cause] : NAMES[CAUSE_NONE];
}

enum status cause_from_name(struct text name, enum cause *out)
{
    for (unsigned i = 0; i < CAUSE_COUNT; i++) {
        if (!text_equal(name, text_of(NAMES[i])))
            continue;
        *out = (enum cause)i;
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

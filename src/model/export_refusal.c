/* SPDX-License-Identifier: Apache-2.0 */
#include "model/export_refusal.h"

const char *export_refusal_name(enum export_refusal refusal)
{
    static const char *const NAMES[EXPORT_REFUSAL_COUNT] = {
        [EXPORT_REFUSED_NOT] = "",
        [EXPORT_REFUSED_APPROVAL] = "approval",
        [EXPORT_REFUSED_PASSWORD] = "password",
        [EXPORT_REFUSED_OWN] = "own",
        [EXPORT_REFUSED_OVER] = "over",
    };
    return (unsigned)refusal < EXPORT_REFUSAL_COUNT ? NAMES[refusal] : "";
}

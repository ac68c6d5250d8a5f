/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/export_refusal - why video is not taken out, or an order not answered,
 * by somebody who has the right. Threads: any; constant.
 */
#ifndef MODEL_EXPORT_REFUSAL_H
#define MODEL_EXPORT_REFUSAL_H

enum export_refusal {
    EXPORT_REFUSED_NOT = 0,
    EXPORT_REFUSED_APPROVAL, /* another person's word is missing */
    EXPORT_REFUSED_PASSWORD, /* the password must be given once more */
    EXPORT_REFUSED_OWN,      /* nobody answers their own order */
    EXPORT_REFUSED_OVER,     /* declined, too late, or made already */
    EXPORT_REFUSAL_COUNT
};

/* As an entry says it: "approval". Never NULL; static storage. */
const char *export_refusal_name(enum export_refusal refusal);

#endif

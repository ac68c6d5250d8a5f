/* SPDX-License-Identifier: Apache-2.0 */
/* support/notice_model - any valid notice.yaml, by a seed. */
#ifndef SUPPORT_NOTICE_MODEL_H
#define SUPPORT_NOTICE_MODEL_H

#include <stdbool.h>

#include "unit/test.h"

enum {
    NOTICE_MODEL_BYTES_MAX = 1 << 16,
    NOTICE_MODEL_SITES_MAX = 5,
    NOTICE_MODEL_GROUPS_MAX = 5, /* of a site */
    NOTICE_MODEL_NAME_SIZE = 96,
};

/* A notice.yaml being made. */
struct notice_model {
    struct test_random random;
    char yaml[NOTICE_MODEL_BYTES_MAX];
    size_t used;
    size_t sites;  /* with groups; one more has none, perhaps */
    size_t groups[NOTICE_MODEL_SITES_MAX];
    char places[NOTICE_MODEL_SITES_MAX][NOTICE_MODEL_GROUPS_MAX]
               [2 * NOTICE_MODEL_NAME_SIZE];
    bool has_bare_site;
    bool has_floors;
    bool has_coverage;
    bool has_beside; /* columns of purposes and remarks */
};

/* A model whose yaml holds a notice without errors. The checks of cmocka fail
 * where it does not fit. */
void notice_model_make(struct notice_model *m, uint64_t seed);

#endif

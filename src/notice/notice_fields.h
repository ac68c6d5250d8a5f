/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/notice_fields - the keys of notice.yaml, as tables for yaml_fill.
 * docs/reference/notice.md describes them.
 */
#ifndef NOTICE_NOTICE_FIELDS_H
#define NOTICE_NOTICE_FIELDS_H

#include "notice/yaml_fill.h"

/* A period as it stands in the file, before it is one of three. */
struct notice_period {
    uint32_t days;
    uint32_t months;
    uint32_t seconds;
    struct notice_words words;
    struct notice_words reason;
    uint32_t line;
};

extern const struct yaml_field NOTICE_FIELDS[];       /* struct notice */
extern const struct yaml_field NOTICE_GROUP_FIELDS[]; /* notice_group */
extern const struct yaml_field NOTICE_PERIOD_FIELDS[];
extern const char *const NOTICE_ROLE_NAMES[];
extern const char *const NOTICE_PURPOSE_KIND_NAMES[];
extern const char *const NOTICE_PLACE_KIND_NAMES[];
extern const char *const NOTICE_CAMERA_CLASS_NAMES[];
extern const char *const NOTICE_SHIFT_NAMES[];
extern const char *const NOTICE_EXCLUSION_MEANS_NAMES[];

#endif

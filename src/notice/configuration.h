/* SPDX-License-Identifier: Apache-2.0 */
/* notice/configuration - both files of an installation, checked together. */
#ifndef NOTICE_CONFIGURATION_H
#define NOTICE_CONFIGURATION_H

#include "notice/finding.h"
#include "notice/notice.h"
#include "notice/plant.h"
#include "sys/file.h"

enum { CONFIGURATION_FILE_BYTES_MAX = 1 << 20 };

struct configuration {
    struct notice *notice;
    struct plant *plant;
    uint8_t *notice_yaml; /* the bytes as read: they are hashed and shown */
    size_t notice_yaml_size;
};

/*
 * Reads directory/notice.yaml and directory/plant.yaml. Also what is wrong
 * with reading them becomes a finding.
 * Ownership: on success configuration_deinit releases both.
 * Fails with: BAD_INPUT (see findings), NO_MEMORY. On failure *out is zeroed.
 */
MUST_USE enum status configuration_load(const struct file_layer *layer,
                                        const char *directory,
                                        struct findings *findings,
                                        struct configuration *out);

void configuration_deinit(struct configuration *configuration);

#endif

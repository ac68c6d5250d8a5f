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
    uint8_t *signature; /* the bytes of notice.yaml.sig; mostly NULL */
    size_t signature_size;
    uint8_t *site_file; /* the bytes of directory/site; mostly NULL */
    uint32_t version;   /* of the notice; 0: read from notice.yaml itself */
};

/*
 * Reads the notice in force, versions/N/notice.yaml as the book says, or, where
 * there is no version yet, notice.yaml; and plant.yaml. Also what is wrong
 * with reading them becomes a finding: a version whose file is gone or damaged
 * is one, and notice.yaml is taken, since cameras that stop help nobody.
 * Where the plant names a notice_key, notice.yaml.sig beside the notice must be
 * its signature. Which site of the notice this is says the plant's site:, or
 * else the file directory/site (see configuration_load_site).
 * Ownership: on success configuration_deinit releases both.
 * Fails with: BAD_INPUT (see findings), NO_MEMORY. On failure *out is zeroed.
 */
MUST_USE enum status configuration_load(const struct file_layer *layer,
                                        const char *directory,
                                        struct findings *findings,
                                        struct configuration *out);

/*
 * As above, for the site of this id; NULL: as configured. Another one than
 * plant.yaml or directory/site say is a finding.
 */
MUST_USE enum status configuration_load_site(const struct file_layer *layer,
                                             const char *directory,
                                             const char *site,
                                             struct findings *findings,
                                             struct configuration *out);

/* Makes it the site for good, by the file directory/site; nothing is written
 * where the plant says it itself. Fails with: as sys/file.h. */
MUST_USE enum status
configuration_keep_site(const struct file_layer *layer, const char *directory,
                        const struct configuration *configuration);

void configuration_deinit(struct configuration *configuration);

#endif

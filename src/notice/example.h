/* SPDX-License-Identifier: Apache-2.0 */
/* notice/example - writes a demo installation's configuration, after one of
 * the two founding notices. */
#ifndef NOTICE_EXAMPLE_H
#define NOTICE_EXAMPLE_H

#include <stdint.h>

#include "base/status.h"
#include "sys/file.h"

struct notice_example {
    uint32_t short_retention_s; /* of the group sharing-okpo; not of a site */
    uint16_t camera_port;       /* simulated cameras on 127.0.0.1, /cam/N */
    uint16_t web_port;
    uint64_t volume_bytes;
    uint64_t hold_reserve_bytes;
    const char *camera_user;     /* NULL: cameras without authentication */
    const char *camera_password; /* written to secrets/cameras */
};

/*
 * Writes directory/notice.yaml, plant.yaml and secrets/ after
 * examples/geoje-family-center; what is there already is replaced.
 * Fails with: as sys/file.h.
 */
MUST_USE enum status notice_example_write(const struct file_layer *layer,
                                          const char *directory,
                                          const struct notice_example *example);

/*
 * One site of examples/gwangju-labor-office: the notice of all its sites as it
 * was signed, the signature, and the plant of this one. site: an id of the
 * notice's. Fails with: NOT_FOUND (no such site); as sys/file.h.
 */
MUST_USE enum status
notice_example_site_write(const struct file_layer *layer,
                          const char *directory, const char *site,
                          const struct notice_example *example);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* notice/plant_password - a camera's password, out of the file that the plant
 * names. */
#ifndef NOTICE_PLANT_PASSWORD_H
#define NOTICE_PLANT_PASSWORD_H

#include "notice/plant.h"
#include "sys/file.h"

enum { PLANT_PASSWORD_BYTES_MAX = 128 };

/*
 * The first line of directory/password_file; empty where none is named.
 * *memory: from base/alloc, the caller's to wipe and free, on failure too;
 * *password is a view into it.
 * Fails with: LIMIT, and as file_read_all.
 */
MUST_USE enum status plant_password_read(const struct file_layer *layer,
                                         const char *directory,
                                         const struct plant_camera *camera,
                                         uint8_t **memory,
                                         struct text *password);

#endif

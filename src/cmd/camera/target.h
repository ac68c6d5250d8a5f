/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/camera/target - a camera that a command speaks with, as the plant has it.
 */
#ifndef CMD_CAMERA_TARGET_H
#define CMD_CAMERA_TARGET_H

#include "crypto/tls.h"
#include "model/language.h"
#include "notice/plant.h"

struct camera_target {
    const struct plant *plant;         /* where it may be */
    const struct plant_camera *camera; /* host, ports, path, user */
    uint8_t *memory;                   /* holds the password */
    struct text password;
    bool has_pin;
    uint8_t pin[TLS_FINGERPRINT_SIZE];
};

/*
 * Reads password and pin out of the installation. plant and camera are
 * borrowed until camera_target_deinit, which wipes the password.
 * EXIT_OK, or EXIT_ENVIRONMENT after a word on standard error; deinit then too.
 */
int camera_target_init(const char *directory, const struct plant *plant,
                       const struct plant_camera *camera,
                       enum language language, struct camera_target *out);
void camera_target_deinit(struct camera_target *target);

/* Where ONVIF is asked: the plant's port, or the scheme's. */
uint16_t camera_target_onvif_port(const struct camera_target *target);

#endif

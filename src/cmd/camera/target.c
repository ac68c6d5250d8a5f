/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/target.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/camera/words.h"
#include "cmd/command.h"
#include "crypto/secret.h"
#include "ingest/pin_book.h"
#include "notice/plant_password.h"

enum { PATH_SIZE = 1100, HTTP_PORT = 80, HTTPS_PORT = 443 };

static enum status read_pin(const char *directory, struct camera_target *target)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/tls/cameras", directory);
    AUTO(alloc_release) struct pin_book *book = alloc_zeroed(sizeof *book);
    if (book == NULL)
        return STATUS_NO_MEMORY;
    enum status s = pin_book_read(book, &FILE_LAYER_SYSTEM, path);
    const struct pin *pin =
        s == STATUS_OK ? pin_book_find(book, target->camera->number) : NULL;
    target->has_pin = pin != NULL;
    if (pin != NULL)
        memcpy(target->pin, pin->fingerprint, sizeof target->pin);
    return s;
}

int camera_target_init(const char *directory, const struct plant *plant,
                       const struct plant_camera *camera,
                       enum language language, struct camera_target *out)
{
    *out = (struct camera_target){.plant = plant, .camera = camera};
    enum status s = plant_password_read(&FILE_LAYER_SYSTEM, directory, camera,
                                        &out->memory, &out->password);
    if (s != STATUS_OK) {
        (void)fprintf(
            stderr,
            language == LANGUAGE_KOREAN
                ? "haechi: 카메라 %u의 비밀번호를 %s/%.*s에서 읽을 수 없습니다: %s - "
                  "그 파일의 첫 줄에 적으십시오\n"
                : "haechi: the password of camera %u cannot be read from "
                  "%s/%.*s: %s - write it there, in the first line\n",
            (unsigned)camera->number, directory,
            (int)camera->password_file.size, camera->password_file.data,
            camera_words_file(s, language));
        return EXIT_ENVIRONMENT;
    }
    s = camera->is_secure ? read_pin(directory, out) : STATUS_OK;
    if (s == STATUS_OK)
        return EXIT_OK;
    (void)fprintf(stderr,
                  language == LANGUAGE_KOREAN
                      ? "haechi: %s/tls/cameras를 읽을 수 없습니다: %s\n"
                      : "haechi: %s/tls/cameras cannot be read: %s\n",
                  directory, camera_words_file(s, language));
    return EXIT_ENVIRONMENT;
}

void camera_target_deinit(struct camera_target *target)
{
    if (target->memory != NULL)
        secret_wipe(target->memory, target->password.size);
    alloc_free(target->memory);
    *target = (struct camera_target){.plant = NULL};
}

uint16_t camera_target_onvif_port(const struct camera_target *target)
{
    if (target->camera->onvif_port != 0)
        return target->camera->onvif_port;
    return target->camera->is_secure ? HTTPS_PORT : HTTP_PORT;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/plant_password.h"

#include <stdio.h>

#include "base/text.h"

enum { PATH_SIZE = 1600 };

enum status plant_password_read(const struct file_layer *layer,
                                const char *directory,
                                const struct plant_camera *camera,
                                uint8_t **memory, struct text *password)
{
    char path[PATH_SIZE];
    size_t size = 0;
    *password = text_of("");
    if (camera->password_file.size == 0)
        return STATUS_OK;
    int used =
        snprintf(path, sizeof path, "%s/%.*s", directory,
                 (int)camera->password_file.size, camera->password_file.data);
    if (used < 0 || (size_t)used >= sizeof path)
        return STATUS_LIMIT;
    enum status s = file_read_all(layer, path, PLANT_PASSWORD_BYTES_MAX + 2,
                                  memory, &size);
    if (s != STATUS_OK)
        return s;
    struct text content = bytes_text(bytes_of(*memory, size));
    *password = text_cut(&content, '\n');
    if (password->size > 0 && password->data[password->size - 1] == '\r')
        password->size--;
    return password->size > PLANT_PASSWORD_BYTES_MAX ? STATUS_LIMIT : STATUS_OK;
}

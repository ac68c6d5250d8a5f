/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/pins.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"

enum { PATH_SIZE = 1100 };

enum status camera_pins_fingerprint(struct text text,
                                    uint8_t out[TLS_FINGERPRINT_SIZE])
{
    char hex[HEX_SIZE(TLS_FINGERPRINT_SIZE)];
    size_t used = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == ':')
            continue;
        if (used == sizeof hex)
            return STATUS_BAD_INPUT;
        hex[used++] = (char)(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    }
    return hex_decode((struct text){hex, used}, out, TLS_FINGERPRINT_SIZE);
}

enum status camera_pins_take(const char *directory, const struct pin *pins,
                             size_t count)
{
    char path[PATH_SIZE];
    AUTO(alloc_release) struct pin_book *book = alloc_zeroed(sizeof *book);
    if (book == NULL)
        return STATUS_NO_MEMORY;
    (void)snprintf(path, sizeof path, "%s/tls", directory);
    enum status s = FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path);
    (void)snprintf(path, sizeof path, "%s/tls/cameras", directory);
    if (s == STATUS_OK)
        s = pin_book_read(book, &FILE_LAYER_SYSTEM, path);
    for (size_t i = 0; s == STATUS_OK && i < count; i++)
        s = pin_book_put(book, pins[i].camera, pins[i].fingerprint);
    return s == STATUS_OK ? pin_book_write(book, &FILE_LAYER_SYSTEM, path) : s;
}

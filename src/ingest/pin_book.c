/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/pin_book.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"

enum { LINE_BYTES_MAX = 96, BOOK_BYTES_MAX = LINE_BYTES_MAX * CAMERAS_MAX };

const struct pin *pin_book_find(const struct pin_book *book, uint32_t camera)
{
    for (size_t i = 0; i < book->count; i++)
        if (book->pins[i].camera == camera)
            return &book->pins[i];
    return NULL;
}

enum status pin_book_put(struct pin_book *book, uint32_t camera,
                         const uint8_t fingerprint[])
{
    size_t at = 0;
    if (camera < CAMERA_NUMBER_MIN || camera > CAMERA_NUMBER_MAX)
        return STATUS_BAD_INPUT;
    while (at < book->count && book->pins[at].camera < camera)
        at++;
    bool is_new = at == book->count || book->pins[at].camera != camera;
    if (is_new && book->count == CAMERAS_MAX)
        return STATUS_LIMIT;
    if (is_new) {
        memmove(book->pins + at + 1, book->pins + at,
                (book->count - at) * sizeof book->pins[0]);
        book->count++;
    }
    book->pins[at].camera = camera;
    memcpy(book->pins[at].fingerprint, fingerprint, TLS_FINGERPRINT_SIZE);
    return STATUS_OK;
}

static enum status take_line(struct pin_book *book, struct text line)
{
    uint64_t number = 0;
    uint8_t fingerprint[TLS_FINGERPRINT_SIZE];
    if (!text_equal(text_cut(&line, ' '), text_of("camera")) ||
        number_parse_u64(text_cut(&line, ' '), CAMERA_NUMBER_MIN,
                         CAMERA_NUMBER_MAX, &number) != STATUS_OK ||
        !text_equal(text_cut(&line, ' '), text_of("sha256")) ||
        hex_decode(line, fingerprint, sizeof fingerprint) != STATUS_OK ||
        pin_book_find(book, (uint32_t)number) != NULL)
        return STATUS_BAD_INPUT;
    return pin_book_put(book, (uint32_t)number, fingerprint);
}

enum status pin_book_parse(struct pin_book *book, struct text text)
{
    enum status s = STATUS_OK;
    book->count = 0;
    if (text.size > 0 && text.data[text.size - 1] != '\n')
        s = STATUS_BAD_INPUT; /* cut off */
    while (text.size > 0 && s == STATUS_OK)
        s = take_line(book, text_cut(&text, '\n'));
    if (s != STATUS_OK)
        book->count = 0;
    return s;
}

enum status pin_book_read(struct pin_book *book, const struct file_layer *layer,
                          const char *path)
{
    uint8_t *content = NULL;
    size_t size = 0;
    book->count = 0;
    enum status s = file_read_all(layer, path, BOOK_BYTES_MAX, &content, &size);
    if (s == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (s == STATUS_OK)
        s = pin_book_parse(book, bytes_text(bytes_of(content, size)));
    alloc_free(content);
    return s;
}

enum status pin_book_write(const struct pin_book *book,
                           const struct file_layer *layer, const char *path)
{
    struct buffer text = buffer_with_limit(BOOK_BYTES_MAX);
    char hex[HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1];
    for (size_t i = 0; i < book->count; i++) {
        hex_encode(bytes_of(book->pins[i].fingerprint, TLS_FINGERPRINT_SIZE),
                   hex);
        buffer_format(&text, "camera %u sha256 %s\n",
                      (unsigned)book->pins[i].camera, hex);
    }
    enum status s = buffer_status(&text);
    if (s == STATUS_OK)
        s = file_replace(layer, path, buffer_bytes(&text));
    buffer_deinit(&text);
    return s;
}

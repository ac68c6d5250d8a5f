/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/package/zip_form.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

enum {
    END_SIZE = 22,
    LOCAL_SIZE = 30,
    CENTRAL_SIZE = 46,
    AES_EXTRA_SIZE = 11,
    AES_OVERHEAD = 16 + 2 + 10, /* salt, check, sum */
    MADE_BY = 0x033f,           /* UNIX, 6.3 */
    PLAIN_VERSION = 10,
    AES_VERSION = 51,
    FLAG_SEALED = 1,
    METHOD_STORED = 0,
    METHOD_AES = 99,
    VARIABLE_MAX = ZIP_FORM_NAME_MAX + AES_EXTRA_SIZE,
};

#define LOCAL_MAGIC 0x04034b50u
#define CENTRAL_MAGIC 0x02014b50u
#define END_MAGIC 0x06054b50u

/* Reads what lies behind each other, little-endian. */
struct little {
    const uint8_t *at;
};

static uint32_t u16(struct little *in)
{
    uint32_t value = (uint32_t)in->at[0] | (uint32_t)in->at[1] << 8;
    in->at += 2;
    return value;
}

static uint32_t u32(struct little *in)
{
    uint32_t low = u16(in);
    return low | u16(in) << 16;
}

/* What both headers of a file say. */
struct common {
    uint32_t version;
    uint32_t flags;
    uint32_t method;
    uint32_t time;
    uint32_t date;
    uint32_t crc;
    uint32_t stored_size;
    uint32_t size;
    uint32_t name_size;
    uint32_t extra_size;
    uint8_t variable[VARIABLE_MAX]; /* name, extra */
};

struct reading {
    zip_read_fn *read_at;
    void *context;
    uint64_t size;
    struct zip_form *out;
    struct zip_fault *fault;
    uint32_t count;
    uint64_t directory_at;
    uint64_t directory_size;
};

static enum status wrong(struct reading *reading, uint64_t at,
                         const char *where, const char *what)
{
    *reading->fault = (struct zip_fault){at, where, what};
    return STATUS_CORRUPT;
}

static enum status read_part(struct reading *reading, uint64_t at, void *out,
                             size_t size)
{
    if (at > reading->size || size > reading->size - at)
        return wrong(reading, reading->size, "zip", "it ends too early");
    return reading->read_at(reading->context, at, out, size);
}

/* ---- the end ---- */

static enum status read_end(struct reading *reading)
{
    uint8_t bytes[END_SIZE];
    struct little in = {bytes};
    if (reading->size < END_SIZE)
        return wrong(reading, 0, "zip", "too short to be one");
    uint64_t at = reading->size - END_SIZE;
    enum status s = read_part(reading, at, bytes, END_SIZE);
    if (s != STATUS_OK)
        return s;
    bool is_good = u32(&in) == END_MAGIC;
    is_good &= u16(&in) == 0;
    is_good &= u16(&in) == 0;
    reading->count = u16(&in);
    is_good &= u16(&in) == reading->count;
    reading->directory_size = u32(&in);
    reading->directory_at = u32(&in);
    is_good &= u16(&in) == 0;
    if (!is_good || reading->directory_at > at ||
        reading->directory_size != at - reading->directory_at)
        return wrong(reading, at, "zip directory",
                     "its end is damaged, or bytes were added or cut off");
    return reading->count > ZIP_FORM_FILES_MAX ? STATUS_LIMIT : STATUS_OK;
}

/* ---- headers ---- */

static void read_common(struct little *in, struct common *out)
{
    out->version = u16(in);
    out->flags = u16(in);
    out->method = u16(in);
    out->time = u16(in);
    out->date = u16(in);
    out->crc = u32(in);
    out->stored_size = u32(in);
    out->size = u32(in);
    out->name_size = u16(in);
    out->extra_size = u16(in);
}

static bool is_name_good(const struct common *header)
{
    bool is_good =
        header->name_size > 0 && header->name_size <= ZIP_FORM_NAME_MAX;
    for (uint32_t i = 0; is_good && i < header->name_size; i++) {
        uint8_t c = header->variable[i];
        is_good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == '/';
    }
    return is_good;
}

/* AE-1 or AE-2. Debian's libzip 1.7.3 says AE-2 and gives the sum all the same,
 * which it need not; both headers must agree on it. */
static bool is_extra_good(const struct common *header)
{
    static const uint8_t EXPECTED[AES_EXTRA_SIZE] = {0x01, 0x99, 7, 0, 0, 0,
                                                     'A',  'E',  3, 0, 0};
    const uint8_t *extra = header->variable + header->name_size;
    uint8_t copy[AES_EXTRA_SIZE];
    if (header->extra_size != AES_EXTRA_SIZE)
        return false;
    memcpy(copy, extra, sizeof copy);
    uint8_t version = copy[4];
    copy[4] = 0;
    return memcmp(copy, EXPECTED, sizeof copy) == 0 &&
           (version == 1 || version == 2);
}

static bool is_form_good(const struct common *header)
{
    if (header->time != 0 || header->date != ZIP_FORM_DATE ||
        !is_name_good(header))
        return false;
    if (header->flags == 0)
        return header->version == PLAIN_VERSION &&
               header->method == METHOD_STORED && header->extra_size == 0 &&
               header->stored_size == header->size;
    return header->flags == FLAG_SEALED && header->version == AES_VERSION &&
           header->method == METHOD_AES && is_extra_good(header) &&
           header->stored_size - AES_OVERHEAD == header->size &&
           header->stored_size >= AES_OVERHEAD;
}

static enum status read_variable(struct reading *reading, uint64_t at,
                                 struct common *header, const char *where)
{
    if (header->name_size > ZIP_FORM_NAME_MAX ||
        header->extra_size > AES_EXTRA_SIZE)
        return wrong(reading, at, where, "a header is damaged");
    return read_part(reading, at, header->variable,
                     header->name_size + header->extra_size);
}

static enum status read_local(struct reading *reading, uint64_t at,
                              const char *where, struct common *out)
{
    uint8_t bytes[LOCAL_SIZE];
    struct little in = {bytes};
    enum status s = read_part(reading, at, bytes, LOCAL_SIZE);
    if (s != STATUS_OK)
        return s;
    if (u32(&in) != LOCAL_MAGIC)
        return wrong(reading, at, where, "its header is damaged");
    read_common(&in, out);
    return read_variable(reading, at + LOCAL_SIZE, out, where);
}

static enum status read_central(struct reading *reading, uint64_t at,
                                struct common *out, uint64_t *local_at)
{
    uint8_t bytes[CENTRAL_SIZE];
    struct little in = {bytes};
    enum status s = read_part(reading, at, bytes, CENTRAL_SIZE);
    if (s != STATUS_OK)
        return s;
    bool is_good = u32(&in) == CENTRAL_MAGIC;
    is_good &= u16(&in) == MADE_BY;
    read_common(&in, out);
    is_good &= u16(&in) == 0; /* comment */
    is_good &= u16(&in) == 0; /* disk */
    is_good &= u16(&in) == 0; /* internal attributes */
    is_good &= u32(&in) == ZIP_FORM_ATTRIBUTES;
    *local_at = u32(&in);
    if (!is_good)
        return wrong(reading, at, "zip directory", "a row is damaged");
    s = read_variable(reading, at + CENTRAL_SIZE, out, "zip directory");
    return s == STATUS_OK && !is_form_good(out)
               ? wrong(reading, at, "zip directory", "a row is damaged")
               : s;
}

static bool is_same(const struct common *a, const struct common *b)
{
    return a->version == b->version && a->flags == b->flags &&
           a->method == b->method && a->time == b->time &&
           a->date == b->date && a->crc == b->crc &&
           a->stored_size == b->stored_size && a->size == b->size &&
           a->name_size == b->name_size && a->extra_size == b->extra_size &&
           memcmp(a->variable, b->variable, a->name_size + a->extra_size) == 0;
}

static enum status read_file(struct reading *reading, uint64_t *central_at,
                             uint64_t *content_end)
{
    struct common central;
    struct common local;
    uint64_t local_at = 0;
    struct zip_file_form *file = &reading->out->files[reading->out->count];
    enum status s = read_central(reading, *central_at, &central, &local_at);
    if (s != STATUS_OK)
        return s;
    memcpy(file->name, central.variable, central.name_size);
    file->name[central.name_size] = 0;
    if (local_at != *content_end)
        return wrong(reading, *central_at, file->name,
                     "its place in the directory is wrong");
    s = read_local(reading, local_at, file->name, &local);
    if (s != STATUS_OK)
        return s;
    if (!is_same(&local, &central))
        return wrong(reading, local_at, file->name,
                     "its header and the directory differ");
    *central_at += CENTRAL_SIZE + central.name_size + central.extra_size;
    file->header_at = local_at;
    file->content_at =
        local_at + LOCAL_SIZE + local.name_size + local.extra_size;
    file->stored_size = local.stored_size;
    file->size = local.size;
    file->is_sealed = local.flags != 0;
    *content_end = file->content_at + file->stored_size;
    if (zip_form_find(reading->out, file->name) != SIZE_MAX)
        return wrong(reading, local_at, file->name, "it stands there twice");
    reading->out->count++;
    return STATUS_OK;
}

enum status zip_form_read(zip_read_fn *read_at, void *context,
                          uint64_t file_size, struct zip_form *out,
                          struct zip_fault *fault)
{
    struct reading reading = {.read_at = read_at,
                              .context = context,
                              .size = file_size,
                              .out = out,
                              .fault = fault};
    uint64_t content_end = 0;
    *out = (struct zip_form){.count = 0};
    *fault = (struct zip_fault){.at = 0};
    if (file_size > ZIP_FORM_BYTES_MAX)
        return STATUS_LIMIT;
    enum status s = read_end(&reading);
    if (s != STATUS_OK)
        return s;
    out->files = alloc_array((size_t)reading.count + 1, sizeof *out->files);
    if (out->files == NULL)
        return STATUS_NO_MEMORY;
    uint64_t central_at = reading.directory_at;
    while (s == STATUS_OK && out->count < reading.count)
        s = read_file(&reading, &central_at, &content_end);
    if (s == STATUS_OK && (content_end != reading.directory_at ||
                           central_at != file_size - END_SIZE))
        s = wrong(&reading, content_end, "zip",
                  "bytes stand there that belong to no file");
    return s;
}

void zip_form_deinit(struct zip_form *form)
{
    alloc_free(form->files);
    *form = (struct zip_form){.count = 0};
}

size_t zip_form_find(const struct zip_form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->files[i].name, name) == 0)
            return i;
    }
    return SIZE_MAX;
}

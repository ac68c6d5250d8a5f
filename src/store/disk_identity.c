/* SPDX-License-Identifier: Apache-2.0 */
#include "store/disk_identity.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"

enum { IDENTITY_BYTES_MAX = 160 };

static enum status path_of(const char *directory, char out[PATH_SIZE])
{
    int size = snprintf(out, PATH_SIZE, "%s/identity", directory);
    return size > 0 && size < PATH_SIZE ? STATUS_OK : STATUS_LIMIT;
}

/* The line, with its end. Returns its size. */
static size_t encode(const struct disk_identity *identity,
                     char out[IDENTITY_BYTES_MAX])
{
    char installation[HEX_SIZE(INSTALLATION_ID_SIZE) + 1];
    char uuid[HEX_SIZE(DISK_UUID_SIZE) + 1];
    hex_encode(bytes_of(identity->installation, INSTALLATION_ID_SIZE),
               installation);
    hex_encode(bytes_of(identity->uuid, DISK_UUID_SIZE), uuid);
    return (size_t)snprintf(out, IDENTITY_BYTES_MAX,
                            "haechi-disk 1 %s %s %u %llu\n", installation,
                            uuid, (unsigned)identity->slot,
                            (unsigned long long)identity->generation);
}

/* Only as it was written: there is no sum over it. */
static bool is_as_written(const struct disk_identity *identity,
                          struct text line)
{
    char right[IDENTITY_BYTES_MAX];
    size_t size = encode(identity, right);
    return text_equal(line, (struct text){right, size});
}

static enum status parse(struct text line, struct disk_identity *out)
{
    uint64_t slot = 0;
    struct text rest = {line.data, line.size > 0 ? line.size - 1 : 0};
    if (!text_equal(text_cut(&rest, ' '), text_of("haechi-disk")) ||
        !text_equal(text_cut(&rest, ' '), text_of("1")) ||
        hex_decode(text_cut(&rest, ' '), out->installation,
                   INSTALLATION_ID_SIZE) != STATUS_OK ||
        hex_decode(text_cut(&rest, ' '), out->uuid, DISK_UUID_SIZE) !=
            STATUS_OK ||
        number_parse_u64(text_cut(&rest, ' '), 0, DISKS_MAX - 1, &slot) !=
            STATUS_OK ||
        number_parse_u64(rest, 1, UINT32_MAX, &out->generation) !=
            STATUS_OK)
        return STATUS_CORRUPT;
    out->slot = (uint16_t)slot;
    return is_as_written(out, line) ? STATUS_OK : STATUS_CORRUPT;
}

enum status disk_identity_read(const struct file_layer *layer,
                               const char *directory,
                               struct disk_identity *out)
{
    char path[PATH_SIZE];
    uint8_t *content = NULL;
    size_t size = 0;
    enum status s = path_of(directory, path);
    if (s == STATUS_OK)
        s = file_read_all(layer, path, IDENTITY_BYTES_MAX, &content, &size);
    if (s != STATUS_OK)
        return s;
    s = parse((struct text){(const char *)content, size}, out);
    alloc_free(content);
    return s;
}

enum status disk_identity_write(const struct file_layer *layer,
                                const char *directory,
                                const struct disk_identity *identity)
{
    char path[PATH_SIZE];
    char line[IDENTITY_BYTES_MAX];
    size_t size = encode(identity, line);
    enum status s = path_of(directory, path);
    return s == STATUS_OK
               ? file_replace(layer, path, bytes_of(line, size))
               : s;
}

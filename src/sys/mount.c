/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/mount.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/number.h"
#include "base/text.h"
#include "sys/system_error.h"

enum { LINE_SIZE = 4096, SHORT_SIZE = 256 };

/* The first line of a file; false where there is none. */
static bool first_line(const char *path, char *out, int size)
{
    FILE *file = fopen(path, "re");
    bool found = file != NULL && fgets(out, size, file) != NULL;
    if (file != NULL)
        (void)fclose(file);
    return found;
}

static bool is_rewriting(const char *type, const char *options)
{
    static const char *const TYPES[] = {"btrfs",    "zfs",  "overlay",
                                        "bcachefs", "nfs",  "nfs4",
                                        "cifs",     "smb3", "f2fs",
                                        "nilfs2",   "9p",   "fuse"};
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        size_t size = strlen(TYPES[i]);
        if (strncmp(type, TYPES[i], size) == 0 &&
            (type[size] == 0 || type[size] == '.'))
            return true;
    }
    return strstr(options, "data=journal") != NULL;
}

/* One line: id parent major:minor root point options ... - type source super */
static bool read_mount_line(const char *line, uint64_t device,
                            struct mount *out)
{
    const char *behind = strstr(line, " - ");
    struct text rest = text_of(line);
    struct text tail = text_of(behind == NULL ? "" : behind + 3);
    (void)text_cut(&rest, ' ');
    (void)text_cut(&rest, ' ');
    struct text numbers = text_cut(&rest, ' ');
    uint64_t major_number = 0;
    uint64_t minor_number = 0;
    if (number_parse_u64(text_cut(&numbers, ':'), 0, UINT32_MAX,
                         &major_number) != STATUS_OK ||
        number_parse_u64(numbers, 0, UINT32_MAX, &minor_number) !=
            STATUS_OK ||
        makedev((unsigned)major_number, (unsigned)minor_number) != device ||
        !text_copy(text_cut(&tail, ' '), out->type, sizeof out->type))
        return false;
    out->rewrites = is_rewriting(out->type, line);
    return true;
}

static void read_type(struct mount *out)
{
    char line[LINE_SIZE];
    FILE *file = fopen("/proc/self/mountinfo", "re");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        if (read_mount_line(line, out->device, out))
            break;
    }
    (void)fclose(file);
}

enum status mount_find(const char *path, struct mount *out)
{
    struct stat here;
    struct stat above;
    char parent[LINE_SIZE];
    *out = (struct mount){0};
    int size = snprintf(parent, sizeof parent, "%s/..", path);
    if (size < 0 || (size_t)size >= sizeof parent)
        return STATUS_LIMIT;
    if (stat(path, &here) != 0 || stat(parent, &above) != 0)
        return system_error_status(errno);
    out->device = here.st_dev;
    out->is_mount_point =
        here.st_dev != above.st_dev || here.st_ino == above.st_ino;
    read_type(out);
    return STATUS_OK;
}

/* zram is memory; what device mapper calls CRYPT- is encrypted. */
static bool is_safe_swap(const char *device)
{
    char path[SHORT_SIZE];
    char uuid[SHORT_SIZE];
    char real[PATH_MAX];
    const char *name = realpath(device, real) == NULL ? device : real;
    const char *slash = strrchr(name, '/');
    name = slash == NULL ? name : slash + 1;
    bool is_safe = strncmp(name, "zram", 4) == 0;
    (void)snprintf(path, sizeof path, "/sys/class/block/%.100s/dm/uuid",
                   name);
    if (first_line(path, uuid, sizeof uuid))
        is_safe |= strncmp(uuid, "CRYPT-", 6) == 0;
    return is_safe;
}

bool mount_has_open_swap(void)
{
    char line[LINE_SIZE];
    char device[SHORT_SIZE];
    bool found = false;
    FILE *file = fopen("/proc/swaps", "re");
    if (file == NULL)
        return false;
    /* A head line first. */
    if (fgets(line, sizeof line, file) != NULL) {
        while (fgets(line, sizeof line, file) != NULL) {
            struct text rest = text_of(line);
            if (text_copy(text_cut(&rest, ' '), device, sizeof device))
                found |= !is_safe_swap(device);
        }
    }
    (void)fclose(file);
    return found;
}

bool mount_may_hibernate(void)
{
    char states[SHORT_SIZE];
    char device[SHORT_SIZE];
    return first_line("/sys/power/state", states, sizeof states) &&
           strstr(states, "disk") != NULL &&
           first_line("/sys/power/resume", device, sizeof device) &&
           strncmp(device, "0:0", 3) != 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/log_files.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/command.h"
#include "sys/file.h"

enum { PATH_SIZE = 1240 };

static enum status read_file(const char *directory, const char *name,
                             uint8_t **memory, struct text *out)
{
    char path[PATH_SIZE];
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path, NOTE_SIZE_MAX,
                                  memory, &size);
    *out = bytes_text(bytes_of(*memory, size));
    return s;
}

enum status log_files_key(const char *directory, struct note_key *out)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    struct text vkey;
    enum status s = read_file(directory, "vkey", &memory, &vkey);
    if (s == STATUS_OK)
        s = note_key_parse(vkey, out);
    return s == STATUS_BAD_INPUT ? STATUS_CORRUPT : s;
}

enum status log_files_checkpoint(const char *directory, uint8_t **memory,
                                 struct text *note, struct checkpoint *out)
{
    struct note_key key;
    enum status s = log_files_key(directory, &key);
    if (s == STATUS_OK)
        s = read_file(directory, "checkpoint", memory, note);
    if (s != STATUS_OK)
        return s;
    s = checkpoint_open(*note, &key, out);
    return s == STATUS_BAD_INPUT || s == STATUS_NOT_FOUND ? STATUS_CORRUPT : s;
}

int log_files_explain(const char *directory, enum status status)
{
    const char *remedy = "look at haechi verify --log";
    if (status == STATUS_NOT_FOUND)
        remedy = "no such log or entry, or nothing is signed yet; give an "
                 "installation with --dir or a log with --log";
    else if (status == STATUS_DENIED)
        remedy = "run it as the user that records, or as root";
    (void)fprintf(stderr, "haechi: %s: %s - %s\n", directory,
                  status_name(status), remedy);
    return status == STATUS_CORRUPT ? EXIT_FINDING : EXIT_ENVIRONMENT;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "log/timestamps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "base/text.h"
#include "crypto/timestamp.h"
#include "log/limits.h"
#include "log/tree/note.h"

#define ANSWER_END ".tsr"

static bool path_of(const char *log_directory, uint64_t size, const char *end,
                    char out[LOG_PATH_SIZE])
{
    int used = snprintf(out, LOG_PATH_SIZE, "%s/timestamps/%" PRIu64 "%s",
                        log_directory, size, end);
    return used > 0 && used < LOG_PATH_SIZE;
}

static enum status make_directory(const struct file_layer *layer,
                                  const char *log_directory)
{
    char path[LOG_PATH_SIZE];
    int used = snprintf(path, sizeof path, "%s/timestamps", log_directory);
    if (used < 0 || used >= LOG_PATH_SIZE)
        return STATUS_LIMIT;
    enum status s = layer->make_directory(layer, path);
    return s == STATUS_OK ? layer->sync_directory(layer, log_directory) : s;
}

enum status timestamps_keep(const struct file_layer *layer,
                            const char *log_directory, uint64_t size,
                            struct bytes note, struct bytes answer)
{
    char path[LOG_PATH_SIZE];
    enum status s = make_directory(layer, log_directory);
    if (s == STATUS_OK)
        s = path_of(log_directory, size, "", path)
                ? file_replace(layer, path, note)
                : STATUS_LIMIT;
    if (s == STATUS_OK)
        s = path_of(log_directory, size, ANSWER_END, path)
                ? file_replace(layer, path, answer)
                : STATUS_LIMIT;
    return s;
}

static void insert(struct timestamps *list, uint64_t size)
{
    size_t at = 0;
    while (at < list->count && list->sizes[at] < size)
        at++;
    if (list->count < TIMESTAMPS_LISTED_MAX) {
        memmove(&list->sizes[at + 1], &list->sizes[at],
                (list->count - at) * sizeof *list->sizes);
        list->sizes[at] = size;
        list->count++;
        return;
    }
    list->older++;
    if (at == 0)
        return; /* older than all that are listed */
    memmove(&list->sizes[0], &list->sizes[1],
            (at - 1) * sizeof *list->sizes);
    list->sizes[at - 1] = size;
}

static void take_name(void *context, const char *name)
{
    struct text text = text_of(name);
    const struct text end = text_of(ANSWER_END);
    uint64_t size = 0;
    if (text.size <= end.size ||
        !text_equal((struct text){text.data + text.size - end.size, end.size},
                    end))
        return;
    text.size -= end.size;
    if (number_parse_u64(text, 1, INT64_MAX, &size) == STATUS_OK)
        insert(context, size);
}

enum status timestamps_list(const struct file_layer *layer,
                            const char *log_directory, struct timestamps *out)
{
    char path[LOG_PATH_SIZE];
    *out = (struct timestamps){.count = 0};
    int used = snprintf(path, sizeof path, "%s/timestamps", log_directory);
    if (used < 0 || used >= LOG_PATH_SIZE)
        return STATUS_LIMIT;
    enum status s = layer->list(layer, path, take_name, out);
    return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

enum status timestamps_read(const struct file_layer *layer,
                            const char *log_directory, uint64_t size,
                            struct timestamp_files *out)
{
    char path[LOG_PATH_SIZE];
    *out = (struct timestamp_files){.note = NULL};
    enum status s = path_of(log_directory, size, "", path)
                        ? file_read_all(layer, path, NOTE_SIZE_MAX, &out->note,
                                        &out->note_size)
                        : STATUS_LIMIT;
    if (s == STATUS_OK)
        s = path_of(log_directory, size, ANSWER_END, path)
                ? file_read_all(layer, path, TIMESTAMP_ANSWER_MAX,
                                &out->answer, &out->answer_size)
                : STATUS_LIMIT;
    if (s != STATUS_OK)
        timestamp_files_deinit(out);
    return s;
}

void timestamp_files_deinit(struct timestamp_files *files)
{
    alloc_free(files->note);
    alloc_free(files->answer);
    *files = (struct timestamp_files){.note = NULL};
}

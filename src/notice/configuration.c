/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/configuration.h"

#include <stdio.h>

#include "base/alloc.h"

enum { PATH_SIZE = 4096 };

/* What the operator can do about a file that cannot be read. */
static const char *remedy_of(enum status status)
{
    switch ((int)status) {
    case STATUS_NOT_FOUND:
        return "write it after examples/, or name the right directory";
    case STATUS_DENIED:
        return "let this user read it";
    case STATUS_LIMIT:
        return "it may have 1 MiB";
    default:
        return "check the disk";
    }
}

static enum status read_file(const struct file_layer *layer, const char *path,
                             struct findings *findings, uint8_t **out,
                             size_t *size)
{
    enum status s =
        file_read_all(layer, path, CONFIGURATION_FILE_BYTES_MAX, out, size);
    if (s == STATUS_OK || s == STATUS_NO_MEMORY)
        return s;
    findings_add(findings, FINDING_UNREADABLE,
                 (struct finding_place){path, 0, 0}, remedy_of(s),
                 "cannot be read: %s", status_name(s));
    return STATUS_BAD_INPUT;
}

static enum status load_plant(const struct file_layer *layer, const char *path,
                              struct findings *findings, struct plant **out)
{
    uint8_t *yaml = NULL;
    size_t size = 0;
    enum status s = read_file(layer, path, findings, &yaml, &size);
    if (s == STATUS_OK)
        s = plant_load(path, bytes_of(yaml, size), findings, out);
    alloc_free(yaml);
    return s;
}

static enum status load_notice(const struct file_layer *layer, const char *path,
                               struct findings *findings,
                               struct configuration *out)
{
    enum status s = read_file(layer, path, findings, &out->notice_yaml,
                              &out->notice_yaml_size);
    if (s == STATUS_OK)
        s = notice_load(path, bytes_of(out->notice_yaml, out->notice_yaml_size),
                        findings, &out->notice);
    return s;
}

enum status configuration_load(const struct file_layer *layer,
                               const char *directory, struct findings *findings,
                               struct configuration *out)
{
    *out = (struct configuration){0};
    char notice_path[PATH_SIZE];
    char plant_path[PATH_SIZE];
    int used =
        snprintf(notice_path, sizeof notice_path, "%s/notice.yaml", directory);
    (void)snprintf(plant_path, sizeof plant_path, "%s/plant.yaml", directory);
    if (used < 0 || used >= PATH_SIZE) {
        findings_add(findings, FINDING_UNREADABLE,
                     (struct finding_place){directory, 0, 0},
                     "use a shorter one", "the directory's name is too long");
        return findings_status(findings);
    }
    struct configuration found = {0};
    enum status first = load_notice(layer, notice_path, findings, &found);
    enum status second = load_plant(layer, plant_path, findings, &found.plant);
    if (first == STATUS_OK)
        first = second;
    if (first == STATUS_OK)
        first = plant_bind(found.plant, plant_path, found.notice, notice_path,
                           findings);
    if (first != STATUS_OK) {
        configuration_deinit(&found);
        return second == STATUS_NO_MEMORY ? second : first;
    }
    *out = found;
    return STATUS_OK;
}

void configuration_deinit(struct configuration *configuration)
{
    notice_destroy(&configuration->notice);
    plant_destroy(&configuration->plant);
    alloc_free(configuration->notice_yaml);
    *configuration = (struct configuration){0};
}

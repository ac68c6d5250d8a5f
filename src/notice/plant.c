/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/plant.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "notice/notice_signature.h"
#include "notice/plant_cameras.h"
#include "notice/plant_keys.h"
#include "notice/plant_masks.h"
#include "notice/plant_site.h"
#include "notice/plant_witness.h"
#include "notice/yaml_fill.h"
#include "sys/network.h"

enum {
    DIRECTORY_BYTES_MAX = 500,
    WEB_NAMES_MAX = 16,
    RTSP_PORT = 554,
    RTSPS_PORT = 322,
    NETWORKS_MAX = 32,
    WEB_PORT = 8443,
    DISKS_MAX = 32,
    SCRUB_DAYS = 30,
    BITRATE_KBPS = 2000,
    PASSWORD_MINUTES_MAX = 720, /* as long as a session lives */
    APPROVAL_HOURS = 24,
    APPROVAL_HOURS_MAX = 168,
    VOLUME_BYTES_MIN = 32 << 20,
    VOLUME_BYTES_DEFAULT = 1 << 30,
};

#define DISK(member)   .offset = offsetof(struct plant_disk, member)
#define PLANT(member)  .offset = offsetof(struct plant, member)

static const struct yaml_field DISK_FIELDS[] = {
    {.key = "id", .type = YAML_TYPE_ID, .is_required = true, DISK(id)},
    {.key = "path",
     .type = YAML_TYPE_TEXT,
     .is_required = true,
     DISK(path),
     .max = DIRECTORY_BYTES_MAX},
    {.type = YAML_TYPE_LINE, DISK(line)},
    {0},
};

static const struct yaml_field STORAGE_FIELDS[] = {
    {.key = "volume",
     .type = YAML_TYPE_BYTES,
     PLANT(volume_bytes),
     .min = VOLUME_BYTES_MIN,
     .max = 16ull << 30},
    {.key = "hold_reserve",
     .type = YAML_TYPE_BYTES,
     PLANT(hold_reserve_bytes),
     .min = 0,
     .max = 64ull << 40},
    {.key = "directory",
     .type = YAML_TYPE_TEXT,
     PLANT(volume_directory),
     .max = DIRECTORY_BYTES_MAX},
    {.key = "disks",
     .type = YAML_TYPE_LIST,
     PLANT(disks),
     .min = 1,
     .max = DISKS_MAX,
     .fields = DISK_FIELDS,
     .element_size = sizeof(struct plant_disk),
     .count_offset = offsetof(struct plant, disk_count)},
    {.key = "scrub_days",
     .type = YAML_TYPE_NUMBER,
     PLANT(scrub_days),
     .min = 1,
     .max = 366},
    {.key = "bitrate_kbps",
     .type = YAML_TYPE_NUMBER,
     PLANT(bitrate_kbps),
     .min = 1,
     .max = PLANT_BITRATE_KBPS_MAX},
    {0},
};

static const struct yaml_field EXPORT_FIELDS[] = {
    {.key = "second_person",
     .type = YAML_TYPE_BOOL,
     PLANT(exports.needs_second)},
    {.key = "password_again_minutes",
     .type = YAML_TYPE_NUMBER,
     PLANT(exports.password_minutes),
     .min = 1,
     .max = PASSWORD_MINUTES_MAX},
    {.key = "approval_hours",
     .type = YAML_TYPE_NUMBER,
     PLANT(exports.approval_hours),
     .min = 1,
     .max = APPROVAL_HOURS_MAX},
    {0},
};

static const struct yaml_field WEB_FIELDS[] = {
    {.key = "address", .type = YAML_TYPE_TEXT, PLANT(web_address), .max = 64},
    {.key = "port", .type = YAML_TYPE_PORT, PLANT(web_port)},
    {.key = "names",
     .type = YAML_TYPE_TEXTS,
     PLANT(web_names),
     .max = WEB_NAMES_MAX,
     .count_offset = offsetof(struct plant, web_name_count)},
    {0},
};

static const struct yaml_field PLANT_FIELDS[] = {
    {.key = "format", .type = YAML_TYPE_ELSEWHERE, .is_required = true},
    {.key = "installation", .type = YAML_TYPE_ID, PLANT(installation)},
    {.key = "site", .type = YAML_TYPE_ID, PLANT(site_id)},
    {.key = "notice_key",
     .type = YAML_TYPE_TEXT,
     PLANT(notice_key),
     .max = NOTICE_KEY_TEXT_SIZE - 1},
    {.key = "demo", .type = YAML_TYPE_BOOL, PLANT(is_demo)},
    {.key = "cameras",
     .type = YAML_TYPE_LIST,
     .is_required = true,
     PLANT(cameras),
     .min = 1,
     .max = CAMERAS_MAX,
     .fields = PLANT_CAMERA_FIELDS,
     .element_size = sizeof(struct plant_camera),
     .count_offset = offsetof(struct plant, camera_count)},
    {.key = "camera_networks",
     .type = YAML_TYPE_TEXTS,
     PLANT(camera_networks),
     .max = NETWORKS_MAX,
     .count_offset = offsetof(struct plant, camera_network_count)},
    {.key = "storage", .type = YAML_TYPE_MAP, .fields = STORAGE_FIELDS},
    {.key = "exports", .type = YAML_TYPE_MAP, .fields = EXPORT_FIELDS},
    {.key = "web", .type = YAML_TYPE_MAP, .fields = WEB_FIELDS},
    {.key = "keys", .type = YAML_TYPE_MAP, .fields = PLANT_KEYS_FIELDS},
    {.key = "witnesses",
     .type = YAML_TYPE_LIST,
     PLANT(witnesses),
     .min = 1,
     .max = PLANT_WITNESSES_MAX,
     .fields = PLANT_WITNESS_FIELDS,
     .element_size = sizeof(struct plant_witness),
     .count_offset = offsetof(struct plant, witness_count)},
    {.key = "witnessed",
     .type = YAML_TYPE_LIST,
     PLANT(witnessed),
     .min = 1,
     .max = PLANT_WITNESSES_MAX,
     .fields = PLANT_WITNESSED_FIELDS,
     .element_size = sizeof(struct plant_witnessed),
     .count_offset = offsetof(struct plant, witnessed_count)},
    {.key = "timestamps",
     .type = YAML_TYPE_MAP,
     .fields = PLANT_TIMESTAMPS_FIELDS},
    {0},
};

#define SHOWN(text) ((text).size > 60 ? 60 : (int)(text).size), (text).data

static void check_networks(const char *file, const struct plant *plant,
                           struct findings *findings)
{
    const struct yaml_node *list = yaml_child(
        plant->tree, yaml_tree_root(plant->tree), "camera_networks");
    for (size_t i = 0; i < plant->camera_network_count; i++) {
        struct network network;
        struct text text = plant->camera_networks[i];
        if (network_parse(text, &network) != STATUS_OK)
            findings_add(findings, FINDING_WRONG_TYPE,
                         list == NULL ? (struct finding_place){file, 0, 0}
                                      : yaml_place(plant->tree, list),
                         "write 192.0.2.0/24 or 2001:db8::/32",
                         "'%.*s' is no network", SHOWN(text));
    }
}

static void check_disks(const char *file, const struct plant *plant,
                        struct findings *findings)
{
    for (size_t i = 0; i < plant->disk_count; i++) {
        const struct plant_disk *disk = &plant->disks[i];
        const struct finding_place place = {file, disk->line, 0};
        if (disk->path.size > 0 && disk->path.data[0] != '/')
            findings_add(findings, FINDING_WRONG_TYPE, place,
                         "write where the disk is mounted, from / on",
                         "the path of disk '%.*s' is not absolute",
                         SHOWN(disk->id));
        for (size_t j = 0; j < i; j++) {
            const struct plant_disk *other = &plant->disks[j];
            if (text_equal(disk->id, other->id) ||
                text_equal(disk->path, other->path))
                findings_add(findings, FINDING_DUPLICATE_ID, place,
                             "give each disk its own id and path",
                             "the disk '%.*s' has the id or path of the one "
                             "in line %u",
                             SHOWN(disk->id), other->line);
        }
    }
    if (plant->disk_count > 0 && plant->volume_directory.size > 0)
        findings_add(findings, FINDING_DUPLICATE_KEY,
                     (struct finding_place){file, plant->disks[0].line, 0},
                     "leave one of them out",
                     "storage has both directory and disks");
}

/* The short form: one disk, d1. */
static enum status fill_disks(struct plant *plant)
{
    if (plant->disk_count > 0)
        return STATUS_OK;
    plant->disks = alloc_zeroed(sizeof *plant->disks);
    if (plant->disks == NULL)
        return STATUS_NO_MEMORY;
    plant->disk_count = 1;
    plant->disks[0].id = text_of("d1");
    plant->disks[0].path = plant->volume_directory.size > 0
                               ? plant->volume_directory
                               : text_of("volumes");
    return STATUS_OK;
}

static void fill_plant_defaults(struct plant *plant)
{
    if (plant->scrub_days == 0)
        plant->scrub_days = SCRUB_DAYS;
    if (plant->exports.approval_hours == 0)
        plant->exports.approval_hours = APPROVAL_HOURS;
    if (plant->bitrate_kbps == 0)
        plant->bitrate_kbps = BITRATE_KBPS;
    if (plant->volume_bytes == 0)
        plant->volume_bytes = VOLUME_BYTES_DEFAULT;
    if (plant->web_address.size == 0)
        plant->web_address = text_of("0.0.0.0");
    if (plant->web_port == 0)
        plant->web_port = WEB_PORT;
    for (size_t i = 0; i < plant->camera_count; i++) {
        if (plant->cameras[i].port == 0)
            plant->cameras[i].port =
                plant->cameras[i].is_secure ? RTSPS_PORT : RTSP_PORT;
        if (plant->cameras[i].transport == 0)
            plant->cameras[i].transport = CAMERA_TCP;
        if (plant->cameras[i].path.size == 0)
            plant->cameras[i].path = text_of("/");
        if (plant->cameras[i].bitrate_kbps == 0)
            plant->cameras[i].bitrate_kbps = plant->bitrate_kbps;
    }
}

static void check_format(struct yaml_fill *fill)
{
    const struct yaml_node *format =
        yaml_child(fill->tree, yaml_tree_root(fill->tree), "format");
    if (format != NULL && !text_equal(format->text, text_of("1")))
        findings_add(fill->findings, FINDING_UNKNOWN_VALUE,
                     yaml_place(fill->tree, format), "write format: 1",
                     "this version reads format 1 only");
}

enum status plant_load(const char *file_name, struct bytes yaml,
                       struct findings *findings, struct plant **out)
{
    *out = NULL;
    size_t errors_before = findings->errors;
    AUTO(plant_destroy) struct plant *plant = alloc_zeroed(sizeof *plant);
    if (plant == NULL)
        return STATUS_NO_MEMORY;
    size_t findings_before = findings->count;
    enum status s = yaml_tree_parse(file_name, yaml, findings, &plant->tree);
    if (s != STATUS_OK)
        return s;
    struct yaml_fill fill = {.tree = plant->tree, .findings = findings};
    yaml_fill_map(&fill, yaml_tree_root(plant->tree), PLANT_FIELDS, plant);
    check_format(&fill);
    plant_cameras_check(plant->tree->file, plant, findings);
    check_disks(plant->tree->file, plant, findings);
    check_networks(plant->tree->file, plant, findings);
    plant_keys_check(plant, findings);
    plant_witness_check(plant, findings);
    plant_masks_check(plant, findings);
    plant_site_check(plant, findings);
    yaml_tree_name_paths(plant->tree, findings, findings_before);
    plant->all_count = plant->camera_count;
    fill_plant_defaults(plant);
    if (fill.status == STATUS_OK)
        fill.status = fill_disks(plant);
    if (fill.status != STATUS_OK || findings->out_of_memory)
        return STATUS_NO_MEMORY;
    if (findings->errors > errors_before)
        return STATUS_BAD_INPUT;
    *out = plant;
    plant = NULL;
    return STATUS_OK;
}

void plant_destroy(struct plant **plant)
{
    if (*plant == NULL)
        return;
    size_t count = (*plant)->all_count > 0 ? (*plant)->all_count
                                           : (*plant)->camera_count;
    for (size_t i = 0; i < count; i++)
        alloc_free((*plant)->cameras[i].masks);
    alloc_free((*plant)->cameras);
    alloc_free((*plant)->disks);
    alloc_free((*plant)->camera_networks);
    alloc_free((*plant)->web_names);
    alloc_free((*plant)->witnesses);
    alloc_free((*plant)->witnessed);
    yaml_tree_destroy(&(*plant)->tree);
    alloc_free(*plant);
    *plant = NULL;
}

bool plant_disk_path(const struct plant_disk *disk, const char *installation,
                     char *out, size_t size)
{
    bool is_absolute = disk->path.size > 0 && disk->path.data[0] == '/';
    int used = snprintf(out, size, "%s%s%.*s", is_absolute ? "" : installation,
                        is_absolute ? "" : "/", (int)disk->path.size,
                        disk->path.data);
    return used > 0 && (size_t)used < size;
}

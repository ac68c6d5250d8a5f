/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/root_place.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "keys/offline.h"
#include "keys/root_files.h"
#include "keys/root_tpm.h"
#include "notice/finding.h"
#include "notice/plant.h"
#include "sys/file.h"
#include "sys/socket.h"
#include "sys/tpm_link.h"

enum { PATH_SIZE = 1200, PLANT_BYTES_MAX = 4 << 20 };

static enum status load_plant(const char *directory, struct plant **out)
{
    char path[PATH_SIZE];
    uint8_t *yaml = NULL;
    size_t size = 0;
    struct findings findings = {0};
    (void)snprintf(path, sizeof path, "%s/plant.yaml", directory);
    enum status s =
        file_read_all(&FILE_LAYER_SYSTEM, path, PLANT_BYTES_MAX, &yaml, &size);
    if (s == STATUS_OK)
        s = plant_load("plant.yaml", bytes_of(yaml, size), &findings, out);
    findings_deinit(&findings);
    alloc_free(yaml);
    return s;
}

static enum status open_there(const struct plant *plant, const char *keys,
                              struct root_store **out)
{
    struct root_tpm_options options = {.layer = &FILE_LAYER_SYSTEM,
                                       .directory = keys,
                                       .first_handle = plant->tpm_handle,
                                       .reads_only = true};
    struct root_tpm *roots = NULL;
    if (plant->erasure != KEY_ERASURE_TPM)
        return STATUS_BAD_INPUT;
    enum status s = tpm_link_open(plant->tcti, &options.descriptor);
    if (s != STATUS_OK)
        return STATUS_IO;
    s = root_tpm_open(&options, &roots);
    if (s == STATUS_OK)
        *out = root_tpm_store(roots);
    else
        socket_close(&options.descriptor);
    return s;
}

static void keys_path(const char *directory, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/keys", directory);
}

bool root_place_is_tpm(const char *directory)
{
    char keys[PATH_SIZE];
    keys_path(directory, keys);
    return root_tpm_is_set_up(&FILE_LAYER_SYSTEM, keys);
}

enum status root_place_open(const char *directory, struct root_store **out)
{
    char keys[PATH_SIZE];
    AUTO(plant_destroy) struct plant *plant = NULL;
    *out = NULL;
    keys_path(directory, keys);
    if (!root_place_is_tpm(directory))
        return root_files_open(&FILE_LAYER_SYSTEM, keys, ROOT_FILES_READ, out);
    enum status s = load_plant(directory, &plant);
    return s == STATUS_OK ? open_there(plant, keys, out) : s;
}

enum status root_place_keys(const char *directory, struct keys_offline **out)
{
    char keys[PATH_SIZE];
    AUTO(root_store_close) struct root_store *store = NULL;
    *out = NULL;
    keys_path(directory, keys);
    enum status s = root_place_open(directory, &store);
    return s == STATUS_OK
               ? keys_offline_open(&FILE_LAYER_SYSTEM, keys, store, out)
               : s;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/command.h"
#include "cmd/demo/demo.h"
#include "notice/configuration.h"
#include "notice/example.h"
#include "sys/file.h"

enum {
    SHORT_RETENTION_S = 180,
    SHORT_RETENTION_LEAST_S = 5,
    HOLD_VOLUMES = 2, /* kept free for holds */
};

static const uint64_t VOLUME_BYTES = 64u << 20;

const char DEMO_CAMERA_USER[] = "haechi";
const char DEMO_CAMERA_PASSWORD[] = "demo-camera";

static const struct demo_example EXAMPLES[] = {
    {.name = "geoje",
     .sites = {NULL},
     .cameras = 9,
     .frames_per_second = 15,
     .clip = "cam"},
    {.name = "gwangju",
     .sites = {"headquarters", "gwangju-center", "jeju-center",
               "gwangsan-center"},
     .cameras = 101,
     .frames_per_second = 3,
     .clip = "low"},
};

const struct demo_example *demo_example_find(const char *name)
{
    for (size_t i = 0; i < sizeof EXAMPLES / sizeof EXAMPLES[0]; i++)
        if (strcmp(EXAMPLES[i].name, name) == 0)
            return &EXAMPLES[i];
    return NULL;
}

static bool exists(const char *directory, const char *name)
{
    char path[DEMO_PATH_SIZE + 16];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

static int cannot_write(const char *directory, enum status status)
{
    (void)fprintf(stderr,
                  "haechi: %s: cannot write the example (%s) - choose a "
                  "directory that you may write to\n",
                  directory, status_name(status));
    return EXIT_ENVIRONMENT;
}

static int write_example(const struct demo_options *options, size_t index,
                         const struct demo_site *site)
{
    uint32_t short_s = SHORT_RETENTION_S;
    if (options->seconds > 0)
        short_s = (uint32_t)(options->seconds / 3);
    if (short_s < SHORT_RETENTION_LEAST_S)
        short_s = SHORT_RETENTION_LEAST_S;
    const struct notice_example example = {
        .short_retention_s = short_s,
        .camera_port = (uint16_t)options->camera_port,
        .web_port = (uint16_t)(options->web_port + index),
        .volume_bytes = VOLUME_BYTES,
        .hold_reserve_bytes = HOLD_VOLUMES * VOLUME_BYTES,
        .camera_user = DEMO_CAMERA_USER,
        .camera_password = DEMO_CAMERA_PASSWORD,
    };
    const struct file_layer *layer = &FILE_LAYER_SYSTEM;
    enum status s = layer->make_directory(layer, site->directory);
    if (s == STATUS_OK && site->id == NULL)
        s = notice_example_write(layer, site->directory, &example);
    else if (s == STATUS_OK)
        s = notice_example_site_write(layer, site->directory, site->id,
                                      &example);
    return s == STATUS_OK ? EXIT_OK : cannot_write(site->directory, s);
}

/* A directory that exists goes on as it is; its cameras' port counts. */
static void take_port(struct demo_options *options,
                      const struct demo_site *site)
{
    struct findings findings = {0};
    struct configuration configuration = {0};
    if (configuration_load(&FILE_LAYER_SYSTEM, site->directory, &findings,
                           &configuration) == STATUS_OK &&
        configuration.plant->camera_count > 0)
        options->camera_port = configuration.plant->cameras[0].port;
    /* What is wrong is said by installation_prepare. */
    configuration_deinit(&configuration);
    findings_deinit(&findings);
}

static int too_long(const char *directory)
{
    (void)fprintf(stderr, "haechi: %s: too long a path\n", directory);
    return EXIT_USAGE;
}

static int configure(struct demo_options *options, size_t index,
                     struct demo_site *site)
{
    int size = site->id == NULL
                   ? snprintf(site->directory, sizeof site->directory, "%s",
                              options->directory)
                   : snprintf(site->directory, sizeof site->directory, "%s/%s",
                              options->directory, site->id);
    if (size < 0 || (size_t)size >= sizeof site->directory)
        return too_long(options->directory);
    if (!exists(site->directory, "plant.yaml"))
        return write_example(options, index, site);
    if (index == 0)
        take_port(options, site);
    return EXIT_OK;
}

/* The other example lives there. */
static int other_example(const char *directory)
{
    (void)fprintf(stderr,
                  "haechi: %s: another example runs there - choose another "
                  "directory\n",
                  directory);
    return EXIT_USAGE;
}

int demo_configure(const struct demo_example *example,
                   struct demo_options *options,
                   struct demo_site sites[DEMO_SITES_MAX], size_t *count)
{
    const struct file_layer *layer = &FILE_LAYER_SYSTEM;
    *count = 0;
    if (exists(options->directory, example->sites[0] == NULL
                                       ? "headquarters"
                                       : "plant.yaml"))
        return other_example(options->directory);
    enum status s = layer->make_directory(layer, options->directory);
    int code = s == STATUS_OK ? EXIT_OK : cannot_write(options->directory, s);
    do {
        sites[*count].id = example->sites[*count];
        if (code == EXIT_OK)
            code = configure(options, *count, &sites[*count]);
        (*count)++;
    } while (*count < DEMO_SITES_MAX && example->sites[*count] != NULL);
    return code;
}

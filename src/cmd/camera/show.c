/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera show: what the installation knows of a camera, without asking
 * it. */
#include <jansson.h>
#include <stdio.h>

#include "base/encoding.h"
#include "cmd/camera/judge.h"
#include "cmd/findings_output.h"
#include "cmd/local/json.h"
#include "cmd/options.h"
#include "notice/configuration.h"

struct options {
    const char *directory;
    uint64_t camera;
    bool as_json;
};

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation; it may be running",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
    {.name = "--camera",
     .value = "N",
     .help = "the camera's number in plant.yaml",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct options, camera),
     .min = CAMERA_NUMBER_MIN,
     .max = CAMERA_NUMBER_MAX},
    {.name = "--json",
     .help = "as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

static const char *transport_word(enum camera_transport transport)
{
    if (transport == CAMERA_UDP)
        return "udp";
    return transport == CAMERA_ANY ? "any" : "tcp";
}

static void show_text(const struct camera_target *target,
                      const struct notice_group *group, const char *pin)
{
    const struct plant_camera *one = target->camera;
    (void)printf("number      %u\nid          %.*s\nname        %.*s\n"
                 "group       %.*s%s\n"
                 "stream      %s://%.*s:%u%.*s (%s)\nonvif port  %u\n"
                 "user        %.*s\nencrypted   %s\n",
                 (unsigned)one->number, (int)one->id.size, one->id.data,
                 (int)one->name.ko.size, one->name.ko.data,
                 (int)group->id.size, group->id.data,
                 camera_wants_mask(group) ? ", promises a mask in the camera"
                                          : "",
                 one->is_secure ? "rtsps" : "rtsp", (int)one->host.size,
                 one->host.data, (unsigned)one->port, (int)one->path.size,
                 one->path.data, transport_word(one->transport),
                 (unsigned)camera_target_onvif_port(target),
                 (int)one->user.size, one->user.size == 0 ? "" : one->user.data,
                 one->is_secure ? "yes" : "no");
    if (one->is_secure)
        (void)printf("certificate %s\n", pin[0] == 0 ? "none yet" : pin);
}

static void show_json(const struct camera_target *target,
                      const struct notice_group *group, const char *pin)
{
    const struct plant_camera *one = target->camera;
    json_t *document = json_pack(
        "{s:I, s:s%, s:s%, s:s%, s:b, s:s%, s:I, s:s%, s:s, s:I, s:s%, s:b, "
        "s:s}",
        "number", (json_int_t)one->number, "id", one->id.data, one->id.size,
        "name", one->name.ko.data, one->name.ko.size, "group", group->id.data,
        group->id.size, "mask_promised", (int)camera_wants_mask(group), "host",
        one->host.data, one->host.size, "port", (json_int_t)one->port, "path",
        one->path.data, one->path.size, "transport",
        transport_word(one->transport), "onvif_port",
        (json_int_t)camera_target_onvif_port(target), "user",
        one->user.size == 0 ? "" : one->user.data, one->user.size, "encrypted",
        (int)one->is_secure, "certificate", pin);
    local_print(document);
    json_decref(document);
}

static int show(const struct options *options,
                const struct configuration *configuration)
{
    char pin[HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1] = "";
    struct camera_target target;
    const struct plant_camera *camera = plant_camera_find(
        configuration->plant, (uint32_t)options->camera);
    if (camera == NULL) {
        (void)fprintf(stderr,
                      "haechi camera show: plant.yaml has no camera %u\n",
                      (unsigned)options->camera);
        return EXIT_USAGE;
    }
    int code = camera_target_init(options->directory, configuration->plant,
                                  camera, &target);
    if (code == EXIT_OK) {
        const struct notice_group *group =
            &configuration->notice->groups[camera->group];
        if (target.has_pin)
            hex_encode(bytes_of(target.pin, sizeof target.pin), pin);
        if (options->as_json)
            show_json(&target, group, pin);
        else
            show_text(&target, group, pin);
    }
    camera_target_deinit(&target);
    return code;
}

static int run(int argc, char **argv)
{
    struct options options = {.directory = NULL};
    int code = options_read(&COMMAND_CAMERA_SHOW, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    struct findings findings = {0};
    struct configuration configuration;
    enum status s = configuration_load(&FILE_LAYER_SYSTEM, options.directory,
                                       &findings, &configuration);
    if (s == STATUS_OK)
        code = show(&options, &configuration);
    else
        code = s == STATUS_BAD_INPUT ? findings_output(&findings, false)
                                     : EXIT_ENVIRONMENT;
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    return code;
}

const struct command COMMAND_CAMERA_SHOW = {
    .name = "camera show",
    .synopsis = "--dir DIRECTORY --camera N [--json]",
    .summary = "show a camera as plant.yaml, notice and pins have it",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "Nothing is asked of the camera: see haechi camera test.",
    .run = run,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera show: what the installation knows of a camera, without asking
 * it. */
#include <jansson.h>
#include <stdio.h>

#include "base/encoding.h"
#include "cmd/camera/judge.h"
#include "cmd/camera/options.h"
#include "cmd/local/json.h"

static const struct command_option OPTIONS[] = {
    CAMERA_DIRECTORY,
    CAMERA_NUMBER,
    CAMERA_JSON("as one JSON object"),
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
                 "sub stream  %.*s\n"
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
                 (int)(one->sub_path.size == 0 ? 4 : one->sub_path.size),
                 one->sub_path.size == 0 ? "none" : one->sub_path.data,
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
        "{s:I, s:s%, s:s%, s:s%, s:b, s:s%, s:I, s:s%, s:s%, s:s, s:I, s:s%, "
        "s:b, s:s}",
        "number", (json_int_t)one->number, "id", one->id.data, one->id.size,
        "name", one->name.ko.data, one->name.ko.size, "group", group->id.data,
        group->id.size, "mask_promised", (int)camera_wants_mask(group), "host",
        one->host.data, one->host.size, "port", (json_int_t)one->port, "path",
        one->path.data, one->path.size, "sub_path",
        one->sub_path.size == 0 ? "" : one->sub_path.data, one->sub_path.size,
        "transport",
        transport_word(one->transport), "onvif_port",
        (json_int_t)camera_target_onvif_port(target), "user",
        one->user.size == 0 ? "" : one->user.data, one->user.size, "encrypted",
        (int)one->is_secure, "certificate", pin);
    local_print(document);
    json_decref(document);
}

static int show(const void *context, const struct camera_target *target,
                const struct notice_group *group)
{
    const struct camera_options *options = context;
    char pin[HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1] = "";
    if (target->has_pin)
        hex_encode(bytes_of(target->pin, sizeof target->pin), pin);
    if (options->as_json)
        show_json(target, group, pin);
    else
        show_text(target, group, pin);
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    struct camera_options options = {.directory = NULL};
    int code = options_read(&COMMAND_CAMERA_SHOW, argc, argv, &options);
    return code == EXIT_OK
               ? camera_options_work(&COMMAND_CAMERA_SHOW, &options, show)
               : code;
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

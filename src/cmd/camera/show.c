/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera show: what the installation knows of a camera, without asking
 * it. */
#include <jansson.h>
#include <stdio.h>

#include "base/encoding.h"
#include "base/text.h"
#include "base/writer.h"
#include "cmd/camera/judge.h"
#include "cmd/camera/options.h"
#include "cmd/local/json.h"
#include "cmd/notice/render.h"
#include "ingest/limits.h"
#include "wire/url.h"

static const struct command_option OPTIONS[] = {
    CAMERA_DIRECTORY,
    CAMERA_NUMBER,
    CAMERA_LANGUAGE(struct camera_options),
    CAMERA_JSON("as one JSON object"),
};

static const char *transport_word(enum camera_transport transport)
{
    if (transport == CAMERA_UDP)
        return "udp";
    return transport == CAMERA_ANY ? "any" : "tcp";
}

/* Ends the line of a label, whose Korean is padded as the eye sees it. */
static void show_line(enum language language, const char *korean,
                      const char *english, struct text value)
{
    (void)printf("%s%.*s\n", camera_either(language, korean, english),
                 (int)value.size, value.size == 0 ? "" : value.data);
}

static void show_stream(const struct plant_camera *one, enum language language)
{
    char memory[SESSION_URL_BYTES_MAX];
    struct writer writer = writer_on(memory, sizeof memory);
    url_write(&writer, &(struct url){.is_secure = one->is_secure,
                                     .host = one->host,
                                     .port = one->port,
                                     .path = one->path});
    struct text url = bytes_text(writer_written(&writer));
    (void)printf("%s%.*s (%s)\n",
                 camera_either(language, "영상 주소   ", "stream      "),
                 (int)url.size, url.data, transport_word(one->transport));
    show_line(language, "보조 영상   ", "sub stream  ",
              one->sub_path.size > 0
                  ? one->sub_path
                  : text_of(camera_either(language, "없음", "none")));
}

static void show_text(const struct camera_target *target,
                      const struct notice_group *group, const char *pin,
                      enum language language)
{
    const struct plant_camera *one = target->camera;
    (void)printf("%s%u\n", camera_either(language, "번호        ",
                                         "number      "),
                 (unsigned)one->number);
    show_line(language, "id          ", "id          ", one->id);
    show_line(language, "이름        ", "name        ",
              notice_words_in(one->name, language));
    (void)printf("%s%.*s%s\n",
                 camera_either(language, "설치 행     ", "group       "),
                 (int)group->id.size, group->id.data,
                 !camera_wants_mask(group)
                     ? ""
                     : camera_either(language, ", 카메라 안의 가림을 약속함",
                                     ", promises a mask in the camera"));
    show_stream(one, language);
    (void)printf("%s%u\n", camera_either(language, "ONVIF 포트  ",
                                         "onvif port  "),
                 (unsigned)camera_target_onvif_port(target));
    show_line(language, "사용자      ", "user        ", one->user);
    show_line(language, "암호화      ", "encrypted   ",
              text_of(one->is_secure ? camera_either(language, "예", "yes")
                                     : camera_either(language, "아니요", "no")));
    if (one->is_secure)
        show_line(language, "인증서      ", "certificate ",
                  text_of(pin[0] != 0 ? pin
                                      : camera_either(language, "아직 없음",
                                                      "none yet")));
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
        show_text(target, group, pin,
                  notice_render_language(options->language));
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
    .synopsis = "--dir DIRECTORY --camera N [--lang ko|en] [--json]",
    .summary = "show a camera as plant.yaml, notice and pins have it",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "Nothing is asked of the camera: see haechi camera test.",
    .run = run,
};

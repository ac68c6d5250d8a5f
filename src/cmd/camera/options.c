/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/options.h"

#include <stdio.h>

#include "cmd/findings_output.h"
#include "cmd/notice/render.h"

int camera_options_unknown(const struct command *command,
                           const struct camera_options *common)
{
    enum language language = notice_render_language(common->language);
    (void)fprintf(
        stderr, "haechi %s: %s %u - %s\n", command->name,
        camera_either(language, "plant.yaml에 없는 카메라 번호입니다:",
                      "plant.yaml has no camera"),
        (unsigned)common->camera,
        camera_either(language,
                      "plant.yaml에 적힌 number를 쓰거나, 먼저 haechi camera "
                      "add로 카메라를 추가하십시오",
                      "use a number that stands there, or add the camera first "
                      "with haechi camera add"));
    return EXIT_USAGE;
}

static int work_on(const struct command *command, const void *options,
                   const struct configuration *configuration,
                   camera_work_fn *work)
{
    const struct camera_options *common = options;
    struct camera_target target;
    const struct plant_camera *camera =
        plant_camera_find(configuration->plant, (uint32_t)common->camera);
    if (camera == NULL)
        return camera_options_unknown(command, common);
    int code = camera_target_init(
        common->directory, configuration->plant, camera,
        notice_render_language(common->language), &target);
    if (code == EXIT_OK)
        code = work(options, &target,
                    &configuration->notice->groups[camera->group]);
    camera_target_deinit(&target);
    return code;
}

int camera_options_work(const struct command *command, const void *options,
                        camera_work_fn *work)
{
    const struct camera_options *common = options;
    struct findings findings = {0};
    struct configuration configuration;
    int code = EXIT_ENVIRONMENT;
    enum status s = configuration_load(&FILE_LAYER_SYSTEM, common->directory,
                                       &findings, &configuration);
    if (s == STATUS_OK)
        code = work_on(command, options, &configuration, work);
    else if (s == STATUS_BAD_INPUT)
        code = findings_output(&findings, false);
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    return code;
}

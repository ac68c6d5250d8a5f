/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/options.h"

#include <stdio.h>

#include "cmd/findings_output.h"

static int work_on(const struct command *command, const void *options,
                   const struct configuration *configuration,
                   camera_work_fn *work)
{
    const struct camera_options *common = options;
    struct camera_target target;
    const struct plant_camera *camera =
        plant_camera_find(configuration->plant, (uint32_t)common->camera);
    if (camera == NULL) {
        (void)fprintf(stderr, "haechi %s: plant.yaml has no camera %u\n",
                      command->name, (unsigned)common->camera);
        return EXIT_USAGE;
    }
    int code = camera_target_init(common->directory, configuration->plant,
                                  camera, &target);
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

/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/destroy/destroy.h"
#include "cmd/options.h"

const struct command_option DESTROY_OPTIONS[DESTROY_OPTION_COUNT] = {
    LOCAL_DIRECTORY,
    LOCAL_TEXT("--camera", "C", camera, false,
               "the number or id of the one camera"),
    LOCAL_TIME("--from", local_take_from, false,
               "its first minute, such as 2026-11-22T10:00; without: all "
               "that is recorded of it"),
    LOCAL_TIME("--to", local_take_to, false, "the minute at which it ends"),
    {.name = "--all",
     .help = "every camera; with --decommission",
     .kind = OPTION_FLAG,
     .place = offsetof(struct destroy_options, is_all)},
    {.name = "--decommission",
     .help = "the installation ends for good",
     .kind = OPTION_FLAG,
     .place = offsetof(struct destroy_options, is_decommission)},
    LOCAL_REASON,
    LOCAL_REQUEST,
    LOCAL_NAME,
    LOCAL_PASSWORD,
    LOCAL_FLAG("--yes", is_sure,
               "do not ask for the camera to be typed once more"),
    LOCAL_WAIT,
    {.name = "--record",
     .value = "FILE",
     .help = "write the record of destruction there",
     .kind = OPTION_TEXT,
     .place = offsetof(struct destroy_options, record_file)},
    LOCAL_FLAG("--json", as_json, "the record on standard output"),
};

int destroy_options_read(int argc, char **argv, struct destroy_options *out)
{
    *out = (struct destroy_options){.order.command = &COMMAND_DESTROY};
    int code = local_order_read(&out->order, argc, argv);
    if (code != EXIT_OK)
        return code;
    if (out->is_all != out->is_decommission)
        return options_refuse(&COMMAND_DESTROY,
                              "--all and --decommission go together: the "
                              "whole installation, for good",
                              "");
    if (out->is_all == (out->order.camera != NULL))
        return options_refuse(&COMMAND_DESTROY,
                              "either --camera, or --all --decommission", "");
    return EXIT_OK;
}

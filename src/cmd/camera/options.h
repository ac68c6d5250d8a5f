/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/camera/options - what the commands about one camera of an installation
 * have in common: its options, and the way to the camera.
 */
#ifndef CMD_CAMERA_OPTIONS_H
#define CMD_CAMERA_OPTIONS_H

#include "cmd/camera/target.h"
#include "cmd/options.h"
#include "model/language.h"
#include "notice/configuration.h"

struct camera_options {
    const char *directory;
    uint64_t camera;
    const char *language; /* NULL: not said */
    bool as_json;
};

/* Rows of a command's table, whose struct begins with a struct camera_options;
 * CAMERA_LANGUAGE names the struct, which may be another. */
#define CAMERA_DIRECTORY                                                       \
    {                                                                          \
        .name = "--dir", .value = "DIRECTORY",                                 \
        .help = "the installation; it may be running", .kind = OPTION_TEXT,    \
        .is_needed = true, .place = offsetof(struct camera_options, directory) \
    }
#define CAMERA_NUMBER                                                          \
    {                                                                          \
        .name = "--camera", .value = "N",                                      \
        .help = "the camera's number in plant.yaml", .kind = OPTION_NUMBER,    \
        .is_needed = true, .place = offsetof(struct camera_options, camera),   \
        .min = CAMERA_NUMBER_MIN, .max = CAMERA_NUMBER_MAX                     \
    }
#define CAMERA_LANGUAGE(options)                                               \
    {                                                                          \
        .name = "--lang", .value = "ko|en", .help = "of what is said (ko)",    \
        .kind = OPTION_CHOICE, .place = offsetof(options, language)            \
    }
#define CAMERA_JSON(words)                                                     \
    {                                                                          \
        .name = "--json", .help = words, .kind = OPTION_FLAG,                  \
        .place = offsetof(struct camera_options, as_json)                      \
    }

/* Of two words, the one in this language. */
static inline const char *camera_either(enum language language,
                                        const char *korean, const char *english)
{
    return language == LANGUAGE_KOREAN ? korean : english;
}

/* Says that plant.yaml has no such camera, and what to do; EXIT_USAGE. */
int camera_options_unknown(const struct command *command,
                           const struct camera_options *common);

/* What a command does with the camera; its exit code. */
typedef int camera_work_fn(const void *options,
                           const struct camera_target *target,
                           const struct notice_group *group);

/*
 * Loads the installation's configuration, finds the camera, reads its password
 * and pin, works, and forgets them. options begins with a struct
 * camera_options. The work's exit code, or another after a word on standard
 * error.
 */
int camera_options_work(const struct command *command, const void *options,
                        camera_work_fn *work);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/plant_cameras.h"

#include "base/text.h"
#include "notice/plant_masks.h"

enum {
    HOST_BYTES_MAX = 255,
    PATH_BYTES_MAX = 700,
    CREDENTIAL_BYTES_MAX = 128,
    FILE_NAME_BYTES_MAX = 200,
    MASKS_DIGEST_CHARACTERS = 64, /* of SHA-256 in hexadecimal */
};

#define CAMERA(member) .offset = offsetof(struct plant_camera, member)
#define SHOWN(text) ((text).size > 60 ? 60 : (int)(text).size), (text).data

/* In the order of enum camera_transport. */
static const char *const TRANSPORTS[] = {"tcp", "udp", "any", NULL};

const struct yaml_field PLANT_CAMERA_FIELDS[] = {
    {.key = "number",
     .type = YAML_TYPE_NUMBER,
     .is_required = true,
     CAMERA(number),
     .min = CAMERA_NUMBER_MIN,
     .max = CAMERA_NUMBER_MAX},
    {.key = "id", .type = YAML_TYPE_ID, .is_required = true, CAMERA(id)},
    {.key = "group",
     .type = YAML_TYPE_ID,
     .is_required = true,
     CAMERA(group_id)},
    {.key = "otherwise", .type = YAML_TYPE_ID, CAMERA(otherwise_id)},
    {.key = "name", .type = YAML_TYPE_WORDS, .is_required = true, CAMERA(name)},
    {.key = "host",
     .type = YAML_TYPE_TEXT,
     .is_required = true,
     CAMERA(host),
     .max = HOST_BYTES_MAX},
    {.key = "port", .type = YAML_TYPE_PORT, CAMERA(port)},
    {.key = "path",
     .type = YAML_TYPE_TEXT,
     CAMERA(path),
     .max = PATH_BYTES_MAX},
    {.key = "sub_path",
     .type = YAML_TYPE_TEXT,
     CAMERA(sub_path),
     .max = PATH_BYTES_MAX},
    {.key = "user",
     .type = YAML_TYPE_TEXT,
     CAMERA(user),
     .max = CREDENTIAL_BYTES_MAX},
    {.key = "password_file",
     .type = YAML_TYPE_TEXT,
     CAMERA(password_file),
     .max = FILE_NAME_BYTES_MAX},
    {.key = "onvif_port", .type = YAML_TYPE_PORT, CAMERA(onvif_port)},
    {.key = "camera_masks",
     .type = YAML_TYPE_TEXT,
     CAMERA(camera_masks),
     .max = MASKS_DIGEST_CHARACTERS},
    {.key = "tls", .type = YAML_TYPE_BOOL, CAMERA(is_secure)},
    {.key = "transport",
     .type = YAML_TYPE_CHOICE,
     CAMERA(transport),
     .choices = TRANSPORTS},
    {.key = "bitrate_kbps",
     .type = YAML_TYPE_NUMBER,
     CAMERA(bitrate_kbps),
     .min = 1,
     .max = PLANT_BITRATE_KBPS_MAX},
    {.key = "masks",
     .type = YAML_TYPE_LIST,
     CAMERA(masks),
     .max = PLANT_MASKS_MAX,
     .fields = PLANT_MASK_FIELDS,
     .element_size = sizeof(struct plant_mask),
     .count_offset = offsetof(struct plant_camera, mask_count)},
    {.type = YAML_TYPE_LINE, CAMERA(line)},
    {0},
};

static struct finding_place camera_place(const char *file,
                                         const struct plant_camera *camera)
{
    return (struct finding_place){file, camera->line, 0};
}

static void check_path(const char *file, const struct plant_camera *camera,
                       struct text path, struct findings *findings)
{
    if (path.size > 0 && path.data[0] != '/')
        findings_add(findings, FINDING_WRONG_TYPE, camera_place(file, camera),
                     "begin it with /",
                     "the path of camera '%.*s' has no leading slash",
                     SHOWN(camera->id));
    for (size_t i = 0; i < path.size; i++)
        if (path.data[i] == ' ')
            findings_add(findings, FINDING_WRONG_TYPE,
                         camera_place(file, camera), "write %20 for a space",
                         "the path of camera '%.*s' holds a space",
                         SHOWN(camera->id));
}

/* One session each: both of one path would be the same pictures twice. */
static void check_sub_path(const char *file, const struct plant_camera *camera,
                           struct findings *findings)
{
    check_path(file, camera, camera->sub_path, findings);
    if (camera->sub_path.size > 0 &&
        text_equal(camera->sub_path, camera->path))
        findings_add(findings, FINDING_UNKNOWN_VALUE,
                     camera_place(file, camera),
                     "write the path of the camera's smaller stream, or leave "
                     "sub_path out",
                     "camera '%.*s' has one path for both its streams",
                     SHOWN(camera->id));
}

static void check_address(const char *file, const struct plant_camera *camera,
                          struct findings *findings)
{
    check_path(file, camera, camera->path, findings);
    check_sub_path(file, camera, findings);
    for (size_t i = 0; i < camera->host.size; i++) {
        char c = camera->host.data[i];
        if (c != '/' && c != '@' && c != ' ' && c != '[')
            continue;
        findings_add(findings, FINDING_WRONG_TYPE, camera_place(file, camera),
                     "write a name or a numeric address; path, port and user "
                     "have keys of their own",
                     "the host of camera '%.*s' is no host", SHOWN(camera->id));
        break;
    }
    if ((camera->user.size > 0) != (camera->password_file.size > 0))
        findings_add(findings, FINDING_MISSING_KEY, camera_place(file, camera),
                     "write both, or neither",
                     "camera '%.*s' has one of user and password_file",
                     SHOWN(camera->id));
}

/* Pictures over UDP would leave the encrypted link. */
static void check_link(const char *file, const struct plant_camera *camera,
                       struct findings *findings)
{
    if (camera->is_secure && camera->transport == CAMERA_UDP)
        findings_add(findings, FINDING_UNKNOWN_VALUE,
                     camera_place(file, camera), "write transport: tcp",
                     "camera '%.*s' has tls, but its pictures would come over "
                     "UDP in the clear",
                     SHOWN(camera->id));
}

static void check_secret_path(const char *file,
                              const struct plant_camera *camera,
                              struct findings *findings)
{
    struct text rest = camera->password_file;
    bool is_inside = rest.size == 0 || rest.data[0] != '/';
    while (rest.size > 0 && is_inside)
        is_inside = !text_equal(text_cut(&rest, '/'), text_of(".."));
    if (!is_inside)
        findings_add(findings, FINDING_WRONG_TYPE, camera_place(file, camera),
                     "put it into secrets/ of the installation",
                     "the password_file of camera '%.*s' lies outside the "
                     "installation",
                     SHOWN(camera->id));
}

static void check_streams(const char *file, const struct plant *plant,
                          struct findings *findings)
{
    size_t streams = plant->camera_count;
    for (size_t i = 0; i < plant->camera_count; i++)
        streams += plant->cameras[i].sub_path.size > 0;
    if (streams > CAMERAS_MAX)
        findings_add(findings, FINDING_UNKNOWN_VALUE,
                     (struct finding_place){file, 0, 0},
                     "leave sub_path out of some cameras, or divide them "
                     "between two installations",
                     "%zu streams of all cameras, and %d are the most",
                     streams, CAMERAS_MAX);
}

/* CAMERAS_MAX squared is 16 million steps at most: a third of a second. */
void plant_cameras_check(const char *file, const struct plant *plant,
                         struct findings *findings)
{
    check_streams(file, plant, findings);
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        check_address(file, camera, findings);
        check_secret_path(file, camera, findings);
        check_link(file, camera, findings);
        for (size_t j = 0; j < i; j++) {
            const struct plant_camera *other = &plant->cameras[j];
            if (camera->number == other->number && camera->number != 0)
                findings_add(findings, FINDING_DUPLICATE_NUMBER,
                             camera_place(file, camera),
                             "give it a number that no camera ever had",
                             "camera number %u stands in line %u already",
                             camera->number, other->line);
            if (text_equal(camera->id, other->id) && camera->id.size > 0)
                findings_add(findings, FINDING_DUPLICATE_ID,
                             camera_place(file, camera),
                             "give one of them another id",
                             "the id '%.*s' stands in line %u already",
                             SHOWN(camera->id), other->line);
        }
    }
}

const struct plant_camera *plant_camera_find(const struct plant *plant,
                                             uint32_t number)
{
    for (size_t i = 0; i < plant->camera_count; i++)
        if (plant->cameras[i].number == number)
            return &plant->cameras[i];
    return NULL;
}

const struct plant_camera *plant_stream_find(const struct plant *plant,
                                             uint32_t stream)
{
    const struct plant_camera *camera =
        plant_camera_find(plant, stream_camera(stream));
    bool is_there = camera != NULL &&
                    (!stream_is_sub(stream) || camera->sub_path.size > 0);
    return is_there ? camera : NULL;
}

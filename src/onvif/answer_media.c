/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "onvif/answer.h"

static bool is_named(const struct xml_node *node, const char *name)
{
    return node != NULL && text_equal(node->name, text_of(name));
}

/* The same elements in either service, but for where they hang and where the
 * GOP's length stands. */
static void read_profile(const struct xml_tree *tree,
                         const struct xml_node *node,
                         struct onvif_profile *out)
{
    const struct xml_node *all = xml_child(tree, node, "Configurations");
    const struct xml_node *video =
        all != NULL ? xml_child(tree, all, "VideoEncoder")
                    : xml_child(tree, node, "VideoEncoderConfiguration");
    const struct xml_node *source =
        all != NULL ? xml_child(tree, all, "VideoSource")
                    : xml_child(tree, node, "VideoSourceConfiguration");
    const struct xml_node *audio =
        all != NULL ? xml_child(tree, all, "AudioEncoder")
                    : xml_child(tree, node, "AudioEncoderConfiguration");
    const struct xml_node *ptz =
        all != NULL ? xml_child(tree, all, "PTZ")
                    : xml_child(tree, node, "PTZConfiguration");
    struct text gop = xml_attribute(tree, video, "GovLength");
    if (gop.size == 0)
        gop = xml_text(tree, video, "H264/GovLength");
    *out = (struct onvif_profile){
        .width = onvif_number(xml_text(tree, video, "Resolution/Width")),
        .height = onvif_number(xml_text(tree, video, "Resolution/Height")),
        .fps = onvif_number(xml_text(tree, video,
                                     "RateControl/FrameRateLimit")),
        .kbps = onvif_number(xml_text(tree, video, "RateControl/BitrateLimit")),
        .gop = onvif_number(gop),
        .has_audio = audio != NULL,
        .turns = ptz != NULL,
    };
    onvif_copy_token(xml_attribute(tree, node, "token"), out->token,
                     sizeof out->token);
    onvif_copy_word(xml_text(tree, node, "Name"), out->name, sizeof out->name);
    onvif_copy_token(xml_attribute(tree, source, "token"), out->source,
                     sizeof out->source);
    onvif_copy_token(xml_text(tree, video, "Encoding"), out->encoding,
                     sizeof out->encoding);
}

enum status onvif_read_profiles(const struct xml_tree *tree,
                                const struct xml_node *answer,
                                struct onvif_profiles *out)
{
    out->count = 0;
    if (!is_named(answer, "GetProfilesResponse"))
        return STATUS_BAD_INPUT;
    const struct xml_node *one = xml_first(tree, answer);
    for (; one != NULL && out->count < ONVIF_PROFILES_MAX;
         one = xml_next(tree, one)) {
        if (!is_named(one, "Profiles"))
            continue;
        read_profile(tree, one, &out->list[out->count]);
        out->count += out->list[out->count].token[0] != 0;
    }
    return STATUS_OK;
}

enum status onvif_read_uri(const struct xml_tree *tree,
                           const struct xml_node *answer,
                           char out[ONVIF_ADDRESS_SIZE])
{
    out[0] = 0;
    if (!is_named(answer, "GetStreamUriResponse") &&
        !is_named(answer, "GetSnapshotUriResponse"))
        return STATUS_BAD_INPUT;
    struct text uri = xml_text(tree, answer, "Uri");
    if (uri.size == 0)
        uri = xml_text(tree, answer, "MediaUri/Uri");
    if (uri.size == 0 || !text_is_plain(uri))
        return STATUS_BAD_INPUT;
    if (uri.size >= ONVIF_ADDRESS_SIZE)
        return STATUS_LIMIT;
    onvif_copy_token(uri, out, ONVIF_ADDRESS_SIZE);
    return STATUS_OK;
}

static void read_mask(const struct xml_tree *tree, const struct xml_node *node,
                      struct onvif_mask *out)
{
    *out = (struct onvif_mask){
        .is_enabled = onvif_is_true(xml_text(tree, node, "Enabled")),
    };
    onvif_copy_token(xml_attribute(tree, node, "token"), out->token,
                     sizeof out->token);
    onvif_copy_token(xml_text(tree, node, "ConfigurationToken"), out->source,
                     sizeof out->source);
    onvif_copy_token(xml_text(tree, node, "Type"), out->type,
                     sizeof out->type);
    const struct xml_node *point =
        xml_first(tree, xml_child(tree, node, "Polygon"));
    for (; point != NULL && out->point_count < ONVIF_MASK_POINTS_MAX;
         point = xml_next(tree, point)) {
        if (!is_named(point, "Point"))
            continue;
        size_t at = out->point_count++;
        out->points[at].x = onvif_millionths(xml_attribute(tree, point, "x"));
        out->points[at].y = onvif_millionths(xml_attribute(tree, point, "y"));
    }
}

enum status onvif_read_masks(const struct xml_tree *tree,
                             const struct xml_node *answer,
                             struct onvif_masks *out)
{
    out->count = 0;
    if (!is_named(answer, "GetMasksResponse"))
        return STATUS_BAD_INPUT;
    const struct xml_node *one = xml_first(tree, answer);
    for (; one != NULL && out->count < ONVIF_MASKS_MAX;
         one = xml_next(tree, one))
        if (is_named(one, "Masks"))
            read_mask(tree, one, &out->list[out->count++]);
    return STATUS_OK;
}

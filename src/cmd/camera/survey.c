/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/survey.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "sys/clock.h"
#include "wire/url.h"

enum { TIME_PARTS = 6, PART_SIZE = 12 };

static bool speaks_media_2(const struct camera_talk *talk)
{
    return camera_talk_offers(talk, ONVIF_MEDIA_2);
}

/* ---- the clock ---------------------------------------------------------- */

static enum status set_clock(struct camera_talk *talk)
{
    char parts[TIME_PARTS][PART_SIZE];
    struct text arguments[TIME_PARTS];
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    struct wall_time now = clock_wall(&CLOCK_SYSTEM);
    int64_t day = civil_day(now, 0);
    int64_t second = (now.us - civil_day_start(day, 0).us) / SECOND_US;
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    civil_from_day(day, &year, &month, &day_of_month);
    const int64_t values[TIME_PARTS] = {
        year, month, day_of_month, second / 3600, second / 60 % 60, second % 60,
    };
    for (size_t i = 0; i < TIME_PARTS; i++) {
        (void)snprintf(parts[i], PART_SIZE, "%lld", (long long)values[i]);
        arguments[i] = text_of(parts[i]);
    }
    return camera_talk_ask(talk, ONVIF_SET_TIME, arguments, &tree, &answer);
}

/* Later proofs of the password are dated by what is read back. */
static void ask_clock(struct camera_talk *talk, struct camera_survey *out)
{
    out->knows_clock = talk->knows_clock;
    out->clock_ahead_us = talk->clock_ahead_us;
    if (out->clock_deed != CAMERA_DEED_NOT_ASKED && talk->knows_clock &&
        set_clock(talk) == STATUS_OK && camera_talk_clock(talk) == STATUS_OK &&
        talk->clock_ahead_us <= CAMERA_CLOCK_OFF_US &&
        talk->clock_ahead_us >= -CAMERA_CLOCK_OFF_US)
        out->clock_deed = CAMERA_DEED_DONE;
}

/* ---- profiles ----------------------------------------------------------- */

static enum status ask_profiles(struct camera_talk *talk,
                                struct onvif_profiles *out)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    enum status s = camera_talk_ask(
        talk, speaks_media_2(talk) ? ONVIF_GET_PROFILES_2 : ONVIF_GET_PROFILES,
        NULL, &tree, &answer);
    return s == STATUS_OK ? onvif_read_profiles(tree, answer, out) : s;
}

static enum status ask_uri(struct camera_talk *talk, enum onvif_request request,
                           const struct onvif_profile *profile,
                           char out[ONVIF_ADDRESS_SIZE])
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    const struct text token = text_of(profile->token);
    enum status s = camera_talk_ask(talk, request, &token, &tree, &answer);
    return s == STATUS_OK ? onvif_read_uri(tree, answer, out) : s;
}

/* Path and port of a profile's stream; a host in it is passed over. */
static enum status ask_stream(struct camera_talk *talk,
                              const struct onvif_profile *profile,
                              char path[ONVIF_ADDRESS_SIZE], uint16_t *port)
{
    char uri[ONVIF_ADDRESS_SIZE];
    struct url url;
    enum status s = ask_uri(
        talk, speaks_media_2(talk) ? ONVIF_GET_STREAM_2 : ONVIF_GET_STREAM,
        profile, uri);
    if (s == STATUS_OK)
        s = url_parse(text_of(uri), &url);
    if (s != STATUS_OK)
        return s;
    onvif_copy_token(url.path.size == 0 ? text_of("/") : url.path, path,
                     ONVIF_ADDRESS_SIZE);
    /* That of the other scheme is no port of ours. */
    const struct plant_camera *camera = talk->target->camera;
    *port = url.is_secure == camera->is_secure ? url.port : camera->port;
    return STATUS_OK;
}

bool camera_survey_is_video(const struct onvif_profile *profile)
{
    return text_equal_ignore_case(text_of(profile->encoding),
                                  text_of("H264")) ||
           text_equal_ignore_case(text_of(profile->encoding), text_of("H265"));
}

static int64_t pixels(const struct onvif_profile *profile)
{
    return (int64_t)profile->width * profile->height;
}

/* The smallest pictures of the scene that the first stream shows. */
static void consider_sub(const struct onvif_profile *first,
                         const struct onvif_profile *profile, const char *path,
                         int64_t *least, struct camera_survey *out)
{
    if (pixels(profile) == 0 || pixels(profile) >= *least ||
        !text_equal(text_of(profile->source), text_of(first->source)) ||
        text_equal(text_of(path), text_of(out->path)))
        return;
    *least = pixels(profile);
    (void)text_copy(text_of(path), out->sub_path, sizeof out->sub_path);
}

/* The largest of those that come before the first stream. */
static void note_missed(const struct onvif_profile *profile,
                        struct camera_survey *out)
{
    if (out->first == NULL && profile->encoding[0] != 0 &&
        (out->missed == NULL || pixels(profile) > pixels(out->missed)))
        out->missed = profile;
}

static void ask_streams(struct camera_talk *talk, struct camera_survey *out)
{
    const struct plant_camera *camera = talk->target->camera;
    int64_t least = 0;
    for (size_t i = 0; i < out->profiles.count; i++) {
        struct onvif_profile *profile = &out->profiles.list[i];
        char path[ONVIF_ADDRESS_SIZE];
        uint16_t port = 0;
        if (!camera_survey_is_video(profile) ||
            ask_stream(talk, profile, path, &port) != STATUS_OK) {
            note_missed(profile, out);
            continue;
        }
        if (out->port == 0) {
            (void)text_copy(text_of(path), out->path, sizeof out->path);
            out->port = port;
            out->first = profile;
            least = pixels(profile);
        } else if (port == out->port) {
            consider_sub(out->first, profile, path, &least, out);
        }
        if (out->recorded == NULL && text_equal(text_of(path), camera->path))
            out->recorded = profile;
        if (out->sub == NULL && text_equal(text_of(path), camera->sub_path))
            out->sub = profile;
    }
}

static bool has_audio(const struct onvif_profiles *profiles)
{
    bool has_some = false;
    for (size_t i = 0; i < profiles->count; i++)
        has_some |= profiles->list[i].has_audio;
    return has_some;
}

static void remove_audio(struct camera_talk *talk,
                         const struct onvif_profile *profile)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    const struct text token = text_of(profile->token);
    /* Whether it is done is read back. */
    if (profile->has_audio)
        (void)!camera_talk_ask(talk,
                               speaks_media_2(talk) ? ONVIF_REMOVE_AUDIO_2
                                                    : ONVIF_REMOVE_AUDIO,
                               &token, &tree, &answer);
}

/* Out of every profile; what they have then is what the survey says. */
static void switch_audio_off(struct camera_talk *talk,
                             struct camera_survey *out)
{
    bool had_audio = has_audio(&out->profiles);
    AUTO(alloc_release) struct onvif_profiles *now = alloc_zeroed(sizeof *now);
    for (size_t i = 0; i < out->profiles.count; i++)
        remove_audio(talk, &out->profiles.list[i]);
    if (had_audio && (now == NULL || ask_profiles(talk, now) != STATUS_OK))
        return;
    for (size_t i = 0; had_audio && i < out->profiles.count; i++) {
        struct onvif_profile *profile = &out->profiles.list[i];
        profile->has_audio = false;
        for (size_t j = 0; j < now->count; j++)
            profile->has_audio |=
                now->list[j].has_audio &&
                text_equal(text_of(now->list[j].token),
                           text_of(profile->token));
    }
    if (has_audio(&out->profiles))
        return;
    out->audio_was_removed = had_audio;
    out->audio_deed = CAMERA_DEED_DONE;
}

static void ask_media(struct camera_talk *talk, struct camera_survey *out)
{
    char uri[ONVIF_ADDRESS_SIZE];
    if (ask_profiles(talk, &out->profiles) != STATUS_OK)
        return;
    ask_streams(talk, out);
    if (out->audio_deed != CAMERA_DEED_NOT_ASKED)
        switch_audio_off(talk, out);
    if (out->profiles.count > 0)
        out->has_snapshot =
            ask_uri(talk,
                    speaks_media_2(talk) ? ONVIF_GET_SNAPSHOT_2
                                         : ONVIF_GET_SNAPSHOT,
                    &out->profiles.list[0], uri) == STATUS_OK;
}

/* ---- masks, events, storage --------------------------------------------- */

size_t camera_survey_masks_on(const struct camera_survey *survey)
{
    size_t on = 0;
    for (size_t i = 0; i < survey->masks.count; i++)
        on += survey->masks.list[i].is_enabled;
    return on;
}

static void read_masks(struct camera_talk *talk, struct camera_survey *out)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    out->knows_masks =
        camera_talk_ask(talk, ONVIF_GET_MASKS, NULL, &tree, &answer) ==
            STATUS_OK &&
        onvif_read_masks(tree, answer, &out->masks) == STATUS_OK;
}

/* Done where more masks are on than before: cameras round the edges. */
static void make_mask(struct camera_talk *talk, const struct text *mask,
                      struct camera_survey *out)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    size_t before = camera_survey_masks_on(out);
    if (mask == NULL || !out->knows_masks || out->profiles.count == 0)
        return;
    const struct text arguments[] = {text_of(out->profiles.list[0].source),
                                     mask[0], mask[1], mask[2], mask[3]};
    if (camera_talk_ask(talk, ONVIF_CREATE_MASK, arguments, &tree, &answer) !=
        STATUS_OK)
        return;
    read_masks(talk, out);
    if (out->knows_masks && camera_survey_masks_on(out) > before)
        out->mask_deed = CAMERA_DEED_DONE;
}

static void ask_masks(struct camera_talk *talk, const struct text *mask,
                      struct camera_survey *out)
{
    if (!speaks_media_2(talk))
        return;
    read_masks(talk, out);
    make_mask(talk, mask, out);
}

static enum status subscribe(struct camera_talk *talk)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    enum status s =
        camera_talk_ask(talk, ONVIF_SUBSCRIBE, NULL, &tree, &answer);
    return s == STATUS_OK
               ? onvif_read_subscription(
                     tree, answer, talk->services.paths[ONVIF_SUBSCRIPTION],
                     talk->subscription)
               : s;
}

/* What it tells at first: how each of its topics stands. */
static enum status pull(struct camera_talk *talk, struct camera_survey *out)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    const struct text wait = text_of("1");
    struct onvif_events events;
    enum status s = camera_talk_ask(talk, ONVIF_PULL, &wait, &tree, &answer);
    if (s == STATUS_OK)
        s = onvif_read_events(tree, answer, &events);
    for (size_t i = 0; s == STATUS_OK && i < events.count; i++) {
        out->motion_topics += events.list[i].kind == ONVIF_EVENT_MOTION;
        out->tamper_topics += events.list[i].kind == ONVIF_EVENT_TAMPER;
    }
    return s;
}

static void ask_events(struct camera_talk *talk, struct camera_survey *out)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    if (!camera_talk_offers(talk, ONVIF_EVENTS) ||
        subscribe(talk) != STATUS_OK)
        return;
    out->has_events = pull(talk, out) == STATUS_OK;
    (void)!camera_talk_ask(talk, ONVIF_UNSUBSCRIBE, NULL, &tree, &answer);
    talk->subscription[0] = 0;
}

static bool ask_count(struct camera_talk *talk, enum onvif_request request,
                      size_t *count)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    return camera_talk_ask(talk, request, NULL, &tree, &answer) == STATUS_OK &&
           onvif_read_storage(tree, answer, count) == STATUS_OK;
}

static void ask_storage(struct camera_talk *talk, struct camera_survey *out)
{
    out->knows_storage = ask_count(talk, ONVIF_GET_STORAGE, &out->storages);
    if (camera_talk_offers(talk, ONVIF_RECORDING))
        out->knows_storage |=
            ask_count(talk, ONVIF_GET_RECORDINGS, &out->recordings);
}

static enum status ask_device(struct camera_talk *talk,
                              struct camera_survey *out)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    enum status s =
        camera_talk_ask(talk, ONVIF_GET_DEVICE, NULL, &tree, &answer);
    return s == STATUS_OK ? onvif_read_device(tree, answer, &out->device) : s;
}

static void note_trouble(const struct camera_talk *talk,
                         struct camera_survey *out)
{
    out->fault = talk->fault;
    out->lacks_tls = talk->lacks_tls;
    out->is_forbidden = talk->is_forbidden;
    out->is_untrusted = talk->is_untrusted;
    memcpy(out->seen, talk->seen, sizeof out->seen);
}

static enum camera_deed asked(bool is_wanted)
{
    return is_wanted ? CAMERA_DEED_UNDONE : CAMERA_DEED_NOT_ASKED;
}

/* Also a camera that asks for a password even for the time, or whose answer
 * does not have it. */
static bool is_met(enum status clock)
{
    return clock == STATUS_OK || clock == STATUS_DENIED ||
           clock == STATUS_NOT_FOUND;
}

enum status camera_survey(const struct camera_target *target,
                          const struct camera_survey_options *options,
                          struct camera_survey *out)
{
    struct camera_talk talk;
    *out = (struct camera_survey){
        .clock_deed = asked(options->wants_clock_set),
        .audio_deed = asked(options->wants_audio_off),
        .mask_deed = asked(options->mask != NULL),
    };
    camera_talk_init(&talk, target);
    out->reached = camera_talk_clock(&talk);
    ask_clock(&talk, out);
    if (is_met(out->reached))
        out->reached = ask_device(&talk, out);
    if (out->reached == STATUS_OK)
        out->reached = camera_talk_services(&talk);
    note_trouble(&talk, out);
    if (out->reached != STATUS_OK)
        return out->reached == STATUS_NO_MEMORY ? STATUS_NO_MEMORY : STATUS_OK;
    ask_media(&talk, out);
    ask_masks(&talk, options->mask, out);
    ask_events(&talk, out);
    ask_storage(&talk, out);
    return STATUS_OK;
}

enum status camera_survey_stream(const struct camera_target *target,
                                 struct camera_survey *out)
{
    struct camera_talk talk;
    *out = (struct camera_survey){.reached = STATUS_OK};
    camera_talk_init(&talk, target);
    enum status s = camera_talk_clock(&talk);
    if (is_met(s))
        s = camera_talk_services(&talk);
    if (s == STATUS_OK)
        s = ask_profiles(&talk, &out->profiles);
    if (s == STATUS_OK)
        ask_streams(&talk, out);
    if (s == STATUS_OK && out->port == 0)
        s = STATUS_NOT_FOUND;
    note_trouble(&talk, out);
    out->reached = s;
    return s;
}

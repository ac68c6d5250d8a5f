/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "ingest/session_private.h"
#include "media/codec.h"
#include "wire/rtcp.h"

static void on_unit(void *context, const struct assembled *unit);
static void on_ordered(void *context, const struct rtp_packet *packet);

enum status rtsp_session_media_start(struct rtsp_session *session,
                                     enum codec codec, uint32_t rate_hz)
{
    struct session_media *media = &session->media;
    assembler_init(&media->assembler, codec, on_unit, session);
    parameter_sets_init(&media->sets, codec);
    decode_order_init(&media->order, rate_hz);
    time_map_init(&media->time_map, rate_hz);
    reception_init(&media->reception, rate_hz);
    media->record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    media->record_next = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    media->was_interrupted = true;
    media->last_duration_us = SAMPLE_DURATION_DEFAULT_US;
    media->is_ready = true;
    if (!session_is_udp(session))
        return STATUS_OK;
    media->reorder = alloc_zeroed(sizeof *media->reorder);
    if (media->reorder == NULL)
        return STATUS_NO_MEMORY;
    reorder_init(media->reorder, on_ordered, session);
    return STATUS_OK;
}

void rtsp_session_media_deinit(struct rtsp_session *session)
{
    struct session_media *media = &session->media;
    if (!media->is_ready)
        return;
    assembler_deinit(&media->assembler);
    buffer_deinit(&media->record);
    buffer_deinit(&media->record_next);
    if (media->reorder != NULL)
        reorder_deinit(media->reorder);
    alloc_free(media->reorder);
    media->reorder = NULL;
}

static void count_losses(struct session_media *media)
{
    uint32_t lost = assembler_take_lost(&media->assembler);
    media->packets_lost += lost;
    media->lost_since_key += lost;
}

static void tell_losses(struct rtsp_session *session)
{
    struct session_media *media = &session->media;
    if (media->packets_lost == 0)
        return;
    session->sink.on_loss(session->sink.context, media->packets_lost,
                          session->now);
    media->packets_lost = 0;
    media->has_told_losses = true;
    media->loss_told = session->now;
}

static void tell_step(struct rtsp_session *session)
{
    struct session_media *media = &session->media;
    int64_t since_us = session->now.us - media->clock_told.us;
    media->clock_stepped = session->now;
    if (!media->has_begun ||
        (media->clock_told.us != 0 &&
         since_us < (int64_t)CLOCK_STATE_EVERY_S * SECOND_US))
        return;
    media->clock_told = session->now;
    session->sink.on_state(session->sink.context, CAUSE_CLOCK, session->now);
}

static void tell_calm(struct rtsp_session *session)
{
    struct session_media *media = &session->media;
    int64_t since_us = session->now.us - media->clock_stepped.us;
    if (media->clock_stepped.us == 0 ||
        since_us < (int64_t)CLOCK_CALM_S * SECOND_US)
        return;
    media->clock_stepped.us = 0;
    session->sink.on_state(session->sink.context, CAUSE_NONE, session->now);
}

static bool changes_too_often(struct rtsp_session *session)
{
    struct session_media *media = &session->media;
    int64_t since_us = session->now.us - media->config_since.us;
    if (media->config_since.us == 0 ||
        since_us >= (int64_t)CONFIG_CHANGES_S * SECOND_US) {
        media->config_since = session->now;
        media->config_changes = 0;
        return false;
    }
    return ++media->config_changes > CONFIG_CHANGES_MAX;
}

/* Makes the configuration in force that of the newest sets. */
static enum status renew_config(struct rtsp_session *session)
{
    struct session_media *media = &session->media;
    struct codec_config next = {.codec = CODEC_NONE};
    enum status s =
        parameter_sets_make(&media->sets, &media->record_next, &next);
    if (s != STATUS_OK || codec_config_equal(&media->config, &next))
        return s;
    s = codec_config_check(&next);
    if (s == STATUS_OK && changes_too_often(session))
        s = STATUS_DENIED;
    if (s != STATUS_OK)
        return s;
    struct buffer old = media->record;
    media->record = media->record_next;
    media->record_next = old;
    media->config = next;
    decode_order_set_depth(&media->order, parameter_sets_reorder(&media->sets));
    session->sink.on_config(session->sink.context, &media->config);
    return STATUS_OK;
}

/* Whether a sample may go out; a key picture brings its configuration. */
static bool is_decodable(struct rtsp_session *session,
                         const struct assembled *unit)
{
    struct session_media *media = &session->media;
    enum status s = STATUS_OK;
    if (unit->has_parameter_set)
        s = parameter_sets_put_sample(&media->sets, unit->data);
    if (s == STATUS_LIMIT) {
        session_finish(session, CAUSE_UNSUPPORTED,
                       "too many or too large parameter sets");
        return false;
    }
    if (!unit->is_key) {
        if (media->others_since.us == 0)
            media->others_since = session->now;
        return media->has_begun;
    }
    if (!media->sets.is_changed && media->config.codec != CODEC_NONE)
        return true;
    s = renew_config(session);
    if (s == STATUS_DENIED)
        session_finish(session, CAUSE_UNSUPPORTED,
                       "its parameter sets change all the time");
    else if (s == STATUS_BAD_INPUT || s == STATUS_LIMIT)
        session_finish(session, CAUSE_UNSUPPORTED,
                       "its parameter sets cannot be read");
    return s == STATUS_OK;
}

/* Boot time of a picture's decoding: never before the last one, nor before the
 * machine was started, which the first one of a camera seconds behind may be. */
static struct boot_time decode_time(struct rtsp_session *session,
                                    uint32_t ticks)
{
    struct session_media *media = &session->media;
    bool stepped = false;
    if (assembler_take_new_source(&media->assembler)) {
        time_map_forget(&media->time_map);
        tell_step(session);
    }
    /* A camera whose timestamps stand still: its arrivals are all there is. */
    if (media->has_picture && ticks == media->last_ticks)
        time_map_forget(&media->time_map);
    media->has_picture = true;
    media->last_ticks = ticks;
    struct boot_time time = time_map_picture(&media->time_map, ticks,
                                             session->now, &stepped);
    if (stepped)
        tell_step(session);
    if (time.us <= media->last_time.us)
        time.us = media->last_time.us + 1;
    return time;
}

/* As long as from the picture before. Where packets are missing, or where it is
 * more than a second and the one before was not like it, that is a hole, and not
 * the camera's pace. */
static uint32_t duration_since(const struct session_media *media,
                               struct boot_time time, bool is_broken)
{
    int64_t us = time.us - media->last_time.us;
    if (is_broken || (us > SECOND_US && us > media->last_distance_us))
        us = media->last_distance_us;
    bool is_usual =
        media->has_begun && us > 1000 && us <= (int64_t)SAMPLE_DURATION_MAX_US;
    return is_usual ? (uint32_t)us : media->last_duration_us;
}

static uint32_t shown_after_us(const struct session_media *media,
                               uint32_t ticks)
{
    uint64_t us = (uint64_t)ticks * SECOND_US / media->order.rate_hz;
    return us > SAMPLE_SHOWN_AFTER_MAX_US ? SAMPLE_SHOWN_AFTER_MAX_US
                                          : (uint32_t)us;
}

static void on_unit(void *context, const struct assembled *unit)
{
    struct rtsp_session *session = context;
    struct session_media *media = &session->media;
    if (session->state == SESSION_ENDED)
        return;
    bool may_go_out = is_decodable(session, unit);
    struct decode_times ticks =
        decode_order_take(&media->order, unit->timestamp_ticks);
    struct boot_time time = decode_time(session, ticks.decoded_ticks);
    if (!may_go_out) {
        media->was_interrupted = true;
        return;
    }
    count_losses(media);
    tell_losses(session);
    bool is_broken = unit->is_discontinuous || media->was_interrupted;
    const struct sample sample = {
        .time_us = time.us,
        .duration_us = duration_since(media, time, is_broken),
        .shown_after_us = shown_after_us(media, ticks.shown_after_ticks),
        .flags = (unit->is_key ? (unsigned)SAMPLE_IDR : 0u) |
                 (is_broken ? (unsigned)SAMPLE_DISCONTINUITY : 0u),
        .data = unit->data,
    };
    session->sink.on_sample(session->sink.context, &sample);
    session->picture_until =
        rtsp_session_after(session, SESSION_PICTURE_WAIT_S);
    if (!media->has_begun)
        session->sink.on_state(session->sink.context, CAUSE_NONE, session->now);
    else
        tell_calm(session);
    if (unit->is_key) {
        media->last_key = session->now;
        media->lost_since_key = 0;
    }
    if (!is_broken) /* a hole says nothing of the camera's pace */
        media->last_distance_us = time.us - media->last_time.us;
    media->has_begun = true;
    media->was_interrupted = false;
    media->has_told_losses = false;
    media->last_duration_us = sample.duration_us;
    media->last_time = time;
}

static void on_ordered(void *context, const struct rtp_packet *packet)
{
    struct rtsp_session *session = context;
    assembler_packet(&session->media.assembler, packet);
    count_losses(&session->media);
}

/* Some cameras describe one payload type and send another. Only video has been
 * set up; what is below the dynamic ones is not it. */
static bool is_of_stream(struct session_media *media,
                         const struct rtp_packet *packet)
{
    if (packet->payload_type == media->payload_type) {
        media->knows_type = true;
        return true;
    }
    if (media->knows_type || packet->payload_type < PAYLOAD_TYPE_DYNAMIC_MIN)
        return false;
    if (packet->payload_type != media->other_type)
        media->other_packets = 0;
    media->other_type = packet->payload_type;
    if (++media->other_packets < PAYLOAD_TYPE_BELIEVED_PACKETS)
        return false;
    media->payload_type = packet->payload_type;
    media->knows_type = true;
    return true;
}

void rtsp_session_take_packet(struct rtsp_session *session, struct bytes bytes)
{
    struct session_media *media = &session->media;
    struct rtp_packet packet;
    session->data_until = rtsp_session_after(session, SESSION_DATA_WAIT_S);
    if (rtp_parse(bytes, &packet) != STATUS_OK) {
        /* A datagram that cannot be read leaves a hole, which is counted. */
        if (media->reorder == NULL)
            media->packets_lost++;
        return;
    }
    if (!is_of_stream(media, &packet))
        return;
    reception_packet(&media->reception, &packet, session->now);
    if (media->reorder != NULL)
        reorder_take(media->reorder, &packet, session->now);
    else
        on_ordered(session, &packet);
}

void rtsp_session_media_tick(struct rtsp_session *session)
{
    struct session_media *media = &session->media;
    if (media->reorder != NULL)
        reorder_tick(media->reorder, session->now);
    if (session->now.us - media->loss_told.us >=
        (int64_t)LOSS_STATE_EVERY_S * SECOND_US)
        tell_losses(session);
}

void rtsp_session_media_flush(struct rtsp_session *session)
{
    struct session_media *media = &session->media;
    if (!media->is_ready)
        return;
    if (media->reorder != NULL)
        reorder_end(media->reorder);
    tell_losses(session);
}

void rtsp_session_media_stood_still(struct rtsp_session *session,
                                    struct boot_time now)
{
    struct session_media *media = &session->media;
    time_map_stood_still(&media->time_map, session->now, now);
    if (media->has_begun)
        media->last_key.us += now.us - session->now.us;
}

struct boot_time rtsp_session_key_until(const struct rtsp_session *session)
{
    const struct session_media *media = &session->media;
    if (!media->has_begun)
        return (struct boot_time){INT64_MAX};
    return (struct boot_time){media->last_key.us +
                              (int64_t)SESSION_KEY_WAIT_S * SECOND_US};
}

struct boot_time rtsp_session_media_deadline(const struct rtsp_session *session)
{
    const struct session_media *media = &session->media;
    return media->reorder != NULL ? reorder_deadline(media->reorder)
                                  : (struct boot_time){INT64_MAX};
}

void rtsp_session_take_control_packet(struct rtsp_session *session,
                                      struct bytes packet)
{
    struct rtcp_news news;
    const struct assembler *assembler = &session->media.assembler;
    if (rtcp_parse(packet, &news) != STATUS_OK || !assembler->has_packet)
        return;
    if (news.has_report && news.report_ssrc == assembler->ssrc) {
        time_map_report(&session->media.time_map, news.timestamp_ticks,
                        session->now);
        reception_sender_report(&session->media.reception, &news,
                                session->now);
    }
    if (news.has_bye && news.bye_ssrc == assembler->ssrc)
        session_finish(session, CAUSE_ENDED, "the camera said BYE");
}

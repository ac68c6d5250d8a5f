/* SPDX-License-Identifier: Apache-2.0 */
/*
 * browser/fake_recorder - the real web role, with everything behind it played:
 * supervisor, gate and vault in one process, pictures from one H.264 clip that
 * repeats for ever. For work on the console and for tests of web alone.
 *
 *   fake_recorder CLIP.h264 PORT [doubt]  (Annex B, IDR at least every second;
 *                                          doubt: about the clock)
 *
 * SIGUSR1 replaces gate and vault by new ones, SIGUSR2 makes the gate mute
 * until then, SIGALRM carries out what is ordered. Prints
 * "https://127.0.0.1:PORT CODE", then a line for each signal once it has done
 * its work (replaced, mute, done) and for each question that stays without an
 * answer (unanswered). Camera 3 does not record, camera 4 has a gap, camera 5
 * keeps its video for 60 seconds.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "browser/fake_recorder.h"

#include "base/alloc.h"
#include "base/text.h"
#include "crypto/certificate.h"
#include "media/codec.h"
#include "media/h264.h"
#include "media/nal.h"
#include "media/sample_pack.h"
#include "sys/sealed_memory.h"
#include "sys/signals.h"
#include "sys/socket.h"

/* ---- the clip -------------------------------------------------------------- */

static void take_nal(struct fake *fake, struct bytes nal, struct bytes *sps,
                     struct bytes *pps)
{
    if (h264_nal_type(nal) == H264_NAL_SPS && sps->size == 0)
        *sps = nal;
    if (h264_nal_type(nal) == H264_NAL_PPS && pps->size == 0)
        *pps = nal;
    if (h264_slice_is_first(nal) && fake->frame_count < FRAMES_MAX)
        fake->frames[fake->frame_count++] = (struct frame){
            .from = fake->samples.size, .is_idr = h264_nal_is_idr(nal)};
    if (fake->frame_count == 0 || !h264_nal_is_slice(nal))
        return;
    nal_sample_append(&fake->samples, nal);
    struct frame *frame = &fake->frames[fake->frame_count - 1];
    frame->size = fake->samples.size - frame->from;
}

static bool load_clip(struct fake *fake, const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *clip = alloc_array(CLIP_MAX, 1);
    if (file == NULL || clip == NULL)
        return false;
    struct bytes left = bytes_of(clip, fread(clip, 1, CLIP_MAX, file));
    (void)fclose(file);
    struct bytes nal;
    struct bytes sps = {NULL, 0};
    struct bytes pps = {NULL, 0};
    while (nal_stream_next(&left, &nal))
        take_nal(fake, nal, &sps, &pps);
    bool is_good = fake->frame_count > 0 &&
                   h264_config_make(&sps, 1, &pps, 1, &fake->record,
                                    &fake->config) == STATUS_OK;
    alloc_free(clip);
    return is_good && !fake->samples.failed;
}

/* Number of the last IDR frame at or before this time. */
static int64_t idr_before(const struct fake *fake, int64_t us)
{
    int64_t number = us / FRAME_US;
    while (!fake->frames[(uint64_t)number % fake->frame_count].is_idr)
        number--;
    return number;
}

static bool is_shown(uint32_t camera, int64_t us, int64_t began_us)
{
    int64_t age_us = fake_now_us() - us;
    if (age_us < 0 || us < began_us - 1800 * (int64_t)SECOND_US)
        return false;
    if (camera == SHORT_CAMERA)
        return age_us < SHORT_KEPT_S * (int64_t)SECOND_US;
    if (camera == 3)
        return us < began_us;
    return camera != GAP_CAMERA || us > began_us - 300 * (int64_t)SECOND_US ||
           us < began_us - 420 * (int64_t)SECOND_US;
}

static void put_pack(const struct fake *fake, struct buffer *out,
                     uint32_t camera, int64_t from, int64_t to)
{
    struct sample samples[READ_SAMPLES];
    size_t count = 0;
    for (int64_t n = from; n < to && count < READ_SAMPLES; n++) {
        const struct frame *frame =
            &fake->frames[(uint64_t)n % fake->frame_count];
        if (!is_shown(camera, n * FRAME_US, fake->began_us))
            continue;
        samples[count++] = (struct sample){
            .time_us = n * FRAME_US,
            .duration_us = FRAME_US,
            .flags = frame->is_idr ? SAMPLE_IDR : 0,
            .data = bytes_of(fake->samples.data + frame->from, frame->size),
        };
    }
    if (count > 0)
        sample_pack_append(out, camera, &fake->config, samples, count);
}

/* ---- vault ----------------------------------------------------------------- */

static void on_read(void *context, struct channel *channel,
                    const struct message_read *message, int descriptor)
{
    struct fake *fake = context;
    (void)descriptor;
    struct reader ticket = reader_on(message->ticket);
    reader_skip(&ticket, 20);
    (void)reader_i64be(&ticket);
    const int64_t end_us = reader_i64be(&ticket);
    int64_t to_us = message->to_us < end_us ? message->to_us : end_us;
    struct buffer out = buffer_with_limit(SAMPLE_PACK_DATA_MAX);
    int64_t from = idr_before(fake, message->from_us);
    int64_t to = to_us / FRAME_US;
    if (to > from + READ_SAMPLES)
        to = from + READ_SAMPLES;
    put_pack(fake, &out, message->camera, from, to);
    struct message_read_reply reply = {
        .id = message->id,
        .bytes = (uint32_t)out.size,
        .next_us = (to + 1) * FRAME_US > end_us ? 0 : to * FRAME_US,
    };
    if (message->camera == STANDING_CAMERA && reply.next_us != 0)
        reply.next_us = message->from_us;
    int memory = -1;
    const struct bytes part = buffer_bytes(&out);
    reply.status = sealed_memory_make(&part, 1, &memory);
    if (message_read_answer(channel, &reply, memory) != STATUS_OK)
        exit(1);
    buffer_deinit(&out);
}

static void on_live_next(void *context, struct channel *channel,
                         const struct message_live_next *message,
                         int descriptor)
{
    struct fake *fake = context;
    (void)channel;
    (void)descriptor;
    struct reader ticket = reader_on(message->ticket);
    reader_skip(&ticket, 44);
    fake->live_count = reader_u16be(&ticket);
    for (size_t i = 0; i < fake->live_count && i < FAKE_CAMERAS; i++)
        fake->live[i] = reader_u32be(&ticket);
    struct reader cursor = reader_on(message->cursor);
    int64_t from = reader_i64be(&cursor);
    fake->asked_from =
        from == 0 ? idr_before(fake, fake_now_us() - SECOND_US) : from;
    fake->asked_id = message->id;
    fake->is_asked = true;
}

static void on_timer(void *context, struct timer *timer)
{
    struct fake *fake = context;
    (void)timer;
    int64_t to = fake_now_us() / FRAME_US;
    if (!fake->is_asked || to <= fake->asked_from)
        return;
    struct buffer out = buffer_with_limit(SAMPLE_PACK_DATA_MAX);
    for (size_t i = 0; i < fake->live_count && i < FAKE_CAMERAS; i++)
        put_pack(fake, &out, fake->live[i], fake->asked_from, to);
    uint8_t cursor[8];
    struct writer w = writer_on(cursor, sizeof cursor);
    writer_i64be(&w, to);
    struct message_live_next_reply reply = {
        .id = fake->asked_id,
        .bytes = (uint32_t)out.size,
        .cursor = writer_written(&w),
    };
    int memory = -1;
    const struct bytes part = buffer_bytes(&out);
    reply.status = sealed_memory_make(&part, 1, &memory);
    fake->is_asked = false;
    if (message_live_next_answer(fake->vault, &reply, memory) != STATUS_OK)
        exit(1);
    buffer_deinit(&out);
}

/* ---- supervisor ------------------------------------------------------------ */

static void on_web_gone(void *context, struct channel *channel)
{
    (void)context;
    (void)channel;
    exit(0);
}

/* One end to web over its control channel, the other is ours, as `self`. */
static struct channel *neighbour(struct fake *fake, enum role self,
                                 const struct message_handlers *handlers)
{
    int ends[2];
    struct channel *channel = NULL;
    const struct message_peer_attach message = {.role = (uint8_t)self};
    if (socket_pair(ends) != STATUS_OK ||
        channel_create(fake->loop, ends[0], self, ROLE_WEB, handlers,
                       on_web_gone, fake, &channel) != STATUS_OK ||
        message_peer_attach_send(fake->web, &message, ends[1], NULL, NULL) !=
            STATUS_OK)
        exit(1);
    return channel;
}

void fake_say(const char *word)
{
    (void)puts(word);
    (void)fflush(stdout);
}

static void on_signal(void *context, int signal_number)
{
    struct fake *fake = context;
    if (signal_number == SIGUSR2) {
        fake->is_mute = true;
        fake_say("mute");
        return;
    }
    if (signal_number == SIGALRM) {
        fake->finished_us = fake_now_us();
        fake_say("done");
        return;
    }
    channel_destroy(&fake->gate);
    channel_destroy(&fake->vault);
    fake->is_mute = false;
    fake->is_asked = false;
    fake->gate = neighbour(fake, ROLE_GATE, fake->handlers);
    fake->vault = neighbour(fake, ROLE_VAULT, fake->handlers);
    fake_say("replaced");
}

static void start_web(struct fake *fake, uint16_t port,
                      const struct message_handlers *handlers)
{
    static struct certificate certificate;
    const struct text names[] = {text_of("localhost"), text_of("127.0.0.1")};
    int listener = -1;
    if (certificate_make(names, 2, clock_wall(&CLOCK_SYSTEM), &certificate) !=
            STATUS_OK ||
        socket_listen_tcp("127.0.0.1", port, &listener) != STATUS_OK)
        exit(3);
    port = socket_port(listener);
    const struct message_start_web start = {
        .certificate_pem = text_bytes(text_of(certificate.certificate_pem)),
        .private_key_pem = text_bytes(text_of(certificate.private_key_pem)),
    };
    const struct message_listen_attach listen = {.kind = 0};
    if (message_start_web_send(fake->web, &start, -1, NULL, NULL) !=
            STATUS_OK ||
        message_listen_attach_send(fake->web, &listen, listener, NULL, NULL) !=
            STATUS_OK)
        exit(1);
    fake->gate = neighbour(fake, ROLE_GATE, handlers);
    fake->vault = neighbour(fake, ROLE_VAULT, handlers);
    (void)printf("https://127.0.0.1:%u %s\n", port, FAKE_CODE);
    (void)fflush(stdout);
}

/* The web role in a process of its own; the control channel's other end. */
static int spawn_web(void)
{
    int ends[2];
    if (socket_pair(ends) != STATUS_OK)
        exit(1);
    pid_t child = fork();
    if (child < 0)
        exit(1);
    if (child > 0) {
        (void)close(ends[1]);
        return ends[0];
    }
    (void)close(ends[0]);
    if (ends[1] != ROLE_CONTROL_DESCRIPTOR) {
        (void)dup2(ends[1], ROLE_CONTROL_DESCRIPTOR);
        (void)close(ends[1]);
    }
    _exit(role_web_main());
}

int main(int argc, char **argv)
{
    if (argc != 3 && argc != 4) {
        (void)fprintf(stderr, "usage: fake_recorder CLIP.h264 PORT [doubt]\n");
        return 2;
    }
    static struct fake fake;
    fake.record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    fake.samples = buffer_with_limit(CLIP_MAX);
    if (!load_clip(&fake, argv[1]))
        return 3;
    int control = spawn_web();
    static struct message_handlers handlers = {
        .context = &fake,
        .read = on_read,
        .live_next = on_live_next,
    };
    fake_gate_handlers(&handlers);
    fake_destruction_handlers(&handlers);
    fake_hold_handlers(&handlers);
    fake_export_handlers(&handlers);
    fake_ledger_handlers(&handlers);
    fake_exclusion_handlers(&handlers);
    fake_version_handlers(&handlers);
    fake.is_in_doubt = argc == 4;
    fake.began_us = fake_now_us();
    fake.entries = 8;
    if (loop_create(&fake.loop) != STATUS_OK ||
        channel_create(fake.loop, control, ROLE_SUPERVISOR, ROLE_WEB,
                       &handlers, on_web_gone, &fake, &fake.web) !=
            STATUS_OK ||
        timer_make(fake.loop, "live", on_timer, &fake, &fake.timer) !=
            STATUS_OK)
        return 1;
    timer_start(fake.timer, LIVE_BATCH_MS, LIVE_BATCH_MS);
    static const int SIGNALS[] = {SIGUSR1, SIGUSR2, SIGALRM};
    fake.handlers = &handlers;
    if (signals_create(fake.loop, SIGNALS, 3, on_signal, &fake,
                       &fake.signals) != STATUS_OK)
        return 1;
    start_web(&fake, (uint16_t)strtoul(argv[2], NULL, 10), &handlers);
    loop_run(fake.loop);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state machines of a session and its depacketizers. The input is a list of
 * steps, each an octet and its octets: answers to the request that is out, with
 * the right CSeq; packets that may belong together; time; datagrams out of
 * order. So that the fuzzer finds its way through states, and not only headers.
 *
 * First octet: 1 UDP, 2 rtsps, 4 H.265, 8 a name and a port that nobody may
 * have (and so no session); its upper half, if not 0: the allocation
 * that fails.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reader.h"
#include "base/text.h"
#include "base/writer.h"
#include "ingest/limits.h"
#include "ingest/session.h"
#include "media/codec.h"
#include "media/nal.h"
#include "wire/interleaved.h"
#include "wire/rtcp.h"
#include "wire/rtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    STEPS_MAX = 2000,
    PACKET_MAX = 2048,
    HEAP_OBJECTS_MAX = 64 + REORDER_PACKETS_MAX,
};

static const uint8_t H264_SPS[] = {
    0x67, 0x64, 0x00, 0x0a, 0xac, 0xb4, 0x23, 0xd8, 0x0b, 0x50, 0x10, 0x10,
    0x14, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x03, 0x00, 0x78, 0x3c,
    0x48, 0x9a, 0x80,};
/* One that does not say how pictures are reordered; one picture at most. */
static const uint8_t H264_SPS_PLAIN[] = {
    0x67, 0x4d, 0x00, 0x1e, 0xed, 0x88, 0xf2,};
static const uint8_t H264_SPS_ONE[] = {
    0x67, 0x4d, 0x00, 0x1e, 0xed, 0x88, 0xf4, 0x20, 0x00, 0x00, 0x03, 0x00,
    0x20, 0x00, 0x00, 0x03, 0x03, 0xd3, 0xe2, 0x85, 0x22, 0xc0,};
static const uint8_t H264_PPS[] = {
    0x68, 0xef, 0x3c, 0xb0,};
static const uint8_t H265_VPS[] = {
    0x40, 0x01, 0x0c, 0x01, 0xff, 0xff, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00,
    0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x1e, 0xba, 0x02, 0x40,};
static const uint8_t H265_SPS[] = {
    0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00,
    0x03, 0x00, 0x00, 0x03, 0x00, 0x1e, 0xa0, 0x28, 0x81, 0x07, 0x2c, 0xb9,
    0x6e, 0x92, 0x93, 0x0b, 0xc0, 0x5a, 0x02, 0x00, 0x00, 0x03, 0x00, 0x02,
    0x00, 0x00, 0x03, 0x00, 0x1e, 0x10,};
static const uint8_t H265_PPS[] = {
    0x44, 0x01, 0xc0, 0x73, 0xc1, 0x89,};

/* Up for longer than a camera's time may be off: no time is negative. */
static const int64_t START_US = INT64_C(100000000);
static const char SECRET[] = "Qz8-secret";

struct machine {
    struct rtsp_session *session;
    struct reader in;
    int64_t now_us;
    bool is_udp;
    bool is_h265;
    uint16_t sequence;
    uint32_t ticks;
    uint32_t ssrc;
    int64_t last_us;
    enum codec codec;
};

static struct boot_time now(const struct machine *machine)
{
    return (struct boot_time){machine->now_us};
}

/* ---- what comes out ----------------------------------------------------- */

static void on_config(void *context, const struct codec_config *config)
{
    struct machine *machine = context;
    assert(codec_config_check(config) == STATUS_OK);
    machine->codec = config->codec;
}

static void on_sample(void *context, const struct sample *sample)
{
    struct machine *machine = context;
    assert(machine->codec != CODEC_NONE);
    assert(nal_sample_check(sample->data) == STATUS_OK);
    assert(sample->time_us > machine->last_us);
    assert(sample->time_us <= machine->now_us + 1000000);
    assert(machine->last_us != 0 || (sample->flags & SAMPLE_IDR) != 0);
    machine->last_us = sample->time_us;
}

static void on_loss(void *context, uint32_t packets, struct boot_time time)
{
    (void)context;
    assert(packets > 0 && time.us > 0);
}

static void on_state(void *context, enum cause cause, struct boot_time time)
{
    (void)context;
    assert(cause < CAUSE_COUNT && time.us > 0);
}

/* ---- what the camera does ------------------------------------------------ */

/* CSeq of the request that is out, or 0; takes the output away. */
static unsigned take_request(struct machine *machine)
{
    struct bytes output = rtsp_session_output(machine->session);
    unsigned sequence = 0;
    const uint8_t *at =
        memmem(output.data, output.size == 0 ? 0 : output.size, "CSeq: ", 6);
    assert(output.size <= SESSION_OUTPUT_BYTES_MAX);
    if (output.size > 0)
        assert(memmem(output.data, output.size, SECRET, sizeof SECRET - 1) ==
               NULL);
    for (at = at == NULL ? NULL : at + 6;
         at != NULL && *at >= '0' && *at <= '9'; at++)
        sequence = sequence * 10 + (unsigned)(*at - '0');
    rtsp_session_output_taken(machine->session, output.size);
    return sequence;
}

static void answer(struct machine *machine)
{
    static const unsigned CODES[] = {200, 200, 200, 401, 404, 461, 302, 454};
    static const char *const HEADERS[] = {
        "Session: 7;timeout=4\r\n",
        "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n",
        "Transport: RTP/AVP;unicast;client_port=4000-4001;"
        "server_port=6000-6001\r\n",
        "Public: OPTIONS, GET_PARAMETER\r\n",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", stale=true\r\n",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"m\", "
        "algorithm=SHA-256, qop=\"auth\"\r\n",
        "Content-Base: rtsp://192.0.2.1/live/\r\n",
        "Location: rtsp://192.0.2.2/\r\n",
    };
    static const char *const ODDITIES[] = {
        "",
        "WWW-Authenticate: Basic realm=\"r\"\r\n",
        "Session: 9;timeout=99999\r\n",
        "Session: 9;timeout=0\r\n",
        "Transport: RTP/AVP;multicast;port=5000-5001\r\n",
        "Transport: RTP/AVP/UDP;unicast;client_port=9-1\r\n",
        "Transport: RTP/AVP/TCP;interleaved=4-300\r\n",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"l\", algorithm=X\r\n",
    };
    char message[4096];
    char body[300] = "";
    uint8_t first = reader_u8(&machine->in);
    unsigned code = CODES[first % 8];
    unsigned mask = reader_u8(&machine->in);
    uint8_t description = reader_u8(&machine->in);
    if (description != 0)
        (void)snprintf(body, sizeof body,
                       "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 "
                       "H26%c/90000\r\na=control:%s\r\n",
                       machine->is_h265 ? '5' : '4',
                       description % 2 == 1 ? "trackID=1" : "/a/b");
    int used = snprintf(message, sizeof message,
                        "RTSP/1.0 %u x\r\nCSeq: %u\r\n", code,
                        take_request(machine));
    used += snprintf(message + used, sizeof message - (size_t)used, "%s",
                     ODDITIES[first / 32]);
    for (size_t i = 0; i < 8; i++)
        if ((mask >> i & 1) != 0)
            used += snprintf(message + used, sizeof message - (size_t)used,
                             "%s", HEADERS[i]);
    used += snprintf(message + used, sizeof message - (size_t)used,
                     "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    rtsp_session_input(machine->session, bytes_of(message, (size_t)used),
                       now(machine));
}

static void put(struct writer *out, const uint8_t *data, size_t size)
{
    writer_bytes(out, bytes_of(data, size));
}

static void put_h264(struct writer *out, unsigned kind)
{
    static const uint8_t HEADS[][3] = {
        {0x65, 0x88, 0x80}, {0x41, 0x9a, 0x00}, {0x06, 0x05, 0x01},
        {0x09, 0xf0, 0x00}, {0x7c, 0x85, 0x88}, {0x7c, 0x05, 0x01},
        {0x7c, 0x45, 0x02}, {0x7c, 0x81, 0x9a}, {0x78, 0x00, 0x04}};
    if (kind == 0)
        put(out, H264_SPS, sizeof H264_SPS);
    else if (kind == 1)
        put(out, H264_PPS, sizeof H264_PPS);
    else if (kind == 62)
        put(out, H264_SPS_PLAIN, sizeof H264_SPS_PLAIN);
    else if (kind == 63)
        put(out, H264_SPS_ONE, sizeof H264_SPS_ONE);
    else
        put(out, HEADS[(kind - 2) % 9], 3);
}

static void put_h265(struct writer *out, unsigned kind)
{
    static const uint8_t HEADS[][4] = {
        {0x26, 0x01, 0xaf, 0x00}, {0x02, 0x01, 0xd0, 0x00},
        {0x4e, 0x01, 0x05, 0x01}, {0x46, 0x01, 0x10, 0x00},
        {0x62, 0x01, 0x93, 0xaf}, {0x62, 0x01, 0x13, 0x01},
        {0x62, 0x01, 0x53, 0x02}, {0x60, 0x01, 0x00, 0x04}};
    if (kind == 0)
        put(out, H265_VPS, sizeof H265_VPS);
    else if (kind == 1)
        put(out, H265_SPS, sizeof H265_SPS);
    else if (kind == 2)
        put(out, H265_PPS, sizeof H265_PPS);
    else
        put(out, HEADS[(kind - 3) % 8], 4);
}

static void deliver(struct machine *machine, bool is_control,
                    struct bytes packet)
{
    uint8_t head[INTERLEAVED_HEADER_SIZE];
    struct writer w = writer_on(head, sizeof head);
    if (machine->is_udp) {
        rtsp_session_datagram(machine->session,
                              is_control ? DATAGRAM_CONTROL : DATAGRAM_MEDIA,
                              packet, now(machine));
        return;
    }
    interleaved_write_header(&w, is_control ? 1 : 0, (uint16_t)packet.size);
    rtsp_session_input(machine->session, writer_written(&w), now(machine));
    rtsp_session_input(machine->session, packet, now(machine));
}

/* kind, marker, steps of number and time, and octets behind the payload. */
static void send_packet(struct machine *machine)
{
    uint8_t memory[PACKET_MAX];
    struct writer w = writer_on(memory, sizeof memory);
    uint8_t kind = reader_u8(&machine->in);
    int8_t step = (int8_t)reader_u8(&machine->in);
    machine->ticks += (uint32_t)((int8_t)reader_u8(&machine->in) * 500);
    uint8_t more = reader_u8(&machine->in);
    machine->sequence = (uint16_t)(machine->sequence + 1 + step);
    const struct rtp_packet packet = {
        .has_marker = (kind & 0x80) != 0,
        .payload_type = (uint8_t)((kind & 0x40) != 0 ? 97 : 96),
        .sequence = machine->sequence,
        .timestamp_ticks = machine->ticks,
        .ssrc = machine->ssrc,
    };
    rtp_write_header(&w, &packet);
    if (machine->is_h265)
        put_h265(&w, kind & 0x3fu);
    else
        put_h264(&w, kind & 0x3fu);
    writer_bytes(&w, reader_bytes(&machine->in, more < machine->in.left.size
                                                    ? more
                                                    : 0));
    deliver(machine, false, writer_written(&w));
}

static void send_control(struct machine *machine)
{
    uint8_t memory[64];
    struct writer w = writer_on(memory, sizeof memory);
    uint8_t kind = reader_u8(&machine->in);
    rtcp_write_sender_report(&w, machine->ssrc, (uint64_t)kind << 32,
                             machine->ticks + kind * 1000u, 1, 1);
    if (kind == 255) {
        writer_u32be(&w, 0x81cb0001);
        writer_u32be(&w, machine->ssrc);
    }
    deliver(machine, true, writer_written(&w));
}

static void take_step(struct machine *machine)
{
    uint8_t step = reader_u8(&machine->in);
    uint8_t count = 0;
    uint16_t port = 0;
    switch (step % 8) {
    case 0:
        machine->now_us += (int64_t)reader_u8(&machine->in) * 20000;
        rtsp_session_tick(machine->session, now(machine));
        break;
    case 1:
        answer(machine);
        break;
    case 2:
    case 3:
        send_packet(machine);
        break;
    case 4:
        send_control(machine);
        break;
    case 5:
        count = reader_u8(&machine->in);
        rtsp_session_input(
            machine->session,
            reader_bytes(&machine->in,
                         count < machine->in.left.size ? count : 0),
            now(machine));
        break;
    case 6:
        machine->ssrc = reader_u8(&machine->in);
        break;
    default:
        (void)rtsp_session_report(machine->session, &port);
        rtsp_session_report_taken(machine->session);
        if (step == 255)
            rtsp_session_stop(machine->session, now(machine));
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct machine machine = {.in = reader_on(bytes_of(data, size)),
                              .now_us = START_US,
                              .sequence = 65000,
                              .ssrc = 1};
    const struct session_sink sink = {&machine, on_config, on_sample, on_loss,
                                      on_state};
    uint8_t mode = reader_u8(&machine.in);
    machine.is_udp = (mode & 1) != 0;
    machine.is_h265 = (mode & 4) != 0;
    const struct session_options options = {
        .url = text_of((mode & 2) != 0 ? "rtsps://192.0.2.1/live"
                                       : "rtsp://192.0.2.1/live"),
        .user = text_of((mode & 8) != 0 && !machine.is_udp ? "a\nb" : "camera"),
        .password = text_of(SECRET),
        .client_port = !machine.is_udp    ? 0
                       : (mode & 8) != 0 ? UINT16_MAX
                                          : 4000,
    };
    if (rtsp_session_create(&options, &sink, now(&machine),
                            &machine.session) != STATUS_OK)
        return 0;
    size_t alive = alloc_alive();
    (void)alloc_fail_at(mode / 16);
    for (int i = 0; i < STEPS_MAX && reader_more(&machine.in) &&
                    !rtsp_session_has_ended(machine.session);
         i++)
        take_step(&machine);
    (void)alloc_fail_at(0);
    assert(alloc_alive() <= alive + HEAP_OBJECTS_MAX);
    assert(text_is_plain(text_of(rtsp_session_detail(machine.session))));
    assert(rtsp_session_deadline(machine.session).us > 0);
    rtsp_session_destroy(&machine.session);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtsp_probe HOST PORT PATH SECONDS [USER PASSWORD] - one session of
 * src/ingest over a real socket, for so long from its first sample on; says
 * what came out of it, a line each:
 *
 *   config CODEC WIDTH HEIGHT RECORD_BYTES
 *   sample TIME_US DURATION_US FLAGS BYTES SHA256 SHOWN_AFTER_US
 *   loss PACKETS
 *   report          (a receiver report was sent; over UDP)
 *   state CAUSE
 *   end CAUSE DETAIL
 *
 * With HAECHI_PROBE_OUT set, the samples go there as an Annex B byte stream;
 * with HAECHI_PROBE_UDP set, packets are asked for over UDP.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/reader.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "ingest/session.h"
#include "media/nal.h"
#include "sys/clock.h"
#include "sys/socket_datagram.h"

enum {
    READ_BYTES = 65536,
    POLL_MS = 100,
    BEGIN_MAX_S = 30, /* a server may be slow to play */
};

static bool has_samples;

struct probe {
    struct rtsp_session *session;
    int connection;
    struct socket_datagrams datagrams;
};

static void on_config(void *context, const struct codec_config *config)
{
    (void)context;
    (void)printf("config %s %u %u %zu\n",
                 config->codec == CODEC_H265 ? "h265" : "h264",
                 (unsigned)config->width, (unsigned)config->height,
                 config->record.size);
}

static void write_stream(FILE *out, struct bytes data)
{
    struct reader in = reader_on(data);
    struct bytes nal;
    while (nal_sample_next(&in, &nal)) {
        (void)fwrite("\0\0\0\1", 1, 4, out);
        (void)fwrite(nal.data, 1, nal.size, out);
    }
}

static void on_sample(void *context, const struct sample *sample)
{
    uint8_t hash[SHA256_SIZE];
    char hex[HEX_SIZE(SHA256_SIZE) + 1];
    has_samples = true;
    if (sha256(&sample->data, 1, hash) != STATUS_OK)
        exit(3);
    hex_encode(bytes_of(hash, sizeof hash), hex);
    (void)printf("sample %lld %u %u %zu %s %u\n", (long long)sample->time_us,
                 (unsigned)sample->duration_us, (unsigned)sample->flags,
                 sample->data.size, hex, (unsigned)sample->shown_after_us);
    if (context != NULL)
        write_stream(context, sample->data);
}

static void on_loss(void *context, uint32_t packets, struct boot_time time)
{
    (void)context;
    (void)time;
    (void)printf("loss %u\n", (unsigned)packets);
}

static void on_state(void *context, enum cause cause, struct boot_time time)
{
    (void)context;
    (void)time;
    (void)printf("state %s\n", cause_name(cause));
}

static int connect_to(const char *host, const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(port))};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (descriptor < 0 || inet_pton(AF_INET, host, &address.sin_addr) != 1 ||
        connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("rtsp_probe: connect");
        exit(3);
    }
    return descriptor;
}

static void send_output(int descriptor, struct rtsp_session *session)
{
    struct bytes output = rtsp_session_output(session);
    if (output.size == 0)
        return;
    ssize_t sent = send(descriptor, output.data, output.size, MSG_NOSIGNAL);
    if (sent > 0)
        rtsp_session_output_taken(session, (size_t)sent);
    else
        rtsp_session_peer_closed(session);
}

static void receive_datagrams(struct probe *probe, unsigned kind)
{
    static uint8_t
        memory[SOCKET_DATAGRAM_SLOTS * (size_t)SOCKET_DATAGRAM_BYTES_MAX];
    size_t sizes[SOCKET_DATAGRAM_SLOTS];
    size_t count = 0;
    if (socket_datagrams_read(probe->datagrams.sockets[kind], memory, sizes,
                              &count) != STATUS_OK)
        return;
    for (size_t i = 0; i < count; i++)
        rtsp_session_datagram(
            probe->session, kind == 0 ? DATAGRAM_MEDIA : DATAGRAM_CONTROL,
            bytes_of(memory + i * (size_t)SOCKET_DATAGRAM_BYTES_MAX, sizes[i]),
            clock_boot(&CLOCK_SYSTEM));
}

static void send_report(struct probe *probe)
{
    uint16_t port = 0;
    struct bytes report = rtsp_session_report(probe->session, &port);
    if (report.size == 0)
        return;
    if (socket_datagram_send(&probe->datagrams, port, report) == STATUS_OK)
        (void)printf("report\n");
    rtsp_session_report_taken(probe->session);
}

static void receive_input(struct probe *probe)
{
    static uint8_t memory[READ_BYTES];
    int descriptor = probe->connection;
    struct rtsp_session *session = probe->session;
    struct pollfd ready[3] = {
        {.fd = descriptor, .events = POLLIN},
        {.fd = probe->datagrams.sockets[0], .events = POLLIN},
        {.fd = probe->datagrams.sockets[1], .events = POLLIN},
    };
    if (poll(ready, 3, POLL_MS) <= 0)
        return;
    for (unsigned kind = 0; kind < 2; kind++)
        if (ready[1 + kind].revents != 0)
            receive_datagrams(probe, kind);
    send_report(probe);
    if (ready[0].revents == 0)
        return;
    ssize_t got = recv(descriptor, memory, sizeof memory, 0);
    if (got > 0)
        rtsp_session_input(session, bytes_of(memory, (size_t)got),
                           clock_boot(&CLOCK_SYSTEM));
    else
        rtsp_session_peer_closed(session);
}

static void talk(struct probe *probe, struct boot_time begin, int64_t lasts_us)
{
    struct rtsp_session *session = probe->session;
    int64_t until_us = begin.us + BEGIN_MAX_S * (int64_t)SECOND_US;
    bool has_begun = false;
    bool is_stopping = false;
    while (!rtsp_session_has_ended(session)) {
        struct boot_time now = clock_boot(&CLOCK_SYSTEM);
        rtsp_session_tick(session, now);
        if (!has_begun && has_samples) {
            has_begun = true;
            until_us = now.us + lasts_us;
        }
        if (!is_stopping && now.us >= until_us) {
            is_stopping = true;
            rtsp_session_stop(session, now);
        }
        send_output(probe->connection, session);
        if (!rtsp_session_has_ended(session))
            receive_input(probe);
    }
}

int main(int count, char **arguments)
{
    char url[1024];
    if (count != 5 && count != 7) {
        (void)fprintf(stderr, "usage: rtsp_probe HOST PORT PATH SECONDS "
                              "[USER PASSWORD]\n");
        return 2;
    }
    (void)snprintf(url, sizeof url, "rtsp://%s:%s%s", arguments[1],
                   arguments[2], arguments[3]);
    const char *path = getenv("HAECHI_PROBE_OUT");
    FILE *out = path == NULL ? NULL : fopen(path, "wb");
    struct probe probe = {.datagrams = {.sockets = {-1, -1}}};
    struct session_options options = {
        .url = text_of(url),
        .user = text_of(count == 7 ? arguments[5] : ""),
        .password = text_of(count == 7 ? arguments[6] : ""),
        .random = (uint64_t)getpid(),
    };
    const struct session_sink sink = {out, on_config, on_sample, on_loss,
                                      on_state};
    struct boot_time now = clock_boot(&CLOCK_SYSTEM);
    probe.connection = connect_to(arguments[1], arguments[2]);
    enum status s = STATUS_OK;
    if (getenv("HAECHI_PROBE_UDP") != NULL) {
        s = socket_datagrams_open(probe.connection, &probe.datagrams);
        options.client_port = socket_address_port(&probe.datagrams.local);
    }
    if (s == STATUS_OK)
        s = rtsp_session_create(&options, &sink, now, &probe.session);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "rtsp_probe: %s\n", status_name(s));
        return 3;
    }
    talk(&probe, now, atoll(arguments[4]) * SECOND_US);
    (void)printf("end %s %s\n",
                 cause_name(rtsp_session_cause(probe.session)),
                 rtsp_session_detail(probe.session));
    rtsp_session_destroy(&probe.session);
    socket_datagrams_close(&probe.datagrams);
    (void)close(probe.connection);
    if (out != NULL)
        (void)fclose(out);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi bench floor: the least that recording can cost on this machine, for
 * comparison. One loop: receive every 100 ms, take the RTP payload out, SHA-256
 * and AES-256-GCM per GOP, one write. No loss handling, no index, no keys, no
 * processes: what is left of a recorder when everything that makes it one is
 * taken away. H.264 over interleaved RTP, without authentication.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/bench/bench.h"
#include "cmd/options.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "sys/socket.h"
#include "sys/socket_address.h"
#include "wire/message.h"

enum {
    TICK_MS = 100,
    ANSWER_MS = 10000,
    READ_BYTES = 1 << 20,
    GOP_BYTES_MAX = 16 << 20,
    FRAME_HEADER = 4,
    RTP_HEADER = 12,
    NAL_SPS = 7,
    NAL_STAP_A = 24,
    NAL_FU_A = 28,
    CAMERAS_LIMIT = 4096,
};

struct floor_camera {
    int socket;
    struct buffer carry; /* an interleaved frame that is not whole yet */
    struct buffer gop;
};

struct floor {
    struct floor_camera *cameras;
    size_t count;
    uint8_t *input;
    uint8_t *sealed;
    int file;
    uint64_t offset;
};

/* ---- handshake, waiting ---------------------------------------------------- */

static enum status ask(int socket, const char *request,
                       struct wire_message *answer)
{
    size_t taken = 0;
    struct text text = text_of(request);
    enum status s = socket_write(socket, text_bytes(text), &taken);
    wire_message_reset(answer);
    /* Byte by byte: what follows the answer is RTP and stays in the socket. */
    while (s == STATUS_OK) {
        uint8_t byte = 0;
        size_t got = 0;
        size_t used = 0;
        s = socket_wait_readable(socket, ANSWER_MS);
        if (s == STATUS_OK)
            s = socket_read(socket, &byte, 1, &got);
        if (s != STATUS_OK)
            return s;
        s = wire_message_input(answer, bytes_of(&byte, 1), &used);
        if (s != STATUS_AGAIN)
            break;
        s = STATUS_OK;
    }
    return s == STATUS_OK && wire_message_status_code(answer) != 200
               ? STATUS_DENIED
               : s;
}

static enum status play(int socket, uint16_t port, size_t number,
                        struct wire_message *answer)
{
    char url[128];
    char request[512];
    char session[64];
    (void)snprintf(url, sizeof url, "rtsp://127.0.0.1:%u/cam/%zu",
                   (unsigned)port, number);
    (void)snprintf(request, sizeof request,
                   "DESCRIBE %s RTSP/1.0\r\nCSeq: 1\r\n\r\n", url);
    enum status s = ask(socket, request, answer);
    if (s != STATUS_OK)
        return s;
    (void)snprintf(request, sizeof request,
                   "SETUP %s/video RTSP/1.0\r\nCSeq: 2\r\n"
                   "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n",
                   url);
    s = ask(socket, request, answer);
    struct text id = wire_message_header_or_empty(answer, "Session");
    if (s == STATUS_OK && !text_copy(text_cut(&id, ';'), session,
                                     sizeof session))
        s = STATUS_BAD_INPUT;
    if (s != STATUS_OK)
        return s;
    (void)snprintf(request, sizeof request,
                   "PLAY %s RTSP/1.0\r\nCSeq: 3\r\nSession: %s\r\n\r\n", url,
                   session);
    return ask(socket, request, answer);
}

static enum status open_camera(uint16_t port, size_t number, int *out)
{
    struct socket_address address;
    struct wire_message answer;
    enum status s = socket_address_parse("127.0.0.1", port, &address);
    *out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s != STATUS_OK || *out < 0 ||
        connect(*out, &address.any, address.size) != 0)
        return STATUS_IO;
    wire_message_init(&answer, WIRE_RTSP_RESPONSE, &WIRE_LIMITS_RTSP);
    s = socket_prepare(*out);
    if (s == STATUS_OK)
        s = play(*out, port, number, &answer);
    wire_message_deinit(&answer);
    return s;
}

/* ---- the loop -------------------------------------------------------------- */

static enum status seal_gop(struct floor *floor, struct floor_camera *camera)
{
    static const uint8_t KEY[AEAD_KEY_SIZE] = {7};
    uint8_t digest[SHA256_SIZE];
    const struct bytes gop = buffer_bytes(&camera->gop);
    if (gop.size == 0)
        return STATUS_OK;
    enum status s = sha256(&gop, 1, digest);
    if (s == STATUS_OK)
        s = aead_seal(AEAD_AES_256_GCM, KEY, (struct bytes){NULL, 0}, gop,
                      floor->sealed, floor->sealed + gop.size);
    if (s == STATUS_OK &&
        pwrite(floor->file, floor->sealed, gop.size + AEAD_TAG_SIZE,
               (off_t)floor->offset) < 0)
        s = STATUS_IO;
    floor->offset += gop.size + AEAD_TAG_SIZE;
    buffer_clear(&camera->gop);
    return s;
}

static enum status take_packet(struct floor *floor,
                               struct floor_camera *camera,
                               struct bytes packet)
{
    if (packet.size <= RTP_HEADER + 2)
        return STATUS_OK;
    struct bytes payload = {packet.data + RTP_HEADER,
                            packet.size - RTP_HEADER};
    uint8_t type = payload.data[0] & 31;
    enum status s = STATUS_OK;
    if (type == NAL_SPS || type == NAL_STAP_A)
        s = seal_gop(floor, camera);
    if (type != NAL_FU_A) {
        buffer_append_u32be(&camera->gop, (uint32_t)payload.size);
    } else {
        bool is_start = (payload.data[1] & 0x80) != 0;
        if (is_start)
            buffer_append_u32be(&camera->gop, 0);
        payload = bytes_of(payload.data + 2, payload.size - 2);
    }
    buffer_append(&camera->gop, payload);
    return s == STATUS_OK ? buffer_status(&camera->gop) : s;
}

/* Whole frames are taken in place; the rest is carried to the next turn. */
static enum status take_bytes(struct floor *floor, struct floor_camera *camera,
                              struct bytes input)
{
    enum status s = STATUS_OK;
    if (camera->carry.size > 0) {
        buffer_append(&camera->carry, input);
        input = buffer_bytes(&camera->carry);
    }
    size_t at = 0;
    while (input.size - at >= FRAME_HEADER && s == STATUS_OK) {
        const uint8_t *frame = input.data + at;
        size_t size = (size_t)frame[2] << 8 | frame[3];
        if (frame[0] != '$')
            return STATUS_BAD_INPUT;
        if (input.size - at < FRAME_HEADER + size)
            break;
        if ((frame[1] & 1) == 0)
            s = take_packet(floor, camera,
                            bytes_of(frame + FRAME_HEADER, size));
        at += FRAME_HEADER + size;
    }
    if (camera->carry.size > 0)
        buffer_consume(&camera->carry, at);
    else
        buffer_append(&camera->carry,
                      bytes_of(input.data + at, input.size - at));
    return s;
}

static enum status turn(struct floor *floor)
{
    for (size_t i = 0; i < floor->count; i++) {
        struct floor_camera *camera = &floor->cameras[i];
        size_t got = 0;
        enum status s = socket_read(camera->socket, floor->input, READ_BYTES,
                                    &got);
        if (s == STATUS_OK)
            s = take_bytes(floor, camera, bytes_of(floor->input, got));
        if (s != STATUS_OK && s != STATUS_AGAIN)
            return s;
    }
    return STATUS_OK;
}

static enum status prepare(struct floor *floor, uint16_t port,
                           const char *path)
{
    floor->cameras = alloc_array(floor->count, sizeof *floor->cameras);
    floor->input = alloc_array(READ_BYTES, 1);
    floor->sealed = alloc_array(GOP_BYTES_MAX + AEAD_TAG_SIZE, 1);
    floor->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (floor->cameras == NULL || floor->input == NULL ||
        floor->sealed == NULL || floor->file < 0)
        return STATUS_NO_MEMORY;
    enum status s = STATUS_OK;
    for (size_t i = 0; i < floor->count && s == STATUS_OK; i++) {
        floor->cameras[i].carry = buffer_with_limit(GOP_BYTES_MAX);
        floor->cameras[i].gop = buffer_with_limit(GOP_BYTES_MAX);
        s = open_camera(port, i + 1, &floor->cameras[i].socket);
    }
    return s;
}

struct options {
    uint64_t port;
    uint64_t cameras;
    uint64_t seconds;
    const char *file;
};

static const struct command_option OPTIONS[] = {
    {.name = "PORT",
     .help = "of the cameras, on loopback",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct options, port),
     .min = 1,
     .max = 65535},
    {.name = "CAMERAS",
     .help = "how many",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct options, cameras),
     .min = 1,
     .max = CAMERAS_LIMIT},
    {.name = "SECONDS",
     .help = "how long",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct options, seconds),
     .min = 1,
     .max = 86400},
    {.name = "FILE",
     .help = "where the sealed bytes go",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, file)},
};

static int run(int argc, char **argv)
{
    struct options options = {.port = 0};
    int code = options_read(&COMMAND_BENCH_FLOOR, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    struct floor floor = {.count = options.cameras};
    enum status s = prepare(&floor, (uint16_t)options.port, options.file);
    for (uint64_t i = 0; i < options.seconds * 1000 / TICK_MS && s == STATUS_OK; i++) {
        bench_sleep_ms(TICK_MS);
        s = turn(&floor);
    }
    if (s != STATUS_OK)
        (void)fprintf(stderr, "haechi bench floor: %s\n", status_name(s));
    return s == STATUS_OK ? EXIT_OK : EXIT_ENVIRONMENT; /* the end frees all */
}

const struct command COMMAND_BENCH_FLOOR = {
    .name = "bench floor",
    .synopsis = "PORT CAMERAS SECONDS FILE",
    .summary = NULL, /* not listed: a part of bench record */
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run,
};

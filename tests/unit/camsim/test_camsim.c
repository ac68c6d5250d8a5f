/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator with real sockets, in one loop with its clients; at 120 frames
 * a second, so that a second is enough. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "camsim/camsim.h"
#include "sys/socket.h"
#include "unit/camsim/receiver.h"
#include "unit/media/stream.h"
#include "wire/interleaved.h"
#include "wire/rtcp.h"

enum { RATE = 120, CAMERAS = 3, SEEN_MAX = 1024 };

struct scene;

/* One connection that plays a camera. */
struct client {
    struct scene *scene;
    uint32_t camera;
    int socket;
    struct watch *watch;
    struct buffer input;
    struct receiver receiver;
    size_t answers;
    bool early; /* a packet came before the second answer */
    bool ended;
    bool broken; /* what came is neither packet nor answer */
    uint16_t sequence;
    uint32_t ticks;
    size_t lost;
    size_t reports;
    size_t seen;
    char digests[SEEN_MAX][HEX_SIZE(SHA256_SIZE) + 1];
};

struct scene {
    struct loop *loop;
    struct timer *end;
    struct stream *stream;
    struct camsim_clip *clip;
    const struct camsim_clip *clips[1];
    struct camsim_fault fault;
    struct camsim *camsim;
    char directory[64];
    char ledger[96];
    struct client clients[CAMERAS];
};

static void take_packet(struct client *client, struct bytes payload)
{
    struct rtp_packet rtp;
    CHECK_OK(rtp_parse(payload, &rtp));
    if (client->ticks != 0)
        client->lost += (uint16_t)(rtp.sequence - client->sequence - 1);
    client->early |= client->answers < 2;
    client->sequence = rtp.sequence;
    client->ticks = rtp.timestamp_ticks;
    if (receiver_take(&client->receiver, &rtp) && client->seen < SEEN_MAX)
        receiver_digest(&client->receiver, client->digests[client->seen++]);
}

/* One packet or answer off the front; false where more is needed. */
static bool take_one(struct client *client)
{
    struct bytes input = buffer_bytes(&client->input);
    struct interleaved_frame frame;
    size_t used = 0;
    if (interleaved_begins(input)) {
        if (interleaved_next(input, &used, &frame) != STATUS_OK)
            return false;
        struct rtcp_news news;
        if (frame.channel == 0)
            take_packet(client, frame.payload);
        else
            client->reports += rtcp_parse(frame.payload, &news) == STATUS_OK &&
                               news.has_report;
    } else {
        const uint8_t *end = memmem(input.data, input.size, "\r\n\r\n", 4);
        client->broken |= input.size > 8 && memcmp(input.data, "RTSP/1.0", 8);
        if (end == NULL || client->broken)
            return false;
        used = (size_t)(end - input.data) + 4;
        client->answers++;
    }
    buffer_consume(&client->input, used);
    return true;
}

static void on_bytes(void *context, struct watch *watch, unsigned events)
{
    struct client *client = context;
    (void)events;
    uint8_t bytes[65536];
    ssize_t got = recv(client->socket, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got <= 0) {
        client->ended = true;
        watch_set(watch, 0);
        return;
    }
    buffer_append(&client->input, bytes_of(bytes, (size_t)got));
    while (client->input.size > 0 && take_one(client))
        continue;
}

static void on_end(void *context, struct timer *timer)
{
    (void)timer;
    loop_stop(context);
}

static struct scene *scene_open(const char *fault, bool sends_packets)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    scene->stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    CHECK_OK(camsim_clip_create(scene->stream->bytes, CODEC_H264, RATE,
                                &scene->clip));
    scene->clips[0] = scene->clip;
    test_directory_make(scene->directory, sizeof scene->directory);
    (void)snprintf(scene->ledger, sizeof scene->ledger, "%s/ledger",
                   scene->directory);
    if (fault != NULL)
        CHECK_OK(camsim_fault_parse((struct text){fault, strlen(fault)},
                                    &scene->fault));
    CHECK_OK(loop_create(&scene->loop));
    CHECK_OK(timer_make(scene->loop, "end", on_end, scene->loop, &scene->end));
    const struct camsim_options options = {
        .address = "127.0.0.1",
        .cameras = CAMERAS,
        .clips = scene->clips,
        .clip_count = 1,
        .sends_packets = sends_packets,
        .ledger_path = scene->ledger,
        .faults = &scene->fault,
        .fault_count = fault == NULL ? 0 : 1,
    };
    CHECK_OK(
        camsim_create(scene->loop, &CLOCK_SYSTEM, &options, &scene->camsim));
    return scene;
}

static void join(struct scene *scene, uint32_t camera)
{
    struct client *client = &scene->clients[camera - 1];
    client->scene = scene;
    client->camera = camera;
    client->input = buffer_with_limit(1 << 20);
    client->receiver = receiver_for(CODEC_H264);
    client->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(camsim_port(scene->camsim)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    assert_int_equal(0,
                     connect(client->socket, (const struct sockaddr *)&address,
                             sizeof address));
    CHECK_OK(watch_create(scene->loop, client->socket, WATCH_READ, "client",
                          on_bytes, client, &client->watch));
    char requests[512];
    int size =
        snprintf(requests, sizeof requests,
                 "SETUP rtsp://h/cam/%u/trackID=0 RTSP/1.0\r\nCSeq: 1\r\n"
                 "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n"
                 "PLAY rtsp://h/cam/%u RTSP/1.0\r\nCSeq: 2\r\n\r\n",
                 camera, camera);
    CHECK(send(client->socket, requests, (size_t)size, MSG_NOSIGNAL) == size);
}

static void run_for(struct scene *scene, uint64_t ms)
{
    timer_start(scene->end, ms, 0);
    loop_run(scene->loop);
}

static void leave(struct client *client)
{
    if (client->watch == NULL)
        return;
    watch_destroy(&client->watch);
    (void)close(client->socket);
}

static void scene_close(struct scene **scene)
{
    for (size_t i = 0; i < CAMERAS; i++) {
        leave(&(*scene)->clients[i]);
        buffer_deinit(&(*scene)->clients[i].input);
        receiver_deinit(&(*scene)->clients[i].receiver);
    }
    camsim_destroy(&(*scene)->camsim);
    timer_destroy(&(*scene)->end);
    loop_destroy(&(*scene)->loop);
    camsim_clip_destroy(&(*scene)->clip);
    stream_close(&(*scene)->stream);
    test_directory_remove((*scene)->directory);
    free(*scene);
    *scene = NULL;
}

/* The lines of this camera, against what its client saw: from the first on,
 * all the same. Returns how many there are. */
static size_t compare_with_ledger(const struct scene *scene,
                                  const struct client *client)
{
    uint8_t *file = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, scene->ledger, 1 << 20, &file,
                           &size));
    size_t lines = 0;
    unsigned long long last = 0;
    char *rest = NULL;
    for (char *line = strtok_r((char *)file, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        unsigned camera = 0;
        unsigned long long index = 0;
        long long boot_us = 0;
        long long wall_us = 0;
        char digest[65];
        assert_int_equal(5, sscanf(line, "%u %llu %lld %lld %64s", &camera,
                                   &index, &boot_us, &wall_us, digest));
        if (camera != client->camera)
            continue;
        CHECK(lines == 0 || index > last);
        last = index;
        assert_string_equal(
            scene->clip->frames[index % scene->clip->count].digest, digest);
        if (lines < client->seen)
            assert_string_equal(digest, client->digests[lines]);
        lines++;
    }
    alloc_free(file);
    return lines;
}

static void what_arrives_is_in_the_ledger(bool sends_packets)
{
    AUTO(scene_close) struct scene *scene = scene_open(NULL, sends_packets);
    for (uint32_t camera = 1; camera <= CAMERAS; camera++)
        join(scene, camera);
    run_for(scene, 400);
    for (size_t i = 0; i < CAMERAS; i++) {
        struct client *client = &scene->clients[i];
        assert_int_equal(2, client->answers);
        assert_int_equal(0, client->lost);
        assert_int_equal(1, client->reports);
        CHECK(!client->early && !client->broken && !client->ended);
        CHECK(client->seen > 15);
    }
    CHECK_OK(camsim_check_ledger(scene->camsim));
    for (size_t i = 0; i < CAMERAS; i++) {
        size_t lines = compare_with_ledger(scene, &scene->clients[i]);
        CHECK(lines >= scene->clients[i].seen);
        CHECK(lines <= scene->clients[i].seen + 3); /* on their way */
    }
    struct camsim_summary sum;
    camsim_summarise(scene->camsim, &sum);
    assert_int_equal(CAMERAS, sum.sessions);
    assert_int_equal(0, sum.dropped);
    assert_int_equal(0, sum.audio_setups);
    CHECK(sum.access_units > 45 && sum.bytes > 5000);
}

static void a_frame_a_send(void **state)
{
    (void)state;
    what_arrives_is_in_the_ledger(false);
}

static void a_packet_a_send(void **state)
{
    (void)state;
    what_arrives_is_in_the_ledger(true);
}

static void lost_packets_are_not_in_the_ledger(void **state)
{
    (void)state;
    AUTO(scene_close) struct scene *scene = scene_open("drop:1:0:0", false);
    join(scene, 1);
    run_for(scene, 300);
    CHECK(scene->clients[0].lost > 1);
    struct camsim_summary sum;
    camsim_summarise(scene->camsim, &sum);
    CHECK(sum.dropped > 1);
    scene->clients[0].seen = 0; /* its list has broken ones in it */
    CHECK_OK(camsim_check_ledger(scene->camsim));
    CHECK(compare_with_ledger(scene, &scene->clients[0]) == sum.access_units);
}

static void early_packets_come_before_the_answer(void **state)
{
    (void)state;
    AUTO(scene_close) struct scene *scene = scene_open("early:2:0", false);
    join(scene, 1);
    join(scene, 2);
    run_for(scene, 250);
    CHECK(!scene->clients[0].early && scene->clients[1].early);
    assert_int_equal(2, scene->clients[1].answers);
    CHECK(scene->clients[1].seen > 3);
}

static void other_faults_hit_their_camera_alone(void **state)
{
    (void)state;
    const char *const faults[] = {"stall:2:0:0", "close:2:0:0", "refuse:2:0:0",
                                  "noreply:2:0:0", "garbage:2:0:0"};
    for (size_t i = 0; i < 5; i++) {
        AUTO(scene_close) struct scene *scene = scene_open(faults[i], false);
        if (i == 1)
            scene->fault.from_us = 150000; /* somebody plays by then */
        join(scene, 1);
        join(scene, 2);
        run_for(scene, i == 4 ? 400 : 250);
        struct client *hit = &scene->clients[1];
        CHECK(scene->clients[0].seen > 3 && !scene->clients[0].ended);
        if (i == 0)
            CHECK(hit->answers == 2 && hit->seen == 0 && !hit->ended);
        if (i == 1)
            CHECK(hit->ended && hit->answers == 2);
        if (i == 2)
            CHECK(hit->ended && hit->answers == 0);
        if (i == 3)
            CHECK(hit->answers == 0 && hit->seen == 0 && !hit->ended);
        if (i == 4)
            CHECK(hit->broken || hit->lost > 0 || hit->input.size > 0);
    }
}

/* Whoever leaves takes nothing along: the leak check sees it. */
static void clients_come_and_go(void **state)
{
    (void)state;
    AUTO(scene_close) struct scene *scene = scene_open(NULL, false);
    for (int i = 0; i < 5; i++) {
        struct client *client = &scene->clients[0];
        join(scene, 1);
        run_for(scene, 30);
        leave(client);
        buffer_deinit(&client->input);
        receiver_deinit(&client->receiver);
    }
    run_for(scene, 50);
    struct camsim_summary sum;
    camsim_summarise(scene->camsim, &sum);
    assert_int_equal(5, sum.sessions);
}

static void a_taken_port_is_said_so(void **state)
{
    (void)state;
    AUTO(scene_close) struct scene *scene = scene_open(NULL, false);
    struct camsim *second = NULL;
    const struct camsim_options options = {
        .address = "127.0.0.1",
        .port = camsim_port(scene->camsim),
        .cameras = 1,
        .clips = scene->clips,
        .clip_count = 1,
    };
    CHECK_STATUS(STATUS_CONFLICT,
                 camsim_create(scene->loop, &CLOCK_SYSTEM, &options, &second));
    assert_null(second);
}

static enum status create_all(void *context)
{
    struct camsim_options options = *(const struct camsim_options *)context;
    AUTO(loop_destroy) struct loop *loop = NULL;
    AUTO(camsim_destroy) struct camsim *camsim = NULL;
    enum status s = loop_create(&loop);
    if (s == STATUS_OK)
        s = camsim_create(loop, &CLOCK_SYSTEM, &options, &camsim);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    AUTO(scene_close) struct scene *scene = scene_open(NULL, false);
    struct camsim_options options = {
        .address = "127.0.0.1",
        .cameras = CAMERAS,
        .clips = scene->clips,
        .clip_count = 1,
        .ledger_path = scene->ledger,
    };
    test_every_allocation_fails(create_all, &options);
}

TEST_MAIN("camsim/camsim", TEST(a_frame_a_send), TEST(a_packet_a_send),
          TEST(lost_packets_are_not_in_the_ledger),
          TEST(early_packets_come_before_the_answer),
          TEST(other_faults_hit_their_camera_alone), TEST(clients_come_and_go),
          TEST(a_taken_port_is_said_so), TEST(every_allocation_may_fail))

/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camsim: simulated cameras from clips, for the demo, bench, tests. */
#include "camsim/camsim.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/options.h"
#include "sys/file.h"
#include "sys/logger.h"
#include "sys/signals.h"

enum { CLIPS_MAX = 64, PORT_DEFAULT = 8554 };

struct arguments {
    struct camsim_options options;
    uint64_t port;
    uint64_t cameras;
    const char *digest;
    const char *sending;
    const char *transport;
    struct camsim_clip *clips[CLIPS_MAX];
    const struct camsim_clip *shown[CLIPS_MAX]; /* the same, for the options */
    size_t clip_count;
    struct camsim_fault faults[FAULT_COUNT_MAX];
    size_t fault_count;
    bool is_json;
};

static void arguments_destroy(struct arguments **arguments)
{
    if (*arguments == NULL)
        return;
    for (size_t i = 0; i < (*arguments)->clip_count; i++)
        camsim_clip_destroy(&(*arguments)->clips[i]);
    alloc_free(*arguments);
    *arguments = NULL;
}

static int complain(const char *what, const char *value)
{
    (void)fprintf(stderr, "haechi camsim: %s: %s\n", what, value);
    return EXIT_USAGE;
}

/* FILE:FPS[:h265], from the right, because a path may hold colons. */
static int parse_clip(struct arguments *arguments, const char *value)
{
    struct text rest = text_of(value);
    struct text last = {NULL, 0};
    enum codec codec = CODEC_H264;
    uint64_t rate = 0;
    for (int i = 0; i < 2; i++) {
        size_t colon = rest.size;
        while (colon > 0 && rest.data[colon - 1] != ':')
            colon--;
        if (colon == 0)
            return complain("--clip wants FILE:FPS[:h265]", value);
        last = (struct text){rest.data + colon, rest.size - colon};
        rest.size = colon - 1;
        if (i == 1 || !text_equal(last, text_of("h265")))
            break;
        codec = CODEC_H265;
    }
    char path[4096];
    if (number_parse_u64(last, 1, CLIP_FRAMES_PER_SECOND_MAX, &rate) !=
            STATUS_OK ||
        !text_copy(rest, path, sizeof path))
        return complain("--clip wants FILE:FPS[:h265]", value);
    if (arguments->clip_count == CLIPS_MAX)
        return complain("too many clips", value);

    uint8_t *stream = NULL;
    size_t size = 0;
    enum status s =
        file_read_all(&FILE_LAYER_SYSTEM, path, CLIP_BYTES_MAX, &stream, &size);
    if (s != STATUS_OK) {
        (void)complain("cannot read clip", path);
        return EXIT_ENVIRONMENT;
    }
    struct camsim_clip **clip = &arguments->clips[arguments->clip_count];
    s = camsim_clip_create(bytes_of(stream, size), codec, (unsigned)rate, clip);
    alloc_free(stream);
    if (s != STATUS_OK)
        return complain("not a playable byte stream", path);
    arguments->shown[arguments->clip_count++] = *clip;
    return EXIT_OK;
}

static int parse_fault(struct arguments *arguments, const char *value)
{
    if (arguments->fault_count == FAULT_COUNT_MAX ||
        camsim_fault_parse(text_of(value),
                           &arguments->faults[arguments->fault_count]) !=
            STATUS_OK)
        return complain("--fault wants KIND:CAMERA:AT_S[:FOR_S], KIND one of "
                        "stall drop garbage refuse close audio early noreply "
                        "swap twice flood",
                        value);
    arguments->fault_count++;
    return EXIT_OK;
}

static int take_clip(void *arguments, const char *value)
{
    return parse_clip(arguments, value);
}

static int take_fault(void *arguments, const char *value)
{
    return parse_fault(arguments, value);
}

static const struct command_option OPTIONS[] = {
    {.name = "--clip",
     .value = "FILE:FPS[:h265]",
     .help = "a byte stream of H.264 or H.265 and its rate; the "
             "cameras take turns in the order given",
     .kind = OPTION_CALL,
     .is_needed = true,
     .may_repeat = true,
     .take = take_clip},
    {.name = "--port",
     .value = "P",
     .help = "where they listen; 0: a free one; 8554 without",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct arguments, port),
     .min = 0,
     .max = UINT16_MAX},
    {.name = "--cameras",
     .value = "N",
     .help = "how many, at rtsp://127.0.0.1:P/cam/1 and on",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct arguments, cameras),
     .min = 1,
     .max = CAMERAS_MAX},
    {.name = "--user",
     .value = "U",
     .help = "who may look; without: everybody",
     .kind = OPTION_TEXT,
     .place = offsetof(struct arguments, options.user)},
    {.name = "--password",
     .value = "P",
     .help = "the password of --user",
     .kind = OPTION_TEXT,
     .place = offsetof(struct arguments, options.password)},
    {.name = "--digest",
     .value = "md5|sha256",
     .help = "how --user proves it",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct arguments, digest)},
    {.name = "--sending",
     .value = "frame|packet",
     .help = "one send for a frame, or one for a packet",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct arguments, sending)},
    {.name = "--transport",
     .value = "tcp|udp|any",
     .help = "how packets may be asked for; any without",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct arguments, transport)},
    {.name = "--ledger",
     .value = "FILE",
     .help = "one line for every access unit sent: camera, index, "
             "time, SHA-256",
     .kind = OPTION_TEXT,
     .place = offsetof(struct arguments, options.ledger_path)},
    {.name = "--fault",
     .value = "KIND:CAMERA:AT_S[:FOR_S]",
     .help = "KIND is one of stall drop garbage refuse close audio "
             "early noreply swap twice flood",
     .kind = OPTION_CALL,
     .may_repeat = true,
     .take = take_fault},
    {.name = "--tls",
     .help = "rtsps, with a certificate of its own for each run",
     .kind = OPTION_FLAG,
     .place = offsetof(struct arguments, options.is_secure)},
    {.name = "--json",
     .help = "the sums at the end as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct arguments, is_json)},
};

static enum camera_transport transport_of(const char *name)
{
    if (strcmp(name, "tcp") == 0)
        return CAMERA_TCP;
    return strcmp(name, "udp") == 0 ? CAMERA_UDP : CAMERA_ANY;
}

static int parse(struct arguments *arguments, int argc, char **argv)
{
    arguments->port = PORT_DEFAULT;
    arguments->cameras = 1;
    arguments->digest = "md5";
    arguments->sending = "frame";
    arguments->transport = "any";
    int code = options_read(&COMMAND_CAMSIM, argc, argv, arguments);
    if (code != EXIT_OK)
        return code;
    struct camsim_options *options = &arguments->options;
    if (options->user != NULL && options->password == NULL)
        return complain("--user needs", "--password");
    options->address = "127.0.0.1";
    options->port = (uint16_t)arguments->port;
    options->cameras = (uint32_t)arguments->cameras;
    options->clips = arguments->shown;
    options->clip_count = arguments->clip_count;
    options->faults = arguments->faults;
    options->fault_count = arguments->fault_count;
    options->sends_packets = strcmp(arguments->sending, "packet") == 0;
    options->transport = transport_of(arguments->transport);
    options->algorithm = strcmp(arguments->digest, "md5") == 0 ? DIGEST_MD5
                                                               : DIGEST_SHA256;
    return EXIT_OK;
}

static void print_summary(const struct camsim *camsim,
                          const struct arguments *arguments)
{
    struct camsim_summary sum;
    camsim_summarise(camsim, &sum);
    const struct {
        const char *name;
        uint64_t value;
    } facts[] = {
        {"cameras", arguments->options.cameras},
        {"sessions", sum.sessions},
        {"access_units", sum.access_units},
        {"bytes", sum.bytes},
        {"dropped", sum.dropped},
        {"audio_setups", sum.audio_setups},
        {"receiver_reports", sum.receiver_reports},
        {"lateness_p99_ms", sum.lateness_p99_ms},
    };
    const size_t count = sizeof facts / sizeof facts[0];
    const char *quote = arguments->is_json ? "\"" : "";
    /* In words it goes beside a parent's own output, not into it. */
    FILE *out = arguments->is_json ? stdout : stderr;
    (void)fprintf(out, "%s", arguments->is_json ? "{" : "");
    for (size_t i = 0; i < count; i++)
        (void)fprintf(out, "%s%s%s%s: %" PRIu64, i == 0 ? "" : ", ", quote,
                     facts[i].name, quote, facts[i].value);
    (void)fprintf(out, "%s\n", arguments->is_json ? "}" : "");
    (void)fflush(out);
}

static void on_signal(void *context, int signal)
{
    struct loop *loop = context;
    (void)signal;
    loop_stop(loop);
}

/* Runs until a signal; says on standard error when it listens. */
static int simulate(struct loop *loop, const struct arguments *arguments)
{
    AUTO(signals_destroy) struct signals *signals = NULL;
    AUTO(camsim_destroy) struct camsim *camsim = NULL;
    const int numbers[] = {SIGTERM, SIGINT};
    enum status s = signals_create(loop, numbers, 2, on_signal, loop, &signals);
    if (s == STATUS_OK)
        s = camsim_create(loop, &CLOCK_SYSTEM, &arguments->options, &camsim);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi camsim: cannot start on port %u: %s\n",
                      arguments->options.port, status_name(s));
        return EXIT_ENVIRONMENT;
    }
    (void)fprintf(stderr,
                  "camsim: %" PRIu32 " cameras at rtsp://127.0.0.1:%u/cam/1\n",
                  arguments->options.cameras, camsim_port(camsim));
    loop_run(loop);
    s = camsim_check_ledger(camsim);
    print_summary(camsim, arguments);
    if (s == STATUS_OK)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi camsim: the ledger is not whole: %s\n",
                  status_name(s));
    return EXIT_ENVIRONMENT;
}

static int run(int argc, char **argv)
{
    logger_start("camsim", LOG_WARNING);
    AUTO(arguments_destroy)
    struct arguments *arguments = alloc_zeroed(sizeof *arguments);
    if (arguments == NULL)
        return EXIT_ENVIRONMENT;
    int code = parse(arguments, argc, argv);
    if (code != EXIT_OK)
        return code;
    AUTO(loop_destroy) struct loop *loop = NULL;
    if (loop_create(&loop) != STATUS_OK)
        return EXIT_ENVIRONMENT;
    return simulate(loop, arguments);
}

const struct command COMMAND_CAMSIM = {
    .name = "camsim",
    .synopsis = "--clip FILE:FPS[:h265]... [--port P] [--cameras N]\n"
                "    [--user U --password P --digest md5|sha256]\n"
                "    [--sending frame|packet] [--transport tcp|udp|any] [--tls]\n"
                "    [--ledger FILE] [--json]\n"
                "    [--fault KIND:CAMERA:AT_S[:FOR_S]]...",
    .summary = "simulate cameras over RTSP from byte stream files",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run,
};

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
#include "cmd/command.h"
#include "sys/file.h"
#include "sys/logger.h"
#include "sys/signals.h"

enum { CLIPS_MAX = 64, PORT_DEFAULT = 8554 };

struct arguments {
    struct camsim_options options;
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
                        "stall drop garbage refuse close audio early noreply",
                        value);
    arguments->fault_count++;
    return EXIT_OK;
}

static int parse_number(const char *name, const char *value, uint64_t min,
                        uint64_t max, uint64_t *out)
{
    if (number_parse_u64(text_of(value), min, max, out) == STATUS_OK)
        return EXIT_OK;
    (void)fprintf(stderr,
                  "haechi camsim: %s wants a number from %" PRIu64
                  " to %" PRIu64 ": %s\n",
                  name, min, max, value);
    return EXIT_USAGE;
}

static int parse_choice(struct arguments *arguments, const char *name,
                        const char *value)
{
    struct camsim_options *options = &arguments->options;
    bool is_digest = strcmp(name, "--digest") == 0;
    if (is_digest && strcmp(value, "md5") == 0)
        options->algorithm = DIGEST_MD5;
    else if (is_digest && strcmp(value, "sha256") == 0)
        options->algorithm = DIGEST_SHA256;
    else if (!is_digest && strcmp(value, "frame") == 0)
        options->sends_packets = false;
    else if (!is_digest && strcmp(value, "packet") == 0)
        options->sends_packets = true;
    else
        return complain(is_digest ? "--digest wants md5 or sha256"
                                  : "--sending wants frame or packet",
                        value);
    return EXIT_OK;
}

static int parse_option(struct arguments *arguments, const char *name,
                        const char *value)
{
    struct camsim_options *options = &arguments->options;
    uint64_t number = 0;
    int code = EXIT_OK;
    if (strcmp(name, "--port") == 0) {
        code = parse_number(name, value, 0, UINT16_MAX, &number);
        options->port = (uint16_t)number;
    } else if (strcmp(name, "--cameras") == 0) {
        code = parse_number(name, value, 1, CAMERAS_MAX, &number);
        options->cameras = (uint32_t)number;
    } else if (strcmp(name, "--clip") == 0) {
        code = parse_clip(arguments, value);
    } else if (strcmp(name, "--fault") == 0) {
        code = parse_fault(arguments, value);
    } else if (strcmp(name, "--user") == 0) {
        options->user = value;
    } else if (strcmp(name, "--password") == 0) {
        options->password = value;
    } else if (strcmp(name, "--ledger") == 0) {
        options->ledger_path = value;
    } else if (strcmp(name, "--digest") == 0 ||
               strcmp(name, "--sending") == 0) {
        code = parse_choice(arguments, name, value);
    } else {
        code = complain("no such option", name);
    }
    return code;
}

static int parse(struct arguments *arguments, int argc, char **argv)
{
    arguments->options = (struct camsim_options){
        .address = "127.0.0.1",
        .port = PORT_DEFAULT,
        .cameras = 1,
        .clips = arguments->shown,
        .algorithm = DIGEST_MD5,
        .faults = arguments->faults,
    };
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            arguments->is_json = true;
            continue;
        }
        if (i + 1 == argc)
            return complain("a value is missing for", argv[i]);
        int code = parse_option(arguments, argv[i], argv[i + 1]);
        if (code != EXIT_OK)
            return code;
        i++;
    }
    if (arguments->clip_count == 0)
        return complain("needs at least one", "--clip FILE:FPS");
    if (arguments->options.user != NULL && arguments->options.password == NULL)
        return complain("--user needs", "--password");
    arguments->options.clip_count = arguments->clip_count;
    arguments->options.fault_count = arguments->fault_count;
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
                "    [--sending frame|packet] [--ledger FILE] [--json]\n"
                "    [--fault KIND:CAMERA:AT_S[:FOR_S]]...",
    .summary = "simulate cameras over RTSP from byte stream files",
    .run = run,
};

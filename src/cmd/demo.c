/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi demo: an institution after a real notice, with simulated cameras, on
 * this machine alone. One group keeps its video for minutes only, so that a
 * visitor sees it destroyed.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/text.h"
#include "cmd/options.h"
#include "cmd/installation.h"
#include "cmd/verify/verify.h"
#include "notice/configuration.h"
#include "notice/example.h"
#include "sys/file.h"
#include "sys/logger.h"
#include "sys/process.h"
#include "sys/signals.h"
#include "sys/socket.h"
#include "sys/socket_connect.h"

enum {
    CAMERAS = 9,
    FRAMES_PER_SECOND = 15,
    WEB_PORT = 8443,
    CAMERA_PORT = 8554,
    SHORT_RETENTION_S = 180,
    SHORT_RETENTION_LEAST_S = 5,
    SECONDS_MAX = 7 * 86400,
    PATH_SIZE = 1024,
    PROBE_EVERY_MS = 50,
    PROBE_TIMEOUT_MS = 1000,
    PROBES_MAX = 200, /* about ten seconds: clips are read first */
};

static const uint64_t VOLUME_BYTES = 64u << 20;
enum { HOLD_VOLUMES = 2 }; /* kept free for holds */
static const char CAMERA_USER[] = "haechi";
static const char CAMERA_PASSWORD[] = "demo-camera";

struct demo_options {
    const char *directory;
    const char *ledger;
    const char *clips;
    uint64_t seconds; /* 0: until Ctrl-C */
    uint64_t web_port;
    uint64_t camera_port;
    bool wants_json;
};

struct demo {
    struct demo_options options;
    struct loop *loop;
    struct installation *installation;
    struct process *cameras;
    struct signals *signals;
    struct timer *timer;
    struct timer *probe_timer;
    struct socket_connect *probe;
    unsigned probes;
    bool has_recorder; /* it has been started */
    bool is_stopping;
    int exit_code;
};

/* ---- arguments ---------------------------------------------------------------- */

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "where the institution lives; made where it is not there",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct demo_options, directory)},
    {.name = "--seconds",
     .value = "S",
     .help = "run so long, then stop and check everything; a third of "
             "it is the period of the short group",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct demo_options, seconds),
     .min = 1,
     .max = SECONDS_MAX},
    {.name = "--json",
     .help = "with --seconds: what came of it as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct demo_options, wants_json)},
    {.name = "--web-port",
     .value = "P",
     .help = "the console's port; 8443",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct demo_options, web_port),
     .min = 1,
     .max = 65535},
    {.name = "--camera-port",
     .value = "P",
     .help = "the simulated cameras' port; 8554",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct demo_options, camera_port),
     .min = 1,
     .max = 65535},
    {.name = "--clips",
     .value = "DIRECTORY",
     .help = "what the cameras show; made beside the binary",
     .kind = OPTION_TEXT,
     .place = offsetof(struct demo_options, clips)},
    {.name = "--ledger",
     .value = "FILE",
     .help = "one line for every picture that the cameras sent",
     .kind = OPTION_TEXT,
     .place = offsetof(struct demo_options, ledger)},
};

/* ---- configuration ------------------------------------------------------------ */

static bool exists(const char *directory, const char *name)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

static int write_example(const struct demo_options *options)
{
    uint32_t short_s = SHORT_RETENTION_S;
    if (options->seconds > 0)
        short_s = (uint32_t)(options->seconds / 3);
    if (short_s < SHORT_RETENTION_LEAST_S)
        short_s = SHORT_RETENTION_LEAST_S;
    const struct notice_example example = {
        .short_retention_s = short_s,
        .camera_port = (uint16_t)options->camera_port,
        .web_port = (uint16_t)options->web_port,
        .volume_bytes = VOLUME_BYTES,
        .hold_reserve_bytes = HOLD_VOLUMES * VOLUME_BYTES,
        .camera_user = CAMERA_USER,
        .camera_password = CAMERA_PASSWORD,
    };
    enum status s = FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM,
                                        options->directory);
    if (s == STATUS_OK)
        s = notice_example_write(&FILE_LAYER_SYSTEM, options->directory,
                                 &example);
    if (s == STATUS_OK)
        return EXIT_OK;
    (void)fprintf(stderr,
                  "haechi: %s: cannot write the example (%s) - choose a "
                  "directory that you may write to\n",
                  options->directory, status_name(s));
    return EXIT_ENVIRONMENT;
}

/* A directory that exists goes on as it is; its cameras' port counts. */
static int configure(struct demo_options *options)
{
    if (!exists(options->directory, "plant.yaml"))
        return write_example(options);
    struct findings findings = {0};
    struct configuration configuration = {0};
    if (configuration_load(&FILE_LAYER_SYSTEM, options->directory, &findings,
                           &configuration) == STATUS_OK &&
        configuration.plant->camera_count > 0)
        options->camera_port = configuration.plant->cameras[0].port;
    /* What is wrong is said by installation_prepare. */
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    return EXIT_OK;
}

/* ---- simulated cameras -------------------------------------------------------- */

static void stop(struct demo *demo)
{
    demo->is_stopping = true;
    if (demo->has_recorder)
        installation_stop(demo->installation);
    else
        loop_stop(demo->loop);
}

/* build/clips stands beside the binary. */
static bool find_clips(struct demo_options *options, char path[PATH_SIZE])
{
    if (options->clips != NULL)
        return text_copy(text_of(options->clips), path, PATH_SIZE);
    ssize_t size = readlink("/proc/self/exe", path, PATH_SIZE - 1);
    if (size <= 0)
        return false;
    path[size] = 0;
    char *slash = strrchr(path, '/');
    return slash != NULL &&
           text_copy(text_of("/clips"), slash,
                     PATH_SIZE - (size_t)(slash - path));
}

static void on_cameras_exit(void *context, struct process *process,
                            int wait_status)
{
    struct demo *demo = context;
    (void)process;
    process_destroy(&demo->cameras);
    if (demo->is_stopping)
        return;
    (void)fprintf(stderr,
                  "haechi: the simulated cameras ended (%d) - is port %u "
                  "free, and are the clips there (make build)?\n",
                  wait_status, (unsigned)demo->options.camera_port);
    demo->exit_code = EXIT_ENVIRONMENT;
    stop(demo);
}

static int start_cameras(struct demo *demo)
{
    static char clips[CAMERAS][PATH_SIZE + 32];
    char directory[PATH_SIZE];
    char port[8];
    const char *arguments[16 + 2 * CAMERAS] = {
        "camsim", "--port", port, "--cameras", "9", "--user", CAMERA_USER,
        "--password", CAMERA_PASSWORD, "--digest", "sha256"};
    size_t count = 11;
    if (!find_clips(&demo->options, directory)) {
        (void)fprintf(stderr, "haechi: no clips found - give --clips DIR\n");
        return EXIT_ENVIRONMENT;
    }
    (void)snprintf(port, sizeof port, "%u",
                   (unsigned)demo->options.camera_port);
    for (int i = 0; i < CAMERAS; i++) {
        (void)snprintf(clips[i], sizeof clips[i], "%s/cam-%d.h264:%d",
                       directory, i + 1, FRAMES_PER_SECOND);
        arguments[count++] = "--clip";
        arguments[count++] = clips[i];
    }
    if (demo->options.ledger != NULL) {
        arguments[count++] = "--ledger";
        arguments[count++] = demo->options.ledger;
    }
    enum status s = process_spawn(demo->loop, arguments, NULL, 0,
                                  on_cameras_exit, demo, &demo->cameras);
    return s == STATUS_OK ? EXIT_OK : EXIT_ENVIRONMENT;
}

/* ---- running ------------------------------------------------------------------ */

static void on_stopped(void *context, int exit_code)
{
    struct demo *demo = context;
    if (exit_code != 0 && demo->exit_code == EXIT_OK)
        demo->exit_code = EXIT_ENVIRONMENT;
    demo->is_stopping = true;
    loop_stop(demo->loop);
}

static void on_signal(void *context, int signal_number)
{
    (void)signal_number;
    stop(context);
}

static void on_time(void *context, struct timer *timer)
{
    (void)timer;
    stop(context);
}

static void start_recorder(struct demo *demo)
{
    demo->has_recorder = true;
    int code = installation_start(demo->installation, demo->loop, on_stopped,
                                  demo);
    if (code != EXIT_OK) {
        demo->exit_code = code;
        loop_stop(demo->loop);
    } else if (demo->options.seconds > 0) {
        timer_start(demo->timer, demo->options.seconds * 1000, 0);
    }
}

/* Cameras that do not listen yet would begin every recording with a gap. */
static void on_probed(void *context, struct socket_connect *probe,
                      enum status status, int socket)
{
    struct demo *demo = context;
    (void)probe;
    socket_connect_cancel(&demo->probe);
    socket_close(&socket);
    if (demo->is_stopping)
        return;
    if (status == STATUS_OK)
        start_recorder(demo);
    else
        timer_start(demo->probe_timer, PROBE_EVERY_MS, 0);
}

static void on_probe_time(void *context, struct timer *timer)
{
    struct demo *demo = context;
    (void)timer;
    const struct socket_connect_options options = {
        .host = "127.0.0.1",
        .port = (uint16_t)demo->options.camera_port,
        .timeout_ms = PROBE_TIMEOUT_MS,
    };
    if (demo->is_stopping)
        return;
    if (demo->probes++ < PROBES_MAX &&
        socket_connect_start(demo->loop, &options, on_probed, demo,
                             &demo->probe) == STATUS_OK)
        return;
    (void)fprintf(stderr,
                  "haechi: the simulated cameras do not listen on port %u - "
                  "choose another with --camera-port\n",
                  (unsigned)demo->options.camera_port);
    demo->exit_code = EXIT_ENVIRONMENT;
    stop(demo);
}

static int start(struct demo *demo)
{
    static const int SIGNALS[] = {SIGINT, SIGTERM};
    if (loop_create(&demo->loop) != STATUS_OK ||
        signals_create(demo->loop, SIGNALS, 2, on_signal, demo,
                       &demo->signals) != STATUS_OK ||
        timer_make(demo->loop, "demo", on_time, demo, &demo->timer) !=
            STATUS_OK ||
        timer_make(demo->loop, "probe", on_probe_time, demo,
                   &demo->probe_timer) != STATUS_OK)
        return EXIT_ENVIRONMENT;
    int code = start_cameras(demo);
    if (code != EXIT_OK)
        return code;
    timer_start(demo->probe_timer, 0, 0);
    loop_run(demo->loop);
    return demo->exit_code;
}

static void print_json(const struct demo *demo,
                       const struct verify_result *result)
{
    (void)printf("{\"cameras\": %zu, \"recorded_s\": [", result->camera_count);
    for (size_t i = 0; i < result->camera_count; i++)
        (void)printf("%s%.1f", i == 0 ? "" : ", ",
                     (double)(result->cameras[i].recorded_us +
                              result->cameras[i].destroyed_us) /
                         SECOND_US);
    (void)printf("], \"unexplained_s\": %.1f, \"records\": %llu, "
                 "\"bytes\": %llu, \"destructions\": %llu, "
                 "\"entries\": %llu, \"restarts\": %llu}\n",
                 (double)result->unexplained_us / SECOND_US,
                 (unsigned long long)(result->records +
                                      result->destroyed_records),
                 (unsigned long long)result->bytes,
                 (unsigned long long)result->destructions,
                 (unsigned long long)result->entries,
                 (unsigned long long)result->restarts +
                     installation_restarts(demo->installation));
}

/* What is left on disk is checked by the verifier, not by what roles say. */
static int report(const struct demo *demo)
{
    struct verify_result result = {0};
    enum status s = verify_run(demo->options.directory, &result);
    int code = s == STATUS_OK ? EXIT_OK : status_exit_code(s);
    if (s == STATUS_OK && !verify_is_ok(&result))
        code = EXIT_FINDING;
    if (s == STATUS_OK && demo->options.wants_json)
        print_json(demo, &result);
    for (size_t i = 0; i < result.problem_count; i++)
        (void)fprintf(stderr, "haechi: %s: %s\n", result.problems[i].where,
                      result.problems[i].what);
    verify_result_deinit(&result);
    return code;
}

static void release(struct demo *demo)
{
    demo->is_stopping = true;
    if (demo->cameras != NULL)
        process_terminate(demo->cameras);
    process_destroy(&demo->cameras);
    socket_connect_cancel(&demo->probe);
    timer_destroy(&demo->probe_timer);
    installation_destroy(&demo->installation);
    signals_destroy(&demo->signals);
    timer_destroy(&demo->timer);
    loop_destroy(&demo->loop);
}

static int run_command(int argc, char **argv)
{
    struct demo demo = {
        .options = {.web_port = WEB_PORT, .camera_port = CAMERA_PORT},
    };
    int code = options_read(&COMMAND_DEMO, argc, argv, &demo.options);
    if (code != EXIT_OK)
        return code;
    logger_start("haechi", LOG_INFO);
    code = configure(&demo.options);
    if (code == EXIT_OK)
        code = installation_prepare(demo.options.directory, NULL,
                                    &demo.installation);
    if (code == EXIT_OK)
        code = start(&demo);
    if (code == EXIT_OK && demo.options.seconds > 0 && demo.has_recorder)
        code = report(&demo);
    release(&demo);
    return code;
}

const struct command COMMAND_DEMO = {
    .name = "demo",
    .synopsis = "--dir DIRECTORY [--seconds S [--json]] [--web-port P]\n"
                "    [--camera-port P] [--clips DIRECTORY] [--ledger FILE]",
    .summary = "an institution with nine simulated cameras, on this machine",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run_command,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi demo: an institution after a real notice, with simulated cameras, on
 * this machine alone. In one example a group keeps its video for minutes only,
 * so that a visitor sees it destroyed; the other has four sites.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/demo/demo.h"
#include "cmd/options.h"
#include "sys/logger.h"
#include "sys/process.h"
#include "sys/signals.h"
#include "sys/socket.h"
#include "sys/socket_connect.h"

enum {
    CLIPS = 9, /* the cameras take turns */
    WEB_PORT = 8443,
    WEB_PORT_MAX = UINT16_MAX - DEMO_SITES_MAX + 1,
    CAMERA_PORT = 8554,
    SECONDS_MAX = 7 * 86400,
    PROBE_EVERY_MS = 50,
    PROBE_TIMEOUT_MS = 1000,
    PROBES_MAX = 200, /* about ten seconds: clips are read first */
};

struct demo {
    struct demo_options options;
    const struct demo_example *example;
    struct loop *loop;
    struct demo_site sites[DEMO_SITES_MAX];
    size_t site_count;
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
    {.name = "--example",
     .value = "geoje|gwangju",
     .help = "a family centre with 9 cameras and one short period; or a "
             "labour office: 101 cameras, four sites, one signed notice",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct demo_options, example)},
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
     .help = "the console's port, 8443; of further sites the next ones",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct demo_options, web_port),
     .min = 1,
     .max = WEB_PORT_MAX},
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

/* ---- simulated cameras -------------------------------------------------------- */

static void stop(struct demo *demo)
{
    demo->is_stopping = true;
    for (size_t i = 0; i < demo->site_count; i++)
        if (demo->sites[i].is_running)
            installation_stop(demo->sites[i].installation);
    if (!demo->has_recorder)
        loop_stop(demo->loop);
}

/* build/clips stands beside the binary. */
static bool find_clips(struct demo_options *options, char path[DEMO_PATH_SIZE])
{
    if (options->clips != NULL)
        return text_copy(text_of(options->clips), path, DEMO_PATH_SIZE);
    ssize_t size = readlink("/proc/self/exe", path, DEMO_PATH_SIZE - 1);
    if (size <= 0)
        return false;
    path[size] = 0;
    char *slash = strrchr(path, '/');
    return slash != NULL &&
           text_copy(text_of("/clips"), slash,
                     DEMO_PATH_SIZE - (size_t)(slash - path));
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
    static char clips[CLIPS][DEMO_PATH_SIZE + 32];
    char directory[DEMO_PATH_SIZE];
    char port[8];
    char cameras[8];
    const char *arguments[16 + 2 * CLIPS] = {
        "camsim", "--port", port, "--cameras", cameras, "--user",
        DEMO_CAMERA_USER, "--password", DEMO_CAMERA_PASSWORD, "--digest",
        "sha256"};
    size_t count = 11;
    if (!find_clips(&demo->options, directory)) {
        (void)fprintf(stderr, "haechi: no clips found - give --clips DIR\n");
        return EXIT_ENVIRONMENT;
    }
    (void)snprintf(port, sizeof port, "%u",
                   (unsigned)demo->options.camera_port);
    (void)snprintf(cameras, sizeof cameras, "%u", demo->example->cameras);
    for (int i = 0; i < CLIPS; i++) {
        (void)snprintf(clips[i], sizeof clips[i], "%s/%s-%d.h264:%u",
                       directory, demo->example->clip, i + 1,
                       demo->example->frames_per_second);
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

static bool is_any_running(const struct demo *demo)
{
    for (size_t i = 0; i < demo->site_count; i++)
        if (demo->sites[i].is_running)
            return true;
    return false;
}

/* One that ended by itself ends the others. */
static void on_stopped(void *context, int exit_code)
{
    struct demo_site *site = context;
    struct demo *demo = site->demo;
    site->is_running = false;
    if (exit_code != 0 && demo->exit_code == EXIT_OK)
        demo->exit_code = EXIT_ENVIRONMENT;
    if (!demo->is_stopping)
        stop(demo);
    if (!is_any_running(demo))
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

static int start_site(struct demo *demo, struct demo_site *site)
{
    site->demo = demo;
    int code = installation_start(site->installation, demo->loop, on_stopped,
                                  site);
    site->is_running = code == EXIT_OK;
    return code;
}

static void start_recorder(struct demo *demo)
{
    int code = EXIT_OK;
    for (size_t i = 0; i < demo->site_count && code == EXIT_OK; i++)
        code = start_site(demo, &demo->sites[i]);
    demo->has_recorder = is_any_running(demo);
    if (code != EXIT_OK) {
        demo->exit_code = code;
        stop(demo);
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

static int prepare(struct demo *demo)
{
    int code = demo_configure(demo->example, &demo->options, demo->sites,
                              &demo->site_count);
    for (size_t i = 0; i < demo->site_count && code == EXIT_OK; i++)
        code = installation_prepare(demo->sites[i].directory,
                                    demo->sites[i].id,
                                    &demo->sites[i].installation);
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
    for (size_t i = 0; i < demo->site_count; i++)
        installation_destroy(&demo->sites[i].installation);
    signals_destroy(&demo->signals);
    timer_destroy(&demo->timer);
    loop_destroy(&demo->loop);
}

static int run_command(int argc, char **argv)
{
    struct demo demo = {
        .options = {.example = "geoje",
                    .web_port = WEB_PORT,
                    .camera_port = CAMERA_PORT},
    };
    int code = options_read(&COMMAND_DEMO, argc, argv, &demo.options);
    if (code != EXIT_OK)
        return code;
    logger_start("haechi", LOG_INFO);
    demo.example = demo_example_find(demo.options.example);
    code = prepare(&demo);
    if (code == EXIT_OK)
        code = start(&demo);
    if (code == EXIT_OK && demo.options.seconds > 0 && demo.has_recorder)
        code = demo_report(demo.sites, demo.site_count,
                           demo.options.wants_json);
    release(&demo);
    return code;
}

const struct command COMMAND_DEMO = {
    .name = "demo",
    .synopsis = "--dir DIRECTORY [--example geoje|gwangju]\n"
                "    [--seconds S [--json]] [--web-port P] [--camera-port P]\n"
                "    [--clips DIRECTORY] [--ledger FILE]",
    .summary = "an institution with simulated cameras, on this machine",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "gwangju runs four installations, in a directory each: volumes, "
               "keys, log, people and a console of its own, and one notice "
               "that the institution has signed. Each prints its own address "
               "and one-time code; a chief manager has an account at each.",
    .run = run_command,
};

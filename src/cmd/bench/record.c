/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi bench record: what recording costs, all our processes together,
 * beside the floor and, if asked, ffmpeg; same cameras, same run, one after
 * another. Cameras on core 0, recorders on core 1.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "camsim/fault.h"
#include "cmd/bench/bench.h"
#include "cmd/bench/namespace.h"
#include "cmd/bench/site.h"
#include "cmd/options.h"
#include "cmd/local/request.h"
#include "cmd/verify/verify.h"

enum {
    CAMERA_CORE = 0,
    RECORDER_CORE = 1,
    START_MS = 180000, /* until all cameras are recorded */
    LOOK_MS = 500,
    WARM_UP_MS = 5000,
    FLOOR_SPARE_S = 60,
    STOP_MS = 30000,
    PATH_SIZE = 512,
    CAMERAS_MOST = 1000,
    SECONDS_MOST = 3600,
};

struct options {
    uint64_t cameras;
    uint64_t seconds;
    const char *peer;    /* NULL or "ffmpeg" */
    const char *sending; /* "frame" or "packet" */
    const char *transport; /* "tcp" or "udp"; of ours, as what follows */
    bool is_secure;
    const char *fault; /* NULL: none */
    const char *clip;
    bool wants_namespace;
    bool wants_json;
};

/* CPU seconds of the tree, and of its core for what arrives. */
struct cost {
    bool is_measured; /* all cameras came */
    double cpu_s;     /* in ticks of 10 ms: 0 is possible */
    double softirq_s;
};

struct figures {
    struct cost own;
    struct cost floor;
    struct cost peer;
    double pss_mb;
    uint64_t lost_packets;
    bool is_verified;
};

struct bench {
    struct options options;
    char self[PATH_SIZE];
    char directory[PATH_SIZE];
    char clip[PATH_SIZE + 32];
    char port[8];
    char count[8];
    struct figures figures;
};

/* ---- one measurement ------------------------------------------------------------ */

/* The floor's and ffmpeg's send over TCP in the clear, whatever ours do. */
static int start_cameras(const struct bench *bench, bool is_ours)
{
    const struct options *options = &bench->options;
    const char *arguments[] = {
        bench->self, "camsim",     "--port", bench->port,
        "--cameras", bench->count, "--clip", bench->clip,
        "--sending", options->sending, NULL, NULL, NULL, NULL};
    size_t count = 10;
    if (is_ours && options->is_secure)
        arguments[count++] = "--tls";
    if (is_ours && options->fault != NULL) {
        arguments[count++] = "--fault";
        arguments[count++] = options->fault;
    }
    int cameras = bench_child_start(CAMERA_CORE, arguments);
    bench_sleep_ms(1000);
    return cameras;
}

/* How many cameras a recorder has pictures of. */
typedef uint64_t (*recorded_fn)(const struct bench *bench);

static bool wait_for_all(const struct bench *bench, recorded_fn recorded)
{
    for (unsigned waited_ms = 0; waited_ms < START_MS; waited_ms += LOOK_MS) {
        if (recorded(bench) >= bench->options.cameras)
            return true;
        bench_sleep_ms(LOOK_MS);
    }
    (void)fprintf(stderr, "haechi bench: %llu of %llu cameras recorded\n",
                  (unsigned long long)recorded(bench),
                  (unsigned long long)bench->options.cameras);
    return false;
}

/* Of all trees together, while they have all cameras. */
static struct cost measure_all(const struct bench *bench, const int *roots,
                               size_t count, recorded_fn recorded)
{
    struct cost cost = {0};
    if (!wait_for_all(bench, recorded))
        return cost;
    bench_sleep_ms(WARM_UP_MS);
    for (size_t i = 0; i < count; i++)
        cost.cpu_s -= bench_tree_cpu_s(roots[i]);
    cost.softirq_s -= bench_core_softirq_s(RECORDER_CORE);
    bench_sleep_ms((unsigned)bench->options.seconds * 1000);
    for (size_t i = 0; i < count; i++)
        cost.cpu_s += bench_tree_cpu_s(roots[i]);
    cost.softirq_s += bench_core_softirq_s(RECORDER_CORE);
    cost.is_measured = true;
    return cost;
}

static struct cost measure(const struct bench *bench, int root,
                           recorded_fn recorded)
{
    return measure_all(bench, &root, 1, recorded);
}

/* ---- our own recorder ------------------------------------------------------- */

static void site_of(const struct bench *bench, char out[PATH_SIZE + 16])
{
    (void)snprintf(out, PATH_SIZE + 16, "%s/site", bench->directory);
}

/* What it says of its cameras; NULL where it does not. The caller frees it. */
static json_t *read_status(const struct bench *bench)
{
    char site[PATH_SIZE + 16];
    AUTO(local_answer_deinit) struct local_answer answer = {.code = 0};
    const struct local_call call = {.path = "/api/v1/status"};
    site_of(bench, site);
    if (local_request(site, &call, &answer) != STATUS_OK || answer.code != 200)
        return NULL;
    struct text text = buffer_text(&answer.body);
    return json_loadb(text.data, text.size, 0, NULL);
}

static uint64_t own_recorded(const struct bench *bench)
{
    json_t *root = read_status(bench);
    uint64_t count = 0;
    size_t i = 0;
    const json_t *camera = NULL;
    json_array_foreach(json_object_get(root, "cameras"), i, camera)
    {
        const char *state =
            json_string_value(json_object_get(camera, "state"));
        count += state != NULL && strcmp(state, "recording") == 0;
    }
    json_decref(root);
    return count;
}

/* Packets that did not arrive, and pictures that found no room, of all
 * cameras, as the recorder counts them; false where it does not say. */
static bool read_losses(const struct bench *bench, uint64_t *out)
{
    json_t *root = read_status(bench);
    const json_t *cameras = json_object_get(root, "cameras");
    size_t i = 0;
    const json_t *camera = NULL;
    *out = 0;
    json_array_foreach(cameras, i, camera)
    {
        static const char *const NAMES[] = {"lost_packets",
                                            "dropped_pictures"};
        for (size_t k = 0; k < 2; k++)
            *out += (uint64_t)json_integer_value(
                json_object_get(camera, NAMES[k]));
    }
    bool is_said = json_array_size(cameras) > 0;
    json_decref(root);
    return is_said;
}

static bool run_own(struct bench *bench)
{
    char site[PATH_SIZE + 16];
    site_of(bench, site);
    const struct bench_site written = {
        .cameras = bench->options.cameras,
        .camera_port = (uint16_t)strtoul(bench->port, NULL, 10),
        .transport = bench->options.transport,
        .is_secure = bench->options.is_secure,
    };
    if (bench_site_write(site, &written) != STATUS_OK)
        return false;
    int cameras = start_cameras(bench, true);
    const char *const arguments[] = {bench->self, "run", "--dir", site, NULL};
    int recorder = bench_child_start(RECORDER_CORE, arguments);
    bench->figures.own = measure(bench, recorder, own_recorded);
    bench->figures.pss_mb = (double)bench_tree_pss_bytes(recorder) / 1e6;
    bool has_losses = read_losses(bench, &bench->figures.lost_packets);
    int code = bench_child_stop(recorder, STOP_MS);
    (void)bench_child_stop(cameras, STOP_MS);
    struct verify_result result = {0};
    enum status s = verify_run(site, &result);
    bench->figures.is_verified = code == 0 && has_losses && s == STATUS_OK &&
                                 verify_is_ok(&result) &&
                                 result.camera_count ==
                                     bench->options.cameras;
    for (size_t i = 0; i < result.problem_count; i++)
        (void)fprintf(stderr, "haechi bench: %s: %s\n",
                      result.problems[i].where, result.problems[i].what);
    verify_result_deinit(&result);
    return code == 0 && bench->figures.own.is_measured;
}

/* ---- the floor -------------------------------------------------------------- */

static void floor_file(const struct bench *bench, char out[PATH_SIZE + 16])
{
    (void)snprintf(out, PATH_SIZE + 16, "%s/floor.dat", bench->directory);
}

static bool has_bytes(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && found.st_size > 0;
}

/* It writes when it has connected to all. */
static uint64_t floor_recorded(const struct bench *bench)
{
    char file[PATH_SIZE + 16];
    floor_file(bench, file);
    return has_bytes(file) ? bench->options.cameras : 0;
}

static bool run_floor(struct bench *bench)
{
    char seconds[24];
    char file[PATH_SIZE + 16];
    floor_file(bench, file);
    (void)snprintf(seconds, sizeof seconds, "%llu",
                   (unsigned long long)bench->options.seconds +
                       START_MS / 1000 + FLOOR_SPARE_S);
    int cameras = start_cameras(bench, false);
    const char *const arguments[] = {bench->self,  "bench", "floor",
                                     bench->port,  bench->count,
                                     seconds,      file,    NULL};
    int floor = bench_child_start(RECORDER_CORE, arguments);
    bench->figures.floor = measure(bench, floor, floor_recorded);
    bool ran = bench_child_stop(floor, STOP_MS) == 128 + 15;
    (void)bench_child_stop(cameras, STOP_MS);
    (void)unlink(file);
    return ran && bench->figures.floor.is_measured;
}

/* ---- ffmpeg ----------------------------------------------------------------- */

static uint64_t ffmpeg_recorded(const struct bench *bench)
{
    uint64_t count = 0;
    for (size_t i = 0; i < bench->options.cameras; i++) {
        char file[PATH_SIZE + 48];
        (void)snprintf(file, sizeof file, "%s/peer-%zu-000.mp4",
                       bench->directory, i + 1);
        count += has_bytes(file);
    }
    return count;
}

/* One ffmpeg a camera, as its users run it: copy into segments. */
static bool run_ffmpeg(struct bench *bench)
{
    static int peers[CAMERAS_MOST];
    int cameras = start_cameras(bench, false);
    for (size_t i = 0; i < bench->options.cameras; i++) {
        char url[64];
        char file[PATH_SIZE + 32];
        (void)snprintf(url, sizeof url, "rtsp://127.0.0.1:%s/cam/%zu",
                       bench->port, i + 1);
        (void)snprintf(file, sizeof file, "%s/peer-%zu-%%03d.mp4",
                       bench->directory, i + 1);
        const char *const arguments[] = {
            "ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport",
            "tcp", "-i", url, "-an", "-c", "copy", "-f", "segment",
            "-segment_time", "60", "-y", file, NULL};
        peers[i] = bench_child_start(RECORDER_CORE, arguments);
    }
    bench->figures.peer = measure_all(bench, peers, bench->options.cameras,
                                      ffmpeg_recorded);
    for (size_t i = 0; i < bench->options.cameras; i++)
        (void)bench_child_stop(peers[i], STOP_MS);
    (void)bench_child_stop(cameras, STOP_MS);
    return bench->figures.peer.is_measured;
}

/* ---- the command ------------------------------------------------------------------ */

static const struct command_option OPTIONS[] = {
    {.name = "--cameras",
     .value = "N",
     .help = "how many; 9 without",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct options, cameras),
     .min = 1,
     .max = CAMERAS_MOST},
    {.name = "--seconds",
     .value = "S",
     .help = "how long each part is measured; 30 without",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct options, seconds),
     .min = 1,
     .max = SECONDS_MOST},
    {.name = "--peer",
     .value = "ffmpeg",
     .help = "measure this recorder beside it",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct options, peer)},
    {.name = "--sending",
     .value = "frame|packet",
     .help = "how the cameras send: one send for a frame, or one for a "
             "packet",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct options, sending)},
    {.name = "--transport",
     .value = "tcp|udp",
     .help = "how their packets come to us; tcp without",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct options, transport)},
    {.name = "--tls",
     .help = "they come encrypted, over tcp",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, is_secure)},
    {.name = "--fault",
     .value = "KIND:CAMERA:AT_S[:FOR_S]",
     .help = "what one of our cameras does wrong, as camsim's",
     .kind = OPTION_TEXT,
     .place = offsetof(struct options, fault)},
    {.name = "--clip",
     .value = "FILE",
     .help = "what the cameras show, at 15 pictures a second",
     .kind = OPTION_TEXT,
     .place = offsetof(struct options, clip)},
    {.name = "--namespace",
     .help = "in a network namespace, where the recorder's core does the "
             "receiving; needs root",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, wants_namespace)},
    {.name = "--json",
     .help = "the figures as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, wants_json)},
};

/* The clip beside the binary, made by tools/make_clips.sh. */
static bool find_clip(struct bench *bench)
{
    char directory[PATH_SIZE];
    (void)text_copy(text_of(bench->self), directory, sizeof directory);
    char *slash = strrchr(directory, '/');
    if (slash != NULL)
        *slash = 0;
    if (bench->options.clip != NULL)
        (void)snprintf(bench->clip, sizeof bench->clip, "%s:15",
                       bench->options.clip);
    else
        (void)snprintf(bench->clip, sizeof bench->clip,
                       "%s/clips/bench-1080.h264:15", directory);
    char path[PATH_SIZE + 32];
    (void)text_copy(text_of(bench->clip), path, sizeof path);
    path[strlen(path) - 3] = 0;
    if (access(path, R_OK) == 0)
        return true;
    (void)fprintf(stderr,
                  "haechi bench: no clip %s - make it: tools/make_clips.sh "
                  "DIRECTORY --bench\n",
                  path);
    return false;
}

static bool prepare(struct bench *bench)
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(bench->directory, sizeof bench->directory,
                   "%s/haechi-bench-XXXXXX", base == NULL ? "/tmp" : base);
    (void)snprintf(bench->port, sizeof bench->port, "%u",
                   (unsigned)bench_free_port());
    (void)snprintf(bench->count, sizeof bench->count, "%u",
                   (unsigned)bench->options.cameras);
    return find_clip(bench) && mkdtemp(bench->directory) != NULL;
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

static void print(const struct bench *bench)
{
    const struct figures *figures = &bench->figures;
    double camera_minutes =
        (double)bench->options.cameras * (double)bench->options.seconds / 60;
    (void)printf(
        "{\"cameras\": %llu, \"cpu_s_per_camera_minute\": %.4f, "
        "\"floor_cpu_s_per_camera_minute\": %.4f, \"ratio_to_floor\": %.2f, ",
        (unsigned long long)bench->options.cameras,
        figures->own.cpu_s / camera_minutes,
        figures->floor.cpu_s / camera_minutes,
        ratio(figures->own.cpu_s, figures->floor.cpu_s));
    if (bench->options.peer != NULL)
        (void)printf("\"peer\": \"%s\", \"peer_cpu_s_per_camera_minute\": "
                     "%.4f, \"ratio_to_peer\": %.3f, ",
                     bench->options.peer,
                     figures->peer.cpu_s / camera_minutes,
                     ratio(figures->own.cpu_s, figures->peer.cpu_s));
    if (bench->options.wants_namespace)
        (void)printf("\"softirq_s_per_camera_minute\": %.4f, "
                     "\"floor_softirq_s_per_camera_minute\": %.4f, ",
                     figures->own.softirq_s / camera_minutes,
                     figures->floor.softirq_s / camera_minutes);
    (void)printf("\"pss_mb_per_camera\": %.2f, \"lost_packets\": %llu, "
                 "\"verified\": %s}\n",
                 figures->pss_mb / (double)bench->options.cameras,
                 (unsigned long long)figures->lost_packets,
                 figures->is_verified ? "true" : "false");
}

/* What was measured counts only where all of it was recorded. */
static int judge(const struct figures *figures)
{
    if (!figures->is_verified)
        (void)fprintf(stderr, "haechi bench: what was recorded does not "
                              "verify\n");
    if (figures->lost_packets > 0)
        (void)fprintf(stderr,
                      "haechi bench: %llu packets or pictures were lost\n",
                      (unsigned long long)figures->lost_packets);
    return figures->is_verified && figures->lost_packets == 0 ? EXIT_OK
                                                              : EXIT_FINDING;
}

/* Said here: simulated cameras that end at once would be waited for. */
static int check_fault(const struct options *options)
{
    struct camsim_fault fault;
    if (options->fault == NULL)
        return EXIT_OK;
    if (camsim_fault_parse(text_of(options->fault), &fault) != STATUS_OK)
        return options_refuse(&COMMAND_BENCH_RECORD,
                              "--fault wants KIND:CAMERA:AT_S[:FOR_S] as of "
                              "haechi camsim, not",
                              options->fault);
    if (fault.camera > options->cameras)
        return options_refuse(&COMMAND_BENCH_RECORD,
                              "--fault is of a camera that --cameras does not "
                              "have:",
                              options->fault);
    return EXIT_OK;
}

static int read_options(int argc, char **argv, struct options *options)
{
    int code = options_read(&COMMAND_BENCH_RECORD, argc, argv, options);
    if (code == EXIT_OK)
        code = check_fault(options);
    if (code != EXIT_OK || !options->is_secure ||
        strcmp(options->transport, "tcp") == 0)
        return code;
    (void)fprintf(stderr, "haechi bench: datagrams would leave the encrypted "
                          "link - leave out one of --tls and --transport\n");
    return EXIT_USAGE;
}

static int run(int argc, char **argv)
{
    static struct bench bench = {
        .options = {.cameras = 9, .seconds = 30, .sending = "frame",
                    .transport = "tcp"},
    };
    int code = read_options(argc, argv, &bench.options);
    if (code != EXIT_OK)
        return code;
    /* The path first: behind new mounts, a chroot does not know where this
     * program lies. */
    if (!bench_own_path(bench.self, sizeof bench.self) ||
        (bench.options.wants_namespace &&
         !bench_namespace_enter(RECORDER_CORE)) ||
        !prepare(&bench))
        return EXIT_ENVIRONMENT;
    bool ran = run_own(&bench) && run_floor(&bench);
    if (ran && bench.options.peer != NULL)
        ran = run_ffmpeg(&bench);
    bench_directory_remove(bench.directory);
    if (!ran) {
        (void)fprintf(stderr, "haechi bench: a part did not run; set "
                              "HAECHI_BENCH_LOG=1 to see what it says\n");
        return EXIT_ENVIRONMENT;
    }
    print(&bench);
    return judge(&bench.figures);
}

const struct command COMMAND_BENCH_RECORD = {
    .name = "bench record",
    .synopsis = "[--cameras N] [--seconds S] [--peer ffmpeg]\n"
                "    [--sending frame|packet] [--transport tcp|udp] [--tls]\n"
                "    [--fault KIND:CAMERA:AT_S[:FOR_S]] [--clip FILE]\n"
                "    [--namespace] [--json]",
    .summary = "what recording costs, beside the least that it can cost",
    .details = "The least, and another recorder's cost, are measured over TCP "
               "in the clear, whatever ours are. Ends with 1, and says so, "
               "where packets or pictures were lost, or what was recorded does "
               "not verify.",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run,
};

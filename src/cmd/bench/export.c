/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi bench export: what it takes to have recorded time as one MP4 file,
 * beside ffmpeg's concat and copy of the same video kept as plain MP4 files of
 * a minute each, as a recorder without seals would have kept it.
 *
 *   in this process    the vault's reading path and a writer, two threads; a
 *                      third one recomputes the hashes of the log's leaves
 *   by download        the installation started, over HTTPS, with curl
 *
 * All read from the page cache and write to the same file system, on all cores
 * there are, by the wall clock; three times in turns, the median counts.
 */
#include "cmd/bench/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/bench/bench.h"
#include "cmd/bench/site.h"
#include "cmd/options.h"
#include "media/mp4.h"
#include "store/gop_chain.h"

enum {
    TIMES = 3,
    MINUTES_MOST = 24 * 60,
    UNIT_S = 60,
    PEER_FILE_MAX = 512 * 1024 * 1024,
    READ_BYTES = 1 << 20,
    SPARE_BYTES = 1 << 30, /* of disk */
};

struct bench {
    uint64_t minutes;
    bool wants_json;
    bool skips_download;
    char directory[BENCH_PATH_SIZE / 2];
    char clip_path[BENCH_PATH_SIZE];
    char peer_list[BENCH_PATH_SIZE];
    char out[BENCH_PATH_SIZE];
    struct bench_clip clip;
    struct bench_past past;
    /* the peer's files while they are written */
    FILE *list;
    struct file *peer;
    struct mp4 *mp4;
    struct buffer minute; /* its samples */
    uint64_t peer_files;
    /* what is right */
    struct sha256_stream *all;
    struct sha256_stream *group;
    struct wall_time group_at;
    uint8_t group_salt[LEAF_SALT_SIZE];
    bool has_group;
    uint8_t digest[SHA256_SIZE]; /* of all samples */
    struct export_hashes hashes;
    /* figures, seconds each */
    double own[TIMES];
    double hashed[TIMES];
    double peer_s[TIMES];
    double own_cpu[TIMES];
    double hashed_cpu[TIMES];
    double peer_cpu[TIMES];
    struct export_download downloads[TIMES];
    size_t download_count;
    size_t hashes_right;
    bool is_verified;
    bool is_peer_same;
};

double export_now_s(void)
{
    return (double)clock_boot(&CLOCK_SYSTEM).us / 1e6;
}

/* ---- what is recorded, kept beside ----------------------------------------- */

static enum status end_group(struct bench *bench)
{
    uint8_t samples[SHA256_SIZE];
    struct export_hashes *hashes = &bench->hashes;
    if (!bench->has_group)
        return STATUS_OK;
    if (hashes->count == hashes->capacity) {
        size_t capacity = hashes->capacity == 0 ? 256 : hashes->capacity * 2;
        void *content =
            alloc_resize(hashes->content, capacity, sizeof *hashes->content);
        if (content == NULL)
            return STATUS_NO_MEMORY;
        hashes->content = content;
        hashes->capacity = capacity;
    }
    bench->has_group = false;
    enum status s = sha256_stream_final(bench->group, samples);
    return s == STATUS_OK
               ? gop_content_hash(bench->group_salt, samples,
                                  hashes->content[hashes->count++])
               : s;
}

/* A minute of the peer's video is whole. */
static enum status end_minute(struct bench *bench)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(PEER_FILE_MAX);
    char path[BENCH_PATH_SIZE];
    if (bench->minute.size == 0)
        return STATUS_OK;
    (void)snprintf(path, sizeof path, "%s/peer/%05llu.mp4", bench->directory,
                   (unsigned long long)bench->peer_files++);
    mp4_begin(&out);
    enum status s = mp4_piece(bench->mp4, &out);
    buffer_append(&out, buffer_bytes(&bench->minute));
    if (s == STATUS_OK)
        s = mp4_end(bench->mp4, &out);
    struct file *file = NULL;
    if (s == STATUS_OK)
        s = file_open(&FILE_LAYER_SYSTEM, path, FILE_WRITE | FILE_CREATE,
                      &file);
    if (s == STATUS_OK)
        s = file_write_at(file, 0, buffer_bytes(&out));
    file_close(&file);
    (void)fprintf(bench->list, "file '%s'\n", path);
    buffer_clear(&bench->minute);
    mp4_destroy(&bench->mp4);
    return s;
}

static enum status on_sample(void *context, const struct sample *sample,
                             const struct unit_keys *keys)
{
    struct bench *bench = context;
    enum status s = STATUS_OK;
    int64_t since_us = sample->time_us - bench->past.span.from.us;
    sha256_stream_update(bench->all, sample->data);
    if ((sample->flags & SAMPLE_IDR) != 0) {
        s = end_group(bench);
        bench->has_group = true;
        memcpy(bench->group_salt, keys->leaf_salt, LEAF_SALT_SIZE);
    }
    sha256_stream_update(bench->group, sample->data);
    if (s == STATUS_OK && since_us % (UNIT_S * (int64_t)SECOND_US) == 0)
        s = end_minute(bench);
    if (s == STATUS_OK && bench->mp4 == NULL)
        s = mp4_create(0, &bench->mp4);
    if (s == STATUS_OK)
        s = mp4_add(bench->mp4, &bench->clip.config, sample);
    buffer_append(&bench->minute, sample->data);
    return s == STATUS_OK ? buffer_status(&bench->minute) : s;
}

static enum status record(struct bench *bench)
{
    char path[BENCH_PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/peer", bench->directory);
    (void)snprintf(bench->past.site, sizeof bench->past.site, "%s/site",
                   bench->directory);
    (void)snprintf(bench->peer_list, sizeof bench->peer_list, "%s/peer.txt",
                   bench->directory);
    (void)snprintf(bench->out, sizeof bench->out, "%s/out.mp4",
                   bench->directory);
    bench->minute = buffer_with_limit(PEER_FILE_MAX);
    bench->list = fopen(bench->peer_list, "we");
    enum status s = bench->list == NULL ? STATUS_IO : STATUS_OK;
    if (s == STATUS_OK)
        s = FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path);
    if (s == STATUS_OK)
        s = sha256_stream_create(&bench->all);
    if (s == STATUS_OK)
        s = sha256_stream_create(&bench->group);
    if (s == STATUS_OK)
        s = bench_past_make(&bench->past, &bench->clip,
                            (uint32_t)bench->minutes, on_sample, bench);
    if (s == STATUS_OK)
        s = end_group(bench);
    if (s == STATUS_OK)
        s = end_minute(bench);
    if (s == STATUS_OK)
        s = sha256_stream_final(bench->all, bench->digest);
    if (bench->list != NULL && fclose(bench->list) != 0 && s == STATUS_OK)
        s = STATUS_IO;
    buffer_deinit(&bench->minute);
    return s;
}

/* ---- what comes out ---------------------------------------------------------- */

/* The samples stand in mdat, in order. */
static enum status digest_mdat(struct file *file, uint64_t from, uint64_t to,
                               struct sha256_stream *stream)
{
    static uint8_t room[READ_BYTES];
    enum status s = STATUS_OK;
    while (s == STATUS_OK && from < to) {
        size_t size = to - from > READ_BYTES ? READ_BYTES : (size_t)(to - from);
        s = file_read_at(file, from, room, size);
        if (s == STATUS_OK)
            sha256_stream_update(stream, bytes_of(room, size));
        from += size;
    }
    return s;
}

enum status export_file_digest(const char *path, uint8_t out[SHA256_SIZE])
{
    AUTO(file_close) struct file *file = NULL;
    AUTO(sha256_stream_destroy) struct sha256_stream *stream = NULL;
    uint64_t end = 0;
    bool has_table = false;
    enum status s = file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = file_size(file, &end);
    if (s == STATUS_OK)
        s = sha256_stream_create(&stream);
    for (uint64_t at = 0; s == STATUS_OK && at < end;) {
        uint8_t head[16] = {0};
        s = file_read_at(file, at, head, end - at < 16 ? 8 : 16);
        struct reader in = reader_on(bytes_of(head, sizeof head));
        uint64_t size = reader_u32be(&in);
        struct bytes kind = reader_bytes(&in, 4);
        uint64_t header = 8;
        if (size == 1) {
            size = reader_u64be(&in);
            header = 16;
        }
        if (s == STATUS_OK && (size < header || size > end - at))
            s = STATUS_CORRUPT;
        if (s == STATUS_OK && memcmp(kind.data, "mdat", 4) == 0)
            s = digest_mdat(file, at + header, at + size, stream);
        has_table |= memcmp(kind.data, "moov", 4) == 0;
        at += size;
    }
    if (s == STATUS_OK && !has_table)
        s = STATUS_CORRUPT;
    return s == STATUS_OK ? sha256_stream_final(stream, out) : s;
}

static bool is_right(const struct bench *bench)
{
    uint8_t digest[SHA256_SIZE];
    return export_file_digest(bench->out, digest) == STATUS_OK &&
           memcmp(digest, bench->digest, sizeof digest) == 0;
}

/* ---- measuring ------------------------------------------------------------------ */

/* Of this process, or of its children that have ended. */
static double cpu_s(int whose)
{
    struct rusage usage;
    if (getrusage(whose, &usage) != 0)
        return 0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static enum status measure_own(struct bench *bench, size_t at,
                               bool wants_hashes)
{
    struct export_job job = {.past = &bench->past,
                             .path = bench->out,
                             .hashes = wants_hashes ? &bench->hashes : NULL};
    double before = cpu_s(RUSAGE_SELF);
    enum status s = export_in_process(&job);
    double cpu = cpu_s(RUSAGE_SELF) - before;
    if (s != STATUS_OK)
        return s;
    (wants_hashes ? bench->hashed : bench->own)[at] = job.seconds;
    (wants_hashes ? bench->hashed_cpu : bench->own_cpu)[at] = cpu;
    bench->is_verified &= is_right(bench);
    if (wants_hashes) {
        bench->hashes_right = job.hashes_right;
        bench->is_verified &= job.hashes_right == bench->hashes.count;
    }
    (void)unlink(bench->out);
    return STATUS_OK;
}

static enum status measure_peer(struct bench *bench, size_t at)
{
    const char *const arguments[] = {
        "ffmpeg", "-nostdin", "-loglevel", "error",          "-f",
        "concat", "-safe",    "0",         "-i",             bench->peer_list,
        "-c",     "copy",     "-y",        bench->out,       NULL};
    int status = 0;
    double cpu = cpu_s(RUSAGE_CHILDREN);
    double before = export_now_s();
    int child = bench_child_start(BENCH_ANY_CORE, arguments);
    if (child < 0 || waitpid(child, &status, 0) != child)
        return STATUS_IO;
    bench->peer_s[at] = export_now_s() - before;
    bench->peer_cpu[at] = cpu_s(RUSAGE_CHILDREN) - cpu;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        (void)fprintf(stderr, "haechi bench export: ffmpeg did not do its "
                              "part - install ffmpeg\n");
        return STATUS_NOT_FOUND;
    }
    bench->is_peer_same &= is_right(bench);
    (void)unlink(bench->out);
    return STATUS_OK;
}

static enum status measure(struct bench *bench)
{
    enum status s = STATUS_OK;
    bench->is_verified = true;
    bench->is_peer_same = true;
    for (size_t i = 0; s == STATUS_OK && i < TIMES; i++) {
        s = measure_peer(bench, i);
        if (s == STATUS_OK)
            s = measure_own(bench, i, false);
        if (s == STATUS_OK)
            s = measure_own(bench, i, true);
    }
    bench_past_close(&bench->past);
    if (s != STATUS_OK || bench->skips_download)
        return s;
    s = export_by_download(&bench->past, bench->out, TIMES, bench->downloads);
    if (s == STATUS_OK) {
        bench->download_count = TIMES;
        bench->is_verified &= is_right(bench);
    }
    return s;
}

/* ---- the command ------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static double median(const double *values)
{
    double sorted[TIMES];
    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, TIMES, sizeof *sorted, by_size);
    return sorted[TIMES / 2];
}

static double speed(const struct bench *bench, double seconds)
{
    return seconds > 0 ? (double)bench->past.sample_bytes / 1e6 / seconds : 0;
}

static void print_download(const struct bench *bench, double peer_s)
{
    double seconds[TIMES];
    double first[TIMES];
    double vault[TIMES];
    double web[TIMES];
    for (size_t i = 0; i < TIMES; i++) {
        seconds[i] = bench->downloads[i].seconds;
        first[i] = bench->downloads[i].first_byte_s;
        vault[i] = bench->downloads[i].vault_cpu_s;
        web[i] = bench->downloads[i].web_cpu_s;
    }
    (void)printf("\"download_mb_per_s\":%.1f,\"download_ratio\":%.2f,"
                 "\"download_first_byte_s\":%.3f,\"download_vault_cpu_s\":"
                 "%.2f,\"download_web_cpu_s\":%.2f,",
                 speed(bench, median(seconds)), peer_s / median(seconds),
                 median(first), median(vault), median(web));
}

static void print(const struct bench *bench)
{
    double own_s = median(bench->own);
    double hashed_s = median(bench->hashed);
    double peer_s = median(bench->peer_s);
    double loads[1] = {0};
    (void)getloadavg(loads, 1);
    if (!bench->wants_json) {
        (void)printf("%llu minutes, %.0f MB: %.0f MB/s, %.1f x ffmpeg's %.0f "
                     "MB/s; with the hashes recomputed %.0f MB/s, %.1f x\n",
                     (unsigned long long)bench->minutes,
                     (double)bench->past.sample_bytes / 1e6,
                     speed(bench, own_s), peer_s / own_s,
                     speed(bench, peer_s), speed(bench, hashed_s),
                     peer_s / hashed_s);
        if (bench->download_count > 0) {
            (void)printf("by download, over HTTPS: ");
            print_download(bench, peer_s);
            (void)printf("\n");
        }
        return;
    }
    (void)printf("{\"mb_per_s\":%.1f,\"peer_mb_per_s\":%.1f,\"ratio\":%.2f,"
                 "\"mb_per_s_with_hashes\":%.1f,\"ratio_with_hashes\":%.2f,",
                 speed(bench, own_s), speed(bench, peer_s), peer_s / own_s,
                 speed(bench, hashed_s), peer_s / hashed_s);
    if (bench->download_count > 0)
        print_download(bench, peer_s);
    (void)printf("\"cpu_s\":%.2f,\"cpu_s_with_hashes\":%.2f,"
                 "\"peer_cpu_s\":%.2f,",
                 median(bench->own_cpu), median(bench->hashed_cpu),
                 median(bench->peer_cpu));
    (void)printf("\"verified\":%s,\"minutes\":%llu,\"bytes\":%llu,"
                 "\"records\":%llu,\"hashes\":%zu,\"peer\":\"ffmpeg concat, "
                 "copy\",\"peer_same_bytes\":%s,\"cores\":%d,\"load\":%.1f,"
                 "\"times\":%d}\n",
                 bench->is_verified ? "true" : "false",
                 (unsigned long long)bench->minutes,
                 (unsigned long long)bench->past.sample_bytes,
                 (unsigned long long)bench->past.records, bench->hashes_right,
                 bench->is_peer_same ? "true" : "false", get_nprocs(),
                 loads[0], TIMES);
}

static int take_directory(void *context, const char *value)
{
    struct bench *bench = context;
    return text_copy(text_of(value), bench->directory, sizeof bench->directory)
               ? EXIT_OK
               : options_refuse(&COMMAND_BENCH_EXPORT, "too long:", value);
}

static int take_clip(void *context, const char *value)
{
    struct bench *bench = context;
    return text_copy(text_of(value), bench->clip_path, sizeof bench->clip_path)
               ? EXIT_OK
               : options_refuse(&COMMAND_BENCH_EXPORT, "too long:", value);
}

static const struct command_option OPTIONS[] = {
    {.name = "--minutes",
     .value = "M",
     .help = "how much is recorded and read; 60 without",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct bench, minutes),
     .min = 1,
     .max = MINUTES_MOST},
    {.name = "--clip",
     .value = "FILE",
     .help = "what is recorded",
     .kind = OPTION_CALL,
     .take = take_clip},
    {.name = "--no-download",
     .help = "without the download through web",
     .kind = OPTION_FLAG,
     .place = offsetof(struct bench, skips_download)},
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "a directory to make and to remove again",
     .kind = OPTION_CALL,
     .take = take_directory},
    {.name = "--json",
     .help = "the figures as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct bench, wants_json)},
};

/* Room for the records, the peer's files and one file that comes out. */
static bool has_room(const struct bench *bench)
{
    uint64_t clip_bytes = 0;
    for (size_t i = 0; i < bench->clip.count; i++)
        clip_bytes += bench->clip.samples[i].data.size;
    uint64_t samples = bench->minutes * UNIT_S * BENCH_CLIP_RATE;
    uint64_t need =
        clip_bytes * samples / bench->clip.count * 3 + SPARE_BYTES * 2ull;
    return bench_has_room("bench export", bench->directory, need);
}

static int prepare(struct bench *bench)
{
    if (bench->clip_path[0] == 0 &&
        !bench_default_clip(bench->clip_path, sizeof bench->clip_path))
        return EXIT_ENVIRONMENT;
    enum status s = bench_clip_read(&bench->clip, bench->clip_path);
    if (s != STATUS_OK) {
        (void)fprintf(stderr,
                      "haechi bench export: clip %s: %s - make it: "
                      "tools/make_clips.sh DIRECTORY --bench\n",
                      bench->clip_path, status_name(s));
        return EXIT_ENVIRONMENT;
    }
    return bench_directory_make("bench export", bench->directory,
                                sizeof bench->directory) &&
                   has_room(bench)
               ? EXIT_OK
               : EXIT_ENVIRONMENT;
}

static int run(int argc, char **argv)
{
    static struct bench bench = {.minutes = 60};
    int code = options_read(&COMMAND_BENCH_EXPORT, argc, argv, &bench);
    if (code != EXIT_OK)
        return code;
    code = prepare(&bench);
    if (code != EXIT_OK) {
        bench_clip_deinit(&bench.clip);
        return code;
    }
    enum status s = record(&bench);
    if (s == STATUS_OK)
        s = measure(&bench);
    bench_past_close(&bench.past);
    bench_directory_remove(bench.directory);
    if (s == STATUS_OK)
        print(&bench);
    else
        (void)fprintf(stderr, "haechi bench export: %s\n", status_name(s));
    sha256_stream_destroy(&bench.all);
    sha256_stream_destroy(&bench.group);
    mp4_destroy(&bench.mp4);
    alloc_free(bench.hashes.content);
    bench_clip_deinit(&bench.clip);
    if (s != STATUS_OK)
        return EXIT_ENVIRONMENT;
    return bench.is_verified ? EXIT_OK : EXIT_FINDING;
}

const struct command COMMAND_BENCH_EXPORT = {
    .name = "bench export",
    .synopsis = "[--minutes M] [--clip FILE] [--no-download]\n"
                "    [--dir DIRECTORY] [--json]",
    .summary = "how quick an hour is read out, beside ffmpeg",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi bench seek: how soon the first picture of a random moment is there,
 * and how soon the vault is, with the disk of many cameras over many days. The
 * reading path is the vault's own, from the request to the packed pictures; no
 * process, no ticket and no keeper stand between.
 */
#include "cmd/bench/seek.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "base/text.h"
#include "cmd/bench/bench.h"
#include "cmd/bench/keys.h"
#include "cmd/bench/site.h"
#include "cmd/options.h"
#include "media/sample_pack.h"
#include "roles/vault/read.h"
#include "sys/clock.h"

struct seek_bench {
    struct seek_site site;
    struct store store;
    uint64_t cameras;
    uint64_t days;
    const char *directory;
    bool wants_json;
    double first_picture_ms[SEEK_PROBES];
    double store_start_s;
    double keyring_start_s;
    double key_table_mb;
    double index_mb;
    double memory_mb;
    size_t answered;
};

struct one_key {
    uint32_t camera;
    uint8_t key[UNIT_KEY_SIZE];
};

static const uint8_t *key_of(const void *context,
                             const struct record_row *row)
{
    static struct one_key one;
    one.camera = *(const uint32_t *)context;
    return seek_unit_key(one.camera, record_row_unit(row), one.key) ==
                   STATUS_OK
               ? one.key
               : NULL;
}

static double now_s(void)
{
    return (double)clock_boot(&CLOCK_SYSTEM).us / 1e6;
}

/* Resident memory of this process, in megabytes. */
static double resident_mb(void)
{
    unsigned long pages = 0;
    char line[128] = "";
    FILE *file = fopen("/proc/self/statm", "r");
    if (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *space = strchr(line, ' ');
        pages = space == NULL ? 0 : strtoul(space, NULL, 10);
    }
    if (file != NULL)
        (void)fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* One answer: the pictures from the last IDR at or before the time. */
static enum status read_probe(struct seek_bench *bench,
                              const struct seek_probe *probe,
                              struct buffer *out)
{
    struct span allowed = {{INT64_MIN / 4}, {INT64_MAX / 4}};
    struct read_request request = {.camera = probe->camera,
                                   .allowed = allowed,
                                   .from = probe->time,
                                   .soft_us = SEEK_READ_US,
                                   .soft_bytes = VAULT_READ_BYTES};
    const struct selection_limits limits = {SEEK_READ_US, VAULT_READ_BYTES};
    int64_t next_us = 0;
    enum status s =
        selection_make(&bench->store, probe->camera,
                       (struct span){probe->time, allowed.to}, &limits,
                       &request.selection);
    if (s == STATUS_OK)
        s = read_make(&bench->store, &request, key_of, &probe->camera, out,
                      &next_us);
    selection_deinit(&request.selection);
    return s;
}

static enum status measure_probe(struct seek_bench *bench, size_t at)
{
    const struct seek_probe *probe = &bench->site.probes[at];
    for (uint32_t i = 0; i < 3; i++)
        seek_forget_pages(&bench->site, probe->volume - 1 + i);
    struct buffer out = buffer_with_limit(READ_ANSWER_MAX);
    double before = now_s();
    enum status s = read_probe(bench, probe, &out);
    bench->first_picture_ms[at] = (now_s() - before) * 1000;
    struct reader in = reader_on(buffer_bytes(&out));
    struct sample_pack pack;
    uint32_t row = 0;
    size_t offset = 0;
    struct sample sample;
    bool is_right = s == STATUS_OK &&
                    sample_pack_read(&in, &pack) == STATUS_OK &&
                    sample_pack_next(&pack, &row, &offset, &sample) &&
                    (sample.flags & SAMPLE_IDR) != 0 &&
                    sample.time_us <= probe->time.us &&
                    probe->time.us - sample.time_us <
                        SEEK_GOP_S * (int64_t)SECOND_US;
    bench->answered += is_right;
    buffer_deinit(&out);
    return s;
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static enum status measure_start(struct seek_bench *bench)
{
    struct stat file;
    if (stat(bench->site.index, &file) == 0)
        bench->index_mb = (double)file.st_size / 1e6;
    seek_forget_pages(&bench->site, bench->site.volume_count + 1);
    double memory = resident_mb();
    double before = now_s();
    enum status s = seek_site_open(&bench->site, &bench->store);
    bench->store_start_s = now_s() - before;
    bench->memory_mb = resident_mb() - memory;
    return s;
}

/* The keeper's part: it reads the table that it finds, and scrubs it. */
static enum status measure_keys(struct seek_bench *bench)
{
    char path[SEEK_PATH_SIZE + 16];
    struct fake_clock clock;
    struct keyring *keyring = NULL;
    const struct bench_keys wanted = {
        .cameras = bench->site.cameras,
        .days = bench->site.days,
        .until = clock_wall(&CLOCK_SYSTEM),
    };
    (void)snprintf(path, sizeof path, "%s/keys", bench->site.directory);
    enum status s = bench_keys_make(&wanted, path, &clock, &keyring);
    keyring_close(&keyring);
    if (s != STATUS_OK)
        return s;
    bench->key_table_mb = (double)bench_keys_table_bytes(path) / 1e6;
    double before = now_s();
    s = bench_keys_open(path, &clock, &keyring);
    bench->keyring_start_s = now_s() - before;
    keyring_close(&keyring);
    return s;
}

static enum status measure(struct seek_bench *bench)
{
    enum status s = measure_keys(bench);
    if (s == STATUS_OK)
        s = measure_start(bench);
    if (s != STATUS_OK)
        return s;
    for (size_t i = 0; s == STATUS_OK && i < SEEK_PROBES; i++)
        s = measure_probe(bench, i);
    qsort(bench->first_picture_ms, SEEK_PROBES,
          sizeof *bench->first_picture_ms, by_size);
    store_close(&bench->store);
    return s;
}

/* As if vault and keeper came up one after the other. */
static double startup_s(const struct seek_bench *bench)
{
    return bench->store_start_s + bench->keyring_start_s;
}

static void print_json(const struct seek_bench *bench, double p50, double p99)
{
    const struct seek_site *site = &bench->site;
    (void)printf(
        "{\"cameras\":%u,\"days\":%u,\"volumes\":%u,"
        "\"first_picture_ms\":{\"p50\":%.1f,\"p99\":%.1f},"
        "\"index_mb\":%.1f,\"startup_s\":%.3f,\"store_start_s\":%.3f,"
        "\"keyring_start_s\":%.3f,\"key_table_mb\":%.1f,\"memory_mb\":%.1f,"
        "\"probes\":%d,\"right\":%zu,\"real_directories\":%llu,"
        "\"real_records\":%llu,\"sparse\":\"all other records and "
        "directories are holes; names, sizes and index are real; the pages "
        "of the files read were dropped before each probe, inodes and names "
        "were not\"}\n",
        site->cameras, site->days, site->volume_count, p50, p99,
        bench->index_mb, startup_s(bench), bench->store_start_s,
        bench->keyring_start_s, bench->key_table_mb, bench->memory_mb,
        SEEK_PROBES,
        bench->answered, (unsigned long long)site->real_directories,
        (unsigned long long)site->real_records);
}

static void print(const struct seek_bench *bench)
{
    const struct seek_site *site = &bench->site;
    double p50 = bench->first_picture_ms[SEEK_PROBES / 2];
    double p99 = bench->first_picture_ms[SEEK_PROBES * 99 / 100];
    if (bench->wants_json) {
        print_json(bench, p50, p99);
        return;
    }
    (void)printf("%u cameras, %u days, %u volumes\n"
                 "first picture: p50 %.1f ms, p99 %.1f ms\n"
                 "index %.1f MB; key table %.1f MB; start after a crash "
                 "%.3f s; memory for the index %.1f MB\n",
                 site->cameras, site->days, site->volume_count, p50, p99,
                 bench->index_mb, bench->key_table_mb, startup_s(bench),
                 bench->memory_mb);
    (void)printf("%d probes, %zu right; real: %llu directories, %llu "
                 "records; all else are holes of the right size. Pages of "
                 "the files read were dropped before each probe, inodes and "
                 "names were not.\n",
                 SEEK_PROBES, bench->answered,
                 (unsigned long long)site->real_directories,
                 (unsigned long long)site->real_records);
}

static const struct command_option OPTIONS[] = {
    {.name = "--cameras",
     .value = "N",
     .help = "how many; 100 without",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct seek_bench, cameras),
     .min = 1,
     .max = 1000},
    {.name = "--days",
     .value = "D",
     .help = "of recordings; 60 without",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct seek_bench, days),
     .min = 1,
     .max = 400},
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "a directory to make and to remove again",
     .kind = OPTION_TEXT,
     .place = offsetof(struct seek_bench, directory)},
    {.name = "--json",
     .help = "the figures as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct seek_bench, wants_json)},
};

static bool prepare(struct seek_bench *bench)
{
    char *directory = bench->site.directory;
    const char *base = getenv("TMPDIR");
    if (bench->directory == NULL) {
        (void)snprintf(directory, sizeof bench->site.directory,
                       "%s/haechi-seek-XXXXXX", base == NULL ? "/tmp" : base);
        return mkdtemp(directory) != NULL;
    }
    return text_copy(text_of(bench->directory), directory,
                     sizeof bench->site.directory) &&
           mkdir(directory, 0700) == 0; /* never into what is there */
}

static int run(int argc, char **argv)
{
    static struct seek_bench bench = {.cameras = 100, .days = 60};
    int code = options_read(&COMMAND_BENCH_SEEK, argc, argv, &bench);
    if (code != EXIT_OK)
        return code;
    bench.site.cameras = (uint32_t)bench.cameras;
    bench.site.days = (uint32_t)bench.days;
    if (!prepare(&bench)) {
        (void)fprintf(stderr, "haechi bench seek: %s cannot be made\n",
                      bench.site.directory);
        return EXIT_ENVIRONMENT;
    }
    enum status s = seek_site_make(&bench.site);
    if (s == STATUS_OK)
        s = measure(&bench);
    bench_directory_remove(bench.site.directory);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi bench seek: %s%s\n", status_name(s),
                      s == STATUS_LIMIT
                          ? " - too little for 150 places that lie apart; "
                            "more cameras or days"
                          : "");
        return EXIT_ENVIRONMENT;
    }
    print(&bench);
    return bench.answered == SEEK_PROBES ? EXIT_OK : EXIT_FINDING;
}

const struct command COMMAND_BENCH_SEEK = {
    .name = "bench seek",
    .synopsis = "[--cameras N] [--days D] [--dir DIRECTORY] [--json]",
    .summary = "how long the first picture of any minute takes",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run,
};

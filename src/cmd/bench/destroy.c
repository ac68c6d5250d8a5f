/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi bench destroy: one order that destroys all there is. How long until
 * the root that opened it is overwritten, and until its space is free on the
 * disk, beside `shred -n 1 -u` and unlink of plain files of the same size on
 * the same file system.
 *
 * The keyring and the store are the recorder's own, in this process; the roots
 * are files (level 0).
 */
#include "cmd/bench/destroy.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/bench/bench.h"
#include "cmd/bench/site.h"
#include "cmd/options.h"
#include "keys/limits.h"
#include "model/death.h"
#include "sys/random.h"

enum {
    GIGABYTES = 10,
    GIGABYTES_SPARSE = 1000,
    PLAIN_BYTES = 1 << 30, /* of one plain file */
    PLAIN_FILES_MAX = 50,  /* as many as shred is given at once */
    PIECE_BYTES = 1 << 20,
    SPARE_BYTES = 256 << 20,
};

struct bench {
    double gigabytes;
    bool wants_json;
    char directory[BENCH_PATH_SIZE / 2];
    struct doomed_site site;
    double key_death_s;
    double space_freed_s;
    double shred_s; /* < 0: not measured */
    double unlink_s;
    uint32_t seeds;
    uint64_t forgotten;    /* records */
    uint64_t left_bytes;   /* that the volumes still take */
    bool is_dead;          /* no key opens any of it */
};

static double now_s(void)
{
    return (double)clock_boot(&CLOCK_SYSTEM).us / 1e6;
}

static void sync_file_system(const struct bench *bench)
{
    int descriptor = open(bench->directory, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    (void)syncfs(descriptor);
    (void)close(descriptor);
}

/* ---- the recorder's way ------------------------------------------------------ */

/* What the vault is told of an epoch. */
static enum status follow(struct doomed_site *site)
{
    static uint8_t rows[KEY_DEATHS_MESSAGE * DEATH_SIZE];
    uint64_t epoch = 0;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && epoch < keyring_epoch(site->keyring)) {
        struct writer out = writer_on(rows, sizeof rows);
        (void)keyring_deaths_since(site->keyring, &epoch, &out);
        struct reader in = reader_on(writer_written(&out));
        while (s == STATUS_OK && reader_more(&in)) {
            struct death death;
            s = death_decode(&in, &death);
            if (s == STATUS_OK && death.subject <= CAMERA_NUMBER_MAX)
                s = store_forget(&site->store, death.subject, death.slot,
                                 death.epoch);
        }
    }
    store_note_epoch(&site->store, epoch);
    return s;
}

static bool opens(struct doomed_site *site, uint32_t camera,
                  struct wall_time time)
{
    struct keyring_unit unit;
    return keyring_unseal(site->keyring, camera, time, 0, site->span, &unit) !=
           STATUS_NOT_FOUND;
}

/* Bytes on the disk of all files of a directory. */
static uint64_t bytes_taken(const char *directory)
{
    uint64_t blocks = 0;
    DIR *opened = opendir(directory);
    const struct dirent *entry = NULL;
    struct stat stat;
    while (opened != NULL && (entry = readdir(opened)) != NULL)
        if (fstatat(dirfd(opened), entry->d_name, &stat, 0) == 0 &&
            S_ISREG(stat.st_mode))
            blocks += (uint64_t)stat.st_blocks;
    if (opened != NULL)
        (void)closedir(opened);
    return blocks * 512;
}

static enum status destroy_all(struct bench *bench)
{
    struct doomed_site *site = &bench->site;
    struct key_order_result result = {0};
    const struct key_order order = {.entry = 1, .span = site->span};
    sync_file_system(bench);
    double before = now_s();
    enum status s = keyring_order(site->keyring, &order);
    while (s == STATUS_OK && !keyring_take_result(site->keyring, &result))
        s = keyring_rotation_in_us(site->keyring) == 0
                ? keyring_rotate(site->keyring)
                : STATUS_INTERNAL; /* no token: never on a new site */
    bench->key_death_s = now_s() - before;
    if (s == STATUS_OK)
        s = follow(site);
    if (s == STATUS_OK)
        bench->forgotten = store_sweep_all(&site->store);
    sync_file_system(bench);
    bench->space_freed_s = now_s() - before;
    bench->seeds = result.seeds;
    bench->is_dead = true;
    for (uint32_t camera = 1; camera <= DOOMED_CAMERAS; camera++)
        for (int64_t us = site->span.from.us; us < site->span.to.us;
             us += 600 * (int64_t)SECOND_US)
            bench->is_dead &= !opens(site, camera, (struct wall_time){us});
    bench->left_bytes = bytes_taken(site->volume_directory);
    return s;
}

/* ---- plain files ----------------------------------------------------------------- */

static void plain_path(const struct bench *bench, size_t i, char *out,
                       size_t size)
{
    (void)snprintf(out, size, "%s/plain-%zu", bench->directory, i);
}

/* As many files as hold all the bytes; 0: it failed. */
static size_t write_plain(const struct bench *bench)
{
    static uint8_t piece[PIECE_BYTES];
    uint64_t left = bench->site.bytes;
    size_t count = 0;
    enum status s = STATUS_OK;
    random_fill(piece, sizeof piece);
    while (s == STATUS_OK && left > 0) {
        AUTO(file_close) struct file *file = NULL;
        char path[BENCH_PATH_SIZE];
        plain_path(bench, count++, path, sizeof path);
        s = file_open(&FILE_LAYER_SYSTEM, path, FILE_WRITE | FILE_CREATE,
                      &file);
        for (uint64_t at = 0; s == STATUS_OK && left > 0 && at < PLAIN_BYTES;
             at += sizeof piece) {
            size_t size = left < sizeof piece ? (size_t)left : sizeof piece;
            s = file_write_at(file, at, bytes_of(piece, size));
            left -= size;
        }
    }
    sync_file_system(bench);
    return s == STATUS_OK ? count : 0;
}

static bool shred(struct bench *bench, size_t count)
{
    char paths[PLAIN_FILES_MAX][BENCH_PATH_SIZE];
    const char *arguments[PLAIN_FILES_MAX + 5] = {"shred", "-n", "1", "-u"};
    int status = 0;
    for (size_t i = 0; i < count; i++) {
        plain_path(bench, i, paths[i], sizeof paths[i]);
        arguments[4 + i] = paths[i];
    }
    double before = now_s();
    int child = bench_child_start(BENCH_ANY_CORE, arguments);
    bool is_done = child > 0 && waitpid(child, &status, 0) == child &&
                   WIFEXITED(status) && WEXITSTATUS(status) == 0;
    sync_file_system(bench);
    bench->shred_s = now_s() - before;
    return is_done;
}

static enum status measure_plain(struct bench *bench)
{
    size_t count = write_plain(bench);
    if (count == 0)
        return STATUS_NO_SPACE;
    if (!shred(bench, count)) {
        (void)fprintf(stderr, "haechi bench destroy: shred did not do its "
                              "part - it belongs to coreutils\n");
        return STATUS_NOT_FOUND;
    }
    count = write_plain(bench);
    if (count == 0)
        return STATUS_NO_SPACE;
    double before = now_s();
    for (size_t i = 0; i < count; i++) {
        char path[BENCH_PATH_SIZE];
        plain_path(bench, i, path, sizeof path);
        (void)unlink(path);
    }
    sync_file_system(bench);
    bench->unlink_s = now_s() - before;
    return STATUS_OK;
}

/* ---- the command -------------------------------------------------------------------- */

static void put_or_null(const char *name, double seconds)
{
    if (seconds < 0)
        (void)printf("\"%s\":null,", name);
    else
        (void)printf("\"%s\":%.3f,", name, seconds);
}

static void print(const struct bench *bench)
{
    const struct doomed_site *site = &bench->site;
    double span_s =
        (double)(site->span.to.us - site->span.from.us) / 1e6;
    double loads[1] = {0};
    (void)getloadavg(loads, 1);
    if (!bench->wants_json) {
        (void)printf("%.1f GB of %d cameras, %.0f s each: no key opens it "
                     "after %.3f s, its space is free after %.3f s\n",
                     bench->gigabytes, DOOMED_CAMERAS, span_s,
                     bench->key_death_s, bench->space_freed_s);
        if (bench->shred_s >= 0)
            (void)printf("plain files of the same size: shred -n 1 -u %.1f s, "
                         "unlink %.3f s\n",
                         bench->shred_s, bench->unlink_s);
        return;
    }
    (void)printf("{\"key_death_s\":%.3f,\"space_freed_s\":%.3f,",
                 bench->key_death_s, bench->space_freed_s);
    put_or_null("shred_s", bench->shred_s);
    put_or_null("unlink_s", bench->unlink_s);
    (void)printf("\"span\":{\"cameras\":%d,\"seconds\":%.0f},\"gigabytes\":"
                 "%.3f,\"records\":%llu,\"volumes\":%llu,\"seeds\":%u,"
                 "\"key_table_mb\":%.1f,\"forgotten\":%llu,"
                 "\"left_mb\":%.1f,\"sparse\":%s,"
                 "\"verified\":%s,\"load\":%.1f}\n",
                 DOOMED_CAMERAS, span_s, bench->gigabytes,
                 (unsigned long long)site->records,
                 (unsigned long long)site->volumes, bench->seeds,
                 (double)site->key_table_bytes / 1e6,
                 (unsigned long long)bench->forgotten,
                 (double)bench->left_bytes / 1e6,
                 site->is_sparse ? "true" : "false",
                 bench->is_dead && bench->forgotten == site->records ? "true"
                                                                     : "false",
                 loads[0]);
}

static int take_gigabytes(void *context, const char *value)
{
    struct bench *bench = context;
    char *end = NULL;
    bench->gigabytes = strtod(value, &end);
    return *end == 0 && bench->gigabytes >= 0.01 && bench->gigabytes <= 100000
               ? EXIT_OK
               : options_refuse(&COMMAND_BENCH_DESTROY,
                                "--gigabytes wants 0.01 to 100000, not", value);
}

static int take_directory(void *context, const char *value)
{
    struct bench *bench = context;
    return text_copy(text_of(value), bench->directory, sizeof bench->directory)
               ? EXIT_OK
               : options_refuse(&COMMAND_BENCH_DESTROY, "too long:", value);
}

static const struct command_option OPTIONS[] = {
    {.name = "--gigabytes",
     .value = "G",
     .help = "how much is recorded and destroyed; 10 without, sparse "
             "1000",
     .kind = OPTION_CALL,
     .take = take_gigabytes},
    {.name = "--sparse",
     .help = "a real index over files that are empty: a size that no "
             "disk here holds",
     .kind = OPTION_FLAG,
     .place = offsetof(struct bench, site.is_sparse)},
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

static int parse(int argc, char **argv, struct bench *bench)
{
    int code = options_read(&COMMAND_BENCH_DESTROY, argc, argv, bench);
    if (code != EXIT_OK)
        return code;
    if (bench->gigabytes == 0)
        bench->gigabytes =
            bench->site.is_sparse ? GIGABYTES_SPARSE : GIGABYTES;
    return bench->site.is_sparse ||
                   bench->gigabytes * 1e9 <
                       (double)PLAIN_BYTES * PLAIN_FILES_MAX
               ? EXIT_OK
               : options_refuse(&COMMAND_BENCH_DESTROY,
                                "only with --sparse: so many gigabytes", "");
}

static int run(int argc, char **argv)
{
    static struct bench bench = {.shred_s = -1, .unlink_s = -1};
    int code = parse(argc, argv, &bench);
    if (code != EXIT_OK)
        return code;
    bench.site.bytes = (uint64_t)(bench.gigabytes * 1e9);
    uint64_t need = bench.site.is_sparse ? bench.site.bytes / 500
                                         : 2 * bench.site.bytes;
    if (!bench_directory_make("bench destroy", bench.directory,
                              sizeof bench.directory) ||
        !bench_has_room("bench destroy", bench.directory, need + SPARE_BYTES))
        return EXIT_ENVIRONMENT;
    (void)snprintf(bench.site.directory, sizeof bench.site.directory, "%s",
                   bench.directory);
    enum status s = doomed_site_make(&bench.site);
    if (s == STATUS_OK && !bench.site.is_sparse)
        s = measure_plain(&bench);
    if (s == STATUS_OK)
        s = destroy_all(&bench);
    doomed_site_close(&bench.site);
    bench_directory_remove(bench.directory);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi bench destroy: %s\n", status_name(s));
        return EXIT_ENVIRONMENT;
    }
    print(&bench);
    return bench.is_dead && bench.forgotten == bench.site.records
               ? EXIT_OK
               : EXIT_FINDING;
}

const struct command COMMAND_BENCH_DESTROY = {
    .name = "bench destroy",
    .synopsis = "[--gigabytes G] [--sparse] [--dir DIRECTORY]\n"
                "    [--json]",
    .summary = "how quick recordings die, beside shred",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run,
};

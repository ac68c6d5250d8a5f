/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi bench log: a log of its own is written, opened, proven and verified,
 * and its bare hashing is timed in the same run: the leaf of every line and
 * every node of the tree, nothing read but the lines, nothing compared.
 *
 * Entries are views and gaps, about 200 bytes; no texts. Appending makes the
 * lines too, in batches of 4,096 with an fdatasync each, signed every 65,536.
 */
#include <ftw.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/bench/bench.h"
#include "cmd/bench/site.h"
#include "cmd/options.h"
#include "log/line_file.h"
#include "log/log_check.h"
#include "log/log_store.h"
#include "log/tree/proof.h"
#include "log/tree/tile_file.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/random.h"

enum {
    PATH_SIZE = 600,
    ENTRIES_DEFAULT = 1000000,
    ENTRIES_MAX = 100000000,
    ENTRY_BYTES = 320, /* with its share of all files; more than is used */
    BATCHES_A_CHECKPOINT = 16,
    PROOFS = 200,
    TREE_DESCRIPTORS = 16,
    FIRST_US = 1, /* the entries' time */
};

struct bench_log {
    const char *wanted_directory;
    bool wants_json;
    char directory[PATH_SIZE];
    char log[PATH_SIZE + 8];
    char key[PATH_SIZE + 8];
    uint64_t entries;
    double append_s;
    double start_s;
    double bare_s;
    double verify_s;
    double bare_cpu_s; /* what others on this machine do is not in it */
    double verify_cpu_s;
    double append_cpu_s;
    double proof_ms;
    double proof_worst_ms;
    uint64_t bytes;
    uint64_t findings;
};

static double now_s(void)
{
    return (double)clock_boot(&CLOCK_SYSTEM).us / 1e6;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double cpu_s(void)
{
    struct rusage usage = {.ru_maxrss = 0};
    (void)getrusage(RUSAGE_SELF, &usage);
    return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

static struct log_place place_of(const struct bench_log *bench)
{
    return (struct log_place){.directory = bench->log,
                              .key = bench->key,
                              .origin = "bench.example/haechi/log"};
}

/* ---- appending ------------------------------------------------------------ */

/* Every eighth entry is a gap, the others views. */
static enum status add_entry(struct log_batch *batch)
{
    static const struct commitment COMMITMENTS[2];
    uint64_t number = batch->first + batch->count;
    struct wall_time at = {(int64_t)number * 1000000 + FIRST_US};
    struct wall_time to = {at.us + 60000000};
    bool is_gap = number % 8 == 0;
    struct entry entry = entry_of(is_gap ? ENTRY_GAP : ENTRY_VIEW_OPEN);
    entry_number(&entry, "camera", (int64_t)(number % 100) + 1);
    entry_time(&entry, "from", at);
    entry_time(&entry, "to", to);
    if (is_gap) {
        entry_number(&entry, "event", (int64_t)number);
        entry_text(&entry, "cause", text_of("lost"));
        entry_text(&entry, "detail", text_of(""));
    } else {
        entry_number(&entry, "account", (int64_t)(number % 9));
        entry_text(&entry, "purpose", text_of("facility-safety"));
        entry_personal(&entry, "why", text_of(""));
        entry_personal(&entry, "address", text_of(""));
    }
    uint8_t leaf[LEAF_SIZE];
    size_t before = batch->lines.size;
    enum status s =
        entry_line_write(&entry, number, at, COMMITMENTS, &batch->lines);
    if (s != STATUS_OK)
        return s;
    struct text line = {(const char *)batch->lines.data + before,
                        batch->lines.size - before};
    s = leaf_hash(line, leaf);
    buffer_append_u8(&batch->lines, '\n');
    buffer_append(&batch->leaves, bytes_of(leaf, sizeof leaf));
    batch->count++;
    return s == STATUS_OK ? buffer_status(&batch->lines) : s;
}

static enum status append_batch(struct log_store *store,
                                struct log_batch *batch, uint64_t left)
{
    enum status s = STATUS_OK;
    batch->first = log_store_count(store);
    batch->count = 0;
    buffer_clear(&batch->lines);
    buffer_clear(&batch->leaves);
    while (s == STATUS_OK && batch->count < LOG_BATCH_ENTRIES &&
           batch->count < left)
        s = add_entry(batch);
    if (s == STATUS_OK)
        s = log_store_commit(store, batch);
    return s == STATUS_OK ? log_store_note(store, batch) : s;
}

static enum status append_all(struct bench_log *bench, struct log_store *store)
{
    struct log_batch batch;
    struct log_publication publication;
    enum status s = STATUS_OK;
    log_batch_init(&batch, 0);
    log_publication_init(&publication);
    double before = now_s();
    double cpu_before_s = cpu_s();
    for (size_t i = 1; s == STATUS_OK && log_store_count(store) < bench->entries;
         i++) {
        s = append_batch(store, &batch,
                         bench->entries - log_store_count(store));
        bool is_last = log_store_count(store) == bench->entries;
        if (s != STATUS_OK || (i % BATCHES_A_CHECKPOINT != 0 && !is_last))
            continue;
        s = log_store_prepare(store, &publication);
        if (s == STATUS_OK)
            s = log_store_publish(store, &publication);
    }
    bench->append_s = now_s() - before;
    bench->append_cpu_s = cpu_s() - cpu_before_s;
    log_publication_deinit(&publication);
    log_batch_deinit(&batch);
    return s;
}

static void on_entry(void *context, const struct entry_line *entry,
                     struct text line)
{
    uint64_t *told = context;
    (void)entry;
    (void)line;
    (*told)++;
}

static enum status measure_append(struct bench_log *bench)
{
    AUTO(log_store_close) struct log_store *store = NULL;
    const struct log_place place = place_of(bench);
    uint64_t told = 0;
    enum status s =
        log_store_open(&FILE_LAYER_SYSTEM, &place, NULL, NULL, &store);
    if (s == STATUS_OK)
        s = append_all(bench, store);
    log_store_close(&store);
    double before = now_s();
    if (s == STATUS_OK)
        s = log_store_open(&FILE_LAYER_SYSTEM, &place, on_entry, &told, &store);
    bench->start_s = now_s() - before;
    return s;
}

/* ---- proofs --------------------------------------------------------------- */

/* From the files each time, as `haechi log prove` does it. */
static enum status prove_one(const struct bench_log *bench,
                             const struct checkpoint *checkpoint)
{
    AUTO(alloc_release) struct tile_reader *reader =
        alloc_zeroed(sizeof *reader);
    struct merkle_hash leaf;
    struct tree_proof proof;
    uint64_t number = 0;
    if (reader == NULL)
        return STATUS_NO_MEMORY;
    random_fill(&number, sizeof number);
    number %= checkpoint->size;
    reader->layer = &FILE_LAYER_SYSTEM;
    reader->directory = bench->log;
    reader->size = checkpoint->size;
    enum status s = tree_prove_leaf(number, checkpoint->size,
                                      tile_reader_node, reader, &proof);
    if (s == STATUS_OK)
        s = tile_reader_node(reader, 0, number, &leaf);
    if (s == STATUS_OK)
        s = tree_check_leaf(number, checkpoint->size, &leaf, &proof,
                              &checkpoint->root);
    return s;
}

static enum status measure_proofs(struct bench_log *bench,
                                  const struct checkpoint *checkpoint)
{
    enum status s = STATUS_OK;
    double all_ms = 0;
    for (int i = 0; s == STATUS_OK && i < PROOFS; i++) {
        double before = now_s();
        s = prove_one(bench, checkpoint);
        double took_ms = (now_s() - before) * 1e3;
        all_ms += took_ms;
        if (took_ms > bench->proof_worst_ms)
            bench->proof_worst_ms = took_ms;
    }
    bench->proof_ms = all_ms / PROOFS;
    return s;
}

/* ---- verifying ------------------------------------------------------------ */

static enum status hash_lines(struct file *file, struct rows *tree)
{
    struct line_file lines;
    enum status s = line_file_init(&lines, file);
    if (s != STATUS_OK)
        return s;
    while (s == STATUS_OK) {
        struct text line;
        struct merkle_hash leaf;
        uint64_t offset = 0;
        s = line_file_next(&lines, &line, &offset);
        if (s == STATUS_OK)
            s = leaf_hash(line, leaf.bytes);
        if (s == STATUS_OK)
            s = rows_add(tree, &leaf);
    }
    line_file_deinit(&lines);
    return s == STATUS_END ? STATUS_OK : s;
}

static enum status measure_bare(struct bench_log *bench,
                                struct checkpoint *made)
{
    AUTO(file_close) struct file *file = NULL;
    AUTO(alloc_release) struct rows *tree = alloc_zeroed(sizeof *tree);
    char path[PATH_SIZE + 32];
    if (tree == NULL)
        return STATUS_NO_MEMORY;
    (void)snprintf(path, sizeof path, "%s/entries", bench->log);
    double before = now_s();
    double cpu_before_s = cpu_s();
    enum status s = file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = hash_lines(file, tree);
    if (s == STATUS_OK)
        s = rows_root(tree, &made->root);
    bench->bare_s = now_s() - before;
    bench->bare_cpu_s = cpu_s() - cpu_before_s;
    made->size = tree->size;
    return s;
}

static void on_finding(void *context, const char *where, const char *what)
{
    (void)context;
    (void)fprintf(stderr, "haechi bench log: %s: %s\n", where, what);
}

static enum status measure_verify(struct bench_log *bench)
{
    struct log_check_result result;
    const struct log_check_request request = {.layer = &FILE_LAYER_SYSTEM,
                                              .directory = bench->log};
    const struct log_visitor visitor = {.on_finding = on_finding};
    double before = now_s();
    double cpu_before_s = cpu_s();
    enum status s = log_check_run(&request, &visitor, &result);
    bench->verify_s = now_s() - before;
    bench->verify_cpu_s = cpu_s() - cpu_before_s;
    bench->findings = result.findings;
    if (s == STATUS_OK && (!result.is_signed || result.findings > 0 ||
                           result.signed_size != bench->entries))
        s = STATUS_CORRUPT;
    return s;
}

/* ---- all of it ------------------------------------------------------------ */

static uint64_t bytes_seen; /* nftw has no context */

static int add_size(const char *path, const struct stat *facts, int type,
                    struct FTW *place)
{
    (void)path;
    (void)place;
    if (type == FTW_F)
        bytes_seen += (uint64_t)facts->st_size;
    return 0;
}

static enum status measure(struct bench_log *bench)
{
    struct checkpoint made = {.size = 0};
    const struct file_layer *layer = &FILE_LAYER_SYSTEM;
    (void)snprintf(bench->log, sizeof bench->log, "%s/log", bench->directory);
    (void)snprintf(bench->key, sizeof bench->key, "%s/key", bench->directory);
    enum status s = layer->make_directory(layer, bench->log);
    if (s == STATUS_OK)
        s = measure_append(bench);
    if (s == STATUS_OK)
        s = measure_bare(bench, &made);
    if (s == STATUS_OK)
        s = measure_verify(bench);
    if (s == STATUS_OK)
        s = measure_proofs(bench, &made);
    bytes_seen = 0;
    (void)nftw(bench->log, add_size, TREE_DESCRIPTORS, FTW_PHYS);
    bench->bytes = bytes_seen;
    return s;
}

static void print(const struct bench_log *bench)
{
    struct rusage usage = {.ru_maxrss = 0};
    (void)getrusage(RUSAGE_SELF, &usage);
    double append_per_s = (double)bench->entries / bench->append_s;
    double ratio = bench->verify_s / bench->bare_s;
    double cpu_ratio = bench->verify_cpu_s / bench->bare_cpu_s;
    if (bench->wants_json)
        (void)printf("{\"entries\":%llu,\"append_per_s\":%.0f,"
                     "\"proof_ms\":%.3f,\"proof_worst_ms\":%.3f,"
                     "\"full_verify_s\":%.3f,\"bare_hashing_s\":%.3f,"
                     "\"verify_ratio\":%.3f,\"verify_cpu_ratio\":%.3f,"
                     "\"append_cpu_s\":%.3f,\"start_s\":%.3f,"
                     "\"bytes\":%llu,\"peak_rss_bytes\":%llu}\n",
                     (unsigned long long)bench->entries, append_per_s,
                     bench->proof_ms, bench->proof_worst_ms, bench->verify_s,
                     bench->bare_s, ratio, cpu_ratio, bench->append_cpu_s,
                     bench->start_s, (unsigned long long)bench->bytes,
                     (unsigned long long)usage.ru_maxrss * 1024);
    else
        (void)printf("%llu entries, %.1f MB\n"
                     "append   %.0f a second, batched, durable, signed\n"
                     "proof    %.3f ms, worst %.3f ms\n"
                     "verify   %.2f s, bare hashing %.2f s: %.2f times, by "
                     "time of the processor %.2f\n"
                     "start    %.2f s; at most %.0f MB of memory\n",
                     (unsigned long long)bench->entries,
                     (double)bench->bytes / 1e6, append_per_s, bench->proof_ms,
                     bench->proof_worst_ms, bench->verify_s, bench->bare_s,
                     ratio, cpu_ratio, bench->start_s,
                     (double)usage.ru_maxrss / 1024);
}

static const struct command_option OPTIONS[] = {
    {.name = "--entries",
     .value = "N",
     .help = "how many entries; a million without",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct bench_log, entries),
     .min = 1,
     .max = ENTRIES_MAX},
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "a directory to make and to remove again",
     .kind = OPTION_TEXT,
     .place = offsetof(struct bench_log, wanted_directory)},
    {.name = "--json",
     .help = "the figures as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct bench_log, wants_json)},
};

static int run(int argc, char **argv)
{
    static struct bench_log bench = {.entries = ENTRIES_DEFAULT,
                                     .wanted_directory = ""};
    int code = options_read(&COMMAND_BENCH_LOG, argc, argv, &bench);
    if (code != EXIT_OK)
        return code;
    if (!text_copy(text_of(bench.wanted_directory), bench.directory, PATH_SIZE))
        return options_refuse(&COMMAND_BENCH_LOG, "too long:", "--dir");
    if (!bench_directory_make("bench log", bench.directory, PATH_SIZE))
        return EXIT_ENVIRONMENT;
    enum status s = STATUS_NO_SPACE;
    if (bench_has_room("bench log", bench.directory, bench.entries * ENTRY_BYTES))
        s = measure(&bench);
    bench_directory_remove(bench.directory);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi bench log: %s\n", status_name(s));
        return s == STATUS_CORRUPT ? EXIT_FINDING : EXIT_ENVIRONMENT;
    }
    print(&bench);
    return EXIT_OK;
}

const struct command COMMAND_BENCH_LOG = {
    .name = "bench log",
    .synopsis = "[--entries N] [--dir DIRECTORY] [--json]",
    .summary = "how quick the log is written, proven and verified",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run,
};

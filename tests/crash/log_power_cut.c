/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power goes at every single call while a log is opened, appended to and
 * signed: inside lines, tiles, index and checkpoint; what was not synced is
 * kept, lost, mixed or torn. Then: every entry that was acknowledged is there
 * with its text, the log goes on, and a stranger who has seen the last
 * checkpoint finds nothing wrong. Two known-bad orders must be caught.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/log_check.h"
#include "log/log_index.h"
#include "support/crash_count.h"
#include "support/fake_disk.h"
#include "support/log_fixture.h"
#include "unit/test.h"

enum { BATCHES = 12, CALLS_MAX = 2000 };

static const char DIRECTORY[] = "/log";
static const char KEPT[] = "/kept";
static const uint8_t KEY[TEXT_KEY_SIZE] = {7};

static void write_why(uint64_t number, char out[64])
{
    (void)snprintf(out, 64, "reason number %llu", (unsigned long long)number);
}

/* One viewing with its reason, as log/log_writer would make it. */
static void add_entry(struct log_batch *batch)
{
    char why[64];
    uint64_t number = batch->first + batch->count;
    struct sealed_text head = {.number = number, .member = text_of("why")};
    struct commitment commitments[2];
    write_why(number, why);
    memset(head.salt, (int)number + 1, sizeof head.salt);
    CHECK_OK(commitment_make(head.salt, text_of(why), &commitments[0]));
    CHECK_OK(sealed_text_write(&head, KEY, text_of(why), &batch->texts));
    head.member = text_of("address");
    CHECK_OK(commitment_make(head.salt, text_of(why), &commitments[1]));
    CHECK_OK(sealed_text_write(&head, KEY, text_of(why), &batch->texts));

    struct entry entry = entry_of(ENTRY_VIEW_OPEN);
    entry_number(&entry, "account", 1);
    entry_number(&entry, "camera", 6);
    entry_time(&entry, "from", (struct wall_time){(int64_t)number});
    entry_time(&entry, "to", (struct wall_time){(int64_t)number + 1});
    entry_text(&entry, "purpose", text_of("facility-safety"));
    entry_personal(&entry, "why", text_of(why));
    entry_personal(&entry, "address", text_of(why));
    log_fixture_add(batch, &entry, (struct wall_time){0}, commitments);
}

static enum status append(struct log_store *store, size_t count)
{
    struct log_batch batch;
    log_batch_init(&batch, log_store_count(store));
    for (size_t i = 0; i < count; i++)
        add_entry(&batch);
    enum status s = log_fixture_append(store, &batch);
    log_batch_deinit(&batch);
    return s;
}

/* ---- what is tried -------------------------------------------------------- */

enum variant {
    VARIANT_RIGHT,
    VARIANT_EARLY, /* known bad: acknowledged, and only then synced */
    VARIANT_BLIND, /* known bad: signed, and only then synced */
    VARIANT_COUNT,
};

static const char *const VARIANTS[VARIANT_COUNT] = {
    NULL, "acknowledged before fdatasync", "signed before fdatasync"};

static const char *const MODES[FAKE_CRASH_MODES] = {"kept", "lost", "mixed",
                                                    "torn"};

struct run {
    struct fake_disk *disk;
    const struct file_layer *layer;
    enum variant variant;
    uint64_t first; /* entries before it */
    uint64_t acknowledged;
    uint8_t *kept; /* the last checkpoint that somebody has seen */
    size_t kept_size;
};

static enum status sync_late(const struct run *run)
{
    static const char *const NAMES[] = {"/log/texts", "/log/entries"};
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < 2; i++) {
        AUTO(file_close) struct file *file = NULL;
        s = file_open(run->layer, NAMES[i], FILE_READ | FILE_WRITE, &file);
        if (s == STATUS_OK)
            s = file_sync(file);
    }
    return s;
}

static enum status sign(struct run *run, struct log_store *store)
{
    uint8_t *seen = NULL;
    size_t size = 0;
    enum status s = log_fixture_sign(store);
    if (s == STATUS_OK)
        s = file_read_all(run->layer, "/log/checkpoint", NOTE_SIZE_MAX, &seen,
                          &size);
    if (s != STATUS_OK)
        return s;
    alloc_free(run->kept);
    run->kept = seen;
    run->kept_size = size;
    return STATUS_OK;
}

/* A batch is committed, acknowledged and, each second one, signed. */
static enum status step(struct run *run, struct log_store *store, size_t i)
{
    bool is_bad = run->variant != VARIANT_RIGHT;
    bool is_signed = i % 2 == 1;
    fake_disk_ignore_syncs(run->disk, is_bad);
    enum status s = append(store, 1 + i % 3);
    fake_disk_ignore_syncs(run->disk, false);
    if (s == STATUS_OK && run->variant == VARIANT_EARLY)
        run->acknowledged = log_store_count(store);
    if (s == STATUS_OK && run->variant == VARIANT_BLIND && is_signed)
        s = sign(run, store);
    if (s == STATUS_OK && is_bad)
        s = sync_late(run);
    if (s == STATUS_OK)
        run->acknowledged = log_store_count(store);
    if (s == STATUS_OK && run->variant != VARIANT_BLIND && is_signed)
        s = sign(run, store);
    return s;
}

/* Until the power goes. */
static void work(struct run *run)
{
    struct log_store *store = NULL;
    enum status s = log_fixture_open(run->layer, DIRECTORY, &store);
    for (size_t i = 0; s == STATUS_OK && i < BATCHES; i++)
        s = step(run, store, i);
    log_store_close(&store);
}

/* ---- what must hold ------------------------------------------------------- */

struct checking {
    uint64_t number;
    size_t texts;
};

static void check_text(void *context, const struct sealed_text *sealed)
{
    struct checking *checking = context;
    char why[64];
    char plain[LOG_TEXT_MAX];
    write_why(checking->number, why);
    CHECK_OK(sealed_text_open(sealed, KEY, plain));
    CHECK(text_equal((struct text){plain, sealed->size}, text_of(why)));
    checking->texts++;
}

/* Entries from first to end are there with their texts. */
static bool has_all(struct log_store *store, uint64_t first, uint64_t end)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    if (log_store_count(store) < end)
        return false;
    for (uint64_t n = first; n < end; n++) {
        struct checking checking = {.number = n};
        struct entry_line entry;
        struct wall_time from;
        if (log_store_line(store, n, &line) != STATUS_OK ||
            entry_line_read(buffer_text(&line), &entry) != STATUS_OK ||
            entry_line_time(&entry, "from", &from) != STATUS_OK ||
            entry.number != n || from.us != (int64_t)n ||
            log_store_texts(store, n, check_text, &checking) != STATUS_OK ||
            checking.texts != 2)
            return false;
    }
    return true;
}

static void on_finding(void *context, const char *where, const char *what)
{
    (void)where;
    (void)what;
    (*(size_t *)context)++;
}

/* haechi verify --log finds nothing, given the checkpoint that was seen. */
static bool is_sound(const struct run *run)
{
    struct log_check_result result;
    size_t findings = 0;
    const struct log_check_request request = {
        .layer = run->layer,
        .directory = DIRECTORY,
        .checkpoints = {KEPT},
        .checkpoint_count = run->kept == NULL ? 0 : 1};
    const struct log_visitor visitor = {.on_finding = on_finding,
                                        .context = &findings};
    CHECK_OK(log_check_run(&request, &visitor, &result));
    return findings == 0 && result.is_signed;
}

/* Opens, goes on, signs; and all of it once more. */
static bool recovers(const struct run *run)
{
    uint64_t end = run->acknowledged;
    if (run->kept != NULL)
        CHECK_OK(file_replace(run->layer, KEPT,
                              bytes_of(run->kept, run->kept_size)));
    for (int i = 0; i < 2; i++) {
        AUTO(log_store_close) struct log_store *store = NULL;
        if (log_fixture_open(run->layer, DIRECTORY, &store) != STATUS_OK ||
            !has_all(store, run->first, end))
            return false;
        CHECK_OK(append(store, 2));
        end = log_store_count(store);
        CHECK_OK(log_fixture_sign(store));
        if (!is_sound(run))
            return false;
    }
    return true;
}

/* ---- cuts ----------------------------------------------------------------- */

/* A log of that many entries, signed, all of it durable. */
static struct fake_disk *disk_with(uint64_t entries)
{
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->make_directory(layer, DIRECTORY));
    CHECK_OK(layer->sync_directory(layer, "/"));
    if (entries > 0)
        log_fixture_grow(layer, DIRECTORY, entries);
    return disk;
}

struct cut {
    const struct fake_disk *before;
    uint64_t first;
    enum variant variant;
    enum fake_crash mode;
    size_t n;
};

/* The power goes at the n-th call; *was_cut: false where all was done before.
 * Whether all held. */
static bool cut_once(const struct cut *cut, bool *was_cut)
{
    struct fake_disk *disk = fake_disk_copy(cut->before);
    struct run run = {.disk = disk,
                      .layer = fake_disk_layer(disk),
                      .variant = cut->variant,
                      .first = cut->first,
                      .acknowledged = cut->first};
    fake_disk_power_off_at(disk, cut->n);
    work(&run);
    *was_cut = fake_disk_is_off(disk);
    fake_disk_crash(disk, cut->mode, cut->n);
    bool holds = recovers(&run);
    alloc_free(run.kept);
    fake_disk_destroy(&disk);
    return holds;
}

static bool is_long(void)
{
    return getenv("CRASH_LONG") != NULL;
}

struct tally {
    size_t cuts;
    size_t violations;
};

static void cut_everywhere(struct cut cut, struct tally *tally)
{
    bool was_cut = true;
    /* What is caught need not be caught everywhere. */
    bool is_quick = cut.variant != VARIANT_RIGHT && !is_long();
    for (cut.n = 1; was_cut && cut.n < CALLS_MAX; cut.n += is_quick ? 7 : 1) {
        bool holds = cut_once(&cut, &was_cut);
        CHECK(was_cut || holds);
        tally->cuts++;
        tally->violations += !holds;
        if (!holds && cut.variant == VARIANT_RIGHT)
            (void)printf("# %s, from %llu entries on, call %zu\n",
                         MODES[cut.mode], (unsigned long long)cut.first,
                         cut.n);
    }
    CHECK(cut.n > BATCHES && cut.n < CALLS_MAX);
}

/* The few calls at which a tile becomes full are worth all modes by
 * `make crash` only. */
static bool is_tried(enum variant variant, uint64_t first, enum fake_crash mode)
{
    return is_long() || first == 0 ||
           (variant == VARIANT_RIGHT && mode == FAKE_CRASH_TEAR);
}

/* An empty log, and one whose first tile becomes full on the way. */
static void try_variant(enum variant variant, struct tally *all)
{
    static const uint64_t FIRST[] = {0, LOG_BUNDLE - 7};
    for (size_t i = 0; i < 2; i++) {
        struct fake_disk *disk = disk_with(FIRST[i]);
        for (enum fake_crash mode = 0; mode < FAKE_CRASH_MODES; mode++) {
            struct tally tally = {0};
            char what[80];
            if (!is_tried(variant, FIRST[i], mode))
                continue;
            cut_everywhere((struct cut){.before = disk,
                                        .first = FIRST[i],
                                        .variant = variant,
                                        .mode = mode},
                           &tally);
            (void)snprintf(what, sizeof what,
                           "log of %llu, power cut at every call, %s",
                           (unsigned long long)FIRST[i], MODES[mode]);
            if (variant == VARIANT_RIGHT)
                crash_tell(what, NULL, tally.cuts, tally.violations);
            all->cuts += tally.cuts;
            all->violations += tally.violations;
        }
        fake_disk_destroy(&disk);
    }
    if (variant != VARIANT_RIGHT)
        crash_tell("log, power cut at every call", VARIANTS[variant],
                   all->cuts, all->violations);
}

static void nothing_acknowledged_or_signed_is_lost(void **state)
{
    (void)state;
    struct tally tally = {0};
    try_variant(VARIANT_RIGHT, &tally);
    assert_int_equal(0, tally.violations);
}

static void known_bad_variants_are_caught(void **state)
{
    (void)state;
    for (enum variant variant = VARIANT_EARLY; variant < VARIANT_COUNT;
         variant++) {
        struct tally tally = {0};
        try_variant(variant, &tally);
        CHECK(tally.violations > 0);
    }
}

/* An error of any call is an error of the commit, and final for its entry. */
static void an_error_is_never_an_acknowledgement(void **state)
{
    (void)state;
    for (size_t n = 1; n < 40; n++) {
        struct fake_disk *disk = disk_with(0);
        const struct file_layer *layer = fake_disk_layer(disk);
        struct log_store *store = NULL;
        CHECK_OK(log_fixture_open(layer, DIRECTORY, &store));
        CHECK_OK(append(store, 2));
        fake_disk_fail_at(disk, FAKE_WRITE | FAKE_SYNC, n, STATUS_IO);
        uint64_t acknowledged = 2;
        while (acknowledged < 20 && append(store, 1) == STATUS_OK)
            acknowledged = log_store_count(store);
        log_store_close(&store);
        fake_disk_fail_at(disk, FAKE_ANY, 0, STATUS_OK);
        fake_disk_crash(disk, FAKE_CRASH_TEAR, n);
        CHECK_OK(log_fixture_open(layer, DIRECTORY, &store));
        CHECK(has_all(store, 0, acknowledged));
        log_store_close(&store);
        fake_disk_destroy(&disk);
    }
}

TEST_MAIN("crash/log_power_cut", TEST(nothing_acknowledged_or_signed_is_lost),
          TEST(known_bad_variants_are_caught),
          TEST(an_error_is_never_an_acknowledgement))

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/log_check.h"
#include "log/log_index.h"
#include "log/log_store.h"
#include "log/tree/tile_file.h"
#include "log/tree/tree.h"
#include "support/fake_disk.h"
#include "support/log_fixture.h"
#include "unit/test.h"

/* Of the log at hand, in memory: nothing here waits for a real fsync. */
static struct fake_disk *disk;

enum { PATH_SIZE = 300, HALF = 3, ENTRIES = 6, FILE_LIMIT = 1 << 20 };

static const struct file_layer *layer(void)
{
    return fake_disk_layer(disk);
}

/* A disk of its own for another log; end(): what it returns is at hand again. */
static struct fake_disk *begin(char *directory, size_t size)
{
    struct fake_disk *before = disk;
    disk = fake_disk_create();
    (void)snprintf(directory, size, "/log");
    CHECK_OK(layer()->make_directory(layer(), directory));
    return before;
}

static void end(struct fake_disk *before)
{
    fake_disk_destroy(&disk);
    disk = before;
}

/* Appends so many logins. */
static void append_logins(struct log_store *store, size_t count)
{
    struct log_batch batch;
    log_batch_init(&batch, log_store_count(store));
    log_fixture_add_logins(&batch, count);
    CHECK_OK(log_fixture_append(store, &batch));
    log_batch_deinit(&batch);
}

static void path_of(const char *directory, const char *name,
                    char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/%s", directory, name);
}

static void write_file(const char *directory, const char *name,
                       struct bytes bytes)
{
    char path[PATH_SIZE];
    struct file *file = NULL;
    path_of(directory, name, path);
    CHECK_OK(
        file_open(layer(), path, FILE_READ | FILE_WRITE | FILE_CREATE, &file));
    CHECK_OK(file_truncate(file, 0));
    CHECK_OK(file_write_at(file, 0, bytes));
    file_close(&file);
}

static struct bytes read_file(const char *directory, const char *name)
{
    char path[PATH_SIZE];
    uint8_t *data = NULL;
    size_t size = 0;
    path_of(directory, name, path);
    CHECK_OK(file_read_all(layer(), path, FILE_LIMIT, &data, &size));
    return bytes_of(data, size);
}

static void free_file(struct bytes bytes)
{
    alloc_free((void *)(uintptr_t)bytes.data);
}

/* A log of six logins; how many of them are signed. */
struct small_log {
    struct fake_disk *before;
    char directory[64];
    struct bytes entries;
    struct bytes texts;
    size_t entries_signed; /* bytes */
    size_t texts_signed;
};

static size_t lines_end(struct bytes file, size_t lines)
{
    size_t at = 0;
    for (size_t seen = 0; seen < lines; at++)
        seen += file.data[at] == '\n';
    return at;
}

static struct small_log log_of_six(size_t signed_count)
{
    struct small_log log;
    struct log_store *store = NULL;
    log.before = begin(log.directory, sizeof log.directory);
    CHECK_OK(log_fixture_open(layer(), log.directory, &store));
    append_logins(store, signed_count);
    CHECK_OK(log_fixture_sign(store));
    append_logins(store, ENTRIES - signed_count);
    log_store_close(&store);
    log.entries = read_file(log.directory, "entries");
    log.texts = read_file(log.directory, "texts");
    log.entries_signed = lines_end(log.entries, signed_count);
    log.texts_signed = lines_end(log.texts, signed_count);
    return log;
}

static void release(struct small_log *log)
{
    end(log->before);
    free_file(log->entries);
    free_file(log->texts);
}

static void count_texts(void *context, const struct sealed_text *sealed)
{
    size_t *count = context;
    char plain[LOG_TEXT_MAX];
    CHECK_OK(sealed_text_open(sealed, LOG_FIXTURE_TEXT_KEY, plain));
    (*count)++;
}

static void check_sound(struct log_store *store, uint64_t count)
{
    assert_int_equal(count, log_store_count(store));
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    for (uint64_t n = 0; n < count; n++) {
        struct entry_line read;
        size_t texts = 0;
        CHECK_OK(log_store_line(store, n, &line));
        CHECK_OK(entry_line_read(buffer_text(&line), &read));
        assert_int_equal(n, read.number);
        assert_int_equal(ENTRY_LOGIN, log_store_kind(store, n));
        CHECK_OK(log_store_texts(store, n, count_texts, &texts));
        assert_int_equal(1, texts);
    }
    CHECK_STATUS(STATUS_NOT_FOUND, log_store_line(store, count, &line));
}

/* No finding, and as many entries signed. */
static void on_finding(void *context, const char *where, const char *what)
{
    (void)context;
    fail_msg("%s: %s", where, what);
}

static void check_directory(const char *directory, uint64_t signed_size)
{
    struct log_check_result result;
    const struct log_check_request request = {.layer = layer(),
                                              .directory = directory};
    const struct log_visitor visitor = {.on_finding = on_finding};
    CHECK_OK(log_check_run(&request, &visitor, &result));
    CHECK(result.is_signed);
    assert_int_equal(signed_size, result.signed_size);
}

static void open_check_close(const char *directory, uint64_t count)
{
    struct log_store *store = NULL;
    CHECK_OK(log_fixture_open(layer(), directory, &store));
    check_sound(store, count);
    append_logins(store, 1);
    check_sound(store, count + 1);
    CHECK_OK(log_fixture_sign(store));
    log_store_close(&store);
    check_directory(directory, count + 1);
    CHECK_OK(log_fixture_open(layer(), directory, &store));
    check_sound(store, count + 1);
    log_store_close(&store);
}

static void what_was_appended_is_there_again(void **state)
{
    (void)state;
    for (size_t signed_count = 0; signed_count <= ENTRIES; signed_count++) {
        struct small_log log = log_of_six(signed_count);
        open_check_close(log.directory, ENTRIES);
        release(&log);
    }
}

/* The power goes while the second half is written: its lines are cut at any
 * byte. The first half is signed and whole, and the log goes on. */
static void a_torn_end_is_cut_at_any_byte(void **state)
{
    (void)state;
    struct small_log log = log_of_six(HALF);
    size_t whole = HALF;
    for (size_t size = log.entries_signed; size <= log.entries.size; size++) {
        whole += size > log.entries_signed && log.entries.data[size - 1] == '\n';
        if (size % 5 != 0 && size != log.entries.size)
            continue;
        struct small_log fresh = log_of_six(HALF);
        write_file(fresh.directory, "entries",
                   bytes_of(fresh.entries.data, size));
        write_file(fresh.directory, "unsigned", bytes_of("", 0));
        open_check_close(fresh.directory, whole);
        release(&fresh);
    }
    release(&log);
}

/* Texts are synced before their entries: a torn text has no entry. */
static void a_torn_text_is_cut(void **state)
{
    (void)state;
    struct small_log log = log_of_six(HALF);
    for (size_t size = log.texts_signed; size <= log.texts.size; size += 17) {
        struct small_log fresh = log_of_six(HALF);
        write_file(fresh.directory, "entries",
                   bytes_of(fresh.entries.data, fresh.entries_signed));
        write_file(fresh.directory, "texts", bytes_of(fresh.texts.data, size));
        write_file(fresh.directory, "unsigned", bytes_of("", 0));
        open_check_close(fresh.directory, HALF);
        release(&fresh);
    }
    release(&log);
}

static void a_log_shorter_than_its_checkpoint_is_refused(void **state)
{
    (void)state;
    struct small_log log = log_of_six(ENTRIES);
    struct log_store *store = NULL;
    for (size_t size = 0; size < log.entries.size; size += 11) {
        write_file(log.directory, "entries", bytes_of(log.entries.data, size));
        CHECK_STATUS(STATUS_CORRUPT,
                     log_fixture_open(layer(), log.directory, &store));
        struct bytes after = read_file(log.directory, "entries");
        assert_int_equal(size, after.size);
        free_file(after);
    }
    release(&log);
}

static void every_flipped_bit_of_an_entry_is_noticed(void **state)
{
    (void)state;
    struct small_log log = log_of_six(ENTRIES);
    uint8_t *altered = alloc_array(log.entries.size, 1);
    memcpy(altered, log.entries.data, log.entries.size);
    for (size_t bit = 0; bit < 8 * log.entries.size; bit += 13) {
        struct log_store *store = NULL;
        altered[bit / 8] ^= (uint8_t)(1u << bit % 8);
        write_file(log.directory, "entries",
                   bytes_of(altered, log.entries.size));
        CHECK_STATUS(STATUS_CORRUPT,
                     log_fixture_open(layer(), log.directory, &store));
        altered[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    alloc_free(altered);
    release(&log);
}

static void every_flipped_bit_of_the_checkpoint_is_noticed(void **state)
{
    (void)state;
    struct small_log log = log_of_six(ENTRIES);
    struct bytes checkpoint = read_file(log.directory, "checkpoint");
    uint8_t *altered = alloc_array(checkpoint.size, 1);
    memcpy(altered, checkpoint.data, checkpoint.size);
    for (size_t bit = 0; bit < 8 * checkpoint.size; bit += 3) {
        struct log_store *store = NULL;
        altered[bit / 8] ^= (uint8_t)(1u << bit % 8);
        write_file(log.directory, "checkpoint",
                   bytes_of(altered, checkpoint.size));
        CHECK_STATUS(STATUS_CORRUPT,
                     log_fixture_open(layer(), log.directory, &store));
        altered[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    alloc_free(altered);
    free_file(checkpoint);
    release(&log);
}

/* Behind the checkpoint, what was acknowledged is told from a torn end. */
static void an_acknowledged_end_is_not_cut(void **state)
{
    (void)state;
    struct small_log log = log_of_six(HALF);
    struct log_store *store = NULL;
    for (size_t size = log.entries_signed; size < log.entries.size;
         size += 13) {
        write_file(log.directory, "entries", bytes_of(log.entries.data, size));
        CHECK_STATUS(STATUS_CORRUPT,
                     log_fixture_open(layer(), log.directory, &store));
    }
    release(&log);
}

/* ---- a log of many tiles -------------------------------------------------- */

enum { MANY = 1500 };

static const char *const DERIVED[] = {"tile/0/000",      "tile/0/004",
                                      "tile/0/005.p/220", "tile/1/000.p/5",
                                      "index",            "vkey"};

static void what_is_derived_is_made_again(void **state)
{
    (void)state;
    char directory[64];
    struct fake_disk *before = begin(directory, sizeof directory);
    log_fixture_grow(layer(), directory, MANY);
    check_directory(directory, MANY);
    for (size_t i = 0; i < 2 * sizeof DERIVED / sizeof *DERIVED; i++) {
        const char *name = DERIVED[i / 2];
        struct bytes whole = read_file(directory, name);
        char path[PATH_SIZE];
        path_of(directory, name, path);
        if (i % 2 == 0)
            CHECK_OK(layer()->unlink(layer(), path));
        else
            write_file(directory, name, bytes_of(whole.data, 7));
        log_fixture_grow(layer(), directory, 0);
        struct bytes after = read_file(directory, name);
        assert_int_equal(whole.size, after.size);
        assert_memory_equal(whole.data, after.data, after.size);
        free_file(whole);
        free_file(after);
        check_directory(directory, MANY);
    }
    end(before);
}

static void partial_tiles_do_not_pile_up(void **state)
{
    (void)state;
    char directory[64];
    char path[PATH_SIZE];
    struct file *file = NULL;
    struct fake_disk *before = begin(directory, sizeof directory);
    for (size_t i = 0; i < 300; i += 50)
        log_fixture_grow(layer(), directory, 50);
    path_of(directory, "tile/0/000.p", path);
    CHECK_STATUS(STATUS_NOT_FOUND, file_open(layer(), path, FILE_READ, &file));
    path_of(directory, "tile/0/001.p/44", path);
    CHECK_OK(file_open(layer(), path, FILE_READ, &file));
    file_close(&file);
    check_directory(directory, 300);
    end(before);
}

/* What a witness has cosigned is older than what the tiles hold. */
static void a_smaller_tree_is_read_from_tiles_of_a_larger(void **state)
{
    (void)state;
    static const uint64_t LEAVES[] = {0, 30, 36};
    static const size_t GROWTHS[] = {0, 10, 100, 200, 66000};
    struct tile_reader *reader = alloc_zeroed(sizeof *reader);
    char directory[64];
    struct merkle_hash root;
    struct fake_disk *before = begin(directory, sizeof directory);
    log_fixture_grow(layer(), directory, 37);
    for (size_t i = 0; i < sizeof GROWTHS / sizeof *GROWTHS; i++) {
        if (GROWTHS[i] > 0)
            log_fixture_grow(layer(), directory, GROWTHS[i]);
        for (size_t n = 0; n < sizeof LEAVES / sizeof *LEAVES; n++) {
            struct tree_proof proof;
            struct merkle_hash leaf;
            *reader = (struct tile_reader){
                .layer = layer(), .directory = directory, .size = 37};
            CHECK_OK(tree_prove_leaf(LEAVES[n], 37, tile_reader_node, reader,
                                     &proof));
            CHECK_OK(tile_reader_node(reader, 0, LEAVES[n], &leaf));
            if (i == 0 && n == 0)
                CHECK_OK(tree_root_of(reader->held[0], 37, &root));
            CHECK_OK(tree_check_leaf(LEAVES[n], 37, &leaf, &proof, &root));
        }
    }
    alloc_free(reader);
    end(before);
}

static void count_told(void *context, const struct entry_line *entry,
                       struct text line)
{
    uint64_t *told = context;
    CHECK(entry->number == *told && line.size > 0);
    (*told)++;
}

/* More than is hashed at a start: old lines are told of, not hashed. */
static void a_start_reads_the_end_only(void **state)
{
    (void)state;
    enum { LARGE = LOG_CHECKED_AT_START + 3 * LOG_BUNDLE + 9 };
    char directory[64];
    char key[LOG_PATH_SIZE];
    struct log_store *store = NULL;
    uint64_t told = 0;
    uint8_t letter = 'X';
    char path[PATH_SIZE];
    struct file *file = NULL;
    struct fake_disk *before = begin(directory, sizeof directory);
    log_fixture_grow(layer(), directory, LARGE);
    const struct log_place place = log_fixture_place(directory, key);
    CHECK_OK(log_store_open(layer(), &place, count_told, &told, &store));
    assert_int_equal(LARGE, told);
    log_store_close(&store);
    /* "cause":"0" of the first entry becomes "X": verify finds it. */
    path_of(directory, "entries", path);
    CHECK_OK(file_open(layer(), path, FILE_READ | FILE_WRITE, &file));
    struct bytes head = {NULL, 0};
    uint8_t first[128];
    CHECK_OK(file_read_at(file, 0, first, sizeof first));
    head = bytes_of(first, sizeof first);
    CHECK_OK(file_write_at(file, lines_end(head, 1) - 4, bytes_of(&letter, 1)));
    file_close(&file);
    CHECK_OK(log_fixture_open(layer(), directory, &store));
    log_store_close(&store);
    /* Without the tiles the whole is hashed, and found out. */
    path_of(directory, "tile/1/001.p/3", path);
    CHECK_OK(layer()->unlink(layer(), path));
    path_of(directory, "tile/1/000", path);
    CHECK_OK(layer()->unlink(layer(), path));
    CHECK_STATUS(STATUS_CORRUPT, log_fixture_open(layer(), directory, &store));
    end(before);
}

static enum status open_once(void *context)
{
    struct log_store *store = NULL;
    enum status s = log_fixture_open(layer(), context, &store);
    log_store_close(&store);
    return s;
}

static void opening_survives_lack_of_memory(void **state)
{
    (void)state;
    struct small_log log = log_of_six(HALF);
    test_every_allocation_fails(open_once, log.directory);
    release(&log);
}

TEST_MAIN("log/log_store", TEST(what_was_appended_is_there_again),
          TEST(a_torn_end_is_cut_at_any_byte), TEST(a_torn_text_is_cut),
          TEST(a_log_shorter_than_its_checkpoint_is_refused),
          TEST(every_flipped_bit_of_an_entry_is_noticed),
          TEST(every_flipped_bit_of_the_checkpoint_is_noticed),
          TEST(an_acknowledged_end_is_not_cut),
          TEST(what_is_derived_is_made_again),
          TEST(partial_tiles_do_not_pile_up),
          TEST(a_smaller_tree_is_read_from_tiles_of_a_larger),
          TEST(a_start_reads_the_end_only),
          TEST(opening_survives_lack_of_memory))

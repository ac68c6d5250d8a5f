/* SPDX-License-Identifier: Apache-2.0 */
/* What every file layer promises, tried on the kernel's and on the fake. */
#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "support/fake_disk.h"
#include "unit/test.h"

enum { BLOCK = 4096 };

typedef void layer_test_fn(const struct file_layer *layer,
                           const char *directory);

static void on_both_layers(layer_test_fn *test)
{
    char directory[128];
    test_directory_make(directory, sizeof directory);
    test(&FILE_LAYER_SYSTEM, directory);
    test_directory_remove(directory);
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->make_directory(layer, "/disk"));
    test(layer, "/disk");
}

static void path_in(char path[256], const char *directory, const char *name)
{
    (void)snprintf(path, 256, "%s/%s", directory, name);
}

static void reads_what_was_written(const struct file_layer *layer,
                                   const char *directory)
{
    char path[256];
    path_in(path, directory, "a");
    AUTO(file_close) struct file *file = NULL;
    CHECK_STATUS(STATUS_NOT_FOUND, file_open(layer, path, FILE_READ, &file));
    CHECK(file == NULL);
    CHECK_OK(file_open(layer, path, FILE_READ | FILE_WRITE | FILE_EXCLUSIVE,
                       &file));
    uint8_t bytes[10000];
    struct test_random random = {3};
    test_random_fill(&random, bytes, sizeof bytes);
    CHECK_OK(file_write_at(file, 5000, bytes_of(bytes, sizeof bytes)));
    uint64_t size = 0;
    CHECK_OK(file_size(file, &size));
    CHECK(size == 15000);
    uint8_t got[10000];
    CHECK_OK(file_read_at(file, 5000, got, sizeof got));
    assert_memory_equal(bytes, got, sizeof got);
    CHECK_OK(file_read_at(file, 0, got, 5000));
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(0, got[i]);
    CHECK_STATUS(STATUS_END, file_read_at(file, 5001, got, 10000));
    CHECK_STATUS(STATUS_END, file_read_at(file, UINT64_MAX, got, 1));
    CHECK_OK(file_sync(file));
    CHECK_OK(file_truncate(file, 6000));
    CHECK_STATUS(STATUS_END, file_read_at(file, 5999, got, 2));
    CHECK_OK(file_truncate(file, 7000));
    CHECK_OK(file_read_at(file, 5999, got, 3));
    CHECK(got[0] == bytes[999] && got[1] == 0 && got[2] == 0);
    file_close(&file);
    CHECK_STATUS(STATUS_CONFLICT,
                 file_open(layer, path, FILE_WRITE | FILE_EXCLUSIVE, &file));
}

static void gives_space_and_takes_it_back(const struct file_layer *layer,
                                          const char *directory)
{
    char path[256];
    path_in(path, directory, "volume");
    AUTO(file_close) struct file *file = NULL;
    CHECK_OK(file_open(layer, path, FILE_READ | FILE_WRITE | FILE_CREATE,
                       &file));
    CHECK_OK(file_preallocate(file, 64 * BLOCK));
    uint64_t size = 0;
    CHECK_OK(file_size(file, &size));
    CHECK(size == 64 * BLOCK);
    uint8_t bytes[3 * BLOCK];
    memset(bytes, 0xab, sizeof bytes);
    CHECK_OK(file_write_at(file, 8 * BLOCK, bytes_of(bytes, sizeof bytes)));
    CHECK_OK(file_punch(file, 9 * BLOCK, BLOCK));
    CHECK_OK(file_punch(file, 10 * BLOCK + 100, 50));
    uint8_t got[3 * BLOCK];
    CHECK_OK(file_read_at(file, 8 * BLOCK, got, sizeof got));
    memset(bytes + BLOCK, 0, BLOCK);
    memset(bytes + 2 * BLOCK + 100, 0, 50);
    assert_memory_equal(bytes, got, sizeof got);
    CHECK_OK(file_size(file, &size));
    CHECK(size == 64 * BLOCK);
    uint64_t space = 0;
    CHECK_OK(layer->free_bytes(layer, directory, &space));
    CHECK(space > 0);
}

static void takes_aligned_blocks_past_the_cache(const struct file_layer *layer,
                                                const char *directory)
{
    char path[256];
    path_in(path, directory, "root");
    AUTO(file_close) struct file *file = NULL;
    CHECK_OK(file_open(layer, path,
                       FILE_READ | FILE_WRITE | FILE_CREATE | FILE_DIRECT,
                       &file));
    static uint8_t memory[300 * BLOCK + 1];
    static uint8_t got[300 * BLOCK + 1];
    struct test_random random = {5};
    test_random_fill(&random, memory, sizeof memory);
    for (size_t shift = 0; shift < 2; shift++) { /* aligned memory or not */
        struct bytes bytes = bytes_of(memory + shift, 300 * BLOCK);
        CHECK_OK(file_write_at(file, 2 * BLOCK, bytes));
        CHECK_OK(file_read_at(file, 2 * BLOCK, got + shift, 300 * BLOCK));
        assert_memory_equal(bytes.data, got + shift, bytes.size);
    }
    CHECK_STATUS(STATUS_END, file_read_at(file, 302 * BLOCK, got, BLOCK));
}

/* Parts that may pass the cache by and parts that may not, in turns and in one
 * block of the file system: what was written last is read. */
static void writes_parts_behind_each_other(const struct file_layer *layer,
                                           const char *directory)
{
    enum { UNIT = FILE_BULK_ALIGNMENT, PARTS = 3, SIZE = 60 * UNIT };
    char path[256];
    path_in(path, directory, "bulk");
    AUTO(file_close) struct file *file = NULL;
    CHECK_OK(file_open(layer, path,
                       FILE_READ | FILE_WRITE | FILE_CREATE | FILE_BULK,
                       &file));
    CHECK_OK(file_preallocate(file, SIZE));
    AUTO(alloc_release) uint8_t *memory = alloc_blocks(SIZE);
    static uint8_t expected[SIZE];
    static uint8_t got[SIZE];
    struct test_random random = {6};
    CHECK(memory != NULL);
    test_random_fill(&random, memory, SIZE);
    memset(expected, 0, SIZE);
    for (size_t at = 0; at + 20 * UNIT <= SIZE; at += 5 * UNIT) {
        size_t odd = at / UNIT % 2; /* where in memory, and in the file */
        const struct bytes parts[PARTS] = {
            bytes_of(memory + at + odd, 3 * UNIT),
            bytes_of(memory, 9 * UNIT),
            bytes_of(memory + UNIT, UNIT + odd),
        };
        size_t to = at + odd;
        CHECK_OK(file_write_parts(file, to, parts, PARTS));
        for (size_t i = 0; i < PARTS; i++) {
            memcpy(expected + to, parts[i].data, parts[i].size);
            to += parts[i].size;
        }
        CHECK_OK(file_read_at(file, 0, got, SIZE));
        assert_memory_equal(expected, got, SIZE);
    }
    CHECK_OK(file_sync(file));
}

struct names {
    size_t count;
    bool has_a;
    bool has_b;
};

static void note_name(void *context, const char *name)
{
    struct names *names = context;
    names->count++;
    names->has_a |= strcmp(name, "a") == 0;
    names->has_b |= strcmp(name, "b") == 0;
}

static void knows_names(const struct file_layer *layer, const char *directory)
{
    char sub[256];
    char a[300];
    char b[300];
    path_in(sub, directory, "sub");
    (void)snprintf(a, sizeof a, "%s/a", sub);
    (void)snprintf(b, sizeof b, "%s/b", sub);
    CHECK_OK(layer->make_directory(layer, sub));
    CHECK_OK(layer->make_directory(layer, sub));
    AUTO(file_close) struct file *file = NULL;
    CHECK_OK(file_open(layer, a, FILE_WRITE | FILE_CREATE, &file));
    file_close(&file);
    CHECK_STATUS(STATUS_CONFLICT, layer->make_directory(layer, a));
    CHECK_OK(file_open(layer, b, FILE_WRITE | FILE_CREATE, &file));
    CHECK_OK(layer->sync_directory(layer, sub));
    struct names names = {0};
    CHECK_OK(layer->list(layer, sub, note_name, &names));
    CHECK(names.count == 2 && names.has_a && names.has_b);
    CHECK_OK(layer->rename(layer, a, b));
    CHECK_STATUS(STATUS_NOT_FOUND, layer->rename(layer, a, b));
    names = (struct names){0};
    CHECK_OK(layer->list(layer, sub, note_name, &names));
    CHECK(names.count == 1 && names.has_b);
    CHECK_OK(layer->unlink(layer, b));
    CHECK_STATUS(STATUS_NOT_FOUND, layer->unlink(layer, b));
    CHECK_STATUS(STATUS_NOT_FOUND, layer->list(layer, b, note_name, &names));
    CHECK_STATUS(STATUS_NOT_FOUND, layer->sync_directory(layer, b));
}

static void replaces_and_reads_whole_files(const struct file_layer *layer,
                                           const char *directory)
{
    char path[256];
    path_in(path, directory, "state");
    const char *const texts[] = {"a first version", "", "second"};
    for (size_t i = 0; i < 3; i++) {
        struct bytes bytes = bytes_of(texts[i], strlen(texts[i]));
        CHECK_OK(file_replace(layer, path, bytes));
        uint8_t *content = NULL;
        size_t size = 0;
        CHECK_OK(file_read_all(layer, path, bytes.size, &content, &size));
        CHECK(size == bytes.size);
        assert_string_equal(texts[i], (char *)content);
        alloc_free(content);
        if (bytes.size > 0)
            CHECK_STATUS(STATUS_LIMIT,
                         file_read_all(layer, path, bytes.size - 1, &content,
                                       &size));
    }
}

static void both_read_what_was_written(void **state)
{
    (void)state;
    on_both_layers(reads_what_was_written);
}

static void both_give_space(void **state)
{
    (void)state;
    on_both_layers(gives_space_and_takes_it_back);
}

static void both_take_aligned_blocks(void **state)
{
    (void)state;
    on_both_layers(takes_aligned_blocks_past_the_cache);
    on_both_layers(writes_parts_behind_each_other);
}

static void both_know_names(void **state)
{
    (void)state;
    on_both_layers(knows_names);
}

static void both_replace_whole_files(void **state)
{
    (void)state;
    on_both_layers(replaces_and_reads_whole_files);
}

static void the_kernels_files_are_their_owners(void **state)
{
    (void)state;
    char directory[128];
    char path[256];
    struct stat facts;
    test_directory_make(directory, sizeof directory);
    path_in(path, directory, "private");
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path, bytes_of("x", 1)));
    CHECK(stat(path, &facts) == 0);
    assert_int_equal(0600, facts.st_mode & 07777);
    CHECK(chmod(path, 0640) == 0); /* plant.yaml, as its owner wants it */
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path, bytes_of("y", 1)));
    CHECK(stat(path, &facts) == 0);
    assert_int_equal(0640, facts.st_mode & 07777);
    path_in(path, directory, "room");
    CHECK_OK(FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path));
    CHECK(stat(path, &facts) == 0);
    assert_int_equal(0700, facts.st_mode & 07777);
    test_directory_remove(directory);
}

static void a_full_device_is_told(void **state)
{
    (void)state;
    AUTO(file_close) struct file *file = NULL;
    CHECK_OK(file_open(&FILE_LAYER_SYSTEM, "/dev/full", FILE_WRITE, &file));
    CHECK_STATUS(STATUS_NO_SPACE,
                 file_write_at(file, 0, bytes_of("full", 4)));
}

static enum status replace_and_read(void *context)
{
    const char *path = context;
    uint8_t *content = NULL;
    size_t size = 0;
    enum status s =
        file_replace(&FILE_LAYER_SYSTEM, path, bytes_of("content", 7));
    if (s == STATUS_OK)
        s = file_read_all(&FILE_LAYER_SYSTEM, path, 100, &content, &size);
    alloc_free(content);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    char directory[128];
    char path[256];
    test_directory_make(directory, sizeof directory);
    path_in(path, directory, "file");
    test_every_allocation_fails(replace_and_read, path);
    test_directory_remove(directory);
}

TEST_MAIN("sys/file", TEST(both_read_what_was_written), TEST(both_give_space),
          TEST(both_take_aligned_blocks), TEST(both_know_names),
          TEST(both_replace_whole_files),
          TEST(the_kernels_files_are_their_owners),
          TEST(a_full_device_is_told), TEST(every_allocation_may_fail))

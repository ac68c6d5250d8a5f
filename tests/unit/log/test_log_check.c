/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole small log, every byte of every file of it with one bit flipped, one
 * after another: each is found, and named by its place.
 */
#include "log/log_check.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/tree/cosignature.h"
#include "support/fake_disk.h"
#include "support/log_fixture.h"
#include "unit/test.h"

enum {
    STOPS = 250,
    LOGINS = 12, /* with texts: beyond one tile */
    BEHIND = 3,  /* acknowledged, and not signed */
    TIME_S = 1795305600,
    FILE_MAX = 1 << 18,
};

#define LOG "/log"

struct world {
    struct fake_disk *disk;
    const struct file_layer *layer;
    char witness[NOTE_VKEY_SIZE];
};

static void cosign(struct world *world)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    AUTO(buffer_deinit) struct buffer cosigned = buffer_with_limit(FILE_MAX);
    uint8_t private_key[SIGN_PRIVATE_SIZE];
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct note_key witness;
    struct note note;
    size_t size = 0;
    CHECK_OK(file_read_all(world->layer, LOG "/checkpoint", NOTE_SIZE_MAX,
                           &memory, &size));
    CHECK_OK(note_parse(bytes_text(bytes_of(memory, size)), &note));
    CHECK_OK(sign_key_make(private_key, public_key));
    CHECK_OK(note_key_make(text_of("witness.example/one"),
                           NOTE_KEY_COSIGNATURE, public_key, &witness));
    buffer_append(&cosigned, bytes_of(memory, size));
    CHECK_OK(cosignature_make(note.text, &witness, private_key, TIME_S,
                              &cosigned));
    CHECK_OK(world->layer->make_directory(world->layer, LOG "/cosigned"));
    CHECK_OK(file_replace(world->layer, LOG "/cosigned/one",
                          buffer_bytes(&cosigned)));
    note_key_format(&witness, world->witness);
}

static void append(struct log_store *store, size_t stops, size_t logins)
{
    struct log_batch batch;
    log_batch_init(&batch, log_store_count(store));
    log_fixture_add_stops(&batch, stops);
    log_fixture_add_logins(&batch, logins);
    CHECK_OK(log_fixture_append(store, &batch));
    log_batch_deinit(&batch);
}

static struct world make(void)
{
    struct world world = {.disk = fake_disk_create()};
    struct log_store *store = NULL;
    world.layer = fake_disk_layer(world.disk);
    CHECK_OK(world.layer->make_directory(world.layer, LOG));
    CHECK_OK(log_fixture_open(world.layer, LOG, &store));
    append(store, STOPS, LOGINS);
    CHECK_OK(log_fixture_sign(store));
    append(store, 0, BEHIND);
    log_store_close(&store);
    cosign(&world);
    return world;
}

/* ---- what is found -------------------------------------------------------- */

struct found {
    char wanted[LOG_WHERE_SIZE];
    size_t count;
    bool is_named;
    char last[LOG_WHERE_SIZE];
};

static void on_finding(void *context, const char *where, const char *what)
{
    struct found *found = context;
    (void)what;
    found->count++;
    found->is_named |=
        strncmp(where, found->wanted, strlen(found->wanted)) == 0;
    /* A line of whom nobody asked for, and the witness that has none. */
    found->is_named |= strncmp(found->wanted, "cosigned", 8) == 0 &&
                       strncmp(where, "witness", 7) == 0;
    (void)snprintf(found->last, sizeof found->last, "%s", where);
}

static void look(const struct world *world, struct found *found)
{
    struct log_check_result result;
    const struct log_check_request request = {.layer = world->layer,
                                              .directory = LOG,
                                              .witnesses = {world->witness},
                                              .witness_count = 1};
    const struct log_visitor visitor = {.on_finding = on_finding,
                                        .context = found};
    CHECK_OK(log_check_run(&request, &visitor, &result));
}

/* The line in which this byte stands, or where all of a file is one place. */
static void want(struct found *found, const char *name, struct bytes content,
                 size_t at)
{
    size_t line = 1;
    bool is_lines = strcmp(name, "entries") == 0 || strcmp(name, "texts") == 0;
    for (size_t i = 0; i < at; i++)
        line += content.data[i] == '\n';
    if (is_lines && at + 1 < content.size) /* else: the end is missing */
        (void)snprintf(found->wanted, sizeof found->wanted, "%s line %zu",
                       name, line);
    else
        (void)snprintf(found->wanted, sizeof found->wanted, "%s", name);
}

static void put(const struct world *world, const char *path, size_t at,
                uint8_t byte)
{
    struct file *file = NULL;
    CHECK_OK(file_open(world->layer, path, FILE_READ | FILE_WRITE, &file));
    CHECK_OK(file_write_at(file, at, bytes_of(&byte, 1)));
    file_close(&file);
}

static void flip_all(const struct world *world, const char *name)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    char path[LOG_PATH_SIZE];
    size_t size = 0;
    (void)snprintf(path, sizeof path, LOG "/%s", name);
    CHECK_OK(file_read_all(world->layer, path, FILE_MAX, &memory, &size));
    if (size == 0)
        fail_msg("%s is empty", name);
    for (size_t at = 0; at < size; at++) {
        struct found found = {.count = 0};
        uint8_t bit = (uint8_t)(1U << ((at * 2654435761U >> 7) % 8));
        want(&found, name, bytes_of(memory, size), at);
        put(world, path, at, memory[at] ^ bit);
        look(world, &found);
        put(world, path, at, memory[at]);
        if (!found.is_named)
            fail_msg("%s, byte %zu, bit %02x: %zu findings, the last %s, none "
                     "at %s", name, at, bit, found.count, found.last,
                     found.wanted);
    }
}

static void every_flipped_byte_is_found_and_named(void **state)
{
    (void)state;
    static const char *const FILES[] = {
        "entries",         "texts",      "unsigned", "index",
        "checkpoint",      "vkey",       "tile/0/000",
        "tile/0/001.p/6", "tile/1/000.p/1", "cosigned/one",
    };
    struct world world = make();
    struct found none = {.count = 0};
    look(&world, &none);
    if (none.count != 0)
        fail_msg("sound, and yet: %s", none.last);
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++)
        flip_all(&world, FILES[i]);
    fake_disk_destroy(&world.disk);
}

/* ---- what nobody would see in the lines alone -------------------------------- */

static void a_text_that_is_removed_is_missed(void **state)
{
    (void)state;
    struct world world = make();
    AUTO(alloc_release) uint8_t *memory = NULL;
    struct found found = {.wanted = "texts"};
    size_t size = 0;
    CHECK_OK(file_read_all(world.layer, LOG "/texts", FILE_MAX, &memory,
                           &size));
    const uint8_t *second = memchr(memory, '\n', size);
    CHECK(second != NULL);
    size_t skip = (size_t)(second - memory) + 1;
    CHECK_OK(file_replace(world.layer, LOG "/texts",
                          bytes_of(memory + skip, size - skip)));
    look(&world, &found);
    CHECK(found.is_named && found.count == 1);
    struct log_check_result result;
    const struct log_check_request request = {.layer = world.layer,
                                              .directory = LOG};
    const struct log_visitor visitor = {.on_finding = on_finding,
                                        .context = &found};
    CHECK_OK(world.layer->unlink(world.layer, LOG "/texts"));
    CHECK_OK(log_check_run(&request, &visitor, &result));
    CHECK(found.count == 1); /* no more than before */
    assert_int_equal(LOGINS + BEHIND, result.texts_absent);
    fake_disk_destroy(&world.disk);
}

TEST_MAIN("log/log_check", TEST(every_flipped_byte_is_found_and_named),
          TEST(a_text_that_is_removed_is_missed))

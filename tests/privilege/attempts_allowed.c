/* SPDX-License-Identifier: Apache-2.0 */
/* What roles are for: without it the walls would prove nothing. */
#include "privilege/attempt.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "sys/file.h"
#include "sys/logger.h"
#include "sys/loop.h"
#include "sys/random.h"
#include "sys/ring.h"
#include "sys/sandbox.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"
#include "sys/worker.h"

static int did_if(bool is_done)
{
    return is_done ? CHILD_DID_IT : CHILD_CANNOT;
}

/* ---- what every role must be able to ------------------------------------- */

static void stop_loop(void *context, struct timer *timer)
{
    (void)timer;
    loop_stop(context);
}

static bool can_use_the_loop(void)
{
    struct loop *loop = NULL;
    struct timer *timer = NULL;
    if (loop_create(&loop) != STATUS_OK ||
        timer_make(loop, "test", stop_loop, loop, &timer) != STATUS_OK)
        return false;
    timer_start(timer, 2, 0);
    loop_run(loop);
    timer_destroy(&timer);
    loop_destroy(&loop);
    return true;
}

static bool can_use_memory(void)
{
    for (size_t size = 1; size <= 64u << 20; size *= 4) {
        uint8_t *memory = malloc(size);
        if (memory == NULL)
            return false;
        memset(memory, 1, size);
        memory = realloc(memory, size * 2);
        if (memory == NULL)
            return false;
        free(memory);
    }
    return true;
}

static bool can_talk(const struct ground *ground)
{
    char got[16];
    size_t size = 0;
    int descriptor = -1;
    return socket_send_packet(ground->pair[0], bytes_of("hello", 5),
                              ground->key_file) == STATUS_OK &&
           socket_receive_packet(ground->pair[1], got, sizeof got, &size,
                                 &descriptor) == STATUS_OK &&
           size == 5 && descriptor >= 0 && close(descriptor) == 0;
}

static bool can_use_its_descriptors(const struct ground *ground)
{
    struct stat facts;
    char block[8];
    return pwrite(ground->key_file, "12345678", 8, 0) == 8 &&
           fdatasync(ground->key_file) == 0 &&
           pread(ground->key_file, block, 8, 0) == 8 &&
           fstat(ground->key_file, &facts) == 0;
}

static bool can_compute(void)
{
    uint8_t digest[SHA256_SIZE];
    uint8_t random[32];
    struct bytes part = bytes_of("abc", 3);
    random_fill(random, sizeof random);
    log_line(LOG_DEBUG, "a line %d", 1);
    return sha256(&part, 1, digest) == STATUS_OK && digest[0] == 0xba;
}

static bool can_hash_passwords(void)
{
    char hash[PASSWORD_HASH_SIZE];
    struct text password = text_of("correct horse battery staple");
    return password_hash(password, hash) == STATUS_OK &&
           password_verify(hash, password) == STATUS_OK;
}

static bool can_use_the_ring(const struct ground *ground)
{
    struct ring_writer *writer = NULL;
    uint8_t *room = NULL;
    if (ring_writer_create(ground->ring, &writer) != STATUS_OK ||
        ring_reserve(writer, 1, 100, &room) != STATUS_OK)
        return false;
    ring_commit(writer);
    ring_writer_destroy(&writer);
    return true;
}

static int do_ordinary_work(const struct ground *ground)
{
    bool works = can_use_the_loop() && can_use_memory() && can_talk(ground) &&
                 can_use_its_descriptors(ground) && can_compute() &&
                 can_hash_passwords() && can_use_the_ring(ground);
    return works ? CHILD_DID_IT : CHILD_CANNOT;
}

struct job {
    struct loop *loop;
    size_t done;
};

static void allocate_much(void *context)
{
    (void)context;
    for (size_t i = 0; i < 1000; i++)
        free(malloc(i * 100));
}

static void count_done(void *context)
{
    struct job *job = context;
    if (++job->done == 32)
        loop_stop(job->loop);
}

static int do_threaded_work(const struct ground *ground)
{
    (void)ground;
    struct job job = {0};
    struct worker *worker = NULL;
    if (loop_create(&job.loop) != STATUS_OK ||
        worker_create(job.loop, "test", 4, &worker) != STATUS_OK)
        return CHILD_CANNOT;
    for (size_t i = 0; i < 32; i++)
        if (worker_submit(worker, allocate_much, count_done, &job) !=
            STATUS_OK)
            return CHILD_CANNOT;
    loop_run(job.loop);
    worker_destroy(&worker);
    loop_destroy(&job.loop);
    return CHILD_DID_IT;
}

static void ignore_name(void *context, const char *name)
{
    (void)name;
    ++*(size_t *)context;
}

static bool use_files(const char *directory)
{
    const struct file_layer *layer = &FILE_LAYER_SYSTEM;
    char path[256];
    char sub[256];
    uint64_t space = 0;
    size_t names = 0;
    (void)snprintf(path, sizeof path, "%s/state", directory);
    (void)snprintf(sub, sizeof sub, "%s/sub", directory);
    if (file_replace(layer, path, bytes_of("x", 1)) != STATUS_OK ||
        layer->make_directory(layer, sub) != STATUS_OK ||
        layer->list(layer, directory, ignore_name, &names) != STATUS_OK ||
        layer->free_bytes(layer, directory, &space) != STATUS_OK)
        return false;
    struct file *file = NULL;
    static uint8_t block[4096] __attribute__((aligned(4096)));
    (void)snprintf(path, sizeof path, "%s/sub/volume", directory);
    if (file_open(layer, path, FILE_READ | FILE_WRITE | FILE_CREATE |
                                   FILE_DIRECT, &file) != STATUS_OK ||
        file_preallocate(file, 1 << 20) != STATUS_OK ||
        file_write_at(file, 0, bytes_of(block, sizeof block)) != STATUS_OK ||
        file_sync(file) != STATUS_OK ||
        file_punch(file, 0, 4096) != STATUS_OK ||
        file_truncate(file, 0) != STATUS_OK)
        return false;
    file_close(&file);
    return layer->unlink(layer, path) == STATUS_OK && names >= 2;
}

static const char *const DATABASE_STEPS[] = {
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)",
    "BEGIN IMMEDIATE",
    "INSERT INTO t(b) VALUES(hex(randomblob(20000)))",
    "COMMIT",
    "SELECT count(*) FROM t ORDER BY b",
    "PRAGMA quick_check(1)",
};

/* As office and index open theirs. */
static bool use_database(const char *directory, const char *name,
                         const char *pragmas)
{
    char path[256];
    sqlite3 *database = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    if (sqlite3_open_v2(path, &database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        NULL) != SQLITE_OK ||
        sqlite3_exec(database, pragmas, NULL, NULL, NULL) != SQLITE_OK)
        return false;
    for (size_t i = 0; i < sizeof DATABASE_STEPS / sizeof DATABASE_STEPS[0];
         i++)
        if (sqlite3_exec(database, DATABASE_STEPS[i], NULL, NULL, NULL) !=
            SQLITE_OK)
            return false;
    return sqlite3_close(database) == SQLITE_OK;
}

static int do_database_work(const struct ground *ground)
{
    bool works =
        use_database(ground->inside, "office",
                     "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL;"
                     "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON") &&
        use_database(ground->inside, "index",
                     "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;"
                     "PRAGMA temp_store=MEMORY") &&
        use_database(ground->inside, "shared",
                     "PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY");
    return works ? CHILD_DID_IT : CHILD_CANNOT;
}

static int do_file_work(const struct ground *ground)
{
    return use_files(ground->inside) ? CHILD_DID_IT : CHILD_CANNOT;
}

/* ---- what only some may --------------------------------------------------- */

static int try_open_inside(const struct ground *ground)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/new", ground->inside);
    return did_if(open(path, O_RDWR | O_CREAT, 0600) >= 0);
}

static int try_accept(const struct ground *ground)
{
    char address[SOCKET_ADDRESS_SIZE];
    int accepted = -1;
    return did_if(socket_accept(ground->listener, address, &accepted) ==
                  STATUS_OK);
}

static void *do_nothing(void *context)
{
    return context;
}

static int try_thread(const struct ground *ground)
{
    (void)ground;
    pthread_t thread;
    if (pthread_create(&thread, NULL, do_nothing, NULL) != 0)
        return CHILD_REFUSED;
    (void)pthread_join(thread, NULL);
    return CHILD_DID_IT;
}

static int try_memfd(const struct ground *ground)
{
    (void)ground;
    int made = -1;
    struct bytes picture = bytes_of("picture", 7);
    return did_if(sealed_memory_make(&picture, 1, &made) == STATUS_OK);
}

const struct attempt ALLOWED[] = {
    {"do ordinary work", do_ordinary_work, 0, 1},
    {"open a file inside", try_open_inside, SANDBOX_FILES, 1},
    {"work with files", do_file_work, SANDBOX_FILES, 1},
    {"work with a database", do_database_work, SANDBOX_FILES, 1},
    {"accept", try_accept, SANDBOX_ACCEPT, 1},
    {"make a thread", try_thread, SANDBOX_THREADS, 1},
    {"work on threads", do_threaded_work, SANDBOX_THREADS, 1},
    {"make a memfd", try_memfd, SANDBOX_MEMFD, 1},
};

const size_t ALLOWED_COUNT = sizeof ALLOWED / sizeof ALLOWED[0];

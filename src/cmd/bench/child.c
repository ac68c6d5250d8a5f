/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/number.h"
#include "base/text.h"
#include "cmd/bench/bench.h"
#include "sys/socket.h"

enum { STAT_SIZE = 1024, TREE_MAX = 4096, POLL_MS = 20 };

/* Fields of /proc/PID/stat behind the command's name; see proc(5). */
enum {
    FIELD_PARENT = 1,
    FIELD_USER_TICKS = 11,
    FIELD_CHILDREN_SYSTEM_TICKS = 14,
    FIELD_COUNT = 15,
};

/* In the child: never returns. says: descriptor for standard error, or -1. */
static _Noreturn void become(int core, int says, char *const *arguments)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    int null = open("/dev/null", O_RDWR);
    if (says < 0 && getenv("HAECHI_BENCH_LOG") == NULL)
        says = null;
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
        dup2(null, STDOUT_FILENO) < 0 ||
        (says >= 0 && dup2(says, STDERR_FILENO) < 0))
        _exit(127);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (core != BENCH_ANY_CORE) {
        CPU_SET((size_t)core, &cores);
        (void)sched_setaffinity(0, sizeof cores, &cores);
    }
    (void)execvp(arguments[0], arguments);
    _exit(127);
}

static int start(int core, int says, const char *const *arguments)
{
    char *writable[BENCH_ARGUMENTS_MAX + 1] = {NULL};
    for (size_t i = 0; arguments[i] != NULL && i < BENCH_ARGUMENTS_MAX; i++)
        memcpy(&writable[i], &arguments[i], sizeof writable[i]);
    int child = fork();
    if (child == 0)
        become(core, says, writable);
    return child;
}

int bench_child_start(int core, const char *const *arguments)
{
    return start(core, -1, arguments);
}

int bench_child_start_logged(const char *path, const char *const *arguments)
{
    int says = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (says < 0)
        return -1;
    int child = start(BENCH_ANY_CORE, says, arguments);
    (void)close(says);
    return child;
}

void bench_sleep_ms(unsigned ms)
{
    (void)usleep(ms * 1000);
}

int bench_child_stop(int child, int timeout_ms)
{
    int status = 0;
    (void)kill(child, SIGTERM);
    for (int waited = 0; waited < timeout_ms; waited += POLL_MS) {
        if (waitpid(child, &status, WNOHANG) == child)
            return WIFEXITED(status) ? WEXITSTATUS(status)
                                     : 128 + WTERMSIG(status);
        bench_sleep_ms(POLL_MS);
    }
    (void)kill(child, SIGKILL);
    (void)waitpid(child, &status, 0);
    return 128 + SIGKILL;
}

/* The first FIELD_COUNT numbers behind the name; false where it is gone. */
static bool read_stat(const char *id, uint64_t fields[FIELD_COUNT])
{
    char path[64];
    char line[STAT_SIZE];
    (void)snprintf(path, sizeof path, "/proc/%s/stat", id);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool is_read = fgets(line, sizeof line, file) != NULL;
    (void)fclose(file);
    char *name_end = is_read ? strrchr(line, ')') : NULL;
    if (name_end == NULL || name_end[1] != ' ')
        return false;
    struct text rest = text_of(name_end + 2);
    for (int i = 0; i < FIELD_COUNT; i++) {
        struct text word = text_cut(&rest, ' ');
        fields[i] = 0; /* the state and negative numbers stay 0 */
        if (number_parse_u64(word, 0, UINT64_MAX, &fields[i]) != STATUS_OK)
            continue;
    }
    return true;
}

struct process_row {
    uint64_t id;
    uint64_t parent;
    uint64_t ticks;
    bool is_below;
};

static size_t read_all(struct process_row rows[TREE_MAX])
{
    size_t count = 0;
    DIR *directory = opendir("/proc");
    const struct dirent *entry = NULL;
    while (directory != NULL && count < TREE_MAX &&
           (entry = readdir(directory)) != NULL) {
        uint64_t fields[FIELD_COUNT];
        struct process_row row = {0};
        if (number_parse_u64(text_of(entry->d_name), 1, UINT32_MAX,
                             &row.id) != STATUS_OK ||
            !read_stat(entry->d_name, fields))
            continue;
        row.parent = fields[FIELD_PARENT];
        for (int i = FIELD_USER_TICKS; i <= FIELD_CHILDREN_SYSTEM_TICKS; i++)
            row.ticks += fields[i];
        rows[count++] = row;
    }
    if (directory != NULL)
        (void)closedir(directory);
    return count;
}

/* Marks the tree below root: a few passes, as deep as processes nest. */
static void mark_tree(struct process_row *rows, size_t count, uint64_t root)
{
    bool found = true;
    for (size_t i = 0; i < count; i++)
        rows[i].is_below = rows[i].id == root;
    while (found) {
        found = false;
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < count && !rows[i].is_below; k++)
                if (rows[k].is_below && rows[k].id == rows[i].parent)
                    found = rows[i].is_below = true;
    }
}

double bench_tree_cpu_s(int root)
{
    static struct process_row rows[TREE_MAX];
    size_t count = read_all(rows);
    uint64_t ticks = 0;
    mark_tree(rows, count, (uint64_t)root);
    for (size_t i = 0; i < count; i++)
        if (rows[i].is_below)
            ticks += rows[i].ticks;
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static bool is_role(uint64_t id, const char *role)
{
    char path[64];
    char line[STAT_SIZE] = {0};
    (void)snprintf(path, sizeof path, "/proc/%llu/cmdline",
                   (unsigned long long)id);
    FILE *file = fopen(path, "re");
    size_t size = file == NULL ? 0 : fread(line, 1, sizeof line - 1, file);
    if (file != NULL)
        (void)fclose(file);
    for (size_t at = 0; at < size; at += strlen(line + at) + 1)
        if (at > 0 && strcmp(line + at, role) == 0)
            return true;
    return false;
}

double bench_role_cpu_s(int root, const char *role)
{
    static struct process_row rows[TREE_MAX];
    size_t count = read_all(rows);
    mark_tree(rows, count, (uint64_t)root);
    for (size_t i = 0; i < count; i++)
        if (rows[i].is_below && is_role(rows[i].id, role))
            return (double)rows[i].ticks / (double)sysconf(_SC_CLK_TCK);
    return 0;
}

static uint64_t pss_bytes(uint64_t id)
{
    char path[64];
    char line[STAT_SIZE];
    uint64_t kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%llu/smaps_rollup",
                   (unsigned long long)id);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        struct text rest = text_of(line);
        if (!text_equal(text_cut(&rest, ':'), text_of("Pss")))
            continue;
        rest = text_trim(rest);
        if (number_parse_u64(text_cut(&rest, ' '), 0, UINT64_MAX, &kib) !=
            STATUS_OK)
            kib = 0;
        break;
    }
    if (file != NULL)
        (void)fclose(file);
    return kib * 1024;
}

uint64_t bench_tree_pss_bytes(int root)
{
    static struct process_row rows[TREE_MAX];
    size_t count = read_all(rows);
    uint64_t bytes = 0;
    mark_tree(rows, count, (uint64_t)root);
    for (size_t i = 0; i < count; i++)
        if (rows[i].is_below)
            bytes += pss_bytes(rows[i].id);
    return bytes;
}

bool bench_own_path(char *out, size_t size)
{
    ssize_t used = readlink("/proc/self/exe", out, size - 1);
    if (used <= 0)
        return false;
    out[used] = 0;
    return true;
}

uint16_t bench_free_port(void)
{
    int listener = -1;
    if (socket_listen_tcp("127.0.0.1", 0, &listener) != STATUS_OK)
        return 0;
    uint16_t port = socket_port(listener);
    socket_close(&listener);
    return port;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether ThreadSanitizer works here: two threads of a child that race must be
 * reported, and two that do not must not. Without this, a run without reports
 * would say nothing.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPORTED = 66, TURNS = 100000 };

struct shared {
    pthread_mutex_t mutex;
    bool is_guarded;
    unsigned long turns;
};

static void *count(void *context)
{
    struct shared *shared = context;
    for (int i = 0; i < TURNS; i++) {
        if (shared->is_guarded)
            (void)pthread_mutex_lock(&shared->mutex);
        shared->turns++;
        if (shared->is_guarded)
            (void)pthread_mutex_unlock(&shared->mutex);
    }
    return NULL;
}

static int run(bool is_guarded)
{
    static struct shared shared = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    pthread_t other;
    shared.is_guarded = is_guarded;
    if (pthread_create(&other, NULL, count, &shared) != 0)
        return 1;
    (void)count(&shared);
    (void)pthread_join(other, NULL);
    return shared.turns == 0;
}

/* The child's exit code; what the sanitizer writes is not for this log. */
static int exit_code(bool is_guarded)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(1);
        exit(run(is_guarded));
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
    bool is_seen = exit_code(false) == REPORTED;
    bool is_quiet = exit_code(true) == 0;
    (void)printf("1..2\n%sok 1 - a race is reported\n"
                 "%sok 2 - what is guarded is not\n",
                 is_seen ? "" : "not ", is_quiet ? "" : "not ");
    return is_seen && is_quiet ? 0 : 1;
}

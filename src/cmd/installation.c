/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/installation.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/findings_output.h"
#include "crypto/certificate.h"
#include "crypto/secret.h"
#include "notice/configuration.h"
#include "notice/plant_site.h"
#include "notice/versions/store.h"
#include "store/volume_set.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/lock.h"
#include "sys/logger.h"
#include "sys/process.h"
#include "sys/socket.h"

enum {
    RESTART_WAIT_MS = 200,
    RESTARTS_IN_A_ROW_MAX = 20,
    LIVED_LONG_US = 10 * SECOND_US,
    REASON_SIZE = 64,
};

struct installation {
    const char *directory;
    struct lock *lock;
    struct loop *loop;
    struct process *supervisor;
    struct timer *restart_timer;
    installation_stopped_fn *on_stopped;
    void *context;
    unsigned restarts;
    unsigned restarts_in_a_row;
    int64_t started_boot_us;
    int64_t died_boot_us; /* of the supervisor before this one */
    char reason[REASON_SIZE]; /* how it ended; empty: there was none */
    bool is_stopping;
};

/* ---- checks ------------------------------------------------------------------ */

static int load(const char *directory, const char *site,
                struct configuration *configuration)
{
    struct findings findings = {0};
    enum status s = configuration_load_site(&FILE_LAYER_SYSTEM, directory,
                                            site, &findings, configuration);
    const int code = s == STATUS_OK ? EXIT_OK : EXIT_USAGE;
    if (s != STATUS_OK && findings.count == 0)
        (void)fprintf(stderr, "haechi: %s: %s\n", directory, status_name(s));
    (void)findings_output(&findings, false);
    findings_deinit(&findings);
    return code;
}

static int environment(const char *what, const char *subject,
                       const char *remedy)
{
    (void)fprintf(stderr, "haechi: %s: %s - %s\n", subject, what, remedy);
    return EXIT_ENVIRONMENT;
}

static int make_directories(const char *directory)
{
    static const char *const NAMES[] = {"run", "keys", "volumes", "index",
                                        "events", "log", "office", "tls",
                                        NOTICE_VERSIONS_DIRECTORY,
                                        NOTICE_DRAFTS_DIRECTORY};
    char path[PATH_SIZE];
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", directory, NAMES[i]);
        if (FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path) != STATUS_OK)
            return environment("cannot make this directory", path,
                               "let the user who runs haechi own the "
                               "directory above it, on a writable disk");
    }
    return EXIT_OK;
}

static int take_lock(struct installation *installation)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/run/lock", installation->directory);
    enum status s = lock_take(path, &installation->lock);
    if (s == STATUS_OK)
        return EXIT_OK;
    if (s == STATUS_CONFLICT)
        return environment("another haechi runs this installation", path,
                           "stop that one first (Ctrl-C, or its service)");
    return environment("cannot lock", path,
                       "the directory must be writable and on a local disk");
}

/* A port that somebody else has would make the start fail half-way. */
static int check_port(const struct plant *plant)
{
    char address[64];
    char where[96];
    int listener = -1;
    if (!text_copy(plant->web_address, address, sizeof address))
        return EXIT_USAGE;
    (void)snprintf(where, sizeof where, "%s port %u", address,
                   (unsigned)plant->web_port);
    enum status s = socket_listen_tcp(address, plant->web_port, &listener);
    socket_close(&listener);
    if (s == STATUS_CONFLICT)
        return environment("the port is taken", where,
                           "stop what listens there, or set web: port: in "
                           "plant.yaml to another");
    if (s != STATUS_OK)
        return environment("cannot listen there", where,
                           "set web: address: in plant.yaml to an address of "
                           "this machine, and a port above 1023 without root");
    return EXIT_OK;
}

static void count_volume(void *context, const char *name)
{
    size_t *count = context;
    uint16_t class_id = 0;
    uint32_t number = 0;
    *count += volume_name_parse(name, &class_id, &number) == STATUS_OK;
}

static bool has_volumes(const char *directory)
{
    size_t count = 0;
    return FILE_LAYER_SYSTEM.list(&FILE_LAYER_SYSTEM, directory, count_volume,
                                  &count) == STATUS_OK &&
           count > 0;
}

/* Cameras of one period share volumes; each period needs one of its own. */
static uint64_t count_periods(const struct configuration *configuration)
{
    const struct notice *notice = configuration->notice;
    uint64_t count = 0;
    for (size_t i = 0; i < notice->group_count; i++) {
        struct retention period = notice->groups[i].retention;
        bool is_first = plant_stores_group(configuration->plant, notice, i);
        for (size_t j = 0; is_first && j < i; j++)
            is_first = !plant_stores_group(configuration->plant, notice, j) ||
                       notice_class_of(notice, notice->groups[j].retention) !=
                           notice_class_of(notice, period);
        count += is_first;
    }
    return count;
}

/* Without room for its first volumes the recorder could record nothing. A disk
 * that is missing is the vault's to tell, as long as another one is there. */
static int check_space(const char *directory,
                       const struct configuration *configuration)
{
    char path[PATH_SIZE];
    char subject[PATH_SIZE + 64];
    const struct plant *plant = configuration->plant;
    uint64_t free_bytes = 0;
    enum status s = STATUS_NOT_FOUND;
    for (size_t i = 0; i < plant->disk_count; i++) {
        uint64_t bytes = 0;
        if (!plant_disk_path(&plant->disks[i], directory, path, sizeof path) ||
            FILE_LAYER_SYSTEM.free_bytes(&FILE_LAYER_SYSTEM, path, &bytes) !=
                STATUS_OK)
            continue;
        if (has_volumes(path))
            return EXIT_OK;
        free_bytes += bytes;
        s = STATUS_OK;
    }
    if (s != STATUS_OK)
        return environment("cannot read the disk's free space", path,
                           "check that the disk is mounted");
    uint64_t needed_bytes =
        count_periods(configuration) * plant->volume_bytes +
        volume_set_reserve_bytes(plant->volume_bytes) +
        plant->hold_reserve_bytes;
    if (free_bytes >= needed_bytes)
        return EXIT_OK;
    (void)snprintf(subject, sizeof subject,
                   "%s: %llu MiB free, %llu MiB needed", path,
                   (unsigned long long)(free_bytes >> 20),
                   (unsigned long long)(needed_bytes >> 20));
    return environment("less than one volume for each period", subject,
                       "free some space, use another disk, or set storage: "
                       "volume: in plant.yaml lower");
}

/* ---- certificate -------------------------------------------------------------- */

static enum status write_pem(const char *directory, const char *name,
                             const char *pem)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/tls/%s", directory, name);
    return file_replace(&FILE_LAYER_SYSTEM, path,
                        text_bytes(text_of(pem)));
}

static int make_certificate(const char *directory, const struct plant *plant)
{
    char path[PATH_SIZE];
    struct file *file = NULL;
    (void)snprintf(path, sizeof path, "%s/tls/certificate.pem", directory);
    enum status s = file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file);
    file_close(&file);
    if (s != STATUS_NOT_FOUND)
        return s == STATUS_OK ? EXIT_OK
                              : environment("cannot read", path,
                                            "check its owner and mode");
    struct certificate *certificate = alloc_zeroed(sizeof *certificate);
    s = certificate == NULL
            ? STATUS_NO_MEMORY
            : certificate_make(plant->web_names, plant->web_name_count,
                               clock_wall(&CLOCK_SYSTEM), certificate);
    if (s == STATUS_OK)
        s = write_pem(directory, "key.pem", certificate->private_key_pem);
    if (s == STATUS_OK)
        s = write_pem(directory, "certificate.pem",
                      certificate->certificate_pem);
    if (certificate != NULL)
        secret_wipe(certificate, sizeof *certificate);
    alloc_free(certificate);
    return s == STATUS_OK ? EXIT_OK
                          : environment("cannot make a certificate", path,
                                        "web: names: in plant.yaml must be "
                                        "host names or addresses");
}

/* ---- prepare ------------------------------------------------------------------ */

static int prepare(struct installation *installation,
                   const struct configuration *configuration)
{
    const char *directory = installation->directory;
    int code = make_directories(directory);
    if (code == EXIT_OK)
        code = take_lock(installation);
    if (code == EXIT_OK)
        code = check_space(directory, configuration);
    if (code == EXIT_OK)
        code = check_port(configuration->plant);
    if (code == EXIT_OK)
        code = make_certificate(directory, configuration->plant);
    /* From here on the processes find the site by themselves. */
    if (code == EXIT_OK &&
        configuration_keep_site(&FILE_LAYER_SYSTEM, directory,
                                configuration) != STATUS_OK)
        code = environment("cannot write the file 'site'", directory,
                           "let this user write there");
    return code;
}

int installation_prepare(const char *directory, const char *site,
                         struct installation **out)
{
    *out = NULL;
    struct configuration configuration = {0};
    int code = load(directory, site, &configuration);
    if (code != EXIT_OK)
        return code;
    struct installation *installation = alloc_zeroed(sizeof *installation);
    if (installation == NULL) {
        configuration_deinit(&configuration);
        return EXIT_ENVIRONMENT;
    }
    installation->directory = directory;
    code = prepare(installation, &configuration);
    configuration_deinit(&configuration);
    if (code == EXIT_OK)
        *out = installation;
    else
        installation_destroy(&installation);
    return code;
}

void installation_destroy(struct installation **installation)
{
    struct installation *old = *installation;
    *installation = NULL;
    if (old == NULL)
        return;
    process_destroy(&old->supervisor);
    timer_destroy(&old->restart_timer);
    lock_release(&old->lock);
    alloc_free(old);
}

/* ---- run ---------------------------------------------------------------------- */

static void on_exit(void *context, struct process *process, int wait_status)
{
    struct installation *installation = context;
    (void)process;
    process_destroy(&installation->supervisor);
    int code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
                                      : EXIT_ENVIRONMENT;
    bool lived_long = clock_boot(&CLOCK_SYSTEM).us -
                          installation->started_boot_us >
                      LIVED_LONG_US;
    installation->restarts_in_a_row =
        lived_long ? 0 : installation->restarts_in_a_row + 1;
    if (installation->is_stopping ||
        installation->restarts_in_a_row > RESTARTS_IN_A_ROW_MAX) {
        installation->on_stopped(installation->context, code);
        return;
    }
    installation->died_boot_us = clock_boot(&CLOCK_SYSTEM).us;
    if (WIFSIGNALED(wait_status))
        (void)snprintf(installation->reason, sizeof installation->reason,
                       "signal %d (%s)", WTERMSIG(wait_status),
                       strsignal(WTERMSIG(wait_status)));
    else
        (void)snprintf(installation->reason, sizeof installation->reason,
                       "exit code %d", code);
    /* At once at first; its children have died with it. */
    uint64_t wait_ms =
        installation->restarts_in_a_row <= 1 ? 0 : RESTART_WAIT_MS;
    log_line(LOG_ERROR, "supervisor ended: %s; again in %llu ms",
             installation->reason, (unsigned long long)wait_ms);
    installation->restarts++;
    timer_start(installation->restart_timer, wait_ms, 0);
}

static enum status spawn(struct installation *installation)
{
    char died_boot_us[24];
    (void)snprintf(died_boot_us, sizeof died_boot_us, "%lld",
                   (long long)installation->died_boot_us);
    bool is_first = installation->reason[0] == 0;
    const char *const arguments[] = {
        "role", "supervisor", installation->directory,
        is_first ? NULL : installation->reason, died_boot_us, NULL};
    installation->started_boot_us = clock_boot(&CLOCK_SYSTEM).us;
    return process_spawn(installation->loop, arguments, NULL, 0, on_exit,
                         installation, &installation->supervisor);
}

static void on_restart_time(void *context, struct timer *timer)
{
    struct installation *installation = context;
    (void)timer;
    if (installation->is_stopping)
        installation->on_stopped(installation->context, EXIT_OK);
    else if (spawn(installation) != STATUS_OK)
        timer_start(installation->restart_timer, RESTART_WAIT_MS, 0);
}

int installation_start(struct installation *installation, struct loop *loop,
                       installation_stopped_fn *on_stopped, void *context)
{
    installation->loop = loop;
    installation->on_stopped = on_stopped;
    installation->context = context;
    enum status s = timer_make(loop, "supervisor", on_restart_time,
                               installation, &installation->restart_timer);
    if (s == STATUS_OK)
        s = spawn(installation);
    if (s == STATUS_OK)
        return EXIT_OK;
    return environment("cannot start a process", "supervisor",
                       "check the limits on processes and memory");
}

void installation_stop(struct installation *installation)
{
    bool is_second = installation->is_stopping;
    installation->is_stopping = true;
    if (installation->supervisor == NULL)
        return;
    if (is_second)
        process_kill(installation->supervisor);
    else
        process_terminate(installation->supervisor);
}

unsigned installation_restarts(const struct installation *installation)
{
    return installation->restarts;
}

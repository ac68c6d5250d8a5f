/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/supervisor/supervisor.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "crypto/certificate.h"
#include "notice/finding.h"
#include "notice/plant_masks.h"
#include "roles/supervisor/private.h"
#include "sys/event_descriptor.h"
#include "sys/file.h"
#include "sys/logger.h"
#include "sys/ring.h"
#include "sys/sandbox.h"
#include "sys/signals.h"
#include "sys/socket.h"
#include "sys/worker.h"

enum {
    CONFIGURATION_SIZE_MAX = 4 * 1024 * 1024,
    STOP_LIMIT_MS = 15000, /* from the signal to the last resort */
    CLOSE_LIMIT_MS = 2000,
    RING_SECONDS = 4,
    RING_BYTES_PER_CAMERA = 1 << 20,
    RING_BYTES_MIN = 1 << 24,
    RING_BYTES_MAX = 1 << 30,
};

/* web first, so that nobody asks; ingest, so that nothing new comes; then who
 * answers to whom. */
static const enum role STOP_ORDER[] = {
    ROLE_WEB,    ROLE_COURIER, ROLE_WORK, ROLE_LISTENER,
    ROLE_INGEST, ROLE_VAULT,   ROLE_GATE, ROLE_KEEPER};

enum { STOP_COUNT = sizeof STOP_ORDER / sizeof STOP_ORDER[0] };

/* ---- what outlives the roles ------------------------------------------------- */

static enum status read_named(const struct supervisor *supervisor,
                              const char *name, size_t limit, uint8_t **out,
                              size_t *size)
{
    char path[1200];
    int length = snprintf(path, sizeof path, "%s/%s", supervisor->directory,
                          name);
    if (length < 0 || (size_t)length >= sizeof path)
        return STATUS_LIMIT;
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path, limit, out, size);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "cannot read %s status=%s", path, status_name(s));
    return s;
}

static enum status load_plant(struct supervisor *supervisor)
{
    uint8_t *yaml = NULL;
    size_t size = 0;
    struct findings findings = {0};
    enum status s = read_named(supervisor, "plant.yaml",
                               CONFIGURATION_SIZE_MAX, &yaml, &size);
    if (s == STATUS_OK)
        s = plant_load("plant.yaml", bytes_of(yaml, size), &findings,
                       &supervisor->plant);
    findings_deinit(&findings);
    alloc_free(yaml);
    return s;
}

static enum status load_certificate(struct supervisor *supervisor)
{
    enum status s = read_named(supervisor, "tls/certificate.pem", CERTIFICATE_PEM_MAX,
                               &supervisor->certificate_pem,
                               &supervisor->certificate_size);
    if (s == STATUS_OK)
        s = read_named(supervisor, "tls/key.pem", CERTIFICATE_PEM_MAX,
                       &supervisor->private_key_pem,
                       &supervisor->private_key_size);
    if (s == STATUS_OK)
        s = certificate_fingerprint(
            bytes_text(bytes_of(supervisor->certificate_pem,
                                supervisor->certificate_size)),
            supervisor->fingerprint);
    return s;
}

static enum status listen_all(struct supervisor *supervisor)
{
    char path[1200];
    char address[64];
    (void)snprintf(path, sizeof path, "%s/run/api.sock",
                   supervisor->directory);
    if (!text_copy(supervisor->plant->web_address, address, sizeof address))
        return STATUS_BAD_INPUT;
    enum status s = socket_listen_tcp(address, supervisor->plant->web_port,
                                      &supervisor->tls_listener);
    if (s == STATUS_OK)
        s = socket_listen_unix(path, &supervisor->local_listener);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "cannot listen on %s port %u or %s: %s", address,
                 (unsigned)supervisor->plant->web_port, path, status_name(s));
    return s;
}

/* RING_SECONDS of what each camera is planned to send, or 2 Mbit/s. */
static size_t ring_size(const struct plant *plant)
{
    uint64_t wanted = 0;
    for (size_t i = 0; i < plant->camera_count; i++) {
        uint64_t bytes = (uint64_t)plant->cameras[i].bitrate_kbps * 1000 / 8 *
                         RING_SECONDS;
        wanted += bytes > RING_BYTES_PER_CAMERA ? bytes : RING_BYTES_PER_CAMERA;
    }
    size_t size = RING_BYTES_MIN;
    while (size < wanted && size < RING_BYTES_MAX)
        size *= 2;
    return size;
}

static enum status make_shared(struct supervisor *supervisor)
{
    enum status s = ring_make(ring_size(supervisor->plant),
                              &supervisor->ring);
    return s == STATUS_OK ? event_descriptor_make(&supervisor->kick) : s;
}

/* ---- the orderly stop -------------------------------------------------------- */

static void stop_next(struct supervisor *supervisor);

static void on_stopped(void *context, enum status status,
                       const struct message_stop_reply *reply, int descriptor)
{
    struct supervisor *supervisor = context;
    (void)reply;
    socket_close(&descriptor);
    if (status != STATUS_OK) {
        log_line(LOG_ERROR, "%s did not stop in order status=%s",
                 role_name(STOP_ORDER[supervisor->stopped_count]),
                 status_name(status));
        supervisor->exit_code = 1;
    }
    supervisor->stopped_count++;
    stop_next(supervisor);
}

static void close_all(struct supervisor *supervisor)
{
    children_close(supervisor);
    if (children_alive(supervisor))
        timer_start(supervisor->stop_timer, CLOSE_LIMIT_MS, 0);
    else
        loop_stop(supervisor->loop);
}

static void stop_next(struct supervisor *supervisor)
{
    while (supervisor->stopped_count < STOP_COUNT) {
        enum role role = STOP_ORDER[supervisor->stopped_count];
        struct channel *control = child_control(supervisor, role);
        const struct message_stop message = {.id = 0};
        if (control != NULL && message_stop_send(control, &message, -1,
                                                 on_stopped,
                                                 supervisor) == STATUS_OK)
            return;
        supervisor->stopped_count++;
    }
    close_all(supervisor);
}

/* The time is up: first for the answers, then for the processes' end. */
static void on_stop_limit(void *context, struct timer *timer)
{
    struct supervisor *supervisor = context;
    (void)timer;
    supervisor->exit_code = 1;
    if (supervisor->stopped_count < STOP_COUNT) {
        log_line(LOG_ERROR, "%s does not answer: closing without it",
                 role_name(STOP_ORDER[supervisor->stopped_count]));
        supervisor->stopped_count = STOP_COUNT;
        close_all(supervisor);
        return;
    }
    for (unsigned i = 0; i < ROLE_COUNT; i++)
        if (supervisor->children[i].process != NULL)
            process_kill(supervisor->children[i].process);
    loop_stop(supervisor->loop);
}

static void on_signal(void *context, int signal_number)
{
    struct supervisor *supervisor = context;
    (void)signal_number;
    if (supervisor->is_stopping)
        return;
    log_line(LOG_INFO, "stopping");
    supervisor->is_stopping = true;
    timer_start(supervisor->stop_timer, STOP_LIMIT_MS, 0);
    stop_next(supervisor);
}

/* ---- main -------------------------------------------------------------------- */

static enum status prepare(struct supervisor *supervisor)
{
    static const int SIGNALS[] = {SIGTERM, SIGINT, SIGHUP};
    enum status s = loop_create(&supervisor->loop);
    if (s == STATUS_OK)
        s = signals_create(supervisor->loop, SIGNALS, 3, on_signal, supervisor,
                           &supervisor->signals);
    if (s == STATUS_OK)
        s = timer_make(supervisor->loop, "stop", on_stop_limit, supervisor,
                       &supervisor->stop_timer);
    if (s == STATUS_OK)
        s = worker_create(supervisor->loop, "names", 1, &supervisor->resolver);
    if (s == STATUS_OK)
        s = load_plant(supervisor);
    if (s == STATUS_OK)
        s = load_certificate(supervisor);
    if (s == STATUS_OK)
        s = listen_all(supervisor);
    return s == STATUS_OK ? make_shared(supervisor) : s;
}

static void release(struct supervisor *supervisor)
{
    children_close(supervisor);
    for (unsigned i = 0; i < ROLE_COUNT; i++)
        process_destroy(&supervisor->children[i].process);
    cameras_release(supervisor);
    courier_release(supervisor);
    worker_destroy(&supervisor->resolver);
    signals_destroy(&supervisor->signals);
    timer_destroy(&supervisor->stop_timer);
    tpm_release(supervisor);
    opening_release(supervisor);
    socket_close(&supervisor->tls_listener);
    socket_close(&supervisor->local_listener);
    socket_close(&supervisor->ring);
    socket_close(&supervisor->kick);
    plant_destroy(&supervisor->plant);
    alloc_free(supervisor->certificate_pem);
    if (supervisor->private_key_pem != NULL)
        memset(supervisor->private_key_pem, 0, supervisor->private_key_size);
    alloc_free(supervisor->private_key_pem);
    loop_destroy(&supervisor->loop);
}

int role_supervisor_main(const char *directory, const char *reason,
                         int64_t died_boot_us)
{
    logger_start("supervisor", LOG_INFO);
    sandbox_begin(false); /* it holds the TLS key and the cameras' passwords */
    struct supervisor supervisor = {
        .directory = directory,
        .reason = reason == NULL ? "" : reason,
        .died_boot_us = died_boot_us,
        .ring = -1,
        .kick = -1,
        .tls_listener = -1,
        .local_listener = -1,
    };
    enum status s = prepare(&supervisor);
    if (s == STATUS_OK) {
        static const enum role START_ORDER[] = {
            ROLE_KEEPER, ROLE_VAULT, ROLE_GATE, ROLE_INGEST, ROLE_WEB};
        for (unsigned i = 0; i < sizeof START_ORDER / sizeof *START_ORDER; i++)
            child_start(&supervisor, START_ORDER[i]);
        /* Where there is nobody to write to, nobody carries letters. */
        if (supervisor.plant->witness_count > 0 ||
            supervisor.plant->timestamps.url.size > 0)
            child_start(&supervisor, ROLE_COURIER);
        if (hearing_is_wanted(supervisor.plant))
            child_start(&supervisor, ROLE_LISTENER);
        if (plant_covers_pictures(supervisor.plant))
            child_start(&supervisor, ROLE_WORK);
        loop_run(supervisor.loop);
    } else {
        supervisor.exit_code = status_exit_code(s);
    }
    release(&supervisor);
    return supervisor.exit_code;
}

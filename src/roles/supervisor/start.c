/* SPDX-License-Identifier: Apache-2.0 */
/* What each role is told at its start, and what is done when it is ready. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/writer.h"
#include "roles/supervisor/private.h"
#include "sys/logger.h"
#include "sys/socket.h"

enum {
    BATCH_MS = 100,
    DISKS_BYTES = 40960,
    DISK_PATH_BYTES = 1100,
};

/* A copy of a descriptor that stays ours, for a message that takes it. */
static int shared(int descriptor)
{
    int copy = -1;
    return socket_duplicate(descriptor, &copy) == STATUS_OK ? copy : -1;
}

static struct text restart_cause(const struct child *child)
{
    return text_of(child->is_restart ? child->reason : "");
}

/* Why there may be no picture: also a dead supervisor took all with it. */
static struct text gap_cause(const struct child *child)
{
    return text_of(child->is_restart ? child->reason
                                     : child->supervisor->reason);
}

static void tell_gate(const struct supervisor *supervisor, enum role role,
                      int64_t died_boot_us, const char *reason)
{
    struct channel *gate = supervisor->children[ROLE_GATE].control;
    const struct message_role_restarted message = {
        .role = (uint8_t)role,
        .died_boot_us = (uint64_t)died_boot_us,
        .back_boot_us = (uint64_t)clock_boot(&CLOCK_SYSTEM).us,
        .reason = text_of(reason),
    };
    if (gate == NULL || message_role_restarted_send(gate, &message, -1, NULL,
                                                    NULL) != STATUS_OK)
        log_line(LOG_WARNING, "restart of %s not told to the gate",
                 role_name(role));
}

static void tell_gate_of_restart(struct child *child)
{
    if (!child->is_restart ||
        child_control(child->supervisor, ROLE_GATE) == NULL)
        return;
    tell_gate(child->supervisor, child->role, child->died_boot_us,
              child->reason);
    child->is_restart = false;
}

/* Once, as soon as there is a gate. */
static void tell_gate_of_supervisor(struct supervisor *supervisor)
{
    if (supervisor->reason[0] != 0 && !supervisor->is_told)
        tell_gate(supervisor, ROLE_SUPERVISOR, supervisor->died_boot_us,
                  supervisor->reason);
    supervisor->is_told = true;
}

/* True where the role is up; a refusal ends the process, which starts anew. */
static bool is_up(struct child *child, enum status status)
{
    child->is_ready = status == STATUS_OK;
    if (status == STATUS_OK) {
        tell_gate_of_restart(child);
    } else {
        log_line(LOG_ERROR, "%s cannot start status=%s",
                 role_name(child->role), status_name(status));
        if (child->process != NULL)
            process_kill(child->process);
    }
    return child->is_ready;
}

static void on_ingest(void *context, enum status status,
                      const struct message_start_ingest_reply *reply,
                      int descriptor)
{
    struct child *child = context;
    (void)reply;
    socket_close(&descriptor);
    if (is_up(child, status))
        cameras_ingest_ready(child->supervisor);
}

static void on_web(void *context, enum status status,
                   const struct message_start_web_reply *reply, int descriptor)
{
    struct child *child = context;
    (void)reply;
    socket_close(&descriptor);
    if (is_up(child, status))
        opening_web_ready(child->supervisor);
}

static void on_courier(void *context, enum status status,
                       const struct message_start_courier_reply *reply,
                       int descriptor)
{
    struct child *child = context;
    (void)reply;
    socket_close(&descriptor);
    if (is_up(child, status))
        courier_ready(child->supervisor);
}

static void on_listener(void *context, enum status status,
                        const struct message_start_listener_reply *reply,
                        int descriptor)
{
    struct child *child = context;
    (void)reply;
    socket_close(&descriptor);
    if (is_up(child, status))
        hearing_listener_ready(child->supervisor);
}

static void on_work(void *context, enum status status,
                    const struct message_start_work_reply *reply,
                    int descriptor)
{
    (void)reply;
    socket_close(&descriptor);
    (void)is_up(context, status);
}

static void on_gate(void *context, enum status status,
                    const struct message_start_gate_reply *reply,
                    int descriptor)
{
    struct child *child = context;
    socket_close(&descriptor);
    if (!is_up(child, status))
        return;
    opening_gate_ready(child->supervisor, reply->one_time_code);
    tell_gate_of_supervisor(child->supervisor);
    cameras_ask_plan(child->supervisor);
}

static void on_vault(void *context, enum status status,
                     const struct message_start_vault_reply *reply,
                     int descriptor)
{
    struct child *child = context;
    (void)reply;
    socket_close(&descriptor);
    if (is_up(child, status))
        cameras_vault_ready(child->supervisor);
}

/* Said once, at set-up, where somebody sits and reads. */
static void announce_tpm(void)
{
    (void)fprintf(
        stderr,
        "\n  녹화 영상을 여는 뿌리 키는 이제 이 컴퓨터 메인보드의 TPM 안에만 "
        "있습니다.\n"
        "  메인보드가 고장 나거나 TPM이 초기화되면 녹화된 영상은 모두 영구히 "
        "잃습니다.\n"
        "  The root keys of all recordings now live only in the TPM of this "
        "machine's\n"
        "  mainboard. If the mainboard dies or its TPM is cleared, every "
        "recording is\n"
        "  lost for good. 자세한 설명 · more: docs/design/tpm.md\n\n");
}

static void on_keeper(void *context, enum status status,
                      const struct message_start_keeper_reply *reply,
                      int descriptor)
{
    socket_close(&descriptor);
    if (reply != NULL && status != STATUS_OK)
        child_note_wear(context, false);
    if (is_up(context, status) && reply->is_new != 0)
        announce_tpm();
}

/* The ring and its bell, for the writer and the reader alike. */
static enum status send_ring(struct child *child)
{
    const struct message_ring_attach ring = {.id = 0};
    const struct message_kick_attach kick = {.id = 0};
    enum status s =
        message_ring_attach_send(child->control, &ring,
                                 shared(child->supervisor->ring), NULL, NULL);
    if (s == STATUS_OK)
        s = message_kick_attach_send(child->control, &kick,
                                     shared(child->supervisor->kick), NULL,
                                     NULL);
    return s;
}

static enum status start_ingest(struct child *child)
{
    const struct message_start_ingest message = {.batch_ms = BATCH_MS};
    enum status s = message_start_ingest_send(child->control, &message, -1,
                                              on_ingest, child);
    return s == STATUS_OK ? send_ring(child) : s;
}

static enum status start_web(struct child *child)
{
    const struct supervisor *supervisor = child->supervisor;
    const struct message_start_web message = {
        .certificate_pem = {supervisor->certificate_pem,
                            supervisor->certificate_size},
        .private_key_pem = {supervisor->private_key_pem,
                            supervisor->private_key_size},
    };
    enum status s =
        message_start_web_send(child->control, &message, -1, on_web, child);
    const int listeners[] = {supervisor->tls_listener,
                             supervisor->local_listener};
    for (uint8_t kind = 0; kind < 2 && s == STATUS_OK; kind++) {
        const struct message_listen_attach listen = {.kind = kind};
        s = message_listen_attach_send(child->control, &listen,
                                       shared(listeners[kind]), NULL, NULL);
    }
    return s;
}

static enum status start_courier(struct child *child)
{
    const struct message_start_courier message = {.id = 0};
    return message_start_courier_send(child->control, &message, -1, on_courier,
                                      child);
}

static enum status start_listener(struct child *child)
{
    const struct message_start_listener message = {.id = 0};
    return message_start_listener_send(child->control, &message, -1,
                                       on_listener, child);
}

static enum status start_work(struct child *child)
{
    const struct message_start_work message = {.id = 0};
    return message_start_work_send(child->control, &message, -1, on_work,
                                   child);
}

static enum status start_gate(struct child *child)
{
    const struct message_start_gate message = {
        .directory = text_of(child->supervisor->directory),
        .cause = restart_cause(child),
    };
    return message_start_gate_send(child->control, &message, -1, on_gate,
                                   child);
}

static void put_disk(struct writer *out, const char *directory,
                     const struct plant_disk *disk)
{
    char path[DISK_PATH_BYTES];
    if (!plant_disk_path(disk, directory, path, sizeof path))
        out->failed = true;
    struct text whole = text_of(path);
    writer_u8(out, (uint8_t)disk->id.size);
    writer_bytes(out, text_bytes(disk->id));
    writer_u16be(out, (uint16_t)whole.size);
    writer_bytes(out, text_bytes(whole));
}

static enum status start_vault(struct child *child)
{
    const struct plant *plant = child->supervisor->plant;
    uint8_t disks[DISKS_BYTES];
    struct writer out = writer_on(disks, sizeof disks);
    for (size_t i = 0; i < plant->disk_count; i++)
        put_disk(&out, child->supervisor->directory, &plant->disks[i]);
    if (out.failed)
        return STATUS_LIMIT;
    const struct message_start_vault message = {
        .directory = text_of(child->supervisor->directory),
        .volume_bytes = plant->volume_bytes,
        .hold_reserve_bytes = plant->hold_reserve_bytes,
        .scrub_days = plant->scrub_days,
        .disks = writer_written(&out),
        .cause = gap_cause(child),
    };
    enum status s = message_start_vault_send(child->control, &message, -1,
                                             on_vault, child);
    return s == STATUS_OK ? send_ring(child) : s;
}

static enum status start_keeper(struct child *child)
{
    char directory[1024];
    int size = snprintf(directory, sizeof directory, "%s/keys",
                        child->supervisor->directory);
    if (size < 0 || (size_t)size >= sizeof directory)
        return STATUS_LIMIT;
    const struct message_start_keeper message = {
        .directory = text_of(directory),
        .tpm_handle = child->supervisor->plant->tpm_handle,
        .cause = gap_cause(child),
        .trusts_wall = child->supervisor->plant->is_demo,
    };
    enum status s = tpm_send_link(child->supervisor);
    if (s != STATUS_OK)
        return s;
    child_note_wear(child, true);
    return message_start_keeper_send(child->control, &message, -1, on_keeper,
                                     child);
}

static enum status (*const STARTS[ROLE_COUNT])(struct child *child) = {
    [ROLE_INGEST] = start_ingest, [ROLE_WEB] = start_web,
    [ROLE_COURIER] = start_courier, [ROLE_WORK] = start_work,
    [ROLE_LISTENER] = start_listener,
    [ROLE_GATE] = start_gate,     [ROLE_VAULT] = start_vault,
    [ROLE_KEEPER] = start_keeper,
};

enum status child_send_start(struct child *child)
{
    return STARTS[child->role](child);
}

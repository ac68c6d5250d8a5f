/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TPM's link: opened here, because the keeper opens nothing; handed over;
 * opened anew when the keeper says that it has failed.
 */
#include "roles/supervisor/private.h"
#include "sys/logger.h"
#include "sys/tpm_link.h"

enum { LINK_RETRY_MS = 1000 };

static void on_link_failed(void *context, enum status status,
                           const struct message_tpm_attach_reply *reply,
                           int descriptor);

enum status tpm_send_link(struct supervisor *supervisor)
{
    struct channel *keeper = child_control(supervisor, ROLE_KEEPER);
    const struct message_tpm_attach message = {.id = 0};
    int link = -1;
    if (supervisor->plant->erasure != KEY_ERASURE_TPM)
        return STATUS_OK;
    if (keeper == NULL)
        return STATUS_IO;
    enum status s = tpm_link_open(supervisor->plant->tcti, &link);
    if (s == STATUS_OK) {
        supervisor->tpm_is_away = false;
        return message_tpm_attach_send(keeper, &message, link, on_link_failed,
                                       supervisor);
    }
    if (!supervisor->tpm_is_away)
        log_line(LOG_ERROR, "cannot reach the TPM at %.*s status=%s",
                 (int)supervisor->plant->tcti.size,
                 supervisor->plant->tcti.data, status_name(s));
    supervisor->tpm_is_away = true;
    return s;
}

static void on_retry(void *context, struct timer *timer)
{
    struct supervisor *supervisor = context;
    if (!supervisor->is_stopping &&
        child_control(supervisor, ROLE_KEEPER) != NULL &&
        tpm_send_link(supervisor) != STATUS_OK)
        timer_start(timer, LINK_RETRY_MS, 0);
}

/* Without reply the keeper is gone: the next one gets a link at its start. */
static void on_link_failed(void *context, enum status status,
                           const struct message_tpm_attach_reply *reply,
                           int descriptor)
{
    struct supervisor *supervisor = context;
    (void)status;
    (void)descriptor;
    if (reply == NULL || supervisor->is_stopping)
        return;
    log_line(LOG_WARNING, "the link to the TPM has failed: another one");
    if (supervisor->tpm_timer == NULL &&
        timer_make(supervisor->loop, "tpm", on_retry, supervisor,
                   &supervisor->tpm_timer) != STATUS_OK)
        return;
    timer_start(supervisor->tpm_timer, LINK_RETRY_MS, 0);
}

void tpm_release(struct supervisor *supervisor)
{
    timer_destroy(&supervisor->tpm_timer);
}

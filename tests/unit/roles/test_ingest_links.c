/* SPDX-License-Identifier: Apache-2.0 */
/* Cameras over UDP and over TLS, in the process's own sandbox. */
#include "unit/roles/ingest_stage.h"

static void on_report(void *context, enum status status,
                      const struct message_camera_report_wait_reply *reply,
                      int descriptor)
{
    struct stage *stage = context;
    CHECK(reply != NULL && descriptor == -1);
    stage->has_report = true;
    if (status != STATUS_OK)
        return;
    CHECK(reply->port != 0 && reply->report.size > 32);
    CHECK_OK(socket_datagram_send(&stage->datagrams, reply->port,
                                  reply->report));
}

static bool has_reported(const struct stage *stage)
{
    struct camsim_summary sum;
    camsim_summarise(stage->camsim, &sum);
    return stage->has_report && sum.receiver_reports > 0;
}

static void a_camera_over_udp_is_recorded_and_reported_to(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    run_camera_over(&stage, "pass", &stage.datagrams);
    const struct message_camera_report_wait wait = {.camera = CAMERA};
    CHECK_OK(message_camera_report_wait_send(stage.supervisor, &wait, -1,
                                             on_report, &stage));
    wait_until(&stage, has_forty_samples);
    CHECK(stage.is_first_key && stage.unknown == 0 && stage.configs == 1);
    wait_until(&stage, has_reported);
    CHECK(stage.unknown == 0);
    /* The next wait ends with the session. */
    stage.has_report = false;
    CHECK_OK(message_camera_report_wait_send(stage.supervisor, &wait, -1,
                                             on_report, &stage));
    finish(&stage);
    CHECK(stage.has_report && stage.ended_cause == CAUSE_STOPPED);
}

static void a_certificate_is_told_then_pinned(void **state)
{
    (void)state;
    struct stage stage;
    uint8_t pin[32];
    struct camsim_summary sum;
    begin_with(&stage, true, BATCH_MS);
    run_camera(&stage, "pass");
    wait_until(&stage, has_ended);
    CHECK(stage.ended_cause == CAUSE_STARTING);
    CHECK(stage.fingerprint_size == sizeof pin && stage.samples == 0);
    memcpy(pin, stage.fingerprint, sizeof pin);
    /* Another one: refused, and told. */
    pin[0] ^= 1;
    stage.pin = bytes_of(pin, sizeof pin);
    run_camera(&stage, "pass");
    wait_until(&stage, has_ended);
    CHECK(stage.ended_cause == CAUSE_CERTIFICATE && stage.samples == 0);
    CHECK(stage.fingerprint_size == sizeof pin);
    camsim_summarise(stage.camsim, &sum);
    CHECK(sum.access_units == 0);
    pin[0] ^= 1;
    run_camera(&stage, "pass");
    wait_until(&stage, has_forty_samples);
    CHECK(stage.unknown == 0 && stage.configs == 1);
    finish(&stage);
    CHECK(stage.ended_cause == CAUSE_STOPPED && stage.fingerprint_size == 0);
}

TEST_MAIN("roles/ingest_links",
          TEST(a_camera_over_udp_is_recorded_and_reported_to),
          TEST(a_certificate_is_told_then_pinned))

/* SPDX-License-Identifier: Apache-2.0 */
/* A whole session against a hostile camera. Input: rounds of a byte (time that
 * passes, tenths of a second), a u16 size, and what the camera sends. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/reader.h"
#include "base/text.h"
#include "ingest/limits.h"
#include "ingest/session.h"
#include "media/codec.h"
#include "media/nal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char PASSWORD[] = "Qz8-secret";

struct seen {
    int64_t last_us;
    int64_t now_us;
    enum codec codec;
};

static void on_config(void *context, const struct codec_config *config)
{
    struct seen *seen = context;
    assert(codec_config_check(config) == STATUS_OK);
    seen->codec = config->codec;
}

static void on_sample(void *context, const struct sample *sample)
{
    struct seen *seen = context;
    assert(seen->codec != CODEC_NONE);
    assert(nal_sample_check(sample->data) == STATUS_OK);
    assert(sample->time_us > seen->last_us);
    assert(sample->duration_us > 0 &&
           sample->duration_us <= SAMPLE_DURATION_MAX_US);
    seen->last_us = sample->time_us;
}

static void on_loss(void *context, uint32_t packets, struct boot_time time)
{
    (void)context;
    assert(packets > 0 && time.us > 0);
}

static void on_state(void *context, enum cause cause, struct boot_time time)
{
    (void)context;
    assert(cause < CAUSE_COUNT && time.us > 0);
}

static bool holds_password(struct bytes bytes)
{
    return bytes.size > 0 && memmem(bytes.data, bytes.size, PASSWORD,
                                    sizeof PASSWORD - 1) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen seen = {.now_us = 1000000};
    struct rtsp_session *session = NULL;
    const struct session_sink sink = {&seen, on_config, on_sample, on_loss,
                                      on_state};
    const struct session_options options = {
        .url = text_of("rtsp://192.0.2.1/live"),
        .user = text_of("camera"),
        .password = text_of(PASSWORD),
    };
    struct reader in = reader_on(bytes_of(data, size));
    if (rtsp_session_create(&options, &sink, (struct boot_time){seen.now_us},
                            &session) != STATUS_OK)
        return 0;
    while (reader_more(&in) && !rtsp_session_has_ended(session)) {
        seen.now_us += (int64_t)reader_u8(&in) * 100000;
        uint16_t piece = reader_u16be(&in);
        struct bytes input =
            reader_bytes(&in, piece < in.left.size ? piece : in.left.size);
        rtsp_session_tick(session, (struct boot_time){seen.now_us});
        rtsp_session_input(session, input, (struct boot_time){seen.now_us});
        struct bytes output = rtsp_session_output(session);
        assert(output.size <= SESSION_OUTPUT_BYTES_MAX);
        /* A camera that says the word itself may hear it back, in a nonce. */
        if (!holds_password(bytes_of(data, size)))
            assert(!holds_password(output));
    }
    assert(text_is_plain(text_of(rtsp_session_detail(session))));
    rtsp_session_stop(session, (struct boot_time){seen.now_us});
    rtsp_session_destroy(&session);
    return 0;
}

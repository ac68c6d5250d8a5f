/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/overheard.h"

#include "base/text.h"
#include "wire/digest.h"
#include "wire/interleaved.h"
#include "wire/sdp.h"

enum { CODE_UNAUTHORIZED = 401 };

void overheard_init(struct overheard *overheard)
{
    *overheard = (struct overheard){.is_over = false};
    wire_message_init(&overheard->message, WIRE_RTSP_ANY, &WIRE_LIMITS_RTSP);
}

void overheard_deinit(struct overheard *overheard)
{
    wire_message_deinit(&overheard->message);
}

static void take_challenges(struct overheard *overheard)
{
    struct text name;
    struct text value;
    struct digest_challenge best = {.algorithm = DIGEST_NONE};
    for (size_t i = 0;
         wire_message_header_at(&overheard->message, i, &name, &value); i++)
        if (text_equal_ignore_case(name, text_of("WWW-Authenticate")))
            digest_challenge_read(value, &best);
    overheard->answers.wants_clear_password =
        best.offers_basic && best.algorithm == DIGEST_NONE;
}

static void take_description(struct overheard *overheard)
{
    struct camera_answers *answers = &overheard->answers;
    struct sdp sdp;
    struct text body = bytes_text(wire_message_body(&overheard->message));
    if (body.size == 0 || sdp_parse(body, &sdp) != STATUS_OK)
        return;
    answers->is_described = true;
    answers->offers_codec = sdp_choose_video(&sdp) != NULL;
    for (size_t i = 0; i < sdp.media_count; i++) {
        answers->offers_video |= sdp.media[i].kind == SDP_VIDEO;
        answers->offers_sound |= sdp.media[i].kind == SDP_AUDIO;
    }
}

static void take_message(struct overheard *overheard)
{
    struct camera_answers *answers = &overheard->answers;
    if (wire_message_is_request(&overheard->message))
        return;
    answers->count++;
    answers->code = wire_message_status_code(&overheard->message);
    if (answers->code == CODE_UNAUTHORIZED)
        take_challenges(overheard);
    else
        take_description(overheard);
}

void overheard_input(struct overheard *overheard, struct bytes input)
{
    while (input.size > 0 && !overheard->is_over) {
        size_t used = 0;
        if (wire_message_is_empty(&overheard->message) &&
            interleaved_begins(input)) {
            overheard->has_packets = overheard->is_over = true;
            return;
        }
        enum status s = wire_message_input(&overheard->message, input, &used);
        if (s == STATUS_OK) {
            take_message(overheard);
            wire_message_reset(&overheard->message);
        }
        overheard->is_over = s != STATUS_OK && s != STATUS_AGAIN;
        input = bytes_of(input.data + used, input.size - used);
    }
}

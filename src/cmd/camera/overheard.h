/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/camera/overheard - what a camera answers to a session, read beside it.
 *
 * The session says what became of it; this says what the camera's own words
 * were: the code of a refusal, what it describes. It ends with the first packet
 * inside the connection.
 *
 * Threads: none of its own.
 */
#ifndef CMD_CAMERA_OVERHEARD_H
#define CMD_CAMERA_OVERHEARD_H

#include "wire/message.h"

struct camera_answers {
    unsigned count; /* whole answers; 0: what is there speaks no RTSP */
    unsigned code;  /* of the last one */
    bool wants_clear_password; /* Basic, and no Digest beside it */
    bool is_described;
    bool offers_video; /* of whatever format */
    bool offers_codec; /* H.264 or H.265 */
    bool offers_sound;
};

struct overheard {
    struct wire_message message;
    bool has_packets; /* inside the connection */
    bool is_over;
    struct camera_answers answers;
};

void overheard_init(struct overheard *overheard);
void overheard_deinit(struct overheard *overheard);

/* The bytes that the session gets. */
void overheard_input(struct overheard *overheard, struct bytes input);

#endif

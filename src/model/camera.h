/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_CAMERA_H
#define MODEL_CAMERA_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A camera is known by a number, given once in the plant file and never used
 * again for another. Key subjects above CAMERA_NUMBER_MAX are not cameras.
 *
 * A stream of a camera has a number too: its main stream the camera's own, its
 * sub stream (smaller pictures of the same scene) that and STREAM_SUB. Ring,
 * records, leaves, gaps and events count streams; keys, periods, rights and
 * the notice count cameras. Both streams are sealed under the camera's keys,
 * so that they die together.
 */
enum {
    CAMERA_NUMBER_MIN = 1,
    CAMERA_NUMBER_MAX = 32767,
    STREAM_SUB = 32768,
    STREAM_NUMBER_MAX = STREAM_SUB + CAMERA_NUMBER_MAX,
    CAMERAS_MAX = 4096,         /* streams of all cameras of one installation */
    SUBJECT_TEXT_MONTH = 65536, /* key subject: personal text, by month */
};

static inline bool stream_is_sub(uint32_t stream)
{
    return stream > STREAM_SUB && stream <= STREAM_NUMBER_MAX;
}

/* Anything but a sub stream's number stays as it is. */
static inline uint32_t stream_camera(uint32_t stream)
{
    return stream_is_sub(stream) ? stream - STREAM_SUB : stream;
}

/* A main or sub stream's number. */
static inline bool stream_is_good(uint32_t stream)
{
    return (stream >= CAMERA_NUMBER_MIN && stream <= CAMERA_NUMBER_MAX) ||
           stream_is_sub(stream);
}

enum codec {
    CODEC_NONE = 0,
    CODEC_H264 = 1,
    CODEC_H265 = 2,
};

/* How packets come from a camera; from 1, as plant.yaml has them. */
enum camera_transport {
    CAMERA_TCP = 1, /* inside the RTSP connection */
    CAMERA_UDP,     /* datagrams beside it */
    CAMERA_ANY,     /* TCP, and UDP where the camera refuses that */
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_CAMERA_H
#define MODEL_CAMERA_H

#include <stdint.h>

/*
 * A camera is known by a number, given once in the plant file and never used
 * again for another. Key subjects above CAMERA_NUMBER_MAX are not cameras.
 */
enum {
    CAMERA_NUMBER_MIN = 1,
    CAMERA_NUMBER_MAX = 65535,
    CAMERAS_MAX = 4096,         /* in one installation */
    SUBJECT_TEXT_MONTH = 65536, /* key subject: personal text, by month */
};

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

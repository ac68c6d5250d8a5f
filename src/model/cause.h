/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/cause - why a second of a camera was not recorded, or why video went.
 *
 * The closed list of explanations; each has a stable name used in the log,
 * in the API and, through the console's catalogue, on pages.
 */
#ifndef MODEL_CAUSE_H
#define MODEL_CAUSE_H

#include "base/bytes.h"
#include "base/status.h"
#include "model/language.h"

enum cause {
    CAUSE_NONE = 0,
    CAUSE_STARTING,     /* recorder or camera has just been started      */
    CAUSE_UNREACHABLE,  /* no TCP connection: refused, no route, timeout */
    CAUSE_UNAUTHORIZED, /* wrong user or password                        */
    CAUSE_REFUSED,      /* the camera answered with another error        */
    CAUSE_UNSUPPORTED,  /* codec or transport that is not recorded       */
    CAUSE_PROTOCOL,     /* the camera broke the protocol or a limit      */
    CAUSE_ENDED,        /* the camera closed the connection              */
    CAUSE_NO_DATA,      /* connected, but nothing arrives                */
    CAUSE_DAMAGED,      /* packets missing inside the stream             */
    CAUSE_OVERLOAD,     /* ring or disk could not keep up                */
    CAUSE_RESTART,      /* a role or the recorder was restarted          */
    CAUSE_STOPPED,      /* stopped by the operator                       */
    CAUSE_CLOCK,        /* the camera's or our clock stepped             */
    CAUSE_CORRUPT,      /* stored data failed its check                  */
    CAUSE_SPACE,        /* gone before its floor: no space               */
    CAUSE_EXPIRED,      /* gone at the end of its period                 */
    CAUSE_ORDERED,      /* gone by a person's order                      */
    CAUSE_DISK,         /* a disk failed with it before it was durable   */
    CAUSE_CERTIFICATE,  /* not the camera's certificate of the first use */
    CAUSE_PLANNED_OFF,  /* outside the hours of filming that the notice names */
    CAUSE_COUNT
};

/* Stable name such as "no_data". Never NULL; static storage. */
const char *cause_name(enum cause cause);

/* In words for people. Never NULL; static storage. */
const char *cause_words(enum cause cause, enum language language);

/* Fails with: NOT_FOUND. */
MUST_USE enum status cause_from_name(struct text name, enum cause *out);

#endif

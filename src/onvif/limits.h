/* SPDX-License-Identifier: Apache-2.0 */
/* onvif/limits - how much of a camera's answer is taken. */
#ifndef ONVIF_LIMITS_H
#define ONVIF_LIMITS_H

enum {
    /* XML. Answers of cameras with 60 profiles have about 200 KiB. */
    XML_BYTES_MAX = 512 * 1024,
    XML_NODES_MAX = 20000,
    XML_ATTRIBUTES_MAX = 20000,
    XML_DEPTH_MAX = 32, /* profiles have 9 */
    XML_SPACE_BYTES_MAX = 512, /* a namespace, looked at with each element */

    /* Requests */
    SOAP_REQUEST_BYTES_MAX = 16384,
    SOAP_NONCE_SIZE = 16,
    SOAP_CREATED_SIZE = 21, /* "2010-09-16T07:50:45Z" and a zero */
    SOAP_CREDENTIAL_BYTES_MAX = 128,
    SOAP_ARGUMENTS_MAX = 8,

    /* What is kept of an answer; characters with the zero. Longer: cut off
     * names for people, refused tokens and addresses. */
    ONVIF_WORD_SIZE = 64,
    ONVIF_TOKEN_SIZE = 65, /* tt:ReferenceToken has 64 */
    ONVIF_ADDRESS_SIZE = 512,
    ONVIF_FAULT_SIZE = 160,
    ONVIF_PROFILES_MAX = 64,
    ONVIF_MASKS_MAX = 64,
    ONVIF_MASK_POINTS_MAX = 32,
    ONVIF_EVENTS_MAX = 64, /* of one pull */
    ONVIF_TOPIC_SIZE = 160,
    ONVIF_SOURCES_MAX = 32, /* topics and sources of a camera, together */

    /* Listening */
    LISTEN_PULL_S = 20, /* a camera waits so long for something to tell */
    LISTEN_WAIT_MS = 100, /* between two of its answers */
    LISTEN_HASTY_US = 5000000, /* an empty answer within this is hasty */
    LISTEN_HASTY_WAIT_MS = 1000,
    LISTEN_ANSWER_MS = 30000, /* for a whole answer, that wait included */
    LISTEN_AGAIN_MS = 5000, /* after a failure; doubled with each in a row */
    LISTEN_AGAIN_MAX_MS = 300000,
    LISTEN_SURVEY_S = 86400, /* then it is asked again what it is */

    /* Discovery */
    DISCOVERY_DATAGRAM_BYTES_MAX = 16384,
    DISCOVERY_ANSWERS_MAX = 256,    /* cameras kept of one probe */
    DISCOVERY_DATAGRAMS_MAX = 4096, /* read of one probe */
    DISCOVERY_MATCHES_MAX = 8,      /* in one datagram */
};

#endif

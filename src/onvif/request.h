/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onvif/request - what is asked of a camera: one table, requests.def.
 *
 * Source: ONVIF Core, Media, Media 2, Recording Control; field names as in the
 * published schemas. Threads: none of its own.
 */
#ifndef ONVIF_REQUEST_H
#define ONVIF_REQUEST_H

#include "onvif/soap.h"

/* Whose address a request goes to. */
enum onvif_service {
    ONVIF_DEVICE,
    ONVIF_MEDIA,
    ONVIF_MEDIA_2,
    ONVIF_EVENTS,
    ONVIF_RECORDING,
    ONVIF_SUBSCRIPTION, /* made by ONVIF_SUBSCRIBE */
    ONVIF_SERVICES,
};

enum onvif_request {
#define REQUEST(NAME, service, action, body) ONVIF_##NAME,
#include "onvif/requests.def"
#undef REQUEST
    ONVIF_REQUESTS,
};

enum onvif_service onvif_request_service(enum onvif_request request);

/* "GetProfiles", for people. */
struct text onvif_request_name(enum onvif_request request);

/*
 * Writes the whole envelope. arguments: SOAP_ARGUMENTS_MAX, or NULL where the
 * body has none. address: of the subscription, for requests of it; else empty.
 * Fails with: as soap_begin, and NO_MEMORY.
 */
MUST_USE enum status onvif_request_write(struct buffer *out,
                                         enum onvif_request request,
                                         const struct text *arguments,
                                         struct text address,
                                         const struct soap_security *security);

#endif

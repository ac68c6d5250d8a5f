/* SPDX-License-Identifier: Apache-2.0 */
/* unit/onvif/sample - bodies as cameras send them, inside their envelope. */
#ifndef UNIT_ONVIF_SAMPLE_H
#define UNIT_ONVIF_SAMPLE_H

#include "base/text.h"
#include "onvif/soap.h"
#include "unit/test.h"

#define SAMPLE_ENVELOPE(header, body)                                          \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                             \
    "<env:Envelope xmlns:env=\"http://www.w3.org/2003/05/soap-envelope\""      \
    " xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\""                    \
    " xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\""                     \
    " xmlns:tr2=\"http://www.onvif.org/ver20/media/wsdl\""                     \
    " xmlns:tev=\"http://www.onvif.org/ver10/events/wsdl\""                    \
    " xmlns:trc=\"http://www.onvif.org/ver10/recording/wsdl\""                 \
    " xmlns:wsnt=\"http://docs.oasis-open.org/wsn/b-2\""                       \
    " xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""          \
    " xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\""             \
    " xmlns:ter=\"http://www.onvif.org/ver10/error\""                          \
    " xmlns:tt=\"http://www.onvif.org/ver10/schema\">" header                  \
    "<env:Body>" body "</env:Body></env:Envelope>"

/* Parses it and finds the answer; the caller owns *tree. */
static inline const struct xml_node *sample_answer(const char *document,
                                                   struct xml_tree **tree)
{
    const struct xml_node *answer = NULL;
    struct soap_fault fault;
    CHECK_OK(xml_parse(text_bytes(text_of(document)), tree));
    CHECK_OK(soap_answer(*tree, &answer, &fault));
    assert_non_null(answer);
    return answer;
}

#endif

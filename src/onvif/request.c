/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/request.h"

#include "base/markup.h"
#include "base/text.h"

static const struct {
    enum onvif_service service;
    const char *action;
    const char *body;
} REQUESTS[] = {
#define REQUEST(NAME, service, action, body) {ONVIF_##service, action, body},
#include "onvif/requests.def"
#undef REQUEST
};

enum onvif_service onvif_request_service(enum onvif_request request)
{
    return REQUESTS[request].service;
}

/* What stands behind the prefix of the body's first element. */
struct text onvif_request_name(enum onvif_request request)
{
    struct text rest = text_of(REQUESTS[request].body);
    (void)text_cut(&rest, ':');
    struct text name = text_cut(&rest, '>');
    if (name.size > 0 && name.data[name.size - 1] == '/')
        name.size--;
    return name;
}

/* WS-Addressing 1.0: the subscription manager is told by it who is meant. */
static void append_addressing(struct buffer *out, const char *action,
                              struct text address)
{
    buffer_format(out, "<wsa:Action s:mustUnderstand=\"1\">%s</wsa:Action>",
                  action);
    if (address.size == 0)
        return;
    buffer_append_text(out, "<wsa:To s:mustUnderstand=\"1\">");
    markup_escape(address, out);
    buffer_append_text(out, "</wsa:To>");
}

enum status onvif_request_write(struct buffer *out, enum onvif_request request,
                                const struct text *arguments,
                                struct text address,
                                const struct soap_security *security)
{
    enum onvif_service service = REQUESTS[request].service;
    struct buffer header = buffer_with_limit(SOAP_REQUEST_BYTES_MAX);
    if (service == ONVIF_EVENTS || service == ONVIF_SUBSCRIPTION)
        append_addressing(&header, REQUESTS[request].action, address);
    enum status s = buffer_status(&header);
    if (s == STATUS_OK)
        s = soap_begin(out, security, buffer_text(&header));
    buffer_deinit(&header);
    if (s != STATUS_OK)
        return s;
    for (const char *at = REQUESTS[request].body; *at != 0; at++) {
        if (*at != '%') {
            buffer_append_u8(out, (uint8_t)*at);
            continue;
        }
        at++;
        markup_escape(arguments[*at - '1'], out);
    }
    soap_end(out);
    return buffer_status(out);
}

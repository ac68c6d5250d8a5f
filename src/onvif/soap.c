/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/soap.h"

#include <assert.h>

#include "base/encoding.h"
#include "base/markup.h"
#include "base/text.h"
#include "crypto/hash.h"

static const char ENVELOPE[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
    " xmlns:wsa=\"http://www.w3.org/2005/08/addressing\""
    " xmlns:wsnt=\"http://docs.oasis-open.org/wsn/b-2\""
    " xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\""
    " xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\""
    " xmlns:tr2=\"http://www.onvif.org/ver20/media/wsdl\""
    " xmlns:tev=\"http://www.onvif.org/ver10/events/wsdl\""
    " xmlns:trc=\"http://www.onvif.org/ver10/recording/wsdl\""
    " xmlns:tt=\"http://www.onvif.org/ver10/schema\">";

#define OASIS "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"

enum status soap_password_digest(struct bytes nonce, struct text created,
                                 struct text password,
                                 char out[SOAP_DIGEST_SIZE])
{
    static_assert(BASE64_SIZE(SHA1_SIZE) + 1 == SOAP_DIGEST_SIZE, "see soap.h");
    uint8_t digest[SHA1_SIZE];
    const struct bytes parts[] = {nonce, text_bytes(created),
                                  text_bytes(password)};
    enum status s = sha1(parts, 3, digest);
    if (s == STATUS_OK)
        base64_encode(bytes_of(digest, sizeof digest), out);
    return s;
}

void soap_time(struct wall_time time, char out[SOAP_CREATED_SIZE])
{
    enum { SECONDS_END = 19 }; /* of "2010-09-16T07:50:45.000000Z" */
    char whole[TIME_TEXT_SIZE];
    wall_time_format(time, whole);
    memcpy(out, whole, SECONDS_END);
    out[SECONDS_END] = 'Z';
    out[SECONDS_END + 1] = 0;
}

static enum status append_security(struct buffer *out,
                                   const struct soap_security *security)
{
    char created[SOAP_CREATED_SIZE];
    char digest[SOAP_DIGEST_SIZE];
    char nonce[BASE64_SIZE(SOAP_NONCE_SIZE) + 1];
    const struct bytes nonce_bytes =
        bytes_of(security->nonce, sizeof security->nonce);
    if (security->user.size > SOAP_CREDENTIAL_BYTES_MAX ||
        security->password.size > SOAP_CREDENTIAL_BYTES_MAX)
        return STATUS_LIMIT;
    if (!text_is_plain(security->user) || !text_is_plain(security->password))
        return STATUS_BAD_INPUT;
    soap_time(security->created, created);
    enum status s = soap_password_digest(nonce_bytes, text_of(created),
                                         security->password, digest);
    if (s != STATUS_OK)
        return s;
    base64_encode(nonce_bytes, nonce);
    buffer_append_text(out, "<wsse:Security s:mustUnderstand=\"1\" xmlns:wsse=\""
                            OASIS "wssecurity-secext-1.0.xsd\" xmlns:wsu=\""
                            OASIS "wssecurity-utility-1.0.xsd\">"
                            "<wsse:UsernameToken><wsse:Username>");
    markup_escape(security->user, out);
    buffer_format(out,
                  "</wsse:Username><wsse:Password Type=\"" OASIS
                  "username-token-profile-1.0#PasswordDigest\">%s"
                  "</wsse:Password><wsse:Nonce EncodingType=\"" OASIS
                  "soap-message-security-1.0#Base64Binary\">%s</wsse:Nonce>"
                  "<wsu:Created>%s</wsu:Created></wsse:UsernameToken>"
                  "</wsse:Security>",
                  digest, nonce, created);
    return STATUS_OK;
}

enum status soap_begin(struct buffer *out, const struct soap_security *security,
                       struct text header)
{
    buffer_append_text(out, ENVELOPE);
    if (security != NULL || header.size > 0) {
        buffer_append_text(out, "<s:Header>");
        buffer_append(out, text_bytes(header));
        enum status s = security == NULL ? STATUS_OK
                                         : append_security(out, security);
        if (s != STATUS_OK)
            return s;
        buffer_append_text(out, "</s:Header>");
    }
    buffer_append_text(out, "<s:Body>");
    return STATUS_OK;
}

void soap_end(struct buffer *out)
{
    buffer_append_text(out, "</s:Body></s:Envelope>");
}

/* "ter:NotAuthorized" -> "NotAuthorized" */
static struct text without_prefix(struct text name)
{
    size_t at = text_find(name, ':');
    if (at < name.size)
        name = (struct text){name.data + at + 1, name.size - at - 1};
    return name;
}

static bool is_one_of(struct text word, const char *const *list)
{
    while (*list != NULL && !text_equal_ignore_case(word, text_of(*list)))
        list++;
    return *list != NULL;
}

static enum status read_fault(const struct xml_tree *tree,
                              const struct xml_node *node,
                              struct soap_fault *fault)
{
    static const char *const DENIED[] = {
        "NotAuthorized", "FailedAuthentication", "InvalidSecurity",
        "SenderNotAuthorized", "FailedCheck", NULL};
    static const char *const UNSUPPORTED[] = {
        "ActionNotSupported", "OptionalActionNotImplemented",
        "NotSupported", "NoSuchService", "AudioNotSupported", NULL};
    const struct xml_node *code = xml_child(tree, node, "Code");
    for (unsigned depth = 0; code != NULL && depth < XML_DEPTH_MAX; depth++) {
        struct text value = without_prefix(xml_text(tree, code, "Value"));
        fault->is_denied |= is_one_of(value, DENIED);
        fault->is_unsupported |= is_one_of(value, UNSUPPORTED);
        code = xml_child(tree, code, "Subcode");
    }
    struct text reason = xml_text(tree, node, "Reason/Text");
    if (reason.size == 0 || reason.size >= sizeof fault->reason ||
        !text_is_plain(reason))
        reason = without_prefix(
            xml_text(tree, node, "Code/Subcode/Value"));
    if (reason.size >= sizeof fault->reason || !text_is_plain(reason))
        reason = text_of("a fault");
    (void)text_copy(reason, fault->reason, sizeof fault->reason);
    if (fault->is_denied)
        return STATUS_DENIED;
    return fault->is_unsupported ? STATUS_NOT_FOUND : STATUS_CONFLICT;
}

enum status soap_answer(const struct xml_tree *tree,
                        const struct xml_node **answer,
                        struct soap_fault *fault)
{
    const struct xml_node *root = xml_root(tree);
    const struct xml_node *body = xml_child(tree, root, "Body");
    *answer = NULL;
    *fault = (struct soap_fault){.is_denied = false};
    if (!root->is_soap || !text_equal(root->name, text_of("Envelope")) ||
        body == NULL || !body->is_soap)
        return STATUS_BAD_INPUT;
    const struct xml_node *first = xml_first(tree, body);
    if (first != NULL && first->is_soap &&
        text_equal(first->name, text_of("Fault")))
        return read_fault(tree, first, fault);
    *answer = first;
    return STATUS_OK;
}

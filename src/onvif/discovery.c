/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/discovery.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "onvif/address.h"

void discovery_id(const uint8_t random[DISCOVERY_RANDOM_SIZE],
                  char out[DISCOVERY_ID_SIZE])
{
    uint8_t bytes[DISCOVERY_RANDOM_SIZE];
    char hex[HEX_SIZE(DISCOVERY_RANDOM_SIZE) + 1];
    memcpy(bytes, random, sizeof bytes);
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    hex_encode(bytes_of(bytes, sizeof bytes), hex);
    (void)snprintf(out, DISCOVERY_ID_SIZE,
                   "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
                   hex + 16, hex + 20);
}

void discovery_probe_write(struct buffer *out, const char *id)
{
    buffer_format(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
        " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
        " xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\""
        " xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\"><s:Header>"
        "<a:MessageID>%s</a:MessageID>"
        "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
        "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe"
        "</a:Action></s:Header><s:Body><d:Probe>"
        "<d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body>"
        "</s:Envelope>",
        id);
}

/* The next of a list of words. */
static struct text next_word(struct text *rest)
{
    *rest = xml_trim(*rest);
    size_t size = 0;
    while (size < rest->size && rest->data[size] != ' ' &&
           rest->data[size] != '\n' && rest->data[size] != '\t' &&
           rest->data[size] != '\r')
        size++;
    struct text word = {rest->data, size};
    *rest = (struct text){rest->data + size, rest->size - size};
    return word;
}

/* "%20" to a space: what stands in a scope is an address. Longer: cut off. */
static void copy_decoded(struct text text, char *out, size_t size)
{
    char decoded[ONVIF_TOPIC_SIZE];
    size_t used = 0;
    for (size_t i = 0; i < text.size && used < sizeof decoded; i++) {
        uint8_t byte = (uint8_t)text.data[i];
        if (byte == '%' && text.size - i > 2 &&
            hex_decode((struct text){text.data + i + 1, 2}, &byte, 1) ==
                STATUS_OK)
            i += 2;
        else
            byte = (uint8_t)text.data[i];
        decoded[used++] = (char)byte;
    }
    onvif_copy_word((struct text){decoded, used}, out, size);
}

static void read_scopes(struct text scopes, struct discovery_match *out)
{
    static const char ROOT[] = "onvif://www.onvif.org/";
    while (scopes.size > 0) {
        struct text word = next_word(&scopes);
        if (!text_starts_with(word, text_of(ROOT)))
            continue;
        word.data += sizeof ROOT - 1;
        word.size -= sizeof ROOT - 1;
        struct text kind = text_cut(&word, '/');
        if (text_equal(kind, text_of("name")))
            copy_decoded(word, out->name, sizeof out->name);
        if (text_equal(kind, text_of("hardware")))
            copy_decoded(word, out->hardware, sizeof out->hardware);
        if (text_equal(kind, text_of("location")))
            copy_decoded(word, out->location, sizeof out->location);
    }
}

/* True where it names an address that we could speak to. */
static bool read_match(const struct xml_tree *tree, const struct xml_node *node,
                       struct discovery_match *out)
{
    struct onvif_address parsed;
    struct text addresses = xml_text(tree, node, "XAddrs");
    *out = (struct discovery_match){.id = ""};
    onvif_copy_token(xml_text(tree, node, "EndpointReference/Address"),
                     out->id, sizeof out->id);
    read_scopes(xml_text(tree, node, "Scopes"), out);
    while (addresses.size > 0 && out->address[0] == 0) {
        struct text word = next_word(&addresses);
        if (onvif_address_parse(word, &parsed) == STATUS_OK)
            onvif_copy_token(word, out->address, sizeof out->address);
    }
    return out->address[0] != 0;
}

enum status discovery_matches_read(struct bytes datagram, const char *id,
                                   struct discovery_matches *out)
{
    const struct xml_node *answer = NULL;
    struct soap_fault fault;
    out->count = 0;
    if (datagram.size > DISCOVERY_DATAGRAM_BYTES_MAX)
        return STATUS_LIMIT;
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    enum status s = xml_parse(datagram, &tree);
    if (s != STATUS_OK)
        return s;
    if (soap_answer(tree, &answer, &fault) != STATUS_OK || answer == NULL ||
        !text_equal(answer->name, text_of("ProbeMatches")) ||
        !text_equal(xml_text(tree, xml_root(tree), "Header/RelatesTo"),
                    text_of(id)))
        return STATUS_BAD_INPUT;
    const struct xml_node *one = xml_first(tree, answer);
    for (; one != NULL && out->count < DISCOVERY_MATCHES_MAX;
         one = xml_next(tree, one))
        if (text_equal(one->name, text_of("ProbeMatch")))
            out->count += read_match(tree, one, &out->list[out->count]);
    return STATUS_OK;
}

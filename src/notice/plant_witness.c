/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/plant_witness.h"

#include "base/encoding.h"
#include "base/text.h"
#include "wire/url.h"

enum {
    URL_BYTES_MAX = 400,
    KEY_BYTES_MAX = 319, /* a vkey */
    FINGERPRINT_BYTES_MAX = 95,
    HEX_DIGITS = 64,
};

#define WITNESS(member)   .offset = offsetof(struct plant_witness, member)
#define WITNESSED(member) .offset = offsetof(struct plant_witnessed, member)
#define TIMESTAMPS(member) .offset = offsetof(struct plant, timestamps.member)
#define SHOWN(text) ((text).size > 60 ? 60 : (int)(text).size), (text).data

const struct yaml_field PLANT_WITNESS_FIELDS[] = {
    {.key = "name", .type = YAML_TYPE_ID, .is_required = true, WITNESS(name)},
    {.key = "url",
     .type = YAML_TYPE_TEXT,
     .is_required = true,
     WITNESS(server.url),
     .max = URL_BYTES_MAX},
    {.key = "key",
     .type = YAML_TYPE_TEXT,
     .is_required = true,
     WITNESS(key),
     .max = KEY_BYTES_MAX},
    {.key = "certificate",
     .type = YAML_TYPE_TEXT,
     WITNESS(server.certificate),
     .max = FINGERPRINT_BYTES_MAX},
    {.type = YAML_TYPE_LINE, WITNESS(line)},
    {0},
};

const struct yaml_field PLANT_TIMESTAMPS_FIELDS[] = {
    {.key = "url",
     .type = YAML_TYPE_TEXT,
     .is_required = true,
     TIMESTAMPS(url),
     .max = URL_BYTES_MAX},
    {.key = "certificate",
     .type = YAML_TYPE_TEXT,
     TIMESTAMPS(certificate),
     .max = FINGERPRINT_BYTES_MAX},
    {0},
};

const struct yaml_field PLANT_WITNESSED_FIELDS[] = {
    {.key = "key",
     .type = YAML_TYPE_TEXT,
     .is_required = true,
     WITNESSED(key),
     .max = KEY_BYTES_MAX},
    {.type = YAML_TYPE_LINE, WITNESSED(line)},
    {0},
};

/* Hexadecimal, of either case, with or without colons. */
static bool parse_fingerprint(struct text text,
                              uint8_t out[PLANT_FINGERPRINT_SIZE])
{
    char hex[HEX_DIGITS];
    size_t used = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == ':')
            continue;
        if (used == HEX_DIGITS)
            return false;
        hex[used++] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
    }
    return used == HEX_DIGITS &&
           hex_decode((struct text){hex, HEX_DIGITS}, out,
                      PLANT_FINGERPRINT_SIZE) == STATUS_OK;
}

/* who: of the messages; line 0: of the file. */
static void check_address(const struct plant *plant,
                          struct plant_server *server, const char *who,
                          uint32_t line, struct findings *findings)
{
    struct url url;
    const struct finding_place place = {plant->tree->file, line, 0};
    if (url_parse_http(server->url, &url) != STATUS_OK ||
        text_find(url.path, '?') < url.path.size) {
        findings_add(findings, FINDING_WRONG_TYPE, place,
                     "write url: https://192.0.2.7:8443/witness",
                     "'%.*s' is no address of a %s", SHOWN(server->url), who);
        return;
    }
    server->host = url.host;
    server->port = url.port;
    server->path = url.path;
    server->is_secure = url.is_secure;
    if (url.is_secure != (server->certificate.size > 0))
        findings_add(findings, FINDING_MISSING_KEY, place,
                     "write both, or http:// without a certificate",
                     "the %s at '%.*s' has one of https and certificate", who,
                     SHOWN(server->url));
    else if (url.is_secure &&
             !parse_fingerprint(server->certificate, server->fingerprint))
        findings_add(findings, FINDING_WRONG_TYPE, place,
                     "write the SHA-256 fingerprint of its certificate",
                     "the certificate of the %s at '%.*s' is no SHA-256", who,
                     SHOWN(server->url));
}

/* What a key is, is said by whoever knows signatures; its shape is name + id +
 * key. */
static void check_key(const struct plant *plant, struct text key,
                      uint32_t line, struct findings *findings)
{
    struct text rest = key;
    struct text name = text_cut(&rest, '+');
    struct text id = text_cut(&rest, '+');
    if (name.size == 0 || id.size != 8 || rest.size == 0)
        findings_add(findings, FINDING_WRONG_TYPE,
                     (struct finding_place){plant->tree->file, line, 0},
                     "copy it from haechi log key or haechi log witness-key "
                     "of the other installation",
                     "'%.*s' is no key", SHOWN(key));
}

void plant_witness_check(struct plant *plant, struct findings *findings)
{
    for (size_t i = 0; i < plant->witness_count; i++) {
        struct plant_witness *witness = &plant->witnesses[i];
        check_address(plant, &witness->server, "witness", witness->line,
                      findings);
        check_key(plant, witness->key, witness->line, findings);
        for (size_t j = 0; j < i; j++)
            if (text_equal(witness->name, plant->witnesses[j].name) ||
                text_equal(witness->key, plant->witnesses[j].key))
                findings_add(
                    findings, FINDING_DUPLICATE_ID,
                    (struct finding_place){plant->tree->file, witness->line,
                                           0},
                    "give each witness its own name and key",
                    "witness '%.*s' has the name or key of the one in line %u",
                    SHOWN(witness->name), plant->witnesses[j].line);
    }
    if (plant->timestamps.url.size > 0)
        check_address(plant, &plant->timestamps, "time-stamping service", 0,
                      findings);
    for (size_t i = 0; i < plant->witnessed_count; i++)
        check_key(plant, plant->witnessed[i].key, plant->witnessed[i].line,
                  findings);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/digest.h"

#include <stdio.h>

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"

enum {
    HASH_TEXT_SIZE = HEX_SIZE(SHA256_SIZE) + 1,
    HASH_PARTS_MAX = 11,
    COUNT_TEXT_SIZE = 9, /* eight hexadecimal digits and a zero */
};

/* One `name=value` of a header; a scheme has no value. */
struct item {
    struct text name;
    struct text value;
    bool is_scheme;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static void skip(struct text *in, size_t size)
{
    in->data += size;
    in->size -= size;
}

static void skip_spaces(struct text *in)
{
    while (in->size > 0 && is_space(in->data[0]))
        skip(in, 1);
}

/* A quoted value without its quotes, escapes as they stand; false if open. */
static bool take_quoted(struct text *in, struct text *out)
{
    size_t end = 1;
    while (end < in->size && in->data[end] != '"')
        end += in->data[end] == '\\' ? 2 : 1;
    if (end >= in->size)
        return false;
    *out = (struct text){in->data + 1, end - 1};
    skip(in, end + 1);
    return true;
}

static struct text take_token(struct text *in)
{
    size_t end = 0;
    while (end < in->size && !is_space(in->data[end]) &&
           in->data[end] != ',' && in->data[end] != '=' &&
           in->data[end] != '"')
        end++;
    struct text token = {in->data, end};
    skip(in, end);
    return token;
}

/* RFC 9110 section 11.6: schemes and parameters behind each other. */
static bool next_item(struct text *in, struct item *out)
{
    *out = (struct item){0};
    while (in->size > 0 && (is_space(in->data[0]) || in->data[0] == ','))
        skip(in, 1);
    out->name = take_token(in);
    skip_spaces(in);
    if (out->name.size == 0)
        return false;
    if (in->size == 0 || in->data[0] != '=') {
        out->is_scheme = true;
        return true;
    }
    skip(in, 1);
    skip_spaces(in);
    if (in->size > 0 && in->data[0] == '"')
        return take_quoted(in, &out->value);
    out->value = take_token(in);
    /* No token has one, and as the end of what we quote it would open it. */
    return text_find(out->value, '\\') == out->value.size;
}

static bool is_named(const struct item *item, const char *name)
{
    return text_equal_ignore_case(item->name, text_of(name));
}

static enum digest_algorithm algorithm_of(struct text name)
{
    if (text_equal_ignore_case(name, text_of("MD5")))
        return DIGEST_MD5;
    if (text_equal_ignore_case(name, text_of("SHA-256")))
        return DIGEST_SHA256;
    return DIGEST_NONE;
}

static const char *algorithm_name(enum digest_algorithm algorithm)
{
    return algorithm == DIGEST_SHA256 ? "SHA-256" : "MD5";
}

static bool offers_auth(struct text list)
{
    while (list.size > 0)
        if (text_equal_ignore_case(text_trim(text_cut(&list, ',')),
                                   text_of("auth")))
            return true;
    return false;
}

/* What has been read of a challenge, and whether it can be answered. */
struct candidate {
    struct digest_challenge challenge;
    bool is_usable;
};

static void candidate_begin(struct candidate *candidate, bool is_digest)
{
    *candidate = (struct candidate){.is_usable = is_digest};
    candidate->challenge.algorithm = DIGEST_MD5; /* where none is named */
}

static void candidate_take(struct candidate *candidate,
                           const struct item *item)
{
    struct digest_challenge *challenge = &candidate->challenge;
    bool fits = true;
    if (is_named(item, "realm")) {
        fits = text_copy(item->value, challenge->realm,
                         sizeof challenge->realm);
    } else if (is_named(item, "nonce")) {
        fits = text_copy(item->value, challenge->nonce,
                         sizeof challenge->nonce);
    } else if (is_named(item, "opaque")) {
        fits = text_copy(item->value, challenge->opaque,
                         sizeof challenge->opaque);
        challenge->has_opaque = true;
    } else if (is_named(item, "algorithm")) {
        challenge->algorithm = algorithm_of(item->value);
        challenge->has_algorithm = true;
    } else if (is_named(item, "qop")) {
        challenge->has_qop = offers_auth(item->value);
        fits = challenge->has_qop;
    } else if (is_named(item, "stale")) {
        challenge->is_stale =
            text_equal_ignore_case(item->value, text_of("true"));
    }
    candidate->is_usable = candidate->is_usable && fits;
}

static void candidate_end(const struct candidate *candidate,
                          struct digest_challenge *best)
{
    bool offers_basic = best->offers_basic;
    if (candidate->is_usable && candidate->challenge.nonce[0] != 0 &&
        candidate->challenge.algorithm > best->algorithm)
        *best = candidate->challenge;
    best->offers_basic = offers_basic;
}

void digest_challenge_read(struct text value, struct digest_challenge *best)
{
    struct candidate candidate = {.is_usable = false};
    struct item item;
    while (value.size > 0 && next_item(&value, &item)) {
        if (item.is_scheme) {
            candidate_end(&candidate, best);
            candidate_begin(&candidate, is_named(&item, "Digest"));
            best->offers_basic |= is_named(&item, "Basic");
        } else {
            candidate_take(&candidate, &item);
        }
    }
    candidate_end(&candidate, best);
}

/* H over the texts with a colon between each two, in hexadecimal. */
static enum status hash_texts(enum digest_algorithm algorithm,
                              const struct text *texts, size_t count,
                              char out[HASH_TEXT_SIZE])
{
    struct bytes parts[HASH_PARTS_MAX];
    size_t part_count = 0;
    uint8_t hash[SHA256_SIZE];
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            parts[part_count++] = text_bytes(text_of(":"));
        parts[part_count++] = text_bytes(texts[i]);
    }
    bool is_md5 = algorithm == DIGEST_MD5;
    enum status s = is_md5 ? md5(parts, part_count, hash)
                           : sha256(parts, part_count, hash);
    hex_encode(bytes_of(hash, s != STATUS_OK ? 0
                              : is_md5       ? (size_t)MD5_SIZE
                                             : (size_t)SHA256_SIZE),
               out);
    return s;
}

/* The response of one request; count_text: eight digits, as sent. */
static enum status compute(const struct digest_challenge *challenge,
                           const struct digest_credentials *credentials,
                           const struct digest_request *request,
                           struct text count_text, char out[HASH_TEXT_SIZE])
{
    char ha1[HASH_TEXT_SIZE];
    char ha2[HASH_TEXT_SIZE];
    const struct text who[] = {credentials->user, text_of(challenge->realm),
                               credentials->password};
    const struct text what[] = {request->method, request->uri};
    enum status s = hash_texts(challenge->algorithm, who, 3, ha1);
    if (s == STATUS_OK)
        s = hash_texts(challenge->algorithm, what, 2, ha2);
    if (s != STATUS_OK)
        return s;
    const struct text with_qop[] = {
        text_of(ha1),    text_of(challenge->nonce), count_text,
        request->cnonce, text_of("auth"),           text_of(ha2)};
    const struct text without[] = {text_of(ha1), text_of(challenge->nonce),
                                   text_of(ha2)};
    return challenge->has_qop
               ? hash_texts(challenge->algorithm, with_qop, 6, out)
               : hash_texts(challenge->algorithm, without, 3, out);
}

static void write_text(struct writer *out, const char *text)
{
    writer_bytes(out, text_bytes(text_of(text)));
}

static void write_quoted(struct writer *out, const char *name,
                         struct text value)
{
    write_text(out, name);
    write_text(out, "=\"");
    writer_bytes(out, text_bytes(value));
    write_text(out, "\"");
}

static bool can_be_quoted(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((uint8_t)text.data[i] < 0x20 || text.data[i] == '"' ||
            text.data[i] == '\\' || text.data[i] == 0x7f)
            return false;
    return true;
}

enum status
digest_write_authorization(struct writer *out,
                           const struct digest_challenge *challenge,
                           const struct digest_credentials *credentials,
                           const struct digest_request *request)
{
    char count_text[COUNT_TEXT_SIZE];
    char response[HASH_TEXT_SIZE];
    if (!can_be_quoted(credentials->user) || !can_be_quoted(request->uri))
        return STATUS_BAD_INPUT;
    (void)snprintf(count_text, sizeof count_text, "%08x", request->count);
    enum status s = compute(challenge, credentials, request,
                            text_of(count_text), response);
    if (s != STATUS_OK)
        return s;
    write_quoted(out, "Digest username", credentials->user);
    write_quoted(out, ", realm", text_of(challenge->realm));
    write_quoted(out, ", nonce", text_of(challenge->nonce));
    write_quoted(out, ", uri", request->uri);
    write_quoted(out, ", response", text_of(response));
    if (challenge->has_algorithm) {
        write_text(out, ", algorithm=");
        write_text(out, algorithm_name(challenge->algorithm));
    }
    if (challenge->has_opaque)
        write_quoted(out, ", opaque", text_of(challenge->opaque));
    if (challenge->has_qop) {
        write_text(out, ", qop=auth, nc=");
        write_text(out, count_text);
        write_quoted(out, ", cnonce", request->cnonce);
    }
    return out->failed ? STATUS_LIMIT : STATUS_OK;
}

void digest_write_challenge(struct writer *out,
                            const struct digest_challenge *challenge)
{
    write_quoted(out, "Digest realm", text_of(challenge->realm));
    write_quoted(out, ", nonce", text_of(challenge->nonce));
    write_text(out, ", algorithm=");
    write_text(out, algorithm_name(challenge->algorithm));
    if (challenge->has_opaque)
        write_quoted(out, ", opaque", text_of(challenge->opaque));
    if (challenge->has_qop)
        write_text(out, ", qop=\"auth\"");
    if (challenge->is_stale)
        write_text(out, ", stale=true");
}

/* What an Authorization header says. */
struct claim {
    bool is_digest;
    enum digest_algorithm algorithm;
    struct text user, realm, nonce, uri, response, qop, count, cnonce;
};

static void claim_take(struct claim *claim, const struct item *item)
{
    const struct {
        const char *name;
        struct text *field;
    } fields[] = {
        {"username", &claim->user},      {"realm", &claim->realm},
        {"nonce", &claim->nonce},        {"uri", &claim->uri},
        {"response", &claim->response},  {"qop", &claim->qop},
        {"nc", &claim->count},           {"cnonce", &claim->cnonce},
    };
    if (is_named(item, "algorithm"))
        claim->algorithm = algorithm_of(item->value);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (is_named(item, fields[i].name))
            *fields[i].field = item->value;
}

static struct claim claim_read(struct text value)
{
    struct claim claim = {.algorithm = DIGEST_MD5};
    struct item item;
    bool is_first = true;
    while (value.size > 0 && next_item(&value, &item)) {
        if (item.is_scheme)
            claim.is_digest = is_first && is_named(&item, "Digest");
        else
            claim_take(&claim, &item);
        is_first = false;
    }
    return claim;
}

enum status
digest_check_authorization(struct text value,
                           const struct digest_challenge *challenge,
                           const struct digest_credentials *credentials,
                           const struct digest_request *request)
{
    char expected[HASH_TEXT_SIZE];
    struct claim claim = claim_read(value);
    if (!claim.is_digest || claim.algorithm != challenge->algorithm ||
        !text_equal(claim.realm, text_of(challenge->realm)) ||
        !text_equal(claim.nonce, text_of(challenge->nonce)) ||
        !text_equal(claim.uri, request->uri) ||
        !text_equal(claim.user, credentials->user) ||
        !text_equal(claim.qop, text_of(challenge->has_qop ? "auth" : "")))
        return STATUS_DENIED;
    struct digest_request claimed = *request;
    claimed.cnonce = claim.cnonce;
    enum status s =
        compute(challenge, credentials, &claimed, claim.count, expected);
    if (s != STATUS_OK)
        return s;
    struct text text = text_of(expected);
    return claim.response.size == text.size &&
                   secret_equal(claim.response.data, text.data, text.size)
               ? STATUS_OK
               : STATUS_DENIED;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/note.h"

#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"

enum { ENCODED_KEY_SIZE = 1 + SIGN_PUBLIC_SIZE };

/* U+2014 and a space. */
static const char DASH[] = "\xe2\x80\x94 ";

/* C2SP signed-note: no Unicode space and no plus. */
bool note_name_is_good(struct text name)
{
    static const char *const SPACES[] = {
        "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
        "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85",
        "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89",
        "\xe2\x80\x8a", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
    };
    if (name.size == 0 || name.size > NOTE_NAME_MAX || !text_is_plain(name) ||
        text_find(name, '+') < name.size || text_find(name, ' ') < name.size)
        return false;
    for (size_t i = 0; i < name.size; i++) {
        struct text rest = {name.data + i, name.size - i};
        for (size_t k = 0; k < sizeof SPACES / sizeof *SPACES; k++) {
            if (text_starts_with(rest, text_of(SPACES[k])))
                return false;
        }
    }
    return true;
}

enum status note_key_make(struct text name, uint8_t type,
                          const uint8_t public_key[SIGN_PUBLIC_SIZE],
                          struct note_key *out)
{
    static const uint8_t LINE_FEED = '\n';
    uint8_t digest[SHA256_SIZE];
    if (!note_name_is_good(name) ||
        !text_copy(name, out->name, sizeof out->name))
        return STATUS_BAD_INPUT;
    const struct bytes parts[] = {text_bytes(name), bytes_of(&LINE_FEED, 1),
                                  bytes_of(&type, 1),
                                  bytes_of(public_key, SIGN_PUBLIC_SIZE)};
    enum status s = sha256(parts, sizeof parts / sizeof *parts, digest);
    out->type = type;
    memcpy(out->id, digest, sizeof out->id);
    memcpy(out->public_key, public_key, SIGN_PUBLIC_SIZE);
    return s;
}

enum status note_key_parse(struct text vkey, struct note_key *out)
{
    uint8_t id[NOTE_KEY_ID_SIZE];
    uint8_t encoded[ENCODED_KEY_SIZE];
    size_t used = 0;
    if (vkey.size > 0 && vkey.data[vkey.size - 1] == '\n')
        vkey.size--;
    struct text left = vkey;
    struct text name = text_cut(&left, '+');
    if (hex_decode(text_cut(&left, '+'), id, sizeof id) != STATUS_OK ||
        base64_decode(left, encoded, sizeof encoded, &used) != STATUS_OK ||
        used != sizeof encoded ||
        (encoded[0] != NOTE_KEY_ED25519 && encoded[0] != NOTE_KEY_COSIGNATURE))
        return STATUS_BAD_INPUT;
    enum status s = note_key_make(name, encoded[0], encoded + 1, out);
    if (s != STATUS_OK)
        return s;
    /* One key, one way to write it. */
    char again[NOTE_VKEY_SIZE];
    note_key_format(out, again);
    return text_equal(vkey, text_of(again)) ? STATUS_OK : STATUS_BAD_INPUT;
}

void note_key_format(const struct note_key *key, char out[NOTE_VKEY_SIZE])
{
    char id[HEX_SIZE(NOTE_KEY_ID_SIZE) + 1];
    char shown[BASE64_SIZE(ENCODED_KEY_SIZE) + 1];
    uint8_t encoded[ENCODED_KEY_SIZE];
    encoded[0] = key->type;
    memcpy(encoded + 1, key->public_key, SIGN_PUBLIC_SIZE);
    hex_encode(bytes_of(key->id, sizeof key->id), id);
    base64_encode(bytes_of(encoded, sizeof encoded), shown);
    (void)snprintf(out, NOTE_VKEY_SIZE, "%s+%s+%s", key->name, id, shown);
}

/* ---- reading -------------------------------------------------------------- */

static enum status parse_signature(struct text line, struct note_signature *out)
{
    uint8_t decoded[NOTE_KEY_ID_SIZE + NOTE_SIGNATURE_MAX];
    size_t used = 0;
    if (!text_starts_with(line, text_of(DASH)))
        return STATUS_BAD_INPUT;
    line.data += sizeof DASH - 1;
    line.size -= sizeof DASH - 1;
    out->name = text_cut(&line, ' ');
    if (!note_name_is_good(out->name))
        return STATUS_BAD_INPUT;
    enum status s = base64_decode(line, decoded, sizeof decoded, &used);
    if (s == STATUS_OK && used <= NOTE_KEY_ID_SIZE)
        s = STATUS_BAD_INPUT;
    if (s != STATUS_OK)
        return s;
    memcpy(out->id, decoded, NOTE_KEY_ID_SIZE);
    out->size = used - NOTE_KEY_ID_SIZE;
    memcpy(out->bytes, decoded + NOTE_KEY_ID_SIZE, out->size);
    return STATUS_OK;
}

/* Lines between line feeds, each of them plain. */
static bool lines_are_plain(struct text text)
{
    while (text.size > 0) {
        if (!text_is_plain(text_cut(&text, '\n')))
            return false;
    }
    return true;
}

enum status note_parse(struct text note, struct note *out)
{
    *out = (struct note){.count = 0};
    if (note.size > NOTE_SIZE_MAX)
        return STATUS_LIMIT;
    if (note.size == 0 || note.data[note.size - 1] != '\n' ||
        !lines_are_plain(note))
        return STATUS_BAD_INPUT;
    /* The last empty line ends the text. */
    size_t at = note.size - 1;
    while (at > 0 && !(note.data[at] == '\n' && note.data[at - 1] == '\n'))
        at--;
    if (at == 0 || at + 1 == note.size)
        return STATUS_BAD_INPUT;
    out->text = (struct text){note.data, at};
    struct text left = {note.data + at + 1, note.size - at - 1};
    while (left.size > 0) {
        if (out->count == NOTE_SIGNATURES_MAX)
            return STATUS_LIMIT;
        enum status s = parse_signature(text_cut(&left, '\n'),
                                        &out->signatures[out->count++]);
        if (s != STATUS_OK)
            return s;
    }
    return STATUS_OK;
}

/* Names and ids are public. */
const struct note_signature *note_find(const struct note *note,
                                       const struct note_key *key)
{
    for (size_t i = 0; i < note->count; i++) {
        const struct note_signature *signature = &note->signatures[i];
        if (text_equal(signature->name, text_of(key->name)) &&
            memcmp(signature->id, key->id, sizeof key->id) == 0)
            return signature;
    }
    return NULL;
}

enum status note_verify(const struct note *note, const struct note_key *key)
{
    const struct note_signature *signature = note_find(note, key);
    if (signature == NULL || key->type != NOTE_KEY_ED25519)
        return STATUS_NOT_FOUND;
    if (signature->size != SIGNATURE_SIZE)
        return STATUS_CORRUPT;
    return sign_verify(key->public_key, text_bytes(note->text),
                       signature->bytes);
}

/* ---- writing -------------------------------------------------------------- */

void note_put_signature(const struct note_key *key, struct bytes signature,
                        struct buffer *out)
{
    uint8_t joined[NOTE_KEY_ID_SIZE + NOTE_SIGNATURE_MAX];
    char shown[BASE64_SIZE(sizeof joined) + 1];
    size_t size = signature.size < NOTE_SIGNATURE_MAX
                      ? signature.size
                      : (size_t)NOTE_SIGNATURE_MAX;
    memcpy(joined, key->id, NOTE_KEY_ID_SIZE);
    memcpy(joined + NOTE_KEY_ID_SIZE, signature.data, size);
    base64_encode(bytes_of(joined, NOTE_KEY_ID_SIZE + size), shown);
    buffer_format(out, "%s%s %s\n", DASH, key->name, shown);
}

enum status note_sign(struct text text, const struct note_key *key,
                      const uint8_t private_key[SIGN_PRIVATE_SIZE],
                      struct buffer *out)
{
    uint8_t signature[SIGNATURE_SIZE];
    enum status s = sign_make(private_key, text_bytes(text), signature);
    if (s != STATUS_OK)
        return s;
    buffer_append(out, text_bytes(text));
    buffer_append_u8(out, '\n');
    note_put_signature(key, bytes_of(signature, sizeof signature), out);
    return buffer_status(out);
}

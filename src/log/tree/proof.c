/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/proof.h"

#include <inttypes.h>

#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"

static const char MAGIC[] = "c2sp.org/tlog-proof@v1";

enum status proof_format(const struct proof *proof, struct buffer *out)
{
    char hash[BASE64_SIZE(SHA256_SIZE) + 1];
    buffer_format(out, "%s\n", MAGIC);
    if (proof->extra.size > 0) {
        buffer_append_text(out, "extra ");
        buffer_append(out, text_bytes(proof->extra));
        buffer_append_u8(out, '\n');
    }
    buffer_format(out, "index %" PRIu64 "\n", proof->index);
    for (size_t i = 0; i < proof->path.count; i++) {
        base64_encode(bytes_of(proof->path.hashes[i].bytes, SHA256_SIZE), hash);
        buffer_format(out, "%s\n", hash);
    }
    buffer_append_u8(out, '\n');
    buffer_append(out, text_bytes(proof->note));
    return buffer_status(out);
}

/* What stands behind a word and a space; false: another line. */
static bool after(struct text line, const char *word, struct text *rest)
{
    struct text head = text_of(word);
    if (!text_starts_with(line, head))
        return false;
    *rest = (struct text){line.data + head.size, line.size - head.size};
    return true;
}

static bool is_base64(struct text text)
{
    uint8_t decoded[PROOF_SIZE_MAX / 8];
    size_t used = 0;
    return text.size > 0 && base64_decode(text, decoded, sizeof decoded,
                                          &used) == STATUS_OK;
}

static enum status parse_hashes(struct text *left, struct tree_proof *out)
{
    for (;;) {
        size_t used = 0;
        if (left->size == 0)
            return STATUS_BAD_INPUT;
        struct text line = text_cut(left, '\n');
        if (line.size == 0)
            return STATUS_OK;
        if (out->count == TREE_PROOF_MAX)
            return STATUS_LIMIT;
        if (base64_decode(line, out->hashes[out->count++].bytes, SHA256_SIZE,
                          &used) != STATUS_OK ||
            used != SHA256_SIZE)
            return STATUS_BAD_INPUT;
    }
}

enum status proof_parse(struct text file, struct proof *out)
{
    *out = (struct proof){.index = 0};
    if (file.size > PROOF_SIZE_MAX)
        return STATUS_LIMIT;
    struct text left = file;
    struct text index = {NULL, 0};
    if (!text_equal(text_cut(&left, '\n'), text_of(MAGIC)))
        return STATUS_BAD_INPUT;
    struct text line = text_cut(&left, '\n');
    if (after(line, "extra ", &out->extra)) {
        if (!is_base64(out->extra))
            return STATUS_BAD_INPUT;
        line = text_cut(&left, '\n');
    }
    if (!after(line, "index ", &index) ||
        number_parse_u64(index, 0, INT64_MAX, &out->index) != STATUS_OK ||
        (index.size > 1 && index.data[0] == '0'))
        return STATUS_BAD_INPUT;
    enum status s = parse_hashes(&left, &out->path);
    out->note = left;
    return s;
}

enum status proof_check(const struct proof *proof,
                        const struct merkle_hash *leaf,
                        const struct note_key *key)
{
    struct checkpoint checkpoint;
    enum status s = checkpoint_open(proof->note, key, &checkpoint);
    if (s != STATUS_OK)
        return s;
    return tree_check_leaf(proof->index, checkpoint.size, leaf, &proof->path,
                             &checkpoint.root);
}

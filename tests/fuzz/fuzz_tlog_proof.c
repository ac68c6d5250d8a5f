/* SPDX-License-Identifier: Apache-2.0 */
/* A proof as anybody may hand it in: it has one form, and proves nothing of a
 * leaf that is in no log of this key. */
#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "log/tree/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the seeds in corpus/tlog_proof. */
static const uint8_t SEED[SIGN_PRIVATE_SIZE] = {2, 7};
static const char ORIGIN[] = "log.example/a";

static void check_written(const struct proof *proof, struct text file)
{
    struct buffer again = buffer_with_limit(PROOF_SIZE_MAX);
    enum status s = proof_format(proof, &again);
    assert(s == STATUS_OK && text_equal(file, buffer_text(&again)));
    buffer_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct merkle_hash NO_LEAF;
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct note_key key;
    struct proof proof;
    struct text file = bytes_text(bytes_of(data, size));
    if (proof_parse(file, &proof) != STATUS_OK)
        return 0;
    check_written(&proof, file);
    enum status s = sign_public_key(SEED, public_key);
    if (s == STATUS_OK)
        s = note_key_make(text_of(ORIGIN), NOTE_KEY_ED25519, public_key, &key);
    assert(s == STATUS_OK);
    s = proof_check(&proof, &NO_LEAF, &key);
    assert(s != STATUS_OK);
    return 0;
}

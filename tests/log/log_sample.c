/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_sample DIRECTORY COUNT [COSIGNED]: appends so many logins, each with a
 * sealed text, to the log there, which it makes where there is none, and signs
 * it after every 200. With a checkpoint removed this is what an owner does who makes his log
 * anew. COSIGNED gets the checkpoint with a witness's line, COSIGNED.vkey that
 * witness's key.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "log/tree/cosignature.h"
#include "support/log_fixture.h"
#include "unit/test.h"

enum { AT_ONCE = 200, COUNT_MAX = 100000, TIME_S = 1795305600 };

static const struct file_layer *const LAYER = &FILE_LAYER_SYSTEM;

static void append(struct log_store *store, size_t count)
{
    struct log_batch batch;
    log_batch_init(&batch, log_store_count(store));
    log_fixture_add_logins(&batch, count);
    CHECK_OK(log_fixture_append(store, &batch));
    log_batch_deinit(&batch);
}

/* What a witness sends back for the checkpoint. */
static void cosign(const char *directory, const char *out)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    AUTO(buffer_deinit) struct buffer cosigned = buffer_with_limit(SIZE_MAX);
    uint8_t private_key[SIGN_PRIVATE_SIZE];
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    char path[LOG_PATH_SIZE];
    char vkey[NOTE_VKEY_SIZE];
    struct note_key witness;
    struct note note;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/checkpoint", directory);
    CHECK_OK(file_read_all(LAYER, path, NOTE_SIZE_MAX, &memory, &size));
    CHECK_OK(note_parse(bytes_text(bytes_of(memory, size)), &note));
    CHECK_OK(sign_key_make(private_key, public_key));
    CHECK_OK(note_key_make(text_of("witness.example/one"),
                           NOTE_KEY_COSIGNATURE, public_key, &witness));
    buffer_append(&cosigned, bytes_of(memory, size));
    CHECK_OK(cosignature_make(note.text, &witness, private_key, TIME_S,
                              &cosigned));
    CHECK_OK(file_replace(LAYER, out, buffer_bytes(&cosigned)));
    (void)snprintf(path, sizeof path, "%s.vkey", out);
    note_key_format(&witness, vkey);
    CHECK_OK(file_replace(LAYER, path, text_bytes(text_of(vkey))));
}

int main(int argc, char **argv)
{
    struct log_store *store = NULL;
    uint64_t left = 0;
    if (argc < 3 || argc > 4 || number_parse_u64(text_of(argv[2]), 0, COUNT_MAX, &left) !=
                         STATUS_OK)
        return EXIT_FAILURE;
    if (log_fixture_open(LAYER, argv[1], &store) != STATUS_OK)
        return EXIT_FAILURE;
    for (; left > AT_ONCE; left -= AT_ONCE) {
        append(store, AT_ONCE);
        CHECK_OK(log_fixture_sign(store));
    }
    append(store, (size_t)left);
    CHECK_OK(log_fixture_sign(store));
    log_store_close(&store);
    if (argc == 4)
        cosign(argv[1], argv[3]);
    return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a TPM has signed about a destruction, checked without a TPM: the
 * statement stands in a line of the log, its signature is its key's, and its
 * epoch is not before the one in which the seeds died.
 */
#include <string.h>

#include "base/encoding.h"
#include "base/text.h"
#include "cmd/verify/destruction.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "log/entry_line.h"
#include "tpm/attestation.h"
#include "tpm/tpm.h"

static const char WHERE[] = "attestation";

enum { LEVEL_TPM = 2 };

/* The entry that the record names, read; false where it is not there. */
static bool find_line(const struct verify_destruction *check, int64_t entry,
                      struct entry_line *out)
{
    const json_t *one = verify_destruction_line(check, (json_int_t)entry);
    return one != NULL &&
           entry_line_read(text_of(record_text(one, "line")), out) ==
               STATUS_OK &&
           out->is_known && out->kind == ENTRY_DELETION_ATTESTED;
}

/* The newest epoch in which something of this record died. *by_tpm: a TPM, not
 * an emulator's, erased. */
static int64_t epoch_of_death(const struct verify_destruction *check,
                              bool *by_tpm)
{
    int64_t newest = -1;
    *by_tpm = false;
    size_t i = 0;
    const json_t *part = NULL;
    json_array_foreach(json_object_get(check->record, "destroyed"), i, part)
    {
        int64_t epoch = record_number(part, "epoch");
        *by_tpm = *by_tpm || record_number(part, "level") >= LEVEL_TPM;
        if (epoch > newest)
            newest = epoch;
    }
    return newest;
}

static bool is_signed(const struct tpm_attestation *found)
{
    const struct ecdsa_point key = {found->x, found->y};
    const struct ecdsa_signature signature = {found->r, found->s};
    return ecdsa_p256_verify(key, found->statement, signature) == STATUS_OK;
}

static bool says_hex(const json_t *object, const char *name, struct bytes bytes)
{
    char shown[HEX_SIZE(SHA256_SIZE) + 1];
    hex_encode(bytes, shown);
    return strcmp(shown, record_text(object, name)) == 0;
}

static void take(struct verify_destruction *check, const json_t *said,
                 const struct tpm_attestation *found)
{
    struct verify_attestation *out = &check->attestation;
    uint8_t name[SHA256_SIZE];
    if (sha256(&found->public_area, 1, name) != STATUS_OK)
        return;
    out->is_there = true;
    out->epoch = found->epoch;
    memcpy(out->manufacturer, found->manufacturer, sizeof out->manufacturer);
    hex_encode(bytes_of(name, sizeof name), out->key_sha256);
    out->is_signed = is_signed(found);
    if (!out->is_signed)
        verify_problem(&check->verify, WHERE,
                       "the signature is not that of its key");
    if (record_number(said, "epoch") != (int64_t)found->epoch ||
        strcmp(record_text(said, "manufacturer"), found->manufacturer) != 0 ||
        record_number(said, "clock_ms") != (int64_t)found->clock_ms ||
        record_number(said, "resets") != (int64_t)found->resets ||
        !says_hex(said, "key_sha256", bytes_of(name, sizeof name)) ||
        !says_hex(said, "root_commitment",
                  bytes_of(found->commitment, sizeof found->commitment)))
        verify_problem(&check->verify, WHERE,
                       "the record says another than what is signed");
    if ((int64_t)found->epoch < epoch_of_death(check, &out->is_due))
        verify_problem(&check->verify, WHERE,
                       "signed for epoch %llu, before the destruction",
                       (unsigned long long)found->epoch);
}

void verify_attestation(struct verify_destruction *check)
{
    const json_t *said = json_object_get(check->record, "attestation");
    struct entry_line line;
    struct tpm_attestation found;
    struct text encoded = text_of("");
    uint8_t blob[TPM_ATTESTATION_MAX];
    size_t size = 0;
    int64_t epoch = 0;
    (void)epoch_of_death(check, &check->attestation.is_due);
    if (json_is_null(said))
        return;
    if (!find_line(check, record_number(said, "entry"), &line)) {
        verify_problem(&check->verify, WHERE,
                       "its entry is not among the entries");
        return;
    }
    if (entry_line_text(&line, "attestation", &encoded) != STATUS_OK ||
        entry_line_number(&line, "epoch", &epoch) != STATUS_OK ||
        base64_decode(encoded, blob, sizeof blob, &size) != STATUS_OK ||
        tpm_attestation_read(bytes_of(blob, size), &found) != STATUS_OK ||
        epoch != (int64_t)found.epoch) {
        verify_problem(&check->verify, WHERE,
                       "its entry bears no statement of a TPM");
        return;
    }
    take(check, said, &found);
}

void verify_attestation_print(const struct verify_destruction *check)
{
    const struct verify_attestation *found = &check->attestation;
    if (!found->is_there) {
        (void)printf("attestation: %s\n",
                     found->is_due
                         ? "none in this record, though a TPM erased"
                         : "none: no TPM erased");
        return;
    }
    (void)printf(
        "attestation: %s: a TPM (it says: %s) held epoch %llu; signed by the "
        "key\n  SHA-256 %s\n"
        "  It does not prove that the root before had no copy, nor that the "
        "key is a\n  hardware TPM's: compare that key with the one of set-up "
        "(docs/design/tpm.md).\n",
        found->is_signed ? "signature good" : "SIGNATURE BAD",
        found->manufacturer, (unsigned long long)found->epoch,
        found->key_sha256);
}

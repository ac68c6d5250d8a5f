/* SPDX-License-Identifier: Apache-2.0 */
#include "tpm/attestation.h"

#include <string.h>

#include "base/reader.h"

static const uint32_t MADE_BY_TPM = 0xff544347; /* TPM_GENERATED_VALUE */

/* Numbers of Part 2: the only ones that our attestations bear. */
enum {
    OF_AN_INDEX = 0x8014,     /* TPM_ST_ATTEST_NV */
    ALG_ECC = 0x0023,
    ALG_SHA256 = 0x000b,
    ALG_ECDSA = 0x0018,
    ALG_NULL = 0x0010,
    CURVE_P256 = 0x0003,
    /* restricted, sign, sensitiveDataOrigin, fixedParent, fixedTPM */
    KEY_ATTRIBUTES = 0x00050032,
    FORMAT_VERSION = 1,
    MARK_SIZE = 40,
};

static struct reader sized(struct reader *r)
{
    return reader_on(reader_bytes(r, reader_u16be(r)));
}

/* A number with its leading zeros, which a TPM may leave out. */
static bool take_number(struct reader *r, uint8_t out[ATTESTATION_NUMBER_SIZE])
{
    struct bytes number = reader_bytes(r, reader_u16be(r));
    if (r->failed || number.size == 0 || number.size > ATTESTATION_NUMBER_SIZE)
        return false;
    memset(out, 0, ATTESTATION_NUMBER_SIZE);
    memcpy(out + ATTESTATION_NUMBER_SIZE - number.size, number.data,
           number.size);
    return true;
}

static bool take_statement(struct bytes statement, struct tpm_attestation *out)
{
    struct reader in = reader_on(statement);
    if (reader_u32be(&in) != MADE_BY_TPM ||
        reader_u16be(&in) != OF_AN_INDEX)
        return false;
    (void)sized(&in); /* the signer's name */
    (void)sized(&in); /* what the asker gave */
    out->clock_ms = reader_u64be(&in);
    out->resets = reader_u32be(&in);
    reader_skip(&in, 4 + 1 + 8); /* restarts, safe, firmware */
    (void)sized(&in);            /* the index's name */
    uint16_t offset = reader_u16be(&in);
    struct reader mark = sized(&in);
    if (!reader_done(&in) || offset != 0 || mark.left.size != MARK_SIZE)
        return false;
    out->epoch = reader_u64be(&mark);
    reader_copy(&mark, out->commitment, sizeof out->commitment);
    return reader_done(&mark);
}

static bool take_signature(struct reader in, struct tpm_attestation *out)
{
    return reader_u16be(&in) == ALG_ECDSA && reader_u16be(&in) == ALG_SHA256 &&
           take_number(&in, out->r) && take_number(&in, out->s) &&
           reader_done(&in);
}

static bool take_key(struct reader in, struct tpm_attestation *out)
{
    out->public_area = in.left;
    if (reader_u16be(&in) != ALG_ECC || reader_u16be(&in) != ALG_SHA256 ||
        (reader_u32be(&in) & KEY_ATTRIBUTES) != KEY_ATTRIBUTES)
        return false;
    (void)sized(&in); /* policy */
    return reader_u16be(&in) == ALG_NULL && reader_u16be(&in) == ALG_ECDSA &&
           reader_u16be(&in) == ALG_SHA256 && reader_u16be(&in) == CURVE_P256 &&
           reader_u16be(&in) == ALG_NULL && take_number(&in, out->x) &&
           take_number(&in, out->y) && reader_done(&in);
}

enum status tpm_attestation_read(struct bytes blob,
                                 struct tpm_attestation *out)
{
    static const uint8_t BEGINNING[] = {'H', 'A', 'T', 'T', FORMAT_VERSION, 0};
    struct reader in = reader_on(blob);
    struct bytes beginning = reader_bytes(&in, sizeof BEGINNING);
    *out = (struct tpm_attestation){.epoch = 0};
    if (beginning.size != sizeof BEGINNING ||
        memcmp(beginning.data, BEGINNING, sizeof BEGINNING) != 0) /* public */
        return STATUS_BAD_INPUT;
    reader_copy(&in, out->manufacturer, sizeof out->manufacturer - 1);
    for (size_t i = 0; i + 1 < sizeof out->manufacturer; i++) {
        /* It is shown to people. */
        if (out->manufacturer[i] < ' ' || out->manufacturer[i] > '~')
            out->manufacturer[i] = ' ';
    }
    struct reader statement = sized(&in);
    struct reader signature = sized(&in);
    struct reader key = sized(&in);
    out->statement = statement.left;
    bool is_good = reader_done(&in) && take_statement(statement.left, out) &&
                   take_signature(signature, out) && take_key(key, out);
    return is_good ? STATUS_OK : STATUS_BAD_INPUT;
}

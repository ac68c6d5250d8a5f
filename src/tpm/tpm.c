/* SPDX-License-Identifier: Apache-2.0 */
#include "tpm/tpm.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/reader.h"
#include "base/writer.h"
#include "tpm/tpm_private.h"

enum {
    HANDLES_MAX = 32, /* of objects or sessions found in a TPM */
    FLUSH_COMMAND_SIZE = 14,
};

/* ---- outcomes ------------------------------------------------------------ */

static bool is_busy(TSS2_RC code)
{
    static const TPM2_RC BUSY[] = {
        TPM2_RC_RETRY,          TPM2_RC_YIELDED,        TPM2_RC_TESTING,
        TPM2_RC_NV_RATE,        TPM2_RC_NV_UNAVAILABLE, TPM2_RC_LOCKOUT,
        TPM2_RC_MEMORY,         TPM2_RC_OBJECT_MEMORY,  TPM2_RC_SESSION_MEMORY,
        TPM2_RC_OBJECT_HANDLES, TPM2_RC_SESSION_HANDLES};
    for (size_t i = 0; i < sizeof BUSY / sizeof BUSY[0]; i++)
        if (code == BUSY[i])
            return true;
    return false;
}

/* Format one: which handle, parameter or session stands beside the error. */
static enum status format_one(TSS2_RC code)
{
    switch (code & (TPM2_RC_FMT1 | 0x3f)) {
    case TPM2_RC_HANDLE:
        return STATUS_NOT_FOUND;
    case TPM2_RC_AUTH_FAIL:
    case TPM2_RC_BAD_AUTH:
    case TPM2_RC_HIERARCHY:
        return STATUS_DENIED;
    default:
        return STATUS_INTERNAL;
    }
}

enum status tpm_outcome(struct tpm *tpm, TSS2_RC code)
{
    if (code == TSS2_RC_SUCCESS)
        return STATUS_OK;
    tpm->last_code = code;
    if ((code & TSS2_RC_LAYER_MASK) == TSS2_TCTI_RC_LAYER)
        return STATUS_IO;
    if ((code & TSS2_RC_LAYER_MASK) != TSS2_TPM_RC_LAYER)
        return (code & ~TSS2_RC_LAYER_MASK) == TSS2_BASE_RC_MEMORY
                   ? STATUS_NO_MEMORY
                   : STATUS_IO; /* an answer that ESYS does not believe */
    if (is_busy(code))
        return STATUS_AGAIN;
    if ((code & TPM2_RC_FMT1) != 0)
        return format_one(code);
    switch (code) {
    case TPM2_RC_NV_DEFINED:
        return STATUS_CONFLICT;
    case TPM2_RC_NV_SPACE:
        return STATUS_NO_SPACE;
    case TPM2_RC_NV_UNINITIALIZED:
        return STATUS_END;
    case TPM2_RC_NV_AUTHORIZATION:
        return STATUS_DENIED;
    case TPM2_RC_FAILURE:
    case TPM2_RC_INITIALIZE:
        return STATUS_IO;
    default:
        return STATUS_INTERNAL;
    }
}

uint32_t tpm_last_code(const struct tpm *tpm)
{
    return tpm->last_code;
}

/* ---- who it is ----------------------------------------------------------- */

static void put_word(char *at, uint32_t word)
{
    for (unsigned i = 0; i < 4; i++) {
        char c = (char)(word >> (24 - 8 * i) & 0xff);
        at[i] = c >= ' ' && c <= '~' ? c : ' ';
    }
}

static void take_property(struct tpm_identity *identity,
                          const TPMS_TAGGED_PROPERTY *property)
{
    TPM2_PT tag = property->property;
    if (tag == TPM2_PT_MANUFACTURER)
        put_word(identity->manufacturer, property->value);
    else if (tag >= TPM2_PT_VENDOR_STRING_1 && tag <= TPM2_PT_VENDOR_STRING_4)
        put_word(identity->vendor + 4 * (tag - TPM2_PT_VENDOR_STRING_1),
                 property->value);
    else if (tag == TPM2_PT_FIRMWARE_VERSION_1)
        identity->firmware[0] = property->value;
    else if (tag == TPM2_PT_FIRMWARE_VERSION_2)
        identity->firmware[1] = property->value;
}

/* libtpms, and so swtpm and the TPM of a virtual machine: "IBM ", "SW   TPM".
 * Microsoft's reference code: "MSFT" or "XCG ". */
static bool is_emulator(const struct tpm_identity *identity)
{
    static const char *const MAKERS[] = {"IBM ", "MSFT", "XCG ", "GOOG"};
    for (size_t i = 0; i < sizeof MAKERS / sizeof MAKERS[0]; i++)
        if (strcmp(identity->manufacturer, MAKERS[i]) == 0)
            return true;
    return strncmp(identity->vendor, "SW", 2) == 0;
}

static enum status read_identity(struct tpm *tpm)
{
    enum { COUNT = 8 }; /* from the manufacturer to the firmware */
    TPMI_YES_NO is_more = 0;
    TPMS_CAPABILITY_DATA *found = NULL;
    enum status s = tpm_outcome(
        tpm, Esys_GetCapability(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE,
                                ESYS_TR_NONE, TPM2_CAP_TPM_PROPERTIES,
                                TPM2_PT_MANUFACTURER, COUNT, &is_more, &found));
    if (s != STATUS_OK)
        return s;
    const TPML_TAGGED_TPM_PROPERTY *list = &found->data.tpmProperties;
    for (uint32_t i = 0; i < list->count; i++)
        take_property(&tpm->identity, &list->tpmProperty[i]);
    tpm->identity.is_software = is_emulator(&tpm->identity);
    Esys_Free(found);
    return STATUS_OK;
}

const struct tpm_identity *tpm_identity(const struct tpm *tpm)
{
    return &tpm->identity;
}

/* ---- slots --------------------------------------------------------------- */

/* Part 3 section 28.4, as bytes: ESYS flushes only what it has made. */
static void flush_foreign(struct tpm *tpm, TPM2_HANDLE handle)
{
    uint8_t command[FLUSH_COMMAND_SIZE];
    uint8_t response[TPM_RESPONSE_MAX];
    size_t size = 0;
    struct writer w = writer_on(command, sizeof command);
    writer_u16be(&w, TPM2_ST_NO_SESSIONS);
    writer_u32be(&w, FLUSH_COMMAND_SIZE);
    writer_u32be(&w, TPM2_CC_FlushContext);
    writer_u32be(&w, handle);
    (void)!tpm->tcti.transport->exchange(tpm->tcti.transport->context,
                                         writer_written(&w), response,
                                         sizeof response, &size);
}

/* What a visit that was cut off left behind. Behind a resource manager this is
 * our own space, and empty. */
static enum status clear_slots(struct tpm *tpm, TPM2_HANDLE first)
{
    TPMI_YES_NO is_more = 0;
    TPMS_CAPABILITY_DATA *found = NULL;
    enum status s = tpm_outcome(
        tpm, Esys_GetCapability(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE,
                                ESYS_TR_NONE, TPM2_CAP_HANDLES, first,
                                HANDLES_MAX, &is_more, &found));
    if (s != STATUS_OK)
        return s;
    const TPML_HANDLE *list = &found->data.handles;
    for (uint32_t i = 0; i < list->count; i++)
        flush_foreign(tpm, list->handle[i]);
    Esys_Free(found);
    return STATUS_OK;
}

enum status tpm_open(const struct tpm_transport *transport, struct tpm **out)
{
    *out = NULL;
    /* Its log would hold what it sends: none, whatever the environment says. */
    (void)setenv("TSS2_LOG", "all+none", 1);
    AUTO(tpm_close) struct tpm *tpm = alloc_zeroed(sizeof *tpm);
    if (tpm == NULL)
        return STATUS_NO_MEMORY;
    tpm->session = ESYS_TR_NONE;
    tcti_init(&tpm->tcti, transport);
    enum status s = tpm_outcome(
        tpm, Esys_Initialize(&tpm->esys,
                             (TSS2_TCTI_CONTEXT *)(void *)&tpm->tcti, NULL));
    if (s == STATUS_OK)
        s = read_identity(tpm);
    if (s == STATUS_OK)
        /* TPM2_TRANSIENT_FIRST, which shifts an int into its sign */
        s = clear_slots(tpm, (TPM2_HANDLE)TPM2_HT_TRANSIENT
                                 << TPM2_HR_SHIFT);
    if (s == STATUS_OK)
        s = clear_slots(tpm, TPM2_LOADED_SESSION_FIRST);
    if (s != STATUS_OK)
        return s;
    *out = tpm;
    tpm = NULL;
    return STATUS_OK;
}

void tpm_close(struct tpm **tpm)
{
    if (*tpm == NULL)
        return;
    if ((*tpm)->session != ESYS_TR_NONE)
        (void)Esys_FlushContext((*tpm)->esys, (*tpm)->session);
    Esys_Finalize(&(*tpm)->esys);
    explicit_bzero(*tpm, sizeof **tpm);
    alloc_free(*tpm);
    *tpm = NULL;
}

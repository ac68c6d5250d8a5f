/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/plant_keys.h"

#include "base/text.h"
#include "sys/tpm_link.h"

enum {
    HANDLE_TEXT_SIZE = 10, /* "0x01848100" */
    HANDLES = 3,
    FIRST_HANDLE = 0x01848100,
    /* NV indices of a TPM's owner: TCG's registry of reserved handles. */
    OWNER_FIRST = 0x01800000,
    OWNER_LAST = 0x01bfffff,
};

#define PLANT(member) .offset = offsetof(struct plant, member)
#define SHOWN(text) ((text).size > 60 ? 60 : (int)(text).size), (text).data

static const char *const ERASURES[] = {"file", "tpm", NULL};

const struct yaml_field PLANT_KEYS_FIELDS[] = {
    {.key = "erasure",
     .type = YAML_TYPE_CHOICE,
     PLANT(erasure),
     .choices = ERASURES},
    {.key = "tcti",
     .type = YAML_TYPE_TEXT,
     PLANT(tcti),
     .max = TPM_LINK_PLACE_MAX},
    {.key = "handles",
     .type = YAML_TYPE_TEXT,
     PLANT(handles),
     .max = HANDLE_TEXT_SIZE},
    {0},
};

static bool parse_handle(struct text text, uint32_t *out)
{
    *out = 0;
    if (text.size != HANDLE_TEXT_SIZE || text.data[0] != '0' ||
        text.data[1] != 'x')
        return false;
    for (size_t i = 2; i < text.size; i++) {
        char c = text.data[i];
        uint32_t digit = 0;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a') + 10;
        else
            return false;
        *out = *out << 4 | digit;
    }
    return true;
}

static struct finding_place place_of(const struct plant *plant)
{
    const struct yaml_node *keys =
        yaml_child(plant->tree, yaml_tree_root(plant->tree), "keys");
    return keys == NULL ? (struct finding_place){plant->tree->file, 1, 0}
                        : yaml_place(plant->tree, keys);
}

static void check_tpm(struct plant *plant, struct findings *findings)
{
    if (plant->tcti.size == 0)
        plant->tcti = text_of("device:/dev/tpmrm0");
    if (!tpm_link_is_place(plant->tcti))
        findings_add(findings, FINDING_WRONG_TYPE, place_of(plant),
                     "write tcti: \"device:/dev/tpmrm0\"",
                     "'%.*s' is no way to a TPM", SHOWN(plant->tcti));
    plant->tpm_handle = FIRST_HANDLE;
    if (plant->handles.size == 0)
        return;
    if (!parse_handle(plant->handles, &plant->tpm_handle) ||
        plant->tpm_handle < OWNER_FIRST ||
        plant->tpm_handle > OWNER_LAST - HANDLES + 1)
        findings_add(findings, FINDING_OUT_OF_RANGE, place_of(plant),
                     "write the first of three free ones, such as "
                     "\"0x01848100\"",
                     "'%.*s' is no NV index of an owner (0x01800000 to "
                     "0x01bffffd)",
                     SHOWN(plant->handles));
}

void plant_keys_check(struct plant *plant, struct findings *findings)
{
    if (plant->erasure == KEY_ERASURE_TPM)
        check_tpm(plant, findings);
    else if (plant->tcti.size > 0 || plant->handles.size > 0)
        findings_add(findings, FINDING_MISSING_KEY, place_of(plant),
                     "write erasure: tpm, or leave tcti and handles out",
                     "keys: names a TPM, which erasure: file does not use");
    if (plant->erasure == 0)
        plant->erasure = KEY_ERASURE_FILE;
}

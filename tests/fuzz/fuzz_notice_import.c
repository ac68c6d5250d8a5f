/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a published notice: a draft that notice_load reads as YAML, and
 * that holds nothing but what stands in the text. */
#include <stdlib.h>

#include "base/buffer.h"
#include "notice/finding.h"
#include "notice/import/notice_import.h"
#include "notice/notice.h"

enum { OUTPUT_BYTES_MAX = 64 << 20 };

/* What is wrong with a draft's meaning is for a person; its form is ours. */
static void check_form(const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        enum finding_code code = findings->list[i].code;
        if (code == FINDING_SYNTAX || code == FINDING_UNKNOWN_KEY ||
            code == FINDING_DUPLICATE_KEY || code == FINDING_NOT_PLAIN_TEXT ||
            code == FINDING_ALIAS || code == FINDING_DUPLICATE_ID)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notice_import import;
    if (notice_import_read(bytes_of(data, size), &import) != STATUS_OK)
        return 0;
    struct findings findings = {0};
    struct notice *notice = NULL;
    enum status s = notice_load("notice.yaml", buffer_bytes(&import.yaml),
                                &findings, &notice);
    if ((s == STATUS_OK) != (notice != NULL))
        abort();
    check_form(&findings);
    struct buffer out = buffer_with_limit(OUTPUT_BYTES_MAX);
    notice_import_write_json(&import, &out);
    buffer_deinit(&out);
    notice_destroy(&notice);
    findings_deinit(&findings);
    notice_import_deinit(&import);
    return 0;
}

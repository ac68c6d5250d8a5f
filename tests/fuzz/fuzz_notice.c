/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as notice.yaml: a notice that can be shown, or findings. */
#include <stdlib.h>

#include "base/buffer.h"
#include "notice/finding.h"
#include "notice/notice.h"
#include "notice/notice_json.h"
#include "notice/render_html.h"

enum { OUTPUT_BYTES_MAX = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct findings findings = {0};
    struct notice *notice = NULL;
    enum status s =
        notice_load("notice.yaml", bytes_of(data, size), &findings, &notice);
    if ((s == STATUS_OK) != (notice != NULL) ||
        (s == STATUS_BAD_INPUT) != (findings.errors > 0))
        abort();
    struct buffer out = buffer_with_limit(OUTPUT_BYTES_MAX);
    if (notice != NULL) {
        if (notice_render_html(notice, LANGUAGE_ENGLISH, NULL, &out) != STATUS_OK)
            abort();
        notice_write_json(notice, &out);
    }
    findings_write_json(&findings, &out);
    buffer_deinit(&out);
    notice_destroy(&notice);
    findings_deinit(&findings);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as plant.yaml: a plant or findings. */
#include <stdlib.h>

#include "base/buffer.h"
#include "notice/finding.h"
#include "notice/plant.h"

enum { OUTPUT_BYTES_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct findings findings = {0};
    struct plant *plant = NULL;
    enum status s =
        plant_load("plant.yaml", bytes_of(data, size), &findings, &plant);
    if ((s == STATUS_OK) != (plant != NULL) ||
        (s == STATUS_BAD_INPUT) != (findings.errors > 0))
        abort();
    struct buffer out = buffer_with_limit(OUTPUT_BYTES_MAX);
    findings_write_text(&findings, &out);
    buffer_deinit(&out);
    plant_destroy(&plant);
    findings_deinit(&findings);
    return 0;
}

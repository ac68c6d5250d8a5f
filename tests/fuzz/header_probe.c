/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header_probe FILE... - what our reader makes of the parameter sets in inputs
 * of fuzz_parameter_sets: FILE WIDTH HEIGHT, a line for each sequence parameter
 * set that can be read.
 */
#include <stdint.h>
#include <stdio.h>

#include "base/bytes.h"
#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"

enum { INPUT_BYTES_MAX = 1 << 16 };

static void print(const char *path, bool is_h265, struct bytes nal)
{
    struct h264_sps h264;
    struct h265_sps h265;
    if (is_h265 && h265_sps_read(nal, &h265) == STATUS_OK)
        (void)printf("%s %u %u\n", path, (unsigned)h265.width,
                     (unsigned)h265.height);
    if (!is_h265 && h264_sps_read(nal, &h264) == STATUS_OK)
        (void)printf("%s %u %u\n", path, (unsigned)h264.width,
                     (unsigned)h264.height);
}

int main(int count, char **arguments)
{
    static uint8_t input[INPUT_BYTES_MAX];
    for (int i = 1; i < count; i++) {
        FILE *file = fopen(arguments[i], "rb");
        if (file == NULL)
            return 3;
        size_t size = fread(input, 1, sizeof input, file);
        (void)fclose(file);
        struct bytes stream = bytes_of(input + 1, size > 0 ? size - 1 : 0);
        struct bytes nal = {NULL, 0};
        while (nal_stream_next(&stream, &nal))
            print(arguments[i], (input[0] & 1) != 0, nal);
    }
    return 0;
}

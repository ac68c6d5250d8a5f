/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/findings_output.h"

#include <stdio.h>

#include "cmd/command.h"

enum { OUTPUT_BYTES_MAX = 8 << 20 };

static int write_and_release(FILE *stream, struct buffer *text)
{
    bool is_written = !text->failed &&
                      fwrite(text->data, 1, text->size, stream) == text->size &&
                      fflush(stream) == 0;
    buffer_deinit(text);
    return is_written ? EXIT_OK : EXIT_ENVIRONMENT;
}

int output_and_release(struct buffer *text)
{
    return write_and_release(stdout, text);
}

int findings_output(const struct findings *findings, bool as_json)
{
    struct buffer text = buffer_with_limit(OUTPUT_BYTES_MAX);
    if (as_json) {
        buffer_format(&text, "{\"ok\": %s, \"errors\": %zu, \"blocking\": %zu, "
                      "\"findings\": ",
                      findings->errors == 0 ? "true" : "false",
                      findings->errors, findings->blocking);
        findings_write_json(findings, &text);
        buffer_append_text(&text, "}\n");
    } else {
        findings_write_text(findings, &text);
    }
    int code = text.size == 0
                   ? EXIT_OK
                   : write_and_release(as_json ? stdout : stderr, &text);
    if (code != EXIT_OK || findings->out_of_memory)
        return EXIT_ENVIRONMENT;
    return findings->errors == 0 ? EXIT_OK : EXIT_USAGE;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "notice/json_text.h"

struct code {
    const char *name;
    enum finding_severity severity;
    const char *source;
};

static const struct code CODES[FINDING_CODE_COUNT] = {
#define CODE(NAME, name, severity, source) {name, severity, source},
#include "notice/finding_codes.def"
#undef CODE
};

void findings_deinit(struct findings *findings)
{
    alloc_free(findings->list);
    *findings = (struct findings){0};
}

/* Ends text at a whole UTF-8 character after snprintf cut it. */
static void end_at_character(char *text, size_t size)
{
    size_t used = strnlen(text, size);
    while (used > 0 && !text_is_plain((struct text){text, used})) {
        used--;
        text[used] = 0;
    }
}

static struct finding *next_finding(struct findings *findings)
{
    if (findings->count == FINDINGS_MAX) {
        findings->left_out++;
        return NULL;
    }
    if (findings->count == findings->capacity) {
        size_t capacity = findings->capacity == 0 ? 8 : 2 * findings->capacity;
        struct finding *list =
            alloc_resize(findings->list, capacity, sizeof *list);
        if (list == NULL) {
            findings->out_of_memory = true;
            return NULL;
        }
        findings->list = list;
        findings->capacity = capacity;
    }
    return &findings->list[findings->count++];
}

void findings_add(struct findings *findings, enum finding_code code,
                  struct finding_place place, const char *remedy,
                  const char *message, ...)
{
    if (CODES[code].severity == FINDING_ERROR)
        findings->errors++;
    if (CODES[code].severity == FINDING_BLOCKING)
        findings->blocking++;
    struct finding *finding = next_finding(findings);
    if (finding == NULL)
        return;
    *finding = (struct finding){
        .code = code, .line = place.line, .column = place.column};
    (void)snprintf(finding->file, sizeof finding->file, "%s", place.file);
    (void)snprintf(finding->remedy, sizeof finding->remedy, "%s", remedy);
    va_list arguments;
    va_start(arguments, message);
    (void)vsnprintf(finding->message, sizeof finding->message, message,
                    arguments);
    va_end(arguments);
    end_at_character(finding->file, sizeof finding->file);
    end_at_character(finding->remedy, sizeof finding->remedy);
    end_at_character(finding->message, sizeof finding->message);
}

enum status findings_status(const struct findings *findings)
{
    if (findings->out_of_memory)
        return STATUS_NO_MEMORY;
    return findings->errors > 0 ? STATUS_BAD_INPUT : STATUS_OK;
}

enum finding_severity finding_code_severity(enum finding_code code)
{
    return CODES[code].severity;
}

const char *finding_code_source(enum finding_code code)
{
    return CODES[code].source;
}

const char *finding_code_name(enum finding_code code)
{
    return CODES[code].name;
}

static const char *severity_name(enum finding_code code)
{
    static const char *const NAMES[] = {"", "warning", "blocking", "error"};
    return NAMES[CODES[code].severity];
}

void findings_write_text(const struct findings *findings, struct buffer *out)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        buffer_append_text(out, finding->file);
        if (finding->line > 0)
            buffer_format(out, ":%u", finding->line);
        buffer_format(out, ": %s: %s", severity_name(finding->code),
                      finding->message);
        if (finding->remedy[0] != 0)
            buffer_format(out, " \u2014 %s", finding->remedy);
        buffer_format(out, " [%s]\n", CODES[finding->code].name);
    }
    if (findings->left_out > 0)
        buffer_format(out, "... and %zu more\n", findings->left_out);
}

void findings_write_json(const struct findings *findings, struct buffer *out)
{
    buffer_append_text(out, "[");
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        buffer_format(out, "%s\n  {\"code\": \"%s\", \"severity\": \"%s\"",
                      i == 0 ? "" : ",", CODES[finding->code].name,
                      severity_name(finding->code));
        buffer_append_text(out, ", \"path\": ");
        json_write_text(text_of(finding->path), out);
        buffer_append_text(out, ", \"file\": ");
        json_write_text(text_of(finding->file), out);
        buffer_format(out, ", \"line\": %u, \"column\": %u, \"message\": ",
                      finding->line, finding->column);
        json_write_text(text_of(finding->message), out);
        buffer_append_text(out, ", \"remedy\": ");
        json_write_text(text_of(finding->remedy), out);
        buffer_append_text(out, ", \"source\": ");
        json_write_text(text_of(CODES[finding->code].source), out);
        buffer_append_text(out, "}");
    }
    buffer_append_text(out, findings->count == 0 ? "]" : "\n]");
}

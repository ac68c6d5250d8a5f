/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/notice_import.h"

#include "base/alloc.h"
#include "base/text.h"
#include "notice/import/draft_write.h"
#include "notice/import/import_join.h"
#include "notice/import/import_readers.h"
#include "notice/import/import_section.h"
#include "notice/json_text.h"

static void read_all(struct import_text *text, struct draft *draft)
{
    static void (*const READERS[])(struct import_text *text,
                                   struct draft *draft) = {
        import_read_head,         import_read_purposes, import_read_cameras,
        import_read_purpose_kinds,
        import_read_people,       import_read_keeping,  import_read_checking,
        import_read_outsourcing,  import_read_requests, import_read_measures,
        import_read_changes,      import_read_remedies, import_read_sign,
        import_read_bodies,
    };
    for (size_t i = 0; i < sizeof READERS / sizeof READERS[0]; i++)
        READERS[i](text, draft);
    import_text_end_cells(text);
}

enum status notice_import_read(struct bytes published,
                               struct notice_import *out)
{
    *out = (struct notice_import){
        .yaml = buffer_with_limit(IMPORT_YAML_BYTES_MAX)};
    enum status s = import_text_init(&out->text, published);
    if (s != STATUS_OK)
        return s;
    import_sections_find(&out->text);
    import_join_cells(&out->text);
    read_all(&out->text, &out->draft);
    if (!out->draft.is_out_of_memory)
        draft_write(&out->draft, &out->yaml, &out->values);
    s = out->draft.is_out_of_memory ? STATUS_NO_MEMORY
                                    : buffer_status(&out->yaml);
    if (s != STATUS_OK)
        notice_import_deinit(out);
    return s;
}

void notice_import_deinit(struct notice_import *import)
{
    import_text_deinit(&import->text);
    draft_deinit(&import->draft);
    buffer_deinit(&import->yaml);
    alloc_free(import->values.items);
    import->values = (struct draft_list){0};
}

const struct import_value *
notice_import_value_at(const struct notice_import *import, size_t index)
{
    return (const struct import_value *)import->values.items + index;
}

static bool holds_something(const struct import_line *line)
{
    return line->is_unfit || text_trim(line->text).size > 0;
}

size_t notice_import_lines(const struct notice_import *import)
{
    size_t count = 0;
    for (size_t i = 0; i < import->text.count; i++)
        count += holds_something(&import->text.lines[i]);
    return count;
}

size_t notice_import_not_understood(const struct notice_import *import)
{
    size_t count = 0;
    for (size_t i = 0; i < import->text.count; i++)
        count += holds_something(&import->text.lines[i]) &&
                 !import->text.lines[i].is_understood;
    return count;
}

static void write_value(const struct import_value *value, struct buffer *out)
{
    buffer_format(out, "\n  {\"path\": \"%s\", \"value\": ", value->path);
    if (value->text.size > 0 || value->number[0] == 0)
        json_write_text(value->text, out);
    else
        buffer_format(out, value->is_number ? "%s" : "\"%s\"", value->number);
    buffer_format(out, ", \"line\": %u}", value->line);
}

void notice_import_write_json(const struct notice_import *import,
                              struct buffer *out)
{
    buffer_append_text(out, "{\"values\": [");
    for (size_t i = 0; i < import->values.count; i++) {
        buffer_append_text(out, i == 0 ? "" : ",");
        write_value(notice_import_value_at(import, i), out);
    }
    buffer_append_text(out, "\n],\n\"not_understood\": [");
    const char *separator = "";
    for (size_t i = 0; i < import->text.count; i++) {
        const struct import_line *line = &import->text.lines[i];
        if (!holds_something(line) || line->is_understood)
            continue;
        buffer_format(out, "%s\n  {\"line\": %u, \"text\": ", separator,
                      line->number);
        json_write_text(text_trim(line->text), out);
        buffer_append_text(out, "}");
        separator = ",";
    }
    size_t lines = notice_import_lines(import);
    size_t left = notice_import_not_understood(import);
    buffer_format(out,
                  "\n],\n\"lines\": %zu, \"share_not_understood\": %.4f, "
                  "\"is_cut\": %s}\n",
                  lines, lines == 0 ? 0.0 : (double)left / (double)lines,
                  import->text.is_cut ? "true" : "false");
}

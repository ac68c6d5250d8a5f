/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/summary.h"

#include "base/text.h"

static void words(struct notice_words words, enum language language,
                  struct buffer *out)
{
    buffer_append(out, text_bytes(notice_words_in(words, language)));
}

static void write_group(const struct notice *notice,
                        const struct notice_group *group,
                        enum language language, struct buffer *out)
{
    char period[40];
    retention_format(group->retention, language, period, sizeof period);
    buffer_format(out, "  %-20.*s %3u  %-10s ", (int)group->id.size,
                  group->id.data, group->camera_count, period);
    words(notice->sites[group->site].name, language, out);
    buffer_append_text(out, " / ");
    words(group->place, language, out);
    buffer_append_text(out, "\n");
}

/* Ids of whole sites, then of single groups; "*" for all. */
static void write_scope(const struct notice *notice,
                        const struct notice_scope *scope, struct buffer *out)
{
    if (scope->count == notice->group_count) {
        buffer_append_text(out, "*");
        return;
    }
    const char *separator = "";
    for (size_t site = 0; site < notice->site_count; site++) {
        if (!notice_scope_holds_site(notice, scope, site))
            continue;
        buffer_append_text(out, separator);
        buffer_append(out, text_bytes(notice->sites[site].id));
        separator = ", ";
    }
    for (size_t i = 0; i < scope->count; i++) {
        const struct notice_group *group = &notice->groups[scope->groups[i]];
        if (notice_scope_holds_site(notice, scope, group->site))
            continue;
        buffer_append_text(out, separator);
        buffer_append(out, text_bytes(group->id));
        separator = ", ";
    }
}

static void write_person(const struct notice *notice,
                         const struct notice_person *person,
                         enum language language, struct buffer *out)
{
    buffer_format(out, "  %-20s ", notice_role_name(person->role));
    words(person->name, language, out);
    buffer_append_text(out, ", ");
    words(person->post, language, out);
    buffer_append_text(out, ": ");
    write_scope(notice, &person->scope, out);
    buffer_append_text(out, "\n");
}

void notice_summarise(const struct notice *notice, enum language language,
                        struct buffer *out)
{
    words(notice->institution, language, out);
    buffer_append_text(out, "\n");
    buffer_append(out, text_bytes(notice->homepage));
    buffer_append_text(out, "\n\n");
    for (size_t i = 0; i < notice->group_count; i++)
        write_group(notice, &notice->groups[i], language, out);
    buffer_append_text(out, "\n");
    for (size_t i = 0; i < notice->person_count; i++)
        write_person(notice, &notice->people[i], language, out);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_json.h"

#include "base/text.h"
#include "base/time.h"
#include "notice/json_text.h"

static void key(const char *name, struct buffer *out)
{
    buffer_format(out, "\"%s\": ", name);
}

static void comma(size_t index, const char *separator, struct buffer *out)
{
    if (index > 0)
        buffer_append_text(out, separator);
}

static void write_text(const char *name, struct text text, struct buffer *out)
{
    key(name, out);
    json_write_text(text, out);
}

static void write_words(const char *name, struct notice_words words,
                        struct buffer *out)
{
    key(name, out);
    buffer_append_text(out, "{");
    write_text("ko", words.ko, out);
    buffer_append_text(out, ", ");
    write_text("en", words.en, out);
    buffer_append_text(out, "}");
}

/* "YYYY-MM-DD" or null. */
static void write_day(const char *name, int64_t day, struct buffer *out)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    key(name, out);
    if (day == NOTICE_NO_DAY) {
        buffer_append_text(out, "null");
        return;
    }
    civil_from_day(day, &year, &month, &day_of_month);
    buffer_format(out, "\"%04d-%02u-%02u\"", (int)year, month, day_of_month);
}

static void write_scope(const struct notice *notice,
                        const struct notice_scope *scope, struct buffer *out)
{
    key("groups", out);
    buffer_append_text(out, "[");
    for (size_t i = 0; i < scope->count; i++) {
        comma(i, ", ", out);
        json_write_text(notice->groups[scope->groups[i]].id, out);
    }
    buffer_append_text(out, "]");
}

static void write_period(const char *name, struct retention retention,
                         struct buffer *out)
{
    static const char *const UNITS[] = {"none", "seconds", "days", "months"};
    key(name, out);
    if (retention.unit == 0)
        buffer_append_text(out, "null");
    else
        buffer_format(out, "{\"%s\": %u}", UNITS[retention.unit],
                      retention.count);
}

/* What a group, or the whole notice, says of how long it keeps. */
struct kept {
    struct retention period;
    struct retention floor;
    struct notice_words words;
    struct notice_words reason;
    struct notice_words floor_reason;
};

static void write_retention(struct kept kept, struct buffer *out)
{
    static const char *const UNITS[] = {"none", "seconds", "days", "months"};
    key("retention", out);
    buffer_format(out, "{\"%s\": %u, ", UNITS[kept.period.unit],
                  kept.period.count);
    write_words("words", kept.words, out);
    buffer_append_text(out, ", ");
    write_words("reason", kept.reason, out);
    buffer_append_text(out, ", ");
    write_period("floor", kept.floor, out);
    buffer_append_text(out, ", ");
    write_words("floor_reason", kept.floor_reason, out);
    buffer_append_text(out, "}");
}

static void write_group(const struct notice *notice,
                        const struct notice_group *group, struct buffer *out)
{
    buffer_append_text(out, "    {");
    write_text("id", group->id, out);
    buffer_append_text(out, ", ");
    write_text("site", notice->sites[group->site].id, out);
    buffer_append_text(out, ", ");
    write_words("floor", group->floor, out);
    buffer_append_text(out, ", ");
    write_words("place", group->place, out);
    buffer_append_text(out, ",\n     ");
    write_words("coverage", group->coverage, out);
    buffer_append_text(out, ",\n     \"exclusions\": [");
    for (size_t i = 0; i < group->exclusion_count; i++) {
        comma(i, ", ", out);
        json_write_text(group->exclusions[i].what.ko, out);
    }
    buffer_format(out,
                  "], \"place_kind\": \"%s\", \"class\": \"%s\", "
                  "\"pixels\": %u, \"count\": %u, ",
                  notice_place_kind_name(group->place_kind),
                  notice_camera_class_name(group->camera_class),
                  group->pixels, group->camera_count);
    write_words("hours", group->hours, out);
    buffer_append_text(out, ",\n     ");
    write_words("basis", group->basis, out);
    buffer_append_text(out, ",\n     \"purposes\": [");
    for (size_t i = 0; i < group->purpose_count; i++) {
        comma(i, ", ", out);
        json_write_text(notice->purposes[group->purposes[i]].id, out);
    }
    buffer_append_text(out, "], ");
    write_retention((struct kept){group->retention, group->retention_floor,
                                  group->retention_words,
                                  group->retention_reason,
                                  group->retention_floor_reason},
                    out);
    buffer_append_text(out, "}");
}

static void write_people(const struct notice *notice, struct buffer *out)
{
    buffer_append_text(out, "  \"people\": [\n");
    for (size_t i = 0; i < notice->person_count; i++) {
        const struct notice_person *person = &notice->people[i];
        comma(i, ",\n", out);
        buffer_append_text(out, "    {");
        write_text("id", person->id, out);
        buffer_append_text(out, ", ");
        write_text("role", text_of(notice_role_name(person->role)), out);
        buffer_append_text(out, ", ");
        write_words("name", person->name, out);
        buffer_append_text(out, ", ");
        write_words("post", person->post, out);
        buffer_append_text(out, ",\n     ");
        write_words("department", person->department, out);
        buffer_append_text(out, ", ");
        write_text("telephone", person->telephone, out);
        buffer_append_text(out, ", ");
        write_scope(notice, &person->scope, out);
        buffer_append_text(out, "}");
    }
    buffer_append_text(out, "\n  ]");
}

/* {"chief_manager": ["홍길가"], ...}: names, or ids where there is no name. */
static void write_people_by_role(const struct notice *notice,
                                 struct buffer *out)
{
    key("people_by_role", out);
    buffer_append_text(out, "{");
    for (unsigned role = NOTICE_ROLE_GENERAL_MANAGER;
         role <= NOTICE_ROLE_ACCESS_HOLDER; role++) {
        comma(role - 1, ", ", out);
        key(notice_role_name((enum notice_role)role), out);
        buffer_append_text(out, "[");
        const char *separator = "";
        for (size_t i = 0; i < notice->person_count; i++) {
            const struct notice_person *person = &notice->people[i];
            if (person->role != (enum notice_role)role)
                continue;
            buffer_append_text(out, separator);
            json_write_text(person->name.ko.size > 0 ? person->name.ko
                                                     : person->id,
                            out);
            separator = ", ";
        }
        buffer_append_text(out, "]");
    }
    buffer_append_text(out, "}");
}

static void write_site(const struct notice *notice, size_t site,
                       struct buffer *out)
{
    uint32_t cameras = 0;
    const char *separator = "";
    buffer_append_text(out, "    {");
    write_text("id", notice->sites[site].id, out);
    buffer_append_text(out, ", ");
    write_words("name", notice->sites[site].name, out);
    buffer_append_text(out, ", \"groups\": [");
    for (size_t i = 0; i < notice->group_count; i++) {
        if (notice->groups[i].site != site)
            continue;
        cameras += notice->groups[i].camera_count;
        buffer_append_text(out, separator);
        json_write_text(notice->groups[i].id, out);
        separator = ", ";
    }
    buffer_format(out, "], \"count\": %u}", cameras);
}

static void write_sites(const struct notice *notice, struct buffer *out)
{
    buffer_append_text(out, "  \"sites\": [\n");
    for (size_t i = 0; i < notice->site_count; i++) {
        comma(i, ",\n", out);
        write_site(notice, i, out);
    }
    buffer_format(out,
                  "\n  ],\n  \"totals\": {\"cameras\": %u, \"sites\": %zu, "
                  "\"groups\": %zu, \"people\": %zu}",
                  notice_camera_count(notice), notice->site_count,
                  notice->group_count, notice->person_count);
}

static void write_storages(const char *name,
                           const struct notice_storage *places, size_t count,
                           const struct notice *notice, struct buffer *out)
{
    buffer_format(out, "  \"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        buffer_append_text(out, i == 0 ? "\n    {" : ",\n    {");
        write_words("place", places[i].place, out);
        buffer_append_text(out, ", ");
        write_scope(notice, &places[i].scope, out);
        buffer_append_text(out, "}");
    }
    buffer_append_text(out, "]");
}

static void write_dates(const struct notice *notice, struct buffer *out)
{
    buffer_append_text(out, "  \"dates\": {");
    write_day("enacted", notice->enacted_day, out);
    buffer_append_text(out, ", ");
    write_day("revised", notice->revised_day, out);
    buffer_append_text(out, ", ");
    write_day("announced", notice->announced_day, out);
    buffer_append_text(out, ", ");
    write_day("effective", notice->effective_day, out);
    buffer_append_text(out, "}");
}

static void write_sign(const struct notice *notice, struct buffer *out)
{
    const struct notice_sign *sign = &notice->sign;
    key("sign", out);
    if (!notice->has_sign) {
        buffer_append_text(out, "null");
        return;
    }
    buffer_append_text(out, "{");
    write_words("purpose", sign->purpose, out);
    buffer_append_text(out, ", ");
    write_words("place", sign->place, out);
    buffer_append_text(out, ", ");
    write_words("coverage", sign->coverage, out);
    buffer_append_text(out, ", ");
    write_words("hours", sign->hours, out);
    buffer_append_text(out, ", ");
    write_words("manager", sign->manager, out);
    buffer_append_text(out, ", ");
    write_text("telephone", sign->telephone, out);
    buffer_append_text(out, ", ");
    write_words("processor", sign->processor, out);
    buffer_append_text(out, "}");
}

static void write_processors(const struct notice *notice, struct buffer *out)
{
    buffer_append_text(out, "  \"processors\": [\n");
    for (size_t i = 0; i < notice->processor_count; i++) {
        const struct notice_processor *processor = &notice->processors[i];
        comma(i, ",\n", out);
        buffer_append_text(out, "    {");
        write_text("id", processor->id, out);
        buffer_append_text(out, ", ");
        write_words("name", processor->name, out);
        buffer_append_text(out, ", ");
        write_words("task", processor->task, out);
        buffer_append_text(out, ", ");
        write_words("contact", processor->contact, out);
        buffer_append_text(out, ", ");
        write_text("telephone", processor->telephone, out);
        buffer_append_text(out, ", ");
        write_day("from", processor->from_day, out);
        buffer_append_text(out, ", ");
        write_day("until", processor->until_day, out);
        buffer_append_text(out, ", ");
        write_scope(notice, &processor->scope, out);
        buffer_append_text(out, "}");
    }
    buffer_append_text(out, "\n  ]");
}

static void write_purposes(const struct notice *notice, struct buffer *out)
{
    buffer_append_text(out, "  \"purposes\": [\n");
    for (size_t i = 0; i < notice->purpose_count; i++) {
        const struct notice_purpose *purpose = &notice->purposes[i];
        comma(i, ",\n", out);
        buffer_append_text(out, "    {");
        write_text("id", purpose->id, out);
        buffer_format(out, ", \"kind\": \"%s\", ",
                      notice_purpose_kind_name(purpose->kind));
        write_words("words", purpose->words, out);
        buffer_append_text(out, "}");
    }
    buffer_append_text(out, "\n  ]");
}

void notice_write_json(const struct notice *notice, struct buffer *out)
{
    buffer_append_text(out, "{\n  ");
    write_words("institution", notice->institution, out);
    buffer_append_text(out, ",\n  ");
    write_text("homepage", notice->homepage, out);
    buffer_append_text(out, ",\n");
    write_dates(notice, out);
    buffer_append_text(out, ",\n  ");
    write_retention((struct kept){notice->retention, notice->retention_floor,
                                  notice->retention_words,
                                  notice->retention_reason,
                                  notice->retention_floor_reason},
                    out);
    buffer_append_text(out, ",\n  ");
    write_words("hours", notice->hours, out);
    buffer_append_text(out, ",\n");
    write_sites(notice, out);
    buffer_append_text(out, ",\n");
    write_purposes(notice, out);
    buffer_append_text(out, ",\n  \"groups\": [\n");
    for (size_t i = 0; i < notice->group_count; i++) {
        comma(i, ",\n", out);
        write_group(notice, &notice->groups[i], out);
    }
    buffer_append_text(out, "\n  ],\n");
    write_people(notice, out);
    buffer_append_text(out, ",\n");
    buffer_append_text(out, "  ");
    write_people_by_role(notice, out);
    buffer_append_text(out, ",\n");
    write_storages("storage", notice->storages, notice->storage_count, notice,
                   out);
    buffer_append_text(out, ",\n");
    write_processors(notice, out);
    buffer_append_text(out, ",\n  ");
    write_sign(notice, out);
    buffer_append_text(out, "\n}\n");
}

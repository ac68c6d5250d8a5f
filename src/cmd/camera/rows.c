/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/rows.h"

#include <jansson.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/camera/survey.h"
#include "cmd/command.h"
#include "cmd/findings_output.h"
#include "cmd/local/json.h"
#include "cmd/notice/file.h"
#include "notice/configuration.h"
#include "notice/yaml_tree.h"

enum { PATH_SIZE = 1100 };

struct work {
    struct camera_rows *rows;
    char plant_path[PATH_SIZE];
    uint8_t *before; /* the file as it is */
    size_t before_size;
    size_t cameras_before;
    struct buffer after;
    struct plant *plant; /* of the new text */
    struct notice *notice;
    struct findings findings;
    size_t insert_at; /* an offset into before */
    uint32_t insert_line;
    unsigned indent;
    bool has_list;
};

static void work_deinit(struct work *work)
{
    alloc_free(work->before);
    buffer_deinit(&work->after);
    plant_destroy(&work->plant);
    notice_destroy(&work->notice);
    findings_deinit(&work->findings);
}

/* ---- where they go ------------------------------------------------------ */

static bool is_blank_or_comment(struct text line)
{
    line = text_trim(line);
    return line.size == 0 || line.data[0] == '#' || line.data[0] == '\r';
}

/* The line after the last camera's last one: before the next key of the root
 * and the comments above it. */
static void find_place(struct work *work, const struct yaml_tree *tree)
{
    const struct yaml_node *list =
        yaml_child(tree, yaml_tree_root(tree), "cameras");
    const struct yaml_node *next = NULL;
    const struct yaml_node *first = list == NULL ? NULL : yaml_first(tree, list);
    uint32_t end_line = UINT32_MAX;
    work->has_list = first != NULL && first->column > 2;
    work->indent = work->has_list ? first->column - 3 : 2;
    if (list != NULL)
        next = yaml_next(tree, list);
    if (next != NULL)
        end_line = next->line;
    struct text rest = bytes_text(bytes_of(work->before, work->before_size));
    uint32_t line = 1;
    while (rest.size > 0) {
        struct text one = text_cut(&rest, '\n');
        /* A value may stand a line below its key. */
        if (line > end_line ||
            (line == end_line && next != NULL && next->key.size > 0 &&
             text_starts_with(one, next->key)))
            break;
        line++;
        if (is_blank_or_comment(one))
            continue;
        work->insert_at = work->before_size - rest.size;
        work->insert_line = line;
    }
}

/* ---- the new text ------------------------------------------------------- */

static void append_quoted(struct buffer *out, struct text text)
{
    buffer_append_u8(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\')
            buffer_append_u8(out, '\\');
        buffer_append_u8(out, (uint8_t)text.data[i]);
    }
    buffer_append_u8(out, '"');
}

/* One line of a row; numbers and words of a list stand without quotes. */
static void append_line(struct work *work, struct camera_row *row,
                        const char *key, struct text value, bool is_quoted)
{
    struct buffer *out = &work->after;
    bool is_first = text_equal(text_of(key), text_of("number"));
    if (value.size == 0)
        return;
    buffer_format(out, "%*s%s%s: ", (int)work->indent, "",
                  is_first ? "- " : "  ", key);
    if (is_quoted)
        append_quoted(out, value);
    else
        buffer_append(out, text_bytes(value));
    buffer_append_u8(out, '\n');
    row->last_line++;
}

static void append_name(struct work *work, struct camera_row *row)
{
    struct buffer *out = &work->after;
    buffer_format(out, "%*s  name: {ko: ", (int)work->indent, "");
    append_quoted(out, row->name_ko);
    if (row->name_en.size > 0) {
        buffer_append_text(out, ", en: ");
        append_quoted(out, row->name_en);
    }
    buffer_append_text(out, "}\n");
    row->last_line++;
}

static struct text sub_path_of(const struct camera_row *row)
{
    if (text_equal(row->sub_path, text_of("-")))
        return text_of("");
    return row->sub_path.size > 0 ? row->sub_path
                                  : text_of(row->found_sub_path);
}

static void append_row(struct work *work, struct camera_row *row)
{
    struct text path =
        row->path.size > 0 ? row->path : text_of(row->found_path);
    struct text port =
        row->port.size > 0 ? row->port : text_of(row->found_port);
    append_line(work, row, "number", row->number, false);
    append_line(work, row, "id", row->id, true);
    append_line(work, row, "group", row->group, true);
    append_name(work, row);
    append_line(work, row, "host", row->host, true);
    append_line(work, row, "port", port, false);
    append_line(work, row, "path", path, true);
    append_line(work, row, "sub_path", sub_path_of(row), true);
    append_line(work, row, "user", row->user, true);
    append_line(work, row, "password_file", row->password_file, true);
    append_line(work, row, "tls", row->tls, false);
    append_line(work, row, "transport", row->transport, false);
    append_line(work, row, "onvif_port", row->onvif_port, false);
}

static bool ends_line(const struct work *work)
{
    return work->insert_at == 0 || work->before[work->insert_at - 1] == '\n';
}

static enum status write_after(struct work *work)
{
    struct buffer *out = &work->after;
    uint32_t line = work->insert_line;
    buffer_clear(out);
    buffer_append(out, bytes_of(work->before, work->insert_at));
    if (!ends_line(work))
        buffer_append_u8(out, '\n');
    if (!work->has_list) {
        buffer_append_text(out, "cameras:\n");
        line++;
    }
    for (size_t i = 0; i < work->rows->count; i++) {
        struct camera_row *row = &work->rows->list[i];
        row->first_line = row->last_line = line;
        append_row(work, row);
        line = row->last_line;
    }
    buffer_append(out, bytes_of(work->before + work->insert_at,
                                work->before_size - work->insert_at));
    return buffer_status(out);
}

/* ---- checking ----------------------------------------------------------- */

/* A finding in a new row is one of the line that it came from. */
static void name_origins(struct work *work)
{
    for (size_t i = 0; i < work->findings.count; i++) {
        struct finding *one = &work->findings.list[i];
        for (size_t j = 0; j < work->rows->count; j++) {
            const struct camera_row *row = &work->rows->list[j];
            if (one->line < row->first_line || one->line >= row->last_line)
                continue;
            (void)snprintf(one->file, sizeof one->file, "%s",
                           work->rows->from);
            one->line = row->line;
            one->column = 0;
            one->path[0] = 0;
            break;
        }
    }
}

static void check_groups(struct work *work)
{
    for (size_t i = 0; i < work->rows->count; i++) {
        const struct camera_row *row = &work->rows->list[i];
        if (notice_group_find(work->notice, row->group) == NULL)
            findings_add(&work->findings, FINDING_UNKNOWN_GROUP,
                         (struct finding_place){work->plant_path,
                                                row->first_line, 0},
                         "use the id of a group of the notice",
                         "the notice has no group '%.*s'",
                         (int)(row->group.size > 60 ? 60 : row->group.size),
                         row->group.data);
    }
}

/* EXIT_OK with the plant of the new text, or what is wrong was said. */
static int check_after(struct work *work)
{
    plant_destroy(&work->plant);
    enum status s = write_after(work);
    if (s == STATUS_OK)
        s = plant_load(work->plant_path, buffer_bytes(&work->after),
                       &work->findings, &work->plant);
    if (s == STATUS_NO_MEMORY)
        return EXIT_ENVIRONMENT;
    check_groups(work);
    if (s == STATUS_OK &&
        work->plant->camera_count != work->cameras_before + work->rows->count)
        findings_add(&work->findings, FINDING_SYNTAX,
                     (struct finding_place){work->plant_path, 0, 0},
                     "write cameras: as a list with a dash for each camera",
                     "no rows can be added to this list");
    if (work->findings.errors == 0)
        return EXIT_OK;
    name_origins(work);
    return findings_output(&work->findings, false);
}

/* ---- what the cameras know ---------------------------------------------- */

static int ask_path(struct work *work, struct camera_row *row,
                    const struct plant_camera *camera)
{
    struct camera_target target;
    AUTO(alloc_release) struct camera_survey *survey =
        alloc_zeroed(sizeof *survey);
    if (survey == NULL)
        return EXIT_ENVIRONMENT;
    int code = camera_target_init(work->rows->directory, work->plant, camera,
                                  &target);
    enum status s = STATUS_OK;
    if (code == EXIT_OK)
        s = camera_survey_stream(&target, survey);
    camera_target_deinit(&target);
    if (code != EXIT_OK)
        return code;
    if (s != STATUS_OK) {
        (void)fprintf(stderr,
                      "%s:%u: error: camera %.*s does not say its path over "
                      "ONVIF: %s %s - write its path, or check host, "
                      "onvif_port and password\n",
                      work->rows->from, (unsigned)row->line,
                      (int)row->id.size, row->id.data, status_name(s),
                      survey->fault.reason);
        return EXIT_FINDING;
    }
    (void)text_copy(text_of(survey->path), row->found_path,
                    sizeof row->found_path);
    (void)text_copy(text_of(survey->sub_path), row->found_sub_path,
                    sizeof row->found_sub_path);
    (void)snprintf(row->found_port, sizeof row->found_port, "%u",
                   (unsigned)survey->port);
    return EXIT_OK;
}

static int ask_paths(struct work *work, bool *has_asked)
{
    int code = EXIT_OK;
    for (size_t i = 0; i < work->rows->count; i++) {
        struct camera_row *row = &work->rows->list[i];
        uint64_t number = 0;
        if (row->path.size > 0 ||
            number_parse_u64(row->number, CAMERA_NUMBER_MIN, CAMERA_NUMBER_MAX,
                             &number) != STATUS_OK)
            continue;
        int one = ask_path(work, row,
                           plant_camera_find(work->plant, (uint32_t)number));
        code = one == EXIT_OK ? code : one;
        *has_asked = true;
    }
    return code;
}

/* ---- all of it ---------------------------------------------------------- */

/* "Never given twice": the next above all that are there. */
static void give_numbers(struct work *work, const struct plant *plant)
{
    uint32_t highest = 0;
    for (size_t i = 0; i < plant->camera_count; i++)
        if (plant->cameras[i].number > highest)
            highest = plant->cameras[i].number;
    for (size_t i = 0; i < work->rows->count; i++) {
        uint64_t number = 0;
        if (number_parse_u64(work->rows->list[i].number, 1, CAMERA_NUMBER_MAX,
                             &number) == STATUS_OK &&
            number > highest)
            highest = (uint32_t)number;
    }
    for (size_t i = 0; i < work->rows->count; i++) {
        struct camera_row *row = &work->rows->list[i];
        if (row->number.size == 0) {
            (void)snprintf(row->given_number, sizeof row->given_number, "%u",
                           (unsigned)++highest);
            row->number = text_of(row->given_number);
        }
        if (row->id.size == 0 && row->number.size < sizeof row->given_number) {
            (void)snprintf(row->given_id, sizeof row->given_id, "cam-%.*s",
                           (int)row->number.size, row->number.data);
            row->id = text_of(row->given_id);
        }
    }
}

/* The file as it is: it must be sound before anything is added. */
static int read_before(struct work *work)
{
    AUTO(plant_destroy) struct plant *plant = NULL;
    char notice_path[PATH_SIZE];
    (void)snprintf(work->plant_path, sizeof work->plant_path, "%s/plant.yaml",
                   work->rows->directory);
    (void)snprintf(notice_path, sizeof notice_path, "%s/notice.yaml",
                   work->rows->directory);
    enum status s =
        file_read_all(&FILE_LAYER_SYSTEM, work->plant_path,
                      CONFIGURATION_FILE_BYTES_MAX, &work->before,
                      &work->before_size);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi: %s cannot be read: %s\n",
                      work->plant_path, status_name(s));
        return EXIT_ENVIRONMENT;
    }
    s = plant_load(work->plant_path,
                   bytes_of(work->before, work->before_size), &work->findings,
                   &plant);
    if (s != STATUS_OK)
        return s == STATUS_BAD_INPUT ? findings_output(&work->findings, false)
                                     : EXIT_ENVIRONMENT;
    findings_deinit(&work->findings);
    work->findings = (struct findings){0};
    work->cameras_before = plant->camera_count;
    find_place(work, plant->tree);
    give_numbers(work, plant);
    return notice_file_open(notice_path, &work->notice);
}

static uint32_t cameras_of(const struct plant *plant, struct text group)
{
    uint32_t count = 0;
    for (size_t i = 0; i < plant->camera_count; i++)
        count += text_equal(plant->cameras[i].group_id, group);
    return count;
}

static void say_text(const struct work *work)
{
    (void)printf("%zu cameras added to %s\n", work->rows->count,
                 work->plant_path);
    for (size_t i = 0; i < work->notice->group_count; i++) {
        const struct notice_group *group = &work->notice->groups[i];
        uint32_t count = cameras_of(work->plant, group->id);
        if (count != group->camera_count)
            (void)printf("notice.yaml:%u: group '%.*s' states %u cameras, the "
                         "plant now has %u - announce a notice with this count "
                         "before the recorder is started again\n",
                         (unsigned)group->line, (int)group->id.size,
                         group->id.data, (unsigned)group->camera_count,
                         (unsigned)count);
    }
}

static void say_json(const struct work *work)
{
    json_t *cameras = json_array();
    json_t *counts = json_array();
    for (size_t i = work->cameras_before; i < work->plant->camera_count; i++) {
        const struct plant_camera *one = &work->plant->cameras[i];
        (void)json_array_append_new(
            cameras, json_pack("{s:I, s:s%, s:s%, s:s%, s:I, s:s%, s:s%}",
                               "number",
                               (json_int_t)one->number, "id", one->id.data,
                               one->id.size, "group", one->group_id.data,
                               one->group_id.size, "host", one->host.data,
                               one->host.size, "port", (json_int_t)one->port,
                               "path", one->path.data, one->path.size,
                               "sub_path", one->sub_path.size == 0 ? "" : one->sub_path.data,
                               one->sub_path.size));
    }
    for (size_t i = 0; i < work->notice->group_count; i++) {
        const struct notice_group *group = &work->notice->groups[i];
        uint32_t count = cameras_of(work->plant, group->id);
        if (count != group->camera_count)
            (void)json_array_append_new(
                counts, json_pack("{s:s%, s:I, s:I}", "group", group->id.data,
                                  group->id.size, "notice_states",
                                  (json_int_t)group->camera_count,
                                  "plant_has", (json_int_t)count));
    }
    json_t *document =
        json_pack("{s:o, s:o}", "added", cameras, "counts_differ", counts);
    local_print(document);
    json_decref(document);
}

int camera_rows_add(struct camera_rows *rows, bool as_json)
{
    AUTO(work_deinit) struct work work = {
        .rows = rows,
        .after = buffer_with_limit(CONFIGURATION_FILE_BYTES_MAX),
    };
    bool has_asked = false;
    int code = read_before(&work);
    if (code == EXIT_OK)
        code = check_after(&work);
    if (code == EXIT_OK)
        code = ask_paths(&work, &has_asked);
    if (code == EXIT_OK && has_asked)
        code = check_after(&work);
    if (code != EXIT_OK) {
        (void)fprintf(stderr, "haechi: nothing was added\n");
        return code;
    }
    enum status s = file_replace(&FILE_LAYER_SYSTEM, work.plant_path,
                                 buffer_bytes(&work.after));
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi: %s cannot be written: %s\n",
                      work.plant_path, status_name(s));
        return EXIT_ENVIRONMENT;
    }
    if (as_json)
        say_json(&work);
    else
        say_text(&work);
    return EXIT_OK;
}

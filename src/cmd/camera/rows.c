/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/rows.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/camera/options.h"
#include "cmd/camera/pins.h"
#include "cmd/camera/rows_private.h"
#include "cmd/camera/words.h"
#include "cmd/findings_output.h"
#include "cmd/notice/file.h"
#include "notice/configuration.h"
#include "notice/yaml_tree.h"

static void work_deinit(struct camera_rows_work *work)
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

/* What stands at the margin and is no list: the next key of the root, however
 * it is written, or the end of the document. */
static bool ends_list(struct text line)
{
    return line.size > 0 && memchr(" \t\r-#", line.data[0], 5) == NULL;
}

static bool ends_document(struct text line)
{
    return text_starts_with(line, text_of("..."));
}

/* The line after the last camera's last one: before the next key of the root
 * and the comments above it. */
static void find_place(struct camera_rows_work *work, const struct yaml_tree *tree)
{
    const struct yaml_node *list =
        yaml_child(tree, yaml_tree_root(tree), "cameras");
    const struct yaml_node *first = list == NULL ? NULL : yaml_first(tree, list);
    work->has_list = first != NULL && first->column > 2;
    work->indent = work->has_list ? first->column - 3 : 2;
    struct text rest = bytes_text(bytes_of(work->before, work->before_size));
    uint32_t line = 1;
    while (rest.size > 0) {
        struct text one = text_cut(&rest, '\n');
        if (ends_document(one) ||
            (list != NULL && line > list->line && ends_list(one)))
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
static void append_line(struct camera_rows_work *work, struct camera_row *row,
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

static void append_name(struct camera_rows_work *work, struct camera_row *row)
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

static void append_row(struct camera_rows_work *work, struct camera_row *row)
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

static bool ends_line(const struct camera_rows_work *work)
{
    return work->insert_at == 0 || work->before[work->insert_at - 1] == '\n';
}

static enum status write_after(struct camera_rows_work *work)
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
static void name_origins(struct camera_rows_work *work)
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

static struct finding_place place_of(const struct camera_rows_work *work,
                                     const struct camera_row *row)
{
    return (struct finding_place){work->plant_path, row->first_line, 0};
}

static void check_group(struct camera_rows_work *work,
                        const struct camera_row *row)
{
    enum language language = work->rows->language;
    if (notice_group_find(work->notice, row->group) == NULL)
        findings_add(
            &work->findings, FINDING_UNKNOWN_GROUP, place_of(work, row),
            camera_either(language, "방침에 있는 설치 행의 id를 쓰십시오",
                          "use the id of a group of the notice"),
            language == LANGUAGE_KOREAN ? "방침에 없는 설치 행입니다: '%.*s'"
                                        : "the notice has no group '%.*s'",
            (int)(row->group.size > 60 ? 60 : row->group.size),
            row->group.data);
}

static void check_fingerprint(struct camera_rows_work *work, size_t index)
{
    const struct camera_row *row = &work->rows->list[index];
    enum language language = work->rows->language;
    uint8_t fingerprint[TLS_FINGERPRINT_SIZE];
    if (row->fingerprint.size == 0)
        return;
    if (camera_pins_fingerprint(row->fingerprint, fingerprint) != STATUS_OK)
        findings_add(
            &work->findings, FINDING_UNKNOWN_VALUE, place_of(work, row),
            camera_either(language, "SHA-256 지문을 16진수 64자리로 적으십시오",
                          "write the SHA-256 fingerprint as 64 hexadecimal "
                          "digits"),
            "%s",
            camera_either(language, "인증서의 지문이 아닙니다",
                          "this is no fingerprint of a certificate"));
    else if (!camera_rows_camera(work, index)->is_secure)
        findings_add(
            &work->findings, FINDING_UNKNOWN_VALUE, place_of(work, row),
            camera_either(language, "tls도 적거나 지문을 지우십시오",
                          "say tls too, or leave the fingerprint out"),
            "%s",
            camera_either(language, "TLS를 쓰지 않는 카메라에는 인증서가 없습니다",
                          "a camera without TLS has no certificate"));
}

static bool is_same_stream(const struct plant_camera *one,
                           const struct plant_camera *other)
{
    return one->port == other->port && text_equal(one->path, other->path) &&
           text_equal_ignore_case(one->host, other->host);
}

/* What is imported twice would be recorded twice. A path that is still to be
 * asked for is nobody's. */
static void check_stream(struct camera_rows_work *work, size_t index)
{
    const struct camera_row *row = &work->rows->list[index];
    enum language language = work->rows->language;
    size_t above = 0;
    if (row->path.size == 0 && row->found_path[0] == 0)
        return;
    while (!is_same_stream(&work->plant->cameras[above],
                           camera_rows_camera(work, index)))
        above++;
    bool is_new = above >= work->cameras_before;
    if (above == work->cameras_before + index)
        return;
    findings_add(
        &work->findings, FINDING_DUPLICATE_ID, place_of(work, row),
        camera_either(language, "이 줄을 빼십시오", "leave this one out"),
        language == LANGUAGE_KOREAN
            ? "host, port, path가 같은 카메라가 이미 있습니다: %s:%u"
            : "a camera with this host, port and path is there already: %s:%u",
        is_new ? work->rows->from : work->plant_path,
        (unsigned)(is_new ? work->rows->list[above - work->cameras_before].line
                          : work->plant->cameras[above].line));
}

static void check_rows(struct camera_rows_work *work)
{
    bool is_whole = work->plant != NULL &&
                    work->plant->camera_count ==
                        work->cameras_before + work->rows->count;
    for (size_t i = 0; i < work->rows->count; i++) {
        check_group(work, &work->rows->list[i]);
        if (!is_whole)
            continue;
        check_fingerprint(work, i);
        check_stream(work, i);
    }
    if (work->plant != NULL && !is_whole)
        findings_add(
            &work->findings, FINDING_SYNTAX,
            (struct finding_place){work->plant_path, 0, 0},
            camera_either(work->rows->language,
                          "cameras:를 카메라마다 줄표로 시작하는 목록으로 "
                          "적으십시오",
                          "write cameras: as a list with a dash for each "
                          "camera"),
            "%s",
            camera_either(work->rows->language,
                          "이 목록에는 줄을 더할 수 없습니다",
                          "no rows can be added to this list"));
}

/* EXIT_OK with the plant of the new text, or what is wrong was said. */
static int check_after(struct camera_rows_work *work)
{
    plant_destroy(&work->plant);
    enum status s = write_after(work);
    if (s == STATUS_OK)
        s = plant_load(work->plant_path, buffer_bytes(&work->after),
                       &work->findings, &work->plant);
    if (s == STATUS_NO_MEMORY)
        return EXIT_ENVIRONMENT;
    check_rows(work);
    if (work->findings.errors == 0)
        return EXIT_OK;
    name_origins(work);
    return findings_output(&work->findings, false);
}

/* ---- all of it ---------------------------------------------------------- */

/* The file as it is: it must be sound before anything is added. */
static int read_before(struct camera_rows_work *work)
{
    AUTO(plant_destroy) struct plant *plant = NULL;
    char notice_path[CAMERA_ROWS_PATH_SIZE];
    (void)snprintf(work->plant_path, sizeof work->plant_path, "%s/plant.yaml",
                   work->rows->directory);
    (void)snprintf(notice_path, sizeof notice_path, "%s/notice.yaml",
                   work->rows->directory);
    enum status s =
        file_read_all(&FILE_LAYER_SYSTEM, work->plant_path,
                      CONFIGURATION_FILE_BYTES_MAX, &work->before,
                      &work->before_size);
    if (s != STATUS_OK) {
        (void)fprintf(stderr,
                      work->rows->language == LANGUAGE_KOREAN
                          ? "haechi: %s: 읽을 수 없습니다: %s\n"
                          : "haechi: %s cannot be read: %s\n",
                      work->plant_path, camera_words_file(s, work->rows->language));
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
    if (camera_rows_number(work->rows, plant) != STATUS_OK)
        return EXIT_ENVIRONMENT;
    return notice_file_open(notice_path, &work->notice);
}

/* Before the cameras are there: whoever connects to one finds its pin. */
static enum status take_pins(const struct camera_rows_work *work)
{
    size_t count = 0;
    AUTO(alloc_release) struct pin *pins =
        alloc_array(work->rows->count, sizeof *pins);
    if (pins == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < work->rows->count; i++) {
        pins[count].camera = camera_rows_camera(work, i)->number;
        count += camera_pins_fingerprint(work->rows->list[i].fingerprint,
                                         pins[count].fingerprint) == STATUS_OK;
    }
    return count == 0
               ? STATUS_OK
               : camera_pins_take(work->rows->directory, pins, count);
}

static int write_files(const struct camera_rows_work *work)
{
    const char *file = "tls/cameras";
    enum status s = take_pins(work);
    if (s == STATUS_OK) {
        file = "plant.yaml";
        s = file_replace(&FILE_LAYER_SYSTEM, work->plant_path,
                         buffer_bytes(&work->after));
    }
    if (s == STATUS_OK)
        return EXIT_OK;
    (void)fprintf(stderr,
                  work->rows->language == LANGUAGE_KOREAN
                      ? "haechi: %s/%s에 쓸 수 없습니다: %s\n"
                      : "haechi: %s/%s cannot be written: %s\n",
                  work->rows->directory, file,
                  camera_words_file(s, work->rows->language));
    return EXIT_ENVIRONMENT;
}

int camera_rows_add(struct camera_rows *rows, bool as_json)
{
    AUTO(work_deinit) struct camera_rows_work work = {
        .rows = rows,
        .after = buffer_with_limit(CONFIGURATION_FILE_BYTES_MAX),
    };
    bool has_asked = false;
    int code = read_before(&work);
    if (code == EXIT_OK)
        code = check_after(&work);
    if (code == EXIT_OK)
        code = camera_rows_ask(&work, &has_asked);
    if (code == EXIT_OK && has_asked)
        code = check_after(&work);
    if (code == EXIT_OK)
        code = write_files(&work);
    if (code != EXIT_OK)
        (void)fprintf(stderr, "haechi: %s\n",
                      camera_either(rows->language,
                                    "아무것도 추가하지 않았습니다",
                                    "nothing was added"));
    else if (as_json)
        camera_rows_print_json(&work);
    else
        camera_rows_print(&work);
    return code;
}

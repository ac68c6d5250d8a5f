/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/example.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/embedded.h"
#include "base/text.h"

enum { EXAMPLE_BYTES_MAX = 1 << 20, PATH_SIZE = 4096 };

static const char NOTICE_PATH[] = "geoje-family-center/notice.yaml";
static const char PLANT_PATH[] = "geoje-family-center/plant.yaml";
static const char SHORT_GROUP[] = "      - id: sharing-okpo";
static const char MANY_SITES[] = "gwangju-labor-office";

static enum status find_example(const char *path, struct text *out)
{
    for (const struct embedded_file *f = EXAMPLE_FILES; f->path != NULL; f++) {
        if (!text_equal(text_of(f->path), text_of(path)))
            continue;
        *out = bytes_text(f->content);
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

static void append_line(struct buffer *out, struct text line)
{
    buffer_append(out, text_bytes(line));
    buffer_append_text(out, "\n");
}

/* The notice as it stands, but for the one short period. */
static void write_notice(const struct notice_example *example,
                         struct text lines, struct buffer *out)
{
    while (lines.size > 0) {
        struct text line = text_cut(&lines, '\n');
        append_line(out, line);
        if (text_equal(line, text_of(SHORT_GROUP)))
            buffer_format(
                out,
                "        # 시연용: 짧은 보관기간 (demo only)\n"
                "        retention: {seconds: %u, reason: {ko: 시연용 "
                "짧은 보관기간, en: a short period to be watched}}\n",
                example->short_retention_s);
    }
}

/* A camera in one line: its place and password are the demo's. */
static void write_camera(const struct notice_example *example,
                         struct text line, struct buffer *out)
{
    static const char HOST[] = " host: ";
    const size_t at = sizeof "  - {number: " - 1;
    struct text number = {line.data + at, line.size - at};
    number.size = text_find(number, ',');
    const char *host = memmem(line.data, line.size, HOST, sizeof HOST - 1);
    size_t kept = host == NULL ? line.size : (size_t)(host - line.data);
    buffer_append(out, text_bytes((struct text){line.data, kept}));
    buffer_format(out, " host: 127.0.0.1, port: %u, path: /cam/%.*s",
                  example->camera_port, (int)number.size, number.data);
    if (example->camera_user != NULL)
        buffer_format(out, ", user: %s, password_file: secrets/cameras",
                      example->camera_user);
    buffer_append_text(out, "}\n");
}

/* One line of the plant file, with the demo's ports and simulated cameras. */
static void write_plant_line(const struct notice_example *example,
                             struct text line, struct text *number,
                             struct buffer *out)
{
    const struct text number_key = text_of("  - number: ");
    if (text_starts_with(line, number_key)) {
        *number = (struct text){line.data + number_key.size,
                                line.size - number_key.size};
        append_line(out, line);
    } else if (text_starts_with(line, text_of("  - {number: "))) {
        write_camera(example, line, out);
    } else if (text_starts_with(line, text_of("installation:")) ||
               text_starts_with(line, text_of("site:"))) {
        append_line(out, line);
        buffer_append_text(out, "demo: true\n");
    } else if (text_starts_with(line, text_of("  port:"))) {
        buffer_format(out, "  port: %u\n", example->web_port);
    } else if (text_starts_with(line, text_of("  volume:"))) {
        buffer_format(out, "  volume: %llu KiB\n",
                      (unsigned long long)(example->volume_bytes >> 10));
    } else if (text_starts_with(line, text_of("  hold_reserve:"))) {
        buffer_format(out, "  hold_reserve: %llu KiB\n",
                      (unsigned long long)(example->hold_reserve_bytes >> 10));
    } else if (text_starts_with(line, text_of("camera_networks:"))) {
        return; /* its cameras are on this machine */
    } else if (text_starts_with(line, text_of("    host:"))) {
        buffer_append_text(out, "    host: 127.0.0.1\n");
    } else if (text_starts_with(line, text_of("    port:"))) {
        buffer_format(out, "    port: %u\n", example->camera_port);
    } else if (text_starts_with(line, text_of("    path:"))) {
        buffer_format(out, "    path: /cam/%.*s\n", (int)number->size,
                      number->data);
    } else if (text_starts_with(line, text_of("    user:"))) {
        if (example->camera_user != NULL)
            buffer_format(out, "    user: %s\n", example->camera_user);
    } else if (!text_starts_with(line, text_of("    password_file:")) ||
               example->camera_user != NULL) {
        append_line(out, line);
    }
}

static void write_plant(const struct notice_example *example, struct text lines,
                        struct buffer *out)
{
    struct text number = {NULL, 0};
    while (lines.size > 0)
        write_plant_line(example, text_cut(&lines, '\n'), &number, out);
}

static enum status replace(const struct file_layer *layer,
                           const char *directory, const char *name,
                           const struct buffer *content)
{
    char path[PATH_SIZE];
    int used = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (used < 0 || used >= PATH_SIZE)
        return STATUS_IO;
    enum status s = buffer_status(content);
    if (s == STATUS_OK)
        s = file_replace(layer, path, buffer_bytes(content));
    return s;
}

static enum status write_secrets(const struct file_layer *layer,
                                 const char *directory,
                                 const struct notice_example *example)
{
    char path[PATH_SIZE];
    if (example->camera_user == NULL)
        return STATUS_OK;
    int used = snprintf(path, sizeof path, "%s/secrets", directory);
    if (used < 0 || used >= PATH_SIZE)
        return STATUS_IO;
    enum status s = layer->make_directory(layer, path);
    if (s != STATUS_OK)
        return s;
    AUTO(buffer_deinit)
    struct buffer content = buffer_with_limit(EXAMPLE_BYTES_MAX);
    buffer_format(&content, "%s\n", example->camera_password);
    return replace(layer, directory, "secrets/cameras", &content);
}

/* Last what says that the example is whole. */
static enum status write_both(const struct file_layer *layer,
                              const char *directory,
                              const struct buffer *notice_yaml,
                              const struct notice_example *example,
                              struct text plant)
{
    AUTO(buffer_deinit)
    struct buffer plant_yaml = buffer_with_limit(EXAMPLE_BYTES_MAX);
    write_plant(example, plant, &plant_yaml);
    enum status s = replace(layer, directory, "notice.yaml", notice_yaml);
    if (s == STATUS_OK)
        s = write_secrets(layer, directory, example);
    if (s == STATUS_OK)
        s = replace(layer, directory, "plant.yaml", &plant_yaml);
    return s;
}

enum status notice_example_write(const struct file_layer *layer,
                                 const char *directory,
                                 const struct notice_example *example)
{
    struct text notice = {NULL, 0};
    struct text plant = {NULL, 0};
    enum status s = find_example(NOTICE_PATH, &notice);
    if (s == STATUS_OK)
        s = find_example(PLANT_PATH, &plant);
    if (s != STATUS_OK)
        return s;
    AUTO(buffer_deinit)
    struct buffer notice_yaml = buffer_with_limit(EXAMPLE_BYTES_MAX);
    write_notice(example, notice, &notice_yaml);
    return write_both(layer, directory, &notice_yaml, example, plant);
}

static enum status copy(const struct file_layer *layer, const char *directory,
                        const char *path, const char *name,
                        struct buffer *content)
{
    struct text file = {NULL, 0};
    enum status s = find_example(path, &file);
    if (s != STATUS_OK)
        return s;
    buffer_append(content, text_bytes(file));
    return name == NULL ? buffer_status(content)
                        : replace(layer, directory, name, content);
}

enum status notice_example_site_write(const struct file_layer *layer,
                                      const char *directory, const char *site,
                                      const struct notice_example *example)
{
    char path[PATH_SIZE];
    struct text plant = {NULL, 0};
    AUTO(buffer_deinit)
    struct buffer notice_yaml = buffer_with_limit(EXAMPLE_BYTES_MAX);
    AUTO(buffer_deinit)
    struct buffer signature = buffer_with_limit(EXAMPLE_BYTES_MAX);
    (void)snprintf(path, sizeof path, "%s/sites/%s/plant.yaml", MANY_SITES,
                   site);
    enum status s = find_example(path, &plant);
    (void)snprintf(path, sizeof path, "%s/notice.yaml.sig", MANY_SITES);
    if (s == STATUS_OK)
        s = copy(layer, directory, path, "notice.yaml.sig", &signature);
    /* Byte for byte: it is signed. */
    (void)snprintf(path, sizeof path, "%s/notice.yaml", MANY_SITES);
    if (s == STATUS_OK)
        s = copy(layer, directory, path, NULL, &notice_yaml);
    if (s == STATUS_OK)
        s = write_both(layer, directory, &notice_yaml, example, plant);
    return s;
}

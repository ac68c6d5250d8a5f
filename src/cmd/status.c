/* SPDX-License-Identifier: Apache-2.0 */
/* haechi status: what a running installation says of itself. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/command.h"
#include "cmd/local_request.h"

enum { STATUS_JSON_MAX = 1 << 20 };

static int explain(const char *directory, enum status status)
{
    const char *remedy = "is it running? start it with haechi run or haechi "
                         "demo, and ask as the same user or as root";
    if (status == STATUS_AGAIN)
        remedy = "no answer in time; look at its log";
    (void)fprintf(stderr, "haechi: %s: %s - %s\n", directory,
                  status_name(status), remedy);
    return EXIT_ENVIRONMENT;
}

static void print_number(const json_t *object, const char *name,
                         const char *label)
{
    (void)printf("  %-16s %lld\n", label,
                 (long long)json_integer_value(json_object_get(object, name)));
}

static int print_plain(struct text text)
{
    json_t *root = json_loadb(text.data, text.size, 0, NULL);
    if (root == NULL)
        return EXIT_ENVIRONMENT;
    size_t i = 0;
    const json_t *camera = NULL;
    json_array_foreach(json_object_get(root, "cameras"), i, camera)
    {
        const char *state =
            json_string_value(json_object_get(camera, "state"));
        (void)printf("  camera %-9lld %s\n",
                     (long long)json_integer_value(
                         json_object_get(camera, "number")),
                     state == NULL ? "?" : state);
    }
    print_number(root, "records", "records");
    print_number(root, "bytes", "bytes");
    print_number(root, "entries", "log entries");
    print_number(root, "destructions", "destructions");
    print_number(root, "epoch", "key epoch");
    print_number(root, "erasure_level", "erasure level");
    json_decref(root);
    return EXIT_OK;
}

static int run_command(int argc, char **argv)
{
    bool wants_json = argc == 4 && strcmp(argv[3], "--json") == 0;
    if ((argc != 3 && !wants_json) || strcmp(argv[1], "--dir") != 0) {
        (void)fprintf(stderr, "usage: haechi status --dir DIRECTORY "
                              "[--json]\n");
        return EXIT_USAGE;
    }
    AUTO(buffer_deinit)
    struct buffer body = buffer_with_limit(STATUS_JSON_MAX);
    unsigned code = 0;
    enum status s = local_request(argv[2], "/api/v1/status", &code, &body);
    if (s != STATUS_OK)
        return explain(argv[2], s);
    if (code == 200 && !wants_json)
        return print_plain(buffer_text(&body));
    (void)printf("%.*s\n", (int)body.size, (const char *)body.data);
    return code == 200 ? EXIT_OK : EXIT_ENVIRONMENT;
}

const struct command COMMAND_STATUS = {
    .name = "status",
    .synopsis = "--dir DIRECTORY [--json]",
    .summary = "what a running installation says of itself",
    .run = run_command,
};

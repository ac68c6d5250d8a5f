/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds a fuzzer's corpus through its entry point, as a test: the empty
 * input, then each file of the folders named, whole and cut in half.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES_MAX = 1 << 20, PATH_SIZE = 4096 };

static int replay_bytes(const uint8_t *input, size_t size)
{
    /* Memory of exactly this size, so that a sanitizer sees one byte more. */
    uint8_t *copy = calloc(1, size == 0 ? 1 : size);
    if (copy == NULL)
        return 1;
    if (size > 0)
        memcpy(copy, input, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    return 0;
}

static int replay_file(const char *path)
{
    static uint8_t input[INPUT_BYTES_MAX];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 1;
    size_t size = fread(input, 1, sizeof input, file);
    (void)fclose(file);
    return replay_bytes(input, size) + replay_bytes(input, size / 2);
}

static int replay_folder(const char *folder, size_t *count)
{
    DIR *entries = opendir(folder);
    if (entries == NULL) {
        (void)fprintf(stderr, "%s: no corpus\n", folder);
        return 1;
    }
    int failures = 0;
    for (struct dirent *e = readdir(entries); e != NULL; e = readdir(entries)) {
        char path[PATH_SIZE];
        if (e->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        failures += replay_file(path);
        *count += 1;
    }
    (void)closedir(entries);
    return failures;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    int failures = replay_bytes((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        failures += replay_folder(argv[i], &count);
    (void)printf("%zu inputs, %d not read\n", count, failures);
    return failures == 0 && count > 0 ? 0 : 1;
}

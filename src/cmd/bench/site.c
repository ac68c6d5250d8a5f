/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/bench/site.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "cmd/bench/bench.h"
#include "sys/file.h"

enum { YAML_BYTES_MAX = 4 << 20, PATH_SIZE = 600, TREE_DEPTH = 16 };

static const char NOTICE[] =
    "format: 1\n"
    "institution: {ko: 측정, en: Benchmark}\n"
    "homepage: https://benchmark.example/cctv\n"
    "basis: {ko: 「개인정보 보호법」 제25조제1항, en: PIPA Article 25(1)}\n"
    "purposes:\n"
    "  - id: facility-safety\n"
    "    kind: facility\n"
    "    words: {ko: 시설안전 및 화재 예방, en: Safety of the facility}\n"
    "hours: {ko: 24시간, en: 24 hours}\n"
    "retention: {days: 30}\n"
    "processing: {ko: 영구 삭제, en: Erased}\n"
    "people:\n"
    "  - id: manager\n"
    "    role: chief_manager\n"
    "    name: {ko: 홍길동, en: Hong Gil-dong}\n"
    "    post: {ko: 팀장, en: Manager}\n"
    "    department: {ko: 측정팀, en: Measurement}\n"
    "    telephone: 000-000-0000\n"
    "checking: {how: {ko: 방문}, where: {ko: 본관}}\n"
    "requests: {rule: {ko: 요구할 수 있음}}\n"
    "measures:\n"
    "  technical: {ko: 암호화}\n"
    "  managerial: {ko: 권한 차등}\n"
    "  physical: {ko: 잠금장치}\n"
    "dates: {enacted: 2023-04-01, announced: 2023-03-20, "
    "effective: 2023-04-01}\n"
    "sites:\n"
    "  - id: hall\n"
    "    name: {ko: 본관, en: Hall}\n"
    "    groups:\n"
    "      - id: all\n"
    "        place: {ko: 본관 전체, en: The whole hall}\n"
    "        coverage: {ko: 전체, en: All}\n"
    "        count: %llu\n"
    "        purposes: [facility-safety]\n";

static enum status write_file(const char *directory, const char *name,
                              const struct buffer *content)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    enum status s = buffer_status(content);
    if (s == STATUS_OK)
        s = file_replace(&FILE_LAYER_SYSTEM, path, buffer_bytes(content));
    return s;
}

static void put_plant(struct buffer *out, const struct bench_site *site)
{
    buffer_format(out,
                  "format: 1\ninstallation: benchmark\n"
                  "web: {address: 127.0.0.1, port: %u, names: [localhost]}\n"
                  "storage: {volume: 1 GiB}\ncameras:\n",
                  (unsigned)bench_free_port());
    for (uint64_t i = 1; i <= site->cameras; i++)
        buffer_format(out,
                      "  - {number: %llu, id: camera-%llu, group: all, name: "
                      "{ko: 카메라 %llu}, host: 127.0.0.1, port: %u, path: "
                      "/cam/%llu, transport: %s, tls: %s}\n",
                      (unsigned long long)i, (unsigned long long)i,
                      (unsigned long long)i, (unsigned)site->camera_port,
                      (unsigned long long)i,
                      site->transport == NULL ? "tcp" : site->transport,
                      site->is_secure ? "true" : "false");
}

enum status bench_site_write(const char *directory,
                             const struct bench_site *site)
{
    AUTO(buffer_deinit)
    struct buffer notice = buffer_with_limit(YAML_BYTES_MAX);
    AUTO(buffer_deinit)
    struct buffer plant = buffer_with_limit(YAML_BYTES_MAX);
    buffer_format(&notice, NOTICE, (unsigned long long)site->cameras);
    put_plant(&plant, site);
    enum status s = FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, directory);
    if (s == STATUS_OK)
        s = write_file(directory, "notice.yaml", &notice);
    if (s == STATUS_OK)
        s = write_file(directory, "plant.yaml", &plant);
    return s;
}

static int remove_one(const char *path, const struct stat *stat, int flag,
                      struct FTW *walk)
{
    (void)stat;
    (void)flag;
    (void)walk;
    return remove(path);
}

void bench_directory_remove(const char *directory)
{
    (void)nftw(directory, remove_one, TREE_DEPTH, FTW_DEPTH | FTW_PHYS);
}

bool bench_directory_make(const char *bench, char *directory, size_t size)
{
    const char *base = getenv("TMPDIR");
    bool is_made = false;
    if (directory[0] != 0) {
        is_made = mkdir(directory, 0700) == 0; /* never into what is there */
    } else {
        (void)snprintf(directory, size, "%s/haechi-bench-XXXXXX",
                       base == NULL ? "/tmp" : base);
        is_made = mkdtemp(directory) != NULL;
    }
    if (!is_made)
        (void)fprintf(stderr,
                      "haechi %s: %s cannot be made - name another --dir "
                      "that is not there yet\n",
                      bench, directory);
    return is_made;
}

bool bench_has_room(const char *bench, const char *directory, uint64_t bytes)
{
    uint64_t free_bytes = 0;
    if (FILE_LAYER_SYSTEM.free_bytes(&FILE_LAYER_SYSTEM, directory,
                                     &free_bytes) == STATUS_OK &&
        free_bytes >= bytes)
        return true;
    (void)fprintf(stderr,
                  "haechi %s: %s has %.1f GB free and %.1f GB are needed - "
                  "name another --dir, or measure less\n",
                  bench, directory, (double)free_bytes / 1e9,
                  (double)bytes / 1e9);
    bench_directory_remove(directory);
    return false;
}

bool bench_default_clip(char *out, size_t size)
{
    char self[PATH_SIZE];
    if (!bench_own_path(self, sizeof self))
        return false;
    char *slash = strrchr(self, '/');
    if (slash != NULL)
        *slash = 0;
    int used = snprintf(out, size, "%s/clips/bench-1080.h264", self);
    return used > 0 && (size_t)used < size;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a browser, without the browser: curl signs in, opens the span and
 * takes the file, over HTTPS, from an installation that runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/bench/bench.h"
#include "cmd/bench/export.h"
#include "sys/file.h"

enum {
    START_TRIES = 150,
    START_STEP_MS = 200,
    STOP_MS = 30000,
    ANSWER_MAX = 65536,
    LOG_MAX = 1 << 20,
    CODE_SIZE = 64,
    NUMBER_SIZE = 24,
};

#define PASSWORD "measured but once 12"

struct recorder {
    int child;
    char log[BENCH_PATH_SIZE];
    char cookies[BENCH_PATH_SIZE];
    char answer[BENCH_PATH_SIZE];
    char origin[64]; /* https://127.0.0.1:port */
};

/* ---- its words ------------------------------------------------------------- */

/* What stands behind mark in the file, up to a space, quote or comma. */
static bool find_word(const char *path, const char *mark, char *out,
                      size_t size)
{
    uint8_t *content = NULL;
    size_t used = 0;
    bool found = false;
    if (file_read_all(&FILE_LAYER_SYSTEM, path, ANSWER_MAX, &content, &used) !=
        STATUS_OK)
        return false;
    const char *at = strstr((const char *)content, mark);
    if (at != NULL) {
        at += strlen(mark);
        at += strspn(at, " :");
        size_t length = strcspn(at, " \t\r\n\",}/");
        found = length > 0 &&
                text_copy((struct text){at, length}, out, size);
    }
    alloc_free(content);
    return found;
}

static int wait_child(int child)
{
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- curl --------------------------------------------------------------------- */

static bool has_curl(void)
{
    const char *const arguments[] = {"curl", "--version", NULL};
    if (wait_child(bench_child_start(BENCH_ANY_CORE, arguments)) == 0)
        return true;
    (void)fprintf(stderr, "haechi bench export: the download needs curl - "
                          "install it, or give --no-download\n");
    return false;
}

/* POSTs json; the answer stands in recorder->answer. */
static bool post(const struct recorder *recorder, const char *path,
                 const char *json)
{
    char url[128];
    char origin[96];
    (void)snprintf(url, sizeof url, "%s/api/v1%s", recorder->origin, path);
    (void)snprintf(origin, sizeof origin, "Origin: %s", recorder->origin);
    const char *const arguments[] = {
        "curl", "-sSkf", "--max-time", "20", "-b", recorder->cookies,
        "-c", recorder->cookies, "-H", "X-Haechi: 1", "-H", origin, "-H",
        "Content-Type: application/json", "-d", json, "-o", recorder->answer,
        url, NULL};
    return wait_child(bench_child_start(BENCH_ANY_CORE, arguments)) == 0;
}

static double role_cpu_s(const struct recorder *recorder, const char *role)
{
    return bench_role_cpu_s(recorder->child, role);
}

static enum status download(const struct recorder *recorder, const char *view,
                            const char *path, struct export_download *out)
{
    char url[128];
    (void)snprintf(url, sizeof url, "%s/api/v1/views/%s/download.mp4",
                   recorder->origin, view);
    const char *const arguments[] = {
        "curl", "-sSkf", "-b", recorder->cookies, "-o", path, "-w",
        "%{stderr}first: %{time_starttransfer}\n", url, NULL};
    char first[NUMBER_SIZE] = "0";
    (void)unlink(path);
    (void)unlink(recorder->answer);
    double vault = role_cpu_s(recorder, "vault");
    double web = role_cpu_s(recorder, "web");
    double before = export_now_s();
    int code =
        wait_child(bench_child_start_logged(recorder->answer, arguments));
    out->seconds = export_now_s() - before;
    out->vault_cpu_s = role_cpu_s(recorder, "vault") - vault;
    out->web_cpu_s = role_cpu_s(recorder, "web") - web;
    (void)find_word(recorder->answer, "first", first, sizeof first);
    out->first_byte_s = strtod(first, NULL);
    return code == 0 ? STATUS_OK : STATUS_IO;
}

/* ---- the installation ----------------------------------------------------------- */

static bool start(struct recorder *recorder, const struct bench_past *past,
                  char *code)
{
    char self[BENCH_PATH_SIZE];
    char port[NUMBER_SIZE];
    (void)snprintf(recorder->log, sizeof recorder->log, "%.500s/said",
                   past->site);
    (void)snprintf(recorder->cookies, sizeof recorder->cookies,
                   "%.500s/cookies", past->site);
    (void)snprintf(recorder->answer, sizeof recorder->answer, "%.500s/answer",
                   past->site);
    if (!bench_own_path(self, sizeof self))
        return false;
    const char *const arguments[] = {self, "run", "--dir", past->site, NULL};
    recorder->child = bench_child_start_logged(recorder->log, arguments);
    for (int i = 0; i < START_TRIES; i++) {
        bench_sleep_ms(START_STEP_MS);
        if (!find_word(recorder->log, "one-time code", code, CODE_SIZE) ||
            !find_word(recorder->log, "https://localhost:", port,
                       sizeof port))
            continue;
        (void)snprintf(recorder->origin, sizeof recorder->origin,
                       "https://127.0.0.1:%s", port);
        return true;
    }
    return false;
}

static bool sign_in(const struct recorder *recorder, const char *code)
{
    char json[256];
    (void)snprintf(json, sizeof json,
                   "{\"code\":\"%s\",\"name\":\"홍길동\",\"password\":\"%s\"}",
                   code, PASSWORD);
    for (int i = 0; i < START_TRIES; i++) { /* until the gate has its keys */
        if (post(recorder, "/session/first", json))
            return true;
        bench_sleep_ms(START_STEP_MS);
    }
    return false;
}

static bool open_view(const struct recorder *recorder,
                      const struct bench_past *past, char *view)
{
    char json[512];
    (void)snprintf(json, sizeof json,
                   "{\"camera\":%d,\"from\":%lld,\"to\":%lld,\"purpose\":"
                   "\"facility-safety\",\"reason\":\"속도 측정\"}",
                   BENCH_CAMERA, (long long)past->span.from.us,
                   (long long)past->span.to.us);
    return post(recorder, "/views", json) &&
           find_word(recorder->answer, "\"view\"", view, NUMBER_SIZE);
}

/* Why it did not work, for who asks. */
static void show(const char *path)
{
    uint8_t *content = NULL;
    size_t size = 0;
    if (getenv("HAECHI_BENCH_LOG") != NULL &&
        file_read_all(&FILE_LAYER_SYSTEM, path, LOG_MAX, &content, &size) ==
            STATUS_OK)
        (void)fwrite(content, 1, size, stderr);
    alloc_free(content);
}

enum status export_by_download(const struct bench_past *past,
                               const char *path, size_t times,
                               struct export_download *out)
{
    struct recorder recorder = {.child = -1};
    char code[CODE_SIZE];
    char view[NUMBER_SIZE];
    enum status s = STATUS_OK;
    if (!has_curl())
        return STATUS_NOT_FOUND;
    if (!start(&recorder, past, code))
        s = STATUS_IO;
    else if (!sign_in(&recorder, code) || !open_view(&recorder, past, view))
        s = STATUS_DENIED;
    /* Once unmeasured: the vault may still be starting. */
    for (int i = 0; s == STATUS_OK && i < START_TRIES &&
                    download(&recorder, view, path, &out[0]) != STATUS_OK;
         i++)
        bench_sleep_ms(START_STEP_MS);
    for (size_t i = 0; s == STATUS_OK && i < times; i++)
        s = download(&recorder, view, path, &out[i]);
    if (recorder.child > 0)
        (void)bench_child_stop(recorder.child, STOP_MS);
    if (s != STATUS_OK) {
        show(recorder.log);
        show(recorder.answer);
    }
    return s;
}

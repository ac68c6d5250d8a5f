/* SPDX-License-Identifier: Apache-2.0 */
#include "support/swtpm.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/reader.h"
#include "base/text.h"
#include "base/writer.h"
#include "sys/socket.h"
#include "sys/tpm_link.h"
#include "unit/test.h"

enum {
    PLACE_SIZE = 200,
    START_TRIES = 6000, /* of 10 ms */
    HEARD_MAX = 1 << 20,
    LIMIT_MS = 60000,
};

static void run_swtpm(const struct swtpm *tpm)
{
    char state[PLACE_SIZE];
    char server[PLACE_SIZE];
    (void)snprintf(state, sizeof state, "dir=%s/state", tpm->directory);
    (void)snprintf(server, sizeof server, "type=unixio,path=%s/tpm",
                   tpm->directory);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* also where a test fails */
    int nowhere = open("/dev/null", O_WRONLY);
    (void)dup2(nowhere, STDERR_FILENO);
    (void)execlp("swtpm", "swtpm", "socket", "--tpm2", "--tpmstate", state,
                 "--server", server, "--flags",
                 "not-need-init,startup-clear", NULL);
    _exit(127);
}

void swtpm_place(const struct swtpm *tpm, char *out, size_t size)
{
    (void)snprintf(out, size, "swtpm:path=%s/tpm", tpm->directory);
}

int swtpm_connect(const struct swtpm *tpm)
{
    char place[PLACE_SIZE];
    int link = -1;
    swtpm_place(tpm, place, sizeof place);
    for (int i = 0; i < START_TRIES; i++) {
        if (tpm_link_open(text_of(place), &link) == STATUS_OK)
            return link;
        (void)usleep(10000);
    }
    fail_msg("swtpm does not answer: is the package there?");
    return -1;
}

void swtpm_start(struct swtpm *tpm)
{
    char path[PLACE_SIZE];
    (void)snprintf(path, sizeof path, "%s/tpm", tpm->directory);
    (void)unlink(path);
    tpm->process = fork();
    CHECK(tpm->process >= 0);
    if (tpm->process == 0)
        run_swtpm(tpm);
    tpm->link = swtpm_connect(tpm);
}

void swtpm_kill(struct swtpm *tpm)
{
    socket_close(&tpm->link);
    if (tpm->process > 0) {
        (void)kill(tpm->process, SIGKILL);
        (void)waitpid(tpm->process, NULL, 0);
    }
    tpm->process = 0;
}

void swtpm_make(struct swtpm *tpm)
{
    char state[PLACE_SIZE];
    *tpm = (struct swtpm){.link = -1};
    test_directory_make(tpm->directory, sizeof tpm->directory);
    (void)snprintf(state, sizeof state, "%s/state", tpm->directory);
    CHECK(mkdir(state, 0700) == 0);
    swtpm_start(tpm);
}

void swtpm_remove(struct swtpm *tpm)
{
    swtpm_kill(tpm);
    free(tpm->heard);
    tpm->heard = NULL;
    test_directory_remove(tpm->directory);
}

/* Names of the directory; all of this test's making. */
static void copy(const struct swtpm *tpm, const char *from, const char *to)
{
    char line[600];
    (void)snprintf(line, sizeof line, "rm -rf %s/%s && cp -a %s/%s %s/%s",
                   tpm->directory, to, tpm->directory, from, tpm->directory,
                   to);
    CHECK(system(line) == 0);
}

void swtpm_snapshot(const struct swtpm *tpm)
{
    copy(tpm, "state", "old");
}

void swtpm_restore(const struct swtpm *tpm)
{
    copy(tpm, "old", "state");
}

/* ---- the link ------------------------------------------------------------ */

static void hear(struct swtpm *tpm, struct bytes bytes)
{
    if (tpm->heard == NULL || bytes.size > HEARD_MAX - tpm->heard_size)
        return;
    memcpy(tpm->heard + tpm->heard_size, bytes.data, bytes.size);
    tpm->heard_size += bytes.size;
}

static bool refuses(struct swtpm *tpm, struct bytes command)
{
    struct reader in = reader_on(command);
    reader_skip(&in, 6);
    uint32_t code = reader_u32be(&in);
    if (tpm->refuses_count == 0 ||
        (tpm->refuses_command != 0 && tpm->refuses_command != code))
        return false;
    tpm->refuses_count--;
    return true;
}

static enum status exchange(void *context, struct bytes command,
                            uint8_t *response, size_t capacity, size_t *size)
{
    struct swtpm *tpm = context;
    tpm->commands++;
    bool breaks = tpm->breaks_at != 0 && tpm->commands >= tpm->breaks_at;
    if (breaks && (!tpm->breaks_after || tpm->commands > tpm->breaks_at))
        return STATUS_IO;
    if (refuses(tpm, command)) {
        struct writer w = writer_on(response, capacity);
        writer_u16be(&w, 0x8001);
        writer_u32be(&w, 10);
        writer_u32be(&w, tpm->refuses_with);
        *size = w.used;
        return STATUS_OK;
    }
    hear(tpm, command);
    enum status s = tpm_link_exchange(tpm->link, command, LIMIT_MS, response,
                                      capacity, size);
    if (s == STATUS_OK)
        hear(tpm, bytes_of(response, *size));
    return breaks ? STATUS_IO : s;
}

struct tpm_transport swtpm_transport(struct swtpm *tpm)
{
    return (struct tpm_transport){exchange, tpm};
}

void swtpm_listen(struct swtpm *tpm)
{
    free(tpm->heard);
    tpm->heard = malloc(HEARD_MAX);
    CHECK(tpm->heard != NULL);
    tpm->heard_size = 0;
}

bool swtpm_has_heard(const struct swtpm *tpm, struct bytes bytes)
{
    return memmem(tpm->heard, tpm->heard_size, bytes.data, bytes.size) != NULL;
}

/* ---- foreign tools ------------------------------------------------------- */

int swtpm_tool(struct swtpm *tpm, const char *command_line)
{
    char line[900];
    socket_close(&tpm->link); /* swtpm serves one at a time */
    (void)snprintf(line, sizeof line,
                   "export TPM2TOOLS_TCTI='cmd:python3 "
                   "%s/tests/support/tpm_pipe.py %s/tpm' TSS2_LOG=all+none; %s",
                   getenv("SOURCE_ROOT"), tpm->directory, command_line);
    int ended = system(line);
    tpm->link = swtpm_connect(tpm);
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
}

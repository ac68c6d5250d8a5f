/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support/swtpm - an emulated TPM 2.0 of this test's own: a process of
 * Debian's swtpm with its state in a private directory, answering on a UNIX
 * socket there. A test double only: its memory is a file.
 */
#ifndef SUPPORT_SWTPM_H
#define SUPPORT_SWTPM_H

#include <sys/types.h>

#include "base/bytes.h"
#include "tpm/tpm.h"

struct swtpm {
    char directory[128];
    pid_t process; /* 0: not running */
    int link;      /* of the transport; -1 */

    /* What crossed the link while the test listened. */
    uint8_t *heard;
    size_t heard_size;
    /* The link breaks at this command, counted from 1; 0: never. is_after: the
     * command is carried out, its response lost. */
    unsigned breaks_at;
    bool breaks_after;
    unsigned commands;
    /* Answered without asking the TPM: this code, this many times, to this
     * command (TPM2_CC; 0: every one). */
    uint32_t refuses_with;
    uint32_t refuses_command;
    unsigned refuses_count;
};

void swtpm_make(struct swtpm *tpm); /* directory, process, link */
void swtpm_remove(struct swtpm *tpm);

/* SIGKILL to the process; its state stays. Then again, with a new link. */
void swtpm_kill(struct swtpm *tpm);
void swtpm_start(struct swtpm *tpm);

/* A fresh link for another user; "swtpm:path=..." */
int swtpm_connect(const struct swtpm *tpm);
void swtpm_place(const struct swtpm *tpm, char *out, size_t size);

/* Copies all state files away, or back again; the process must not run. */
void swtpm_snapshot(const struct swtpm *tpm);
void swtpm_restore(const struct swtpm *tpm);

/* The link, as the code under test gets it. */
struct tpm_transport swtpm_transport(struct swtpm *tpm);

/* Begins to listen (forgetting what was heard); whether it has crossed since. */
void swtpm_listen(struct swtpm *tpm);
bool swtpm_has_heard(const struct swtpm *tpm, struct bytes bytes);

/* Runs tools of tpm2-tools against it, over a link of their own, by a shell;
 * the exit code. */
int swtpm_tool(struct swtpm *tpm, const char *command_line);

#endif

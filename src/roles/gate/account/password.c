/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slow hashes, off the loop. Two threads work; a few more may wait; the rest
 * is told to come back: a flood of logins must not eat the memory.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "sys/worker.h"

enum { WAITING_MAX = 16 };

struct password_job {
    struct gate *gate;
    gate_password_fn *on_done;
    void *context;
    enum gate_password_work work;
    enum status status;
    size_t size;
    char password[PASSWORD_BYTES_MAX];
    char hash[PASSWORD_HASH_SIZE];
};

static void run(void *context)
{
    struct password_job *job = context;
    struct text password = {job->password, job->size};
    job->status = job->work == PASSWORD_MAKE
                      ? password_hash(password, job->hash)
                      : password_verify(job->hash, password);
    secret_wipe(job->password, sizeof job->password);
}

static void done(void *context)
{
    struct password_job *job = context;
    job->gate->passwords_waiting--;
    job->on_done(job->context, job->status, job->hash);
    secret_wipe(job, sizeof *job);
    alloc_free(job);
}

enum status gate_password_submit(struct gate *gate, const char *hash,
                                 struct text password,
                                 gate_password_fn *on_done, void *context)
{
    if (gate->passwords_waiting >= WAITING_MAX ||
        password.size > PASSWORD_BYTES_MAX)
        return STATUS_LIMIT;
    struct password_job *job = alloc_zeroed(sizeof *job);
    if (job == NULL)
        return STATUS_NO_MEMORY;
    *job = (struct password_job){
        .gate = gate,
        .on_done = on_done,
        .context = context,
        .work = hash == NULL ? PASSWORD_MAKE : PASSWORD_CHECK,
        .size = password.size,
    };
    if (password.size > 0)
        memcpy(job->password, password.data, password.size);
    if (hash != NULL)
        (void)text_copy(text_of(hash), job->hash, sizeof job->hash);
    enum status s = worker_submit(gate->passwords, run, done, job);
    if (s == STATUS_OK) {
        gate->passwords_waiting++;
        return s;
    }
    secret_wipe(job, sizeof *job);
    alloc_free(job);
    return s;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/logger.h"
#include "sys/sandbox_private.h"
#include "sys/system_error.h"

static enum status refused(const char *what)
{
    log_line(LOG_ERROR, "sandbox: %s: %s", what, system_error_text(errno));
    return STATUS_INTERNAL;
}

/* Memory that others made for this process comes back when it ends, and the
 * kernel counts it as nobody's: so it is told whom to end. */
static void offer_to_die(void)
{
    static const char FIRST[] = "1000";
    int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score < 0 || write(score, FIRST, sizeof FIRST - 1) < 0)
        log_line(LOG_WARNING, "sandbox: oom_score_adj: %s",
                 system_error_text(errno));
    if (score >= 0)
        (void)close(score);
}

static enum status forbid_dumps(void)
{
    const struct rlimit no_core = {0, 0};
    if (setrlimit(RLIMIT_CORE, &no_core) != 0)
        return refused("limits");
    return prctl(PR_SET_DUMPABLE, 0) == 0 ? STATUS_OK : refused("dumpable");
}

void sandbox_begin(bool dies_first)
{
    struct rlimit locked;
    if (dies_first)
        offer_to_die();
    (void)!forbid_dumps(); /* said; sandbox_enter insists */
    if (getrlimit(RLIMIT_MEMLOCK, &locked) != 0)
        return;
    locked.rlim_cur = locked.rlim_max;
    (void)setrlimit(RLIMIT_MEMLOCK, &locked);
}

static enum status set_limits(const struct sandbox *sandbox)
{
    struct rlimit descriptors;
    if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0)
        return refused("limits");
    if (descriptors.rlim_max > sandbox->descriptors_max)
        descriptors.rlim_max = sandbox->descriptors_max;
    descriptors.rlim_cur = descriptors.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &descriptors) == 0 ? STATUS_OK
                                                       : refused("limits");
}

/* A role that runs as root keeps only what its own files may need. */
static enum status drop_capabilities(const struct sandbox *sandbox)
{
    uint32_t kept = 1u << CAP_IPC_LOCK;
    if ((sandbox->powers & SANDBOX_FILES) != 0)
        kept |= 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;
    struct __user_cap_header_struct header = {
        .version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
    if (syscall(SYS_capget, &header, sets) != 0)
        return refused("capabilities");
    sets[0].effective &= kept;
    sets[0].permitted &= kept;
    sets[0].inheritable = 0;
    sets[1] = (struct __user_cap_data_struct){0};
    if (syscall(SYS_capset, &header, sets) != 0)
        return refused("capabilities");
    return STATUS_OK;
}

static size_t count_threads(void)
{
    size_t count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL)
        return 1; /* no /proc: nothing to say */
    for (const struct dirent *task = readdir(tasks); task != NULL;
         task = readdir(tasks))
        count += task->d_name[0] != '.';
    (void)closedir(tasks);
    return count;
}

enum status sandbox_enter(const struct sandbox *sandbox)
{
    if ((sandbox->powers & SANDBOX_FILES) != 0 && !SANITIZER_BUILD &&
        count_threads() > 1) {
        log_line(LOG_ERROR, "sandbox: threads were made before it");
        return STATUS_INTERNAL;
    }
    enum status s = forbid_dumps();
    if (s == STATUS_OK)
        s = set_limits(sandbox);
    if (s == STATUS_OK)
        s = drop_capabilities(sandbox);
    if (s == STATUS_OK && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        s = refused("no_new_privs");
    if (s == STATUS_OK)
        s = sandbox_landlock(sandbox);
    if (s == STATUS_OK)
        s = sandbox_calls(sandbox);
    return s;
}

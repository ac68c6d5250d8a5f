/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock by raw calls: Debian 12 has neither a library nor headers for what
 * newer kernels know. Source: the kernel's userspace-api/landlock.rst.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/logger.h"
#include "sys/sandbox_private.h"
#include "sys/system_error.h"

enum {
    CREATE_RULESET_VERSION = 1, /* flag: ask for the ABI */
    RULE_PATH_BENEATH = 1,

    FS_EXECUTE = 1 << 0,
    FS_WRITE_FILE = 1 << 1,
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_REMOVE_DIR = 1 << 4,
    FS_REMOVE_FILE = 1 << 5,
    FS_MAKE_DIR = 1 << 7,
    FS_MAKE_REG = 1 << 8,
    FS_ABI_1 = (1 << 13) - 1,
    FS_REFER = 1 << 13,     /* ABI 2 */
    FS_TRUNCATE = 1 << 14,  /* ABI 3 */
    FS_IOCTL_DEV = 1 << 15, /* ABI 5 */
    NET_ALL = 3,            /* ABI 4: bind and connect, TCP */
    SCOPE_ALL = 3,          /* ABI 6: abstract sockets, signals */

    ABI_REFER = 2,
    ABI_TRUNCATE = 3,
    ABI_NET = 4,
    ABI_IOCTL = 5,
    ABI_SCOPE = 6,
};

struct ruleset {
    uint64_t handled_files;
    uint64_t handled_net;
    uint64_t scoped;
};

/* The kernel's struct is packed. */
struct __attribute__((packed)) path_rule {
    uint64_t allowed;
    int32_t parent;
};

static enum status refused(const char *what)
{
    log_line(LOG_ERROR, "sandbox: landlock: %s: %s", what,
             system_error_text(errno));
    return STATUS_INTERNAL;
}

/* What this kernel can forbid; size: what it knows of the struct. */
static struct ruleset ruleset_for(long abi, size_t *size)
{
    struct ruleset all = {.handled_files = FS_ABI_1};
    *size = sizeof all.handled_files;
    if (abi >= ABI_REFER)
        all.handled_files |= FS_REFER;
    if (abi >= ABI_TRUNCATE)
        all.handled_files |= FS_TRUNCATE;
    if (abi >= ABI_NET) {
        all.handled_net = NET_ALL;
        *size = 2 * sizeof(uint64_t);
    }
    if (abi >= ABI_IOCTL)
        all.handled_files |= FS_IOCTL_DEV;
    if (abi >= ABI_SCOPE) {
        all.scoped = SCOPE_ALL;
        *size = sizeof all;
    }
    return all;
}

static enum status allow_below(int ruleset, const char *path, uint64_t allowed)
{
    struct path_rule rule = {
        .allowed = allowed,
        .parent = open(path, O_PATH | O_CLOEXEC),
    };
    if (rule.parent < 0)
        return refused(path);
    long failed = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH,
                          &rule, 0);
    enum status s = failed == 0 ? STATUS_OK : refused("rule");
    (void)close(rule.parent);
    return s;
}

static enum status allow_files(int ruleset, const struct sandbox *sandbox,
                               uint64_t handled)
{
    if ((sandbox->powers & SANDBOX_FILES) == 0)
        return STATUS_OK;
    uint64_t wanted = FS_WRITE_FILE | FS_READ_FILE | FS_READ_DIR |
                      FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR |
                      FS_MAKE_REG | FS_REFER | FS_TRUNCATE;
    /* SQLite seeds its generator there. */
    enum status s = allow_below(ruleset, "/dev/urandom", FS_READ_FILE);
    const char *const *path = sandbox->directories;
    while (s == STATUS_OK && path != NULL && *path != NULL)
        s = allow_below(ruleset, *path++, wanted & handled);
    return s;
}

enum status sandbox_landlock(const struct sandbox *sandbox)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
                       CREATE_RULESET_VERSION);
    if (abi < 1) {
        log_line(LOG_WARNING, "sandbox: no Landlock in this kernel: %s",
                 system_error_text(errno));
        return STATUS_OK;
    }
    size_t size = 0;
    struct ruleset handled = ruleset_for(abi, &size);
    int ruleset =
        (int)syscall(SYS_landlock_create_ruleset, &handled, size, 0);
    if (ruleset < 0)
        return refused("ruleset");
    enum status s = allow_files(ruleset, sandbox, handled.handled_files);
    if (s == STATUS_OK && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        s = refused("restrict");
    (void)close(ruleset);
    return s;
}

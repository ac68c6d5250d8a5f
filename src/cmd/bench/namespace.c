/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/bench/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/number.h"
#include "base/text.h"
#include "sys/socket.h"
#include "sys/system_error.h"

/* proc(5): cpuN user nice system idle iowait irq softirq */
enum { SOFTIRQ_FIELD = 7 };

static const char STEERING[] = "/sys/class/net/lo/queues/rx-0/rps_cpus";

static bool write_mask(unsigned core)
{
    char mask[16];
    int size = snprintf(mask, sizeof mask, "%x\n", 1u << core);
    int file = open(STEERING, O_WRONLY | O_CLOEXEC);
    bool is_written = file >= 0 && write(file, mask, (size_t)size) == size;
    if (file >= 0)
        (void)close(file);
    return is_written;
}

static bool raise_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool is_up = any >= 0 && ioctl(any, SIOCGIFFLAGS, &request) == 0;
    request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
    is_up = is_up && ioctl(any, SIOCSIFFLAGS, &request) == 0;
    socket_close(&any);
    return is_up;
}

/* What is mounted from here on stays here. The root of a chroot is no mount:
 * there it is /sys that is one. */
static bool keep_mounts(void)
{
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 ||
           mount(NULL, "/sys", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

bool bench_namespace_enter(unsigned receive_core)
{
    /* sysfs shows the network of whoever mounts it. */
    bool is_in = unshare(CLONE_NEWNET | CLONE_NEWNS) == 0 &&
                 keep_mounts() &&
                 mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NOEXEC,
                       NULL) == 0 &&
                 raise_loopback() && write_mask(receive_core);
    if (!is_in)
        (void)fprintf(stderr,
                      "haechi bench: no network namespace of its own: %s - run "
                      "it as root\n",
                      system_error_text(errno));
    return is_in;
}

/* The field of this number, from 0, of a line of words; 0: there is none. */
static uint64_t number_in(struct text line, size_t field)
{
    uint64_t number = 0;
    for (size_t i = 0; i < field; i++)
        (void)text_cut(&line, ' ');
    if (number_parse_u64(text_cut(&line, ' '), 0, UINT64_MAX, &number) !=
        STATUS_OK)
        return 0;
    return number;
}

double bench_core_softirq_s(unsigned core)
{
    char line[512];
    char name[16];
    uint64_t ticks = 0;
    FILE *stat = fopen("/proc/stat", "re");
    int size = snprintf(name, sizeof name, "cpu%u ", core);
    while (stat != NULL && fgets(line, sizeof line, stat) != NULL) {
        if (strncmp(line, name, (size_t)size) == 0)
            ticks = number_in(text_of(line), SOFTIRQ_FIELD);
    }
    if (stat != NULL)
        (void)fclose(stat);
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/tpm_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/number.h"
#include "base/reader.h"
#include "sys/clock.h"
#include "sys/socket.h"
#include "sys/system_error.h"

enum {
    HEADER_SIZE = 10, /* tag u16, size u32, code u32: Part 1 section 18.3 */
    MILLISECOND_US = 1000,
};

/* ---- where it is --------------------------------------------------------- */

struct place {
    struct text path; /* of a device or a socket; or */
    struct text host;
    uint16_t port;
    bool is_device;
};

static bool skip(struct text *text, const char *prefix)
{
    struct text start = text_of(prefix);
    if (!text_starts_with(*text, start))
        return false;
    text->data += start.size;
    text->size -= start.size;
    return true;
}

static bool parse_host(struct text rest, struct place *out)
{
    uint64_t port = 0;
    struct text host = text_cut(&rest, ',');
    if (!skip(&host, "host=") || !skip(&rest, "port=") ||
        number_parse_u64(rest, 1, UINT16_MAX, &port) != STATUS_OK)
        return false;
    out->host = host;
    out->port = (uint16_t)port;
    return host.size > 0;
}

static bool parse(struct text place, struct place *out)
{
    *out = (struct place){0};
    if (place.size > TPM_LINK_PLACE_MAX)
        return false;
    if (skip(&place, "device:")) {
        out->is_device = true;
        out->path = place;
        return place.size > 1 && place.data[0] == '/';
    }
    if (!skip(&place, "swtpm:"))
        return false;
    if (skip(&place, "path=")) {
        out->path = place;
        return place.size > 1 && place.data[0] == '/';
    }
    return parse_host(place, out);
}

bool tpm_link_is_place(struct text place)
{
    struct place parsed;
    return parse(place, &parsed);
}

static enum status open_device(const char *path, int *out)
{
    int descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return system_error_status(errno);
    *out = descriptor;
    return STATUS_OK;
}

/* On this machine: connects at once or not at all. */
static enum status open_tcp(const char *host, uint16_t port, int *out)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        return STATUS_BAD_INPUT;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return STATUS_IO;
    enum status s = STATUS_OK;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0)
        s = errno == ECONNREFUSED ? STATUS_NOT_FOUND
                                  : system_error_status(errno);
    if (s == STATUS_OK)
        s = socket_prepare(descriptor);
    if (s == STATUS_OK) {
        socket_set_no_delay(descriptor);
        *out = descriptor;
    } else {
        socket_close(&descriptor);
    }
    return s;
}

enum status tpm_link_open(struct text text, int *out)
{
    *out = -1;
    struct place place;
    char name[TPM_LINK_PLACE_MAX + 1];
    if (!parse(text, &place) ||
        !text_copy(place.host.size > 0 ? place.host : place.path, name,
                   sizeof name))
        return STATUS_BAD_INPUT;
    if (place.is_device)
        return open_device(name, out);
    if (place.host.size > 0)
        return open_tcp(name, place.port, out);
    enum status s = socket_connect_unix(name, out);
    return s == STATUS_OK ? socket_prepare(*out) : s;
}

/* ---- one exchange -------------------------------------------------------- */

/* Until events, or until the time is up. */
static enum status wait_for(int descriptor, short events, int64_t until_us)
{
    for (;;) {
        int64_t left_us = until_us - clock_boot(&CLOCK_SYSTEM).us;
        if (left_us <= 0)
            return STATUS_IO;
        struct pollfd one = {.fd = descriptor, .events = events};
        int got = poll(&one, 1, (int)(left_us / MILLISECOND_US) + 1);
        if (got > 0)
            return STATUS_OK;
        if (got < 0 && errno != EINTR)
            return STATUS_IO;
    }
}

/* A device takes a command in one write; a socket must not raise SIGPIPE. */
static ssize_t put(int descriptor, struct bytes bytes)
{
    ssize_t put = send(descriptor, bytes.data, bytes.size, MSG_NOSIGNAL);
    if (put < 0 && errno == ENOTSOCK)
        put = write(descriptor, bytes.data, bytes.size);
    return put;
}

static enum status send_all(int descriptor, struct bytes command,
                            int64_t until_us)
{
    while (command.size > 0) {
        ssize_t taken = put(descriptor, command);
        if (taken > 0) {
            command.data += taken;
            command.size -= (size_t)taken;
            continue;
        }
        if (taken == 0 ||
            (errno != EAGAIN && errno != EINTR && errno != EBUSY))
            return STATUS_IO;
        enum status s = wait_for(descriptor, POLLOUT, until_us);
        if (s != STATUS_OK)
            return s;
    }
    return STATUS_OK;
}

/* What the header says of the whole; 0: no header yet. */
static size_t whole_size(const uint8_t *response, size_t size)
{
    struct reader in = reader_on(bytes_of(response, size));
    reader_skip(&in, 2);
    uint32_t whole = reader_u32be(&in);
    return in.failed || size < HEADER_SIZE ? 0 : whole;
}

enum status tpm_link_exchange(int descriptor, struct bytes command,
                              uint64_t limit_ms, uint8_t *response,
                              size_t capacity, size_t *size)
{
    *size = 0;
    int64_t until_us = clock_boot(&CLOCK_SYSTEM).us +
                       (int64_t)limit_ms * MILLISECOND_US;
    enum status s = send_all(descriptor, command, until_us);
    while (s == STATUS_OK) {
        size_t whole = whole_size(response, *size);
        if (whole != 0 && whole <= *size)
            return whole == *size ? STATUS_OK : STATUS_IO;
        if (*size == capacity)
            return STATUS_IO;
        s = wait_for(descriptor, POLLIN, until_us);
        if (s != STATUS_OK)
            break;
        ssize_t got = read(descriptor, response + *size, capacity - *size);
        if (got > 0)
            *size += (size_t)got;
        else if (got == 0 || (errno != EAGAIN && errno != EINTR))
            s = STATUS_IO;
    }
    return s;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/local/fetch.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "sys/socket.h"

enum {
    WAIT_MS = 30000,
    PATH_SIZE = 1200,
    PIECE_BYTES = 65536,
    CHUNK_LINE_MAX = 16, /* "10000" CR LF; ours have no extensions */
};

/* What has been received and not been used. */
struct incoming {
    int socket;
    uint8_t *bytes; /* PIECE_BYTES */
    size_t from;
    size_t to;
};

static void close_socket(int *socket)
{
    socket_close(socket);
}

/* At least one more byte. CORRUPT: there is none. */
static enum status receive(struct incoming *in)
{
    size_t got = 0;
    if (in->from == in->to)
        in->from = in->to = 0;
    if (in->to == PIECE_BYTES)
        return STATUS_LIMIT;
    enum status s = socket_wait_readable(in->socket, WAIT_MS);
    if (s == STATUS_OK)
        s = socket_read(in->socket, in->bytes + in->to, PIECE_BYTES - in->to,
                        &got);
    in->to += got;
    return s == STATUS_END ? STATUS_CORRUPT : s;
}

/* A line without its CR LF; borrowed until the next receive. */
static enum status next_line(struct incoming *in, size_t most,
                             struct text *out)
{
    for (;;) {
        size_t have = in->to - in->from;
        const uint8_t *begin = in->bytes + in->from;
        const uint8_t *end = have == 0 ? NULL : memchr(begin, '\n', have);
        if (end != NULL && end > begin && end[-1] == '\r') {
            *out = (struct text){(const char *)begin,
                                 (size_t)(end - begin) - 1};
            in->from += (size_t)(end - begin) + 1;
            return STATUS_OK;
        }
        if (end != NULL)
            return STATUS_BAD_INPUT;
        if (have > most)
            return STATUS_LIMIT;
        memmove(in->bytes, begin, have);
        in->from = 0;
        in->to = have;
        enum status s = receive(in);
        if (s != STATUS_OK)
            return s;
    }
}

/* ---- head ---- */

struct head {
    bool is_chunked;
    bool has_length;
    uint64_t length;
};

static enum status take_header(struct text line, struct head *head,
                               struct local_fetched *out)
{
    struct text value = line;
    struct text name = text_cut(&value, ':');
    uint64_t next = 0;
    value = text_trim(value);
    if (text_equal_ignore_case(name, text_of("Transfer-Encoding"))) {
        head->is_chunked = text_equal(value, text_of("chunked"));
        return head->is_chunked ? STATUS_OK : STATUS_BAD_INPUT;
    }
    if (text_equal_ignore_case(name, text_of("Content-Length"))) {
        head->has_length = true;
        return number_parse_u64(value, 0, INT64_MAX, &head->length);
    }
    bool is_next = text_equal_ignore_case(name, text_of("X-Haechi-Next"));
    if (!is_next && !text_equal_ignore_case(name, text_of("X-Haechi-Start")))
        return STATUS_OK;
    if (number_parse_u64(value, 0, INT64_MAX, &next) != STATUS_OK)
        return STATUS_BAD_INPUT;
    *(is_next ? &out->next_us : &out->start_us) = (int64_t)next;
    return STATUS_OK;
}

static enum status read_head(struct incoming *in, struct head *head,
                             struct local_fetched *out)
{
    struct text line;
    uint64_t code = 0;
    size_t all = 0;
    enum status s = next_line(in, LOCAL_HEAD_MAX, &line);
    if (s == STATUS_OK) {
        (void)text_cut(&line, ' ');
        s = number_parse_u64(text_cut(&line, ' '), 100, 599, &code);
    }
    out->code = (unsigned)code;
    while (s == STATUS_OK) {
        s = next_line(in, LOCAL_HEAD_MAX, &line);
        if (s != STATUS_OK || line.size == 0)
            return s;
        all += line.size;
        s = all > LOCAL_HEAD_MAX ? STATUS_LIMIT : take_header(line, head, out);
    }
    return s;
}

/* ---- body ---- */

static enum status pass(struct incoming *in, uint64_t size,
                        local_piece_fn *on_piece, void *context)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK && size > 0) {
        if (in->from == in->to)
            s = receive(in);
        size_t have = in->to - in->from;
        size_t part = size < have ? (size_t)size : have;
        if (s == STATUS_OK)
            s = on_piece(context, bytes_of(in->bytes + in->from, part));
        in->from += part;
        size -= part;
    }
    return s;
}

static bool parse_hex(struct text line, uint64_t *out)
{
    *out = 0;
    if (line.size == 0 || line.size > CHUNK_LINE_MAX / 2)
        return false;
    for (size_t i = 0; i < line.size; i++) {
        char c = line.data[i];
        unsigned digit = 16;
        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (unsigned)(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            digit = (unsigned)(c - 'A') + 10;
        if (digit == 16)
            return false;
        *out = *out * 16 + digit;
    }
    return true;
}

static enum status pass_chunks(struct incoming *in, local_piece_fn *on_piece,
                               void *context)
{
    for (;;) {
        struct text line;
        uint64_t size = 0;
        enum status s = next_line(in, CHUNK_LINE_MAX, &line);
        if (s == STATUS_OK && !parse_hex(line, &size))
            s = STATUS_BAD_INPUT;
        if (s == STATUS_OK && size > 0)
            s = pass(in, size, on_piece, context);
        if (s == STATUS_OK)
            s = next_line(in, CHUNK_LINE_MAX, &line);
        if (s == STATUS_OK && line.size != 0)
            s = STATUS_BAD_INPUT;
        if (s != STATUS_OK || size == 0)
            return s;
    }
}

enum status local_fetch(const char *directory, const struct local_call *call,
                        local_piece_fn *on_piece, void *context,
                        struct local_fetched *out)
{
    AUTO(close_socket) int socket = -1;
    AUTO(alloc_release) uint8_t *bytes = alloc_array(PIECE_BYTES, 1);
    struct head head = {.length = 0};
    *out = (struct local_fetched){.code = 0};
    if (bytes == NULL)
        return STATUS_NO_MEMORY;
    enum status s = local_request_begin(directory, call, &socket);
    struct incoming in = {.socket = socket, .bytes = bytes};
    if (s == STATUS_OK)
        s = read_head(&in, &head, out);
    if (s != STATUS_OK || out->code != 200)
        return s;
    if (head.is_chunked)
        return pass_chunks(&in, on_piece, context);
    return head.has_length ? pass(&in, head.length, on_piece, context)
                           : STATUS_BAD_INPUT;
}

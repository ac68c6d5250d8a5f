/* SPDX-License-Identifier: Apache-2.0 */
#include "media/nal.h"

/* Offset of the next 00 00 01 at or after from; size where there is none. */
static size_t start_code_after(struct bytes in, size_t from)
{
    size_t at = from;
    while (at < in.size && in.size - at >= 3) {
        const uint8_t *p = in.data + at;
        if (p[2] > 1)
            at += 3; /* none can begin at any of these three */
        else if (p[0] == 0 && p[1] == 0 && p[2] == 1)
            return at;
        else
            at++;
    }
    return in.size;
}

static bool next_between_codes(struct bytes *left, struct bytes *nal)
{
    size_t code = start_code_after(*left, 0);
    if (code == left->size)
        return false;
    size_t begin = code + 3;
    size_t next = start_code_after(*left, begin);
    size_t end = next;
    while (end > begin && left->data[end - 1] == 0)
        end--; /* trailing_zero_8bits, or the fourth byte of a start code */
    *nal = (struct bytes){left->data + begin, end - begin};
    *left = (struct bytes){left->data + next, left->size - next};
    return true;
}

bool nal_stream_next(struct bytes *left, struct bytes *nal)
{
    *nal = (struct bytes){NULL, 0};
    while (left->size > 0 && next_between_codes(left, nal)) {
        if (nal->size > 0)
            return true;
    }
    *left = (struct bytes){NULL, 0};
    return false;
}

void nal_sample_append(struct buffer *out, struct bytes nal)
{
    if (nal.size > UINT32_MAX) {
        out->failed = true;
        return;
    }
    buffer_append_u32be(out, (uint32_t)nal.size);
    buffer_append(out, nal);
}

bool nal_sample_next(struct reader *in, struct bytes *nal)
{
    if (!reader_more(in))
        return false;
    uint32_t size = reader_u32be(in);
    *nal = reader_bytes(in, size);
    return !in->failed;
}

enum status nal_sample_check(struct bytes data)
{
    struct reader in = reader_on(data);
    struct bytes nal = {NULL, 0};
    size_t count = 0;
    while (nal_sample_next(&in, &nal)) {
        if (nal.size == 0)
            return STATUS_BAD_INPUT;
        if (++count > NAL_IN_SAMPLE_MAX)
            return STATUS_LIMIT;
    }
    return reader_done(&in) && count > 0 ? STATUS_OK : STATUS_BAD_INPUT;
}

struct bytes nal_unescape(struct bytes nal, uint8_t *out, size_t size)
{
    struct reader in = reader_on(nal);
    size_t used = 0;
    unsigned zeros = 0;
    while (reader_more(&in) && used < size) {
        uint8_t byte = reader_u8(&in);
        if (zeros >= 2 && byte == 3) {
            zeros = 0;
            continue;
        }
        zeros = byte == 0 ? zeros + 1 : 0;
        out[used++] = byte;
    }
    return (struct bytes){out, used};
}

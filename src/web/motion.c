/* SPDX-License-Identifier: Apache-2.0 */
#include "web/motion.h"

#include "media/sample_pack.h"

struct writing {
    struct buffer *out;
    int64_t from_us; /* of the span at hand; to_us 0: there is none */
    int64_t to_us;
    bool has_written;
};

static void write_span(struct writing *writing)
{
    if (writing->to_us == 0)
        return;
    buffer_format(writing->out, "%s[%lld,%lld]",
                  writing->has_written ? "," : "",
                  (long long)writing->from_us, (long long)writing->to_us);
    writing->has_written = true;
    writing->to_us = 0;
}

static void take(struct writing *writing, int64_t least_us,
                 const struct sample *sample)
{
    int64_t from_us = sample->time_us < least_us ? least_us : sample->time_us;
    int64_t to_us = sample->time_us + sample->duration_us;
    if ((sample->flags & SAMPLE_MOTION) == 0 || to_us <= from_us)
        return;
    if (writing->to_us != 0 && from_us - writing->to_us > MOTION_JOIN_US)
        write_span(writing);
    if (writing->to_us == 0)
        writing->from_us = from_us;
    writing->to_us = to_us;
}

enum status motion_write(struct bytes packs, int64_t from_us, int64_t next_us,
                         struct buffer *out)
{
    struct reader in = reader_on(packs);
    struct writing writing = {.out = out};
    buffer_append_text(out, "{\"spans\":[");
    while (reader_more(&in)) {
        struct sample_pack pack;
        struct sample sample;
        uint32_t row = 0;
        size_t offset = 0;
        enum status s = sample_pack_read(&in, &pack);
        if (s != STATUS_OK)
            return s;
        while (sample_pack_next(&pack, &row, &offset, &sample))
            take(&writing, from_us, &sample);
    }
    write_span(&writing);
    buffer_format(out, "],\"next\":%lld}", (long long)next_us);
    return buffer_status(out);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "model/event.h"

#include "base/text.h"
#include "model/camera.h"

static const char *const NAMES[EVENT_KIND_COUNT] = {
    [0] = "none",
    [EVENT_CAMERA_ADDED] = "camera.added",
    [EVENT_GAP] = "gap",
    [EVENT_GAP_OPEN] = "gap.open",
    [EVENT_CAMERA_STATE] = "camera.state",
    [EVENT_CODEC] = "camera.codec",
    [EVENT_RECORDS_LOST] = "records.lost",
    [EVENT_DISK_STATE] = "disk.state",
    [EVENT_SPACE_WARNING] = "space.warning",
    [EVENT_SPACE_FREED] = "space.freed",
    [EVENT_INDEX_REBUILT] = "index.rebuilt",
    [EVENT_RECORDING_ROOT] = "recording.root",
    [EVENT_RECORDING_DAY] = "recording.day",
};

const char *event_kind_name(enum event_kind kind)
{
    return (unsigned)kind < EVENT_KIND_COUNT ? NAMES[kind] : NAMES[0];
}

void event_encode(const struct event *event, struct writer *out)
{
    struct text detail = event->detail;
    if (detail.size > RECORDED_DETAIL_MAX)
        detail = text_of("(too long)");
    writer_u8(out, (uint8_t)event->kind);
    writer_u8(out, (uint8_t)event->cause);
    writer_u32be(out, event->camera);
    writer_i64be(out, event->span.from.us);
    writer_i64be(out, event->span.to.us);
    writer_u16be(out, (uint16_t)detail.size);
    writer_bytes(out, text_bytes(detail));
}

enum status event_decode(struct reader *in, struct event *out)
{
    uint8_t kind = reader_u8(in);
    uint8_t cause = reader_u8(in);
    uint32_t camera = reader_u32be(in);
    int64_t from_us = reader_i64be(in);
    int64_t to_us = reader_i64be(in);
    uint16_t size = reader_u16be(in);
    struct text detail = bytes_text(reader_bytes(in, size));
    if (in->failed || kind == 0 || kind >= EVENT_KIND_COUNT ||
        cause >= CAUSE_COUNT || camera > STREAM_NUMBER_MAX ||
        size > RECORDED_DETAIL_MAX || !text_is_plain(detail))
        return STATUS_BAD_INPUT;
    *out = (struct event){
        .kind = (enum event_kind)kind,
        .cause = (enum cause)cause,
        .camera = camera,
        .span = {{from_us}, {to_us}},
        .detail = detail,
    };
    return STATUS_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What web asks, and what it is given, held against the log on disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "log/entry_line.h"
#include "media/sample_pack.h"
#include "privilege/recorder_stage_private.h"
#include "sys/file.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"
#include "unit/test.h"

enum { LOG_FILE_MAX = 8 << 20, POLL_MS = 20, PATH_SIZE = 192 };

static const char ADDRESS[] = "192.0.2.7";
static const char PASSWORD[] = "a long enough one";
static const char PURPOSE[] = "facility-safety";
static const char REASON[] = "분실물 확인";
/* Times are compared at half samples: so much may the clocks differ. */
static const int64_t CLOCKS_DIFFER_US = 20000;

/* ---- the log on disk ------------------------------------------------------- */

static void take_line(struct recorder_stage *stage, struct text line,
                      size_t end)
{
    struct entry_line entry;
    int64_t camera = 0;
    struct text cameras = {"", 0};
    if (entry_line_read(line, &entry) != STATUS_OK || !entry.is_known ||
        (entry.kind != ENTRY_VIEW_OPEN && entry.kind != ENTRY_LIVE_OPEN))
        return;
    CHECK(stage->allowed_count < RECORDER_ALLOWED_MAX);
    struct recorder_allowed *allowed = &stage->allowed[stage->allowed_count++];
    *allowed = (struct recorder_allowed){.entry = entry.number, .end = end};
    allowed->is_live = entry.kind == ENTRY_LIVE_OPEN;
    if (allowed->is_live) {
        CHECK_OK(entry_line_text(&entry, "cameras", &cameras));
        CHECK(text_copy(cameras, allowed->cameras, sizeof allowed->cameras));
        return;
    }
    CHECK_OK(entry_line_number(&entry, "camera", &camera));
    CHECK_OK(entry_line_time(&entry, "from", &allowed->span.from));
    CHECK_OK(entry_line_time(&entry, "to", &allowed->span.to));
    allowed->camera = (uint32_t)camera;
}

static void look_at_log(struct recorder_stage *stage)
{
    char path[PATH_SIZE];
    uint8_t *data = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/log/entries", stage->directory);
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, LOG_FILE_MAX, &data,
                           &size));
    if (size != stage->log_size) {
        struct text rest = {(const char *)data, size};
        stage->allowed_count = 0;
        while (rest.size > 0) {
            struct text line = text_cut(&rest, '\n');
            take_line(stage, line, size - rest.size);
        }
        stage->log_size = size;
    }
    alloc_free(data);
}

const struct recorder_allowed *
recorder_stage_entry(struct recorder_stage *stage, uint64_t entry)
{
    look_at_log(stage);
    for (size_t i = 0; i < stage->allowed_count; i++) {
        if (stage->allowed[i].entry == entry)
            return &stage->allowed[i];
    }
    return NULL;
}

static bool names_camera(const char *cameras, uint32_t camera)
{
    struct text rest = text_of(cameras);
    char number[16];
    (void)snprintf(number, sizeof number, "%u", camera);
    while (rest.size > 0) {
        if (text_equal(text_cut(&rest, ','), text_of(number)))
            return true;
    }
    return false;
}

static bool is_allowed(const struct recorder_stage *stage, uint32_t camera,
                       int64_t time_us, bool is_live)
{
    const struct wall_time time = {time_us};
    for (size_t i = 0; i < stage->allowed_count; i++) {
        const struct recorder_allowed *allowed = &stage->allowed[i];
        if (allowed->is_live == is_live &&
            (is_live ? names_camera(allowed->cameras, camera)
                     : allowed->camera == camera &&
                           span_holds(allowed->span, time)))
            return true;
    }
    return false;
}

/* What the gate wrote into the ticket: ipc/ticket.h has the layout. */
void recorder_stage_check_ticket(struct recorder_stage *stage,
                                 struct bytes ticket)
{
    struct reader in = reader_on(ticket);
    char cameras[64] = "";
    size_t used = 0;
    reader_skip(&in, 4);
    bool is_live = reader_u8(&in) == TICKET_LIVE;
    reader_skip(&in, 3);
    uint64_t view = reader_u64be(&in);
    reader_skip(&in, 4);
    struct span span = {{reader_i64be(&in)}, {0}};
    span.to.us = reader_i64be(&in);
    reader_skip(&in, 8);
    uint16_t count = reader_u16be(&in);
    uint32_t camera = 0;
    for (unsigned i = 0; i < count; i++) {
        camera = reader_u32be(&in);
        used += (size_t)snprintf(cameras + used, sizeof cameras - used, "%s%u",
                                 i == 0 ? "" : ",", camera);
    }
    CHECK(!in.failed && used < sizeof cameras);
    const struct recorder_allowed *entry = recorder_stage_entry(stage, view);
    if (entry == NULL) {
        fail_msg("a ticket for view %d, which no entry allows", (int)view);
        return;
    }
    CHECK((int64_t)entry->end <= atomic_load(&stage->seam->synced_bytes));
    CHECK(entry->is_live == is_live);
    if (is_live)
        assert_string_equal(entry->cameras, cameras);
    else
        CHECK(entry->camera == camera && count == 1 &&
              entry->span.from.us == span.from.us &&
              entry->span.to.us == span.to.us);
}

/* ---- pictures ---------------------------------------------------------------- */

static void take_frame(struct recorder_stage *stage, uint32_t camera,
                       const struct sample *sample, bool is_live)
{
    uint8_t right[RECORDER_PAYLOAD];
    struct reader in = reader_on(sample->data);
    reader_skip(&in, 8);
    uint64_t k = reader_u64be(&in);
    if (sample->data.size == 0) { /* a bare read: its time counts alike */
        CHECK(is_allowed(stage, camera, sample->time_us, is_live));
        return;
    }
    recorder_stage_payload(camera, k, right);
    CHECK(sample->data.size == sizeof right &&
          memcmp(right, sample->data.data, sizeof right) == 0);
    int64_t differs_us = sample->time_us - recorder_stage_before(stage, k) -
                         RECORDER_SAMPLE_US / 2;
    CHECK(differs_us > -CLOCKS_DIFFER_US && differs_us < CLOCKS_DIFFER_US);
    if (!is_allowed(stage, camera, sample->time_us, is_live))
        fail_msg("picture %d of camera %u without an entry", (int)k, camera);
    CHECK(stage->frame_count < RECORDER_FRAMES_MAX);
    stage->frames[stage->frame_count++] = (struct recorder_frame){camera, k};
}

static void take_packs(struct recorder_stage *stage, int descriptor,
                       uint32_t size, bool is_live)
{
    struct bytes packs;
    if (descriptor < 0)
        return;
    look_at_log(stage);
    CHECK_OK(sealed_memory_map(descriptor, size, &packs));
    socket_close(&descriptor);
    struct reader in = reader_on(packs);
    while (reader_more(&in)) {
        struct sample_pack pack;
        uint32_t row = 0;
        size_t offset = 0;
        struct sample sample;
        CHECK_OK(sample_pack_read(&in, &pack));
        while (sample_pack_next(&pack, &row, &offset, &sample))
            take_frame(stage, pack.camera, &sample, is_live);
    }
    sealed_memory_unmap(&packs);
}

void recorder_stage_take_recorded(struct recorder_stage *stage, int descriptor,
                                  uint32_t bytes)
{
    take_packs(stage, descriptor, bytes, false);
}

void recorder_stage_take_live(struct recorder_stage *stage, int descriptor,
                              uint32_t bytes)
{
    take_packs(stage, descriptor, bytes, true);
}

void recorder_stage_forget(struct recorder_stage *stage)
{
    stage->frame_count = 0;
}

/* ---- questions --------------------------------------------------------------- */

ON_REPLY(login_first)
{
    struct recorder_stage *stage = context;
    CHECK(descriptor == -1 && reply != NULL);
    CHECK(text_copy(reply->session, stage->session, sizeof stage->session));
    recorder_stage_answered(stage, status);
}

ON_REPLY(view_open)
{
    struct recorder_stage *stage = context;
    CHECK(descriptor == -1);
    stage->view = reply == NULL ? 0 : reply->view;
    recorder_stage_answered(stage, status);
}

ON_REPLY(live_open)
{
    struct recorder_stage *stage = context;
    CHECK(descriptor == -1);
    stage->view = reply == NULL ? 0 : reply->view;
    recorder_stage_answered(stage, status);
}

ON_REPLY(view_close)
{
    (void)reply;
    CHECK(descriptor == -1);
    recorder_stage_answered(context, status);
}

ON_REPLY(ticket_get)
{
    struct recorder_stage *stage = context;
    CHECK(descriptor == -1);
    stage->ticket_size = 0;
    if (reply != NULL && reply->ticket.size > 0) {
        CHECK(status == STATUS_OK);
        memcpy(stage->ticket, reply->ticket.data, reply->ticket.size);
        stage->ticket_size = reply->ticket.size;
        recorder_stage_check_ticket(stage, reply->ticket);
    }
    recorder_stage_answered(stage, status);
}

ON_REPLY(coverage_get)
{
    struct recorder_stage *stage = context;
    CHECK(descriptor == -1 && reply != NULL &&
          reply->json.size < RECORDER_JSON_MAX);
    memcpy(stage->json, reply->json.data, reply->json.size);
    stage->json[reply->json.size] = 0;
    recorder_stage_answered(stage, status);
}

ON_REPLY(read)
{
    struct recorder_stage *stage = context;
    CHECK(status == STATUS_OK || descriptor == -1);
    stage->next_us = reply == NULL ? 0 : reply->next_us;
    recorder_stage_take_recorded(stage, descriptor,
                                 reply == NULL ? 0 : reply->bytes);
    recorder_stage_answered(stage, status);
}

ON_REPLY(live_next)
{
    struct recorder_stage *stage = context;
    CHECK(status == STATUS_OK || descriptor == -1);
    recorder_stage_take_live(stage, descriptor,
                             reply == NULL ? 0 : reply->bytes);
    recorder_stage_answered(stage, status);
}

enum status recorder_stage_login(struct recorder_stage *stage)
{
    const struct message_login_first message = {
        .code = text_of(stage->code),
        .name = text_of("홍길동"),
        .password = text_of(PASSWORD),
        .address = text_of(ADDRESS),
    };
    enum status s = STATUS_AGAIN; /* until the keeper has given a month key */
    for (int i = 0; s == STATUS_AGAIN && i < RECORDER_WAIT_MS / POLL_MS; i++) {
        s = ASK(stage, stage->gate, login_first, &message);
        if (s == STATUS_AGAIN)
            recorder_stage_idle(stage, POLL_MS);
    }
    return s;
}

static struct message_view_open view_of(const struct recorder_stage *stage,
                                        uint32_t camera, uint64_t from,
                                        uint64_t to)
{
    return (struct message_view_open){
        .session = text_of(stage->session),
        .camera = camera,
        .from_us = recorder_stage_before(stage, from),
        .to_us = recorder_stage_before(stage, to),
        .purpose = text_of(PURPOSE),
        .reason = text_of(REASON),
        .address = text_of(ADDRESS),
    };
}

void recorder_stage_send_view(struct recorder_stage *stage, uint32_t camera,
                              uint64_t from, uint64_t to)
{
    const struct message_view_open message = view_of(stage, camera, from, to);
    stage->has_answer = false;
    CHECK_OK(message_view_open_send(stage->gate, &message, -1, on_view_open,
                                    stage));
}

enum status recorder_stage_view(struct recorder_stage *stage, uint32_t camera,
                                uint64_t from, uint64_t to)
{
    const struct message_view_open message = view_of(stage, camera, from, to);
    return ASK(stage, stage->gate, view_open, &message);
}

enum status recorder_stage_live(struct recorder_stage *stage, uint32_t camera)
{
    uint8_t number[4];
    struct writer out = writer_on(number, sizeof number);
    writer_u32be(&out, camera);
    const struct message_live_open message = {
        .session = text_of(stage->session),
        .cameras = writer_written(&out),
        .purpose = text_of(PURPOSE),
        .reason = text_of(REASON),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->gate, live_open, &message);
}

enum status recorder_stage_view_close(struct recorder_stage *stage,
                                      uint64_t view)
{
    const struct message_view_close message = {
        .session = text_of(stage->session),
        .view = view,
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->gate, view_close, &message);
}

enum status recorder_stage_ticket(struct recorder_stage *stage, uint64_t view)
{
    const struct message_ticket_get message = {
        .session = text_of(stage->session), .view = view};
    stage->ticket_size = 0;
    return ASK(stage, stage->gate, ticket_get, &message);
}

struct bytes recorder_stage_ticket_bytes(const struct recorder_stage *stage)
{
    return bytes_of(stage->ticket, stage->ticket_size);
}

enum status recorder_stage_read(struct recorder_stage *stage,
                                struct bytes ticket, uint32_t camera,
                                int64_t from_us, int64_t to_us)
{
    const struct message_read message = {
        .ticket = ticket,
        .camera = camera,
        .from_us = from_us,
        .to_us = to_us,
    };
    return ASK(stage, stage->vault, read, &message);
}

enum status recorder_stage_read_all(struct recorder_stage *stage,
                                    struct bytes ticket, uint32_t camera)
{
    int64_t from_us = 0;
    enum status s = STATUS_OK;
    recorder_stage_forget(stage);
    do {
        s = recorder_stage_read(stage, ticket, camera, from_us, INT64_MAX);
        CHECK(stage->next_us == 0 || stage->next_us > from_us);
        from_us = stage->next_us;
    } while (s == STATUS_OK && from_us != 0);
    return s;
}

enum status recorder_stage_live_next(struct recorder_stage *stage,
                                     struct bytes ticket)
{
    const struct message_live_next message = {.ticket = ticket};
    return ASK(stage, stage->vault, live_next, &message);
}

/* ---- what is recorded ------------------------------------------------------- */

/* The end of the last recorded span; 0: none. */
static int64_t recorded_until(struct recorder_stage *stage, uint32_t camera)
{
    const struct message_coverage_get message = {
        .session = text_of(stage->session),
        .camera = camera,
        .from_us = recorder_stage_before(stage, 0),
        .to_us = recorder_stage_before(stage, stage->put + 1),
    };
    if (ASK(stage, stage->gate, coverage_get, &message) != STATUS_OK)
        return 0;
    const char *recorded = strstr(stage->json, "\"recorded\":[[");
    const char *end = recorded == NULL ? NULL : strstr(recorded, "]]");
    while (end != NULL && end > stage->json && end[-1] != ',')
        end--;
    return end == NULL ? 0 : strtoll(end, NULL, 10);
}

void recorder_stage_wait_recorded(struct recorder_stage *stage)
{
    static const uint32_t CAMERAS[] = {RECORDER_CAMERA, RECORDER_OTHER_CAMERA};
    int64_t end_us = recorder_stage_before(stage, stage->put);
    for (size_t i = 0; i < 2; i++) {
        int tries = RECORDER_WAIT_MS / POLL_MS;
        while (recorded_until(stage, CAMERAS[i]) < end_us) {
            if (--tries == 0)
                fail_msg("camera %u is not recorded", CAMERAS[i]);
            recorder_stage_idle(stage, POLL_MS);
        }
    }
}

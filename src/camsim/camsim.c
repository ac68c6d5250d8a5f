/* SPDX-License-Identifier: Apache-2.0 */
#include "camsim/camsim.h"

#include "base/alloc.h"
#include "base/text.h"
#include "camsim/ledger.h"
#include "camsim/schedule.h"
#include "camsim/session.h"
#include "crypto/certificate.h"
#include "sys/random.h"
#include "sys/socket.h"

enum {
    LATENESS_MS_MAX = 2048,
    TICK_MS_MIN = 1,
    DROP_EVERY = 5,             /* frames */
    GOLDEN_MILLIONTHS = 618034, /* spreads phases evenly for any count */
};

struct camera {
    uint32_t number;
    const struct camsim_clip *clip;
    uint64_t first_index;
    uint64_t sent; /* frames due so far */
    int64_t phase_us;
    uint32_t ticks_base;
    struct camsim_session *sessions; /* that have played this camera */
    bool was_stalled;
    bool was_closed;
};

struct camsim {
    struct camsim_session_host host;
    int listener;
    struct watch *watch;
    struct watch *report_watch;
    struct timer *tick;
    struct timer *flush;
    struct camsim_schedule *schedule;
    struct camsim_ledger *ledger; /* or NULL */
    struct camera *cameras;
    uint32_t camera_count;
    struct camsim_session *all;
    uint64_t sessions;
    uint64_t access_units;
    uint64_t dropped;
    uint64_t audio_setups;
    uint64_t receiver_reports;
    uint32_t lateness[LATENESS_MS_MAX]; /* ticks by whole milliseconds */
};

/* ---- lists of sessions ------------------------------------------------- */

typedef struct camsim_session_place *place_fn(struct camsim_session *session);

static void list_add(struct camsim_session **head,
                     struct camsim_session *session, place_fn *place)
{
    *place(session) = (struct camsim_session_place){NULL, *head};
    if (*head != NULL)
        place(*head)->before = session;
    *head = session;
}

static void list_remove(struct camsim_session **head,
                        struct camsim_session *session, place_fn *place)
{
    struct camsim_session_place *at = place(session);
    if (at->before != NULL)
        place(at->before)->after = at->after;
    else if (*head == session)
        *head = at->after;
    if (at->after != NULL)
        place(at->after)->before = at->before;
    *at = (struct camsim_session_place){NULL, NULL};
}

/* ---- time -------------------------------------------------------------- */

static uint32_t ticks_of(const struct camera *camera, uint64_t index)
{
    return camera->ticks_base +
           (uint32_t)(index * CLIP_CLOCK_HZ / camera->clip->frames_per_second);
}

static int64_t due_us(const struct camsim *camsim, const struct camera *camera)
{
    return camsim->host.start.us + camera->phase_us +
           (int64_t)(camera->sent * SECOND_US /
                     camera->clip->frames_per_second);
}

static uint32_t ticks_now(const struct camsim *camsim,
                          const struct camera *camera, int64_t now_us)
{
    int64_t since_us = now_us - camsim->host.start.us - camera->phase_us;
    return ticks_of(camera, camera->first_index) +
           (uint32_t)(since_us * 9 / 100);
}

static void count_lateness(struct camsim *camsim, int64_t late_us)
{
    int64_t ms = late_us / 1000;
    camsim->lateness[ms < 0                 ? 0
                     : ms < LATENESS_MS_MAX ? ms
                                            : LATENESS_MS_MAX - 1]++;
}

/* ---- frames ------------------------------------------------------------ */

static bool has_fault(const struct camsim *camsim, const struct camera *camera,
                      enum camsim_fault_kind kind, int64_t now_us)
{
    return camsim_fault_is_active(&camsim->host.setting.faults, kind,
                                  camera->number,
                                  now_us - camsim->host.start.us);
}

static void end_sessions(struct camera *camera, bool with_reset)
{
    struct camsim_session *next = NULL;
    for (struct camsim_session *s = camera->sessions; s != NULL; s = next) {
        next = camsim_session_place_in_camera(s)->after;
        camsim_session_end(s, with_reset);
    }
}

static void apply_faults(struct camsim *camsim, struct camera *camera,
                         int64_t now_us)
{
    bool is_reset = has_fault(camsim, camera, FAULT_REFUSE, now_us);
    bool is_closed = is_reset || has_fault(camsim, camera, FAULT_CLOSE, now_us);
    if (is_closed && !camera->was_closed)
        end_sessions(camera, is_reset);
    camera->was_closed = is_closed;

    bool is_stalled = has_fault(camsim, camera, FAULT_STALL, now_us);
    const unsigned rate = camera->clip->frames_per_second;
    struct camsim_session *next = NULL;
    for (struct camsim_session *s = camera->sessions; s != NULL; s = next) {
        next = camsim_session_place_in_camera(s)->after;
        if (camera->was_stalled && !is_stalled)
            camsim_session_wait_for_key(s);
        else if (camera->sent % rate == rate / 4 &&
                 has_fault(camsim, camera, FAULT_GARBAGE, now_us))
            camsim_session_send_garbage(s);
    }
    camera->was_stalled = is_stalled;
}

static void send_to_all(struct camsim *camsim, struct camera *camera,
                        uint64_t index,
                        const struct camsim_session_frame *frame)
{
    bool has_gone = false;
    struct camsim_session *next = NULL;
    for (struct camsim_session *s = camera->sessions; s != NULL; s = next) {
        next = camsim_session_place_in_camera(s)->after;
        bool is_meant = camsim_session_expects(s, frame->frame);
        bool is_whole = camsim_session_send(s, frame);
        has_gone |= is_whole;
        camsim->dropped += is_meant && !is_whole;
    }
    if (!has_gone)
        return;
    camsim->access_units++;
    if (camsim->ledger == NULL)
        return;
    const struct camsim_ledger_line line = {
        .camera = camera->number,
        .index = index,
        .boot = {frame->now_us},
        .wall = clock_wall(camsim->host.clock),
        .digest = frame->frame->digest,
    };
    camsim_ledger_append(camsim->ledger, &line);
}

static void send_due(struct camsim *camsim, struct camera *camera,
                     int64_t now_us)
{
    if (camsim->host.setting.faults.count > 0)
        apply_faults(camsim, camera, now_us);
    uint64_t index = camera->first_index + camera->sent;
    const struct camsim_session_frame frame = {
        .frame = &camera->clip->frames[index % camera->clip->count],
        .timestamp_ticks = ticks_of(camera, index),
        .now_ticks = ticks_now(camsim, camera, now_us),
        .now_us = now_us,
        .loses_packet = index % DROP_EVERY == 0 &&
                        has_fault(camsim, camera, FAULT_DROP, now_us),
        .swaps_packets = index % DROP_EVERY == 0 &&
                         has_fault(camsim, camera, FAULT_SWAP, now_us),
        .repeats_packet = index % DROP_EVERY == 0 &&
                          has_fault(camsim, camera, FAULT_TWICE, now_us),
        .floods = has_fault(camsim, camera, FAULT_FLOOD, now_us),
    };
    if (camera->sessions != NULL && !camera->was_stalled)
        send_to_all(camsim, camera, index, &frame);
    camera->sent++;
}

static void on_tick(void *context, struct timer *timer)
{
    struct camsim *camsim = context;
    int64_t due = 0;
    int64_t now = clock_boot(camsim->host.clock).us;
    uint32_t i = camsim_schedule_first(camsim->schedule, &due);
    while (due <= now) {
        struct camera *camera = &camsim->cameras[i];
        count_lateness(camsim, now - due);
        send_due(camsim, camera, now);
        camsim_schedule_delay_first(camsim->schedule, due_us(camsim, camera));
        i = camsim_schedule_first(camsim->schedule, &due);
        now = clock_boot(camsim->host.clock).us;
    }
    uint64_t wait_ms = (uint64_t)(due - now) / 1000 + 1;
    timer_start(timer, wait_ms < TICK_MS_MIN ? TICK_MS_MIN : wait_ms, 0);
}

static void on_flush(void *context, struct timer *timer)
{
    struct camsim *camsim = context;
    (void)timer;
    enum status kept = camsim_ledger_flush(camsim->ledger);
    (void)kept; /* sticky: camsim_check_ledger tells */
}

/* ---- sessions ---------------------------------------------------------- */

static uint32_t next_ticks(void *context, uint32_t number)
{
    struct camsim *camsim = context;
    const struct camera *camera = &camsim->cameras[number - 1];
    return ticks_of(camera, camera->first_index + camera->sent);
}

static void on_play(void *context, struct camsim_session *session,
                    uint32_t number)
{
    struct camsim *camsim = context;
    struct camera *camera = &camsim->cameras[number - 1];
    list_remove(&camera->sessions, session, camsim_session_place_in_camera);
    list_add(&camera->sessions, session, camsim_session_place_in_camera);
}

static void on_end(void *context, struct camsim_session *session)
{
    struct camsim *camsim = context;
    camsim->audio_setups += camsim_session_has_set_up_audio(session);
    list_remove(&camsim->all, session, camsim_session_place_in_all);
    uint32_t number = camsim_session_camera(session);
    if (number != 0)
        list_remove(&camsim->cameras[number - 1].sessions, session,
                    camsim_session_place_in_camera);
}

static void on_connection(void *context, struct watch *watch, unsigned events)
{
    struct camsim *camsim = context;
    (void)watch;
    (void)events;
    char address[SOCKET_ADDRESS_SIZE];
    int accepted = -1;
    while (socket_accept(camsim->listener, address, &accepted) == STATUS_OK) {
        struct camsim_session *session = NULL;
        socket_set_no_delay(accepted);
        if (camsim_session_create(&camsim->host, &accepted, &session) !=
            STATUS_OK) {
            socket_close(&accepted);
            return;
        }
        camsim->sessions++;
        list_add(&camsim->all, session, camsim_session_place_in_all);
    }
}

/* What receivers say over UDP is counted, and no more. */
static void on_report(void *context, struct watch *watch, unsigned events)
{
    struct camsim *camsim = context;
    (void)watch;
    (void)events;
    uint8_t report[2048];
    size_t size = 0;
    while (socket_read(camsim->host.datagrams.sockets[1], report,
                       sizeof report, &size) == STATUS_OK)
        camsim->receiver_reports++;
}

/* ---- life -------------------------------------------------------------- */

static enum status make_cameras(struct camsim *camsim,
                                const struct camsim_options *options)
{
    camsim->cameras = alloc_array(options->cameras, sizeof *camsim->cameras);
    if (camsim->cameras == NULL)
        return STATUS_NO_MEMORY;
    enum status s = camsim_schedule_create(options->cameras, &camsim->schedule);
    if (s != STATUS_OK)
        return s;
    camsim->camera_count = options->cameras;
    for (uint32_t i = 0; i < options->cameras; i++) {
        struct camera *camera = &camsim->cameras[i];
        uint64_t spread = (uint64_t)i * GOLDEN_MILLIONTHS % 1000000;
        camera->number = i + 1;
        camera->clip = options->clips[i % options->clip_count];
        camera->first_index = spread * camera->clip->count / 1000000;
        camera->phase_us = (int64_t)(spread / camera->clip->frames_per_second);
        random_fill(&camera->ticks_base, sizeof camera->ticks_base);
        camsim_schedule_add(camsim->schedule, i, due_us(camsim, camera));
    }
    return STATUS_OK;
}

static enum status make_tls(const struct clock *clock, struct tls_server **out)
{
    struct certificate *certificate = alloc_zeroed(sizeof *certificate);
    const struct text name = text_of("camsim");
    if (certificate == NULL)
        return STATUS_NO_MEMORY;
    enum status s = certificate_make(&name, 1, clock_wall(clock), certificate);
    if (s == STATUS_OK)
        s = tls_server_create(
            text_bytes(text_of(certificate->certificate_pem)),
            text_bytes(text_of(certificate->private_key_pem)), out);
    alloc_free(certificate);
    return s;
}

static enum status make_host(struct camsim *camsim, struct loop *loop,
                             const struct clock *clock,
                             const struct camsim_options *options)
{
    size_t frame_size = 0;
    for (size_t i = 0; i < options->clip_count; i++) {
        if (options->clips[i]->frame_size_max > frame_size)
            frame_size = options->clips[i]->frame_size_max;
    }
    camsim->host = (struct camsim_session_host){
        .loop = loop,
        .clock = clock,
        .setting = {.clips = options->clips,
                    .clip_count = options->clip_count,
                    .cameras = options->cameras,
                    .user = options->user,
                    .password = options->password,
                    .algorithm = options->algorithm,
                    .transport =
                        options->is_secure ? CAMERA_TCP : options->transport,
                    .faults = {options->faults, options->fault_count}},
        .start = clock_boot(clock),
        .sends_packets = options->sends_packets,
        .datagrams = {.sockets = {-1, -1}},
        .scratch = alloc_array(frame_size, 1),
        .context = camsim,
        .next_ticks = next_ticks,
        .on_play = on_play,
        .on_end = on_end,
    };
    if (camsim->host.scratch == NULL)
        return STATUS_NO_MEMORY;
    if (options->is_secure)
        return make_tls(clock, &camsim->host.tls);
    if (options->transport == CAMERA_TCP)
        return STATUS_OK;
    struct socket_datagrams *datagrams = &camsim->host.datagrams;
    enum status s = socket_datagrams_serve(options->address, datagrams);
    if (s != STATUS_OK)
        return s;
    camsim->host.setting.datagram_port =
        socket_address_port(&datagrams->local);
    return watch_create(loop, datagrams->sockets[1], WATCH_READ,
                        "camsim reports", on_report, camsim,
                        &camsim->report_watch);
}

static enum status start_listening(struct camsim *camsim, struct loop *loop,
                                   const struct camsim_options *options)
{
    enum status s =
        socket_listen_tcp(options->address, options->port, &camsim->listener);
    if (s == STATUS_OK)
        s = watch_create(loop, camsim->listener, WATCH_READ, "camsim listener",
                         on_connection, camsim, &camsim->watch);
    if (s == STATUS_OK)
        s = timer_make(loop, "camsim tick", on_tick, camsim, &camsim->tick);
    if (s == STATUS_OK && options->ledger_path != NULL)
        s = timer_make(loop, "camsim ledger", on_flush, camsim, &camsim->flush);
    if (s != STATUS_OK)
        return s;
    timer_start(camsim->tick, TICK_MS_MIN, 0);
    if (camsim->flush != NULL)
        timer_start(camsim->flush, LEDGER_FLUSH_MS, LEDGER_FLUSH_MS);
    return STATUS_OK;
}

enum status camsim_create(struct loop *loop, const struct clock *clock,
                          const struct camsim_options *options,
                          struct camsim **out)
{
    *out = NULL;
    if (options->cameras == 0 || options->cameras > CAMERAS_MAX ||
        options->clip_count == 0)
        return STATUS_BAD_INPUT;
    struct camsim *camsim = alloc_zeroed(sizeof *camsim);
    if (camsim == NULL)
        return STATUS_NO_MEMORY;
    camsim->listener = -1;
    camsim->host.datagrams = (struct socket_datagrams){.sockets = {-1, -1}};
    enum status s = make_host(camsim, loop, clock, options);
    if (s == STATUS_OK)
        s = make_cameras(camsim, options);
    if (s == STATUS_OK && options->ledger_path != NULL)
        s = camsim_ledger_create(&FILE_LAYER_SYSTEM, options->ledger_path,
                                 &camsim->ledger);
    if (s == STATUS_OK)
        s = start_listening(camsim, loop, options);
    if (s != STATUS_OK) {
        camsim_destroy(&camsim);
        return s;
    }
    *out = camsim;
    return STATUS_OK;
}

void camsim_destroy(struct camsim **camsim)
{
    if (*camsim == NULL)
        return;
    struct camsim *ending = *camsim;
    while (ending->all != NULL)
        camsim_session_end(ending->all, false);
    watch_destroy(&ending->watch);
    watch_destroy(&ending->report_watch);
    socket_datagrams_close(&ending->host.datagrams);
    timer_destroy(&ending->tick);
    timer_destroy(&ending->flush);
    socket_close(&ending->listener);
    camsim_ledger_destroy(&ending->ledger);
    camsim_schedule_destroy(&ending->schedule);
    alloc_free(ending->cameras);
    tls_server_destroy(&ending->host.tls);
    alloc_free(ending->host.scratch);
    alloc_free(ending);
    *camsim = NULL;
}

uint16_t camsim_port(const struct camsim *camsim)
{
    return socket_port(camsim->listener);
}

static uint32_t percentile_99(const uint32_t counts[LATENESS_MS_MAX])
{
    uint64_t total = 0;
    for (size_t i = 0; i < LATENESS_MS_MAX; i++)
        total += counts[i];
    uint64_t above = 0;
    for (uint32_t i = LATENESS_MS_MAX; i > 0; i--) {
        above += counts[i - 1];
        if (above * 100 > total)
            return i - 1;
    }
    return 0;
}

void camsim_summarise(const struct camsim *camsim, struct camsim_summary *out)
{
    *out = (struct camsim_summary){
        .sessions = camsim->sessions,
        .access_units = camsim->access_units,
        .bytes = camsim->host.bytes,
        .dropped = camsim->dropped,
        .audio_setups = camsim->audio_setups,
        .receiver_reports = camsim->receiver_reports,
        .lateness_p99_ms = percentile_99(camsim->lateness),
    };
}

enum status camsim_check_ledger(struct camsim *camsim)
{
    return camsim->ledger == NULL ? STATUS_OK
                                  : camsim_ledger_flush(camsim->ledger);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/gate/destruction/destruction.h"
#include "roles/gate/text/keys.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"

static enum status read_line(const struct gate *gate, uint64_t number,
                             struct buffer *line, struct entry_line *out)
{
    enum status s =
        log_store_line(log_writer_store(gate->log), number, line);
    if (s == STATUS_OK)
        s = entry_line_read(buffer_text(line), out);
    return s;
}

/* What is not there is 0 or empty: such a line cannot stand in our log. */
static int64_t number_in(const struct entry_line *entry, const char *member)
{
    int64_t value = 0;
    return entry_line_number(entry, member, &value) == STATUS_OK ? value : 0;
}

static struct wall_time time_in(const struct entry_line *entry,
                                const char *member)
{
    struct wall_time time = {0};
    return entry_line_time(entry, member, &time) == STATUS_OK
               ? time
               : (struct wall_time){0};
}

static void text_in(const struct entry_line *entry, const char *member,
                    char *out, size_t size)
{
    struct text text = text_of("");
    out[0] = 0;
    if (entry_line_text(entry, member, &text) == STATUS_OK)
        (void)entry_text_plain(text, out, size);
}

/* ---- one part ---------------------------------------------------------------
 */

static void take_seeds(const struct gate *gate, struct buffer *line,
                       struct destruction_part *part)
{
    struct entry_line seeds;
    struct log_store *store = log_writer_store(gate->log);
    uint64_t number = part->entry - 1;
    part->level = -1;
    if (part->entry == 0 ||
        log_store_kind(store, number) != ENTRY_DELETION_SEEDS ||
        read_line(gate, number, line, &seeds) != STATUS_OK ||
        (uint64_t)number_in(&seeds, "epoch") != part->epoch ||
        number_in(&seeds, "camera") != (int64_t)part->camera)
        return;
    part->seeds_entry = number;
    part->level = number_in(&seeds, "level");
}

enum status destruction_part_read(const struct gate *gate, uint64_t entry,
                                  struct destruction_part *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct entry_line done;
    struct text cause = text_of("");
    *out = (struct destruction_part){.entry = entry};
    enum entry_kind kind = log_store_kind(log_writer_store(gate->log), entry);
    if (kind != ENTRY_DELETION_DONE && kind != ENTRY_KEYS_DROPPED)
        return STATUS_NOT_FOUND;
    out->is_unused = kind == ENTRY_KEYS_DROPPED;
    enum status s = read_line(gate, entry, &line, &done);
    if (s != STATUS_OK)
        return s;
    out->camera = (uint32_t)number_in(&done, "camera");
    out->span = (struct span){time_in(&done, "from"), time_in(&done, "to")};
    out->epoch = (uint64_t)number_in(&done, "epoch");
    out->died = time_in(&done, "died");
    out->order = (uint64_t)number_in(&done, "order");
    out->seeds = (uint64_t)number_in(&done, "seeds");
    text_in(&done, "seeds_sha256", out->seeds_sha256,
            sizeof out->seeds_sha256);
    if (entry_line_text(&done, "cause", &cause) != STATUS_OK ||
        cause_from_name(cause, &out->cause) != STATUS_OK)
        out->cause = CAUSE_NONE;
    take_seeds(gate, &line, out);
    return STATUS_OK;
}

bool destruction_part_freed(const struct gate *gate,
                            const struct destruction_part *part,
                            uint64_t *entry, struct wall_time *time)
{
    enum { LINES_READ_MAX = 400 };
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct log_store *store = log_writer_store(gate->log);
    uint64_t count = log_store_count(store);
    int left = LINES_READ_MAX;
    for (uint64_t n = part->entry + 1; n < count && left > 0; n++) {
        struct entry_line freed;
        if (log_store_kind(store, n) != ENTRY_SPACE_FREED)
            continue;
        left--;
        if (read_line(gate, n, &line, &freed) != STATUS_OK ||
            number_in(&freed, "camera") != (int64_t)part->camera ||
            time_in(&freed, "from").us > part->span.from.us ||
            time_in(&freed, "to").us < part->span.to.us)
            continue;
        *entry = n;
        *time = freed.time;
        return true;
    }
    return false;
}

/* ---- attestation -----------------------------------------------------------
 */

/* The part that died last: a statement of its epoch covers all of them. */
static uint64_t last_part(const struct destruction *destruction)
{
    uint64_t last = 0;
    for (size_t i = 0; i < destruction_part_count(destruction); i++) {
        uint64_t entry = destruction_part_entry(destruction, i);
        last = entry > last ? entry : last;
    }
    return last;
}

static void find_attested(const struct gate *gate, struct destruction *out)
{
    enum { LINES_READ_MAX = 16, LEVEL_TPM = 2 };
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct log_store *store = log_writer_store(gate->log);
    uint64_t count = log_store_count(store);
    uint64_t last = last_part(out);
    struct destruction_part part;
    int left = LINES_READ_MAX;
    if (last == 0 || gate->history.attested_epoch == 0 ||
        destruction_part_read(gate, last, &part) != STATUS_OK)
        return;
    for (uint64_t n = last + 1; n < count && left > 0; n++) {
        struct entry_line attested;
        if (log_store_kind(store, n) != ENTRY_DELETION_ATTESTED)
            continue;
        left--;
        if (read_line(gate, n, &line, &attested) != STATUS_OK)
            continue;
        uint64_t epoch = (uint64_t)number_in(&attested, "epoch");
        /* A later one says something only where a TPM held the root that
         * died: not of a time before the move from files. */
        bool is_of_it = part.level >= LEVEL_TPM ? epoch >= part.epoch
                                                : epoch == part.epoch;
        if (is_of_it)
            out->attested_entry = n;
        if (epoch >= part.epoch)
            return;
    }
}

enum status destruction_attestation_read(const struct gate *gate,
                                         const struct destruction *destruction,
                                         uint8_t scratch[TPM_ATTESTATION_MAX],
                                         struct tpm_attestation *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct entry_line attested;
    struct text encoded = text_of("");
    size_t size = 0;
    if (destruction->attested_entry == 0)
        return STATUS_NOT_FOUND;
    enum status s =
        read_line(gate, destruction->attested_entry, &line, &attested);
    if (s == STATUS_OK)
        s = entry_line_text(&attested, "attestation", &encoded);
    if (s == STATUS_OK &&
        (base64_decode(encoded, scratch, TPM_ATTESTATION_MAX, &size) !=
             STATUS_OK ||
         tpm_attestation_read(bytes_of(scratch, size), out) != STATUS_OK))
        s = STATUS_CORRUPT;
    return s;
}

/* ---- the whole -----------------------------------------------------------------
 */

static enum destruction_wait wait_of(const struct gate *gate,
                                     const struct order *order)
{
    if (order_is_done(order))
        return DESTRUCTION_DONE;
    if (order->is_answered)
        return DESTRUCTION_WAITS_ENTRIES;
    if (gate->process.peers[ROLE_KEEPER] == NULL)
        return DESTRUCTION_WAITS_KEEPER;
    return gate->pending == PENDING_NONE || gate->pending == PENDING_BUCKET
               ? DESTRUCTION_WAITS_TURN
               : DESTRUCTION_WAITS_ERASURE;
}

static enum status find_order(const struct gate *gate, uint64_t entry,
                              struct buffer *line, struct destruction *out)
{
    struct entry_line intent;
    const struct order *order = orders_find(&gate->orders, entry);
    if (order == NULL)
        return STATUS_NOT_FOUND;
    enum status s = read_line(gate, entry, line, &intent);
    if (s != STATUS_OK)
        return s;
    out->entry = entry;
    out->time = intent.time;
    out->is_order = true;
    out->order = *order;
    out->wait = wait_of(gate, order);
    text_in(&intent, "person", out->person, sizeof out->person);
    text_in(&intent, "request", out->request, sizeof out->request);
    return STATUS_OK;
}

/* The notice that stood when it happened: the standing intent. */
static enum status find_notice(const struct gate *gate, struct buffer *line,
                               struct destruction *out)
{
    const struct log_store *store = log_writer_store(gate->log);
    struct entry_line notice;
    uint64_t number = out->entry;
    while (number > 0 &&
           log_store_kind(store, number) != ENTRY_NOTICE_VERSION)
        number--;
    if (log_store_kind(store, number) != ENTRY_NOTICE_VERSION)
        return STATUS_OK;
    enum status s = read_line(gate, number, line, &notice);
    if (s != STATUS_OK)
        return s;
    out->has_notice = true;
    out->notice_entry = number;
    out->notice_version = number_in(&notice, "version");
    text_in(&notice, "sha256", out->notice_sha256,
            sizeof out->notice_sha256);
    return s;
}

enum status destruction_find(const struct gate *gate, uint64_t entry,
                             struct destruction *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct destruction_part part;
    *out = (struct destruction){.entry = entry};
    if (entry >= log_store_count(log_writer_store(gate->log)))
        return STATUS_NOT_FOUND;
    enum status s = STATUS_OK;
    uint64_t order = entry;
    if (log_store_kind(log_writer_store(gate->log), entry) !=
        ENTRY_DELETION_INTENT) {
        s = destruction_part_read(gate, entry, &part);
        order = part.order;
        out->time = part.died;
    }
    if (s == STATUS_OK)
        s = order != 0 ? find_order(gate, order, &line, out)
                       : find_notice(gate, &line, out);
    if (s == STATUS_OK)
        find_attested(gate, out);
    return s;
}

size_t destruction_part_count(const struct destruction *destruction)
{
    return destruction->is_order ? destruction->order.done_count : 1;
}

uint64_t destruction_part_entry(const struct destruction *destruction,
                                size_t index)
{
    return destruction->is_order ? destruction->order.done[index]
                                 : destruction->entry;
}

/* ---- its lines -----------------------------------------------------------------
 */

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static size_t collect(const struct gate *gate,
                      const struct destruction *destruction, uint64_t *numbers)
{
    const struct log_store *store = log_writer_store(gate->log);
    size_t count = 0;
    if (destruction->is_order)
        numbers[count++] = destruction->entry;
    else if (destruction->has_notice)
        numbers[count++] = destruction->notice_entry;
    for (size_t i = 0; i < destruction_part_count(destruction); i++) {
        uint64_t done = destruction_part_entry(destruction, i);
        if (log_store_kind(store, done - 1) == ENTRY_DELETION_SEEDS)
            numbers[count++] = done - 1;
        numbers[count++] = done;
    }
    if (destruction->is_order && destruction->order.is_answered)
        numbers[count++] = destruction->order.answer_entry;
    if (destruction->attested_entry != 0)
        numbers[count++] = destruction->attested_entry;
    return count;
}

enum status destruction_each_line(const struct gate *gate,
                                  const struct destruction *destruction,
                                  destruction_line_fn *on_line, void *context)
{
    size_t most = 2 * destruction_part_count(destruction) + 3;
    uint64_t *numbers = alloc_array(most, sizeof *numbers);
    if (numbers == NULL)
        return STATUS_NO_MEMORY;
    size_t count = collect(gate, destruction, numbers);
    qsort(numbers, count, sizeof *numbers, by_number);
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < count; i++)
        s = on_line(context, numbers[i]);
    alloc_free(numbers);
    return s;
}

/* ---- the reason ------------------------------------------------------------------
 */

struct reason_walk {
    const struct gate *gate;
    struct destruction_reason *out;
};

static void take_reason(void *context, const struct sealed_text *sealed)
{
    struct reason_walk *walk = context;
    bool is_known = false;
    const uint8_t *key = gate_texts_key(walk->gate, sealed->month, &is_known);
    if (key == NULL || !text_equal(sealed->member, text_of("why")) ||
        sealed_text_open(sealed, key, walk->out->plain) != STATUS_OK)
        return;
    walk->out->plain[sealed->size] = 0;
    walk->out->is_there = true;
    memcpy(walk->out->salt, sealed->salt, sizeof walk->out->salt);
}

void destruction_reason_read(const struct gate *gate, uint64_t entry,
                             struct destruction_reason *out)
{
    struct reason_walk walk = {gate, out};
    out->is_there = false;
    if (log_store_texts(log_writer_store(gate->log), entry, take_reason,
                        &walk) != STATUS_OK)
        out->is_there = false;
}

/* ---- words -----------------------------------------------------------------------
 */

const char *destruction_level_words(int64_t level, enum language language)
{
    static const char *const LEVELS[][2] = {
        {"0단계(파일): 열쇠를 디스크의 같은 자리에 덮어써 지웠습니다. 이 "
         "장치는 그 영상을 더는 열 수 없습니다. SSD, 복사 후 쓰기 파일시스템, "
         "가상 머신에서는 매체 아래층에 옛 열쇠가 남을 수 있습니다(논리적 "
         "삭제).",
         "Level 0 (file): the key was overwritten in place on the disk. This "
         "system cannot open that video any more. On SSDs, copy-on-write file "
         "systems and virtual machines the old key may live on below (a "
         "logical deletion)."},
        {"1단계(나눈 열쇠): 열쇠의 반쪽이 다른 곳에 있으며, 이곳의 반쪽을 "
         "지웠습니다.",
         "Level 1 (split key): half of the key is kept elsewhere, and the half "
         "kept here was erased."},
        {"2단계(TPM): 열쇠가 TPM 안에만 있었고, TPM이 새 값으로 바꾸어 "
         "지웠습니다. 디스크의 사본으로는 그 영상을 열 수 없습니다.",
         "Level 2 (TPM): the key stood in a TPM only, which has replaced it. "
         "No copy of the disk can open that video."},
        {"3단계(측정 부팅과 증명): TPM이 지웠고, 그때 이 장치에서 돌던 "
         "프로그램도 증명되었습니다.",
         "Level 3 (measured boot): erased by the TPM, and attested together "
         "with the program that ran."},
    };
    static const char *const UNKNOWN[2] = {
        "단계가 기록되지 않았습니다.", "The level was not recorded."};
    bool is_known =
        level >= 0 && level < (int64_t)(sizeof LEVELS / sizeof LEVELS[0]);
    return is_known ? LEVELS[level][language] : UNKNOWN[language];
}

static const struct {
    const char *name;
    const char *words[2];
} WAITS[DESTRUCTION_WAIT_COUNT] = {
    [DESTRUCTION_DONE] = {"", {"", ""}},
    [DESTRUCTION_WAITS_KEEPER] =
        {"keeper_away",
         {"열쇠 보관부가 다시 시작하는 중입니다. 돌아오면 곧 파기합니다.",
          "The keeper of the keys is being restarted. It will be destroyed as "
          "soon as it is back."}},
    [DESTRUCTION_WAITS_TURN] =
        {"turn",
         {"파기 지시를 차례로 처리하고 있습니다. 차례가 되면 파기합니다.",
          "Orders are carried out one after another. It will be destroyed in "
          "its turn."}},
    [DESTRUCTION_WAITS_ERASURE] =
        {"erasure",
         {"지울 수 있는 기억장치가 응답하지 않아 파기를 마치지 못했습니다. "
          "다시 시도하고 있습니다.",
          "The erasable memory refuses, so the destruction is not complete. "
          "It is being tried again."}},
    [DESTRUCTION_WAITS_ENTRIES] =
        {"entries",
         {"열쇠는 지워졌고, 기록을 마저 쓰는 중입니다.",
          "The keys are dead; the entries are still being written."}},
};

const char *destruction_wait_words(enum destruction_wait wait,
                                   enum language language)
{
    return WAITS[wait].words[language];
}

const char *destruction_wait_name(enum destruction_wait wait)
{
    return WAITS[wait].name;
}

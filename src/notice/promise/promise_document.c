/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/promise/promise_document.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "notice/document_say.h"

struct writing {
    const struct notice *notice;
    const struct promises *promises;
    const struct promise_figures *figures;
    struct document *document;
};

static void say_number(struct document *document, uint64_t number)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRIu64, number);
    document_say(document, digits);
}

static void column(struct document *document, const char *ko, const char *en)
{
    document_begin(document, DOCUMENT_COLUMN);
    document_either(document, ko, en);
}

static void heading(struct document *document, const char *ko, const char *en)
{
    document_heading(document, 2);
    document_either(document, ko, en);
}

static void item(struct document *document, const char *ko, const char *en)
{
    document_begin(document, DOCUMENT_ITEM);
    document_either(document, ko, en);
}

/* ---- states ----------------------------------------------------------------
 */

static const struct {
    const char *ko;
    const char *en;
    enum document_mark mark;
} STATES[PROMISE_STATE_COUNT] = {
    [PROMISE_KEPT] = {"● 지켜짐", "● Kept", DOCUMENT_MARK_GOOD},
    [PROMISE_AT_RISK] = {"▲ 위험", "▲ At risk", DOCUMENT_MARK_DOUBTFUL},
    [PROMISE_BROKEN] = {"✕ 깨짐", "✕ Broken", DOCUMENT_MARK_BAD},
    [PROMISE_UNMEASURED] = {"○ 재지 못함", "○ Not measured",
                            DOCUMENT_MARK_NONE},
};

static void say_state(const struct writing *writing,
                      const struct promise *promise)
{
    struct document *document = writing->document;
    document_cell_marked(document, STATES[promise->state].mark);
    document_either(document, STATES[promise->state].ko,
                    STATES[promise->state].en);
    if (promise->drift != DRIFT_NONE) {
        document_begin(document, DOCUMENT_BREAK);
        document_say(document,
                     drift_words(promise->drift, document->language));
    }
    if (promise->since.us == 0)
        return;
    document_begin(document, DOCUMENT_BREAK);
    document_either(document, "", "since ");
    document_time(document, promise->since);
    document_either(document, "부터", "");
}

void promise_say_sum(struct document *document,
                     const struct promises *promises)
{
    static const char *const NAMES[PROMISE_STATE_COUNT][2] = {
        [PROMISE_KEPT] = {"지켜짐 ", " kept"},
        [PROMISE_AT_RISK] = {"위험 ", " at risk"},
        [PROMISE_BROKEN] = {"깨짐 ", " broken"},
        [PROMISE_UNMEASURED] = {"재지 못함 ", " not measured"},
    };
    for (unsigned i = 0; i < PROMISE_STATE_COUNT; i++) {
        document_say(document, i == 0 ? "" : ", ");
        document_either(document, NAMES[i][0], "");
        say_number(document, promises->states[i]);
        document_either(document, "", NAMES[i][1]);
    }
    document_say(document, ".");
}

void promise_say_site(struct document *document,
                      const struct notice_site *site)
{
    document_begin(document, DOCUMENT_PARAGRAPH);
    document_either(document, "이 기록장치의 시설: ", "The site of this recorder: ");
    document_words_say(document, site->name);
    document_either(document, ". 다른 시설의 기록장치는 따로 있습니다.",
                    ". The other sites have recorders of their own.");
}

/* ---- tables by group -------------------------------------------------------
 */

/* What a table says of one promise, between its place and its state. */
typedef void say_fn(const struct writing *writing,
                    const struct promise *promise);

static void say_place(const struct writing *writing,
                      const struct promise *promise)
{
    size_t said = 0;
    document_begin(writing->document, DOCUMENT_CELL);
    document_next_group(writing->document, writing->notice, &said,
                        &writing->notice->groups[promise->subject]);
}

static bool has_kind(const struct writing *writing, enum promise_kind kind)
{
    for (size_t i = 0; i < writing->promises->count; i++) {
        if (writing->promises->list[i].kind == kind)
            return true;
    }
    return false;
}

static void rows(const struct writing *writing, enum promise_kind kind,
                 say_fn *say)
{
    struct document *document = writing->document;
    column(document, "상태", "State");
    for (size_t i = 0; i < writing->promises->count; i++) {
        const struct promise *promise = &writing->promises->list[i];
        if (promise->kind != kind)
            continue;
        document_begin(document, DOCUMENT_ROW);
        say_place(writing, promise);
        say(writing, promise);
        say_state(writing, promise);
    }
    document_begin(document, DOCUMENT_TABLE_END);
}

static void table(const struct writing *writing)
{
    document_begin(writing->document, DOCUMENT_TABLE);
    column(writing->document, "설치장소", "Place");
}

static void say_cell_number(struct document *document, uint32_t number)
{
    document_begin(document, DOCUMENT_CELL);
    say_number(document, number);
}

static void say_cameras(const struct writing *writing,
                        const struct promise *promise)
{
    say_cell_number(writing->document, promise->promised);
    say_cell_number(writing->document, promise->installed);
    document_begin(writing->document, DOCUMENT_CELL);
    if (writing->figures->has_vault)
        say_number(writing->document, promise->measured);
    else
        document_say(writing->document, "–");
}

static void cameras(const struct writing *writing)
{
    struct document *document = writing->document;
    heading(document, "카메라", "Cameras");
    table(writing);
    column(document, "방침", "Notice");
    column(document, "설치", "Installed");
    column(document, "녹화 중", "Recording");
    rows(writing, PROMISE_CAMERAS, say_cameras);
}

static void say_length(struct document *document, int64_t seconds)
{
    char words[48];
    int64_t minutes = seconds / 60;
    bool is_korean = document->language == LANGUAGE_KOREAN;
    if (seconds < 60)
        (void)snprintf(words, sizeof words, is_korean ? "%d초" : "%d s",
                       (int)seconds);
    else if (minutes < 60)
        (void)snprintf(words, sizeof words,
                       is_korean ? "%d분 %d초" : "%d min %d s", (int)minutes,
                       (int)(seconds % 60));
    else
        (void)snprintf(words, sizeof words,
                       is_korean ? "%d시간 %d분" : "%d h %d min",
                       (int)(minutes / 60), (int)(minutes % 60));
    document_say(document, words);
}

static void say_hours(const struct writing *writing,
                      const struct promise *promise)
{
    document_block(writing->document, DOCUMENT_CELL,
                   writing->notice->groups[promise->subject].hours);
    document_begin(writing->document, DOCUMENT_CELL);
    if (promise->state == PROMISE_UNMEASURED)
        document_say(writing->document, "–");
    else
        say_length(writing->document, promise->missing_s);
}

static void hours(const struct writing *writing)
{
    struct document *document = writing->document;
    if (!has_kind(writing, PROMISE_HOURS))
        return;
    heading(document, "촬영시간", "Hours");
    table(writing);
    column(document, "촬영시간", "Hours");
    column(document, "지난 24시간의 빈 시간 (카메라마다 최대)",
           "Missing of the last 24 hours (of one camera, at most)");
    rows(writing, PROMISE_HOURS, say_hours);
}

static void say_instant(struct document *document, struct wall_time time)
{
    document_begin(document, DOCUMENT_CELL);
    if (time.us == 0)
        document_say(document, "–");
    else
        document_time(document, time);
}

static void say_period(const struct writing *writing,
                       const struct promise *promise)
{
    char words[64];
    struct document *document = writing->document;
    retention_format(writing->notice->groups[promise->subject].retention,
                     document->language, words, sizeof words);
    document_begin(document, DOCUMENT_CELL);
    document_say(document, words);
    say_instant(document, promise->oldest);
    say_instant(document, promise->newest);
    say_instant(document, promise->ceiling);
}

static void periods(const struct writing *writing)
{
    struct document *document = writing->document;
    if (!has_kind(writing, PROMISE_PERIOD))
        return;
    heading(document, "보관기간", "Retention periods");
    table(writing);
    column(document, "보관기간", "Period");
    column(document, "가장 오래된 영상", "Oldest video");
    column(document, "가장 새 영상", "Newest video");
    column(document, "이보다 오래된 것은 없어야 함", "Nothing may be older than");
    rows(writing, PROMISE_PERIOD, say_period);
}

/* "2 / 6" */
static void say_of(struct document *document, const struct promise *promise)
{
    say_number(document, promise->measured);
    document_say(document, " / ");
    say_number(document, promise->promised);
}

static void say_exclusions(const struct writing *writing,
                           const struct promise *promise)
{
    const struct notice_group *group =
        &writing->notice->groups[promise->subject];
    size_t said = 0;
    document_begin(writing->document, DOCUMENT_CELL);
    for (size_t i = 0; i < group->exclusion_count; i++)
        document_next(writing->document, &said, group->exclusions[i].what);
    document_begin(writing->document, DOCUMENT_CELL);
    say_of(writing->document, promise);
}

static void exclusions(const struct writing *writing)
{
    struct document *document = writing->document;
    if (!has_kind(writing, PROMISE_EXCLUSION))
        return;
    heading(document, "촬영하지 않는 곳", "What is not filmed");
    table(writing);
    column(document, "촬영 제외", "Excluded");
    column(document, "사람이 화면을 보고 서명한 카메라",
           "Cameras whose picture somebody has signed");
    rows(writing, PROMISE_EXCLUSION, say_exclusions);
}

static void say_capability(const struct writing *writing,
                           const struct promise *promise)
{
    struct document *document = writing->document;
    document_begin(document, DOCUMENT_CELL);
    say_number(document, promise->measured);
    document_either(document, "대 / ", " of ");
    say_number(document, promise->promised);
    document_either(document, "대", "");
}

static void capabilities(const struct writing *writing)
{
    struct document *document = writing->document;
    if (!has_kind(writing, PROMISE_CAPABILITY))
        return;
    heading(document, "카메라가 스스로 알리는 것",
            "What the cameras say of themselves");
    table(writing);
    column(document, "방침과 다른 카메라", "Cameras that differ");
    rows(writing, PROMISE_CAPABILITY, say_capability);
}

/* ---- the whole -------------------------------------------------------------
 */

static void say_destruction(const struct writing *writing)
{
    struct document *document = writing->document;
    const struct promise_figures *figures = writing->figures;
    document_either(document, "지금까지 파기 ", "Destructions so far: ");
    say_number(document, figures->destructions);
    document_either(document, "건", "");
    if (figures->last_destruction.us != 0) {
        document_either(document, ", 마지막 ", "; the last: ");
        document_time(document, figures->last_destruction);
    }
    document_either(document, ". 파기 수준 ", ". Erasure level ");
    say_number(document, figures->erasure_level);
    document_either(document,
                    figures->erasure_level == 0
                        ? " (열쇠 파일을 덮어씀: 저장 장치에 따라 논리적 삭제)"
                        : " (TPM 안의 열쇠를 덮어씀)",
                    figures->erasure_level == 0
                        ? " (key files overwritten: on some storage, deleted "
                          "logically)"
                        : " (the key in the TPM overwritten)");
}

static void say_log(const struct writing *writing)
{
    struct document *document = writing->document;
    const struct promise_figures *figures = writing->figures;
    document_either(document, "기록 ", "Entries: ");
    say_number(document, figures->entries);
    document_either(document, "건. ", ". ");
    if (figures->witnessed.us == 0) {
        document_either(document, "다른 곳에서 확인한 적은 아직 없음",
                        "No witness has signed it yet");
        return;
    }
    document_either(document, "다른 곳에서 마지막으로 확인: ",
                    "Last witnessed: ");
    document_time(document, figures->witnessed);
}

static void say_encryption(const struct writing *writing,
                           const struct promise *promise)
{
    struct document *document = writing->document;
    document_either(document, "저장된 영상은 모두 암호화. 오는 길이 암호화되었거나 "
                    "이 장치 안에 있는 카메라: ",
                    "All that is stored is encrypted. Cameras whose stream is "
                    "encrypted, or never leaves this machine: ");
    say_number(document, promise->measured);
    document_say(document, " / ");
    say_number(document, promise->promised);
}

static void say_listed(const struct writing *writing,
                       const struct promise *promise)
{
    struct document *document = writing->document;
    document_either(document, "등록된 카메라 ", "Cameras entered: ");
    say_number(document, promise->promised);
    document_either(document, "대, 그중 방침에 있는 것 ",
                    "; of the notice: ");
    say_number(document, promise->measured);
    document_either(document, "대", "");
}

static void say_rights(const struct writing *writing,
                       const struct promise *promise)
{
    struct document *document = writing->document;
    document_either(document, "볼 수 있는 역할의 계정 ",
                    "Accounts of roles that may look: ");
    say_number(document, promise->promised);
    document_either(document, "개, 그중 방침에 적힌 사람의 것 ",
                    "; of people whom the notice names: ");
    say_number(document, promise->measured);
    document_either(document, "개", "");
}

static void say_homepage(const struct writing *writing)
{
    struct document *document = writing->document;
    const struct promise_figures *figures = writing->figures;
    struct wall_time seen = figures->differed.us > figures->confirmed.us
                                ? figures->differed
                                : figures->confirmed;
    if (seen.us == 0) {
        document_either(document, "누리집의 쪽과 비교한 적이 아직 없음",
                        "Not yet compared with the page of the homepage");
        return;
    }
    document_either(document, "누리집의 쪽과 마지막으로 비교: ",
                    "Last compared with the page of the homepage: ");
    document_time(document, seen);
}

static void say_processor(const struct writing *writing,
                          const struct promise *promise)
{
    struct document *document = writing->document;
    const struct notice_processor *processor =
        &writing->notice->processors[promise->subject];
    document_words_say(document, processor->name);
    if (processor->until_day == NOTICE_NO_DAY)
        return;
    document_either(document, ": ", ": until ");
    document_day(document, processor->until_day);
    document_either(document, "까지", "");
}

/* How many, and of which places it is not yet so. */
static void say_proof(const struct writing *writing,
                      const struct promise *proof)
{
    struct document *document = writing->document;
    size_t said = 0;
    document_either(document, "서명 ", "Signed: ");
    say_of(document, proof);
    for (size_t i = 0; i < writing->promises->count; i++) {
        const struct promise *promise = &writing->promises->list[i];
        if (promise->kind != PROMISE_EXCLUSION ||
            promise->measured == promise->promised)
            continue;
        if (said == 0)
            document_either(document, ". 아직: ", ". Not yet: ");
        document_next_group(document, writing->notice, &said,
                            &writing->notice->groups[promise->subject]);
    }
}

static void whole_row(const struct writing *writing,
                      const struct promise *promise)
{
    static const char *const NAMES[PROMISE_KIND_COUNT][2] = {
        [PROMISE_LISTED] = {"방침에 있는 카메라만 연결",
                            "Only cameras of the notice are connected"},
        [PROMISE_DESTRUCTION] = {"보관기간이 끝나면 파기",
                                 "Destroyed when the period ends"},
        [PROMISE_PROOF] = {"촬영 제외를 사람이 확인",
                           "People have seen to what is excluded"},
        [PROMISE_ENCRYPTION] = {"암호화", "Encryption"},
        [PROMISE_LOG] = {"기록 없이는 아무도 보지 못함",
                         "Nobody looks without an entry"},
        [PROMISE_RIGHTS] = {"방침에 적힌 사람만 봄",
                            "Only people whom the notice names look"},
        [PROMISE_NOTICE] = {"누리집에 시행 중인 방침을 게시",
                            "The homepage shows the notice in force"},
        [PROMISE_PROCESSOR] = {"위탁 계약", "Contract of the processor"},
    };
    struct document *document = writing->document;
    document_begin(document, DOCUMENT_ROW);
    document_begin(document, DOCUMENT_CELL);
    document_either(document, NAMES[promise->kind][0],
                    NAMES[promise->kind][1]);
    document_begin(document, DOCUMENT_CELL);
    if (promise->kind == PROMISE_LISTED)
        say_listed(writing, promise);
    else if (promise->kind == PROMISE_DESTRUCTION)
        say_destruction(writing);
    else if (promise->kind == PROMISE_PROOF)
        say_proof(writing, promise);
    else if (promise->kind == PROMISE_ENCRYPTION)
        say_encryption(writing, promise);
    else if (promise->kind == PROMISE_LOG)
        say_log(writing);
    else if (promise->kind == PROMISE_RIGHTS)
        say_rights(writing, promise);
    else if (promise->kind == PROMISE_NOTICE)
        say_homepage(writing);
    else
        say_processor(writing, promise);
    say_state(writing, promise);
}

static void whole(const struct writing *writing)
{
    struct document *document = writing->document;
    heading(document, "설치, 파기, 안전조치, 위탁",
            "Installation, destruction, safety, outsourcing");
    document_begin(document, DOCUMENT_TABLE);
    column(document, "약속", "Promise");
    column(document, "잰 것", "Measured");
    column(document, "상태", "State");
    for (size_t i = 0; i < writing->promises->count; i++) {
        const struct promise *promise = &writing->promises->list[i];
        if (promise->kind >= PROMISE_LISTED)
            whole_row(writing, promise);
    }
    document_begin(document, DOCUMENT_TABLE_END);
}

static void how(struct document *document)
{
    heading(document, "어떻게 재는가", "How it is measured");
    document_begin(document, DOCUMENT_LIST);
    item(document,
         "카메라: 영상이 저장되고 있는 카메라를 세어 방침의 대수와 견줍니다. 5분 "
         "안에 돌아오면 위험, 더 길면 깨짐입니다.",
         "Cameras: those whose pictures are being stored, against the notice's "
         "number. Away for less than five minutes: at risk; longer: broken.");
    item(document,
         "촬영시간: 지난 24시간에서 기록(로그)이 설명하는 빈 시간을 더합니다. 5분 "
         "이상이면 위험, 1시간 이상이면 깨짐입니다.",
         "Hours: the gaps that the log explains, of the last 24 hours. Five "
         "minutes: at risk; an hour: broken.");
    item(document,
         "보관기간: 저장된 가장 오래된 순간과 가장 새 순간입니다. 기간이 끝난 뒤 "
         "열쇠를 지우는 한 주기(한 시간)를 넘겨 남은 영상이 있거나, 기간 전에 "
         "사라진 영상이 있으면 깨짐입니다. 보존 조치한 사본은 따로 둡니다.",
         "Periods: the oldest and the newest second that is stored. Broken "
         "where something is there past its period and one rotation of keys "
         "(an hour), or went before. Copies on hold are kept apart.");
    item(document,
         "촬영 제외: 관리책임자가 카메라의 화면을 보고 그곳이 나오지 않는다고 서명한 "
         "것을 셉니다. 카메라, 가림, 방침이 그 뒤에 바뀌면 다시 서명해야 합니다.",
         "Exclusions: what the chief manager has signed after a look at the "
         "camera's picture. Where the camera, its mask or the notice has "
         "changed since, it counts no more.");
    item(document,
         "게시: 누리집의 쪽을 저장해 공고한 파일과 비교한 결과입니다. 시행하고 7일이 "
         "지나도록 비교하지 않으면 위험, 다르면 깨짐입니다.",
         "The homepage: its saved page against the file that was announced. Not "
         "compared for seven days in force: at risk; another page: broken.");
    item(document,
         "재지 못함: 프로그램이 볼 수 없고 아직 사람이 확인하지 않은 것, 또는 지금 "
         "잴 수 없는 것입니다.",
         "Not measured: what no program can see and nobody has seen to yet, or "
         "what cannot be measured now.");
    document_begin(document, DOCUMENT_LIST_END);
}

enum status promise_document(const struct notice *notice,
                             const struct promises *promises,
                             const struct promise_figures *figures,
                             enum language language, struct document *out)
{
    *out = document_in(language);
    const struct writing writing = {notice, promises, figures, out};
    document_heading(out, 1);
    document_words_say(out, notice->institution);
    document_either(out, " 방침 이행 현황", ": is the notice kept?");
    document_begin(out, DOCUMENT_PARAGRAPH);
    promise_say_sum(out, promises);
    document_begin(out, DOCUMENT_PARAGRAPH);
    document_either(out, "기록장치가 스스로 잰 것입니다. 잰 때: ",
                    "Measured by the recorder itself at ");
    document_time(out, promises->measured);
    document_either(out, " (한국 시각).", " (Korea's time).");
    if (figures->has_site)
        promise_say_site(out, &notice->sites[figures->site]);
    cameras(&writing);
    hours(&writing);
    periods(&writing);
    exclusions(&writing);
    capabilities(&writing);
    whole(&writing);
    how(out);
    enum status s = document_status(out);
    if (s != STATUS_OK)
        document_deinit(out);
    return s;
}

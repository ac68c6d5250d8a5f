/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of a destruction on paper: A4, Korean first with the English
 * beside it, no script, nothing fetched. What does not fit on a page that is
 * read by people (hundreds of seeds) stands in the JSON record; the page says
 * so.
 */
#include "roles/gate/destruction/destruction.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/markup.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "log/leaf.h"

enum {
    PARTS_SHOWN = 60,
    LINES_SHOWN = 24,
    COMMITMENTS_SHOWN = 48,
    TIME_SHOWN_SIZE = 48,
};

static const char STYLE[] =
    "@page{size:A4;margin:18mm 16mm}"
    "body{font:10.5pt/1.5 'Noto Sans KR','Malgun Gothic',NanumGothic,"
    "sans-serif;color:#111;background:#fff;max-width:178mm;margin:8mm auto;"
    "padding:0 4mm}"
    "h1{font-size:19pt;margin:0;letter-spacing:.12em}"
    "h2{font-size:11.5pt;margin:7mm 0 2mm;border-bottom:.4mm solid #111;"
    "padding-bottom:1mm;break-after:avoid}"
    "small,.en{color:#555;font-size:8.5pt;font-weight:normal;letter-spacing:0}"
    "header{display:flex;justify-content:space-between;align-items:flex-end;"
    "border-bottom:.8mm solid #111;padding-bottom:3mm}"
    "header p{margin:0;text-align:right}"
    ".state{display:inline-block;border:.5mm solid;padding:.5mm 3mm;"
    "font-weight:bold}"
    ".done{color:#0a5a2a}.pending{color:#a01010}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{border:.2mm solid #888;padding:1.4mm 2mm;text-align:left;"
    "vertical-align:top}"
    "th{background:#f0f0f0;font-weight:bold}"
    ".facts th{width:42mm}tr{break-inside:avoid}"
    ".lead{break-after:avoid;margin-bottom:1mm}"
    "body{word-break:keep-all}"
    "code{font:8pt/1.45 'Nanum Gothic Coding',Consolas,monospace;"
    "overflow-wrap:anywhere}"
    ".en{display:block}"
    ".sign{display:flex;gap:6mm;margin-top:10mm;break-inside:avoid}"
    ".sign div{flex:1;border-top:.3mm solid #111;padding-top:1.5mm}"
    "@media print{body{margin:0;max-width:none;padding:0}}";

struct paper {
    const struct gate *gate;
    struct buffer *out;
    struct buffer *line;
    size_t lines;
    size_t commitments;
};

/* ---- writing --------------------------------------------------------------- */

static void raw(struct paper *paper, const char *markup)
{
    buffer_append_text(paper->out, markup);
}

static void put(struct paper *paper, struct text text)
{
    markup_escape(text, paper->out);
}

static void put_words(struct paper *paper, const char *ko, const char *en)
{
    put(paper, text_of(ko));
    raw(paper, "<span class=en lang=en>");
    put(paper, text_of(en));
    raw(paper, "</span>");
}

static void begin_row(struct paper *paper, const char *ko, const char *en)
{
    raw(paper, "<tr><th scope=row>");
    put_words(paper, ko, en);
    raw(paper, "</th><td>");
}

static void end_row(struct paper *paper)
{
    raw(paper, "</td></tr>\n");
}

static void heading(struct paper *paper, const char *ko, const char *en)
{
    raw(paper, "<h2>");
    put(paper, text_of(ko));
    raw(paper, " <small lang=en>");
    put(paper, text_of(en));
    raw(paper, "</small></h2>\n");
}

static void column(struct paper *paper, const char *ko, const char *en)
{
    raw(paper, "<th scope=col>");
    put_words(paper, ko, en);
    raw(paper, "</th>");
}

/* Korea's time, to the second: the one that people have on their wall. */
static void put_time(struct paper *paper, struct wall_time time)
{
    char utc[TIME_TEXT_SIZE];
    wall_time_format(
        (struct wall_time){time.us + UTC_OFFSET_KOREA_S * (int64_t)SECOND_US},
        utc);
    buffer_format(paper->out, "%.10s %.8s", utc, utc + 11);
}

static void put_camera(struct paper *paper, uint32_t number)
{
    const struct plant_camera *camera =
        plant_camera_find(paper->gate->configuration.plant, number);
    if (number == 0) {
        put_words(paper, "모든 카메라", "all cameras");
        return;
    }
    buffer_format(paper->out, "%" PRIu32 "번 ", number);
    if (camera == NULL)
        return;
    put(paper, camera->name.ko);
    raw(paper, "<span class=en lang=en>");
    put(paper, notice_words_in(camera->name, LANGUAGE_ENGLISH));
    raw(paper, "</span>");
}

/* ---- parts of the page ------------------------------------------------------
 */

static void write_head(struct paper *paper,
                       const struct destruction *destruction)
{
    const struct configuration *configuration = &paper->gate->configuration;
    bool is_done = destruction->wait == DESTRUCTION_DONE;
    raw(paper, "<!DOCTYPE html>\n<html lang=ko>\n<head>\n<meta charset=utf-8>\n"
               "<meta name=viewport content=\"width=device-width\">\n");
    buffer_format(paper->out, "<title>영상정보 파기 기록 제%" PRIu64
                  "호</title>\n<style>", destruction->entry);
    raw(paper, STYLE);
    raw(paper, "</style>\n</head>\n<body>\n<header><div><h1>영상정보 파기 기록"
               "</h1><span class=en lang=en>Record of destruction of video"
               "</span></div><p>");
    buffer_format(paper->out, "제%" PRIu64 "호 <small lang=en>No. %" PRIu64
                  "</small><br>", destruction->entry, destruction->entry);
    put(paper, configuration->notice->institution.ko);
    raw(paper, "<br><small>");
    put(paper, configuration->plant->installation);
    raw(paper, "</small></p></header>\n<main>\n");
    raw(paper, is_done ? "<p><span class=\"state done\">파기 완료 "
                         "<small lang=en>done</small></span></p>\n"
                       : "<p><span class=\"state pending\">파기 대기 "
                         "<small lang=en>pending</small></span> ");
    if (is_done)
        return;
    put_words(paper,
              destruction_wait_words(destruction->wait, LANGUAGE_KOREAN),
              destruction_wait_words(destruction->wait, LANGUAGE_ENGLISH));
    raw(paper, "</p>\n");
}

static void write_person(struct paper *paper,
                         const struct destruction *destruction)
{
    const struct notice_person *person = notice_person_find(
        paper->gate->configuration.notice, text_of(destruction->person));
    if (person != NULL) {
        put(paper, person->post.ko);
        raw(paper, " ");
        put(paper, person->name.ko);
        raw(paper, " ");
    }
    buffer_format(paper->out, "(계정 %" PRIu32 ")<span class=en lang=en>"
                  "account %" PRIu32 "</span>",
                  destruction->order.account, destruction->order.account);
}

static void write_order(struct paper *paper,
                        const struct destruction *destruction,
                        const struct destruction_reason *reason)
{
    begin_row(paper, "파기 근거", "Ordered by");
    if (!destruction->is_order) {
        buffer_format(paper->out,
                      "공고 제%" PRId64 "판의 보관기간 만료<span class=en "
                      "lang=en>end of the period in version %" PRId64
                      " of the notice</span><code>SHA-256 ",
                      destruction->notice_version,
                      destruction->notice_version);
        put(paper, text_of(destruction->notice_sha256));
        raw(paper, "</code>");
        end_row(paper);
        return;
    }
    write_person(paper, destruction);
    end_row(paper);
    begin_row(paper, "사유", "Reason");
    if (reason != NULL && reason->is_there)
        put(paper, text_of(reason->plain));
    else
        put_words(paper, "(열람 권한이 없거나 보존 기간이 지났습니다)",
                  "(not for this reader, or past its own period)");
    end_row(paper);
    if (destruction->request[0] != 0) {
        begin_row(paper, "요구서 번호", "Request");
        put(paper, text_of(destruction->request));
        end_row(paper);
    }
    begin_row(paper, "지시한 때", "Ordered at");
    put_time(paper, destruction->time);
    end_row(paper);
    begin_row(paper, "지시한 범위", "What was ordered");
    put_camera(paper, destruction->order.camera);
    raw(paper, "<br>");
    if (destruction->order.is_decommission) {
        put_words(paper, "설치 전체 폐기", "the whole installation");
    } else if (destruction->order.asked.from.us == 0) {
        put_words(paper, "그때까지의 영상 전부", "all video until then");
    } else {
        put_time(paper, destruction->order.asked.from);
        raw(paper, " ~ ");
        put_time(paper, destruction->order.asked.to);
    }
    end_row(paper);
}

static void write_part_row(struct paper *paper,
                           const struct destruction_part *part)
{
    raw(paper, "<tr><td>");
    put_camera(paper, part->camera);
    raw(paper, "</td><td>");
    put_time(paper, part->span.from);
    raw(paper, "<br>~ ");
    put_time(paper, part->span.to);
    raw(paper, "</td><td>");
    put_time(paper, part->died);
    buffer_format(paper->out,
                  "</td><td>%" PRIu64 "</td><td>%" PRIu64 "</td><td>%" PRIu64
                  "</td></tr>\n<tr><td colspan=6><code>SHA-256 ",
                  part->epoch, part->seeds, part->entry);
    put(paper, text_of(part->seeds_sha256));
    raw(paper, "</code><br>");
    uint64_t freed_entry = 0;
    struct wall_time freed = {0};
    if (part->is_unused) {
        raw(paper, "영상 없음: 한 번도 쓰이지 않은 열쇠 <small lang=en>no "
                   "video: keys that were never used</small>");
    } else if (destruction_part_freed(paper->gate, part, &freed_entry, &freed)) {
        raw(paper, "저장 공간이 비워진 때 <small lang=en>space freed</small> ");
        put_time(paper, freed);
        buffer_format(paper->out, " (%" PRIu64 ")", freed_entry);
    } else {
        raw(paper, "저장 공간: 아직 비워지지 않음 <small lang=en>space: not "
                   "freed yet</small>");
    }
    raw(paper, "</td></tr>\n");
}

static enum status write_parts(struct paper *paper,
                               const struct destruction *destruction,
                               int64_t *level)
{
    size_t count = destruction_part_count(destruction);
    enum status s = STATUS_OK;
    heading(paper, "파기된 영상", "What was destroyed");
    raw(paper, "<table><thead><tr>");
    column(paper, "카메라", "camera");
    column(paper, "구간", "span");
    column(paper, "열쇠가 죽은 때", "key died");
    column(paper, "회차", "epoch");
    column(paper, "열쇠 수", "keys");
    column(paper, "기록 번호", "entry");
    raw(paper, "</tr></thead><tbody>\n");
    for (size_t i = 0; s == STATUS_OK && i < count; i++) {
        struct destruction_part part;
        s = destruction_part_read(paper->gate,
                                  destruction_part_entry(destruction, i),
                                  &part);
        if (s == STATUS_OK && part.level >= 0)
            *level = part.level;
        if (s == STATUS_OK && i < PARTS_SHOWN)
            write_part_row(paper, &part);
    }
    raw(paper, "</tbody></table>\n");
    if (count > PARTS_SHOWN)
        buffer_format(paper->out,
                      "<p>그 밖에 %zu건은 JSON 기록에 있습니다. <span class=en "
                      "lang=en>%zu more stand in the JSON record.</span></p>\n",
                      count - PARTS_SHOWN, count - PARTS_SHOWN);
    if (count == 0)
        raw(paper, "<p>열쇠가 하나도 없던 구간이거나, 아직 파기되지 않았습니다."
                   " <span class=en lang=en>No key was there, or it is not "
                   "destroyed yet.</span></p>\n");
    return s;
}

static void write_attestation(struct paper *paper,
                              const struct destruction *destruction,
                              int64_t level)
{
    enum { LEVEL_TPM = 2 };
    struct tpm_attestation found;
    uint8_t scratch[TPM_ATTESTATION_MAX];
    uint8_t name[SHA256_SIZE];
    char shown[HEX_SIZE(SHA256_SIZE) + 1];
    begin_row(paper, "장치의 증명", "Attestation");
    if (destruction_attestation_read(paper->gate, destruction, scratch,
                                     &found) != STATUS_OK ||
        sha256(&found.public_area, 1, name) != STATUS_OK) {
        if (level < LEVEL_TPM)
            put_words(paper,
                      "없음: 이 단계의 삭제는 하드웨어가 서명한 증명을 남기지 "
                      "않습니다.",
                      "None: erasure at this level leaves no statement signed "
                      "by hardware.");
        else
            put_words(paper, "아직 없음: TPM의 서명이 기록되지 않았습니다.",
                      "Not yet: no statement of the TPM is in the log.");
        end_row(paper);
        return;
    }
    hex_encode(bytes_of(name, sizeof name), shown);
    buffer_format(paper->out,
                  "TPM이 %" PRIu64 "회차의 열쇠를 담고 있다고 서명했습니다"
                  "(기록 제%" PRIu64 "번). 그 전 열쇠의 사본이 없었다는 것과 "
                  "이 TPM이 진짜 하드웨어라는 것은 이 서명만으로 증명되지 "
                  "않습니다.<span class=en lang=en>The TPM has signed that it "
                  "held epoch %" PRIu64 " (entry %" PRIu64 "). This alone does "
                  "not prove that the key before had no copy, nor that the TPM "
                  "is hardware.</span><code>SHA-256 ",
                  found.epoch, destruction->attested_entry, found.epoch,
                  destruction->attested_entry);
    put(paper, text_of(shown));
    raw(paper, "</code> ");
    put_words(paper, "서명한 키", "the signing key");
    end_row(paper);
}

static void write_worth(struct paper *paper,
                        const struct destruction *destruction, int64_t level)
{
    heading(paper, "파기의 효력", "What this destruction is worth");
    raw(paper, "<table class=facts><tbody>\n");
    begin_row(paper, "삭제 단계", "Erasure level");
    put_words(paper, destruction_level_words(level, LANGUAGE_KOREAN),
              destruction_level_words(level, LANGUAGE_ENGLISH));
    end_row(paper);
    write_attestation(paper, destruction, level);
    begin_row(paper, "시각", "Times");
    put_words(paper, "한국 표준시(UTC+9), 이 장치의 신뢰 시각입니다.",
              "Korea's time (UTC+9), by this recorder's trusted clock.");
    end_row(paper);
    raw(paper, "</tbody></table>\n");
}

/* ---- the evidence -----------------------------------------------------------
 */

static enum status write_line(void *context, uint64_t number)
{
    struct paper *paper = context;
    uint8_t leaf[LEAF_SIZE];
    char shown[HEX_SIZE(LEAF_SIZE) + 1];
    if (paper->lines++ >= LINES_SHOWN)
        return STATUS_OK;
    struct log_store *store = log_writer_store(paper->gate->log);
    enum status s = log_store_line(store, number, paper->line);
    if (s == STATUS_OK)
        s = leaf_hash(buffer_text(paper->line), leaf);
    if (s != STATUS_OK)
        return s;
    hex_encode(bytes_of(leaf, sizeof leaf), shown);
    buffer_format(paper->out, "<tr><td>%" PRIu64 "</td><td>", number);
    put(paper, text_of(entry_shape(log_store_kind(store, number))->name));
    raw(paper, "</td><td><code>");
    put(paper, text_of(shown));
    raw(paper, "</code></td></tr>\n");
    return s;
}

static enum status write_commitments_of(void *context, uint64_t number)
{
    struct paper *paper = context;
    struct log_store *store = log_writer_store(paper->gate->log);
    struct entry_line entry;
    struct text encoded = text_of("");
    uint8_t bytes[COMMITMENTS_SHOWN * DESTRUCTION_COMMITMENT_BYTES];
    size_t size = 0;
    if (log_store_kind(store, number) != ENTRY_DELETION_SEEDS)
        return STATUS_OK;
    enum status s = log_store_line(store, number, paper->line);
    if (s == STATUS_OK)
        s = entry_line_read(buffer_text(paper->line), &entry);
    if (s != STATUS_OK ||
        entry_line_text(&entry, "commitments", &encoded) != STATUS_OK ||
        base64_decode(encoded, bytes, sizeof bytes, &size) != STATUS_OK)
        return s; /* too many for paper: counted as not shown */
    for (size_t at = 0; at + DESTRUCTION_COMMITMENT_BYTES <= size &&
                        paper->commitments < COMMITMENTS_SHOWN;
         at += DESTRUCTION_COMMITMENT_BYTES) {
        char shown[HEX_SIZE(DESTRUCTION_COMMITMENT_BYTES) + 1];
        hex_encode(bytes_of(bytes + at, DESTRUCTION_COMMITMENT_BYTES), shown);
        raw(paper, paper->commitments++ == 0 ? "" : " ");
        put(paper, text_of(shown));
    }
    return s;
}

static enum status write_evidence(struct paper *paper,
                                  const struct destruction *destruction)
{
    heading(paper, "확인할 수 있는 근거", "What a stranger can check");
    raw(paper, "<p class=lead>죽은 열쇠들의 약속값(이어진 열쇠마다 하나, "
               "SHA-256의 앞 16바이트; 많으면 JSON 기록에 있음) <span class=en "
               "lang=en>Commitments to the dead keys: one for each run of them, "
               "the first 16 bytes of SHA-256; where there are many, in the "
               "JSON record</span></p>\n<p><code>");
    enum status s = destruction_each_line(paper->gate, destruction,
                                          write_commitments_of, paper);
    raw(paper, "</code></p>\n<table><thead><tr>");
    column(paper, "기록 번호", "entry");
    column(paper, "종류", "kind");
    column(paper, "기록의 해시(잎)", "leaf: SHA-256(0x00, line)");
    raw(paper, "</tr></thead><tbody>\n");
    if (s == STATUS_OK)
        s = destruction_each_line(paper->gate, destruction, write_line, paper);
    raw(paper, "</tbody></table>\n");
    if (paper->lines > LINES_SHOWN)
        buffer_format(paper->out, "<p>… +%zu</p>\n",
                      paper->lines - LINES_SHOWN);
    buffer_format(paper->out,
                  "<p>확인: <code>haechi destroy show %" PRIu64
                  " --dir DIR --json &gt; record.json; haechi verify "
                  "--destruction record.json --dir DIR</code></p>\n",
                  destruction->entry);
    return s;
}

static void write_signatures(struct paper *paper)
{
    raw(paper, "<p>이 기록이 말하는 것은 이 장치가 그 영상을 더는 보여줄 수 "
               "없다는 것입니다. 이미 밖으로 나간 사본에 대해서는 말하지 "
               "않습니다. <span class=en lang=en>This record says that this "
               "system can no longer show that video. It says nothing about "
               "copies that had left it before.</span></p>\n"
               "<div class=sign><div>확인한 날 <small lang=en>date</small>"
               "</div><div>관리책임자 (서명) <small lang=en>chief manager, "
               "signature</small></div></div>\n"
               "</main>\n</body>\n</html>\n");
}

enum status destruction_write_page(const struct gate *gate,
                                   const struct destruction *destruction,
                                   const struct destruction_reason *reason,
                                   struct buffer *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct paper paper = {.gate = gate, .out = out, .line = &line};
    int64_t level = -1;
    write_head(&paper, destruction);
    raw(&paper, "<table class=facts><tbody>\n");
    write_order(&paper, destruction, reason);
    raw(&paper, "</tbody></table>\n");
    enum status s = write_parts(&paper, destruction, &level);
    write_worth(&paper, destruction,
                level >= 0 ? level : gate->erasure_level);
    if (s == STATUS_OK)
        s = write_evidence(&paper, destruction);
    write_signatures(&paper);
    return s == STATUS_OK && out->failed ? STATUS_LIMIT : s;
}

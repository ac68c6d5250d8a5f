/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/public/public_document.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "notice/document_say.h"
#include "notice/notice_difference.h"
#include "notice/notice_document.h"
#include "notice/notice_sign.h"
#include "notice/promise/promise_document.h"
#include "notice/public/public_say.h"

/* ---- versions --------------------------------------------------------------
 */

const struct public_version *
public_version_of(const struct public_versions *versions,
                  enum public_version_state state)
{
    for (size_t i = versions->count; i > 0; i--) {
        if (versions->list[i - 1].state == state)
            return &versions->list[i - 1];
    }
    return NULL;
}

static const struct notice *notice_of(const struct public_versions *versions)
{
    const struct public_version *version =
        public_version_of(versions, PUBLIC_VERSION_IN_FORCE);
    return version == NULL ? NULL : version->notice;
}

static void say_day(struct document *document, int64_t day)
{
    if (day == NOTICE_NO_DAY)
        document_say(document, "–");
    else
        document_day(document, day);
}

static void say_dates(struct document *document,
                      const struct public_version *version)
{
    document_phrase(document, PHRASE_ANNOUNCED);
    document_say(document, ": ");
    say_day(document, version->announced_day);
    document_say(document, " / ");
    document_phrase(document, PHRASE_EFFECTIVE);
    document_say(document, ": ");
    say_day(document, version->effective_day);
}

static void say_version(struct document *document, uint32_t number)
{
    char words[40];
    (void)snprintf(words, sizeof words,
                   document->language == LANGUAGE_KOREAN
                       ? "제%" PRIu32 "판"
                       : "Version %" PRIu32,
                   number);
    document_say(document, words);
}

static void link_version(struct document *document, uint32_t number)
{
    char path[64];
    char words[40];
    bool is_korean = document->language == LANGUAGE_KOREAN;
    (void)snprintf(path, sizeof path, "/public%s/versions/%" PRIu32,
                   is_korean ? "" : "/en", number);
    (void)snprintf(words, sizeof words,
                   is_korean ? "제%" PRIu32 "판" : "Version %" PRIu32, number);
    document_link(document, path, text_of(words));
}

static void say_version_state(struct document *document,
                              enum public_version_state state)
{
    switch (state) {
    case PUBLIC_VERSION_ANNOUNCED:
        document_either(document, "공고됨, 아직 시행 전",
                        "Announced, not in force yet");
        break;
    case PUBLIC_VERSION_IN_FORCE:
        document_either(document, "시행 중", "In force");
        break;
    case PUBLIC_VERSION_SUPERSEDED:
        document_either(document, "지난 방침", "No longer in force");
        break;
    }
}

static void version_row(struct document *document,
                        const struct public_version *version)
{
    document_begin(document, DOCUMENT_ROW);
    document_begin(document, DOCUMENT_CELL);
    if (version->notice != NULL)
        link_version(document, version->number);
    else
        say_version(document, version->number);
    document_begin(document, DOCUMENT_CELL);
    say_version_state(document, version->state);
    document_begin(document, DOCUMENT_CELL);
    say_day(document, version->announced_day);
    document_begin(document, DOCUMENT_CELL);
    say_day(document, version->effective_day);
    document_begin(document, DOCUMENT_CELL);
    document_words_say(document, version->reason);
    if (version->reason.ko.size == 0)
        document_say(document, "–");
}

enum status public_versions_document(const struct public_versions *versions,
                                     enum language language,
                                     struct document *out)
{
    static const char *const COLUMNS[][2] = {
        {"판", "Version"},        {"상태", "State"},
        {"공고일자", "Announced"}, {"시행일자", "Effective"},
        {"변경 사유", "Reason"},
    };
    *out = document_in(language);
    public_title(out, notice_of(versions), "방침의 판", "– versions of the notice");
    public_paragraph(out,
              "방침은 바뀔 때마다 새 판이 되고, 지난 판은 고치지 않고 그대로 "
              "둡니다.",
              "Each change of the notice is a new version; old ones stay as "
              "they were.");
    document_begin(out, DOCUMENT_PARAGRAPH);
    public_link(out, "/public/feed.xml", "/public/en/feed.xml",
         "새 판을 받아보기 (Atom 피드)", "Follow new versions (Atom feed)");
    document_begin(out, DOCUMENT_TABLE);
    for (size_t i = 0; i < sizeof COLUMNS / sizeof COLUMNS[0]; i++) {
        document_begin(out, DOCUMENT_COLUMN);
        document_either(out, COLUMNS[i][0], COLUMNS[i][1]);
    }
    for (size_t i = versions->count; i > 0; i--)
        version_row(out, &versions->list[i - 1]);
    document_begin(out, DOCUMENT_TABLE_END);
    return public_done(out);
}

/* The notice's own page, one heading deeper than the page's title. */
static enum status append_notice(struct document *out,
                                 const struct notice *notice)
{
    struct document text;
    enum status s = notice_document(notice, out->language, &text);
    if (s != STATUS_OK)
        return s;
    for (size_t i = 0; i < text.count; i++) {
        struct document_part *part = &text.parts[i];
        if (part->kind == DOCUMENT_HEADING && part->level < 6)
            part->level++;
    }
    document_append(out, &text, 0, text.count);
    document_deinit(&text);
    return STATUS_OK;
}

static void say_sha256(struct document *document, struct text sha256)
{
    if (sha256.size == 0)
        return;
    document_begin(document, DOCUMENT_PARAGRAPH);
    document_say(document, "SHA-256: ");
    document_text(document, sha256, document->language);
}

enum status public_version_document(const struct public_version *version,
                                    enum language language,
                                    struct document *out)
{
    *out = document_in(language);
    document_heading(out, 1);
    document_either(out, "방침 ", "Notice: ");
    say_version(out, version->number);
    document_begin(out, DOCUMENT_PARAGRAPH);
    say_version_state(out, version->state);
    document_say(out, ". ");
    say_dates(out, version);
    if (version->reason.ko.size > 0)
        document_block(out, DOCUMENT_PARAGRAPH, version->reason);
    say_sha256(out, version->sha256);
    enum status s = version->notice == NULL
                        ? STATUS_OK
                        : append_notice(out, version->notice);
    if (s != STATUS_OK)
        document_deinit(out);
    return s != STATUS_OK ? s : public_done(out);
}

/* What changes, behind its own heading. */
static enum status append_difference(struct document *out,
                                     const struct notice *before,
                                     const struct notice *after)
{
    struct document changes;
    size_t count = 0;
    if (before == NULL || after == NULL)
        return STATUS_OK;
    enum status s =
        notice_difference(before, after, out->language, &changes, &count);
    if (s == STATUS_LIMIT)
        return STATUS_OK; /* too different to be told apart: both are here */
    if (s != STATUS_OK)
        return s;
    for (size_t i = 0; i < changes.count; i++) {
        struct document_part *part = &changes.parts[i];
        if (part->kind == DOCUMENT_HEADING && part->level < 6)
            part->level++;
    }
    document_append(out, &changes, 0, changes.count);
    document_deinit(&changes);
    return STATUS_OK;
}

enum status public_next_document(const struct public_versions *versions,
                                 enum language language, struct document *out)
{
    const struct notice *now = notice_of(versions);
    const struct public_version *next =
        public_version_of(versions, PUBLIC_VERSION_ANNOUNCED);
    *out = document_in(language);
    public_title(out, now, "방침 변경 공고", "– announced change of the notice");
    if (next == NULL) {
        public_paragraph(out, "공고된 변경이 없습니다.", "No change is announced.");
        return public_done(out);
    }
    document_begin(out, DOCUMENT_PARAGRAPH);
    say_version(out, next->number);
    document_say(out, ". ");
    say_dates(out, next);
    if (next->reason.ko.size > 0)
        document_block(out, DOCUMENT_PARAGRAPH, next->reason);
    say_sha256(out, next->sha256);
    enum status s = append_difference(out, now, next->notice);
    if (s == STATUS_OK && next->notice != NULL)
        s = append_notice(out, next->notice);
    if (s != STATUS_OK)
        document_deinit(out);
    return s != STATUS_OK ? s : public_done(out);
}

/* ---- where to begin --------------------------------------------------------
 */

static void say_next(struct document *document,
                     const struct public_version *next)
{
    public_heading(document, "공고된 변경", "Announced change");
    document_begin(document, DOCUMENT_PARAGRAPH);
    if (next == NULL) {
        document_either(document, "없습니다. ", "None. ");
    } else {
        say_version(document, next->number);
        document_say(document, ". ");
        say_dates(document, next);
        document_say(document, ". ");
    }
    public_link(document, "/public/next", "/public/en/next", "무엇이 바뀌는지 보기",
         "What changes");
    document_say(document, " · ");
    public_link(document, "/public/versions", "/public/en/versions",
         "지금까지의 모든 판", "All versions so far");
}

enum status public_home_document(const struct public_versions *versions,
                                 const struct promises *promises,
                                 const struct notice_site *site,
                                 enum language language, struct document *out)
{
    const struct public_version *now =
        public_version_of(versions, PUBLIC_VERSION_IN_FORCE);
    *out = document_in(language);
    public_title(out, notice_of(versions), "영상정보처리기기 공개 자료",
          "– cameras: what everybody may know");
    public_paragraph(out,
              "로그인 없이 누구나 볼 수 있습니다. 영상은 여기에 없습니다.",
              "Everybody may read this without signing in. No video is here.");
    if (site != NULL)
        promise_say_site(out, site);
    public_heading(out, "시행 중인 방침", "The notice in force");
    document_begin(out, DOCUMENT_PARAGRAPH);
    if (now != NULL) {
        say_version(out, now->number);
        document_say(out, ". ");
        say_dates(out, now);
        document_say(out, ". ");
    }
    public_link(out, "/public/notice", "/public/en/notice", "방침 읽기",
         "Read the notice");
    public_heading(out, "방침을 지키고 있는지", "Is it kept?");
    document_begin(out, DOCUMENT_PARAGRAPH);
    if (promises->count == 0)
        document_either(out, "아직 재지 않았습니다. ", "Not measured yet. ");
    else
        promise_say_sum(out, promises);
    document_say(out, " ");
    public_link(out, "/public/promises", "/public/en/promises",
         "약속마다 지금의 상태 보기", "Each promise and its state now");
    say_next(out, public_version_of(versions, PUBLIC_VERSION_ANNOUNCED));
    public_heading(out, "내 영상을 보려면", "To see video of yourself");
    document_begin(out, DOCUMENT_PARAGRAPH);
    public_link(out, "/public/request", "/public/en/request",
         "열람 등 요구의 방법", "How to ask");
    document_say(out, " · ");
    public_link(out, "/public/request/form", "/public/en/request/form",
         "인쇄하여 쓰는 청구서", "A form to print");
    public_heading(out, "안내판", "Signs");
    document_begin(out, DOCUMENT_PARAGRAPH);
    public_link(out, "/public/signs", "/public/en/signs", "설치장소마다의 안내판",
         "What the sign at each place says");
    return public_done(out);
}

/* ---- signs -----------------------------------------------------------------
 */

static enum status append_sign(struct document *out,
                               const struct notice *notice, size_t group)
{
    struct document sign;
    size_t said = 0;
    struct notice_words exemption = notice_sign_exemption(notice, group);
    document_heading(out, 2);
    document_next_group(out, notice, &said, &notice->groups[group]);
    if (exemption.ko.size > 0) {
        document_begin(out, DOCUMENT_PARAGRAPH);
        document_phrase(out, PHRASE_EXEMPTION);
        document_say(out, ": ");
        document_words_say(out, exemption);
        return STATUS_OK;
    }
    enum status s = notice_sign(notice, group, out->language, &sign);
    if (s != STATUS_OK)
        return s;
    size_t first = 0;
    size_t end = sign.count;
    while (first < sign.count && sign.parts[first].kind != DOCUMENT_TERMS)
        first++;
    while (end > first && sign.parts[end - 1].kind != DOCUMENT_TERMS_END)
        end--;
    document_append(out, &sign, first, end);
    document_deinit(&sign);
    return STATUS_OK;
}

enum status public_signs_document(const struct notice *notice,
                                  enum language language, struct document *out)
{
    *out = document_in(language);
    public_title(out, notice, "안내판", "– signs");
    public_paragraph(out, "설치장소마다 걸려 있어야 하는 안내판의 내용입니다.",
              "What the sign at each place has to say.");
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < notice->group_count; i++) {
        if (notice->groups[i].camera_count > 0)
            s = append_sign(out, notice, i);
    }
    if (s != STATUS_OK)
        document_deinit(out);
    return s != STATUS_OK ? s : public_done(out);
}

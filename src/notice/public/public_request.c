/* SPDX-License-Identifier: Apache-2.0 */
/* How to ask for one's own picture, and the form for it. */
#include "notice/public/public_document.h"
#include "notice/public/public_say.h"

/* ---- requests --------------------------------------------------------------
 */

/* What the notice says of it, or else what the law does. */
static void rule(struct document *document, const char *heading_ko,
                 const char *heading_en, struct notice_words words,
                 const char *otherwise_ko, const char *otherwise_en)
{
    if (words.ko.size == 0 && otherwise_ko == NULL)
        return;
    public_heading(document, heading_ko, heading_en);
    if (words.ko.size > 0)
        document_block(document, DOCUMENT_PARAGRAPH, words);
    else
        public_paragraph(document, otherwise_ko, otherwise_en);
}

static void contacts(struct document *document, const struct notice *notice)
{
    static const enum phrase COLUMNS[] = {PHRASE_PLACE, PHRASE_DEPARTMENT,
                                          PHRASE_POST, PHRASE_TELEPHONE,
                                          PHRASE_COUNT};
    public_heading(document, "어디에 요구하나", "Whom to ask");
    document_begin(document, DOCUMENT_TABLE);
    document_columns(document, COLUMNS);
    for (size_t i = 0; i < notice->person_count; i++) {
        const struct notice_person *person = &notice->people[i];
        if (person->role != NOTICE_ROLE_CHIEF_MANAGER)
            continue;
        document_begin(document, DOCUMENT_ROW);
        document_begin(document, DOCUMENT_CELL);
        document_scope(document, notice, &person->scope);
        document_block(document, DOCUMENT_CELL, person->department);
        document_block(document, DOCUMENT_CELL, person->post);
        document_cell(document, person->telephone);
    }
    document_begin(document, DOCUMENT_TABLE_END);
    document_begin(document, DOCUMENT_LIST);
    document_labelled(document, PHRASE_HOW, notice->checking_how);
    document_labelled(document, PHRASE_WHERE, notice->checking_where);
    for (size_t i = 0; i < notice->checking_place_count; i++)
        document_labelled(document, PHRASE_WHERE,
                          notice->checking_places[i].place);
    document_begin(document, DOCUMENT_LIST_END);
}

static void remedies(struct document *document, const struct notice *notice)
{
    if (notice->remedy_count == 0)
        return;
    public_heading(document, "도움을 구할 곳", "Where to find help");
    document_begin(document, DOCUMENT_LIST);
    for (size_t i = 0; i < notice->remedy_count; i++) {
        const struct notice_remedy *remedy = &notice->remedies[i];
        document_block(document, DOCUMENT_ITEM, remedy->name);
        document_say(document, ": ");
        document_words_say(document, remedy->contact);
        document_say(document, remedy->homepage.size > 0 ? " " : "");
        if (remedy->homepage.size > 0 && remedy->homepage.size < 256) {
            char path[256];
            (void)text_copy(remedy->homepage, path, sizeof path);
            document_link(document, path, remedy->homepage);
        }
    }
    document_begin(document, DOCUMENT_LIST_END);
}

enum status public_request_document(const struct notice *notice,
                                    enum language language,
                                    struct document *out)
{
    *out = document_in(language);
    public_title(out, notice, "영상정보 열람 등 요구", "– to see video of yourself");
    if (notice->request_rule.ko.size > 0)
        document_block(out, DOCUMENT_PARAGRAPH, notice->request_rule);
    document_begin(out, DOCUMENT_PARAGRAPH);
    public_link(out, "/public/request/form", "/public/en/request/form",
         "청구서 (인쇄용)", "The form (to print)");
    contacts(out, notice);
    rule(out, "누가 요구할 수 있나", "Who may ask", notice->request_who,
         "촬영된 본인과 그 대리인.",
         "The person filmed, and whoever acts for them.");
    rule(out, "절차", "Procedure", notice->request_procedure, NULL, NULL);
    public_heading(out, "언제까지", "How long it takes");
    public_paragraph(out,
              "요구를 받은 날부터 10일 안에 보여드리거나, 미루거나 거부하는 "
              "까닭과 이의를 제기하는 방법을 알려드립니다(「개인정보 보호법」 "
              "제35조, 시행령 제41조·제42조). 요구한 시간의 영상은 그동안 "
              "보존하도록 요청할 수 있습니다.",
              "Within ten days of your request you are shown the video, or told "
              "why it is delayed or refused and how to object (Personal "
              "Information Protection Act, Article 35; Decree, Articles 41 and "
              "42). You may ask that the video be kept until then.");
    rule(out, "거부할 수 있는 경우", "Grounds of refusal",
         notice->request_refusal,
         "수사나 재판에 중대한 지장을 줄 때, 보관기간이 지나 이미 파기되었을 때, "
         "그 밖에 정당한 사유가 있을 때(표준지침). 경찰관과 함께 오라는 것은 "
         "거부의 까닭이 되지 않습니다.",
         "Serious hindrance to an investigation or a trial; video that was "
         "destroyed at the end of its period; another just reason (the standard "
         "guideline). \"Bring the police\" is no ground.");
    rule(out, "이의 제기", "Objection", notice->request_objection, NULL, NULL);
    rule(out, "수수료", "Fees", notice->request_fees,
         "실비 안에서 청구할 수 있으며, 요구하게 된 까닭이 기관에 있으면 받지 "
         "않습니다(「개인정보 보호법」 시행령 제47조).",
         "At cost, and none where the institution is the cause (Decree of the "
         "Act, Article 47).");
    public_heading(out, "다른 사람이 함께 찍힌 경우", "Others in the picture");
    public_paragraph(out,
              "다른 사람은 알아볼 수 없게 처리하여 보여드립니다(표준지침).",
              "Others are made unrecognisable before you are shown the video "
              "(the standard guideline).");
    remedies(out, notice);
    return public_done(out);
}

/* ---- the form --------------------------------------------------------------
 */

static const struct {
    const char *whose[2];
    const char *what[2];
} FORM_ROWS[] = {
    {{"청구인", "Requester"}, {"성명", "Name"}},
    {{"청구인", "Requester"}, {"전화번호", "Telephone"}},
    {{"청구인", "Requester"}, {"생년월일", "Date of birth"}},
    {{"청구인", "Requester"},
     {"정보주체와의 관계", "Relation to the person filmed"}},
    {{"청구인", "Requester"}, {"주소", "Address"}},
    {{"정보주체", "Person filmed"}, {"성명", "Name"}},
    {{"정보주체", "Person filmed"}, {"전화번호", "Telephone"}},
    {{"정보주체", "Person filmed"}, {"생년월일", "Date of birth"}},
    {{"정보주체", "Person filmed"}, {"주소", "Address"}},
    {{"청구내용", "Request"},
     {"영상정보 기록기간 (언제부터 언제까지)", "Time (from, to)"}},
    {{"청구내용", "Request"},
     {"영상정보처리기기 설치장소", "Place of the camera"}},
    {{"청구내용", "Request"}, {"청구 목적 및 사유", "Purpose and reason"}},
    {{"확인", "Check"},
     {"담당자의 청구인 확인 (서명)", "Official's check (signature)"}},
};

enum status public_form_document(const struct notice *notice,
                                 enum language language, struct document *out)
{
    *out = document_in(language);
    document_heading(out, 1);
    document_either(out, "개인영상정보 (□ 열람 □ 존재확인 □ 삭제) 청구서",
                    "Request for video (□ view □ existence □ deletion)");
    document_begin(out, DOCUMENT_PARAGRAPH);
    document_either(out, "접수번호: ____________ 처리기한: 10일",
                    "Received under number: ____________ "
                    "To be answered within ten days");
    document_begin(out, DOCUMENT_TABLE);
    document_begin(out, DOCUMENT_COLUMN);
    document_either(out, "구분", "Part");
    document_begin(out, DOCUMENT_COLUMN);
    document_either(out, "항목", "Item");
    document_begin(out, DOCUMENT_COLUMN);
    document_either(out, "적는 곳", "To be filled in");
    for (size_t i = 0; i < sizeof FORM_ROWS / sizeof FORM_ROWS[0]; i++) {
        document_begin(out, DOCUMENT_ROW);
        document_begin(out, DOCUMENT_CELL);
        document_either(out, FORM_ROWS[i].whose[0], FORM_ROWS[i].whose[1]);
        document_begin(out, DOCUMENT_CELL);
        document_either(out, FORM_ROWS[i].what[0], FORM_ROWS[i].what[1]);
        document_begin(out, DOCUMENT_CELL);
    }
    document_begin(out, DOCUMENT_TABLE_END);
    public_paragraph(out,
              "「개인정보 보호법」 제35조에 따라 위와 같이 청구합니다.",
              "I make this request under Article 35 of the Personal "
              "Information Protection Act.");
    public_paragraph(out, "______년 ____월 ____일",
              "Date: ____________");
    public_paragraph(out, "청구인 ____________________ (서명 또는 인)",
              "Requester (signature or seal): ____________________");
    document_begin(out, DOCUMENT_PARAGRAPH);
    document_words_say(out, notice->institution);
    document_either(out, " 귀중", "");
    return public_done(out);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/import/draft - what a published text says, each value with its line.
 *
 * Nothing is in a draft that the text does not say: a value without a line
 * (0) is absent. Texts are views into the imported text or into memory of the
 * draft. Threads: none; pure.
 */
#ifndef NOTICE_IMPORT_DRAFT_H
#define NOTICE_IMPORT_DRAFT_H

#include "notice/import/import_text.h"
#include "notice/notice.h"

enum {
    DRAFT_GROUPS_MAX = 4096,
    DRAFT_SITES_MAX = 200,
    DRAFT_PURPOSES_MAX = 64,
    DRAFT_PEOPLE_MAX = 1000,
    DRAFT_PLACES_MAX = 200, /* of storage, and of checking */
    DRAFT_PERIODS_MAX = 64,
    DRAFT_PROCESSORS_MAX = 64,
    DRAFT_SIGNS_MAX = 200,
    DRAFT_REMEDIES_MAX = 64,
    DRAFT_PARTS_MAX = 64,
    DRAFT_NAMES_MAX = 4,      /* other names of a site */
    DRAFT_EXCLUSIONS_MAX = 4, /* of one group */
    DRAFT_TEXT_BYTES_MAX = 3900,
    DRAFT_REFERENCES_MAX = 64, /* in one cell */
};

/* A value and the line of the published text that it comes from. */
struct drafted {
    struct text text;
    uint32_t line; /* 0: absent */
};

struct drafted_number {
    uint32_t value;
    uint32_t line;
};

struct drafted_day {
    int64_t day;
    uint32_t line;
};

/* A row of the table of periods. */
struct drafted_period {
    struct retention retention; /* unit 0: none that is understood */
    struct drafted words;
    struct drafted reason;
    struct retention floor; /* unit 0: none */
    struct drafted floor_words;
    struct drafted floor_reason;
    struct drafted hours; /* of the same row */
    struct drafted scope; /* as printed; absent: for all */
};

struct draft_bodies {
    struct drafted owner;
    struct drafted operator;
    struct drafted storing;
};

struct draft_site {
    struct draft_bodies bodies;
    struct drafted name;
    struct drafted also_called[DRAFT_NAMES_MAX];
    size_t also_called_count;
    struct drafted_number stated_count;
};

struct draft_exclusion {
    struct drafted what;
    enum notice_exclusion_means met_by; /* 0: unsaid */
};

struct draft_group {
    size_t site;
    struct drafted floor;
    struct drafted place;
    struct drafted coverage;
    struct drafted_number count;
    struct draft_exclusion exclusions[DRAFT_EXCLUSIONS_MAX];
    size_t exclusion_count;
    struct drafted purposes; /* as printed, each the words of one; absent: all */
    struct drafted basis;
    struct drafted trigger;
    enum notice_camera_class camera_class; /* 0: unsaid; so place_kind */
    enum notice_place_kind place_kind;
    uint32_t remark_line; /* of these two */
    struct drafted_number pixels;
};

struct draft_purpose {
    enum notice_purpose_kind kind; /* 0: the words do not tell */
    struct drafted words;
};

struct draft_person {
    enum notice_role role;
    struct drafted role_word; /* as printed */
    struct drafted name;
    struct drafted post;
    struct drafted department;
    struct drafted body;
    struct drafted telephone;
    struct drafted deputy_of; /* as printed: a name, or department and post */
    struct drafted scope; /* as printed: "상담실, 공동육아나눔터" */
    enum notice_shift shift; /* 0: the words do not tell */
    bool passes_to_successor;
};

struct draft_place {
    struct drafted place;
    struct drafted scope;
};

struct draft_processor {
    struct drafted name;
    struct drafted task;
    struct drafted contact;
    struct drafted telephone;
    struct drafted_day from;
    struct drafted_day until;
    struct drafted contract; /* as printed: its items */
    struct drafted scope;
};

struct draft_remedy {
    struct drafted name;
    struct drafted homepage;
    struct drafted contact;
};

struct draft_consultation {
    struct drafted way;
    struct drafted_day from;
    struct drafted_day until;
    struct drafted result;
};

struct draft_sign {
    struct drafted purpose;
    struct drafted place;
    struct drafted coverage;
    struct drafted hours;
    struct drafted manager;
    struct drafted telephone;
    struct drafted processor;
    struct drafted size;
    struct drafted material;
    struct drafted spot;
    struct drafted exemption;
    struct drafted scope; /* of those in signs */
};

/* A list that grows up to a limit. */
struct draft_list {
    void *items;
    size_t count;
    size_t capacity;
};

struct draft {
    struct drafted institution;
    struct drafted part_of;
    struct draft_bodies bodies;
    struct draft_list parts; /* struct draft_remedy, without contact */
    struct draft_consultation consultation;
    struct drafted introduction;
    struct drafted basis;
    struct draft_list purposes; /* struct draft_purpose */
    struct draft_list sites;    /* struct draft_site */
    struct draft_list groups;   /* struct draft_group */
    struct drafted_number stated_count;
    struct drafted people_introduction;
    struct draft_list people; /* struct draft_person */
    struct drafted hours;
    struct draft_list periods;  /* struct drafted_period */
    struct draft_list storages; /* struct draft_place */
    struct draft_list control_rooms; /* struct draft_place */
    struct drafted processing;
    struct drafted checking_how;
    struct drafted checking_where;
    struct draft_list checking_places; /* struct draft_place */
    struct drafted outsourcing;
    struct draft_list processors; /* struct draft_processor */
    struct drafted request_rule;
    struct drafted request_who;
    struct drafted request_procedure;
    struct drafted request_ledger;
    struct drafted request_refusal;
    struct drafted request_objection;
    struct drafted request_fees;
    struct drafted measures_technical;
    struct drafted measures_managerial;
    struct drafted measures_physical;
    struct drafted changes;
    struct drafted_day enacted;
    struct drafted_day revised;
    struct drafted_day announced;
    struct drafted_day effective;
    struct drafted remedies_introduction;
    struct draft_list remedies; /* struct draft_remedy */
    struct draft_sign sign;
    struct draft_list signs; /* struct draft_sign: of single places */

    struct draft_memory *memory; /* of joined texts */
    bool is_out_of_memory;       /* sticky: the draft is not whole */
};

void draft_deinit(struct draft *draft);

/* A new zeroed item of item_size at the list's end; NULL beyond max or without
 * memory (which the draft remembers). Valid until the next. */
void *draft_add(struct draft *draft, struct draft_list *list, size_t item_size,
                size_t max);

struct draft_person *draft_person_at(const struct draft *draft, size_t index);
struct draft_site *draft_site_at(const struct draft *draft, size_t index);
struct draft_group *draft_group_at(const struct draft *draft, size_t index);

/* The site of exactly this name, made where there is none; DRAFT_SITES_MAX: no
 * more fit. */
size_t draft_site_named(struct draft *draft, struct drafted name);

/* As above for a name that refers to a site: one that shortens another
 * ("제주센터" for "제주개선지도센터") is the same site, and is kept as a second
 * name of it. */
size_t draft_site_referred(struct draft *draft, struct drafted name);

/* Another name of the site, unless it is one already. */
void draft_site_note_name(struct draft_site *site, struct drafted name);

/* What a name refers to, without making one: sites.count for none. */
size_t draft_site_find(const struct draft *draft, struct text name);

/* How a name names groups; the first of these that fits some group. A site may
 * stand before: "본관 3층 복도". */
enum draft_naming {
    DRAFT_BY_FLOOR_AND_PLACE = 1, /* "3층 복도"; "복도", where no floor is */
    DRAFT_BY_PLACE,
    DRAFT_BY_WORDS, /* place or coverage hold it */
};

/* What a name names: a site, else groups. */
struct draft_reference {
    struct text name;
    size_t site; /* sites.count: groups */
    enum draft_naming by;
};

struct draft_reference draft_refer(const struct draft *draft, struct text name);

bool draft_refers_to(const struct draft *draft,
                     const struct draft_reference *reference,
                     const struct draft_group *group);

/* True where the reference names a site or some group. */
bool draft_resolves(const struct draft *draft, struct text name);

/* True where every one of "A, B" does, and there is one. */
bool draft_all_resolve(const struct draft *draft, struct text references);

/* A line "key: value", or "key (scope): value" where all of the scope resolves;
 * *scope is empty without one. False for any other line. */
bool draft_keyed_for(const struct draft *draft, struct text line,
                     const char *key, struct text *scope, struct text *value);

/* Cuts the words of a purpose of the draft off "시설 안전, 범죄 예방"; *index
 * tells which. False at the end, and where none stands there: *rest is then
 * as it was. */
bool draft_next_purpose(const struct draft *draft, struct text *rest,
                        size_t *index);

/* Whom these words name other than the person at index: by the name alone, or
 * by department, post and name; people.count: nobody. */
size_t draft_person_find(const struct draft *draft, struct text words,
                         size_t index);

/* Cuts the next name off a list "상담실, 공동육아나눔터", "본청 및 광주센터"; false at
 * the end. Of "본청 (그 밖의 장소)" it is the name. */
bool draft_next_name(struct text *rest, struct text *out);

/* As above; a name of a site or a place that has such a separator in it is
 * one. */
bool draft_next_reference(const struct draft *draft, struct text *rest,
                          struct text *out);

/* Sets *value where it is absent and the text is not empty or too long; true
 * where it stands now. */
bool draft_set(struct drafted *value, struct text text, uint32_t line);

/* Appends with the separator in between; sets it where it is absent. False,
 * without a change, where it becomes too long. */
bool draft_append(struct draft *draft, struct drafted *value,
                  const char *separator, struct text text, uint32_t line);

#endif

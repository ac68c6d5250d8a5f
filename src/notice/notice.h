/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/notice - the published promise as values.
 *
 * notice.yaml is the document that a public body publishes about its cameras
 * (Personal Information Protection Act, Korea, Article 25; the eight items of
 * Article 25(1) of its Decree). docs/reference/notice.md describes each key.
 *
 * A notice is read only once it is loaded. All its texts are views into
 * memory that it owns: valid until notice_destroy, not terminated, checked
 * with text_is_plain.
 *
 * Threads: a loaded notice may be read by any.
 */
#ifndef NOTICE_NOTICE_H
#define NOTICE_NOTICE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "model/language.h"
#include "model/policy.h"

struct findings;
struct yaml_tree;

/* Korean always; English may be empty: then the Korean is shown. */
struct notice_words {
    struct text ko;
    struct text en;
};

struct text notice_words_in(struct notice_words words, enum language language);

/* Days since 1970-01-01 (base/time.h), or NOTICE_NO_DAY. */
#define NOTICE_NO_DAY INT64_MIN

/* The closed list of Article 25(1), items 1 to 6. */
enum notice_purpose_kind {
    NOTICE_PURPOSE_LAW = 1,             /* "law": a law allows it expressly */
    NOTICE_PURPOSE_CRIME,               /* "crime": prevention, investigation */
    NOTICE_PURPOSE_FACILITY,            /* "facility": safety, fire */
    NOTICE_PURPOSE_TRAFFIC_CONTROL,     /* "traffic_control" */
    NOTICE_PURPOSE_TRAFFIC_INFORMATION, /* "traffic_information" */
    NOTICE_PURPOSE_STATISTICS,          /* "statistics": nothing is stored */
};

/* A viewing states one of these by its id. */
struct notice_purpose {
    struct text id;
    enum notice_purpose_kind kind;
    struct notice_words words;
    uint32_t line; /* in the file, for findings; so below */
};

/*
 * Which groups something is about, and which sites its "for:" names as a
 * whole: indices into notice.groups and notice.sites. A site without cameras
 * of its own (they are filed under another) is in sites only. Without "for:"
 * all of both. Both ascend. The words are only printed: what holds is the rest.
 */
struct notice_scope {
    struct notice_words words; /* "for_words"; empty: the names of the rest */
    size_t *groups;
    size_t count;
    size_t *sites;
    size_t site_count;
};

/* Who answers for the cameras; each may be empty: the institution itself. */
struct notice_bodies {
    struct notice_words owner;
    struct notice_words operator;
    struct notice_words storing; /* keeps the video */
};

struct notice_site {
    struct text id;
    struct notice_words name;
    struct text *also_called; /* other names of it in the same notice */
    size_t also_called_count;
    struct notice_bodies bodies;
    uint32_t stated_count; /* a sum that the notice prints; 0: none */
    uint32_t line;
};

/* How an exclusion from filming is met; 0: the notice does not say. */
enum notice_exclusion_means {
    NOTICE_EXCLUSION_AIM = 1,      /* "aim": the camera does not look there */
    NOTICE_EXCLUSION_CAMERA_MASK,  /* "camera_mask": set in the camera */
    NOTICE_EXCLUSION_DISPLAY_MASK, /* "display_mask": in pictures for people */
};

struct notice_exclusion {
    struct notice_words what; /* such as the nursing room */
    enum notice_exclusion_means met_by;
};

/* Who may enter, Article 25(1) and (2); 0: unstated, judged by the words. */
enum notice_place_kind {
    NOTICE_PLACE_OPEN = 1,      /* "open" */
    NOTICE_PLACE_CLOSED,        /* "closed": no Article 25 place */
    NOTICE_PLACE_BANNED_NEARBY, /* "banned_nearby": bath, toilet, changing
                                   room next to it */
};

enum notice_camera_class {
    NOTICE_CLASS_FIXED = 1,  /* "fixed"; so is a group that says nothing */
    NOTICE_CLASS_PTZ,        /* "ptz": turns and zooms */
    NOTICE_CLASS_PLATE,      /* "plate": reads number plates */
    NOTICE_CLASS_MOBILE,     /* "mobile": on a vehicle or a person */
    NOTICE_CLASS_STATISTICS, /* "statistics": counts, is never stored */
};

/*
 * A row of the notice's table of cameras. What it does not say for itself
 * (hours, basis, purposes, retention) is the notice's: filled in here.
 */
struct notice_group {
    struct text id;
    size_t site; /* index into notice.sites */
    struct notice_words floor;    /* own column; empty: part of place, or none */
    struct notice_words place;    /* empty: a row without a place, a finding */
    struct notice_words coverage; /* empty: place says both, one column */
    enum notice_place_kind place_kind;
    enum notice_camera_class camera_class;
    uint32_t camera_count;
    uint32_t pixels; /* of a picture, at least; 0: not promised */
    struct notice_words hours;
    struct notice_words trigger; /* records on an event only; mostly empty */
    size_t *purposes; /* indices into notice.purposes */
    size_t purpose_count;
    struct notice_words basis;
    struct retention retention;           /* kept so long: the ceiling */
    struct notice_words retention_words;  /* as printed; empty: by retention */
    struct notice_words retention_reason; /* may be empty */
    struct retention retention_floor;     /* another rule's; unit 0: none */
    struct notice_words retention_floor_reason;
    struct notice_exclusion *exclusions;
    size_t exclusion_count;
    uint32_t line;
};

/* A place and what it is for: of storage, of checking, a control room. */
struct notice_storage {
    struct notice_words place;
    struct notice_scope scope;
    uint32_t line;
};

enum notice_shift {
    NOTICE_SHIFT_ALWAYS = 1, /* "always"; so is who says nothing */
    NOTICE_SHIFT_DAY,        /* "day" */
    NOTICE_SHIFT_NIGHT,      /* "night" */
};

enum notice_role {
    NOTICE_ROLE_GENERAL_MANAGER = 1,  /* "general_manager": heads the body */
    NOTICE_ROLE_SUPERVISING_OFFICIAL, /* "supervising_official": of another
                                         body; no right to video */
    NOTICE_ROLE_CHIEF_MANAGER,        /* "chief_manager": signs, approves */
    NOTICE_ROLE_ACCESS_HOLDER,        /* "access_holder": may view */
};

/*
 * A person, or a post whoever holds it. Each of the words may be empty, in a
 * notice with empty cells.
 */
struct notice_person {
    struct text id;
    struct notice_words name; /* empty: only the post is named */
    struct notice_words post;
    struct notice_words department;
    struct notice_words body; /* another body's official; else empty */
    struct text telephone;
    enum notice_role role;
    bool passes_to_successor; /* "successor": whoever follows in the post */
    struct text deputy_of;    /* id of the person; empty: none's deputy */
    enum notice_shift shift;
    struct notice_scope scope;
    uint32_t line;
};

/* Decree Article 26: a written contract with these five items. Without
 * "contract:" all are false, and the processor has no account. */
struct notice_contract {
    bool is_stated; /* the key is there */
    bool has_purpose_and_scope;
    bool has_subcontracting;
    bool has_access_limits;
    bool has_inspection;
    bool has_damages;
};

struct notice_processor {
    struct text id;
    struct notice_words name;
    struct notice_words task; /* empty: the notice does not say, a finding */
    struct notice_words contact;
    struct text telephone;
    struct notice_contract contract;
    int64_t from_day;
    int64_t until_day; /* the last day; NOTICE_NO_DAY: none stated */
    struct notice_scope scope;
    uint32_t line;
};

struct notice_remedy {
    struct notice_words name;
    struct text homepage;
    struct notice_words contact;
};

/* What stands on the wall, word by word, and where it hangs. */
struct notice_sign {
    struct text id; /* of those in signs */
    struct notice_words purpose;
    struct notice_words place;
    struct notice_words coverage;
    struct notice_words hours;
    struct notice_words manager;
    struct text telephone;
    struct notice_words processor; /* empty where nothing is outsourced */
    struct notice_words size;      /* "A3", "600 x 400 mm" */
    struct notice_words material;
    struct notice_words spot;      /* where it hangs */
    struct text photo;             /* file of a picture of it */
    struct notice_words exemption; /* why there is none; else empty */
    struct notice_scope scope;     /* of those in signs */
    uint32_t line;
};

/* Opinions gathered before cameras were set up: Article 25(3). */
struct notice_consultation {
    struct notice_words way; /* hearing, survey, administrative notice */
    int64_t from_day;
    int64_t until_day;
    struct notice_words result;
};

/* A notice of a part of the institution, published for itself. */
struct notice_part {
    struct notice_words name;
    struct text homepage;
};

struct notice {
    struct notice_words institution;
    struct notice_words part_of; /* the body above it; mostly empty */
    struct notice_part *parts;   /* "parts": notices of bodies below it */
    size_t part_count;
    struct notice_bodies bodies;
    struct text homepage; /* https://host/...; empty: nothing runs yet */
    struct text homepage_host;
    struct notice_words introduction;
    struct notice_words basis;
    struct notice_words hours;  /* of groups that state none */
    struct retention retention; /* likewise; unit 0: none */
    struct notice_words retention_words;
    struct notice_words retention_reason;
    struct retention retention_floor;
    struct notice_words retention_floor_reason;
    uint32_t stated_count; /* the sum that the notice prints; 0: none */

    struct notice_purpose *purposes;
    size_t purpose_count;
    struct notice_site *sites;
    size_t site_count;
    struct notice_group *groups;
    size_t group_count;
    struct notice_storage *storages;
    size_t storage_count;
    struct notice_storage *control_rooms; /* where live pictures are watched */
    size_t control_room_count;
    struct notice_storage *checking_places; /* by site, where there are many */
    size_t checking_place_count;
    struct notice_person *people;
    size_t person_count;
    struct notice_processor *processors;
    size_t processor_count;
    struct notice_remedy *remedies;
    size_t remedy_count;
    struct notice_sign *signs; /* "signs": one a place, beside sign */
    size_t sign_count;

    struct notice_words people_introduction; /* the sentence above the table */
    struct notice_words outsourcing;         /* likewise, of processors */
    struct notice_words remedies_introduction;
    struct notice_words processing;
    struct notice_words checking_how;
    struct notice_words checking_where;
    struct notice_words request_rule;
    struct notice_words request_who;
    struct notice_words request_procedure;
    struct notice_words request_ledger;
    struct notice_words request_refusal;   /* grounds to refuse */
    struct notice_words request_objection; /* how to object */
    struct notice_words request_fees;
    struct notice_words measures_technical;
    struct notice_words measures_managerial;
    struct notice_words measures_physical;
    struct notice_words changes;

    struct notice_consultation consultation;

    /* Each may be NOTICE_NO_DAY in a draft; what runs has the last two. */
    int64_t enacted_day;
    int64_t revised_day;
    int64_t announced_day;
    int64_t effective_day;
    uint32_t dates_line;

    bool has_sign;
    struct notice_sign sign; /* "sign": the one that the notice prints */

    struct yaml_tree *tree; /* the memory behind the texts */
};

/*
 * Reads a notice. Everything wrong becomes a finding; file_name stands in
 * them. A notice with warnings only is loaded.
 * Ownership: on success the caller owns *out; yaml is only read.
 * Fails with: BAD_INPUT (findings hold an error), NO_MEMORY.
 */
MUST_USE enum status notice_load(const char *file_name, struct bytes yaml,
                                 struct findings *findings,
                                 struct notice **out);

void notice_destroy(struct notice **notice);

/* Every period of the notice in words: "60일", "60 days". out is cut at size.
 */
void retention_format(struct retention retention, enum language language,
                      char *out, size_t size);

/* The storage class of a period: the first group that has it names it, counted
 * from 1. Cameras of one class share volumes. */
uint16_t notice_class_of(const struct notice *notice,
                         struct retention retention);

/* Cameras of all groups. */
uint32_t notice_camera_count(const struct notice *notice);

/* NULL where there is none of this id. Borrowed. */
const struct notice_group *notice_group_find(const struct notice *notice,
                                             struct text id);
const struct notice_person *notice_person_find(const struct notice *notice,
                                               struct text id);
const struct notice_purpose *notice_purpose_find(const struct notice *notice,
                                                 struct text id);

/* group: index into notice.groups. */
bool notice_scope_holds(const struct notice_scope *scope, size_t group);

/* True where all groups of the site (an index) are in the scope, and some
 * group is. */
bool notice_scope_holds_site(const struct notice *notice,
                             const struct notice_scope *scope, size_t site);

/* True where purpose (an index) is among the group's purposes. */
bool notice_group_has_purpose(const struct notice_group *group, size_t purpose);

/* The names that stand in notice.yaml, such as "access_holder". Never NULL. */
const char *notice_role_name(enum notice_role role);
const char *notice_purpose_kind_name(enum notice_purpose_kind kind);
const char *notice_place_kind_name(enum notice_place_kind kind);
const char *notice_camera_class_name(enum notice_camera_class camera_class);
const char *notice_shift_name(enum notice_shift shift);
const char *notice_exclusion_means_name(enum notice_exclusion_means means);

#endif

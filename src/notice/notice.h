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
#include "model/policy.h"

struct findings;
struct yaml_tree;

enum language {
    LANGUAGE_KOREAN = 0,
    LANGUAGE_ENGLISH = 1,
};

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

/* Which groups something is about: indices into notice.groups. */
struct notice_scope {
    size_t *groups;
    size_t count;
};

struct notice_site {
    struct text id;
    struct notice_words name;
    uint32_t line;
};

struct notice_exclusion {
    struct notice_words what; /* such as the nursing room */
};

/* A row of the notice's table of cameras. */
struct notice_group {
    struct text id;
    size_t site; /* index into notice.sites */
    struct notice_words place;
    struct notice_words coverage;
    uint32_t camera_count;
    struct notice_words hours;
    size_t *purposes; /* indices into notice.purposes */
    size_t purpose_count;
    struct notice_words basis;
    struct retention retention;
    struct notice_words retention_reason; /* may be empty */
    struct notice_exclusion *exclusions;
    size_t exclusion_count;
    uint32_t line;
};

struct notice_storage {
    struct notice_words place;
    struct notice_scope scope;
    uint32_t line;
};

enum notice_role {
    NOTICE_ROLE_GENERAL_MANAGER = 1,  /* "general_manager": heads the body */
    NOTICE_ROLE_SUPERVISING_OFFICIAL, /* "supervising_official" */
    NOTICE_ROLE_CHIEF_MANAGER,        /* "chief_manager": signs, approves */
    NOTICE_ROLE_ACCESS_HOLDER,        /* "access_holder": may view */
};

struct notice_person {
    struct text id;
    struct notice_words name;
    struct notice_words post;
    struct notice_words department;
    struct text telephone;
    enum notice_role role;
    struct notice_scope scope;
    uint32_t line;
};

/* Article 26: a written contract with these five items. */
struct notice_contract {
    bool has_purpose_and_scope;
    bool has_subcontracting;
    bool has_access_limits;
    bool has_inspection;
    bool has_damages;
};

struct notice_processor {
    struct text id;
    struct notice_words name;
    struct notice_words task;
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

struct notice_sign {
    struct notice_words purpose;
    struct notice_words place;
    struct notice_words coverage;
    struct notice_words hours;
    struct notice_words manager;
    struct text telephone;
    struct notice_words processor; /* empty where nothing is outsourced */
    uint32_t line;
};

struct notice {
    struct notice_words institution;
    struct text homepage; /* https://host/... */
    struct text homepage_host;
    struct notice_words introduction;
    struct notice_words basis;
    struct notice_words hours;  /* of groups that state none */
    struct retention retention; /* likewise; unit 0: none */
    struct notice_words retention_reason;

    struct notice_purpose *purposes;
    size_t purpose_count;
    struct notice_site *sites;
    size_t site_count;
    struct notice_group *groups;
    size_t group_count;
    struct notice_storage *storages;
    size_t storage_count;
    struct notice_person *people;
    size_t person_count;
    struct notice_processor *processors;
    size_t processor_count;
    struct notice_remedy *remedies;
    size_t remedy_count;

    struct notice_words processing;
    struct notice_words checking_how;
    struct notice_words checking_where;
    struct notice_words request_rule;
    struct notice_words request_who;
    struct notice_words request_procedure;
    struct notice_words request_ledger;
    struct notice_words measures_technical;
    struct notice_words measures_managerial;
    struct notice_words measures_physical;
    struct notice_words changes;

    int64_t enacted_day;
    int64_t announced_day;
    int64_t effective_day;
    uint32_t dates_line;

    bool has_sign;
    struct notice_sign sign;

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

/* NULL where there is none of this id. Borrowed. */
/* The storage class of a period: the first group that has it names it, counted
 * from 1. Cameras of one class share volumes. */
uint16_t notice_class_of(const struct notice *notice,
                         struct retention retention);

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

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_fields.h"

/* Tables read better as they stand. */
/* clang-format off */

enum { TELEPHONE_BYTES_MAX = 40, HOMEPAGE_BYTES_MAX = 500 };

#define END_OF_TABLE {0}
#define REQUIRED .is_required = true

const char *const NOTICE_ROLE_NAMES[] = {
    "general_manager", "supervising_official", "chief_manager",
    "access_holder", NULL};

const char *const NOTICE_PURPOSE_KIND_NAMES[] = {
    "law",        "crime",
    "facility",   "traffic_control",
    "traffic_information", "statistics",
    NULL};

#define OF(member) .offset = offsetof(struct STRUCT, member)
#define WORDS(name, member) \
    {.key = (name), .type = YAML_TYPE_WORDS, OF(member)}
#define REQUIRED_WORDS(name, member) \
    {.key = (name), .type = YAML_TYPE_WORDS, REQUIRED, OF(member)}
#define REQUIRED_ID(member) \
    {.key = "id", .type = YAML_TYPE_ID, REQUIRED, OF(member)}
#define TEXT(name, member, most) \
    {.key = (name), .type = YAML_TYPE_TEXT, OF(member), .max = (most)}
#define BOOL(name, member) {.key = (name), .type = YAML_TYPE_BOOL, OF(member)}
#define DAY(name, member) {.key = (name), .type = YAML_TYPE_DAY, OF(member)}
#define LINE(member) {.type = YAML_TYPE_LINE, OF(member)}
#define ELSEWHERE(name) {.key = (name), .type = YAML_TYPE_ELSEWHERE}
#define MAP(name, table) \
    {.key = (name), .type = YAML_TYPE_MAP, .fields = (table)}
#define LIST(name, member, number, table)                              \
    {.key = (name), .type = YAML_TYPE_LIST, OF(member),                \
     .fields = (table),                                                \
     .element_size = sizeof *((struct STRUCT *)NULL)->member,          \
     .count_offset = offsetof(struct STRUCT, number)}

#define STRUCT notice_period
#define COUNT(name, member)                                            \
    {.key = (name), .type = YAML_TYPE_NUMBER, OF(member), .min = 1,    \
     .max = RETENTION_COUNT_MAX}
const struct yaml_field NOTICE_PERIOD_FIELDS[] = {
    COUNT("days", days),
    COUNT("months", months),
    COUNT("seconds", seconds),
    WORDS("reason", reason),
    LINE(line),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_purpose
static const struct yaml_field PURPOSE_FIELDS[] = {
    REQUIRED_ID(id),
    {.key = "kind", .type = YAML_TYPE_CHOICE, REQUIRED, OF(kind),
     .choices = NOTICE_PURPOSE_KIND_NAMES},
    REQUIRED_WORDS("words", words),
    LINE(line),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_words
static const struct yaml_field EXCLUSION_FIELDS[] = {
    {.key = "ko", .type = YAML_TYPE_TEXT, REQUIRED, OF(ko)},
    {.key = "en", .type = YAML_TYPE_TEXT, OF(en)},
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_group
const struct yaml_field NOTICE_GROUP_FIELDS[] = {
    REQUIRED_ID(id),
    REQUIRED_WORDS("place", place),
    REQUIRED_WORDS("coverage", coverage),
    {.key = "count", .type = YAML_TYPE_NUMBER, REQUIRED, OF(camera_count),
     .max = CAMERAS_MAX},
    WORDS("hours", hours),
    WORDS("basis", basis),
    LIST("exclusions", exclusions, exclusion_count, EXCLUSION_FIELDS),
    ELSEWHERE("purposes"),
    ELSEWHERE("retention"),
    LINE(line),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_site
static const struct yaml_field SITE_FIELDS[] = {
    REQUIRED_ID(id),
    REQUIRED_WORDS("name", name),
    {.key = "groups", .type = YAML_TYPE_ELSEWHERE, REQUIRED},
    LINE(line),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_storage
static const struct yaml_field STORAGE_FIELDS[] = {
    REQUIRED_WORDS("place", place),
    ELSEWHERE("for"),
    LINE(line),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_person
static const struct yaml_field PERSON_FIELDS[] = {
    REQUIRED_ID(id),
    REQUIRED_WORDS("name", name),
    REQUIRED_WORDS("post", post),
    REQUIRED_WORDS("department", department),
    TEXT("telephone", telephone, TELEPHONE_BYTES_MAX),
    {.key = "role", .type = YAML_TYPE_CHOICE, REQUIRED, OF(role),
     .choices = NOTICE_ROLE_NAMES},
    ELSEWHERE("for"),
    LINE(line),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_processor
static const struct yaml_field CONTRACT_FIELDS[] = {
    BOOL("purpose_and_scope", contract.has_purpose_and_scope),
    BOOL("subcontracting", contract.has_subcontracting),
    BOOL("access_limits", contract.has_access_limits),
    BOOL("inspection", contract.has_inspection),
    BOOL("damages", contract.has_damages),
    END_OF_TABLE,
};

static const struct yaml_field PROCESSOR_FIELDS[] = {
    REQUIRED_ID(id),
    REQUIRED_WORDS("name", name),
    REQUIRED_WORDS("task", task),
    WORDS("contact", contact),
    TEXT("telephone", telephone, TELEPHONE_BYTES_MAX),
    DAY("from", from_day),
    DAY("until", until_day),
    MAP("contract", CONTRACT_FIELDS),
    ELSEWHERE("for"),
    LINE(line),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_remedy
static const struct yaml_field REMEDY_FIELDS[] = {
    REQUIRED_WORDS("name", name),
    TEXT("homepage", homepage, HOMEPAGE_BYTES_MAX),
    WORDS("contact", contact),
    END_OF_TABLE,
};
#undef STRUCT

/* These maps only order keys; their values stand in struct notice itself. */
#define STRUCT notice
static const struct yaml_field CHECKING_FIELDS[] = {
    REQUIRED_WORDS("how", checking_how),
    REQUIRED_WORDS("where", checking_where),
    END_OF_TABLE,
};

static const struct yaml_field REQUEST_FIELDS[] = {
    REQUIRED_WORDS("rule", request_rule),
    WORDS("who", request_who),
    WORDS("procedure", request_procedure),
    WORDS("ledger", request_ledger),
    END_OF_TABLE,
};

static const struct yaml_field MEASURE_FIELDS[] = {
    REQUIRED_WORDS("technical", measures_technical),
    REQUIRED_WORDS("managerial", measures_managerial),
    REQUIRED_WORDS("physical", measures_physical),
    END_OF_TABLE,
};

static const struct yaml_field DATE_FIELDS[] = {
    DAY("enacted", enacted_day),
    {.key = "announced", .type = YAML_TYPE_DAY, REQUIRED, OF(announced_day)},
    {.key = "effective", .type = YAML_TYPE_DAY, REQUIRED, OF(effective_day)},
    LINE(dates_line),
    END_OF_TABLE,
};

static const struct yaml_field SIGN_FIELDS[] = {
    REQUIRED_WORDS("purpose", sign.purpose),
    REQUIRED_WORDS("place", sign.place),
    REQUIRED_WORDS("coverage", sign.coverage),
    REQUIRED_WORDS("hours", sign.hours),
    REQUIRED_WORDS("manager", sign.manager),
    {.key = "telephone", .type = YAML_TYPE_TEXT, REQUIRED, OF(sign.telephone),
     .max = TELEPHONE_BYTES_MAX},
    WORDS("processor", sign.processor),
    LINE(sign.line),
    END_OF_TABLE,
};

const struct yaml_field NOTICE_FIELDS[] = {
    {.key = "format", .type = YAML_TYPE_ELSEWHERE, REQUIRED},
    REQUIRED_WORDS("institution", institution),
    {.key = "homepage", .type = YAML_TYPE_TEXT, REQUIRED, OF(homepage),
     .max = HOMEPAGE_BYTES_MAX},
    WORDS("introduction", introduction),
    WORDS("basis", basis),
    {.key = "purposes", .type = YAML_TYPE_LIST, REQUIRED, OF(purposes),
     .min = 1, .max = 64, .fields = PURPOSE_FIELDS,
     .element_size = sizeof(struct notice_purpose),
     .count_offset = offsetof(struct notice, purpose_count)},
    WORDS("hours", hours),
    ELSEWHERE("retention"),
    {.key = "sites", .type = YAML_TYPE_LIST, REQUIRED, OF(sites),
     .min = 1, .max = 1000, .fields = SITE_FIELDS,
     .element_size = sizeof(struct notice_site),
     .count_offset = offsetof(struct notice, site_count)},
    LIST("storage", storages, storage_count, STORAGE_FIELDS),
    REQUIRED_WORDS("processing", processing),
    {.key = "people", .type = YAML_TYPE_LIST, REQUIRED, OF(people),
     .min = 1, .max = 1000, .fields = PERSON_FIELDS,
     .element_size = sizeof(struct notice_person),
     .count_offset = offsetof(struct notice, person_count)},
    {.key = "checking", .type = YAML_TYPE_MAP, REQUIRED,
     .fields = CHECKING_FIELDS},
    LIST("processors", processors, processor_count, PROCESSOR_FIELDS),
    {.key = "requests", .type = YAML_TYPE_MAP, REQUIRED,
     .fields = REQUEST_FIELDS},
    {.key = "measures", .type = YAML_TYPE_MAP, REQUIRED,
     .fields = MEASURE_FIELDS},
    WORDS("changes", changes),
    {.key = "dates", .type = YAML_TYPE_MAP, REQUIRED, .fields = DATE_FIELDS},
    LIST("remedies", remedies, remedy_count, REMEDY_FIELDS),
    MAP("sign", SIGN_FIELDS),
    END_OF_TABLE,
};
#undef STRUCT

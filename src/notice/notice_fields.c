/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_fields.h"

/* Tables read better as they stand. */
/* clang-format off */

enum {
    TELEPHONE_BYTES_MAX = 40,
    HOMEPAGE_BYTES_MAX = 500,
    PHOTO_BYTES_MAX = 200,
    STATED_COUNT_MAX = 1000000,
    PIXELS_MAX = 1000000000,
};

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

const char *const NOTICE_PLACE_KIND_NAMES[] = {"open", "closed",
                                               "banned_nearby", NULL};

const char *const NOTICE_CAMERA_CLASS_NAMES[] = {
    "fixed", "ptz", "plate", "mobile", "statistics", NULL};

const char *const NOTICE_SHIFT_NAMES[] = {"always", "day", "night", NULL};

const char *const NOTICE_EXCLUSION_MEANS_NAMES[] = {
    "aim", "camera_mask", "display_mask", NULL};

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
#define CHOICE(name, member, names) \
    {.key = (name), .type = YAML_TYPE_CHOICE, OF(member), .choices = (names)}
#define LINE(member) {.type = YAML_TYPE_LINE, OF(member)}
#define ELSEWHERE(name) {.key = (name), .type = YAML_TYPE_ELSEWHERE}
#define MAP(name, table) \
    {.key = (name), .type = YAML_TYPE_MAP, .fields = (table)}
#define LIST(name, member, number, table)                              \
    {.key = (name), .type = YAML_TYPE_LIST, OF(member),                \
     .fields = (table),                                                \
     .element_size = sizeof *((struct STRUCT *)NULL)->member,          \
     .count_offset = offsetof(struct STRUCT, number)}

#define BODIES(member)                                                 \
    WORDS("owner", member.owner), WORDS("operator", member.operator),  \
    WORDS("storing_body", member.storing)
#define STATED_COUNT(member)                                           \
    {.key = "stated_count", .type = YAML_TYPE_NUMBER, OF(member),      \
     .max = STATED_COUNT_MAX}

#define STRUCT notice_period
#define COUNT(name, member)                                            \
    {.key = (name), .type = YAML_TYPE_NUMBER, OF(member), .min = 1,    \
     .max = RETENTION_COUNT_MAX}
const struct yaml_field NOTICE_PERIOD_FIELDS[] = {
    COUNT("days", days),
    COUNT("months", months),
    COUNT("seconds", seconds),
    WORDS("words", words),
    WORDS("reason", reason),
    ELSEWHERE("floor"),
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

#define STRUCT notice_exclusion
static const struct yaml_field EXCLUSION_FIELDS[] = {
    {.key = "ko", .type = YAML_TYPE_TEXT, REQUIRED, OF(what.ko)},
    {.key = "en", .type = YAML_TYPE_TEXT, OF(what.en)},
    CHOICE("met_by", met_by, NOTICE_EXCLUSION_MEANS_NAMES),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_group
const struct yaml_field NOTICE_GROUP_FIELDS[] = {
    REQUIRED_ID(id),
    WORDS("floor", floor),
    WORDS("place", place),
    WORDS("coverage", coverage),
    CHOICE("place_kind", place_kind, NOTICE_PLACE_KIND_NAMES),
    CHOICE("class", camera_class, NOTICE_CAMERA_CLASS_NAMES),
    {.key = "count", .type = YAML_TYPE_NUMBER, REQUIRED, OF(camera_count),
     .max = CAMERAS_MAX},
    {.key = "pixels", .type = YAML_TYPE_NUMBER, OF(pixels), .min = 1,
     .max = PIXELS_MAX},
    WORDS("hours", hours),
    WORDS("trigger", trigger),
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
    {.key = "also_called", .type = YAML_TYPE_TEXTS, OF(also_called),
     .max = 16, .count_offset = offsetof(struct notice_site,
                                         also_called_count)},
    BODIES(bodies),
    STATED_COUNT(stated_count),
    ELSEWHERE("groups"),
    LINE(line),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_storage
static const struct yaml_field STORAGE_FIELDS[] = {
    REQUIRED_WORDS("place", place),
    ELSEWHERE("for"),
    WORDS("for_words", scope.words),
    LINE(line),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_person
static const struct yaml_field PERSON_FIELDS[] = {
    REQUIRED_ID(id),
    WORDS("name", name),
    WORDS("post", post),
    WORDS("department", department),
    WORDS("body", body),
    TEXT("telephone", telephone, TELEPHONE_BYTES_MAX),
    BOOL("successor", passes_to_successor),
    {.key = "deputy_of", .type = YAML_TYPE_ID, OF(deputy_of)},
    CHOICE("shift", shift, NOTICE_SHIFT_NAMES),
    {.key = "role", .type = YAML_TYPE_CHOICE, REQUIRED, OF(role),
     .choices = NOTICE_ROLE_NAMES},
    ELSEWHERE("for"),
    WORDS("for_words", scope.words),
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
    WORDS("task", task),
    WORDS("contact", contact),
    TEXT("telephone", telephone, TELEPHONE_BYTES_MAX),
    DAY("from", from_day),
    DAY("until", until_day),
    MAP("contract", CONTRACT_FIELDS),
    ELSEWHERE("for"),
    WORDS("for_words", scope.words),
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

#define SIGN_WORDS(member)                                             \
    WORDS("purpose", member purpose), WORDS("place", member place),    \
    WORDS("coverage", member coverage), WORDS("hours", member hours),  \
    WORDS("manager", member manager),                                  \
    TEXT("telephone", member telephone, TELEPHONE_BYTES_MAX),          \
    WORDS("processor", member processor), WORDS("size", member size),  \
    WORDS("material", member material), WORDS("spot", member spot),    \
    TEXT("photo", member photo, PHOTO_BYTES_MAX),                      \
    WORDS("exemption", member exemption), LINE(member line)

#define STRUCT notice_sign
static const struct yaml_field PLACE_SIGN_FIELDS[] = {
    REQUIRED_ID(id),
    SIGN_WORDS(),
    ELSEWHERE("for"),
    WORDS("for_words", scope.words),
    END_OF_TABLE,
};
#undef STRUCT

#define STRUCT notice_part
static const struct yaml_field PART_FIELDS[] = {
    REQUIRED_WORDS("name", name),
    TEXT("homepage", homepage, HOMEPAGE_BYTES_MAX),
    END_OF_TABLE,
};
#undef STRUCT

/* These maps only order keys; their values stand in struct notice itself. */
#define STRUCT notice
static const struct yaml_field CHECKING_FIELDS[] = {
    WORDS("how", checking_how),
    WORDS("where", checking_where),
    LIST("places", checking_places, checking_place_count, STORAGE_FIELDS),
    END_OF_TABLE,
};

static const struct yaml_field REQUEST_FIELDS[] = {
    WORDS("rule", request_rule),
    WORDS("who", request_who),
    WORDS("procedure", request_procedure),
    WORDS("ledger", request_ledger),
    WORDS("refusal", request_refusal),
    WORDS("objection", request_objection),
    WORDS("fees", request_fees),
    END_OF_TABLE,
};

static const struct yaml_field MEASURE_FIELDS[] = {
    WORDS("technical", measures_technical),
    WORDS("managerial", measures_managerial),
    WORDS("physical", measures_physical),
    END_OF_TABLE,
};

static const struct yaml_field CONSULTATION_FIELDS[] = {
    REQUIRED_WORDS("way", consultation.way),
    DAY("from", consultation.from_day),
    DAY("until", consultation.until_day),
    WORDS("result", consultation.result),
    END_OF_TABLE,
};

static const struct yaml_field DATE_FIELDS[] = {
    DAY("enacted", enacted_day),
    DAY("revised", revised_day),
    DAY("announced", announced_day),
    DAY("effective", effective_day),
    LINE(dates_line),
    END_OF_TABLE,
};

static const struct yaml_field SIGN_FIELDS[] = {
    SIGN_WORDS(sign.),
    END_OF_TABLE,
};

const struct yaml_field NOTICE_FIELDS[] = {
    {.key = "format", .type = YAML_TYPE_ELSEWHERE, REQUIRED},
    REQUIRED_WORDS("institution", institution),
    WORDS("part_of", part_of),
    LIST("parts", parts, part_count, PART_FIELDS),
    BODIES(bodies),
    STATED_COUNT(stated_count),
    TEXT("homepage", homepage, HOMEPAGE_BYTES_MAX),
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
    LIST("control_rooms", control_rooms, control_room_count, STORAGE_FIELDS),
    WORDS("processing", processing),
    WORDS("people_introduction", people_introduction),
    LIST("people", people, person_count, PERSON_FIELDS),
    MAP("checking", CHECKING_FIELDS),
    WORDS("outsourcing", outsourcing),
    LIST("processors", processors, processor_count, PROCESSOR_FIELDS),
    MAP("requests", REQUEST_FIELDS),
    MAP("measures", MEASURE_FIELDS),
    MAP("consultation", CONSULTATION_FIELDS),
    WORDS("changes", changes),
    MAP("dates", DATE_FIELDS),
    WORDS("remedies_introduction", remedies_introduction),
    LIST("remedies", remedies, remedy_count, REMEDY_FIELDS),
    MAP("sign", SIGN_FIELDS),
    LIST("signs", signs, sign_count, PLACE_SIGN_FIELDS),
    END_OF_TABLE,
};
#undef STRUCT

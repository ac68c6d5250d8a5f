/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/yaml_fill.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "base/text.h"
#include "base/time.h"
#include "notice/yaml_suggest.h"

enum { REMEDY_SIZE = FINDING_REMEDY_SIZE };

/* For messages: how much of a foreign text is shown. */
static int shown(struct text text)
{
    return text.size > 60 ? 60 : (int)text.size;
}

static void wrong_type(struct yaml_fill *fill, const struct yaml_node *node,
                       const char *wanted, const char *remedy)
{
    findings_add(fill->findings, FINDING_WRONG_TYPE,
                 yaml_place(fill->tree, node), remedy, "%s%.*s%s %s",
                 node->key.size == 0 ? "this" : "'", shown(node->key),
                 node->key.size == 0 ? "" : node->key.data,
                 node->key.size == 0 ? "" : "'", wanted);
}

static bool is_scalar(struct yaml_fill *fill, const struct yaml_node *node,
                      const char *wanted)
{
    if (node->kind == YAML_SCALAR)
        return true;
    wrong_type(fill, node, wanted, "write one value behind the colon");
    return false;
}

static void fill_text(struct yaml_fill *fill, const struct yaml_node *node,
                      uint64_t max, struct text *out)
{
    if (!is_scalar(fill, node, "must be a text"))
        return;
    uint64_t limit = max == 0 ? YAML_TEXT_MAX : max;
    if (node->text.size == 0)
        wrong_type(fill, node, "is empty",
                   "write a text, or leave the key out");
    else if (node->text.size > limit)
        findings_add(fill->findings, FINDING_OUT_OF_RANGE,
                     yaml_place(fill->tree, node), "shorten it",
                     "the text has %zu bytes, more than %llu", node->text.size,
                     (unsigned long long)limit);
    else
        *out = node->text;
}

static void fill_id(struct yaml_fill *fill, const struct yaml_node *node,
                    struct text *out)
{
    struct text id = {NULL, 0};
    fill_text(fill, node, YAML_ID_MAX, &id);
    for (size_t i = 0; i < id.size; i++) {
        char c = id.data[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
            c == '_')
            continue;
        wrong_type(fill, node, "must be an id",
                   "use small letters, digits, - and _ only");
        return;
    }
    *out = id;
}

static const struct yaml_field WORDS_FIELDS[] = {
    {.key = "ko",
     .type = YAML_TYPE_TEXT,
     .is_required = true,
     .offset = offsetof(struct notice_words, ko)},
    {.key = "en",
     .type = YAML_TYPE_TEXT,
     .offset = offsetof(struct notice_words, en)},
    {0},
};

static void fill_words(struct yaml_fill *fill, const struct yaml_node *node,
                       struct notice_words *out)
{
    if (node->kind == YAML_MAP)
        yaml_fill_map(fill, node, WORDS_FIELDS, out);
    else if (node->kind == YAML_SCALAR)
        fill_text(fill, node, 0, &out->ko);
    else
        wrong_type(fill, node, "must be a text",
                   "write the Korean text, or {ko: ..., en: ...}");
}

static void out_of_range(struct yaml_fill *fill, const struct yaml_node *node,
                         uint64_t min, uint64_t max)
{
    char remedy[REMEDY_SIZE];
    (void)snprintf(remedy, sizeof remedy, "write %llu to %llu",
                   (unsigned long long)min, (unsigned long long)max);
    findings_add(fill->findings, FINDING_OUT_OF_RANGE,
                 yaml_place(fill->tree, node), remedy,
                 "'%.*s' is out of range: %.*s", shown(node->key),
                 node->key.data, shown(node->text), node->text.data);
}

static bool fill_number(struct yaml_fill *fill, const struct yaml_node *node,
                        uint64_t min, uint64_t max, uint64_t *out)
{
    if (!is_scalar(fill, node, "must be a number"))
        return false;
    enum status s = node->is_quoted
                        ? STATUS_BAD_INPUT
                        : number_parse_u64(node->text, min, max, out);
    if (s == STATUS_LIMIT)
        out_of_range(fill, node, min, max);
    else if (s != STATUS_OK)
        wrong_type(fill, node, "must be a number",
                   "write decimal digits without quotes");
    return s == STATUS_OK;
}

static void fill_bytes(struct yaml_fill *fill, const struct yaml_node *node,
                       const struct yaml_field *field, uint64_t *out)
{
    static const struct {
        const char *name;
        uint64_t bytes;
    } UNITS[] = {{"KiB", 1ull << 10},
                 {"MiB", 1ull << 20},
                 {"GiB", 1ull << 30},
                 {"TiB", 1ull << 40}};
    if (!is_scalar(fill, node, "must be a size"))
        return;
    struct text unit = node->text;
    struct text digits = text_cut(&unit, ' ');
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        uint64_t count = 0;
        if (!text_equal(unit, text_of(UNITS[i].name)))
            continue;
        enum status s = number_parse_u64(digits, 0, UINT64_MAX, &count);
        if (s == STATUS_BAD_INPUT)
            break;
        if (s != STATUS_OK || count > field->max / UNITS[i].bytes ||
            count * UNITS[i].bytes < field->min)
            out_of_range(fill, node, field->min, field->max);
        else
            *out = count * UNITS[i].bytes;
        return;
    }
    wrong_type(fill, node, "must be a size", "write it like 64 MiB or 1 GiB");
}

static void fill_bool(struct yaml_fill *fill, const struct yaml_node *node,
                      bool *out)
{
    if (!is_scalar(fill, node, "must be true or false"))
        return;
    *out = text_equal(node->text, text_of("true"));
    if (node->is_quoted || (!*out && !text_equal(node->text, text_of("false"))))
        wrong_type(fill, node, "must be true or false",
                   "write true or false without quotes");
}

/* YYYY-MM-DD, a day that exists. */
static bool parse_day(struct text text, int64_t *out)
{
    uint64_t year = 0;
    uint64_t month = 0;
    uint64_t day = 0;
    struct text rest = text;
    if (text.size != 10 ||
        number_parse_u64(text_cut(&rest, '-'), 1900, 2999, &year) ||
        number_parse_u64(text_cut(&rest, '-'), 1, 12, &month) ||
        number_parse_u64(rest, 1, 31, &day))
        return false;
    int64_t found = civil_to_day((int64_t)year, (unsigned)month, (unsigned)day);
    int64_t same_year = 0;
    unsigned same_month = 0;
    unsigned same_day = 0;
    civil_from_day(found, &same_year, &same_month, &same_day);
    if (same_month != month || same_day != day)
        return false;
    *out = found;
    return true;
}

static void fill_day(struct yaml_fill *fill, const struct yaml_node *node,
                     int64_t *out)
{
    if (is_scalar(fill, node, "must be a day") && !parse_day(node->text, out))
        wrong_type(fill, node, "must be a day", "write it like 2026-04-01");
}

static void fill_choice(struct yaml_fill *fill, const struct yaml_node *node,
                        const char *const *choices, uint32_t *out)
{
    if (!is_scalar(fill, node, "must be one of a list of words"))
        return;
    char remedy[REMEDY_SIZE] = "write one of:";
    for (uint32_t i = 0; choices[i] != NULL; i++) {
        if (text_equal(node->text, text_of(choices[i]))) {
            *out = i + 1;
            return;
        }
        size_t used = strlen(remedy);
        (void)snprintf(remedy + used, sizeof remedy - used, "%s %s",
                       i == 0 ? "" : ",", choices[i]);
    }
    findings_add(fill->findings, FINDING_UNKNOWN_VALUE,
                 yaml_place(fill->tree, node), remedy,
                 "'%.*s' cannot be '%.*s'", shown(node->key), node->key.data,
                 shown(node->text), node->text.data);
}

bool yaml_is_list(struct yaml_fill *fill, const struct yaml_node *node)
{
    if (node->kind == YAML_LIST)
        return true;
    wrong_type(fill, node, "must be a list", "write one line with - for each");
    return false;
}

/* Memory for the list's elements in *out; false where there are none. */
static bool make_list(struct yaml_fill *fill, const struct yaml_node *node,
                      const struct yaml_field *field, size_t element_size,
                      unsigned char *out)
{
    uint64_t max = field->max == 0 ? YAML_LIST_MAX : field->max;
    if (!yaml_is_list(fill, node))
        return false;
    if (node->count < field->min || node->count > max) {
        char remedy[REMEDY_SIZE];
        (void)snprintf(remedy, sizeof remedy, "write %llu to %llu",
                       (unsigned long long)field->min, (unsigned long long)max);
        findings_add(fill->findings, FINDING_OUT_OF_RANGE,
                     yaml_place(fill->tree, node), remedy,
                     "'%.*s' has %u elements", shown(node->key), node->key.data,
                     node->count);
        return false;
    }
    if (node->count == 0)
        return false;
    void *elements = alloc_array(node->count, element_size);
    if (elements == NULL) {
        fill->status = STATUS_NO_MEMORY;
        return false;
    }
    size_t count = node->count;
    memcpy(out + field->offset, &elements, sizeof elements);
    memcpy(out + field->count_offset, &count, sizeof count);
    return true;
}

static void *list_of(const struct yaml_field *field, const unsigned char *out)
{
    void *elements = NULL;
    memcpy(&elements, out + field->offset, sizeof elements);
    return elements;
}

static void fill_list(struct yaml_fill *fill, const struct yaml_node *node,
                      const struct yaml_field *field, unsigned char *out)
{
    if (make_list(fill, node, field, field->element_size, out))
        yaml_fill_elements(fill, node, field->fields, list_of(field, out),
                           field->element_size);
}

static void fill_texts(struct yaml_fill *fill, const struct yaml_node *node,
                       const struct yaml_field *field, unsigned char *out)
{
    if (!make_list(fill, node, field, sizeof(struct text), out))
        return;
    struct text *texts = list_of(field, out);
    const struct yaml_node *child = yaml_first(fill->tree, node);
    for (; child != NULL; child = yaml_next(fill->tree, child))
        fill_text(fill, child, 0, texts++);
}

static void fill_field(struct yaml_fill *fill, const struct yaml_node *node,
                       const struct yaml_field *field, unsigned char *out)
{
    void *at = out + field->offset;
    uint64_t number = 0;
    switch (field->type) {
    case YAML_TYPE_TEXT:
        fill_text(fill, node, field->max, at);
        break;
    case YAML_TYPE_ID:
        fill_id(fill, node, at);
        break;
    case YAML_TYPE_WORDS:
        fill_words(fill, node, at);
        break;
    case YAML_TYPE_NUMBER:
        if (fill_number(fill, node, field->min, field->max, &number))
            *(uint32_t *)at = (uint32_t)number;
        break;
    case YAML_TYPE_PORT:
        if (fill_number(fill, node, 1, UINT16_MAX, &number))
            *(uint16_t *)at = (uint16_t)number;
        break;
    case YAML_TYPE_BYTES:
        fill_bytes(fill, node, field, at);
        break;
    case YAML_TYPE_BOOL:
        fill_bool(fill, node, at);
        break;
    case YAML_TYPE_DAY:
        fill_day(fill, node, at);
        break;
    case YAML_TYPE_CHOICE:
        fill_choice(fill, node, field->choices, at);
        break;
    case YAML_TYPE_MAP:
        yaml_fill_map(fill, node, field->fields, at);
        break;
    case YAML_TYPE_LIST:
        fill_list(fill, node, field, out);
        break;
    case YAML_TYPE_TEXTS:
        fill_texts(fill, node, field, out);
        break;
    case YAML_TYPE_ELSEWHERE:
    case YAML_TYPE_LINE:
        break;
    }
}

/* What stands for the absence of a key, and the line. */
static void fill_defaults(const struct yaml_node *node,
                          const struct yaml_field *fields, unsigned char *out)
{
    for (const struct yaml_field *f = fields; f->type != 0; f++) {
        if (f->type == YAML_TYPE_LINE)
            *(uint32_t *)(void *)(out + f->offset) = node->line;
        if (f->type == YAML_TYPE_DAY)
            *(int64_t *)(void *)(out + f->offset) = NOTICE_NO_DAY;
    }
}

static const struct yaml_field *find_field(const struct yaml_field *fields,
                                           struct text key)
{
    for (const struct yaml_field *f = fields; f->type != 0; f++)
        if (f->key != NULL && text_equal(key, text_of(f->key)))
            return f;
    return NULL;
}

static void unknown_key(struct yaml_fill *fill, const struct yaml_node *node,
                        const struct yaml_field *fields)
{
    char remedy[REMEDY_SIZE];
    const char *near = NULL;
    size_t near_distance = YAML_SUGGEST_MAX + 1;
    for (const struct yaml_field *f = fields; f->type != 0; f++) {
        if (f->key == NULL)
            continue;
        size_t distance = yaml_suggest_distance(node->key, text_of(f->key));
        if (distance < near_distance) {
            near_distance = distance;
            near = f->key;
        }
    }
    if (near != NULL) {
        (void)snprintf(remedy, sizeof remedy, "did you mean '%s'?", near);
    } else {
        (void)snprintf(remedy, sizeof remedy, "known here:");
        for (const struct yaml_field *f = fields; f->type != 0; f++) {
            size_t used = strlen(remedy);
            if (f->key != NULL)
                (void)snprintf(remedy + used, sizeof remedy - used, " %s",
                               f->key);
        }
    }
    findings_add(fill->findings, FINDING_UNKNOWN_KEY,
                 yaml_place(fill->tree, node), remedy, "unknown key '%.*s'",
                 shown(node->key), node->key.data);
}

void yaml_fill_map(struct yaml_fill *fill, const struct yaml_node *node,
                   const struct yaml_field *fields, void *out)
{
    fill_defaults(node, fields, out);
    if (node->kind != YAML_MAP) {
        wrong_type(fill, node, "must be a map",
                   "write key: value lines, indented");
        return;
    }
    const struct yaml_node *child = yaml_first(fill->tree, node);
    for (; child != NULL; child = yaml_next(fill->tree, child)) {
        const struct yaml_field *field = find_field(fields, child->key);
        if (field == NULL)
            unknown_key(fill, child, fields);
        else
            fill_field(fill, child, field, out);
    }
    for (const struct yaml_field *f = fields; f->type != 0; f++)
        if (f->is_required && yaml_child(fill->tree, node, f->key) == NULL)
            findings_add(fill->findings, FINDING_MISSING_KEY,
                         yaml_place(fill->tree, node), "add it",
                         "the key '%s' is missing here", f->key);
}

void yaml_fill_elements(struct yaml_fill *fill, const struct yaml_node *list,
                        const struct yaml_field *fields, void *elements,
                        size_t element_size)
{
    unsigned char *at = elements;
    const struct yaml_node *child = yaml_first(fill->tree, list);
    for (; child != NULL; child = yaml_next(fill->tree, child)) {
        yaml_fill_map(fill, child, fields, at);
        at += element_size;
    }
}

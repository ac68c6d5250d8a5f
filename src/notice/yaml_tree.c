/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/yaml_tree.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

enum {
    /* Escapes such as \L make three bytes of two; nothing makes more. */
    CHARACTERS_PER_BYTE = 2,
    FIRST_NODES = 256,
};

/* One run over the events. */
struct parse {
    struct yaml_tree *tree;
    struct findings *findings;
    uint32_t open[YAML_DEPTH_MAX]; /* maps and lists around us */
    size_t depth;
    bool has_key; /* in the innermost map: a key waits for its value */
    struct text key;
    uint32_t documents;
    bool is_bad;
    enum status status; /* NO_MEMORY */
};

static struct finding_place place_of(const struct parse *parse,
                                     const yaml_mark_t *mark)
{
    return (struct finding_place){parse->tree->file, (uint32_t)mark->line + 1,
                                  (uint32_t)mark->column + 1};
}

static void refuse(struct parse *parse, enum finding_code code,
                   const yaml_mark_t *mark, const char *message,
                   const char *remedy)
{
    findings_add(parse->findings, code, place_of(parse, mark), remedy, "%s",
                 message);
    parse->is_bad = true;
}

static struct yaml_node *innermost(const struct parse *parse)
{
    if (parse->depth == 0)
        return NULL;
    return &parse->tree->nodes[parse->open[parse->depth - 1]];
}

/* A copy inside the tree's own memory; not plain: a finding. */
static struct text keep_text(struct parse *parse, const yaml_event_t *event)
{
    struct yaml_tree *tree = parse->tree;
    struct text in = {(const char *)event->data.scalar.value,
                      event->data.scalar.length};
    /* A block (> or |) ends with a line feed that nobody means. */
    while (in.size > 0 && in.data[in.size - 1] == '\n')
        in.size--;
    if (!text_is_plain(in)) {
        refuse(parse, FINDING_NOT_PLAIN_TEXT, &event->start_mark,
               "this text holds a line break, a control character or broken "
               "UTF-8",
               "write it on one line, or fold it with >");
        return (struct text){NULL, 0};
    }
    if (in.size > tree->characters_size - tree->characters_used) {
        refuse(parse, FINDING_TOO_LARGE, &event->start_mark,
               "more text than the file has bytes", "write it without escapes");
        return (struct text){NULL, 0};
    }
    char *at = tree->characters + tree->characters_used;
    if (in.size > 0)
        memcpy(at, in.data, in.size);
    tree->characters_used += in.size;
    return (struct text){at, in.size};
}

static void take_key(struct parse *parse, const yaml_event_t *event)
{
    const struct yaml_node *map = innermost(parse);
    struct text key = keep_text(parse, event);
    if (parse->is_bad)
        return;
    const struct yaml_node *other = yaml_first(parse->tree, map);
    for (; other != NULL; other = yaml_next(parse->tree, other)) {
        if (!text_equal(other->key, key))
            continue;
        findings_add(parse->findings, FINDING_DUPLICATE_KEY,
                     place_of(parse, &event->start_mark), "keep one of the two",
                     "'%.*s' stands here a second time (first in line %u)",
                     (int)key.size, key.data, other->line);
        parse->is_bad = true;
        return;
    }
    if (map->count == YAML_KEYS_MAX) {
        refuse(parse, FINDING_TOO_LARGE, &event->start_mark,
               "more keys than a map may have", "check the indentation");
        return;
    }
    parse->key = key;
    parse->has_key = true;
}

static bool grow_nodes(struct yaml_tree *tree)
{
    if (tree->count < tree->capacity)
        return true;
    size_t capacity = tree->capacity == 0 ? FIRST_NODES : 2 * tree->capacity;
    struct yaml_node *nodes =
        alloc_resize(tree->nodes, capacity, sizeof *nodes);
    if (nodes == NULL)
        return false;
    tree->nodes = nodes;
    tree->capacity = capacity;
    return true;
}

/* A new node behind the last child of the innermost map or list. */
static struct yaml_node *add_node(struct parse *parse, enum yaml_kind kind,
                                  const yaml_event_t *event)
{
    struct yaml_tree *tree = parse->tree;
    if (tree->count == YAML_NODES_MAX) {
        refuse(parse, FINDING_TOO_LARGE, &event->start_mark,
               "more values than a file may have", "split the installation");
        return NULL;
    }
    if (!grow_nodes(tree)) {
        parse->status = STATUS_NO_MEMORY;
        return NULL;
    }
    uint32_t index = (uint32_t)tree->count++;
    struct yaml_node *node = &tree->nodes[index];
    *node = (struct yaml_node){
        .kind = kind,
        .line = (uint32_t)event->start_mark.line + 1,
        .column = (uint32_t)event->start_mark.column + 1,
        .key = parse->key,
    };
    parse->key = (struct text){NULL, 0};
    parse->has_key = false;
    struct yaml_node *parent = innermost(parse);
    if (parent != NULL) {
        if (parent->last == 0)
            parent->first = index;
        else
            tree->nodes[parent->last].next = index;
        parent->last = index;
        parent->count++;
    }
    return node;
}

/* True where the next value in the innermost map would have no key yet. */
static bool wants_key(const struct parse *parse)
{
    const struct yaml_node *node = innermost(parse);
    return node != NULL && node->kind == YAML_MAP && !parse->has_key;
}

static void on_scalar(struct parse *parse, const yaml_event_t *event)
{
    if (wants_key(parse)) {
        take_key(parse, event);
        return;
    }
    struct text text = keep_text(parse, event);
    struct yaml_node *node = add_node(parse, YAML_SCALAR, event);
    if (node == NULL)
        return;
    node->text = text;
    node->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
}

static void on_open(struct parse *parse, enum yaml_kind kind,
                    const yaml_event_t *event)
{
    if (wants_key(parse)) {
        refuse(parse, FINDING_SYNTAX, &event->start_mark,
               "a map or list stands where a key must stand",
               "check the indentation");
        return;
    }
    if (parse->depth == YAML_DEPTH_MAX) {
        refuse(parse, FINDING_TOO_LARGE, &event->start_mark,
               "too many maps and lists inside each other",
               "check the indentation");
        return;
    }
    struct yaml_node *node = add_node(parse, kind, event);
    if (node != NULL)
        parse->open[parse->depth++] = (uint32_t)(node - parse->tree->nodes);
}

static void on_anchor(struct parse *parse, const yaml_event_t *event)
{
    refuse(parse, FINDING_ALIAS, &event->start_mark,
           "anchors (&) and aliases (*) are not read here",
           "write the value out, or put it in quotes");
}

static bool has_anchor(const yaml_event_t *event)
{
    return event->type == YAML_ALIAS_EVENT ||
           (event->type == YAML_SCALAR_EVENT &&
            event->data.scalar.anchor != NULL) ||
           (event->type == YAML_SEQUENCE_START_EVENT &&
            event->data.sequence_start.anchor != NULL) ||
           (event->type == YAML_MAPPING_START_EVENT &&
            event->data.mapping_start.anchor != NULL);
}

static void on_event(struct parse *parse, const yaml_event_t *event)
{
    if (has_anchor(event)) {
        on_anchor(parse, event);
        return;
    }
    switch ((int)event->type) {
    case YAML_DOCUMENT_START_EVENT:
        parse->documents++;
        if (parse->documents > 1)
            refuse(parse, FINDING_SYNTAX, &event->start_mark,
                   "a second document begins here", "keep one document");
        break;
    case YAML_SCALAR_EVENT:
        on_scalar(parse, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        on_open(parse, YAML_LIST, event);
        break;
    case YAML_MAPPING_START_EVENT:
        on_open(parse, YAML_MAP, event);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        parse->depth--;
        break;
    default: /* stream and document ends */
        break;
    }
}

static void on_syntax_error(struct parse *parse, const yaml_parser_t *parser)
{
    findings_add(parse->findings, FINDING_SYNTAX,
                 place_of(parse, &parser->problem_mark),
                 "check indentation, colons and quotes", "not YAML: %s",
                 parser->problem == NULL ? "unreadable" : parser->problem);
    parse->is_bad = true;
}

static void run(struct parse *parse, yaml_parser_t *parser)
{
    bool is_done = false;
    while (!is_done && !parse->is_bad && parse->status == STATUS_OK) {
        yaml_event_t event;
        if (yaml_parser_parse(parser, &event) == 0) {
            if (parser->error == YAML_MEMORY_ERROR)
                parse->status = STATUS_NO_MEMORY;
            else
                on_syntax_error(parse, parser);
            return;
        }
        is_done = event.type == YAML_STREAM_END_EVENT;
        on_event(parse, &event);
        yaml_event_delete(&event);
    }
    if (!parse->is_bad && parse->status == STATUS_OK &&
        parse->tree->count == 0) {
        findings_add(parse->findings, FINDING_SYNTAX,
                     (struct finding_place){parse->tree->file, 1, 0},
                     "begin after the example in examples/",
                     "the file is empty");
        parse->is_bad = true;
    }
}

static enum status tree_create(const char *file, struct bytes yaml,
                               struct yaml_tree **out)
{
    AUTO(yaml_tree_destroy)
    struct yaml_tree *tree = alloc_zeroed(sizeof *tree);
    if (tree == NULL)
        return STATUS_NO_MEMORY;
    (void)snprintf(tree->file, sizeof tree->file, "%s", file);
    tree->characters_size = CHARACTERS_PER_BYTE * yaml.size + 1;
    tree->characters = alloc_array(tree->characters_size, 1);
    if (tree->characters == NULL)
        return STATUS_NO_MEMORY;
    *out = tree;
    tree = NULL;
    return STATUS_OK;
}

enum status yaml_tree_parse(const char *file, struct bytes yaml,
                            struct findings *findings, struct yaml_tree **out)
{
    *out = NULL;
    if (yaml.size > YAML_BYTES_MAX) {
        findings_add(
            findings, FINDING_TOO_LARGE, (struct finding_place){file, 0, 0},
            "split the installation", "the file has %zu bytes, more than %d",
            yaml.size, YAML_BYTES_MAX);
        return STATUS_BAD_INPUT;
    }
    AUTO(yaml_tree_destroy) struct yaml_tree *tree = NULL;
    enum status s = tree_create(file, yaml, &tree);
    if (s != STATUS_OK)
        return s;

    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0)
        return STATUS_NO_MEMORY;
    static const uint8_t EMPTY[1] = {0};
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, yaml.size == 0 ? EMPTY : yaml.data,
                                 yaml.size);
    struct parse parse = {.tree = tree, .findings = findings};
    run(&parse, &parser);
    yaml_parser_delete(&parser);
    if (parse.status != STATUS_OK)
        return parse.status;
    if (parse.is_bad)
        return findings->out_of_memory ? STATUS_NO_MEMORY : STATUS_BAD_INPUT;
    *out = tree;
    tree = NULL;
    return STATUS_OK;
}

void yaml_tree_destroy(struct yaml_tree **tree)
{
    if (*tree == NULL)
        return;
    alloc_free((*tree)->nodes);
    alloc_free((*tree)->characters);
    alloc_free(*tree);
    *tree = NULL;
}

const struct yaml_node *yaml_child(const struct yaml_tree *tree,
                                   const struct yaml_node *map, const char *key)
{
    if (map->kind != YAML_MAP)
        return NULL;
    const struct yaml_node *child = yaml_first(tree, map);
    while (child != NULL && !text_equal(child->key, text_of(key)))
        child = yaml_next(tree, child);
    return child;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/versions/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

enum { PATHS_MAX = 64 << 20 };

/* One level of the tree on the way down. */
struct level {
    const struct yaml_node *node; /* next to be looked at; NULL: done */
    bool is_list;
    size_t index;
    size_t path_size; /* of the parent's path */
};

struct walk {
    const struct yaml_tree *tree;
    struct facts *facts;
    size_t capacity;
    struct level levels[YAML_DEPTH_MAX + 1];
    size_t depth;
    char path[FACT_PATH_MAX];
};

void facts_deinit(struct facts *facts)
{
    alloc_free(facts->list);
    buffer_deinit(&facts->paths);
    *facts = (struct facts){.list = NULL};
}

/* How an element of a list is called: by its id, by itself, by its place. */
static int name_element(const struct walk *walk, const struct level *level,
                        char *out, size_t size)
{
    const struct yaml_node *node = level->node;
    struct text name = node->text;
    if (node->kind == YAML_MAP) {
        const struct yaml_node *id = yaml_child(walk->tree, node, "id");
        name = id == NULL ? text_of("") : id->text;
    }
    if (node->kind == YAML_LIST || name.size == 0)
        return snprintf(out, size, "[%zu]", level->index);
    return snprintf(out, size, "[%.*s]", (int)name.size, name.data);
}

static enum status name(struct walk *walk, const struct level *level)
{
    char *end = walk->path + level->path_size;
    size_t room = sizeof walk->path - level->path_size;
    const struct text key = level->node->key;
    int used = level->is_list
                   ? name_element(walk, level, end, room)
                   : snprintf(end, room, "%s%.*s",
                              level->path_size == 0 ? "" : "/", (int)key.size,
                              key.data);
    return used < 0 || (size_t)used >= room ? STATUS_LIMIT : STATUS_OK;
}

static enum status add(struct walk *walk, struct text value)
{
    struct facts *facts = walk->facts;
    if (facts->count == walk->capacity) {
        size_t wanted = walk->capacity == 0 ? 256 : 2 * walk->capacity;
        void *grown = alloc_resize(facts->list, wanted, sizeof *facts->list);
        if (grown == NULL)
            return STATUS_NO_MEMORY;
        facts->list = grown;
        walk->capacity = wanted;
    }
    facts->list[facts->count++] =
        (struct fact){.offset = facts->paths.size, .value = value};
    buffer_append(&facts->paths, bytes_of(walk->path, strlen(walk->path) + 1));
    return buffer_status(&facts->paths);
}

/* A value, or one level down. */
static enum status visit(struct walk *walk, const struct yaml_node *node,
                         bool is_element)
{
    if (node->kind == YAML_SCALAR)
        return add(walk, is_element ? text_of("") : node->text);
    if (walk->depth > YAML_DEPTH_MAX)
        return STATUS_LIMIT;
    walk->levels[walk->depth++] =
        (struct level){.node = yaml_first(walk->tree, node),
                       .is_list = node->kind == YAML_LIST,
                       .path_size = strlen(walk->path)};
    return STATUS_OK;
}

static enum status walk_all(struct walk *walk)
{
    enum status s = visit(walk, yaml_tree_root(walk->tree), false);
    while (s == STATUS_OK && walk->depth > 0) {
        struct level *level = &walk->levels[walk->depth - 1];
        const struct yaml_node *node = level->node;
        if (node == NULL) {
            walk->depth--;
            continue;
        }
        s = name(walk, level);
        level->node = yaml_next(walk->tree, node);
        level->index++;
        if (s == STATUS_OK)
            s = visit(walk, node, level->is_list);
    }
    return s;
}

static int compare(const void *a, const void *b)
{
    const struct fact *first = a;
    const struct fact *second = b;
    int order = strcmp(first->path, second->path);
    if (order != 0)
        return order;
    size_t common = first->value.size < second->value.size
                        ? first->value.size
                        : second->value.size;
    order = common == 0
                ? 0
                : memcmp(first->value.data, second->value.data, common);
    return order != 0 ? order
                      : (first->value.size > second->value.size) -
                            (first->value.size < second->value.size);
}

enum status facts_read(const struct yaml_tree *tree, struct facts *out)
{
    struct facts facts = {.paths = buffer_with_limit(PATHS_MAX)};
    struct walk *walk = alloc_zeroed(sizeof *walk);
    *out = (struct facts){.list = NULL};
    if (walk == NULL)
        return STATUS_NO_MEMORY;
    walk->tree = tree;
    walk->facts = &facts;
    enum status s = walk_all(walk);
    alloc_free(walk);
    if (s != STATUS_OK) {
        facts_deinit(&facts);
        return s;
    }
    for (size_t i = 0; i < facts.count; i++)
        facts.list[i].path =
            (const char *)facts.paths.data + facts.list[i].offset;
    if (facts.count > 0)
        qsort(facts.list, facts.count, sizeof *facts.list, compare);
    *out = facts;
    return STATUS_OK;
}

static size_t first_from(const struct facts *facts, const char *path)
{
    size_t low = 0;
    size_t high = facts->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(facts->list[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool facts_have(const struct facts *facts, const char *path)
{
    size_t at = first_from(facts, path);
    return at < facts->count &&
           strncmp(facts->list[at].path, path, strlen(path)) == 0;
}

const struct fact *facts_find(const struct facts *facts, const char *path)
{
    size_t at = first_from(facts, path);
    return at < facts->count && strcmp(facts->list[at].path, path) == 0
               ? &facts->list[at]
               : NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the document a finding is, in words: sites[0].groups[3].count. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "notice/yaml_tree.h"

/* The nodes from below the root down to the present one. */
struct trail {
    const struct yaml_node *nodes[YAML_DEPTH_MAX + 1];
    size_t places[YAML_DEPTH_MAX + 1]; /* of a list's element, from 0 */
    size_t depth;
};

static void write_path(const struct trail *trail, char *out, size_t size)
{
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; i < trail->depth && used < size - 1; i++) {
        const struct yaml_node *node = trail->nodes[i];
        int more =
            node->key.size > 0
                ? snprintf(out + used, size - used, "%s%.*s",
                           used == 0 ? "" : ".", (int)node->key.size,
                           node->key.data)
                : snprintf(out + used, size - used, "[%zu]", trail->places[i]);
        used += more > 0 ? (size_t)more : 0;
    }
    used = strnlen(out, size);
    while (used > 0 && !text_is_plain((struct text){out, used}))
        out[--used] = 0;
}

/* Goes to the next node in the order of the text; false after the last. */
static bool step(const struct yaml_tree *tree, struct trail *trail)
{
    const struct yaml_node *node =
        trail->depth == 0 ? yaml_tree_root(tree)
                          : trail->nodes[trail->depth - 1];
    const struct yaml_node *next = yaml_first(tree, node);
    if (next != NULL && trail->depth <= YAML_DEPTH_MAX) {
        trail->places[trail->depth] = 0;
        trail->nodes[trail->depth++] = next;
        return true;
    }
    while (trail->depth > 0) {
        next = yaml_next(tree, trail->nodes[trail->depth - 1]);
        if (next != NULL) {
            trail->places[trail->depth - 1]++;
            trail->nodes[trail->depth - 1] = next;
            return true;
        }
        trail->depth--;
    }
    return false;
}

/* A list begins where its first element does: the element is meant. */
static bool is_at(const struct finding *finding, const struct yaml_node *node)
{
    return finding->line == node->line && node->kind != YAML_LIST &&
           (finding->column == 0 || finding->column == node->column);
}

static void name_path(const struct yaml_tree *tree, struct finding *finding)
{
    struct trail trail = {.depth = 0};
    bool is_found = false;
    while (!is_found && step(tree, &trail)) {
        const struct yaml_node *node = trail.nodes[trail.depth - 1];
        is_found = is_at(finding, node);
        if (is_found || (finding->line == node->line && finding->path[0] == 0))
            write_path(&trail, finding->path, sizeof finding->path);
    }
}

void yaml_tree_name_paths(const struct yaml_tree *tree,
                          struct findings *findings, size_t first)
{
    for (size_t i = first; i < findings->count; i++)
        if (findings->list[i].line > 0 && findings->list[i].path[0] == 0)
            name_path(tree, &findings->list[i]);
}

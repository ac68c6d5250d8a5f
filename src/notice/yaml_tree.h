/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/yaml_tree - one YAML document as nodes that know their place.
 *
 * A small part of YAML 1.1, on purpose: maps with text keys, lists, scalars.
 * Refused, each with a finding: anchors and aliases, duplicate keys, a second
 * document, texts that are not plain (base/text.h), and what is beyond the
 * limits below. libyaml's scanner does the reading, event by event; nothing
 * here recurses.
 *
 * Threads: a tree may be read by any.
 */
#ifndef NOTICE_YAML_TREE_H
#define NOTICE_YAML_TREE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "notice/finding.h"

enum {
    YAML_BYTES_MAX = 1 << 20, /* of a file */
    YAML_DEPTH_MAX = 12,      /* maps and lists inside each other */
    YAML_NODES_MAX = 100000,
    YAML_KEYS_MAX = 64,   /* of one map; each is compared with all */
    YAML_FILE_SIZE = 256, /* characters of the file's name */
};

enum yaml_kind {
    YAML_SCALAR = 1,
    YAML_LIST,
    YAML_MAP,
};

struct yaml_node {
    enum yaml_kind kind;
    bool is_quoted;   /* a scalar in quotes or a block is never a number */
    uint32_t line;    /* from 1 */
    uint32_t column;  /* from 1 */
    uint32_t first;   /* first child, an index; 0: none */
    uint32_t last;    /* last child; 0: none */
    uint32_t next;    /* next sibling; 0: none */
    uint32_t count;   /* children */
    struct text key;  /* under which it stands, in a map */
    struct text text; /* of a scalar */
};

struct yaml_tree {
    struct yaml_node *nodes; /* nodes[0] is the root */
    size_t count;
    size_t capacity;
    char *characters; /* what the texts point into */
    size_t characters_used;
    size_t characters_size;
    char file[YAML_FILE_SIZE];
};

/*
 * Parses the whole document, which is only read during the call.
 * Ownership: on success the caller owns *out; on failure it is NULL.
 * Fails with: BAD_INPUT (findings say why), NO_MEMORY.
 */
MUST_USE enum status yaml_tree_parse(const char *file, struct bytes yaml,
                                     struct findings *findings,
                                     struct yaml_tree **out);

void yaml_tree_destroy(struct yaml_tree **tree);

static inline const struct yaml_node *
yaml_tree_root(const struct yaml_tree *tree)
{
    return &tree->nodes[0];
}

/* The first child and the next sibling; NULL after the last. */
static inline const struct yaml_node *yaml_first(const struct yaml_tree *tree,
                                                 const struct yaml_node *node)
{
    return node->first == 0 ? NULL : &tree->nodes[node->first];
}

static inline const struct yaml_node *yaml_next(const struct yaml_tree *tree,
                                                const struct yaml_node *node)
{
    return node->next == 0 ? NULL : &tree->nodes[node->next];
}

/* The value under key, or NULL. */
const struct yaml_node *yaml_child(const struct yaml_tree *tree,
                                   const struct yaml_node *map,
                                   const char *key);

/* Where a finding about this node is. */
static inline struct finding_place yaml_place(const struct yaml_tree *tree,
                                              const struct yaml_node *node)
{
    return (struct finding_place){tree->file, node->line, node->column};
}

/*
 * Fills the path of the findings from index first on: that of the node which
 * begins where the finding is, or of the outermost one in its line.
 */
void yaml_tree_name_paths(const struct yaml_tree *tree,
                          struct findings *findings, size_t first);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/yaml_fill - fills a struct from a YAML map by a table of its keys.
 *
 * The table says key, type, place in the struct and limits; the walker
 * refuses what is not in the table, with the nearest known key as remedy, and
 * goes on after a finding, so that one run tells all that is wrong. It
 * recurses along the tables only, never along the input.
 */
#ifndef NOTICE_YAML_FILL_H
#define NOTICE_YAML_FILL_H

#include "notice/notice.h"
#include "notice/yaml_tree.h"

enum yaml_type {
    YAML_TYPE_TEXT = 1,  /* struct text; max: bytes */
    YAML_TYPE_ID,        /* struct text: a-z 0-9 - _ ; at most YAML_ID_MAX */
    YAML_TYPE_WORDS,     /* struct notice_words: a text, or {ko, en} */
    YAML_TYPE_NUMBER,    /* uint32_t; min..max */
    YAML_TYPE_PORT,      /* uint16_t; 1..65535 */
    YAML_TYPE_BYTES,     /* uint64_t; "64 MiB"; min..max in bytes */
    YAML_TYPE_BOOL,      /* bool; true or false */
    YAML_TYPE_DAY,       /* int64_t day; YYYY-MM-DD; absent: NOTICE_NO_DAY */
    YAML_TYPE_CHOICE,    /* an enum from 1: place in choices + 1 */
    YAML_TYPE_MAP,       /* a struct inside this one, by fields */
    YAML_TYPE_LIST,      /* pointer to element_size bytes each, by fields */
    YAML_TYPE_TEXTS,     /* pointer to struct text each; max: elements */
    YAML_TYPE_ELSEWHERE, /* known; the caller reads it by yaml_child */
    YAML_TYPE_LINE,      /* no key: uint32_t, the line of the map itself */
};

enum {
    YAML_ID_MAX = 64,     /* bytes */
    YAML_TEXT_MAX = 4000, /* bytes, where a table says no other */
    YAML_LIST_MAX = 1000, /* elements, where a table says no other */
};

/* Tables end with an entry whose type is 0. */
struct yaml_field {
    const char *key;
    enum yaml_type type;
    bool is_required;
    size_t offset;
    uint64_t min;
    uint64_t max;
    const char *const *choices; /* ends with NULL */
    const struct yaml_field *fields;
    size_t element_size;
    size_t count_offset; /* size_t, of LIST and TEXTS */
};

struct yaml_fill {
    const struct yaml_tree *tree;
    struct findings *findings;
    enum status status; /* NO_MEMORY, once an allocation failed */
};

/*
 * Fills *out, which must be zeroed, from node. Lists come from base/alloc and
 * are the struct's, also after findings.
 */
void yaml_fill_map(struct yaml_fill *fill, const struct yaml_node *node,
                   const struct yaml_field *fields, void *out);

/* As above for each element of the list node, into count elements. */
void yaml_fill_elements(struct yaml_fill *fill, const struct yaml_node *list,
                        const struct yaml_field *fields, void *elements,
                        size_t element_size);

/* False, with a finding, where node is not a list. */
bool yaml_is_list(struct yaml_fill *fill, const struct yaml_node *node);

#endif

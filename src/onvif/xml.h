/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onvif/xml - a camera's XML as a flat list of elements.
 *
 * Expat does the reading. It was chosen over libxml2 because it can do less:
 * it has no code that opens files or connections, no XInclude, no XPath, and
 * hands over one element at a time, so that a limit stops it where it stands.
 * A document type declaration is refused where it begins (SOAP 1.2 part 1
 * section 5 forbids it), and with it every entity but the five of XML itself.
 * Read as UTF-8 whatever the document claims.
 *
 * Names are local ones: cameras differ in prefixes, and some in namespaces;
 * only the envelope's is kept, as is_soap. Texts are those of leaves. What is
 * no plain text (base/text.h) stands here all the same: check it where it is
 * kept. Nothing recurses.
 *
 * Source: XML 1.0, Namespaces in XML. Threads: none of its own.
 */
#ifndef ONVIF_XML_H
#define ONVIF_XML_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "onvif/limits.h"

struct xml_attribute {
    struct text name;
    struct text value;
};

struct xml_node {
    bool is_soap; /* in the namespace of the SOAP 1.2 envelope */
    struct text name;
    struct text text;    /* of a leaf */
    uint32_t parent;     /* index; 0 of the root too */
    uint32_t first;      /* child; 0: none */
    uint32_t last;       /* child; 0: none */
    uint32_t next;       /* sibling; 0: none */
    uint32_t attributes; /* index of the first */
    uint32_t attribute_count;
};

struct xml_tree {
    struct xml_node *nodes; /* nodes[0]: the root element */
    size_t count;
    size_t capacity;
    struct xml_attribute *attributes;
    size_t attribute_count;
    size_t attribute_capacity;
    char *characters; /* what the texts point into */
    size_t characters_used;
    size_t characters_size;
};

/*
 * The whole document, which is only read during the call. On success the
 * caller owns *out; on failure it is NULL.
 * Fails with: BAD_INPUT (also a document type), LIMIT, NO_MEMORY.
 */
MUST_USE enum status xml_parse(struct bytes document, struct xml_tree **out);
void xml_destroy(struct xml_tree **tree);

static inline const struct xml_node *xml_root(const struct xml_tree *tree)
{
    return &tree->nodes[0];
}

/* NULL after the last. */
const struct xml_node *xml_first(const struct xml_tree *tree,
                                 const struct xml_node *node);
const struct xml_node *xml_next(const struct xml_tree *tree,
                                const struct xml_node *node);

/* The first child of this name; NULL: none, or node is NULL. */
const struct xml_node *xml_child(const struct xml_tree *tree,
                                 const struct xml_node *node, const char *name);

/* "A/B/C" below node; NULL: none. */
const struct xml_node *xml_path(const struct xml_tree *tree,
                                const struct xml_node *node, const char *path);

/* The trimmed text at the end of a path; empty: none. */
struct text xml_text(const struct xml_tree *tree, const struct xml_node *node,
                     const char *path);

/* Of this name; empty: none, or node is NULL. */
struct text xml_attribute(const struct xml_tree *tree,
                          const struct xml_node *node, const char *name);

/* The element that follows in the order of the document, below top; NULL after
 * the last. Begin with top itself. */
const struct xml_node *xml_walk(const struct xml_tree *tree,
                                const struct xml_node *top,
                                const struct xml_node *node);

/* Without spaces, tabs and line ends around it. */
struct text xml_trim(struct text text);

#endif

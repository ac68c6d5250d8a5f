/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/xml.h"

#include <expat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

/* No namespace holds it: expat refuses such a name. */
enum { SEPARATOR = '\n', FIRST_CAPACITY = 64 };

static const char SOAP_SPACE[] = "http://www.w3.org/2003/05/soap-envelope";

struct reading {
    struct xml_tree *tree;
    XML_Parser parser;
    uint32_t depth;
    uint32_t current; /* index of the open element */
    enum status failure;
};

static void stop(struct reading *reading, enum status failure)
{
    if (reading->failure == STATUS_OK)
        reading->failure = failure;
    (void)XML_StopParser(reading->parser, XML_FALSE);
}

/* The characters never outgrow the document: names and texts stand in it, at
 * least as long. */
static struct text keep(struct reading *reading, const char *data, size_t size)
{
    struct xml_tree *tree = reading->tree;
    if (size > tree->characters_size - tree->characters_used) {
        stop(reading, STATUS_LIMIT);
        return (struct text){NULL, 0};
    }
    char *at = tree->characters + tree->characters_used;
    if (size > 0)
        memcpy(at, data, size);
    tree->characters_used += size;
    return (struct text){at, size};
}

/* Room for one more, at most limit of them. */
static bool grow(struct reading *reading, void **list, size_t count,
                 size_t *capacity, size_t size, size_t limit)
{
    if (count < *capacity)
        return true;
    if (count >= limit) {
        stop(reading, STATUS_LIMIT);
        return false;
    }
    size_t wanted = *capacity == 0 ? FIRST_CAPACITY : 2 * *capacity;
    wanted = wanted > limit ? limit : wanted;
    void *larger = alloc_resize(*list, wanted, size);
    if (larger == NULL) {
        stop(reading, STATUS_NO_MEMORY);
        return false;
    }
    *list = larger;
    *capacity = wanted;
    return true;
}

/* "space\nlocal" or "local". */
static struct text local_name(const char *name, struct text *space)
{
    struct text whole = text_of(name);
    size_t at = text_find(whole, SEPARATOR);
    if (at == whole.size) {
        *space = (struct text){NULL, 0};
        return whole;
    }
    *space = (struct text){name, at};
    return (struct text){name + at + 1, whole.size - at - 1};
}

static bool add_attributes(struct reading *reading, struct xml_node *node,
                           const XML_Char **list)
{
    struct xml_tree *tree = reading->tree;
    node->attributes = (uint32_t)tree->attribute_count;
    for (; list[0] != NULL; list += 2) {
        void *memory = tree->attributes;
        if (!grow(reading, &memory, tree->attribute_count,
                  &tree->attribute_capacity, sizeof *tree->attributes,
                  XML_ATTRIBUTES_MAX))
            return false;
        tree->attributes = memory;
        struct text space;
        struct text name = local_name(list[0], &space);
        tree->attributes[tree->attribute_count++] = (struct xml_attribute){
            .name = keep(reading, name.data, name.size),
            .value = keep(reading, list[1], strlen(list[1])),
        };
        node->attribute_count++;
    }
    return true;
}

/* Expat goes on for a moment after a stop: what it calls then is passed over.
 */
static void on_start(void *context, const XML_Char *name,
                     const XML_Char **attributes)
{
    struct reading *reading = context;
    struct xml_tree *tree = reading->tree;
    if (reading->failure != STATUS_OK)
        return;
    if (reading->depth >= XML_DEPTH_MAX) {
        stop(reading, STATUS_LIMIT);
        return;
    }
    void *memory = tree->nodes;
    if (!grow(reading, &memory, tree->count, &tree->capacity,
              sizeof *tree->nodes, XML_NODES_MAX))
        return;
    tree->nodes = memory;
    uint32_t index = (uint32_t)tree->count;
    struct text space;
    struct text local = local_name(name, &space);
    struct xml_node *node = &tree->nodes[index];
    *node = (struct xml_node){
        .is_soap = text_equal(space, text_of(SOAP_SPACE)),
        .name = keep(reading, local.data, local.size),
        .parent = reading->current,
    };
    if (!add_attributes(reading, node, attributes))
        return;
    node->text = (struct text){tree->characters + tree->characters_used, 0};
    if (index > 0) {
        struct xml_node *parent = &tree->nodes[reading->current];
        parent->text.size = 0;
        if (parent->first == 0)
            parent->first = index;
        else
            tree->nodes[parent->last].next = index;
        parent->last = index;
    }
    tree->count++;
    reading->current = index;
    reading->depth++;
}

static void on_end(void *context, const XML_Char *name)
{
    struct reading *reading = context;
    (void)name;
    if (reading->failure != STATUS_OK)
        return;
    reading->current = reading->tree->nodes[reading->current].parent;
    reading->depth--;
}

static void on_characters(void *context, const XML_Char *characters, int size)
{
    struct reading *reading = context;
    if (reading->failure != STATUS_OK || reading->depth == 0)
        return;
    struct xml_node *node = &reading->tree->nodes[reading->current];
    if (node->first != 0)
        return;
    node->text.size += keep(reading, characters, (size_t)size).size;
}

static void on_space(void *context, const XML_Char *prefix,
                     const XML_Char *space)
{
    (void)prefix;
    if (space != NULL && strlen(space) > XML_SPACE_BYTES_MAX)
        stop(context, STATUS_LIMIT);
}

static void on_document_type(void *context, const XML_Char *name,
                             const XML_Char *system, const XML_Char *public_id,
                             int has_subset)
{
    (void)name;
    (void)system;
    (void)public_id;
    (void)has_subset;
    stop(context, STATUS_BAD_INPUT);
}

static void *expat_allocate(size_t size)
{
    return alloc_array(1, size);
}

static void *expat_resize(void *memory, size_t size)
{
    return alloc_resize(memory, 1, size);
}

static void parser_free(XML_Parser *parser)
{
    if (*parser != NULL)
        XML_ParserFree(*parser);
    *parser = NULL;
}

static enum status read_document(struct reading *reading, struct bytes document)
{
    static const XML_Memory_Handling_Suite MEMORY = {
        expat_allocate, expat_resize, alloc_free};
    static const XML_Char SEPARATORS[] = {SEPARATOR, 0};
    AUTO(parser_free)
    XML_Parser parser = XML_ParserCreate_MM("UTF-8", &MEMORY, SEPARATORS);
    if (parser == NULL)
        return STATUS_NO_MEMORY;
    reading->parser = parser;
    XML_SetUserData(parser, reading);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_characters);
    XML_SetStartNamespaceDeclHandler(parser, on_space);
    XML_SetStartDoctypeDeclHandler(parser, on_document_type);
    enum XML_Status parsed = XML_Parse(parser, (const char *)document.data,
                                       (int)document.size, XML_TRUE);
    if (reading->failure != STATUS_OK)
        return reading->failure;
    if (parsed == XML_STATUS_OK)
        return STATUS_OK;
    return XML_GetErrorCode(parser) == XML_ERROR_NO_MEMORY ? STATUS_NO_MEMORY
                                                           : STATUS_BAD_INPUT;
}

enum status xml_parse(struct bytes document, struct xml_tree **out)
{
    *out = NULL;
    if (document.size == 0)
        return STATUS_BAD_INPUT;
    if (document.size > XML_BYTES_MAX)
        return STATUS_LIMIT;
    AUTO(xml_destroy) struct xml_tree *tree = alloc_zeroed(sizeof *tree);
    if (tree == NULL)
        return STATUS_NO_MEMORY;
    tree->characters = alloc_array(document.size, 1);
    tree->characters_size = document.size;
    if (tree->characters == NULL)
        return STATUS_NO_MEMORY;
    struct reading reading = {.tree = tree};
    enum status s = read_document(&reading, document);
    if (s != STATUS_OK)
        return s;
    *out = tree;
    tree = NULL;
    return STATUS_OK;
}

void xml_destroy(struct xml_tree **tree)
{
    if (*tree == NULL)
        return;
    alloc_free((*tree)->nodes);
    alloc_free((*tree)->attributes);
    alloc_free((*tree)->characters);
    alloc_free(*tree);
    *tree = NULL;
}

const struct xml_node *xml_first(const struct xml_tree *tree,
                                 const struct xml_node *node)
{
    return node == NULL || node->first == 0 ? NULL : &tree->nodes[node->first];
}

const struct xml_node *xml_next(const struct xml_tree *tree,
                                const struct xml_node *node)
{
    return node->next == 0 ? NULL : &tree->nodes[node->next];
}

static const struct xml_node *child_of(const struct xml_tree *tree,
                                       const struct xml_node *node,
                                       struct text name)
{
    const struct xml_node *child = xml_first(tree, node);
    while (child != NULL && !text_equal(child->name, name))
        child = xml_next(tree, child);
    return child;
}

const struct xml_node *xml_child(const struct xml_tree *tree,
                                 const struct xml_node *node, const char *name)
{
    return child_of(tree, node, text_of(name));
}

const struct xml_node *xml_path(const struct xml_tree *tree,
                                const struct xml_node *node, const char *path)
{
    struct text rest = text_of(path);
    while (rest.size > 0 && node != NULL)
        node = child_of(tree, node, text_cut(&rest, '/'));
    return node;
}

struct text xml_trim(struct text text)
{
    static const struct text SPACES = {" \t\r\n", 4};
    while (text.size > 0 && text_find(SPACES, text.data[0]) < SPACES.size) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 &&
           text_find(SPACES, text.data[text.size - 1]) < SPACES.size)
        text.size--;
    return text;
}

struct text xml_text(const struct xml_tree *tree, const struct xml_node *node,
                     const char *path)
{
    const struct xml_node *found = xml_path(tree, node, path);
    return found == NULL ? (struct text){NULL, 0} : xml_trim(found->text);
}

struct text xml_attribute(const struct xml_tree *tree,
                          const struct xml_node *node, const char *name)
{
    for (size_t i = 0; node != NULL && i < node->attribute_count; i++) {
        const struct xml_attribute *one =
            &tree->attributes[node->attributes + i];
        if (text_equal(one->name, text_of(name)))
            return one->value;
    }
    return (struct text){NULL, 0};
}

const struct xml_node *xml_walk(const struct xml_tree *tree,
                                const struct xml_node *top,
                                const struct xml_node *node)
{
    if (node->first != 0)
        return &tree->nodes[node->first];
    while (node != top && node->next == 0)
        node = &tree->nodes[node->parent];
    return node == top ? NULL : &tree->nodes[node->next];
}

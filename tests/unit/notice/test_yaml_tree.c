/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/yaml_tree.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "notice/yaml_suggest.h"
#include "unit/test.h"

static struct yaml_tree *parse(const char *yaml)
{
    struct findings findings = {0};
    struct yaml_tree *tree = NULL;
    CHECK_OK(yaml_tree_parse("t", bytes_of(yaml, strlen(yaml)), &findings,
                             &tree));
    CHECK(findings.count == 0);
    findings_deinit(&findings);
    return tree;
}

static void nodes_know_their_place(void **state)
{
    (void)state;
    struct yaml_tree *tree = parse("a: 1\nb:\n  - x\n  - {c: 가}\n");
    const struct yaml_node *root = yaml_tree_root(tree);
    CHECK(root->kind == YAML_MAP && root->count == 2);
    const struct yaml_node *list = yaml_child(tree, root, "b");
    CHECK(list != NULL && list->kind == YAML_LIST && list->line == 3);
    const struct yaml_node *x = yaml_first(tree, list);
    if (x == NULL) {
        fail_msg("the list is empty");
        return;
    }
    CHECK(text_equal(x->text, text_of("x")) && x->line == 3 && x->column == 5);
    const struct yaml_node *map = yaml_next(tree, x);
    if (map == NULL) {
        fail_msg("the list has one element");
        return;
    }
    const struct yaml_node *c = yaml_child(tree, map, "c");
    CHECK(c != NULL && text_equal(c->text, text_of("가")) && c->line == 4);
    CHECK(yaml_next(tree, map) == NULL);
    CHECK(yaml_child(tree, list, "c") == NULL);
    yaml_tree_destroy(&tree);
}

static void quotes_and_folds_are_texts(void **state)
{
    (void)state;
    struct yaml_tree *tree = parse("a: \"1\"\nb: >\n  one\n  two\nc: 1\n");
    const struct yaml_node *root = yaml_tree_root(tree);
    CHECK(yaml_child(tree, root, "a")->is_quoted);
    CHECK(!yaml_child(tree, root, "c")->is_quoted);
    CHECK(text_equal(yaml_child(tree, root, "b")->text, text_of("one two")));
    yaml_tree_destroy(&tree);
}

static void refused(enum finding_code code, struct bytes yaml)
{
    struct findings findings = {0};
    struct yaml_tree *tree = NULL;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 yaml_tree_parse("t", yaml, &findings, &tree));
    CHECK(tree == NULL);
    CHECK(findings.count == 1 && findings.list[0].code == code);
    findings_deinit(&findings);
}

/* count times piece. */
static struct buffer repeated(const char *piece, size_t count)
{
    struct buffer out = buffer_with_limit(4 << 20);
    for (size_t i = 0; i < count; i++)
        buffer_append_text(&out, piece);
    CHECK_OK(buffer_status(&out));
    return out;
}

static void what_is_beyond_a_limit_is_refused(void **state)
{
    (void)state;
    struct buffer deep = repeated("[", 5000);
    refused(FINDING_TOO_LARGE, buffer_bytes(&deep));
    buffer_deinit(&deep);
    struct buffer many = repeated("- 1\n", YAML_NODES_MAX + 1);
    refused(FINDING_TOO_LARGE, buffer_bytes(&many));
    buffer_deinit(&many);
    struct buffer large = repeated("#", YAML_BYTES_MAX + 1);
    refused(FINDING_TOO_LARGE, buffer_bytes(&large));
    buffer_deinit(&large);
    struct buffer keys = buffer_with_limit(1 << 16);
    for (int i = 0; i <= YAML_KEYS_MAX; i++)
        buffer_format(&keys, "key%d: 1\n", i);
    refused(FINDING_TOO_LARGE, buffer_bytes(&keys));
    buffer_deinit(&keys);
}

static void what_is_no_plain_tree_is_refused(void **state)
{
    (void)state;
    static const struct {
        enum finding_code code;
        const char *yaml;
    } CASES[] = {
        {FINDING_SYNTAX, ""},
        {FINDING_SYNTAX, "# nothing\n"},
        {FINDING_SYNTAX, "a: [1"},
        {FINDING_SYNTAX, "a: 1\n  b: 2\n"},
        {FINDING_SYNTAX, "a: \xff"},
        {FINDING_SYNTAX, "{[a]: 1}"},
        {FINDING_SYNTAX, "a: 1\n---\nb: 1\n"},
        {FINDING_ALIAS, "a: &x 1\nb: *x\n"},
        {FINDING_ALIAS, "a: *x\n"},
        {FINDING_ALIAS, "&x a: 1\n"},
        {FINDING_DUPLICATE_KEY, "a: 1\na: 2\n"},
        {FINDING_DUPLICATE_KEY, "a: {b: 1, b: 2}\n"},
        {FINDING_NOT_PLAIN_TEXT, "a: |\n  one\n  two\n"},
        {FINDING_NOT_PLAIN_TEXT, "a: \"\\0\"\n"},
        {FINDING_NOT_PLAIN_TEXT, "a: \"\\u202e\"\n"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        refused(CASES[i].code,
                bytes_of(CASES[i].yaml, strlen(CASES[i].yaml)));
}

static void misspelt_words_are_near(void **state)
{
    (void)state;
    CHECK(yaml_suggest_distance(text_of("count"), text_of("count")) == 0);
    CHECK(yaml_suggest_distance(text_of("conut"), text_of("count")) == 2);
    CHECK(yaml_suggest_distance(text_of("coverag"), text_of("coverage")) == 1);
    CHECK(yaml_suggest_distance(text_of("id"), text_of("purposes")) ==
          YAML_SUGGEST_MAX + 1);
    CHECK(yaml_suggest_distance(text_of(""), text_of("")) == 0);
    struct buffer giant = repeated("x", 1000);
    CHECK(yaml_suggest_distance(buffer_text(&giant), text_of("x")) ==
          YAML_SUGGEST_MAX + 1);
    buffer_deinit(&giant);
}

TEST_MAIN("notice/yaml_tree", TEST(nodes_know_their_place),
          TEST(quotes_and_folds_are_texts),
          TEST(what_is_beyond_a_limit_is_refused),
          TEST(what_is_no_plain_tree_is_refused),
          TEST(misspelt_words_are_near))

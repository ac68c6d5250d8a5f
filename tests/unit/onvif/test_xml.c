/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/xml.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "unit/test.h"

static const char DOCUMENT[] =
    "<a:one xmlns:a=\"urn:a\" x=\"1 &amp; 2\"><two> t&#101;xt </two>lost"
    "<three b=\"\"/><two><![CDATA[<4>]]></two></a:one>";

static enum status parse(const char *document, struct xml_tree **out)
{
    return xml_parse(text_bytes(text_of(document)), out);
}

static void is_text(const char *expected, struct text got)
{
    CHECK(text_equal(text_of(expected), got));
}

static void elements_texts_and_attributes(void **state)
{
    (void)state;
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    CHECK_OK(parse(DOCUMENT, &tree));
    const struct xml_node *root = xml_root(tree);
    is_text("one", root->name);
    is_text("1 & 2", xml_attribute(tree, root, "x"));
    is_text("", xml_attribute(tree, root, "y"));
    is_text("text", xml_text(tree, root, "two"));
    is_text("", xml_text(tree, root, "two/none"));
    is_text("", root->text);
    const struct xml_node *last = xml_next(tree, xml_child(tree, root, "three"));
    is_text("<4>", last->text);
    assert_null(xml_next(tree, last));
    size_t walked = 0;
    const struct xml_node *node = root;
    while ((node = xml_walk(tree, root, node)) != NULL)
        walked++;
    assert_int_equal(3, walked);
}

static void what_is_cut_short_is_refused(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof DOCUMENT - 1; size++) {
        struct xml_tree *tree = NULL;
        CHECK_STATUS(STATUS_BAD_INPUT,
                     xml_parse(bytes_of(DOCUMENT, size), &tree));
        assert_null(tree);
    }
}

static void document_types_and_entities_are_refused(void **state)
{
    static const char *const BOMBS[] = {
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;\">]><a>&d;</a>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"http://192.0.2.1/\">]><a>&x;</a>",
        "<a>&unknown;</a>",
        "<a xmlns:p=\"urn:a\"><q:b/></a>",
        "<a>\x80</a>",
        "<a b=\"1\" b=\"2\"/>",
        "<a/><b/>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof BOMBS / sizeof BOMBS[0]; i++) {
        struct xml_tree *tree = NULL;
        CHECK_STATUS(STATUS_BAD_INPUT, parse(BOMBS[i], &tree));
    }
}

/* count times open, and no end: the limit comes first. */
static enum status repeated(const char *open, size_t count)
{
    struct buffer document = buffer_with_limit(XML_BYTES_MAX + 10);
    struct xml_tree *tree = NULL;
    buffer_append_text(&document, "<a>");
    for (size_t i = 0; i < count; i++)
        buffer_append_text(&document, open);
    enum status s = xml_parse(buffer_bytes(&document), &tree);
    buffer_deinit(&document);
    return s;
}

static void every_quantity_has_a_limit(void **state)
{
    (void)state;
    CHECK_STATUS(STATUS_BAD_INPUT, repeated("<b>", XML_DEPTH_MAX - 1));
    CHECK_STATUS(STATUS_LIMIT, repeated("<b>", XML_DEPTH_MAX));
    CHECK_STATUS(STATUS_BAD_INPUT, repeated("<b/>", XML_NODES_MAX - 1));
    CHECK_STATUS(STATUS_LIMIT, repeated("<b/>", XML_NODES_MAX));
    CHECK_STATUS(STATUS_LIMIT,
                 repeated("<b c=\"\" d=\"\" e=\"\"/>", 7000));
    CHECK_STATUS(STATUS_LIMIT, repeated("1234567890", XML_BYTES_MAX / 10 + 1));
    struct buffer space = buffer_with_limit(2000);
    struct xml_tree *tree = NULL;
    buffer_format(&space, "<a xmlns=\"%0*d\"/>", XML_SPACE_BYTES_MAX + 1, 0);
    CHECK_STATUS(STATUS_LIMIT, xml_parse(buffer_bytes(&space), &tree));
    buffer_deinit(&space);
}

static enum status parse_once(void *context)
{
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    (void)context;
    return parse(DOCUMENT, &tree);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(parse_once, NULL);
}

TEST_MAIN("onvif/xml", TEST(elements_texts_and_attributes),
          TEST(what_is_cut_short_is_refused),
          TEST(document_types_and_entities_are_refused),
          TEST(every_quantity_has_a_limit), TEST(every_allocation_may_fail))

/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/discovery.h"

#include "base/cleanup.h"
#include "unit/onvif/sample.h"

#define ID "urn:uuid:00112233-4455-4677-8899-aabbccddeeff"
#define ANSWER(relates, match)                                                 \
    SAMPLE_ENVELOPE("<env:Header><wsa:RelatesTo>" relates "</wsa:RelatesTo>"   \
                    "</env:Header>",                                           \
                    "<d:ProbeMatches>" match "</d:ProbeMatches>")
#define MATCH(addresses)                                                       \
    "<d:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:camera"        \
    "</wsa:Address></wsa:EndpointReference><d:Scopes>"                         \
    "onvif://www.onvif.org/type/video_encoder "                                \
    "onvif://www.onvif.org/name/%ED%95%9C%EB%88%88%20Camera\n"                 \
    "onvif://www.onvif.org/hardware/H-1 onvif://www.onvif.org/location/a"      \
    "</d:Scopes><d:XAddrs>" addresses "</d:XAddrs></d:ProbeMatch>"

#define ONE "<d:ProbeMatch><d:XAddrs>http://a/</d:XAddrs></d:ProbeMatch>"
#define THREE ONE ONE ONE

static enum status read(const char *document, struct discovery_matches *out)
{
    return discovery_matches_read(text_bytes(text_of(document)), ID, out);
}

static void the_probe_names_itself(void **state)
{
    (void)state;
    uint8_t random[DISCOVERY_RANDOM_SIZE];
    char id[DISCOVERY_ID_SIZE];
    struct buffer probe = buffer_with_limit(4096);
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)(0x11 * i);
    discovery_id(random, id);
    assert_string_equal(ID, id);
    discovery_probe_write(&probe, id);
    CHECK_OK(xml_parse(buffer_bytes(&probe), &tree));
    CHECK(text_equal(text_of(ID),
                     xml_text(tree, xml_root(tree), "Header/MessageID")));
    buffer_deinit(&probe);
}

static void what_answers_is_read(void **state)
{
    (void)state;
    struct discovery_matches matches;
    CHECK_OK(read(ANSWER(ID, MATCH("ftp://x http://192.0.2.5/a http://b/")),
                  &matches));
    assert_int_equal(1, matches.count);
    assert_string_equal("urn:uuid:camera", matches.list[0].id);
    assert_string_equal("http://192.0.2.5/a", matches.list[0].address);
    assert_string_equal("한눈 Camera", matches.list[0].name);
    assert_string_equal("H-1", matches.list[0].hardware);
    assert_string_equal("a", matches.list[0].location);
}

static void what_is_no_answer_of_ours_is_not(void **state)
{
    (void)state;
    struct discovery_matches matches;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 read(ANSWER("urn:uuid:1", MATCH("http://a/")), &matches));
    CHECK_STATUS(STATUS_BAD_INPUT, read("<a/>", &matches));
    CHECK_OK(read(ANSWER(ID, MATCH("") "<d:ProbeMatch/>"), &matches));
    assert_int_equal(0, matches.count);
    CHECK_OK(read(ANSWER(ID, THREE THREE THREE), &matches));
    assert_int_equal(DISCOVERY_MATCHES_MAX, matches.count);
    static char large[DISCOVERY_DATAGRAM_BYTES_MAX + 1];
    CHECK_STATUS(STATUS_LIMIT,
                 discovery_matches_read(bytes_of(large, sizeof large), ID,
                                        &matches));
}

TEST_MAIN("onvif/discovery", TEST(the_probe_names_itself),
          TEST(what_answers_is_read), TEST(what_is_no_answer_of_ours_is_not))

/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/soap.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/encoding.h"
#include "onvif/request.h"
#include "unit/onvif/sample.h"

/* ONVIF Application Programmer's Guide 1.0, section 6.1.1.3. */
static const char NONCE[] = "LKqI6G/AikKCQrN0zqZFlg==";
enum { CREATED_S = 1284623445 }; /* 2010-09-16T07:50:45Z */

static struct soap_security security(void)
{
    size_t used = 0;
    struct soap_security out = {.user = text_of("user"),
                                .password = text_of("userpassword"),
                                .created = {CREATED_S * (int64_t)SECOND_US}};
    CHECK_OK(base64_decode(text_of(NONCE), out.nonce, sizeof out.nonce, &used));
    assert_int_equal(sizeof out.nonce, used);
    return out;
}

static void the_digest_of_the_standard(void **state)
{
    (void)state;
    struct soap_security shown = security();
    char digest[SOAP_DIGEST_SIZE];
    char created[SOAP_CREATED_SIZE];
    soap_time(shown.created, created);
    assert_string_equal("2010-09-16T07:50:45Z", created);
    CHECK_OK(soap_password_digest(bytes_of(shown.nonce, sizeof shown.nonce),
                                  text_of(created), shown.password, digest));
    assert_string_equal("tuOSpGlFlIXsozq4HFNeeGeFLEI=", digest);
}

static void every_request_is_an_envelope_with_its_element(void **state)
{
    (void)state;
    struct soap_security shown = security();
    struct text arguments[SOAP_ARGUMENTS_MAX];
    for (size_t i = 0; i < SOAP_ARGUMENTS_MAX; i++)
        arguments[i] = text_of("<&\">");
    for (unsigned i = 0; i < ONVIF_REQUESTS; i++) {
        struct buffer out = buffer_with_limit(SOAP_REQUEST_BYTES_MAX);
        AUTO(xml_destroy) struct xml_tree *tree = NULL;
        const struct xml_node *answer = NULL;
        struct soap_fault fault;
        CHECK_OK(onvif_request_write(&out, (enum onvif_request)i, arguments,
                                     text_of("http://192.0.2.1/sub?a&b"),
                                     &shown));
        CHECK_OK(xml_parse(buffer_bytes(&out), &tree));
        CHECK_OK(soap_answer(tree, &answer, &fault));
        CHECK(text_equal(onvif_request_name((enum onvif_request)i),
                         answer->name));
        CHECK(text_equal(text_of("tuOSpGlFlIXsozq4HFNeeGeFLEI="),
                         xml_text(tree, xml_root(tree),
                                  "Header/Security/UsernameToken/Password")));
        CHECK(text_find(buffer_text(&out), '%') == out.size);
        buffer_deinit(&out);
    }
}

static void arguments_stay_what_they_were(void **state)
{
    (void)state;
    struct buffer out = buffer_with_limit(SOAP_REQUEST_BYTES_MAX);
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = NULL;
    struct soap_fault fault;
    const struct text token = text_of("</a>&amp;\"'1");
    CHECK_OK(onvif_request_write(&out, ONVIF_GET_STREAM, &token,
                                 text_of(""), NULL));
    CHECK_OK(xml_parse(buffer_bytes(&out), &tree));
    CHECK_OK(soap_answer(tree, &answer, &fault));
    CHECK(text_equal(token, xml_text(tree, answer, "ProfileToken")));
    assert_null(xml_path(tree, xml_root(tree), "Header"));
    buffer_deinit(&out);
}

static void names_with_controls_are_refused(void **state)
{
    (void)state;
    struct soap_security shown = security();
    char longer[SOAP_CREDENTIAL_BYTES_MAX + 2];
    struct buffer out = buffer_with_limit(SOAP_REQUEST_BYTES_MAX);
    shown.user = text_of("a\nb");
    CHECK_STATUS(STATUS_BAD_INPUT, soap_begin(&out, &shown, text_of("")));
    (void)snprintf(longer, sizeof longer, "%0*d", SOAP_CREDENTIAL_BYTES_MAX + 1,
                   0);
    shown.user = text_of(longer);
    CHECK_STATUS(STATUS_LIMIT, soap_begin(&out, &shown, text_of("")));
    buffer_deinit(&out);
}

#define FAULT(subcode, reason)                                                 \
    SAMPLE_ENVELOPE("", "<env:Fault><env:Code><env:Value>env:Sender"           \
                        "</env:Value><env:Subcode><env:Value>" subcode         \
                        "</env:Value></env:Subcode></env:Code><env:Reason>"    \
                        "<env:Text xml:lang=\"en\">" reason                    \
                        "</env:Text></env:Reason></env:Fault>")

static void faults_say_who_must_act(void **state)
{
    static const struct {
        const char *document;
        enum status status;
        const char *reason;
    } CASES[] = {
        {FAULT("ter:NotAuthorized", "Sender not Authorized"), STATUS_DENIED,
         "Sender not Authorized"},
        {FAULT("wsse:FailedAuthentication", ""), STATUS_DENIED,
         "FailedAuthentication"},
        {FAULT("ter:ActionNotSupported", "no"), STATUS_NOT_FOUND, "no"},
        {FAULT("ter:InvalidArgVal", "line\nline"), STATUS_CONFLICT,
         "InvalidArgVal"},
        {SAMPLE_ENVELOPE("", "<env:Fault/>"), STATUS_CONFLICT, ""},
        {"<Envelope><Body><a/></Body></Envelope>", STATUS_BAD_INPUT, ""},
        {"<html/>", STATUS_BAD_INPUT, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        AUTO(xml_destroy) struct xml_tree *tree = NULL;
        const struct xml_node *answer = NULL;
        struct soap_fault fault;
        CHECK_OK(xml_parse(text_bytes(text_of(CASES[i].document)), &tree));
        CHECK_STATUS(CASES[i].status, soap_answer(tree, &answer, &fault));
        assert_null(answer);
        assert_string_equal(CASES[i].reason, fault.reason);
    }
}

TEST_MAIN("onvif/soap", TEST(the_digest_of_the_standard),
          TEST(every_request_is_an_envelope_with_its_element),
          TEST(arguments_stay_what_they_were),
          TEST(names_with_controls_are_refused), TEST(faults_say_who_must_act))

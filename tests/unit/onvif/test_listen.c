/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/listen.h"

#include "base/cleanup.h"
#include "unit/onvif/sample.h"

static const struct onvif_listen_account ACCOUNT = {
    .host = {"192.0.2.1", 9},
    .port = 80,
    .user = {"recorder", 8},
    .password = {"secret", 6},
};
static const int64_t START_US = INT64_C(1795318090) * SECOND_US;

/* One question, answered so; *asked: whether it was this one. */
static struct onvif_heard turn(struct onvif_listen *listen, const char *status,
                               const char *body, const char *request)
{
    static const uint8_t RANDOM[ONVIF_LISTEN_RANDOM_SIZE] = {7};
    AUTO(onvif_exchange_deinit) struct onvif_exchange exchange = {0};
    AUTO(buffer_deinit) struct buffer answer = buffer_with_limit(65536);
    struct onvif_heard heard = {.wait_ms = UINT64_MAX};
    struct wall_time now = {START_US};
    CHECK_OK(onvif_listen_ask(listen, &ACCOUNT, now, RANDOM, &exchange));
    struct bytes asked = buffer_bytes(&exchange.output);
    CHECK(memmem(asked.data, asked.size, request, strlen(request)) != NULL);
    buffer_format(&answer, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s",
                  status, strlen(body), body);
    CHECK_OK(onvif_exchange_input(&exchange, buffer_bytes(&answer)));
    onvif_listen_answered(listen, &exchange, now, &heard);
    return heard;
}

#define OK_TURN(listen, body, request)                                         \
    turn(listen, "200 OK", SAMPLE_ENVELOPE("", body), request)
#define FAULT                                                                  \
    SAMPLE_ENVELOPE("", "<env:Fault><env:Code><env:Value>env:Sender"           \
                        "</env:Value><env:Subcode><env:Value>"                 \
                        "ter:ActionNotSupported</env:Value></env:Subcode>"     \
                        "</env:Code></env:Fault>")
#define SERVICE(space, path)                                                   \
    "<tds:Service><tds:Namespace>http://www.onvif.org/" space                  \
    "/wsdl</tds:Namespace><tds:XAddr>http://elsewhere.example" path            \
    "</tds:XAddr></tds:Service>"
#define SERVICES                                                               \
    "<tds:GetServicesResponse>" SERVICE("ver10/device", "/d")                  \
        SERVICE("ver20/media", "/m2") SERVICE("ver10/events", "/e")            \
    "</tds:GetServicesResponse>"
#define TIME                                                                   \
    "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"                \
    "<tt:UTCDateTime><tt:Time><tt:Hour>3</tt:Hour><tt:Minute>28</tt:Minute>"   \
    "<tt:Second>10</tt:Second></tt:Time><tt:Date><tt:Year>2026</tt:Year>"      \
    "<tt:Month>11</tt:Month><tt:Day>22</tt:Day></tt:Date></tt:UTCDateTime>"    \
    "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
#define SUBSCRIPTION                                                           \
    "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"     \
    "<wsa:Address>http://elsewhere.example/sub?7</wsa:Address>"                \
    "</tev:SubscriptionReference></tev:CreatePullPointSubscriptionResponse>"
#define EVENT(topic, source, value)                                            \
    "<wsnt:NotificationMessage><wsnt:Topic>" topic "</wsnt:Topic>"             \
    "<wsnt:Message><tt:Message PropertyOperation=\"Changed\"><tt:Source>"      \
    "<tt:SimpleItem Name=\"S\" Value=\"" source "\"/></tt:Source><tt:Data>"    \
    "<tt:SimpleItem Name=\"State\" Value=\"" value "\"/></tt:Data>"            \
    "</tt:Message></wsnt:Message></wsnt:NotificationMessage>"
#define MOTION(source, value)                                                  \
    EVENT("tns1:VideoSource/MotionAlarm", source, value)
#define PULLED(events)                                                         \
    "<tev:PullMessagesResponse>" events "</tev:PullMessagesResponse>"

static void survey(struct onvif_listen *listen, const char *profiles,
                   const char *masks, const char *storage)
{
    onvif_listen_init(listen);
    (void)OK_TURN(listen, TIME, "GetSystemDateAndTime");
    (void)OK_TURN(listen, SERVICES, "GetServices");
    (void)turn(listen, "200 OK", profiles, "POST /m2 ");
    (void)turn(listen, "200 OK", masks, "GetMasks");
    struct onvif_heard heard =
        turn(listen, "200 OK", storage, "GetStorageConfigurations");
    CHECK(heard.has_report);
    CHECK(listen->step == LISTEN_SUBSCRIBE);
}

#define PROFILES(more)                                                         \
    SAMPLE_ENVELOPE("", "<tr2:GetProfilesResponse><tr2:Profiles token=\"a\">"  \
                        "<tr2:Configurations>" more                            \
                        "</tr2:Configurations></tr2:Profiles>"                 \
                        "</tr2:GetProfilesResponse>")
#define MASK(token, enabled, x)                                                \
    "<tr2:Masks token=\"" token "\"><tr2:Polygon><tt:Point x=\"" x             \
    "\" y=\"0\"/></tr2:Polygon><tr2:Type>Color</tr2:Type><tr2:Enabled>"        \
    enabled "</tr2:Enabled></tr2:Masks>"
#define MASKS(list)                                                            \
    SAMPLE_ENVELOPE("",                                                        \
                    "<tr2:GetMasksResponse>" list "</tr2:GetMasksResponse>")
#define STORAGE(list)                                                          \
    SAMPLE_ENVELOPE("", "<tds:GetStorageConfigurationsResponse>" list          \
                        "</tds:GetStorageConfigurationsResponse>")

static void what_it_is(void **state)
{
    (void)state;
    struct onvif_listen one;
    struct onvif_listen other;
    survey(&one, PROFILES(""), MASKS(""), STORAGE(""));
    CHECK(one.report.sound == CAMERA_ANSWER_NO);
    CHECK(one.report.turns == CAMERA_ANSWER_NO);
    CHECK(one.report.copies == CAMERA_ANSWER_NO);
    CHECK(one.report.knows_masks && one.report.masks == 0);
    assert_int_equal(0, one.report.pixels);
    survey(&other,
           PROFILES("<tr2:VideoEncoder><tt:Resolution><tt:Width>640</tt:Width>"
                    "<tt:Height>360</tt:Height></tt:Resolution>"
                    "</tr2:VideoEncoder><tr2:AudioEncoder token=\"s\"/>"
                    "<tr2:PTZ/>"),
           MASKS(""), STORAGE("<tds:StorageConfigurations token=\"sd\"/>"));
    CHECK(other.report.sound == CAMERA_ANSWER_YES);
    CHECK(other.report.turns == CAMERA_ANSWER_YES);
    CHECK(other.report.copies == CAMERA_ANSWER_YES);
    assert_int_equal(640 * 360, other.report.pixels);
    CHECK(!camera_report_equal(&one.report, &other.report));
    survey(&one, FAULT, FAULT, FAULT);
    CHECK(one.report.sound == CAMERA_ANSWER_UNKNOWN);
    CHECK(one.report.copies == CAMERA_ANSWER_UNKNOWN);
    CHECK(!one.report.knows_masks);
}

static void masks_are_the_same_in_any_order_and_by_any_token(void **state)
{
    (void)state;
    struct onvif_listen one;
    struct onvif_listen other;
    survey(&one, PROFILES(""), MASKS(MASK("a", "true", "0.1")
                                         MASK("b", "false", "0.2")),
           STORAGE(""));
    survey(&other, PROFILES(""), MASKS(MASK("1", "false", "0.2")
                                           MASK("2", "true", "0.1")),
           STORAGE(""));
    assert_int_equal(1, one.report.masks);
    CHECK(camera_report_equal(&one.report, &other.report));
    survey(&other, PROFILES(""), MASKS(MASK("1", "false", "0.2")
                                           MASK("2", "true", "0.11")),
           STORAGE(""));
    CHECK(!camera_report_equal(&one.report, &other.report));
}

static void listen_to(struct onvif_listen *listen)
{
    survey(listen, PROFILES(""), MASKS(""), STORAGE(""));
    (void)OK_TURN(listen, SUBSCRIPTION, "CreatePullPointSubscription");
    CHECK(listen->step == LISTEN_PULL);
}

static void motion_is_over_when_the_last_source_says_so(void **state)
{
    (void)state;
    struct onvif_listen listen;
    listen_to(&listen);
    struct onvif_heard heard =
        OK_TURN(&listen, PULLED(MOTION("1", "true") MOTION("2", "true")),
                "POST /sub?7 ");
    CHECK(heard.motion == ONVIF_WORD_ON);
    CHECK(heard.tamper == ONVIF_WORD_NONE);
    assert_int_equal(LISTEN_WAIT_MS, heard.wait_ms);
    heard = OK_TURN(&listen, PULLED(MOTION("1", "false")), "PullMessages");
    CHECK(heard.motion == ONVIF_WORD_ON);
    heard = OK_TURN(&listen, PULLED(MOTION("2", "false")), "PullMessages");
    CHECK(heard.motion == ONVIF_WORD_OFF);
    heard = OK_TURN(&listen, PULLED(MOTION("2", "true") MOTION("2", "false")),
                    "PullMessages");
    CHECK(heard.motion == ONVIF_WORD_PASSED);
    heard = OK_TURN(
        &listen,
        PULLED(EVENT("tns1:VideoSource/ImageTooDark/Analytics", "1", "true")),
        "PullMessages");
    CHECK(heard.tamper == ONVIF_WORD_ON && heard.motion == ONVIF_WORD_OFF);
    /* Nothing at once is asked for again after a rest. */
    heard = OK_TURN(&listen, PULLED(""), "PullMessages");
    assert_int_equal(LISTEN_HASTY_WAIT_MS, heard.wait_ms);
    CHECK(heard.tamper == ONVIF_WORD_ON);
}

static void a_forgotten_subscription_is_made_again(void **state)
{
    (void)state;
    struct onvif_listen listen;
    listen_to(&listen);
    struct onvif_heard heard =
        turn(&listen, "500 Fault", FAULT, "PullMessages");
    assert_int_equal(0, heard.wait_ms);
    (void)OK_TURN(&listen, SUBSCRIPTION, "CreatePullPointSubscription");
    /* Twice, without an answer between: it does not keep any. */
    heard = turn(&listen, "500 Fault", FAULT, "PullMessages");
    assert_int_equal(LISTEN_AGAIN_MAX_MS, heard.wait_ms);
    CHECK(listen.step == LISTEN_TIME);
}

static void the_later_the_longer_it_is_silent(void **state)
{
    (void)state;
    struct onvif_listen listen;
    struct onvif_heard heard;
    uint64_t before_ms = 0;
    listen_to(&listen);
    for (unsigned i = 0; i < 20; i++) {
        onvif_listen_failed(&listen, &heard);
        CHECK(heard.wait_ms >= LISTEN_AGAIN_MS && heard.wait_ms >= before_ms);
        CHECK(heard.wait_ms <= LISTEN_AGAIN_MAX_MS);
        CHECK(heard.motion == ONVIF_WORD_NONE);
        before_ms = heard.wait_ms;
    }
    assert_int_equal(LISTEN_AGAIN_MAX_MS, before_ms);
}

static void a_challenge_is_answered_once(void **state)
{
    (void)state;
    struct onvif_listen listen;
    static const char DENIED[] =
        "401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"o\", "
        "nonce=\"1\", qop=\"auth\"";
    onvif_listen_init(&listen);
    (void)OK_TURN(&listen, TIME, "GetSystemDateAndTime");
    struct onvif_heard heard = turn(&listen, DENIED, "", "GetServices");
    assert_int_equal(0, heard.wait_ms);
    CHECK(listen.step == LISTEN_SERVICES);
    heard = turn(&listen, DENIED, "", "Authorization: Digest");
    assert_int_equal(LISTEN_AGAIN_MAX_MS, heard.wait_ms);
}

static void without_events_it_is_asked_daily(void **state)
{
    (void)state;
    struct onvif_listen listen;
    onvif_listen_init(&listen);
    (void)OK_TURN(&listen, TIME, "GetSystemDateAndTime");
    (void)OK_TURN(&listen, "<tds:GetServicesResponse/>", "GetServices");
    struct onvif_heard heard =
        turn(&listen, "500 Fault", FAULT, "GetStorageConfigurations");
    CHECK(heard.has_report);
    assert_int_equal(LISTEN_SURVEY_S * 1000, heard.wait_ms);
    CHECK(listen.step == LISTEN_TIME);
}

TEST_MAIN("onvif/listen", TEST(what_it_is),
          TEST(masks_are_the_same_in_any_order_and_by_any_token),
          TEST(motion_is_over_when_the_last_source_says_so),
          TEST(a_forgotten_subscription_is_made_again),
          TEST(the_later_the_longer_it_is_silent),
          TEST(a_challenge_is_answered_once),
          TEST(without_events_it_is_asked_daily))

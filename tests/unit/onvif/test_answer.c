/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/answer.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "unit/onvif/sample.h"

#define TIME(utc)                                                              \
    SAMPLE_ENVELOPE("", "<tds:GetSystemDateAndTimeResponse>"                   \
                        "<tds:SystemDateAndTime><tt:DateTimeType>NTP"          \
                        "</tt:DateTimeType>" utc "</tds:SystemDateAndTime>"    \
                        "</tds:GetSystemDateAndTimeResponse>")

static void the_time_in_utc(void **state)
{
    (void)state;
    struct wall_time time;
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = sample_answer(
        TIME("<tt:UTCDateTime><tt:Time><tt:Hour>7</tt:Hour><tt:Minute>50"
             "</tt:Minute><tt:Second>45</tt:Second></tt:Time><tt:Date>"
             "<tt:Year>2010</tt:Year><tt:Month>9</tt:Month><tt:Day>16"
             "</tt:Day></tt:Date></tt:UTCDateTime>"),
        &tree);
    CHECK_OK(onvif_read_time(tree, answer, &time));
    CHECK(time.us == 1284623445ll * SECOND_US);
}

static void a_time_that_is_none(void **state)
{
    (void)state;
    struct wall_time time;
    AUTO(xml_destroy) struct xml_tree *none = NULL;
    AUTO(xml_destroy) struct xml_tree *wrong = NULL;
    const struct xml_node *answer = sample_answer(TIME(""), &none);
    CHECK_STATUS(STATUS_NOT_FOUND, onvif_read_time(none, answer, &time));
    answer = sample_answer(TIME("<tt:UTCDateTime/>"), &wrong);
    CHECK_STATUS(STATUS_BAD_INPUT, onvif_read_time(wrong, answer, &time));
    CHECK_STATUS(STATUS_BAD_INPUT, onvif_read_time(wrong, NULL, &time));
}

static void the_device(void **state)
{
    (void)state;
    struct onvif_device device;
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = sample_answer(
        SAMPLE_ENVELOPE(
            "", "<tds:GetDeviceInformationResponse><tds:Manufacturer>한눈"
                "</tds:Manufacturer><tds:Model>0123456789012345678901234567890"
                "12345678901234567890123456789012345</tds:Model>"
                "<tds:SerialNumber>a\tb</tds:SerialNumber>"
                "</tds:GetDeviceInformationResponse>"),
        &tree);
    CHECK_OK(onvif_read_device(tree, answer, &device));
    assert_string_equal("한눈", device.manufacturer);
    assert_int_equal(ONVIF_WORD_SIZE - 1, strlen(device.model));
    assert_string_equal("", device.serial);
    assert_string_equal("", device.firmware);
}

static void services_by_their_path_only(void **state)
{
    (void)state;
    struct onvif_services services;
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = sample_answer(
        SAMPLE_ENVELOPE(
            "", "<tds:GetServicesResponse><tds:Service><tds:Namespace>"
                "http://www.onvif.org/ver20/media/wsdl</tds:Namespace>"
                "<tds:XAddr>http://169.254.169.254:22/onvif/media2</tds:XAddr>"
                "</tds:Service><tds:Service><tds:Namespace>urn:other"
                "</tds:Namespace><tds:XAddr>http://a/b</tds:XAddr>"
                "</tds:Service></tds:GetServicesResponse>"),
        &tree);
    CHECK_OK(onvif_read_services(tree, answer, &services));
    assert_string_equal("/onvif/media2", services.paths[ONVIF_MEDIA_2]);
    assert_string_equal("", services.paths[ONVIF_MEDIA]);
}

static void capabilities_of_older_cameras(void **state)
{
    (void)state;
    struct onvif_services services;
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = sample_answer(
        SAMPLE_ENVELOPE("", "<tds:GetCapabilitiesResponse><tds:Capabilities>"
                            "<tt:Media><tt:XAddr>http://a/media</tt:XAddr>"
                            "</tt:Media><tt:Events><tt:XAddr>no address"
                            "</tt:XAddr></tt:Events></tds:Capabilities>"
                            "</tds:GetCapabilitiesResponse>"),
        &tree);
    CHECK_OK(onvif_read_services(tree, answer, &services));
    assert_string_equal("/media", services.paths[ONVIF_MEDIA]);
    assert_string_equal("", services.paths[ONVIF_EVENTS]);
}

static void check_profile(const char *document, bool has_audio)
{
    AUTO(alloc_release) struct onvif_profiles *profiles =
        alloc_zeroed(sizeof *profiles);
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    assert_non_null(profiles);
    const struct xml_node *answer = sample_answer(document, &tree);
    CHECK_OK(onvif_read_profiles(tree, answer, profiles));
    assert_int_equal(1, profiles->count);
    const struct onvif_profile *one = &profiles->list[0];
    assert_string_equal("main", one->token);
    assert_string_equal("src1", one->source);
    assert_string_equal("H264", one->encoding);
    assert_int_equal(1920, one->width);
    assert_int_equal(1080, one->height);
    assert_int_equal(25, one->fps);
    assert_int_equal(4096, one->kbps);
    assert_int_equal(50, one->gop);
    assert_int_equal(has_audio, one->has_audio);
}

static void profiles_of_either_media_service(void **state)
{
    (void)state;
    check_profile(
        SAMPLE_ENVELOPE(
            "", "<trt:GetProfilesResponse><trt:Profiles fixed=\"true\" "
                "token=\"main\"><tt:Name>Main</tt:Name>"
                "<tt:VideoSourceConfiguration token=\"src1\"/>"
                "<tt:VideoEncoderConfiguration token=\"e\"><tt:Encoding>H264"
                "</tt:Encoding><tt:Resolution><tt:Width>1920</tt:Width>"
                "<tt:Height>1080</tt:Height></tt:Resolution><tt:RateControl>"
                "<tt:FrameRateLimit>25</tt:FrameRateLimit><tt:BitrateLimit>"
                "4096</tt:BitrateLimit></tt:RateControl><tt:H264>"
                "<tt:GovLength>50</tt:GovLength></tt:H264>"
                "</tt:VideoEncoderConfiguration>"
                "<tt:AudioEncoderConfiguration token=\"a\"/></trt:Profiles>"
                "<trt:Profiles/></trt:GetProfilesResponse>"),
        true);
    check_profile(
        SAMPLE_ENVELOPE(
            "", "<tr2:GetProfilesResponse><tr2:Profiles token=\"main\">"
                "<tr2:Name>Main</tr2:Name><tr2:Configurations>"
                "<tr2:VideoSource token=\"src1\"/><tr2:VideoEncoder token=\"e\""
                " GovLength=\"50\"><tt:Encoding>H264</tt:Encoding>"
                "<tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080"
                "</tt:Height></tt:Resolution><tt:RateControl "
                "ConstantBitRate=\"true\"><tt:FrameRateLimit>25.0"
                "</tt:FrameRateLimit><tt:BitrateLimit>4096</tt:BitrateLimit>"
                "</tt:RateControl></tr2:VideoEncoder></tr2:Configurations>"
                "</tr2:Profiles></tr2:GetProfilesResponse>"),
        false);
}

static void addresses_of_streams(void **state)
{
    (void)state;
    char uri[ONVIF_ADDRESS_SIZE];
    AUTO(xml_destroy) struct xml_tree *first = NULL;
    AUTO(xml_destroy) struct xml_tree *second = NULL;
    AUTO(xml_destroy) struct xml_tree *none = NULL;
    const struct xml_node *answer = sample_answer(
        SAMPLE_ENVELOPE("", "<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>\n"
                            "rtsp://192.0.2.5/s?a=1&amp;b=2 </tt:Uri>"
                            "</trt:MediaUri></trt:GetStreamUriResponse>"),
        &first);
    CHECK_OK(onvif_read_uri(first, answer, uri));
    assert_string_equal("rtsp://192.0.2.5/s?a=1&b=2", uri);
    answer = sample_answer(
        SAMPLE_ENVELOPE("", "<tr2:GetSnapshotUriResponse><tr2:Uri>http://a/b"
                            "</tr2:Uri></tr2:GetSnapshotUriResponse>"),
        &second);
    CHECK_OK(onvif_read_uri(second, answer, uri));
    assert_string_equal("http://a/b", uri);
    answer = sample_answer(SAMPLE_ENVELOPE("", "<tr2:GetStreamUriResponse/>"),
                           &none);
    CHECK_STATUS(STATUS_BAD_INPUT, onvif_read_uri(none, answer, uri));
}

static void privacy_masks(void **state)
{
    (void)state;
    AUTO(alloc_release) struct onvif_masks *masks = alloc_zeroed(sizeof *masks);
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    const struct xml_node *answer = sample_answer(
        SAMPLE_ENVELOPE(
            "", "<tr2:GetMasksResponse><tr2:Masks token=\"m1\">"
                "<tr2:ConfigurationToken>src1</tr2:ConfigurationToken>"
                "<tr2:Polygon><tt:Point x=\"-0.25\" y=\"1\"/><tt:Point "
                "x=\"0.5\" y=\"-1.9\"/><tt:Point x=\"a\"/></tr2:Polygon>"
                "<tr2:Type>Color</tr2:Type><tr2:Enabled>true</tr2:Enabled>"
                "</tr2:Masks><tr2:Masks/></tr2:GetMasksResponse>"),
        &tree);
    assert_non_null(masks);
    CHECK_OK(onvif_read_masks(tree, answer, masks));
    assert_int_equal(2, masks->count);
    CHECK(masks->list[0].is_enabled && !masks->list[1].is_enabled);
    assert_string_equal("m1", masks->list[0].token);
    assert_int_equal(3, masks->list[0].point_count);
    assert_int_equal(-250000, masks->list[0].points[0].x);
    assert_int_equal(1000000, masks->list[0].points[0].y);
    assert_int_equal(500000, masks->list[0].points[1].x);
    assert_int_equal(-1000000, masks->list[0].points[1].y);
    assert_int_equal(0, masks->list[0].points[2].x);
}

static void recordings_on_a_card(void **state)
{
    (void)state;
    size_t count = 0;
    AUTO(xml_destroy) struct xml_tree *tree = NULL;
    AUTO(xml_destroy) struct xml_tree *other = NULL;
    const struct xml_node *answer = sample_answer(
        SAMPLE_ENVELOPE("", "<trc:GetRecordingsResponse><trc:RecordingItem/>"
                            "<trc:RecordingItem/>"
                            "</trc:GetRecordingsResponse>"),
        &tree);
    CHECK_OK(onvif_read_storage(tree, answer, &count));
    assert_int_equal(2, count);
    answer = sample_answer(SAMPLE_ENVELOPE("", "<tds:Other/>"), &other);
    CHECK_STATUS(STATUS_BAD_INPUT, onvif_read_storage(other, answer, &count));
}

TEST_MAIN("onvif/answer", TEST(the_time_in_utc), TEST(a_time_that_is_none),
          TEST(the_device), TEST(services_by_their_path_only),
          TEST(capabilities_of_older_cameras),
          TEST(profiles_of_either_media_service), TEST(addresses_of_streams),
          TEST(privacy_masks), TEST(recordings_on_a_card))

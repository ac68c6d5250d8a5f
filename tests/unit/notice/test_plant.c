/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/plant.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "notice/finding.h"
#include "support/example_edit.h"
#include "unit/test.h"

static void the_example_has_nine_cameras_in_their_groups(void **state)
{
    (void)state;
    struct findings findings = {0};
    struct notice *notice = NULL;
    struct plant *plant = NULL;
    CHECK_OK(notice_load("n", example_file(EXAMPLE_NOTICE), &findings,
                         &notice));
    CHECK_OK(plant_load("p", example_file(EXAMPLE_PLANT), &findings, &plant));
    CHECK_OK(plant_bind(plant, "p", notice, "n", &findings));
    CHECK(findings.count == 0);
    CHECK(plant->camera_count == 9);
    for (uint32_t number = 1; number <= 9; number++) {
        const struct plant_camera *camera = plant_camera_find(plant, number);
        CHECK(camera != NULL);
        CHECK(camera->port == 554);
        CHECK(text_equal(notice->groups[camera->group].id, camera->group_id));
    }
    CHECK(plant_camera_find(plant, 10) == NULL);
    CHECK(plant->volume_bytes == 1ull << 30);
    CHECK(plant->web_port == 8443 && plant->web_name_count == 2);
    CHECK(!plant->is_demo);
    notice_destroy(&notice);
    plant_destroy(&plant);
    findings_deinit(&findings);
}

/* Once a notice is in force a line of the plant ends no other's recording. */
static void a_camera_that_it_does_not_have_is_refused_alone(void **state)
{
    (void)state;
    struct findings findings = {0};
    struct notice *notice = NULL;
    struct plant *plant = NULL;
    uint32_t line = 0;
    struct buffer yaml = example_edit(EXAMPLE_PLANT, "group: counselling",
                                      "group: nowhere", &line);
    CHECK_OK(notice_load("n", example_file(EXAMPLE_NOTICE), &findings,
                         &notice));
    CHECK_OK(plant_load("p", buffer_bytes(&yaml), &findings, &plant));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 plant_bind(plant, "p", notice, "n", &findings));
    findings_deinit(&findings);
    CHECK_OK(plant_bind_in_force(plant, "p", notice, "n", &findings));
    CHECK(plant->camera_count == 8 && plant->all_count == 9);
    CHECK(plant->cameras[8].number == 1 && plant->cameras[8].is_refused);
    CHECK(plant_camera_find(plant, 1) == NULL);
    CHECK(!plant_camera_find(plant, 2)->is_refused);
    CHECK(findings.count == 2 && findings.errors == 0); /* and the count */
    CHECK(findings.list[0].code == FINDING_CAMERA_REFUSED &&
          findings.list[0].line == line - 2);
    findings_deinit(&findings);
    buffer_deinit(&yaml);
    notice_destroy(&notice);
    plant_destroy(&plant);
}

/* One camera, and this behind it. */
static enum status load_with(const char *more, struct plant **plant)
{
    struct findings findings = {0};
    char yaml[2048];
    int size = snprintf(yaml, sizeof yaml,
                        "format: 1\ninstallation: here\ncameras:\n"
                        "  - {number: 7, id: a, group: g, name: 가, "
                        "host: camera.example}\n%s",
                        more);
    enum status s =
        plant_load("p", bytes_of(yaml, (size_t)size), &findings, plant);
    findings_deinit(&findings);
    return s;
}

#define FINGERPRINT                                                            \
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"                         \
    "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"

static void witnesses_are_named_with_their_parts(void **state)
{
    (void)state;
    struct plant *plant = NULL;
    CHECK_OK(load_with(
        "witnesses:\n  - {name: hall, url: \"https://h.example:8443/witness\", "
        "key: \"w.example/w+12ab34cd+BAAA\", certificate: \"" FINGERPRINT
        "\"}\n  - {name: lan, url: \"http://192.0.2.7\", "
        "key: \"x.example/w+12ab34cd+BAAA\"}\n"
        "witnessed:\n  - {key: \"l.example/a+12ab34cd+AQAA\"}\n"
        "timestamps: {url: \"http://t.example/tsr\"}\n",
        &plant));
    assert_int_equal(2, plant->witness_count);
    assert_int_equal(1, plant->witnessed_count);
    CHECK(text_equal(plant->timestamps.host, text_of("t.example")));
    CHECK(text_equal(plant->timestamps.path, text_of("/tsr")));
    const struct plant_witness *hall = &plant->witnesses[0];
    CHECK(hall->server.is_secure && hall->server.port == 8443);
    CHECK(text_equal(hall->server.host, text_of("h.example")));
    CHECK(text_equal(hall->server.path, text_of("/witness")));
    assert_int_equal(0xff, hall->server.fingerprint[31]);
    assert_int_equal(0x11, hall->server.fingerprint[1]);
    CHECK(!plant->witnesses[1].server.is_secure && plant->witnesses[1].server.port == 80);
    plant_destroy(&plant);
}

static void witnesses_that_cannot_be_asked_are_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "witnesses:\n  - {name: a, url: \"ftp://h/\", key: \"a+12345678+A\"}\n",
        "witnesses:\n  - {name: a, url: \"https://h/\", "
        "key: \"a+12345678+A\"}\n",
        "witnesses:\n  - {name: a, url: \"http://h/\", key: \"a+12345678+A\", "
        "certificate: \"" FINGERPRINT "\"}\n",
        "witnesses:\n  - {name: a, url: \"https://h/\", "
        "key: \"a+12345678+A\", certificate: \"00:11\"}\n",
        "witnesses:\n  - {name: a, url: \"http://h/?q\", "
        "key: \"a+12345678+A\"}\n",
        "witnesses:\n  - {name: a, url: \"http://h/\", key: \"a\"}\n",
        "witnesses:\n  - {name: a, url: \"http://h/\", key: \"a+12345678+A\"}\n"
        "  - {name: a, url: \"http://i/\", key: \"b+12345678+A\"}\n",
        "witnessed:\n  - {key: \"a+b+c\"}\n",
        "timestamps: {url: \"https://t.example/\"}\n",
        "timestamps: {url: \"t.example\"}\n",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct plant *plant = NULL;
        CHECK_STATUS(STATUS_BAD_INPUT, load_with(BAD[i], &plant));
    }
}

static void what_is_left_out_has_a_default(void **state)
{
    (void)state;
    static const char YAML[] = "format: 1\n"
                               "installation: here\n"
                               "cameras:\n"
                               "  - {number: 7, id: a, group: g, name: 가, "
                               "host: camera.example}\n";
    struct findings findings = {0};
    struct plant *plant = NULL;
    CHECK_OK(plant_load("p", bytes_of(YAML, sizeof YAML - 1), &findings,
                        &plant));
    CHECK(plant->cameras[0].port == 554);
    CHECK(text_equal(plant->cameras[0].path, text_of("/")));
    CHECK(plant->cameras[0].user.size == 0);
    CHECK(plant->volume_bytes == 1ull << 30);
    CHECK(plant->web_port == 8443);
    CHECK(text_equal(plant->web_address, text_of("0.0.0.0")));
    plant_destroy(&plant);
    findings_deinit(&findings);
}

static enum status load_storage(const char *storage, struct plant **out)
{
    char yaml[1024];
    struct findings findings = {0};
    (void)snprintf(yaml, sizeof yaml,
                   "format: 1\ninstallation: here\ncameras:\n"
                   "  - {number: 7, id: a, group: g, name: 가, host: c, "
                   "transport: any, bitrate_kbps: 4000}\nstorage: %s\n",
                   storage);
    enum status s = plant_load("p", bytes_of(yaml, strlen(yaml)), &findings,
                               out);
    findings_deinit(&findings);
    return s;
}

static void disks_stand_in_a_list(void **state)
{
    (void)state;
    struct plant *plant = NULL;
    char path[64];
    CHECK_OK(load_storage("{volume: 64 MiB}", &plant));
    CHECK(plant->disk_count == 1 && plant->scrub_days == 30);
    CHECK(plant->cameras[0].bitrate_kbps == 4000);
    CHECK(plant->cameras[0].transport == CAMERA_ANY);
    CHECK(plant_disk_path(&plant->disks[0], "/srv/x", path, sizeof path));
    assert_string_equal(path, "/srv/x/volumes");
    CHECK(!plant_disk_path(&plant->disks[0], "/srv/x", path, 5));
    plant_destroy(&plant);
    CHECK_OK(load_storage("{disks: [{id: d1, path: /a}, {id: d2, path: /b}],"
                          " scrub_days: 7}",
                          &plant));
    CHECK(plant->disk_count == 2 && plant->scrub_days == 7);
    CHECK(plant_disk_path(&plant->disks[1], "/srv/x", path, sizeof path));
    assert_string_equal(path, "/b");
    plant_destroy(&plant);
    static const char *const BAD[] = {
        "{disks: [{id: d1, path: a}]}",
        "{disks: [{id: d1, path: /a}, {id: d1, path: /b}]}",
        "{disks: [{id: d1, path: /a}, {id: d2, path: /a}]}",
        "{directory: /a, disks: [{id: d2, path: /b}]}",
        "{disks: []}",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, load_storage(BAD[i], &plant));
}

static enum status load_once(void *context)
{
    (void)context;
    struct findings findings = {0};
    struct plant *plant = NULL;
    enum status s = plant_load("p", example_file(EXAMPLE_PLANT), &findings,
                               &plant);
    plant_destroy(&plant);
    findings_deinit(&findings);
    return s;
}

static void every_failing_allocation_is_told(void **state)
{
    (void)state;
    test_every_allocation_fails(load_once, NULL);
}

/* The findings of a plant with this section keys:, and the plant if sound. */
static enum status load_keys(const char *keys, struct findings *findings,
                             struct plant **out)
{
    char yaml[600];
    int size = snprintf(yaml, sizeof yaml,
                        "format: 1\ninstallation: here\ncameras:\n"
                        "  - {number: 7, id: a, group: g, name: 가, "
                        "host: camera.example}\n%s",
                        keys);
    return plant_load("p", bytes_of(yaml, (size_t)size), findings, out);
}

static void the_roots_live_where_keys_says(void **state)
{
    (void)state;
    struct findings findings = {0};
    struct plant *plant = NULL;
    CHECK_OK(load_keys("", &findings, &plant));
    CHECK(plant->erasure == KEY_ERASURE_FILE && plant->tpm_handle == 0);
    plant_destroy(&plant);
    CHECK_OK(load_keys("keys: {erasure: file}\n", &findings, &plant));
    CHECK(plant->erasure == KEY_ERASURE_FILE && plant->tpm_handle == 0);
    plant_destroy(&plant);
    CHECK_OK(load_keys("keys: {erasure: tpm}\n", &findings, &plant));
    CHECK(plant->erasure == KEY_ERASURE_TPM);
    CHECK(plant->tpm_handle == 0x01848100);
    CHECK(text_equal(plant->tcti, text_of("device:/dev/tpmrm0")));
    plant_destroy(&plant);
    CHECK_OK(load_keys("keys: {erasure: tpm, tcti: \"swtpm:path=/x\", "
                       "handles: \"0x01bffffd\"}\n",
                       &findings, &plant));
    CHECK(plant->tpm_handle == 0x01bffffd);
    plant_destroy(&plant);
    CHECK_OK(load_keys("keys: {erasure: tpm, tcti: "
                       "\"swtpm:host=127.0.0.1,port=2321\"}\n",
                       &findings, &plant));
    plant_destroy(&plant);
    CHECK(findings.count == 0);
    findings_deinit(&findings);
}

static void wrong_keys_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *keys;
        enum finding_code code;
    } WRONG[] = {
        {"keys: {erasure: hsm}\n", FINDING_UNKNOWN_VALUE},
        {"keys: {erasure: tpm, tcti: tabrmd}\n", FINDING_WRONG_TYPE},
        {"keys: {erasure: tpm, tcti: \"device:tpm0\"}\n", FINDING_WRONG_TYPE},
        {"keys: {erasure: tpm, tcti: \"swtpm:host=,port=1\"}\n",
         FINDING_WRONG_TYPE},
        {"keys: {erasure: tpm, tcti: \"swtpm:host=a,port=0\"}\n",
         FINDING_WRONG_TYPE},
        {"keys: {erasure: tpm, handles: \"0x01bffffe\"}\n",
         FINDING_OUT_OF_RANGE},
        {"keys: {erasure: tpm, handles: \"0x017fffff\"}\n",
         FINDING_OUT_OF_RANGE},
        {"keys: {erasure: tpm, handles: \"25461000\"}\n",
         FINDING_OUT_OF_RANGE},
        {"keys: {erasure: file, tcti: \"device:/dev/tpmrm0\"}\n",
         FINDING_MISSING_KEY},
        {"keys: {handles: \"0x01848100\"}\n", FINDING_MISSING_KEY},
        {"keys: {root: file}\n", FINDING_UNKNOWN_KEY},
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        struct findings findings = {0};
        struct plant *plant = NULL;
        CHECK_STATUS(STATUS_BAD_INPUT,
                     load_keys(WRONG[i].keys, &findings, &plant));
        CHECK(findings.count == 1);
        CHECK(findings.list[0].code == WRONG[i].code);
        CHECK(findings.list[0].line == 5);
        findings_deinit(&findings);
    }
}

static enum status load_camera(const char *more, struct plant **plant)
{
    struct findings findings = {0};
    char yaml[512];
    int size = snprintf(yaml, sizeof yaml,
                        "format: 1\ninstallation: here\ncameras:\n"
                        "  - {number: 7, id: a, group: g, name: 가, "
                        "host: camera.example, path: /1%s}\n",
                        more);
    enum status s =
        plant_load("p", bytes_of(yaml, (size_t)size), &findings, plant);
    findings_deinit(&findings);
    return s;
}

static void a_camera_may_have_a_sub_stream(void **state)
{
    (void)state;
    struct plant *plant = NULL;
    CHECK_OK(load_camera(", sub_path: /2", &plant));
    const struct plant_camera *camera = plant_camera_find(plant, 7);
    CHECK(text_equal(camera->sub_path, text_of("/2")));
    CHECK(plant_stream_find(plant, 7) == camera);
    CHECK(plant_stream_find(plant, 7 + STREAM_SUB) == camera);
    CHECK(plant_camera_find(plant, 7 + STREAM_SUB) == NULL);
    plant_destroy(&plant);

    CHECK_OK(load_camera("", &plant)); /* and one without works as ever */
    CHECK(plant_stream_find(plant, 7) != NULL);
    CHECK(plant_stream_find(plant, 7 + STREAM_SUB) == NULL);
    plant_destroy(&plant);

    static const char *const WRONG[] = {
        ", sub_path: 2", ", sub_path: \"/a b\"",
        ", sub_path: /1", /* the same pictures twice */
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, load_camera(WRONG[i], &plant));
}

static void numbers_of_streams_are_a_camera_s_or_its_sub_stream_s(void **state)
{
    (void)state;
    static const uint32_t NONE[] = {0, STREAM_SUB, STREAM_NUMBER_MAX + 1,
                                    SUBJECT_TEXT_MONTH, UINT32_MAX};
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++) {
        CHECK(!stream_is_good(NONE[i]) && !stream_is_sub(NONE[i]));
        assert_int_equal(NONE[i], stream_camera(NONE[i]));
    }
    for (uint32_t n = CAMERA_NUMBER_MIN; n <= CAMERA_NUMBER_MAX; n++) {
        CHECK(stream_is_good(n) && !stream_is_sub(n) && stream_camera(n) == n);
        CHECK(stream_is_sub(n + STREAM_SUB) &&
              stream_is_good(n + STREAM_SUB) &&
              stream_camera(n + STREAM_SUB) == n);
    }
}

TEST_MAIN("notice/plant", TEST(a_camera_may_have_a_sub_stream),
          TEST(numbers_of_streams_are_a_camera_s_or_its_sub_stream_s),
          TEST(the_example_has_nine_cameras_in_their_groups),
          TEST(a_camera_that_it_does_not_have_is_refused_alone),
          TEST(witnesses_are_named_with_their_parts),
          TEST(witnesses_that_cannot_be_asked_are_refused),
          TEST(what_is_left_out_has_a_default),
          TEST(disks_stand_in_a_list),
          TEST(every_failing_allocation_is_told),
          TEST(the_roots_live_where_keys_says), TEST(wrong_keys_are_found))

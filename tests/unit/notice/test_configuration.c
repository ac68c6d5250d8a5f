/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/configuration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "notice/example.h"
#include "notice/render_html.h"
#include "unit/test.h"

enum { PATH_SIZE = 128, PAGE_BYTES_MAX = 98304 };

static const struct notice_example DEMO = {
    .short_retention_s = 180,
    .camera_port = 9554,
    .web_port = 9443,
    .volume_bytes = 64 << 20,
    .camera_user = "recorder",
    .camera_password = "see-nothing",
};

static void the_demo_is_sound_and_has_one_short_group(void **state)
{
    (void)state;
    char directory[PATH_SIZE];
    test_directory_make(directory, sizeof directory);
    CHECK_OK(notice_example_write(&FILE_LAYER_SYSTEM, directory, &DEMO));
    struct findings findings = {0};
    struct configuration configuration;
    CHECK_OK(configuration_load(&FILE_LAYER_SYSTEM, directory, &findings,
                                &configuration));
    CHECK(findings.count == 0);
    const struct plant *plant = configuration.plant;
    CHECK(plant->is_demo && plant->camera_count == 9);
    CHECK(plant->web_port == 9443 && plant->volume_bytes == 64 << 20);
    CHECK(text_equal(plant->cameras[4].host, text_of("127.0.0.1")));
    CHECK(text_equal(plant->cameras[4].path, text_of("/cam/5")));
    CHECK(plant->cameras[4].port == 9554);
    CHECK(text_equal(plant->cameras[4].user, text_of("recorder")));
    size_t short_groups = 0;
    for (size_t i = 0; i < configuration.notice->group_count; i++)
        if (configuration.notice->groups[i].retention.unit ==
            RETENTION_SECONDS) {
            short_groups++;
            CHECK(configuration.notice->groups[i].retention.count == 180);
        }
    CHECK(short_groups == 1);
    CHECK(configuration.notice_yaml_size > 0);
    configuration_deinit(&configuration);
    findings_deinit(&findings);

    char path[PATH_SIZE + 32];
    (void)snprintf(path, sizeof path, "%s/secrets/cameras", directory);
    uint8_t *secret = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, 100, &secret, &size));
    assert_string_equal((const char *)secret, "see-nothing\n");
    alloc_free(secret);
    test_directory_remove(directory);
}

static void cameras_without_a_user_need_no_secret(void **state)
{
    (void)state;
    char directory[PATH_SIZE];
    test_directory_make(directory, sizeof directory);
    struct notice_example open_cameras = DEMO;
    open_cameras.camera_user = NULL;
    CHECK_OK(
        notice_example_write(&FILE_LAYER_SYSTEM, directory, &open_cameras));
    struct findings findings = {0};
    struct configuration configuration;
    CHECK_OK(configuration_load(&FILE_LAYER_SYSTEM, directory, &findings,
                                &configuration));
    CHECK(configuration.plant->cameras[0].user.size == 0);
    CHECK(configuration.plant->cameras[0].password_file.size == 0);
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    test_directory_remove(directory);
}

/* Also: the page of a large notice fits the answer that carries it. */
static void every_example_is_sound(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t cameras;
    } EXAMPLES[] = {{"geoje-family-center", 9}, {"gwangju-labor-office", 101}};
    for (size_t i = 0; i < sizeof EXAMPLES / sizeof EXAMPLES[0]; i++) {
        char directory[PATH_SIZE * 4];
        (void)snprintf(directory, sizeof directory, "%s/examples/%s",
                       getenv("SOURCE_ROOT"), EXAMPLES[i].name);
        struct findings findings = {0};
        struct configuration configuration;
        CHECK_OK(configuration_load(&FILE_LAYER_SYSTEM, directory, &findings,
                                    &configuration));
        CHECK(findings.count == 0);
        CHECK(configuration.plant->camera_count == EXAMPLES[i].cameras);
        struct buffer page = buffer_with_limit(PAGE_BYTES_MAX);
        CHECK_OK(notice_render_html(configuration.notice, LANGUAGE_KOREAN, NULL,
                                    &page));
        buffer_deinit(&page);
        configuration_deinit(&configuration);
        findings_deinit(&findings);
    }
}

static void missing_files_are_findings(void **state)
{
    (void)state;
    struct findings findings = {0};
    struct configuration configuration;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 configuration_load(&FILE_LAYER_SYSTEM, "/nowhere", &findings,
                                    &configuration));
    CHECK(findings.count == 2);
    CHECK(findings.list[0].code == FINDING_UNREADABLE);
    assert_string_equal(findings.list[0].file, "/nowhere/notice.yaml");
    assert_string_equal(findings.list[1].file, "/nowhere/plant.yaml");
    CHECK(configuration.notice == NULL && configuration.plant == NULL);
    findings_deinit(&findings);
}

static enum status load_once(void *context)
{
    struct findings findings = {0};
    struct configuration configuration;
    enum status s = configuration_load(&FILE_LAYER_SYSTEM, context, &findings,
                                       &configuration);
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    return s;
}

static void every_failing_allocation_is_told(void **state)
{
    (void)state;
    char directory[PATH_SIZE];
    test_directory_make(directory, sizeof directory);
    CHECK_OK(notice_example_write(&FILE_LAYER_SYSTEM, directory, &DEMO));
    test_every_allocation_fails(load_once, directory);
    test_directory_remove(directory);
}

TEST_MAIN("notice/configuration",
          TEST(the_demo_is_sound_and_has_one_short_group),
          TEST(cameras_without_a_user_need_no_secret),
          TEST(every_example_is_sound), TEST(missing_files_are_findings),
          TEST(every_failing_allocation_is_told))

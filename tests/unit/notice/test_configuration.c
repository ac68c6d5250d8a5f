/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/configuration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "notice/example.h"
#include "notice/notice_signature.h"
#include "notice/plant_site.h"
#include "notice/render_html.h"
#include "notice/versions/store.h"
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

static void a_site_of_the_demo_is_signed_and_has_its_own_cameras(void **state)
{
    static const struct {
        const char *site;
        size_t cameras;
    } SITES[] = {{"headquarters", 16},
                 {"gwangju-center", 76},
                 {"jeju-center", 2},
                 {"gwangsan-center", 7}};
    (void)state;
    for (size_t i = 0; i < sizeof SITES / sizeof SITES[0]; i++) {
        char directory[PATH_SIZE];
        test_directory_make(directory, sizeof directory);
        CHECK_OK(notice_example_site_write(&FILE_LAYER_SYSTEM, directory,
                                           SITES[i].site, &DEMO));
        struct findings findings = {0};
        struct configuration configuration;
        CHECK_OK(configuration_load(&FILE_LAYER_SYSTEM, directory, &findings,
                                    &configuration));
        CHECK(findings.count == 0);
        const struct plant *plant = configuration.plant;
        const struct plant_camera *first = &plant->cameras[0];
        char path[32];
        (void)snprintf(path, sizeof path, "/cam/%u", first->number);
        CHECK(plant->camera_count == SITES[i].cameras && plant->is_demo);
        CHECK(text_equal(plant->site_id, text_of(SITES[i].site)));
        CHECK(plant->notice_key.size > 0 && plant->web_port == 9443);
        CHECK(text_equal(first->host, text_of("127.0.0.1")));
        CHECK(text_equal(first->path, text_of(path)) && first->port == 9554);
        CHECK(text_equal(first->user, text_of("recorder")));
        configuration_deinit(&configuration);
        findings_deinit(&findings);
        test_directory_remove(directory);
    }
    CHECK_STATUS(STATUS_NOT_FOUND,
                 notice_example_site_write(&FILE_LAYER_SYSTEM, "/nowhere",
                                           "seoul", &DEMO));
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

/* Four sites, one notice, 101 cameras between them. */
static void each_site_of_the_example_is_sound(void **state)
{
    (void)state;
    static const struct {
        const char *site;
        size_t cameras;
    } SITES[] = {{"headquarters", 16},
                 {"gwangju-center", 76},
                 {"jeju-center", 2},
                 {"gwangsan-center", 7}};
    for (size_t i = 0; i < sizeof SITES / sizeof SITES[0]; i++) {
        char directory[PATH_SIZE * 4];
        (void)snprintf(directory, sizeof directory,
                       "%s/examples/gwangju-labor-office/sites/%s",
                       getenv("SOURCE_ROOT"), SITES[i].site);
        struct findings findings = {0};
        struct configuration found;
        CHECK_OK(configuration_load(&FILE_LAYER_SYSTEM, directory, &findings,
                                    &found));
        CHECK(findings.count == 0);
        CHECK(found.plant->camera_count == SITES[i].cameras);
        CHECK(text_equal(found.plant->installation, text_of(SITES[i].site)));
        for (size_t j = 0; j < found.notice->group_count; j++)
            CHECK(plant_runs_group(found.plant, found.notice, j) ==
                  (found.notice->groups[j].site == found.plant->site));
        configuration_deinit(&found);
        findings_deinit(&findings);
    }
}

/* Writes notice and plant into directory. */
static void write_both(const char *directory, const char *notice,
                       const char *plant)
{
    char path[PATH_SIZE * 2];
    (void)snprintf(path, sizeof path, "%s/notice.yaml", directory);
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path,
                          text_bytes(text_of(notice))));
    (void)snprintf(path, sizeof path, "%s/plant.yaml", directory);
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path,
                          text_bytes(text_of(plant))));
}

static const char TWO_SITES[] =
    "format: 1\ninstitution: 기관\nhomepage: https://a.example/b\n"
    "basis: 법\npurposes: [{id: p, kind: facility, words: 안전}]\n"
    "hours: 24시간\nretention: {days: 30}\n"
    "sites:\n"
    "  - {id: one, name: 하나, groups: [{id: a, place: 문, count: 1, "
    "purposes: [p]}, {id: c, place: 길, count: 1, purposes: [p], "
    "class: statistics}]}\n"
    "  - {id: two, name: 둘, groups: [{id: b, place: 문, count: 1, "
    "purposes: [p]}]}\n"
    "  - {id: none, name: 셋, groups: [{id: d, place: 문, count: 0, "
    "purposes: [p]}]}\n"
    "people: [{id: m, role: chief_manager, name: 홍길동, post: 관}]\n"
    "dates: {announced: 2026-01-01, effective: 2026-01-10}\n";
static const char ALL_CAMERAS[] =
    "format: 1\ninstallation: all\ncameras:\n"
    "  - {number: 1, id: a, group: a, name: 가, host: c}\n"
    "  - {number: 2, id: b, group: b, name: 나, host: c}\n"
    "  - {number: 3, id: c, group: c, name: 다, host: c}\n";

/* The site has so many cameras; with 0: this finding. A sound one is kept. */
static bool site_is(const char *directory, const char *site,
                    enum finding_code code, size_t cameras)
{
    struct findings findings = {0};
    struct configuration found;
    bool is_found = false;
    enum status s = configuration_load_site(&FILE_LAYER_SYSTEM, directory,
                                            site, &findings, &found);
    for (size_t i = 0; i < findings.count; i++)
        is_found = is_found || findings.list[i].code == code;
    bool is_good = s == STATUS_OK ? found.plant->camera_count == cameras
                                  : cameras == 0 && is_found;
    if (s == STATUS_OK && is_good)
        CHECK_OK(configuration_keep_site(&FILE_LAYER_SYSTEM, directory,
                                         &found));
    configuration_deinit(&found);
    findings_deinit(&findings);
    return is_good;
}

static void a_directory_is_one_site_for_good(void **state)
{
    (void)state;
    char directory[PATH_SIZE];
    test_directory_make(directory, sizeof directory);
    write_both(directory, TWO_SITES, ALL_CAMERAS);
    CHECK(site_is(directory, NULL, FINDING_SITE_DIFFERS, 3));
    CHECK(site_is(directory, "nowhere", FINDING_UNKNOWN_SITE, 0));
    CHECK(site_is(directory, "none", FINDING_SITE_WITHOUT_CAMERAS, 0));
    CHECK(site_is(directory, "one", FINDING_SITE_DIFFERS, 2));
    CHECK(site_is(directory, NULL, FINDING_SITE_DIFFERS, 2));
    CHECK(site_is(directory, "two", FINDING_SITE_DIFFERS, 0));
    test_directory_remove(directory);
}

static void what_only_counts_is_not_stored(void **state)
{
    (void)state;
    char directory[PATH_SIZE];
    test_directory_make(directory, sizeof directory);
    write_both(directory, TWO_SITES, ALL_CAMERAS);
    struct findings findings = {0};
    struct configuration found;
    CHECK_OK(configuration_load(&FILE_LAYER_SYSTEM, directory, &findings,
                                &found));
    for (size_t i = 0; i < found.notice->group_count; i++)
        CHECK(plant_stores_group(found.plant, found.notice, i) ==
              !text_equal(found.notice->groups[i].id, text_of("c")));
    configuration_deinit(&found);
    findings_deinit(&findings);
    test_directory_remove(directory);
}

static void a_changed_notice_is_refused(void **state)
{
    (void)state;
    uint8_t private_key[SIGN_PRIVATE_SIZE];
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    char key[NOTICE_KEY_TEXT_SIZE];
    char line[NOTICE_SIGNATURE_LINE_SIZE];
    char plant[1024];
    char directory[PATH_SIZE];
    char path[PATH_SIZE + 32];
    test_directory_make(directory, sizeof directory);
    CHECK_OK(sign_key_make(private_key, public_key));
    base64_encode(bytes_of(public_key, sizeof public_key), key);
    (void)snprintf(plant, sizeof plant, "%snotice_key: %s\n", ALL_CAMERAS,
                   key);
    write_both(directory, TWO_SITES, plant);
    CHECK(site_is(directory, NULL, FINDING_SIGNATURE_MISSING, 0));
    CHECK_OK(notice_signature_make(
        private_key, text_bytes(text_of(TWO_SITES)), line));
    (void)snprintf(path, sizeof path, "%s/notice.yaml.sig", directory);
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path,
                          text_bytes(text_of(line))));
    CHECK(site_is(directory, NULL, FINDING_SIGNATURE_WRONG, 3));
    char changed[sizeof TWO_SITES];
    for (size_t at = 0; at < strlen(TWO_SITES); at += 97) {
        memcpy(changed, TWO_SITES, sizeof changed);
        if (changed[at] != ' ')
            continue;
        changed[at] = '\n'; /* often still a sound notice, never this one */
        write_both(directory, changed, plant);
        CHECK(site_is(directory, NULL, FINDING_SIGNATURE_WRONG, 0) ||
              site_is(directory, NULL, FINDING_SYNTAX, 0));
    }
    write_both(directory, TWO_SITES, plant);
    for (size_t i = 0; i + 2 < NOTICE_SIGNATURE_LINE_SIZE; i += 7) {
        char other[NOTICE_SIGNATURE_LINE_SIZE];
        memcpy(other, line, sizeof other);
        other[i] = other[i] == 'A' ? 'B' : 'A';
        CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path,
                              text_bytes(text_of(other))));
        CHECK(site_is(directory, NULL, FINDING_SIGNATURE_WRONG, 0));
    }
    test_directory_remove(directory);
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

static void find_code(const struct findings *findings, enum finding_code code,
                      size_t wanted)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += findings->list[i].code == code;
    CHECK(count == wanted);
}

static void load_in(const char *directory, uint32_t version,
                    enum finding_code code, size_t count)
{
    struct findings findings = {0};
    struct configuration configuration;
    CHECK_OK(configuration_load(&FILE_LAYER_SYSTEM, directory, &findings,
                                &configuration));
    CHECK(configuration.version == version);
    CHECK(configuration.plant->cameras[5].group <
          configuration.notice->group_count);
    find_code(&findings, code, count);
    configuration_deinit(&configuration);
    findings_deinit(&findings);
}

static void append(const char *path)
{
    uint8_t *yaml = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, 1 << 20, &yaml, &size));
    struct buffer longer = buffer_with_limit(1 << 20);
    buffer_append(&longer, bytes_of(yaml, size));
    buffer_append_text(&longer, "# one more line\n");
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path, buffer_bytes(&longer)));
    buffer_deinit(&longer);
    alloc_free(yaml);
}

static void make_version(const char *directory)
{
    char path[PATH_SIZE + 32];
    struct findings findings = {0};
    struct configuration configuration;
    struct notice_versions versions = {0};
    (void)snprintf(path, sizeof path, "%s/versions", directory);
    CHECK_OK(FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path));
    CHECK_OK(configuration_load(&FILE_LAYER_SYSTEM, directory, &findings,
                                &configuration));
    struct notice_version *version = notice_versions_add(&versions, 1);
    version->state = NOTICE_VERSION_ACTIVE;
    version->announced.us = version->effective.us = SECOND_US;
    struct bytes yaml = bytes_of(configuration.notice_yaml,
                                 configuration.notice_yaml_size);
    CHECK_OK(notice_digest(yaml, version->sha256));
    const struct notice_version_content content = {
        .number = 1, .yaml = yaml, .notice = configuration.notice,
        .before = configuration.notice};
    CHECK_OK(notice_version_write(&FILE_LAYER_SYSTEM, directory, &content,
                                  version->manifest_sha256));
    CHECK(strlen(version->manifest_sha256) == 64);
    CHECK_OK(notice_book_write(&FILE_LAYER_SYSTEM, directory, &versions));
    notice_versions_deinit(&versions);
    configuration_deinit(&configuration);
    findings_deinit(&findings);
}

static void the_version_in_force_counts_not_what_lies_beside_it(void **state)
{
    (void)state;
    char directory[PATH_SIZE];
    char path[PATH_SIZE + 32];
    test_directory_make(directory, sizeof directory);
    CHECK_OK(notice_example_write(&FILE_LAYER_SYSTEM, directory, &DEMO));
    load_in(directory, 0, FINDING_NOTICE_NOT_PUBLISHED, 0);
    make_version(directory);
    load_in(directory, 1, FINDING_NOTICE_NOT_PUBLISHED, 0);
    (void)snprintf(path, sizeof path, "%s/notice.yaml", directory);
    append(path);
    load_in(directory, 1, FINDING_NOTICE_NOT_PUBLISHED, 1);
    /* A version whose file is another one is no version. */
    (void)snprintf(path, sizeof path, "%s/versions/1/notice.yaml", directory);
    append(path);
    load_in(directory, 0, FINDING_VERSION_DAMAGED, 1);
    CHECK_OK(FILE_LAYER_SYSTEM.unlink(&FILE_LAYER_SYSTEM, path));
    load_in(directory, 0, FINDING_VERSION_DAMAGED, 1);
    test_directory_remove(directory);
}

TEST_MAIN("notice/configuration",
          TEST(the_demo_is_sound_and_has_one_short_group),
          TEST(a_site_of_the_demo_is_signed_and_has_its_own_cameras),
          TEST(cameras_without_a_user_need_no_secret),
          TEST(every_example_is_sound),
          TEST(each_site_of_the_example_is_sound),
          TEST(a_directory_is_one_site_for_good),
          TEST(what_only_counts_is_not_stored),
          TEST(a_changed_notice_is_refused), TEST(missing_files_are_findings),
          TEST(every_failing_allocation_is_told),
          TEST(the_version_in_force_counts_not_what_lies_beside_it))

/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/check/network.h"

#include <string.h>

#include "base/text.h"
#include "unit/test.h"

/* The line of the finding; 0: there is none. */
static uint32_t line_of(const char *first, const char *second,
                        size_t network_count)
{
    struct plant_camera cameras[] = {{.host = text_of(first), .line = 7},
                                     {.host = text_of(second), .line = 9}};
    struct text networks[] = {{"192.0.2.0/24", 12}};
    struct plant plant = {.cameras = cameras,
                          .camera_count = 2,
                          .camera_networks = networks,
                          .camera_network_count = network_count};
    const struct configuration configuration = {.plant = &plant};
    struct findings findings = {0};
    uint32_t line = 0;
    check_network("d", &configuration, &findings);
    CHECK(findings.count <= 1 && findings.errors == 0);
    if (findings.count == 1) {
        line = findings.list[0].line;
        CHECK(findings.list[0].code == FINDING_CAMERA_NETWORKS_MISSING);
        assert_string_equal("d/plant.yaml", findings.list[0].file);
        CHECK(strstr(findings.list[0].remedy, "camera_networks:") != NULL);
    }
    findings_deinit(&findings);
    return line;
}

static void cameras_that_no_network_binds_are_told(void **state)
{
    (void)state;
    assert_int_equal(7, line_of("192.0.2.7", "192.0.2.9", 0));
    assert_int_equal(9, line_of("127.0.0.1", "192.0.2.9", 0));
    assert_int_equal(7, line_of("2001:db8::7", "::1", 0));
    assert_int_equal(9, line_of("127.0.0.1", "camera.example", 0));
    assert_int_equal(0, line_of("192.0.2.7", "camera.example", 1));
}

static void a_demo_is_not(void **state)
{
    (void)state;
    assert_int_equal(0, line_of("127.0.0.1", "127.0.0.1", 0));
    assert_int_equal(0, line_of("127.0.0.2", "::1", 0));
    assert_int_equal(0, line_of("::ffff:127.0.0.1", "::1", 0));
}

TEST_MAIN("cmd/check_network", TEST(cameras_that_no_network_binds_are_told),
          TEST(a_demo_is_not))

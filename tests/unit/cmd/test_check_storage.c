/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/check/storage.h"

#include <stdio.h>
#include <string.h>

#include "store/disk_book.h"
#include "support/example_edit.h"
#include "sys/mount.h"
#include "unit/test.h"

struct place {
    char directory[128];
    struct configuration configuration;
    struct findings findings;
};

/* The example's notice with nine cameras; storage: as given. */
static void place_make(struct place *place, const char *storage)
{
    *place = (struct place){.configuration = {0}};
    struct configuration *configuration = &place->configuration;
    test_directory_make(place->directory, sizeof place->directory);
    char events[160];
    (void)snprintf(events, sizeof events, "%s/events", place->directory);
    CHECK_OK(FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, events));
    static char plant[65536];
    struct bytes example = example_file(EXAMPLE_PLANT);
    static const char LINES[] =
        "storage:\n  volume: 1 GiB\n  hold_reserve: 10 GiB\n";
    const char *from = strstr((const char *)example.data, LINES);
    CHECK(from != NULL);
    (void)snprintf(plant, sizeof plant, "%.*sstorage: %s\n%s",
                   (int)(from - (const char *)example.data), example.data,
                   storage, from + strlen(LINES));
    CHECK_OK(notice_load("n", example_file(EXAMPLE_NOTICE), &place->findings,
                         &configuration->notice));
    CHECK_OK(plant_load("p", bytes_of(plant, strlen(plant)), &place->findings,
                        &configuration->plant));
    CHECK_OK(plant_bind(configuration->plant, "p", configuration->notice, "n",
                        &place->findings));
}

static void place_remove(struct place *place)
{
    configuration_deinit(&place->configuration);
    findings_deinit(&place->findings);
    test_directory_remove(place->directory);
}

static const struct finding *found(const struct place *place,
                                   enum finding_code code)
{
    for (size_t i = 0; i < place->findings.count; i++) {
        if (place->findings.list[i].code == code)
            return &place->findings.list[i];
    }
    return NULL;
}

static void refuses_what_the_disks_cannot_hold(void **state)
{
    (void)state;
    struct place place;
    place_make(&place, "{bitrate_kbps: 64000}");
    check_storage(place.directory, &place.configuration, &place.findings);
    const struct finding *finding = found(&place, FINDING_STORAGE_TOO_SMALL);
    CHECK(finding != NULL && place.findings.errors > 0);
    CHECK(strstr(finding->message, "assumed") != NULL);
    place_remove(&place);
}

/* What was measured counts, not what is assumed. */
static void believes_what_was_measured(void **state)
{
    (void)state;
    struct place place;
    place_make(&place, "{bitrate_kbps: 64000}");
    struct disk_book book = {0};
    char path[200];
    for (uint16_t class_id = 1; class_id <= 9; class_id++)
        *disk_book_pool(&book, class_id) =
            (struct pool_rate){class_id, 9, 9, 86400}; /* bytes per second */
    (void)snprintf(path, sizeof path, "%s/events/disks", place.directory);
    CHECK_OK(disk_book_write(&book, &FILE_LAYER_SYSTEM, path));
    check_storage(place.directory, &place.configuration, &place.findings);
    CHECK(found(&place, FINDING_STORAGE_TOO_SMALL) == NULL);
    place_remove(&place);
}

static void tells_a_disk_that_is_not_there(void **state)
{
    (void)state;
    struct place place;
    place_make(&place, "{disks: [{id: d1, path: /no/such/disk}]}");
    check_storage(place.directory, &place.configuration, &place.findings);
    CHECK(found(&place, FINDING_DISK_MISSING) != NULL);
    CHECK(found(&place, FINDING_STORAGE_TOO_SMALL) != NULL);
    place_remove(&place);
}

static void tells_volumes_beside_the_keys(void **state)
{
    (void)state;
    struct place place;
    place_make(&place, "{}");
    char volumes[160];
    (void)snprintf(volumes, sizeof volumes, "%s/volumes", place.directory);
    CHECK_OK(FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, volumes));
    check_storage(place.directory, &place.configuration, &place.findings);
    CHECK(found(&place, FINDING_VOLUMES_BESIDE_KEYS) != NULL);
    struct mount here;
    CHECK_OK(mount_find(place.directory, &here));
    /* The type is not known where the root is no mount point (chroot). */
    CHECK(!here.is_mount_point);
    CHECK((found(&place, FINDING_KEYS_NOT_OVERWRITTEN) != NULL) ==
          here.rewrites);
    CHECK((found(&place, FINDING_SWAP_NOT_ENCRYPTED) != NULL) ==
          mount_has_open_swap());
    CHECK((found(&place, FINDING_HIBERNATION) != NULL) ==
          mount_may_hibernate());
    CHECK_OK(mount_find("/proc", &here));
    CHECK(here.is_mount_point && strcmp(here.type, "proc") == 0);
    CHECK_STATUS(STATUS_NOT_FOUND, mount_find("/no/such", &here));
    place_remove(&place);
}

TEST_MAIN("cmd/check_storage", TEST(refuses_what_the_disks_cannot_hold),
          TEST(believes_what_was_measured),
          TEST(tells_a_disk_that_is_not_there),
          TEST(tells_volumes_beside_the_keys))

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/package/archive.h"
#include "cmd/package/manifest.h"
#include "sys/file.h"
#include "unit/test.h"

enum { PATH_SIZE = 128, ZIP_MAX = 1 << 20 };

/* A package's zip in memory. */
struct packed {
    char directory[64];
    char path[PATH_SIZE];
    uint8_t *bytes;
    size_t size;
};

static void pack(struct packed *out, const char *password)
{
    struct archive_out *zip = NULL;
    static const uint8_t CONTENT[] = "what a camera saw, forty bytes at least..";
    test_directory_make(out->directory, sizeof out->directory);
    (void)snprintf(out->path, sizeof out->path, "%s/a.zip", out->directory);
    CHECK_OK(archive_out_create(out->path, password, &zip));
    CHECK_OK(archive_out_add(zip, "manifest.json", bytes_of(CONTENT, 7)));
    CHECK_OK(archive_out_add(zip, "camera-3.mp4",
                             bytes_of(CONTENT, sizeof CONTENT)));
    CHECK_OK(archive_out_add(zip, "proofs/17.tlog-proof",
                             bytes_of(CONTENT, 30)));
    CHECK_OK(archive_out_finish(&zip));
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, out->path, ZIP_MAX, &out->bytes,
                           &out->size));
}

static void packed_deinit(struct packed *packed)
{
    alloc_free(packed->bytes);
    test_directory_remove(packed->directory);
}

static enum status read_at(void *context, uint64_t offset, void *out,
                           size_t size)
{
    const struct packed *packed = context;
    if (offset > packed->size || size > packed->size - offset)
        return STATUS_END;
    memcpy(out, packed->bytes + offset, size);
    return STATUS_OK;
}

static enum status look(struct packed *packed, struct zip_form *form,
                        struct zip_fault *fault)
{
    return zip_form_read(read_at, packed, packed->size, form, fault);
}

/* Inside a file's content, where its own sum holds. */
static bool is_content(const struct zip_form *form, size_t at)
{
    for (size_t i = 0; i < form->count; i++) {
        if (at >= form->files[i].content_at &&
            at < form->files[i].content_at + form->files[i].stored_size)
            return true;
    }
    return false;
}

/* The sum in the headers is the content's: it shows when that is read. */
static bool shows_when_read(struct packed *packed, const char *password)
{
    struct archive_in *zip = NULL;
    bool is_wrong = false;
    AUTO(file_close) struct file *file = NULL;
    CHECK_OK(file_open(&FILE_LAYER_SYSTEM, packed->path, FILE_WRITE, &file));
    CHECK_OK(file_write_at(file, 0, bytes_of(packed->bytes, packed->size)));
    if (archive_in_open(packed->path, password, &zip) != STATUS_OK)
        return true;
    for (uint64_t i = 0; i < 3; i++) {
        AUTO(buffer_deinit) struct buffer out = buffer_with_limit(ZIP_MAX);
        is_wrong |= archive_in_read(zip, i, &out) != STATUS_OK;
    }
    archive_in_close(&zip);
    return is_wrong;
}

static void flip_all(const char *password)
{
    struct packed packed = {.size = 0};
    struct zip_form whole;
    struct zip_fault fault;
    pack(&packed, password);
    CHECK_OK(look(&packed, &whole, &fault));
    CHECK(whole.count == 3);
    CHECK(strcmp(whole.files[1].name, "camera-3.mp4") == 0);
    CHECK(whole.files[1].is_sealed == (password != NULL));
    for (size_t bit = 0; bit < 8 * packed.size; bit++) {
        struct zip_form form;
        packed.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        enum status s = look(&packed, &form, &fault);
        if (is_content(&whole, bit / 8)) {
            CHECK_OK(s);
            if (bit % 8 == 3) /* one of each byte is slow enough */
                CHECK(shows_when_read(&packed, password));
        } else {
            CHECK_STATUS(STATUS_CORRUPT, s);
            CHECK(fault.where != NULL && fault.what != NULL);
        }
        zip_form_deinit(&form);
        packed.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    zip_form_deinit(&whole);
    packed_deinit(&packed);
}

static void every_flipped_bit_shows(void **state)
{
    (void)state;
    flip_all(NULL);
}

static void every_flipped_bit_of_a_sealed_one_shows(void **state)
{
    (void)state;
    flip_all("correct horse");
}

static void cut_or_longer_is_no_package(void **state)
{
    (void)state;
    struct packed packed = {.size = 0};
    struct zip_form form;
    struct zip_fault fault;
    pack(&packed, NULL);
    size_t size = packed.size;
    for (packed.size = 0; packed.size < size; packed.size++) {
        CHECK_STATUS(STATUS_CORRUPT, look(&packed, &form, &fault));
        zip_form_deinit(&form);
    }
    packed_deinit(&packed);
}

static void another_password_opens_nothing(void **state)
{
    (void)state;
    struct packed packed = {.size = 0};
    struct archive_in *zip = NULL;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(ZIP_MAX);
    pack(&packed, "correct horse");
    CHECK_OK(archive_in_open(packed.path, NULL, &zip));
    CHECK_STATUS(STATUS_DENIED, archive_in_read(zip, 0, &out));
    archive_in_close(&zip);
    CHECK_OK(archive_in_open(packed.path, "correct horse", &zip));
    CHECK_OK(archive_in_read(zip, 0, &out));
    CHECK(out.size == 7 && memcmp(out.data, "what a ", 7) == 0);
    archive_in_close(&zip);
    packed_deinit(&packed);
}

/* ---- manifest ---- */

static struct manifest *manifest_of(void)
{
    struct manifest *manifest = manifest_create();
    CHECK(manifest != NULL);
    manifest->export = 53;
    manifest->order = 51;
    manifest->approval = 52;
    manifest->asked = (struct span){{10000000}, {20000000}};
    manifest->about = json_pack("{ss}", "reason", "사고 확인");
    manifest->camera_count = 1;
    struct manifest_camera *camera = &manifest->cameras[0];
    camera->camera = 3;
    camera->is_masked = true;
    (void)snprintf(camera->file, sizeof camera->file, "camera-3.mp4");
    camera->groups = alloc_zeroed(2 * sizeof *camera->groups);
    camera->gaps = alloc_zeroed(sizeof *camera->gaps);
    camera->group_count = 2;
    for (size_t i = 0; i < 2; i++) {
        struct manifest_group *group = &camera->groups[i];
        group->samples = 15;
        group->is_whole = true;
        group->root_entry = 40;
        group->proven.has_salt = true;
        group->proven.has_proof = true;
        group->proven.salt[0] = 9;
        group->proven.leaf = (struct gop_leaf){
            .camera = 3,
            .sequence = i + 1,
            .span = {{10000000 + (int64_t)i * 8000000},
                     {12000000 + (int64_t)i * 8000000}},
            .samples = 15,
            .record_count = 1,
            .first_record = 1};
        group->proven.proof = (struct leaf_proof){
            .batch = 4, .index = 1, .leaves = 2, .files = 1, .count = 1};
    }
    return manifest;
}

static void what_is_missing_is_found(void **state)
{
    (void)state;
    AUTO(manifest_destroy) struct manifest *manifest = manifest_of();
    struct span gaps[4];
    const struct manifest_camera *camera = &manifest->cameras[0];
    CHECK(manifest_find_gaps(camera, manifest->asked, gaps, 4) == 1);
    CHECK(gaps[0].from.us == 12000000 && gaps[0].to.us == 18000000);
    manifest->cameras[0].groups[1].is_whole = false;
    CHECK(manifest_find_gaps(camera, manifest->asked, gaps, 4) == 1);
    CHECK(gaps[0].to.us == 20000000);
}

static void a_manifest_comes_back(void **state)
{
    (void)state;
    AUTO(manifest_destroy) struct manifest *manifest = manifest_of();
    AUTO(manifest_destroy) struct manifest *again = NULL;
    AUTO(buffer_deinit)
    struct buffer json = buffer_with_limit(MANIFEST_BYTES_MAX);
    const char *what = NULL;
    CHECK_OK(manifest_write(manifest, &json));
    CHECK_OK(manifest_read(buffer_bytes(&json), &again, &what));
    CHECK(again->export == 53 && again->camera_count == 1);
    CHECK(again->order == 51 && again->approval == 52);
    CHECK(again->cameras[0].is_masked);
    const struct manifest_group *group = &again->cameras[0].groups[1];
    CHECK(group->proven.leaf.sequence == 2 && group->proven.proof.batch == 4);
    CHECK(group->proven.salt[0] == 9 && group->is_whole);
    for (size_t size = 0; size < json.size; size += 7) {
        struct manifest *cut = NULL;
        CHECK_STATUS(STATUS_BAD_INPUT,
                     manifest_read(bytes_of(json.data, size), &cut, &what));
    }
}

TEST_MAIN("cmd/package", TEST(every_flipped_bit_shows),
          TEST(every_flipped_bit_of_a_sealed_one_shows),
          TEST(cut_or_longer_is_no_package),
          TEST(another_password_opens_nothing), TEST(what_is_missing_is_found),
          TEST(a_manifest_comes_back))

/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/package/manifest.h"

#include <string.h>

#include "base/alloc.h"
#include "base/encoding.h"
#include "base/text.h"
#include "cmd/local/json.h"
#include "crypto/hash.h"
#include "model/camera.h"
#include "store/gop_chain.h"

static const char FORMAT[] = "haechi-evidence/1";

enum {
    HASH_TEXT = HEX_SIZE(SHA256_SIZE) + 1,
    LEAF_TEXT = BASE64_SIZE(GOP_LEAF_SIZE) + 1,
    PATH_BYTES = PROOF_PATH_MAX * SHA256_SIZE,
    PATH_TEXT = BASE64_SIZE(PATH_BYTES) + 1,
};

struct manifest *manifest_create(void)
{
    return alloc_zeroed(sizeof(struct manifest));
}

void manifest_destroy(struct manifest **manifest)
{
    if (*manifest == NULL)
        return;
    for (size_t i = 0; i < (*manifest)->camera_count; i++) {
        alloc_free((*manifest)->cameras[i].groups);
        alloc_free((*manifest)->cameras[i].gaps);
    }
    json_decref((*manifest)->about);
    alloc_free(*manifest);
    *manifest = NULL;
}

size_t manifest_find_gaps(const struct manifest_camera *camera,
                          struct span asked, struct span *out, size_t most)
{
    struct wall_time at = asked.from;
    size_t count = 0;
    for (size_t i = 0; i <= camera->group_count; i++) {
        bool is_end = i == camera->group_count;
        const struct manifest_group *group =
            is_end ? NULL : &camera->groups[i];
        struct wall_time next = is_end ? asked.to : group->proven.leaf.span.from;
        if (!is_end && !group->is_whole)
            continue;
        if (next.us > asked.to.us)
            next = asked.to;
        if (next.us - at.us >= MANIFEST_GAP_US && count++ < most)
            out[count - 1] = (struct span){at, next};
        if (!is_end && group->proven.leaf.span.to.us > at.us)
            at = group->proven.leaf.span.to;
    }
    return count;
}

struct content_group *manifest_places(const struct manifest_camera *camera,
                                      size_t *count)
{
    uint32_t at = 0;
    struct content_group *places =
        alloc_array(2 * camera->group_count + 1, sizeof *places);
    *count = 0;
    for (size_t i = 0; places != NULL && i < camera->group_count; i++) {
        const struct manifest_group *group = &camera->groups[i];
        places[(*count)++] =
            (struct content_group){.first = at, .samples = group->samples};
        at += group->samples;
        places[(*count)++] =
            (struct content_group){.first = at, .samples = group->loose};
        at += group->loose;
    }
    return places;
}

/* ---- writing ---- */

static json_t *hash_json(const uint8_t hash[SHA256_SIZE])
{
    char text[HASH_TEXT] = "";
    hex_encode(bytes_of(hash, SHA256_SIZE), text);
    return json_string(text);
}

static json_t *proof_json(const struct leaf_proof *proof)
{
    uint8_t path[PATH_BYTES];
    char text[PATH_TEXT] = "";
    for (size_t i = 0; i < proof->count; i++)
        memcpy(path + i * SHA256_SIZE, proof->path[i].bytes, SHA256_SIZE);
    base64_encode(bytes_of(path, proof->count * SHA256_SIZE), text);
    return json_pack("{sI,sI,sI,sI,sI,ss}", "batch", (json_int_t)proof->batch,
                     "index", (json_int_t)proof->index, "leaves",
                     (json_int_t)proof->leaves, "place",
                     (json_int_t)proof->place, "files",
                     (json_int_t)proof->files, "path", text);
}

static json_t *group_json(const struct manifest_group *group)
{
    const struct leaf_group *proven = &group->proven;
    uint8_t leaf[GOP_LEAF_SIZE] = {0};
    uint8_t hash[SHA256_SIZE] = {0};
    char text[LEAF_TEXT] = "";
    struct writer encoded = writer_on(leaf, sizeof leaf);
    gop_leaf_encode(&proven->leaf, &encoded);
    base64_encode(bytes_of(leaf, sizeof leaf), text);
    if (gop_leaf_hash(&proven->leaf, hash) != STATUS_OK)
        return NULL;
    json_t *object = json_pack(
        "{sI,sI,sI,sI,sI,sb,so,ss}", "sequence",
        (json_int_t)proven->leaf.sequence, "from_us",
        (json_int_t)proven->leaf.span.from.us, "to_us",
        (json_int_t)proven->leaf.span.to.us, "samples",
        (json_int_t)group->samples, "loose", (json_int_t)group->loose, "whole", group->is_whole ? 1 : 0,
        "leaf_sha256", hash_json(hash), "leaf", text);
    if (object != NULL && proven->has_salt)
        (void)json_object_set_new(object, "salt", hash_json(proven->salt));
    if (object != NULL && proven->has_proof) {
        (void)json_object_set_new(object, "proof", proof_json(&proven->proof));
        (void)json_object_set_new(object, "root_entry",
                                  json_integer((json_int_t)group->root_entry));
    }
    return object;
}

static json_t *camera_json(const struct manifest_camera *camera)
{
    json_t *groups = json_array();
    json_t *gaps = json_array();
    for (size_t i = 0; i < camera->group_count; i++)
        (void)json_array_append_new(groups, group_json(&camera->groups[i]));
    for (size_t i = 0; i < camera->gap_count; i++) {
        const struct manifest_gap *gap = &camera->gaps[i];
        (void)json_array_append_new(
            gaps, json_pack("{sI,sI,ss}", "from_us",
                            (json_int_t)gap->span.from.us, "to_us",
                            (json_int_t)gap->span.to.us, "cause", gap->cause));
    }
    bool is_whole = json_array_size(groups) == camera->group_count &&
                    json_array_size(gaps) == camera->gap_count;
    json_t *object =
        json_pack("{sI,sb,ss,so,so,so}", "camera", (json_int_t)camera->camera,
                  "masked", camera->is_masked ? 1 : 0, "file", camera->file, "sha256", hash_json(camera->sha256),
                  "gaps", gaps, "groups", groups);
    if (!is_whole) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static int append(const char *piece, size_t size, void *out)
{
    buffer_append(out, bytes_of((const uint8_t *)piece, size));
    return ((struct buffer *)out)->failed ? -1 : 0;
}

enum status manifest_write(const struct manifest *manifest, struct buffer *out)
{
    json_t *cameras = json_array();
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < manifest->camera_count; i++) {
        if (json_array_append_new(cameras,
                                  camera_json(&manifest->cameras[i])) != 0)
            s = STATUS_NO_MEMORY;
    }
    json_t *root = json_pack(
        "{ss,sI,sI,sI,sI,sI,so,sO,so}", "format", FORMAT, "export",
        (json_int_t)manifest->export, "order", (json_int_t)manifest->order,
        "approval", (json_int_t)manifest->approval, "asked_from_us",
        (json_int_t)manifest->asked.from.us, "asked_to_us",
        (json_int_t)manifest->asked.to.us, "page_sha256",
        hash_json(manifest->page_sha256), "about", manifest->about, "cameras",
        cameras);
    if (root == NULL)
        s = STATUS_NO_MEMORY;
    if (s == STATUS_OK &&
        json_dump_callback(root, append, out, JSON_INDENT(1)) != 0)
        s = STATUS_LIMIT;
    json_decref(root);
    return s;
}

/* ---- reading ---- */

static bool read_number(const json_t *object, const char *name, int64_t max,
                        int64_t *out)
{
    const json_t *value = json_object_get(object, name);
    *out = json_is_integer(value) ? (int64_t)json_integer_value(value) : -1;
    return *out >= 0 && *out <= max;
}

static bool read_text(const json_t *object, const char *name, char *out,
                      size_t size)
{
    const json_t *value = json_object_get(object, name);
    struct text text = {json_string_value(value), json_string_length(value)};
    return json_is_string(value) && text_is_plain(text) &&
           text_copy(text, out, size);
}

static bool read_hash(const json_t *object, const char *name,
                      uint8_t out[SHA256_SIZE])
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL &&
           hex_decode(text_of(text), out, SHA256_SIZE) == STATUS_OK;
}

static bool read_proof(const json_t *object, struct leaf_proof *out)
{
    uint8_t path[PATH_BYTES];
    size_t size = 0;
    int64_t batch = 0;
    int64_t index = 0;
    int64_t leaves = 0;
    int64_t place = 0;
    int64_t files = 0;
    const char *text = json_string_value(json_object_get(object, "path"));
    if (text == NULL || !read_number(object, "batch", INT64_MAX, &batch) ||
        !read_number(object, "index", UINT32_MAX, &index) ||
        !read_number(object, "leaves", UINT32_MAX, &leaves) ||
        !read_number(object, "place", UINT16_MAX, &place) ||
        !read_number(object, "files", BATCH_FILES_MAX, &files) ||
        base64_decode(text_of(text), path, sizeof path, &size) != STATUS_OK ||
        size % SHA256_SIZE != 0)
        return false;
    *out = (struct leaf_proof){.batch = (uint64_t)batch,
                               .index = (uint32_t)index,
                               .leaves = (uint32_t)leaves,
                               .place = (uint16_t)place,
                               .files = (uint16_t)files,
                               .count = size / SHA256_SIZE};
    for (size_t i = 0; i < out->count; i++)
        memcpy(out->path[i].bytes, path + i * SHA256_SIZE, SHA256_SIZE);
    return true;
}

static bool read_leaf(const json_t *object, struct gop_leaf *out)
{
    uint8_t leaf[GOP_LEAF_SIZE];
    size_t size = 0;
    const char *text = json_string_value(json_object_get(object, "leaf"));
    if (text == NULL ||
        base64_decode(text_of(text), leaf, sizeof leaf, &size) != STATUS_OK ||
        size != sizeof leaf)
        return false;
    struct reader in = reader_on(bytes_of(leaf, sizeof leaf));
    return gop_leaf_decode(&in, out) == STATUS_OK;
}

/* What is said twice must be the same. */
static bool read_group(const json_t *object, struct manifest_group *out)
{
    struct leaf_group *proven = &out->proven;
    int64_t sequence = 0;
    int64_t from_us = 0;
    int64_t to_us = 0;
    int64_t samples = 0;
    int64_t loose = 0;
    int64_t root_entry = 0;
    uint8_t said[SHA256_SIZE];
    uint8_t hash[SHA256_SIZE];
    const json_t *proof = json_object_get(object, "proof");
    if (!read_leaf(object, &proven->leaf) ||
        !read_number(object, "sequence", INT64_MAX, &sequence) ||
        !read_number(object, "from_us", INT64_MAX, &from_us) ||
        !read_number(object, "to_us", INT64_MAX, &to_us) ||
        !read_number(object, "samples", MP4_SAMPLE_COUNT_MAX, &samples) ||
        !read_number(object, "loose", MP4_SAMPLE_COUNT_MAX, &loose) ||
        !json_is_boolean(json_object_get(object, "whole")) ||
        !read_hash(object, "leaf_sha256", said) ||
        gop_leaf_hash(&proven->leaf, hash) != STATUS_OK ||
        memcmp(said, hash, sizeof hash) != 0 ||
        proven->leaf.sequence != (uint64_t)sequence ||
        proven->leaf.span.from.us != from_us ||
        proven->leaf.span.to.us != to_us)
        return false;
    out->samples = (uint32_t)samples;
    out->loose = (uint32_t)loose;
    out->is_whole = json_is_true(json_object_get(object, "whole"));
    proven->has_salt = json_object_get(object, "salt") != NULL;
    if (proven->has_salt && !read_hash(object, "salt", proven->salt))
        return false;
    proven->has_proof = proof != NULL;
    if (proof == NULL)
        return true;
    if (!read_number(object, "root_entry", INT64_MAX, &root_entry))
        return false;
    out->root_entry = (uint64_t)root_entry;
    return read_proof(proof, &proven->proof);
}

static bool read_gap(const json_t *object, struct manifest_gap *out)
{
    return read_number(object, "from_us", INT64_MAX, &out->span.from.us) &&
           read_number(object, "to_us", INT64_MAX, &out->span.to.us) &&
           read_text(object, "cause", out->cause, sizeof out->cause);
}

static enum status read_camera(const json_t *object, size_t groups_left,
                               struct manifest_camera *out)
{
    const json_t *groups = json_object_get(object, "groups");
    const json_t *gaps = json_object_get(object, "gaps");
    int64_t camera = 0;
    if (!json_is_array(groups) || !json_is_array(gaps) ||
        !json_is_boolean(json_object_get(object, "masked")) ||
        !read_number(object, "camera", CAMERA_NUMBER_MAX, &camera) ||
        !read_text(object, "file", out->file, sizeof out->file) ||
        !read_hash(object, "sha256", out->sha256))
        return STATUS_BAD_INPUT;
    if (json_array_size(groups) > groups_left ||
        json_array_size(gaps) > MANIFEST_GAPS_MAX)
        return STATUS_LIMIT;
    out->camera = (uint32_t)camera;
    out->is_masked = json_is_true(json_object_get(object, "masked"));
    out->groups = alloc_array(json_array_size(groups) + 1, sizeof *out->groups);
    out->gaps = alloc_array(json_array_size(gaps) + 1, sizeof *out->gaps);
    if (out->groups == NULL || out->gaps == NULL)
        return STATUS_NO_MEMORY;
    for (; out->group_count < json_array_size(groups); out->group_count++) {
        struct manifest_group *group = &out->groups[out->group_count];
        memset(group, 0, sizeof *group);
        if (!read_group(json_array_get(groups, out->group_count), group))
            return STATUS_BAD_INPUT;
    }
    for (; out->gap_count < json_array_size(gaps); out->gap_count++) {
        if (!read_gap(json_array_get(gaps, out->gap_count),
                      &out->gaps[out->gap_count]))
            return STATUS_BAD_INPUT;
    }
    return STATUS_OK;
}

static enum status read_root(const json_t *root, struct manifest *out,
                             const char **what)
{
    int64_t export = 0;
    int64_t order = 0;
    int64_t approval = 0;
    const json_t *cameras = json_object_get(root, "cameras");
    *what = "format";
    if (strcmp(local_text(root, "format"), FORMAT) != 0)
        return STATUS_BAD_INPUT;
    *what = "export, order, approval, asked_from_us, asked_to_us, page_sha256 or about";
    if (!read_number(root, "export", INT64_MAX, &export) ||
        !read_number(root, "order", INT64_MAX, &order) ||
        !read_number(root, "approval", INT64_MAX, &approval) ||
        !read_number(root, "asked_from_us", INT64_MAX, &out->asked.from.us) ||
        !read_number(root, "asked_to_us", INT64_MAX, &out->asked.to.us) ||
        !read_hash(root, "page_sha256", out->page_sha256) ||
        !json_is_object(json_object_get(root, "about")))
        return STATUS_BAD_INPUT;
    out->export = (uint64_t)export;
    out->order = (uint64_t)order;
    out->approval = (uint64_t)approval;
    out->about = json_incref(json_object_get(root, "about"));
    *what = "cameras";
    if (!json_is_array(cameras))
        return STATUS_BAD_INPUT;
    if (json_array_size(cameras) > MANIFEST_CAMERAS_MAX)
        return STATUS_LIMIT;
    *what = "a camera, one of its gaps or groups";
    size_t groups_left = MANIFEST_GROUPS_MAX;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && out->camera_count < json_array_size(cameras)) {
        struct manifest_camera *camera = &out->cameras[out->camera_count];
        s = read_camera(json_array_get(cameras, out->camera_count),
                        groups_left, camera);
        groups_left -= camera->group_count;
        out->camera_count++;
    }
    return s;
}

enum status manifest_read(struct bytes json, struct manifest **out,
                          const char **what)
{
    *out = NULL;
    *what = "JSON";
    if (json.size > MANIFEST_BYTES_MAX)
        return STATUS_LIMIT;
    json_t *root = json_loadb((const char *)json.data, json.size,
                              JSON_REJECT_DUPLICATES, NULL);
    struct manifest *manifest = manifest_create();
    enum status s = manifest == NULL ? STATUS_NO_MEMORY : STATUS_BAD_INPUT;
    if (manifest != NULL && root != NULL)
        s = read_root(root, manifest, what);
    json_decref(root);
    if (s != STATUS_OK) {
        manifest_destroy(&manifest);
        return s;
    }
    *out = manifest;
    return STATUS_OK;
}

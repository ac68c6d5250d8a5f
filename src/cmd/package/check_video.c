/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "cmd/package/check_private.h"
#include "crypto/hash.h"
#include "store/gop_chain.h"

/* "camera 3, group 17" */
static const char *name_group(const struct manifest_camera *camera,
                              const struct manifest_group *group,
                              char out[VERIFY_WHERE_SIZE])
{
    (void)snprintf(out, VERIFY_WHERE_SIZE, "camera %" PRIu32 ", group %" PRIu64,
                   camera->camera, group->proven.leaf.sequence);
    return out;
}

/* ---- leaves ---- */

/* Under a root of the log. */
static enum status check_root(struct check *check,
                              const struct manifest_camera *camera,
                              const struct manifest_group *group)
{
    char where[VERIFY_WHERE_SIZE];
    struct merkle_hash leaf;
    struct merkle_hash root;
    const struct check_root *said = check_root_find(check, group->root_entry);
    name_group(camera, group, where);
    if (!group->proven.has_proof) {
        if (group->is_whole)
            check_problem(check, where, "it has no proof");
        return STATUS_OK;
    }
    enum status s = gop_leaf_hash(&group->proven.leaf, leaf.bytes);
    if (s != STATUS_OK)
        return s;
    s = leaf_proof_root(&group->proven.proof, &leaf, &root);
    if (s == STATUS_INTERNAL)
        return s;
    if (s != STATUS_OK || said == NULL ||
        said->batch != group->proven.proof.batch ||
        memcmp(said->root.bytes, root.bytes, SHA256_SIZE) != 0)
        check_problem(check, where,
                      "its leaf does not lead to the root in entry %" PRIu64,
                      group->root_entry);
    return STATUS_OK;
}

/* Number follows number, each bound to the one before. */
static enum status check_chain(struct check *check,
                               const struct manifest_camera *camera)
{
    uint8_t before[SHA256_SIZE];
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < camera->group_count; i++) {
        char where[VERIFY_WHERE_SIZE];
        const struct manifest_group *group = &camera->groups[i];
        const struct gop_leaf *leaf = &group->proven.leaf;
        name_group(camera, group, where);
        if (leaf->camera != camera->camera)
            check_problem(check, where, "a leaf of another camera");
        if (i > 0) {
            const struct gop_leaf *last = &camera->groups[i - 1].proven.leaf;
            bool is_next = leaf->sequence == last->sequence + 1;
            if (!gop_leaf_is_behind(leaf, last))
                check_problem(check, where, "not behind the one before");
            else if (is_next &&
                     memcmp(leaf->previous, before, sizeof before) != 0)
                check_problem(check, where, "not bound to the one before");
            else if (!is_next)
                check_problem(check, where,
                              "%" PRIu64 " groups before it are missing",
                              leaf->sequence - last->sequence - 1);
        }
        s = gop_leaf_hash(leaf, before);
        if (s == STATUS_OK)
            s = check_root(check, camera, group);
    }
    return s;
}

/* ---- gaps ---- */

static enum status check_gaps(struct check *check,
                              const struct manifest_camera *camera)
{
    char where[VERIFY_WHERE_SIZE];
    struct span *spans = alloc_array(MANIFEST_GAPS_MAX, sizeof *spans);
    if (spans == NULL)
        return STATUS_NO_MEMORY;
    size_t count = manifest_find_gaps(camera, check->manifest->asked, spans,
                                      MANIFEST_GAPS_MAX);
    bool is_same = count == camera->gap_count;
    for (size_t i = 0; is_same && i < count; i++)
        is_same = spans[i].from.us == camera->gaps[i].span.from.us &&
                  spans[i].to.us == camera->gaps[i].span.to.us;
    (void)snprintf(where, sizeof where, "camera %" PRIu32, camera->camera);
    if (!is_same)
        check_problem(check, where,
                      "the gaps that are named are not those that there are");
    check->result->gaps += camera->gap_count;
    alloc_free(spans);
    return STATUS_OK;
}

/* ---- pictures ---- */

struct place {
    struct check *check;
    size_t file;
};

static enum status stream(void *context, content_piece_fn *on_piece,
                          void *piece_context)
{
    const struct place *place = context;
    return archive_in_stream(place->check->archive, place->file, on_piece,
                             piece_context);
}

static void judge(struct check *check, const struct manifest_camera *camera,
                  const struct content *content,
                  const struct content_group *places)
{
    for (size_t i = 0; i < camera->group_count; i++) {
        const struct manifest_group *group = &camera->groups[i];
        char where[VERIFY_WHERE_SIZE];
        check->result->samples += group->samples;
        check->result->loose += group->loose;
        if (!group->is_whole)
            continue;
        if (content_is_leafs(content, &places[2 * i], &group->proven))
            check->result->groups_hashed++;
        else
            check_problem(check, name_group(camera, group, where),
                          "its pictures are not those that its leaf says");
    }
}

static bool has_all(const struct content *content,
                    const struct content_group *places, size_t count)
{
    return count > 0 && places[count - 1].first + places[count - 1].samples ==
                            content->index.count;
}

static enum status hash_video(struct check *check,
                              const struct manifest_camera *camera,
                              const struct content_source *source,
                              struct content *content)
{
    size_t count = 0;
    struct content_group *places = manifest_places(camera, &count);
    if (places == NULL)
        return STATUS_NO_MEMORY;
    enum status s = STATUS_BAD_INPUT;
    if (has_all(content, places, count))
        s = content_hash(source, content, places, count);
    if (s == STATUS_BAD_INPUT)
        check_problem(check, camera->file,
                      "its pictures are not those of the manifest's groups");
    else if (s == STATUS_OK)
        judge(check, camera, content, places);
    alloc_free(places);
    return s == STATUS_BAD_INPUT ? STATUS_OK : s;
}

static enum status check_video(struct check *check,
                               const struct manifest_camera *camera)
{
    struct content content = {.size = 0};
    struct place place = {check, zip_form_find(&check->form, camera->file)};
    const struct content_source source = {stream, &place};
    if (place.file == SIZE_MAX) {
        check_problem(check, camera->file, "it is not in the package");
        return STATUS_OK;
    }
    check->is_used[place.file] = true;
    enum status s = content_read(&source, &content);
    if (s == STATUS_DENIED || s == STATUS_CONFLICT)
        s = STATUS_CORRUPT; /* the password has opened the manifest */
    if (s == STATUS_CORRUPT || s == STATUS_LIMIT)
        check_problem(check, camera->file, "its bytes do not fit its sum");
    else if (s == STATUS_OK &&
             memcmp(content.sha256, camera->sha256, SHA256_SIZE) != 0)
        check_problem(check, camera->file,
                      "its SHA-256 is not the one in the manifest");
    if (s == STATUS_OK && content.index.count == 0)
        check_problem(check, camera->file,
                      "no MP4 of one video track, as packages have it");
    else if (s == STATUS_OK)
        s = hash_video(check, camera, &source, &content);
    content_deinit(&content);
    return s == STATUS_CORRUPT || s == STATUS_LIMIT ? STATUS_OK : s;
}

enum status check_videos(struct check *check)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < check->manifest->camera_count;
         i++) {
        const struct manifest_camera *camera = &check->manifest->cameras[i];
        check->result->groups += camera->group_count;
        s = check_chain(check, camera);
        if (s == STATUS_OK)
            s = check_gaps(check, camera);
        if (s == STATUS_OK && camera->file[0] != 0)
            s = check_video(check, camera);
    }
    return s;
}

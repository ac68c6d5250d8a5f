/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmd/local/fetch.h"
#include "cmd/package/export.h"

enum {
    PATH_SIZE_MAX = 200,
    GROUPS_BYTES_MAX = 16 * 1024 * 1024, /* one answer */
    TICK_US = 12, /* less than a picture: what 90 kHz rounds off */
    TRIES = 20,
    PAUSE_S = 2,
    BEHIND_S = 24, /* by then the group behind another one is in the log */
    PIECE_BYTES = 256 * 1024,
};

/* ---- groups ---- */

static enum status take_bytes(void *context, struct bytes piece)
{
    struct buffer *out = context;
    buffer_append(out, piece);
    return buffer_status(out);
}

static enum status add_group(struct manifest_camera *camera,
                             const struct leaf_group *group)
{
    /* Slices touch: what stands in both comes twice. */
    if (camera->group_count > 0 &&
        camera->groups[camera->group_count - 1].proven.leaf.sequence >=
            group->leaf.sequence)
        return STATUS_OK;
    if (camera->group_count == MANIFEST_GROUPS_MAX)
        return STATUS_LIMIT;
    struct manifest_group *groups =
        alloc_resize(camera->groups, camera->group_count + 1, sizeof *groups);
    if (groups == NULL)
        return STATUS_NO_MEMORY;
    camera->groups = groups;
    memset(&groups[camera->group_count], 0, sizeof *groups);
    groups[camera->group_count++].proven = *group;
    return STATUS_OK;
}

/* One slice; *at: where the next one begins, 0: there is none. */
static int fetch_slice(const struct export_job *job,
                       struct manifest_camera *camera, struct span span,
                       int64_t *at)
{
    char path[PATH_SIZE_MAX];
    struct buffer body = buffer_with_limit(GROUPS_BYTES_MAX);
    struct local_fetched fetched;
    (void)snprintf(path, sizeof path,
                   "/api/v1/views/%" PRIu64 "/groups?camera=%" PRIu32
                   "&from=%" PRId64 "&to=%" PRId64,
                   job->manifest->export, camera->camera, *at, span.to.us);
    const struct local_call call = {.path = path, .session = job->session};
    enum status s = local_fetch(job->options->order.directory, &call,
                                take_bytes, &body, &fetched);
    if (s == STATUS_OK && fetched.code != 200)
        s = STATUS_DENIED;
    struct reader in = reader_on(buffer_bytes(&body));
    while (s == STATUS_OK && reader_more(&in)) {
        struct leaf_group group;
        s = leaf_group_read(&in, &group);
        if (s == STATUS_OK)
            s = add_group(camera, &group);
    }
    buffer_deinit(&body);
    *at = fetched.next_us > *at ? fetched.next_us : 0;
    return s == STATUS_OK ? EXIT_OK : export_explain("groups", s);
}

static int fetch_groups(const struct export_job *job,
                        struct manifest_camera *camera)
{
    int64_t at = job->manifest->asked.from.us;
    int code = EXIT_OK;
    camera->group_count = 0;
    while (code == EXIT_OK && at != 0)
        code = fetch_slice(job, camera, job->allowed, &at);
    return code;
}

/* Those that touch what was asked for, and the one behind, if nothing is missing
 * between: a camera that signs its pictures puts the signature of a group into
 * the next one. What does not begin with an IDR cannot begin the file. */
static void choose(const struct export_job *job, struct manifest_camera *camera)
{
    struct span asked = job->manifest->asked;
    size_t kept = 0;
    bool is_behind = false;
    for (size_t i = 0; i < camera->group_count && !is_behind; i++) {
        const struct gop_leaf *leaf = &camera->groups[i].proven.leaf;
        if (leaf->span.to.us <= asked.from.us ||
            (kept == 0 && (leaf->flags & GOP_PARTIAL) != 0))
            continue;
        is_behind = leaf->span.from.us >= asked.to.us;
        bool is_next =
            kept > 0 && (leaf->flags & GOP_DISCONTINUITY) == 0 &&
            camera->groups[kept - 1].proven.leaf.sequence + 1 ==
                leaf->sequence;
        if (!is_behind || is_next)
            camera->groups[kept++] = camera->groups[i];
    }
    camera->group_count = kept;
}

/* Whether no more is to come, the group behind included. */
static bool is_ready(const struct export_job *job,
                     const struct manifest_camera *camera, int64_t now_s)
{
    int64_t end_us = job->manifest->asked.to.us;
    for (size_t i = 0; i < camera->group_count; i++) {
        if (!camera->groups[i].proven.has_proof)
            return false;
    }
    if (camera->group_count == 0)
        return false;
    const struct gop_leaf *last =
        &camera->groups[camera->group_count - 1].proven.leaf;
    return last->span.from.us >= end_us ||
           (last->span.to.us >= end_us &&
            now_s - last->span.to.us / SECOND_US > BEHIND_S);
}

static int64_t seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec;
}

/* Leaves stand in files after some seconds, their root in the log after ten
 * more; what was recorded long ago is there, or will not come. */
static int gather(const struct export_job *job, struct manifest_camera *camera)
{
    int code = fetch_groups(job, camera);
    choose(job, camera);
    int64_t end_s = job->manifest->asked.to.us / SECOND_US;
    for (int i = 0; code == EXIT_OK && i < TRIES; i++) {
        const struct timespec pause = {.tv_sec = PAUSE_S};
        int64_t now_s = seconds_now();
        if (is_ready(job, camera, now_s) ||
            now_s - end_s > 2 * TRIES * PAUSE_S)
            break;
        (void)nanosleep(&pause, NULL);
        code = fetch_groups(job, camera);
        choose(job, camera);
    }
    return code;
}

/* ---- pictures ---- */

static enum status write_file(void *context, struct bytes piece)
{
    struct export_video *video = context;
    video->size += piece.size;
    if (video->size > ZIP_FORM_BYTES_MAX)
        return STATUS_LIMIT;
    return fwrite(piece.data, 1, piece.size, video->file) == piece.size
               ? STATUS_OK
               : STATUS_NO_SPACE;
}

/* Without a name, beside the package. */
static FILE *open_nameless(const char *beside)
{
    char directory[PATH_SIZE_MAX * 4] = ".";
    const char *slash = strrchr(beside, '/');
    if (slash != NULL)
        (void)snprintf(directory, sizeof directory, "%.*s",
                       slash == beside ? 1 : (int)(slash - beside), beside);
    int descriptor = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    FILE *file = descriptor < 0 ? tmpfile() : fdopen(descriptor, "w+b");
    if (file == NULL && descriptor >= 0)
        (void)close(descriptor);
    return file;
}

static enum status stream_file(void *context, content_piece_fn *on_piece,
                               void *piece_context)
{
    FILE *file = context;
    uint8_t *piece = alloc_array(PIECE_BYTES, 1);
    enum status s = piece == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    rewind(file);
    while (s == STATUS_OK) {
        size_t got = fread(piece, 1, PIECE_BYTES, file);
        if (got == 0)
            break;
        s = on_piece(piece_context, bytes_of(piece, got));
    }
    if (s == STATUS_OK && ferror(file) != 0)
        s = STATUS_IO;
    alloc_free(piece);
    return s;
}

static int fetch_video(const struct export_job *job,
                       const struct manifest_camera *camera,
                       struct export_video *video, int64_t *start_us)
{
    char path[PATH_SIZE_MAX];
    struct local_fetched fetched = {.code = 0};
    const struct manifest_group *last =
        &camera->groups[camera->group_count - 1];
    (void)snprintf(path, sizeof path,
                   "/api/v1/views/%" PRIu64 "/download.mp4?camera=%" PRIu32
                   "&from=%" PRId64 "&to=%" PRId64,
                   job->manifest->export, camera->camera,
                   camera->groups[0].proven.leaf.span.from.us,
                   last->proven.leaf.span.to.us);
    const struct local_call call = {.path = path, .session = job->session};
    video->file = open_nameless(job->options->out);
    if (video->file == NULL)
        return export_explain("pictures", STATUS_IO);
    enum status s = local_fetch(job->options->order.directory, &call,
                                write_file, video, &fetched);
    if (s == STATUS_OK && fflush(video->file) != 0)
        s = STATUS_NO_SPACE;
    *start_us = fetched.start_us;
    if (s == STATUS_OK && fetched.code == 200)
        return EXIT_OK;
    (void)fclose(video->file);
    *video = (struct export_video){.file = NULL};
    if (s == STATUS_OK && fetched.code == 404)
        return EXIT_OK; /* gone meanwhile: a gap */
    return export_explain(s == STATUS_LIMIT ? "more than 4 GB; take a shorter "
                                              "time, or fewer cameras"
                                            : "pictures",
                          s == STATUS_OK ? STATUS_DENIED : s);
}

/* To which group each sample belongs, by its time. */
static void count_samples(struct manifest_camera *camera,
                          const struct mp4_index *index, int64_t start_us)
{
    size_t group = 0;
    for (uint32_t i = 0; i < index->count; i++) {
        int64_t time_us =
            start_us + TICK_US +
            (int64_t)(index->places[i].ticks * SECOND_US / index->timescale);
        while (group + 1 < camera->group_count &&
               time_us >= camera->groups[group + 1].proven.leaf.span.from.us)
            group++;
        struct manifest_group *of = &camera->groups[group];
        bool is_in = time_us >= of->proven.leaf.span.from.us &&
                     time_us < of->proven.leaf.span.to.us && of->loose == 0;
        of->samples += is_in ? 1 : 0;
        of->loose += is_in ? 0 : 1;
    }
}

/* Sums, and which groups are whole. */
static enum status check_video(struct manifest_camera *camera,
                               const struct export_video *video,
                               int64_t start_us)
{
    const struct content_source source = {stream_file, video->file};
    struct content content;
    size_t count = 0;
    enum status s = content_read(&source, &content);
    memcpy(camera->sha256, content.sha256, SHA256_SIZE);
    if (s == STATUS_OK && content.index.count == 0)
        s = STATUS_CORRUPT;
    struct content_group *places = NULL;
    if (s == STATUS_OK) {
        count_samples(camera, &content.index, start_us);
        places = manifest_places(camera, &count);
        s = places == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    }
    if (s == STATUS_OK)
        s = content_hash(&source, &content, places, count);
    for (size_t i = 0; s == STATUS_OK && i < camera->group_count; i++)
        camera->groups[i].is_whole =
            camera->groups[i].proven.has_proof &&
            content_is_leafs(&content, &places[2 * i],
                             &camera->groups[i].proven);
    alloc_free(places);
    content_deinit(&content);
    rewind(video->file);
    return s;
}

/* ---- gaps ---- */

/* The cause of the span in a list of what was missing or destroyed. */
static const char *cause_in(const json_t *list, struct span span)
{
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(list, i, one)
    {
        struct span known = {local_time(one, "from_us"),
                             local_time(one, "to_us")};
        if (span_overlaps(known, span))
            return local_text(one, "cause");
    }
    return NULL;
}

static int name_gaps(const struct export_job *job,
                     struct manifest_camera *camera)
{
    char path[PATH_SIZE_MAX];
    unsigned code = 0;
    json_t *coverage = NULL;
    struct span *spans = alloc_array(MANIFEST_GAPS_MAX, sizeof *spans);
    camera->gaps = alloc_array(MANIFEST_GAPS_MAX, sizeof *camera->gaps);
    if (spans == NULL || camera->gaps == NULL) {
        alloc_free(spans);
        return export_explain("gaps", STATUS_NO_MEMORY);
    }
    size_t count = manifest_find_gaps(camera, job->manifest->asked, spans,
                                      MANIFEST_GAPS_MAX);
    (void)snprintf(path, sizeof path,
                   "/api/v1/cameras/%" PRIu32 "/coverage?from=%" PRId64
                   "&to=%" PRId64,
                   camera->camera, job->manifest->asked.from.us,
                   job->manifest->asked.to.us);
    const struct local_call call = {.path = path, .session = job->session};
    if (count > 0 && count <= MANIFEST_GAPS_MAX &&
        (local_json(job->options->order.directory, &call, &code, &coverage) !=
             STATUS_OK ||
         code != 200)) {
        json_decref(coverage);
        coverage = NULL; /* the gaps are named without a cause */
    }
    for (; camera->gap_count < count && count <= MANIFEST_GAPS_MAX;
         camera->gap_count++) {
        struct manifest_gap *gap = &camera->gaps[camera->gap_count];
        *gap = (struct manifest_gap){.span = spans[camera->gap_count]};
        const char *cause =
            cause_in(json_object_get(coverage, "gaps"), gap->span);
        if (cause == NULL)
            cause = cause_in(json_object_get(coverage, "destroyed"), gap->span);
        if (cause == NULL)
            cause = "not proven";
        (void)text_copy(text_of(cause), gap->cause, sizeof gap->cause);
    }
    json_decref(coverage);
    alloc_free(spans);
    return count > MANIFEST_GAPS_MAX
               ? export_explain("more than 2,000 gaps", STATUS_LIMIT)
               : EXIT_OK;
}

int export_camera(struct export_job *job, size_t at)
{
    struct manifest_camera *camera = &job->manifest->cameras[at];
    struct export_video *video = &job->videos[at];
    int64_t start_us = 0;
    int code = gather(job, camera);
    if (code == EXIT_OK && camera->group_count > 0)
        code = fetch_video(job, camera, video, &start_us);
    if (code == EXIT_OK && video->file != NULL) {
        (void)snprintf(camera->file, sizeof camera->file,
                       "camera-%" PRIu32 ".mp4", camera->camera);
        enum status s = check_video(camera, video, start_us);
        if (s != STATUS_OK)
            return export_explain("pictures", s);
    }
    return code == EXIT_OK ? name_gaps(job, camera) : code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A record of destruction against the installation, and against images. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/root_place.h"
#include "cmd/verify/destruction.h"
#include "keys/image.h"
#include "keys/offline.h"
#include "keys/root_files.h"
#include "log/log_check.h"
#include "store/limits.h"
#include "sys/clock.h"

enum { COMMITMENT_BYTES = 16, ROWS_MAX = 4096 };

/* ---- the log -------------------------------------------------------------------- */

static void compare_line(void *context, uint64_t position,
                         const struct entry_line *entry, struct text line)
{
    struct verify_destruction *check = context;
    const json_t *one = verify_destruction_line(check, (json_int_t)position);
    (void)entry;
    if (one == NULL)
        return;
    if (text_equal(line, text_of(record_text(one, "line"))))
        check->lines_found++;
    else
        verify_problem(&check->verify, "log",
                       "entry %llu is another than the record's",
                       (unsigned long long)position);
}

static void on_finding(void *context, const char *where, const char *what)
{
    struct verify_destruction *check = context;
    verify_problem(&check->verify, "log", "%s: %s", where, what);
}

static enum status check_log(struct verify_destruction *check)
{
    char path[PATH_SIZE];
    struct log_check_result result;
    const struct log_visitor visitor = {compare_line, on_finding, check};
    const struct log_check_request request = {.layer = &FILE_LAYER_SYSTEM,
                                              .directory = path};
    (void)snprintf(path, sizeof path, "%s/log", check->verify.directory);
    enum status s = log_check_run(&request, &visitor, &result);
    if (s == STATUS_NOT_FOUND) {
        verify_problem(&check->verify, "log", "cannot be read: %s",
                       status_name(s));
        return STATUS_OK;
    }
    if (s == STATUS_OK && check->lines_found < check->lines)
        verify_problem(&check->verify, "log",
                       "%zu of %zu entries of the record are not in it",
                       check->lines - check->lines_found, check->lines);
    return s;
}

/* The roots are in a TPM that does not give them: what that leaves open. */
static bool is_without_tpm(struct verify_destruction *check, enum status s,
                           const char *what)
{
    if (s == STATUS_OK || s == STATUS_NO_MEMORY || s == STATUS_BAD_INPUT ||
        !root_place_is_tpm(check->verify.directory))
        return false;
    check->tpm = s;
    check->unchecked[check->unchecked_count++] = what;
    return true;
}

/* ---- the table ------------------------------------------------------------------ */

/* A living key inside a destroyed span. */
static void on_cell(void *context, uint32_t subject, struct span span,
                    struct wall_time die_at)
{
    struct verify_destruction *check = context;
    size_t i = 0;
    const json_t *part = NULL;
    (void)die_at;
    check->live_keys++;
    json_array_foreach(json_object_get(check->record, "destroyed"), i, part)
    {
        struct span dead = {{record_number(part, "from_us")},
                            {record_number(part, "to_us")}};
        if (record_number(part, "camera") != (int64_t)subject ||
            !span_overlaps(dead, span))
            continue;
        char from[TIME_TEXT_SIZE];
        wall_time_format(span.from, from);
        verify_problem(&check->verify, "keys",
                       "camera %u: the key of %s is in the live table",
                       subject, from);
    }
}

static enum status check_row(struct verify_destruction *check,
                             const struct keys_offline *keys, int64_t camera,
                             uint64_t seeds, const uint8_t *commitment)
{
    bool is_there = false;
    enum status s = keys_offline_has(keys, (uint32_t)camera, (uint32_t)seeds,
                                     commitment, &is_there);
    if (is_there)
        verify_problem(&check->verify, "keys",
                       "camera %lld: seeds with a destroyed commitment are "
                       "in the live table",
                       (long long)camera);
    return s;
}

/* The commitments of one deletion.seeds. */
static enum status check_rows(struct verify_destruction *check,
                              const struct keys_offline *keys,
                              const struct entry_line *line)
{
    struct text encoded = text_of("");
    struct text counts = text_of("");
    int64_t camera = 0;
    size_t size = 0;
    enum status s = STATUS_OK;
    uint8_t *bytes = alloc_array(ROWS_MAX, COMMITMENT_BYTES);
    if (bytes == NULL)
        return STATUS_NO_MEMORY;
    bool is_good =
        entry_line_number(line, "camera", &camera) == STATUS_OK &&
        entry_line_text(line, "commitments", &encoded) == STATUS_OK &&
        entry_line_text(line, "counts", &counts) == STATUS_OK &&
        base64_decode(encoded, bytes, ROWS_MAX * COMMITMENT_BYTES, &size) ==
            STATUS_OK;
    for (size_t at = 0; is_good && s == STATUS_OK && at < size;
         at += COMMITMENT_BYTES) {
        uint64_t seeds = 0;
        is_good = number_parse_u64(text_cut(&counts, ','), 1, UINT32_MAX,
                                   &seeds) == STATUS_OK;
        if (is_good)
            s = check_row(check, keys, camera, seeds, bytes + at);
    }
    alloc_free(bytes);
    return s;
}

static enum status check_keys(struct verify_destruction *check)
{
    size_t i = 0;
    const json_t *one = NULL;
    AUTO(keys_offline_close) struct keys_offline *keys = NULL;
    enum status s = verify_keys_open(&check->verify, &keys);
    if (is_without_tpm(check, s, "whether a key of the destroyed spans, or with "
                                 "a destroyed commitment, is in the live table"))
        return STATUS_OK;
    if (s != STATUS_OK)
        return s;
    keys_offline_each(keys, on_cell, check);
    json_array_foreach(json_object_get(check->record, "entries"), i, one)
    {
        struct entry_line line;
        if (s == STATUS_OK &&
            entry_line_read(text_of(record_text(one, "line")), &line) ==
                STATUS_OK &&
            line.is_known && line.kind == ENTRY_DELETION_SEEDS)
            s = check_rows(check, keys, &line);
    }
    return s;
}

enum status verify_destruction_beside(struct verify_destruction *check,
                                      struct verify_beside *beside)
{
    check->verify.beside = beside;
    return verify_beside_begin(&check->verify, beside);
}

enum status verify_destruction_installation(struct verify_destruction *check)
{
    enum status s = check_log(check);
    if (s == STATUS_OK)
        s = check_keys(check);
    return s == STATUS_OK ? check->verify.status : s;
}

/* ---- images --------------------------------------------------------------------- */

struct image_walk {
    struct verify_destruction *check;
    struct root_store *live; /* NULL: no installation to take roots from */
    const char *images;
    enum status status;
};

/* The same copy with its own root files: the check's own proof. */
static void try_itself(const char *path, struct verify_image *image)
{
    AUTO(root_store_close) struct root_store *own = NULL;
    struct key_image tried;
    image->has_roots = root_files_open(&FILE_LAYER_SYSTEM, path,
                                       ROOT_FILES_READ, &own) == STATUS_OK;
    if (image->has_roots &&
        key_image_try(&FILE_LAYER_SYSTEM, path, own, &tried) == STATUS_OK)
        image->opened_itself = tried.opened;
}

/* With the live roots; again where a running keeper was writing one. */
static enum status try_live(const struct image_walk *walk, const char *path,
                            struct key_image *out)
{
    enum { TRIES = 40, WAIT_US = 50000 };
    bool may_change = walk->check->verify.beside != NULL && walk->live != NULL;
    enum status s = key_image_try(&FILE_LAYER_SYSTEM, path, walk->live, out);
    for (int i = 0; may_change && i < TRIES && s == STATUS_OK &&
                    out->cells < ROOT_CELLS;
         i++) {
        clock_sleep_us(WAIT_US);
        s = key_image_try(&FILE_LAYER_SYSTEM, path, walk->live, out);
    }
    return s;
}

static void try_image(struct image_walk *walk, const char *path)
{
    struct verify_destruction *check = walk->check;
    struct key_image tried;
    if (check->image_count == VERIFY_IMAGES_MAX || walk->status != STATUS_OK)
        return;
    enum status s = try_live(walk, path, &tried);
    if (s == STATUS_NOT_FOUND)
        return; /* no key files there */
    if (s != STATUS_OK) {
        walk->status = s;
        return;
    }
    struct verify_image *image = &check->images[check->image_count++];
    *image = (struct verify_image){.blocks = tried.blocks,
                                   .opened = tried.opened,
                                   .is_tried = tried.cells == ROOT_CELLS};
    (void)snprintf(image->name, sizeof image->name, "%.*s",
                   (int)sizeof image->name - 1, path);
    try_itself(path, image);
    if (tried.opened > 0)
        verify_problem(&check->verify, image->name,
                       "%zu of %zu blocks open with the roots that this "
                       "machine holds",
                       tried.opened, tried.blocks);
}

/* A copy of keys/ itself, or of an installation. */
static void on_image(void *context, const char *name)
{
    struct image_walk *walk = context;
    char path[PATH_SIZE];
    if (name[0] == '.')
        return;
    (void)snprintf(path, sizeof path, "%s/%s", walk->images, name);
    try_image(walk, path);
    (void)snprintf(path, sizeof path, "%s/%s/keys", walk->images, name);
    try_image(walk, path);
}

enum status verify_destruction_images(struct verify_destruction *check,
                                      const char *images)
{
    static const char UNTRIED[] =
        "whether a copy opens with the roots that this machine holds";
    AUTO(root_store_close) struct root_store *live = NULL;
    struct image_walk walk = {.check = check, .images = images};
    enum status s = root_place_open(check->verify.directory, &live);
    bool is_away = is_without_tpm(check, s, UNTRIED);
    if (s != STATUS_OK && !is_away)
        return s;
    walk.live = live;
    try_image(&walk, images);
    s = FILE_LAYER_SYSTEM.list(&FILE_LAYER_SYSTEM, images, on_image, &walk);
    if (s == STATUS_OK)
        s = walk.status;
    bool is_whole = true; /* it may also have gone in between */
    for (size_t i = 0; i < check->image_count; i++)
        is_whole = is_whole && check->images[i].is_tried;
    if (s == STATUS_OK && !is_away && !is_whole &&
        !is_without_tpm(check, STATUS_IO, UNTRIED))
        verify_problem(&check->verify, "keys",
                       "a root of this installation cannot be read: %s",
                       UNTRIED);
    return s == STATUS_OK && check->image_count == 0 ? STATUS_NOT_FOUND : s;
}

bool verify_destruction_is_ok(const struct verify_destruction *check)
{
    return check->verify.result->problems_all == 0 &&
           check->unchecked_count == 0;
}

/* ---- what it says ---------------------------------------------------------------- */

static void print_json(const struct verify_destruction *check)
{
    const struct verify_result *result = check->verify.result;
    json_t *problems = json_array();
    json_t *images = json_array();
    json_t *unchecked = json_array();
    for (size_t i = 0; i < check->unchecked_count; i++)
        (void)json_array_append_new(unchecked,
                                    json_string(check->unchecked[i]));
    for (size_t i = 0; i < result->problem_count; i++)
        (void)json_array_append_new(
            problems,
            json_pack("{ssss}", "where", result->problems[i].where, "what",
                      result->problems[i].what));
    for (size_t i = 0; i < check->image_count; i++) {
        const struct verify_image *image = &check->images[i];
        (void)json_array_append_new(
            images,
            json_pack("{sssIsbsbsIsb}", "image", image->name, "blocks",
                      (json_int_t)image->blocks, "tried", image->is_tried,
                      "opened", image->opened > 0, "blocks_opened", (json_int_t)image->opened,
                      "opens_itself", image->opened_itself > 0));
    }
    const struct verify_attestation *attestation = &check->attestation;
    json_t *all = json_pack(
        "{sbsbsIsIsIsIsIsosososo}", "ok", verify_destruction_is_ok(check),
        "is_running", check->verify.beside != NULL, "record",
        (json_int_t)record_number(check->record, "record"), "lines",
        (json_int_t)check->lines, "commitments",
        (json_int_t)check->commitments, "lines_found",
        (json_int_t)check->lines_found, "live_keys",
        (json_int_t)check->live_keys, "images", images, "problems", problems,
        "unchecked", unchecked, "attestation",
        attestation->is_there
            ? json_pack("{sbsIssss}", "signed", attestation->is_signed,
                        "epoch", (json_int_t)attestation->epoch,
                        "manufacturer", attestation->manufacturer,
                        "key_sha256", attestation->key_sha256)
            : json_null());
    (void)json_dumpf(all, stdout, JSON_COMPACT);
    (void)printf("\n");
    json_decref(all);
}

void verify_destruction_print(const struct verify_destruction *check,
                              bool as_json)
{
    const struct verify_result *result = check->verify.result;
    if (as_json) {
        print_json(check);
        return;
    }
    (void)printf("%zu lines, %zu commitments; %zu lines in the log, %zu live "
                 "keys looked at\n",
                 check->lines, check->commitments, check->lines_found,
                 check->live_keys);
    if (check->verify.beside != NULL)
        (void)printf("it is running: the keys and roots are those of this "
                     "moment\n");
    if (check->record != NULL)
        verify_attestation_print(check);
    for (size_t i = 0; i < check->image_count; i++)
        (void)printf("  image %s: %s with the roots held here; %s with its "
                     "own\n",
                     check->images[i].name,
                     check->images[i].opened > 0   ? "OPENS"
                     : check->images[i].is_tried ? "does not open"
                                                   : "NOT TRIED",
                     check->images[i].opened_itself > 0 ? "opens"
                                                        : "does not open");
    for (size_t i = 0; i < result->problem_count; i++)
        (void)printf("  %s: %s\n", result->problems[i].where,
                     result->problems[i].what);
    for (size_t i = 0; i < check->unchecked_count; i++)
        (void)printf("  NOT CHECKED, the TPM that holds the roots is not there "
                     "(%s): %s\n",
                     status_name(check->tpm), check->unchecked[i]);
    if (result->problems_all > 0)
        (void)printf("NOT ok\n");
    else
        (void)printf(check->unchecked_count > 0 ? "ok as far as it goes\n"
                                                : "ok\n");
}

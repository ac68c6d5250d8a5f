/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/package/check_private.h"
#include "log/leaf.h"
#include "log/tree/cosignature.h"

enum { LINES_MAX = 64 << 20, FIRST_CAPACITY = 64 };

/* ---- key and checkpoint ---- */

static enum status read_key(struct check *check)
{
    struct buffer vkey = buffer_with_limit(NOTE_VKEY_SIZE);
    struct note_key own;
    bool is_there = false;
    enum status s = check_read(check, "vkey", &vkey, &is_there);
    bool has_own = s == STATUS_OK && is_there &&
                   note_key_parse(buffer_text(&vkey), &own) == STATUS_OK;
    buffer_deinit(&vkey);
    if (s != STATUS_OK)
        return s;
    if (is_there && !has_own)
        check_problem(check, "vkey", "it is none");
    if (check->request->vkey == NULL) {
        check->key = own;
        return has_own ? STATUS_OK : STATUS_END;
    }
    s = note_key_parse(text_of(check->request->vkey), &check->key);
    if (s == STATUS_OK && has_own &&
        memcmp(own.public_key, check->key.public_key,
               sizeof own.public_key) != 0)
        check_problem(check, "vkey", "another key than the one that was given");
    return s;
}

/* Each that was named must be there and be right. */
static enum status check_witnesses(struct check *check,
                                   const struct note *note)
{
    struct package_result *result = check->result;
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < check->request->witness_count;
         i++) {
        struct note_key key;
        uint64_t time_s = 0;
        s = note_key_parse(text_of(check->request->witnesses[i]), &key);
        if (s != STATUS_OK || key.type != NOTE_KEY_COSIGNATURE)
            return s == STATUS_OK ? STATUS_BAD_INPUT : s;
        s = cosignature_verify(note, &key, &time_s);
        if (s == STATUS_OK) {
            struct package_witness *witness =
                &result->witnesses[result->witness_count++];
            (void)snprintf(witness->name, sizeof witness->name, "%s", key.name);
            witness->time_s = time_s;
            if (result->cosignatures > 0)
                result->cosignatures--;
        } else if (s == STATUS_NOT_FOUND || s == STATUS_CORRUPT) {
            check_problem(check, "checkpoint", "%s: witness %s",
                          s == STATUS_NOT_FOUND ? "not cosigned"
                                                : "cosignature not right",
                          key.name);
            s = STATUS_OK;
        }
    }
    return s;
}

static enum status read_checkpoint(struct check *check)
{
    struct checkpoint checkpoint;
    struct note note;
    bool is_there = false;
    enum status s = check_read(check, "checkpoint", &check->note, &is_there);
    if (s != STATUS_OK || !is_there)
        return s == STATUS_OK ? STATUS_END : s;
    s = checkpoint_open(buffer_text(&check->note), &check->key, &checkpoint);
    if (s == STATUS_INTERNAL || s == STATUS_NO_MEMORY)
        return s;
    if (s != STATUS_OK) {
        check_problem(check, "checkpoint", "not signed by this key");
        return STATUS_END;
    }
    check->result->size = checkpoint.size;
    (void)snprintf(check->result->origin, sizeof check->result->origin, "%s",
                   checkpoint.origin);
    s = note_parse(buffer_text(&check->note), &note);
    if (s == STATUS_OK && note.count > 1)
        check->result->cosignatures = note.count - 1;
    return s == STATUS_OK ? check_witnesses(check, &note) : STATUS_OK;
}

/* ---- what the lines say ---- */

static bool has_number(const struct entry_line *entry, const char *member,
                       int64_t wanted)
{
    int64_t value = 0;
    return entry_line_number(entry, member, &value) == STATUS_OK &&
           value == wanted;
}

static bool has_time(const struct entry_line *entry, const char *member,
                     struct wall_time wanted)
{
    struct wall_time value = {0};
    return entry_line_time(entry, member, &value) == STATUS_OK &&
           value.us == wanted.us;
}

static bool has_cameras(const struct check *check,
                        const struct entry_line *entry)
{
    struct text left = text_of("");
    if (entry_line_text(entry, "cameras", &left) != STATUS_OK)
        return false;
    for (size_t i = 0; i < check->manifest->camera_count; i++) {
        uint64_t camera = 0;
        if (number_parse_u64(text_cut(&left, ','), 1, UINT32_MAX, &camera) !=
                STATUS_OK ||
            camera != check->manifest->cameras[i].camera)
            return false;
    }
    return left.size == 0;
}

/* "3,6": those of the cameras that the manifest says are masked. */
static bool has_masked(const struct check *check,
                       const struct entry_line *entry)
{
    struct text left = text_of("");
    if (entry_line_text(entry, "masked", &left) != STATUS_OK)
        return false;
    for (size_t i = 0; i < check->manifest->camera_count; i++) {
        uint64_t camera = 0;
        if (!check->manifest->cameras[i].is_masked)
            continue;
        if (number_parse_u64(text_cut(&left, ','), 1, UINT32_MAX, &camera) !=
                STATUS_OK ||
            camera != check->manifest->cameras[i].camera)
            return false;
    }
    return left.size == 0;
}

static int64_t number_in(const struct entry_line *entry, const char *member)
{
    int64_t value = -1;
    return entry_line_number(entry, member, &value) == STATUS_OK ? value : -1;
}

static bool is_order(const struct check *check, const struct entry_line *entry)
{
    const struct manifest *manifest = check->manifest;
    const json_t *until = json_object_get(manifest->about, "until_us");
    const json_t *provided = json_object_get(manifest->about, "provided");
    return has_time(entry, "asked_from", manifest->asked.from) &&
           has_time(entry, "asked_to", manifest->asked.to) &&
           has_time(entry, "until",
                    (struct wall_time){(int64_t)json_integer_value(until)}) &&
           has_number(entry, "provided", json_is_true(provided) ? 1 : 0) &&
           has_number(entry, "order", (int64_t)manifest->order) &&
           has_number(entry, "approval", (int64_t)manifest->approval) &&
           has_masked(check, entry) && has_cameras(check, entry);
}

/* The entry that asked for it, and the one of another person's yes. */
static bool take_words(struct check *check, const struct entry_line *entry)
{
    const struct manifest *manifest = check->manifest;
    if (entry->number == manifest->order && entry->kind == ENTRY_EXPORT_ASKED) {
        check->ordered_by = number_in(entry, "account");
        return has_cameras(check, entry) &&
               has_time(entry, "asked_from", manifest->asked.from) &&
               has_time(entry, "asked_to", manifest->asked.to);
    }
    if (entry->number != manifest->approval ||
        entry->kind != ENTRY_EXPORT_APPROVED)
        return false;
    check->approved_by = number_in(entry, "account");
    return has_number(entry, "order", (int64_t)manifest->order);
}

/* Four eyes: a masked camera's pictures need them; where they are named, they
 * are two people's. */
static void check_words(struct check *check)
{
    const struct manifest *manifest = check->manifest;
    bool is_masked = false;
    for (size_t i = 0; i < manifest->camera_count; i++)
        is_masked = is_masked || manifest->cameras[i].is_masked;
    if (is_masked && manifest->approval == 0)
        check_problem(check, "manifest.json",
                      "pictures of a masked camera without another person's "
                      "word");
    if (manifest->order != 0 && check->ordered_by != check->exported_by)
        check_problem(check, "entries",
                      "who took it out is not who asked for it");
    if (manifest->approval != 0 &&
        (check->approved_by < 0 || check->approved_by == check->exported_by))
        check_problem(check, "entries",
                      "the word in entry %" PRIu64
                      " is not another person's on this order",
                      manifest->approval);
    check->result->approval = manifest->approval;
    check->result->has_masked = is_masked;
}

static enum status take_root(struct check *check,
                             const struct entry_line *entry)
{
    struct text root = text_of("");
    int64_t batch = 0;
    if (check->root_count % FIRST_CAPACITY == 0) {
        struct check_root *roots =
            alloc_resize(check->roots, check->root_count + FIRST_CAPACITY,
                         sizeof *roots);
        if (roots == NULL)
            return STATUS_NO_MEMORY;
        check->roots = roots;
    }
    struct check_root *out = &check->roots[check->root_count++];
    *out = (struct check_root){.entry = entry->number};
    if (entry_line_number(entry, "batch", &batch) != STATUS_OK ||
        entry_line_text(entry, "root", &root) != STATUS_OK ||
        hex_decode(root, out->root.bytes, SHA256_SIZE) != STATUS_OK)
        check_problem(check, "entries", "entry %" PRIu64 " names no root",
                      entry->number);
    out->batch = (uint64_t)batch;
    return STATUS_OK;
}

static enum status take_line(struct check *check,
                             const struct entry_line *entry)
{
    char sum[HEX_SIZE(SHA256_SIZE) + 1];
    struct text said = text_of("");
    hex_encode(bytes_of(check->manifest_sha256, SHA256_SIZE), sum);
    if (entry->is_known && entry->kind == ENTRY_RECORDING_ROOT)
        return take_root(check, entry);
    if (entry->is_known && entry->kind == ENTRY_EXPORT &&
        entry->number == check->manifest->export) {
        check->has_export = true;
        check->exported_by = number_in(entry, "account");
        if (!is_order(check, entry))
            check_problem(check, "manifest.json",
                          "its order is not the one in entry %" PRIu64,
                          entry->number);
    } else if (entry->is_known && entry->kind == ENTRY_EXPORT_MADE &&
               has_number(entry, "export",
                          (int64_t)check->manifest->export)) {
        check->has_made = true;
        if (entry_line_text(entry, "manifest", &said) != STATUS_OK ||
            !text_equal(said, text_of(sum)))
            check_problem(check, "manifest.json",
                          "its SHA-256 is not the one in entry %" PRIu64,
                          entry->number);
    } else if (!entry->is_known || !take_words(check, entry)) {
        check_problem(check, "entries",
                      "entry %" PRIu64 " does not belong here",
                      entry->number);
    }
    return STATUS_OK;
}

/* ---- lines and proofs ---- */

static enum status check_proof(struct check *check, uint64_t number,
                               struct text line)
{
    char name[ZIP_FORM_NAME_MAX + 1];
    struct buffer file = buffer_with_limit(PROOF_SIZE_MAX);
    struct proof proof;
    struct merkle_hash leaf;
    bool is_there = false;
    (void)snprintf(name, sizeof name, "proofs/%" PRIu64 ".tlog-proof", number);
    enum status s = check_read(check, name, &file, &is_there);
    if (s == STATUS_OK && is_there)
        s = leaf_hash(line, leaf.bytes);
    if (s == STATUS_OK && is_there) {
        bool is_good =
            proof_parse(buffer_text(&file), &proof) == STATUS_OK &&
            proof.index == number &&
            text_equal(proof.note, buffer_text(&check->note)) &&
            proof_check(&proof, &leaf, &check->key) == STATUS_OK;
        if (!is_good)
            check_problem(check, name,
                          "it does not lead from the entry's line to the "
                          "checkpoint");
    }
    buffer_deinit(&file);
    return s;
}

static enum status check_lines(struct check *check, struct text left)
{
    uint64_t next = 0;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && left.size > 0) {
        struct entry_line entry;
        struct text line = text_cut(&left, '\n');
        if (entry_line_read(line, &entry) != STATUS_OK ||
            entry.number < next) {
            check_problem(check, "entries",
                          "what follows entry %" PRIu64 " is no line of a log",
                          next == 0 ? 0 : next - 1);
            return STATUS_OK;
        }
        next = entry.number + 1;
        check->result->entries++;
        s = take_line(check, &entry);
        if (s == STATUS_OK)
            s = check_proof(check, entry.number, line);
    }
    return s;
}

enum status check_log(struct check *check)
{
    struct buffer lines = buffer_with_limit(LINES_MAX);
    bool is_there = false;
    enum status s = read_key(check);
    if (s == STATUS_OK)
        s = read_checkpoint(check);
    if (s == STATUS_OK)
        s = check_read(check, "entries", &lines, &is_there);
    if (s == STATUS_OK && is_there)
        s = check_lines(check, buffer_text(&lines));
    buffer_deinit(&lines);
    if (s == STATUS_OK && (!check->has_export || !check->has_made))
        check_problem(check, "entries",
                      "the export's own entries are not among them");
    if (s == STATUS_OK && is_there)
        check_words(check);
    /* END: a problem that is told; the pictures are looked at all the same. */
    return s == STATUS_END ? STATUS_OK : s;
}

static int by_entry(const void *a, const void *b)
{
    uint64_t left = ((const struct check_root *)a)->entry;
    uint64_t right = ((const struct check_root *)b)->entry;
    return left < right ? -1 : left > right;
}

const struct check_root *check_root_find(const struct check *check,
                                         uint64_t entry)
{
    const struct check_root wanted = {.entry = entry};
    return check->root_count == 0
               ? NULL
               : bsearch(&wanted, check->roots, check->root_count,
                         sizeof *check->roots, by_entry);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/leaf.h"
#include "log/line_file.h"
#include "log/log_check_private.h"
#include "log/log_unsigned.h"
#include "log/sealed_text.h"
#include "log/witness/paper_line.h"

enum { WHAT_SIZE = 200 };

void check_find(struct check *check, const char *where, const char *what)
{
    check->result->findings++;
    check->visitor->on_finding(check->visitor->context, where, what);
}

void check_find_line(struct check *check, const char *file, uint64_t position,
                     const char *what)
{
    char where[LOG_PATH_SIZE];
    (void)snprintf(where, sizeof where, "%s line %" PRIu64, file, position + 1);
    check_find(check, where, what);
}

enum status check_path(const struct check *check, const char *name,
                       char out[LOG_PATH_SIZE])
{
    int size = snprintf(out, LOG_PATH_SIZE, "%s/%s", check->request->directory,
                        name);
    return size > 0 && size < LOG_PATH_SIZE ? STATUS_OK : STATUS_LIMIT;
}

/* What only the operator can mend is no finding about the log. */
static bool is_failure(enum status s)
{
    return s == STATUS_NO_MEMORY || s == STATUS_INTERNAL || s == STATUS_IO ||
           s == STATUS_DENIED;
}

/* ---- key and checkpoints -------------------------------------------------- */

static enum status read_small(const struct check *check, const char *path,
                              uint8_t **memory, struct text *out)
{
    size_t size = 0;
    enum status s = file_read_all(check->request->layer, path, NOTE_SIZE_MAX,
                                  memory, &size);
    *out = bytes_text(bytes_of(*memory, size));
    return s;
}

static enum status read_key(struct check *check)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    char path[LOG_PATH_SIZE];
    struct text vkey = text_of(check->request->vkey);
    enum status s = STATUS_OK;
    if (check->request->vkey == NULL) {
        s = check_path(check, "vkey", path);
        if (s == STATUS_OK)
            s = read_small(check, path, &memory, &vkey);
    }
    if (s == STATUS_OK)
        s = note_key_parse(vkey, &check->result->key);
    check->result->has_key = s == STATUS_OK;
    if (s != STATUS_OK && !is_failure(s))
        check_find(check, "vkey",
                   s == STATUS_NOT_FOUND ? "is missing" : "is no sound key");
    return is_failure(s) ? s : STATUS_OK;
}

static const char *problem_of_checkpoint(enum status s)
{
    switch ((int)s) {
    case STATUS_NOT_FOUND:
        return "is not signed by the log's key";
    case STATUS_CORRUPT:
        return "its signature is not right, or it is another log's";
    default:
        return "is no checkpoint";
    }
}

/* A line from paper bears no signature: it is believed as it stands. */
static enum status read_paper(struct check *check, const char *line)
{
    struct check_mark mark = {.is_own = false};
    (void)snprintf(mark.where, sizeof mark.where, "the line from paper");
    enum status s = paper_line_parse(text_of(line), &mark.checkpoint);
    if (s == STATUS_INTERNAL)
        return s;
    if (s == STATUS_CORRUPT)
        check_find(check, mark.where, "was not copied right: its sum is wrong");
    else if (s != STATUS_OK)
        check_find(check, mark.where, "has not the form of one");
    else if (check->result->has_key &&
             !text_equal(text_of(mark.checkpoint.origin),
                         text_of(check->result->key.name)))
        check_find(check, mark.where, "is of another log");
    else
        check->marks[check->mark_count++] = mark;
    return STATUS_OK;
}

enum status check_mark_read(struct check *check, const char *path,
                            const char *where, bool is_own)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    struct text note;
    struct check_mark mark = {.is_own = is_own};
    (void)snprintf(mark.where, sizeof mark.where, "%s", where);
    enum status s = read_small(check, path, &memory, &note);
    if (s == STATUS_NOT_FOUND) {
        check_find(check, where, "is missing");
        return STATUS_OK;
    }
    if (s == STATUS_OK)
        s = checkpoint_open(note, &check->result->key, &mark.checkpoint);
    if (is_failure(s))
        return s;
    if (s != STATUS_OK) {
        check_find(check, where, problem_of_checkpoint(s));
        return STATUS_OK;
    }
    s = check_witnesses_take(check, note, where);
    if (s != STATUS_OK)
        return s;
    if (is_own)
        check->result->signed_size = mark.checkpoint.size;
    if (mark.checkpoint.size > check->signed_size && is_own)
        check->signed_size = mark.checkpoint.size;
    check->marks[check->mark_count++] = mark;
    return STATUS_OK;
}

static enum status read_marks(struct check *check)
{
    char path[LOG_PATH_SIZE];
    if (!check->result->has_key)
        return STATUS_OK;
    enum status s = check_path(check, "checkpoint", path);
    if (s == STATUS_OK)
        s = check_mark_read(check, path, "checkpoint", true);
    for (size_t i = 0;
         s == STATUS_OK && i < check->request->checkpoint_count; i++) {
        const char *kept = check->request->checkpoints[i];
        s = text_starts_with(text_of(kept), text_of(PAPER_LINE_MARK))
                ? read_paper(check, kept)
                : check_mark_read(check, kept, kept, false);
    }
    if (s == STATUS_OK)
        s = check_cosigned_read(check);
    return s == STATUS_OK ? check_timestamps_read(check) : s;
}

/* ---- lines ---------------------------------------------------------------- */

static enum status read_promised(struct check *check)
{
    AUTO(file_close) struct file *file = NULL;
    char path[LOG_PATH_SIZE];
    size_t left = 0;
    check->promised = buffer_with_limit(LOG_UNSIGNED_BYTES_MAX);
    enum status s = check_path(check, "unsigned", path);
    if (s == STATUS_OK)
        s = file_open(check->request->layer, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = log_unsigned_read(file, check->signed_size, &check->promised,
                              &left);
    /* Whoever writes it beside this check is done with a block at once. */
    if (s == STATUS_OK && left > 0) {
        buffer_clear(&check->promised);
        s = log_unsigned_read(file, check->signed_size, &check->promised,
                              &left);
    }
    if (s == STATUS_OK && left > 0)
        check_find(check, "unsigned",
                   "is damaged: entries behind the checkpoint are not held "
                   "against it; derived, made again at the next start");
    return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

static void say_promised(struct check *check)
{
    uint64_t promised = check->signed_size + check->promised.size / LEAF_SIZE;
    if (check->promised.size > 0 && check->tree->size < promised)
        check_find(check, "entries", "entries that were acknowledged behind "
                                     "the checkpoint are missing");
}

/* Texts are durable before their entry: none of them can be missing. */
static void say_texts(struct check *check, uint64_t owned, uint64_t lines)
{
    char what[WHAT_SIZE];
    if (check->has_unknown || owned >= check->texts_due)
        return;
    if (lines == 0) { /* a log that was handed out without them */
        check->result->texts_absent = check->texts_due;
        return;
    }
    (void)snprintf(what, sizeof what,
                   "%" PRIu64 " of the %" PRIu64 " texts of the entries are "
                   "missing",
                   check->texts_due - owned, check->texts_due);
    check_find_line(check, "texts", lines, what);
}

/* Without the month's key, form and order are all there is to check. */
static enum status check_texts(struct check *check)
{
    AUTO(file_close) struct file *file = NULL;
    struct line_file lines;
    char path[LOG_PATH_SIZE];
    uint64_t position = 0;
    uint64_t last = 0;
    uint64_t owned = 0; /* by an entry that is there */
    enum status s = check_path(check, "texts", path);
    if (s == STATUS_OK)
        s = file_open(check->request->layer, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = line_file_init(&lines, file);
    if (s == STATUS_NOT_FOUND)
        say_texts(check, 0, 0);
    if (s != STATUS_OK)
        return s == STATUS_NOT_FOUND ? STATUS_OK : s;
    for (; s == STATUS_OK; position++) {
        struct text line;
        struct sealed_text sealed;
        uint64_t offset = 0;
        s = line_file_next(&lines, &line, &offset);
        if (s != STATUS_OK)
            break;
        if (sealed_text_read(line, &sealed) != STATUS_OK)
            check_find_line(check, "texts", position, "is no sealed text");
        else if (sealed.number < last)
            check_find_line(check, "texts", position, "is not in order");
        else
            last = sealed.number;
        owned += last < check->next_number;
    }
    line_file_deinit(&lines);
    say_texts(check, owned, position);
    return s == STATUS_END || s == STATUS_AGAIN || s == STATUS_LIMIT
               ? STATUS_OK
               : s;
}

/* ---- the index ------------------------------------------------------------ */

static enum status open_index(struct check *check)
{
    char path[LOG_PATH_SIZE];
    check->index_row = UINT64_MAX;
    if (!check->result->has_key)
        return STATUS_OK;
    enum status s = check_path(check, "index", path);
    if (s == STATUS_OK)
        s = log_index_look(check->request->layer, path, &check->result->key,
                           &check->index);
    return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

static void say_index(struct check *check)
{
    char where[LOG_PATH_SIZE];
    uint64_t rows = check->signed_size / LOG_BUNDLE;
    uint64_t sound = check->index == NULL ? 0 : log_index_rows(check->index);
    if (check->index_row == UINT64_MAX && sound < rows)
        check->index_row = sound;
    if (check->index_row == UINT64_MAX)
        return;
    (void)snprintf(where, sizeof where, "index row %" PRIu64,
                   check->index_row + 1);
    check_find(check, where, "is missing or not what the entries give; "
                             "derived, made again at the next start");
}

static void count_personal(struct check *check)
{
    for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        const struct entry_shape *shape = entry_shape((enum entry_kind)kind);
        for (size_t i = 0; i < shape->count; i++)
            if (shape->members[i].type == MEMBER_PERSONAL)
                check->personal[kind]++;
    }
}

enum status log_check_run(const struct log_check_request *request,
                          const struct log_visitor *visitor,
                          struct log_check_result *out)
{
    *out = (struct log_check_result){.entries = 0};
    if (request->checkpoint_count > LOG_CHECKPOINTS_MAX ||
        request->witness_count > LOG_WITNESSES_MAX)
        return STATUS_LIMIT;
    AUTO(alloc_release) struct check *check = alloc_zeroed(sizeof *check);
    if (check == NULL)
        return STATUS_NO_MEMORY;
    check->request = request;
    check->visitor = visitor;
    count_personal(check);
    check->result = out;
    enum status s = read_key(check);
    if (s == STATUS_OK)
        s = read_marks(check);
    if (s == STATUS_OK)
        s = open_index(check);
    if (s == STATUS_OK)
        s = read_promised(check);
    if (s == STATUS_OK)
        s = check_tree_begin(check);
    if (s == STATUS_OK)
        s = check_lines(check);
    if (s == STATUS_OK)
        s = check_texts(check);
    if (s == STATUS_OK)
        s = check_tree_end(check);
    if (s == STATUS_OK) {
        check_witnesses_say(check);
        say_promised(check);
        say_index(check);
    }
    buffer_deinit(&check->promised);
    log_index_close(&check->index);
    alloc_free(check->tree);
    return s;
}

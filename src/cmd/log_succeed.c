/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi log succeed: closes a log that was lost or contradicted, and begins its
 * successor, by the word of two people.
 *
 *   1. log/ becomes log.closed-N, the second checkpoint with it
 *   2. the closed log's signing key is removed: nobody signs it any more
 *   3. log/ begins with log.start and log.succeeded, under a new key and the
 *      origin .../N
 *
 *   4. the closed log's file "closing", which came with step 1, becomes "closed"
 *
 * Broken off anywhere, it is done again from the start: the gate does not start
 * on an empty log where there are accounts, and "closing" tells step 1 what is
 * closed already. A successor that is lost in its turn is another matter: what
 * it followed is "closed", and no word of that one speaks for it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/log_succeed_people.h"
#include "cmd/options.h"
#include "log/log_check.h"
#include "log/log_store.h"
#include "log/witness/paper_line.h"
#include "sys/clock.h"
#include "sys/lock.h"

enum { PATH_SIZE = 1024, CLOSED_MAX = 1000, ORIGIN_SLASHES = 2 };

#define MARK_CLOSING "closing"
#define MARK_CLOSED "closed"

struct succession {
    const char *site;
    const char *reason;
    struct succession_claim first;
    struct succession_claim second;
    struct succession_people people;
    struct log_check_request check;
    char directory[PATH_SIZE]; /* of the log that is closed */
    char kept[PATH_SIZE + 32]; /* its second checkpoint */
    char wanted[PATH_SIZE];    /* log.closed-N, where it is going */
    bool is_closed;            /* it is there already */
    unsigned number;           /* N */
    bool is_damaged;           /* something is wrong with it */
    uint64_t sound;            /* entries in order */
    char origin[NOTE_NAME_MAX + 1];
    struct checkpoint last; /* of the longest word */
    struct buffer word;     /* how it was told: a note or a line */
};

static int take_checkpoint(void *context, const char *value)
{
    struct log_check_request *check = &((struct succession *)context)->check;
    if (check->checkpoint_count == LOG_CHECKPOINTS_MAX - 1)
        return options_refuse(&COMMAND_LOG_SUCCEED, "too many:",
                              "--checkpoint");
    check->checkpoints[check->checkpoint_count++] = value;
    return EXIT_OK;
}

#define PERSON(option, what, member, words)                                    \
    {                                                                          \
        .name = option, .value = what, .help = words, .kind = OPTION_TEXT,     \
        .place = offsetof(struct succession, member)                           \
    }

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation, which must not be running",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct succession, site)},
    {.name = "--reason",
     .value = "TEXT",
     .help = "what has happened; nothing about a person: it stays for ever",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct succession, reason)},
    {.name = "--checkpoint",
     .value = "FILE|LINE",
     .help = "a checkpoint of the lost log that was kept elsewhere",
     .kind = OPTION_CALL,
     .may_repeat = true,
     .take = take_checkpoint},
    PERSON("--name", "NAME", first.name,
           "one of the two people; without: asked for"),
    PERSON("--password-file", "FILE", first.password_file,
           "whose first line is the password; without: asked for"),
    PERSON("--second", "NAME", second.name, "the other person, likewise"),
    PERSON("--second-password-file", "FILE", second.password_file,
           "with that one's password"),
};

static bool exists(const char *path)
{
    AUTO(file_close) struct file *file = NULL;
    return file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file) == STATUS_OK;
}

/* ---- what there is -------------------------------------------------------- */

/* Not what a gate that has refused to start leaves: a key and empty files. */
static bool is_log(const char *directory)
{
    AUTO(file_close) struct file *entries = NULL;
    char path[PATH_SIZE + 16];
    uint64_t size = 0;
    (void)snprintf(path, sizeof path, "%s/checkpoint", directory);
    if (exists(path))
        return true;
    (void)snprintf(path, sizeof path, "%s/entries", directory);
    return file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &entries) ==
               STATUS_OK &&
           file_size(entries, &size) == STATUS_OK && size > 0;
}

static bool is_marked(const char *directory, const char *mark)
{
    char path[PATH_SIZE + 32];
    (void)snprintf(path, sizeof path, "%s/%s", directory, mark);
    return exists(path);
}

static enum status mark_closing(const char *directory)
{
    AUTO(file_close) struct file *mark = NULL;
    char path[PATH_SIZE + 32];
    (void)snprintf(path, sizeof path, "%s/" MARK_CLOSING, directory);
    enum status s = file_open(&FILE_LAYER_SYSTEM, path,
                              FILE_WRITE | FILE_CREATE, &mark);
    if (s == STATUS_OK)
        s = file_sync(mark);
    return s == STATUS_OK ? FILE_LAYER_SYSTEM.sync_directory(
                                &FILE_LAYER_SYSTEM, directory)
                          : s;
}

static enum status mark_closed(const char *directory)
{
    char from[PATH_SIZE + 32];
    char to[PATH_SIZE + 32];
    (void)snprintf(from, sizeof from, "%s/" MARK_CLOSING, directory);
    (void)snprintf(to, sizeof to, "%s/" MARK_CLOSED, directory);
    enum status s =
        FILE_LAYER_SYSTEM.rename(&FILE_LAYER_SYSTEM, from, to);
    return s == STATUS_OK ? FILE_LAYER_SYSTEM.sync_directory(
                                &FILE_LAYER_SYSTEM, directory)
                          : s;
}

/* The log, or the one that was closed before this was broken off. */
static void find_log(struct succession *all)
{
    char closed[PATH_SIZE];
    unsigned number = 2;
    (void)snprintf(all->directory, PATH_SIZE, "%s/log", all->site);
    (void)snprintf(all->kept, PATH_SIZE, "%s/office/checkpoint", all->site);
    for (; number < CLOSED_MAX; number++) {
        (void)snprintf(closed, PATH_SIZE, "%s/log.closed-%u", all->site,
                       number);
        if (!is_marked(closed, MARK_CLOSING) &&
            !is_marked(closed, MARK_CLOSED))
            break;
        (void)snprintf(all->wanted, PATH_SIZE, "%s", closed);
    }
    all->is_closed = number > 2 && is_marked(all->wanted, MARK_CLOSING);
    if (all->is_closed && is_log(all->directory)) { /* all but step 4 */
        all->is_closed = false;
        (void)!mark_closed(all->wanted);
    }
    all->number = all->is_closed ? number - 1 : number;
    if (!all->is_closed) {
        (void)snprintf(all->wanted, PATH_SIZE, "%s", closed);
        return;
    }
    (void)snprintf(all->directory, PATH_SIZE, "%s", all->wanted);
    if (!exists(all->kept)) /* it came along */
        (void)snprintf(all->kept, sizeof all->kept, "%s/checkpoint.kept",
                       all->wanted);
}

static void on_entry(void *context, uint64_t position,
                     const struct entry_line *entry, struct text line)
{
    struct succession *all = context;
    (void)line;
    if (position == all->sound && entry->number == position)
        all->sound++;
}

/* What is derived is made again at any start, and no reason for a successor. */
static void on_finding(void *context, const char *where, const char *what)
{
    struct succession *all = context;
    bool is_derived = text_starts_with(text_of(where), text_of("tile/")) ||
                      text_starts_with(text_of(where), text_of("index")) ||
                      text_starts_with(text_of(where), text_of("texts"));
    all->is_damaged = all->is_damaged || !is_derived;
    if (!is_derived)
        (void)fprintf(stderr, "haechi: %s: %s\n", where, what);
}

static enum status read_word(const char *value, struct buffer *word,
                             struct checkpoint *out)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    AUTO(alloc_release) struct note *note = alloc_zeroed(sizeof *note);
    size_t size = 0;
    struct text text = text_of(value);
    if (note == NULL)
        return STATUS_NO_MEMORY;
    buffer_clear(word);
    if (text_starts_with(text, text_of(PAPER_LINE_MARK))) {
        buffer_append(word, text_bytes(text));
        return paper_line_parse(text, out);
    }
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, value, NOTE_SIZE_MAX,
                                  &memory, &size);
    if (s == STATUS_OK)
        s = note_parse(bytes_text(bytes_of(memory, size)), note);
    if (s == STATUS_OK)
        s = checkpoint_parse(note->text, out);
    buffer_append(word, bytes_of(memory, size));
    return s;
}

/* The longest of all words; log_check has looked at their signatures. */
static void take_longest(struct succession *all, const char *value)
{
    struct buffer word = buffer_with_limit(NOTE_SIZE_MAX);
    struct checkpoint found;
    if (read_word(value, &word, &found) == STATUS_OK &&
        (all->origin[0] == 0 || found.size > all->last.size) &&
        text_copy(text_of(found.origin), all->origin, sizeof all->origin)) {
        buffer_deinit(&all->word);
        all->word = word;
        all->last = found;
        return;
    }
    buffer_deinit(&word);
}

static enum status look(struct succession *all)
{
    char own[PATH_SIZE + 16];
    struct log_check_result result;
    const struct log_visitor visitor = {on_entry, on_finding, all};
    find_log(all);
    all->check.layer = &FILE_LAYER_SYSTEM;
    all->check.directory = all->directory;
    const size_t elsewhere = all->check.checkpoint_count;
    if (exists(all->kept))
        all->check.checkpoints[all->check.checkpoint_count++] = all->kept;
    enum status s = log_check_run(&all->check, &visitor, &result);
    all->is_damaged = all->is_damaged || s == STATUS_NOT_FOUND;
    /* What was kept elsewhere counts before what the machine itself has. */
    for (size_t i = 0; i < elsewhere; i++)
        take_longest(all, all->check.checkpoints[i]);
    if (all->origin[0] != 0)
        return s == STATUS_NOT_FOUND ? STATUS_OK : s;
    (void)snprintf(own, sizeof own, "%s/checkpoint", all->directory);
    take_longest(all, own);
    take_longest(all, all->kept);
    return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

/* ---- closing and beginning ------------------------------------------------ */

static enum status close_log(const struct succession *all)
{
    const struct file_layer *layer = &FILE_LAYER_SYSTEM;
    char from[PATH_SIZE];
    char to[PATH_SIZE + 32];
    enum status s = STATUS_OK;
    (void)snprintf(from, PATH_SIZE, "%s/log", all->site);
    if (!all->is_closed) {
        s = layer->make_directory(layer, from);
        if (s == STATUS_OK)
            s = mark_closing(from);
        if (s == STATUS_OK)
            s = layer->rename(layer, from, all->wanted);
        if (s == STATUS_OK)
            s = layer->sync_directory(layer, all->site);
    }
    (void)snprintf(from, PATH_SIZE, "%s/office/checkpoint", all->site);
    (void)snprintf(to, sizeof to, "%s/checkpoint.kept", all->wanted);
    if (s == STATUS_OK && exists(from))
        s = layer->rename(layer, from, to);
    (void)snprintf(from, PATH_SIZE, "%s/office/log.key", all->site);
    if (s == STATUS_OK && exists(from))
        s = layer->unlink(layer, from);
    /* Of a gate that has refused to start meanwhile: it names the old origin. */
    (void)snprintf(from, PATH_SIZE, "%s/log/vkey", all->site);
    if (s == STATUS_OK && exists(from))
        s = layer->unlink(layer, from);
    (void)snprintf(from, PATH_SIZE, "%s/office", all->site);
    if (s == STATUS_OK)
        s = layer->sync_directory(layer, from);
    if (s == STATUS_OK)
        s = layer->sync_directory(layer, all->wanted);
    return s;
}

static enum status add(struct log_batch *batch, const struct entry *entry)
{
    uint8_t leaf[LEAF_SIZE];
    size_t before = batch->lines.size;
    enum status s = entry_line_write(entry, batch->first + batch->count,
                                     clock_wall(&CLOCK_SYSTEM), NULL,
                                     &batch->lines);
    if (s != STATUS_OK)
        return s;
    struct text line = {(const char *)batch->lines.data + before,
                        batch->lines.size - before};
    s = leaf_hash(line, leaf);
    buffer_append_u8(&batch->lines, '\n');
    buffer_append(&batch->leaves, bytes_of(leaf, LEAF_SIZE));
    batch->count++;
    return s == STATUS_OK ? buffer_status(&batch->leaves) : s;
}

static enum status fill(const struct succession *all, const char *origin,
                        struct log_batch *batch)
{
    AUTO(alloc_release)
    char *word = alloc_array(1, BASE64_SIZE(all->word.size) + 1);
    if (word == NULL)
        return STATUS_NO_MEMORY;
    base64_encode(buffer_bytes(&all->word), word);
    struct entry start = entry_of(ENTRY_LOG_START);
    entry_number(&start, "format", 1);
    entry_text(&start, "origin", text_of(origin));
    struct entry succeeded = entry_of(ENTRY_LOG_SUCCEEDED);
    entry_number(&succeeded, "account", all->people.first);
    entry_number(&succeeded, "second", all->people.second);
    entry_text(&succeeded, "predecessor", text_of(all->origin));
    entry_number(&succeeded, "size", (int64_t)all->last.size);
    entry_text(&succeeded, "checkpoint", text_of(word));
    entry_number(&succeeded, "sound", (int64_t)all->sound);
    entry_text(&succeeded, "reason", text_of(all->reason));
    enum status s = add(batch, &start);
    return s == STATUS_OK ? add(batch, &succeeded) : s;
}

static enum status write_first(const struct succession *all,
                               const char *origin, struct log_store *store)
{
    struct log_batch batch;
    struct log_publication publication;
    log_batch_init(&batch, 0);
    log_publication_init(&publication);
    enum status s = fill(all, origin, &batch);
    if (s == STATUS_OK)
        s = log_store_commit(store, &batch);
    if (s == STATUS_OK)
        s = log_store_note(store, &batch);
    if (s == STATUS_OK)
        s = log_store_prepare(store, &publication);
    if (s == STATUS_OK)
        s = log_store_publish(store, &publication);
    log_batch_deinit(&batch);
    log_publication_deinit(&publication);
    return s;
}

/* host/haechi/site, host/haechi/site/2, ... */
static enum status next_origin(const struct succession *all, char *out,
                               size_t size)
{
    struct text base = text_of(all->origin);
    size_t slashes = 0;
    size_t last = 0;
    for (size_t i = 0; i < base.size; i++) {
        if (base.data[i] != '/')
            continue;
        slashes++;
        last = i;
    }
    if (slashes > ORIGIN_SLASHES)
        base.size = last;
    int used = snprintf(out, size, "%.*s/%u", (int)base.size, base.data,
                        all->number);
    return used > 0 && (size_t)used < size ? STATUS_OK : STATUS_LIMIT;
}

static enum status begin_log(const struct succession *all, const char *origin)
{
    AUTO(log_store_close) struct log_store *store = NULL;
    char directory[PATH_SIZE];
    char key[PATH_SIZE];
    char kept[PATH_SIZE];
    (void)snprintf(directory, PATH_SIZE, "%s/log", all->site);
    (void)snprintf(key, PATH_SIZE, "%s/office/log.key", all->site);
    (void)snprintf(kept, PATH_SIZE, "%s/office/checkpoint", all->site);
    const struct log_place place = {directory, key, kept, origin};
    enum status s =
        FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, directory);
    if (s == STATUS_OK)
        s = FILE_LAYER_SYSTEM.sync_directory(&FILE_LAYER_SYSTEM, all->site);
    if (s == STATUS_OK)
        s = log_store_open(&FILE_LAYER_SYSTEM, &place, NULL, NULL, &store);
    return s == STATUS_OK ? write_first(all, origin, store) : s;
}

/* ---- the command ---------------------------------------------------------- */

static int refuse(const struct succession *all, const char *why)
{
    (void)fprintf(stderr, "haechi: %s: %s\n", all->site, why);
    return EXIT_FINDING;
}

static int explain(const struct succession *all, enum status s)
{
    (void)fprintf(stderr, "haechi: %s: %s - %s\n", all->site, status_name(s),
                  s == STATUS_CONFLICT
                      ? "it is running; stop it first (Ctrl-C in its terminal)"
                      : "nothing more was changed; run it again as the user "
                        "that records");
    return EXIT_ENVIRONMENT;
}

static int succeed(struct succession *all)
{
    char origin[NOTE_NAME_MAX + 1];
    AUTO(lock_release) struct lock *lock = NULL;
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/run/lock", all->site);
    enum status s = lock_take(path, &lock);
    if (s == STATUS_OK)
        s = look(all);
    if (s != STATUS_OK)
        return explain(all, s);
    if (!all->is_damaged && !all->is_closed)
        return refuse(all, "nothing is wrong with this log, by what is known "
                           "here: give a word kept elsewhere with "
                           "--checkpoint, or start the recorder");
    if (all->origin[0] == 0)
        return refuse(all, "no checkpoint of the lost log is known; give one "
                           "that was kept elsewhere with --checkpoint");
    int code = succession_ask(all->site, &all->first, &all->second,
                              &all->people);
    if (code != EXIT_OK)
        return code;
    s = next_origin(all, origin, sizeof origin);
    if (s == STATUS_OK)
        s = close_log(all);
    if (s == STATUS_OK)
        s = begin_log(all, origin);
    if (s == STATUS_OK)
        s = mark_closed(all->wanted);
    if (s != STATUS_OK)
        return explain(all, s);
    (void)printf("%s is closed: %" PRIu64 " entries were known, %" PRIu64
                 " are there, in %s\n%s begins; tell its witnesses the new key "
                 "(haechi log key)\n",
                 all->origin, all->last.size, all->sound, all->wanted, origin);
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    static struct succession all;
    int code = options_read(&COMMAND_LOG_SUCCEED, argc, argv, &all);
    if (code != EXIT_OK)
        return code;
    if (strlen(all.site) > PATH_SIZE - 64)
        return options_refuse(&COMMAND_LOG_SUCCEED, "too long:", "--dir");
    if (all.reason[0] == 0 || !text_is_plain(text_of(all.reason)))
        return options_refuse(&COMMAND_LOG_SUCCEED, "plain text, please:",
                              "--reason");
    code = succeed(&all);
    buffer_deinit(&all.word);
    return code;
}

const struct command COMMAND_LOG_SUCCEED = {
    .name = "log succeed",
    .synopsis = "--dir DIRECTORY --reason TEXT\n"
                "    [--checkpoint FILE|LINE]...\n"
                "    [--name NAME --password-file FILE\n"
                "    --second NAME --second-password-file FILE]",
    .summary = "close a log that was lost or contradicted, and begin its "
               "successor",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "The closed log stays in log.closed-N and is signed no more. "
               "The successor names it, its last known checkpoint and how many "
               "of its entries are missing, in an entry of its own; haechi "
               "status says so from then on. Only where something is wrong, and "
               "only when two people of the notice have signed in.",
    .run = run,
};

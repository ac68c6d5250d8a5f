/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/verify/destruction.h"

#include <string.h>

#include "base/alloc.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "log/commitment.h"
#include "log/entry_line.h"
#include "log/leaf.h"

enum {
    RECORD_MAX = 64 << 20, /* bytes of the file */
    COMMITMENT_BYTES = 16,
    TEXT_SIZE = 256, /* of a member that is compared */
    ROWS_MAX = 4096, /* commitments in one line: it has 65,535 bytes */
};

static const char FORMAT[] = "haechi-destruction-record/1";

int64_t record_number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : -1;
}

const char *record_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

const json_t *verify_destruction_line(const struct verify_destruction *check,
                                      json_int_t number)
{
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(json_object_get(check->record, "entries"), i, one)
    {
        if (record_number(one, "n") == (int64_t)number)
            return one;
    }
    return NULL;
}

static void wrong(struct verify_destruction *check, const char *where,
                  const char *what)
{
    verify_problem(&check->verify, where, "%s", what);
}

static void demand(struct verify_destruction *check, bool is_right,
                   const char *where, const char *what)
{
    if (!is_right)
        wrong(check, where, what);
}

/* ---- lines ------------------------------------------------------------------- */

/* A line of the record by number and kind, read; false where there is none. */
static bool line_of(const struct verify_destruction *check, int64_t number,
                    enum entry_kind kind, struct entry_line *out)
{
    const json_t *one = verify_destruction_line(check, number);
    return number >= 0 && one != NULL &&
           entry_line_read(text_of(record_text(one, "line")), out) ==
               STATUS_OK &&
           out->is_known && out->kind == kind;
}

/* A line that tells a part's end: of video, or of keys never used. */
static bool part_line_of(const struct verify_destruction *check,
                         int64_t number, struct entry_line *out)
{
    return line_of(check, number, ENTRY_DELETION_DONE, out) ||
           line_of(check, number, ENTRY_KEYS_DROPPED, out);
}

static bool is_kind_of_record(enum entry_kind kind)
{
    return kind == ENTRY_DELETION_INTENT || kind == ENTRY_DELETION_ANSWERED ||
           kind == ENTRY_DELETION_SEEDS || kind == ENTRY_DELETION_DONE ||
           kind == ENTRY_KEYS_DROPPED || kind == ENTRY_NOTICE_VERSION ||
           kind == ENTRY_DELETION_ATTESTED;
}

static void check_line(struct verify_destruction *check, const json_t *one,
                       int64_t *last)
{
    char where[VERIFY_WHERE_SIZE];
    char shown[HEX_SIZE(LEAF_SIZE) + 1];
    uint8_t leaf[LEAF_SIZE];
    struct entry_line entry;
    int64_t number = record_number(one, "n");
    const struct text line = text_of(record_text(one, "line"));
    (void)snprintf(where, sizeof where, "entry %lld", (long long)number);
    demand(check, number > *last, where, "not in the order of the log");
    *last = number;
    check->lines++;
    if (entry_line_read(line, &entry) != STATUS_OK || !entry.is_known ||
        !is_kind_of_record(entry.kind)) {
        wrong(check, where, "not a line of the log about destruction");
        return;
    }
    demand(check, (int64_t)entry.number == number, where,
           "another number than its line");
    if (leaf_hash(line, leaf) != STATUS_OK)
        leaf[0] = 0;
    hex_encode(bytes_of(leaf, sizeof leaf), shown);
    demand(check, strcmp(shown, record_text(one, "leaf")) == 0, where,
           "does not hash to its leaf");
}

/* Whether the record's value is what the line says. */
static bool same_number(const json_t *object, const char *name,
                        const struct entry_line *line, const char *member)
{
    int64_t value = 0;
    return entry_line_number(line, member, &value) == STATUS_OK &&
           value == record_number(object, name) &&
           json_is_integer(json_object_get(object, name));
}

static bool same_text(const json_t *object, const char *name,
                      const struct entry_line *line, const char *member)
{
    char plain[TEXT_SIZE];
    struct text value;
    return entry_line_text(line, member, &value) == STATUS_OK &&
           json_is_string(json_object_get(object, name)) &&
           text_equal(entry_text_plain(value, plain, sizeof plain),
                      text_of(record_text(object, name)));
}

/* As text, and in microseconds where the record has those. */
static bool same_time(const json_t *object, const char *name,
                      const char *name_us, const struct entry_line *line)
{
    struct wall_time time;
    return same_text(object, name, line, name) &&
           entry_line_time(line, name, &time) == STATUS_OK &&
           (name_us == NULL || record_number(object, name_us) == time.us);
}

static bool same_span(const json_t *object, const struct entry_line *line)
{
    return same_time(object, "from", "from_us", line) &&
           same_time(object, "to", "to_us", line);
}

/* ---- the order ---------------------------------------------------------------- */

static void check_reason(struct verify_destruction *check, const json_t *order,
                         const struct entry_line *intent)
{
    uint8_t salt[COMMITMENT_SALT_SIZE];
    struct commitment commitment;
    char shown[BASE64_SIZE(COMMITMENT_SIZE) + sizeof COMMITMENT_PREFIX];
    struct text stated = text_of("");
    if (json_object_get(order, "reason") == NULL)
        return; /* whoever fetched it may not read it */
    bool is_good =
        hex_decode(text_of(record_text(order, "reason_salt")), salt,
                   sizeof salt) == STATUS_OK &&
        commitment_make(salt, text_of(record_text(order, "reason")),
                        &commitment) == STATUS_OK &&
        entry_line_text(intent, "why", &stated) == STATUS_OK;
    if (is_good) {
        memcpy(shown, COMMITMENT_PREFIX, sizeof COMMITMENT_PREFIX - 1);
        base64_encode(bytes_of(commitment.digest, COMMITMENT_SIZE),
                      shown + sizeof COMMITMENT_PREFIX - 1);
        is_good = text_equal(stated, text_of(shown));
    }
    demand(check, is_good, "order",
           "not the reason that the intent commits to");
}

static void check_person(struct verify_destruction *check, const json_t *order)
{
    const json_t *asked = json_object_get(check->record, "asked");
    int64_t decommission = 0;
    struct entry_line intent;
    if (!line_of(check, record_number(order, "entry"), ENTRY_DELETION_INTENT,
                 &intent) ||
        record_number(check->record, "record") != (int64_t)intent.number) {
        wrong(check, "order", "its intent is not among the entries");
        return;
    }
    demand(check, same_number(order, "account", &intent, "account"), "order",
           "another account than in its intent");
    demand(check, same_text(order, "person", &intent, "person"), "order",
           "another person than in its intent");
    demand(check, same_text(order, "request", &intent, "request"), "order",
           "another request than in its intent");
    demand(check, same_number(asked, "camera", &intent, "camera"), "asked",
           "another camera than in its intent");
    demand(check, same_span(asked, &intent), "asked",
           "another span than in its intent");
    if (entry_line_number(&intent, "decommission", &decommission) != STATUS_OK)
        decommission = -1;
    demand(check,
           json_is_boolean(json_object_get(asked, "decommission")) &&
               json_is_true(json_object_get(asked, "decommission")) ==
                   (decommission == 1),
           "asked", "not as in its intent");
    check_reason(check, order, &intent);
}

static void check_notice(struct verify_destruction *check, const json_t *order)
{
    struct entry_line notice;
    if (!line_of(check, record_number(order, "entry"), ENTRY_NOTICE_VERSION,
                 &notice)) {
        wrong(check, "order", "its notice is not among the entries");
        return;
    }
    demand(check,
           same_number(order, "version", &notice, "version") &&
               same_text(order, "sha256", &notice, "sha256"),
           "order", "another notice than in its entry");
}

/* ---- what was destroyed ----------------------------------------------------------
 */

/* The seeds that the counts of a deletion.seeds sum up to, and its rows. */
static bool sum_counts(struct text counts, size_t *rows, int64_t *seeds)
{
    *rows = 0;
    *seeds = 0;
    while (counts.size > 0) {
        uint64_t one = 0;
        if (number_parse_u64(text_cut(&counts, ','), 1, UINT32_MAX, &one) !=
                STATUS_OK ||
            *rows == ROWS_MAX)
            return false;
        *seeds += (int64_t)one;
        ++*rows;
    }
    return true;
}

static void check_seeds(struct verify_destruction *check, const json_t *part,
                        const char *where)
{
    struct entry_line seeds;
    struct text encoded = text_of("");
    struct text counts = text_of("");
    char shown[HEX_SIZE(SHA256_SIZE) + 1];
    uint8_t digest[SHA256_SIZE];
    size_t rows = 0;
    size_t size = 0;
    int64_t sum = 0;
    if (!line_of(check, record_number(part, "entry") - 1, ENTRY_DELETION_SEEDS,
                 &seeds) ||
        entry_line_text(&seeds, "commitments", &encoded) != STATUS_OK ||
        entry_line_text(&seeds, "counts", &counts) != STATUS_OK) {
        wrong(check, where, "the commitments are not among the entries");
        return;
    }
    uint8_t *bytes = alloc_array(ROWS_MAX, COMMITMENT_BYTES);
    bool is_good = bytes != NULL &&
                   base64_decode(encoded, bytes, ROWS_MAX * COMMITMENT_BYTES,
                                 &size) == STATUS_OK &&
                   sum_counts(counts, &rows, &sum) &&
                   size == rows * COMMITMENT_BYTES &&
                   sum == record_number(part, "seeds");
    const struct bytes all = bytes_of(bytes, size);
    is_good = is_good && sha256(&all, 1, digest) == STATUS_OK;
    alloc_free(bytes);
    if (is_good) {
        hex_encode(bytes_of(digest, sizeof digest), shown);
        is_good = strcmp(shown, record_text(part, "seeds_sha256")) == 0;
    }
    check->commitments += rows;
    demand(check, is_good, where,
           "the commitments are not those that its entry counts");
    demand(check,
           same_number(part, "camera", &seeds, "camera") &&
               same_number(part, "epoch", &seeds, "epoch") &&
               same_number(part, "level", &seeds, "level"),
           where, "camera, epoch or level differ from its commitments' entry");
}

static void check_part(struct verify_destruction *check, const json_t *part,
                       int64_t order_entry)
{
    char where[VERIFY_WHERE_SIZE];
    struct entry_line done;
    int64_t order = -1;
    int64_t number = record_number(part, "entry");
    (void)snprintf(where, sizeof where, "destroyed, entry %lld",
                   (long long)number);
    if (!part_line_of(check, number, &done)) {
        wrong(check, where, "its entry is not in the record");
        return;
    }
    demand(check,
           json_is_true(json_object_get(part, "unused")) ==
               (done.kind == ENTRY_KEYS_DROPPED),
           where, "it says otherwise than its entry whether there was video");
    demand(check, same_number(part, "camera", &done, "camera"), where,
           "another camera than in its entry");
    demand(check, same_span(part, &done), where,
           "another span than in its entry");
    demand(check, same_number(part, "epoch", &done, "epoch"), where,
           "another epoch than in its entry");
    demand(check, same_text(part, "cause", &done, "cause"), where,
           "another cause than in its entry");
    demand(check, same_time(part, "died", NULL, &done), where,
           "another time of death than in its entry");
    demand(check, same_number(part, "seeds", &done, "seeds"), where,
           "another number of keys than in its entry");
    demand(check, same_text(part, "seeds_sha256", &done, "seeds_sha256"),
           where, "another digest than in its entry");
    demand(check,
           entry_line_number(&done, "order", &order) == STATUS_OK &&
               order == order_entry,
           where, "destroyed by another order");
    check_seeds(check, part, where);
}

/* Every such line has its part, and no part is there twice. */
static size_t count_done_lines(const struct verify_destruction *check)
{
    size_t count = 0;
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(json_object_get(check->record, "entries"), i, one)
    {
        struct entry_line line;
        count += part_line_of(check, record_number(one, "n"), &line);
    }
    return count;
}

static void check_parts(struct verify_destruction *check, int64_t order)
{
    const json_t *parts = json_object_get(check->record, "destroyed");
    size_t i = 0;
    const json_t *part = NULL;
    int64_t last = -1;
    demand(check, json_array_size(parts) == count_done_lines(check),
           "destroyed", "not as many as entries that say so");
    json_array_foreach(parts, i, part)
    {
        demand(check, record_number(part, "entry") > last, "destroyed",
               "not in the order of the log");
        last = record_number(part, "entry");
        check_part(check, part, order);
    }
}

/* ---- the state ---------------------------------------------------------------- */

static bool has_answer(const struct verify_destruction *check, int64_t order)
{
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(json_object_get(check->record, "entries"), i, one)
    {
        struct entry_line line;
        int64_t named = -1;
        if (line_of(check, record_number(one, "n"), ENTRY_DELETION_ANSWERED,
                    &line) &&
            entry_line_number(&line, "order", &named) == STATUS_OK &&
            named == order)
            return true;
    }
    return false;
}

static void check_state(struct verify_destruction *check, bool is_order)
{
    const json_t *record = check->record;
    const json_t *level = json_object_get(record, "level");
    const json_t *parts = json_object_get(record, "destroyed");
    demand(check, strcmp(record_text(record, "state"), "done") == 0, "state",
           "the destruction is not done yet");
    demand(check, json_is_null(json_object_get(record, "next")), "next",
           "the record is not complete: fetch it with haechi destroy show");
    demand(check,
           !is_order || has_answer(check, record_number(record, "record")),
           "state", "the keeper's answer is not among the entries");
    demand(check, is_order || json_array_size(parts) == 1, "destroyed",
           "an expiry has one part");
    if (json_array_size(parts) > 0)
        demand(check,
               record_number(level, "number") ==
                   record_number(json_array_get(
                                     parts, json_array_size(parts) - 1),
                                 "level"),
               "level", "another level than at the destruction");
}

static void check_record(struct verify_destruction *check)
{
    const json_t *record = check->record;
    const json_t *order = json_object_get(record, "order");
    bool is_order = strcmp(record_text(order, "by"), "person") == 0;
    size_t i = 0;
    const json_t *one = NULL;
    int64_t last = -1;
    if (strcmp(record_text(record, "format"), FORMAT) != 0) {
        wrong(check, "format", "not a record of destruction that we know");
        return;
    }
    json_array_foreach(json_object_get(record, "entries"), i, one)
        check_line(check, one, &last);
    if (is_order)
        check_person(check, order);
    else
        check_notice(check, order);
    check_parts(check, is_order ? record_number(record, "record") : 0);
    check_state(check, is_order);
    verify_attestation(check);
}

enum status verify_destruction_record(struct verify_destruction *check,
                                      const char *file)
{
    uint8_t *text = NULL;
    size_t size = 0;
    enum status s =
        file_read_all(check->verify.layer, file, RECORD_MAX, &text, &size);
    if (s != STATUS_OK)
        return s;
    check->record = json_loadb((const char *)text, size,
                               JSON_REJECT_DUPLICATES, NULL);
    alloc_free(text);
    if (!json_is_object(check->record))
        return STATUS_BAD_INPUT;
    check_record(check);
    return check->verify.status;
}

void verify_destruction_deinit(struct verify_destruction *check)
{
    json_decref(check->record);
    check->record = NULL;
    verify_result_deinit(check->verify.result);
}
